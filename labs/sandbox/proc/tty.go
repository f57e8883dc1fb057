package proc

import (
	"strconv"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/vfs"
)

// Flags of Termios, with Linux's bits. Only these do something; the others of termios(3) are kept as they are set.
const (
	INLCR, IGNCR, ICRNL, IXON = 0o100, 0o200, 0o400, 0o2000         // Iflag
	IUTF8                     = 0o40000                             // Iflag
	OPOST, ONLCR              = 0o1, 0o4                            // Oflag
	ISIG, ICANON, ECHO, ECHOE = 0o1, 0o2, 0o10, 0o20                // Lflag
	ECHOK, ECHONL, NOFLSH     = 0o40, 0o100, 0o200                  // Lflag
	TOSTOP, ECHOCTL, ECHOKE   = 0o400, 0o1000, 0o4000               // Lflag
	IEXTEN                    = 0o100000                            // Lflag
	VINTR, VQUIT, VERASE      = 0, 1, 2                             // indices of CC
	VKILL, VEOF, VTIME, VMIN  = 3, 4, 5, 6                          // indices of CC
	VSTART, VSTOP, VSUSP      = 8, 9, 10                            // indices of CC
	VREPRINT, VWERASE, VLNEXT = 12, 14, 15                          // indices of CC
	saneI, saneO              = ICRNL | IXON | IUTF8, OPOST | ONLCR // what a new terminal has
	saneC                     = 0o277                               // 38400 baud, 8 bits, read
	saneL                     = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN
)

// Termios is how a terminal treats what is typed and printed.
type Termios struct {
	Iflag, Oflag, Cflag, Lflag uint32
	CC                         [19]byte
}

// Sane is how a new terminal is set.
func Sane() Termios {
	t := Termios{Iflag: saneI, Oflag: saneO, Cflag: saneC, Lflag: saneL}
	t.CC = [19]byte{
		VINTR:    3,
		VQUIT:    28,
		VERASE:   127,
		VKILL:    21,
		VEOF:     4,
		VMIN:     1,
		VSTART:   17,
		VSTOP:    19,
		VSUSP:    26,
		VREPRINT: 18,
		13:       15,
		VWERASE:  23,
		VLNEXT:   22,
	}
	return t
}

// Raw is t changed so that every byte goes to the program as it was typed: cfmakeraw(3).
func (t Termios) Raw() Termios {
	t.Iflag &^= INLCR | IGNCR | ICRNL | IXON
	t.Oflag &^= OPOST
	t.Lflag &^= ECHO | ECHONL | ICANON | ISIG | IEXTEN
	t.CC[VMIN], t.CC[VTIME] = 1, 0
	return t
}

// Winsize is a terminal's size in cells.
type Winsize struct{ Rows, Cols int }

// Sizes of a terminal's buffers. Linux: N_TTY_BUF_SIZE.
const (
	ttyLineMax   = 4095
	ttyInputMax  = 65536
	ttyOutputMax = 65536
)

// TTY is a terminal: the line discipline between keys and screen on one side, and programs on the other. What is on
// the far side is either a sink (see Attach) or a program that holds the pseudo-terminal's master.
type TTY struct {
	kernel *Kernel
	pts    *PTS
	name   string // "pts/0", below /dev
	index  int
	stat   vfs.Stat
	file   *vfs.Dyn // what /dev/pts shows of it

	termios Termios
	size    Winsize
	sess    *session
	fg      *identity // the foreground process group

	typed   int    // keys so far
	line    []byte // being typed, in canonical mode
	literal bool   // after ^V
	ready   []byte // for readers
	places  []int  // the ordinal of each key in ready, then of each in line
	lines   []int  // lengths of the lines in ready, in canonical mode
	out     []byte // for the far side
	sink    func([]byte)
	paused  bool // by ^S
	hungUp  bool
	slaves  int  // open slave handles
	used    bool // a slave was open
	changed Queue
}

// Name is the terminal's path: "/dev/pts/0".
func (t *TTY) Name() string { return "/dev/" + t.name }

// Attach gives everything that is printed to f, as it is printed. f must not call back into the machine.
func (t *TTY) Attach(f func([]byte)) {
	t.sink = f
	if len(t.out) > 0 {
		f(t.out)
		t.out = nil
		t.changed.Wake()
	}
}

// Termios is how the terminal is set.
func (t *TTY) Termios() Termios { return t.termios }

// Size is the terminal's size.
func (t *TTY) Size() Winsize { return t.size }

// Resize changes the size and tells the foreground processes with SIGWINCH.
func (t *TTY) Resize(size Winsize) {
	if size == t.size {
		return
	}
	t.size = size
	t.signalForeground(SIGWINCH)
}

// Type is keys being pressed: b goes through the line discipline.
func (t *TTY) Type(b []byte) {
	for _, c := range b {
		t.key(c)
		t.typed++
	}
	t.changed.Wake()
}

// Taken is how many of the keys that were typed nobody will read any more: programs have read them, or the terminal has
// dealt with them itself.
func (t *TTY) Taken() int {
	if len(t.places) > 0 {
		return t.places[0]
	}
	return t.typed
}

// HangUp is the far side going away: readers see the end, the session is told with SIGHUP.
func (t *TTY) HangUp() {
	if t.hungUp {
		return
	}
	t.hungUp = true
	if s := t.sess; s != nil {
		t.signalForeground(SIGHUP)
		if s.leader != nil && !s.leader.Done() {
			s.leader.post(SIGHUP)
			s.leader.post(SIGCONT)
		}
	}
	t.changed.Wake()
}

func (t *TTY) has(flag uint32) bool   { return t.termios.Lflag&flag != 0 }
func (t *TTY) input(flag uint32) bool { return t.termios.Iflag&flag != 0 }

// is reports whether c is the special character at index i, which 0 disables.
func (t *TTY) is(c byte, i int) bool { return c != 0 && t.termios.CC[i] == c }

// key is one byte typed. Linux: drivers/tty/n_tty.c, n_tty_receive_char.
func (t *TTY) key(c byte) {
	if t.literal {
		t.literal = false
		t.store(c)
		return
	}
	switch {
	case c == '\r' && t.input(IGNCR):
		return
	case c == '\r' && t.input(ICRNL):
		c = '\n'
	case c == '\n' && t.input(INLCR):
		c = '\r'
	}
	if t.flowControl(c) || t.signalKey(c) {
		return
	}
	if t.has(ICANON) {
		t.editKey(c)
		return
	}
	t.echo(c)
	if len(t.ready) < ttyInputMax {
		t.ready, t.places = append(t.ready, c), append(t.places, t.typed)
	}
}

func (t *TTY) flowControl(c byte) bool {
	if !t.input(IXON) {
		return false
	}
	switch {
	case t.is(c, VSTOP):
		t.paused = true
	case t.is(c, VSTART):
		t.paused = false
	default:
		return false
	}
	return true
}

func (t *TTY) signalKey(c byte) bool {
	if !t.has(ISIG) {
		return false
	}
	var sig Signal
	switch {
	case t.is(c, VINTR):
		sig = SIGINT
	case t.is(c, VQUIT):
		sig = SIGQUIT
	case t.is(c, VSUSP):
		sig = SIGTSTP
	default:
		return false
	}
	if !t.has(NOFLSH) {
		t.flush()
	}
	t.paused = false
	t.echo(c)
	t.signalForeground(sig)
	return true
}

// editKey is a key in canonical mode.
func (t *TTY) editKey(c byte) {
	switch {
	case c == '\n':
		if t.has(ECHO) || t.has(ECHONL) {
			t.print([]byte{'\n'})
		}
		t.line, t.places = append(t.line, c), append(t.places, t.typed)
		t.finishLine()
	case t.is(c, VEOF):
		t.finishLine()
	case t.is(c, VERASE), c == '\b' && t.termios.CC[VERASE] == 127:
		t.erase()
	case t.is(c, VKILL):
		for len(t.line) > 0 {
			t.erase()
		}
	case t.is(c, VWERASE) && t.has(IEXTEN):
		t.eraseWord()
	case t.is(c, VREPRINT) && t.has(IEXTEN):
		t.reprint(c)
	case t.is(c, VLNEXT) && t.has(IEXTEN):
		t.literal = true
		if t.has(ECHO) {
			t.emit([]byte("^\b"))
		}
	default:
		t.store(c)
	}
}

func (t *TTY) store(c byte) {
	if !t.has(ICANON) {
		t.ready, t.places = append(t.ready, c), append(t.places, t.typed)
		return
	}
	if len(t.line) < ttyLineMax {
		t.line, t.places = append(t.line, c), append(t.places, t.typed)
		t.echo(c)
	}
}

func (t *TTY) finishLine() {
	t.ready = append(t.ready, t.line...)
	t.lines = append(t.lines, len(t.line))
	t.line = nil
}

// flush forgets what was typed and not yet read.
func (t *TTY) flush() { t.line, t.ready, t.places, t.lines = nil, nil, nil, nil }

func (t *TTY) reprint(c byte) {
	t.echo(c)
	t.print([]byte{'\n'})
	for _, c := range t.line {
		t.echo(c)
	}
}

// erase takes the last character of the line back, from the screen too.
func (t *TTY) erase() {
	if len(t.line) == 0 {
		return
	}
	size := 1
	r := rune(t.line[len(t.line)-1])
	if t.input(IUTF8) {
		r, size = utf8.DecodeLastRune(t.line)
	}
	t.line, t.places = t.line[:len(t.line)-size], t.places[:len(t.places)-size]
	if t.has(ECHO) && t.has(ECHOE) {
		for range t.columns(r) {
			t.emit([]byte("\b \b"))
		}
	}
}

// columns is how many cells a character takes as it was echoed. Here we are kinder than Linux, which counts one.
func (t *TTY) columns(r rune) int {
	switch {
	case r == '\t':
		return 1
	case r < ' ' || r == 127:
		return 2
	}
	return RuneWidth(r)
}

func (t *TTY) eraseWord() {
	for len(t.line) > 0 && !wordByte(t.line[len(t.line)-1]) {
		t.erase()
	}
	for len(t.line) > 0 && wordByte(t.line[len(t.line)-1]) {
		t.erase()
	}
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// echo shows a typed byte; control characters as ^C.
func (t *TTY) echo(c byte) {
	if !t.has(ECHO) {
		return
	}
	if t.has(ECHOCTL) && (c < ' ' && c != '\t' && c != '\n' || c == 127) {
		t.emit([]byte{'^', c ^ 0x40})
		return
	}
	t.print([]byte{c})
}

// print is output of programs or echo on its way to the screen.
func (t *TTY) print(b []byte) {
	if t.termios.Oflag&OPOST == 0 || t.termios.Oflag&ONLCR == 0 {
		t.emit(b)
		return
	}
	cooked := make([]byte, 0, len(b)+8)
	for _, c := range b {
		if c == '\n' {
			cooked = append(cooked, '\r')
		}
		cooked = append(cooked, c)
	}
	t.emit(cooked)
}

func (t *TTY) emit(b []byte) {
	if t.sink != nil {
		t.sink(b)
		return
	}
	t.out = append(t.out, b...)
	t.changed.Wake()
}

func (t *TTY) signalForeground(sig Signal) {
	if t.fg != nil {
		t.kernel.signalGroup(nil, t.fg, sig, 0)
	}
}

// path below /dev/pts of the terminal with this number.
func ptsName(n int) string { return "pts/" + strconv.Itoa(n) }
