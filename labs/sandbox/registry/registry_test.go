package registry

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/image/catalogue"
)

const refused = "dial tcp [::1]:5000: connect: connection refused"

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
				return "! " + err.Error()
			}
			p = &parsed
		}
		t, err := w.client.Pull(w.ref(last), p, w.auth)
		if err != nil {
			return "! " + err.Error()
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
			return "! " + err.Error()
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

// The conversations in testdata are those of the recorded engine, as the engine sends them: "! " begins an error, and
// "instead of" tells which index one platform was sent for.
func TestConversations(t *testing.T) {
	text, err := os.ReadFile("testdata/conversations.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, scene := range strings.Split(string(text), "\n# ")[1:] {
		name, script, _ := strings.Cut(scene, "\n")
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var got strings.Builder
			for line := range strings.Lines(script) {
				if command, ok := strings.CutPrefix(line, "$ "); ok {
					got.WriteString(line)
					if says := w.do(strings.TrimSpace(command)); says != "" {
						got.WriteString(says + "\n")
					}
				}
			}
			if diff := cmp.Diff(strings.TrimSpace(script), strings.TrimSpace(got.String())); diff != "" {
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
	content := w.client.Store.Content()
	half := content.Size()
	if w.client.Store.Collect(); content.Size() != half {
		t.Errorf("%d bytes of a pull on its way were collected", half-content.Size())
	}
	transfer.Close()
	transfer.Close()
	if w.client.Store.Collect(); content.Size() >= half {
		t.Error("nothing of a pull that was left was collected")
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
