package labs

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"dockerlearn/internal/mdoc"
	"dockerlearn/labs/condition"
	"dockerlearn/lessons"
)

// Check proves a course's labs and do questions by playing them: a setup runs, a lab is not solved by it and is by every solution, twice
// with the same bytes; every condition decides something. Solutions are altered, too: what no condition notices is a
// warning.
func Check(c *lessons.Course) lessons.Findings {
	var all []*lessons.Lab
	for _, g := range c.Labs {
		all = append(all, g.Labs...)
	}
	for _, l := range c.Lessons() {
		for _, q := range l.Questions {
			if lab := q.Lab(); lab != nil {
				all = append(all, lab)
			}
		}
	}
	found := make([]lessons.Findings, len(all))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				found[i] = prove(all[i])
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	workers.Wait()
	return slices.Concat(found...)
}

// proof is one lab's.
type proof struct {
	lab       *lessons.Lab
	found     lessons.Findings
	checks    []rule
	mistakes  []rule
	decides   []bool // of checks: whether it was seen to tell wrong from right
	unrun     bool   // something does not run at all
	solutions []solution
}

// solution is one that solves its lab.
type solution struct {
	commands []Ran
	work     int64 // steps that it took, the setup with it
	end      string
	looks    []bool // of commands: it changes nothing
}

const code = "lab"

func prove(lab *lessons.Lab) lessons.Findings {
	p := &proof{lab: lab}
	p.checks = p.parse(lab.Check)
	for _, m := range lab.Mistakes {
		p.mistakes = append(p.mistakes, p.parse([]lessons.Line{m.Line})...)
	}
	p.decides = make([]bool, len(p.checks))
	if p.found.Errors() > 0 {
		return p.found
	}
	if p.setup(); p.unrun {
		return p.found
	}
	for i := range lab.Solutions {
		p.solution(lab.Solutions[i])
	}
	if p.found.Errors() == 0 {
		p.mutate()
	}
	return p.found
}

// parse reads conditions. What is wrong with one is told at its place.
func (p *proof) parse(lines []lessons.Line) []rule {
	var rules []rule
	for _, l := range lines {
		r := parseRule(l)
		var wrong *condition.Mistake
		if errors.As(r.err, &wrong) {
			at := l.Pos
			at.Col += wrong.Column - 1
			p.found.Errorf(at, code, wrong.Do, "%s", wrong.What)
		}
		rules = append(rules, r)
	}
	return rules
}

// setup plays the setup twice.
func (p *proof) setup() {
	first, err := play(p.lab, nil, 0)
	p.ran(first.setup, p.lab.Setup.Pos, true)
	if err != nil {
		p.unrun = true
		p.found.Errorf(p.lab.Setup.Pos, code, "write lines that the host's shell can run to their end", "the setup does not run: %v", err)
		return
	}
	defer first.close()
	p.same(first, nil, p.lab.Setup.Pos)
	v := first.judge(p.checks)
	for i, r := range v {
		p.decides[i] = !r.Met
	}
	if v.solved() {
		p.found.Errorf(p.lab.Setup.Pos, code, "ask for something that the setup does not do", "the lab is solved by its setup")
	}
	p.innocent(first, "after the setup")
	p.logged(first, p.lab.Setup.Pos)
}

// ran tells what went wrong in a block's commands.
func (p *proof) ran(commands []Ran, at mdoc.Pos, strict bool) {
	for _, r := range commands {
		here := at
		here.Line += r.Number - 1
		switch refused := refusal(r.Stdout + r.Stderr); {
		case r.Err != nil:
			p.found.Errorf(here, code, "write a command that ends", "`%s` does not end: %v", firstLine(r.Line), r.Err)
		case refused != "":
			p.found.Errorf(here, code, "do it in another way", "`%s` asks for what is not simulated: %s", firstLine(r.Line), refused)
		case r.Exit != 0 && strict:
			p.found.Errorf(here, code, "mend it, or write `|| true` behind it if that is meant",
				"`%s` exits with status %d: %s", firstLine(r.Line), r.Exit, lastLine(r.Stderr))
		}
	}
}

// refusal is the line by which the sandbox says that it does not simulate something.
func refusal(text string) string {
	return strings.TrimSpace(regexp.MustCompile(`(?m)^.*\bnot simulated\b.*$`).FindString(text))
}

// logged tells what programs in containers were asked for in vain: they say so in their logs.
func (p *proof) logged(t *trial, at mdoc.Pos) {
	for _, c := range takeInventory(t.world.Host("")).containers {
		r, err := t.shell.Run("docker logs --tail 500 " + c.name)
		if refused := refusal(r.Stdout + r.Stderr); err == nil && refused != "" {
			p.found.Errorf(at, code, "do it in another way", "the log of %s says: %s", c.name, refused)
		}
	}
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndex(s, "\n")+1:]
}

// same plays again and compares every byte.
func (p *proof) same(first *trial, lines []string, at mdoc.Pos) {
	again, err := play(p.lab, lines, 0)
	if err == nil {
		defer again.close()
	}
	if again.transcript() != first.transcript() {
		p.found.Errorf(at, code, "report this", "two runs of the same lines print different things")
	}
}

// innocent sees to it that nobody is told of a mistake who made none.
func (p *proof) innocent(t *trial, when string) {
	for i, r := range p.mistakes {
		if r.condition.Check(t.state()).Met {
			p.found.Errorf(p.lab.Mistakes[i].Pos, code, "write a condition that only the mistake makes true", "this is true %s", when)
		}
	}
}

// solution plays a solution to its end.
func (p *proof) solution(b lessons.Block) {
	commands, err := blockCommands(b.Text)
	if err != nil {
		p.found.Errorf(b.Pos, code, "write lines as for the host's shell", "the solution makes no sense: %v", err)
		return
	}
	t, err := play(p.lab, linesOf(commands), 0)
	if err != nil {
		p.found.Errorf(b.Pos, code, "report this", "the solution does not run: %v", err)
		return
	}
	defer t.close()
	for i := range t.ran {
		t.ran[i].Number = commands[i].Number
	}
	p.ran(t.ran, b.Pos, false)
	p.same(t, linesOf(commands), b.Pos)
	for i, r := range t.judge(p.checks) {
		if !r.Met {
			p.found.Errorf(b.Pos, code, "mend the solution or the condition", "the solution does not lead to %q (%s): %s",
				p.lab.Check[i].Condition, p.lab.Check[i].Pos, r.Now[lessons.EN])
		}
	}
	p.innocent(t, "after a solution")
	p.solutions = append(p.solutions, solution{
		commands: commands, work: t.world.Work(), end: portrait(t.world.Host(""), false), looks: p.looks(linesOf(commands)),
	})
	p.logged(t, b.Pos)
}

func linesOf(commands []Ran) []string {
	var lines []string
	for _, c := range commands {
		lines = append(lines, c.Line)
	}
	return lines
}

// looks says which lines change nothing: neither the host nor what the shell knows.
func (p *proof) looks(lines []string) []bool {
	t, err := play(p.lab, nil, 0)
	if err != nil {
		return make([]bool, len(lines))
	}
	defer t.close()
	is := func() string { return portrait(t.world.Host(""), true) + t.knows() }
	looks := make([]bool, len(lines))
	before := is()
	for i, line := range lines {
		if t.run(line) != nil {
			break
		}
		after := is()
		looks[i], before = before == after, after
	}
	return looks
}

// knows is what cannot be seen in files: the shell's folder and variables, and the host's rules and addresses.
func (t *trial) knows() string {
	var b strings.Builder
	for _, c := range []string{"pwd; set", "iptables -S; iptables -t nat -S; ip addr; ip route"} {
		r, err := t.shell.Run(c)
		fmt.Fprintln(&b, r.Stdout, err)
	}
	return regexp.MustCompile(`(?m)^(_|BASH\w*|EPOCH\w*|LINENO|PIPESTATUS|RANDOM|SECONDS|SRANDOM|PPID)=.*\n`).ReplaceAllString(b.String(), "")
}

// mutate plays altered solutions.
func (p *proof) mutate() {
	for n, s := range p.solutions {
		idle := slices.Clone(s.looks) // lines of which nothing would be noticed
		for _, m := range mutants(linesOf(s.commands)) {
			if !idle[m.line] {
				idle[m.line] = p.survives(p.lab.Solutions[n].Pos, s, m) && m.whole
			}
		}
	}
	for i := range p.checks {
		if !p.decides[i] && !p.breaks(i) {
			p.idle(p.lab.Check[i])
		}
	}
}

// idle tells of a condition that was never seen to fail. One that forbids something may be right nevertheless: not every
// way of doing it is known here.
func (p *proof) idle(l lessons.Line) {
	tell := p.found.Errorf
	if strings.HasPrefix(l.Condition, "not ") {
		tell = p.found.Warnf
	}
	tell(l.Pos, code, "leave it out, or ask for what somebody could get wrong",
		"%q holds from the beginning, and whatever is left out or altered in a solution", l.Condition)
}

// survives plays a mutant, and warns if no condition notices it.
func (p *proof) survives(at mdoc.Pos, s solution, m mutant) bool {
	t, err := play(p.lab, m.lines, 3*s.work+patience)
	if err != nil {
		return false // it ran until nothing more could be done
	}
	defer t.close()
	v := t.judge(p.checks)
	for i, r := range v {
		p.decides[i] = p.decides[i] || !r.Met
	}
	if !v.solved() || t.world.Over() || portrait(t.world.Host(""), false) == s.end {
		return false
	}
	if m.tidies {
		return true
	}
	at.Line += s.commands[m.line].Number - 1
	p.found.Warnf(at, code, "add a condition for what the line is there for, or leave it out", "no condition notices the solution %s", m.says)
	return true
}

// patience is how many steps a mutant may take beyond what its solution takes three times.
const patience = 500_000
