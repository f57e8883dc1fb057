package catalogue

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

var recorded = []string{"busybox", "alpine", "nginx"}

func store(t testing.TB, c *Catalogue) *image.Store {
	t.Helper()
	s := image.NewStore(image.StoreConfig{Now: func() time.Time { return time.Unix(1795453757, 0) }})
	if err := c.Install(s); err != nil {
		t.Fatal(err)
	}
	return s
}

// The files of the recorded images are the recorded files, layer by layer.
func TestRecordedFiles(t *testing.T) {
	c := Recorded()
	for _, name := range recorded {
		want, err := os.ReadFile("testdata/" + name + ".files.txt")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		e := c.Find("library/"+name, "latest")
		n := 0
		for i := range e.steps {
			if !e.steps[i].layer {
				continue
			}
			n++
			fmt.Fprintf(&got, "# layer %d\n", n)
			for f := range e.layer(i).Files().Entries() {
				listFile(&got, f)
			}
		}
		if diff := cmp.Diff(sortedLayers(string(want)), sortedLayers(got.String())); diff != "" {
			t.Errorf("%s: recorded (-), ours (+)\n%s", name, diff)
		}
	}
}

func listFile(w *strings.Builder, f vfs.Entry) {
	kind, size, target := "f", int64(0), ""
	switch {
	case f.Path == "":
		return
	case f.Mode.IsDir():
		kind = "d"
	case f.Mode.IsSymlink():
		kind, target = "l", " -> "+f.Target
	case f.Content != nil:
		size = f.Content.Size()
	}
	fmt.Fprintf(w, "%s %04o %d:%d %d /%s%s\n", kind, f.Mode.Perm(), f.UID, f.GID, size, f.Path, target)
}

// sortedLayers is a listing by layer, as sets of lines: directories are listed in different orders.
func sortedLayers(text string) []map[string]bool {
	var layers []map[string]bool
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			layers = append(layers, map[string]bool{})
		} else if line != "" {
			layers[len(layers)-1][line] = true
		}
	}
	return layers
}

// Ids, digests and sizes are those that the engine reported; the sizes are added up, not copied.
func TestRecordedSizes(t *testing.T) {
	s := store(t, Recorded())
	var list []struct {
		ID         string `json:"Id"`
		RepoTags   []string
		SharedSize int64
		Size       int64
	}
	readJSON(t, "images-all", &list)
	for _, want := range list {
		id := image.Digest(want.ID)
		if got := s.Sizes(id).Total; got != want.Size {
			t.Errorf("%s takes up %d, recorded %d", want.RepoTags[0], got, want.Size)
		}
		if got := s.Shared(id); got != want.SharedSize {
			t.Errorf("%s shares %d, recorded %d", want.RepoTags[0], got, want.SharedSize)
		}
		if diff := cmp.Diff(want.RepoTags, s.RepoTags(id)); diff != "" {
			t.Errorf("%s: %s", want.ID, diff)
		}
	}
	if got, want := s.TotalSize(), int64(4195987); got != want {
		t.Errorf("all images take up %d, recorded %d", got, want)
	}
}

func TestRecordedInspect(t *testing.T) {
	s := store(t, Recorded())
	for _, name := range recorded {
		var docs []struct {
			ID          string `json:"Id"`
			RepoDigests []string
			Config      image.Config
			Size        int64
			RootFS      struct{ Layers []image.Digest }
			Descriptor  image.Descriptor
		}
		readJSON(t, name+".inspect", &docs)
		want := docs[0]
		rec, err := s.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		i, err := s.Open(rec.Target.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := want
		got.ID, got.RepoDigests = string(rec.Target.Digest), s.RepoDigests(rec.Target.Digest)
		got.Config, got.Size, got.RootFS.Layers = i.Document.Config, s.ContentSize(i), i.Document.RootFS.DiffIDs
		got.Descriptor = rec.Target
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: recorded (-), ours (+)\n%s", name, diff)
		}
	}
}

// A packed layer is as long as its descriptor says, and has the layer's files.
func TestPackedSizes(t *testing.T) {
	for _, e := range Recorded().Entries() {
		i, err := openAll(e)
		if err != nil {
			t.Fatal(err)
		}
		for n, l := range i.Layers {
			packed := l.Packed()
			if packed.Size() != l.Descriptor.Size {
				t.Errorf("%s: layer %d is packed into %d bytes, not %d", e.Repository, n+1, packed.Size(), l.Descriptor.Size)
			}
			if l.Files().Size() > 16<<20 {
				continue // those are not packed
			}
			back, err := image.LayerFromArchive(packed, image.DefaultLimits())
			if err != nil || back.Size() != l.Files().Size() {
				t.Errorf("%s: layer %d comes back otherwise: %v", e.Repository, n+1, err)
			}
		}
	}
}

func openAll(e *Entry) (*image.Image, error) {
	c := image.NewContent()
	return c.Open(e.AddTo(c), image.Linux())
}

// The history's sizes follow from the files.
func TestRecordedHistory(t *testing.T) {
	s := store(t, Recorded())
	want := map[string][]int64{
		"busybox": {1236992}, "alpine": {1327104}, "nginx": {1327104, 61440, 28672, 8192},
	}
	for _, name := range recorded {
		rec, _ := s.Find(name)
		i, err := s.Open(rec.Target.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, l := range i.Layers {
			got = append(got, l.Usage())
		}
		if diff := cmp.Diff(want[name], got); diff != "" {
			t.Errorf("%s: recorded (-), ours (+)\n%s", name, diff)
		}
		text, err := os.ReadFile("testdata/" + name + ".history.txt")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
		if len(lines) != len(i.Document.History) {
			t.Fatalf("%s: %d lines of history, recorded %d", name, len(i.Document.History), len(lines))
		}
		for at, h := range i.Document.History {
			if line := lines[len(lines)-1-at]; !strings.Contains(line, "  "+h.CreatedBy+"  ") {
				t.Errorf("%s: %q is not in %q", name, h.CreatedBy, line)
			}
		}
	}
}

// Every layer can be built, every name is a reference, what runs is a file.
func TestEveryImage(t *testing.T) {
	for set, c := range map[string]*Catalogue{"recorded": Recorded(), "learner": Learner()} {
		for _, e := range c.Entries() {
			t.Run(set+"/"+e.Reference(e.Tags[0]).Familiar(), func(t *testing.T) {
				content := image.NewContent()
				target := e.AddTo(content)
				if !content.Complete(target) {
					t.Error("some of it is missing")
				}
				i, err := content.Open(target, image.Linux())
				if err != nil {
					t.Fatal(err)
				}
				files := &vfs.Image{}
				for _, l := range i.Layers {
					files = files.With(l.Files())
				}
				runs(t, files, i.Document.Config)
			})
		}
	}
}

// runs looks at what the image runs: it is there, and is a program or a script.
func runs(t *testing.T, files *vfs.Image, c image.Config) {
	t.Helper()
	argv := append(append([]string{}, c.Entrypoint...), c.Cmd...)
	if len(argv) == 0 {
		return
	}
	disk := vfs.NewDisk(vfs.Config{})
	v := vfs.NewMounts(disk.ImageFS(files, "image"), 0).View(vfs.Root())
	dirs := []string{""}
	if !strings.Contains(argv[0], "/") {
		for _, env := range c.Env {
			if p, ok := strings.CutPrefix(env, "PATH="); ok {
				dirs = strings.Split(p, ":")
			}
		}
	}
	for _, dir := range dirs {
		p := argv[0]
		if dir != "" {
			p = dir + "/" + p
		}
		f, err := v.OpenExec(p)
		if err != nil {
			continue
		}
		head := make([]byte, 64)
		n, _ := f.Read(head)
		f.Close()
		if _, ok := proc.ProgramOf(head[:n]); !ok && !strings.HasPrefix(string(head), "#!/") {
			t.Errorf("%s is neither a program nor a script", p)
		}
		return
	}
	t.Errorf("%s is not in the image", argv[0])
}

func TestMistakesAreToldWithTheirLines(t *testing.T) {
	bad := "image Bad\ntags x\nf 0644 0:0 1 /a\nnope\nstep s\nlayer - 1\n|text\nfrom a:b\n"
	_, err := Parse(fstest.MapFS{"bad.txt": {Data: []byte(bad)}})
	if err == nil {
		t.Fatal("no mistake was found")
	}
	want := []string{
		`bad.txt:3: f: no layer has begun`,
		`bad.txt:4: "nope" is no word of a description`,
		`bad.txt:6: a step is needed, and DIGEST SIZE DIFF-ID`,
		`bad.txt:7: this is no file's text`,
		`bad.txt:1: created is missing`,
		`bad.txt:1: Bad:x: invalid reference format: repository name (library/Bad) must be lowercase`,
		`bad.txt:8: from a:b: there is no such image before this one`,
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), err.Error()); diff != "" {
		t.Error(diff)
	}
}

// The programs that the images name, and nothing that only looks like one.
func TestPrograms(t *testing.T) {
	if diff := cmp.Diff([]string{"busybox", "hello", "registry"}, Recorded().Programs()); diff != "" {
		t.Error(diff)
	}
	learner := Learner().Programs()
	for _, id := range strings.Fields("bash busybox dash gosu ls mysqld nginx node postgres redis-server") {
		if !slices.Contains(learner, id) {
			t.Errorf("%s is missing", id)
		}
	}
	t.Log(learner)
}

// What a learner sees in docker images: believable sizes (real images of these names, late 2025, within a half).
func TestLearnerSizes(t *testing.T) {
	const mb = 1e6
	rows := []struct {
		name           string
		unpacked, pack float64
	}{
		{"alpine:latest", 8.3, 3.8},
		{"busybox:latest", 4.4, 2.2},
		{"debian:latest", 120, 49},
		{"ubuntu:latest", 78, 30},
		{"nginx:latest", 150, 60},
		{"redis:latest", 137, 52},
		{"postgres:latest", 440, 157},
		{"mysql:latest", 920, 250},
		{"node:latest", 1100, 400},
		{"python:latest", 1020, 370},
		{"golang:latest", 820, 300},
		{"httpd:latest", 117, 45},
		{"hello-world:latest", 0.015, 0.0024},
		{"registry:latest", 58, 19},
	}
	c := Learner()
	for _, r := range rows {
		s := image.NewStore(image.StoreConfig{})
		name, tag, _ := strings.Cut(r.name, ":")
		e := c.Find("library/"+name, tag)
		if e == nil {
			t.Errorf("%s is missing", r.name)
			continue
		}
		target := e.AddTo(s.Content(), image.Linux())
		i, err := s.Content().Open(target, image.Linux())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Unpack(i); err != nil {
			t.Fatal(err)
		}
		s.Put(e.Reference(tag), target)
		z := s.Sizes(target.Digest)
		t.Logf("%-20s %8.1f MB unpacked %8.1f MB content", r.name, float64(z.Unpacked)/mb, float64(z.Content)/mb)
		if got := float64(z.Unpacked) / mb; got < r.unpacked/1.5 || got > r.unpacked*1.5 {
			t.Errorf("%s: %.1f MB unpacked, the real one has about %.1f", r.name, got, r.unpacked)
		}
		if got := float64(z.Content) / mb; r.pack > 1 && (got < r.pack/1.5 || got > r.pack*1.5) {
			t.Errorf("%s: %.1f MB packed, the real one has about %.1f", r.name, got, r.pack)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, name := range []string{"library/alpine:latest", "library/debian:latest", "library/postgres:latest"} {
		b.Run(strings.TrimPrefix(name, "library/"), func(b *testing.B) {
			for b.Loop() {
				c := Learner()
				repo, tag, _ := strings.Cut(name, ":")
				e := c.Find(repo, tag)
				content := image.NewContent()
				i, err := content.Open(e.AddTo(content), image.Linux())
				if err != nil {
					b.Fatal(err)
				}
				files := &vfs.Image{}
				for _, l := range i.Layers {
					files = files.With(l.Files())
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		Learner()
	}
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
