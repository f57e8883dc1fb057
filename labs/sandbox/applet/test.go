package applet

import (
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// testing evaluates the expression of test and [.
type testing struct {
	*call
	args []string
	at   int
}

func testCmd(c *call) proc.ExitCode {
	args := c.args
	if c.app.Name == "[" || c.app.Name == "[[" {
		closing := strings.Repeat("]", len(c.app.Name))
		if len(args) == 0 || args[len(args)-1] != closing {
			if c.gnu() {
				c.dieWith(2, "missing '%s'", closing)
			}
			c.dieWith(2, "missing %s", closing)
		}
		args = args[:len(args)-1]
	}
	if len(args) == 0 {
		return 1
	}
	t := &testing{call: c, args: args}
	result := t.short()
	if result {
		return 0
	}
	return 1
}

// short follows POSIX where the number of arguments decides; everything else is an expression.
func (t *testing) short() bool {
	a := t.args
	switch {
	case len(a) == 1:
		return a[0] != ""
	case len(a) == 2 && a[0] == "!":
		return a[1] == ""
	case len(a) == 3 && t.binary(a[1]):
		return t.compare(a[0], a[1], a[2])
	case len(a) == 4 && a[0] == "!" && t.binary(a[2]):
		return !t.compare(a[1], a[2], a[3])
	}
	v := t.or()
	if t.at < len(t.args) {
		t.unknown(t.args[t.at])
	}
	return v
}

func (t *testing) unknown(what string) {
	if t.gnu() {
		t.dieWith(2, "extra argument '%s'", what)
	}
	t.dieWith(2, "%s: unknown operand", what)
}

func (t *testing) peek() string {
	if t.at < len(t.args) {
		return t.args[t.at]
	}
	return ""
}

func (t *testing) or() bool {
	v := t.and()
	for t.at < len(t.args) && t.peek() == "-o" {
		t.at++
		right := t.and()
		v = v || right
	}
	return v
}

func (t *testing) and() bool {
	v := t.not()
	for t.at < len(t.args) && t.peek() == "-a" {
		t.at++
		right := t.not()
		v = v && right
	}
	return v
}

func (t *testing) not() bool {
	if t.peek() == "!" && t.at+1 < len(t.args) {
		t.at++
		return !t.not()
	}
	return t.primary()
}

func (t *testing) primary() bool {
	if t.at >= len(t.args) {
		t.dieWith(2, "argument expected")
	}
	a := t.args[t.at]
	t.at++
	if t.at+1 < len(t.args) && t.binary(t.args[t.at]) {
		op, right := t.args[t.at], t.args[t.at+1]
		t.at += 2
		return t.compare(a, op, right)
	}
	if a == "(" {
		v := t.or()
		if t.peek() != ")" {
			t.dieWith(2, "closing paren expected")
		}
		t.at++
		return v
	}
	if len(a) == 2 && a[0] == '-' && strings.IndexByte("bcdefghkLnprsStuwxzOGN", a[1]) >= 0 && t.at < len(t.args) {
		operand := t.args[t.at]
		t.at++
		return t.unary(a[1], operand)
	}
	return a != ""
}

func (t *testing) binary(op string) bool {
	switch op {
	case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef":
		return true
	}
	return false
}

func (t *testing) number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		if t.gnu() {
			t.dieWith(2, "invalid integer '%s'", s)
		}
		t.dieWith(2, "%s: bad number", s)
	}
	return n
}

func (t *testing) compare(a, op, b string) bool {
	switch op {
	case "=", "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case ">":
		return a > b
	case "-nt", "-ot", "-ef":
		return t.compareFiles(a, op, b)
	}
	x, y := t.number(a), t.number(b)
	switch op {
	case "-eq":
		return x == y
	case "-ne":
		return x != y
	case "-lt":
		return x < y
	case "-le":
		return x <= y
	case "-gt":
		return x > y
	}
	return x >= y
}

func (t *testing) compareFiles(a, op, b string) bool {
	x, errX := t.FS().Stat(a)
	y, errY := t.FS().Stat(b)
	if !t.gnu() && (errX != nil || errY != nil) {
		return false // busybox compares only what is there
	}
	switch op {
	case "-nt":
		return errX == nil && (errY != nil || x.Mtime > y.Mtime)
	case "-ot":
		return errY == nil && (errX != nil || x.Mtime < y.Mtime)
	}
	return errX == nil && errY == nil && x.ID() == y.ID()
}

func (t *testing) unary(op byte, s string) bool {
	switch op {
	case 'n':
		return s != ""
	case 'z':
		return s == ""
	case 't':
		return t.IsTerminal(int(t.number(s)))
	case 'r':
		return t.Access(s, proc.R_OK) == nil
	case 'w':
		return t.Access(s, proc.W_OK) == nil
	case 'x':
		return t.Access(s, proc.X_OK) == nil
	case 'h', 'L':
		st, err := t.FS().Lstat(s)
		return err == nil && st.Mode.IsSymlink()
	}
	st, err := t.FS().Stat(s)
	if err != nil {
		return false
	}
	switch op {
	case 'e':
		return true
	case 's':
		return st.Size > 0
	case 'u':
		return st.Mode&vfs.S_ISUID != 0
	case 'g':
		return st.Mode&vfs.S_ISGID != 0
	case 'k':
		return st.Mode&vfs.S_ISVTX != 0
	case 'O':
		return st.UID == t.Creds().EUID
	case 'G':
		return st.GID == t.Creds().EGID
	case 'N':
		return st.Mtime > st.Atime
	}
	kinds := map[byte]vfs.Mode{'f': vfs.S_IFREG, 'd': vfs.S_IFDIR, 'b': vfs.S_IFBLK, 'c': vfs.S_IFCHR, 'p': vfs.S_IFIFO, 'S': vfs.S_IFSOCK}
	return st.Mode.Type() == kinds[op]
}
