package applet

import (
	"fmt"

	"dockerlearn/labs/sandbox/proc"
)

func catCmd(c *call) proc.ExitCode {
	o := c.getopt("nbvteAETsu", "number=n", "number-nonblank=b", "show-all=A", "show-nonprinting=v", "show-ends=E",
		"show-tabs=T", "squeeze-blank=s")
	k := &catting{call: c, number: o.has('n'), nonblank: o.has('b'), squeeze: o.has('s')}
	k.visible = o.has('v') || o.has('t') || o.has('e') || o.has('A')
	k.ends = o.has('e') || o.has('A') || o.has('E')
	k.tabs = o.has('t') || o.has('A') || o.has('T')
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		k.file(name)
	}
	return c.failed
}

// catting is a cat as it runs.
type catting struct {
	*call
	number, nonblank, squeeze, visible, ends, tabs bool

	line  int
	blank bool // the line before was empty
	inner bool // the file before did not end in a newline
}

func (k *catting) plain() bool {
	return !k.number && !k.nonblank && !k.squeeze && !k.visible && !k.ends && !k.tabs
}

func (k *catting) file(name string) {
	in, err := k.open(name)
	if err != nil {
		if k.gnu() {
			k.warn("%s: %s", name, k.text(err))
		} else {
			k.warn("can't open '%s': %s", name, k.text(err))
		}
		return
	}
	if k.plain() {
		k.copy(in)
	} else {
		for line, ok := in.line(); ok; line, ok = in.line() {
			k.show(line)
		}
	}
	in.complain()
	in.close()
}

// copy passes pieces on as they come.
func (k *catting) copy(in *input) {
	k.out.flush()
	for b := in.piece(); b != nil; b = in.piece() {
		if err := k.writeAll(1, b); err != nil {
			k.writeFailed(err)
		}
	}
}

func (k *catting) show(line []byte) {
	empty := len(line) == 1 && line[0] == '\n'
	if empty && k.squeeze && k.blank {
		return
	}
	k.blank = empty
	if !k.inner && (k.number && !k.nonblank || k.nonblank && !empty) {
		k.line++
		k.printf("%6d\t", k.line)
	}
	text := line
	ended := len(line) > 0 && line[len(line)-1] == '\n'
	k.inner = !ended
	if ended {
		text = line[:len(line)-1]
	}
	for _, b := range text {
		k.byteShown(b)
	}
	if ended {
		if k.ends {
			k.out.byte('$')
		}
		k.out.byte('\n')
	}
}

// byteShown prints a byte in the notation of cat -v.
func (k *catting) byteShown(b byte) {
	if b == '\t' {
		if k.tabs {
			k.print("^I")
		} else {
			k.out.byte(b)
		}
		return
	}
	if !k.visible {
		k.out.byte(b)
		return
	}
	k.print(caret(b))
}

// caret is a byte in the notation of cat -v: ^C, M-^C, M-c.
func caret(b byte) string {
	meta := ""
	if b >= 128 {
		meta, b = "M-", b-128
	}
	switch {
	case b == 127:
		return meta + "^?"
	case b < 32:
		return fmt.Sprintf("%s^%c", meta, b+64)
	}
	return meta + string(rune(b))
}

func tacCmd(c *call) proc.ExitCode {
	o := c.getopt("")
	c.eachInput(o.args, func(in *input) {
		var lines [][]byte
		for line, ok := in.line(); ok; line, ok = in.line() {
			c.grow(len(line) + 24)
			lines = append(lines, append([]byte(nil), line...))
		}
		for i := len(lines) - 1; i >= 0; i-- {
			c.out.bytes(lines[i])
		}
	})
	return c.failed
}
