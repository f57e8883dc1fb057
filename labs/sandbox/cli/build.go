package cli

import (
	"fmt"
	"path"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/build"
	img "dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

func buildCommand() *command {
	return &command{
		name: "build", also: []string{"b"}, use: "[OPTIONS] PATH | URL | -", short: "Make an image from a Dockerfile",
		aka:  "docker build, docker builder build, docker image build, docker buildx b",
		args: arity{0, many}, run: (*docker).build, flags: buildFlags,
	}
}

var buildFlags = []flag{
	{name: "add-host", kind: commas, fate: refused, help: `A name and its address for RUN ("host:ip")`},
	{name: "allow", kind: list, fate: refused, help: "Grant more than usual to steps"},
	{name: "annotation", kind: list, fate: refused, help: "Add an annotation to the image"},
	{name: "attest", kind: list, fate: refused, help: "What to state about the image"},
	{name: "build-arg", kind: list, help: "Value of an ARG (NAME=VALUE, or NAME from the environment)"},
	{name: "build-context", kind: list, fate: refused, help: "A further context (NAME=PATH)"},
	{name: "builder", kind: text, def: "default", fate: idle, help: "Which builder to use"},
	{name: "cache-from", kind: list, fate: refused, help: "Where else to look for cached steps"},
	{name: "cache-to", kind: list, fate: refused, help: "Where to keep cached steps, too"},
	{name: "call", kind: text, def: "build", fate: refused, help: `What to do ("check", "outline", "targets")`},
	{name: "cgroup-parent", kind: text, fate: refused, help: "Control group of RUN"},
	{name: "check", kind: boolean, fate: refused, help: "The same as --call=check"},
	{name: "debug", short: "D", kind: boolean, fate: idle, help: "Say more"},
	{name: "file", short: "f", kind: text, help: `The Dockerfile (usually "PATH/Dockerfile"); - is standard input`},
	{name: "iidfile", kind: text, help: "Write the image ID to a file"},
	{name: "label", kind: list, help: "Set a label of the image"},
	{name: "load", kind: boolean, fate: idle, help: `The same as "--output=type=docker"`},
	{name: "metadata-file", kind: text, fate: refused, help: "Write what is known of the build to a file"},
	{name: "network", kind: text, def: "default", fate: refused, help: "Network of RUN"},
	{name: "no-cache", kind: boolean, help: "Do every step again"},
	{name: "no-cache-filter", kind: list, fate: refused, help: "Do every step of some stages again"},
	{name: "output", short: "o", kind: list, fate: refused, help: "Where the result goes (type=local,dest=PATH)"},
	{name: "platform", kind: list, fate: refused, help: "What to build for"},
	{name: "policy", kind: list, fate: refused, help: "What a build may use"},
	{name: "progress", kind: text, def: "auto", help: `How to show progress ("auto", "none", "plain", "quiet", "rawjson", "tty")`},
	{name: "provenance", kind: text, fate: refused, help: `The same as "--attest=type=provenance"`},
	{name: "pull", kind: boolean, fate: refused, help: "Fetch all images anew"},
	{name: "push", kind: boolean, fate: refused, help: `The same as "--output=type=registry,unpack=false"`},
	{name: "quiet", short: "q", kind: boolean, help: "Print only the image ID"},
	{name: "resource", kind: list, fate: refused, help: `Limits of RUN ("memory=2g")`},
	{name: "sbom", kind: text, fate: refused, help: `The same as "--attest=type=sbom"`},
	{name: "secret", kind: list, fate: refused, help: "A secret for RUN (id=NAME[,src=FILE])"},
	{name: "shm-size", kind: bytes, fate: refused, help: "Shared memory of RUN"},
	{name: "ssh", kind: list, fate: refused, help: "An SSH agent or key for RUN"},
	{name: "tag", short: "t", kind: list, help: "The image's name ([REGISTRY/]REPOSITORY[:TAG])"},
	{name: "target", kind: text, help: "The stage to build"},
	{name: "ulimit", kind: ulimits, def: "[]", fate: refused, help: "Limits of processes"},
}

const buildFailed = "ERROR: failed to build: "

// build is docker buildx build, whichever of its names it was called by. buildx: commands/build.go
func (d *docker) build(c *call) error {
	if len(c.args) != 1 {
		return exitf(1, "ERROR: docker: 'docker buildx build' requires 1 argument\n\n"+
			"Usage:  docker buildx build [OPTIONS] PATH | URL | -\n\nRun 'docker buildx build --help' for more information")
	}
	engine, ok := d.engine.(api.Builds)
	if !ok {
		return exitf(1, "this engine has no builder")
	}
	r, err := d.buildRequest(c)
	if err != nil {
		return exitf(1, "%s%s", buildFailed, err)
	}
	quiet := c.on("quiet") || c.text("progress") == "quiet" || c.text("progress") == "none"
	if !quiet {
		d.warnf("#0 building with \"default\" instance using docker driver\n")
		r.Report = d.progress()
	}
	result, err := engine.ImageBuild(d.caller(), r)
	if failed, ok := err.(*build.Error); ok {
		return exitf(1, "%s%sfailed to solve: %s", d.explain(failed, quiet), buildFailed, failed.Text)
	}
	if err != nil {
		return daemon(err)
	}
	if !quiet {
		d.write(2, warnings(result.Warnings))
	}
	if c.on("quiet") {
		d.printf("%s\n", result.ID)
	}
	if file := c.text("iidfile"); file != "" {
		return d.sys.FS().WriteFile(file, []byte(result.ID), 0o644)
	}
	return nil
}

func (d *docker) buildRequest(c *call) (build.Request, error) {
	r := build.Request{
		Target: c.text("target"), NoCache: c.on("no-cache"), Args: map[string]string{}, Labels: map[string]string{},
	}
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
	if err := d.openContext(&r, c.args[0], c.text("file")); err != nil {
		return r, err
	}
	for _, t := range c.list("tag") {
		ref, err := img.ParseReference(t)
		if err != nil {
			return r, fmt.Errorf("invalid tag %q: %w", t, err)
		}
		r.Tags = append(r.Tags, ref)
	}
	return r, nil
}

// openContext finds the context and the Dockerfile. buildx: build/opt.go, loadInputs
func (d *docker) openContext(r *build.Request, dir, file string) error {
	if strings.Contains(dir, "://") || strings.HasPrefix(dir, "git@") {
		return fmt.Errorf("a context from the network is not simulated: %s", dir)
	}
	if dir == "-" {
		return d.dockerfileFromInput(r)
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
		r.Missing = fmt.Errorf("open %s: %w", r.Name, err)
	}
	r.Dockerfile = content
	return nil
}

func (d *docker) dockerfileFromInput(r *build.Request) error {
	r.Name = "Dockerfile"
	content, err := d.readAll(0)
	if err != nil {
		return err
	}
	if len(content) > 262 && string(content[257:262]) == "ustar" || len(content) > 1 && content[0] == 0x1f && content[1] == 0x8b {
		return fmt.Errorf("a context as a tar file on standard input is not simulated")
	}
	if r.Dockerfile = content; len(content) == 0 {
		r.NoSource = true
	}
	return nil
}

// progress prints what happens, a line at a time. buildkit: util/progress/progressui/printer.go
func (d *docker) progress() func(build.Event) {
	last := 0
	return func(e build.Event) {
		if e.Step != last || e.Kind == build.Begun {
			d.warnf("\n")
			last = e.Step
		}
		switch e.Kind {
		case build.Begun:
			d.warnf("#%d %s\n", e.Step, e.Text)
		case build.Status:
			if !e.Done {
				d.warnf("#%d %s\n", e.Step, e.Text)
				return
			}
			if e.Took > 0 {
				d.warnf("#%d %s %.1fs done\n", e.Step, e.Text, e.Took.Seconds())
				return
			}
			d.warnf("#%d %s done\n", e.Step, e.Text)
		case build.Output:
			d.warnf("#%d %.3f %s\n", e.Step, e.Took.Seconds(), e.Text)
		case build.Warning:
			d.warnf("#%d WARN: %s\n", e.Step, e.Text)
		case build.Finished:
			d.warnf("#%d DONE %.1fs\n", e.Step, e.Took.Seconds())
		case build.Cached:
			d.warnf("#%d CACHED\n", e.Step)
		case build.Canceled:
			d.warnf("#%d CANCELED\n", e.Step)
		case build.Failed:
			d.warnf("#%d ERROR: %s\n", e.Step, e.Text)
		}
	}
}

// explain is what is shown of a failure before its sentence.
func (d *docker) explain(e *build.Error, quiet bool) string {
	var out strings.Builder
	if !quiet && e.Step != "" {
		fmt.Fprintf(&out, "------\n > %s:\n", e.Step)
		for _, line := range e.Output {
			out.WriteString(line + "\n")
		}
		out.WriteString("------\n")
	}
	if !quiet {
		out.WriteString(warnings(e.Warnings))
	}
	return out.String() + e.Excerpt
}

func warnings(list []string) string {
	if len(list) == 0 {
		return ""
	}
	noun := "warnings"
	if len(list) == 1 {
		noun = "warning"
	}
	return fmt.Sprintf("\n \x1b[33m%d %s found (use docker --debug to expand):\n\x1b[0m - %s\n",
		len(list), noun, strings.Join(list, "\n - "))
}

func builderCommands() *command {
	return &command{
		name: "builder", group: management, short: "Look after builds",
		subs: []*command{buildCommand(), builderPruneCommand()},
	}
}

func buildxCommands() *command {
	subs := []*command{buildCommand(), builderPruneCommand()}
	for _, c := range [][2]string{
		{"bake", "Make images from a file that describes the builds"},
		{"create", "Make a builder"},
		{"du", "Show the cache"},
		{"history", "Look at builds of the past"},
		{"imagetools", "Work with images in registries"},
		{"inspect", "Show a builder"},
		{"ls", "List builders"},
		{"rm", "Remove builders"},
		{"stop", "Stop a builder"},
		{"use", "Choose a builder"},
		{"version", "Show the version"},
	} {
		subs = append(subs, &command{name: c[0], short: c[1], refused: notSimulated})
	}
	return &command{name: "buildx", group: management, short: "Build with BuildKit", subs: subs}
}

func builderPruneCommand() *command {
	return &command{
		name: "prune", short: "Forget the steps of builds", run: (*docker).builderPrune,
		flags: []flag{
			{name: "all", short: "a", kind: boolean, help: "All of them, also those that images are made of"},
			{name: "filter", kind: filter, fate: refused, help: `Only some of them ("until=24h")`},
			{name: "force", short: "f", kind: boolean, help: "Do not ask"},
			{name: "keep-storage", kind: bytes, fate: refused, help: "How much to keep"},
		},
	}
}

func (d *docker) builderPrune(c *call) error {
	question := "WARNING! This will remove all dangling build cache."
	if c.on("all") {
		question = "WARNING! This will remove all build cache."
	}
	if !c.on("force") && !d.confirm(question+" Are you sure you want to continue?") {
		return nil
	}
	engine, ok := d.engine.(api.Builds)
	if !ok {
		return exitf(1, "this engine has no builder")
	}
	pruned, err := engine.BuildPrune(d.caller(), c.on("all"))
	if err != nil {
		return daemon(err)
	}
	d.printf("Total:\t%s\n", humanSize(float64(pruned.SpaceReclaimed), 4))
	return nil
}
