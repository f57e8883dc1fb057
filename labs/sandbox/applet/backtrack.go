package applet

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// backtracker matches an expression with back-references by trying. Every part tried is work that the process pays
// for, so that an expression that never ends is ended like any other endless loop.
type backtracker struct {
	r      *regex
	text   []byte
	groups []int
	work   int
	depth  int
}

// maxDepth is how many parts may be open at a time; beyond it a match is given up.
const maxDepth = 20000

// backtrack finds the first match at or behind from.
func (r *regex) backtrack(text []byte, from int) []int {
	for at := from; at <= len(text); at++ {
		if at > from && at < len(text) && !utf8.RuneStart(text[at]) {
			continue
		}
		b := &backtracker{r: r, text: text, groups: make([]int, 2*(r.groups+1))}
		for i := range b.groups {
			b.groups[i] = -1
		}
		end := -1
		if b.match(r.back, at, func(to int) bool { end = to; return true }) {
			b.groups[0], b.groups[1] = at, end
			return b.groups
		}
	}
	return nil
}

func (b *backtracker) match(n *node, at int, then func(int) bool) bool {
	if b.work++; b.work%64 == 0 {
		b.r.step(1)
	}
	if b.depth++; b.depth > maxDepth {
		b.depth--
		return false
	}
	defer func() { b.depth-- }()
	switch n.kind {
	case nodeEmpty:
		return then(at)
	case nodeChar, nodeAny, nodeSet:
		to, ok := b.one(n, at)
		return ok && then(to)
	case nodeGroup:
		return b.group(n, at, then)
	case nodeCat:
		return b.cat(n.subs, at, then)
	case nodeAlt:
		for _, s := range n.subs {
			if b.match(s, at, then) {
				return true
			}
		}
		return false
	case nodeRepeat:
		return b.repeat(n, at, then)
	case nodeBackref:
		return b.backref(n, at, then)
	}
	return b.edge(n.kind, at) && then(at)
}

// edge reports whether a condition on the place holds.
func (b *backtracker) edge(kind nodeKind, at int) bool {
	switch kind {
	case nodeBegin:
		return at == 0 || b.r.newline && b.text[at-1] == '\n'
	case nodeEnd:
		return at == len(b.text) || b.r.newline && b.text[at] == '\n'
	}
	before := at > 0 && isWordByte(b.text[at-1])
	after := at < len(b.text) && isWordByte(b.text[at])
	return (before != after) == (kind == nodeWordEdge)
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// one matches a single character.
func (b *backtracker) one(n *node, at int) (to int, ok bool) {
	if at >= len(b.text) {
		return 0, false
	}
	r, size := utf8.DecodeRune(b.text[at:])
	switch n.kind {
	case nodeAny:
		ok = true
	case nodeSet:
		ok = n.set.has(r, b.r.fold)
	default:
		ok = r == n.char || b.r.fold && unicode.ToLower(r) == unicode.ToLower(n.char)
	}
	return at + size, ok
}

func (b *backtracker) cat(subs []*node, at int, then func(int) bool) bool {
	if len(subs) == 0 {
		return then(at)
	}
	return b.match(subs[0], at, func(to int) bool { return b.cat(subs[1:], to, then) })
}

func (b *backtracker) group(n *node, at int, then func(int) bool) bool {
	old := [2]int{b.groups[2*n.n], b.groups[2*n.n+1]}
	if b.match(n.subs[0], at, func(to int) bool {
		before := [2]int{b.groups[2*n.n], b.groups[2*n.n+1]}
		b.groups[2*n.n], b.groups[2*n.n+1] = at, to
		if then(to) {
			return true
		}
		b.groups[2*n.n], b.groups[2*n.n+1] = before[0], before[1]
		return false
	}) {
		return true
	}
	b.groups[2*n.n], b.groups[2*n.n+1] = old[0], old[1]
	return false
}

func (b *backtracker) repeat(n *node, at int, then func(int) bool) bool {
	if k := n.subs[0].kind; k == nodeChar || k == nodeAny || k == nodeSet {
		return b.repeatOne(n, at, then)
	}
	return b.repeatAny(n, 0, at, then)
}

// repeatOne takes as many characters as it can and gives them back one by one.
func (b *backtracker) repeatOne(n *node, at int, then func(int) bool) bool {
	ends := []int{at}
	for n.max < 0 || len(ends) <= n.max {
		to, ok := b.one(n.subs[0], ends[len(ends)-1])
		if !ok {
			break
		}
		ends = append(ends, to)
		if b.work++; b.work%64 == 0 {
			b.r.step(1)
		}
	}
	for i := len(ends) - 1; i >= n.min; i-- {
		if then(ends[i]) {
			return true
		}
	}
	return false
}

func (b *backtracker) repeatAny(n *node, done, at int, then func(int) bool) bool {
	if n.max < 0 || done < n.max {
		if b.match(n.subs[0], at, func(to int) bool {
			if to == at && done >= n.min {
				return false
			}
			return b.repeatAny(n, done+1, to, then)
		}) {
			return true
		}
	}
	return done >= n.min && then(at)
}

func (b *backtracker) backref(n *node, at int, then func(int) bool) bool {
	from, to := b.groups[2*n.n], b.groups[2*n.n+1]
	if from < 0 || at+to-from > len(b.text) {
		return false
	}
	want, have := b.text[from:to], b.text[at:at+to-from]
	if !bytes.Equal(want, have) && !(b.r.fold && bytes.EqualFold(want, have)) {
		return false
	}
	return then(at + len(want))
}
