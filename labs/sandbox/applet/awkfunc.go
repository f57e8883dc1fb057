package applet

import (
	"math"
	"strings"
	"time"
)

// awkBuiltin is a function of the language, and how many arguments it needs; nil if there is none of that name.
func awkBuiltin(name string) (least int, f func(*awk, []awkOperand) awkValue) {
	number := func(g func(float64) float64) func(*awk, []awkOperand) awkValue {
		return func(a *awk, args []awkOperand) awkValue { return awkNum(g(args[0].get(a).num())) }
	}
	bits := func(g func(x, y uint64) uint64) func(*awk, []awkOperand) awkValue {
		return func(a *awk, args []awkOperand) awkValue {
			return awkNum(float64(g(uint64(int64(args[0].get(a).num())), uint64(int64(args[1].get(a).num())))))
		}
	}
	text := func(g func(string) string) func(*awk, []awkOperand) awkValue {
		return func(a *awk, args []awkOperand) awkValue { return awkStr(g(a.textOf(args[0]))) }
	}
	switch name {
	case "length":
		return 0, awkLength
	case "substr":
		return 2, awkSubstr
	case "index":
		return 2, func(a *awk, args []awkOperand) awkValue {
			s := a.textOf(args[0])
			return awkNum(float64(strings.Index(s, a.textOf(args[1])) + 1))
		}
	case "split":
		return 2, awkSplit
	case "sub":
		return 2, func(a *awk, args []awkOperand) awkValue { return a.replace(args, 1) }
	case "gsub":
		return 2, func(a *awk, args []awkOperand) awkValue { return a.replace(args, -1) }
	case "gensub":
		return 3, awkGensub
	case "match":
		return 2, awkMatch
	case "sprintf":
		return 1, func(a *awk, args []awkOperand) awkValue {
			list := make([]awkExpr, len(args))
			for i := range args {
				list[i] = args[i].get
			}
			return awkStr(a.sprintf(list))
		}
	case "tolower":
		return 1, text(asciiLower)
	case "toupper":
		return 1, text(asciiUpper)
	case "int":
		return 1, number(math.Trunc)
	case "sqrt":
		return 1, number(math.Sqrt)
	case "exp":
		return 1, number(math.Exp)
	case "log":
		return 1, number(math.Log)
	case "sin":
		return 1, number(math.Sin)
	case "cos":
		return 1, number(math.Cos)
	case "atan2":
		return 2, func(a *awk, args []awkOperand) awkValue {
			y := args[0].get(a).num()
			return awkNum(math.Atan2(y, args[1].get(a).num()))
		}
	case "and":
		return 2, bits(func(x, y uint64) uint64 { return x & y })
	case "or":
		return 2, bits(func(x, y uint64) uint64 { return x | y })
	case "xor":
		return 2, bits(func(x, y uint64) uint64 { return x ^ y })
	case "lshift":
		return 2, bits(func(x, y uint64) uint64 { return x << y })
	case "rshift":
		return 2, bits(func(x, y uint64) uint64 { return x >> y })
	}
	return awkSystemFunc(name)
}

// awkSystemFunc is a function that has to do with the world outside.
func awkSystemFunc(name string) (least int, f func(*awk, []awkOperand) awkValue) {
	switch name {
	case "rand":
		return 0, func(a *awk, _ []awkOperand) awkValue {
			a.rand = a.rand*6364136223846793005 + 1442695040888963407
			return awkNum(float64(a.rand>>33) / (1 << 31))
		}
	case "srand":
		return 0, func(a *awk, args []awkOperand) awkValue {
			old := a.lastSeed
			a.lastSeed = float64(a.Now().Unix())
			if len(args) > 0 {
				a.lastSeed = args[0].get(a).num()
			}
			a.rand = uint64(int64(a.lastSeed))*2862933555777941757 + 3037000493
			return awkNum(old)
		}
	case "system":
		return 1, func(a *awk, args []awkOperand) awkValue {
			line := a.textOf(args[0])
			a.flushAll()
			pid, err := a.shell(line, nil)
			if err != nil {
				return awkNum(127)
			}
			return awkNum(float64(a.reap(pid)))
		}
	case "close":
		return 1, func(a *awk, args []awkOperand) awkValue { return awkNum(float64(a.closeNamed(a.textOf(args[0])))) }
	case "fflush":
		return 0, func(a *awk, _ []awkOperand) awkValue { a.flushAll(); return awkNum(0) }
	case "systime":
		return 0, func(a *awk, _ []awkOperand) awkValue { return awkNum(float64(a.Now().Unix())) }
	case "strftime":
		return 0, func(a *awk, args []awkOperand) awkValue {
			format, at := "%a %b %e %H:%M:%S %Z %Y", a.Now()
			if len(args) > 0 {
				format = a.textOf(args[0])
			}
			if len(args) > 1 {
				at = time.Unix(int64(args[1].get(a).num()), 0)
			}
			return awkStr(strftime(format, at.In(a.zone()), false))
		}
	case "mktime":
		return 1, func(a *awk, args []awkOperand) awkValue {
			t, err := time.ParseInLocation("2006 1 2 15 4 5", a.textOf(args[0]), a.zone())
			if err != nil {
				return awkNum(-1)
			}
			return awkNum(float64(t.Unix()))
		}
	}
	return 0, nil
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		return r
	}, s)
}

func asciiUpper(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 32
		}
		return r
	}, s)
}

func (a *awk) textOf(o awkOperand) string { return o.get(a).text(a.convfmt()) }

func awkLength(a *awk, args []awkOperand) awkValue {
	if len(args) == 0 {
		return awkNum(float64(len(a.record)))
	}
	if args[0].cell != nil {
		if c := args[0].cell(a); c.arr != nil || c.alias != nil && c.alias.arr != nil {
			return awkNum(float64(c.array().n))
		}
	}
	return awkNum(float64(len(a.textOf(args[0]))))
}

func awkSubstr(a *awk, args []awkOperand) awkValue {
	s := a.textOf(args[0])
	from := math.RoundToEven(args[1].get(a).num()) - 1
	to := float64(len(s))
	from = max(from, 0)
	if len(args) > 2 {
		n := math.RoundToEven(args[2].get(a).num())
		to = from + n
	}
	from, to = max(from, 0), min(to, float64(len(s)))
	if !(from < to) {
		return awkStr("")
	}
	return awkStr(s[int(from):int(to)])
}

func awkSplit(a *awk, args []awkOperand) awkValue {
	s := a.textOf(args[0])
	if args[1].cell == nil {
		a.fault(1, "Not an array")
	}
	fs, re := a.globals[a.vFS].v.text(""), (*regex)(nil)
	if len(args) > 2 {
		if re = args[2].regex; re == nil {
			fs = a.textOf(args[2])
		}
	}
	parts := a.cut(s, fs, re)
	arr := args[1].cell(a).array()
	arr.clear()
	a.grow(len(parts) * 96)
	for i, part := range parts {
		it, _ := arr.at(awkNum(float64(i + 1)).text(""))
		it.v = awkInput(part)
	}
	return awkNum(float64(len(parts)))
}

// replace is sub and gsub; max is how many matches, negative for all.
func (a *awk) replace(args []awkOperand, max int) awkValue {
	re := a.regexOf(args[0])
	with := a.textOf(args[1])
	place := awkPlace{func(a *awk) awkValue { return a.field(0) }, func(a *awk, v awkValue) { a.setField(0, v) }}
	if len(args) > 2 {
		if args[2].place == nil {
			text := args[2].get
			place = awkPlace{func(a *awk) awkValue { return text(a) }, func(*awk, awkValue) {}}
		} else {
			place = *args[2].place
		}
	}
	text := place.get(a).text(a.convfmt())
	all := re.findAll([]byte(text), max)
	if len(all) == 0 {
		return awkNum(0)
	}
	var b strings.Builder
	at := 0
	for _, m := range all {
		b.WriteString(text[at:m[0]])
		awkReplacement(&b, with, text, m, false)
		at = m[1]
		a.work()
		a.made(b.Len())
	}
	b.WriteString(text[at:])
	place.set(a, awkStr(b.String()))
	return awkNum(float64(len(all)))
}

// awkReplacement writes a replacement: & is the match, \& an ampersand, and with groups \1 is one.
func awkReplacement(b *strings.Builder, with, text string, m []int, groups bool) {
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '\\' && i+1 < len(with) && (with[i+1] == '&' || with[i+1] == '\\'):
			i++
			b.WriteByte(with[i])
		case c == '\\' && groups && i+1 < len(with) && isDigit(with[i+1]):
			i++
			if n := int(with[i] - '0'); 2*n+1 < len(m) && m[2*n] >= 0 {
				b.WriteString(text[m[2*n]:m[2*n+1]])
			}
		case c == '&':
			b.WriteString(text[m[0]:m[1]])
		default:
			b.WriteByte(c)
		}
	}
}

func awkGensub(a *awk, args []awkOperand) awkValue {
	re := a.regexOf(args[0])
	with, how := a.textOf(args[1]), args[2].get(a)
	text := a.record
	if len(args) > 3 {
		text = a.textOf(args[3])
	}
	all := re.findAll([]byte(text), -1)
	if mode := how.text(""); !strings.HasPrefix(mode, "g") && !strings.HasPrefix(mode, "G") {
		n := max(1, int(how.num()))
		if n > len(all) {
			return awkStr(text)
		}
		all = all[n-1 : n]
	}
	var b strings.Builder
	at := 0
	for _, m := range all {
		b.WriteString(text[at:m[0]])
		awkReplacement(&b, with, text, m, true)
		at = m[1]
		a.work()
		a.made(b.Len())
	}
	b.WriteString(text[at:])
	return awkStr(b.String())
}

func awkMatch(a *awk, args []awkOperand) awkValue {
	text := a.textOf(args[0])
	m := a.regexOf(args[1]).find([]byte(text))
	start, length := 0, -1
	if m != nil {
		start, length = m[0]+1, m[1]-m[0]
	}
	a.globals[a.vStart].v, a.globals[a.vLength].v = awkNum(float64(start)), awkNum(float64(length))
	return awkNum(float64(start))
}
