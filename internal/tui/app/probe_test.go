package app

import (
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// The probe follows the switch to the alternate screen, once, and leaves nothing there.
func TestProbe(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &probing{File: f}
	for _, s := range []string{"before", "a" + ansi.SetModeAltScreenSaveCursor + "b", "c" + ansi.SetModeAltScreenSaveCursor + "d"} {
		if n, err := p.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", s, n, err)
		}
	}
	got, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	enter := ansi.SetModeAltScreenSaveCursor
	if want := "beforea" + enter + probe() + "bc" + enter + "d"; string(got) != want {
		t.Errorf("wrote %q", got)
	}
	if !strings.HasSuffix(probe(), ansi.EraseEntireLine) {
		t.Error("the probe stays on the screen")
	}
}

func TestWide(t *testing.T) {
	for msg, want := range map[tea.CursorPositionMsg]bool{{X: 1, Y: 1}: false, {X: 2, Y: 1}: true, {X: 2, Y: 0}: false} {
		if wide(msg) != want {
			t.Errorf("wide(%v) is not %v", msg, want)
		}
	}
}
