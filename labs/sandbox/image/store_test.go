package image_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/image/catalogue"
	"dockerlearn/labs/sandbox/vfs"
)

const busyboxID = "sha256:e34958666b1112192de25fca37c7d3670da2cd0bd34c23625da70c6829109fe2"

// world is a store with the recorded images, and who uses them.
type world struct {
	*image.Store
	users map[image.Digest][]image.User
}

func newWorld(t *testing.T) world {
	w := world{users: map[image.Digest][]image.User{}}
	w.Store = image.NewStore(image.StoreConfig{
		Now:   func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		Disk:  vfs.NewDisk(vfs.Config{}),
		Users: func(d image.Digest) []image.User { return w.users[d] },
	})
	if err := catalogue.Recorded().Install(w.Store); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) names() string {
	var names []string
	for _, r := range w.Records() {
		if r.Dangling() {
			names = append(names, "<none>")
		} else {
			names = append(names, r.Reference().Familiar())
		}
	}
	return strings.Join(names, " ")
}

// do is a small language for what happens to a store: "tag SOURCE NAME", "rmi [-f] NAME", "use NAME" (a container
// is made), "run NAME", "free NAME" (it is gone), "names". It returns what docker would print.
func (w world) do(t *testing.T, line string) string {
	t.Helper()
	f := strings.Fields(line)
	switch f[0] {
	case "tag":
		rec, err := w.Find(f[1])
		if err != nil {
			return err.Error()
		}
		ref, err := image.ParseReference(f[2])
		if err != nil {
			return err.Error()
		}
		w.Tag(ref.TagOrLatest(), rec.Target)
	case "use", "run", "free":
		rec, err := w.Find(f[1])
		if err != nil {
			t.Fatal(err)
		}
		w.users[rec.Target.Digest] = nil
		if f[0] != "free" {
			w.users[rec.Target.Digest] = []image.User{{ID: "1fab4ab342c305578d06e7902125", Running: f[0] == "run"}}
		}
	case "names":
		return w.names()
	case "rmi":
		force := f[1] == "-f"
		steps, err := w.Remove(f[len(f)-1], force)
		if err != nil {
			return err.Error()
		}
		var out []string
		for _, s := range steps {
			if s.Untagged != "" {
				out = append(out, "Untagged: "+s.Untagged)
			} else {
				out = append(out, "Deleted: "+s.Deleted)
			}
		}
		return strings.Join(out, "\n")
	default:
		t.Fatalf("%q", line)
	}
	return ""
}

// Tags come and go in testdata/removal.txt as on the recorded engine; "names" lists those that are left.
func TestTagsAndRemoval(t *testing.T) {
	text, err := os.ReadFile("testdata/removal.txt")
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
					if says := w.do(t, command); says != "" {
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

func TestFind(t *testing.T) {
	w := newWorld(t)
	full := busyboxID[len("sha256:"):]
	rows := []struct{ ref, want string }{
		{"busybox", busyboxID},
		{"docker.io/library/busybox:latest", busyboxID},
		{busyboxID, busyboxID},
		{full, busyboxID},
		{full[:12], busyboxID},
		{full[:4], busyboxID},
		{"sha256:" + full[:6], busyboxID},
		{"busybox@" + busyboxID, busyboxID},
		{full[:3], "No such image: e34:latest"},
		{"busybox:nope", "No such image: busybox:nope"},
		{"other@" + busyboxID, "No such image: other@" + busyboxID},
		{"sha256:" + strings.Repeat("0", 64), "No such image: sha256:" + strings.Repeat("0", 64)},
		{"a b", "invalid reference format"},
	}
	for _, r := range rows {
		rec, err := w.Find(r.ref)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = string(rec.Target.Digest)
		}
		if got != r.want {
			t.Errorf("%s: %s, want %s", r.ref, got, r.want)
		}
	}
}

// A layer that two images have is on the disk once, and stays as long as one of them does.
func TestCollect(t *testing.T) {
	w := newWorld(t)
	before := w.TotalSize()
	w.do(t, "rmi alpine")
	freed := w.Collect()
	if len(freed.Blobs) == 0 || w.TotalSize() != before-freed.Bytes {
		t.Errorf("freed %d of %d, %d are left", freed.Bytes, before, w.TotalSize())
	}
	nginx, _ := w.Find("nginx")
	if _, err := w.Open(nginx.Target.Digest, nil); err != nil {
		t.Errorf("nginx lost something: %v", err)
	}
	busybox, _ := w.Find("busybox")
	i, _ := w.Open(busybox.Target.Digest, nil)
	chain := i.Chain()
	w.do(t, "rmi busybox")
	w.Collect(chain[len(chain)-1])
	if !w.Unpacked(chain[0]) {
		t.Error("the files of a container went away")
	}
	w.Collect()
	if w.Unpacked(chain[0]) {
		t.Error("the files of nobody stayed")
	}
}

// commit makes an image over another, as docker commit does.
func (w world) commit(t *testing.T, base, name string, files ...vfs.Entry) image.Digest {
	t.Helper()
	rec, err := w.Find(base)
	if err != nil {
		t.Fatal(err)
	}
	i, err := w.Open(rec.Target.Digest, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := image.LayerOf(files)
	if err != nil {
		t.Fatal(err)
	}
	doc := i.Document
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	doc.Created = &now
	doc.History = append(doc.History, image.History{Created: &now, CreatedBy: "sh -c test"})
	target := w.Make(doc, append(slices.Clip(i.Layers), image.NewLayer(l)), rec.Target.Digest)
	ref, err := image.ParseReference(name)
	if err != nil {
		t.Fatal(err)
	}
	w.Tag(ref.TagOrLatest(), target)
	return target.Digest
}

func file(path string, content vfs.Blob) vfs.Entry {
	return vfs.Entry{Path: path, Mode: vfs.S_IFREG | 0o644, Content: content}
}

func TestHistoryNamesItsParents(t *testing.T) {
	w := newWorld(t)
	v1 := w.commit(t, "alpine", "app:v1", file("version", vfs.Text("v1\n")))
	v2 := w.commit(t, "app:v1", "app:v2", file("version", vfs.Text("v2\n")), file("extra", vfs.Text("x")))
	i, err := w.Open(v2, nil)
	if err != nil {
		t.Fatal(err)
	}
	alpine, _ := w.Find("alpine")
	var ids []image.Digest
	var sizes []int64
	for _, line := range w.History(i) {
		ids, sizes = append(ids, line.ID), append(sizes, line.Size)
	}
	if diff := cmp.Diff([]image.Digest{v2, v1, alpine.Target.Digest, ""}, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{12288, 8192, 0, 1327104}, sizes); diff != "" { // as recorded: 12.3kB, 8.19kB
		t.Error(diff)
	}
}

// What was saved comes back with the same ids: a recorded image, one that was made here, and one that is too large to
// be hashed.
func TestSaveAndLoad(t *testing.T) {
	w := newWorld(t)
	small := w.commit(t, "alpine", "learner/small:1", file("a", vfs.Text("a")))
	large := w.commit(t, "alpine", "large", file("z", vfs.Zeros(20<<20)))
	tar, err := w.Save([]string{"busybox", "learner/small:1", "large"})
	if err != nil {
		t.Fatal(err)
	}
	saved := vfs.Bytes(image.ReadAll(tar))
	for _, name := range []string{"busybox", "learner/small:1", "large"} {
		w.do(t, "rmi "+name)
	}
	w.Collect()
	if got := w.names(); got != "alpine:latest nginx:latest" {
		t.Fatalf("left: %s", got)
	}
	loaded, err := w.Load(saved, image.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range loaded {
		got = append(got, l.Name.Familiar()+" "+string(l.Target.Digest))
	}
	want := []string{"busybox:latest " + busyboxID, "learner/small:1 " + string(small), "large:latest " + string(large)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, id := range []image.Digest{busyboxID, small, large} {
		i, err := w.Open(id, nil)
		if err != nil {
			t.Errorf("%s: %v", id, err)
		} else if _, err := w.Unpack(i); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	other := image.NewStore(image.StoreConfig{})
	if _, err := other.Load(saved, image.DefaultLimits()); !errors.Is(err, image.ErrInvalid) {
		t.Errorf("a stranger's engine cannot check what it does not know: %v", err)
	}
}

// Two worlds with the same history have the same archives, byte by byte.
func TestSaveIsDeterministic(t *testing.T) {
	var digests []image.Digest
	for range 2 {
		w := newWorld(t)
		w.commit(t, "nginx", "app", file("a", vfs.Text("a")), file("b", vfs.Zeros(5000)))
		tar, err := w.Save([]string{"app", "alpine", "busybox"})
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, image.DigestOf(image.ReadAll(tar)))
	}
	if digests[0] != digests[1] {
		t.Errorf("%s, then %s", digests[0], digests[1])
	}
}

// One archive has what the recorded one has.
func TestSavedLayout(t *testing.T) {
	w := newWorld(t)
	tar, err := w.Save([]string{"alpine"})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := image.Unpack(tar, image.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	text := map[string]string{}
	for _, e := range entries {
		name := e.Path
		if strings.HasPrefix(name, "blobs/sha256/") {
			name = "blobs/sha256/DIGEST"
		} else if e.Content != nil {
			text[name] = string(image.ReadAll(e.Content))
		}
		count[name]++
	}
	want := map[string]int{
		"blobs": 1, "blobs/sha256": 1, "blobs/sha256/DIGEST": 7, "index.json": 1, "manifest.json": 1, "oci-layout": 1,
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Error(diff)
	}
	for _, has := range []struct{ file, part string }{
		{"index.json", `"annotations":{"containerd.io/distribution.source.docker.io":"library/alpine",` +
			`"io.containerd.image.name":"docker.io/library/alpine:latest","org.opencontainers.image.ref.name":"latest"}`},
		{"manifest.json", `"RepoTags":["alpine:latest"],"Layers":["blobs/sha256/145ecc2b68bb`},
	} {
		if !strings.Contains(text[has.file], has.part) {
			t.Errorf("%s has no %s:\n%s", has.file, has.part, text[has.file])
		}
	}
	byID, err := w.Save([]string{"7c6e19f0040e"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(image.ReadAll(byID)), `"RepoTags":null`) {
		t.Error("saved by id, an image has no names")
	}
}

// docker image ls --tree, as recorded: the platform that is here, and the one that is only offered.
func TestManifests(t *testing.T) {
	w := newWorld(t)
	rec, _ := w.Find("alpine")
	var got []string
	for _, m := range w.Manifests(rec.Target.Digest) {
		line := m.Descriptor.Platform.String() + " " + m.Descriptor.Digest.Short()
		if m.About != "" {
			line = "attestation for " + m.About.Short()
		}
		got = append(got, fmt.Sprint(line, " ", m.Available, " ", m.Sizes.Content, " ", m.Sizes.Total))
	}
	want := []string{
		"linux/amd64 4a72130f4606 true 759462 2086566",
		"linux/arm64 cdaaab9ad272 false 0 0",
		"attestation for 4a72130f4606 true 1840 1840",
		"attestation for cdaaab9ad272 false 0 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	id := w.commit(t, "alpine", "app", file("a", nil))
	if ms := w.Manifests(id); len(ms) != 1 || ms[0].Descriptor.Digest != id || !ms[0].Available {
		t.Errorf("an image that was made here has one manifest: %+v", ms)
	}
}
