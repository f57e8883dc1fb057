package engine

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
)

// ContainerCommit makes an image of a container. moby: daemon/commit.go, daemon/containerd/image_commit.go
func (e *Engine) ContainerCommit(c api.Caller, id string, o api.CommitOptions) (api.IDResponse, error) {
	ct, err := e.find(id)
	if err != nil {
		return api.IDResponse{}, err
	}
	doc, err := ct.committed(o)
	if err != nil {
		return api.IDResponse{}, refusal(err)
	}
	var ref image.Reference
	if o.Reference != "" {
		if ref, err = image.ParseReference(o.Reference); err != nil {
			return api.IDResponse{}, refusal(err)
		}
	}
	if ct.state.alive() && !ct.state.paused && !o.NoPause {
		ct.logEvent("pause", nil, ct.because(c)...)
		defer func() { ct.logEvent("unpause", nil) }()
	}
	layers := slices.Clone(ct.image.Layers)
	files := ct.root.Seal()
	if _, inodes := files.DiskUsage(); inodes > 1 || files.Size() > 0 {
		own := image.NewLayer(files)
		if err := e.hold(own); err != nil {
			return api.IDResponse{}, err
		}
		layers = append(layers, own)
	} else {
		doc.History[len(doc.History)-1].EmptyLayer = true
	}
	target := e.images.Make(doc, layers, ct.image.Target.Digest)
	if made, err := e.images.Open(target.Digest, nil); err == nil {
		if _, err := e.images.Unpack(made); err != nil {
			return api.IDResponse{}, refusal(err)
		}
	}
	e.nameMade(target, ref, o.Reference != "")
	attrs := map[string]string{"comment": o.Comment, "imageID": string(target.Digest)}
	if o.Reference != "" {
		attrs["imageRef"] = ref.TagOrLatest().Familiar()
	}
	ct.logEvent("commit", attrs, ct.because(c)...)
	return api.IDResponse{ID: string(target.Digest)}, nil
}

// nameMade lets a name lead to an image that was made here, or keeps it without one.
func (e *Engine) nameMade(target image.Descriptor, ref image.Reference, named bool) {
	if named {
		e.images.Tag(ref.TagOrLatest(), target)
	} else {
		e.images.PutDangling(target)
	}
}

// committed is the new image's document.
func (ct *container) committed(o api.CommitOptions) (image.Document, error) {
	now := ct.e.now().UTC()
	config := ct.config
	if o.Config != nil {
		config = *o.Config
	}
	doc := image.Document{
		Created: &now, Author: o.Author, Architecture: ct.image.Document.Architecture, OS: ct.image.Document.OS,
		Variant: ct.image.Document.Variant, Config: imageConfig(&config), History: slices.Clone(ct.image.Document.History),
	}
	if err := doc.Config.ApplyChanges(o.Changes); err != nil {
		return doc, err
	}
	doc.History = append(doc.History, image.History{
		Created: &now, Author: o.Author, Comment: o.Comment,
		CreatedBy: strings.Join(append([]string{ct.path}, ct.args...), " "),
	})
	return doc, nil
}

// imageConfig is what of a container's configuration an image can say.
func imageConfig(c *api.ContainerConfig) image.Config {
	ports := map[string]struct{}{}
	for p := range c.ExposedPorts {
		ports[string(p)] = struct{}{}
	}
	return image.Config{
		User: c.User, ExposedPorts: ports, Env: slices.Clone(c.Env), Entrypoint: c.Entrypoint, Cmd: c.Cmd, Volumes: c.Volumes,
		WorkingDir: c.WorkingDir, Labels: c.Labels, StopSignal: c.StopSignal, Healthcheck: c.Healthcheck, OnBuild: c.OnBuild,
		Shell: c.Shell,
	}
}
