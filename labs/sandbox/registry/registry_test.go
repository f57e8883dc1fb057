package registry

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/image/catalogue"
)

const (
	alpineIndex    = "sha256:7c6e19f0040e82b35b938054e9656fd3c6bd43023c660b61c4cf0c6d27d03575"
	alpineManifest = "sha256:4a72130f4606d429a0ec3588dec6e4599d21eb11642b294f41545c6c17470eaa"
	refused        = "dial tcp [::1]:5000: connect: connection refused"
)

// world is an engine with the recorded images, Docker Hub, and a registry on localhost:5000 that may be down.
type world struct {
	t      *testing.T
	client *Client
	hub    *Server
	local  *Server
	auth   Auth
}

func newWorld(t *testing.T) *world {
	c := catalogue.Recorded()
	w := &world{t: t, hub: NewHub(c)}
	store := image.NewStore(image.StoreConfig{})
	if err := c.Install(store); err != nil {
		t.Fatal(err)
	}
	w.client = &Client{Store: store, Hosts: func(domain string) (*Server, error) {
		switch {
		case domain == Hub:
			return w.hub, nil
		case domain == "localhost:5000" && w.local != nil:
			return w.local, nil
		}
		return nil, errors.New(refused)
	}}
	return w
}

func (w *world) ref(s string) image.Reference {
	w.t.Helper()
	r, err := image.ParseReference(s)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// do is docker pull, push, tag, rmi or login, and gives what the engine would send, progress bars left out.
func (w *world) do(line string) string {
	w.t.Helper()
	f := strings.Fields(line)
	last := f[len(f)-1]
	switch f[0] {
	case "pull":
		var p *image.Platform
		if len(f) > 2 {
			parsed, err := image.ParsePlatform(f[1])
			if err != nil {
				return err.Error()
			}
			p = &parsed
		}
		t, err := w.client.Pull(w.ref(last), p, w.auth)
		if err != nil {
			return err.Error()
		}
		return show(t)
	case "push":
		return show(w.client.Push(w.ref(last), nil, w.auth))
	case "tag":
		rec, err := w.client.Store.Find(f[1])
		if err != nil {
			w.t.Fatal(err)
		}
		w.client.Store.Tag(w.ref(last).TagOrLatest(), rec.Target)
	case "rmi":
		if _, err := w.client.Store.Remove(last, false); err != nil {
			w.t.Fatal(err)
		}
		w.client.Store.Collect()
	case "login":
		w.auth = Auth{f[1], f[2]}
		if err := w.client.Login(Hub, w.auth); err != nil {
			w.auth = Auth{}
			return err.Error()
		}
	case "logout":
		w.auth = Auth{}
	case "start":
		w.local = NewServer(Config{})
	default:
		w.t.Fatalf("%q", line)
	}
	return ""
}

func show(t *Transfer) string {
	messages, _, err := t.Run()
	var out []string
	for _, m := range messages {
		switch {
		case m.Total > 0 || m.Status == "":
		case m.ID != "":
			out = append(out, m.ID+": "+m.Status)
		default:
			out = append(out, m.Status)
		}
		if m.Pushed != nil && m.Pushed.Index != nil {
			out = append(out, "instead of "+string(m.Pushed.Index.Digest))
		}
	}
	if err != nil {
		out = append(out, "! "+err.Error())
	}
	return strings.Join(out, "\n")
}

// What the recorded engine said, line by line.
func TestRecordedConversations(t *testing.T) {
	pushed := "1: digest: " + alpineManifest + " size: 479\ninstead of " + alpineIndex
	denied := "push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
	upToDate := "Digest: " + alpineIndex + "\nStatus: "
	rows := []struct {
		name  string
		lines []string
		says  string // of the last line
	}{
		{"a new image", []string{"pull hello-world"}, `latest: Pulling from library/hello-world
bb85e82b2ce4: Pulling fs layer
bb85e82b2ce4: Download complete
44136fa355b3: Already exists
af43764b76d8: Download complete
bb85e82b2ce4: Pull complete
Digest: sha256:42dccd28ecfd5b6fe5432dc9bdae565a89df507928e0397cee7b61d75469b246
Status: Downloaded newer image for hello-world:latest`},
		{"again", []string{"pull hello-world", "pull hello-world"}, `latest: Pulling from library/hello-world
Digest: sha256:42dccd28ecfd5b6fe5432dc9bdae565a89df507928e0397cee7b61d75469b246
Status: Image is up to date for hello-world:latest`},
		{"another tag", []string{"pull alpine:3.20"}, "3.20: Pulling from library/alpine\n" + upToDate + "Downloaded newer image for alpine:3.20"},
		{
			"by digest",
			[]string{"pull alpine@" + alpineIndex},
			"docker.io/library/alpine@" + alpineIndex + ": Pulling from library/alpine\n" + upToDate +
				"Image is up to date for alpine@" + alpineIndex,
		},
		{
			"another platform",
			[]string{"pull linux/arm64 busybox"},
			"latest: Pulling from library/busybox\n44136fa355b3: Already exists\n277b5a9e8534: Download complete\n" +
				"Digest: sha256:e34958666b1112192de25fca37c7d3670da2cd0bd34c23625da70c6829109fe2\nStatus: Image is up to date for busybox:latest",
		},
		{"no tag", []string{"pull nginx:nosuchtag"}, `failed to resolve reference "docker.io/library/nginx:nosuchtag": docker.io/library/nginx:nosuchtag: not found`},
		{"no repository", []string{"pull nosuchrepo"}, "pull access denied for nosuchrepo, repository does not exist or may require 'docker login'"},
		{"no repository of a user", []string{"pull learner/nosuch"}, "pull access denied for learner/nosuch, repository does not exist or may require 'docker login'"},
		{
			"no digest",
			[]string{"pull alpine@sha256:" + strings.Repeat("0", 64)},
			`failed to resolve reference "docker.io/library/alpine@sha256:` + strings.Repeat("0", 64) +
				`": docker.io/library/alpine@sha256:` + strings.Repeat("0", 64) + ": not found",
		},
		{"nobody there", []string{"pull localhost:5000/library/alpine"}, `failed to resolve reference "localhost:5000/library/alpine:latest": failed to do request: Head "https://localhost:5000/v2/library/alpine/manifests/latest": ` + refused},
		{
			"push to nobody",
			[]string{"tag busybox localhost:5000/me/bb:1", "push localhost:5000/me/bb:1"},
			"The push refers to repository [localhost:5000/me/bb]\nffd6dac45c8f: Unavailable\n! failed to do request: Head \"https://localhost:5000/v2/me/bb/blobs/sha256:ffd6dac45c8f3996567ec7ffd0f321f8af9025b81b95be91071b256885879ed4\": " + refused,
		},
		{"push nothing", []string{"push nosuch"}, "The push refers to repository [docker.io/library/nosuch]\n! tag does not exist: nosuch:latest"},
		{"push as nobody", []string{"tag alpine learner/app:1", "push learner/app:1"}, "The push refers to repository [docker.io/learner/app]\n145ecc2b68bb: Unavailable\n! " + denied},
		{
			"push an official image",
			[]string{"push alpine"},
			"The push refers to repository [docker.io/library/alpine]\n145ecc2b68bb: Layer already exists\n! failed commit on ref \"manifest-" +
				alpineManifest + "\": server message: insufficient_scope: authorization failed",
		},
		{"wrong password", []string{"login learner wrong"}, `Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password`},
		{
			"push",
			[]string{"login learner secret", "tag alpine learner/app:1", "push learner/app:1"},
			"The push refers to repository [docker.io/learner/app]\n145ecc2b68bb: Mounted from library/alpine\n" + pushed,
		},
		{
			"push again",
			[]string{"login learner secret", "tag alpine learner/app:1", "push learner/app:1", "push learner/app:1"},
			"The push refers to repository [docker.io/learner/app]\n145ecc2b68bb: Layer already exists\n" + pushed,
		},
		{
			"push to another's",
			[]string{"login learner secret", "tag alpine other/app", "push other/app"},
			"The push refers to repository [docker.io/other/app]\n145ecc2b68bb: Unavailable\n! " + denied,
		},
		{
			"pull what was pushed",
			[]string{"login learner secret", "tag alpine learner/app:1", "push learner/app:1", "rmi learner/app:1", "pull learner/app:1"},
			"1: Pulling from learner/app\nDigest: " + alpineManifest + "\nStatus: Downloaded newer image for learner/app:1",
		},
		{
			"push as nobody what is there",
			[]string{"login learner secret", "tag alpine learner/app:1", "push learner/app:1", "rmi learner/app:1", "pull learner/app:1", "logout", "push learner/app:1"},
			"The push refers to repository [docker.io/learner/app]\n145ecc2b68bb: Layer already exists\n1: digest: " + alpineManifest + " size: 479",
		},
		{
			"one's own registry",
			[]string{"start", "tag alpine localhost:5000/my-alpine", "push localhost:5000/my-alpine"},
			"The push refers to repository [localhost:5000/my-alpine]\n145ecc2b68bb: Pushed\nlatest" + pushed[1:],
		},
		{"nothing in it", []string{"start", "pull localhost:5000/nosuch"}, `failed to resolve reference "localhost:5000/nosuch:latest": localhost:5000/nosuch:latest: not found`},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			w := newWorld(t)
			says := ""
			for _, line := range r.lines {
				says = w.do(line)
			}
			if diff := cmp.Diff(strings.Split(r.says, "\n"), strings.Split(says, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The layers of an image of several arrive by size and are unpacked in order.
func TestPullOfSeveralLayers(t *testing.T) {
	w := newWorld(t)
	got := w.do("pull registry:2")
	want := `2: Pulling from library/registry
d9e87f6bacbe: Pulling fs layer
0a6016d28db6: Pulling fs layer
c4f772d59b29: Pulling fs layer
e99a0adaab1f: Pulling fs layer
feb27bb4b48c: Pulling fs layer
`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant the beginning\n%s", got, want)
	}
	for _, id := range []string{"d9e87f6bacbe", "0a6016d28db6", "c4f772d59b29", "e99a0adaab1f", "feb27bb4b48c"} {
		if strings.Count(got, id+": Download complete") != 1 || strings.Count(got, id+": Pull complete") != 1 {
			t.Errorf("%s is not told of once in\n%s", id, got)
		}
	}
}

// A pull takes as long as its bytes need, and can be left in the middle without a trace.
func TestTransfersTakeTime(t *testing.T) {
	w := newWorld(t)
	w.client.Line = Line{Bytes: 1 << 20}
	transfer, err := w.client.Pull(w.ref("registry:2"), nil, Auth{})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		step, ok := transfer.Next()
		if !ok {
			t.Fatal("it was over too soon")
		}
		if err := step.Apply(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.client.Store.Find("registry:2"); err == nil {
		t.Error("half an image has a name")
	}
	before := w.client.Store.Content().Size()
	if w.client.Store.Collect(); w.client.Store.Content().Size() > before {
		t.Error("collecting made it more")
	}
	transfer, err = w.client.Pull(w.ref("registry:2"), nil, Auth{})
	if err != nil {
		t.Fatal(err)
	}
	messages, took, err := transfer.Run()
	if err != nil {
		t.Fatal(err)
	}
	if took < 8*time.Second || took > 11*time.Second { // 8.4 MB at 1 MiB/s
		t.Errorf("took %v", took)
	}
	bars := 0
	for _, m := range messages {
		if m.Status == "Downloading" && m.Current > 0 && m.Current < m.Total {
			bars++
		}
	}
	if bars < 50 {
		t.Errorf("%d progress bars in %v", bars, took)
	}
	if _, err := w.client.Store.Find("registry:2"); err != nil {
		t.Error(err)
	}
}

func TestRateLimit(t *testing.T) {
	w := newWorld(t)
	w.hub.SetLimit(2)
	for range 2 {
		w.do("pull alpine")
	}
	if got := w.do("pull alpine"); !strings.Contains(got, "429 Too Many Requests") {
		t.Errorf("said %q", got)
	}
	w.do("login learner secret")
	if got := w.do("pull alpine"); !strings.Contains(got, "up to date") {
		t.Errorf("someone who is known is limited: %q", got)
	}
}

func TestCatalogAndSearch(t *testing.T) {
	w := newWorld(t)
	w.do("start")
	w.do("tag alpine localhost:5000/my-alpine")
	w.do("push localhost:5000/my-alpine")
	if diff := cmp.Diff([]string{"my-alpine"}, w.local.Repositories()); diff != "" {
		t.Error(diff)
	}
	tags, _ := w.local.Tags("my-alpine")
	if diff := cmp.Diff([]string{"latest"}, tags); diff != "" {
		t.Error(diff)
	}
	got := w.hub.Search("nginx", 0)
	want := []Found{{Name: "nginx", Summary: "Official build of Nginx.", Stars: 20800, Official: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := w.hub.Search("nosuchthing", 0); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}
