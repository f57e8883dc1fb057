package applet

import (
	"bytes"

	"dockerlearn/labs/sandbox/proc"
)

func cmpCmd(c *call) proc.ExitCode {
	c.usageAt = 2
	if !c.gnu() {
		c.usageAt = 1
	}
	o := c.getopt("lsn:", "silent=s", "quiet=s", "verbose=l", "bytes=n")
	if len(o.args) == 0 || len(o.args) > 4 {
		c.usage()
	}
	names := []string{o.args[0], "-"}
	if len(o.args) > 1 {
		names[1] = o.args[1]
	}
	ins := [2]*input{}
	for i, name := range names {
		in, err := c.open(name)
		if err != nil {
			if !o.has('s') {
				c.complain("%s: %s", name, c.text(err))
			}
			return 2
		}
		if len(o.args) > 2+i {
			skip := c.number(o.args[2+i], sizeSuffixes())
			for ; skip > 0; skip-- {
				in.byte()
			}
		}
		ins[i] = in
	}
	max := int64(1) << 62
	if v, ok := o.value('n'); ok {
		max = c.number(v, sizeSuffixes())
	}
	return c.compareBytes(o, names, ins, max)
}

func (c *call) compareBytes(o *options, names []string, ins [2]*input, max int64) proc.ExitCode {
	line := 1
	code := proc.ExitCode(0)
	for at := int64(1); at <= max; at++ {
		a, okA := ins[0].byte()
		b, okB := ins[1].byte()
		switch {
		case !okA && !okB:
			return code
		case !okA || !okB:
			name := names[0]
			if okA {
				name = names[1]
			}
			if !o.has('s') {
				c.endsEarly(o, name, at-1, line)
			}
			return 1
		case a != b && o.has('l'):
			c.printf("%d %3o %3o\n", at, a, b)
			code = 1
		case a != b:
			if !o.has('s') {
				c.printf("%s %s differ: char %d, line %d\n", names[0], names[1], at, line)
			}
			return 1
		}
		if a == '\n' {
			line++
		}
	}
	return code
}

func (c *call) endsEarly(o *options, name string, at int64, line int) {
	if !c.gnu() {
		c.complain("EOF on %s", name)
		return
	}
	if at == 0 {
		c.complain("EOF on %s which is empty", name)
	} else if o.has('l') {
		c.complain("EOF on %s after byte %d", name, at)
	} else {
		c.complain("EOF on %s after byte %d, in line %d", name, at, line)
	}
}

func commCmd(c *call) proc.ExitCode {
	o := c.getopt("123z")
	c.refuse(o, "z")
	if len(o.args) != 2 {
		c.missing("")
	}
	var ins [2]*input
	for i := range ins {
		in, err := c.open(o.args[i])
		if err != nil {
			c.die("%s: %s", o.args[i], c.text(err))
		}
		ins[i] = in
	}
	hidden := [3]bool{o.has('1'), o.has('2'), o.has('3')}
	indent := [3]string{}
	for i := range 2 {
		indent[i+1] = indent[i]
		if !hidden[i] {
			indent[i+1] += "\t"
		}
	}
	show := func(column int, line []byte) {
		if !hidden[column] {
			c.print(indent[column])
			c.out.bytes(line)
			c.out.byte('\n')
		}
	}
	next := func(i int) ([]byte, bool) {
		line, ok := ins[i].chomped()
		return bytes.Clone(line), ok
	}
	a, okA := next(0)
	b, okB := next(1)
	for okA || okB {
		order := bytes.Compare(a, b)
		switch {
		case !okB || okA && order < 0:
			show(0, a)
			a, okA = next(0)
		case !okA || order > 0:
			show(1, b)
			b, okB = next(1)
		default:
			show(2, a)
			a, okA = next(0)
			b, okB = next(1)
		}
	}
	return 0
}
