package applet

import (
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
)

func dateCmd(c *call) proc.ExitCode {
	o := c.getopt("us:d:D:r:RI::", "utc=u", "universal=u", "date=d", "reference=r", "rfc-2822=R", "rfc-email=R", "set=s", "iso-8601=I")
	c.refuse(o, "D")
	format := ""
	args := o.args
	if len(args) > 0 && strings.HasPrefix(args[0], "+") {
		format, args = args[0][1:], args[1:]
	}
	t := c.Now()
	zone := c.zone()
	if o.has('u') {
		zone = time.UTC
	}
	if text, ok := o.value('d'); ok {
		if t, ok = c.parseDateIn(text, midnight(c.Now().In(zone))); !ok {
			c.die("invalid date '%s'", text)
		}
	}
	if name, ok := o.value('r'); ok {
		st, err := c.FS().Stat(name)
		if err != nil {
			if c.gnu() {
				c.die("%s: %s", name, c.text(err))
			}
			c.die("can't stat '%s': %s", name, c.text(err))
		}
		t = time.Unix(0, st.Mtime)
	}
	if set, ok := o.value('s'); ok || len(args) > 0 {
		if !ok {
			set = args[0]
		}
		if _, ok := c.parseDateIn(set, midnight(c.Now().In(zone))); !ok {
			c.die("invalid date '%s'", set)
		}
		if c.gnu() {
			c.die("cannot set date: %s", c.text(proc.EPERM))
		}
		c.die("can't set date: %s", c.text(proc.EPERM))
	}
	c.print(c.dateText(o, format, t.In(zone)) + "\n")
	return 0
}

func (c *call) dateText(o *options, format string, t time.Time) string {
	spec, iso := o.value('I')
	switch {
	case format != "":
	case o.has('R'):
		format = "%a, %d %b %Y %T %z"
	case iso:
		return isoDate(spec, t)
	default:
		format = "%a %b %e %H:%M:%S %Z %Y"
	}
	return strftime(format, t, c.gnu())
}

func isoDate(spec string, t time.Time) string {
	zone := t.Format("-07:00")
	switch {
	case spec == "" || strings.HasPrefix("date", spec):
		return t.Format("2006-01-02")
	case strings.HasPrefix("hours", spec):
		return t.Format("2006-01-02T15") + zone
	case strings.HasPrefix("minutes", spec):
		return t.Format("2006-01-02T15:04") + zone
	case strings.HasPrefix("ns", spec):
		return t.Format("2006-01-02T15:04:05,000000000") + zone
	}
	return t.Format("2006-01-02T15:04:05") + zone
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// dateForms are the forms of time that date and touch know. What a form does not say is taken from a base.
func dateForms() []string {
	return []string{
		"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02 15", "2006-01-02", "2006.01.02-15:04:05", "2006.01.02-15:04",
		"2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2", "01.02-15:04:05", "01.02-15:04", "15:04:05", "15:04",
		"2006-01-02T15:04:05", "Mon Jan _2 15:04:05 MST 2006", "Mon, 02 Jan 2006 15:04:05 -0700", time.RFC3339,
	}
}

// parseDateIn reads a time in the zone of base.
func (c *call) parseDateIn(text string, base time.Time) (time.Time, bool) {
	if rest, ok := strings.CutPrefix(text, "@"); ok {
		n, err := strconv.ParseInt(rest, 10, 64)
		return time.Unix(n, 0), err == nil
	}
	if c.gnu() {
		base = midnight(base)
		if t, ok := spokenDate(text, c.Now().In(base.Location())); ok {
			return t, true
		}
		if date, rest, ok := strings.Cut(text, " "); ok && strings.Contains(date, "-") && strings.Trim(rest, "0123456789:. ") != "" {
			if t, ok := c.parseDateIn(date, base); ok {
				return spokenDate(rest, t)
			}
		}
	}
	for _, form := range dateForms() {
		t, err := time.ParseInLocation(form, text, base.Location())
		if err != nil {
			continue
		}
		year, month, day, hour, minute, second := t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second()
		if strings.Contains(form, "MST") || strings.Contains(form, "07") {
			return t, true
		}
		if !strings.Contains(form, "2006") {
			year = base.Year()
		}
		if !strings.Contains(form, "01") && !strings.Contains(form, "-1-") {
			month, day = base.Month(), base.Day()
		}
		if !strings.Contains(form, "15") {
			hour, minute = base.Hour(), base.Minute()
		}
		if !strings.Contains(form, ":05") {
			second = base.Second()
		}
		return time.Date(year, month, day, hour, minute, second, 0, base.Location()), true
	}
	return compactDate(text, base)
}

// compactDate reads [[[[[YY]YY]MM]DD]hh]mm[.ss].
func compactDate(text string, now time.Time) (time.Time, bool) {
	digits, sec, hasSec := strings.Cut(text, ".")
	if strings.Trim(digits+sec, "0123456789") != "" || hasSec && len(sec) != 2 || len(digits)%2 != 0 || digits == "" || len(digits) > 12 {
		return time.Time{}, false
	}
	n := func(s string) int { v, _ := strconv.Atoi(s); return v }
	year, month, day, hour := now.Year(), int(now.Month()), now.Day(), now.Hour()
	parts := digits
	last := func(into *int, size int) {
		if len(parts) >= size {
			*into = n(parts[len(parts)-size:])
			parts = parts[:len(parts)-size]
		}
	}
	minute := 0
	last(&minute, 2)
	last(&hour, 2)
	last(&day, 2)
	last(&month, 2)
	switch len(parts) {
	case 4:
		year = n(parts)
	case 2:
		if year = 1900 + n(parts); n(parts) < 69 {
			year += 100
		}
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || n(sec) > 60 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, n(sec), 0, now.Location()), true
}

// spokenDate reads some of what GNU's date understands: now, yesterday, 2 days ago, +1 hour.
func spokenDate(text string, now time.Time) (time.Time, bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()), true
	}
	t := now
	for len(words) > 0 {
		switch words[0] {
		case "now", "today":
			words = words[1:]
			continue
		case "yesterday", "tomorrow":
			t = t.AddDate(0, 0, map[string]int{"yesterday": -1, "tomorrow": 1}[words[0]])
			words = words[1:]
			continue
		}
		n := 1
		if v, err := strconv.Atoi(words[0]); err == nil {
			n, words = v, words[1:]
		} else if words[0] == "next" || words[0] == "last" {
			n, words = map[string]int{"next": 1, "last": -1}[words[0]], words[1:]
		}
		if len(words) == 0 {
			return time.Time{}, false
		}
		unit := strings.TrimSuffix(words[0], "s")
		words = words[1:]
		if len(words) > 0 && words[0] == "ago" {
			n, words = -n, words[1:]
		}
		switch unit {
		case "day":
			t = t.AddDate(0, 0, n)
		case "week":
			t = t.AddDate(0, 0, 7*n)
		case "month":
			t = t.AddDate(0, n, 0)
		case "year":
			t = t.AddDate(n, 0, 0)
		case "hour", "minute", "min", "second", "sec":
			t = t.Add(time.Duration(n) * map[byte]time.Duration{'h': time.Hour, 'm': time.Minute, 's': time.Second}[unit[0]])
		default:
			return time.Time{}, false
		}
	}
	return t, true
}

func calCmd(c *call) proc.ExitCode {
	o := c.getopt("jmy")
	k := &calendar{call: c, monday: o.has('m'), julian: o.has('j')}
	now := c.Now().In(c.zone())
	year, month := now.Year(), int(now.Month())
	inRange := func(s string, lo, hi int64) int {
		n, ok := parseSize(s, nil)
		if !ok {
			c.die("invalid number '%s'", s)
		}
		if n < lo || n > hi {
			c.die("number %s is not in %d..%d range", s, lo, hi)
		}
		return int(n)
	}
	switch len(o.args) {
	case 0:
		if o.has('y') {
			month = 0
		}
	case 1:
		year, month = inRange(o.args[0], 1, 9999), 0
	case 2:
		month, year = inRange(o.args[0], 1, 12), inRange(o.args[1], 1, 9999)
	default:
		c.usage()
	}
	if month > 0 {
		k.month(year, month)
	} else {
		k.year(year)
	}
	return 0
}

// calendar is a cal as it runs.
type calendar struct {
	*call
	monday, julian bool
}

func (k *calendar) cell() int {
	if k.julian {
		return 4
	}
	return 3
}

func (k *calendar) head() string {
	days := "Su Mo Tu We Th Fr Sa"
	if k.monday {
		days = "Mo Tu We Th Fr Sa Su"
	}
	if k.julian {
		return " " + strings.ReplaceAll(days, " ", "  ")
	}
	return days
}

// weeks is a month's rows: six, however many are used. The calendar is Gregorian throughout, as Go's is; before
// September 1752 the real one differs.
func (k *calendar) weeks(year, month int) [6]string {
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	at := int(first.Weekday())
	if k.monday {
		at = (at + 6) % 7
	}
	days := first.AddDate(0, 1, -1).Day()
	var rows [6]string
	for i := range rows {
		row := ""
		for d := range 7 {
			n := i*7 + d - at + 1
			text := strings.Repeat(" ", k.cell())
			if n >= 1 && n <= days {
				if k.julian {
					n += first.YearDay() - 1
				}
				text = strings.Repeat(" ", k.cell()-len(strconv.Itoa(n))) + strconv.Itoa(n)
			}
			row += text
		}
		rows[i] = row[1:]
	}
	return rows
}

func center(s string, width int) string { return strings.Repeat(" ", max(0, (width-len(s))/2)) + s }

func (k *calendar) month(year, month int) {
	width := 7*k.cell() - 1
	k.print(center(time.Month(month).String()+" "+strconv.Itoa(year), width) + "\n" + k.head() + "\n")
	for _, w := range k.weeks(year, month) {
		if strings.TrimSpace(w) == "" {
			k.print(strings.Repeat(" ", width+1) + "\n")
			continue
		}
		k.print(strings.TrimRight(w, " ") + "\n")
	}
}

func (k *calendar) year(year int) {
	width := 7*k.cell() - 1
	across := 3
	if k.julian {
		across = 2
	}
	total := across*width + (across-1)*2
	title := center(strconv.Itoa(year), total)
	k.print(title + strings.Repeat(" ", total-len(title)) + "\n\n")
	for m := 1; m <= 12; m += across {
		names, heads := "", ""
		var rows [6]string
		for i := range across {
			gap := ""
			if i > 0 {
				gap = "  "
			}
			name := center(time.Month(m+i).String(), width)
			names += gap + name + strings.Repeat(" ", width-len(name))
			heads += gap + k.head()
			for r, w := range k.weeks(year, m+i) {
				rows[r] += gap + w
			}
		}
		k.print(names + "\n" + heads + "\n")
		for _, r := range rows {
			k.print(r + "\n")
		}
	}
}
