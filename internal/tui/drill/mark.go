package drill

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

type (
	// marked is an answer with what was made of it.
	marked struct {
		to     *Drill
		a      study.Answered
		change bool // only what it counts for was changed
	}
	undone struct {
		to   *Drill
		took quiz.Review
		turn quiz.Turn
		used time.Duration
		err  error
	}
	retried struct {
		to      *Drill
		waiting int
		err     error
	}
	// ticked says that a second has passed.
	ticked struct{ to *Drill }
)

// submit hands the answer in.
func (d *Drill) submit(env screen.Env, answer quiz.Answer) tea.Cmd {
	if d.phase != asking && d.phase != revealed {
		return nil
	}
	d.phase, d.give.spent = marking, d.spent()
	x, turn := d.x, d.turn
	given := study.Given{Answer: answer, Confidence: d.give.sure, Hint: d.give.hint, Elapsed: d.give.spent}
	given.Answer.Lang = env.Lang
	return func() tea.Msg { return marked{d, x.Answer(context.Background(), turn, given), false} }
}

// giveUp is "I don't know".
func (d *Drill) giveUp(env screen.Env) tea.Cmd {
	d.give.sure = 0
	return d.submit(env, quiz.Answer{GaveUp: true})
}

func (d *Drill) haveMark(env screen.Env, m marked) tea.Cmd {
	if m.to != d {
		return nil
	}
	if !m.change {
		d.count(m.a.Review, 1)
	}
	d.unsaved = m.a.NotSaved
	saved := env.Ask(screen.Saved{Err: m.a.Err})
	if m.a.Sealed {
		return tea.Batch(saved, d.next(), d.ticking())
	}
	d.told, d.phase = m.a, telling
	if !m.change {
		d.top = d.telling(env)
	}
	return tea.Batch(saved, d.draw(env), d.ticking())
}

// count adds an answer to how often the learner was right when they were so sure, or takes it out again.
func (d *Drill) count(r quiz.Review, by int) {
	rate := map[quiz.Confidence]*quiz.Rate{
		quiz.Sure: &d.sure.Sure, quiz.ThinkSo: &d.sure.ThinkSo, quiz.Guess: &d.sure.Guess,
	}[r.Confidence]
	if rate == nil {
		return
	}
	rate.N += by
	if r.Verdict == quiz.Right {
		rate.Right += by
	}
}

// regrade changes what the answer counts for.
func (d *Drill) regrade(r quiz.Rating) tea.Cmd {
	if d.phase != telling {
		return nil
	}
	x, a := d.x, d.told
	return func() tea.Msg { return marked{d, x.Regrade(context.Background(), a, r), true} }
}

// undo takes the last answer back: its question is asked again.
func (d *Drill) undo(screen.Env) tea.Cmd {
	if d.x == nil || d.phase == marking {
		return nil
	}
	d.phase = marking
	x := d.x
	return func() tea.Msg {
		took, err := x.Undo(context.Background())
		return undone{d, took, x.Turn(), x.Used(), err}
	}
}

func (d *Drill) haveUndone(env screen.Env, u undone) tea.Cmd {
	if u.to != d {
		return nil
	}
	if errors.Is(u.err, study.ErrNothingToUndo) {
		d.phase = asking
		if d.turn.State == quiz.Waiting {
			d.phase = waiting
		}
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "Nothing was answered in this session yet.", ZH: "这一轮还没有作答，没有可撤销的。",
		}})
	}
	d.count(u.took, -1)
	return tea.Batch(
		env.Ask(screen.Saved{Err: u.err}),
		env.Ask(screen.Notice{Text: screen.Say{EN: "Taken back. Answer it again.", ZH: "已撤销，请重新作答。"}}),
		d.haveTurn(env, turned{to: d, turn: u.turn, used: u.used, err: u.err}),
	)
}

// retry tries to store what waits.
func (d *Drill) retry() tea.Cmd {
	x := d.x
	return func() tea.Msg {
		n, err := x.Retry(context.Background())
		return retried{d, n, err}
	}
}

func (d *Drill) haveRetried(env screen.Env, r retried) tea.Cmd {
	if r.to != d {
		return nil
	}
	d.unsaved = r.waiting
	if r.waiting == 0 {
		d.told.Err = nil
	}
	return tea.Batch(env.Ask(screen.Saved{Err: r.err}), d.ticking())
}

// skip leaves out a question: that counts for nothing.
func (d *Drill) skip(screen.Env) tea.Cmd {
	if d.phase != asking {
		return nil
	}
	d.phase = marking
	x, q := d.x, d.question().ID
	return func() tea.Msg {
		err := x.Skip(context.Background(), q)
		return turned{d, x.Turn(), x.Used(), err}
	}
}

// ticking lets time pass where somebody looks at it: while an open question is answered, while the minutes of the
// session run, and while something waits to be saved.
func (d *Drill) ticking() tea.Cmd {
	if d.tick == nil || d.ticks || !d.timed() && d.unsaved == 0 {
		return nil
	}
	d.ticks = true
	return d.tick(time.Second, func(time.Time) tea.Msg { return ticked{d} })
}

// timed reports whether a time is on display that runs.
func (d *Drill) timed() bool {
	return d.phase == asking && (d.kind() == lessons.Open || d.turn.Limit > 0 || d.plan.Budget > 0)
}

// retryEach is how many seconds pass between two attempts to save.
const retryEach = 5

func (d *Drill) ticked(t ticked) tea.Cmd {
	if t.to != d {
		return nil
	}
	d.ticks = false
	if d.unsaved > 0 && d.now.Unix()%retryEach == 0 {
		return tea.Batch(d.retry(), d.ticking())
	}
	return d.ticking()
}
