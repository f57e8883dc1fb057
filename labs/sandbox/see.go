package sandbox

import (
	"fmt"

	"dockerlearn/labs/sandbox/engine"
)

// Seen is what a path leads to: a vfs.Sight, and what answers.
type Seen = engine.Seen

// Source is what answers when a file is read.
type Source = engine.Source

// What answers when a file of a container is read.
const (
	ByUpper  = engine.ByUpper
	ByImage  = engine.ByImage
	ByVolume = engine.ByVolume
	ByBind   = engine.ByBind
	ByTmpfs  = engine.ByTmpfs
	ByKernel = engine.ByKernel
)

// See is what a path of the host leads to. Nobody notices that it was looked at.
func (h *Host) See(path string) (Seen, error) { return engine.SeeIn(h.view.Mounts(), path) }

// SeeIn is what a path of a container leads to, whether it runs or not: through its volumes and other mounts.
func (h *Host) SeeIn(container, path string) (Seen, error) {
	if h.engine == nil {
		return Seen{}, fmt.Errorf("there is no Docker on %s", h.Name())
	}
	return h.engine.See(container, path)
}

// SeeImage is what a path of an image leads to.
func (h *Host) SeeImage(ref, path string) (Seen, error) {
	if h.engine == nil {
		return Seen{}, fmt.Errorf("there is no Docker on %s", h.Name())
	}
	return h.engine.SeeImage(ref, path)
}
