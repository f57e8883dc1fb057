package trace

import (
	"fmt"
	"strings"

	"dockerlearn/lessons"
)

// Words is a trace in lines, for who has no screen: what is tried, each step with its rule, and how it ended.
func Words(t *Trace, l lessons.Lang) []string {
	lines := []string{say("%s → %s", "%s → %s", EndName(t.Ask.From), Target(t.Ask)).In(l)}
	if t.What != nil {
		lines[0] += "  (" + t.What.In(l) + ")"
	}
	for i, x := range t.Steps {
		mark := "✓"
		if x.Drop {
			mark = "✗"
		}
		lines = append(lines, fmt.Sprintf("%s %2d %s: %s", mark, i+1, t.Path[x.Node].Name.In(l), x.Says.In(l)))
		if i == t.Decides && x.Why != nil {
			lines = append(lines, "     "+x.Why.In(l))
		}
		lines = append(lines, ruleWords(x.Rule, l)...)
	}
	return lines
}

// ruleWords is a rule as it is listed, and who made it.
func ruleWords(r *Rule, l lessons.Lang) []string {
	if r == nil {
		return nil
	}
	lines := []string{"     " + strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Table, r.Chain, r.Text))}
	if by := r.By(); by != nil {
		lines = append(lines, "     "+by.In(l))
	}
	return lines
}

// By says who made the rule; nil if that is not known.
func (r *Rule) By() lessons.Text {
	switch {
	case r.Number == 0:
		return nil
	case r.Origin == "dockerd":
		return say("created by: dockerd, when it started", "创建者：dockerd，启动时加的")
	case r.Origin == "":
		return say("created by: somebody, by hand", "创建者：有人手工添加")
	}
	return say("created by: %s", "创建者：%s", r.Origin)
}

// OutcomeWords is how a trace ended, in a few words.
func OutcomeWords(o Outcome) lessons.Text { return outcome(o) }
