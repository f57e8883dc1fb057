package engine

import (
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// Layering is how a container's files are put together. Looking at it changes nothing.
type Layering struct {
	ID, Name, Image string
	State           api.ContainerState
	Files           *vfs.FS     // the layers and the container's own one, without what is mounted
	Seen            *vfs.Mounts // what its processes see; nil while there are none
	Upper           int64       // what its own layer takes: the size of docker ps -s
	Layers          []Stacked   // the lowest first, as vfs counts them from 1
	Steps           []Step      // how the image came about, the oldest first: docker history from below
	Mounts          []Mounted   // outer ones before those inside of them
}

// Stacked is a layer, and who has it too.
type Stacked struct {
	Chain      image.Digest // of the layer and all below it
	Init       bool         // not of the image: what every container finds
	Size       int64        // on disk, as docker history counts
	Containers []string     // that lie over it, by name, the oldest first
	Images     []string     // that begin with it, by name or short id
}

// Step is a line of an image's history.
type Step struct {
	CreatedBy string
	Comment   string
	Size      int64
	Level     int // of the layer that it made, 0 if it made none
}

// Mounted is what lies over a path of the layers.
type Mounted struct {
	Kind     api.MountType
	Name     string // of a volume
	Source   string // on the host; "" for what is in memory
	Dest     string
	ReadOnly bool
	Own      bool // Docker's doing: nobody asked for it
}

// Has reports whether there is a container of this id.
func (e *Engine) Has(id string) bool { return e.containers[id] != nil }

// Layering tells how a container's files are put together.
func (e *Engine) Layering(id string) (*Layering, error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	l := &Layering{
		ID: ct.id, Name: ct.name, Image: ct.imageName(), State: ct.state.status(), Files: ct.root.FS, Upper: ct.sizeRw(),
		Steps: e.steps(ct.image), Mounts: ct.mounted(),
	}
	if ct.run != nil {
		l.Seen = ct.run.mounts
	}
	images := e.chains()
	for n, layer := range ct.base.layers {
		s := Stacked{Chain: layer.chain, Containers: e.over(layer.chain), Images: images[layer.chain]}
		if n < len(ct.image.Layers) {
			s.Size = ct.image.Layers[n].Usage()
		} else {
			s.Init, s.Size = true, image.UsageOf(layer.files)
		}
		l.Layers = append(l.Layers, s)
	}
	return l, nil
}

// steps are an image's history with the places of the layers.
func (e *Engine) steps(i *image.Image) []Step {
	var list []Step
	level := 0
	for _, h := range slices.Backward(e.images.History(i)) {
		s := Step{CreatedBy: h.CreatedBy, Comment: h.Comment, Size: h.Size}
		if h.Layer != nil {
			level++
			s.Level = level
		}
		list = append(list, s)
	}
	return list
}

// chains says which images have a stack of layers.
func (e *Engine) chains() map[image.Digest][]string {
	have := map[image.Digest][]string{}
	for _, id := range e.images.IDs() {
		i, err := e.images.Open(id, nil)
		if err != nil {
			continue
		}
		for _, c := range i.Chain() {
			have[c] = append(have[c], e.imageLabel(id))
		}
	}
	return have
}

func (e *Engine) imageLabel(id image.Digest) string {
	if tags := e.images.RepoTags(id); len(tags) > 0 {
		return tags[0]
	}
	_, hex, _ := strings.Cut(string(id), ":")
	return hex[:min(12, len(hex))]
}

// over are the containers that lie over a stack of layers.
func (e *Engine) over(chain image.Digest) []string {
	var names []string
	for _, ct := range e.order {
		if slices.ContainsFunc(ct.base.layers, func(l baseLayer) bool { return l.chain == chain }) {
			names = append(names, ct.name)
		}
	}
	return names
}

func (ct *container) mounted() []Mounted {
	var list []Mounted
	for _, m := range ct.given() {
		source := m.source
		if m.kind == api.MountVolume {
			source = path.Join(source, m.subpath)
		}
		list = append(list, Mounted{
			Kind: m.kind, Name: m.name, Source: source, Dest: m.dest, ReadOnly: m.readOnly,
			Own: m.kind == api.MountBind && strings.HasPrefix(m.source, ct.netDir()+"/"),
		})
	}
	return list
}
