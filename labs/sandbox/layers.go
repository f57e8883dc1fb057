package sandbox

import (
	"fmt"
	"iter"

	"dockerlearn/labs/sandbox/engine"
	"dockerlearn/labs/sandbox/proc"
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

// FileChange is something that a process did to files that a container sees.
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

func (c FileChange) String() string {
	s := fmt.Sprintf("%d bytes by %s in container %.12s", c.Bytes, c.Call, c.Container)
	if c.Layer > 0 {
		s += fmt.Sprintf(" from layer %d", c.Layer)
	}
	return s
}

// FileChanges are what happened to the files of containers after one event and up to another, oldest first. Last 0 is
// up to now.
func (h *Host) FileChanges(after, last sim.EventID) iter.Seq[FileChange] {
	return func(yield func(FileChange) bool) {
		for e := range h.world.sim.Log.Since(after) {
			if last > 0 && e.ID > last {
				return
			}
			if c, ok := e.Detail.(FileChange); ok && !yield(c) {
				return
			}
		}
	}
}

// noteFiles writes down what happens to the files of containers. Its answer says that no refusal was written down.
func (h *Host) noteFiles(e vfs.Event) vfs.EventID {
	if e.By == nil {
		return 0
	}
	top := e.By.Mounts().Root().FS
	c := FileChange{Rule: e.Rule, Path: e.Path, Layer: e.Layer, Bytes: e.Bytes, Call: e.Call}
	switch {
	case e.FS.Type == "overlay":
		c.Container = e.FS.Label
	case top.Type == "overlay" && e.Rule == vfs.RuleWrote:
		c.Container, c.Path, c.Mounted = top.Label, e.Asked, true
	default:
		return 0
	}
	if e.Rule == vfs.RuleMoved {
		c.From = e.Asked
	}
	var why sim.EventID
	if p, ok := e.By.Caller.(*proc.Process); ok {
		why = p.Cause()
	}
	h.world.sim.Log.Add(sim.Rule(e.Rule), c.Path, c, why)
	return 0
}
