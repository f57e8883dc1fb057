// Package app puts the screens on a stack and routes messages to them. It draws the header and the help line around the
// top screen, holds what all screens share (language, theme, size), and answers what screens ask for.
//
// The laws of routing:
//   - Keys, pastes and the mouse go to the top screen only.
//   - Requests (package screen) are answered here only.
//   - Every other message goes to every live screen exactly once; what answers a screen is of a type private to it.
//
// Nothing is lost and nothing arrives twice.
package app

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/reader"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
)

// Mouse says who gets the mouse.
type Mouse string

// The ways to deal with the mouse.
const (
	MouseAuto Mouse = "auto" // the program, except where text is read: there the terminal selects as usual
	MouseOn   Mouse = "on"
	MouseOff  Mouse = "off"
)

// Host opens a simulated host that takes over the terminal, and types lines there to begin with.
type Host func(lang lessons.Lang, lines []string) tea.ExecCommand

// Export stores a file that the learner asked for and says where it is.
type Export func(name string, contents []byte) (string, error)

// State is what a Model begins with: everything that had to be read before.
type State struct {
	Study  *study.Study
	Home   home.Data
	Kept   home.Kept
	Lang   lessons.Lang
	Look   theme.Look
	Frames theme.FrameSet
	Mouse  Mouse
	Term   theme.Terminal
	Links  bool // the terminal understands hyperlinks
	One    bool // one language only, though there were room for two
	First  bool // the learner was never here: begin with the first-run screen
	Open   tea.Msg
	Host   Host        // nil: there is none to try something at
	Export Export      // nil: nothing can be stored
	Tick   screen.Tick // nil: no time passes while nothing is pressed
	W, H   int
}

// Model is the program.
type Model struct {
	study  *study.Study
	cache  *render.Cache
	saver  *reader.Saver
	state  State
	stack  []screen.Screen // home at the bottom
	notice string
	failed error // what went wrong when saving last
	lost   bool  // nothing that is done now outlives the program
	asked  bool  // ctrl+c was pressed once
	theme  theme.Theme
}

// New returns the program as it starts.
func New(s State) *Model {
	s.Look, s.Frames = theme.ParseLook(string(s.Look)), theme.ParseFrames(string(s.Frames))
	m := &Model{
		study: s.Study, cache: &render.Cache{}, saver: reader.NewSaver(s.Study), state: s,
		lost: !s.Study.Kept().Saves(),
	}
	m.theme = theme.New(s.Look, s.Frames, s.Term)
	m.stack = []screen.Screen{home.New(s.Study, s.Kept, s.Home)}
	if s.First {
		m.stack = append(m.stack, m.firstRun())
	}
	return m
}

// Init asks the terminal for its background and opens what was asked for on the command line.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor}
	for _, s := range m.stack {
		cmds = append(cmds, m.asking(s.Init))
	}
	cmds = append(cmds, m.asking(func(env screen.Env) tea.Cmd { return env.Ask(m.state.Open) }))
	return tea.Batch(cmds...)
}

func (m *Model) top() screen.Screen { return m.stack[len(m.stack)-1] }

// Update routes a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		return m, m.give(m.top(), msg)
	case tea.MouseMsg:
		return m, m.mouse(msg)
	case tea.KeyReleaseMsg, tea.EnvMsg, tea.RawMsg:
		return m, nil
	case tea.WindowSizeMsg:
		if m.state.W == msg.Width && m.state.H == msg.Height {
			return m, nil
		}
		m.state.W, m.state.H = msg.Width, msg.Height
		return m, m.changed()
	case tea.BackgroundColorMsg:
		m.state.Term.Light = !msg.IsDark()
		return m, m.changed()
	case tea.ColorProfileMsg:
		m.state.Term.NoColor = m.state.Term.NoColor || msg.Profile < colorprofile.ANSI
		return m, m.changed()
	case tea.CursorPositionMsg:
		m.state.Term.WideFrames = wide(msg)
		return m, m.changed()
	}
	if cmd, ok := m.answer(msg); ok {
		return m, cmd
	}
	return m, m.broadcast(msg)
}

// broadcast gives a message to every screen. What they ask for is answered when all of them have it: closing a screen
// takes no message away from another.
func (m *Model) broadcast(msg tea.Msg) tea.Cmd {
	return m.asking(func(env screen.Env) tea.Cmd {
		var cmds []tea.Cmd
		for _, s := range m.stack {
			cmds = append(cmds, s.Update(env, msg))
		}
		return tea.Batch(cmds...)
	})
}

// give gives a message to a screen.
func (m *Model) give(s screen.Screen, msg tea.Msg) tea.Cmd {
	return m.asking(func(env screen.Env) tea.Cmd { return s.Update(env, msg) })
}

// asking does something that may ask for something, and answers that at once.
func (m *Model) asking(do func(screen.Env) tea.Cmd) tea.Cmd {
	var requests []tea.Msg
	cmds := []tea.Cmd{do(m.env().Asking(&requests))}
	for _, r := range requests {
		cmd, _ := m.answer(r)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// changed tells the screens that their surroundings are others.
func (m *Model) changed() tea.Cmd {
	m.theme = theme.New(m.state.Look, m.state.Frames, m.state.Term)
	return m.broadcast(screen.Changed{})
}

// env is what the screens see around them.
func (m *Model) env() screen.Env {
	e := screen.Env{
		Lang: m.state.Lang, Theme: m.theme, W: m.state.W, H: m.state.H - 2, Links: m.state.Links, Short: m.short(),
	}
	if e.Short {
		e.H = m.state.H - 1
	}
	return e
}

// short reports whether header and help line must share a row.
func (m *Model) short() bool { return m.state.H < 24 }

// set remembers a setting, off the event loop.
func (m *Model) set(k study.Setting, value string) tea.Cmd {
	s := m.study
	return func() tea.Msg { return screen.Saved{Err: s.Set(context.Background(), k, value)} }
}
