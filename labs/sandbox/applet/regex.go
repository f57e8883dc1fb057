package applet

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
)

// regex is a POSIX regular expression. It runs on Go's automata, whose time is linear in the text, with the longest of
// the leftmost matches; one with back-references, which no automaton can do, runs on a backtracking matcher that pays
// for its steps.
type regex struct {
	literal []byte // the whole expression is this text; nil if not
	re      *regexp.Regexp
	back    *node
	groups  int
	newline bool        // ^ and $ match at newlines inside
	step    func(n int) // what the backtracking matcher pays with
	fold    bool
}

// regexFlags say how an expression is read.
type regexFlags struct{ extended, ignoreCase, multiline bool }

// compileRegex reads an expression. The error is a C library's short text: "Missing ']'".
func compileRegex(pattern string, f regexFlags, step func(int)) (*regex, error) {
	p := &regexParser{src: pattern, flags: f}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	r := &regex{groups: p.groups, newline: f.multiline, step: step, fold: f.ignoreCase}
	if p.backrefs {
		r.back = root
		return r, nil
	}
	if text, ok := literalOf(root); ok && !f.ignoreCase {
		r.literal = []byte(text)
		return r, nil
	}
	var b strings.Builder
	b.WriteString("(?s")
	if f.ignoreCase {
		b.WriteByte('i')
	}
	if f.multiline {
		b.WriteByte('m')
	}
	b.WriteByte(')')
	root.emit(&b)
	if r.re, err = regexp.Compile(b.String()); err != nil {
		return nil, errors.New("Out of memory")
	}
	r.re.Longest()
	return r, nil
}

// literalOf is the text of an expression without operators.
func literalOf(n *node) (string, bool) {
	var b strings.Builder
	list := []*node{n}
	if n.kind == nodeCat {
		list = n.subs
	}
	for _, s := range list {
		if s.kind != nodeChar {
			return "", false
		}
		b.WriteRune(s.char)
	}
	return b.String(), b.Len() > 0
}

// find returns the places of the leftmost longest match and its groups as regexp does, nil if there is none.
func (r *regex) find(text []byte) []int {
	switch {
	case r.literal != nil:
		i := bytes.Index(text, r.literal)
		if i < 0 {
			return nil
		}
		return []int{i, i + len(r.literal)}
	case r.back != nil:
		return r.backtrack(text, 0)
	}
	r.charge(text)
	return r.re.FindSubmatchIndex(text)
}

// charge pays for a search: an automaton looks at every byte, which takes longer than moving them.
func (r *regex) charge(text []byte) {
	if n := len(text) / 64; n > 0 {
		r.step(n)
	}
}

// matches reports whether there is a match.
func (r *regex) matches(text []byte) bool {
	switch {
	case r.literal != nil:
		return bytes.Contains(text, r.literal)
	case r.back != nil:
		return r.backtrack(text, 0) != nil
	}
	r.charge(text)
	return r.re.Match(text)
}

// findAll returns up to max matches that do not overlap (all, if max is negative). An empty match right behind
// another one does not count.
func (r *regex) findAll(text []byte, max int) [][]int {
	if r.re != nil {
		r.charge(text)
		return r.re.FindAllSubmatchIndex(text, max)
	}
	var all [][]int
	last := -1
	for at := 0; at <= len(text) && (max < 0 || len(all) < max); {
		m := r.from(text, at)
		if m == nil {
			break
		}
		if m[1] > m[0] || m[0] != last {
			all = append(all, m)
			last = m[1]
		}
		if at = m[1]; m[1] == m[0] {
			at++
		}
	}
	return all
}

func (r *regex) from(text []byte, at int) []int {
	if r.back != nil {
		return r.backtrack(text, at)
	}
	i := bytes.Index(text[at:], r.literal)
	if i < 0 {
		return nil
	}
	return []int{at + i, at + i + len(r.literal)}
}

// regexOrDie compiles what the command line says, or ends the process.
func (c *call) regexOrDie(pattern string, extended, ignoreCase bool) *regex {
	r, err := compileRegex(pattern, regexFlags{extended: extended, ignoreCase: ignoreCase}, c.Step)
	if err != nil {
		c.badRegex(pattern, err)
	}
	return r
}

func (c *call) badRegex(pattern string, err error) {
	if c.gnu() {
		c.dieWith(max(c.usageAt, 1), "%s", glibcRegexError(err.Error()))
	}
	c.dieWith(max(c.usageAt, 1), "bad regex '%s': %s", pattern, err)
}

// glibcRegexError is what GNU's matcher calls what musl calls otherwise.
func glibcRegexError(musl string) string {
	switch musl {
	case "Missing ']'":
		return "Unmatched [, [^, [:, [., or [="
	case "Missing ')'":
		return "Unmatched ( or \\("
	case "Missing '}'":
		return "Unmatched { or \\{"
	case "Invalid contents of {}":
		return "Invalid content of \\{\\}"
	case "Invalid character range":
		return "Invalid range end"
	case "Unknown character class name":
		return "Invalid character class name"
	case "Repetition not preceded by valid expression":
		return "Invalid preceding regular expression"
	case "Invalid back reference":
		return "Invalid back reference"
	}
	return musl
}
