package build_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/build"
	"dockerlearn/labs/sandbox/engine/enginetest"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// bench is a host where images are built from /ctx.
type bench struct {
	*enginetest.Machine
	t      *testing.T
	events []build.Event
}

func newBench(t *testing.T, files map[string]string) *bench {
	t.Helper()
	b := &bench{Machine: enginetest.New(t, enginetest.Config{}), t: t}
	b.write(files)
	return b
}

func (b *bench) write(files map[string]string) {
	b.t.Helper()
	if err := b.Host.MkdirAll("/ctx", 0o755); err != nil {
		b.t.Fatal(err)
	}
	for name, text := range files { // any order: each is a file of its own
		dir := "/ctx/" + name[:max(strings.LastIndex(name, "/"), 0)]
		if err := b.Host.MkdirAll(dir, 0o755); err != nil {
			b.t.Fatal(err)
		}
		if err := b.Host.WriteFile("/ctx/"+name, []byte(text), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// build builds a Dockerfile as the image "it".
func (b *bench) build(dockerfile string, change ...func(*build.Request)) error {
	b.t.Helper()
	view := b.Host.Clone()
	if err := view.Chroot("/ctx"); err != nil {
		b.t.Fatal(err)
	}
	ref, err := image.ParseReference("it")
	if err != nil {
		b.t.Fatal(err)
	}
	b.events = nil
	r := build.Request{
		Dockerfile: []byte(dockerfile), Name: "Dockerfile", Context: view, Tags: []image.Reference{ref},
		Report: func(e build.Event) { b.events = append(b.events, e) },
	}
	for _, c := range change {
		c(&r)
	}
	b.Do(func(c api.Caller) { _, err = b.Engine.ImageBuild(c, r) })
	return err
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) mustBuild(dockerfile string, change ...func(*build.Request)) {
	b.t.Helper()
	if err := b.build(dockerfile, change...); err != nil {
		b.t.Fatal(err)
	}
}

// history is what docker history shows, the oldest of the new lines first.
func (b *bench) history(old int) []string {
	b.t.Helper()
	var lines []string
	b.Do(func(c api.Caller) {
		items, err := b.Engine.ImageHistory(c, "it", nil)
		if err != nil {
			b.t.Error(err)
		}
		for _, h := range items {
			lines = append(lines, h.CreatedBy)
		}
	})
	slices.Reverse(lines)
	return lines[old:]
}

// cached is for each step that changes files whether it was in the cache.
func (b *bench) cached() string {
	marks, names := "", map[int]string{}
	for _, e := range b.events {
		switch {
		case e.Kind == build.Begun:
			names[e.Step] = e.Text
		case !strings.HasPrefix(names[e.Step], "[") || strings.HasPrefix(names[e.Step], "[internal]"),
			strings.Contains(names[e.Step], "FROM"):
		case e.Kind == build.Cached:
			marks += "c"
		case e.Kind == build.Finished:
			marks += "-"
		}
	}
	return marks
}

func TestInstructionsAsHistoryShowsThem(t *testing.T) {
	b := newBench(t, map[string]string{"run.sh": "echo hi\n"})
	b.mustBuild(`FROM alpine
LABEL maintainer="me"
ENV GREETING=hello
ARG V=1
WORKDIR /app
COPY --chmod=700 run.sh .
RUN echo $V
EXPOSE 80 53/udp
VOLUME /vol
USER nobody
STOPSIGNAL SIGINT
SHELL ["/bin/sh", "-ec"]
HEALTHCHECK --interval=5s CMD true
ENTRYPOINT ["echo"]
CMD hi
`)
	want := []string{
		"LABEL maintainer=me", "ENV GREETING=hello", "ARG V=1", "WORKDIR /app", "COPY --chmod=700 run.sh . # buildkit",
		"RUN |1 V=1 /bin/sh -c echo $V # buildkit", "EXPOSE [53/udp 80/tcp]", "VOLUME [/vol]", "USER nobody",
		"STOPSIGNAL SIGINT", "SHELL [/bin/sh -ec]", `HEALTHCHECK &{["CMD-SHELL" "true"] "5s" "0s" "0s" "0s" '\x00'}`,
		`ENTRYPOINT ["echo"]`, `CMD ["/bin/sh" "-ec" "hi"]`,
	}
	if got := b.history(2); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatBreaksTheCache(t *testing.T) {
	const file = "FROM alpine\nCOPY a /a\nRUN echo step > /step\nCOPY b /b\nRUN cat /a /b\n"
	b := newBench(t, map[string]string{"a": "1\n", "b": "1\n"})
	for _, step := range []struct {
		what, want string
		file       string
		do         func()
	}{
		{"the first time", "----", file, func() {}},
		{"nothing changed", "cccc", file, func() {}},
		{"a later file changed", "cc--", file, func() { b.write(map[string]string{"b": "2\n"}) }},
		{"it was only touched", "cccc", file, func() { b.must(b.Host.Utimes("/ctx/a", vfs.Now(), vfs.Now())) }},
		{"its mode changed", "----", file, func() { b.must(b.Host.Chmod("/ctx/a", 0o600)) }},
		{"a blank in a command", "c---", strings.Replace(file, "echo step", "echo  step", 1), func() {}},
	} {
		step.do()
		b.mustBuild(step.file)
		if got := b.cached(); got != step.want {
			t.Errorf("%s: %s, want %s", step.what, got, step.want)
		}
	}
	b.mustBuild(file, func(r *build.Request) { r.NoCache = true })
	if got := b.cached(); got != "----" {
		t.Errorf("--no-cache: %s", got)
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"# only a comment\n", "file with no instructions"},
		{"RUN echo x\n", "no build stage in current context"},
		{"FROM\n", "dockerfile parse error on line 1: FROM requires either one or three arguments"},
		{"FROM alpine\nNOPE x\n", "dockerfile parse error on line 2: unknown instruction: NOPE (did you mean COPY?)"},
		{"FROM alpine\nRUN exit 3\n", `process "/bin/sh -c exit 3" did not complete successfully: exit code: 3`},
		{"FROM alpine\nRUN [\"nosuch\"]\n", `process "nosuch" did not complete successfully: exit code: 1`},
		{"FROM alpine\nEXPOSE nope\n", "invalid containerPort: nope"},
		{"FROM alpine\nSTOPSIGNAL NOPE\n", "invalid signal: NOPE"},
		{"FROM alpine AS a\nFROM alpine\nCOPY --from=a /nosuch /x\n", "lstat /nosuch: no such file or directory"},
		{"FROM alpine\nCOPY --from=0 /etc /x\n", "circular dependency detected on stage: stage-0"},
		{
			"FROM alpine\nUSER nosuch\nRUN id\n",
			`process "/bin/sh -c id" did not complete successfully: ` +
				`unable to find user nosuch: no matching entries in passwd file`,
		},
	} {
		err := newBench(t, nil).build(tt.file)
		var failed *build.Error
		if !errors.As(err, &failed) || failed.Text != tt.want {
			t.Errorf("%q: %v, want %s", tt.file, err, tt.want)
		}
	}
}

func TestCopies(t *testing.T) {
	files := map[string]string{
		"src/a.txt": "a", "src/b.md": "b", "src/sub/s.txt": "s", "node_modules/x": "big", "keep/no.md": "n",
		".dockerignore": "node_modules\n**/*.md\n!src/b.md\n.dockerignore\n",
	}
	for _, tt := range []struct{ copy, find string }{
		{"COPY src /to", "/to /to/a.txt /to/b.md /to/sub /to/sub/s.txt"},
		{"COPY src/*.txt /to/", "/to /to/a.txt"},
		{"COPY src/a.txt /to", "/to"},
		{"COPY src/a.txt /to/", "/to /to/a.txt"},
		{"COPY src/a.txt src/b.md /to/", "/to /to/a.txt /to/b.md"},
		{"COPY . /to", "/to /to/keep /to/src /to/src/a.txt /to/src/b.md /to/src/sub /to/src/sub/s.txt"},
		{"COPY <<E /to/\ntext\nE", "/to /to/E"},
	} {
		b := newBench(t, files)
		b.mustBuild("FROM busybox\n" + tt.copy + "\n")
		r := b.Run("it", "sh", "-c", "find /to | sort")
		if got := strings.Join(strings.Fields(r.Stdout), " "); got != tt.find {
			t.Errorf("%s: %s, want %s", tt.copy, got, tt.find)
		}
	}
}
