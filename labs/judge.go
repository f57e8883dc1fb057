package labs

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/condition"
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// judge decides a lab's conditions. What it has found stands until something happens on the host.
type judge struct {
	checks   []rule
	mistakes []rule
	made     []bool // of mistakes: it was seen to be true
	before   *condition.Before
	found    []Finding
	at       uint64 // the host's activity when found was found
	fresh    bool
}

// rule is a condition of a lab, or what is wrong with its text.
type rule struct {
	line      lessons.Line
	condition *condition.Condition
	err       error
}

func newJudge(lab *lessons.Lab) *judge {
	j := &judge{made: make([]bool, len(lab.Mistakes))}
	for _, line := range lab.Check {
		j.checks = append(j.checks, parseRule(line))
	}
	for _, m := range lab.Mistakes {
		j.mistakes = append(j.mistakes, parseRule(m.Line))
	}
	return j
}

func parseRule(line lessons.Line) rule {
	c, err := condition.Parse(line.Condition)
	return rule{line, c, err}
}

// begin remembers a host as its setup has left it.
func (j *judge) begin(h *sandbox.Host) {
	j.before = condition.Remember(h)
	j.forget()
}

func (j *judge) forget() { j.fresh = false }

// Check is how the lab's conditions stand, in their order.
func (b *Bench) Check() []Finding {
	j := b.judge
	if at := b.world.Activity(); !j.fresh || j.at != at {
		state := j.state(b)
		j.found = j.all(state)
		j.notice(state)
		j.at, j.fresh = b.world.Activity(), true
	}
	return append([]Finding(nil), j.found...)
}

// all decides every condition: those that cost much only when all others hold.
func (j *judge) all(state *condition.State) []Finding {
	found := make([]Finding, len(j.checks))
	met := true
	for i, r := range j.checks {
		if r.costly() {
			continue
		}
		found[i] = r.decide(state)
		if found[i].State == Unmet && j.waits(found[:i], i) {
			found[i].State, found[i].Now = Waiting, nil
		}
		met = met && found[i].State == Met
	}
	for i, r := range j.checks {
		switch {
		case !r.costly():
		case met:
			found[i] = r.decide(state)
		default:
			found[i] = Finding{State: Waiting, Says: r.says()}
		}
	}
	return found
}

func (r rule) costly() bool { return r.err == nil && r.condition.Costly() }

// waits reports whether a condition that does not hold is about something that one above it, which does not hold
// either, is about too: that one comes first.
func (j *judge) waits(above []Finding, i int) bool {
	for k, f := range above {
		if f.State == Unmet && shares(j.checks[k], j.checks[i]) {
			return true
		}
	}
	return false
}

func (r rule) decide(state *condition.State) Finding {
	if r.err != nil {
		says := fmt.Sprintf("%s: %v", r.line.Condition, r.err)
		return Finding{State: Unmet, Says: lessons.Text{lessons.EN: says, lessons.ZH: says}}
	}
	result := r.condition.Check(state)
	f := Finding{State: Unmet, Says: result.Says, Now: result.Now}
	if result.Met {
		f.State, f.Now = Met, nil
	}
	if r.line.Says != nil {
		f.Says = r.line.Says
	}
	return f
}

// says is the sentence of a condition that is not to be decided yet.
func (r rule) says() lessons.Text {
	if r.line.Says != nil {
		return r.line.Says
	}
	return lessons.Text{lessons.EN: r.line.Condition, lessons.ZH: r.line.Condition}
}

// Says are the sentences of a lab's conditions, in their order, before anything was set up.
func Says(lab *lessons.Lab) []lessons.Text {
	all := make([]lessons.Text, len(lab.Check))
	for i, line := range lab.Check {
		r := parseRule(line)
		if all[i] = r.says(); r.err == nil && line.Says == nil {
			all[i] = r.condition.Says()
		}
	}
	return all
}

// shares reports whether two conditions are about the same thing. A container's file is the container too.
func shares(a, b rule) bool {
	if a.err != nil || b.err != nil {
		return false
	}
	for _, x := range a.condition.Subjects() {
		if slices.ContainsFunc(b.condition.Subjects(), func(y condition.Subject) bool { return whole(x) == whole(y) }) {
			return true
		}
	}
	return false
}

func whole(s condition.Subject) condition.Subject {
	if s.Kind == condition.File {
		name, _, _ := strings.Cut(s.Name, ":")
		return condition.Subject{Kind: condition.Container, Name: name}
	}
	return s
}

// notice notes which mistakes are true now. Those that cost much are looked for when all is done.
func (j *judge) notice(state *condition.State) {
	solved := !slices.ContainsFunc(j.found, func(f Finding) bool { return f.State != Met })
	for i, r := range j.mistakes {
		if r.err == nil && !j.made[i] && (solved || !r.costly()) {
			j.made[i] = r.condition.Check(state).Met
		}
	}
}

// Mistakes are those that came true since the setup, each once, in the lab's order. They are looked for by Check.
func (b *Bench) Mistakes() []lessons.Mistake {
	var all []lessons.Mistake
	for i, m := range b.lab.Mistakes {
		if b.judge.made[i] {
			all = append(all, m)
		}
	}
	return all
}
