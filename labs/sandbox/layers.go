package sandbox

import (
	"fmt"
	"iter"

	"dockerlearn/labs/sandbox/engine"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// How a container's files are put together.
type (
	Layering = engine.Layering
	Stacked  = engine.Stacked
	Step     = engine.Step
	Mounted  = engine.Mounted
)

// Layering tells how a container's files are put together. Looking at it changes nothing: neither does looking at what
// is in there by vfs.FS's Copies and vfs.Mounts' Sight.
func (h *Host) Layering(container string) (*Layering, error) {
	if h.engine == nil {
		return nil, fmt.Errorf("%s has no Docker", h.Name())
	}
	return h.engine.Layering(container)
}

// Mounts is the host's own files, for looking at them without leaving a trace.
func (h *Host) Mounts() *vfs.Mounts { return h.view.Mounts() }

// FileChange is something that was done to files that a container sees.
type FileChange struct {
	Rule      vfs.Rule
	Container string // its id
	Path      string // as the container sees it
	From      string // of a move: the path that it had
	Layer     int    // of a copy-up: where the file was
	Bytes     int64  // of a copy-up: what was copied; of a write: what was written
	Mounted   bool   // it is in none of the container's layers
	Call      string // the system call
}

// FileChanges are what happened to the files of containers after one event and up to another, oldest first. Last 0 is
// up to now.
func (h *Host) FileChanges(after, last sim.EventID) iter.Seq[FileChange] {
	return func(yield func(FileChange) bool) {
		for e := range h.world.sim.Log.Since(after) {
			if last > 0 && e.ID > last {
				return
			}
			if f, ok := e.Detail.(FileEvent); ok && f.Errno == 0 {
				if c, ok := h.change(f); ok && !yield(c) {
					return
				}
			}
		}
	}
}

// change is an event as the container that it was done to would tell it.
func (h *Host) change(f FileEvent) (FileChange, bool) {
	c := FileChange{Rule: f.Rule, Container: f.Files, Path: f.Path, Layer: f.Layer, Bytes: f.Bytes, Call: f.Call}
	switch {
	case h.engine == nil:
		return c, false
	case h.engine.Has(f.Files):
	case f.Rule == vfs.RuleWrote && h.engine.Has(f.In):
		c.Container, c.Path, c.Mounted = f.In, f.Asked, true
	default:
		return c, false
	}
	if f.Rule == vfs.RuleMoved {
		c.From = f.Asked
	}
	return c, true
}
