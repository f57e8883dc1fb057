package netfilter

import (
	"slices"
	"strconv"
	"strings"
)

// nftCommand is one command of a script.
type nftCommand struct {
	verb, object string
	at           span
	family       Family
	table        string
	tableAt      span
	name         string // of a chain or map
	nameAt       span
	newName      string // of rename
	newNameAt    span
	base         *base
	policy       bool // base has one
	rule         *nftRule
	handle       uint64
	handleAt     span
	handleSet    bool
	index        int // before or after which rule: index N; -1 is none
	kind         nftKind
	elements     []mapElement
	elementAt    []span
	done         bool // its parts are commands already
}

// nftParser reads scripts.
type nftParser struct {
	tokens  []nftToken
	end     int // the offset of the script's end
	keys    []nftKey
	family  Family // of the rule at hand
	proto   string // that the rule at hand asks for
	command []nftCommand
}

func parseNft(script string) ([]nftCommand, error) {
	tokens, err := lexNft(script)
	if err != nil {
		return nil, err
	}
	p := &nftParser{tokens: tokens, end: len(script), keys: nftKeys()}
	for p.skipEnds(); len(p.tokens) > 0; p.skipEnds() {
		if err := p.one(); err != nil {
			return nil, err
		}
	}
	return p.command, nil
}

func (p *nftParser) peek() nftToken {
	if len(p.tokens) == 0 {
		return nftToken{"\n", false, span{p.end, p.end}}
	}
	return p.tokens[0]
}

func (p *nftParser) next() nftToken {
	t := p.peek()
	if len(p.tokens) > 0 {
		p.tokens = p.tokens[1:]
	}
	return t
}

// take eats a word if it is the next one.
func (p *nftParser) take(text string) bool {
	if t := p.peek(); t.text != text || t.quoted {
		return false
	}
	p.next()
	return true
}

func (p *nftParser) skipEnds() {
	for len(p.tokens) > 0 && (p.tokens[0].text == "\n" || p.tokens[0].text == ";") && !p.tokens[0].quoted {
		p.next()
	}
}

// atEnd reports whether a command or rule ends here.
func (p *nftParser) atEnd() bool {
	t := p.peek()
	return !t.quoted && (t.text == "\n" || t.text == ";" || t.text == "}")
}

// unexpected is a syntax error at the next word.
func (p *nftParser) unexpected() error { return unexpectedToken(p.peek()) }

func unexpectedToken(t nftToken) error {
	what := t.text
	switch {
	case t.text == "\n":
		what = "newline"
	case t.quoted:
		what = "quoted string"
	case strings.Contains("{};,", t.text):
		what = "'" + t.text + "'"
	case strings.Trim(t.text, "0123456789") == "":
		what = "number"
	case !slices.Contains(nftWords(), t.text):
		what = "string"
	}
	return nftErr(t.span, "syntax error, unexpected %s", what)
}

// nftWords are words of the language that a message repeats.
func nftWords() []string {
	return []string{
		"accept", "drop", "return", "jump", "goto", "continue", "counter", "log", "limit", "reject", "dnat", "snat",
		"masquerade", "redirect", "comment", "table", "chain", "rule", "map", "set", "add", "delete", "list", "flush", "ip",
		"ip6", "inet", "tcp", "udp", "meta", "ct", "iifname", "oifname", "iif", "oif", "type", "hook", "priority", "policy",
		"handle", "ruleset", "tables", "chains", "vmap", "to", "with",
	}
}

func (p *nftParser) expect(text string) error {
	if !p.take(text) {
		return p.unexpected()
	}
	return nil
}

// word is a name.
func (p *nftParser) word() (nftToken, error) {
	t := p.peek()
	if t.quoted || t.text == "\n" || strings.Contains("{};,()|&!=<>", t.text[:1]) {
		return t, p.unexpected()
	}
	return p.next(), nil
}

// one reads a command, or a table in braces as "nft list" prints it.
func (p *nftParser) one() error {
	begin := p.peek().span.from
	verb, err := p.word()
	if err != nil {
		return err
	}
	c := nftCommand{verb: verb.text, index: -1}
	switch verb.text {
	case "add", "create", "insert", "replace", "rename", "delete", "destroy", "flush", "list":
		if err := p.objectOf(&c); err != nil {
			return err
		}
	case "table":
		c.verb, c.object = "add", "table"
		if err := p.tableBlock(&c); err != nil {
			return err
		}
		return nil
	case "reset", "describe", "monitor", "export", "import", "include", "define", "undefine":
		return nftErr(verb.span, "%s is not simulated", verb.text)
	default: // "nft foo": a table's name without a verb
		return p.unexpected()
	}
	c.at = span{begin, p.lastEnd(begin)}
	if !p.atEnd() {
		return p.unexpected()
	}
	if !c.done {
		p.command = append(p.command, c)
	}
	return nil
}

// lastEnd is where the word before the next one ends; the marks of a whole command reach to it.
func (p *nftParser) lastEnd(from int) int { return max(p.peek().span.from, from) }

func (p *nftParser) objectOf(c *nftCommand) error {
	o := p.peek()
	switch o.text {
	case "table", "chain", "rule", "map", "element", "ruleset", "tables", "chains", "maps":
		p.next()
		c.object = o.text
	case "set", "sets", "counter", "counters", "quota", "quotas", "ct", "limit", "limits", "flowtable", "flowtables",
		"secmark", "synproxy", "meter", "meters", "flow":
		return nftErr(o.span, "%s %s is not simulated", c.verb, o.text)
	default:
		if c.verb == "add" || c.verb == "insert" { // the word "rule" may be left out
			c.object = "rule"
			break
		}
		return p.unexpected()
	}
	return p.named(c)
}

// named reads what an object of a command is called, and what is said about it.
func (p *nftParser) named(c *nftCommand) error {
	p.familyWord(c)
	switch c.object {
	case "ruleset", "tables", "chains", "maps":
		return nil
	}
	t, err := p.word()
	if err != nil {
		return nftErr(t.span, "%s, expecting string", err)
	}
	if c.table, c.tableAt = t.text, t.span; c.table == "handle" {
		return nftErr(t.span, "a table by its handle is not simulated")
	}
	if c.object == "table" {
		return p.tableEnd(c)
	}
	n, err := p.word()
	if err != nil {
		return err
	}
	c.name, c.nameAt = n.text, n.span
	p.family = c.family
	switch {
	case c.object == "chain" && (c.verb == "add" || c.verb == "create"):
		return p.chainSpec(c)
	case c.object == "chain" && c.verb == "rename":
		to, err := p.word()
		c.newName, c.newNameAt = to.text, to.span
		return err
	case c.object == "map" && (c.verb == "add" || c.verb == "create"):
		return p.mapSpec(c)
	case c.object == "element":
		return p.elementSpec(c)
	case c.object == "rule":
		return p.ruleSpec(c)
	}
	return nil
}

func (p *nftParser) familyWord(c *nftCommand) {
	c.family = IPv4
	for _, f := range []Family{IPv4, IPv6, Inet} {
		if t := p.peek(); t.text == f.String() && !t.quoted {
			p.next()
			c.family = f
			if c.object == "ruleset" || c.object == "tables" || c.object == "chains" || c.object == "maps" {
				c.table = t.text
			}
			return
		}
	}
}

// tableEnd reads the braces behind "add table".
func (p *nftParser) tableEnd(c *nftCommand) error {
	for _, f := range []string{"arp", "bridge", "netdev"} {
		if c.table == f && !p.atEnd() {
			return nftErr(c.tableAt, "family %s is not simulated", f)
		}
	}
	if c.verb == "add" && p.peek().text == "{" {
		return p.body(c)
	}
	return nil
}

// tableBlock is "table FAMILY NAME { … }".
func (p *nftParser) tableBlock(c *nftCommand) error {
	if err := p.named(c); err != nil {
		return err
	}
	if !c.done {
		c.at = c.tableAt
		p.command = append(p.command, *c)
	}
	return nil
}

// body reads what stands in a table's braces: first all of its chains and maps are made, then what is in them.
func (p *nftParser) body(c *nftCommand) error {
	p.next()
	c.done = true
	made := []nftCommand{*c}
	var filled []nftCommand
	for p.skipEnds(); !p.take("}"); p.skipEnds() {
		t, err := p.word()
		if err != nil {
			return err
		}
		n, err := p.word()
		if err != nil {
			return err
		}
		x := nftCommand{
			verb: "add", object: t.text, at: n.span, family: c.family, table: c.table, tableAt: c.tableAt, name: n.text,
			nameAt: n.span, index: -1,
		}
		p.family = c.family
		switch t.text {
		case "chain":
			rules, err := p.chainBody(&x)
			if err != nil {
				return err
			}
			made, filled = append(made, x), append(filled, rules...)
		case "map":
			if err := p.mapSpec(&x); err != nil {
				return err
			}
			elements := x
			elements.object = "element"
			x.elements = nil
			made = append(made, x)
			if len(elements.elements) > 0 { // before the rules, behind the chains
				filled = append([]nftCommand{elements}, filled...)
			}
		default:
			return nftErr(t.span, "%s is not simulated", t.text)
		}
	}
	made[0].at = c.tableAt
	p.command = append(append(p.command, made...), filled...)
	return nil
}

// chainBody reads a chain's braces in a table's.
func (p *nftParser) chainBody(x *nftCommand) ([]nftCommand, error) {
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	var rules []nftCommand
	for p.skipEnds(); !p.take("}"); p.skipEnds() {
		switch p.peek().text {
		case "type", "policy":
			if err := p.hookSpec(x); err != nil {
				return nil, err
			}
			continue
		}
		r := *x
		r.object, r.base = "rule", nil
		if err := p.ruleSpec(&r); err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// chainSpec is the braces behind "add chain": a base chain's hook.
func (p *nftParser) chainSpec(c *nftCommand) error {
	if !p.take("{") {
		return nil
	}
	for p.skipEnds(); !p.take("}"); p.skipEnds() {
		if err := p.hookSpec(c); err != nil {
			return err
		}
	}
	return nil
}

// hookSpec is "type TYPE hook HOOK priority PRIORITY" or "policy POLICY".
func (p *nftParser) hookSpec(c *nftCommand) error {
	if c.base == nil {
		c.base = &base{}
	}
	t := p.next()
	switch t.text {
	case "policy":
		c.policy = true
		v := p.next()
		switch v.text {
		case "accept":
			c.base.policy = Accept
		case "drop":
			c.base.policy = Drop
		default:
			return unexpectedToken(v)
		}
		return nil
	case "type":
	case "comment", "flags", "devices":
		return nftErr(t.span, "%s of a chain is not simulated", t.text)
	default:
		return unexpectedToken(t)
	}
	kind := p.next()
	i := slices.Index([]string{"filter", "nat", "route"}, kind.text)
	if i < 0 {
		return nftErr(kind.span, "unknown chain type")
	}
	c.base.kind = chainKind(i)
	if err := p.expect("hook"); err != nil {
		return err
	}
	return p.hookAndPriority(c)
}

func (p *nftParser) hookAndPriority(c *nftCommand) error {
	h := p.next()
	found := false
	for x := PreRouting; x <= PostRouting; x++ {
		if strings.ToLower(x.String()) == h.text {
			c.base.hook, found = x, true
		}
	}
	switch {
	case h.text == "ingress" || h.text == "egress":
		return nftErr(h.span, "hook %s is not simulated", h.text)
	case !found:
		return nftErr(h.span, "unknown chain hook")
	}
	if err := p.expect("priority"); err != nil {
		return err
	}
	t := p.next()
	n, ok := priorityOf(t.text)
	if !ok {
		return nftErr(t.span, "invalid priority expression symbol in this context.")
	}
	for p.peek().text == "+" || p.peek().text == "-" {
		sign := p.next().text
		m, err := strconv.Atoi(p.next().text)
		if err != nil {
			return p.unexpected()
		}
		if sign == "-" {
			m = -m
		}
		n += m
	}
	c.base.priority = n
	return nil
}

// priorityNames are nft's names for usual priorities.
func priorityNames() []nftPriority {
	return []nftPriority{
		{"raw", priorityRaw},
		{"mangle", priorityMangle},
		{"dstnat", priorityDstNAT},
		{"filter", priorityFilter},
		{"security", prioritySecurity},
		{"srcnat", prioritySrcNAT},
	}
}

type nftPriority struct {
	name string
	n    int
}

func priorityOf(s string) (int, bool) {
	for _, x := range priorityNames() {
		if x.name == s {
			return x.n, true
		}
	}
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil
}

// mapSpec is the braces of a map: "type KEY : verdict", elements.
func (p *nftParser) mapSpec(c *nftCommand) error {
	if err := p.expect("{"); err != nil {
		return err
	}
	for p.skipEnds(); !p.take("}"); p.skipEnds() {
		t := p.next()
		switch t.text {
		case "type":
			if err := p.mapType(c); err != nil {
				return err
			}
		case "elements":
			if err := p.expect("="); err != nil {
				return err
			}
			if err := p.elementList(c, c.kind); err != nil {
				return err
			}
		default:
			return nftErr(t.span, "%s of a map is not simulated", t.text)
		}
	}
	return nil
}

func (p *nftParser) mapType(c *nftCommand) error {
	t := p.next()
	found := false
	for k := kindNumber; k <= kindCode6; k++ {
		if k.typeName() == t.text && k != kindNumber {
			c.kind, found = k, true
		}
	}
	if !found {
		return nftErr(t.span, "unknown datatype %s", t.text)
	}
	if err := p.expect(":"); err != nil {
		return err
	}
	if v := p.next(); v.text != "verdict" {
		return nftErr(v.span, "a map to %s is not simulated", v.text)
	}
	return nil
}

// elementSpec is the braces behind "add element": what the values are is known when the map is found.
func (p *nftParser) elementSpec(c *nftCommand) error { return p.elementList(c, kindLink) }

// maxElements bounds a set or map in a script.
const maxElements = 1 << 16

// elementList reads "{ VALUE : VERDICT, … }"; a value alone is of "delete element".
func (p *nftParser) elementList(c *nftCommand, k nftKind) error {
	if err := p.expect("{"); err != nil {
		return err
	}
	for p.skipLines(); !p.take("}"); p.skipLines() {
		t := p.next()
		v, err := k.value(t.text)
		if err != nil {
			return nftErr(t.span, "%s", err)
		}
		e := mapElement{value: v}
		if p.take(":") {
			verdict, err := p.verdict()
			if err != nil {
				return err
			}
			e.verdict = *verdict
		} else if c.verb != "delete" {
			return p.unexpected()
		}
		c.elements, c.elementAt = append(c.elements, e), append(c.elementAt, t.span)
		if len(c.elements) > maxElements {
			return nftErr(t.span, "more than %d elements are not simulated", maxElements)
		}
		p.skipLines()
		if !p.take(",") && p.peek().text != "}" {
			return p.unexpected()
		}
	}
	return nil
}

func (p *nftParser) skipLines() {
	for len(p.tokens) > 0 && p.tokens[0].text == "\n" && !p.tokens[0].quoted {
		p.next()
	}
}

func (p *nftParser) verdict() (*nftVerdict, error) {
	t := p.next()
	acts := map[string]action{
		"accept": actAccept, "drop": actDrop, "return": actReturn, "continue": actContinue, "jump": actJump, "goto": actGoto,
	}
	a, ok := acts[t.text]
	if !ok || t.quoted {
		return nil, unexpectedToken(t)
	}
	v := &nftVerdict{act: a}
	if a == actJump || a == actGoto {
		to, err := p.word()
		if err != nil {
			return nil, err
		}
		v.to = to.text
	}
	return v, nil
}

// ruleSpec is what stands behind a chain's name.
func (p *nftParser) ruleSpec(c *nftCommand) error {
	for _, w := range []string{"handle", "position", "index"} {
		if p.peek().text != w {
			continue
		}
		p.next()
		t := p.next()
		n, err := strconv.ParseUint(t.text, 10, 31)
		if err != nil {
			return unexpectedToken(t)
		}
		c.handleAt = t.span
		if w == "index" {
			c.index = int(n)
		} else {
			c.handle, c.handleSet = n, true
		}
	}
	if c.verb == "delete" || c.verb == "destroy" {
		if !c.handleSet {
			return p.unexpected()
		}
		return nil
	}
	r, err := p.rule()
	c.rule = r
	return err
}
