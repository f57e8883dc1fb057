package bench

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// Question is what a lab is that answers a do question: it has a time, and whoever leaves it has answered.
type Question struct {
	ID    lessons.QuestionID
	Limit time.Duration // 0: none
}

// stopwatch measures on the wall how long a question takes.
type stopwatch struct {
	begun, now time.Time
	took       time.Duration // until every condition held for the first time; 0: not yet
}

// second says that one has passed.
type second struct{ screen *Screen }

// countdown lets the time of a question run.
func (s *Screen) countdown() tea.Cmd {
	if s.Question == nil || s.Tick == nil || s.ended || s.watch.took > 0 {
		return nil
	}
	return s.Tick(time.Second, func(time.Time) tea.Msg { return second{s} })
}

// look looks at the clock.
func (w *stopwatch) look(now time.Time) {
	if w.begun.IsZero() {
		w.begun = now
	}
	w.now = now
}

// spent is the time that it took, or has taken so far.
func (w stopwatch) spent() time.Duration {
	if w.took > 0 {
		return w.took
	}
	return w.now.Sub(w.begun)
}

// stop is called when every condition holds.
func (w *stopwatch) stop() {
	if w.took == 0 {
		w.took = max(w.now.Sub(w.begun), 1)
	}
}

// did is the answer that a question has got.
func (s *Screen) did() screen.Did {
	d := screen.Did{Question: s.Question.ID, Took: s.watch.spent()}
	for _, st := range s.state.steps {
		d.Lines = append(d.Lines, st.Line)
	}
	for range s.Task.Check {
		d.Met = append(d.Met, s.watch.took > 0) // what was reached counts, whatever was done behind it
	}
	if s.watch.took == 0 {
		for i, f := range s.state.findings {
			d.Met[i] = f.State == labs.Met
		}
	}
	return d
}

// left says how much time is left.
func (s *Screen) left(env screen.Env) string {
	spent, limit := s.watch.spent(), s.Question.Limit
	switch {
	case s.watch.took > 0:
		return env.Theme.Style.Right.Paint(env.Theme.Frames.Right + " " + s.inTime(env))
	case limit == 0:
		return clock(spent)
	case spent > limit:
		return env.Theme.Warn.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "over time %s / %s", ZH: "超时 %s / %s"}),
			clock(spent), clock(limit)))
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "%s left", ZH: "还剩 %s"}), clock(limit-spent))
}

// inTime says how long it took.
func (s *Screen) inTime(env screen.Env) string {
	if s.Question.Limit == 0 {
		return fmt.Sprintf(env.Say(screen.Say{EN: "solved in %s", ZH: "用时 %s 完成"}), clock(s.watch.took))
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "solved in %s of %s", ZH: "完成，用时 %s / %s"}),
		clock(s.watch.took), clock(s.Question.Limit))
}

// solvedActs are the keys when a question is solved: the lab has a debrief there, the question its card.
func solvedActs() []screen.Act[*Screen] {
	return []screen.Act[*Screen]{{
		Binding: screen.Binding{
			Keys: []string{"enter"}, Says: screen.Say{EN: "back to the question", ZH: "回到题目"}, Line: true,
		},
		Do: (*Screen).leave,
	}}
}

func (s *Screen) solvedText(env screen.Env) (title string, lines []string) {
	return env.Theme.Frames.Right + " " + s.inTime(env), []string{
		env.Say(screen.Say{EN: "Enter goes back to the question and what it counts for.", ZH: "回车：回到题目，看这一题怎么计。"}),
		env.Say(screen.Say{EN: "esc stays here. The time stands.", ZH: "esc：留在这里，用时不变。"}),
	}
}
