package bench_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
)

// open sits down at a lab in a window. The wall's clock moves by itself, a little at every look.
func open(t testing.TB, l lessons.Lang, w, h int) *screentest.Driver {
	t.Helper()
	d := screentest.New(t, l, w, h)
	wall := time.Unix(0, 0)
	return d.Show(bench.New(bench.Options{
		Task: task(), Lab: newLab(), Cache: &render.Cache{}, Tick: d.Tick,
		Now: func() time.Time { wall = wall.Add(time.Millisecond / 4); return wall },
	}))
}

// run types a command and lets it end.
func run(d *screentest.Driver, line string) *screentest.Driver {
	return wait(d.Type(line).Press("enter"))
}

func wait(d *screentest.Driver) *screentest.Driver {
	for range 60 {
		d.Pass(time.Second, func(time.Duration) {})
	}
	return d
}

func TestFrames(t *testing.T) {
	for _, size := range []struct{ w, h int }{{60, 16}, {80, 24}, {120, 40}} {
		for _, l := range []lessons.Lang{lessons.EN, lessons.ZH} {
			t.Run(fmt.Sprintf("%dx%d-%s", size.w, size.h, l), func(t *testing.T) {
				name := func(s string) string { return fmt.Sprintf("%dx%d/%s-%s", size.w, size.h, s, l) }
				d := open(t, l, size.w, size.h)
				if size.h == 16 { // the task has no room of its own
					d.Golden(name("task")).Press("enter")
				}
				run(d, "docker network ls --format '{{.Name}}'").Golden(name("begin"))
				d.Press("ctrl+o").Golden(name("bar"))
				d.Press("h").Golden(name("hint")).Press("esc", "ctrl+o", "w").Golden(name("ask"))
				d.Press("enter").Golden(name("why")).Press("esc")
				d.Press("ctrl+o", "x").Golden(name("layers")).Press("esc", "ctrl+o", "n").Golden(name("packets")).Press("esc")
				run(d, "docker network connect appnet web").Golden(name("solved"))
				d.Press("esc", "ctrl+o", "d").Golden(name("picture")).Press("esc", "ctrl+o", "t").Golden(name("timeline"))
				d.Press("up", "c").Golden(name("compare"))
			})
		}
	}
}

func TestMarksSayItWithoutColours(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	d.Theme = theme.New(theme.Mono, theme.FramesASCII, theme.Terminal{NoColor: true})
	run(d, "echo 'it works'").Shows("v cache is running", `x "cache" resolves`, ". web can connect")
	for _, l := range d.Styled() {
		if strings.Contains(l, "\x1b[3") {
			t.Errorf("a colour: %q", l)
		}
	}
}

func TestEveryKeyGoesToTheHostExceptOne(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	run(d, "cat").Press("q", "enter")
	wait(d).Shows("q")
	wait(d.Press("ctrl+c")).Shows("^C")
	run(d, "echo 中文").Shows("中文")
	wait(d.Press("up", "enter"))
	if n := strings.Count(d.Frame(), "\n│ 中文"); n != 2 {
		t.Errorf("it was echoed %d times:\n%s", n, d.Frame())
	}
	if _, left := screentest.Last[screen.Back](d); left {
		t.Error("q left")
	}
	d.Press("ctrl+o", "q")
	if _, left := screentest.Last[screen.Back](d); !left {
		t.Error("ctrl+o q did not leave")
	}
}

func TestPaste(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	wait(d.Send(tea.PasteMsg{Content: "echo one\necho two\n"})).Shows("one", "two")
}

func TestUndoIsExact(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	run(d, "docker network create other >/dev/null").Shows("+ other")
	run(d, "docker network rm other >/dev/null").Shows("- other")
	wait(d.Press("ctrl+o", "z")).Shows("+ other")
	wait(d.Press("ctrl+o", "r", "r"))
	run(d, "docker network inspect other --format x").Shows("not found")
}

func TestScrollback(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	run(d, "seq 100").Shows("100").Press("ctrl+o", "pgup", "pgup", "pgup").Shows("lines back").Hides("│ 100 ")
	d.Press("pgdown", "pgdown", "pgdown").Shows("│ 100 ").Hides("lines back")
}

func TestSkipWaiting(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	d.Type("sleep 1d; echo slept").Press("enter").Pass(2*time.Second, func(time.Duration) {})
	wait(d.Press("ctrl+o", "s")).Shows("│ slept")
}

func TestAFloodStaysBoundedAndHearsTheKeyboard(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	wait(d.Type("yes").Press("enter")).Shows("│ y")
	wait(d.Press("ctrl+c"))
	run(d, "clear; echo heard").Shows("│ heard")
}

func TestSizes(t *testing.T) {
	d := open(t, lessons.EN, 80, 24)
	for _, s := range [][2]int{{60, 16}, {200, 60}, {80, 24}, {61, 17}, {120, 40}} {
		d.Resize(s[0], s[1])
		wait(d).Frame()
	}
	run(d, "stty size").Shows("17 116")
	run(d.Press("ctrl+o", "f"), "stty size").Shows("36 116")
}
