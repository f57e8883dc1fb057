package drill

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// do opens the host at which the question is answered.
func (d *Drill) do(env screen.Env) tea.Cmd {
	if d.phase != asking {
		return nil
	}
	return env.Ask(screen.OpenDo{Question: d.question().ID})
}

// haveDone hands in what was done there. Who has run nothing has not answered.
func (d *Drill) haveDone(env screen.Env, done screen.Did) tea.Cmd {
	if q := d.question(); q == nil || q.ID != done.Question || d.phase != asking {
		return nil
	}
	if len(done.Lines) == 0 {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "Nothing was done, so nothing is answered.", ZH: "什么也没做，不算作答。",
		}})
	}
	d.give.spent = max(done.Took, 1)
	return d.submit(env, quiz.Answer{Met: done.Met, Text: strings.Join(done.Lines, "\n")})
}

// drawConditions draws the sentences of what must hold.
func drawConditions(all []lessons.Text, o render.Options) [][]string {
	items := make([][]string, len(all))
	for i, says := range all {
		items[i] = render.WrapText(render.Clean(says.In(lessons.Lang(o.Lang))), o.Width-hang)
	}
	return items
}

// conditions is a do question before it is answered: what must hold in the end, and how much time there is.
func (d *Drill) conditions(env screen.Env, s sheet, t *text) {
	t.add(env.Theme.Heading.Paint(env.Say(screen.Say{EN: "In the end", ZH: "最后要做到"})))
	for _, lines := range s.items {
		t.item(env.Theme.Dim.Paint(env.Theme.Dot)+" ", lines)
	}
	t.space()
	t.from = len(t.lines)
	says := env.Say(screen.Say{EN: "Enter opens a host.", ZH: "按回车打开一台主机。"})
	if d.turn.Limit > 0 {
		says = fmt.Sprintf(env.Say(screen.Say{
			EN: "Enter opens a host. Your time runs from then on: %s.", ZH: "按回车打开一台主机，从那时开始计时：%s。",
		}), phrase.Clock(d.turn.Limit))
	}
	t.prose(env.Theme.Accent, says, d.geometry(env).text)
	t.to = len(t.lines)
}

// markedConditions is what held in the end, and a way to get there.
func (d *Drill) markedConditions(env screen.Env, s sheet, t *text) {
	for i, lines := range s.items {
		sign := env.Theme.Warn.Paint(env.Theme.Dot)
		if d.state(i) == quiz.Hit {
			sign = mark(env, quiz.Hit)
		} else if !d.told.Grade.GaveUp {
			sign = mark(env, quiz.False)
		}
		t.item(sign+" ", lines)
	}
	t.space()
	t.add(env.Theme.Heading.Paint(env.Say(screen.Say{EN: "One way to do it", ZH: "可以这样做"})))
	for line := range strings.Lines(d.question().Solutions[0].Text) {
		for i, l := range render.WrapText(render.Clean(strings.TrimRight(line, "\n")), d.geometry(env).text-2) {
			sign := env.Theme.Dim.Paint("$ ")
			if i > 0 {
				sign = "  "
			}
			t.add(sign + env.Theme.Code.Paint(l))
		}
	}
}
