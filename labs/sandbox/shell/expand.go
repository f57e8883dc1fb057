package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// piece is a part of an expanded word. What is quoted stays as it is; what came from an expansion outside of quotes
// is split at IFS; the rest may only be a pattern.
type piece struct {
	text   string
	quoted bool
	split  bool
	brk    bool // a field ends here: between the elements of $@
}

// expander collects the pieces of one word.
type expander struct {
	s      *Shell
	pieces []piece
	dq     bool // inside double quotes or a here-document
	hdoc   bool
	inWord bool // inside the word of ${x-word}, outside of quotes: literals are split too
	assign bool // the word is assigned: no splitting, ~ after : too
	braced bool // inside the word of ${x-word}: a backslash quotes } too
	joined bool // the word has several parts
}

func (e *expander) add(text string, split bool) {
	if e.dq {
		e.pieces = append(e.pieces, piece{text: text, quoted: true})
		return
	}
	if text != "" {
		e.pieces = append(e.pieces, piece{text: text, split: split})
	}
}

func (e *expander) quoted(text string) {
	e.pieces = append(e.pieces, piece{text: text, quoted: true})
}

func (e *expander) brk() { e.pieces = append(e.pieces, piece{brk: true}) }

// pieces expands a word up to, and without, field splitting.
func (s *Shell) pieces(w *syntax.Word, assign bool) []piece {
	if w == nil {
		return nil
	}
	e := &expander{s: s, assign: assign}
	e.word(w)
	return e.pieces
}

func (e *expander) word(w *syntax.Word) {
	e.s.sys.Step(1)
	parts := w.Parts
	if len(parts) == 0 {
		return
	}
	joined := e.joined
	e.joined = len(parts) > 1
	defer func() { e.joined = joined }()
	if lit, ok := parts[0].(*syntax.Lit); ok && strings.HasPrefix(lit.Value, "~") && !e.dq {
		if rest, home, ok := e.s.tilde(lit.Value, len(parts) == 1, e.assign); ok {
			e.quoted(home)
			e.lit(rest)
			parts = parts[1:]
		}
	}
	if lit, ok := firstLit(parts); ok && e.s.cfg.Flavour == Bash && !e.assign && !e.dq && !e.s.opts.posix {
		if name, value, ok := strings.Cut(lit.Value, "="); ok && isName(name) && strings.HasPrefix(value, "~") {
			if rest, home, ok := e.s.tilde(value, len(parts) == 1, true); ok {
				e.lit(name + "=")
				e.quoted(home)
				e.lit(rest)
				parts = parts[1:]
			}
		}
	}
	for _, p := range parts {
		e.part(p)
	}
}

func firstLit(parts []syntax.WordPart) (*syntax.Lit, bool) {
	if len(parts) == 0 {
		return nil, false
	}
	lit, ok := parts[0].(*syntax.Lit)
	return lit, ok
}

func (e *expander) part(p syntax.WordPart) {
	switch p := p.(type) {
	case *syntax.Lit:
		e.lit(plain(p.Value))
	case *syntax.SglQuoted:
		e.sglQuoted(p)
	case *syntax.DblQuoted:
		e.dblQuoted(p)
	case *syntax.ParamExp:
		e.param(p)
	case *syntax.CmdSubst:
		e.add(e.s.commandSubst(p), true)
	case *syntax.ArithmExp:
		e.arithm(p)
	case *syntax.ProcSubst:
		e.add(e.s.processSubst(p), false)
	case *syntax.ExtGlob:
		e.add(p.Op.String()+plain(p.Pattern.Value)+")", false)
	case *syntax.BraceExp: // only where braces do not expand
		e.add(e.s.script.slice(p), false)
	}
}

func (e *expander) arithm(p *syntax.ArithmExp) {
	if p.Bracket && e.s.cfg.Flavour != Bash {
		e.lit("$[")
		e.lit(e.s.script.inner(p.Left, p.Right, len("$["), 0))
		e.lit("]")
		return
	}
	e.add(formatInt(e.s.arithExp(p)), true)
}

// lit is text as written: outside of quotes a backslash quotes what follows, inside only some characters.
func (e *expander) lit(text string) {
	if e.dq {
		e.quoted(unescapeQuoted(text, e.hdoc, e.braced))
		return
	}
	if e.assign && strings.Contains(text, ":~") {
		e.assignedTildes(text)
		return
	}
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			e.add(text, e.inWord)
			return
		}
		e.add(text[:i], e.inWord)
		n := 2
		for i+n < len(text) && text[i+n]&0xc0 == 0x80 {
			n++ // the rest of a character
		}
		e.quoted(text[i+1 : i+n])
		text = text[i+n:]
	}
}

func (e *expander) assignedTildes(text string) {
	e.assign = false
	defer func() { e.assign = true }()
	for i, part := range strings.Split(text, ":") {
		if i > 0 {
			e.lit(":")
		}
		if i > 0 && strings.HasPrefix(part, "~") {
			if rest, home, ok := e.s.tilde(part, true, false); ok {
				e.quoted(home)
				part = rest
			}
		}
		e.lit(part)
	}
}

func unescapeQuoted(text string, hdoc, braced bool) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			switch c := text[i+1]; {
			case c == '\n':
				i++
				continue
			case c == '$' || c == '`' || c == '\\' || c == '"' && !hdoc || c == '}' && braced:
				i++
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func (e *expander) sglQuoted(p *syntax.SglQuoted) {
	text := plain(p.Value)
	switch {
	case p.Dollar && e.s.cfg.Flavour == Dash:
		e.lit("$")
		e.quoted(text)
	case p.Dollar && !e.dq:
		e.quoted(dollarQuoted(text))
	case e.dq: // within "${x-'y'}" they are only characters
		e.quoted("'" + text + "'")
	default:
		e.quoted(text)
	}
}

func (e *expander) dblQuoted(p *syntax.DblQuoted) {
	if e.dq { // "${x-"y"}": the inner quotes end nothing
		for _, part := range p.Parts {
			e.part(part)
		}
		return
	}
	if p.Dollar && e.s.cfg.Flavour != Bash {
		e.lit("$")
	}
	before := len(e.pieces)
	inWord := e.inWord
	e.dq, e.inWord = true, false
	onlyAt := len(p.Parts) > 0 && (!e.joined || e.s.cfg.Flavour == Bash)
	for _, part := range p.Parts {
		onlyAt = onlyAt && isAllParams(part)
		e.part(part)
	}
	e.dq, e.inWord = false, inWord
	if len(e.pieces) == before && !onlyAt {
		e.quoted("")
	}
}

// isAllParams reports whether a part is $@ or ${name[@]}: in quotes, without elements, it is no field at all.
func isAllParams(part syntax.WordPart) bool {
	p, ok := part.(*syntax.ParamExp)
	if !ok || p.Param == nil {
		return false
	}
	return p.Param.Value == "@" || indexIs(p.Index, "@")
}

// one expands a word to one string: assignments, here-documents, the word of case.
func (s *Shell) one(w *syntax.Word, assign bool) string {
	if w == nil {
		return ""
	}
	if len(w.Parts) == 1 {
		if lit, ok := w.Parts[0].(*syntax.Lit); ok && !strings.ContainsAny(lit.Value, "\\~\U0010ff00") &&
			!hasCoded(lit.Value) {
			return lit.Value
		}
	}
	return s.join(s.pieces(w, assign))
}

func (s *Shell) join(pieces []piece) string {
	if len(pieces) == 1 {
		return pieces[0].text
	}
	var b strings.Builder
	for _, p := range pieces {
		if p.brk {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	s.passing(b.Len())
	return b.String()
}

// pattern expands a word to a pattern.
func (s *Shell) pattern(w *syntax.Word) pattern {
	if w == nil {
		return ""
	}
	return s.piecesPattern(s.pieces(w, false))
}

func (s *Shell) piecesPattern(pieces []piece) pattern {
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.brk:
			b.WriteByte(' ')
		case p.quoted:
			b.WriteString(string(quotePattern(p.text)))
		default:
			b.WriteString(p.text)
		}
	}
	s.passing(b.Len())
	return pattern(b.String())
}

// document expands a here-document's body.
func (s *Shell) document(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	e := &expander{s: s, dq: true, hdoc: true}
	for _, p := range w.Parts {
		e.part(p)
	}
	return s.join(e.pieces)
}

// fields expands words to the arguments of a command.
func (s *Shell) fields(words []*syntax.Word) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		if len(w.Parts) == 1 {
			if lit, ok := w.Parts[0].(*syntax.Lit); ok && simpleLit(lit.Value) {
				out = append(out, lit.Value)
				continue
			}
		}
		out = s.wordFields(out, w)
	}
	if len(out) > 64 {
		s.sys.Step(len(out) / 64)
		s.passing(len(out) * perField)
	}
	return out
}

// perField is about what a field costs besides its text.
const perField = 32

// simpleLit reports whether a literal means itself.
func simpleLit(v string) bool {
	for i := range len(v) {
		switch v[i] {
		case '*', '?', '[', '\\', '~', '{', 0xf4:
			return false
		}
	}
	return true
}

func (s *Shell) wordFields(out []string, w *syntax.Word) []string {
	if s.cfg.Flavour == Bash && s.opts.braceexpand {
		for _, w := range s.braces(w) {
			out = s.split(out, s.pieces(w, false))
		}
		return out
	}
	return s.split(out, s.pieces(w, false))
}

// field is a field being put together.
type field struct {
	parts []piece
	there bool
}

// split makes fields of pieces and expands those that are patterns.
func (s *Shell) split(out []string, pieces []piece) []string {
	if len(pieces) > 64 {
		s.sys.Step(len(pieces) / 64)
		s.passing(len(pieces) * 2 * perField)
	}
	f := &splitter{s: s, out: out}
	f.ifs, f.blank = s.ifs()
	for _, p := range pieces {
		switch {
		case p.brk:
			f.flush()
			f.afterBlank = false
		case p.quoted, !p.split, f.ifs == "":
			f.cur.parts = append(f.cur.parts, p)
			f.cur.there = f.cur.there || p.quoted || p.text != ""
			f.afterBlank = false
		default:
			f.cut(p.text)
		}
	}
	f.flush()
	return f.out
}

type splitter struct {
	s          *Shell
	out        []string
	cur        field
	ifs, blank string
	afterBlank bool // the last field was ended by white space, so a delimiter that follows ends nothing more
}

// cut splits text at IFS. POSIX: 2.6.5.
func (f *splitter) cut(text string) {
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if strings.IndexByte(f.ifs, c) < 0 {
			if !f.cur.there {
				start = i
			}
			f.cur.there, f.afterBlank = true, false
			continue
		}
		if f.cur.there {
			f.cur.parts = append(f.cur.parts, piece{text: text[start:i]})
		}
		f.delimiter(strings.IndexByte(f.blank, c) >= 0)
		start = i + 1
	}
	if f.cur.there && start < len(text) {
		f.cur.parts = append(f.cur.parts, piece{text: text[start:]})
	}
}

func (f *splitter) delimiter(blank bool) {
	switch {
	case f.cur.there:
		f.flush()
		f.afterBlank = blank
	case blank:
	case f.afterBlank:
		f.afterBlank = false
	default:
		f.out = append(f.out, "")
	}
}

// ifs is the delimiters, and those of them that are white space.
func (s *Shell) ifs() (all, blank string) {
	all, set := s.vars.get("IFS")
	if !set {
		all = " \t\n"
	}
	if all == " \t\n" {
		return all, all
	}
	for _, c := range []byte(" \t\n") {
		if strings.IndexByte(all, c) >= 0 {
			blank += string(c)
		}
	}
	return all, blank
}

// flush ends the field that is being put together.
func (f *splitter) flush() {
	if !f.cur.there {
		f.cur = field{}
		return
	}
	parts := f.cur.parts
	f.cur = field{}
	if !f.s.opts.noglob && mayGlob(parts) {
		if p := f.s.piecesPattern(parts); p.magic() || f.s.extended(p) {
			if names := f.s.glob(p); len(names) > 0 {
				f.out = append(f.out, names...)
				return
			}
			if f.s.opts.nullglob {
				return
			}
		}
	}
	f.out = append(f.out, f.s.join(parts))
}

func mayGlob(parts []piece) bool {
	for _, p := range parts {
		if !p.quoted && strings.ContainsAny(p.text, "*?[(") {
			return true
		}
	}
	return false
}

func (s *Shell) extended(p pattern) bool {
	return s.opts.extglob && strings.Contains(string(p), "(")
}

// passing charges memory that an expansion needs for a moment: the text and what it is made from. What a script can
// make large enough is killed.
func (s *Shell) passing(n int) {
	if n > 4096 {
		s.sys.Alloc(2 * int64(n))
		s.sys.Free(2 * int64(n))
	}
}
