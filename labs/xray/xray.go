// Package xray looks through a container into the layers that it is made of: which layer a file comes from, what hides
// what, what a write cost, and what is shared with whom.
//
// Laws: looking changes nothing, so that a host that was looked at and one that was not go on alike; the numbers are
// those that docker ps -s, docker history, docker diff and docker system df show; nothing is computed before it is
// asked for, a directory at a time; whatever is in a container, an answer is bounded.
//
// What is in /proc and /sys is computed by the kernel when a process reads it: it is named, and not looked into.
package xray

import (
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
)

// Kind is what kind of place a file comes from.
type Kind string

// The places.
const (
	Upper  Kind = "upper" // the container's own layer
	Layer  Kind = "layer" // of the image
	Init   Kind = "init"  // what every container finds: a layer between the two
	Volume Kind = "volume"
	Bind   Kind = "bind"
	Tmpfs  Kind = "tmpfs"
	Image  Kind = "image"  // another image, mounted
	Docker Kind = "docker" // a file that Docker keeps on the host and mounts: /etc/hosts and its like
	Kernel Kind = "kernel" // what the kernel shows of itself, and devices
)

// Place is where a file comes from.
type Place struct {
	Kind  Kind
	Level int    // of a layer: 1 is the lowest
	Name  string // of a volume or an image; of a bind, the path on the host
}

// InLayers reports whether the place is a part of the stack, not something mounted over it.
func (p Place) InLayers() bool { return p.Kind == Upper || p.Kind == Layer || p.Kind == Init }

// Container is a container that can be looked into.
type Container struct{ ID, Name, Image, State string }

// Containers are a host's containers, the oldest first, those that do not run too.
func Containers(h *sandbox.Host) ([]Container, error) {
	if h.Engine() == nil {
		return nil, nil
	}
	list, err := h.Engine().ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	if err != nil {
		return nil, err
	}
	out := make([]Container, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		c := list[i]
		name := c.ID[:12]
		if len(c.Names) > 0 {
			name = c.Names[0][1:]
		}
		out = append(out, Container{c.ID, name, c.Image, string(c.State)})
	}
	return out, nil
}
