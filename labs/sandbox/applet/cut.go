package applet

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// span is a range of a cut list, counted from 0; to is exclusive, and large if open.
type span struct{ from, to int }

// cutting is a cut as it runs.
type cutting struct {
	*call
	o     *options
	spans []span
	delim string
	glue  string
	re    *regex
}

func cutCmd(c *call) proc.ExitCode {
	o := c.getopt("b:c:f:F:d:O:Dsn", "bytes=b", "characters=c", "fields=f", "delimiter=d", "only-delimited=s", "output-delimiter=O")
	k := &cutting{call: c, o: o}
	kinds := 0
	list := ""
	for _, l := range "bcfF" {
		if v, ok := o.value(l); ok {
			kinds++
			list = v
		}
	}
	switch {
	case kinds == 0 && c.gnu():
		c.complain("you must specify a list of bytes, characters, or fields")
		c.usage()
	case kinds == 0:
		c.die("expected a list of bytes, characters, or fields")
	case kinds > 1 && c.gnu():
		c.complain("only one list may be specified")
		c.usage()
	case kinds > 1:
		c.usage()
	}
	k.spans = k.list(list)
	k.delimiters()
	c.eachInput(o.args, func(in *input) {
		for line, ok := in.chomped(); ok; line, ok = in.chomped() {
			k.line(line)
		}
	})
	return c.failed
}

func (k *cutting) delimiters() {
	d, given := k.o.value('d')
	fields := k.o.has('f') || k.o.has('F')
	if given && !fields || k.o.has('s') && !fields {
		if k.gnu() {
			k.complain("an input delimiter may be specified only when operating on fields")
			k.usage()
		}
		k.die("%s only when operating on fields", map[bool]string{
			true:  "a delimiter may be specified",
			false: "suppressing non-delimited lines makes sense",
		}[given])
	}
	k.delim = "\t"
	if given {
		k.delim = d
	}
	if k.o.has('F') {
		k.delim = " "
		pattern := "[[:space:]][[:space:]]*"
		if given {
			pattern = d
		}
		k.re = k.regexOrDie(pattern, false, false)
	} else if utf8.RuneCountInString(k.delim) > 1 {
		if k.gnu() {
			k.complain("the delimiter must be a single character")
			k.usage()
		}
		k.delim = k.delim[:1]
	}
	k.glue = k.o.or('O', k.delim)
}

// list reads 1,3-5,7-. Ranges are sorted and joined unless -D says otherwise.
func (k *cutting) list(text string) []span {
	var spans []span
	for part := range strings.SplitSeq(text, ",") {
		low, high, ranged := strings.Cut(part, "-")
		s := span{0, 1 << 60}
		if low != "" {
			n, ok := parseSize(low, nil)
			if !ok || n == 0 {
				k.badList(part, low, n, ok)
			}
			s.from = int(n - 1)
		} else if !ranged || high == "" {
			k.badList(part, part, 0, false)
		}
		switch {
		case !ranged:
			s.to = s.from + 1
		case high != "":
			n, ok := parseSize(high, nil)
			if !ok || n == 0 || int(n) <= s.from {
				k.badList(part, high, n, ok)
			}
			s.to = int(n)
		}
		spans = append(spans, s)
	}
	if k.o.has('D') {
		return spans
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	joined := spans[:1]
	for _, s := range spans[1:] {
		if last := &joined[len(joined)-1]; s.from <= last.to-1 || s.from == last.to && !k.o.has('O') {
			last.to = max(last.to, s.to)
		} else {
			joined = append(joined, s)
		}
	}
	return joined
}

func (k *cutting) badList(part, text string, n int64, number bool) {
	switch {
	case k.gnu() && number && n == 0:
		k.complain("fields are numbered from 1")
		k.usage()
	case k.gnu() && number:
		k.complain("invalid decreasing range")
		k.usage()
	case k.gnu():
		k.complain("invalid field value '%s'", text)
		k.usage()
	case !number && text != "" && text != part || !number && strings.Trim(text, "0123456789") != "" && text != "-":
		k.die("invalid number '%s'", text)
	case number && n > 0:
		low, _, _ := strings.Cut(part, "-")
		from, _ := parseSize(low, nil)
		k.die("%d<%d", n, from-1)
	}
	k.die("invalid range %s", part)
}

func (k *cutting) line(line []byte) {
	switch {
	case k.o.has('b'):
		k.pick(len(line), func(from, to int) { k.out.buf = append(k.out.buf, line[from:to]...) })
	case k.o.has('c'):
		runes := []rune(string(line))
		if !utf8.Valid(line) {
			k.pick(len(line), func(from, to int) { k.out.buf = append(k.out.buf, line[from:to]...) })
			break
		}
		k.pick(len(runes), func(from, to int) { k.out.buf = append(k.out.buf, string(runes[from:to])...) })
	default:
		if !k.fields(line) {
			return
		}
	}
	k.out.byte('\n')
}

// pick calls f with the parts of n things that the list names.
func (k *cutting) pick(n int, f func(from, to int)) {
	for i, s := range k.spans {
		if s.from >= n {
			continue
		}
		if i > 0 && k.o.has('O') && !k.o.has('f') {
			k.out.buf = append(k.out.buf, k.glue...)
		}
		f(s.from, min(s.to, n))
	}
}

func (k *cutting) fields(line []byte) bool {
	parts := k.split(line)
	if len(parts) == 1 {
		if k.o.has('s') || k.o.has('D') && k.o.has('F') {
			return false
		}
		k.out.buf = append(k.out.buf, line...)
		return true
	}
	first := true
	k.pick(len(parts), func(from, to int) {
		for _, p := range parts[from:to] {
			if !first {
				k.out.buf = append(k.out.buf, k.glue...)
			}
			first = false
			k.out.buf = append(k.out.buf, p...)
		}
	})
	return true
}

func (k *cutting) split(line []byte) [][]byte {
	if k.re == nil {
		return bytes.Split(line, []byte(k.delim))
	}
	var parts [][]byte
	at := 0
	for _, m := range k.re.findAll(line, -1) {
		if m[1] > m[0] {
			parts = append(parts, line[at:m[0]])
			at = m[1]
		}
	}
	return append(parts, line[at:])
}
