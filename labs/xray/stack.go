package xray

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
)

// Stack is what a container's files are put together from.
type Stack struct {
	Container
	Mounts  []Mount
	Size    int64  // of the container's own layer, as docker ps -s shows it
	Changes int    // lines of docker diff
	Steps   []Step // below the own layer, the highest first
	Once    int64  // what all layers take on the disk, each once
	Apart   int64  // what they would take if each container had its own
	Users   []string
}

// Mount is what lies over a path of the layers.
type Mount struct {
	Place
	Dest     string
	ReadOnly bool
}

// Step is a layer of the image, or a step of its history that made none.
type Step struct {
	Place          // of the layer; the zero Place if the step made none
	Instruction    string
	CreatedBy      string // the instruction as docker history shows it
	Size           int64
	Containers     []string // that stand on it, this one too
	Images         []string // that have it
	SharedByOthers bool
}

// Virtual is what docker ps -s calls virtual: the own layer and all below it.
func (s Stack) Virtual() int64 { return s.Size + s.Once }

// Look tells what a container is put together from.
func Look(h *sandbox.Host, container string) (Stack, error) {
	l, err := h.Layering(container)
	if err != nil {
		return Stack{}, err
	}
	s := Stack{Container: Container{l.ID, l.Name, l.Image, string(l.State)}, Size: l.Upper}
	if diff, err := h.Engine().ContainerDiff(api.Caller{}, l.ID); err == nil {
		s.Changes = len(diff)
	}
	for _, m := range l.Mounts {
		s.Mounts = append(s.Mounts, Mount{placeOf(m), m.Dest, m.ReadOnly})
	}
	s.Steps = steps(l)
	for _, layer := range l.Layers {
		s.Once += layer.Size
		s.Apart += layer.Size * int64(len(layer.Containers))
		for _, name := range layer.Containers {
			if !slices.Contains(s.Users, name) {
				s.Users = append(s.Users, name)
			}
		}
	}
	return s, nil
}

// steps are the layers and what made each, the highest first.
func steps(l *sandbox.Layering) []Step {
	var list []Step
	told := map[int]bool{}
	for _, h := range l.Steps {
		s := Step{CreatedBy: h.CreatedBy, Instruction: Instruction(h.CreatedBy, h.Comment), Size: h.Size}
		if h.Level > 0 {
			told[h.Level] = true
			s = s.of(l, h.Level)
		}
		list = append(list, s)
	}
	for level := range l.Layers { // those that the history says nothing about, and the last
		if !told[level+1] {
			list = append(list, Step{Size: l.Layers[level].Size}.of(l, level+1))
		}
	}
	slices.Reverse(list)
	return list
}

func (s Step) of(l *sandbox.Layering, level int) Step {
	layer := l.Layers[level-1]
	s.Place = Place{Kind: Layer, Level: level}
	if layer.Init {
		s.Kind = Init
	}
	s.Containers, s.Images = layer.Containers, layer.Images
	s.SharedByOthers = len(layer.Containers) > 1
	return s
}

// Instruction is a line of docker history as somebody would have written it in a Dockerfile. What has no author's line
// (a commit) is called by its comment.
func Instruction(createdBy, comment string) string {
	s := strings.TrimSuffix(strings.TrimSpace(createdBy), " # buildkit")
	if rest, ok := strings.CutPrefix(s, "/bin/sh -c #(nop)"); ok {
		return strings.Join(strings.Fields(rest), " ")
	}
	if rest, ok := strings.CutPrefix(s, "/bin/sh -c "); ok {
		s = "RUN " + rest
	}
	s = strings.Replace(s, "RUN /bin/sh -c ", "RUN ", 1)
	if s == "" {
		s = comment
	}
	return strings.Join(strings.Fields(s), " ")
}

func placeOf(m sandbox.Mounted) Place {
	switch {
	case m.Own:
		return Place{Kind: Docker, Name: m.Source}
	case m.Kind == api.MountVolume:
		return Place{Kind: Volume, Name: m.Name}
	case m.Kind == api.MountImage:
		return Place{Kind: Image, Name: m.Source}
	case m.Kind == api.MountTmpfs:
		return Place{Kind: Tmpfs}
	}
	return Place{Kind: Bind, Name: m.Source}
}
