package vfs

// refusal is why something cannot be done. The zero value is that it can.
type refusal struct {
	errno Errno
	rule  Rule
	at    *node  // what decided it; nil is the call's own arguments
	name  string // in at
}

func (r refusal) bad() bool { return r.errno != 0 }

// refuse is a refusal that a node decided.
func refuse(errno Errno, rule Rule, at *node) refusal {
	return refusal{errno: errno, rule: rule, at: at}
}

// answer ends a call: it tells the observer about a refusal, and makes an error of it.
func (v *View) answer(r refusal, asked string) error {
	if !r.bad() {
		return nil
	}
	if d := v.mounts.disk; d.watch&WatchRefusals != 0 {
		d.tell(v.refusalEvent(r, asked))
	}
	return r.errno
}

func (v *View) refusalEvent(r refusal, asked string) Event {
	e := Event{Rule: r.rule, Errno: r.errno, Asked: asked, Path: asked, Who: &v.cred}
	if r.at != nil {
		e.FS, e.Path, e.Layer = r.at.fs, r.at.below(r.name), r.at.layer()
	}
	return e
}
