// Package condition reads and evaluates the conditions of labs: "running web", "reach web -> cache:6379". The table in
// CONTRIBUTING.md "Write a lab" is its grammar.
//
// A Condition is judged on how a host is, never on what was typed: any way that leads there is right. It says itself in
// English and in Chinese, and where it does not hold, what is true instead.
//
// Laws:
//   - Looking changes nothing: no time passes, nothing is logged, no time of access is set, no chance is used up. Only a
//     `run` does something, and it does it to a copy that State.Try makes.
//   - Containers, images, networks and volumes are looked up by their names. A beginning of an id is nobody's name here.
//   - What a condition is about may be missing: then it does not hold, and says what is missing.
//   - Reading never panics; a Mistake says where, what and what to do.
//
// One family of conditions is one file.
package condition

import (
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// Condition is something that is true of a host or is not.
type Condition struct {
	kind  kind
	parts []*Condition // of all kinds but atom
	words []string     // of an atom
	test  test         // of an atom
}

// kind is how a condition is put together.
type kind int

const (
	atom kind = iota
	not
	anyOf
	allOf
)

// test is what an atom means.
type test struct {
	holds, fails lessons.Text // its sentence, and that of its opposite
	about        []Subject
	costly       bool
	look         look
}

// look says whether it holds, and what is true of it either way.
type look func(*State) (bool, lessons.Text)

// State is what a condition is judged on.
type State struct {
	Host   *sandbox.Host
	Before *Before                                      // as the setup left it; nil where nothing asks for it
	Try    func(command string) (sandbox.Result, error) // runs a command on a copy of the host; nil: cannot be tried
}

// Result is how a condition stands.
type Result struct {
	Met  bool
	Says lessons.Text // what must be true
	Now  lessons.Text // what is true instead; nil where it holds
}

// Subject is something that a condition is about.
type Subject struct {
	Kind Kind
	Name string
}

// Kind is what kind of thing something is.
type Kind string

// The kinds. A file's name is C:PATH.
const (
	Container Kind = "container"
	Image     Kind = "image"
	Network   Kind = "network"
	Volume    Kind = "volume"
	File      Kind = "file"
)

// Check says how the condition stands.
func (c *Condition) Check(s *State) Result {
	met, now := c.look(s)
	r := Result{Met: met, Says: c.says(true)}
	if !met {
		r.Now = now
	}
	return r
}

// look is whether it holds, and what is true of it.
func (c *Condition) look(s *State) (bool, lessons.Text) {
	switch c.kind {
	case atom:
		return c.test.look(s)
	case not:
		met, now := c.parts[0].look(s)
		return !met, now
	}
	return c.lookAt(s)
}

// lookAt asks the parts until one decides. Those that stand against it are told together.
func (c *Condition) lookAt(s *State) (bool, lessons.Text) {
	var against []lessons.Text
	for _, p := range c.parts {
		met, now := p.look(s)
		if met == (c.kind == anyOf) && c.kind == anyOf {
			return true, now
		}
		if !met || c.kind == anyOf {
			against = append(against, now)
		}
	}
	if c.kind == allOf && len(against) == 0 {
		return true, c.says(true)
	}
	return false, joined(distinct(against), "; ", "；")
}

// Says is the condition as a sentence.
func (c *Condition) Says() lessons.Text { return c.says(true) }

// says is the condition as a sentence, or its opposite.
func (c *Condition) says(positive bool) lessons.Text {
	switch {
	case c.kind == atom && positive:
		return c.test.holds
	case c.kind == atom:
		return c.test.fails
	case c.kind == not:
		return c.parts[0].says(!positive)
	}
	var all []lessons.Text
	for _, p := range c.parts {
		all = append(all, p.says(positive))
	}
	if (c.kind == anyOf) == positive {
		return joined(all, ", or ", "，或者")
	}
	return joined(all, ", and ", "，并且")
}

// Costly reports whether checking it needs a copy of the host.
func (c *Condition) Costly() bool {
	for _, p := range c.parts {
		if p.Costly() {
			return true
		}
	}
	return c.test.costly
}

// Parts are the conditions that it is put together from; none if it is a single one.
func (c *Condition) Parts() []*Condition { return c.parts }

// Subjects are what the condition is about, each once.
func (c *Condition) Subjects() []Subject {
	var all []Subject
	seen := map[Subject]bool{}
	add := func(list []Subject) {
		for _, s := range list {
			if !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
	}
	add(c.test.about)
	for _, p := range c.parts {
		add(p.Subjects())
	}
	return all
}
