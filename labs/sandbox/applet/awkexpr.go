package applet

import (
	"math"
	"strings"
)

// operand is an expression and, if it can be assigned to, the place.
type awkOperand struct {
	get   awkExpr
	place *awkPlace
	regex *regex // a bare /regex/, which by itself means $0 ~ /regex/
	cell  func(*awk) *awkCell
}

func (p *awkParser) expr() awkExpr { return p.ternary().get }

func (p *awkParser) ternary() awkOperand {
	p.enter()
	defer func() { p.depth-- }()
	cond := p.or()
	if cond.place != nil && p.tok.kind == 'o' {
		if op := strings.TrimSuffix(p.tok.text, "="); op != p.tok.text && strings.Contains(" + - * / % ^", op) && len(op) <= 1 {
			return p.assignment(*cond.place, op)
		}
	}
	if !p.is("?") {
		return cond
	}
	p.advance()
	p.optNewlines()
	yes := p.expr()
	p.optNewlines()
	p.expect(":")
	p.optNewlines()
	no := p.expr()
	return awkOperand{get: func(a *awk) awkValue {
		if cond.get(a).truth() {
			return yes(a)
		}
		return no(a)
	}}
}

func (p *awkParser) assignment(place awkPlace, op string) awkOperand {
	line := p.tok.line
	p.advance()
	p.optNewlines()
	right := p.expr()
	return awkOperand{get: func(a *awk) awkValue {
		v := right(a)
		if op != "" {
			v = a.arith(op, place.get(a), v, line)
		}
		if v.kind == 0 {
			v = awkValue{}
		}
		place.set(a, v)
		return v
	}}
}

func (p *awkParser) or() awkOperand {
	left := p.and()
	for p.is("||") {
		p.advance()
		p.optNewlines()
		l, r := left.get, p.and().get
		left = awkOperand{get: func(a *awk) awkValue { return awkBool(l(a).truth() || r(a).truth()) }}
	}
	return left
}

func awkBool(b bool) awkValue {
	if b {
		return awkNum(1)
	}
	return awkNum(0)
}

func (p *awkParser) and() awkOperand {
	left := p.membership()
	for p.is("&&") {
		p.advance()
		p.optNewlines()
		l, r := left.get, p.membership().get
		left = awkOperand{get: func(a *awk) awkValue { return awkBool(l(a).truth() && r(a).truth()) }}
	}
	return left
}

func (p *awkParser) membership() awkOperand {
	left := p.match()
	for p.is("in") && !p.noIn {
		p.advance()
		if p.tok.kind != 'w' {
			p.unexpected()
		}
		key, cell := left.get, p.cell(p.tok.text)
		p.advance()
		left = awkOperand{get: func(a *awk) awkValue {
			return awkBool(cell(a).array().find(key(a).text(a.convfmt())) != nil)
		}}
	}
	return left
}

func (p *awkParser) match() awkOperand {
	left := p.compare()
	for p.is("~") || p.is("!~") {
		not := p.is("!~")
		p.advance()
		l, r := left.get, p.compare()
		left = awkOperand{get: func(a *awk) awkValue {
			return awkBool(a.regexOf(r).matches([]byte(l(a).text(a.convfmt()))) != not)
		}}
	}
	return left
}

func (p *awkParser) compare() awkOperand {
	left := p.concatOperand()
	for {
		op := ""
		for _, o := range []string{"<=", "==", "!=", ">=", "<", ">"} {
			if op == "" && p.is(o) && !(o == ">" && p.noGT) {
				op = o
			}
		}
		if op == "" {
			return p.pipe(left)
		}
		p.advance()
		l, r := left.get, p.concatOperand().get
		left = awkOperand{get: func(a *awk) awkValue { return awkBool(holds(op, a.order(l(a), r(a)))) }}
	}
}

// pipe reads cmd | getline [var].
func (p *awkParser) pipe(left awkOperand) awkOperand {
	for p.is("|") && !p.noPipe {
		p.advance()
		if !p.is("getline") {
			p.unexpected()
		}
		p.advance()
		place := p.getlineTarget()
		cmd := left.get
		left = awkOperand{get: func(a *awk) awkValue { return a.getline(a.reader("|", cmd(a).text(a.convfmt())), place, false) }}
	}
	return left
}

// getlineTarget is the variable that getline reads into, nil for $0.
func (p *awkParser) getlineTarget() *awkPlace {
	if p.tok.kind == 'w' || p.is("$") {
		return p.primary().place
	}
	return nil
}

func (p *awkParser) concat() awkExpr { return p.concatOperand().get }

// beginsOperand reports whether what follows can be joined to what came: concatenation has no operator.
func (p *awkParser) beginsOperand() bool {
	switch p.tok.kind {
	case 'n', 's', 'w', 'f', 'r':
		return true
	case 'o':
		return p.is("$") || p.is("!") || p.is("(") || p.is("-") || p.is("+") || p.is("++") || p.is("--")
	}
	return false
}

func (p *awkParser) concatOperand() awkOperand {
	left := p.additive()
	for p.beginsOperand() && !p.is("!") {
		l, r := left.get, p.additive().get
		left = awkOperand{get: func(a *awk) awkValue {
			s := l(a).text(a.convfmt()) + r(a).text(a.convfmt())
			a.made(len(s))
			return awkStr(s)
		}}
	}
	return left
}

func (p *awkParser) binary(next func() awkOperand, ops ...string) awkOperand {
	left := next()
	for {
		op := ""
		for _, o := range ops {
			if p.is(o) {
				op = o
			}
		}
		if op == "" {
			return left
		}
		line := p.tok.line
		p.advance()
		p.optNewlines()
		l, r := left.get, next().get
		left = awkOperand{get: func(a *awk) awkValue { return a.arith(op, l(a), r(a), line) }}
	}
}

func (p *awkParser) additive() awkOperand { return p.binary(p.term, "+", "-") }

func (p *awkParser) term() awkOperand { return p.binary(p.unary, "*", "/", "%") }

func (p *awkParser) unary() awkOperand {
	p.enter()
	defer func() { p.depth-- }()
	switch {
	case p.is("!"):
		p.advance()
		v := p.unary()
		return awkOperand{get: func(a *awk) awkValue { return awkBool(!v.get(a).truth()) }}
	case p.is("-"):
		p.advance()
		v := p.unary()
		return awkOperand{get: func(a *awk) awkValue { return awkNum(-v.get(a).num()) }}
	case p.is("+"):
		p.advance()
		v := p.unary()
		return awkOperand{get: func(a *awk) awkValue { return awkNum(v.get(a).num()) }}
	}
	return p.power()
}

func (p *awkParser) power() awkOperand {
	left := p.postfix()
	if !p.is("^") {
		return left
	}
	line := p.tok.line
	p.advance()
	right := p.unary()
	return awkOperand{get: func(a *awk) awkValue { return a.arith("^", left.get(a), right.get(a), line) }}
}

func (p *awkParser) postfix() awkOperand {
	if p.is("++") || p.is("--") {
		by := awkStep(p.tok.text)
		p.advance()
		o := p.postfix()
		if o.place == nil {
			p.unexpected()
		}
		place := *o.place
		return awkOperand{get: func(a *awk) awkValue {
			v := awkNum(place.get(a).num() + by)
			place.set(a, v)
			return v
		}}
	}
	o := p.primary()
	if o.place != nil && (p.is("++") || p.is("--")) {
		by := awkStep(p.tok.text)
		p.advance()
		place := *o.place
		return awkOperand{get: func(a *awk) awkValue {
			v := place.get(a).num()
			place.set(a, awkNum(v+by))
			return awkNum(v)
		}}
	}
	return o
}

func awkStep(op string) float64 {
	if op == "--" {
		return -1
	}
	return 1
}

func (p *awkParser) primary() awkOperand {
	t := p.tok
	switch {
	case t.kind == 'n':
		p.advance()
		v := awkNum(t.n)
		return awkOperand{get: func(*awk) awkValue { return v }}
	case t.kind == 's':
		p.advance()
		v := awkStr(t.text)
		return awkOperand{get: func(*awk) awkValue { return v }}
	case t.kind == 'r':
		p.advance()
		re := p.c.awkRegex(t.text)
		return awkOperand{regex: re, get: func(a *awk) awkValue { return awkBool(re.matches([]byte(a.record))) }}
	case p.is("$"):
		p.advance()
		return p.fieldRef()
	case p.is("("):
		return p.grouping()
	case p.is("getline"):
		p.advance()
		return p.getlineExpr()
	case p.is("-") || p.is("+") || p.is("!"):
		return p.unary()
	case t.kind == 'f':
		return p.callExpr()
	case t.kind == 'w':
		return p.named()
	}
	p.unexpected()
	return awkOperand{}
}

func (p *awkParser) fieldRef() awkOperand {
	n := p.postfixField()
	place := awkPlace{
		func(a *awk) awkValue { return a.field(int(n(a).num())) },
		func(a *awk, v awkValue) { a.setField(int(n(a).num()), v) },
	}
	return awkOperand{get: place.get, place: &place}
}

// postfixField is the number of a field: $NF, $i, $(i+1), $++i, $-1.
func (p *awkParser) postfixField() awkExpr {
	if p.is("++") || p.is("--") {
		return p.postfix().get
	}
	return p.primary().get
}

// grouping is (expression) or (i, j) in array.
func (p *awkParser) grouping() awkOperand {
	p.advance()
	noIn, noGT, noPipe := p.noIn, p.noGT, p.noPipe
	p.noIn, p.noGT, p.noPipe = false, false, false
	first := p.ternary()
	list := []awkExpr{first.get}
	p.optNewlines()
	for p.take(",") {
		p.optNewlines()
		list = append(list, p.expr())
		p.optNewlines()
	}
	p.expect(")")
	p.noIn, p.noGT, p.noPipe = noIn, noGT, noPipe
	if len(list) == 1 {
		return awkOperand{get: first.get, regex: first.regex, place: first.place}
	}
	if !p.is("in") {
		p.unexpected()
	}
	return awkOperand{get: joined(list)}
}

func (p *awkParser) getlineExpr() awkOperand {
	place := p.getlineTarget()
	if p.is("<") {
		p.advance()
		noGT := p.noGT
		name := p.postfix().get
		p.noGT = noGT
		return awkOperand{get: func(a *awk) awkValue { return a.getline(a.reader("<", name(a).text(a.convfmt())), place, false) }}
	}
	return awkOperand{get: func(a *awk) awkValue { return a.getline(nil, place, true) }}
}

func (p *awkParser) named() awkOperand {
	name := p.tok.text
	p.advance()
	if name == "length" {
		return awkOperand{get: func(a *awk) awkValue { return awkNum(float64(len(a.record))) }}
	}
	cell := p.cell(name)
	if !p.is("[") {
		v := p.variable(name)
		return awkOperand{get: v.get, place: &v, cell: cell}
	}
	p.advance()
	key := p.subscript()
	place := awkPlace{
		func(a *awk) awkValue { return a.element(cell(a), key(a)).v },
		func(a *awk, v awkValue) { a.element(cell(a), key(a)).v = v },
	}
	return awkOperand{get: place.get, place: &place}
}

func (p *awkParser) callExpr() awkOperand {
	name, line := p.tok.text, p.tok.line
	p.advance()
	p.advance()
	noIn, noGT, noPipe := p.noIn, p.noGT, p.noPipe
	p.noIn, p.noGT, p.noPipe = false, false, false
	var args []awkOperand
	p.optNewlines()
	for !p.is(")") {
		args = append(args, p.ternary())
		p.optNewlines()
		if !p.take(",") && !p.is(")") {
			p.unexpected()
		}
		p.optNewlines()
	}
	p.advance()
	p.noIn, p.noGT, p.noPipe = noIn, noGT, noPipe
	if least, f := awkBuiltin(name); f != nil {
		if len(args) < least {
			p.fail(line, "Too few arguments")
		}
		return awkOperand{get: func(a *awk) awkValue { return f(a, args) }}
	}
	f := p.prog.function(name)
	if _, ok := p.prog.calls[name]; !ok {
		p.prog.calls[name] = line
	}
	return awkOperand{get: func(a *awk) awkValue { return a.invoke(f, args, line) }}
}

// arith computes an operator.
func (a *awk) arith(op string, l, r awkValue, line int) awkValue {
	x, y := l.num(), r.num()
	switch op {
	case "+":
		x += y
	case "-":
		x -= y
	case "*":
		x *= y
	case "/":
		if y == 0 {
			a.fault(line, "Division by zero")
		}
		x /= y
	case "%":
		if y == 0 {
			a.fault(line, "Division by zero")
		}
		x = math.Mod(x, y)
	case "^":
		x = math.Pow(x, y)
	}
	return awkNum(x)
}

// order compares as numbers if both are or look like numbers, as texts otherwise.
func (a *awk) order(l, r awkValue) int {
	if l.numeric() && r.numeric() {
		switch {
		case l.n < r.n:
			return -1
		case l.n > r.n:
			return 1
		}
		return 0
	}
	return strings.Compare(l.text(a.convfmt()), r.text(a.convfmt()))
}
