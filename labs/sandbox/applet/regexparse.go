package applet

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nodeKind is what a part of a regular expression is.
type nodeKind int

const (
	nodeEmpty nodeKind = iota
	nodeChar
	nodeAny
	nodeSet
	nodeBegin
	nodeEnd
	nodeWordEdge    // \b \< \>
	nodeNotWordEdge // \B
	nodeGroup
	nodeCat
	nodeAlt
	nodeRepeat
	nodeBackref
)

// node is a part of a regular expression.
type node struct {
	kind     nodeKind
	char     rune
	set      *charSet
	n        int // a group's or back-reference's number
	subs     []*node
	min, max int // of a repeat; max < 0 is no limit
}

// charSet is a bracket expression.
type charSet struct {
	not     bool
	ranges  [][2]rune
	classes []string
}

func (s *charSet) has(r rune, fold bool) bool {
	if s.hasExactly(r) {
		return !s.not
	}
	if fold && (s.hasExactly(unicode.ToUpper(r)) || s.hasExactly(unicode.ToLower(r))) {
		return !s.not
	}
	return s.not
}

func (s *charSet) hasExactly(r rune) bool {
	for _, x := range s.ranges {
		if x[0] <= r && r <= x[1] {
			return true
		}
	}
	for _, c := range s.classes {
		if inClass(c, r) {
			return true
		}
	}
	return false
}

// emit writes the node in Go's syntax.
func (n *node) emit(b *strings.Builder) {
	switch n.kind {
	case nodeChar:
		b.WriteString(regexp.QuoteMeta(string(n.char)))
	case nodeAny:
		b.WriteByte('.')
	case nodeSet:
		n.set.emit(b)
	case nodeBegin:
		b.WriteByte('^')
	case nodeEnd:
		b.WriteByte('$')
	case nodeWordEdge:
		b.WriteString(`\b`)
	case nodeNotWordEdge:
		b.WriteString(`\B`)
	case nodeGroup:
		b.WriteByte('(')
		n.subs[0].emit(b)
		b.WriteByte(')')
	case nodeCat:
		for _, s := range n.subs {
			s.emit(b)
		}
	case nodeAlt:
		b.WriteString("(?:")
		for i, s := range n.subs {
			if i > 0 {
				b.WriteByte('|')
			}
			s.emit(b)
		}
		b.WriteByte(')')
	case nodeRepeat:
		n.emitRepeat(b)
	}
}

func (n *node) emitRepeat(b *strings.Builder) {
	b.WriteString("(?:")
	n.subs[0].emit(b)
	b.WriteByte(')')
	switch {
	case n.min == 0 && n.max < 0:
		b.WriteByte('*')
	case n.min == 1 && n.max < 0:
		b.WriteByte('+')
	case n.min == 0 && n.max == 1:
		b.WriteByte('?')
	case n.max < 0:
		fmt.Fprintf(b, "{%d,}", n.min)
	default:
		fmt.Fprintf(b, "{%d,%d}", n.min, n.max)
	}
}

func (s *charSet) emit(b *strings.Builder) {
	b.WriteByte('[')
	if s.not {
		b.WriteByte('^')
	}
	for _, r := range s.ranges {
		fmt.Fprintf(b, `\x{%x}-\x{%x}`, r[0], r[1])
	}
	for _, c := range s.classes {
		switch c {
		case "alpha", "alnum":
			b.WriteString(`\pL[:` + c + `:]`)
		case "upper":
			b.WriteString(`\p{Lu}`)
		case "lower":
			b.WriteString(`\p{Ll}`)
		case "space":
			b.WriteString(`\t-\r `)
		case "print", "graph":
			b.WriteString(`[:` + c + `:]\x{80}-\x{10ffff}`)
		default:
			b.WriteString("[:" + c + ":]")
		}
	}
	b.WriteByte(']')
}

// regexParser reads basic and extended expressions.
type regexParser struct {
	src      string
	at       int
	flags    regexFlags
	groups   int
	closed   []bool // groups that may be referred to
	depth    int
	backrefs bool
}

// maxNesting is how deep groups may be.
const maxNesting = 200

func (p *regexParser) parse() (*node, error) {
	p.closed = []bool{false}
	n, err := p.alternatives()
	if err == nil && p.at < len(p.src) {
		return nil, errors.New("Missing ')'") // a ) or \) too much
	}
	return n, err
}

// looking reports whether an operator comes next: written as it is in extended expressions, with a backslash in basic.
func (p *regexParser) looking(op byte) bool {
	if p.flags.extended {
		return p.at < len(p.src) && p.src[p.at] == op
	}
	return p.at+1 < len(p.src) && p.src[p.at] == '\\' && p.src[p.at+1] == op
}

func (p *regexParser) skip() {
	p.at++
	if !p.flags.extended {
		p.at++
	}
}

func (p *regexParser) alternatives() (*node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, errors.New("Out of memory")
	}
	defer func() { p.depth-- }()
	first, err := p.sequence()
	if err != nil || !p.looking('|') {
		return first, err
	}
	alt := &node{kind: nodeAlt, subs: []*node{first}}
	for p.looking('|') {
		p.skip()
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		alt.subs = append(alt.subs, n)
	}
	return alt, nil
}

func (p *regexParser) sequence() (*node, error) {
	cat := &node{kind: nodeCat}
	for p.at < len(p.src) && !p.looking('|') && !(p.looking(')') && (p.depth > 1 || !p.flags.extended)) {
		n, err := p.atom(len(cat.subs) == 0)
		if err != nil {
			return nil, err
		}
		if n, err = p.repeats(n); err != nil {
			return nil, err
		}
		cat.subs = append(cat.subs, n)
	}
	switch len(cat.subs) {
	case 0:
		return &node{kind: nodeEmpty}, nil
	case 1:
		return cat.subs[0], nil
	}
	return cat, nil
}

func (p *regexParser) atom(first bool) (*node, error) {
	if p.looking('(') {
		return p.group()
	}
	r, size := utf8.DecodeRuneInString(p.src[p.at:])
	switch {
	case r == '\\':
		return p.escape()
	case r == '.':
		p.at++
		return &node{kind: nodeAny}, nil
	case r == '[':
		return p.bracket()
	case r == '^' && (p.flags.extended || first):
		p.at++
		return &node{kind: nodeBegin}, nil
	case r == '$' && (p.flags.extended || p.last()):
		p.at++
		return &node{kind: nodeEnd}, nil
	case p.flags.extended && (r == '*' || r == '+' || r == '?') && first:
		return nil, errors.New("Repetition not preceded by valid expression")
	}
	p.at += size
	return &node{kind: nodeChar, char: r}, nil
}

// last reports whether a $ here ends a basic expression or a part of it.
func (p *regexParser) last() bool {
	rest := p.src[p.at+1:]
	return rest == "" || strings.HasPrefix(rest, `\)`) || strings.HasPrefix(rest, `\|`)
}

func (p *regexParser) group() (*node, error) {
	p.skip()
	p.groups++
	n := p.groups
	p.closed = append(p.closed, false)
	sub, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if !p.looking(')') {
		return nil, errors.New("Missing ')'")
	}
	p.skip()
	p.closed[n] = true
	return &node{kind: nodeGroup, n: n, subs: []*node{sub}}, nil
}

func (p *regexParser) escape() (*node, error) {
	if p.at+1 >= len(p.src) {
		return nil, errors.New("Trailing backslash")
	}
	r, size := utf8.DecodeRuneInString(p.src[p.at+1:])
	p.at += 1 + size
	word := &charSet{ranges: [][2]rune{{'_', '_'}}, classes: []string{"alnum"}}
	switch r {
	case 'w':
		return &node{kind: nodeSet, set: word}, nil
	case 'W':
		word.not = true
		return &node{kind: nodeSet, set: word}, nil
	case 's', 'S':
		return &node{kind: nodeSet, set: &charSet{not: r == 'S', classes: []string{"space"}}}, nil
	case 'b', '<', '>':
		return &node{kind: nodeWordEdge}, nil
	case 'B':
		return &node{kind: nodeNotWordEdge}, nil
	case 'n':
		return &node{kind: nodeChar, char: '\n'}, nil
	case 't':
		return &node{kind: nodeChar, char: '\t'}, nil
	case '`':
		return &node{kind: nodeBegin}, nil
	case '\'':
		return &node{kind: nodeEnd}, nil
	}
	if r >= '1' && r <= '9' {
		n := int(r - '0')
		if n > p.groups || !p.closed[n] {
			return nil, errors.New("Invalid back reference")
		}
		p.backrefs = true
		return &node{kind: nodeBackref, n: n}, nil
	}
	return &node{kind: nodeChar, char: r}, nil
}

// repeats reads what may stand behind an atom, several times.
func (p *regexParser) repeats(n *node) (*node, error) {
	for p.at < len(p.src) {
		lo, hi := 0, -1
		begins := n.kind == nodeBegin
		switch {
		case p.src[p.at] == '*' && !(begins && !p.flags.extended):
			p.at++
		case p.looking('+') && !begins:
			p.skip()
			lo = 1
		case p.looking('?') && !begins:
			p.skip()
			hi = 1
		case p.looking('{') && (!p.flags.extended || p.counts()):
			var err error
			if lo, hi, err = p.bounds(); err != nil {
				return nil, err
			}
		default:
			return n, nil
		}
		if p.depth++; p.depth > maxNesting {
			return nil, errors.New("Out of memory")
		}
		n = &node{kind: nodeRepeat, subs: []*node{n}, min: lo, max: hi}
		if lo == 0 && hi == -1 && n.subs[0].kind == nodeRepeat && n.subs[0].max < 0 {
			n = &node{kind: nodeRepeat, subs: n.subs[0].subs, min: 0, max: -1}
		}
		p.depth--
	}
	return n, nil
}

// counts reports whether { begins a count in an extended expression: otherwise it is a character.
func (p *regexParser) counts() bool {
	return p.at+1 < len(p.src) && (isDigit(p.src[p.at+1]) || p.src[p.at+1] == ',')
}

func (p *regexParser) bounds() (lo, hi int, err error) {
	p.skip()
	end := strings.IndexByte(p.src[p.at:], '}')
	if end < 0 {
		return 0, 0, errors.New("Missing '}'")
	}
	text := p.src[p.at : p.at+end]
	p.at += end + 1
	if !p.flags.extended {
		var ok bool
		if text, ok = strings.CutSuffix(text, `\`); !ok {
			return 0, 0, errors.New("Invalid contents of {}")
		}
	}
	low, high, comma := strings.Cut(text, ",")
	ok := true
	if low != "" || !comma {
		lo, ok = count(low)
	}
	switch {
	case !comma:
		hi = lo
	case high == "":
		hi = -1
	default:
		var good bool
		hi, good = count(high)
		ok = ok && good && lo <= hi
	}
	if !ok {
		return 0, 0, errors.New("Invalid contents of {}")
	}
	return lo, hi, nil
}

// count reads a repetition, of which POSIX wants 255 and Go allows 1000.
func count(s string) (int, bool) {
	n, ok := parseSize(s, nil)
	return int(n), ok && n <= 1000
}

func (p *regexParser) bracket() (*node, error) {
	p.at++
	s := &charSet{}
	if p.at < len(p.src) && p.src[p.at] == '^' {
		s.not = true
		p.at++
	}
	for first := true; ; first = false {
		if p.at >= len(p.src) {
			return nil, errors.New("Missing ']'")
		}
		if p.src[p.at] == ']' && !first {
			p.at++
			return &node{kind: nodeSet, set: s}, nil
		}
		if strings.HasPrefix(p.src[p.at:], "[:") {
			name, _, closed := strings.Cut(p.src[p.at+2:], ":]")
			if !closed || !knownClass(name) {
				return nil, errors.New("Unknown character class name")
			}
			s.classes = append(s.classes, name)
			p.at += len(name) + 4
			continue
		}
		lo, err := p.bracketChar()
		if err != nil {
			return nil, err
		}
		hi := lo
		if p.at+1 < len(p.src) && p.src[p.at] == '-' && p.src[p.at+1] != ']' {
			p.at++
			if hi, err = p.bracketChar(); err != nil {
				return nil, err
			}
		}
		if hi < lo {
			return nil, errors.New("Invalid character range")
		}
		s.ranges = append(s.ranges, [2]rune{lo, hi})
	}
}

// bracketChar is one character between brackets, [.x.] and [=x=] included.
func (p *regexParser) bracketChar() (rune, error) {
	for _, mark := range []string{".", "="} {
		if rest, ok := strings.CutPrefix(p.src[p.at:], "["+mark); ok {
			name, _, closed := strings.Cut(rest, mark+"]")
			r, size := utf8.DecodeRuneInString(name)
			if !closed || size != len(name) || size == 0 {
				return 0, errors.New("Unknown collating element")
			}
			p.at += len(name) + 4
			return r, nil
		}
	}
	r, size := utf8.DecodeRuneInString(p.src[p.at:])
	p.at += size
	return r, nil
}
