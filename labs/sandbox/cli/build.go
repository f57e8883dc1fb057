package cli

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/build"
	img "dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

func buildCommand() *command {
	return &command{
		name: "build", also: []string{"b"}, use: "[OPTIONS] PATH | URL | -", short: "Make an image from a Dockerfile",
		aka:  "docker build, docker builder build, docker image build, docker buildx b",
		args: arity{0, many}, run: (*docker).build, flags: buildFlags(),
	}
}

func buildFlags() []flag {
	return []flag{
		{name: "add-host", kind: commas, fate: refused, help: `A name and its address for RUN ("host:ip")`},
		{name: "allow", kind: list, fate: refused, help: "Grant more than usual to steps"},
		{name: "annotation", kind: list, fate: refused, help: "Add an annotation to the image"},
		{name: "attest", kind: list, fate: refused, help: "What to state about the image"},
		{name: "build-arg", kind: list, help: "Value of an ARG (NAME=VALUE, or NAME from the environment)"},
		{name: "build-context", kind: list, fate: refused, help: "A further context (NAME=PATH)"},
		{name: "builder", kind: text, def: "default", help: `Which builder to use: there is "default"`},
		{name: "cache-from", kind: list, fate: refused, help: "Where else to look for cached steps"},
		{name: "cache-to", kind: list, fate: refused, help: "Where to keep cached steps, too"},
		{name: "call", kind: text, def: "build", help: `What to do ("build", "check")`},
		{name: "cgroup-parent", kind: text, fate: refused, help: "Control group of RUN"},
		{name: "check", kind: boolean, help: "The same as --call=check: only say what is wrong with the Dockerfile"},
		{name: "debug", short: "D", kind: boolean, help: "Say more of warnings"},
		{name: "file", short: "f", kind: text, help: `The Dockerfile (usually "PATH/Dockerfile"); - is standard input`},
		{name: "iidfile", kind: text, help: "Write the image ID to a file"},
		{name: "label", kind: list, help: "Set a label of the image"},
		{name: "load", kind: boolean, fate: idle, help: `The same as "--output=type=docker"`},
		{name: "metadata-file", kind: text, fate: refused, help: "Write what is known of the build to a file"},
		{name: "network", kind: text, def: "default", help: `Network of RUN ("default", "none")`},
		{name: "no-cache", kind: boolean, help: "Do every step again"},
		{name: "no-cache-filter", kind: list, help: "Do every step of some stages again"},
		{name: "output", short: "o", kind: list, fate: refused, help: "Where the result goes (type=local,dest=PATH)"},
		{name: "platform", kind: list, help: `What to build for ("linux/amd64")`},
		{name: "policy", kind: list, fate: refused, help: "What a build may use"},
		{name: "progress", kind: text, def: "auto", help: `How to show progress ("auto", "none", "plain", "quiet", "tty")`},
		{name: "provenance", kind: text, help: `Whether to state how the image was built ("true", "false")`},
		{name: "pull", kind: boolean, help: "Ask the registries for newer images"},
		{name: "push", kind: boolean, fate: refused, help: `The same as "--output=type=registry,unpack=false"`},
		{name: "quiet", short: "q", kind: boolean, help: "Print only the image ID"},
		{name: "resource", kind: list, fate: refused, help: `Limits of RUN ("memory=2g")`},
		{name: "sbom", kind: text, fate: refused, help: `The same as "--attest=type=sbom"`},
		{name: "secret", kind: list, help: "A secret for RUN (id=NAME[,src=FILE|,env=VARIABLE])"},
		{name: "shm-size", kind: bytes, fate: refused, help: "Shared memory of RUN"},
		{name: "ssh", kind: list, fate: refused, help: "An SSH agent or key for RUN"},
		{name: "tag", short: "t", kind: list, help: "The image's name ([REGISTRY/]REPOSITORY[:TAG])"},
		{name: "target", kind: text, help: "The stage to build"},
		{name: "ulimit", kind: ulimits, def: "[]", fate: refused, help: "Limits of processes"},
	}
}

const buildFailed = "ERROR: failed to build: "

// build is docker buildx build, whichever of its names it was called by. buildx: commands/build.go
func (d *docker) build(c *call) error {
	if len(c.args) != 1 {
		return exitf(1, "ERROR: docker: 'docker buildx build' requires 1 argument\n\n"+
			"Usage:  docker buildx build [OPTIONS] PATH | URL | -\n\nRun 'docker buildx build --help' for more information")
	}
	if err := d.refuseBuild(c); err != nil {
		return err
	}
	r, err := d.buildRequest(c)
	if err != nil {
		return exitf(1, "%s%s", buildFailed, err)
	}
	r.Check = c.on("check") || c.text("call") != "build"
	quiet, err := d.quietBuild(c)
	if err != nil {
		return exitf(1, "%s%s", buildFailed, err)
	}
	finish, err := d.showBuild(c, &r, quiet)
	if err != nil {
		return exitf(1, "ERROR: %s", err)
	}
	result, err := d.engine.ImageBuild(d.caller(), r)
	finish()
	if r.Check {
		return d.checked(result, err)
	}
	if failed, ok := err.(*build.Error); ok {
		return exitf(1, "%s%sfailed to solve: %s", explain(failed, quiet, d.debugs(c)), buildFailed, failed.Text)
	}
	if err != nil {
		return daemon(err)
	}
	return d.built(c, result, quiet)
}

// built says what was built.
func (d *docker) built(c *call, result build.Result, quiet bool) error {
	if !quiet {
		d.write(2, warnings(result.Warnings, d.debugs(c)))
	}
	if c.on("quiet") {
		d.printf("%s\n", result.ID)
	}
	if file := c.text("iidfile"); file != "" {
		return d.sys.FS().WriteFile(file, []byte(result.ID), 0o644)
	}
	return nil
}

// refuseBuild refuses values that are not simulated of options that are, and the builder of old.
func (d *docker) refuseBuild(c *call) error {
	if err := d.checkBuilder(c); err != nil {
		return err
	}
	if mode := d.progressMode(c); mode == "rawjson" {
		return notThat(c, "progress", mode)
	}
	if network := c.text("network"); network == "host" {
		return notThat(c, "network", network)
	}
	if call := c.text("call"); call != "build" && call != "check" && call != "lint" {
		return notThat(c, "call", call)
	}
	if p := c.text("provenance"); !slices.Contains([]string{"", "true", "mode=min", "false"}, p) {
		return notThat(c, "provenance", p)
	}
	for _, p := range c.list("platform") {
		if p != "linux/amd64" {
			return notThat(c, "platform", p)
		}
	}
	if on, _ := d.sys.LookupEnv("DOCKER_BUILDKIT"); on == "0" && c.path != "docker buildx build" {
		return exitf(125, "%s: the classic builder (DOCKER_BUILDKIT=0) is not simulated; nothing was started", c.path)
	}
	return nil
}

// notThat refuses a value of an option.
func notThat(c *call, name, value string) error {
	return exitf(125, "%s: --%s=%s is not simulated; nothing was started", c.path, name, value)
}

// checkBuilder refuses builders that are not there. buildx: builder/builder.go
func (d *docker) checkBuilder(c *call) error {
	name := c.text("builder")
	if other, ok := d.sys.LookupEnv("BUILDX_BUILDER"); ok && !c.given("builder") {
		name = other
	}
	if name != "" && name != "default" {
		return exitf(1, "ERROR: no builder %q found", name)
	}
	return nil
}

// debugs reports whether more is to be said than usual.
func (d *docker) debugs(c *call) bool { return c.on("debug") || d.debug }

// progressMode is how progress is to be shown. buildx: util/progress/printer.go, NewPrinter
func (d *docker) progressMode(c *call) string {
	mode := c.text("progress")
	if other, _ := d.sys.LookupEnv("BUILDKIT_PROGRESS"); other != "" && mode == "auto" && !c.on("quiet") {
		return other
	}
	return mode
}

// quietBuild reports whether no progress is shown. buildx: commands/build.go, toDisplayMode
func (d *docker) quietBuild(c *call) (bool, error) {
	mode := d.progressMode(c)
	if c.on("quiet") && mode != "auto" && mode != "quiet" {
		return true, fmt.Errorf("progress=%s and quiet cannot be used together", mode)
	}
	switch mode {
	case "auto", "plain", "tty", "":
		return c.on("quiet"), nil
	case "quiet", "none":
		return true, nil
	}
	return false, fmt.Errorf("invalid progress mode %s", mode)
}

func (d *docker) buildRequest(c *call) (build.Request, error) {
	r := build.Request{
		Target: c.text("target"), Bare: c.text("provenance") == "false",
		Pull: c.on("pull"), NoCache: c.on("no-cache"), NotCached: c.list("no-cache-filter"),
		Args: map[string]string{}, Labels: map[string]string{}, Secrets: map[string][]byte{},
	}
	switch mode := c.text("network"); mode {
	case "default", "":
	case "none":
		r.NoNetwork = true
	default:
		return r, fmt.Errorf("network mode %q not supported by buildkit - "+
			"you can define a custom network for your builder using the network driver-opt in buildx create", mode)
	}
	d.readArgs(c, &r)
	for _, spec := range c.list("secret") {
		if err := d.readSecret(spec, r.Secrets); err != nil {
			return r, err
		}
	}
	if err := d.openContext(&r, c.args[0], c.text("file")); err != nil {
		return r, err
	}
	for _, t := range c.list("tag") {
		ref, err := img.ParseTag(t)
		if err != nil {
			return r, fmt.Errorf("invalid tag %q: %w", t, err)
		}
		r.Tags = append(r.Tags, ref)
	}
	return r, nil
}

// readArgs reads --build-arg, whose values may come from the environment, and --label.
func (d *docker) readArgs(c *call, r *build.Request) {
	for _, kv := range c.list("build-arg") {
		name, value, given := strings.Cut(kv, "=")
		if !given {
			if value, given = d.sys.LookupEnv(name); !given {
				continue
			}
		}
		r.Args[name] = value
	}
	for _, kv := range c.list("label") {
		name, value, _ := strings.Cut(kv, "=")
		r.Labels[name] = value
	}
}

// reason is an error of the file system as a program in Go says it: in small letters.
func reason(err error) string { return strings.ToLower(err.Error()) }

// openContext finds the context and the Dockerfile. buildx: build/opt.go, loadInputs
func (d *docker) openContext(r *build.Request, dir, file string) error {
	if strings.Contains(dir, "://") || strings.HasPrefix(dir, "git@") {
		return fmt.Errorf("a context from the network is not simulated: %s", dir)
	}
	if dir == "-" {
		return d.contextFromInput(r, file)
	}
	if st, err := d.sys.FS().Stat(dir); err != nil || !st.IsDir() {
		return fmt.Errorf("unable to prepare context: path %q not found", dir)
	}
	view := d.sys.FS().Clone()
	cred := view.Cred()
	view.SetCred(vfs.Root())
	if err := view.Chroot(dir); err != nil {
		return err
	}
	view.SetCred(cred)
	r.Context = view
	if file == "-" {
		return d.dockerfileFromInput(r)
	}
	if file == "" {
		file = path.Join(dir, "Dockerfile")
	}
	r.Name = path.Base(file)
	content, err := d.sys.FS().ReadFile(file)
	if err != nil {
		r.Missing = fmt.Errorf("open %s: %s", r.Name, reason(err))
	}
	r.Dockerfile = content
	return nil
}

func (d *docker) dockerfileFromInput(r *build.Request) error {
	r.Name = "Dockerfile"
	content, err := d.readAll(0)
	r.Dockerfile, r.NoSource = content, len(content) == 0
	return err
}

// contextFromInput reads a Dockerfile that needs no context, or a context as a tar file.
func (d *docker) contextFromInput(r *build.Request, file string) error {
	if err := d.dockerfileFromInput(r); err != nil || !isArchive(r.Dockerfile) {
		return err
	}
	r.Archive, r.Dockerfile = r.Dockerfile, nil
	if file != "" {
		r.Name = path.Clean(file)
	}
	return nil
}

// isArchive reports whether this is a tar file, or something packed. buildx: build/opt.go, isArchive
func isArchive(b []byte) bool {
	for _, magic := range []string{"BZh", "\x1f\x8b\x08", "\xfd7zXZ\x00"} {
		if strings.HasPrefix(string(b), magic) {
			return true
		}
	}
	return len(b) > 262 && string(b[257:262]) == "ustar"
}
