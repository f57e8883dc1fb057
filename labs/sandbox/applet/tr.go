package applet

import (
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// trCmd translates bytes, as busybox and GNU do: a Chinese character is several of them.
func trCmd(c *call) proc.ExitCode {
	o := c.getopt("+cCdst", "complement=c", "delete=d", "squeeze-repeats=s", "truncate-set1=t")
	complement := o.has('c') || o.has('C')
	switch n := len(o.args); {
	case n == 0:
		c.missing("")
	case n > 2:
		if c.gnu() {
			c.complain("extra operand '%s'", o.args[2])
		}
		c.usage()
	case n == 1 && !o.has('d') && !o.has('s') && c.gnu():
		c.complain("missing operand after '%s'\nTwo strings must be given when translating.", o.args[0])
		c.usage()
	}
	from := trSet(o.args[0])
	var to []byte
	if len(o.args) == 2 {
		to = trSet(o.args[1])
		if len(to) == 0 && !o.has('d') {
			if c.gnu() {
				c.die("when not truncating set1, string2 must be non-empty")
			}
			c.die("STRING2 cannot be empty")
		}
	}
	if complement {
		from = others(from)
	}
	if o.has('t') && len(o.args) == 2 {
		from = from[:min(len(from), len(to))]
	}
	c.translate(newTranslation(from, to, o.has('d'), o.has('s')))
	return c.failed
}

// translation says what happens to each byte.
type translation struct {
	to              [256]byte
	delete, squeeze [256]bool
}

func newTranslation(from, to []byte, del, squeeze bool) *translation {
	t := &translation{}
	for i := range t.to {
		t.to[i] = byte(i)
	}
	switch {
	case del:
		for _, b := range from {
			t.delete[b] = true
		}
	case len(to) > 0:
		for i, b := range from {
			t.to[b] = to[min(i, len(to)-1)]
		}
	}
	if squeeze {
		chars := to
		if len(to) == 0 {
			chars = from
		}
		for _, b := range chars {
			t.squeeze[b] = true
		}
	}
	return t
}

func (c *call) translate(t *translation) {
	in := c.stdin()
	last, any := byte(0), false
	for b := in.piece(); b != nil; b = in.piece() {
		for _, x := range b {
			if t.delete[x] {
				continue
			}
			x = t.to[x]
			if any && x == last && t.squeeze[x] {
				continue
			}
			last, any = x, true
			c.out.buf = append(c.out.buf, x)
		}
		c.out.written()
	}
	in.complain()
}

// others is the bytes that are not in a set.
func others(chars []byte) []byte {
	has := [256]bool{}
	for _, b := range chars {
		has[b] = true
	}
	var list []byte
	for i := range 256 {
		if !has[i] {
			list = append(list, byte(i))
		}
	}
	return list
}

// trSet reads a set: characters, escapes, a-z, [:classes:], [=x=].
func trSet(s string) []byte {
	var set []byte
	for s != "" {
		if name, rest, ok := className(strings.TrimPrefix(s, "[")); ok && strings.HasPrefix(s, "[[:") {
			set = append(append(set, '['), classBytes(name)...)
			s = rest
			continue
		}
		if name, rest, ok := className(s); ok {
			set = append(set, classBytes(name)...)
			s = rest
			continue
		}
		if strings.HasPrefix(s, "[=") && len(s) >= 5 && s[3:5] == "=]" {
			set = append(set, s[2])
			s = s[5:]
			continue
		}
		lo, rest := trChar(s)
		s = rest
		if len(s) > 1 && s[0] == '-' && lo[0] < utf8.RuneSelf {
			hi, rest := trChar(s[1:])
			for b := int(lo[0]); b <= int(hi[0]); b++ {
				set = append(set, byte(b))
			}
			s = rest
			continue
		}
		set = append(set, lo...)
	}
	return set
}

// trChar reads one byte, which may be written as an escape.
func trChar(s string) (char []byte, rest string) {
	if s[0] == '\\' && len(s) > 1 {
		to, size, _ := escape(s[1:], false)
		if strings.HasPrefix(to, `\`) && len(to) > 1 {
			to = to[1:]
		}
		return []byte(to), s[1+size:]
	}
	return []byte{s[0]}, s[1:]
}

func classBytes(name string) []byte {
	var list []byte
	for i := range 128 {
		if inClass(name, rune(i)) {
			list = append(list, byte(i))
		}
	}
	return list
}
