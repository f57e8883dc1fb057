package bench

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// keyed are the keys whose sequence ends in a letter, numbered those that end in a tilde. xterm: ctlseqs, "PC-Style
// Function Keys".
func keyed(code rune) string {
	return map[rune]string{
		tea.KeyUp: "A", tea.KeyDown: "B", tea.KeyRight: "C", tea.KeyLeft: "D", tea.KeyHome: "H", tea.KeyEnd: "F",
		tea.KeyF1: "P", tea.KeyF2: "Q", tea.KeyF3: "R", tea.KeyF4: "S",
	}[code]
}

func numbered(code rune) int {
	return map[rune]int{
		tea.KeyInsert: 2, tea.KeyDelete: 3, tea.KeyPgUp: 5, tea.KeyPgDown: 6, tea.KeyF5: 15, tea.KeyF6: 17, tea.KeyF7: 18,
		tea.KeyF8: 19, tea.KeyF9: 20, tea.KeyF10: 21, tea.KeyF11: 23, tea.KeyF12: 24,
	}[code]
}

// encode is what a keyboard sends for a key, nothing for one that it does not have. Application says whether a program
// asked for the other sequences of the arrow keys.
func encode(k tea.KeyPressMsg, application bool) []byte {
	mod := 1
	for bit, m := range []tea.KeyMod{tea.ModShift, tea.ModAlt, tea.ModCtrl} {
		if k.Mod.Contains(m) {
			mod += 1 << bit
		}
	}
	if letter := keyed(k.Code); letter != "" {
		switch {
		case mod > 1:
			return []byte(fmt.Sprintf("\x1b[1;%d%s", mod, letter))
		case application || letter >= "P":
			return []byte("\x1bO" + letter)
		}
		return []byte("\x1b[" + letter)
	}
	if n := numbered(k.Code); n > 0 {
		if mod > 1 {
			return []byte(fmt.Sprintf("\x1b[%d;%d~", n, mod))
		}
		return []byte(fmt.Sprintf("\x1b[%d~", n))
	}
	b := plainKey(k)
	if len(b) > 0 && k.Mod.Contains(tea.ModAlt) {
		b = append([]byte{ansi.ESC}, b...)
	}
	return b
}

func plainKey(k tea.KeyPressMsg) []byte {
	if k.Mod.Contains(tea.ModCtrl) {
		return control(k.Code)
	}
	switch k.Code {
	case tea.KeyEnter, tea.KeyKpEnter:
		return []byte{'\r'}
	case tea.KeyTab:
		if k.Mod.Contains(tea.ModShift) {
			return []byte("\x1b[Z")
		}
		return []byte{'\t'}
	case tea.KeyBackspace:
		return []byte{0x7f}
	case tea.KeyEscape:
		return []byte{ansi.ESC}
	case tea.KeySpace:
		return []byte{' '}
	}
	if k.Text == "" && k.Mod.Contains(tea.ModAlt) && k.Code < tea.KeyExtended {
		return []byte(string(k.Code))
	}
	return []byte(k.Text)
}

// control is what ctrl and a key send together.
func control(code rune) []byte {
	switch {
	case code >= 'a' && code <= 'z':
		return []byte{byte(code - 'a' + 1)}
	case code == tea.KeySpace || code == '@' || code == '2':
		return []byte{0}
	case code >= '[' && code <= '_':
		return []byte{byte(code - '@')}
	case code == '/' || code == '-':
		return []byte{0x1f}
	case code == tea.KeyBackspace:
		return []byte{0x08}
	case code == tea.KeyEnter:
		return []byte{'\r'}
	}
	return nil
}

// pasted is what a terminal sends for a text that is pasted: line ends as the Enter key, and nothing that could end the
// paste by itself.
func pasted(s string, bracketed bool) []byte {
	s = strings.NewReplacer("\r\n", "\r", "\n", "\r", "\x1b", "").Replace(s)
	if bracketed {
		s = ansi.BracketedPasteStart + s + ansi.BracketedPasteEnd
	}
	return []byte(s)
}
