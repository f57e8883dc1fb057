// Package bench is the screen of a lab: what is to be done, what there is on the simulated host, and its terminal.
//
// Laws: every key goes to the host, ctrl+c too, except ctrl+o, which opens the bar; the lab is asked one thing at a
// time, and what comes in meanwhile waits; whatever the host shows, drawing it costs no more than its terminal is large.
package bench

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/panel"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
	"dockerlearn/lessons"
)

// Options are a lab and its surroundings.
type Options struct {
	Task     *lessons.Lab
	Lab      Lab
	Cache    *render.Cache
	Tick     screen.Tick // nil: no time passes while nothing is pressed
	Now      func() time.Time
	Hints    int                                               // that were shown before
	Next     *lessons.Lab                                      // the one to do after this; nil: there is none
	Question *Question                                         // that the lab answers; nil: it is a lab
	Export   func(name string, capture []byte) (string, error) // stores a capture and says where; nil: cannot be done
}

// Screen is the screen.
type Screen struct {
	Options
	pacer    *pacer
	terminal *terminal
	state    state
	at       time.Duration // since the lab began, by the host's time
	sheet    sheet
	bar      bool
	sure     bool // reset was asked for once
	whole    bool // the terminal has the whole window
	hints    int  // how many were shown
	greeted  bool // the whole task was shown, if that was needed
	solved   bool // and the debrief was shown
	keys     int  // how often something was typed at the host
	over     bool
	watch    stopwatch
	ended    bool // the screen was left

	busy    bool // a deed is being done
	waiting []deed
	wakes   int // which wake is the one that counts

	timeline widget.List
	asking   widget.List // what can be asked why
	why      []labs.Link
	glance   *Sight // the state that is compared with the present one
	compared int    // which step is before it; -1: the other branch
	panel    panel.Panel
	asked    *question // by the panel
	clip     string    // what it wants to have copied
	capture  *capture  // what it wants to have stored
	top      int       // of the sheet's text
}

// New returns the screen of a lab.
func New(o Options) *Screen {
	return &Screen{Options: o, hints: o.Hints, pacer: &pacer{lab: o.Lab, now: o.Now}, terminal: newTerminal(size{80, 10})}
}

// wake lets a host's time go on.
type wake struct {
	screen *Screen
	n      int
}

// Init shows the host.
func (s *Screen) Init(env screen.Env) tea.Cmd {
	s.watch.look(s.Now())
	return tea.Batch(s.fit(env), s.countdown())
}

// Owns reports whether every key goes to the host.
func (s *Screen) Owns() bool { return !s.bar && s.sheet == none && s.panel == nil }

// Update takes a message in.
func (s *Screen) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	if s.Question != nil {
		s.watch.look(s.Now())
	}
	switch msg := msg.(type) {
	case screen.Changed:
		return s.fit(env)
	case second:
		if msg.screen == s {
			return s.countdown()
		}
	case turned:
		if msg.screen == s {
			return s.take(env, msg)
		}
	case calmed:
		if msg.screen == s {
			return s.debrief(msg)
		}
	case wake:
		if msg.screen == s && msg.n == s.wakes {
			return s.ask(deed{})
		}
	case tea.PasteMsg:
		if s.Owns() {
			return s.typed(pasted(msg.Content, s.terminal.modes[bracketedPaste]))
		}
	case tea.KeyPressMsg:
		return s.key(env, msg)
	case tea.MouseWheelMsg:
		s.wheel(msg)
	}
	return nil
}

// fit gives the terminal the size that there is room for.
func (s *Screen) fit(env screen.Env) tea.Cmd {
	g := s.geometry(env)
	to := size{max(env.W-4, 1), g.terminal} // a column free at each side
	if to == s.terminal.size && s.wakes > 0 {
		return nil
	}
	s.terminal.resize(to)
	return s.ask(deed{size: to})
}

// key does what a key stands for.
func (s *Screen) key(env screen.Env, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case s.sheet != none:
		return s.sheetKey(env, k)
	case s.panel != nil:
		return s.panelKey(env, k)
	case s.bar:
		if cmd, ok := screen.Run(barActs(), s, env, k); ok {
			return cmd
		}
		s.bar, s.sure = false, false
		return nil
	case k.String() == "ctrl+o":
		s.bar = true
		return nil
	}
	s.terminal.scroll(-history)
	return s.typed(encode(k, s.terminal.modes[cursorKeys]))
}

func (s *Screen) typed(keys []byte) tea.Cmd {
	if len(keys) == 0 {
		return nil
	}
	s.keys++
	return s.ask(deed{keys: keys})
}

// ask has the lab do something, now or when it has done what it was asked before.
func (s *Screen) ask(d deed) tea.Cmd {
	s.wakes++
	if n := len(s.waiting); n > 0 && s.waiting[n-1].onlyKeys() && d.onlyKeys() {
		s.waiting[n-1].keys = append(s.waiting[n-1].keys, d.keys...)
	} else {
		s.waiting = append(s.waiting, d)
	}
	return s.next()
}

// onlyKeys reports whether nothing but keys, or nothing, is asked for.
func (d deed) onlyKeys() bool {
	return !d.travels() && d.size == size{} && !d.skip && d.hints == 0 && d.why == nil && d.glance == nil && d.look == nil
}

// travels reports whether the lab is to be at another moment, or in another branch.
func (d deed) travels() bool {
	return d.back || d.to != nil || d.fork != nil || d.swap || d.reset
}

func (s *Screen) next() tea.Cmd {
	if s.busy || s.ended || len(s.waiting) == 0 {
		return nil
	}
	d := s.waiting[0]
	s.waiting = s.waiting[1:]
	s.busy = true
	p := s.pacer
	return func() tea.Msg {
		t := p.turn(d)
		t.screen = s
		return t
	}
}

// take takes in what has come of a deed.
func (s *Screen) take(env screen.Env, t turned) tea.Cmd {
	s.busy = false
	if s.ended {
		return s.close()
	}
	if t.fresh {
		s.terminal = newTerminal(s.terminal.size)
	}
	s.terminal.write(t.out)
	s.at, s.over = t.at, t.over
	cmds := []tea.Cmd{env.Ask(screen.Saved{Err: t.err})}
	if t.parted {
		cmds = append(cmds, env.Ask(screen.Notice{Text: screen.Say{
			EN: "Another window goes on with this lab. What you do here is kept on its own.",
			ZH: "另一个窗口也在做这个实验。从现在起，这里的操作单独保存。",
		}}))
	}
	if t.state != nil {
		s.state = *t.state
		s.greet(env)
		cmds = append(cmds, s.celebrate())
	}
	s.answer(t)
	if s.panel != nil {
		if t.seen != nil {
			s.panel.Take(t.seen)
		}
		if wants := s.panel.Wants(); wants != nil {
			s.waiting = append(s.waiting, deed{look: wants})
		}
	}
	if keys := s.terminal.asked(); len(keys) > 0 {
		return tea.Batch(append(cmds, s.ask(deed{keys: keys}))...)
	}
	if len(s.waiting) > 0 {
		return tea.Batch(append(cmds, s.next())...)
	}
	return tea.Batch(append(cmds, s.rest(t.rest))...)
}

// greet shows the whole task first, when a lab begins and its pane has no room for it.
func (s *Screen) greet(env screen.Env) {
	g := s.geometry(env)
	if !s.greeted && len(s.state.steps) == 0 && s.taskNeeds(env, g.task) > g.top && s.keys == 0 {
		s.open(taskSheet)
	}
	s.greeted = true
}

// answer shows what was asked for.
func (s *Screen) answer(t turned) {
	if t.why != nil {
		s.why = t.why
		s.open(whySheet)
	}
	if t.sight != nil {
		s.glance = t.sight
		s.open(compareSheet)
	}
}

// rest goes on by itself after a while.
func (s *Screen) rest(d time.Duration) tea.Cmd {
	if s.Tick == nil || s.over {
		return nil
	}
	s.wakes++
	w := wake{s, s.wakes}
	return s.Tick(d, func(time.Time) tea.Msg { return w })
}

// words are the lab's texts.
func (s *Screen) words(env screen.Env) *lessons.LabWords {
	if w := s.Task.In(env.Lang); w != nil {
		return w
	}
	return &lessons.LabWords{}
}

// calm is for how long nothing is typed before the debrief opens: it must not swallow keys that are meant for the host.
const calm = 700 * time.Millisecond

// calmed says that so much time has passed since so many keys were typed.
type calmed struct {
	screen *Screen
	keys   int
}

// celebrate shows the debrief when every condition is met for the first time, and nobody types.
func (s *Screen) celebrate() tea.Cmd {
	if s.solved || !s.state.solved() {
		return nil
	}
	s.solved = true
	s.watch.stop()
	if s.Tick == nil {
		s.open(debriefSheet)
		return nil
	}
	return s.calm()
}

func (s *Screen) calm() tea.Cmd {
	c := calmed{s, s.keys}
	return s.Tick(calm, func(time.Time) tea.Msg { return c })
}

// debrief opens the debrief, or waits until nobody types.
func (s *Screen) debrief(c calmed) tea.Cmd {
	switch {
	case !s.solved || s.ended: // it was begun anew
	case c.keys != s.keys || s.sheet != none || s.panel != nil || s.bar:
		return s.calm()
	default:
		s.open(debriefSheet)
	}
	return nil
}

// leave goes back. The lab is closed when it has done what it is doing.
func (s *Screen) leave(env screen.Env) tea.Cmd {
	s.ended = true
	var request tea.Msg = screen.Back{}
	if s.Question != nil {
		request = s.did()
	}
	cmd := env.Ask(request)
	if s.busy {
		return cmd
	}
	return tea.Batch(cmd, s.close())
}

func (s *Screen) close() tea.Cmd {
	lab := s.Lab
	return func() tea.Msg { return screen.Saved{Err: lab.Close()} }
}

func (s *Screen) wheel(m tea.MouseWheelMsg) {
	by := map[tea.MouseButton]int{tea.MouseWheelUp: 1, tea.MouseWheelDown: -1}[m.Button]
	if s.sheet != none {
		s.move(-by)
		return
	}
	s.terminal.scroll(3 * by)
}
