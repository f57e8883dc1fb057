package labs

import (
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/condition"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// trial is a lab as it is after its setup and some lines, which were run without anybody at the terminal.
type trial struct {
	lab    *lessons.Lab
	world  *sandbox.World
	shell  *sandbox.Session
	before *condition.Before
	setup  []Ran
	ran    []Ran
	lines  []string
	work   int64 // the steps that it may take; 0: as many as a world may
}

// play runs a lab's setup and then lines.
func play(lab *lessons.Lab, lines []string, work int64) (*trial, error) {
	t := &trial{lab: lab, lines: lines, work: work}
	w, err := newHost(lab, sim.Limits{Steps: work}, func(r Ran) { t.setup = append(t.setup, r) })
	if err != nil {
		return t, err
	}
	t.world = w
	t.before = condition.Remember(w.Host(""))
	if t.shell, err = w.Host("").NewSession(); err != nil {
		w.Close()
		return t, err
	}
	for _, line := range lines {
		if t.run(line) != nil {
			break // nothing more can be run here
		}
	}
	return t, nil
}

// run runs one more line. The error says that the shell or the world has ended.
func (t *trial) run(line string) error {
	r := Ran{Line: line}
	r.Result, r.Err = t.shell.Run(line)
	t.ran = append(t.ran, r)
	if errors.Is(r.Err, sandbox.ErrEnded) || errors.Is(r.Err, sandbox.ErrExhausted) {
		return r.Err
	}
	return nil
}

func (t *trial) close() { t.world.Close() }

// state is what conditions are judged on. What is tried is tried on the same trial, played again.
func (t *trial) state() *condition.State {
	return &condition.State{Host: t.world.Host(""), Before: t.before, Try: func(command string) (sandbox.Result, error) {
		again, err := play(t.lab, t.lines, t.work)
		if err != nil {
			return sandbox.Result{}, err
		}
		defer again.close()
		s, err := again.world.Host("").NewSession()
		if err != nil {
			return sandbox.Result{}, err
		}
		return s.Run(command)
	}}
}

// verdict is how conditions stand. One that costs much is decided only when all others hold, and does not hold before.
type verdict []condition.Result

func (v verdict) solved() bool {
	for _, r := range v {
		if !r.Met {
			return false
		}
	}
	return true
}

func (t *trial) judge(rules []rule) verdict {
	v := make(verdict, len(rules))
	s := t.state()
	others := true
	for i, r := range rules {
		if !r.costly() {
			v[i] = r.condition.Check(s)
			others = others && v[i].Met
		}
	}
	for i, r := range rules {
		if others && r.costly() {
			v[i] = r.condition.Check(s)
		}
	}
	return v
}

// transcript is all that came back.
func (t *trial) transcript() string {
	var b strings.Builder
	for _, r := range append(append([]Ran(nil), t.setup...), t.ran...) {
		fmt.Fprintf(&b, "$ %s\n%s%s[%d %v %v]\n", r.Line, r.Stdout, r.Stderr, r.Exit, r.After, r.Err)
	}
	return b.String()
}
