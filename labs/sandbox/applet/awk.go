package applet

import (
	"bytes"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// awk is an awk program as it runs. Texts are bytes, as in busybox's awk: length("你") is 3.
type awk struct {
	*call
	prog    *awkProgram
	name    string
	globals []*awkCell
	frame   []*awkCell
	result  awkValue
	code    int
	depth   int
	steps   int
	held    int // bytes of texts made since they were last charged

	record   string
	fields   []awkValue
	split0   bool // fields are those of the record
	argv     bool // files were named
	in       *input
	readers  map[string]*awkReader
	writers  map[string]*awkWriter
	regexes  map[string]*regex
	rand     uint64
	lastSeed float64
	opened   []string // keys of readers and writers in order

	vNR, vFNR, vFS, vRS, vOFS, vORS, vOFMT, vConv, vName, vStart, vLength int
}

func awkCmd(c *call) proc.ExitCode {
	o := c.getopt("+F:v:f:e:W:")
	if o.has('W') {
		c.complain("warning: option -W is ignored")
	}
	a := &awk{
		call: c, prog: newAwkProgram(), name: "cmd. line", readers: map[string]*awkReader{}, writers: map[string]*awkWriter{},
		regexes: map[string]*regex{}, rand: 1,
	}
	args := a.load(o)
	a.start(o, args)
	flow := awkOn
	for _, b := range a.prog.begin {
		if flow = b(a); flow == awkExit {
			break
		}
	}
	if flow != awkExit && (len(a.prog.rules) > 0 || len(a.prog.end) > 0) {
		a.lines()
	}
	for _, e := range a.prog.end {
		if e(a) == awkExit {
			break
		}
	}
	a.closeAll()
	if a.code == 0 {
		return c.failed
	}
	return proc.ExitCode(a.code & 255)
}

// load reads the program from -f, -e or the first operand, and returns the operands that are left.
func (a *awk) load(o *options) []string {
	args := o.args
	p := &awkParser{c: a.call, name: a.name, prog: a.prog}
	found := false
	for _, g := range o.given {
		switch g.letter {
		case 'f':
			in, err := a.open(g.value)
			if err != nil {
				a.die("can't open '%s': %s", g.value, a.text(err))
			}
			p.name = g.value
			p.read(string(in.all()))
			in.close()
			found = true
		case 'e':
			p.read(g.value)
			found = true
		}
	}
	if !found {
		if len(args) == 0 {
			a.usage()
		}
		p.read(args[0])
		args = args[1:]
	}
	a.checkCalls()
	return args
}

// checkCalls reports the call of a function that is not there: of several, the one that comes first.
func (a *awk) checkCalls() {
	first := 1 << 30
	for name, line := range a.prog.calls { // any order: the smallest line wins
		if !a.prog.funcs[name].defined {
			first = min(first, line)
		}
	}
	if first < 1<<30 {
		a.fault(first, "Call to undefined function")
	}
}

func (a *awk) fault(line int, what string) { a.die("%s:%d: %s", a.name, line, what) }

// start gives the variables their values.
func (a *awk) start(o *options, args []string) {
	for _, v := range []struct {
		name string
		slot *int
		v    awkValue
	}{
		{"NR", &a.vNR, awkNum(0)},
		{"FNR", &a.vFNR, awkNum(0)},
		{"FS", &a.vFS, awkStr(" ")},
		{"RS", &a.vRS, awkStr("\n")},
		{"OFS", &a.vOFS, awkStr(" ")},
		{"ORS", &a.vORS, awkStr("\n")},
		{"OFMT", &a.vOFMT, awkStr("%.6g")},
		{"CONVFMT", &a.vConv, awkStr("%.6g")},
		{"FILENAME", &a.vName, awkValue{}},
		{"RSTART", &a.vStart, awkNum(0)},
		{"RLENGTH", &a.vLength, awkNum(-1)},
	} {
		*v.slot = a.prog.global(v.name)
		a.cell(*v.slot).v = v.v
	}
	a.named("SUBSEP").v = awkStr("\x1c")
	a.named("ARGC").v = awkNum(float64(len(args) + 1))
	argv := a.named("ARGV").array()
	for i, s := range append([]string{"awk"}, args...) {
		it, _ := argv.at(awkNum(float64(i)).text(""))
		it.v = awkInput(s)
	}
	env := a.named("ENVIRON").array()
	for _, e := range a.Environ() {
		k, v, _ := strings.Cut(e, "=")
		it, _ := env.at(k)
		it.v = awkInput(v)
	}
	if fs, ok := o.value('F'); ok {
		text, _ := unescape(fs, false)
		a.globals[a.vFS].v = awkStr(text)
	}
	for _, v := range o.values('v') {
		if !a.assign(v) {
			a.usage()
		}
	}
	a.cell(len(a.prog.globals) - 1)
}

// cell is the global of that number; those that are missing are made.
func (a *awk) cell(i int) *awkCell {
	for len(a.globals) <= i {
		a.globals = append(a.globals, &awkCell{})
	}
	return a.globals[i]
}

func (a *awk) named(name string) *awkCell { return a.cell(a.prog.global(name)) }

// assign carries out NAME=VALUE from the command line.
func (a *awk) assign(text string) bool {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" || isDigit(name[0]) || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return false
	}
	v, _ := unescape(value, false)
	if name == "FS" {
		a.split()
	}
	if name == "NF" {
		a.setNF(int(awkInput(v).num()))
		return true
	}
	a.named(name).v = awkInput(v)
	return true
}

// work accounts for a statement.
func (a *awk) work() {
	if a.steps++; a.steps%16 == 0 {
		a.Step(1)
	}
}

// made accounts for a text that was made. What is kept cannot be told from what is dropped, so only texts that are
// large by themselves are charged: a step for 256 bytes, which is about what copying them takes.
func (a *awk) made(n int) {
	if n > 1<<16 {
		a.Step(n >> 8)
		if n > a.held {
			a.grow(n - a.held)
			a.held = n
		}
	}
}

func (a *awk) variable(name string) string { return a.named(name).v.text("%.6g") }

func (a *awk) convfmt() string { return a.globals[a.vConv].v.s }

// element is an array's element of that key.
func (a *awk) element(c *awkCell, key awkValue) *awkItem {
	it, made := c.array().at(key.text(a.convfmt()))
	if made {
		a.grow(96 + len(it.key))
	}
	return it
}

// maxCalls is how deep functions may call each other.
const maxCalls = 1000

func (a *awk) invoke(f *awkFunc, args []awkOperand, line int) awkValue {
	if a.depth++; a.depth > maxCalls {
		a.fault(line, "Too many nested calls")
	}
	a.work()
	frame := make([]*awkCell, max(f.params, len(args)))
	for i := range frame {
		frame[i] = &awkCell{}
		if i >= len(args) {
			continue
		}
		if args[i].cell == nil {
			frame[i].v = args[i].get(a)
			continue
		}
		from := args[i].cell(a)
		frame[i].arr, frame[i].v = from.arr, args[i].get(a)
		if from.arr == nil && frame[i].v.kind == 0 {
			frame[i].alias = from
		}
	}
	old := a.frame
	a.frame = frame
	a.result = awkValue{}
	f.body(a)
	a.frame = old
	a.depth--
	v := a.result
	a.result = awkValue{}
	return v
}

// lines runs the rules over the input.
func (a *awk) lines() awkFlow {
	for a.nextRecord() {
		for _, r := range a.prog.rules {
			a.work()
			if !r.applies(a) {
				continue
			}
			flow := awkOn
			if r.action == nil {
				a.out.string(a.record + a.globals[a.vORS].v.text(a.convfmt()))
			} else {
				flow = r.action(a)
			}
			if flow == awkNextFile && a.in != nil {
				a.in.close()
				a.in = nil
			}
			if flow == awkNext || flow == awkNextFile {
				break
			}
			if flow == awkExit {
				return awkExit
			}
		}
	}
	return awkOn
}

func (r *awkRule) applies(a *awk) bool {
	switch {
	case r.begin == nil:
		return true
	case r.end == nil:
		return r.begin(a).truth()
	case !r.inside && !r.begin(a).truth():
		return false
	}
	r.inside = !r.end(a).truth()
	return true
}

// nextRecord reads the next record of all files into $0.
func (a *awk) nextRecord() bool {
	text, ok := a.nextMain()
	if !ok {
		return false
	}
	a.setRecord(text)
	a.count(true)
	return true
}

func (a *awk) count(fnr bool) {
	a.globals[a.vNR].v = awkNum(a.globals[a.vNR].v.num() + 1)
	if fnr {
		a.globals[a.vFNR].v = awkNum(a.globals[a.vFNR].v.num() + 1)
	}
}

// nextMain is the next record of the files on the command line, or of standard input.
func (a *awk) nextMain() (string, bool) {
	for {
		if a.in == nil && !a.nextFile() {
			return "", false
		}
		if text, ok := a.readRecord(a.in); ok {
			return text, true
		}
		a.in.complain()
		a.in.close()
		a.in = nil
	}
}

// nextFile opens the next operand; ARGV may have been changed by the program.
func (a *awk) nextFile() bool {
	argv := a.named("ARGV").array()
	i := a.named("awk.arg") // a name that no program can write
	for i.v.n++; i.v.n < a.named("ARGC").v.num(); i.v.n++ {
		i.v.kind = 'n'
		it := argv.find(i.v.text(""))
		if it == nil || it.v.text("") == "" {
			continue
		}
		name := it.v.text("")
		if a.assign(name) {
			continue
		}
		a.argv = true
		in, err := a.open(name)
		if err != nil {
			a.die("%s: %s", name, a.text(err))
		}
		a.in = in
		a.globals[a.vName].v = awkInput(name)
		a.globals[a.vFNR].v = awkNum(0)
		return true
	}
	if a.argv {
		return false
	}
	a.argv = true
	a.in = a.stdin()
	return true
}

// readRecord reads up to RS: a character, nothing for paragraphs, or a regular expression.
func (a *awk) readRecord(in *input) (string, bool) {
	rs := a.globals[a.vRS].v.text("")
	if len(rs) == 1 {
		line, ok := in.until(rs[0])
		if n := len(line); n > 0 && line[n-1] == rs[0] {
			line = line[:n-1]
		}
		return string(line), ok
	}
	if rs == "" {
		return a.paragraph(in)
	}
	return a.byRegex(in, a.awkRegexCached(rs))
}

func (a *awk) paragraph(in *input) (string, bool) {
	var text []byte
	for {
		line, ok := in.chomped()
		switch {
		case !ok:
			return string(bytes.TrimSuffix(text, []byte("\n"))), len(text) > 0
		case len(line) > 0:
			a.made(len(text) + len(line))
			text = append(append(text, line...), '\n')
		case len(text) > 0:
			return string(bytes.TrimSuffix(text, []byte("\n"))), true
		}
	}
}

// byRegex reads the whole rest of the input once, and cuts records from it.
func (a *awk) byRegex(in *input, re *regex) (string, bool) {
	for in.fill() {
	}
	rest := in.buf[in.r:in.w]
	if len(rest) == 0 {
		return "", false
	}
	m := re.find(rest)
	if m == nil || m[1] == m[0] {
		in.r = in.w
		return string(bytes.TrimSuffix(rest, []byte("\n"))), true
	}
	text := string(rest[:m[0]])
	in.r += m[1]
	return text, true
}

func (a *awk) setRecord(text string) {
	a.record = text
	a.split0 = false
}

// split makes the fields of the record, when they are asked for.
func (a *awk) split() {
	if a.split0 {
		return
	}
	a.split0 = true
	a.fields = a.fields[:0]
	for _, f := range a.cut(a.record, a.globals[a.vFS].v.text(""), nil) {
		a.fields = append(a.fields, awkInput(f))
	}
}

// cut splits a text as FS does.
func (a *awk) cut(text, fs string, re *regex) []string {
	paragraphs := a.globals[a.vRS].v.kind == 's' && a.globals[a.vRS].v.s == ""
	switch {
	case text == "":
		return nil
	case re == nil && fs == " ":
		return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' })
	case re == nil && fs == "":
		return strings.Split(text, "")
	case re == nil && len(fs) == 1 && fs != "\\":
		if paragraphs && fs != "\n" {
			return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r < 0x80 && byte(r) == fs[0] })
		}
		return strings.Split(text, fs)
	case re == nil:
		re = a.awkRegexCached(fs)
	}
	var parts []string
	at := 0
	for _, m := range re.findAll([]byte(text), -1) {
		if m[1] > m[0] {
			parts = append(parts, text[at:m[0]])
			at = m[1]
		}
	}
	return append(parts, text[at:])
}

func (a *awk) field(n int) awkValue {
	if n == 0 {
		if a.record == "" {
			return awkValue{kind: 's'}
		}
		return awkInput(a.record)
	}
	a.split()
	if n < 0 {
		a.fault(1, "Access to negative field")
	}
	if n > len(a.fields) {
		return awkValue{}
	}
	return a.fields[n-1]
}

// maxFields bounds what an assignment to $n can make.
const maxFields = 100000

func (a *awk) setField(n int, v awkValue) {
	if n == 0 {
		a.setRecord(v.text(a.convfmt()))
		return
	}
	if n < 0 || n > maxFields {
		a.fault(1, "Access to negative field")
	}
	a.split()
	a.widen(n)
	a.fields[n-1] = v
	a.rebuild()
}

func (a *awk) widen(n int) {
	for len(a.fields) < n {
		a.fields = append(a.fields, awkStr(""))
	}
}

func (a *awk) setNF(n int) {
	if n < 0 || n > maxFields {
		a.fault(1, "Access to negative field")
	}
	a.split()
	a.widen(n)
	a.fields = a.fields[:n]
	a.rebuild()
}

func (a *awk) rebuild() {
	parts := make([]string, len(a.fields))
	for i, f := range a.fields {
		parts[i] = f.text(a.convfmt())
	}
	a.record = strings.Join(parts, a.globals[a.vOFS].v.text(a.convfmt()))
	a.made(len(a.record))
}

// awkRegex compiles an expression of the program.
func (c *call) awkRegex(text string) *regex {
	r, err := compileRegex(text, regexFlags{extended: true}, c.Step)
	if err != nil {
		c.badRegex(text, err)
	}
	return r
}

// awkRegexCached is awkRegex for texts that are computed: the same one comes for every line.
func (a *awk) awkRegexCached(text string) *regex {
	if r := a.regexes[text]; r != nil {
		return r
	}
	if len(a.regexes) > 200 {
		clear(a.regexes)
	}
	r := a.awkRegex(text)
	a.regexes[text] = r
	return r
}

func (a *awk) regexOf(o awkOperand) *regex {
	if o.regex != nil {
		return o.regex
	}
	return a.awkRegexCached(o.get(a).text(a.convfmt()))
}
