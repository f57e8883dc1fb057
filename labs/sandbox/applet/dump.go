package applet

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// dumpForm is how od or hexdump shows a group of bytes.
type dumpForm struct {
	size  int
	verb  byte // o x d u c a, or f
	width int  // of a cell, the blank in front included
	zero  bool // fill with zeros
}

// cell is one group.
func (f dumpForm) cell(b []byte) string {
	switch f.verb {
	case 'c':
		return fmt.Sprintf("%*s", f.width, charCell(b[0]))
	case 'a':
		return fmt.Sprintf("%*s", f.width, nameCell(b[0]))
	}
	full := make([]byte, 8)
	copy(full, b)
	n := binary.LittleEndian.Uint64(full)
	text := ""
	switch f.verb {
	case 'o':
		text = strconv.FormatUint(n, 8)
	case 'x':
		text = strconv.FormatUint(n, 16)
	case 'u':
		text = strconv.FormatUint(n, 10)
	case 'd':
		shift := 64 - 8*f.size
		text = strconv.FormatInt(int64(n<<shift)>>shift, 10)
	}
	digits := map[byte]int{'o': (f.size*8 + 2) / 3, 'x': f.size * 2}[f.verb]
	if f.zero {
		digits = max(digits, 5*boolIndex(f.verb == 'u'))
	}
	if f.verb == 'o' || f.verb == 'x' || f.zero {
		text = strings.Repeat("0", max(0, digits-len(text))) + text
	}
	return fmt.Sprintf("%*s", f.width, text)
}

func charCell(b byte) string {
	if b == 0 {
		return `\0`
	}
	if i := strings.IndexByte("\a\b\f\n\r\t\v", b); i >= 0 {
		return `\` + "abfnrtv"[i:i+1]
	}
	if b >= ' ' && b < 127 {
		return string(rune(b))
	}
	return fmt.Sprintf("%03o", b)
}

func nameCell(b byte) string {
	names := strings.Fields("nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp")
	switch b &= 127; {
	case int(b) < len(names):
		return names[b]
	case b == 127:
		return "del"
	}
	return string(rune(b))
}

// odForm is a type of -t: x1, d4, o2, c, a; bare letters mean four bytes.
func odForm(t string) (dumpForm, bool) {
	if t == "" {
		return dumpForm{}, false
	}
	f := dumpForm{verb: t[0], size: 4}
	if f.verb == 'c' || f.verb == 'a' {
		f.size, f.width = 1, 4
		return f, len(t) == 1
	}
	if len(t) > 1 {
		switch t[1:] {
		case "1", "C":
			f.size = 1
		case "2", "S":
			f.size = 2
		case "4", "I":
			f.size = 4
		case "8", "L":
			f.size = 8
		default:
			return f, false
		}
	}
	widths := map[byte][]int{'o': {4, 7, 12, 23}, 'x': {3, 5, 9, 17}, 'd': {5, 7, 12, 21}, 'u': {4, 6, 11, 21}}[f.verb]
	if widths == nil {
		return f, false
	}
	f.width = widths[map[int]int{1: 0, 2: 1, 4: 2, 8: 3}[f.size]]
	return f, true
}

func odCmd(c *call) proc.ExitCode {
	o := c.getopt("abcdfhilovxst:A:N:j:S:w::", "format=t", "address-radix=A", "read-bytes=N", "skip-bytes=j", "width=w")
	c.refuse(o, "Sf")
	var forms []dumpForm
	short := map[rune]string{'a': "a", 'b': "o1", 'c': "c", 'd': "u2", 'h': "x2", 'i': "d4", 'l': "d8", 'o': "o2", 'x': "x2", 's': "d2"}
	for _, g := range o.given {
		text := short[g.letter]
		if g.letter == 't' {
			text = g.value
		}
		if text == "" {
			continue
		}
		f, ok := odForm(text)
		if !ok {
			if !c.gnu() && strings.IndexByte("acdfoux", text[0]) < 0 {
				c.die("invalid character '%c' in type string '%s'", text[0], text)
			}
			c.die("invalid type string '%s'", text)
		}
		forms = append(forms, f)
	}
	if forms == nil {
		forms = []dumpForm{{size: 2, verb: 'o', width: 7}}
	}
	d := &dumping{call: c, forms: forms, per: 16, skip: c.number(o.or('j', "0"), sizeSuffixes()), all: o.has('v')}
	if v, ok := o.value('w'); ok {
		d.per = 32
		if v != "" {
			d.per = max(1, int(c.number(v, nil)))
		}
	}
	d.limit = -1
	if v, ok := o.value('N'); ok {
		d.limit = c.number(v, sizeSuffixes())
	}
	d.address = map[string]string{"o": "%07o", "d": "%07d", "x": "%06x", "n": ""}[o.or('A', "o")]
	d.run(o.args)
	return c.failed
}

// dumping is an od or a hexdump as it runs.
type dumping struct {
	*call
	forms   []dumpForm
	per     int
	skip    int64
	limit   int64 // bytes; < 0 is all
	address string
	all     bool // repeated lines too
	padded  bool // hexdump fills the last line

	at     int64
	last   []byte
	folded bool
}

func (d *dumping) run(names []string) {
	var line []byte
	d.eachInput(names, func(in *input) {
		for d.limit != 0 {
			b, ok := in.byte()
			if !ok {
				return
			}
			if d.skip > 0 {
				d.skip--
				d.at++
				continue
			}
			d.limit--
			if line = append(line, b); len(line) == d.per {
				d.line(line)
				line = line[:0]
			}
		}
	})
	if len(line) > 0 {
		d.line(line)
	}
	if d.at > 0 || !d.padded && d.failed == 0 {
		if d.address != "" {
			d.printf(d.address+"\n", d.at)
		}
	}
}

func (d *dumping) line(b []byte) {
	if !d.all && len(b) == d.per && d.last != nil && bytes.Equal(b, d.last) {
		if !d.folded {
			d.print("*\n")
		}
		d.folded = true
		d.at += int64(len(b))
		return
	}
	d.folded = false
	d.last = append(d.last[:0], b...)
	for i, f := range d.forms {
		switch {
		case d.address == "":
		case i == 0:
			d.printf(d.address, d.at)
		default:
			d.print(strings.Repeat(" ", len(fmt.Sprintf(d.address, d.at))))
		}
		for at := 0; at < d.per; at += f.size {
			if at < len(b) {
				d.print(f.cell(b[at:min(at+f.size, len(b))]))
			} else if d.padded {
				d.print(strings.Repeat(" ", f.width))
			}
		}
		d.print("\n")
	}
	d.at += int64(len(b))
}

func hexdumpCmd(c *call) proc.ExitCode {
	o := c.getopt("bcdoxCve:f:n:s:")
	if o.has('e') || o.has('f') {
		c.die("-e and -f are not simulated here: od -t and xxd show the same")
	}
	d := &dumping{call: c, per: 16, limit: -1, address: "%07x", all: o.has('v'), padded: true}
	if v, ok := o.value('n'); ok {
		d.limit = c.number(v, bkm())
	}
	d.skip = c.number(o.or('s', "0"), bkm())
	known := map[rune]dumpForm{
		'b': {1, 'o', 4, true}, 'c': {1, 'c', 4, false}, 'd': {2, 'u', 8, true}, 'o': {2, 'o', 8, true}, 'x': {2, 'x', 8, true},
	}
	for _, g := range o.given {
		if f, ok := known[g.letter]; ok {
			d.forms = append(d.forms, f)
		}
	}
	if o.has('C') || c.app.Name == "hd" {
		c.canonical(d, o.args)
		return c.failed
	}
	if d.forms == nil {
		d.forms = []dumpForm{{2, 'x', 5, true}}
	}
	d.run(o.args)
	return c.failed
}

// canonical is hexdump -C.
func (c *call) canonical(d *dumping, names []string) {
	d.forms = nil
	d.address = ""
	var line, last []byte
	folded := false
	show := func() {
		if !d.all && bytes.Equal(line, last) && len(line) == 16 {
			if !folded {
				c.print("*\n")
			}
			folded = true
		} else {
			folded = false
			c.print(canonicalLine(d.at, line))
		}
		last = append(last[:0], line...)
		d.at += int64(len(line))
		line = line[:0]
	}
	c.eachInput(names, func(in *input) {
		for d.limit != 0 {
			b, ok := in.byte()
			if !ok {
				return
			}
			if d.skip > 0 {
				d.skip--
				d.at++
				continue
			}
			d.limit--
			if line = append(line, b); len(line) == 16 {
				show()
			}
		}
	})
	if len(line) > 0 {
		show()
	}
	if d.at > 0 {
		c.printf("%08x\n", d.at)
	}
}

func canonicalLine(at int64, b []byte) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%08x ", at)
	for i := range 16 {
		if i == 8 {
			out.WriteByte(' ')
		}
		if i < len(b) {
			fmt.Fprintf(&out, " %02x", b[i])
		} else {
			out.WriteString("   ")
		}
	}
	return out.String() + "  |" + dotted(b) + "|\n"
}

func dotted(b []byte) string {
	out := make([]byte, len(b))
	for i, x := range b {
		if out[i] = x; x < ' ' || x > 126 {
			out[i] = '.'
		}
	}
	return string(out)
}

// xxd is an xxd as it runs.
type xxd struct {
	*call
	o         *options
	per, size int
	plain     bool
	some      bool // a line of -i was printed
}

func xxdCmd(c *call) proc.ExitCode {
	letters := "pig:c:l:s:o:r"
	if c.gnu() {
		letters += "n:u"
	}
	o := c.getopt(letters)
	x := &xxd{call: c, o: o, per: 16, size: 2, plain: o.has('p')}
	if x.plain {
		x.per = 30
	}
	if o.has('i') {
		x.per = 12
	}
	if v, ok := o.value('c'); ok {
		x.per = max(1, int(c.number(v, nil)))
	}
	if v, ok := o.value('g'); ok {
		x.size = int(c.number(v, nil))
	}
	if x.size == 0 {
		x.size = x.per
	}
	name := "-"
	if len(o.args) > 0 {
		name = o.args[0]
	}
	in := c.openOrWarn(name)
	if in == nil {
		return 1
	}
	if o.has('r') {
		x.reverse(in)
		return c.failed
	}
	skip := c.number(o.or('s', "0"), nil)
	for range skip {
		if _, ok := in.byte(); !ok {
			break
		}
	}
	limit := int64(1) << 62
	if v, ok := o.value('l'); ok {
		limit = c.number(v, nil)
	}
	x.dump(in, o.or('n', name), skip+c.number(o.or('o', "0"), nil), limit)
	in.complain()
	return c.failed
}

func (x *xxd) dump(in *input, name string, at, limit int64) {
	total := int64(0)
	ident := strings.Map(func(r rune) rune {
		if inClass("alnum", r) {
			return r
		}
		return '_'
	}, name)
	if x.o.has('i') && name != "-" {
		x.print("unsigned char " + ident + "[] = {\n")
	}
	line := make([]byte, 0, x.per)
	for total < limit {
		b, ok := in.byte()
		if ok {
			line = append(line, b)
			total++
		}
		if len(line) == x.per || len(line) > 0 && (!ok || total == limit) {
			x.line(line, at)
			at += int64(len(line))
			line = line[:0]
		}
		if !ok {
			break
		}
	}
	if x.some {
		x.print(map[bool]string{false: ",\n", true: "\n"}[x.gnu()])
	}
	if x.o.has('i') && name != "-" {
		x.printf("};\nunsigned int %s_len = %d;\n", ident, total)
	}
}

// include prints a line of C; what ends it comes with the next, since only busybox has a comma behind the last.
func (x *xxd) include(b []byte) {
	sep := "  "
	if x.some {
		sep = ",\n  "
	}
	x.some = true
	for _, v := range b {
		x.printf("%s0x%02x", sep, v)
		sep = ", "
	}
}

func (x *xxd) line(b []byte, at int64) {
	switch {
	case x.plain:
		text := hex.EncodeToString(b)
		if x.o.has('u') {
			text = strings.ToUpper(text)
		}
		x.print(text + "\n")
		return
	case x.o.has('i'):
		x.include(b)
		return
	}
	x.printf("%08x: ", at)
	digits := "%02x"
	if x.o.has('u') {
		digits = "%02X"
	}
	for i := range x.per {
		if i < len(b) {
			x.printf(digits, b[i])
		} else {
			x.print("  ")
		}
		if (i+1)%x.size == 0 || i+1 == x.per {
			x.print(" ")
		}
	}
	x.print(" " + dotted(b) + "\n")
}

// reverse turns a dump back into bytes.
func (x *xxd) reverse(in *input) {
	at := int64(0)
	for line, ok := in.chomped(); ok; line, ok = in.chomped() {
		text := string(line)
		if !x.plain {
			address, rest, found := strings.Cut(text, ":")
			if !found {
				continue
			}
			to, err := strconv.ParseInt(strings.TrimSpace(address), 16, 64)
			if err != nil {
				continue
			}
			text, _, _ = strings.Cut(strings.TrimLeft(rest, " "), "  ")
			if gap := to - at; gap > 0 && gap < 1<<20 {
				x.out.bytes(make([]byte, gap))
				at = to
			}
		}
		clean := strings.Map(func(r rune) rune {
			if inClass("xdigit", r) {
				return r
			}
			return -1
		}, text)
		b, _ := hex.DecodeString(clean[:len(clean)/2*2])
		x.out.bytes(b)
		at += int64(len(b))
	}
}
