package applet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// printing is a printf as it runs.
type printing struct {
	*call
	args []string
	done bool
}

func printfCmd(c *call) proc.ExitCode {
	args := c.args
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		c.missing("")
	}
	p := &printing{call: c, args: args[1:]}
	for {
		before := len(p.args)
		p.pass(args[0])
		if p.done || len(p.args) == 0 || len(p.args) == before {
			return c.failed
		}
		c.Step(1)
	}
}

// pass goes through the format once.
func (p *printing) pass(format string) {
	for i := 0; i < len(format) && !p.done; {
		switch {
		case format[i] == '\\' && i+1 < len(format):
			if format[i+1] == 'c' {
				p.done = true
				return
			}
			to, size, _ := escape(format[i+1:], false)
			if format[i+1] == '"' {
				to = `"`
			}
			p.print(to)
			i += 1 + size
		case format[i] == '%':
			i += p.conversion(format[i:])
		default:
			p.out.buf = append(p.out.buf, format[i])
			i++
		}
	}
	p.out.written()
}

func (p *printing) next() (string, bool) {
	if len(p.args) == 0 {
		return "", false
	}
	a := p.args[0]
	p.args = p.args[1:]
	return a, true
}

// formatSpec is a conversion: %-08.3d.
type formatSpec struct {
	flags       string
	width, prec int // -1 is none
	verb        byte
}

// readSpec reads a conversion at the beginning of s; star is asked for the value of *. ok is false if it is none.
func readSpec(s string, star func() int) (f formatSpec, size int, ok bool) {
	f = formatSpec{width: -1, prec: -1}
	i := 1
	for i < len(s) && strings.IndexByte("-+ #0'", s[i]) >= 0 {
		f.flags += s[i : i+1]
		i++
	}
	amount := func() int {
		if i < len(s) && s[i] == '*' {
			i++
			return star()
		}
		n, start := 0, i
		for i < len(s) && isDigit(s[i]) {
			n = min(n*10+int(s[i]-'0'), 1<<20)
			i++
		}
		if i == start {
			return -1
		}
		return n
	}
	if f.width = amount(); f.width < -1 {
		f.flags += "-"
		f.width = -f.width
	}
	if i < len(s) && s[i] == '.' {
		i++
		f.prec = max(amount(), 0)
	}
	for i < len(s) && strings.IndexByte("hlLjzt", s[i]) >= 0 {
		i++
	}
	if i >= len(s) {
		return f, i, false
	}
	f.verb = s[i]
	return f, i + 1, true
}

// sprint formats a value with Go's fmt, which knows C's flags.
func (f formatSpec) sprint(verb string, value any) string {
	format := "%" + strings.ReplaceAll(f.flags, "'", "")
	if f.width >= 0 {
		format += strconv.Itoa(f.width)
	}
	if f.prec >= 0 {
		format += "." + strconv.Itoa(f.prec)
	}
	return fmt.Sprintf(format+verb, value)
}

// integer formats a whole number as C does: a precision is the least number of digits.
func (f formatSpec) integer(n int64) string {
	switch f.verb {
	case 'd', 'i':
		digits := strconv.FormatUint(uint64(max(n, -n)), 10)
		if n == math.MinInt64 {
			digits = "9223372036854775808"
		}
		sign := ""
		switch {
		case n < 0:
			sign = "-"
		case strings.Contains(f.flags, "+"):
			sign = "+"
		case strings.Contains(f.flags, " "):
			sign = " "
		}
		return f.digits(sign, digits)
	case 'o':
		return f.digits(f.prefix("0"), strconv.FormatUint(uint64(n), 8))
	case 'x':
		return f.digits(f.prefix("0x"), strconv.FormatUint(uint64(n), 16))
	case 'X':
		return f.digits(f.prefix("0X"), strings.ToUpper(strconv.FormatUint(uint64(n), 16)))
	}
	return f.digits("", strconv.FormatUint(uint64(n), 10))
}

func (f formatSpec) prefix(p string) string {
	if strings.Contains(f.flags, "#") {
		return p
	}
	return ""
}

func (f formatSpec) digits(sign, digits string) string {
	if n := f.prec - len(digits); n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	if n := f.width - len(sign) - len(digits); n > 0 {
		switch {
		case strings.Contains(f.flags, "-"):
			return sign + digits + strings.Repeat(" ", n)
		case strings.Contains(f.flags, "0") && f.prec < 0:
			return sign + strings.Repeat("0", n) + digits
		default:
			return strings.Repeat(" ", n) + sign + digits
		}
	}
	return sign + digits
}

// float formats a number with a point.
func (f formatSpec) float(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		text := "inf"
		if math.IsNaN(v) {
			text = "nan"
		}
		if math.Signbit(v) && !math.IsNaN(v) {
			text = "-" + text
		}
		return formatSpec{flags: strings.ReplaceAll(f.flags, "0", ""), width: f.width, prec: -1}.text(text)
	}
	if f.prec < 0 {
		f.prec = 6
	}
	if f.verb == 'i' {
		f.verb = 'd'
	}
	if f.verb == 'g' || f.verb == 'G' {
		return f.general(v)
	}
	return f.sprint(string(rune(f.verb)), v)
}

// general is %g, which Go writes a little differently from C: C strips zeros and needs two digits of exponent.
func (f formatSpec) general(v float64) string {
	prec := max(f.prec, 1)
	mantissa := strconv.FormatFloat(v, 'e', prec-1, 64)
	_, e, _ := strings.Cut(mantissa, "e")
	exp, _ := strconv.Atoi(e)
	text := ""
	if exp < -4 || exp >= prec {
		head, tail, _ := strings.Cut(mantissa, "e")
		text = trimZeros(head, f) + "e" + tail
	} else {
		text = trimZeros(strconv.FormatFloat(v, 'f', max(prec-1-exp, 0), 64), f)
	}
	if f.verb == 'G' {
		text = strings.ToUpper(text)
	}
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	} else if strings.Contains(f.flags, "+") {
		sign = "+"
	}
	return formatSpec{flags: f.flags, width: f.width, prec: -1}.digits(sign, text)
}

func trimZeros(s string, f formatSpec) string {
	if strings.Contains(f.flags, "#") || !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// text is %s.
func (f formatSpec) text(s string) string {
	if f.prec >= 0 && f.prec < len(s) {
		s = s[:f.prec]
	}
	if n := f.width - len(s); n > 0 {
		if strings.Contains(f.flags, "-") {
			return s + strings.Repeat(" ", n)
		}
		return strings.Repeat(" ", n) + s
	}
	return s
}

func (p *printing) conversion(s string) int {
	if len(s) > 1 && s[1] == '%' {
		p.out.byte('%')
		return 2
	}
	f, size, ok := readSpec(s, func() int {
		a, _ := p.next()
		return int(p.integer(a))
	})
	if !ok || strings.IndexByte("diouxXeEfFgGcsbq", f.verb) < 0 {
		if p.gnu() {
			p.die("%s: invalid conversion specification", s[:size])
		}
		p.die("%s: invalid format", strings.TrimRight(s[:max(size-1, 1)], "hlLjzt")+s[max(size-1, 1):])
	}
	p.grow(max(f.width, 0))
	arg, given := p.next()
	switch f.verb {
	case 'c':
		if arg != "" {
			p.print(f.text(arg[:1]))
		}
	case 's':
		p.print(f.text(arg))
	case 'b':
		text, stop := unescape(arg, true)
		p.done = stop
		p.print(f.text(text))
	case 'q':
		p.print(f.text(shellQuote(arg)))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		v := 0.0
		if given {
			v = p.float(arg)
		}
		p.print(f.float(v))
	default:
		n := int64(0)
		if given || !p.gnu() {
			n = p.integer(arg)
		}
		p.print(f.integer(n))
	}
	return size
}

func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=:@%,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// integer reads a number in C's notation, or the code of a character behind a quote.
func (p *printing) integer(s string) int64 {
	if n, ok := quotedChar(s); ok {
		return n
	}
	text := strings.TrimLeft(s, " \t\n")
	if n, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 0, 64); err == nil && !strings.Contains(text, "_") {
		return n
	}
	if n, err := strconv.ParseUint(text, 0, 64); err == nil && !strings.Contains(text, "_") {
		return int64(n)
	}
	p.badNumber(s, "expected a numeric value")
	n, _ := strconv.ParseInt(leadingNumber(text), 0, 64)
	if !p.gnu() {
		return 0
	}
	return n
}

func leadingNumber(s string) string {
	end := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		end = 1
	}
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	return s[:end]
}

func quotedChar(s string) (int64, bool) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return 0, false
	}
	if len(s) == 1 {
		return 0, true
	}
	r, size := utf8.DecodeRuneInString(s[1:])
	if r == utf8.RuneError && size == 1 {
		return int64(s[1]), true
	}
	return int64(r), true
}

func (p *printing) float(s string) float64 {
	if n, ok := quotedChar(s); ok {
		return float64(n)
	}
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		p.badNumber(s, "expected a numeric value")
		if p.gnu() {
			v, _ = strconv.ParseFloat(leadingNumber(s), 64)
		} else {
			v = 0
		}
	}
	return v
}

func (p *printing) badNumber(s, gnu string) {
	p.failed = 1
	if !p.gnu() {
		p.complain("invalid number '%s'", s)
		return
	}
	if leadingNumber(s) != "" {
		p.complain("'%s': value not completely converted", s)
	} else {
		p.complain("'%s': %s", s, gnu)
	}
}
