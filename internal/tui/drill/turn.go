package drill

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// What study returned. Several drills may be open: each takes those to itself.
type (
	begun struct {
		to   *Drill
		x    *study.Sitting
		plan quiz.Plan
		err  error
	}
	// turned says what is asked now.
	turned struct {
		to   *Drill
		turn quiz.Turn
		used time.Duration
		err  error
	}
	finished struct {
		to *Drill
		f  study.Finished
	}
	// known is what the learner did with a question before.
	known struct {
		to       *Drill
		question lessons.QuestionID
		history  []quiz.Review
		note     string
	}
	calibrated struct {
		to   *Drill
		sure quiz.Calibration
	}
)

// begin starts the session, or takes up the one that was left.
func (d *Drill) begin() tea.Cmd {
	s, o := d.study, d.open
	return func() tea.Msg {
		x, err := start(s, o)
		if x == nil {
			if err == nil {
				err = study.ErrNothingToAsk
			}
			return begun{to: d, err: err}
		}
		return begun{d, x, x.Plan(), err}
	}
}

func start(s *study.Study, o screen.OpenDrill) (*study.Sitting, error) {
	switch {
	case o.Resume:
		return s.Unfinished(context.Background())
	case len(o.Questions) > 0:
		return s.Practise(context.Background(), o.Questions...)
	}
	return s.Begin(context.Background(), o.Wish)
}

func (d *Drill) haveBegun(env screen.Env, b begun) tea.Cmd {
	if b.to != d {
		return nil
	}
	if b.x == nil {
		return tea.Batch(env.Ask(screen.Back{}), env.Ask(nothing(b.err)))
	}
	d.x, d.plan = b.x, b.plan
	return tea.Batch(env.Ask(screen.Saved{Err: b.err}), d.next())
}

func nothing(err error) screen.Notice {
	if !errors.Is(err, study.ErrNothingToAsk) {
		return phrase.Unreadable(err)
	}
	return screen.Notice{Text: screen.Say{
		EN: "There is nothing to ask here now. Read a lesson, or choose another topic.",
		ZH: "现在没有可问的题。先读一课，或换一个主题。",
	}}
}

// next asks the session what comes now. What waits to be saved is tried once more.
func (d *Drill) next() tea.Cmd {
	x := d.x
	turn := func() tea.Msg { return turned{to: d, turn: x.Turn(), used: x.Used()} }
	if d.unsaved > 0 {
		return tea.Batch(turn, d.retry())
	}
	return turn
}

func (d *Drill) haveTurn(env screen.Env, t turned) tea.Cmd {
	if t.to != d {
		return nil
	}
	d.turn, d.used, d.began = t.turn, t.used, d.now
	var cmd tea.Cmd
	if t.err != nil {
		cmd = env.Ask(screen.Saved{Err: t.err})
	}
	switch t.turn.State {
	case quiz.Done, quiz.TimeUp:
		return tea.Batch(cmd, d.finish())
	case quiz.Waiting:
		d.phase = waiting
		return cmd
	}
	return tea.Batch(cmd, d.show(env))
}

// show puts the question of the turn on display.
func (d *Drill) show(env screen.Env) tea.Cmd {
	d.phase, d.top, d.ending, d.line = asking, 0, false, nil
	d.give = newGiving(d.turn.Item)
	d.told, d.history, d.note = study.Answered{}, nil, ""
	return tea.Batch(d.draw(env), d.before(), d.ticking())
}

// before asks what the learner did with the question on earlier days.
func (d *Drill) before() tea.Cmd {
	s, q := d.study, d.question().ID
	return func() tea.Msg {
		k := known{to: d, question: q}
		k.history, _ = s.History(context.Background(), q) // both only decorate: saving tells what is wrong
		k.note, _ = s.Note(context.Background(), q)
		return k
	}
}

func (d *Drill) haveKnown(k known) {
	if k.to == d && d.question() != nil && k.question == d.question().ID {
		d.history, d.note = k.history, k.note
	}
}

// calibration asks how often the learner was right when they were sure.
func (d *Drill) calibration() tea.Cmd {
	s := d.study
	return func() tea.Msg {
		all, err := s.Statistics(context.Background(), 0)
		if err != nil {
			return nil
		}
		return calibrated{d, all.Calibration}
	}
}

// end ends the session. Where nothing was answered, there is nothing to report.
func (d *Drill) end(env screen.Env) tea.Cmd {
	if d.x == nil {
		return env.Ask(screen.Back{})
	}
	if !d.ending && d.once() && d.unsaved == 0 {
		d.ending = true
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "esc again ends here, with a report on what was answered. q: go home, and go on later.",
			ZH: "再按一次 esc 就此结束，并总结已答的题。按 q 回主页，以后可以接着做。",
		}})
	}
	return d.finish()
}

// once reports whether ending the session early cannot be made good: a review goes on tomorrow, an interview does not.
func (d *Drill) once() bool { return d.plan.Mode == quiz.Interview || d.plan.Mode == quiz.Exam }

func (d *Drill) finish() tea.Cmd {
	x := d.x
	d.phase = loading
	return func() tea.Msg { return finished{d, x.Finish(context.Background())} }
}

func (d *Drill) haveFinished(env screen.Env, f finished) tea.Cmd {
	if f.to != d {
		return nil
	}
	var then tea.Msg
	if len(f.f.Report.Answers) > 0 {
		again := d.open
		again.Resume = false
		if again.Wish.Mode == "" {
			again.Wish.Mode = d.plan.Mode
		}
		x := d.x
		retry := func() (int, error) { return x.Retry(context.Background()) }
		then = screen.OpenReport{Finished: f.f, Again: again, Retry: retry}
	}
	return tea.Batch(env.Ask(screen.Saved{Err: f.f.Err}), env.Ask(screen.Replace{Then: then}))
}
