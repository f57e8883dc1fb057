package applet

import (
	"fmt"
	"strings"
	"time"
)

// strftime formats a time as C does. nanoseconds says whether %N is known, as GNU's date does.
func strftime(format string, t time.Time, nanoseconds bool) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		flag := byte(0)
		if strings.IndexByte("-_0^#", format[i]) >= 0 && i+1 < len(format) {
			flag = format[i]
			i++
		}
		text := timeField(format[i], t)
		switch {
		case format[i] == 'N' && nanoseconds:
			text = fmt.Sprintf("%09d", t.Nanosecond())
		case text == "" && format[i] != '%':
			text = "%" + format[i:i+1]
		}
		b.WriteString(flagged(flag, text))
	}
	return b.String()
}

func flagged(flag byte, text string) string {
	switch flag {
	case '-':
		if cut := strings.TrimLeft(text, "0 "); cut != "" {
			return cut
		}
		return "0"
	case '_':
		cut := strings.TrimLeft(text, "0")
		return strings.Repeat(" ", len(text)-len(cut)) + cut
	case '^':
		return strings.ToUpper(text)
	}
	return text
}

// timeField is one conversion of strftime(3); "" if there is none of that name.
func timeField(verb byte, t time.Time) string {
	two := func(n int) string { return fmt.Sprintf("%02d", n) }
	year, week := t.ISOWeek()
	hour12 := (t.Hour()+11)%12 + 1
	switch verb {
	case '%':
		return "%"
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'a':
		return t.Format("Mon")
	case 'A':
		return t.Format("Monday")
	case 'b', 'h':
		return t.Format("Jan")
	case 'B':
		return t.Format("January")
	case 'c':
		return t.Format("Mon Jan _2 15:04:05 2006")
	case 'C':
		return two(t.Year() / 100)
	case 'd':
		return two(t.Day())
	case 'D', 'x':
		return t.Format("01/02/06")
	case 'e':
		return fmt.Sprintf("%2d", t.Day())
	case 'F':
		return t.Format("2006-01-02")
	case 'g':
		return two(year % 100)
	case 'G':
		return fmt.Sprint(year)
	case 'H':
		return two(t.Hour())
	case 'I':
		return two(hour12)
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay())
	case 'k':
		return fmt.Sprintf("%2d", t.Hour())
	case 'l':
		return fmt.Sprintf("%2d", hour12)
	case 'm':
		return two(int(t.Month()))
	case 'M':
		return two(t.Minute())
	case 'p':
		return t.Format("PM")
	case 'P':
		return t.Format("pm")
	case 'r':
		return t.Format("03:04:05 PM")
	case 'R':
		return t.Format("15:04")
	case 's':
		return fmt.Sprint(t.Unix())
	case 'S':
		return two(t.Second())
	case 'T', 'X':
		return t.Format("15:04:05")
	case 'u':
		return fmt.Sprint((int(t.Weekday())+6)%7 + 1)
	case 'U':
		return two((t.YearDay() + 6 - int(t.Weekday())) / 7)
	case 'V':
		return two(week)
	case 'w':
		return fmt.Sprint(int(t.Weekday()))
	case 'W':
		return two((t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7)
	case 'y':
		return two(t.Year() % 100)
	case 'Y':
		return fmt.Sprint(t.Year())
	case 'z':
		return t.Format("-0700")
	case 'Z':
		return t.Format("MST")
	}
	return ""
}
