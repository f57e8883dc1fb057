package app

import (
	"bytes"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Some terminals set up for Chinese draw box characters two columns wide, which breaks every frame. The probe finds
// out: it draws one on the alternate screen before anything else is there, and asks for the cursor's column. The answer
// arrives as a message later, or never; nothing waits for it.

// probeRow is the row of the probe. On row 1 the answer would look like the key shift+F3.
const probeRow = 2

// probe is what follows the switch to the alternate screen.
func probe() string {
	return ansi.CursorPosition(1, probeRow) + "─" + ansi.RequestCursorPositionReport +
		ansi.CursorPosition(1, probeRow) + ansi.EraseEntireLine
}

// wide reports what the terminal's answer means.
func wide(msg tea.CursorPositionMsg) bool { return msg.Y == probeRow-1 && msg.X >= 2 }

// probing is a terminal that is probed as soon as it shows the alternate screen.
type probing struct {
	term.File
	done bool
}

// Write passes everything on, with the probe behind the first switch to the alternate screen.
func (p *probing) Write(b []byte) (int, error) {
	begin := []byte(ansi.SetModeAltScreenSaveCursor)
	i := bytes.Index(b, begin)
	if p.done || i < 0 {
		return p.File.Write(b)
	}
	p.done = true
	i += len(begin)
	out := append(append(append([]byte(nil), b[:i]...), probe()...), b[i:]...)
	if _, err := p.File.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}
