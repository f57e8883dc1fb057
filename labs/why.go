package labs

import (
	"dockerlearn/labs/condition"
	"dockerlearn/labs/why"
)

// Why is the chain of causes from how a condition stands to what made it so.
func (b *Bench) Why(check int) []Link {
	if check < 0 || check >= len(b.judge.checks) || b.judge.checks[check].err != nil {
		return nil
	}
	c := b.judge.checks[check].condition
	return links(why.ForCondition(b.host, c, c.Check(b.judge.state(b))))
}

// WhyLine is the chain of causes of something that the terminal shows: a line of what a step printed. Where nothing is
// known of the line itself, it is that of how the step ended.
func (b *Bench) WhyLine(step int, line string) []Link {
	commands := b.Commands()
	if step < 0 || step >= len(commands) {
		return nil
	}
	c := commands[step]
	if chain := why.ForLine(b.host, c.After, c.Last, line); len(chain) > 0 {
		return links(chain)
	}
	return links(why.ForExit(b.host, c.After, c.Last, c.Exit))
}

func links(chain []why.Link) []Link {
	var all []Link
	for _, l := range chain {
		all = append(all, Link(l))
	}
	return all
}

func (j *judge) state(b *Bench) *condition.State {
	return &condition.State{Host: b.host, Before: j.before, Try: b.Try}
}
