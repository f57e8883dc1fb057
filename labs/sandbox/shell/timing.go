package shell

import (
	"fmt"
	"strings"
	"time"
)

// spent is what the reserved word time tells of a pipeline: the clock's time, and the processor's for the programs and
// for the kernel.
type spent struct{ real, user, system time.Duration }

// TIMEFORMAT as it is when nobody has set it, and for time -p. bash: execute_cmd.c, BASH_TIMEFORMAT.
const (
	timeFormat      = "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS"
	timeFormatPOSIX = "real %2R\nuser %2U\nsys %2S"
)

// reportTime is what the reserved word time prints. Only bash has it: for busybox, time is an applet, which the
// parser takes for the word.
func (s *Shell) reportTime(t spent, posix bool) {
	if s.cfg.Flavour == Ash {
		s.warn("real\t" + hundredths(t.real) + "\nuser\t" + hundredths(t.user) + "\nsys\t" + hundredths(t.system))
		return
	}
	format := timeFormat
	if posix {
		format = timeFormatPOSIX
	} else if own, set := s.vars.get("TIMEFORMAT"); set {
		format = own
	}
	if format == "" {
		return
	}
	text, wrong := t.formatted(format)
	if wrong != "" {
		s.complain("TIMEFORMAT: `%s': invalid format character", wrong)
		return
	}
	s.warn(text)
}

func hundredths(d time.Duration) string {
	return fmt.Sprintf("%dm %d.%02ds", d/time.Minute, d%time.Minute/time.Second, d%time.Second/(10*time.Millisecond))
}

// formatted follows print_formatted_time of bash: %[p][l]R and its like, %P, %%.
func (t spent) formatted(format string) (text, wrong string) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		if format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if format[i] == 'P' {
			b.WriteString(t.percent())
			continue
		}
		digits, long := 3, false
		if c := at(format, i); c >= '0' && c <= '9' {
			digits = min(int(c-'0'), 3)
			i++
		}
		if at(format, i) == 'l' {
			long = true
			i++
		}
		d, ok := t.named(at(format, i))
		if !ok {
			return "", string(at(format, i))
		}
		b.WriteString(fraction(d, digits, long))
	}
	return b.String(), ""
}

// at is a byte of a text, 0 behind its end.
func at(text string, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

func (t spent) named(letter byte) (time.Duration, bool) {
	switch letter {
	case 'R':
		return t.real, true
	case 'U':
		return t.user, true
	case 'S':
		return t.system, true
	}
	return 0, false
}

// percent is how much of the time the processor worked for the pipeline.
func (t spent) percent() string {
	if t.real <= 0 {
		return "0.00"
	}
	hundred := int64(t.user+t.system) * 10000 / int64(t.real)
	return fmt.Sprintf("%d.%02d", hundred/100, hundred%100)
}

// fraction is a time with so many digits behind the point, cut off and not rounded; long: with minutes, 1m2.345s.
func fraction(d time.Duration, digits int, long bool) string {
	seconds, rest := int64(d/time.Second), int64(d%time.Second/time.Millisecond)
	text := ""
	if long {
		text = fmt.Sprintf("%dm", seconds/60)
		seconds %= 60
	}
	text += fmt.Sprint(seconds)
	if digits > 0 {
		text += "." + fmt.Sprintf("%03d", rest)[:digits]
	}
	if long {
		text += "s"
	}
	return text
}
