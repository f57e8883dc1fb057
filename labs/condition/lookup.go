package condition

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// engine is the host's Docker; otherwise why there is none that answers.
func (s *State) engine() (api.Engine, lessons.Text) {
	e := s.Host.Engine()
	if e == nil {
		return nil, say("there is no Docker on this host", "这台宿主机上没有 Docker")
	}
	if _, err := e.Ping(api.Caller{}); err != nil {
		return nil, say("the Docker daemon does not run", "Docker 守护进程没有在运行")
	}
	return e, nil
}

// find says why something of a name cannot be looked at; nil if it can.
func (s *State) find(k Kind, name string) (why lessons.Text) {
	switch k {
	case Image:
		_, why = s.image(name)
	case Network:
		_, why = s.network(name)
	case Volume:
		_, why = s.volume(name)
	default:
		_, why = s.container(name)
	}
	return why
}

func (s *State) container(name string) (*api.ContainerInspect, lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return nil, why
	}
	i, err := e.ContainerInspect(api.Caller{}, name, false)
	if err != nil || i.Name != "/"+name {
		return nil, missing(Container, name)
	}
	return i, nil
}

func (s *State) image(ref string) (*api.ImageInspect, lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return nil, why
	}
	i, err := e.ImageInspect(api.Caller{}, ref, api.ImageInspectOptions{})
	if err != nil || !named(i, ref) {
		return nil, missing(Image, ref)
	}
	return i, nil
}

// named reports whether an image was found by its name and not by the beginning of its id.
func named(i *api.ImageInspect, ref string) bool {
	return strings.Contains(ref, "sha256:") || slices.Contains(i.RepoTags, ref) || slices.Contains(i.RepoTags, ref+":latest")
}

func (s *State) network(name string) (*api.NetworkInspect, lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return nil, why
	}
	n, err := e.NetworkInspect(api.Caller{}, name, false)
	if err != nil || n.Name != name {
		return nil, missing(Network, name)
	}
	return n, nil
}

func (s *State) volume(name string) (*api.Volume, lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return nil, why
	}
	v, err := e.VolumeInspect(api.Caller{}, name)
	if err != nil {
		return nil, missing(Volume, name)
	}
	return v, nil
}
