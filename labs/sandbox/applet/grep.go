package applet

import (
	"bytes"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// grep is a grep as it runs.
type grep struct {
	*call
	o             *options
	fixed         [][]byte
	regexes       []*regex
	names         bool // in front of lines
	max           int
	before, after int
	delim         byte
	color         bool
	binary        binaryFiles

	matched  bool
	trouble  bool
	separate bool // groups of lines are told apart
	printed  bool
	last     int // line of this file that was printed
}

func grepCmd(c *call) proc.ExitCode {
	c.usageAt = 2
	letters := "HhnlLoqvsrRiwxFEzcm:A:B:C:e:f:ℂ::aI"
	if c.gnu() {
		letters += "Gyι:ε:δ:β:"
	}
	o := c.getopt(letters, "extended-regexp=E", "fixed-strings=F", "ignore-case=i",
		"invert-match=v", "word-regexp=w", "line-regexp=x", "count=c", "color=ℂ", "colour=ℂ", "files-with-matches=l",
		"files-without-match=L", "max-count=m", "only-matching=o", "quiet=q", "silent=q", "no-messages=s", "with-filename=H",
		"no-filename=h", "line-number=n", "recursive=r", "dereference-recursive=R", "after-context=A", "before-context=B",
		"context=C", "regexp=e", "file=f", "null-data=z", "text=a", "include=ι", "exclude=ε", "exclude-dir=δ",
		"binary-files=β")
	g := &grep{call: c, o: o, max: 1 << 60, delim: '\n'}
	files := g.patterns()
	g.numbers()
	g.kindOfBinary()
	if o.has('z') {
		g.delim = 0
	}
	recurse := o.has('r') || o.has('R')
	if len(files) == 0 {
		files = []string{"-"}
		if recurse {
			files = []string{"."}
		}
	}
	g.names = (len(files) > 1 || recurse) && !o.has('h') || o.last("Hh") == 'H'
	for _, f := range files {
		g.file(f, recurse)
	}
	return g.code()
}

// binaryFiles is what becomes of files that hold zero bytes.
type binaryFiles int

const (
	binaryIsText    binaryFiles = iota // busybox knows nothing else
	binaryIsTold                       // that there was a match, and none of the lines
	binaryIsSkipped                    // as if nothing matched
)

// kindOfBinary is what -a, -I and --binary-files say; the last of them counts.
func (g *grep) kindOfBinary() {
	if !g.gnu() || g.o.has('z') {
		return
	}
	g.binary = binaryIsTold
	switch kind, _ := g.o.value('β'); g.o.last("aIβ") {
	case 'a':
		g.binary = binaryIsText
	case 'I':
		g.binary = binaryIsSkipped
	case 'β':
		kinds := map[string]binaryFiles{"text": binaryIsText, "binary": binaryIsTold, "without-match": binaryIsSkipped}
		var ok bool
		if g.binary, ok = kinds[kind]; !ok {
			g.dieWith(2, "unknown binary-files type")
		}
	}
}

func (g *grep) code() proc.ExitCode {
	switch {
	case g.matched && (g.o.has('q') || !g.trouble):
		return 0
	case g.trouble:
		return 2
	}
	return 1
}

// patterns compiles what is looked for and returns the operands that are left.
func (g *grep) patterns() []string {
	texts := g.o.values('e')
	files := g.o.args
	for _, name := range g.o.values('f') {
		in, err := g.open(name)
		if err != nil {
			g.dieWith(2, "%s: %s", name, g.text(err))
		}
		for line, ok := in.chomped(); ok; line, ok = in.chomped() {
			texts = append(texts, string(line))
		}
		in.close()
	}
	if !g.o.has('e') && !g.o.has('f') {
		if len(files) == 0 {
			if g.gnu() {
				g.Write(2, []byte("Usage: grep [OPTION]... PATTERNS [FILE]...\n"))
			}
			g.usage()
		}
		texts, files = files[:1], files[1:]
	}
	kind := g.o.last("FEG")
	if g.app.Name == "egrep" {
		kind = 'E'
	} else if g.app.Name == "fgrep" {
		kind = 'F'
	}
	for _, t := range texts {
		for p := range strings.SplitSeq(t, "\n") {
			g.pattern(p, kind)
		}
	}
	return files
}

func (g *grep) pattern(p string, kind rune) {
	fold := g.o.has('i') || g.o.has('y')
	if kind == 'F' && !fold && !g.o.has('w') && !g.o.has('x') {
		g.fixed = append(g.fixed, []byte(p))
		return
	}
	if kind == 'F' {
		p = quoteExtended(p)
	}
	extended := kind == 'E' || kind == 'F'
	open, closing := `\(`, `\)`
	if extended {
		open, closing = "(", ")"
	}
	if g.o.has('x') {
		p = "^" + open + p + closing + "$"
	}
	g.usageAt = 2
	g.regexes = append(g.regexes, g.regexOrDie(p, extended, fold))
}

// quoteExtended makes an extended expression of plain text.
func quoteExtended(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\.[]*^$+?{}()|`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (g *grep) numbers() {
	get := func(letter rune, value int) int {
		if v, ok := g.o.value(letter); ok {
			n, good := parseSize(v, nil)
			if !good {
				if g.gnu() {
					g.dieWith(2, "%s: invalid context length argument", v)
				}
				g.dieWith(2, "invalid number '%s'", v)
			}
			return int(min(n, 1<<60))
		}
		return value
	}
	both := get('C', 0)
	g.before, g.after = get('B', both), get('A', both)
	g.max = get('m', g.max)
	g.separate = g.before > 0 || g.after > 0
	when, given := g.o.value('ℂ')
	g.color = given && when != "never" && (when != "auto" && when != "" || g.IsTerminal(1))
}

func (g *grep) file(name string, recurse bool) {
	if recurse && name != "-" {
		if st, err := g.FS().Stat(name); err == nil && st.IsDir() {
			g.tree(name)
			return
		}
	}
	in, err := g.open(name)
	if err != nil {
		g.fault(name, err)
		return
	}
	defer in.close()
	if st, err := g.Fstat(in.fd); err == nil && st.IsDir() {
		if g.gnu() && !g.o.has('s') {
			g.complain("%s: %s", name, g.text(proc.EISDIR))
		}
		g.trouble = g.trouble || g.gnu()
		return
	}
	shown := name
	if name == "-" {
		shown = "(standard input)"
	}
	g.search(in, shown)
	if in.err != nil {
		g.fault(name, in.err)
	}
}

func (g *grep) fault(name string, err error) {
	g.trouble = true
	if !g.o.has('s') {
		g.complain("%s: %s", name, g.text(err))
	}
}

func (g *grep) tree(dir string) {
	names, err := g.FS().ReadDir(dir)
	if err != nil {
		g.fault(dir, err)
		return
	}
	for _, n := range names {
		g.Step(1)
		path := joinPath(dir, n.Name)
		st, err := g.FS().Lstat(path)
		if err == nil && st.Mode.IsSymlink() && g.o.has('R') {
			st, err = g.FS().Stat(path)
		}
		switch {
		case err != nil:
			g.fault(path, err)
		case st.IsDir() && !g.excluded('δ', n.Name):
			g.tree(path)
		case st.Mode.IsRegular() && !g.excluded('ε', n.Name) && g.included(n.Name):
			g.file(path, false)
		}
	}
}

func (g *grep) excluded(option rune, name string) bool {
	for _, p := range g.o.values(option) {
		if globMatch(p, name) {
			return true
		}
	}
	return false
}

func (g *grep) included(name string) bool { return !g.o.has('ι') || g.excluded('ι', name) }

// keptLine is a line before a match, kept in case it is wanted.
type keptLine struct {
	n    int
	text []byte
}

func (g *grep) search(in *input, name string) {
	count, number, left := 0, 0, 0
	var kept []keptLine
	g.last = 0
	quick := g.o.has('q') || g.o.has('l') || g.o.has('L')
	binary := g.binary != binaryIsText && bytes.IndexByte(in.ahead(), 0) >= 0
	if binary && g.binary == binaryIsSkipped {
		g.summary(0, name)
		return
	}
	for count < g.max {
		line, ok := in.until(g.delim)
		if !ok {
			break
		}
		binary = binary || g.binary != binaryIsText && bytes.IndexByte(line, 0) >= 0
		number++
		line = bytes.TrimSuffix(line, []byte{g.delim})
		if g.selects(line) {
			count++
			g.matched = true
			if quick {
				break
			}
			if g.o.has('c') {
				continue
			}
			if binary {
				g.print("grep: " + name + ": binary file matches\n")
				return
			}
			for _, k := range kept {
				g.show(k.text, name, k.n, '-')
			}
			kept = kept[:0]
			g.hit(line, name, number)
			left = g.after
			continue
		}
		switch {
		case quick || g.o.has('c'):
		case left > 0:
			left--
			g.show(line, name, number, '-')
		case g.before > 0:
			if len(kept) == g.before {
				kept = append(kept[:0], kept[1:]...)
			}
			kept = append(kept, keptLine{number, bytes.Clone(line)})
		}
	}
	g.trailing(in, name, &number, left)
	g.summary(count, name)
}

// trailing prints what belongs to the last match that -m allows.
func (g *grep) trailing(in *input, name string, number *int, left int) {
	for ; left > 0; left-- {
		line, ok := in.until(g.delim)
		if !ok {
			return
		}
		*number++
		line = bytes.TrimSuffix(line, []byte{g.delim})
		if g.selects(line) {
			return
		}
		g.show(line, name, *number, '-')
	}
}

func (g *grep) summary(count int, name string) {
	switch {
	case g.o.has('q'):
		if count > 0 {
			g.out.flush()
			g.Exit(0)
		}
	case g.o.has('l'):
		if count > 0 {
			g.print(name + "\n")
		}
	case g.o.has('L'):
		if count == 0 {
			g.print(name + "\n")
		}
	case g.o.has('c'):
		if g.names {
			g.print(name + ":")
		}
		g.printf("%d\n", count)
	}
}

// selects reports whether a line is wanted.
func (g *grep) selects(line []byte) bool {
	return (g.locate(line, 0) != nil) != g.o.has('v')
}

// locate finds the first match at or behind from.
func (g *grep) locate(line []byte, from int) []int {
	for _, f := range g.fixed {
		if i := bytes.Index(line[from:], f); i >= 0 {
			return []int{from + i, from + i + len(f)}
		}
	}
	for _, r := range g.regexes {
		if g.o.has('w') {
			if m := g.word(r, line, from); m != nil {
				return m
			}
			continue
		}
		if from == 0 && !g.o.has('o') && !g.color {
			if r.matches(line) {
				return []int{0, 0}
			}
			continue
		}
		if from == 0 {
			if m := r.find(line); m != nil {
				return m
			}
		}
	}
	return nil
}

// word finds a match that has no letter, digit or underscore on either side.
func (g *grep) word(r *regex, line []byte, from int) []int {
	for at := from; at <= len(line); at++ {
		m := r.find(line[at:])
		if m == nil {
			return nil
		}
		start, end := at+m[0], at+m[1]
		if (start == 0 || !isWordByte(line[start-1])) && (end == len(line) || !isWordByte(line[end])) && end > start {
			return []int{start, end}
		}
		at = start
	}
	return nil
}

func (g *grep) hit(line []byte, name string, number int) {
	if !g.o.has('o') {
		g.show(line, name, number, ':')
		return
	}
	if g.o.has('v') {
		return
	}
	for _, m := range g.every(line) {
		g.head(name, number, ':')
		g.out.bytes(g.painted(line[m[0]:m[1]]))
		g.out.byte(g.delim)
	}
}

// every is all matches of all patterns in a line, leftmost first, none empty or overlapping.
func (g *grep) every(line []byte) [][]int {
	var all [][]int
	for _, r := range g.regexes {
		if !g.o.has('w') {
			all = append(all, r.findAll(line, -1)...)
			continue
		}
		for at := 0; ; {
			m := g.word(r, line, at)
			if m == nil {
				break
			}
			all = append(all, m)
			at = m[1]
		}
	}
	for _, f := range g.fixed {
		for at := 0; len(f) > 0; {
			i := bytes.Index(line[at:], f)
			if i < 0 {
				break
			}
			all = append(all, []int{at + i, at + i + len(f)})
			at += i + len(f)
		}
	}
	return leftmost(all)
}

func (g *grep) painted(b []byte) []byte {
	if !g.color {
		return b
	}
	return []byte("\x1b[01;31m\x1b[K" + string(b) + "\x1b[m\x1b[K")
}

func (g *grep) head(name string, number int, mark byte) {
	if g.names {
		g.print(name)
		g.out.byte(mark)
	}
	if g.o.has('n') {
		g.printf("%d", number)
		g.out.byte(mark)
	}
}

func (g *grep) show(line []byte, name string, number int, mark byte) {
	if g.separate && g.printed && number > g.last+1 {
		g.print("--\n")
	}
	g.printed, g.last = true, number
	g.head(name, number, mark)
	if g.color && mark == ':' {
		at := 0
		for _, m := range g.every(line) {
			g.out.bytes(line[at:m[0]])
			g.out.bytes(g.painted(line[m[0]:m[1]]))
			at = m[1]
		}
		line = line[at:]
	}
	g.out.bytes(line)
	g.out.byte(g.delim)
}
