package applet

import (
	"bytes"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func pasteCmd(c *call) proc.ExitCode {
	o := c.getopt("d:s", "delimiters=d", "serial=s")
	list, _ := unescape(o.or('d', "\t"), false)
	delims := strings.Split(list, "")
	if list == "" {
		delims = []string{""}
	}
	for i, d := range delims {
		if d == "\x00" || o.or('d', "") == `\0` {
			delims[i] = ""
		}
	}
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	var ins []*input
	shared := c.stdin()
	for _, name := range names {
		if name == "-" {
			ins = append(ins, shared)
			continue
		}
		in, err := c.open(name)
		if err != nil {
			c.die("%s: %s", name, c.text(err))
		}
		ins = append(ins, in)
	}
	if o.has('s') {
		for _, in := range ins {
			c.pasteSerial(in, delims)
		}
		return c.failed
	}
	row := c.pasteRow
	if !c.gnu() {
		row = c.pasteLeft
	}
	for row(ins, delims) {
	}
	return c.failed
}

func (c *call) pasteSerial(in *input, delims []string) {
	n := 0
	for line, ok := in.chomped(); ok; line, ok = in.chomped() {
		if n > 0 {
			c.print(delims[(n-1)%len(delims)])
		}
		c.out.bytes(line)
		n++
	}
	c.print("\n")
}

func (c *call) pasteRow(ins []*input, delims []string) bool {
	var row []byte
	any := false
	for i, in := range ins {
		line, ok := in.chomped()
		any = any || ok
		if i > 0 {
			row = append(row, delims[(i-1)%len(delims)]...)
		}
		row = append(row, line...)
	}
	if any {
		c.out.bytes(append(row, '\n'))
	}
	return any
}

// pasteLeft is busybox's way: a file that is over leaves no empty column behind.
func (c *call) pasteLeft(ins []*input, delims []string) bool {
	any := false
	for i, in := range ins {
		line, ok := in.chomped()
		if !ok {
			continue
		}
		any = true
		c.out.bytes(line)
		if i < len(ins)-1 {
			c.print(delims[i%len(delims)])
		} else {
			c.print("\n")
		}
	}
	return any
}

// joinCmd joins lines of two sorted files on a field.
func joinCmd(c *call) proc.ExitCode {
	o := c.getopt("t:1:2:j:a:v:e:o:i", "ignore-case=i")
	if len(o.args) != 2 {
		c.missing("")
	}
	field := func(l rune) int {
		n, ok := parseSize(o.or(l, o.or('j', "1")), nil)
		if !ok || n == 0 {
			c.die("invalid field number: '%s'", o.or(l, o.or('j', "1")))
		}
		return int(n) - 1
	}
	j := &joining{call: c, o: o, sep: o.or('t', ""), keys: [2]int{field('1'), field('2')}}
	for i := range j.ins {
		in, err := c.open(o.args[i])
		if err != nil {
			c.die("%s: %s", o.args[i], c.text(err))
		}
		j.ins[i] = in
		j.read(i)
	}
	j.all()
	return 0
}

// joining is a join as it runs.
type joining struct {
	*call
	o    *options
	sep  string
	keys [2]int
	ins  [2]*input
	rows [2][]string // the current lines' fields, nil at the end
}

func (j *joining) read(i int) {
	line, ok := j.ins[i].chomped()
	switch {
	case !ok:
		j.rows[i] = nil
	case j.sep == "":
		j.rows[i] = append(strings.Fields(string(line)), "")[:len(strings.Fields(string(line)))]
	default:
		j.rows[i] = strings.Split(string(line), j.sep)
	}
	if ok && len(j.rows[i]) == 0 {
		j.rows[i] = []string{""}
	}
}

func (j *joining) key(i int) string {
	if j.keys[i] < len(j.rows[i]) {
		if j.o.has('i') {
			return strings.ToLower(j.rows[i][j.keys[i]])
		}
		return j.rows[i][j.keys[i]]
	}
	return ""
}

func (j *joining) all() {
	lone := func(i int) {
		letter := string(rune('1' + i))
		for _, l := range "av" {
			for _, v := range j.o.values(l) {
				if v == letter {
					j.put(i, j.rows[i], nil)
				}
			}
		}
		j.read(i)
	}
	for j.rows[0] != nil || j.rows[1] != nil {
		switch {
		case j.rows[1] == nil || j.rows[0] != nil && j.key(0) < j.key(1):
			lone(0)
		case j.rows[0] == nil || j.key(0) > j.key(1):
			lone(1)
		default:
			j.group()
		}
	}
}

// group pairs all lines that have the current key.
func (j *joining) group() {
	key := j.key(0)
	var right [][]string
	for j.rows[1] != nil && j.key(1) == key {
		j.grow(64)
		right = append(right, j.rows[1])
		j.read(1)
	}
	for j.rows[0] != nil && j.key(0) == key {
		for _, r := range right {
			if !j.o.has('v') {
				j.put(0, j.rows[0], r)
			}
		}
		j.read(0)
	}
}

func (j *joining) put(i int, row, other []string) {
	glue := j.sep
	if glue == "" {
		glue = " "
	}
	fields := []string{""}
	if j.keys[i] < len(row) {
		fields[0] = row[j.keys[i]]
	}
	for n, f := range row {
		if n != j.keys[i] {
			fields = append(fields, f)
		}
	}
	for n, f := range other {
		if n != j.keys[1] {
			fields = append(fields, f)
		}
	}
	if list, ok := j.o.value('o'); ok {
		fields = j.chosen(list, i, row, other)
	}
	j.print(strings.Join(fields, glue) + "\n")
}

// chosen is the fields of -o: 1.2,2.1,0.
func (j *joining) chosen(list string, i int, row, other []string) []string {
	rows := [2][]string{row, other}
	if i == 1 {
		rows = [2][]string{nil, row}
	}
	var fields []string
	for _, spec := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		file, number, _ := strings.Cut(spec, ".")
		from, n := rows[i], j.keys[i]
		if file != "0" {
			v, _ := parseSize(number, nil)
			n = int(v) - 1
			from = rows[boolIndex(file == "2")]
		}
		if n >= 0 && n < len(from) {
			fields = append(fields, from[n])
		} else {
			fields = append(fields, j.o.or('e', ""))
		}
	}
	return fields
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

// splitCmd cuts a file into pieces: xaa, xab, …
func splitCmd(c *call) proc.ExitCode {
	o := c.getopt("l:b:a:dn:", "lines=l", "bytes=b", "suffix-length=a", "numeric-suffixes=d")
	name, prefix := "-", "x"
	if len(o.args) > 0 {
		name = o.args[0]
	}
	if len(o.args) > 1 {
		prefix = o.args[1]
	}
	if o.has('n') {
		c.die("-n is not simulated here: use -l or -b")
	}
	s := &splitting{call: c, prefix: prefix, length: int(c.number(o.or('a', "2"), nil)), numeric: o.has('d')}
	in, err := c.open(name)
	if err != nil {
		c.die("%s: %s", name, c.text(err))
	}
	if v, ok := o.value('b'); ok {
		s.bytes(in, max(1, c.number(v, sizeSuffixes())))
	} else {
		s.lines(in, max(1, c.number(o.or('l', "1000"), nil)))
	}
	return c.failed
}

// splitting is a split as it runs.
type splitting struct {
	*call
	prefix  string
	length  int
	numeric bool
	n       int
}

// next opens the next piece.
func (s *splitting) next() {
	base, first := 26, byte('a')
	if s.numeric {
		base, first = 10, '0'
	}
	suffix := bytes.Repeat([]byte{first}, s.length)
	n := s.n
	for i := s.length - 1; i >= 0; i-- {
		suffix[i] = first + byte(n%base)
		n /= base
	}
	if n > 0 {
		s.die("suffixes exhausted")
	}
	if s.n > 0 {
		s.out.flush()
		s.Close(s.out.fd)
	}
	s.n++
	fd, err := s.Open(s.prefix+string(suffix), proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o666)
	if err != nil {
		s.die("can't open '%s': %s", s.prefix+string(suffix), s.text(err))
	}
	s.out = s.newWriter(fd)
}

func (s *splitting) lines(in *input, per int64) {
	for n := int64(0); ; n++ {
		line, ok := in.line()
		if !ok {
			return
		}
		if n%per == 0 {
			s.next()
		}
		s.out.bytes(line)
	}
}

func (s *splitting) bytes(in *input, per int64) {
	left := int64(0)
	for b := in.piece(); b != nil; b = in.piece() {
		for len(b) > 0 {
			if left == 0 {
				s.next()
				left = per
			}
			n := min(left, int64(len(b)))
			s.out.bytes(b[:n])
			b = b[n:]
			left -= n
		}
	}
}
