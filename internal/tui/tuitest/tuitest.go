// Package tuitest drives the program as a learner would, without a terminal: it sends keys, clicks and sizes, runs
// every command at once in the order in which they were returned, and looks at the frame. Nothing sleeps and nothing
// runs beside the test, so the same test always shows the same frames.
package tuitest

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

//go:embed all:course
var files embed.FS

// Files is a small course in two languages: two topics, three lessons, one screen that is taller than a small window.
func Files(t testing.TB) fs.FS {
	t.Helper()
	sub, err := fs.Sub(files, "course")
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

// Now is the time in all tests.
func Now() time.Time { return time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC) }

// Study opens the sample course with the progress in a folder.
func Study(t testing.TB, dir string) *study.Study {
	t.Helper()
	return Open(t, Files(t), progress.Options{Dir: dir, Now: Now, Version: "test"})
}

// Open opens a course, with mistakes or without, and progress. It is closed when the test ends.
func Open(t testing.TB, course fs.FS, o progress.Options) *study.Study {
	t.Helper()
	store, err := progress.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	c, found := lessons.Load(course)
	return study.New(c, found, store, Now)
}

// Driver is a running program.
type Driver struct {
	Model     *app.Model
	Quit      bool   // it ended
	Clipboard string // what was sent to the terminal's clipboard last

	t    testing.TB
	w, h int
}

// Start starts the program in a window. What of the state is empty is as for a new learner who answered the first-run
// screen already.
func Start(t testing.TB, s app.State, w, h int) *Driver {
	t.Helper()
	if s.Study == nil {
		s.Study = Study(t, t.TempDir())
	}
	data, err := home.Gather(context.Background(), s.Study)
	if err != nil {
		t.Fatal(err)
	}
	s.Home, s.W, s.H = data, w, h
	if s.Lang == "" {
		s.Lang = lessons.EN
	}
	if s.Kept == (home.Kept{}) {
		s.Kept.Where = "~/.local/share/dockerlearn/progress.db"
	}
	d := &Driver{Model: app.New(s), t: t, w: w, h: h}
	d.run(d.Model.Init())
	return d
}

// Send gives the program a message and runs all that follows from it.
func (d *Driver) Send(msg tea.Msg) *Driver {
	d.t.Helper()
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		d.w, d.h = size.Width, size.Height
	}
	_, cmd := d.Model.Update(msg)
	d.run(cmd)
	return d
}

// run runs a command, the ones that it holds one after the other, and whatever their messages lead to.
func (d *Driver) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil || d.Quit {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		d.Quit = true
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	default:
		if fmt.Sprintf("%T", msg) == "tea.setClipboardMsg" { // Bubble Tea keeps the type to itself
			d.Clipboard = fmt.Sprint(msg)
		}
		d.Send(msg)
	}
}

// Press presses keys, by their names.
func (d *Driver) Press(keys ...string) *Driver {
	d.t.Helper()
	for _, k := range keys {
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

// Click clicks on the first place where a text stands.
func (d *Driver) Click(text string) *Driver {
	d.t.Helper()
	for y, line := range d.Lines() {
		if i := strings.Index(line, text); i >= 0 {
			return d.Send(tea.MouseClickMsg{X: render.Width(line[:i]), Y: y, Button: tea.MouseLeft})
		}
	}
	d.t.Fatalf("%q is not on the screen:\n%s", text, d.Screen())
	return d
}

// Resize changes the window's size.
func (d *Driver) Resize(w, h int) *Driver {
	d.t.Helper()
	return d.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Styled returns the lines of the frame with their looks. It checks that the frame is exactly as large as the window.
func (d *Driver) Styled() []string {
	d.t.Helper()
	lines := strings.Split(d.Model.View().Content, "\n")
	if d.w < app.MinWidth || d.h < app.MinHeight {
		return lines
	}
	if len(lines) != d.h {
		d.t.Errorf("the frame has %d lines in a window of %d", len(lines), d.h)
	}
	for i, l := range lines {
		if w := render.Width(l); w != d.w {
			d.t.Errorf("line %d is %d columns wide in a window of %d: %q", i, w, d.w, ansi.Strip(l))
		}
	}
	return lines
}

// Lines returns the frame as plain text.
func (d *Driver) Lines() []string {
	d.t.Helper()
	lines := d.Styled()
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = ansi.Strip(l)
	}
	return out
}

// Screen returns the frame as plain text, without spaces at the ends of lines.
func (d *Driver) Screen() string {
	d.t.Helper()
	lines := d.Lines()
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// Shows fails the test if a text is not on the screen.
func (d *Driver) Shows(texts ...string) *Driver {
	d.t.Helper()
	s := d.Screen()
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
	s := d.Screen()
	for _, text := range texts {
		if strings.Contains(s, text) {
			d.t.Errorf("%q is on the screen:\n%s", text, s)
		}
	}
	return d
}

var update = flag.Bool("update", false, "write the frames that tests see into their golden files")

// Golden compares the frame with testdata/NAME.golden. With -update it writes the file; look at it before committing.
func (d *Driver) Golden(name string) *Driver {
	d.t.Helper()
	got := d.Screen()
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
