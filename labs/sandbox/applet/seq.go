package applet

import (
	"math"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func seqCmd(c *call) proc.ExitCode {
	args := append([]string(nil), c.args...)
	for i, a := range args { // -5 is a number here, not an option
		if c.gnu() && len(a) > 1 && a[0] == '-' && (isDigit(a[1]) || a[1] == '.') {
			args[i] = "\x00" + a
		}
	}
	c.args = args
	o := c.getopt("+ws:f:", "equal-width=w", "separator=s", "format=f")
	if len(o.args) == 0 || len(o.args) > 3 {
		c.missing("")
	}
	first, step, last := 1.0, 1.0, 0.0
	points := 0
	var values []float64
	for _, a := range o.args {
		a = strings.TrimPrefix(a, "\x00")
		v, err := strconv.ParseFloat(a, 64)
		if err != nil {
			if c.gnu() {
				c.complain("invalid floating point argument: '%s'", a)
			}
			c.usage()
		}
		values = append(values, v)
		if i := strings.IndexByte(a, '.'); i >= 0 {
			points = max(points, len(a)-i-1)
		}
	}
	last = values[len(values)-1]
	if len(values) > 1 {
		first = values[0]
	}
	if len(values) == 3 {
		step = values[1]
	}
	if step == 0 && c.gnu() {
		c.complain("invalid Zero increment value: '%s'", strings.TrimPrefix(o.args[1], "\x00"))
		c.usage()
	}
	c.count(o, first, step, last, points)
	return 0
}

func (c *call) count(o *options, first, step, last float64, points int) {
	width := 0
	if o.has('w') {
		width = max(len(strconv.FormatFloat(first, 'f', points, 64)), len(strconv.FormatFloat(last, 'f', points, 64)))
	}
	sep := o.or('s', "\n")
	any := false
	for i := 0.0; ; i++ {
		v := first + i*step
		if step >= 0 && v > last+math.Abs(step)*1e-9 || step < 0 && v < last-math.Abs(step)*1e-9 {
			break
		}
		if any {
			c.print(sep)
		}
		any = true
		c.print(c.seqText(o, v, points, width))
		if int64(i)%64 == 0 {
			c.Step(1)
		}
	}
	if any {
		c.print("\n")
	}
}

func (c *call) seqText(o *options, v float64, points, width int) string {
	if format, ok := o.value('f'); ok {
		before, spec, _ := strings.Cut(format, "%")
		f, size, good := readSpec("%"+spec, func() int { return 0 })
		if good && strings.IndexByte("eEfFgG", f.verb) >= 0 {
			return before + f.float(v) + ("%" + spec)[size:]
		}
		c.die("bad format '%s'", format)
	}
	text := strconv.FormatFloat(v, 'f', points, 64)
	if n := width - len(text); n > 0 {
		sign := ""
		if strings.HasPrefix(text, "-") {
			sign, text = "-", text[1:]
		}
		text = sign + strings.Repeat("0", n) + text
	}
	return text
}
