package build

import (
	"encoding/json"
	"time"

	"dockerlearn/labs/sandbox/image"
)

// What the exporter takes, about.
const (
	packTime   = 60 * time.Millisecond // for each new layer
	writeTime  = 14 * time.Millisecond
	unpackTime = 50 * time.Millisecond
)

// export makes an image of the result, and gives it its names. BuildKit puts what it knows about the build beside the
// image: an attestation, and an index of both. buildkit: exporter/containerimage/writer.go
func (b *builder) export(r *result) (image.Digest, error) {
	step := b.begin("exporting to image")
	doc := copied(b.plan.target.doc)
	now := b.w.Now().UTC()
	doc.Created = &now
	for n := range doc.History {
		if doc.History[n].Created == nil {
			doc.History[n].Created = &now
		}
	}
	x := &exporter{builder: b, step: step, layers: r.layers, pack: b.packing(r)}
	x.says(x.pack, "exporting layers")
	manifest := b.w.Store.Make(doc, r.layers, "")
	made, err := b.w.Store.Open(manifest.Digest, nil)
	if err != nil {
		return "", err
	}
	if _, err := b.w.Store.Unpack(made); err != nil {
		return "", b.fail(step, err)
	}
	x.says(x.writing(), "exporting manifest %s", manifest.Digest)
	x.says(x.writing(), "exporting config %s", b.config(manifest))
	target := manifest
	if len(r.layers) > 0 && !b.r.Bare {
		target = x.attest(manifest, made)
	}
	x.name(target)
	if x.err != nil {
		return "", b.fail(step, x.err)
	}
	b.finish(step)
	return target.Digest, nil
}

// exporter is an export as it runs.
type exporter struct {
	*builder
	step   int
	layers []*image.Layer
	pack   time.Duration // of the layers that are new
	err    error         // nobody waits any more
}

func (x *exporter) says(d time.Duration, format string, args ...any) {
	if x.err == nil {
		x.err = x.takes(x.step, d, format, args...)
	}
}

// writing is what a document takes. If no layer is new, most are there already.
func (x *exporter) writing() time.Duration {
	if x.pack == 0 {
		return 0
	}
	return writeTime
}

// packing is what the layers take that were never packed.
func (b *builder) packing(r *result) time.Duration {
	d := time.Duration(0)
	for _, l := range r.layers {
		if !b.w.Store.Content().Has(l.Descriptor.Digest) {
			d += packTime
		}
	}
	return d
}

func (b *builder) config(manifest image.Descriptor) image.Digest {
	return b.w.Store.Content().Children(manifest)[0].Digest
}

// attest adds what is known of the build, and returns the index of both manifests.
func (x *exporter) attest(manifest image.Descriptor, made *image.Image) image.Descriptor {
	content := x.w.Store.Content()
	statement := content.AddDocument(image.MediaTypeInToto, provenance(x.builder, manifest))
	statement.Annotations = map[string]string{"in-toto.io/predicate-type": provenanceType}
	config := content.AddDocument(image.MediaTypeConfig, image.Document{
		Architecture: "unknown", OS: "unknown",
		RootFS: image.RootFS{Type: "layers", DiffIDs: []image.Digest{statement.Digest}},
	})
	attestation := content.AddDocument(image.MediaTypeManifest, image.Manifest{
		SchemaVersion: 2, MediaType: image.MediaTypeManifest, Config: config, Layers: []image.Descriptor{statement},
	})
	x.says(writeTime, "exporting attestation manifest %s", attestation.Digest)
	host := made.Document
	manifest.Platform = &image.Platform{Architecture: host.Architecture, OS: host.OS, Variant: host.Variant}
	attestation.Platform = &image.Platform{Architecture: "unknown", OS: "unknown"}
	attestation.Annotations = map[string]string{
		image.AnnotationFor: string(manifest.Digest), image.AnnotationKind: image.KindAttestation,
	}
	index := content.AddDocument(image.MediaTypeIndex, image.Index{
		SchemaVersion: 2, MediaType: image.MediaTypeIndex, Manifests: []image.Descriptor{manifest, attestation},
	})
	x.says(writeTime, "exporting manifest list %s", index.Digest)
	return index
}

const provenanceType = "https://slsa.dev/provenance/v1"

// provenance says from what and when an image was built.
func provenance(b *builder, manifest image.Descriptor) json.RawMessage {
	type material struct {
		URI    string            `json:"uri"`
		Digest map[string]string `json:"digest"`
	}
	var materials []material
	for _, s := range b.plan.target.needed() {
		if s.image != nil {
			materials = append(materials, material{
				"pkg:docker/" + s.ref.Familiar(), map[string]string{"sha256": s.image.Target.Digest.Hex()},
			})
		}
	}
	return image.Marshal(map[string]any{
		"_type": "https://in-toto.io/Statement/v1", "predicateType": provenanceType,
		"subject": []any{map[string]any{"name": "_", "digest": map[string]string{"sha256": manifest.Digest.Hex()}}},
		"predicate": map[string]any{
			"buildDefinition": map[string]any{
				"buildType":            "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
				"externalParameters":   map[string]any{"configSource": map[string]string{"path": b.r.Name}},
				"resolvedDependencies": materials,
			},
			"runDetails": map[string]any{"metadata": map[string]string{
				"startedOn": b.begun.UTC().Format(time.RFC3339Nano), "finishedOn": b.w.Now().UTC().Format(time.RFC3339Nano),
			}},
		},
	})
}

// name gives the image its names, or keeps it without one.
func (x *exporter) name(target image.Descriptor) {
	if x.err != nil {
		return
	}
	names := []string{}
	for _, ref := range x.r.Tags {
		x.w.Store.Put(ref.TagOrLatest(), target)
		names = append(names, ref.TagOrLatest().String())
	}
	if len(names) == 0 {
		x.w.Store.PutDangling(target)
		names = append(names, image.DanglingName(target.Digest))
	}
	unpack := time.Duration(0)
	if x.pack > 0 {
		unpack = unpackTime
	}
	for _, name := range names {
		x.says(0, "naming to %s", name)
		if len(x.layers) > 0 {
			x.says(unpack, "unpacking to %s", name)
		}
	}
}
