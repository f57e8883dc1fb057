package bench

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
)

// FuzzTerminal writes whatever a host may write, in two pieces and with a new size between: every line stays within the
// pane, and what a line does to the real terminal is colours at most.
func FuzzTerminal(f *testing.F) {
	for _, s := range []string{
		"plain\r\n", "\x1b[6n\x1b[c", "\x1b[31mred", "\x1b[?1049h\x1b[2J", "中文\r\n", "\x1b]0;title\a", "\x1b[999S", "\x1bP+q\x1b\\",
		"\x1b[?2048h", "\x1b[5;2r\n\n", "\x1b(0qqq", "e\u0301\u200d", "\x1b]8;;http://x\a", "\x1b]10;?\a", "\x1b[?6n", "\x1b[2$p", "\x1b#8",
	} {
		f.Add([]byte(s), []byte(strings.Repeat(s, 9)), uint8(80), uint8(10))
	}
	f.Fuzz(func(t *testing.T, a, b []byte, w, h uint8) {
		x := newTerminal(size{int(w%120) + 1, int(h%50) + 1})
		x.write(a)
		x.resize(size{int(h%120) + 1, int(w%50) + 1})
		x.write(b)
		x.scroll(3)
		lines := x.draw(false)
		if len(lines) != x.rows {
			t.Fatalf("%d lines of %d", len(lines), x.rows)
		}
		for _, l := range lines {
			if render.Width(ansi.Strip(l)) > 120 || strings.ContainsAny(ansi.Strip(l), "\x1b\r\n\a") {
				t.Errorf("line %q", l)
			}
		}
		x.cursor()
		x.asked()
	})
}

// A flood that is skimmed leaves the same screen and the same past as one that the emulator sees line by line.
func TestSkimmingAFloodIsInvisible(t *testing.T) {
	for _, columns := range []int{20, 80} {
		var flood bytes.Buffer
		for i := range 300 {
			fmt.Fprintf(&flood, "line %d 中文 %s\r\n", i, strings.Repeat("x", i%40))
		}
		flood.WriteString("end")
		quick, slow := newTerminal(size{columns, 10}), newTerminal(size{columns, 10})
		for _, x := range []*terminal{quick, slow} {
			x.write([]byte("before\r\n$ run\r\n"))
		}
		quick.write(flood.Bytes())
		for line := range bytes.SplitAfterSeq(flood.Bytes(), []byte("\n")) {
			slow.write(line)
		}
		if a, b := trimmed(quick.draw(true)), trimmed(slow.draw(true)); !slices.Equal(a, b) {
			t.Errorf("%d columns: the screen is\n%s\nwant\n%s", columns, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
		a, b := trimmed(quick.past), trimmed(slow.past)
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("%d columns: line %d of the past is %q, want %q", columns, i, a[i], b[i])
			}
		}
		if len(a) != len(b) {
			t.Errorf("%d columns: %d lines are past, want %d", columns, len(a), len(b))
		}
		if quick.em.CursorPosition() != slow.em.CursorPosition() {
			t.Errorf("the cursor is at %v, want %v", quick.em.CursorPosition(), slow.em.CursorPosition())
		}
	}
}

func trimmed(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimRight(ansi.Strip(l), " ")
	}
	return out
}

func TestKeysAreWhatAKeyboardSends(t *testing.T) {
	for key, want := range map[string]string{
		"a": "a", "Z": "Z", "enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f", "esc": "\x1b", "space": " ",
		"ctrl+c": "\x03", "ctrl+d": "\x04", "ctrl+p": "\x10", "ctrl+q": "\x11", "ctrl+z": "\x1a", "ctrl+[": "\x1b", "ctrl+\\": "\x1c",
		"up": "\x1b[A", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F", "ctrl+left": "\x1b[1;5D", "alt+b": "\x1bb",
		"pgup": "\x1b[5~", "delete": "\x1b[3~",
	} {
		if got := encode(screen.Key(key), false); string(got) != want {
			t.Errorf("%s sends %q, want %q", key, got, want)
		}
	}
	if got := encode(screen.Key("up"), true); string(got) != "\x1bOA" {
		t.Errorf("up in application mode sends %q", got)
	}
	if got := encode(tea.KeyPressMsg{Code: '写', Text: "写作"}, false); string(got) != "写作" {
		t.Errorf("an input method's text is sent as %q", got)
	}
	if got := pasted("a\nb\x1b[201~c", true); string(got) != "\x1b[200~a\rb[201~c\x1b[201~" {
		t.Errorf("pasted %q", got)
	}
}
