package applet

import (
	"bytes"

	"dockerlearn/labs/sandbox/proc"
)

func uniqCmd(c *call) proc.ExitCode {
	o := c.getopt("cduizf:s:w:", "count=c", "repeated=d", "unique=u", "ignore-case=i", "skip-fields=f", "skip-chars=s", "check-chars=w")
	number := func(l rune, value int64) int64 {
		if v, ok := o.value(l); ok {
			return c.number(v, nil)
		}
		return value
	}
	k := &uniting{call: c, o: o, fields: number('f', 0), chars: number('s', 0), width: number('w', 1<<60)}
	name := "-"
	if len(o.args) > 2 {
		c.usage()
	}
	if len(o.args) > 0 {
		name = o.args[0]
	}
	in, err := c.open(name)
	if err != nil {
		if c.gnu() {
			c.die("%s: %s", name, c.text(err))
		}
		c.die("can't open '%s': %s", name, c.text(err))
	}
	if len(o.args) == 2 && o.args[1] != "-" {
		fd, err := c.Open(o.args[1], proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o666)
		if err != nil {
			c.die("can't open '%s': %s", o.args[1], c.text(err))
		}
		c.out = c.newWriter(fd)
	}
	k.all(in)
	in.complain()
	return c.failed
}

// uniting is a uniq as it runs.
type uniting struct {
	*call
	o                    *options
	fields, chars, width int64
}

func (k *uniting) all(in *input) {
	delim := byte('\n')
	if k.o.has('z') {
		delim = 0
	}
	var first []byte
	n := 0
	for line, ok := in.until(delim); ok; line, ok = in.until(delim) {
		line = bytes.TrimSuffix(line, []byte{delim})
		if n > 0 && k.same(first, line) {
			n++
			continue
		}
		k.show(first, n, delim)
		first = append(first[:0], line...)
		n = 1
	}
	k.show(first, n, delim)
}

func (k *uniting) same(a, b []byte) bool {
	a, b = k.key(a), k.key(b)
	if k.o.has('i') {
		return bytes.EqualFold(a, b)
	}
	return bytes.Equal(a, b)
}

// key is the part of a line that is compared.
func (k *uniting) key(line []byte) []byte {
	for range min(k.fields, int64(len(line))) {
		line = bytes.TrimLeft(line, " \t")
		if i := bytes.IndexAny(line, " \t"); i >= 0 {
			line = line[i:]
		} else {
			line = nil
		}
	}
	line = line[min(k.chars, int64(len(line))):]
	return line[:min(k.width, int64(len(line)))]
}

func (k *uniting) show(line []byte, n int, delim byte) {
	if n == 0 || k.o.has('d') && n == 1 || k.o.has('u') && n > 1 {
		return
	}
	if k.o.has('c') {
		k.printf("%7d ", n)
	}
	k.out.buf = append(k.out.buf, line...)
	k.out.byte(delim)
}
