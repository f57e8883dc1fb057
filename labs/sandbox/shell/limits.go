package shell

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func biUmask(s *Shell, a []string) int {
	symbolic, reusable := false, false
	letters := "S"
	if s.cfg.Flavour == Bash {
		letters = "Sp"
	}
	args := a[1:]
	if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		var ok bool
		if args, ok = s.flags(a, letters, func(c byte, _ string) {
			symbolic, reusable = symbolic || c == 'S', reusable || c == 'p'
		}); !ok {
			return 2
		}
	}
	mask := s.sys.Umask(0)
	s.sys.Umask(mask)
	if len(args) == 0 {
		s.showUmask(mask, symbolic, reusable)
		return 0
	}
	set, ok := s.parseUmask(args[0], mask)
	if !ok {
		return 1
	}
	s.sys.Umask(set)
	if symbolic && s.cfg.Flavour == Bash {
		s.showUmask(set, true, false)
	}
	return 0
}

func (s *Shell) showUmask(mask uint32, symbolic, reusable bool) {
	text := fmt.Sprintf("%04o", mask)
	if symbolic {
		text = "u=" + rights(^mask>>6) + ",g=" + rights(^mask>>3) + ",o=" + rights(^mask)
	}
	if reusable {
		text = "umask " + text
	}
	s.print(text + "\n")
}

func rights(bits uint32) string {
	var b strings.Builder
	for i, c := range "rwx" {
		if bits&(4>>i) != 0 {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (s *Shell) parseUmask(text string, mask uint32) (uint32, bool) {
	if text != "" && isDigit(text[0]) {
		n, err := strconv.ParseUint(text, 8, 32)
		limit := uint64(0o7777)
		if s.cfg.Flavour == Ash {
			limit = 0o777
		}
		if err == nil && n <= limit {
			return uint32(n) & 0o777, true
		}
		switch s.cfg.Flavour {
		case Bash:
			s.complain("%s: octal number out of range", text)
			return 0, false
		case Dash:
			s.fatalf(2, "Illegal number: %s", text)
		}
		s.fatalf(2, "illegal mode: %s", text)
	}
	set, bad, inRights := symbolicMask(text, mask)
	if bad < 0 {
		return set, true
	}
	switch s.cfg.Flavour {
	case Bash:
		c := byte(0)
		if bad < len(text) {
			c = text[bad]
		}
		if inRights {
			s.complain("`%c': invalid symbolic mode character", c)
		} else {
			s.complain("`%c': invalid symbolic mode operator", c)
		}
		return 0, false
	case Dash:
		s.fatalf(2, "Illegal mode: %s", text)
	}
	s.fatalf(2, "illegal mode: %s", text)
	return 0, false
}

// symbolicMask reads u=rwx,g+w: what is named is allowed. bad is the place of what was not understood, -1 if all was;
// inRights says that it stood behind an operator.
func symbolicMask(text string, mask uint32) (set uint32, bad int, inRights bool) {
	allow := ^mask & 0o777
	i := 0
	for {
		who := uint32(0)
		for ; i < len(text) && strings.IndexByte("ugoa", text[i]) >= 0; i++ {
			who |= map[byte]uint32{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[text[i]]
		}
		if who == 0 {
			who = 0o777
		}
		if i == len(text) || strings.IndexByte("+-=", text[i]) < 0 {
			return 0, i, false
		}
		op := text[i]
		bits := uint32(0)
		for i++; i < len(text) && text[i] != ','; i++ {
			b, ok := rightBits(text[i], allow)
			if !ok {
				return 0, i, true
			}
			bits |= b
		}
		switch bits &= who; op {
		case '+':
			allow |= bits
		case '-':
			allow &^= bits
		default:
			allow = allow&^who | bits
		}
		if i == len(text) {
			return ^allow & 0o777, -1, false
		}
		i++
	}
}

// rightBits is what a letter stands for, in all three classes; u, g and o stand for what that class has.
func rightBits(c byte, allow uint32) (uint32, bool) {
	switch c {
	case 'r':
		return 0o444, true
	case 'w':
		return 0o222, true
	case 'x', 'X':
		return 0o111, true
	case 's', 't':
		return 0, true
	case 'u':
		return allow >> 6 & 7 * 0o111, true
	case 'g':
		return allow >> 3 & 7 * 0o111, true
	case 'o':
		return allow & 7 * 0o111, true
	}
	return 0, false
}

// limit is one of ulimit's lines.
type limit struct {
	letter byte
	kind   proc.RlimitKind
	factor int64 // bytes per unit shown
	text   string
}

// limits is what a flavour's ulimit knows, in the order of ulimit -a.
func (f Flavour) limits() []limit {
	switch f {
	case Dash:
		return []limit{
			{'t', proc.RLIMIT_CPU, 1, "time(seconds)        "},
			{'f', proc.RLIMIT_FSIZE, 512, "file(blocks)         "},
			{'d', proc.RLIMIT_DATA, 1024, "data(kbytes)         "},
			{'s', proc.RLIMIT_STACK, 1024, "stack(kbytes)        "},
			{'c', proc.RLIMIT_CORE, 512, "coredump(blocks)     "},
			{'m', proc.RLIMIT_RSS, 1024, "memory(kbytes)       "},
			{'l', proc.RLIMIT_MEMLOCK, 1024, "locked memory(kbytes) "},
			{'p', proc.RLIMIT_NPROC, 1, "process              "},
			{'n', proc.RLIMIT_NOFILE, 1, "nofiles              "},
			{'v', proc.RLIMIT_AS, 1024, "vmemory(kbytes)      "},
			{'w', proc.RLIMIT_LOCKS, 1, "locks                "},
			{'r', proc.RLIMIT_RTPRIO, 1, "rtprio               "},
		}
	case Bash:
		return []limit{
			{'R', proc.RLIMIT_RTTIME, 1, "real-time non-blocking time  (microseconds, -R) "},
			{'c', proc.RLIMIT_CORE, 512, "core file size              (blocks, -c) "},
			{'d', proc.RLIMIT_DATA, 1024, "data seg size               (kbytes, -d) "},
			{'e', proc.RLIMIT_NICE, 1, "scheduling priority                 (-e) "},
			{'f', proc.RLIMIT_FSIZE, 1024, "file size                   (blocks, -f) "},
			{'i', proc.RLIMIT_SIGPENDING, 1, "pending signals                     (-i) "},
			{'l', proc.RLIMIT_MEMLOCK, 1024, "max locked memory           (kbytes, -l) "},
			{'m', proc.RLIMIT_RSS, 1024, "max memory size             (kbytes, -m) "},
			{'n', proc.RLIMIT_NOFILE, 1, "open files                          (-n) "},
			{'p', -1, 512, "pipe size                (512 bytes, -p) "},
			{'q', proc.RLIMIT_MSGQUEUE, 1, "POSIX message queues         (bytes, -q) "},
			{'r', proc.RLIMIT_RTPRIO, 1, "real-time priority                  (-r) "},
			{'s', proc.RLIMIT_STACK, 1024, "stack size                  (kbytes, -s) "},
			{'t', proc.RLIMIT_CPU, 1, "cpu time                   (seconds, -t) "},
			{'u', proc.RLIMIT_NPROC, 1, "max user processes                  (-u) "},
			{'v', proc.RLIMIT_AS, 1024, "virtual memory              (kbytes, -v) "},
			{'x', proc.RLIMIT_LOCKS, 1, "file locks                          (-x) "},
		}
	}
	return []limit{
		{'c', proc.RLIMIT_CORE, 512, "core file size (blocks)         (-c) "},
		{'d', proc.RLIMIT_DATA, 1024, "data seg size (kb)              (-d) "},
		{'e', proc.RLIMIT_NICE, 1, "scheduling priority             (-e) "},
		{'f', proc.RLIMIT_FSIZE, 512, "file size (blocks)              (-f) "},
		{'i', proc.RLIMIT_SIGPENDING, 1, "pending signals                 (-i) "},
		{'l', proc.RLIMIT_MEMLOCK, 1024, "max locked memory (kb)          (-l) "},
		{'m', proc.RLIMIT_RSS, 1024, "max memory size (kb)            (-m) "},
		{'n', proc.RLIMIT_NOFILE, 1, "open files                      (-n) "},
		{'q', proc.RLIMIT_MSGQUEUE, 1, "POSIX message queues (bytes)    (-q) "},
		{'r', proc.RLIMIT_RTPRIO, 1, "real-time priority              (-r) "},
		{'s', proc.RLIMIT_STACK, 1024, "stack size (kb)                 (-s) "},
		{'t', proc.RLIMIT_CPU, 1, "cpu time (seconds)              (-t) "},
		{'u', proc.RLIMIT_NPROC, 1, "max user processes              (-u) "},
		{'v', proc.RLIMIT_AS, 1024, "virtual memory (kb)             (-v) "},
		{'x', proc.RLIMIT_LOCKS, 1, "file locks                      (-x) "},
	}
}

// ulimit is the builtin as it was called.
type ulimit struct {
	s          *Shell
	soft, hard bool
}

func biUlimit(s *Shell, a []string) int {
	u := &ulimit{s: s}
	table := s.cfg.Flavour.limits()
	which := byte(0)
	all := false
	args := a[1:]
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		letters := args[0][1:]
		args = args[1:]
		for i := range len(letters) {
			switch c := letters[i]; {
			case c == 'S':
				u.soft = true
			case c == 'H':
				u.hard = true
			case c == 'a':
				all = true
			case limitFor(table, c) != nil:
				which = c
			default:
				return u.illegal(c)
			}
		}
	}
	switch {
	case all:
		for _, l := range table {
			s.print(l.text + u.shown(l) + "\n")
		}
		return 0
	case which == 0:
		which = 'f'
	}
	l := *limitFor(table, which)
	if len(args) > 1 && s.cfg.Flavour == Dash {
		s.fatalf(2, "too many arguments")
	}
	if len(args) == 0 {
		s.print(u.shown(l) + "\n")
		return 0
	}
	return u.set(l, args[0])
}

func limitFor(table []limit, letter byte) *limit {
	for i := range table {
		if table[i].letter == letter {
			return &table[i]
		}
	}
	return nil
}

func (u *ulimit) illegal(c byte) int {
	switch u.s.cfg.Flavour {
	case Bash:
		u.s.complain("-%c: invalid option", c)
		u.s.usage()
		return 2
	case Dash:
		u.s.fatalf(2, "Illegal option -%c", c)
	}
	u.s.warn("ulimit: invalid option -- '" + string(c) + "'")
	return 1
}

func (u *ulimit) shown(l limit) string {
	if l.kind < 0 {
		return "8"
	}
	r := u.s.sys.Rlimit(l.kind)
	v := r.Soft
	if u.hard && !u.soft {
		v = r.Hard
	}
	if v == proc.Infinity {
		return "unlimited"
	}
	return formatInt(v / l.factor)
}

func (u *ulimit) set(l limit, text string) int {
	s := u.s
	r := s.sys.Rlimit(l.kind)
	v := int64(proc.Infinity)
	switch {
	case text == "unlimited":
	case s.cfg.Flavour == Bash && text == "hard":
		v = r.Hard
	case s.cfg.Flavour == Bash && text == "soft":
		v = r.Soft
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return u.badNumber(text)
		}
		v = n * l.factor
	}
	if u.soft == u.hard || u.soft {
		r.Soft = v
	}
	if u.soft == u.hard || u.hard {
		r.Hard = v
	}
	if err := s.sys.SetRlimit(l.kind, r); err != nil {
		return u.failed(l, err)
	}
	return 0
}

func (u *ulimit) badNumber(text string) int {
	switch u.s.cfg.Flavour {
	case Bash:
		u.s.complain("%s: invalid number", text)
		return 1
	case Dash:
		u.s.fatalf(2, "bad number")
	}
	u.s.applet("invalid number '%s'", text)
	return 1
}

func (u *ulimit) failed(l limit, err error) int {
	switch u.s.cfg.Flavour {
	case Bash:
		name, _, _ := strings.Cut(l.text, "  ")
		u.s.complain("%s: cannot modify limit: %s", strings.TrimSpace(name), u.s.errText(err))
		return 1
	case Dash:
		u.s.fatalf(2, "error setting limit (%s)", u.s.errText(err))
	}
	u.s.applet("error setting limit: %s", u.s.errText(err))
	return 1
}
