package build_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/build"
	"dockerlearn/labs/sandbox/engine/enginetest"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
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

// How many steps there are going to be is known before the first of them: all but that of the result.
func TestStepsAreAnnounced(t *testing.T) {
	b := newBench(t, map[string]string{"a": "1"})
	for _, file := range []string{
		"FROM scratch\nCOPY a /\n",
		"FROM alpine\nCMD a\n",
		"FROM alpine\nRUN echo x\nWORKDIR /w\nWORKDIR /\n",
		"FROM alpine\nCOPY <<A <<B /to/\n1\nA\n2\nB\nRUN <<E\n#!/bin/sh\necho x\nE\n",
		"FROM alpine AS x\nCOPY a /a\nFROM x\nCOPY --from=x /a /b\nCOPY --from=busybox /bin/sh /c\nFROM alpine AS not\n",
		"FROM busybox\nRUN --mount=target=/m,from=alpine true\nRUN --mount=target=/m true\n",
	} {
		b.mustBuild(file)
		planned, steps := 0, 0
		for _, e := range b.events {
			if e.Kind == build.Planned {
				planned = e.Step
			} else {
				steps = max(steps, e.Step)
			}
		}
		if planned+1 != steps {
			t.Errorf("%q: %d steps are announced before the result, and there are %d", file, planned, steps-1)
		}
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
		newBench(t, nil).refuses(tt.file, tt.want)
	}
}

// refuses builds what cannot be built. What is not simulated is refused before any step of the Dockerfile begins.
func (b *bench) refuses(dockerfile, want string) {
	b.t.Helper()
	err := b.build(dockerfile)
	var failed *build.Error
	if !errors.As(err, &failed) || failed.Text != want {
		b.t.Errorf("%q: %v, want %s", dockerfile, err, want)
	}
	for _, e := range b.events {
		if e.Kind == build.Begun && !strings.HasPrefix(e.Text, "[internal] ") && strings.Contains(want, "not simulated") {
			b.t.Errorf("%q: %q was begun", dockerfile, e.Text)
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

// reasons are why steps were not in the cache, the last build's first.
func (b *bench) reasons(since sim.EventID) []string {
	var list []string
	for e := range b.Sim.Log.Since(since) {
		if e.Rule == "build.cache.miss" {
			list = append(list, e.Detail.String())
		}
	}
	return list
}

func TestEachMissSaysWhatDiffers(t *testing.T) {
	const file = "FROM alpine\nCOPY src /src\nRUN echo one\n"
	b := newBench(t, map[string]string{"src/a": "1", "src/b": "1"})
	for _, step := range []struct {
		file string
		do   func()
		want []string
	}{
		{file, func() {}, []string{"no step like it was ever built here", "no step like it was ever built here"}},
		{file, func() {}, nil},
		{
			file, func() { b.write(map[string]string{"src/b": "2"}) },
			[]string{"the files that it takes changed: /src/b", "a step before it was built anew"},
		},
		{
			file, func() { b.write(map[string]string{"src/aa": "new"}) },
			[]string{"the files that it takes changed: /src/aa is new", "a step before it was built anew"},
		},
		{
			strings.Replace(file, "one", "two", 1), func() {},
			[]string{"its instruction, or a variable in it, changed: it was [3/3] RUN echo one"},
		},
		{
			strings.Replace(file, "one", "two", 1), func() { b.prune(true) },
			[]string{"its result was pruned", "its result was pruned"},
		},
		{"FROM busybox\nCOPY src /src\n", func() {}, []string{"what it lies on changed"}},
	} {
		step.do()
		since := b.Sim.Log.Last()
		b.mustBuild(step.file)
		if got := b.reasons(since); !slices.Equal(got, step.want) {
			t.Errorf("%q: %q, want %q", step.file, got, step.want)
		}
	}
}

func (b *bench) prune(all bool) (freed api.BuildCachePruned) {
	b.t.Helper()
	b.Do(func(c api.Caller) {
		var err error
		freed, err = b.Engine.BuildCachePrune(c, api.BuildCachePruneOptions{All: all})
		b.must(err)
	})
	return freed
}

// What a layer of COPY --link is does not depend on what it lies on.
func TestLinkedCopies(t *testing.T) {
	b := newBench(t, map[string]string{"a": "1"})
	b.mustBuild("FROM alpine\nRUN echo 1 > /x\nCOPY --link a /dir/a\nRUN test -f /dir/a -a -f /x\n")
	b.mustBuild("FROM alpine\nRUN echo 2 > /x\nCOPY --link a /dir/a\nRUN test -f /dir/a -a -f /x\n")
	if got := b.cached(); got != "-c-" {
		t.Errorf("%s, want the copy from the cache", got)
	}
	if got := b.history(2); got[1] != "COPY a /dir/a # buildkit" {
		t.Errorf("history: %q", got)
	}
}

// No word of a Dockerfile is without effect: it works, or it is refused.
func TestNothingIsIgnored(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"ADD --checksum=sha256:aa a /", "checksum requires HTTP(S) or Git sources"},
		{"ADD --checksum=sha256:aa a b /", "checksum can't be specified for multiple sources"},
		{"ADD https://example.com/a /", "ADD of a remote source is not simulated: https://example.com/a"},
		{"ADD git@github.com:a/b.git /", "ADD of a remote source is not simulated: git@github.com:a/b.git"},
		{"COPY https://example.com/a /", "source can't be a URL for COPY"},
		{"COPY --chmod=u+x a /", "--chmod=u+x is not simulated: only octal numbers are"},
		{"COPY --chmod=99 a /", "invalid chmod parameter: '99'. it should be octal string and between 0 and 07777"},
		{"RUN --network=host true", "RUN --network=host is not simulated"},
		{"RUN --mount=type=ssh true", "RUN --mount=type=ssh is not simulated"},
		{"RUN --mount=type=cache,target=/c,from=alpine true", "RUN --mount=type=cache,from=... is not simulated"},
		{"RUN --mount=type=secret,id=k,required=true true", "secret k: not found"},
		{"RUN --security=insecure true", "RUN --security is not simulated"},
	} {
		newBench(t, map[string]string{"a": "", "b": ""}).refuses("FROM alpine\nRUN echo before\n"+tt.line+"\n", tt.want)
	}
}

func TestMountsOfRun(t *testing.T) {
	secret := func(r *build.Request) { r.Secrets = map[string][]byte{"k": []byte("hush")} }
	for _, tt := range []struct{ what, lines, want string }{
		{"a file of the context", "RUN --mount=type=bind,source=src/a,target=/m/a cat /m/a > /out", "A"},
		{"the context, read-only", "RUN --mount=target=/m (echo x > /m/new || echo no) > /out 2>/dev/null", "no\n"},
		{"the context, writable", "RUN --mount=target=/m,rw echo x > /m/new && cat /m/new > /out", "x\n"},
		{"a stage", "RUN --mount=from=other,source=/etc,target=/m head -1 /m/hosts.own > /out", "127.0.0.1\tlocalhost\n"},
		{"memory", "RUN --mount=type=tmpfs,target=/m grep -c ' /m tmpfs' /proc/mounts > /out", "1\n"},
		{"a secret", "RUN --mount=type=secret,id=k cat /run/secrets/k > /out", "hush"},
		{"its mode", "RUN --mount=type=secret,id=k,mode=0440,uid=7 stat -c '%a %u' /run/secrets/k > /out", "440 7\n"},
		{"a secret variable", "RUN --mount=type=secret,id=k,env=K printf $K > /out", "hush"},
		{
			"a cache", "RUN --mount=type=cache,target=/c echo kept > /c/f\nRUN --mount=type=cache,target=/c cat /c/f > /out",
			"kept\n",
		},
		{"a script", "RUN <<E\n#!/bin/cat\ntext\nE\nRUN echo > /out", "\n"},
		{
			"no traces", "RUN --mount=type=cache,target=/no/where true\nRUN ls /no > /out 2>/dev/null || echo none > /out",
			"none\n",
		},
		{"no container's mark", "RUN ls /.dockerenv > /out 2>/dev/null || echo none > /out", "none\n"},
		{"a network", "RUN ip -o -4 addr show eth0 | grep -c 172.17 > /out", "1\n"},
		{"no network", "RUN --network=none ip -o link | grep -c eth0 > /out || true", "0\n"},
	} {
		b := newBench(t, map[string]string{"src/a": "A"})
		const other = "FROM busybox AS other\nRUN echo '127.0.0.1\tlocalhost' > /etc/hosts.own\n"
		b.mustBuild(other+"FROM alpine\n"+tt.lines+"\n", secret)
		r := b.Run("it", "cat", "/out")
		if r.Stdout != tt.want {
			t.Errorf("%s: %q, want %q", tt.what, r.Stdout, tt.want)
		}
	}
}

func TestCopyParentsAndExclusions(t *testing.T) {
	files := map[string]string{"x/a/1.txt": "", "x/a/2.md": "", "x/b/3.txt": "", "top.txt": ""}
	for _, tt := range []struct{ copy, want string }{
		{"COPY --parents x/a/1.txt /to/", "/to /to/x /to/x/a /to/x/a/1.txt"},
		{"COPY --parents x/./a/1.txt /to/", "/to /to/a /to/a/1.txt"},
		{"COPY --parents **/*.txt /to/", "/to /to/top.txt /to/x /to/x/a /to/x/a/1.txt /to/x/b /to/x/b/3.txt"},
		{"COPY --exclude=**/*.md x /to", "/to /to/a /to/a/1.txt /to/b /to/b/3.txt"},
		{"COPY --exclude=top.* t*.txt x/a/2.md /to/", "/to /to/2.md"},
	} {
		b := newBench(t, files)
		b.mustBuild("FROM busybox\n" + tt.copy + "\n")
		r := b.Run("it", "sh", "-c", "find /to | sort")
		if got := strings.Join(strings.Fields(r.Stdout), " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.copy, got, tt.want)
		}
	}
}

// The sentences of rules come from BuildKit; which lines they are said of is ours.
func TestWarnings(t *testing.T) {
	for _, tt := range []struct {
		file string
		want []string
	}{
		{"FROM alpine\nCMD a\n", []string{"JSONArgsRecommended 2"}},
		{"FROM alpine\nSHELL [\"sh\", \"-c\"]\nCMD a\n", nil},
		{"FROM alpine\nCMD [\"a\"]\nCMD [\"b\"]\n", []string{"MultipleInstructionsDisallowed 2"}},
		{"FROM alpine AS B\n", []string{"StageNameCasing 1"}},
		{"FROM alpine AS a\nFROM alpine AS a\n", []string{"DuplicateStageName 2"}},
		{"FROM alpine AS scratch\n", []string{"ReservedStageName 1"}},
		{"FROM alpine\nrun true\nRUN true\n", []string{"ConsistentInstructionCasing 2"}},
		{"ARG V\nFROM alpine:$V\n", []string{"InvalidDefaultArgInFrom 2"}},
		{"FROM --platform=linux/amd64 alpine\n", []string{"FromPlatformFlagConstDisallowed 1"}},
		{"FROM --platform=$TARGETPLATFORM alpine\n", []string{"RedundantTargetPlatform 1"}},
		{"FROM alpine\nEXPOSE 80/TCP\n", []string{"ExposeProtoCasing 2"}},
		{"FROM alpine\nEXPOSE 1:80\n", []string{"ExposeInvalidFormat 2"}},
		{"FROM alpine\nENV PASSWORD=x\n", []string{"SecretsUsedInArgOrEnv 2"}},
		{"FROM alpine\nENV PUBLIC_KEY=x KEYBOARD=x\n", nil},
		{"FROM alpine\nARG Api_Token_2\n", []string{"SecretsUsedInArgOrEnv 2"}},
		{"FROM alpine\nENV X=$NOPE\n", []string{"UndefinedVar 2"}},
		{"FROM alpine\nRUN true \\\n\n  && true\n", []string{"NoEmptyContinuation 4"}},
		{"# check=skip=all\nFROM alpine\nCMD a\n", nil},
	} {
		b := newBench(t, nil)
		var got []string
		err := b.build(tt.file, func(r *build.Request) { r.Args = map[string]string{"V": "latest"} })
		for _, e := range b.events {
			if e.Kind == build.Warning {
				rule, _, _ := strings.Cut(e.Text, ":")
				got = append(got, rule+" "+e.Text[len(e.Text)-2:len(e.Text)-1])
			}
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q %v, want %q", tt.file, got, err, tt.want)
		}
	}
	err := newBench(t, nil).build("# check=error=true\nFROM alpine\nCMD a\n")
	if err == nil || err.Error() != "lint violation found for rules: JSONArgsRecommended" {
		t.Errorf("error=true: %v", err)
	}
}

// Whoever asked for a build may be killed at any time: nothing of it is kept for ever.
func TestAKilledBuildLeavesNothing(t *testing.T) {
	b := newBench(t, nil)
	content := b.Engine.Store().Content()
	before := content.Size()
	for at := 10 * time.Millisecond; ; at += 20 * time.Millisecond {
		client := b.Go(func(c api.Caller) {
			b.Engine.ImageBuild(c, build.Request{ //nolint:errcheck // it is killed
				Dockerfile: []byte("FROM hello-world\nWORKDIR /w\n"), Name: "Dockerfile",
			})
		})
		b.Advance(at)
		over := client.Done()
		client.Signal(proc.SIGKILL)
		b.Advance(time.Second)
		b.Do(func(c api.Caller) {
			_, err := b.Engine.ImagePrune(c, api.Filters{})
			b.must(err)
		})
		b.prune(true)
		if got := content.Size(); got != before {
			t.Errorf("killed after %v: %d bytes stay", at, got-before)
			return
		}
		if over {
			return
		}
	}
}

// A base that only a build needs gets no name, and goes with the cache.
func TestBasesFromARegistry(t *testing.T) {
	b := newBench(t, nil)
	names := func() (n int) {
		b.Do(func(c api.Caller) {
			list, err := b.Engine.ImageList(c, api.ImageListOptions{})
			b.must(err)
			n = len(list)
		})
		return n
	}
	before := names()
	b.mustBuild("FROM hello-world\nLABEL a=b\n")
	if got := names(); got != before+1 {
		t.Errorf("%d images, want %d", got, before+1)
	}
	b.Do(func(c api.Caller) {
		_, err := b.Engine.ImageRemove(c, "it", api.ImageRemoveOptions{})
		b.must(err)
	})
	if freed := b.prune(true); freed.SpaceReclaimed == 0 {
		t.Error("the base was not in the cache")
	}
	err := b.build("FROM nosuch/image\n")
	const want = "nosuch/image: failed to resolve source metadata for docker.io/nosuch/image:latest: " +
		"pull access denied, repository does not exist or may require authorization: " +
		"server message: insufficient_scope: authorization failed"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
