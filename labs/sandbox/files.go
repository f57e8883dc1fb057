package sandbox

import (
	"fmt"
	"slices"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// FileEvent is the detail of events about files. Their subject is the path: where something happened, or what was asked
// for and refused.
type FileEvent struct {
	Rule  vfs.Rule
	Files string // whose files: a container's id, a volume's name; the host's are root
	Path  string // within those
	Asked string // refusals: the path that was asked for; writes: the path as the process sees it; moves: the old name
	Call  string // the system call
	Layer int    // of the image, from 1
	Bytes int64
	Errno vfs.Errno
	By    proc.PID // 0: nobody's call
	In    string   // the container that it was done in: its id
}

func (e FileEvent) String() string {
	s := fmt.Sprintf("%s in %s by pid %d", e.Path, e.Files, e.By)
	if e.Errno != 0 {
		s += fmt.Sprintf(": %s: %s", e.Call, e.Errno.Error())
	}
	return s
}

// fileWatch writes down what happens to a host's files. A program that asks for the same in vain again and again is
// told of once.
type fileWatch struct {
	log    *sim.Log
	recent [recentRefusals]refused
	next   int
}

const recentRefusals = 8

type refused struct {
	FileEvent
	cause sim.EventID
	event sim.EventID
}

func (h *Host) watchFiles() {
	w := &fileWatch{log: h.world.sim.Log}
	h.disk.Observe(w.see, vfs.WatchChanges|vfs.WatchRefusals)
}

func (w *fileWatch) see(e vfs.Event) vfs.EventID {
	x := FileEvent{
		Rule: e.Rule, Path: e.Path, Asked: e.Asked, Call: e.Call, Layer: e.Layer, Bytes: e.Bytes, Errno: e.Errno,
	}
	if e.FS != nil {
		x.Files = e.FS.Label
	}
	var cause sim.EventID
	if e.By != nil {
		if root := e.By.Mounts().Root().FS; root.Type == "overlay" {
			x.In = root.Label
		}
		if p, ok := e.By.Caller.(*proc.Process); ok && p != nil {
			x.By, cause = p.PID(), p.Cause()
		}
	}
	if x.By == 0 && (e.Rule == vfs.RuleMissing || e.Rule == vfs.RuleExists) {
		return 0 // the engine looks before it makes things
	}
	if e.Errno != 0 {
		return vfs.EventID(w.refused(x, cause))
	}
	return vfs.EventID(w.log.Add(sim.Rule(x.Rule), x.Path, x, cause))
}

func (w *fileWatch) refused(x FileEvent, cause sim.EventID) sim.EventID {
	i := slices.IndexFunc(w.recent[:], func(r refused) bool { return r.cause == cause && r.FileEvent == x })
	if i >= 0 {
		return w.recent[i].event
	}
	id := w.log.Add(sim.Rule(x.Rule), x.Asked, x, cause)
	w.recent[w.next] = refused{x, cause, id}
	w.next = (w.next + 1) % recentRefusals
	return id
}
