package image

import "slices"

// Make adds an image of one platform that was made here: by a commit, an import, a build. The document's RootFS is
// filled in from the layers. parent is the image that it was made of, or "".
func (s *Store) Make(doc Document, layers []*Layer, parent Digest) Descriptor {
	doc.RootFS = RootFS{Type: "layers", DiffIDs: []Digest{}}
	m := Manifest{SchemaVersion: 2, MediaType: MediaTypeManifest, Layers: []Descriptor{}}
	for _, l := range layers {
		doc.RootFS.DiffIDs = append(doc.RootFS.DiffIDs, l.DiffID)
		m.Layers = append(m.Layers, s.content.AddLayer(l))
	}
	m.Config = s.content.AddDocument(MediaTypeConfig, doc)
	target := s.content.AddDocument(MediaTypeManifest, m)
	if parent != "" && parent != target.Digest {
		s.parents[target.Digest] = parent
	}
	return target
}

// Parent is the image that an image was made of, "" if it was not made here or that one is gone.
func (s *Store) Parent(id Digest) Digest {
	if p := s.parents[id]; s.content.Has(p) {
		return p
	}
	return ""
}

// HistoryLine is a line of docker history.
type HistoryLine struct {
	History
	ID    Digest // of the image that ends with this line, if it is here
	Layer *Layer // nil if the line made no files
	Size  int64
	Tags  []string
}

// History is how an image came about, the newest line first. moby: daemon/containerd/image_history.go
func (s *Store) History(i *Image) []HistoryLine {
	lines := make([]HistoryLine, 0, len(i.Document.History))
	at := 0
	for _, h := range i.Document.History {
		line := HistoryLine{History: h}
		if !h.EmptyLayer && at < len(i.Layers) {
			line.Layer, line.Size = i.Layers[at], i.Layers[at].Usage()
			at++
		}
		lines = append(lines, line)
	}
	slices.Reverse(lines)
	for id := i.Target.Digest; id != ""; id = s.Parent(id) {
		if of, err := s.Open(id, i.Descriptor.Platform); err == nil {
			if n := len(lines) - len(of.Document.History); n >= 0 && n < len(lines) && lines[n].ID == "" {
				lines[n].ID, lines[n].Tags = id, s.RepoTags(id)
			}
		}
	}
	return lines
}
