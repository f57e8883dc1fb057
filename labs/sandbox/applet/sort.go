package applet

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// sortKey is a -k: where it begins and ends, and how it is compared.
type sortKey struct {
	from, fromChar int // field and character, counted from 1
	to, toChar     int // 0 is the end of the line; character 0 the end of the field
	flags          string
}

// sorting is a sort as it runs.
type sorting struct {
	*call
	o     *options
	keys  []sortKey
	sep   string
	lines [][]byte
	files [][][]byte // the lines of each, for -m
	work  int
}

const sortFlags = "ngMVbdfir"

func sortCmd(c *call) proc.ExitCode {
	o := c.getopt("ngMVucszbrdfimS:T:o:k:t:h", "numeric-sort=n", "reverse=r", "unique=u", "key=k", "field-separator=t",
		"output=o", "check=c", "stable=s", "ignore-case=f", "human-numeric-sort=h", "version-sort=V", "zero-terminated=z")
	s := &sorting{call: c, o: o, sep: o.or('t', "")}
	if len(s.sep) > 1 {
		if c.gnu() {
			c.dieWith(2, "multi-character tab '%s'", s.sep)
		}
		c.die("bad -t parameter")
	}
	global := ""
	for _, g := range o.given {
		if strings.ContainsRune(sortFlags+"h", g.letter) {
			global += string(g.letter)
		}
	}
	for _, k := range o.values('k') {
		key := s.key(k)
		if key.flags == "" {
			key.flags = global
		}
		s.keys = append(s.keys, key)
	}
	if s.keys == nil {
		s.keys = []sortKey{{from: 1, fromChar: 1, flags: global}}
	}
	s.read()
	if o.has('c') {
		return s.check()
	}
	if o.has('m') && c.gnu() {
		s.merge()
	} else {
		slices.SortStableFunc(s.lines, s.compare)
	}
	s.write()
	return c.failed
}

// key reads FIELD[.CHAR][FLAGS][,FIELD[.CHAR][FLAGS]].
func (s *sorting) key(text string) sortKey {
	k := sortKey{fromChar: 1}
	start, end, ranged := strings.Cut(text, ",")
	part := func(p string) (field, char int) {
		field, char = -1, -1
		digitsOf := func() int {
			number, rest := digits(p)
			p = rest
			n, err := strconv.Atoi(number)
			if err != nil && s.gnu() {
				s.dieWith(2, "invalid number at field start: invalid count at start of '%s'", number+p)
			}
			if err != nil {
				s.dieWith(2, "bad field specification")
			}
			return n
		}
		field = digitsOf()
		if rest, ok := strings.CutPrefix(p, "."); ok {
			p = rest
			char = digitsOf()
		}
		for _, l := range p {
			if !strings.ContainsRune(sortFlags+"h", l) {
				s.dieWith(2, "unknown key option")
			}
			k.flags += string(l)
		}
		return field, char
	}
	field, char := part(start)
	if k.from = field; field == 0 {
		s.dieWith(2, "bad field specification")
	}
	if char > 0 {
		k.fromChar = char
	}
	if ranged {
		k.to, k.toChar = part(end)
		k.toChar = max(k.toChar, 0)
	}
	return k
}

func (s *sorting) delim() byte {
	if s.o.has('z') {
		return 0
	}
	return '\n'
}

func (s *sorting) read() {
	names := s.o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		in, err := s.open(name)
		if err != nil {
			if s.gnu() {
				s.dieWith(2, "cannot read: %s: %s", name, s.text(err))
			}
			s.dieWith(2, "%s: %s", name, s.text(err))
		}
		begun := len(s.lines)
		for line, ok := in.until(s.delim()); ok; line, ok = in.until(s.delim()) {
			line = bytes.TrimSuffix(line, []byte{s.delim()})
			s.grow(len(line) + 32)
			s.lines = append(s.lines, bytes.Clone(line))
		}
		if in.err != nil {
			s.dieWith(2, "read error: %s", s.text(in.err))
		}
		in.close()
		s.files = append(s.files, s.lines[begun:])
	}
}

// merge takes the least of the files' next lines, again and again: files that are not sorted stay so.
func (s *sorting) merge() {
	merged := make([][]byte, 0, len(s.lines))
	for range s.lines {
		least := -1
		for i, f := range s.files {
			if len(f) > 0 && (least < 0 || s.compare(f[0], s.files[least][0]) < 0) {
				least = i
			}
		}
		merged = append(merged, s.files[least][0])
		s.files[least] = s.files[least][1:]
	}
	s.lines = merged
}

// compare orders two lines by the keys and, if they do not tell them apart, as a whole.
func (s *sorting) compare(a, b []byte) int {
	if s.work++; s.work%256 == 0 {
		s.Step(1)
	}
	if n := s.byKeys(a, b); n != 0 {
		return n
	}
	if s.o.has('s') || s.o.has('u') && s.gnu() {
		return 0
	}
	n := bytes.Compare(a, b)
	if s.o.has('r') {
		n = -n
	}
	return n
}

func (s *sorting) byKeys(a, b []byte) int {
	for i := range s.keys {
		k := &s.keys[i]
		if n := s.compareKey(k, s.part(k, a), s.part(k, b)); n != 0 {
			if strings.Contains(k.flags, "r") {
				return -n
			}
			return n
		}
	}
	return 0
}

// part is what a key looks at of a line.
func (s *sorting) part(k *sortKey, line []byte) []byte {
	if k.from == 1 && k.fromChar == 1 && k.to == 0 {
		return line
	}
	start := s.place(line, k.from, k.fromChar, strings.Contains(k.flags, "b"))
	end := len(line)
	if k.to > 0 {
		if k.toChar == 0 {
			end = s.fieldEnd(line, k.to)
		} else {
			end = s.place(line, k.to, k.toChar+1, strings.Contains(k.flags, "b"))
		}
	}
	return line[start:max(start, min(end, len(line)))]
}

// place is where a character of a field stands.
func (s *sorting) place(line []byte, field, char int, skipBlanks bool) int {
	at := 0
	for ; field > 1 && at < len(line); field-- {
		at = s.next(line, at)
		if s.sep != "" && at < len(line) {
			at++
		} else if s.sep != "" {
			return len(line)
		}
	}
	if skipBlanks {
		for at < len(line) && isBlank(line[at]) {
			at++
		}
	}
	return min(at+char-1, len(line))
}

// next is the end of the field that begins at a place: without -t, blanks belong to the field behind them.
func (s *sorting) next(line []byte, at int) int {
	if s.sep != "" {
		if i := bytes.IndexByte(line[at:], s.sep[0]); i >= 0 {
			return at + i
		}
		return len(line)
	}
	for at < len(line) && isBlank(line[at]) {
		at++
	}
	for at < len(line) && !isBlank(line[at]) {
		at++
	}
	return at
}

func (s *sorting) fieldEnd(line []byte, field int) int {
	at := 0
	for ; field > 0; field-- {
		end := s.next(line, at)
		if field == 1 || end >= len(line) {
			return end
		}
		at = end
		if s.sep != "" {
			at++
		}
	}
	return at
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' }

func (s *sorting) compareKey(k *sortKey, a, b []byte) int {
	has := func(l string) bool { return strings.Contains(k.flags, l) }
	if has("b") {
		a, b = bytes.TrimLeft(a, " \t"), bytes.TrimLeft(b, " \t")
	}
	if has("d") || has("i") {
		a, b = kept(a, has("d")), kept(b, has("d"))
	}
	if has("f") {
		a, b = bytes.ToUpper(a), bytes.ToUpper(b)
	}
	switch {
	case has("n") && !s.gnu():
		return compareAtof(a, b)
	case has("n"):
		return compareNumeric(a, b)
	case has("g"):
		return compareFloat(a, b)
	case has("h"):
		return compareHuman(a, b)
	case has("M"):
		return monthOf(a) - monthOf(b)
	case has("V"):
		return compareVersions(string(a), string(b))
	}
	return bytes.Compare(a, b)
}

// kept is a text without what -d or -i does not compare.
func kept(b []byte, dictionary bool) []byte {
	return bytes.Map(func(r rune) rune {
		if dictionary && !inClass("alnum", r) && r != ' ' && r != '\t' || !inClass("print", r) {
			return -1
		}
		return r
	}, b)
}

// compareNumeric compares the numbers at the beginning, of any length.
func compareNumeric(a, b []byte) int {
	na, ia, fa := decimal(a)
	nb, ib, fb := decimal(b)
	if na != nb {
		if na {
			return -1
		}
		return 1
	}
	n := compareNumbers(ia, ib)
	if n == 0 {
		n = strings.Compare(strings.TrimRight(fa, "0"), strings.TrimRight(fb, "0"))
	}
	if na {
		return -n
	}
	return n
}

// decimal splits a number into its sign, whole digits and digits behind the point. Minus nothing is no minus.
func decimal(b []byte) (negative bool, whole, fraction string) {
	s := strings.TrimLeft(string(b), " \t\n")
	if strings.HasPrefix(s, "-") {
		negative, s = true, s[1:]
	}
	whole, s = digits(s)
	if strings.HasPrefix(s, ".") {
		fraction, _ = digits(s[1:])
	}
	if strings.Trim(whole+fraction, "0") == "" {
		negative = false
	}
	return negative, whole, fraction
}

// compareAtof is busybox's -n: floating point numbers, and zero for what is none.
func compareAtof(a, b []byte) int {
	x, _ := floatAt(string(a))
	y, _ := floatAt(string(b))
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func compareFloat(a, b []byte) int {
	x, okX := floatAt(string(a))
	y, okY := floatAt(string(b))
	switch {
	case okX != okY:
		if okX {
			return 1
		}
		return -1
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// floatAt reads the number at the beginning of a text.
func floatAt(s string) (float64, bool) {
	s = strings.TrimLeft(s, " \t\n")
	n := numberPrefix(s)
	if v, ok := shortNumber(s[:n]); ok {
		return v, true
	}
	v, err := strconv.ParseFloat(s[:n], 64)
	return v, err == nil || n > 0 && err != nil && strings.Contains(err.Error(), "range")
}

// shortNumber reads what most numbers are: a few digits.
func shortNumber(s string) (float64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return float64(n), true
}

// numberPrefix is how long the decimal number at the beginning of s is.
func numberPrefix(s string) int {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	any := i > start
	if i < len(s) && s[i] == '.' {
		point := i
		for i++; i < len(s) && isDigit(s[i]); i++ {
			any = true
		}
		if i == point+1 && !any {
			return 0
		}
	}
	if !any {
		return 0
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '-' || s[j] == '+') {
			j++
		}
		if j < len(s) && isDigit(s[j]) {
			for i = j; i < len(s) && isDigit(s[i]); i++ {
			}
		}
	}
	return i
}

// compareHuman compares 2K with 1M: by sign, unit, number.
func compareHuman(a, b []byte) int {
	unit := func(b []byte) int {
		s := strings.TrimLeft(string(b), " \t")
		n := numberPrefix(s)
		if n == 0 || n >= len(s) {
			return 0
		}
		u := strings.IndexByte(" KMGTPEZY", s[n]&^0x20)
		if strings.HasPrefix(s, "-") {
			return -max(u, 0)
		}
		return max(u, 0)
	}
	if n := unit(a) - unit(b); n != 0 {
		return n
	}
	return compareNumeric(a, b)
}

func monthOf(b []byte) int {
	s := strings.ToUpper(strings.TrimLeft(string(b), " \t"))
	if len(s) < 3 {
		return 0
	}
	i := strings.Index("JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", s[:3])
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

func (s *sorting) check() proc.ExitCode {
	for i := 1; i < len(s.lines); i++ {
		if s.compare(s.lines[i-1], s.lines[i]) > 0 || s.o.has('u') && s.byKeys(s.lines[i-1], s.lines[i]) == 0 {
			if s.gnu() {
				name := "-"
				if len(s.o.args) > 0 {
					name = s.o.args[0]
				}
				s.complain("%s:%d: disorder: %s", name, i+1, s.lines[i])
			} else {
				s.Write(2, fmt.Appendf(nil, "Check line %d\n", i))
			}
			return 1
		}
	}
	return 0
}

func (s *sorting) write() {
	if name, ok := s.o.value('o'); ok {
		fd, err := s.Open(name, proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o666)
		if err != nil {
			if s.gnu() {
				s.dieWith(2, "open failed: %s: %s", name, s.text(err))
			}
			s.die("can't open '%s': %s", name, s.text(err))
		}
		s.out = s.newWriter(fd)
	}
	var last []byte
	for i, line := range s.lines {
		if s.o.has('u') && i > 0 && s.byKeys(last, line) == 0 {
			continue
		}
		last = line
		s.out.buf = append(s.out.buf, line...)
		s.out.byte(s.delim())
	}
}
