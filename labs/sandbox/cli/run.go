package cli

import (
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
)

// withHelp is how run and create speak of their own mistakes.
func withHelp(code proc.ExitCode, err error, verb string) error {
	text := fmt.Sprintf("docker: %s\n\nRun 'docker %s --help' for more information", sentence(err), verb)
	return &exit{code: code, text: text, cause: err}
}

// runError decides on the exit code of a container that did not come to run. cli: run.go, toStatusError
func runError(err error) error {
	msg, code := err.Error(), proc.ExitCode(125)
	switch {
	case strings.Contains(msg, "executable file not found"), strings.Contains(msg, "no such file or directory"):
		code = 127
	case strings.Contains(msg, "permission denied"), strings.Contains(msg, "is a directory"):
		code = 126
	}
	return withHelp(code, err, "run")
}

func checkPull(c *call) error {
	switch p := c.text("pull"); p {
	case "always", "missing", "never", "":
		return nil
	default:
		return fmt.Errorf("invalid pull option: '%s': must be one of \"always\", \"missing\" or \"never\"", p)
	}
}

// prepare makes the request of what was typed.
func (d *docker) prepare(c *call, verb string) (*spec, error) {
	if err := checkPull(c); err != nil {
		return nil, withHelp(125, err, verb)
	}
	if _, err := d.engine.Ping(d.caller()); err != nil {
		return nil, err
	}
	s, err := d.containerSpec(c)
	if err != nil {
		return nil, withHelp(125, err, verb)
	}
	return s, nil
}

func (d *docker) create(c *call) error {
	s, err := d.prepare(c, "create")
	if err != nil {
		return err
	}
	id, err := d.createContainer(c, s)
	if err != nil {
		return err
	}
	d.printf("%s\n", id)
	return nil
}

func (d *docker) run(c *call) error {
	s, err := d.prepare(c, "run")
	if err != nil {
		return err
	}
	if c.on("detach") {
		if len(c.list("attach")) > 0 {
			return errors.New("conflicting options: cannot specify both --attach and --detach")
		}
		s.config.AttachStdin, s.config.AttachStdout, s.config.AttachStderr, s.config.StdinOnce = false, false, false, false
	} else if err := d.checkTTY(s.config.AttachStdin, s.config.Tty); err != nil {
		return err
	}
	keys, err := detachKeys(c)
	if err != nil {
		return err
	}
	id, err := d.createContainer(c, s)
	if err != nil {
		return runError(err)
	}
	if c.on("detach") || !(s.config.AttachStdin || s.config.AttachStdout || s.config.AttachStderr) {
		d.printf("%s\n", id)
		if err := d.engine.ContainerStart(d.caller(), id); err != nil {
			return runError(err)
		}
		return nil
	}
	return d.runAttached(c, s, id, keys)
}

func (d *docker) runAttached(c *call, s *spec, id string, keys []byte) error {
	a, err := d.engine.ContainerAttach(d.caller(), id, api.AttachOptions{
		Stream: true, Stdin: s.config.AttachStdin, Stdout: s.config.AttachStdout, Stderr: s.config.AttachStderr,
		DetachKeys: c.text("detach-keys"),
	})
	if err != nil {
		return err
	}
	until := api.WaitNextExit
	if s.host.AutoRemove {
		until = api.WaitRemoved
	}
	ended, err := d.engine.ContainerWait(d.caller(), id, until)
	if err != nil {
		return err
	}
	t, err := d.converse(a, keys)
	if err != nil {
		return err
	}
	defer t.close()
	if c.on("sig-proxy") {
		t.forward(id)
	}
	if err := d.engine.ContainerStart(d.caller(), id); err != nil {
		if s.host.AutoRemove {
			t.result(ended) //nolint:errcheck // only to wait until it is gone
		}
		return runError(err)
	}
	if s.config.Tty && d.sys.IsTerminal(1) {
		t.followSize(func(size api.ConsoleSize) error { return d.engine.ContainerResize(d.caller(), id, size) })
	}
	if err := t.carry(ended); err != nil {
		if errors.Is(err, errDetached) {
			return nil
		}
		return err
	}
	return t.result(ended)
}

// checkTTY refuses a terminal's input where there is no terminal.
func (d *docker) checkTTY(stdin, tty bool) error {
	if stdin && tty && !d.sys.IsTerminal(0) {
		return errors.New("cannot attach stdin to a TTY-enabled container because stdin is not a terminal")
	}
	return nil
}

// createContainer makes the container, and pulls its image first where that is asked for or needed.
func (d *docker) createContainer(c *call, s *spec) (id string, err error) {
	platform, err := parsePlatform(c.text("platform"))
	if err != nil {
		return "", err
	}
	file, err := d.newIDFile(s.host.ContainerIDFile)
	if err != nil {
		return "", err
	}
	defer func() { file.close(id) }()
	ref, named, err := parseAnyReference(s.config.Image)
	if err != nil {
		return "", err
	}
	if c.text("pull") == "always" {
		if err := d.pullForRun(c, s.config.Image, platform); err != nil {
			return "", err
		}
	}
	if size, err := d.sys.TerminalSize(1); err == nil {
		s.host.ConsoleSize = api.ConsoleSize{uint(size.Rows), uint(size.Cols)}
	}
	o := api.ContainerCreateOptions{
		Name: c.text("name"), Config: s.config, HostConfig: s.host, NetworkingConfig: s.network, Platform: platform,
	}
	made, err := d.engine.ContainerCreate(d.caller(), o)
	if api.KindOf(err) == api.NotFound && named && c.text("pull") == "missing" {
		if !c.on("quiet") {
			d.warnf("Unable to find image '%s' locally\n", ref.TagOrLatest().Familiar())
		}
		if err := d.pullForRun(c, s.config.Image, platform); err != nil {
			return "", err
		}
		made, err = d.engine.ContainerCreate(d.caller(), o)
	}
	if err != nil {
		return "", err
	}
	for _, w := range made.Warnings {
		d.warnf("WARNING: %s\n", w)
	}
	return made.ID, nil
}

func parsePlatform(v string) (*image.Platform, error) {
	if v == "" {
		return nil, nil
	}
	p, err := image.ParsePlatform(v)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// parseAnyReference reads what names an image: a reference, or an id in full, which is no name.
func parseAnyReference(v string) (ref image.Reference, named bool, err error) {
	if isID(v) || isID(strings.TrimPrefix(v, "sha256:")) {
		return ref, false, nil
	}
	ref, err = image.ParseReference(v)
	return ref, err == nil, err
}

func isID(v string) bool {
	return len(v) == 64 && !strings.ContainsFunc(v,
		func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) })
}

func (d *docker) pullForRun(c *call, ref string, platform *image.Platform) error {
	progress, err := d.engine.ImagePull(d.caller(), ref, api.PullOptions{Platform: platform, Auth: d.authFor(ref)})
	if err != nil {
		return err
	}
	out := 2
	if c.on("quiet") {
		out = nowhere
	}
	return d.show(progress, out, nil)
}

// idFile is the file of --cidfile.
type idFile struct {
	d    *docker
	path string
}

func (d *docker) newIDFile(path string) (*idFile, error) {
	f := &idFile{d, path}
	if path == "" {
		return f, nil
	}
	if _, err := d.sys.FS().Stat(path); err == nil {
		return nil, errors.New("container ID file found, make sure the other container isn't running or delete " + path)
	}
	if err := d.sys.FS().WriteFile(path, nil, 0o666); err != nil {
		return nil, fmt.Errorf("failed to create the container ID file: open %s: %s", path, why(err))
	}
	return f, nil
}

// close writes the id, or removes the file if there is none.
func (f *idFile) close(id string) {
	switch {
	case f.path == "":
	case id == "":
		f.d.sys.FS().Unlink(f.path) //nolint:errcheck // as the real one: it is gone, or it stays
	default:
		f.d.sys.FS().WriteFile(f.path, []byte(id), 0o666) //nolint:errcheck // it was there a moment ago
	}
}
