package applet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

func revCmd(c *call) proc.ExitCode {
	o := c.getopt("")
	c.eachInput(o.args, func(in *input) {
		for line, ok := in.line(); ok; line, ok = in.line() {
			text, ended := bytes.CutSuffix(line, []byte("\n"))
			for len(text) > 0 {
				_, n := utf8.DecodeLastRune(text)
				c.out.buf = append(c.out.buf, text[len(text)-n:]...)
				text = text[:len(text)-n]
			}
			if ended {
				c.out.byte('\n')
			}
		}
	})
	return c.failed
}

func nlCmd(c *call) proc.ExitCode {
	letters := "b:w:s:v:i:n:"
	if c.gnu() {
		letters += "h:f:"
	}
	o := c.getopt(letters, "body-numbering=b", "number-width=w", "number-separator=s", "starting-line-number=v",
		"line-increment=i", "header-numbering=h", "footer-numbering=f")
	c.refuse(o, "hf")
	n, step, width := c.number(o.or('v', "1"), nil), c.number(o.or('i', "1"), nil), int(c.number(o.or('w', "6"), nil))
	style, sep := o.or('b', "t"), o.or('s', "\t")
	if style != "a" && style != "t" && style != "n" {
		c.die("-b %s is not simulated here: a, t or n", style)
	}
	format := "%*d%s"
	switch o.or('n', "rn") {
	case "ln":
		format = "%-*d%s"
	case "rz":
		format = "%0*d%s"
	}
	c.eachInput(o.args, func(in *input) {
		for line, ok := in.line(); ok; line, ok = in.line() {
			if style == "a" || style == "t" && len(bytes.TrimSuffix(line, []byte("\n"))) > 0 {
				c.printf(format, width, n, sep)
				n += step
			} else {
				c.print(strings.Repeat(" ", width+len(sep)))
			}
			c.out.bytes(line)
			if line[len(line)-1] != '\n' {
				c.out.byte('\n')
			}
		}
	})
	return c.failed
}

func foldCmd(c *call) proc.ExitCode {
	o := c.getopt("bsw:", "bytes=b", "spaces=s", "width=w")
	width := int(c.number(o.or('w', "80"), nil))
	if width < 1 {
		c.die("invalid number of columns")
	}
	f := &folding{call: c, width: width, bytes: o.has('b'), spaces: o.has('s')}
	c.eachInput(o.args, func(in *input) {
		for line, ok := in.line(); ok; line, ok = in.line() {
			f.line(line)
		}
	})
	return c.failed
}

// folding is a fold as it runs.
type folding struct {
	*call
	width         int
	bytes, spaces bool
}

func (f *folding) line(line []byte) {
	column, start, space := 0, 0, -1
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if f.bytes {
			n = 1
		}
		if line[i] == '\n' {
			break
		}
		next := f.advance(column, r)
		if next > f.width && column > 0 {
			cut := i
			if f.spaces && space > start {
				cut = space
			}
			f.out.bytes(line[start:cut])
			f.out.byte('\n')
			start, space = cut, -1
			column = 0
			for _, r := range string(line[start:i]) {
				column = f.advance(column, r)
			}
			continue
		}
		column = next
		i += n
		if r == ' ' || r == '\t' {
			space = i
		}
	}
	f.out.bytes(line[start:])
}

func (f *folding) advance(column int, r rune) int {
	switch {
	case f.bytes:
		return column + 1
	case r == '\t':
		return column/8*8 + 8
	case r == '\b':
		return max(column-1, 0)
	case r == '\r':
		return 0
	}
	return column + proc.RuneWidth(r)
}

func expandCmd(c *call) proc.ExitCode {
	o := c.getopt("it:", "initial=i", "tabs=t")
	stop := int(c.number(o.or('t', "8"), nil))
	if stop < 1 {
		c.die("number %d is not in 1..4294967295 range", stop)
	}
	c.eachInput(o.args, func(in *input) {
		for line, ok := in.line(); ok; line, ok = in.line() {
			column, initial := 0, true
			for _, r := range string(line) {
				if r == '\t' && (initial || !o.has('i')) {
					n := stop - column%stop
					c.print(strings.Repeat(" ", n))
					column += n
					continue
				}
				initial = initial && (r == ' ' || r == '\t')
				column += proc.RuneWidth(r)
				c.out.buf = utf8.AppendRune(c.out.buf, r)
			}
			c.out.written()
		}
	})
	return c.failed
}

func unexpandCmd(c *call) proc.ExitCode {
	o := c.getopt("aft:", "all=a", "first-only=f", "tabs=t")
	stop := max(1, int(c.number(o.or('t', "8"), nil)))
	all := (o.has('a') || o.has('t')) && !o.has('f')
	c.eachInput(o.args, func(in *input) {
		for line, ok := in.line(); ok; line, ok = in.line() {
			c.out.bytes(unexpand(line, stop, all))
		}
	})
	return c.failed
}

// unexpand replaces blanks that reach a tab stop by tabs.
func unexpand(line []byte, stop int, all bool) []byte {
	var out []byte
	column, blanks := 0, 0
	initial := true
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		switch {
		case r == ' ' && (initial || all):
			blanks++
			column++
			if column%stop == 0 {
				out = append(out, tabOrBlank(blanks, initial))
				blanks = 0
			}
		case r == '\t' && (initial || all):
			out = append(out, '\t')
			column = column/stop*stop + stop
			blanks = 0
		default:
			out = append(out, bytes.Repeat([]byte(" "), blanks)...)
			out = append(out, line[i:i+n]...)
			blanks = 0
			column += proc.RuneWidth(r)
			initial = false
		}
		i += n
	}
	return append(out, bytes.Repeat([]byte(" "), blanks)...)
}

// tabOrBlank keeps a single blank in the middle of a line as it is.
func tabOrBlank(blanks int, initial bool) byte {
	if blanks == 1 && !initial {
		return ' '
	}
	return '\t'
}

func yesCmd(c *call) proc.ExitCode {
	text := "y"
	if len(c.args) > 0 {
		text = strings.Join(c.args, " ")
	}
	block := bytes.Repeat([]byte(text+"\n"), max(1, 8192/(len(text)+1)))
	for {
		if err := c.writeAll(1, block); err != nil {
			c.writeFailed(err)
		}
	}
}

func stringsCmd(c *call) proc.ExitCode {
	o := c.getopt("fon:t:a", "bytes=n", "radix=t", "all=a", "print-file-name=f")
	least := int(c.number(o.or('n', "4"), nil))
	format := map[string]string{"o": "%7o ", "d": "%7d ", "x": "%7x "}[o.or('t', "")]
	if o.has('o') {
		format = "%7o "
	}
	c.eachInput(o.args, func(in *input) {
		var run []byte
		at := int64(0)
		flush := func() {
			if len(run) >= least && least > 0 {
				if o.has('f') {
					c.print(in.name + ": ")
				}
				if format != "" {
					c.printf(format, at-int64(len(run)))
				}
				c.out.bytes(run)
				c.print("\n")
			}
			run = run[:0]
		}
		for b := in.piece(); b != nil; b = in.piece() {
			for _, x := range b {
				if x == '\t' || x >= ' ' && x < 127 {
					run = append(run, x)
				} else {
					flush()
				}
				at++
			}
			if len(run) > bufferSize {
				c.grow(len(b))
			}
		}
		flush()
	})
	return c.failed
}
