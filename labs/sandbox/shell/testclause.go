package shell

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// testClause is [[ … ]]: words are not split, == matches patterns.
func (s *Shell) testClause(c *syntax.TestClause) (status int) {
	was := s.builtin
	s.builtin = "[["
	defer func() { s.builtin = was }()
	defer func() {
		switch why := recover().(type) {
		case nil:
		case testError:
			status = (&tester{s: s}).report(why)
		default:
			panic(why)
		}
	}()
	return int(truth(!s.testExpr(c.X)))
}

func (s *Shell) testExpr(x syntax.TestExpr) bool {
	s.sys.Step(1)
	s.deeper()
	defer func() { s.depth-- }()
	switch x := x.(type) {
	case *syntax.Word:
		return s.one(x, false) != ""
	case *syntax.ParenTest:
		return s.testExpr(x.X)
	case *syntax.UnaryTest:
		return s.unaryTest(x)
	case *syntax.BinaryTest:
		return s.binaryTest(x)
	}
	return false
}

func (s *Shell) unaryTest(x *syntax.UnaryTest) bool {
	if x.Op == syntax.TsNot {
		return !s.testExpr(x.X)
	}
	w, ok := x.X.(*syntax.Word)
	if !ok {
		return false
	}
	return (&tester{s: s}).unary(x.Op.String(), s.one(w, false))
}

func (s *Shell) binaryTest(x *syntax.BinaryTest) bool {
	switch x.Op {
	case syntax.AndTest:
		return s.testExpr(x.X) && s.testExpr(x.Y)
	case syntax.OrTest:
		return s.testExpr(x.X) || s.testExpr(x.Y)
	}
	left, right := x.X.(*syntax.Word), x.Y.(*syntax.Word)
	a := s.one(left, false)
	switch x.Op {
	case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
		m := s.matcher()
		m.extended, m.fold = s.cfg.Flavour == Bash, s.opts.nocasematch
		return m.match(s.pattern(right), a) == (x.Op != syntax.TsNoMatch)
	case syntax.TsReMatch:
		return s.regexMatch(a, right)
	}
	b := s.one(right, false)
	op := x.Op.String()
	if s.cfg.Flavour == Bash && strings.HasPrefix(op, "-") && len(op) == 3 && op != "-nt" && op != "-ot" &&
		op != "-ef" {
		return s.arithTest(op, a, b)
	}
	return (&tester{s: s}).binary(a, op, b)
}

// arithTest is -eq and its like in [[, whose operands are expressions.
func (s *Shell) arithTest(op, a, b string) bool {
	x, y := s.arithValue(a), s.arithValue(b)
	switch op {
	case "-eq":
		return x == y
	case "-ne":
		return x != y
	case "-gt":
		return x > y
	case "-ge":
		return x >= y
	case "-lt":
		return x < y
	}
	return x <= y
}

// regexMatch is =~: what is quoted in the pattern means itself.
func (s *Shell) regexMatch(text string, w *syntax.Word) bool {
	var b strings.Builder
	for _, p := range s.pieces(w, false) {
		if p.quoted {
			b.WriteString(regexp.QuoteMeta(p.text))
		} else {
			b.WriteString(p.text)
		}
	}
	s.sys.Step(1 + len(text)/64)
	expr := b.String()
	if s.opts.nocasematch {
		expr = "(?i)" + expr
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		panic(testError{what: "syntax error in regular expression", arg: b.String()})
	}
	re.Longest()
	found := re.FindStringSubmatch(text)
	if s.cfg.Flavour == Bash {
		l := newList(false)
		for i, m := range found {
			l.set(formatInt(int64(i)), m)
		}
		s.vars.put("BASH_REMATCH", variable{list: l, set: true})
	}
	return found != nil
}
