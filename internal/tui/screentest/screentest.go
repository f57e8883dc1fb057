// Package screentest drives one screen without the app and without a terminal: it sends keys, clicks and sizes, runs
// every command at once in the order in which they were returned, and looks at the frame. What the screen asks the app
// for is written down and not done. Time passes only when the test says so: ticks that were asked for come due then.
package screentest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
)

// Driver is a screen in a window.
type Driver struct {
	Screen screen.Screen
	Lang   lessons.Lang
	Theme  theme.Theme
	Asked  []tea.Msg // the requests of package screen, oldest first
	Notice screen.Say
	Failed error // of the last screen.Saved

	t       testing.TB
	w, h    int
	pending []tick
	passed  time.Duration
}

// tick is a message that comes due.
type tick struct {
	due  time.Duration
	make func(time.Time) tea.Msg
}

// New makes a window. Show puts a screen into it.
func New(t testing.TB, l lessons.Lang, w, h int) *Driver {
	t.Helper()
	return &Driver{Lang: l, Theme: theme.New(theme.Dark, theme.FramesLight, theme.Terminal{}), t: t, w: w, h: h}
}

// Show opens a screen.
func (d *Driver) Show(s screen.Screen) *Driver {
	d.t.Helper()
	d.Screen = s
	d.run(s.Init(d.env()))
	return d
}

// Tick stands in for tea.Tick.
func (d *Driver) Tick(after time.Duration, make func(time.Time) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		d.pending = append(d.pending, tick{d.passed + after, make})
		return nil
	}
}

// Pass lets time pass, a second at a time: move moves the clock of the test.
func (d *Driver) Pass(span time.Duration, move func(time.Duration)) *Driver {
	d.t.Helper()
	for ; span > 0; span -= time.Second {
		d.passed += time.Second
		move(time.Second)
		due := d.pending
		d.pending = nil
		for _, p := range due {
			if p.due <= d.passed {
				d.Send(p.make(time.Time{}))
			} else {
				d.pending = append(d.pending, p)
			}
		}
	}
	return d
}

func (d *Driver) env() screen.Env {
	e := screen.Env{Lang: d.Lang, Theme: d.Theme, W: d.w, H: d.h - 2, Short: d.h < 24}
	if e.Short {
		e.H = d.h - 1
	}
	return e
}

// Send gives the screen a message and runs all that follows from it.
func (d *Driver) Send(msg tea.Msg) *Driver {
	d.t.Helper()
	d.run(d.Screen.Update(d.env(), msg))
	return d
}

func (d *Driver) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case screen.Saved:
		d.Failed = msg.Err
	case screen.Notice:
		d.Notice = msg.Text
	default:
		if isRequest(msg) {
			d.Asked = append(d.Asked, msg)
			return
		}
		d.Send(msg)
	}
}

func isRequest(msg tea.Msg) bool {
	switch msg.(type) {
	case screen.Back, screen.Home, screen.Quit, screen.Replace, screen.OpenLesson, screen.OpenTopic, screen.OpenDrill, screen.OpenReport,
		screen.OpenBegin, screen.OpenStatistics, screen.OpenDo, screen.Did:
		return true
	}
	return false
}

// Press presses keys, by their names.
func (d *Driver) Press(keys ...string) *Driver {
	d.t.Helper()
	for _, k := range keys {
		d.Notice = screen.Say{}
		d.Send(screen.Key(k))
	}
	return d
}

// Type types a text, one character after the other.
func (d *Driver) Type(text string) *Driver {
	d.t.Helper()
	for _, r := range text {
		d.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return d
}

// Click clicks on the first place in the body where a text stands.
func (d *Driver) Click(text string) *Driver {
	d.t.Helper()
	for y, line := range d.Screen.View(d.env()).Body {
		line = ansi.Strip(line)
		if i := strings.Index(line, text); i >= 0 {
			return d.Send(tea.MouseClickMsg{X: render.Width(line[:i]), Y: y, Button: tea.MouseLeft})
		}
	}
	d.t.Fatalf("%q is not on the screen:\n%s", text, d.Frame())
	return d
}

// Resize changes the window's size.
func (d *Driver) Resize(w, h int) *Driver {
	d.t.Helper()
	d.w, d.h = w, h
	return d.Send(screen.Changed{})
}

// Styled returns the frame with its looks, after checking that it fits the window: a header, the body, the keys.
func (d *Driver) Styled() []string {
	d.t.Helper()
	env := d.env()
	v := d.Screen.View(env)
	if len(v.Body) != env.H {
		d.t.Errorf("the body has %d lines, %d fit", len(v.Body), env.H)
	}
	for i, l := range v.Body {
		if w := render.Width(l); w != d.w {
			d.t.Errorf("line %d is %d columns wide in a window of %d: %q", i, w, d.w, ansi.Strip(l))
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.X >= d.w || c.Y < 0 || c.Y >= env.H) {
		d.t.Errorf("the cursor is outside, at %d, %d", c.X, c.Y)
	}
	keys := " "
	for _, b := range d.Screen.Keys(env) {
		if b.Line {
			keys += b.Label(env.Theme.Frames) + " " + env.Say(b.Says) + "   "
		}
	}
	head := widget.Spread(env.Theme, " "+v.Title, v.Status+" ", d.w)
	return append(append([]string{head}, v.Body...), render.Fit(keys, d.w, env.Theme.Ellipsis))
}

// Frame returns the frame as plain text, without spaces at the ends of lines. The cursor is shown below it.
func (d *Driver) Frame() string {
	d.t.Helper()
	var b strings.Builder
	for _, l := range d.Styled() {
		b.WriteString(strings.TrimRight(ansi.Strip(l), " ") + "\n")
	}
	return b.String()
}

// Shows fails the test if a text is not on the screen.
func (d *Driver) Shows(texts ...string) *Driver {
	d.t.Helper()
	s := d.Frame()
	for _, text := range texts {
		if !strings.Contains(s, text) {
			d.t.Errorf("%q is not on the screen:\n%s", text, s)
		}
	}
	return d
}

// Hides fails the test if a text is on the screen.
func (d *Driver) Hides(texts ...string) *Driver {
	d.t.Helper()
	s := d.Frame()
	for _, text := range texts {
		if strings.Contains(s, text) {
			d.t.Errorf("%q is on the screen:\n%s", text, s)
		}
	}
	return d
}

// Last is the last request of its type.
func Last[M any](d *Driver) (m M, ok bool) {
	for _, msg := range slices.Backward(d.Asked) {
		if m, ok = msg.(M); ok {
			return m, true
		}
		if r, is := msg.(screen.Replace); is {
			if m, ok = r.Then.(M); ok {
				return m, true
			}
		}
	}
	return m, false
}

var update = flag.Bool("update", false, "write the frames that tests see into their golden files")

// Golden compares the frame with testdata/NAME.golden. With -update it writes the file; look at it before you commit it.
func (d *Driver) Golden(name string) *Driver {
	d.t.Helper()
	got := d.Frame()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			d.t.Fatal(err)
		}
		return d
	}
	want, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if got != string(want) {
		d.t.Errorf("the frame is not as in %s:\n%s\nwant\n%s", path, got, want)
	}
	return d
}
