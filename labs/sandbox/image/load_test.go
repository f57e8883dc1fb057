package image_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// layout makes an archive in the OCI layout of documents and layers, as a stranger might.
type layout struct {
	entries []vfs.Entry
	index   image.Index
}

func (l *layout) file(name string, content []byte) {
	l.entries = append(l.entries, vfs.Entry{Path: name, Mode: vfs.S_IFREG | 0o644, Content: vfs.Bytes(content)})
}

func (l *layout) blob(mediaType string, content []byte) image.Descriptor {
	d := image.Descriptor{MediaType: mediaType, Digest: image.DigestOf(content), Size: int64(len(content))}
	l.file("blobs/sha256/"+d.Digest.Hex(), content)
	return d
}

func (l *layout) doc(mediaType string, doc any) image.Descriptor {
	return l.blob(mediaType, image.Marshal(doc))
}

func (l *layout) name(d image.Descriptor, name string) {
	d.Annotations = map[string]string{image.AnnotationName: name}
	l.index.Manifests = append(l.index.Manifests, d)
}

func (l *layout) archive() vfs.Blob {
	text, _ := json.Marshal(l.index)
	l.file("index.json", text)
	l.file("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`))
	return image.NewArchive(slices.Values(l.entries), image.Flat)
}

// small is an image of one file; its document may be spoiled first.
func (l *layout) small(spoil func(*image.Document)) image.Descriptor {
	tar := image.ReadAll(image.NewArchive(slices.Values([]vfs.Entry{
		{Path: "hello", Mode: vfs.S_IFREG | 0o644, Content: vfs.Text("hi\n")},
	}), image.Whiteouts))
	doc := image.Document{OS: "linux", Architecture: "amd64"}
	doc.RootFS = image.RootFS{Type: "layers", DiffIDs: []image.Digest{image.DigestOf(tar)}}
	if spoil != nil {
		spoil(&doc)
	}
	return l.doc(image.MediaTypeManifest, image.Manifest{
		SchemaVersion: 2, MediaType: image.MediaTypeManifest,
		Config: l.doc(image.MediaTypeConfig, doc),
		Layers: []image.Descriptor{l.blob(image.MediaTypeLayer, tar)},
	})
}

func TestLoadOfStrangers(t *testing.T) {
	rows := []struct {
		name string
		make func(*layout)
		load string // what Load says
		open string // what using the image says
	}{
		{"good", func(l *layout) { l.name(l.small(nil), "docker.io/library/x:1") }, "", ""},
		{"no index", func(l *layout) { l.index = image.Index{} }, "", ""},
		{
			"too many diff ids", func(l *layout) {
				l.name(l.small(func(d *image.Document) { d.RootFS.DiffIDs = append(d.RootFS.DiffIDs, image.EmptyJSON) }), "x:1")
			},
			"", "number of layers and diffIDs don't match: 1 != 2",
		},
		{
			"another's diff id", func(l *layout) {
				l.name(l.small(func(d *image.Document) { d.RootFS.DiffIDs[0] = image.EmptyJSON }), "x:1")
			},
			"", "wrong diff id calculated on extraction",
		},
		{
			"bad name", func(l *layout) { l.name(l.small(nil), "Bad") },
			"invalid reference format: repository name (library/Bad) must be lowercase", "",
		},
		{
			"bad digest", func(l *layout) {
				l.name(image.Descriptor{Digest: "../../x", MediaType: image.MediaTypeManifest}, "x:1")
			},
			"invalid checksum digest format", "",
		},
		{
			"wrong content", func(l *layout) {
				d := l.small(nil)
				l.file("blobs/sha256/"+d.Digest.Hex(), []byte("{}"))
				l.name(d, "x:1")
			},
			"unexpected commit digest " + string(image.EmptyJSON), "",
		},
		{
			"a pyramid", func(l *layout) { // each index names the one below a thousand times
				d := l.small(nil)
				for range 6 {
					many := slices.Repeat([]image.Descriptor{d}, 1000)
					d = l.doc(image.MediaTypeIndex, image.Index{SchemaVersion: 2, Manifests: many})
				}
				l.name(d, "x:1")
			},
			"", "no match for platform in manifest: not found",
		},
		{
			"too deep", func(l *layout) {
				d := l.small(nil)
				for range 20 {
					d = l.doc(image.MediaTypeIndex, image.Index{SchemaVersion: 2, Manifests: []image.Descriptor{d}})
				}
				l.name(d, "x:1")
			},
			"index is nested too deeply", "",
		},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			var l layout
			r.make(&l)
			s := image.NewStore(image.StoreConfig{})
			loaded, err := s.Load(l.archive(), image.DefaultLimits())
			if !says(err, r.load) {
				t.Fatalf("loading: %v, want %q", err, r.load)
			}
			if err != nil && len(s.Content().All()) > 0 {
				t.Error("something was taken in all the same")
			}
			for _, one := range loaded {
				if err := use(s, one); !says(err, r.open) {
					t.Errorf("using: %v, want %q", err, r.open)
				}
			}
		})
	}
	empty := image.NewArchive(slices.Values([]vfs.Entry{}), image.Flat)
	_, err := image.NewStore(image.StoreConfig{}).Load(empty, image.DefaultLimits())
	if !says(err, "unrecognized image format") {
		t.Errorf("an empty archive: %v", err)
	}
}

func says(err error, part string) bool {
	if part == "" {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), part)
}

// use does with an image what an engine does.
func use(s *image.Store, one image.Loaded) error {
	id := one.Target.Digest
	s.Sizes(id)
	s.Manifests(id)
	s.Shared(id)
	s.RepoDigests(id)
	i, err := s.Open(id, nil)
	if err != nil {
		return err
	}
	s.History(i)
	if _, err := s.Unpack(i); err != nil {
		return err
	}
	_, err = s.Save([]string{string(id)})
	s.Collect()
	return err
}

func FuzzLoad(f *testing.F) {
	var l layout
	l.name(l.small(nil), "docker.io/library/x:1")
	f.Add(image.ReadAll(l.archive()))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := image.NewStore(image.StoreConfig{})
		loaded, err := s.Load(vfs.Bytes(b), image.Limits{Bytes: 1 << 20, Entries: 100})
		if err != nil {
			return
		}
		for _, one := range loaded {
			use(s, one)
		}
	})
}
