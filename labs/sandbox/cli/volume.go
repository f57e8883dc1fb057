package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

func (d *docker) volumeCreate(c *call) error {
	o := api.VolumeCreateOptions{Driver: c.text("driver"), Name: c.text("name")}
	if len(c.args) > 0 {
		if o.Name != "" {
			return errors.New("conflicting options: cannot specify a volume-name through both --name and as a positional arg")
		}
		o.Name = c.args[0]
	}
	if list := c.list("opt"); len(list) > 0 {
		o.DriverOpts = assigned(list)
	}
	if list := c.list("label"); len(list) > 0 {
		o.Labels = assigned(list)
	}
	v, err := d.engine.VolumeCreate(d.caller(), o)
	if err != nil {
		return err
	}
	d.printf("%s\n", v.Name)
	return nil
}

var volumeHeadings = map[string]string{
	"Name": "VOLUME NAME", "Driver": "DRIVER", "Labels": "LABELS", "Mountpoint": "MOUNTPOINT", "Scope": "SCOPE",
	"Size":  "SIZE",
	"Links": "LINKS", "Availability": "AVAILABILITY", "Group": "GROUP", "Status": "STATUS",
}

func (d *docker) volumeList(c *call) error {
	list, err := d.engine.VolumeList(d.caller(), c.filters())
	if err != nil {
		return err
	}
	slices.SortStableFunc(list.Volumes, func(a, b api.Volume) int { return naturally(a.Name, b.Name) })
	l := listing{format: c.text("format"), headings: volumeHeadings, table: "{{.Driver}}\t{{.Name}}"}
	if c.on("quiet") {
		l.quiet = "{{.Name}}"
	}
	for _, w := range list.Warnings {
		d.warnf("%s\n", w)
	}
	return d.print(l, volumeRows(list.Volumes))
}

func volumeRows(list []api.Volume) []any {
	var rows []any
	for i := range list {
		rows = append(rows, &volumeRow{&list[i]})
	}
	return rows
}

func (d *docker) volumeRemove(c *call) error {
	return d.each(c.args, func(name string) error { return d.engine.VolumeRemove(d.caller(), name, c.on("force")) })
}

func (d *docker) volumePrune(c *call) error {
	f := c.filters()
	question := "WARNING! This will remove anonymous local volumes not used by at least one container."
	if c.on("all") {
		if _, both := f["all"]; both {
			return errors.New("conflicting options: cannot specify both --all and --filter all=1")
		}
		f["all"] = []string{"true"}
		question = "WARNING! This will remove all local volumes not used by at least one container."
	}
	if !c.on("force") && !d.confirm(question+"\nAre you sure you want to continue?") {
		return nil
	}
	r, err := d.engine.VolumePrune(d.caller(), f)
	if err != nil {
		return err
	}
	d.write(1, reclaimed(deleted("Deleted Volumes:", r.VolumesDeleted), r.SpaceReclaimed))
	return nil
}

// volumeRow is a volume in a listing. formatter: volume.go
type volumeRow struct{ v *api.Volume }

func (r *volumeRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *volumeRow) Name() string         { return r.v.Name }
func (r *volumeRow) Driver() string       { return r.v.Driver }
func (r *volumeRow) Scope() string        { return r.v.Scope }
func (r *volumeRow) Mountpoint() string   { return r.v.Mountpoint }
func (r *volumeRow) Labels() string       { return pairs(r.v.Labels) }
func (r *volumeRow) Availability() string { return "N/A" }
func (r *volumeRow) Group() string        { return "N/A" }
func (r *volumeRow) Status() string       { return "N/A" }

// Label is the value of one label.
func (r *volumeRow) Label(name string) string { return r.v.Labels[name] }

func (r *volumeRow) Links() string {
	if r.v.UsageData == nil {
		return "N/A"
	}
	return strconv.FormatInt(r.v.UsageData.RefCount, 10)
}

func (r *volumeRow) Size() string {
	if r.v.UsageData == nil {
		return "N/A"
	}
	return humanSize(float64(r.v.UsageData.Size), 4)
}

// sortedPairs is NAME=VALUE in their order.
func sortedPairs(m map[string]string) []string {
	if len(m) == 0 {
		return nil
	}
	var all []string
	for k, v := range m { // any order: sorted below
		all = append(all, k+"="+v)
	}
	slices.SortFunc(all, func(a, b string) int {
		ka, _ := split(a, "=")
		kb, _ := split(b, "=")
		return strings.Compare(ka, kb)
	})
	return all
}
