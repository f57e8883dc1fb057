package applet

import "strings"

// awkExpr computes a value.
type awkExpr func(*awk) awkValue

// awkStmt does something and says how the program goes on.
type awkStmt func(*awk) awkFlow

// awkFlow is how a program goes on.
type awkFlow byte

const (
	awkOn awkFlow = iota
	awkBreak
	awkContinue
	awkNext
	awkNextFile
	awkExit
	awkReturn
)

// awkPlace is something that can be assigned to.
type awkPlace struct {
	get func(*awk) awkValue
	set func(*awk, awkValue)
}

// awkRule is a pattern with its action. end is not nil for a range.
type awkRule struct {
	begin, end awkExpr // nil begin: every line
	action     awkStmt // nil: print
	inside     bool
}

// awkFunc is a function of the program.
type awkFunc struct {
	params  int
	body    awkStmt
	defined bool
}

// awkParser reads a program and makes closures of it.
type awkParser struct {
	c      *call
	name   string // of the program's file, for messages
	lex    awkLexer
	tok    awkToken
	prog   *awkProgram
	locals map[string]int // of the function that is read; nil outside
	depth  int
	noIn   bool // `in` ends an expression: for (x in a)
	noGT   bool // > ends an expression: print a > "file"
	noPipe bool
}

// awkProgram is what was read.
type awkProgram struct {
	begin, end []awkStmt
	rules      []*awkRule
	funcs      map[string]*awkFunc
	globals    map[string]int
	calls      map[string]int // the line where a function was called first
}

func newAwkProgram() *awkProgram {
	return &awkProgram{funcs: map[string]*awkFunc{}, globals: map[string]int{}, calls: map[string]int{}}
}

func (p *awkParser) fail(line int, what string) {
	p.c.die("%s:%d: %s", p.name, line, what)
}

func (p *awkParser) unexpected() { p.fail(p.tok.line, "Unexpected token") }

func (p *awkParser) read(src string) {
	p.lex = awkLexer{src: src, line: 1, fail: p.fail}
	p.advance()
	for {
		p.newlines()
		if p.tok.kind == 0 {
			break
		}
		p.item()
	}
}

func (p *awkParser) advance() { p.tok = p.lex.next() }

func (p *awkParser) is(op string) bool {
	return (p.tok.kind == 'o' || p.tok.kind == 'k') && p.tok.text == op
}

func (p *awkParser) take(op string) bool {
	if p.is(op) {
		p.advance()
		return true
	}
	return false
}

func (p *awkParser) expect(op string) {
	if !p.take(op) {
		p.unexpected()
	}
}

// newlines skips empty lines and semicolons.
func (p *awkParser) newlines() {
	for p.is("\n") || p.is(";") {
		p.advance()
	}
}

func (p *awkParser) optNewlines() {
	for p.is("\n") {
		p.advance()
	}
}

func (p *awkParser) item() {
	switch {
	case p.is("BEGIN"):
		p.advance()
		p.prog.begin = append(p.prog.begin, p.block())
	case p.is("END"):
		p.advance()
		p.prog.end = append(p.prog.end, p.block())
	case p.is("function") || p.is("func"):
		p.function()
	default:
		r := &awkRule{}
		if !p.is("{") {
			r.begin = p.expr()
			if p.take(",") {
				p.optNewlines()
				r.end = p.expr()
			}
		}
		if p.is("{") {
			r.action = p.block()
		}
		p.prog.rules = append(p.prog.rules, r)
	}
	if p.tok.kind != 0 && !p.is("\n") && !p.is(";") && !p.is("}") && p.tok.kind == 'o' && p.tok.text == ")" {
		p.unexpected()
	}
}

func (p *awkParser) function() {
	p.advance()
	if p.tok.kind != 'w' && p.tok.kind != 'f' {
		p.unexpected()
	}
	name := p.tok.text
	p.advance()
	p.expect("(")
	p.locals = map[string]int{}
	for !p.is(")") {
		if p.tok.kind != 'w' {
			p.unexpected()
		}
		p.locals[p.tok.text] = len(p.locals)
		p.advance()
		if !p.take(",") && !p.is(")") {
			p.unexpected()
		}
		p.optNewlines()
	}
	p.advance()
	p.optNewlines()
	f := p.prog.function(name)
	f.params, f.defined = len(p.locals), true
	f.body = p.block()
	p.locals = nil
}

func (g *awkProgram) function(name string) *awkFunc {
	f := g.funcs[name]
	if f == nil {
		f = &awkFunc{}
		g.funcs[name] = f
	}
	return f
}

func (p *awkParser) block() awkStmt {
	p.optNewlines()
	p.expect("{")
	var list []awkStmt
	for {
		p.newlines()
		if p.take("}") {
			break
		}
		if p.tok.kind == 0 {
			p.unexpected()
		}
		list = append(list, p.statement())
	}
	if len(list) == 1 {
		return list[0]
	}
	return func(a *awk) awkFlow {
		for _, s := range list {
			if flow := s(a); flow != awkOn {
				return flow
			}
		}
		return awkOn
	}
}

// enter guards against programs that are nested too deep.
func (p *awkParser) enter() {
	if p.depth++; p.depth > 500 {
		p.fail(p.tok.line, "Too deeply nested")
	}
}

func (p *awkParser) statement() awkStmt {
	p.enter()
	defer func() { p.depth-- }()
	p.optNewlines()
	switch {
	case p.is("{"):
		return p.block()
	case p.is(";"):
		p.advance()
		return func(*awk) awkFlow { return awkOn }
	case p.is("if"):
		return p.ifStatement()
	case p.is("while"):
		return p.whileStatement()
	case p.is("do"):
		return p.doStatement()
	case p.is("for"):
		return p.forStatement()
	}
	s := p.simple()
	p.terminator()
	return s
}

func (p *awkParser) terminator() {
	if p.is(";") || p.is("\n") {
		p.advance()
		return
	}
	if !p.is("}") && p.tok.kind != 0 {
		p.unexpected()
	}
}

func (p *awkParser) simple() awkStmt {
	flow := func(f awkFlow) awkStmt {
		p.advance()
		return func(*awk) awkFlow { return f }
	}
	switch {
	case p.is("break"):
		return flow(awkBreak)
	case p.is("continue"):
		return flow(awkContinue)
	case p.is("next"):
		return flow(awkNext)
	case p.is("nextfile"):
		return flow(awkNextFile)
	case p.is("exit"):
		p.advance()
		code := p.optional()
		return func(a *awk) awkFlow {
			if code != nil {
				a.code = int(code(a).num())
			}
			return awkExit
		}
	case p.is("return"):
		p.advance()
		value := p.optional()
		return func(a *awk) awkFlow {
			a.result = awkValue{}
			if value != nil {
				a.result = value(a)
			}
			return awkReturn
		}
	case p.is("delete"):
		return p.deleteStatement()
	case p.is("print") || p.is("printf"):
		return p.printStatement()
	}
	e := p.expr()
	return func(a *awk) awkFlow {
		a.work()
		e(a)
		return awkOn
	}
}

// optional is the expression of exit and return, if there is one.
func (p *awkParser) optional() awkExpr {
	if p.is(";") || p.is("\n") || p.is("}") || p.tok.kind == 0 {
		return nil
	}
	return p.expr()
}

func (p *awkParser) deleteStatement() awkStmt {
	p.advance()
	paren := p.take("(")
	if p.tok.kind != 'w' {
		p.unexpected()
	}
	cell := p.cell(p.tok.text)
	p.advance()
	var key awkExpr
	if p.take("[") {
		key = p.subscript()
	}
	if paren {
		p.expect(")")
	}
	return func(a *awk) awkFlow {
		a.work()
		if key == nil {
			cell(a).array().clear()
		} else {
			cell(a).array().remove(key(a).text(a.convfmt()))
		}
		return awkOn
	}
}

func (p *awkParser) ifStatement() awkStmt {
	p.advance()
	p.expect("(")
	cond := p.expr()
	p.expect(")")
	then := p.statement()
	mark := p.lex
	tok := p.tok
	p.newlines()
	if !p.take("else") {
		p.lex, p.tok = mark, tok
		return func(a *awk) awkFlow {
			a.work()
			if cond(a).truth() {
				return then(a)
			}
			return awkOn
		}
	}
	other := p.statement()
	return func(a *awk) awkFlow {
		a.work()
		if cond(a).truth() {
			return then(a)
		}
		return other(a)
	}
}

// loop runs a body until cond is false; after runs behind each round.
func awkLoop(cond awkExpr, body awkStmt, after awkStmt) awkStmt {
	return func(a *awk) awkFlow {
		for cond == nil || cond(a).truth() {
			a.work()
			switch flow := body(a); flow {
			case awkBreak:
				return awkOn
			case awkOn, awkContinue:
			default:
				return flow
			}
			if after != nil {
				after(a)
			}
		}
		return awkOn
	}
}

func (p *awkParser) whileStatement() awkStmt {
	p.advance()
	p.expect("(")
	cond := p.expr()
	p.expect(")")
	if p.take(";") {
		return awkLoop(cond, func(*awk) awkFlow { return awkOn }, nil)
	}
	return awkLoop(cond, p.statement(), nil)
}

func (p *awkParser) doStatement() awkStmt {
	p.advance()
	body := p.statement()
	p.newlines()
	p.expect("while")
	p.expect("(")
	cond := p.expr()
	p.expect(")")
	p.terminator()
	first := true
	return func(a *awk) awkFlow {
		first = true
		return awkLoop(func(a *awk) awkValue {
			if first {
				first = false
				return awkNum(1)
			}
			return cond(a)
		}, body, nil)(a)
	}
}

func (p *awkParser) forStatement() awkStmt {
	p.advance()
	p.expect("(")
	if s := p.forIn(); s != nil {
		return s
	}
	var start, after awkStmt
	var cond awkExpr
	if !p.is(";") {
		start = p.simple()
	}
	p.expect(";")
	p.optNewlines()
	if !p.is(";") {
		cond = p.expr()
	}
	p.expect(";")
	p.optNewlines()
	if !p.is(")") {
		after = p.simple()
	}
	p.expect(")")
	var body awkStmt
	if p.take(";") {
		body = func(*awk) awkFlow { return awkOn }
	} else {
		body = p.statement()
	}
	loop := awkLoop(cond, body, after)
	return func(a *awk) awkFlow {
		if start != nil {
			start(a)
		}
		return loop(a)
	}
}

// forIn reads (k in a) if that is what follows, nil if not.
func (p *awkParser) forIn() awkStmt {
	if p.tok.kind != 'w' {
		return nil
	}
	mark, tok := p.lex, p.tok
	name := p.tok.text
	p.advance()
	if p.is("in") {
		p.advance()
		if p.tok.kind == 'w' {
			list := p.tok.text
			p.advance()
			if p.take(")") {
				return p.forInBody(p.variable(name), p.cell(list))
			}
		}
	}
	p.lex, p.tok = mark, tok
	return nil
}

func (p *awkParser) forInBody(key awkPlace, list func(*awk) *awkCell) awkStmt {
	body := p.statement()
	return func(a *awk) awkFlow {
		for _, k := range list(a).array().keys() {
			a.work()
			key.set(a, awkInput(k))
			switch flow := body(a); flow {
			case awkBreak:
				return awkOn
			case awkOn, awkContinue:
			default:
				return flow
			}
		}
		return awkOn
	}
}

// printStatement reads print and printf with their arguments and where the output goes.
func (p *awkParser) printStatement() awkStmt {
	formatted := p.is("printf")
	p.advance()
	var args []awkExpr
	p.noGT, p.noPipe = true, true
	if !p.is(";") && !p.is("\n") && !p.is("}") && !p.is(">") && !p.is(">>") && !p.is("|") && p.tok.kind != 0 {
		args = p.printArguments()
	}
	p.noGT, p.noPipe = false, false
	how := ""
	var target awkExpr
	for _, op := range []string{">>", ">", "|"} {
		if how == "" && p.take(op) {
			how = op
			p.noGT = true
			target = p.concat()
			p.noGT = false
		}
	}
	if formatted && len(args) == 0 {
		p.unexpected()
	}
	return func(a *awk) awkFlow {
		a.work()
		text := ""
		if formatted {
			text = a.sprintf(args)
		} else {
			text = a.printed(args)
		}
		if how == "" {
			a.out.string(text)
		} else {
			a.printTo(how, target(a).text(a.convfmt()), text)
		}
		return awkOn
	}
}

// printArguments reads a list, in parentheses or not. A parenthesis may also just begin the first expression:
// print (1)(2), print (1,2) in a.
func (p *awkParser) printArguments() []awkExpr {
	if p.is("(") {
		mark, tok := p.lex, p.tok
		p.advance()
		noGT, noPipe := p.noGT, p.noPipe
		p.noGT, p.noPipe = false, false
		list := []awkExpr{p.expr()}
		p.optNewlines()
		for p.take(",") {
			p.optNewlines()
			list = append(list, p.expr())
		}
		p.noGT, p.noPipe = noGT, noPipe
		if p.take(")") && (p.is(";") || p.is("\n") || p.is("}") || p.is(">") || p.is(">>") || p.is("|") || p.tok.kind == 0) {
			return list
		}
		p.lex, p.tok = mark, tok
	}
	list := []awkExpr{p.expr()}
	for p.take(",") {
		p.optNewlines()
		list = append(list, p.expr())
	}
	return list
}

// cell finds a variable: a local of the function, or a global.
func (p *awkParser) cell(name string) func(*awk) *awkCell {
	if i, ok := p.locals[name]; ok {
		return func(a *awk) *awkCell { return a.frame[i] }
	}
	i := p.prog.global(name)
	return func(a *awk) *awkCell { return a.globals[i] }
}

func (g *awkProgram) global(name string) int {
	i, ok := g.globals[name]
	if !ok {
		i = len(g.globals)
		g.globals[name] = i
	}
	return i
}

// variable is a name as a place. Some names do something when they are set or read.
func (p *awkParser) variable(name string) awkPlace {
	cell := p.cell(name)
	if _, local := p.locals[name]; local {
		return awkPlace{func(a *awk) awkValue { return cell(a).v }, func(a *awk, v awkValue) { cell(a).v = v }}
	}
	switch name {
	case "NF":
		return awkPlace{
			func(a *awk) awkValue { a.split(); return awkNum(float64(len(a.fields))) },
			func(a *awk, v awkValue) { a.setNF(int(v.num())) },
		}
	case "FS", "RS":
		return awkPlace{func(a *awk) awkValue { return cell(a).v }, func(a *awk, v awkValue) {
			if name == "FS" {
				a.split() // the current line is split as it was read
			}
			cell(a).v = v
		}}
	}
	return awkPlace{func(a *awk) awkValue { return cell(a).v }, func(a *awk, v awkValue) { cell(a).v = v }}
}

// subscript reads what is between brackets: several are joined by SUBSEP.
func (p *awkParser) subscript() awkExpr {
	noIn, noGT, noPipe := p.noIn, p.noGT, p.noPipe
	p.noIn, p.noGT, p.noPipe = false, false, false
	list := p.list("]")
	p.noIn, p.noGT, p.noPipe = noIn, noGT, noPipe
	return joined(list)
}

// list reads expressions up to a closing mark.
func (p *awkParser) list(end string) []awkExpr {
	var list []awkExpr
	p.optNewlines()
	for !p.is(end) {
		list = append(list, p.expr())
		p.optNewlines()
		if !p.take(",") && !p.is(end) {
			p.unexpected()
		}
		p.optNewlines()
	}
	p.advance()
	return list
}

func joined(list []awkExpr) awkExpr {
	if len(list) == 1 {
		return list[0]
	}
	return func(a *awk) awkValue {
		parts := make([]string, len(list))
		for i, e := range list {
			parts[i] = e(a).text(a.convfmt())
		}
		return awkStr(strings.Join(parts, a.variable("SUBSEP")))
	}
}
