package image

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/vfs"
)

var day = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).UnixNano()

// sample is one of everything.
func sample() []vfs.Entry {
	long := strings.Repeat("long/", 30) + "name"
	return []vfs.Entry{
		{Path: "dir", Mode: vfs.S_IFDIR | 0o1777, UID: 5, GID: 6, Mtime: day},
		{Path: "dir/file", Mode: vfs.S_IFREG | 0o4755, UID: 70000, Mtime: day + 123, Content: vfs.Text("hello\n")},
		{Path: "dir/hard", Mode: vfs.S_IFREG | 0o4755, UID: 70000, Mtime: day + 123, Link: "dir/file"},
		{Path: "empty", Mode: vfs.S_IFREG | 0o600, Mtime: day},
		{Path: "link", Mode: vfs.S_IFLNK | 0o777, Target: "/dir/file", Mtime: day},
		{Path: "null", Mode: vfs.S_IFCHR | 0o666, Rdev: vfs.MakeDev(1, 3), Mtime: day},
		{Path: "pipe", Mode: vfs.S_IFIFO | 0o644, Mtime: day},
		{Path: "zeros", Mode: vfs.S_IFREG | 0o644, Content: vfs.Zeros(100_000), Mtime: day},
		{Path: "名字", Mode: vfs.S_IFREG | 0o644, UID: 1 << 30, Mtime: day, Xattrs: map[string]string{"user.a": "b"}},
		{Path: long, Mode: vfs.S_IFREG | 0o644, Mtime: day, Content: vfs.Text("x")},
	}
}

// What we pack, Go's own tar reads, and we read it back as it was.
func TestArchiveRoundTrip(t *testing.T) {
	a := NewArchive(slices.Values(sample()), Whiteouts)
	names := tarNames(t, ReadAll(a))
	if len(names) != len(sample()) || !slices.Contains(names, "dir/") {
		t.Errorf("names: %q", names)
	}
	for _, b := range []vfs.Blob{a, vfs.Bytes(ReadAll(a)), vfs.Bytes(compress(ReadAll(a)))} {
		got, err := Unpack(b, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(readable(sample()), readable(got)); diff != "" {
			t.Error(diff)
		}
	}
}

// readable is entries with their content as text, and what a tar file does not say made equal.
func readable(entries []vfs.Entry) []string {
	var list []string
	for _, e := range entries {
		content := ""
		if e.Content != nil {
			content = fmt.Sprintf("%d %s", e.Content.Size(), DigestOf(ReadAll(e.Content)).Short())
		}
		if e.Whiteout || e.Opaque {
			e.Mode, e.Mtime = 0, 0
		}
		if e.Mode.IsSymlink() {
			e.Mode = vfs.S_IFLNK
		}
		list = append(list, fmt.Sprintf("%s %v %d:%d %d %d %s %s %v %s %v %v", e.Path, e.Mode, e.UID, e.GID, e.Rdev, e.Mtime,
			e.Target, e.Link, e.Xattrs, content, e.Whiteout, e.Opaque))
	}
	return list
}

func TestArchiveReadsInPieces(t *testing.T) {
	a := NewArchive(slices.Values(sample()), Whiteouts)
	whole := ReadAll(a)
	if int64(len(whole)) != a.Size() {
		t.Fatalf("%d bytes, Size %d", len(whole), a.Size())
	}
	for _, n := range []int{1, 7, 511, 513, 4096} {
		var got bytes.Buffer
		if _, err := io.CopyBuffer(&got, struct{ io.Reader }{&blobReader{b: a}}, make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), whole) {
			t.Errorf("pieces of %d bytes make something else", n)
		}
	}
}

func TestWhiteoutsTravelAsNames(t *testing.T) {
	entries := []vfs.Entry{
		{Path: "a", Mode: vfs.S_IFDIR | 0o755, Opaque: true},
		{Path: "a/new", Mode: vfs.S_IFREG | 0o644, Content: vfs.Text("n")},
		{Path: "gone", Whiteout: true},
	}
	layer, err := LayerOf(entries)
	if err != nil {
		t.Fatal(err)
	}
	packed := NewLayer(layer)
	names := tarNames(t, ReadAll(packed.Archive()))
	if diff := cmp.Diff([]string{"a/", "a/.wh..wh..opq", "a/new", ".wh.gone"}, names); diff != "" {
		t.Error(diff)
	}
	back, err := LayerFromArchive(packed.Packed(), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if back.Digest() != layer.Digest() {
		t.Error("the layer that was read back is another one")
	}
	if got := DigestOf(ReadAll(packed.Packed())); got != packed.Descriptor.Digest {
		t.Errorf("the packed layer is %s, not %s", got, packed.Descriptor.Digest)
	}
}

// Archives from strangers: nothing leaves the root, nothing grows without bounds.
func TestHostileArchives(t *testing.T) {
	rows := []struct {
		name  string
		h     tar.Header
		paths []string
		says  string
	}{
		{name: "up", h: tar.Header{Name: "../../etc/passwd", Typeflag: tar.TypeReg}, paths: []string{"etc/passwd"}},
		{name: "absolute", h: tar.Header{Name: "/etc//x/../y", Typeflag: tar.TypeReg}, paths: []string{"etc/y"}},
		{name: "hard link out", h: tar.Header{Name: "l", Linkname: "../../x", Typeflag: tar.TypeLink}, paths: []string{"l"}},
		{
			name: "large", h: tar.Header{Name: "big", Size: 1 << 20, Typeflag: tar.TypeReg},
			says: "archive is larger than 65536 bytes unpacked",
		},
		{name: "whiteout of nothing", h: tar.Header{Name: ".wh.", Typeflag: tar.TypeReg}, paths: []string{".wh."}},
		{name: "whiteout up", h: tar.Header{Name: "../.wh.etc", Typeflag: tar.TypeReg}, paths: []string{"etc"}},
	}
	for _, r := range rows {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		r.h.Mode = 0o644
		if err := w.WriteHeader(&r.h); err != nil {
			t.Fatal(err)
		}
		w.Write(make([]byte, r.h.Size))
		w.Close()
		entries, err := Unpack(vfs.Bytes(b.Bytes()), Limits{Bytes: 64 << 10, Entries: 10})
		if r.says != "" {
			if err == nil || err.Error() != r.says || !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %v, want %s", r.name, err, r.says)
			}
			continue
		}
		var paths []string
		for _, e := range entries {
			paths = append(paths, e.Path)
		}
		if diff := cmp.Diff(r.paths, paths); diff != "" || err != nil {
			t.Errorf("%s: %v %s", r.name, err, diff)
		}
	}
	bomb := compress(ReadAll(NewArchive(slices.Values([]vfs.Entry{
		{Path: "z", Mode: vfs.S_IFREG, Content: vfs.Zeros(64 << 20)},
	}), Flat)))
	if _, err := Unpack(vfs.Bytes(bomb), Limits{Bytes: 1 << 20, Entries: 10}); !errors.Is(err, ErrInvalid) {
		t.Errorf("64 MiB from %d bytes: %v", len(bomb), err)
	}
	if _, err := Unpack(vfs.Text("junk\n"), DefaultLimits()); err == nil || err.Error() != "unexpected EOF" {
		t.Errorf("junk: %v", err) // as recorded
	}
	many := make([]vfs.Entry, 20)
	for i := range many {
		many[i] = vfs.Entry{Path: fmt.Sprint(i), Mode: vfs.S_IFDIR}
	}
	if _, err := Unpack(NewArchive(slices.Values(many), Flat), Limits{Bytes: 1, Entries: 10}); err == nil {
		t.Error("20 entries are not more than 10")
	}
}

func TestFlatten(t *testing.T) {
	layer := func(entries ...vfs.Entry) *vfs.Layer {
		l, err := LayerOf(entries)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	file := func(p, text string) vfs.Entry {
		return vfs.Entry{Path: p, Mode: vfs.S_IFREG | 0o644, Content: vfs.Text(text)}
	}
	dir := func(p string) vfs.Entry { return vfs.Entry{Path: p, Mode: vfs.S_IFDIR | 0o755} }
	low := layer(
		dir("a"), file("a/1", "one"), file("a/2", "two"), dir("b"), file("b/x", "x"),
		file("c", "c"), dir("d"), file("d/z", "z"),
		vfs.Entry{Path: "hard", Mode: vfs.S_IFREG | 0o644, Link: "c"},
	)
	high := layer(
		vfs.Entry{Path: "a/1", Whiteout: true}, vfs.Entry{Path: "b", Mode: vfs.S_IFDIR | 0o700, Opaque: true},
		file("b/y", "y"), file("c", "other"), file("d", "now a file"),
	)
	var got []string
	for _, e := range Flatten(low, high) {
		text := ""
		if e.Content != nil {
			text = string(ReadAll(e.Content))
		}
		got = append(got, strings.TrimSpace(e.Path+" "+e.Link+" "+text))
	}
	want := []string{"", "a", "a/2  two", "b", "b/y  y", "c  other", "d  now a file", "hard  c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(ReadAll(NewArchive(slices.Values(sample()), Whiteouts)))
	f.Add(compress(ReadAll(NewArchive(slices.Values(sample()[:3]), Flat))))
	f.Add([]byte("junk\n"))
	limits := Limits{Bytes: 1 << 20, Entries: 100}
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := Unpack(vfs.Bytes(b), limits)
		if err != nil {
			return
		}
		if len(entries) > limits.Entries {
			t.Fatalf("%d entries", len(entries))
		}
		layer, err := LayerOf(entries)
		if err != nil {
			return
		}
		again, err := LayerFromArchive(NewArchive(layer.Entries(), Whiteouts), limits)
		if err != nil {
			t.Fatalf("cannot read what was packed: %v", err)
		}
		if again.Size() != layer.Size() {
			t.Fatalf("%d bytes became %d", layer.Size(), again.Size())
		}
	})
}

func tarNames(t *testing.T, b []byte) []string {
	t.Helper()
	var names []string
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
	}
}
