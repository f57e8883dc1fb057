package condition

import (
	"fmt"
	"strings"
	"unicode"
)

// Mistake is what is wrong with a condition.
type Mistake struct {
	Column   int // of the character where it is, from 1
	What, Do string
}

func (m *Mistake) Error() string { return fmt.Sprintf("column %d: %s; %s", m.Column, m.What, m.Do) }

// Parse reads a condition. The error is a *Mistake.
func Parse(text string) (*Condition, error) {
	r := &reading{}
	if r.split(text); r.mistake == nil {
		c := r.condition()
		if r.mistake == nil && r.at < len(r.words) {
			r.wrong("%q is too much", "leave it out, or put \"…\" around a text that has spaces", r.words[r.at].text)
		}
		if r.mistake == nil {
			return c, nil
		}
	}
	return nil, r.mistake
}

// String is the condition as it is written. It parses back to the same.
func (c *Condition) String() string {
	if c.kind == atom {
		var all []string
		for _, w := range c.words {
			all = append(all, written(w))
		}
		return strings.Join(all, " ")
	}
	var all []string
	for _, p := range c.parts {
		s := p.String()
		if p.kind == anyOf || p.kind == allOf {
			s = "(" + s + ")"
		}
		all = append(all, s)
	}
	word := map[kind]string{not: "not ", anyOf: "any ", allOf: "all "}[c.kind]
	return word + strings.Join(all, " ; ")
}

// written is a word with quotation marks if it needs them.
func written(word string) string {
	special := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"`;()|\\", r) }
	if word != "" && !strings.ContainsFunc(word, special) {
		return word
	}
	return `"` + quoting().Replace(word) + `"`
}

func quoting() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`)
}

// word is a part of a condition.
type word struct {
	text   string
	mark   bool // one of ; ( ) that stands for itself
	column int
}

// reading is a condition as it is read. After the first mistake everything that is read is empty.
type reading struct {
	words   []word
	at      int
	end     int // the column behind the last word
	depth   int
	mistake *Mistake
}

// deepest is how far conditions may stand in one another.
const deepest = 20

// condition reads one.
func (r *reading) condition() *Condition {
	if r.depth++; r.depth > deepest {
		r.wrong("too many conditions stand in one another", "write it more simply")
		return nil
	}
	defer func() { r.depth-- }()
	if r.mark("(") {
		c := r.condition()
		if !r.mark(")") {
			r.wrong("a parenthesis is not closed", "write ) where it ends")
		}
		return c
	}
	began := r.at
	switch w := r.word("a condition"); w {
	case "not":
		return &Condition{kind: not, parts: []*Condition{r.condition()}}
	case "any":
		return r.several(anyOf)
	case "all":
		return r.several(allOf)
	default:
		return r.atom(w, began)
	}
}

func (r *reading) several(k kind) *Condition {
	c := &Condition{kind: k}
	for {
		p := r.condition()
		if p != nil && (p.kind == anyOf || p.kind == allOf) && !r.closed() {
			r.wrong("it is not clear where the inner any or all ends", "put parentheses around it")
		}
		c.parts = append(c.parts, p)
		if !r.mark(";") {
			break
		}
	}
	if len(c.parts) < 2 {
		r.wrong("there is only one condition", "write another one behind a semicolon, or leave the first word out")
	}
	return c
}

// closed reports whether what was just read ended with a parenthesis.
func (r *reading) closed() bool {
	return r.at > 0 && r.words[r.at-1].mark && r.words[r.at-1].text == ")"
}

// atom reads a condition that begins with this word.
func (r *reading) atom(first string, began int) *Condition {
	if r.mistake != nil {
		return nil
	}
	for _, f := range forms() {
		if f.begins(first) {
			c := &Condition{test: f.read(r, first)}
			for _, w := range r.words[began:r.at] {
				c.words = append(c.words, w.text)
			}
			return c
		}
	}
	r.at--
	r.wrong("there is no condition that begins with %q", "CONTRIBUTING.md \"Write a lab\" lists them", first)
	return nil
}

// wrong notes what is wrong where the reading is.
func (r *reading) wrong(what, do string, args ...any) {
	if r.mistake != nil {
		return
	}
	column := r.end
	if r.at < len(r.words) {
		column = r.words[r.at].column
	}
	r.mistake = &Mistake{Column: column, What: fmt.Sprintf(what, args...), Do: do}
}

// wrongWord notes what is wrong with the word that was just read.
func (r *reading) wrongWord(what, do string, args ...any) {
	if r.mistake == nil {
		r.at--
		r.wrong(what, do, args...)
	}
}

// more reports whether there is another word of this condition.
func (r *reading) more() bool { return r.mistake == nil && r.at < len(r.words) && !r.words[r.at].mark }

// word reads one that must be there.
func (r *reading) word(what string) string {
	if !r.more() {
		r.wrong("%s is missing", "write it here", what)
		return ""
	}
	r.at++
	return r.words[r.at-1].text
}

// text is a word that must not be empty.
func (r *reading) text(what string) string {
	w := r.word(what)
	if r.mistake == nil && w == "" {
		r.wrongWord("%s is empty", "write it between the quotation marks", what)
	}
	return w
}

// next takes a word if it is this one.
func (r *reading) next(w string) bool {
	if r.more() && r.words[r.at].text == w {
		r.at++
		return true
	}
	return false
}

// mark takes a mark if it comes.
func (r *reading) mark(m string) bool {
	if r.mistake == nil && r.at < len(r.words) && r.words[r.at].mark && r.words[r.at].text == m {
		r.at++
		return true
	}
	return false
}

// oneOf is a word that must be one of these.
func (r *reading) oneOf(choices ...string) string {
	w := r.word("one of " + strings.Join(choices, ", "))
	for _, c := range choices {
		if w == c {
			return w
		}
	}
	r.wrongWord("%q stands where %s can", "write one of them", w, strings.Join(choices, " or "))
	return ""
}

// thing is the name of something.
func (r *reading) thing(k Kind) string {
	article := "a "
	if k == Image {
		article = "an "
	}
	w := r.text("the name of " + article + string(k))
	if strings.ContainsFunc(w, func(c rune) bool { return unicode.IsSpace(c) || c == '/' && k != Image }) {
		r.wrongWord("%q is no name", "write a name without spaces", w)
	}
	return w
}

// path is an absolute path.
func (r *reading) path() string {
	w := r.text("a path")
	if r.mistake == nil && !strings.HasPrefix(w, "/") {
		r.wrongWord("the path %s does not begin with /", "write it from the root on", w)
	}
	return w
}
