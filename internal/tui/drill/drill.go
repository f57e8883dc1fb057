// Package drill asks the questions of a session, one card after the other: the question with what there is to choose
// from, then whether the answer was right, why, what each wrong answer would have meant, and what it counts for.
//
// Everything that is answered is stored when it is answered. What could not be stored is said in the bar and tried
// again; the verdict shows all the same. Texts are drawn off the event loop and kept.
//
// A do question is answered at a simulated host, which is a screen of its own: see do.go.
package drill

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Drill is the screen.
type Drill struct {
	study *study.Study
	cache *render.Cache
	tick  screen.Tick
	open  screen.OpenDrill

	x      *study.Sitting // nil until it is begun
	plan   quiz.Plan
	phase  phase
	turn   quiz.Turn
	used   time.Duration // worked in this session when the turn began
	began  time.Time     // when the turn began
	now    time.Time     // at the last message
	ticks  bool          // a tick is under way
	ending bool          // esc was pressed once where it ends what cannot be gone on with

	give    giving
	told    study.Answered
	unsaved int // answers that wait to be saved

	history []quiz.Review // of the question on display, oldest first
	note    string        // what the learner wrote about it
	sure    quiz.Calibration
	line    *editor // the line that is being written; nil for none

	sheets map[sheetKey]sheet
	asked  map[sheetKey]bool // being drawn
	shown  sheetKey          // what is on display
	top    int               // the first visible line of the text
}

// phase is where the card stands.
type phase int

const (
	loading phase = iota
	asking
	revealed // an open question: its points are on display, to be ticked
	marking  // the answer is on its way
	telling
	waiting // all is asked, something comes back later
)

// New returns the screen of a session. Texts are kept in the cache; without a tick no time passes on the screen while
// nothing is pressed.
func New(s *study.Study, c *render.Cache, tick screen.Tick, o screen.OpenDrill) *Drill {
	return &Drill{
		study: s, cache: c, tick: tick, open: o, now: s.Now(), sheets: map[sheetKey]sheet{}, asked: map[sheetKey]bool{},
	}
}

// Init begins the session.
func (d *Drill) Init(screen.Env) tea.Cmd { return tea.Batch(d.begin(), d.calibration()) }

// Typing reports whether letters are typed rather than keys.
func (d *Drill) Typing() bool { return d.line != nil || d.phase == asking && d.types() }

// types reports whether the question on display is answered by typing.
func (d *Drill) types() bool {
	switch d.kind() {
	case lessons.Typed, lessons.Cloze:
		return true
	}
	return false
}

// tells reports whether the card shows what became of the answer: until the next thing is there to be shown.
func (d *Drill) tells() bool {
	return d.phase == telling || d.told.Turn.Item.Question != nil && (d.phase == marking || d.phase == loading)
}

// question is the one on display, nil while there is none.
func (d *Drill) question() *lessons.Question { return d.turn.Item.Question }

func (d *Drill) kind() lessons.Kind {
	if q := d.question(); q != nil {
		return q.Kind
	}
	return ""
}

// Update takes a message in.
func (d *Drill) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	d.now = d.study.Now()
	switch msg := msg.(type) {
	case screen.Changed, screen.Shown:
		return d.draw(env)
	case tea.KeyPressMsg:
		return d.key(env, msg)
	case screen.Did:
		return d.haveDone(env, msg)
	case tea.PasteMsg:
		d.paste(msg.Content)
	case tea.MouseWheelMsg:
		d.wheel(env, msg)
	case tea.MouseClickMsg:
		return d.click(env, msg)
	default:
		return d.answer(env, msg)
	}
	return nil
}

// answer takes in what study returned.
func (d *Drill) answer(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case begun:
		return d.haveBegun(env, msg)
	case turned:
		return d.haveTurn(env, msg)
	case marked:
		return d.haveMark(env, msg)
	case undone:
		return d.haveUndone(env, msg)
	case retried:
		return d.haveRetried(env, msg)
	case finished:
		return d.haveFinished(env, msg)
	case known:
		d.haveKnown(msg)
	case calibrated:
		if msg.to == d {
			d.sure = msg.sure
		}
	case noted:
		return d.haveNoted(env, msg)
	case complained:
		return d.haveComplained(env, msg)
	case drawn:
		d.take(env, msg)
	case ticked:
		return d.ticked(msg)
	}
	return nil
}

// spent is how long the question has been on display.
func (d *Drill) spent() time.Duration {
	if d.give.spent > 0 {
		return d.give.spent
	}
	return d.now.Sub(d.began)
}
