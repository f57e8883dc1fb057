package shell

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

func biPrintf(s *Shell, a []string) int {
	variable := ""
	args := a[1:]
	letters := ""
	if s.cfg.Flavour == Bash {
		letters = "v:"
	}
	if s.cfg.Flavour != Ash {
		var ok bool
		if args, ok = s.flags(a, letters, func(_ byte, v string) { variable = v }); !ok {
			return 2
		}
	} else if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return s.printfUsage()
	}
	p := &printf{s: s, format: args[0], args: args[1:]}
	p.run()
	if variable != "" {
		s.setVar(variable, p.out.String())
	} else {
		s.print(p.out.String())
	}
	return p.status
}

func (s *Shell) printfUsage() int {
	switch s.cfg.Flavour {
	case Bash:
		s.usage()
	case Dash:
		s.fatalf(2, "usage: printf format [arg ...]")
	default:
		s.applet("usage: printf FORMAT [ARGUMENT...]")
	}
	return 2
}

// printf is a printf as it runs.
type printf struct {
	s      *Shell
	format string
	args   []string
	out    strings.Builder
	status int
	done   bool // by \c, or by an error that ends it
}

func (p *printf) run() {
	for {
		before := len(p.args)
		p.pass()
		if p.done || len(p.args) == 0 || len(p.args) == before {
			return
		}
		p.s.sys.Step(1)
		p.s.passing(p.out.Len())
	}
}

// pass goes through the format once.
func (p *printf) pass() {
	for i := 0; i < len(p.format) && !p.done; {
		switch c := p.format[i]; {
		case c == '\\' && i+1 < len(p.format):
			n, to, stop := escape(p.format[i:], escFormat, p.s.cfg.Flavour)
			p.out.WriteString(to)
			p.done = stop
			i += n
		case c == '%' && strings.HasPrefix(p.format[i:], "%%"):
			p.out.WriteByte('%')
			i += 2
		case c == '%':
			i += p.directive(p.format[i:])
		default:
			p.out.WriteByte(c)
			i++
		}
	}
}

// spec is a directive's flags and sizes.
type spec struct {
	minus, plus, space, alt, zero bool
	width, precision              int // precision is -1 if there is none
}

// directive prints one %…, and returns how long it is.
func (p *printf) directive(text string) int {
	skipped := 0
	sp := spec{precision: -1}
	i := 1
	for ; i < len(text) && strings.IndexByte("-+ #0", text[i]) >= 0; i++ {
		switch text[i] {
		case '-':
			sp.minus = true
		case '+':
			sp.plus = true
		case ' ':
			sp.space = true
		case '#':
			sp.alt = true
		case '0':
			sp.zero = true
		}
	}
	sp.width, i = p.size(text, i)
	if sp.width < 0 {
		sp.minus, sp.width = true, -sp.width
	}
	if i < len(text) && text[i] == '.' {
		sp.precision, i = p.size(text, i+1)
	}
	for p.s.cfg.Flavour != Dash && i < len(text) && strings.IndexByte("hlLjzt", text[i]) >= 0 {
		i++
		skipped++
	}
	if p.s.cfg.Flavour == Bash && i < len(text) && text[i] == '(' {
		if end := strings.Index(text[i:], ")T"); end > 0 {
			p.date(sp, text[i+1:i+end])
			return i + end + 2
		}
	}
	if i == len(text) {
		p.badFormat(text, 0)
		return i
	}
	if !p.convert(sp, text[i]) {
		p.badFormat(text[:i-skipped]+text[i:], i-skipped)
	}
	return i + 1
}

// size reads a width or precision: digits, or * for the next argument.
func (p *printf) size(text string, i int) (n, next int) {
	if i < len(text) && text[i] == '*' {
		return int(min(max(p.integer(p.arg()), -maxWidth), maxWidth)), i + 1
	}
	for ; i < len(text) && isDigit(text[i]); i++ {
		n = min(n*10+int(text[i]-'0'), maxWidth)
	}
	return n, i
}

// maxWidth bounds what %999999999d can make.
const maxWidth = 1 << 20

func (p *printf) convert(sp spec, c byte) bool {
	if sp.width > 4096 || sp.precision > 4096 {
		p.s.passing(sp.width + max(sp.precision, 0))
	}
	switch c {
	case 'd', 'i':
		p.signed(sp, p.integer(p.arg()))
	case 'u', 'o', 'x', 'X':
		p.unsigned(sp, uint64(p.integer(p.arg())), c)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		p.float(sp, p.number(p.arg()), c)
	case 'a', 'A':
		p.float(sp, p.number(p.arg()), c+'x'-'a')
	case 'c':
		p.char(sp)
	case 's':
		p.pad(sp, cut(p.arg(), sp.precision))
	case 'b':
		text, stop := p.s.escapes(p.arg(), escB)
		p.pad(sp, cut(text, sp.precision))
		p.done = stop
	case 'q':
		if p.s.cfg.Flavour != Bash {
			return false
		}
		p.pad(sp, backslashed(p.arg()))
	default:
		return false
	}
	return true
}

func cut(text string, n int) string {
	if n < 0 || n >= len(text) {
		return text
	}
	return text[:n]
}

func (p *printf) char(sp spec) {
	arg := p.arg()
	if arg == "" {
		if p.s.cfg.Flavour == Ash {
			return
		}
		arg = "\x00"
	}
	p.pad(sp, arg[:1])
}

// arg is the next argument, "" after the last.
func (p *printf) arg() string {
	if len(p.args) == 0 {
		return ""
	}
	a := p.args[0]
	p.args = p.args[1:]
	return a
}

func (p *printf) pad(sp spec, text string) {
	fill := strings.Repeat(" ", max(sp.width-len(text), 0))
	if sp.minus {
		p.out.WriteString(text + fill)
	} else {
		p.out.WriteString(fill + text)
	}
}

func (p *printf) signed(sp spec, n int64) {
	sign, digits := "", strconv.FormatInt(n, 10)
	switch {
	case n < 0:
		sign, digits = "-", digits[1:]
	case sp.plus:
		sign = "+"
	case sp.space:
		sign = " "
	}
	p.digits(sp, sign, digits)
}

func (p *printf) unsigned(sp spec, n uint64, c byte) {
	base, prefix := 10, ""
	switch c {
	case 'o':
		base = 8
	case 'x', 'X':
		base = 16
		if sp.alt && n != 0 {
			prefix = "0x"
		}
	}
	digits := strconv.FormatUint(n, base)
	if c == 'o' && sp.alt && digits[0] != '0' {
		digits = "0" + digits
	}
	if c == 'X' {
		prefix, digits = strings.ToUpper(prefix), strings.ToUpper(digits)
	}
	p.digits(sp, prefix, digits)
}

// digits pads a number: zeros go between its sign and its digits.
func (p *printf) digits(sp spec, sign, digits string) {
	if sp.precision == 0 && digits == "0" {
		digits = ""
	}
	digits = strings.Repeat("0", max(sp.precision-len(digits), 0)) + digits
	if sp.zero && !sp.minus && sp.precision < 0 {
		digits = strings.Repeat("0", max(sp.width-len(sign)-len(digits), 0)) + digits
	}
	p.pad(sp, sign+digits)
}

func (p *printf) float(sp spec, v float64, c byte) {
	precision := sp.precision
	if precision < 0 && c != 'x' && c != 'X' {
		precision = 6
	}
	verb := c
	if c == 'F' {
		verb = 'f'
	}
	text := ""
	if c == 'g' || c == 'G' {
		text = general(v, max(precision, 1), c, sp.alt)
	} else {
		text = strconv.FormatFloat(v, verb, precision, 64)
	}
	if c == 'x' || c == 'X' {
		text = trimHexExponent(text)
	}
	sign := ""
	switch {
	case strings.HasPrefix(text, "-"):
		sign, text = "-", text[1:]
	case sp.plus:
		sign, text = "+", strings.TrimPrefix(text, "+")
	case sp.space:
		sign = " "
	}
	if sp.zero && !sp.minus && !strings.ContainsAny(text, "nN") {
		text = strings.Repeat("0", max(sp.width-len(sign)-len(text), 0)) + text
	}
	p.pad(sp, sign+text)
}

// general is C's %g: the shorter of %e and %f, without zeros at the end.
func general(v float64, precision int, c byte, keep bool) string {
	e := strconv.FormatFloat(v, 'e', precision-1, 64)
	i := strings.IndexByte(e, 'e')
	if i < 0 {
		return e
	}
	exp, _ := strconv.Atoi(e[i+1:])
	if exp >= -4 && exp < precision {
		f := strconv.FormatFloat(v, 'f', precision-1-exp, 64)
		if !keep && strings.Contains(f, ".") {
			f = strings.TrimRight(strings.TrimRight(f, "0"), ".")
		}
		return f
	}
	mantissa := e[:i]
	if !keep && strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if c == 'G' {
		return mantissa + "E" + e[i+1:]
	}
	return mantissa + e[i:]
}

// trimHexExponent: C writes 0x1p+0, Go 0x1p+00.
func trimHexExponent(text string) string {
	i := strings.IndexAny(text, "pP")
	if i < 0 || len(text) < i+3 {
		return text
	}
	digits := strings.TrimLeft(text[i+2:], "0")
	if digits == "" {
		digits = "0"
	}
	return text[:i+2] + digits
}

// integer reads an argument as a number, or complains and takes what could be read.
func (p *printf) integer(arg string) int64 {
	if arg == "" {
		if p.s.cfg.Flavour == Ash {
			p.invalid(arg)
		}
		return 0
	}
	if arg[0] == '\'' || arg[0] == '"' {
		r, _ := utf8.DecodeRuneInString(arg[1:])
		if len(arg) == 1 {
			r = 0
		}
		return int64(r)
	}
	text := strings.TrimLeft(arg, " \t\n")
	neg := strings.HasPrefix(text, "-")
	digits := strings.TrimPrefix(text, "-")
	if !neg {
		digits = strings.TrimPrefix(text, "+")
	}
	v, n, over := leadingNumber(digits)
	good := n > 0 && n == len(digits)
	if !good || over {
		return p.badInteger(arg, v, n, neg, over)
	}
	if neg {
		return -int64(v)
	}
	return int64(v)
}

// leadingNumber reads the number at the start of text: decimal, 0x or octal.
func leadingNumber(text string) (v uint64, n int, over bool) {
	base := int64(10)
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X") {
		if len(text) > 2 && digitValue(text[2], 16) >= 0 {
			base, n = 16, 2
		}
	} else if strings.HasPrefix(text, "0") {
		base = 8
	}
	for ; n < len(text); n++ {
		d := digitValue(text[n], base)
		if d < 0 {
			break
		}
		if v > (1<<64-1-uint64(d))/uint64(base) {
			over = true
		}
		v = v*uint64(base) + uint64(d)
	}
	return v, n, over || v > 1<<63-1 && base == 10
}

func (p *printf) badInteger(arg string, v uint64, n int, neg, over bool) int64 {
	s := p.s
	if s.cfg.Flavour == Ash {
		p.invalid(arg)
		return 0
	}
	p.status = 1
	switch {
	case over && s.cfg.Flavour == Bash:
		s.complain("warning: %s: %s", arg, s.errText(proc.ERANGE))
		p.status = 0
	case over:
		s.complain("%s: %s", arg, s.errText(proc.ERANGE))
	case s.cfg.Flavour == Bash:
		s.complain("%s: invalid number", arg)
	case n == 0:
		s.complain("%s: expected numeric value", arg)
	default:
		s.complain("%s: not completely converted", arg)
	}
	if over {
		v = 1<<63 - 1
	}
	if neg {
		return -int64(v)
	}
	return int64(v)
}

func (p *printf) invalid(arg string) {
	p.s.applet("invalid number '%s'", arg)
	p.status = 1
}

// number reads an argument as a floating point number.
func (p *printf) number(arg string) float64 {
	if arg == "" && p.s.cfg.Flavour != Ash {
		return 0
	}
	if arg != "" && (arg[0] == '\'' || arg[0] == '"') {
		return float64(p.integer(arg))
	}
	v, err := strconv.ParseFloat(strings.TrimLeft(arg, " \t\n"), 64)
	if err == nil {
		return v
	}
	for n := len(arg) - 1; n > 0; n-- {
		if f, err := strconv.ParseFloat(arg[:n], 64); err == nil {
			v = f
			break
		}
	}
	switch p.s.cfg.Flavour {
	case Ash:
		p.invalid(arg)
		return 0
	case Bash:
		p.s.complain("%s: invalid number", arg)
	case Dash:
		if v == 0 {
			p.s.complain("%s: expected numeric value", arg)
		} else {
			p.s.complain("%s: not completely converted", arg)
		}
	}
	p.status = 1
	return v
}

// badFormat is a directive that the flavour does not know, whose letter is at i; 0 if the format ended before it.
func (p *printf) badFormat(text string, i int) {
	s := p.s
	p.done = true
	switch s.cfg.Flavour {
	case Ash:
		s.applet("%s: invalid format", text)
		p.status = 1
	case Dash:
		s.print(p.out.String())
		p.out.Reset()
		s.flush()
		if i == 0 {
			s.fatalf(2, "missing format character")
		}
		s.fatalf(2, "%s: invalid directive", text[:i+1])
	default:
		if i == 0 {
			s.complain("`%s': missing format character", text)
		} else {
			s.complain("`%c': invalid format character", text[i])
		}
		p.status = 1
	}
}

// date is bash's %(format)T.
func (p *printf) date(sp spec, layout string) {
	at := p.s.sys.Now()
	if arg := p.arg(); arg != "" && arg != "-1" && arg != "-2" {
		at = time.Unix(p.integer(arg), 0).UTC()
	}
	p.pad(sp, strftime(layout, at))
}

// strftime is the directives of strftime(3) that people use.
func strftime(layout string, t time.Time) string {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			b.WriteByte(layout[i])
			continue
		}
		i++
		switch c := layout[i]; c {
		case 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case 'j':
			b.WriteString(t.Format("002"))
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case '%':
			b.WriteByte('%')
		default:
			if f := goLayout(c); f != "" {
				b.WriteString(t.Format(f))
			} else {
				b.WriteString("%" + string(c))
			}
		}
	}
	return b.String()
}

func goLayout(c byte) string {
	switch c {
	case 'Y':
		return "2006"
	case 'y':
		return "06"
	case 'm':
		return "01"
	case 'd':
		return "02"
	case 'e':
		return "_2"
	case 'H':
		return "15"
	case 'I':
		return "03"
	case 'M':
		return "04"
	case 'S':
		return "05"
	case 'p':
		return "PM"
	case 'a':
		return "Mon"
	case 'A':
		return "Monday"
	case 'b', 'h':
		return "Jan"
	case 'B':
		return "January"
	case 'Z':
		return "MST"
	case 'z':
		return "-0700"
	case 'F':
		return "2006-01-02"
	case 'T':
		return "15:04:05"
	case 'R':
		return "15:04"
	case 'D':
		return "01/02/06"
	case 'c':
		return "Mon Jan _2 15:04:05 2006"
	}
	return ""
}
