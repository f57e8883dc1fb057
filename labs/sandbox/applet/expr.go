package applet

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// expression evaluates expr's arguments.
type expression struct {
	*call
	args []string
	at   int
}

func exprCmd(c *call) proc.ExitCode {
	if len(c.args) == 0 {
		if !c.gnu() {
			c.dieWith(2, "too few arguments")
		}
		c.complain("missing operand")
		c.usageAt = 2
		c.usage()
	}
	e := &expression{call: c, args: c.args}
	v := e.or()
	if e.at < len(e.args) {
		e.syntax()
	}
	c.print(v + "\n")
	if null(v) {
		return 1
	}
	return 0
}

func (e *expression) syntax() {
	if e.gnu() {
		if e.at < len(e.args) {
			e.dieWith(2, "syntax error: unexpected argument '%s'", e.args[e.at])
		}
		e.dieWith(2, "syntax error: missing argument after '%s'", e.args[len(e.args)-1])
	}
	e.dieWith(2, "syntax error")
}

// null is what counts as false: nothing, or a zero.
func null(v string) bool {
	n, err := strconv.ParseInt(v, 10, 64)
	return v == "" || err == nil && n == 0
}

func (e *expression) take(ops ...string) string {
	for _, op := range ops {
		if e.at < len(e.args) && e.args[e.at] == op {
			e.at++
			return op
		}
	}
	return ""
}

func (e *expression) or() string {
	v := e.and()
	for e.take("|") != "" {
		if r := e.and(); null(v) {
			v = r
			if null(v) {
				v = "0"
			}
		}
	}
	return v
}

func (e *expression) and() string {
	v := e.comparison()
	for e.take("&") != "" {
		if r := e.comparison(); null(v) || null(r) {
			v = "0"
		}
	}
	return v
}

func (e *expression) comparison() string {
	v := e.sum()
	for {
		op := e.take("<=", ">=", "!=", "==", "=", "<", ">")
		if op == "" {
			return v
		}
		r := e.sum()
		a, errA := strconv.ParseInt(v, 10, 64)
		b, errB := strconv.ParseInt(r, 10, 64)
		order := strings.Compare(v, r)
		if errA == nil && errB == nil {
			order = cmpInt(a, b)
		}
		v = map[bool]string{true: "1", false: "0"}[holds(op, order)]
	}
}

func holds(op string, order int) bool {
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "!=":
		return order != 0
	}
	return order == 0
}

func (e *expression) number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		e.dieWith(2, "non-%s argument", map[bool]string{true: "integer", false: "numeric"}[e.gnu()])
	}
	return n
}

func (e *expression) sum() string {
	v := e.product()
	for {
		op := e.take("+", "-")
		if op == "" {
			return v
		}
		a, b := e.number(v), e.number(e.product())
		if op == "-" {
			b = -b
		}
		v = strconv.FormatInt(a+b, 10)
	}
}

func (e *expression) product() string {
	v := e.match()
	for {
		op := e.take("*", "/", "%")
		if op == "" {
			return v
		}
		a, b := e.number(v), e.number(e.match())
		switch {
		case op == "*":
			a *= b
		case b == 0:
			e.dieWith(2, "division by zero")
		case a == math.MinInt64 && b == -1:
			a = 0
		case op == "/":
			a /= b
		default:
			a %= b
		}
		v = strconv.FormatInt(a, 10)
	}
}

func (e *expression) match() string {
	v := e.primary()
	for e.take(":") != "" {
		v = e.matched(v, e.primary())
	}
	return v
}

// matched is what a pattern finds at the beginning of a text: its first group, or how many characters.
func (e *expression) matched(text, pattern string) string {
	re, err := compileRegex("^"+strings.TrimPrefix(pattern, "^"), regexFlags{}, e.Step)
	if err != nil {
		e.dieWith(2, "bad regex '%s': %s", pattern, err)
	}
	m := re.find([]byte(text))
	switch {
	case m == nil && re.groups > 0:
		return ""
	case m == nil:
		return "0"
	case re.groups > 0 && len(m) > 3 && m[2] >= 0:
		return text[m[2]:m[3]]
	case re.groups > 0:
		return ""
	}
	return strconv.Itoa(utf8.RuneCountInString(text[:m[1]]))
}

func (e *expression) primary() string {
	if e.at >= len(e.args) {
		e.syntax()
	}
	a := e.args[e.at]
	e.at++
	switch {
	case a == "(":
		v := e.or()
		if e.take(")") == "" {
			e.syntax()
		}
		return v
	case a == ")":
		e.at--
		e.syntax()
	case a == "length" && e.at < len(e.args):
		return strconv.Itoa(utf8.RuneCountInString(e.primary()))
	case a == "quote" && e.at < len(e.args), a == "+" && e.gnu() && e.at < len(e.args):
		e.at++
		return e.args[e.at-1]
	case a == "index" && e.at+1 < len(e.args):
		s, chars := e.primary(), e.primary()
		if i := strings.IndexAny(s, chars); i >= 0 {
			return strconv.Itoa(i + 1)
		}
		return "0"
	case a == "match" && e.at+1 < len(e.args):
		s := e.primary()
		return e.matched(s, e.primary())
	case a == "substr" && e.at+2 < len(e.args):
		s, from, n := e.primary(), e.primary(), e.primary()
		return substring(s, from, n)
	}
	return a
}

func substring(s, from, n string) string {
	i, errI := strconv.Atoi(from)
	l, errL := strconv.Atoi(n)
	if errI != nil || errL != nil || i < 1 || l < 1 || i > len(s) {
		return ""
	}
	return s[i-1 : min(len(s), i-1+min(l, len(s)))]
}
