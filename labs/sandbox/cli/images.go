package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
)

var imageHeadings = map[string]string{
	"ID": "IMAGE ID", "Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST", "CreatedSince": "CREATED",
	"CreatedAt": "CREATED AT", "Size": "SIZE", "Containers": "CONTAINERS", "SharedSize": "SHARED SIZE",
	"UniqueSize": "UNIQUE SIZE",
}

// imageCommands are words that people mean as docker image WORD when they write docker images WORD.
var imageCommands = []string{
	"build", "history", "import", "inspect", "list", "load", "ls", "prune", "pull", "push", "rm", "save", "tag",
}

func (d *docker) images(c *call) error {
	tree, err := treeView(c)
	if err != nil {
		return err
	}
	f := c.filters()
	if len(c.args) > 0 {
		f["reference"] = append(f["reference"], c.args[0])
	}
	list, err := d.engine.ImageList(d.caller(), api.ImageListOptions{All: c.on("all"), Filters: f, Manifests: tree})
	if err != nil {
		return err
	}
	if dangling := f["dangling"]; !c.on("all") && !slices.Contains(dangling, "true") && !slices.Contains(dangling,
		"1") {
		list = slices.DeleteFunc(list, func(i api.ImageSummary) bool { return len(i.RepoTags) == 0 })
	}
	if tree {
		d.printTree(list, c.on("tree"))
	} else if err := d.printImages(c, list); err != nil {
		return err
	}
	if len(list) == 0 && len(c.args) > 0 && c.cmd.name == "images" && slices.Contains(imageCommands, c.args[0]) {
		d.warnf("No images found matching %q: did you mean \"docker image %[1]s\"?\n", c.args[0])
	}
	return nil
}

// treeView reports whether images are listed the new way, which --tree insists on.
func treeView(c *call) (bool, error) {
	for _, f := range []struct {
		name, called string
		given        bool
	}{
		{"quiet", "quiet", c.on("quiet")},
		{"no-trunc", "no-trunc", c.on("no-trunc")},
		{"digests", "show-digest", c.on("digests")},
		{"format", "format", c.text("format") != ""},
	} {
		switch {
		case f.given && c.on("tree"):
			return false, fmt.Errorf("--%s is not yet supported with --tree", f.called)
		case f.given:
			return false, nil
		}
	}
	return true, nil
}

func (d *docker) printImages(c *call, list []api.ImageSummary) error {
	l := listing{
		format: c.text("format"), headings: imageHeadings,
		table: "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}",
	}
	digests := c.on("digests")
	if digests {
		l.table = "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"
		if strings.HasPrefix(l.format, "table ") && !strings.Contains(l.format, "{{.Digest}}") {
			l.format += "\t{{.Digest}}"
		}
	}
	if c.on("quiet") {
		l.quiet = "{{.ID}}"
	}
	view := imageView{
		now: d.sys.Now(), short: !c.on("no-trunc"), rows: digests,
		digests: digests || strings.Contains(l.format, "{{.Digest}}"),
	}
	var rows []any
	for i := range list {
		rows = append(rows, view.of(&list[i])...)
	}
	return d.print(l, rows)
}

// imageView is how images are shown as rows: one for each name.
type imageView struct {
	now     time.Time
	short   bool
	digests bool // digests are looked at
	rows    bool // names that have only a digest get a row for each
}

// of is the rows of one image, in the order of its names. formatter: image.go, imageFormatTaggedAndDigest
func (v imageView) of(s *api.ImageSummary) []any {
	row := func(repo, tag, digest string) any {
		return &imageRow{s: s, view: v, repo: repo, tag: tag, digest: digest}
	}
	if len(s.RepoTags) == 0 && len(s.RepoDigests) == 0 {
		return []any{row("<none>", "<none>", "<none>")}
	}
	digests := map[string][]string{}
	for _, name := range s.RepoDigests {
		if ref, err := image.ParseReference(name); err == nil && ref.Digest() != "" {
			digests[ref.FamiliarName()] = append(digests[ref.FamiliarName()], string(ref.Digest()))
		}
	}
	var rows []any
	tagged := map[string]bool{}
	for _, name := range s.RepoTags {
		ref, err := image.ParseReference(name)
		if err != nil || ref.Tag() == "" {
			continue
		}
		repo := ref.FamiliarName()
		tagged[repo] = true
		if !v.digests || len(digests[repo]) == 0 {
			rows = append(rows, row(repo, ref.Tag(), "<none>"))
			continue
		}
		for _, digest := range digests[repo] {
			rows = append(rows, row(repo, ref.Tag(), digest))
		}
	}
	for _, name := range s.RepoDigests {
		ref, err := image.ParseReference(name)
		if err != nil || tagged[ref.FamiliarName()] {
			continue
		}
		digest := ""
		if v.rows {
			digest = string(ref.Digest())
		}
		rows = append(rows, row(ref.FamiliarName(), "<none>", digest))
	}
	return rows
}

// imageRow is a name of an image in a listing.
type imageRow struct {
	s                 *api.ImageSummary
	view              imageView
	repo, tag, digest string
}

func (r *imageRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *imageRow) Repository() string { return r.repo }
func (r *imageRow) Tag() string        { return r.tag }
func (r *imageRow) Digest() string     { return r.digest }
func (r *imageRow) CreatedAt() string  { return time.Unix(r.s.Created, 0).UTC().String() }
func (r *imageRow) Size() string       { return humanSize(float64(r.s.Size), 3) }

func (r *imageRow) ID() string {
	if r.view.short {
		return shortID(r.s.ID)
	}
	return r.s.ID
}

func (r *imageRow) CreatedSince() string {
	return humanDuration(r.view.now.Sub(time.Unix(r.s.Created, 0))) + " ago"
}

func (r *imageRow) Containers() string {
	if r.s.Containers == -1 {
		return "N/A"
	}
	return strconv.FormatInt(r.s.Containers, 10)
}

func (r *imageRow) SharedSize() string {
	if r.s.SharedSize == -1 {
		return "N/A"
	}
	return humanSize(float64(r.s.SharedSize), 4)
}

func (r *imageRow) UniqueSize() string {
	if r.s.Size == -1 || r.s.SharedSize == -1 {
		return "N/A"
	}
	return humanSize(float64(r.s.Size-r.s.SharedSize), 4)
}

func (d *docker) history(c *call) error {
	p, err := parsePlatform(c.text("platform"))
	if err != nil {
		return fmt.Errorf("invalid platform: %w", err)
	}
	items, err := d.engine.ImageHistory(d.caller(), c.args[0], p)
	if err != nil {
		return err
	}
	l := listing{
		format: c.text("format"), table: "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
		headings: map[string]string{
			"ID": "IMAGE", "CreatedSince": "CREATED", "CreatedAt": "CREATED AT", "CreatedBy": "CREATED BY",
			"Size": "SIZE", "Comment": "COMMENT",
		},
	}
	if !c.on("human") {
		l.table = "{{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}"
	}
	if c.on("quiet") {
		l.quiet = "{{.ID}}"
	}
	var rows []any
	for i := range items {
		rows = append(rows, &historyRow{h: &items[i], now: d.sys.Now(), short: !c.on("no-trunc"), human: c.on("human")})
	}
	return d.print(l, rows)
}

// historyRow is a step in the making of an image. cli: cli/command/image/formatter_history.go
type historyRow struct {
	h            *api.HistoryItem
	now          time.Time
	short, human bool
}

func (r *historyRow) MarshalJSON() ([]byte, error) { return marshalRow(r) }

func (r *historyRow) ID() string {
	if r.short {
		return shortID(r.h.ID)
	}
	return r.h.ID
}

func (r *historyRow) CreatedAt() string { return time.Unix(r.h.Created, 0).UTC().Format(time.RFC3339) }

// ageless is the first second of 2000: images dated before have no date that means anything.
const ageless = 946684800

func (r *historyRow) CreatedSince() string {
	switch {
	case !r.human:
		return r.CreatedAt()
	case r.h.Created <= ageless:
		return "N/A"
	}
	return humanDuration(r.now.Sub(time.Unix(r.h.Created, 0))) + " ago"
}

func (r *historyRow) CreatedBy() string {
	by := strings.ReplaceAll(r.h.CreatedBy, "\t", " ")
	if r.short {
		return ellipsis(by, 45)
	}
	return by
}

func (r *historyRow) Size() string {
	if r.human {
		return humanSize(float64(r.h.Size), 3)
	}
	return strconv.FormatInt(r.h.Size, 10)
}

func (r *historyRow) Comment() string { return r.h.Comment }

// platforms is --platform where several may be given.
func platformsOf(c *call) ([]image.Platform, error) {
	var all []image.Platform
	for _, v := range c.list("platform") {
		for name := range strings.SplitSeq(v, ",") {
			p, err := image.ParsePlatform(name)
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
	}
	return all, nil
}

func (d *docker) tag(c *call) error {
	if _, err := image.ParseReference(c.args[1]); err != nil {
		return fmt.Errorf("error parsing reference: %q is not a valid repository/tag: %w", c.args[1], err)
	}
	return d.engine.ImageTag(d.caller(), c.args[0], c.args[1])
}

func (d *docker) rmi(c *call) error {
	platforms, err := platformsOf(c)
	if err != nil {
		return err
	}
	o := api.ImageRemoveOptions{Force: c.on("force"), PruneChildren: !c.on("no-prune"), Platforms: platforms}
	var errs []error
	fatal := false
	for _, name := range c.args {
		steps, err := d.engine.ImageRemove(d.caller(), name, o)
		if err != nil {
			fatal = fatal || api.KindOf(err) != api.NotFound
			errs = append(errs, err)
			continue
		}
		for _, s := range steps {
			if s.Deleted != "" {
				d.printf("Deleted: %s\n", s.Deleted)
			} else {
				d.printf("Untagged: %s\n", s.Untagged)
			}
		}
	}
	err = errors.Join(errs...)
	if err != nil && o.Force && !fatal {
		d.complain(err)
		return nil
	}
	return err
}

func (d *docker) imagePrune(c *call) error {
	f := c.filters()
	f["dangling"] = []string{strconv.FormatBool(!c.on("all"))}
	question := "WARNING! This will remove all dangling images."
	if c.on("all") {
		question = "WARNING! This will remove all images without at least one container associated to them."
	}
	if !c.on("force") && !d.confirm(question+"\nAre you sure you want to continue?") {
		return nil
	}
	r, err := d.engine.ImagePrune(d.caller(), f)
	if err != nil {
		return err
	}
	d.write(1, reclaimed(deleted("Deleted Images:", removedImages(r)), r.SpaceReclaimed))
	return nil
}

func removedImages(r api.ImagesPruned) []string {
	var lines []string
	for _, s := range r.ImagesDeleted {
		if s.Untagged != "" {
			lines = append(lines, "untagged: "+s.Untagged)
		} else {
			lines = append(lines, "deleted: "+s.Deleted)
		}
	}
	return lines
}
