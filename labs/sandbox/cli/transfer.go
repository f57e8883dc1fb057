package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// Images that come and go: registries and archives.

// wholeReference reads what pull and push are given, and adds the tag that is meant.
func (d *docker) wholeReference(c *call) (image.Reference, error) {
	ref, err := image.ParseReference(c.args[0])
	switch {
	case err != nil:
		return ref, err
	case c.on("all-tags") && !ref.IsNameOnly():
		return ref, errors.New("tag can't be used with --all-tags/-a")
	case c.on("all-tags") || !ref.IsNameOnly():
		return ref, nil
	}
	ref = ref.TagOrLatest()
	if !c.on("quiet") {
		d.printf("Using default tag: %s\n", ref.Tag())
	}
	return ref, nil
}

func (d *docker) pull(c *call) error {
	ref, err := d.wholeReference(c)
	if err != nil {
		return err
	}
	p, err := parsePlatform(c.text("platform"))
	if err != nil {
		return err
	}
	progress, err := d.engine.ImagePull(d.caller(), ref.Familiar(), api.PullOptions{
		All: c.on("all-tags"), Platform: p, Auth: d.authFor(ref.String()),
	})
	if err != nil {
		return err
	}
	if err := d.show(progress, quietly(c), nil); err != nil {
		return err
	}
	d.printf("%s\n", ref)
	return nil
}

func quietly(c *call) int {
	if c.on("quiet") {
		return nowhere
	}
	return 1
}

func (d *docker) push(c *call) error {
	p, err := parsePlatform(c.text("platform"))
	if err != nil {
		d.warnf("Invalid platform %s", c.text("platform"))
		return err
	}
	if p != nil {
		d.note("Using --platform pushes only the specified platform manifest of a multi-platform image index.\n" +
			"Other components, like attestations, will not be included.\n" +
			"To push the complete multi-platform image, remove the --platform flag.\n")
	}
	ref, err := d.wholeReference(c)
	if err != nil {
		return err
	}
	progress, err := d.engine.ImagePush(d.caller(), ref.Familiar(), api.PushOptions{
		All: c.on("all-tags"), Platform: p, Auth: d.authFor(ref.String()),
	})
	if err != nil {
		return err
	}
	var notes []string
	err = d.show(progress, quietly(c), func(m api.Progress) {
		var part api.PushedManifest
		if json.Unmarshal(*m.Aux, &part) == nil && part.ManifestPushedInsteadOfIndex {
			notes = append(notes, fmt.Sprintf("Not all multiplatform-content is present and only the available single-platform image "+
				"was pushed\n%s -> %s", d.colour("31", string(part.OriginalIndex.Digest)), d.colour("32",
				string(part.SelectedManifest.Digest))))
		}
	})
	if err == nil && c.on("quiet") {
		d.printf("%s\n", ref)
	}
	for _, n := range notes {
		d.note(n)
	}
	return err
}

func (d *docker) colourful() bool { return d.sys.IsTerminal(1) && d.sys.Getenv("NO_COLOR") == "" }

func (d *docker) colour(code, text string) string {
	if !d.colourful() {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// note prints a remark behind a mark, its further lines below the first. cli: internal/tui/note.go
func (d *docker) note(text string) {
	mark, width := " Info -> ", len(" Info -> ")
	if d.colourful() {
		mark, width = infoMark, len("i Info > ")
	}
	d.printf("\n%s%s\n", mark, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", width)))
}

// checkOutput refuses to write an archive to a terminal.
func (d *docker) checkOutput(file, sorry string) error {
	if file == "" && d.sys.IsTerminal(1) {
		return errors.New(sorry)
	}
	return nil
}

// writeBlob writes an archive to a file or to standard output.
func (d *docker) writeBlob(b vfs.Blob, file string) error {
	fd := 1
	if file != "" {
		var err error
		if fd, err = d.sys.Open(file, proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC|proc.O_CLOEXEC, 0o600); err != nil {
			return fmt.Errorf("open %s: %s", file, why(err))
		}
		defer d.sys.Close(fd) //nolint:errcheck // it was written
	}
	buf := make([]byte, 64<<10)
	for off := int64(0); off < b.Size(); {
		n := b.ReadAt(buf, off)
		if n == 0 {
			return fmt.Errorf("write: %s", why(proc.EIO))
		}
		if _, err := d.sys.Write(fd, buf[:n]); err != nil {
			return fmt.Errorf("write %s: %s", file, why(err))
		}
		off += int64(n)
	}
	return nil
}

func (d *docker) save(c *call) error {
	platforms, err := platformsOf(c)
	if err != nil {
		return fmt.Errorf("invalid platform: %w", err)
	}
	if err := d.checkOutput(c.text("output"),
		"cowardly refusing to save to a terminal. Use the -o flag or redirect"); err != nil {
		return err
	}
	tar, err := d.engine.ImageSave(d.caller(), c.args, platforms)
	if err != nil {
		return err
	}
	return d.writeBlob(tar, c.text("output"))
}

// readArchive reads a file, or standard input to its end.
func (d *docker) readArchive(file string) (vfs.Blob, error) {
	fd := 0
	if file != "" {
		var err error
		if fd, err = d.sys.Open(file, proc.O_RDONLY|proc.O_CLOEXEC, 0); err != nil {
			return nil, fmt.Errorf("open %s: %s", file, why(err))
		}
		defer d.sys.Close(fd) //nolint:errcheck // it was read
	}
	content, err := d.readAll(fd)
	if err != nil {
		return nil, fmt.Errorf("read %s: %s", file, why(err))
	}
	return vfs.Bytes(content), nil
}

func (d *docker) readAll(fd int) ([]byte, error) {
	var all []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := d.sys.Read(fd, buf)
		if n == 0 || err != nil {
			return all, err
		}
		d.sys.Alloc(int64(n))
		all = append(all, buf[:n]...)
	}
}

func (d *docker) load(c *call) error {
	if c.text("input") == "" && d.sys.IsTerminal(0) {
		return errors.New("requested load from stdin, but stdin is empty")
	}
	platforms, err := platformsOf(c)
	if err != nil {
		return fmt.Errorf("invalid platform: %w", err)
	}
	tar, err := d.readArchive(c.text("input"))
	if err != nil {
		return err
	}
	progress, err := d.engine.ImageLoad(d.caller(), tar,
		api.LoadOptions{Quiet: c.on("quiet") || !d.sys.IsTerminal(1), Platforms: platforms})
	if err != nil {
		return err
	}
	return d.show(progress, 1, nil)
}

func (d *docker) importImage(c *call) error {
	p, err := parsePlatform(c.text("platform"))
	if err != nil {
		return err
	}
	o := api.ImportOptions{Message: c.text("message"), Changes: c.list("change"), Platform: p}
	if len(c.args) > 1 {
		o.Reference = c.args[1]
		if _, err := image.ParseReference(o.Reference); err != nil {
			return err
		}
	}
	source := c.args[0]
	if strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://") {
		return exitf(1, "docker import: reading from a URL is not simulated; nothing was imported")
	}
	if source == "-" {
		source = ""
	}
	tar, err := d.readArchive(source)
	if err != nil {
		return err
	}
	progress, err := d.engine.ImageImport(d.caller(), tar, o)
	if err != nil {
		return err
	}
	return d.show(progress, 1, nil)
}

func (d *docker) search(c *call) error {
	found, err := d.engine.ImageSearch(d.caller(), c.args[0], api.SearchOptions{
		Limit: int(c.number("limit")), Filters: c.filters(), Auth: d.authFor("docker.io/library/" + c.args[0]),
	})
	if err != nil {
		return err
	}
	l := listing{
		format: c.text("format"), table: "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}",
		headings: map[string]string{
			"Name": "NAME", "Description": "DESCRIPTION", "StarCount": "STARS",
			"IsOfficial": "OFFICIAL",
		},
	}
	var rows []any
	for i := range found {
		rows = append(rows, &searchRow{r: &found[i], short: !c.on("no-trunc")})
	}
	return d.print(l, rows)
}

// searchRow is a repository that was found.
type searchRow struct {
	r     *api.SearchResult
	short bool
	plain bool // as JSON
}

func (r *searchRow) MarshalJSON() ([]byte, error) {
	plain := *r
	plain.plain = true
	return marshalRow(&plain)
}

func (r *searchRow) Name() string      { return r.r.Name }
func (r *searchRow) StarCount() string { return fmt.Sprint(r.r.StarCount) }

func (r *searchRow) Description() string {
	text := strings.NewReplacer("\n", " ", "\r", " ").Replace(r.r.Description)
	if r.short {
		return ellipsis(text, 45)
	}
	return text
}

func (r *searchRow) IsOfficial() string {
	switch {
	case r.plain:
		return fmt.Sprint(r.r.IsOfficial)
	case r.r.IsOfficial:
		return "[OK]"
	}
	return ""
}

func (d *docker) manifestInspect(c *call) error {
	name := c.args[len(c.args)-1]
	ref, err := image.ParseReference(name)
	if err != nil {
		return err
	}
	found, err := d.engine.DistributionInspect(d.caller(), ref.TagOrLatest().String(), d.authFor(ref.String()))
	if err != nil {
		if api.KindOf(err) == api.NotFound {
			return fmt.Errorf("no such manifest: %s", ref.TagOrLatest())
		}
		return err
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	if err := enc.Encode(json.RawMessage(found.Raw)); err != nil {
		return err
	}
	d.write(1, b.String())
	return nil
}
