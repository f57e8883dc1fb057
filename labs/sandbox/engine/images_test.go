package engine_test

import (
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
)

// shown is what a transfer printed, a line each, and its error behind "!".
func shown(m *enginetest.Machine, f func(c api.Caller) (api.Stream[api.Progress], error)) (list []string) {
	m.Do(func(c api.Caller) {
		s, err := f(c)
		if err != nil {
			list = append(list, "! "+err.Error())
			return
		}
		for _, p := range enginetest.Drain(c, s) {
			switch {
			case p.Error != nil:
				list = append(list, "! "+p.Error.Message)
			case p.ID != "" && (p.Detail == nil || p.Detail.Current == 0):
				list = append(list, p.ID+": "+p.Status)
			case p.Detail == nil:
				list = append(list, p.Status+strings.TrimSpace(p.Stream))
			}
		}
	})
	return list
}

func TestPullAsRecorded(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	pull := func(ref string) []string {
		return shown(m, func(c api.Caller) (api.Stream[api.Progress], error) {
			return m.Engine.ImagePull(c, ref, api.PullOptions{})
		})
	}
	first := pull("hello-world")
	if n := len(first); n < 5 || first[0] != "latest: Pulling from library/hello-world" ||
		first[n-1] != "Status: Downloaded newer image for hello-world:latest" || !slices.Contains(first, "bb85e82b2ce4: Pull complete") {
		t.Errorf("%q", first)
	}
	want := []string{
		"latest: Pulling from library/hello-world",
		"Digest: sha256:42dccd28ecfd5b6fe5432dc9bdae565a89df507928e0397cee7b61d75469b246",
		"Status: Image is up to date for hello-world:latest",
	}
	if again := pull("hello-world"); !slices.Equal(again, want) {
		t.Errorf("%q", again)
	}
	for ref, want := range map[string]string{
		"nginx:nosuchtag": `! failed to resolve reference "docker.io/library/nginx:nosuchtag": docker.io/library/nginx:nosuchtag: not found`,
		"nosuchrepo":      "! pull access denied for nosuchrepo, repository does not exist or may require 'docker login'",
		"UPPER":           "! invalid reference format: repository name (library/UPPER) must be lowercase",
	} {
		if got := pull(ref); got[0] != want {
			t.Errorf("%s: %q", ref, got)
		}
	}
}

func TestPush(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	push := func(ref string, a *api.AuthConfig) []string {
		return shown(m, func(c api.Caller) (api.Stream[api.Progress], error) {
			return m.Engine.ImagePush(c, ref, api.PushOptions{Auth: a})
		})
	}
	if got := push("nosuch", nil); !slices.Equal(got, []string{
		"The push refers to repository [docker.io/library/nosuch]", "! tag does not exist: nosuch:latest",
	}) {
		t.Errorf("%q", got)
	}
	m.Engine.ImageTag(api.Caller{}, "alpine", "learner/app:1")
	if got := push("learner/app:1", nil); got[len(got)-1] != "! push access denied, repository does not exist or may require "+
		"authorization: server message: insufficient_scope: authorization failed" {
		t.Errorf("%q", got)
	}
	a := &api.AuthConfig{Username: "learner", Password: "secret"}
	if got := push("learner/app:1", a); !slices.Contains(got, "145ecc2b68bb: Mounted from library/alpine") {
		t.Errorf("%q", got)
	}
}

func TestTagAndRemove(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	e := m.Engine
	id := m.Start("c1", "sleep", "300")
	tag := func(from, to string) string {
		return say(m, "", func(c api.Caller) error { return e.ImageTag(c, from, to) })
	}
	rm := func(ref string, force bool) string {
		var done []string
		why := say(m, "", func(c api.Caller) error {
			steps, err := e.ImageRemove(c, ref, api.ImageRemoveOptions{Force: force, PruneChildren: true})
			for _, s := range steps {
				done = append(done, s.Untagged+s.Deleted)
			}
			return err
		})
		return strings.Join(append(done, why), " ")
	}
	for _, row := range [][2]string{
		{tag("nosuch", "x"), "No such image: nosuch:latest"},
		{tag("alpine", "mine:v1"), ""},
		{rm("mine:v1", false), "mine:v1 "},
		{rm("nosuch", false), "No such image: nosuch:latest"},
		{rm("busybox", false), "conflict: unable to delete busybox:latest (must be forced) - container " + id[:12] +
			" is using its referenced image e34958666b11"},
		{rm("busybox", true), "busybox:latest "},
		{rm("alpine", false), "alpine:latest sha256:7c6e19f0040e82b35b938054e9656fd3c6bd43023c660b61c4cf0c6d27d03575 "},
	} {
		if strings.TrimSpace(row[0]) != strings.TrimSpace(row[1]) {
			t.Errorf("%q, recorded %q", row[0], row[1])
		}
	}
	list, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{})
	if got := list[0].Image; !strings.HasPrefix(got, "sha256:e34958666b11") {
		t.Errorf("the image is called %s", got)
	}
}

// What is saved, removed and loaded again is the same image.
func TestSaveAndLoad(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	b, err := m.Engine.ImageSave(api.Caller{}, []string{"alpine"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := m.Engine.ImageInspect(api.Caller{}, "alpine", api.ImageInspectOptions{})
	m.Do(func(c api.Caller) { m.Engine.ImageRemove(c, "alpine", api.ImageRemoveOptions{}) })
	got := shown(m, func(c api.Caller) (api.Stream[api.Progress], error) {
		return m.Engine.ImageLoad(c, b, api.LoadOptions{})
	})
	if !slices.Equal(got, []string{"Loaded image: alpine:latest"}) {
		t.Errorf("%q", got)
	}
	after, err := m.Engine.ImageInspect(api.Caller{}, "alpine", api.ImageInspectOptions{})
	if err != nil || after.ID != before.ID || !slices.Equal(after.RootFS.Layers, before.RootFS.Layers) {
		t.Errorf("%+v, %v", after, err)
	}
	if r := m.Run("alpine", "cat", "/etc/alpine-release"); r.Stdout != "3.20.6\n" {
		t.Errorf("%+v", r)
	}
}

func TestImageListing(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{})
	list := func(f api.Filters) (names []string) {
		got, err := m.Engine.ImageList(api.Caller{}, api.ImageListOptions{Filters: f})
		if err != nil {
			return []string{err.Error()}
		}
		for _, s := range got {
			names = append(names, s.RepoTags...)
		}
		return enginetest.Sorted(names)
	}
	m.Engine.ImageTag(api.Caller{}, "alpine", "mine:v1")
	for _, row := range []struct {
		f    api.Filters
		want string
	}{
		{nil, "alpine:latest busybox:latest mine:v1 nginx:latest"},
		{api.Filters{"reference": {"mi*"}}, "mine:v1"},
		{api.Filters{"reference": {"*:v1"}}, "mine:v1"},
		{api.Filters{"dangling": {"true"}}, ""},
		{api.Filters{"nope": {"1"}}, "invalid filter 'nope'"},
		{api.Filters{"label": {"maintainer"}}, "nginx:latest"},
	} {
		if got := strings.Join(list(row.f), " "); got != row.want {
			t.Errorf("%v: %s", row.f, got)
		}
	}
	for _, s := range must(m.Engine.ImageList(api.Caller{}, api.ImageListOptions{SharedSize: true})) {
		want := map[string][2]int64{"alpine:latest": {2088406, 2085489}, "busybox:latest": {1997817, 2}, "nginx:latest": {2190432, 2085489}}[s.RepoTags[0]]
		if s.Size != want[0] || s.SharedSize != want[1] {
			t.Errorf("%s: %d, %d shared; recorded %v", s.RepoTags, s.Size, s.SharedSize, want)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
