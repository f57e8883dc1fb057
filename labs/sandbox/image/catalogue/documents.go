package catalogue

import (
	"dockerlearn/labs/sandbox/image"
)

// AddTo puts the image into content: its index, and for the platforms given their manifests, configurations and
// layers. With no platform all of it is there, as in a registry. It returns what names lead to.
func (e *Entry) AddTo(c *image.Content, only ...image.Platform) image.Descriptor {
	whole := image.NewContent()
	target := e.documents(whole)
	if len(only) == 0 {
		copyAll(whole, c, target)
		return target
	}
	c.Put(whole.Get(target.Digest))
	for _, p := range only {
		d, err := whole.Choose(target, p)
		if err != nil {
			continue
		}
		copyAll(whole, c, d)
		for _, about := range whole.Children(target) {
			if of, ok := image.AttestationFor(about); ok && of == d.Digest {
				copyAll(whole, c, about)
			}
		}
	}
	return target
}

func copyAll(from, to *image.Content, d image.Descriptor) {
	from.Walk(d, func(d image.Descriptor) bool {
		if b := from.Get(d.Digest); b != nil {
			to.Put(b)
		}
		return true
	})
}

// documents makes the whole tree of an image.
func (e *Entry) documents(c *image.Content) image.Descriptor {
	d := e.d
	amd := e.manifest(c, "amd64", d.manifest, d.configDoc)
	arm := e.manifest(c, "arm64", sized(d.arm64, amd.Size), sized(d.arm64Conf, d.configDoc.Size))
	list := []image.Descriptor{amd, arm}
	if d.attested[0] > 0 {
		list = append(list, e.attestation(c, amd), e.attestation(c, arm))
	}
	x := image.Index{SchemaVersion: 2, MediaType: image.MediaTypeIndex, Manifests: list}
	return put(c, d.index, image.MediaTypeIndex, x)
}

// sized is a descriptor of which only the digest is known.
func sized(d image.Descriptor, size int64) image.Descriptor {
	d.Size = size
	return d
}

// put adds a document under the digest and the size that it is known by, or else under its own.
func put(c *image.Content, known image.Descriptor, mediaType string, doc any) image.Descriptor {
	text := image.Marshal(doc)
	if known.Digest == "" {
		known.Digest = image.DigestOf(text)
	}
	if known.Size == 0 {
		known.Size = int64(len(text))
	}
	known.MediaType = mediaType
	return c.AddNamed(known, text)
}

func (e *Entry) manifest(c *image.Content, arch string, known, knownConfig image.Descriptor) image.Descriptor {
	m := image.Manifest{SchemaVersion: 2, MediaType: image.MediaTypeManifest}
	m.Config = put(c, knownConfig, image.MediaTypeConfig, e.document(arch))
	for i := range e.steps {
		if s := &e.steps[i]; s.layer {
			m.Layers = append(m.Layers, c.AddLayer(e.layer(i)))
		}
	}
	d := put(c, known, image.MediaTypeManifest, m)
	d.Platform = &image.Platform{Architecture: arch, OS: "linux"}
	return d
}

// layer is the layer of a step; one that comes from another image is that image's.
func (e *Entry) layer(i int) *image.Layer {
	if base := e.home.byName[e.d.from]; base != nil && i < len(base.steps) {
		return base.layer(i)
	}
	return e.steps[i].layerOf()
}

// document is the configuration. Both platforms have the same: what differs in reality is machine code, which nobody
// here looks at.
func (e *Entry) document(arch string) image.Document {
	created := e.d.created
	doc := image.Document{
		Created: &created, Architecture: arch, OS: "linux", Config: e.d.config,
		RootFS: image.RootFS{Type: "layers", DiffIDs: []image.Digest{}},
	}
	for _, s := range e.steps {
		when := s.created
		doc.History = append(doc.History, image.History{
			Created: &when, CreatedBy: s.says, Comment: "buildkit.dockerfile.v0", EmptyLayer: !s.layer,
		})
		if s.layer {
			doc.RootFS.DiffIDs = append(doc.RootFS.DiffIDs, s.diffID)
		}
	}
	return doc
}

// attestation is a manifest that says how another one was built. What it says is not simulated.
func (e *Entry) attestation(c *image.Content, about image.Descriptor) image.Descriptor {
	said := c.AddNamed(image.Descriptor{
		MediaType: image.MediaTypeInToto, Digest: image.NameDigest("statement", string(about.Digest)), Size: e.d.attested[1],
	}, []byte("{}"))
	empty := c.AddNamed(image.Descriptor{MediaType: image.MediaTypeConfig, Digest: image.EmptyJSON, Size: 2}, []byte("{}"))
	m := image.Manifest{
		SchemaVersion: 2, MediaType: image.MediaTypeManifest, Config: empty, Layers: []image.Descriptor{said},
	}
	d := put(c, image.Descriptor{Digest: image.NameDigest("attestation", string(about.Digest)), Size: e.d.attested[0]},
		image.MediaTypeManifest, m)
	d.Platform = &image.Platform{Architecture: "unknown", OS: "unknown"}
	d.Annotations = map[string]string{
		image.AnnotationKind: image.KindAttestation, image.AnnotationFor: string(about.Digest),
	}
	return d
}
