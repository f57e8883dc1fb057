package vfs

// refusal is why something cannot be done; nil is that it can.
type refusal struct {
	errno Errno
	rule  Rule
	at    *node  // what decided it; nil is the call's own arguments
	name  string // in at
}

// is reports whether something cannot be done for this reason.
func (r *refusal) is(errno Errno) bool { return r != nil && r.errno == errno }

// refuse is a refusal that a node decided.
func refuse(errno Errno, rule Rule, at *node) *refusal {
	return &refusal{errno: errno, rule: rule, at: at}
}

// answer ends a call: it tells the observer about a refusal, and makes an error of it.
func (v *View) answer(r *refusal, asked string) error {
	if r == nil {
		return nil
	}
	if v.watches(WatchRefusals) {
		v.tell(v.refusalEvent(r, asked))
	}
	return r.errno
}

func (v *View) refusalEvent(r *refusal, asked string) Event {
	e := Event{Rule: r.rule, Errno: r.errno, Asked: asked, Path: asked}
	if r.at != nil {
		e.FS, e.Path, e.Layer = r.at.fs, r.at.below(r.name), r.at.layer()
	}
	return e
}

func (v *View) watches(w Watch) bool { return v.mounts.disk.watch&w != 0 }

// tell reports an event to the observer, who is known to want it.
func (v *View) tell(e Event) {
	e.By, e.Call = v, v.call
	v.mounts.disk.tell(e)
}

// tellAt reports what happened to a name in a directory.
func (v *View) tellAt(rule Rule, dir *node, name string) {
	v.tell(Event{Rule: rule, FS: dir.fs, Path: dir.below(name)})
}
