package applet

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// sed is a sed as it runs.
type sed struct {
	*call
	program  []*sedCommand
	labels   map[string]int
	quiet    bool
	extended bool
	inPlace  bool
	suffix   string

	files   []string
	in      *input
	target  *writer // where the pattern space goes
	temp    string  // the new file of -i
	line    int
	next    []byte // the line that was read ahead
	hasNext bool
	newline bool // the current line ended in one

	pattern, hold []byte
	substituted   bool
	appended      []sedAppend
	outputs       map[string]*writer
	lastRegex     *regex
	quit          bool
	lastNoNewline bool // the last line written had no newline
	code          proc.ExitCode
}

// sedAppend is what a or r queue until the end of the cycle.
type sedAppend struct {
	text []byte
	file string
}

func sedCmd(c *call) proc.ExitCode {
	letters := "i::rEne:f:"
	if c.gnu() {
		letters += "szu"
	}
	o := c.getopt(letters, "in-place=i", "regexp-extended=r", "quiet=n", "silent=n", "expression=e", "file=f",
		"separate=s", "null-data=z", "unbuffered=u")
	if o.has('z') {
		c.die("-z is not simulated here")
	}
	s := &sed{call: c, quiet: o.has('n'), extended: o.has('r') || o.has('E'), labels: map[string]int{}, target: c.out}
	s.outputs = map[string]*writer{"/dev/stdout": c.out}
	s.suffix, s.inPlace = o.value('i')
	s.files = o.args
	script := s.script(o)
	p := &sedParser{sed: s, src: script}
	p.parse()
	if p.quietByHash {
		s.quiet = true
	}
	if len(s.files) == 0 {
		s.files = []string{"-"}
	}
	if s.inPlace || o.has('s') {
		for _, f := range s.files {
			s.editInPlace(f)
		}
	} else {
		s.cycles()
	}
	s.flushOutputs()
	if s.code == 0 {
		return s.failed
	}
	return s.code
}

// script is the text of all -e and -f, or the first operand.
func (s *sed) script(o *options) string {
	var parts []string
	for _, g := range o.given {
		switch g.letter {
		case 'e':
			parts = append(parts, g.value)
		case 'f':
			in, err := s.open(g.value)
			if err != nil {
				if s.gnu() {
					s.die("couldn't open file %s: %s", g.value, s.text(err))
				}
				s.die("%s: %s", g.value, s.text(err))
			}
			parts = append(parts, strings.TrimSuffix(string(in.all()), "\n"))
			in.close()
		}
	}
	if parts == nil {
		if len(s.files) == 0 {
			s.usage()
		}
		parts, s.files = s.files[:1], s.files[1:]
	}
	return strings.Join(parts, "\n")
}

// editInPlace runs the script over one file and puts the result in its place.
func (s *sed) editInPlace(name string) {
	st, err := s.FS().Stat(name)
	if err != nil {
		s.unreadable(name, err)
		return
	}
	if s.inPlace && !st.Mode.IsRegular() {
		if s.gnu() {
			s.complain("couldn't edit %s: not a regular file", name)
			s.failed = 4
		} else {
			s.warn("%s: not a regular file", name)
		}
		return
	}
	all := s.files
	s.files, s.quit, s.line = []string{name}, false, 0
	s.lastNoNewline = false
	defer func() { s.files = all }()
	if !s.inPlace {
		s.cycles()
		return
	}
	s.temp = s.temporary(name)
	fd, err := s.Open(s.temp, proc.O_WRONLY|proc.O_CREAT|proc.O_EXCL, 0o600)
	if err != nil {
		if s.gnu() {
			s.dieWith(4, "couldn't open temporary file %s: %s", s.temp, s.text(err))
		}
		s.die("can't create temp file %s: %s", s.temp, s.text(err))
	}
	s.target = s.newWriter(fd)
	s.cycles()
	s.target.flush()
	s.Close(fd)
	s.target = s.out
	s.FS().Chown(s.temp, st.UID, st.GID)
	s.FS().Chmod(s.temp, st.Mode.Perm())
	s.replaceFile(name)
}

// temporary is the name under which busybox and GNU write the new file: beside the old one, as learners see when the
// old one cannot be replaced.
func (s *sed) temporary(name string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, 6)
	for i := range b {
		b[i] = letters[s.Rand().IntN(len(letters))]
	}
	if s.gnu() {
		return joinPath(dirName(name), "sed"+string(b))
	}
	return name + string(b)
}

func (s *sed) replaceFile(name string) {
	if s.suffix != "" {
		backup := name + s.suffix
		if strings.Contains(s.suffix, "*") && s.gnu() {
			backup = joinPath(dirName(name), strings.ReplaceAll(s.suffix, "*", lastPart(name)))
		}
		s.FS().Rename(name, backup)
	}
	if err := s.FS().Rename(s.temp, name); err != nil {
		if s.gnu() {
			s.complain("cannot rename %s: %s", s.temp, s.text(err))
			s.failed = 4
			return
		}
		s.warn("can't move '%s' to '%s': %s", s.temp, name, s.text(err))
	}
}

func (s *sed) unreadable(name string, err error) {
	if s.gnu() {
		s.complain("can't read %s: %s", name, s.text(err))
		s.failed = 2
		return
	}
	s.warn("%s: %s", name, s.text(err))
}

// readLine reads the next line of all files into next.
func (s *sed) readLine() {
	for {
		if s.in == nil {
			if len(s.files) == 0 {
				s.hasNext = false
				return
			}
			name := s.files[0]
			s.files = s.files[1:]
			in, err := s.open(name)
			if err != nil {
				s.unreadable(name, err)
				continue
			}
			if st, err := s.Fstat(in.fd); err == nil && st.IsDir() {
				if s.gnu() {
					s.complain("couldn't read %s: %s", name, s.text(proc.EISDIR))
				} else {
					s.warn("read error: %s", s.text(proc.EISDIR))
				}
				s.failed = 1
				in.close()
				continue
			}
			s.in = in
		}
		if line, ok := s.in.line(); ok {
			s.next, s.hasNext = append(s.next[:0], line...), true
			return
		}
		s.in.close()
		s.in = nil
	}
}

// advance makes the line that was read ahead the current one.
func (s *sed) advance() bool {
	if !s.hasNext {
		return false
	}
	s.line++
	s.newline = bytes.HasSuffix(s.next, []byte("\n"))
	s.pattern = append(s.pattern[:0], bytes.TrimSuffix(s.next, []byte("\n"))...)
	s.readLine()
	return true
}

func (s *sed) cycles() {
	s.readLine()
	for !s.quit && s.advance() {
		s.cycle()
	}
	if s.in != nil {
		s.in.close()
		s.in = nil
	}
	s.hasNext = false
}

// cycle runs the script over the pattern space, again without a new line as long as D asks for it.
func (s *sed) cycle() {
	for again := true; again; {
		s.substituted = false
		var printIt bool
		again, printIt = s.run()
		if printIt && !s.quiet {
			s.emit(s.pattern)
		}
		s.flushAppended()
	}
}

// emit writes a line; the last one of the input without a newline keeps lacking it.
func (s *sed) emit(text []byte) { s.emitTo(s.target, text) }

func (s *sed) emitTo(w *writer, text []byte) {
	if s.lastNoNewline && w == s.target {
		w.byte('\n')
		s.lastNoNewline = false
	}
	w.buf = append(w.buf, text...)
	if s.newline || s.hasNext {
		w.byte('\n')
	} else {
		w.written()
		s.lastNoNewline = w == s.target
	}
}

// emitLine writes a text and a newline.
func (s *sed) emitLine(text []byte) {
	if s.lastNoNewline {
		s.target.byte('\n')
		s.lastNoNewline = false
	}
	s.target.buf = append(s.target.buf, text...)
	s.target.byte('\n')
}

func (s *sed) flushAppended() {
	list := s.appended
	s.appended = nil
	for _, a := range list {
		if a.file == "" {
			s.emitLine(a.text)
			continue
		}
		in, err := s.open(a.file)
		if err != nil {
			continue
		}
		for b := in.piece(); b != nil; b = in.piece() {
			if s.lastNoNewline {
				s.target.byte('\n')
				s.lastNoNewline = false
			}
			s.target.bytes(b)
		}
		in.close()
	}
}

func (s *sed) flushOutputs() {
	for _, c := range s.program {
		if c.file != nil {
			c.file.flush()
		}
	}
}

// run executes the script once. again says that D wants another cycle without reading; printIt that the pattern space
// is to be printed.
func (s *sed) run() (again, printIt bool) {
	for at := 0; at < len(s.program); {
		c := s.program[at]
		at++
		if s.Step(1); !s.applies(c) {
			if c.name == '{' {
				at = c.end
			}
			continue
		}
		switch c.name {
		case 'b':
			at = c.target
		case 't':
			if s.substituted {
				s.substituted = false
				at = c.target
			}
		case 'T':
			if !s.substituted {
				at = c.target
			}
			s.substituted = false
		case 'd':
			return false, false
		case 'D':
			i := bytes.IndexByte(s.pattern, '\n')
			if i < 0 {
				return false, false
			}
			s.pattern = append(s.pattern[:0], s.pattern[i+1:]...)
			s.flushAppended()
			return true, false
		case 'q', 'Q':
			s.quit, s.code = true, c.exit
			return false, c.name == 'q'
		case 'n', 'N':
			if done, show := s.feed(c.name); done {
				return false, show
			}
		case 'c':
			s.change(c)
			return false, false
		default:
			s.simple(c)
		}
	}
	return false, true
}

// feed is n and N; done says that there is no line any more.
func (s *sed) feed(name byte) (done, show bool) {
	if !s.hasNext {
		s.quit = true
		return true, true
	}
	if name == 'n' {
		if !s.quiet {
			s.emit(s.pattern)
		}
		s.flushAppended()
		s.advance()
		return false, false
	}
	s.flushAppended()
	old := bytes.Clone(s.pattern)
	s.advance()
	s.grow(len(s.pattern))
	s.pattern = append(append(old, '\n'), s.pattern...)
	return false, false
}

// change replaces the lines of a range by a text, which is printed at its end.
func (s *sed) change(c *sedCommand) {
	if c.to.kind == 0 || c.not || !c.active {
		s.emitLine(c.text)
	}
}

func (s *sed) simple(c *sedCommand) {
	switch c.name {
	case 's':
		s.substitute(c)
	case 'p':
		s.emit(s.pattern)
	case 'P':
		head, _, _ := bytes.Cut(s.pattern, []byte("\n"))
		s.emitLine(head)
	case 'y':
		s.pattern = []byte(c.replacer.Replace(string(s.pattern)))
	case 'a':
		s.appended = append(s.appended, sedAppend{text: c.text})
	case 'i':
		s.emitLine(c.text)
	case 'r':
		s.appended = append(s.appended, sedAppend{file: c.fileName})
	case 'w':
		c.file.bytes(s.pattern)
		c.file.byte('\n')
	case '=':
		s.emitLine(strconv.AppendInt(nil, int64(s.line), 10))
	case 'l':
		if s.gnu() { // busybox takes the command and does nothing
			s.emitLine([]byte(visible(s.pattern)))
		}
	case 'g':
		s.pattern = append(s.pattern[:0], s.hold...)
	case 'G':
		s.grow(len(s.hold))
		s.pattern = append(append(s.pattern, '\n'), s.hold...)
	case 'h':
		s.hold = append(s.hold[:0], s.pattern...)
	case 'H':
		s.grow(len(s.pattern) + 1)
		s.hold = append(append(s.hold, '\n'), s.pattern...)
	case 'x':
		s.pattern, s.hold = s.hold, s.pattern
	}
}

// visible is a text in the notation of l, without its folding.
func visible(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		switch i := strings.IndexByte("\a\b\f\n\r\t\v\\", c); {
		case i >= 0:
			out.WriteString(`\` + `abfnrtv\`[i:i+1])
		case c < 32 || c >= 127:
			fmt.Fprintf(&out, `\%03o`, c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String() + "$"
}

// substitute is the s command.
func (s *sed) substitute(c *sedCommand) {
	re := s.regexOf(c.regex)
	max := -1
	if !c.global {
		max = c.nth
	}
	all := re.findAll(s.pattern, max)
	if len(all) < c.nth {
		return
	}
	var out []byte
	at := 0
	for _, m := range all[c.nth-1:] {
		s.Step(1)
		out = append(out, s.pattern[at:m[0]]...)
		out = c.replacement.expand(out, s.pattern, m)
		at = m[1]
		if len(out) > bufferSize {
			s.grow(len(out) / 16)
		}
	}
	s.pattern = append(out, s.pattern[at:]...)
	s.substituted = true
	if c.print {
		s.emit(s.pattern)
	}
	if c.file != nil {
		s.emitTo(c.file, s.pattern)
	}
}

// regexOf is an expression of the script; an empty one is the last that was used.
func (s *sed) regexOf(r *regex) *regex {
	if r == nil {
		if s.lastRegex == nil {
			s.die("no previous regexp")
		}
		return s.lastRegex
	}
	s.lastRegex = r
	return r
}
