package engine

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
)

// journal is what docker events can tell. moby: daemon/events, which keeps as many.
type journal struct {
	kept      []api.Event
	listeners []*listener
}

const eventsKept = 256

// listener is a docker events that waits.
type listener struct {
	out     *stream[api.Event]
	filters filters
}

// emit tells that something happened to something, and why.
func (e *Engine) emit(
	kind api.EventType,
	action, id, subject string,
	attrs map[string]string,
	because ...sim.EventID,
) sim.EventID {
	now := e.now()
	ev := api.Event{
		Type: kind, Action: action, Actor: api.Actor{ID: id, Attributes: attrs}, Scope: "local",
		Time: now.Unix(), TimeNano: now.UnixNano(),
	}
	verb, _, _ := strings.Cut(action, ":")
	ev.ID = e.sim.Log.Add(sim.Rule("docker."+string(kind)+"."+verb), subject, eventDetail(ev), because...)
	e.journal.add(ev)
	return ev.ID
}

// eventDetail is an event's attributes as docker events prints them.
type eventDetail api.Event

// Attributes are the event's attributes by name, for who tells why something is as it is.
func (d eventDetail) Attributes() map[string]string { return d.Actor.Attributes }

// About is the id of what it happened to.
func (d eventDetail) About() string { return d.Actor.ID }

func (d eventDetail) String() string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(d.Actor.Attributes)) {
		parts = append(parts, k+"="+d.Actor.Attributes[k])
	}
	return d.Action + " (" + strings.Join(parts, ", ") + ")"
}

func (j *journal) add(ev api.Event) {
	if len(j.kept) == eventsKept {
		j.kept = append(j.kept[:0], j.kept[1:]...)
	}
	j.kept = append(j.kept, ev)
	for _, l := range j.listeners {
		if l.filters.event(ev) {
			l.out.send(ev)
		}
	}
}

// Events tells what happened since, and goes on until. moby: daemon/events.go, SubscribeToEvents
func (e *Engine) Events(c api.Caller, o api.EventsOptions) (api.Stream[api.Event], error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	since, _, err := parseTime(o.Since)
	if err != nil {
		return nil, err
	}
	until, bounded, err := parseTime(o.Until)
	if err != nil {
		return nil, err
	}
	if bounded && o.Since != "" && until.Before(since) {
		return nil, api.Errorf(api.InvalidParameter, "`since` time (%s) cannot be after `until` time (%s)", o.Since, o.Until)
	}
	l := &listener{newStream[api.Event]("events"), filters(o.Filters)}
	if o.Since != "" || bounded && until.Before(e.now()) {
		e.tellOld(l, since, until, bounded)
	}
	if bounded && !until.After(e.now()) {
		l.out.end(nil)
		return l.out, nil
	}
	e.listen(l, until, bounded)
	return l.out, nil
}

func (e *Engine) tellOld(l *listener, since, until time.Time, bounded bool) {
	for _, ev := range e.journal.kept {
		at := time.Unix(0, ev.TimeNano)
		if !at.Before(since) && (!bounded || !at.After(until)) && l.filters.event(ev) {
			l.out.send(ev)
		}
	}
}

func (e *Engine) listen(l *listener, until time.Time, bounded bool) {
	var end *sim.Timer
	j := &e.journal
	j.listeners = append(j.listeners, l)
	l.out.closed = func() {
		end.Stop()
		j.listeners = slices.DeleteFunc(j.listeners, func(x *listener) bool { return x == l })
	}
	if bounded {
		end = e.sim.At(until, func() {
			l.out.end(nil)
			j.listeners = slices.DeleteFunc(j.listeners, func(x *listener) bool { return x == l })
		})
	}
}

// parseTime reads seconds with a fraction; given is false for "". moby: daemon/internal/timestamp
func parseTime(s string) (t time.Time, given bool, err error) {
	if s == "" || s == "0" {
		return time.Unix(0, 0), false, nil
	}
	whole, frac, _ := strings.Cut(s, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return t, false, api.Errorf(api.InvalidParameter, "strconv.ParseInt: parsing %q: invalid syntax", whole)
	}
	frac = (frac + "000000000")[:9]
	ns, err := strconv.ParseInt(frac, 10, 64)
	if err != nil {
		return t, false, api.Errorf(api.InvalidParameter, "strconv.ParseInt: parsing %q: invalid syntax", frac)
	}
	return time.Unix(sec, ns), true, nil
}

// dropListeners ends what listens when the daemon goes away.
func (j *journal) dropListeners() {
	for _, l := range j.listeners {
		l.out.end(io.ErrUnexpectedEOF)
	}
	j.listeners = nil
}
