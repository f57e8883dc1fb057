package sim

import (
	"fmt"
	"iter"
	"strings"
	"time"
)

// EventID names something that happened. The zero value names nothing; later events have greater ids.
type EventID uint64

// Rule names the law that an event followed, as PACKAGE.WHAT: "vfs.copyup", "proc.exec", "net.dnat".
type Rule string

// Event is one thing that happened, and what made it happen.
type Event struct {
	ID      EventID
	At      time.Time
	Rule    Rule
	Subject string       // what it happened to: a path, "pid 7", a container's name
	Detail  fmt.Stringer // formatted only when someone looks; may be nil
	Because []EventID
}

func (e Event) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Rule, e.Subject)
	if e.Detail != nil {
		fmt.Fprintf(&b, ": %s", e.Detail)
	}
	return b.String()
}

// Text is a Detail that is known already.
type Text string

func (t Text) String() string { return string(t) }

// logPage is how many events are kept together; whole pages are dropped when the log is full.
const (
	logPage  = 1024
	logPages = 128
)

// Log is what happened in a world, in order. It keeps the last 130,000 events.
type Log struct {
	sim   *Sim
	last  EventID
	pages [][]Event // the first page begins with event first
	first EventID
}

func newLog(s *Sim) *Log { return &Log{sim: s, first: 1} }

// Add appends an event and returns its id, so that later events can name it as their cause. Causes of 0 are left out.
func (l *Log) Add(rule Rule, subject string, detail fmt.Stringer, because ...EventID) EventID {
	if n := len(l.pages); n == 0 || len(l.pages[n-1]) == logPage {
		l.newPage()
	}
	l.last++
	page := &l.pages[len(l.pages)-1]
	*page = append(*page, Event{l.last, l.sim.Now(), rule, subject, detail, known(because)})
	return l.last
}

func (l *Log) newPage() {
	if len(l.pages) == logPages {
		l.pages = append(l.pages[:0], l.pages[1:]...)
		l.first += logPage
	}
	l.pages = append(l.pages, make([]Event, 0, logPage/8))
}

func known(ids []EventID) []EventID {
	for i, id := range ids {
		if id == 0 {
			out := append([]EventID(nil), ids[:i]...)
			for _, id := range ids[i+1:] {
				if id != 0 {
					out = append(out, id)
				}
			}
			return out
		}
	}
	return ids
}

// Last is the id of the newest event, 0 if there is none.
func (l *Log) Last() EventID { return l.last }

// Get returns an event, unless it never was or is forgotten.
func (l *Log) Get(id EventID) (Event, bool) {
	if id < l.first || id > l.last {
		return Event{}, false
	}
	i := int(id - l.first)
	return l.pages[i/logPage][i%logPage], true
}

// Since yields the events after id, oldest first; Since(0) yields all that are kept.
func (l *Log) Since(id EventID) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := max(id+1, l.first); i <= l.last; i++ {
			if e, ok := l.Get(i); !ok || !yield(e) {
				return
			}
		}
	}
}

// Why yields an event and everything that led to it, newest first, each once.
func (l *Log) Why(id EventID) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		todo := map[EventID]bool{id: true}
		for i := id; i >= l.first && i > 0 && len(todo) > 0; i-- {
			if !todo[i] {
				continue
			}
			delete(todo, i)
			e, ok := l.Get(i)
			if !ok {
				return
			}
			for _, c := range e.Because {
				todo[c] = true
			}
			if !yield(e) {
				return
			}
		}
	}
}
