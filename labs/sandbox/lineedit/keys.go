package lineedit

import (
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// key is a pressed key: a name, or text to insert.
type key struct {
	name string // "left", "ctrl+a", "alt+b"; "" for text
	text string
}

// keyReader makes keys of a terminal's bytes.
type keyReader struct {
	sys    proc.Sys
	buf    []byte
	unused *key // was read, and put back

	resized func() // the terminal has another size
}

// unread puts a key back.
func (r *keyReader) unread(k key) { r.unused = &k }

// next waits for a key. ok is false when the terminal is gone.
func (r *keyReader) next() (key, bool) {
	if k := r.unused; k != nil {
		r.unused = nil
		return *k, true
	}
	for {
		if k, n := parseKey(r.buf); n > 0 {
			r.buf = r.buf[n:]
			return k, true
		}
		if len(r.buf) == 1 && r.buf[0] == escape && !r.more() {
			r.buf = nil
			return key{name: "esc"}, true
		}
		if !r.read() {
			return key{}, false
		}
	}
}

// read takes one byte from the terminal, as readline and busybox do: what is typed ahead belongs to whoever reads next.
// Text that is there already is taken together, so that it is drawn once.
func (r *keyReader) read() bool {
	b := make([]byte, 1)
	for {
		n, err := r.sys.Read(in, b)
		switch {
		case err == proc.EINTR:
			if sig, ok := r.sys.Caught(); ok && sig == proc.SIGWINCH {
				r.resized()
			}
			continue
		case n == 0 || err != nil:
			return false
		}
		r.buf = append(r.buf, b[0])
		if isText := b[0] >= ' ' && b[0] != 0x7f; !isText || r.buf[0] == escape || len(r.buf) == 256 || !r.more() {
			return true
		}
	}
}

// more reports whether something follows at once: an escape by itself is the key, with more it begins a sequence.
func (r *keyReader) more() bool {
	n, err := r.sys.Poll([]proc.PollFD{{FD: in, Want: proc.Readable}}, 0)
	return err == nil && n > 0
}

const escape = 0x1b

var controls = map[byte]string{
	'\r': "enter", '\n': "enter", '\t': "tab", 0x7f: "backspace", 0x08: "backspace",
}

// sequences are what follows an escape.
var sequences = map[string]string{
	"[A": "up", "[B": "down", "[C": "right", "[D": "left", "[H": "home", "[F": "end",
	"OA": "up", "OB": "down", "OC": "right", "OD": "left", "OH": "home", "OF": "end",
	"[1~": "home", "[4~": "end", "[7~": "home", "[8~": "end", "[3~": "delete", "[5~": "pgup", "[6~": "pgdown",
	"[1;5C": "alt+f", "[1;5D": "alt+b", "[1;3C": "alt+f", "[1;3D": "alt+b", "[3;5~": "alt+d",
	"[200~": "paste", "[201~": "paste",
}

// parseKey reads the first key of some bytes; n is 0 when it is not complete yet.
func parseKey(b []byte) (k key, n int) {
	if len(b) == 0 {
		return key{}, 0
	}
	switch c := b[0]; {
	case c == escape:
		return parseEscape(b)
	case controls[c] != "":
		return key{name: controls[c]}, 1
	case c < ' ':
		return key{name: "ctrl+" + strings.ToLower(string('@'+rune(c)))}, 1
	}
	for n < len(b) && b[n] >= ' ' && b[n] != 0x7f {
		if !utf8.FullRune(b[n:]) {
			break
		}
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			return key{text: string(b[:n]), name: ""}, max(n, 1) // a byte that is no text is dropped
		}
		n += size
	}
	if n == 0 {
		return key{}, 0
	}
	return key{text: string(b[:n])}, n
}

func parseEscape(b []byte) (key, int) {
	if len(b) == 1 {
		return key{}, 0
	}
	switch c := b[1]; {
	case c == '[':
		return parseCSI(b)
	case c == 'O':
		if len(b) < 3 {
			return key{}, 0
		}
		return key{name: nameOf(string(b[1:3]))}, 3
	case c == 0x7f || c == 0x08:
		return key{name: "alt+backspace"}, 2
	case c > ' ' && c < 0x7f:
		return key{name: "alt+" + strings.ToLower(string(rune(c)))}, 2
	}
	return key{name: "unknown"}, 2
}

func parseCSI(b []byte) (key, int) {
	for i := 2; i < len(b); i++ {
		if b[i] >= 0x40 && b[i] <= 0x7e {
			return key{name: nameOf(string(b[1 : i+1]))}, i + 1
		}
		if i > 32 {
			return key{name: "unknown"}, i
		}
	}
	return key{}, 0
}

func nameOf(sequence string) string {
	if name := sequences[sequence]; name != "" {
		return name
	}
	return "unknown"
}
