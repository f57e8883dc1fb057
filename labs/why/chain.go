package why

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

// step is an event that has a sentence, and the command that it began with.
type step struct {
	said
	command sim.EventID
}

// chain tells an event and what it follows from, newest first. Each command is named once, at the last link that began
// with it.
func (t *teller) chain(id sim.EventID) []Link {
	return links(t.log, t.steps(id))
}

func links(log *sim.Log, steps []step) []Link {
	var list []Link
	for i, s := range steps {
		l := Link{Says: s.text, Lesson: s.lesson}
		if last := i == len(steps)-1 || steps[i+1].command != s.command; last && s.command != 0 {
			e, _ := log.Get(s.command)
			l.Command = e.Subject
		}
		list = append(list, l)
	}
	return list
}

// steps are the events behind an event that have something to say. A sentence that was said already is not said again.
func (t *teller) steps(id sim.EventID) []step {
	var steps []step
	todo := map[sim.EventID]bool{id: true}
	for i := id; i > 0 && len(todo) > 0 && len(steps) < maxLinks; i-- {
		if !todo[i] {
			continue
		}
		delete(todo, i)
		e, ok := t.log.Get(i)
		if !ok {
			break // forgotten, and all before it
		}
		if s := t.words(e); s.text != nil && !slices.ContainsFunc(steps, func(x step) bool { return x.same(s) }) {
			steps = append(steps, step{s, t.beganWith(i, steps)})
		}
		for _, c := range t.follows(e) {
			todo[c] = true
		}
	}
	return steps
}

// beganWith is the command that led to an event. What the engine did by itself, it did for what follows from that.
func (t *teller) beganWith(id sim.EventID, told []step) sim.EventID {
	command := t.command(id)
	if command == 0 && len(told) > 0 {
		return told[len(told)-1].command
	}
	return command
}

func (s said) same(o said) bool {
	for lang, text := range s.text { // any order: all have to agree
		if o.text[lang] != text {
			return false
		}
	}
	return true
}

// follows is which of its causes an event is told with. Who asked for something comes first among them; what else was
// true of the thing before is another story.
func (t *teller) follows(e sim.Event) []sim.EventID {
	switch e.Rule {
	case shell.RuleCommand:
		return nil
	case "docker.container.die":
		return t.ofEnd(e)
	case "docker.error", "docker.container.failed":
		return t.ofFailure(e)
	case "proc.exit":
		return t.ofExit(e)
	case "build.cache.miss":
		return e.Because
	}
	if len(e.Because) > 1 {
		return e.Because[:1]
	}
	return e.Because
}

// ofEnd is what ended a container: its program's end, and that it had no memory left.
func (t *teller) ofEnd(e sim.Event) []sim.EventID {
	var list []sim.EventID
	for i, c := range e.Because {
		x, _ := t.log.Get(c)
		if i == 0 || x.Rule == "docker.container.oom" {
			list = append(list, c)
		}
	}
	return list
}

// ofExit is the signal that ended a process, or what began it where none did.
func (t *teller) ofExit(e sim.Event) []sim.EventID {
	for i, c := range e.Because {
		if x, _ := t.log.Get(c); i > 0 && (strings.HasPrefix(fmt.Sprint(e.Detail), "killed") || asksToEnd(x)) {
			return e.Because[i : i+1]
		}
	}
	return e.Because[:min(1, len(e.Because))]
}

// asksToEnd reports whether an event is a signal that asks a program to end.
func asksToEnd(e sim.Event) bool {
	switch e.Detail {
	case proc.SIGTERM, proc.SIGINT, proc.SIGQUIT, proc.SIGKILL:
		return true
	}
	return false
}

// ofFailure is what led to an error. That a file is not there was said by the error.
func (t *teller) ofFailure(e sim.Event) []sim.EventID {
	var list []sim.EventID
	for _, c := range e.Because {
		if x, _ := t.log.Get(c); x.Rule != "vfs.missing" {
			list = append(list, c)
		}
	}
	return list
}

// command is the newest command line among what led to an event, 0 if there is none.
func (t *teller) command(id sim.EventID) sim.EventID {
	todo := []sim.EventID{id}
	seen := map[sim.EventID]bool{}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		e, ok := t.log.Get(at)
		if !ok || seen[at] {
			continue
		}
		seen[at] = true
		if e.Rule == shell.RuleCommand {
			return at
		}
		causes := t.follows(e)
		if e.Rule == "docker.error" && len(e.Because) > 0 {
			causes = e.Because[len(e.Because)-1:] // who was told
		}
		todo = append(todo, causes...)
	}
	return 0
}
