package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
)

var usageHeadings = map[string]string{
	"Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE", "Reclaimable": "RECLAIMABLE",
}

func (d *docker) diskUsage(c *call) error {
	verbose := c.on("verbose")
	u, err := d.engine.DiskUsage(d.caller(), api.DiskUsageOptions{Verbose: verbose})
	if err != nil {
		return err
	}
	if verbose {
		return d.usageInDetail(c, u)
	}
	l := listing{
		format: c.text("format"), headings: usageHeadings,
		table: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
	}
	return d.print(l, []any{
		usageOf("Images", u.ImageUsage), usageOf("Containers", u.ContainerUsage), usageOf("Local Volumes",
			u.VolumeUsage),
		usageOf("Build Cache", u.BuildCacheUsage),
	})
}

func usageOf[T any](kind string, u *api.Usage[T]) *usageRow {
	r := &usageRow{kind: kind}
	if u != nil {
		r.total, r.active, r.size, r.free = u.TotalCount, u.ActiveCount, u.TotalSize, u.Reclaimable
	}
	return r
}

// usageRow is what one kind of thing takes up.
type usageRow struct {
	kind                      string
	total, active, size, free int64
}

func (r *usageRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *usageRow) Type() string { return r.kind }

func (r *usageRow) TotalCount() string { return strconv.FormatInt(r.total, 10) }

func (r *usageRow) Active() string { return strconv.FormatInt(r.active, 10) }

func (r *usageRow) Size() string { return humanSize(float64(r.size), 4) }

func (r *usageRow) Reclaimable() string {
	free := humanSize(float64(r.free), 4)
	if r.size > 0 && r.kind != "Build Cache" {
		return fmt.Sprintf("%s (%d%%)", free, r.free*100/r.size)
	}
	return free
}

// usageInDetail is docker system df -v.
func (d *docker) usageInDetail(c *call, u *api.DiskUsage) error {
	now, short := d.sys.Now(), true
	if f := c.text("format"); f != "" && f != "table" {
		return d.usageByTemplate(f, u)
	}
	images := detail{
		title: "Images space usage:\n\n", headings: imageHeadings,
		table: "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t" +
			"{{.Containers}}",
	}
	boxes := detail{
		title: "\nContainers space usage:\n\n", headings: containerHeadings,
		table: "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}",
	}
	volumes := detail{
		title: "\nLocal Volumes space usage:\n\n", headings: volumeHeadings,
		table: "{{.Name}}\t{{.Links}}\t{{.Size}}",
	}
	images.rows, boxes.rows, volumes.rows = usageRows(u, now, short)
	for _, part := range []detail{images, boxes, volumes} {
		d.write(1, part.title)
		if err := d.print(listing{table: part.table, headings: part.headings}, part.rows); err != nil {
			return err
		}
	}
	size := int64(0)
	if u.BuildCacheUsage != nil {
		size = u.BuildCacheUsage.TotalSize
	}
	d.printf("\nBuild cache usage: %s\n\n", humanSize(float64(size), 4))
	rows := [][]string{{"CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"}}
	if u.BuildCacheUsage != nil {
		items := slices.Clone(u.BuildCacheUsage.Items)
		slices.SortStableFunc(items, byLastUse)
		for _, b := range items {
			rows = append(rows, cacheRow(b, now))
		}
	}
	d.write(1, tabbed(rows, 10, 3))
	return nil
}

// byLastUse is cli: cli/command/formatter/buildcache.go, buildCacheSort
func byLastUse(a, b api.BuildCache) int {
	switch {
	case a.LastUsedAt == nil && b.LastUsedAt == nil:
	case a.LastUsedAt == nil:
		return -1
	case b.LastUsedAt == nil:
		return 1
	default:
		if c := a.LastUsedAt.Compare(*b.LastUsedAt); c != 0 {
			return c
		}
	}
	return strings.Compare(a.ID, b.ID)
}

type detail struct {
	title, table string
	headings     map[string]string
	rows         []any
}

func usageRows(u *api.DiskUsage, now time.Time, short bool) (images, boxes, volumes []any) {
	if u.ImageUsage != nil {
		view := imageView{now: now, short: short}
		for i := range u.ImageUsage.Items {
			images = append(images, view.of(&u.ImageUsage.Items[i])[0])
		}
	}
	if u.ContainerUsage != nil {
		for i := range u.ContainerUsage.Items {
			s := u.ContainerUsage.Items[i]
			s.SizeRootFs = 0
			boxes = append(boxes, &containerRow{s: &s, now: now, short: short})
		}
	}
	if u.VolumeUsage != nil {
		volumes = volumeRows(u.VolumeUsage.Items)
	}
	return images, boxes, volumes
}

func cacheRow(b api.BuildCache, now time.Time) []string {
	used := ""
	if b.LastUsedAt != nil {
		used = humanDuration(now.Sub(*b.LastUsedAt)) + " ago"
	}
	id := shortID(b.ID)
	if b.InUse {
		id += "*"
	}
	return []string{
		id, b.Type, humanSize(float64(b.Size), 3), humanDuration(now.Sub(b.CreatedAt)) + " ago", used,
		strconv.Itoa(b.UsageCount),
		strconv.FormatBool(b.Shared),
	}
}

// usageByTemplate is docker system df -v --format.
func (d *docker) usageByTemplate(format string, u *api.DiskUsage) error {
	if format == "json" {
		format = "{{json .}}"
	}
	t, err := d.parse("", format)
	if err != nil {
		return fmt.Errorf("template parsing error: %w", err)
	}
	images, boxes, volumes := usageRows(u, d.sys.Now(), false)
	text, err := d.execute(t, struct{ Images, Containers, Volumes, BuildCache []any }{images, boxes, volumes, []any{}})
	if err != nil {
		return realNames(err)
	}
	d.write(1, text)
	return nil
}
