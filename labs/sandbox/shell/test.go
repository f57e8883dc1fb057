package shell

import (
	"math/big"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// biTest is test and [.
func biTest(s *Shell, a []string) int {
	args := a[1:]
	if a[0] == "[" || a[0] == "[[" {
		n := len(args) - 1
		if n < 0 || args[n] != strings.Repeat("]", len(a[0])) {
			return s.missingBracket(a[0])
		}
		args = args[:n]
	}
	t := &tester{s: s, args: args}
	return t.result()
}

func (s *Shell) missingBracket(name string) int {
	close := strings.Repeat("]", len(name))
	switch s.cfg.Flavour {
	case Bash:
		s.complain("missing `%s'", close)
	case Dash:
		s.complain("missing %s", close)
	default:
		s.applet("missing %s", close)
	}
	return 2
}

// tester evaluates an expression of test.
type tester struct {
	s    *Shell
	args []string
	pos  int // of the next argument
}

// testError is why an expression has no value.
type testError struct{ what, arg string }

func (t *tester) fail(arg, what string) { panic(testError{what, arg}) }

func (t *tester) result() (status int) {
	defer func() {
		switch why := recover().(type) {
		case nil:
		case testError:
			status = t.report(why)
		default:
			panic(why)
		}
	}()
	if len(t.args) == 0 {
		return 1
	}
	return int(truth(!t.evaluate()))
}

func (t *tester) report(why testError) int {
	text := why.what
	switch {
	case t.s.cfg.Flavour == Ash && why.arg == "":
	case why.arg != "" || why.what == integerExpected:
		text = why.arg + ": " + text
	}
	if t.s.cfg.Flavour == Dash && why.what == "Illegal number" {
		text = "Illegal number: " + why.arg
	}
	if t.s.cfg.Flavour == Ash {
		t.s.applet("%s", text)
	} else {
		t.s.complain("%s", text)
	}
	return 2
}

const integerExpected = "integer expression expected"

// evaluate picks the reading that POSIX prescribes by the number of arguments, where it does.
func (t *tester) evaluate() bool {
	if t.s.cfg.Flavour == Bash {
		return t.byCount()
	}
	a := t.args
	switch {
	case len(a) == 3 && t.isBinary(a[1]):
		return t.binary(a[0], a[1], a[2])
	case len(a) == 4 && a[0] == "!" && t.isBinary(a[2]):
		return !t.binary(a[1], a[2], a[3])
	}
	return t.whole()
}

// whole reads all arguments by the grammar.
func (t *tester) whole() bool {
	v := t.or()
	if t.pos < len(t.args) {
		switch t.s.cfg.Flavour {
		case Bash:
			t.fail("", "too many arguments")
		case Dash:
			t.fail(t.args[t.pos-1], "unexpected operator")
		}
		t.fail(t.args[t.pos], "unknown operand")
	}
	return v
}

// byCount is bash's test.
func (t *tester) byCount() bool {
	a := t.args
	switch len(a) {
	case 1:
		return a[0] != ""
	case 2:
		return t.two(a)
	case 3:
		return t.three(a)
	case 4:
		if a[0] == "!" {
			return !t.three(a[1:])
		}
		if a[0] == "(" && a[3] == ")" {
			return t.two(a[1:3])
		}
	}
	return t.whole()
}

func (t *tester) two(a []string) bool {
	switch {
	case a[0] == "!":
		return a[1] == ""
	case !t.isUnary(a[0]):
		t.fail(a[0], "unary operator expected")
	}
	return t.unary(a[0], a[1])
}

func (t *tester) three(a []string) bool {
	switch {
	case t.isBinary(a[1]):
		return t.binary(a[0], a[1], a[2])
	case a[1] == "-a":
		return a[0] != "" && a[2] != ""
	case a[1] == "-o":
		return a[0] != "" || a[2] != ""
	case a[0] == "!":
		return !t.two(a[1:])
	case a[0] == "(" && a[2] == ")":
		return a[1] != ""
	}
	t.fail(a[1], "binary operator expected")
	return false
}

func (t *tester) peek() (string, bool) {
	if t.pos < len(t.args) {
		return t.args[t.pos], true
	}
	return "", false
}

func (t *tester) has(word string) bool {
	if a, ok := t.peek(); ok && a == word {
		t.pos++
		return true
	}
	return false
}

func (t *tester) or() bool {
	v := t.and()
	for t.has("-o") {
		r := t.and()
		v = v || r
	}
	return v
}

func (t *tester) and() bool {
	v := t.not()
	for t.has("-a") {
		r := t.not()
		v = v && r
	}
	return v
}

func (t *tester) not() bool {
	if a, ok := t.peek(); ok && a == "!" && (t.pos+1 < len(t.args) || t.s.cfg.Flavour == Bash) {
		t.pos++
		t.s.deeper()
		defer func() { t.s.depth-- }()
		return !t.not()
	}
	return t.primary()
}

func (t *tester) primary() bool {
	a, ok := t.peek()
	if !ok {
		if t.s.cfg.Flavour == Dash {
			return false
		}
		t.fail("", "argument expected")
	}
	t.pos++
	if a == "(" {
		return t.group()
	}
	if t.pos+1 < len(t.args) && t.isBinary(t.args[t.pos]) {
		op, right := t.args[t.pos], t.args[t.pos+1]
		t.pos += 2
		return t.binary(a, op, right)
	}
	if t.isUnary(a) {
		operand, ok := t.peek()
		if ok {
			t.pos++
			return t.unary(a, operand)
		}
	}
	if t.pos < len(t.args) && t.isBinary(t.args[t.pos]) {
		t.fail(t.args[t.pos], "argument expected")
	}
	return a != ""
}

func (t *tester) group() bool {
	t.s.deeper()
	defer func() { t.s.depth-- }()
	if t.s.cfg.Flavour == Dash && t.has(")") {
		return false
	}
	v := t.or()
	if !t.has(")") {
		if t.s.cfg.Flavour == Bash {
			t.fail("", "`)' expected")
		}
		t.fail("", "closing paren expected")
	}
	return v
}

func (t *tester) isUnary(op string) bool {
	letters := "bcdefghkLnprsStuwxzOG"
	if t.s.cfg.Flavour == Bash {
		letters += "aNovR"
	}
	return len(op) == 2 && op[0] == '-' && strings.IndexByte(letters, op[1]) >= 0
}

func (t *tester) isBinary(op string) bool {
	switch op {
	case "=", "!=", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt", "-ot", "-ef", "<", ">":
		return true
	case "==":
		return t.s.cfg.Flavour != Dash
	}
	return false
}

func (t *tester) unary(op, arg string) bool {
	s := t.s
	switch op[1] {
	case 'n':
		return arg != ""
	case 'z':
		return arg == ""
	case 't':
		n := t.integer(arg)
		return n.IsInt64() && s.sys.IsTerminal(int(n.Int64()))
	case 'o':
		for _, o := range optionsOf(s.cfg.Flavour) {
			if o.name == arg {
				return *o.flag(&s.opts)
			}
		}
		return false
	case 'v':
		return s.isSet(arg)
	case 'R':
		return false
	}
	return s.fileIs(op[1], arg)
}

// isSet is -v: a variable, or in bash an element of an array.
func (s *Shell) isSet(name string) bool {
	base, index, ok := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if !ok {
		return s.lookup(name, nil).set
	}
	x := s.vars.m[base]
	if x.list == nil {
		return false
	}
	if index == "@" || index == "*" {
		return len(x.list.keys) > 0
	}
	_, there := x.list.at[s.textKey(x.list, base, index)]
	return there
}

// fileIs answers the questions about files.
func (s *Shell) fileIs(op byte, path string) bool {
	if path == "" {
		return false
	}
	if op == 'h' || op == 'L' {
		st, err := s.sys.FS().Lstat(path)
		return err == nil && st.Mode.IsSymlink()
	}
	if op == 'r' || op == 'w' || op == 'x' {
		return s.mayAccess(path, op)
	}
	st, err := s.sys.FS().Stat(path)
	if err != nil {
		return false
	}
	switch op {
	case 'e', 'a':
		return true
	case 's':
		return st.Size > 0
	case 'O':
		return st.UID == s.sys.Creds().EUID
	case 'G':
		return st.GID == s.sys.Creds().EGID
	case 'N':
		return st.Mtime > st.Atime
	}
	return modeIs(op, uint32(st.Mode))
}

// modeIs answers from the bits of stat(2)'s mode.
func modeIs(op byte, mode uint32) bool {
	kind := mode & 0o170000
	switch op {
	case 'f':
		return kind == 0o100000
	case 'd':
		return kind == 0o040000
	case 'b':
		return kind == 0o060000
	case 'c':
		return kind == 0o020000
	case 'p':
		return kind == 0o010000
	case 'S':
		return kind == 0o140000
	case 'u':
		return mode&0o4000 != 0
	case 'g':
		return mode&0o2000 != 0
	case 'k':
		return mode&0o1000 != 0
	}
	return false
}

func (t *tester) binary(a, op, b string) bool {
	switch op {
	case "=", "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case ">":
		return a > b
	case "-ef":
		return t.s.sameFile(a, b)
	case "-nt":
		return t.s.newer(a, b)
	case "-ot":
		return t.s.newer(b, a)
	}
	return compareInts(op, t.integer(a), t.integer(b))
}

func compareInts(op string, a, b *big.Int) bool {
	c := a.Cmp(b)
	switch op {
	case "-eq":
		return c == 0
	case "-ne":
		return c != 0
	case "-gt":
		return c > 0
	case "-ge":
		return c >= 0
	case "-lt":
		return c < 0
	}
	return c <= 0
}

// newer is -nt. In bash a file is newer than one that is not there.
func (s *Shell) newer(a, b string) bool {
	x, err1 := s.sys.FS().Stat(a)
	y, err2 := s.sys.FS().Stat(b)
	if err1 != nil || err2 != nil {
		return s.cfg.Flavour == Bash && err1 == nil
	}
	return x.Mtime > y.Mtime
}

// integer is an operand that must be a number.
func (t *tester) integer(text string) *big.Int {
	digits := strings.Trim(text, " \t\n\r\v\f")
	if rest, ok := strings.CutPrefix(digits, "-"); ok && isNumber(rest) || isNumber(strings.TrimPrefix(digits, "+")) {
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return big.NewInt(n)
		}
		if t.s.cfg.Flavour == Ash {
			t.fail(text, "out of range")
		}
	}
	switch t.s.cfg.Flavour {
	case Ash:
		t.fail(text, "bad number")
	case Dash:
		t.fail(text, "Illegal number")
	}
	t.fail(text, integerExpected)
	return nil
}

// mayAccess is access(2) with the effective ids, as test asks it.
func (s *Shell) mayAccess(path string, op byte) bool {
	mode := proc.X_OK
	switch op {
	case 'r':
		mode = proc.R_OK
	case 'w':
		mode = proc.W_OK
	}
	return s.sys.Access(path, mode) == nil
}
