package applet

import (
	"strings"
)

// option is one option as it was given.
type option struct {
	letter rune
	value  string
	name   string // as it was given: "-x", "--long"
}

// options is what a command line asked for.
type options struct {
	given []option
	args  []string // what is no option
}

func (o *options) has(letter rune) bool { return o.count(letter) > 0 }

func (o *options) count(letter rune) int {
	n := 0
	for _, g := range o.given {
		if g.letter == letter {
			n++
		}
	}
	return n
}

// value is what came with an option's last use.
func (o *options) value(letter rune) (string, bool) {
	for i := len(o.given) - 1; i >= 0; i-- {
		if o.given[i].letter == letter {
			return o.given[i].value, true
		}
	}
	return "", false
}

func (o *options) or(letter rune, value string) string {
	if v, ok := o.value(letter); ok {
		return v
	}
	return value
}

func (o *options) values(letter rune) []string {
	var list []string
	for _, g := range o.given {
		if g.letter == letter {
			list = append(list, g.value)
		}
	}
	return list
}

// last is which of the letters was given last, 0 if none was.
func (o *options) last(letters string) rune {
	for i := len(o.given) - 1; i >= 0; i-- {
		if strings.ContainsRune(letters, o.given[i].letter) {
			return o.given[i].letter
		}
	}
	return 0
}

// getopt reads options as getopt_long(3) does, and ends the process with the usage where they make no sense. spec is
// getopt's: "ab:" is -a and -b VALUE; a double colon makes the value optional; a + in front ends the options at the
// first operand. longs are "name=x": a long name of letter x.
func (c *call) getopt(spec string, longs ...string) *options {
	p := &optionReader{c: c, o: &options{}, longs: longs}
	p.spec, p.stopsEarly = strings.CutPrefix(spec, "+")
	p.read(c.args)
	return p.o
}

type optionReader struct {
	c          *call
	o          *options
	spec       string
	stopsEarly bool
	longs      []string
	args       []string // not yet read
}

func (p *optionReader) read(args []string) {
	for p.args = args; len(p.args) > 0; {
		a := p.args[0]
		p.args = p.args[1:]
		switch {
		case a == "--":
			p.o.args = append(p.o.args, p.args...)
			return
		case strings.HasPrefix(a, "--"):
			p.long(a[2:])
		case len(a) > 1 && a[0] == '-':
			p.short(a[1:])
		default:
			p.o.args = append(p.o.args, a)
			if p.stopsEarly {
				p.o.args = append(p.o.args, p.args...)
				return
			}
		}
	}
}

// takes says whether a letter exists, and whether it wants a value: 0 no, 1 yes, 2 perhaps.
func (p *optionReader) takes(letter rune) (kind int, ok bool) {
	_, rest, ok := strings.Cut(p.spec, string(letter))
	if !ok || letter == ':' {
		return 0, false
	}
	return min(len(rest)-len(strings.TrimLeft(rest, ":")), 2), true
}

func (p *optionReader) short(letters string) {
	for i, l := range letters {
		kind, ok := p.takes(l)
		if !ok || l >= 0x80 { // letters beyond ASCII stand for long names
			p.refuse("unrecognized option: "+string(l), "invalid option -- '"+string(l)+"'")
		}
		rest := letters[i+1:]
		switch {
		case kind == 0:
			p.o.given = append(p.o.given, option{letter: l, name: "-" + string(l)})
			continue
		case rest != "" || kind == 2:
			p.o.given = append(p.o.given, option{l, rest, "-" + string(l)})
		case len(p.args) == 0:
			p.refuse("option requires an argument: "+string(l), "option requires an argument -- '"+string(l)+"'")
		default:
			p.o.given = append(p.o.given, option{l, p.args[0], "-" + string(l)})
			p.args = p.args[1:]
		}
		return
	}
}

func (p *optionReader) long(text string) {
	name, value, given := strings.Cut(text, "=")
	letter, ok := p.longLetter(name)
	if !ok {
		p.refuse("unrecognized option: "+name, "unrecognized option '--"+text+"'")
	}
	kind, _ := p.takes(letter)
	switch {
	case given && kind == 0:
		p.refuse("option does not take an argument: "+name, "option '--"+name+"' doesn't allow an argument")
	case !given && kind == 1 && len(p.args) == 0:
		p.refuse("option requires an argument: "+name, "option '--"+name+"' requires an argument")
	case !given && kind == 1:
		value = p.args[0]
		p.args = p.args[1:]
	}
	p.o.given = append(p.o.given, option{letter, value, "--" + name})
}

// longLetter finds a long name, which may be cut short as long as it is clear.
func (p *optionReader) longLetter(name string) (letter rune, ok bool) {
	found := 0
	for _, l := range p.longs {
		full, to, _ := strings.Cut(l, "=")
		if _, known := p.takes([]rune(to)[0]); !known {
			continue // of another flavour
		}
		if full == name {
			return []rune(to)[0], true
		}
		if strings.HasPrefix(full, name) {
			letter = []rune(to)[0]
			found++
		}
	}
	return letter, found == 1
}

func (p *optionReader) refuse(musl, glibc string) {
	if p.c.gnu() {
		p.c.complain("%s", glibc)
	} else {
		p.c.complain("%s", musl)
	}
	p.c.usage()
}

// refuse ends a call that uses one of these options: the real program has them, this one does not do what they say.
func (c *call) refuse(o *options, letters string) {
	for _, g := range o.given {
		if strings.ContainsRune(letters, g.letter) {
			c.dieWith(max(c.usageAt, 1), "%s is not simulated here", g.name)
		}
	}
}
