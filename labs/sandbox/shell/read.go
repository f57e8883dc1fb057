package shell

import (
	"strings"
	"time"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// readOptions is how read reads.
type readOptions struct {
	raw, silent bool
	prompt      string
	fd          int
	limit       int // characters, 0 is a line
	exact       bool
	delim       byte
	timeout     time.Duration // negative is none
	array       string
	bad         bool
}

func biRead(s *Shell, a []string) int {
	o := readOptions{delim: '\n', timeout: -1}
	letters := map[Flavour]string{Ash: "rsp:n:t:u:d:", Dash: "rp:", Bash: "rsep:n:N:t:u:d:a:i:"}[s.cfg.Flavour]
	names, ok := s.flags(a, letters, func(c byte, v string) { o.set(s, c, v) })
	if !ok || o.bad {
		return max(2-int(truth(o.bad)), 1)
	}
	if len(names) == 0 && s.cfg.Flavour == Dash {
		s.fatalf(2, "arg count")
	}
	for _, n := range names {
		if !isName(n) && !strings.Contains(n, "[") {
			return s.badReadName(n)
		}
	}
	if o.prompt != "" && s.sys.IsTerminal(o.fd) {
		s.sys.Write(2, []byte(o.prompt))
	}
	line, status := s.readLine(&o)
	s.assignRead(&o, names, line)
	return status
}

func (o *readOptions) set(s *Shell, c byte, v string) {
	switch c {
	case 'r':
		o.raw = true
	case 's':
		o.silent = true
	case 'p':
		o.prompt = v
	case 'a':
		o.array = v
	case 'd':
		o.delim = 0
		if v != "" {
			o.delim = v[0]
		}
	case 't':
		d, err := time.ParseDuration(v + "s")
		if err != nil || d < 0 {
			o.bad = true
			s.badReadNumber(c, v, "invalid timeout specification")
			return
		}
		o.timeout = d
	case 'u', 'n', 'N':
		n, ok := natural(v)
		if !ok {
			o.bad = true
			s.badReadNumber(c, v, "invalid number")
			return
		}
		if c == 'u' {
			o.fd = n
			return
		}
		o.limit, o.exact = n, c == 'N'
	}
}

func (s *Shell) badReadNumber(c byte, v, bash string) {
	if s.cfg.Flavour == Bash {
		if c == 'u' {
			bash = "invalid file descriptor specification"
		}
		s.complain("%s: %s", v, bash)
		return
	}
	s.applet("invalid number '%s'", v)
}

func (s *Shell) badReadName(name string) int {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("`%s': not a valid identifier", name)
		return 1
	case Dash:
		s.fatalf(2, "%s: bad variable name", name)
	}
	s.applet("read: '%s': bad variable name", name)
	return 1
}

// readChar is a character that was read; a backslash may have quoted it.
type readChar struct {
	c      byte
	quoted bool
}

// readLine reads up to the delimiter, byte by byte, so that nothing behind it is taken from others.
func (s *Shell) readLine(o *readOptions) (line []readChar, status int) {
	restore := s.readModes(o)
	defer restore()
	var deadline time.Time
	if o.timeout >= 0 {
		deadline = s.sys.Now().Add(o.timeout)
	}
	escaped := false
	chars := 0
	var buf [1]byte
	for o.limit == 0 || chars < o.limit {
		if o.timeout >= 0 && !s.readable(o.fd, deadline) {
			return line, s.readTimedOut()
		}
		n, err := s.sys.Read(o.fd, buf[:])
		if err == proc.EINTR {
			if done, status := s.readInterrupted(); done {
				return line, status
			}
			continue
		}
		if err != nil {
			return line, s.readFailed(o, err)
		}
		if n == 0 {
			return line, 1
		}
		c := buf[0]
		switch {
		case escaped:
			escaped = false
			if c != '\n' {
				line = append(line, readChar{c, true})
			}
			continue
		case c == 0 && o.delim != 0:
			continue
		case c == '\\' && !o.raw:
			escaped = true
			continue
		case c == o.delim && !o.exact:
			return line, 0
		}
		line = append(line, readChar{c, false})
		if utf8.RuneStart(c) {
			chars++
		}
		s.passing(len(line))
	}
	return line, 0
}

// readModes sets a terminal for -s and -n, and returns what undoes it.
func (s *Shell) readModes(o *readOptions) func() {
	if !o.silent && o.limit == 0 {
		return func() {}
	}
	was, err := s.sys.Termios(o.fd)
	if err != nil {
		return func() {}
	}
	t := was
	if o.silent {
		t.Lflag &^= proc.ECHO | proc.ECHONL
	}
	if o.limit > 0 {
		t.Lflag &^= proc.ICANON
	}
	s.sys.SetTermios(o.fd, t, false)
	return func() {
		if !s.sys.Leaving() {
			s.sys.SetTermios(o.fd, was, false)
		}
	}
}

func (s *Shell) readable(fd int, deadline time.Time) bool {
	for {
		left := deadline.Sub(s.sys.Now())
		fds := []proc.PollFD{{FD: fd, Want: proc.Readable}}
		n, err := s.sys.Poll(fds, max(left, 0))
		if err == proc.EINTR {
			s.runTraps()
			continue
		}
		return n > 0
	}
}

func (s *Shell) readTimedOut() int {
	if s.cfg.Flavour == Bash {
		return 128 + int(proc.SIGALRM)
	}
	return 1
}

// readInterrupted: a trap ends read in ash and dash, in bash it goes on.
func (s *Shell) readInterrupted() (done bool, status int) {
	if s.cfg.Flavour != Bash && !s.opts.interactive {
		return true, 1
	}
	s.runTraps()
	return false, 0
}

func (s *Shell) readFailed(o *readOptions, err error) int {
	switch s.cfg.Flavour {
	case Bash:
		if errnoOf(err) == proc.EBADF && o.fd != 0 {
			s.complain("%d: invalid file descriptor: %s", o.fd, s.errText(err))
		} else {
			s.complain("read error: %d: %s", o.fd, s.errText(err))
		}
	}
	return 1
}

// assignRead gives the fields of a line to the names. POSIX: read, with the splitting of 2.6.5.
func (s *Shell) assignRead(o *readOptions, names []string, line []readChar) {
	if o.array != "" {
		s.readArray(o.array, line)
		return
	}
	if len(names) == 0 {
		s.setVar("REPLY", charText(line))
		return
	}
	if o.exact {
		s.setTarget(names[0], charText(line))
		for _, n := range names[1:] {
			s.setTarget(n, "")
		}
		return
	}
	ifs, blank := s.ifs()
	line = trimChars(line, blank, true)
	for i, name := range names {
		if i == len(names)-1 {
			s.setTarget(name, charText(lastField(line, ifs, blank)))
			return
		}
		var f []readChar
		f, line = nextField(line, ifs, blank)
		s.setTarget(name, charText(f))
	}
}

// setTarget assigns to a name or, in bash, an element.
func (s *Shell) setTarget(name, value string) {
	if base, index, ok := strings.Cut(strings.TrimSuffix(name, "]"), "["); ok && s.cfg.Flavour == Bash {
		s.setElement(base, s.textKey(s.vars.m[base].list, base, index), value)
		return
	}
	s.setVar(name, value)
}

func (s *Shell) readArray(name string, line []readChar) {
	ifs, blank := s.ifs()
	l := newList(false)
	line = trimChars(trimChars(line, blank, true), blank, false)
	for i := 0; len(line) > 0; i++ {
		var f []readChar
		f, line = nextField(line, ifs, blank)
		l.set(formatInt(int64(i)), charText(f))
	}
	s.vars.put(name, variable{list: l, set: true, seq: s.vars.m[name].seq})
}

func charText(line []readChar) string {
	b := make([]byte, len(line))
	for i, c := range line {
		b[i] = c.c
	}
	return string(b)
}

func (c readChar) in(set string) bool { return !c.quoted && strings.IndexByte(set, c.c) >= 0 }

func trimChars(line []readChar, blank string, left bool) []readChar {
	for left && len(line) > 0 && line[0].in(blank) {
		line = line[1:]
	}
	for !left && len(line) > 0 && line[len(line)-1].in(blank) {
		line = line[:len(line)-1]
	}
	return line
}

// nextField cuts the first field off: it ends at a delimiter with the blanks around it.
func nextField(line []readChar, ifs, blank string) (f, rest []readChar) {
	i := 0
	for i < len(line) && !line[i].in(ifs) {
		i++
	}
	f, rest = line[:i], trimChars(line[i:], blank, true)
	if len(rest) > 0 && rest[0].in(ifs) && (i < len(line)) {
		rest = trimChars(rest[1:], blank, true)
	}
	return f, rest
}

// lastField is what is left for the last name: all of it, without blanks at the end, and without a delimiter that
// only ends it.
func lastField(line []readChar, ifs, blank string) []readChar {
	line = trimChars(line, blank, false)
	f, rest := nextField(line, ifs, blank)
	if len(rest) == 0 {
		return f
	}
	return line
}
