package labs

import "slices"

// Timeline is the command lines that were typed at the host's own prompt, oldest first; the last may still run.
func (b *Bench) Timeline() []Step {
	var all []Step
	for _, c := range b.Commands() {
		all = append(all, Step{Line: c.Line, Exit: c.Exit, At: c.Began - b.began})
	}
	return all
}

// Go goes to the moment before a step: before its first key, or what was thrown away in front of it, was typed. The
// terminal keeps its size.
func (b *Bench) Go(step int) error {
	commands := b.Commands()
	if step = max(step, 0); step >= len(commands) {
		return b.rebuild(nil)
	}
	from := commands[step].From
	i := slices.IndexFunc(b.entries, func(p placed) bool { return from < p.from+p.keys })
	e := b.entries[i]
	back := []Entry{{At: b.past[e.place].At, Back: &e.place}}
	if from > e.from { // the keys before it went to another program
		back = append(back, Entry{At: b.past[e.place].At, Keys: b.past[e.place].Keys[:from-e.from]})
	}
	return b.rebuild(back)
}

// Reset goes back to where the lab began.
func (b *Bench) Reset() error {
	start := 0
	return b.rebuild([]Entry{{Back: &start}})
}

// rebuild adds to the past and makes the present anew.
func (b *Bench) rebuild(more []Entry) error {
	var failed error
	for _, e := range more {
		failed = b.add(e)
	}
	was := b.world
	if err := b.replay(); err != nil {
		return err
	}
	was.Close()
	b.judge.forget()
	if err := b.Resize(b.size.columns, b.size.rows); err != nil {
		failed = err
	}
	return failed
}
