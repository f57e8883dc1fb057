package shell

import (
	"strings"
)

// arithmetic evaluates the text of an arithmetic expression, in which everything with a $ has been expanded. It is a
// parser by precedence that computes as it goes: where nothing is to be computed, as behind a false &&, skip is set.
type arithmetic struct {
	vars    arithVars
	flavour Flavour
	text    string
	pos     int
	skip    int // > 0: parse, but do not assign, divide or recurse
	depth   int
	last    int // where the last token began, for messages
}

// arithVars is where an expression's names live. An index is the text between brackets, "" for none.
type arithVars interface {
	arithGet(name, index string) string
	arithSet(name, index string, v int64)
}

// arithError is why an expression has no value. The flavours word it each in their way.
type arithError struct {
	kind  arithProblem
	text  string // the whole expression
	token string // from where it was not understood
}

type arithProblem int

const (
	wantPrimary arithProblem = iota
	wantEnd
	wantColon
	wantClose
	zeroDivision
	negativeExponent
	badDigit
	badOperator
	badAssignment
	tooDeep
	badNumber    // dash: a variable that is no number
	overflowTrap // dash: the processor refuses, and the shell dies of it
)

// maxArithDepth bounds parentheses and variables that refer to expressions.
const maxArithDepth = 1024

// maxArithRecursion is how often a variable's value may be an expression with variables.
const maxArithRecursion = 64

func (a *arithmetic) fail(kind arithProblem) {
	panic(arithError{kind, a.text, strings.TrimLeft(a.text[min(a.last, len(a.text)):], " \t\n")})
}

// evalArith computes an expression. An arithError comes back as err.
func evalArith(text string, f Flavour, vars arithVars, recursion int) (v int64, err *arithError) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case arithError:
			v, err = 0, &e
		default:
			panic(e)
		}
	}()
	a := &arithmetic{vars: vars, flavour: f, text: text, depth: recursion}
	a.space()
	if a.pos == len(text) && f != Dash {
		return 0, nil
	}
	v = a.comma()
	a.space()
	a.last = a.pos
	if a.pos < len(text) {
		a.unexpected()
	}
	return v, nil
}

func (a *arithmetic) unexpected() {
	switch c := a.text[a.pos]; {
	case c == '=' && a.flavour == Bash:
		a.fail(badAssignment)
	case strings.IndexByte(".@$'\"\\`#{}[];", c) >= 0:
		a.fail(badOperator)
	}
	a.fail(wantEnd)
}

func (a *arithmetic) space() {
	for a.pos < len(a.text) && strings.IndexByte(" \t\n\r", a.text[a.pos]) >= 0 {
		a.pos++
	}
}

// has consumes op if it comes next.
func (a *arithmetic) has(op string) bool {
	if !strings.HasPrefix(a.text[a.pos:], op) {
		return false
	}
	a.last = a.pos
	a.pos += len(op)
	return true
}

func (a *arithmetic) comma() int64 {
	v := a.assign()
	for a.space(); a.flavour != Dash && a.has(","); a.space() {
		v = a.assign()
	}
	return v
}

// assignOps, the longest first.
var assignOps = []string{"<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "="}

func (a *arithmetic) assign() int64 {
	if a.depth++; a.depth > maxArithDepth {
		a.fail(tooDeep)
	}
	defer func() { a.depth-- }()
	a.space()
	start := a.pos
	if name, index, ok := a.name(); ok {
		a.space()
		for _, op := range assignOps {
			if op == "=" && strings.HasPrefix(a.text[a.pos:], "==") {
				break
			}
			if a.has(op) {
				return a.store(name, index, op, start)
			}
		}
	}
	a.pos = start
	return a.ternary()
}

func (a *arithmetic) store(name, index, op string, _ int) int64 {
	v := a.assign()
	if op != "=" {
		v = a.apply(op[:len(op)-1], a.value(name, index), v)
	}
	if a.skip == 0 {
		a.vars.arithSet(name, index, v)
	}
	return v
}

func (a *arithmetic) ternary() int64 {
	cond := a.binary(0)
	a.space()
	if !a.has("?") {
		return cond
	}
	yes := a.when(cond != 0, a.comma)
	a.space()
	if !a.has(":") {
		a.fail(wantColon)
	}
	no := a.when(cond == 0, a.assign)
	if cond != 0 {
		return yes
	}
	return no
}

// when computes f if cond, and only parses it if not.
func (a *arithmetic) when(cond bool, f func() int64) int64 {
	if cond {
		return f()
	}
	a.skip++
	defer func() { a.skip-- }()
	return f()
}

// levels of binary operators, the loosest first; within a level the longest first.
var levels = [][]string{
	{
		"||",
	}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"},
}

func (a *arithmetic) binary(level int) int64 {
	if level == len(levels) {
		return a.power()
	}
	v := a.binary(level + 1)
	for {
		a.space()
		op := a.operator(level)
		switch op {
		case "":
			return v
		case "||":
			r := a.when(v == 0, func() int64 { return a.binary(level + 1) })
			v = truth(v != 0 || r != 0)
		case "&&":
			r := a.when(v != 0, func() int64 { return a.binary(level + 1) })
			v = truth(v != 0 && r != 0)
		default:
			v = a.apply(op, v, a.binary(level+1))
		}
	}
}

// operator consumes an operator of the level, unless it is the beginning of a longer one.
func (a *arithmetic) operator(level int) string {
	rest := a.text[a.pos:]
	for _, op := range levels[level] {
		if !strings.HasPrefix(rest, op) {
			continue
		}
		if len(op) == 1 && len(rest) > 1 && longerOperator(op[0], rest[1]) && !(a.flavour == Dash && rest[1] == '*') {
			return "" // dash has no **
		}
		if (op == "<<" || op == ">>") && strings.HasPrefix(rest[2:], "=") {
			return ""
		}
		a.last = a.pos
		a.pos += len(op)
		return op
	}
	return ""
}

func longerOperator(op, next byte) bool {
	switch op {
	case '|', '&', '*':
		return next == op || next == '='
	case '<', '>':
		return next == op
	}
	return next == '='
}

func (a *arithmetic) power() int64 {
	v := a.unary()
	a.space()
	if a.flavour == Dash || !a.has("**") {
		return v
	}
	e := a.power() // to the right
	if e < 0 && a.skip == 0 {
		a.fail(negativeExponent)
	}
	result := int64(1)
	for ; e > 0; e >>= 1 {
		if e&1 == 1 {
			result *= v
		}
		v *= v
	}
	return result
}

func (a *arithmetic) unary() int64 {
	if a.depth++; a.depth > maxArithDepth {
		a.fail(tooDeep)
	}
	defer func() { a.depth-- }()
	a.space()
	if a.flavour != Dash {
		for _, op := range []string{"++", "--"} {
			if strings.HasPrefix(a.text[a.pos:], op) {
				if v, ok := a.prefixStep(op); ok {
					return v
				}
			}
		}
	}
	switch {
	case a.has("!"):
		return truth(a.unary() == 0)
	case a.has("~"):
		return ^a.unary()
	case a.has("-"):
		return -a.unary()
	case a.has("+"):
		return a.unary()
	}
	return a.primary()
}

// prefixStep is ++x. What is not followed by a name is two signs.
func (a *arithmetic) prefixStep(op string) (int64, bool) {
	start := a.pos
	a.pos += 2
	a.space()
	name, index, ok := a.name()
	if !ok {
		a.pos = start
		return 0, false
	}
	return a.step(name, index, op), true
}

func (a *arithmetic) step(name, index, op string) int64 {
	v := a.value(name, index) + 1
	if op == "--" {
		v -= 2
	}
	if a.skip == 0 {
		a.vars.arithSet(name, index, v)
	}
	return v
}

func (a *arithmetic) primary() int64 {
	a.space()
	if a.pos == len(a.text) {
		a.fail(wantPrimary)
	}
	if a.has("(") {
		v := a.comma()
		a.space()
		if !a.has(")") {
			a.last = a.pos
			a.fail(wantClose)
		}
		return v
	}
	if c := a.text[a.pos]; c >= '0' && c <= '9' {
		return a.number()
	}
	name, index, ok := a.name()
	if !ok {
		a.last = a.pos
		a.fail(wantPrimary)
	}
	v := a.value(name, index)
	if a.flavour == Dash {
		return v
	}
	a.space()
	switch {
	case a.has("++"):
		a.step(name, index, "++")
	case a.has("--"):
		a.step(name, index, "--")
	}
	return v
}

// name consumes a variable's name, and in bash an index.
func (a *arithmetic) name() (name, index string, ok bool) {
	end := a.pos
	for end < len(a.text) && (isNameByte(a.text[end]) && (end > a.pos || !isDigit(a.text[end]))) {
		end++
	}
	if end == a.pos {
		return "", "", false
	}
	a.last = a.pos
	name = a.text[a.pos:end]
	a.pos = end
	if a.flavour == Bash && end < len(a.text) && a.text[end] == '[' {
		depth := 0
		for i := end; i < len(a.text); i++ {
			switch a.text[i] {
			case '[':
				depth++
			case ']':
				if depth--; depth == 0 {
					a.pos = i + 1
					return name, a.text[end+1 : i], true
				}
			}
		}
	}
	return name, "", true
}

// value is a variable's number. In ash and bash its text is an expression of its own.
func (a *arithmetic) value(name, index string) int64 {
	if a.skip > 0 {
		return 0
	}
	text := a.vars.arithGet(name, index)
	if text == "" {
		return 0
	}
	if n, ok := plainNumber(text); ok {
		return n
	}
	if a.flavour == Dash {
		n, ok := dashNumber(text)
		if !ok {
			panic(arithError{badNumber, text, text})
		}
		return n
	}
	if a.depth > maxArithRecursion*2 {
		panic(arithError{tooDeep, text, text})
	}
	n, err := evalArith(text, a.flavour, a.vars, a.depth+2)
	if err != nil {
		panic(*err)
	}
	return n
}

// plainNumber reads the usual decimal number quickly.
func plainNumber(s string) (int64, bool) {
	neg := false
	if s[0] == '-' && len(s) > 1 {
		neg, s = true, s[1:]
	}
	if len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	if neg {
		n = -n
	}
	return n, true
}

func dashNumber(s string) (n int64, ok bool) {
	s = strings.Trim(s, " \t\n")
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if s == "" || !isDigit(s[0]) {
		return 0, false
	}
	a := &arithmetic{text: s, flavour: Dash}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	n = a.number()
	switch {
	case neg && n == 1<<63-1 && s != "9223372036854775807":
		n = -1 << 63
	case neg:
		n = -n
	}
	return n, a.pos == len(s)
}

// number consumes a constant: decimal, 0x, 0 for octal, and base#digits outside of dash.
func (a *arithmetic) number() int64 {
	start := a.pos
	a.last = start
	base := int64(10)
	if a.text[a.pos] == '0' && a.pos+1 < len(a.text) {
		if c := a.text[a.pos+1]; c == 'x' || c == 'X' {
			if a.pos+2 == len(a.text) || digitValue(a.text[a.pos+2], 16) < 0 {
				a.badConstant(start, 1)
			}
			base = 16
			a.pos += 2
		} else if c >= '0' && c <= '9' {
			base = 8
			a.pos++
		}
	}
	v := a.digits(base, start)
	if base == 10 && a.flavour != Dash && a.pos < len(a.text) && a.text[a.pos] == '#' && v >= 2 && v <= 64 {
		a.pos++
		if a.pos == len(a.text) || digitValue(a.text[a.pos], v) < 0 {
			a.badConstant(start, a.pos-start)
		}
		return a.digits(v, start)
	}
	return v
}

func (a *arithmetic) digits(base int64, start int) int64 {
	var v uint64
	over := false
	for ; a.pos < len(a.text); a.pos++ {
		c := a.text[a.pos]
		d := digitValue(c, base)
		if d < 0 {
			if isNameByte(c) {
				a.badConstant(start, a.pos-start)
			}
			break
		}
		if v > (1<<64-1-uint64(d))/uint64(base) {
			over = true
		}
		v = v*uint64(base) + uint64(d)
	}
	if a.flavour == Dash && (over || v > 1<<63-1) {
		return 1<<63 - 1
	}
	if over && a.flavour == Ash {
		return 0
	}
	return int64(v)
}

// badConstant is a digit that does not belong. dash reads what it can and stumbles over the rest.
func (a *arithmetic) badConstant(start, good int) {
	end := start
	for end < len(a.text) && (isNameByte(a.text[end]) || a.text[end] == '#') {
		end++
	}
	if a.flavour == Dash {
		a.pos = start + good
		a.fail(wantEnd)
	}
	panic(arithError{badDigit, a.text, a.text[start:end]})
}

// digitValue is what a digit counts in a base up to 64: digits, letters, @ and _; -1 if it is none.
func digitValue(c byte, base int64) int64 {
	d := int64(-1)
	switch {
	case c >= '0' && c <= '9':
		d = int64(c - '0')
	case c >= 'a' && c <= 'z':
		d = int64(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		d = int64(c-'A') + 10
		if base > 36 {
			d += 26
		}
	case c == '@':
		d = 62
	case c == '_':
		d = 63
	}
	if d >= base {
		return -1
	}
	return d
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// apply computes a binary operator, wrapping around as the machine does.
func (a *arithmetic) apply(op string, x, y int64) int64 {
	switch op {
	case "*":
		return x * y
	case "+":
		return x + y
	case "-":
		return x - y
	case "/", "%":
		return a.divide(op, x, y)
	case "<<":
		return x << (uint64(y) & 63)
	case ">>":
		return x >> (uint64(y) & 63)
	case "<":
		return truth(x < y)
	case ">":
		return truth(x > y)
	case "<=":
		return truth(x <= y)
	case ">=":
		return truth(x >= y)
	case "==":
		return truth(x == y)
	case "!=":
		return truth(x != y)
	case "&":
		return x & y
	case "^":
		return x ^ y
	}
	return x | y
}

func (a *arithmetic) divide(op string, x, y int64) int64 {
	switch {
	case a.skip > 0:
		return 0
	case y == 0:
		a.fail(zeroDivision)
	case y == -1 && x == -1<<63 && a.flavour == Dash:
		a.fail(overflowTrap)
	case y == -1: // the smallest number has no opposite
		if op == "%" {
			return 0
		}
		return -x
	case op == "%":
		return x % y
	}
	return x / y
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameByte(c byte) bool {
	return c == '_' || isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isName reports whether s can be a variable's name.
func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) || i == 0 && isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
