package build_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/build"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/image/catalogue"
	"dockerlearn/labs/sandbox/registry"
	"dockerlearn/labs/sandbox/vfs"
)

// yard is a place where images are built whose RUNs change nothing: what a shell does is not a build's affair.
type yard struct {
	worker  build.Worker
	context *vfs.View
}

func newYard(t testing.TB, files map[string]string) *yard {
	t.Helper()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	disk := vfs.NewDisk(vfs.Config{Size: 1 << 30, Now: now.UnixNano})
	hub := registry.NewHub(catalogue.Recorded())
	store := image.NewStore(image.StoreConfig{Now: func() time.Time { return now }, Disk: disk})
	client := &registry.Client{
		Store: store, Hosts: func(string) (*registry.Server, error) { return hub, nil },
	}
	y := &yard{context: vfs.NewMounts(disk.Tree("/dev/sda1", "root"), 0).View(vfs.Root())}
	for name, text := range files { // any order: each is a file of its own
		if err := errors.Join(
			y.context.MkdirAll(path.Dir("/"+name), 0o755), y.context.WriteFile("/"+name, []byte(text), 0o644),
		); err != nil {
			t.Fatal(err)
		}
	}
	y.worker = build.Worker{
		Store: store, Disk: disk, Now: func() time.Time { return now }, Cache: build.NewCache(),
		Find: func(ref image.Reference, _ bool) (*image.Image, build.Fetch, error) {
			i, begin, err := client.Fetch(ref, registry.Auth{})
			if err == nil {
				_, _, err = begin().Run()
			}
			return i, nil, err
		},
		Run:  func(build.Process) (*vfs.Layer, error) { return vfs.NewBuilder().Layer(), nil },
		Wait: func(time.Duration) error { return nil },
		Note: func(string, string, string, ...build.Note) build.Note { return 0 },
	}
	return y
}

func (y *yard) build(file string) error {
	_, err := build.Run(y.worker, build.Request{Dockerfile: []byte(file), Name: "Dockerfile", Context: y.context})
	return err
}

// Whatever a Dockerfile says, a build of it ends: with an image, or with an error that belongs to it.
func FuzzDockerfile(f *testing.F) {
	for _, seed := range []string{
		"FROM alpine\nCOPY a /\n",
		"ARG V=1\nFROM alpine:$V AS x\nENV A=$B\nFROM x\nCOPY --from=x / /y\n",
		"FROM alpine\nRUN --mount=type=cache,target=/c <<E\n#!/bin/sh\nE\n",
		"FROM scratch\nCOPY <<E <<F /d/\n1\nE\n2\nF\n",
		"FROM a AS b\nCOPY --from=c / /\nFROM b AS c\n",
		"FROM alpine\nONBUILD COPY --from=nginx a /\nFROM 0\n",
		"# check=skip=all;error=true\n# escape=`\nFROM alpine\nEXPOSE 1-65535\nCMD [\"a\"\n",
		"FROM alpine\nCOPY --parents --exclude=** --chown=a:b --chmod=0 --link **/./a b* /\n",
		"FROM alpine\nENV A=aaaaaaaa\n" + strings.Repeat("ENV A=$A$A$A$A\n", 60),
		"FROM --platform=$BUILDPLATFORM alpine\nHEALTHCHECK --interval=1s CMD x\nVOLUME [\"\"]\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		if len(file) > 1<<14 {
			t.Skip("longer than what a learner types")
		}
		err := newYard(t, map[string]string{"a": "1", "dir/b": "2", ".dockerignore": "dir/c\n"}).build(file)
		var failed *build.Error
		if err != nil && !errors.As(err, &failed) {
			t.Errorf("an error of another kind: %v", err)
		}
	})
}

// Random Dockerfiles of lines that make sense alone end, too, and twice in the same way.
func TestRandomDockerfilesEnd(t *testing.T) {
	lines := []string{
		"FROM alpine", "FROM alpine AS x", "FROM x AS y", "FROM y", "FROM scratch AS x", "FROM busybox AS $A", "FROM nosuch",
		"ARG A", "ARG A=x", "ENV A=$B B=${A:-y}", "ENV A $A$A", "COPY a /", "COPY --from=x / /x/", "COPY --from=y a b c/",
		"COPY --from=1 a a", "COPY --link dir .", "COPY --parents dir/b /p", "COPY <<E f\n$A\nE", "ADD dir /d",
		"WORKDIR d/$A",
		"RUN true", "RUN <<E\n#!/bin/sh\nE", "RUN --mount=from=x,target=/x true", "RUN --mount=type=cache,target=$A true",
		"RUN --mount=type=secret,id=$A true", "RUN --mount=source=dir,target=d,rw true", "ONBUILD COPY --from=x a b",
		"ONBUILD RUN true", "USER $A", "EXPOSE 80-81/$A", "VOLUME $A", "CMD x", "ENTRYPOINT [\"a\"]", "HEALTHCHECK NONE",
		"SHELL [\"a\"]", "STOPSIGNAL $A", "LABEL a=b c=$B", "MAINTAINER me", "# check=error=true", "", "NOPE",
	}
	chance := rand.New(rand.NewPCG(1, 2))
	files := map[string]string{"a": "1", "b": "2", "dir/b": "3"}
	for range 300 {
		file := "FROM alpine AS x\n"
		for range 2 + chance.IntN(12) {
			file += lines[chance.IntN(len(lines))] + "\n"
		}
		first, second := newYard(t, files).build(file), newYard(t, files).build(file)
		if fmt.Sprint(first) != fmt.Sprint(second) {
			t.Errorf("%q: %v, then %v", file, first, second)
		}
	}
}

// Variables that double with each line end in an error, not in all of the memory.
func TestGrowthIsBounded(t *testing.T) {
	for _, file := range []string{
		"FROM alpine\nENV A=aaaaaaaaaaaaaaaa\n" + strings.Repeat("ENV A=$A$A$A$A\n", 40),
		"ARG A=aaaaaaaaaaaaaaaa\n" + strings.Repeat("ARG A=$A$A$A$A\n", 40) + "FROM alpine\n",
		"FROM alpine\n" + strings.Repeat("EXPOSE 1-65535\n", 200),
		"FROM alpine AS s0\nLABEL x=" + strings.Repeat("x", 60_000) + "\n" + stages(400),
	} {
		err := newYard(t, nil).build(file)
		if err == nil || !strings.Contains(err.Error(), "of configuration is not simulated") {
			t.Errorf("%.60q: %.200v", file, err)
		}
	}
}

// A builder that builds for ever remembers only so much.
func TestTheCacheIsBounded(t *testing.T) {
	y := newYard(t, map[string]string{"a": "1"})
	for i := range 700 {
		if err := y.build(fmt.Sprintf("FROM alpine\nRUN echo %d\n", i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(y.worker.Cache.Records(func(*image.Layer) bool { return false })); n > 510 {
		t.Errorf("%d records", n)
	}
}

func stages(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "FROM s%d AS s%d\n", i, i+1)
	}
	return b.String()
}

const tenSteps = "FROM alpine\nWORKDIR /app\nCOPY a /app/\nRUN one\nRUN two\nRUN three\nCOPY dir /app/dir\n" +
	"RUN four\nRUN five\nENV A=b\nRUN six\nRUN seven\n"

func BenchmarkBuildFromTheCache(b *testing.B) {
	y := newYard(b, map[string]string{"a": "1", "dir/b": "2"})
	b.ReportAllocs()
	for b.Loop() {
		if err := y.build(tenSteps); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBuildAnew(b *testing.B) {
	y := newYard(b, map[string]string{"a": "1", "dir/b": "2"})
	b.ReportAllocs()
	for b.Loop() {
		y.worker.Cache.Prune(build.Prune{All: true}, func(*image.Layer) bool { return false })
		if err := y.build(tenSteps); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkContextOfTenThousandFiles(b *testing.B) {
	files := map[string]string{}
	for i := range 10_000 {
		files[fmt.Sprintf("d%d/f%d", i/100, i)] = fmt.Sprint(i)
	}
	for _, c := range []struct {
		name  string
		prune bool
	}{{"cached", false}, {"copied", true}} {
		b.Run(c.name, func(b *testing.B) {
			y := newYard(b, files)
			b.ReportAllocs()
			for b.Loop() {
				if c.prune {
					y.worker.Cache.Prune(build.Prune{All: true}, func(*image.Layer) bool { return false })
				}
				if err := y.build("FROM scratch\nCOPY . /\n"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
