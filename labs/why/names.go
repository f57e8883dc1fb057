package why

import (
	"strings"

	"dockerlearn/labs/sandbox/sim"
)

// find is the name of the container that has or had an id. The newest event that names it tells.
func (t *teller) find(id string) (string, bool) {
	if len(id) != 64 {
		return "", false
	}
	if e := t.host.Engine(); e != nil {
		if c, err := e.ContainerInspect(outside, id, false); err == nil {
			return strings.TrimPrefix(c.Name, "/"), true
		}
	}
	e, ok := t.latest(func(e sim.Event) bool { return strings.HasPrefix(string(e.Rule), "docker.container.") && idOf(e) == id })
	return e.Subject, ok
}

func (t *teller) name(id string) string {
	if name, ok := t.find(id); ok {
		return name
	}
	return id[:min(len(id), 12)]
}

func idOf(e sim.Event) string {
	if d, ok := e.Detail.(interface{ About() string }); ok {
		return d.About()
	}
	return ""
}

// latest is the newest event of which something is true.
func (t *teller) latest(is func(sim.Event) bool) (sim.Event, bool) {
	return t.between(0, t.log.Last(), is)
}

// between is the newest such event that came behind one, up to another.
func (t *teller) between(after, last sim.EventID, is func(sim.Event) bool) (sim.Event, bool) {
	for id := last; id > after; id-- {
		e, ok := t.log.Get(id)
		if !ok {
			break
		}
		if is(e) {
			return e, true
		}
	}
	return sim.Event{}, false
}
