package image

// ManifestInfo is one manifest of an image, as docker image ls --tree shows it.
type ManifestInfo struct {
	Descriptor Descriptor
	Available  bool   // all of it is here
	About      Digest // of an attestation: the manifest that it is about
	Sizes      Sizes
}

// Manifests lists what an image's index offers, or the one manifest that the image is.
func (s *Store) Manifests(id Digest) []ManifestInfo {
	b := s.content.Get(id)
	if b == nil {
		return nil
	}
	list := []Descriptor{{MediaType: b.MediaType, Digest: id, Size: b.Size}}
	if b.MediaType == MediaTypeIndex {
		list = s.content.Children(list[0])
	} else if i, err := s.content.open(list[0], list[0]); err == nil {
		list[0] = i.Descriptor
	}
	infos := make([]ManifestInfo, len(list))
	known := map[Digest]int{} // a stranger's index may name one manifest a thousand times
	for n, d := range list {
		if at, ok := known[d.Digest]; ok {
			infos[n] = infos[at]
			continue
		}
		known[d.Digest] = n
		about, _ := AttestationFor(d)
		infos[n] = ManifestInfo{Descriptor: d, Available: s.content.Complete(d), About: about, Sizes: s.ManifestSizes(d)}
	}
	return infos
}
