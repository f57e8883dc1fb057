package applet

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// differ is a diff as it runs. Busybox's diff prints unified differences only; GNU's plain form is here too.
type differ struct {
	*call
	o       *options
	context int
	labels  []string
	differs bool
	trouble bool
}

func diffCmd(c *call) proc.ExitCode {
	c.usageAt = 2
	if !c.gnu() {
		c.usageAt = 1
	}
	o := c.getopt("abdiL:NqrsS:tTU:uwBc", "ignore-case=i", "ignore-all-space=w", "ignore-space-change=b", "brief=q",
		"recursive=r", "new-file=N", "unified=u", "label=L", "report-identical-files=s", "text=a")
	c.refuse(o, "c")
	d := &differ{call: c, o: o, context: 3, labels: o.values('L')}
	if v, ok := o.value('U'); ok {
		d.context = int(c.number(v, nil))
	}
	if len(o.args) != 2 {
		if c.gnu() {
			c.complain("missing operand after '%s'", c.name)
		}
		c.usage()
	}
	d.pair(o.args[0], o.args[1])
	switch {
	case d.trouble:
		return 2
	case d.differs:
		return 1
	}
	return 0
}

func (d *differ) pair(a, b string) {
	sa, errA := d.statOf(a)
	sb, errB := d.statOf(b)
	for _, e := range []struct {
		name string
		err  error
	}{{a, errA}, {b, errB}} {
		if e.err == nil || d.o.has('N') && e.err == proc.ENOENT {
			continue
		}
		d.trouble = true
		if d.gnu() {
			d.complain("%s: %s", e.name, d.text(e.err))
			continue
		}
		d.complain("can't stat '%s': %s", e.name, d.text(e.err))
		return
	}
	if d.trouble {
		return
	}
	switch {
	case sa.IsDir() && sb.IsDir():
		d.directories(a, b)
		return
	case sa.IsDir() && b != "-":
		a = joinPath(a, lastPart(b))
	case sb.IsDir() && a != "-":
		b = joinPath(b, lastPart(a))
	}
	for i, name := range []string{a, b} {
		if _, err := d.statOf(name); err != nil && !d.gnu() && !d.o.has('N') && name != []string{d.o.args[0], d.o.args[1]}[i] {
			d.die("can't stat '%s': %s", name, d.text(err))
		}
	}
	if !d.gnu() && sa.ID() == sb.ID() && a != "-" && b != "-" {
		return // the same file
	}
	d.files(a, b)
}

func (d *differ) statOf(name string) (vfs.Stat, error) {
	if name == "-" {
		return vfs.Stat{}, nil
	}
	return d.FS().Stat(name)
}

func (d *differ) read(name string) ([][]byte, bool, bool) {
	in, err := d.open(name)
	if err == proc.ENOENT && d.o.has('N') {
		return nil, true, true
	}
	if err != nil {
		d.trouble = true
		d.complain("%s: %s", name, d.text(err))
		return nil, false, false
	}
	defer in.close()
	var lines [][]byte
	for line, ok := in.line(); ok; line, ok = in.line() {
		d.grow(len(line) + 24)
		lines = append(lines, bytes.Clone(line))
	}
	return lines, true, false
}

func (d *differ) files(a, b string) {
	la, ok, _ := d.read(a)
	if !ok {
		return
	}
	lb, ok, _ := d.read(b)
	if !ok {
		return
	}
	edits := d.compare(la, lb)
	changed := slices.ContainsFunc(edits, func(e edit) bool { return e.kind != ' ' && !d.unimportant(e, la, lb) })
	switch {
	case !changed && d.o.has('s'):
		d.printf("Files %s and %s are identical\n", a, b)
	case !changed:
	case d.o.has('q'):
		d.differs = true
		d.printf("Files %s and %s differ\n", a, b)
	case d.gnu() && !d.o.has('a') && (isBinary(la) || isBinary(lb)):
		d.differs = true
		d.printf("Binary files %s and %s differ\n", a, b)
	case d.gnu() && !d.o.has('u') && !d.o.has('U'):
		d.differs = true
		d.plain(edits, la, lb)
	default:
		d.differs = true
		d.unified(a, b, edits, la, lb)
	}
}

// unimportant reports whether -B lets a change pass: a line that is blank.
func (d *differ) unimportant(e edit, a, b [][]byte) bool {
	if !d.o.has('B') {
		return false
	}
	line := b[min(e.b, max(len(b)-1, 0))]
	if e.kind == '-' {
		line = a[e.a]
	}
	return len(bytes.TrimSpace(line)) == 0
}

func isBinary(lines [][]byte) bool {
	for _, l := range lines[:min(len(lines), 50)] {
		if bytes.IndexByte(l, 0) >= 0 {
			return true
		}
	}
	return false
}

// edit is a line that stays (' '), goes ('-') or comes ('+'), with its number in both files.
type edit struct {
	kind byte
	a, b int
}

// maxTrace bounds what the shortest edit is looked for in; beyond it files are told apart more coarsely.
const maxTrace = 2000

// compare finds a short way from one file to the other: what is equal at both ends, and Myers' shortest edit between.
func (d *differ) compare(a, b [][]byte) []edit {
	ka, kb := d.normal(a), d.normal(b)
	head := 0
	for head < len(ka) && head < len(kb) && ka[head] == kb[head] {
		head++
	}
	tail := 0
	for tail < len(ka)-head && tail < len(kb)-head && ka[len(ka)-1-tail] == kb[len(kb)-1-tail] {
		tail++
	}
	var edits []edit
	for i := range head {
		edits = append(edits, edit{' ', i, i})
	}
	edits = append(edits, d.shortest(ka[head:len(ka)-tail], kb[head:len(kb)-tail], head)...)
	for i := tail; i > 0; i-- {
		edits = append(edits, edit{' ', len(ka) - i, len(kb) - i})
	}
	return edits
}

// normal is the lines as they are compared.
func (d *differ) normal(lines [][]byte) []string {
	keys := make([]string, len(lines))
	for i, l := range lines {
		k := string(l)
		switch {
		case d.o.has('w'):
			k = strings.Join(strings.Fields(k), "")
		case d.o.has('b'):
			k = strings.Join(strings.Fields(k), " ")
			if l[0] == ' ' || l[0] == '\t' {
				k = " " + k
			}
		}
		if d.o.has('i') {
			k = strings.ToLower(k)
		}
		keys[i] = k
	}
	return keys
}

// shortest is Myers' O(ND) algorithm, with the trace kept; deletions come before insertions.
func (d *differ) shortest(a, b []string, offset int) []edit {
	n, m := len(a), len(b)
	limit := min(n+m, maxTrace)
	v := make([]int, 2*limit+3)
	at := func(k int) int { return k + limit + 1 }
	var trace [][]int
	for depth := 0; depth <= limit; depth++ {
		d.Step(1 + depth/64)
		d.grow(8 * (2*depth + 1))
		trace = append(trace, slices.Clone(v[at(-depth)-1:at(depth)+2]))
		for k := -depth; k <= depth; k += 2 {
			x := v[at(k-1)] + 1
			if k == -depth || k != depth && v[at(k-1)] < v[at(k+1)] {
				x = v[at(k+1)]
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			v[at(k)] = x
			if x >= n && y >= m {
				return d.walkBack(trace, n, m, offset)
			}
		}
	}
	return replaceAll(n, m, offset)
}

func (d *differ) walkBack(trace [][]int, x, y, offset int) []edit {
	var edits []edit
	for depth := len(trace) - 1; depth >= 0; depth-- {
		v := trace[depth]
		at := func(k int) int { return v[k+depth+1] }
		k := x - y
		before := k - 1
		if k == -depth || k != depth && at(k-1) < at(k+1) {
			before = k + 1
		}
		px := at(before)
		if depth == 0 {
			px = 0
		}
		py := px - before
		if depth == 0 {
			py = 0
		}
		for x > px && y > py && (depth == 0 || x-1 >= px && y-1 >= py && !(x == px || y == py)) {
			if x-1 < px || y-1 < py {
				break
			}
			x, y = x-1, y-1
			edits = append(edits, edit{' ', x + offset, y + offset})
		}
		if depth == 0 {
			break
		}
		if x == px {
			y--
			edits = append(edits, edit{'+', x + offset, y + offset})
		} else {
			x--
			edits = append(edits, edit{'-', x + offset, y + offset})
		}
	}
	slices.Reverse(edits)
	return edits
}

func replaceAll(n, m, offset int) []edit {
	var edits []edit
	for i := range n {
		edits = append(edits, edit{'-', i + offset, offset})
	}
	for i := range m {
		edits = append(edits, edit{'+', n + offset, i + offset})
	}
	return edits
}

// hunk is edits that are shown together.
func (d *differ) hunks(edits []edit, context int) [][2]int {
	var list [][2]int
	for i, e := range edits {
		if e.kind == ' ' {
			continue
		}
		from, to := max(0, i-context), min(len(edits), i+1+context)
		if n := len(list); n > 0 && from <= list[n-1][1] {
			list[n-1][1] = to
		} else {
			list = append(list, [2]int{from, to})
		}
	}
	return list
}

func (d *differ) label(i int, name string) string {
	if i < len(d.labels) {
		return d.labels[i]
	}
	if d.gnu() {
		if st, err := d.statOf(name); err == nil {
			return name + "\t" + d.at(st.Mtime).Format("2006-01-02 15:04:05.000000000 -0700")
		}
	}
	return name
}

func (d *differ) unified(a, b string, edits []edit, la, lb [][]byte) {
	d.printf("--- %s\n+++ %s\n", d.label(0, a), d.label(1, b))
	for _, h := range d.hunks(edits, d.context) {
		part := edits[h[0]:h[1]]
		countA, countB := 0, 0
		for _, e := range part {
			if e.kind != '+' {
				countA++
			}
			if e.kind != '-' {
				countB++
			}
		}
		d.printf("@@ -%s +%s @@\n", spanText(part[0].a, countA), spanText(part[0].b, countB))
		for _, e := range part {
			line := la[min(e.a, max(len(la)-1, 0)):]
			text := []byte(nil)
			if e.kind == '+' {
				text = lb[e.b]
			} else {
				text = line[0]
			}
			d.line(string(e.kind), text)
		}
	}
}

// spanText is 3,5 or 3 or, for no lines, 2,0.
func spanText(from, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, n)
}

func (d *differ) line(mark string, text []byte) {
	if d.o.has('T') {
		mark += "\t"
	}
	d.print(mark)
	if d.o.has('t') {
		text = bytes.ReplaceAll(text, []byte("\t"), []byte("        "))
	}
	d.out.bytes(text)
	if !bytes.HasSuffix(text, []byte("\n")) {
		d.print("\n\\ No newline at end of file\n")
	}
}

// plain is diff's oldest form: 2c2, 3d2, 4a5.
func (d *differ) plain(edits []edit, la, lb [][]byte) {
	for _, h := range d.hunks(edits, 0) {
		part := edits[h[0]:h[1]]
		var gone, come []edit
		for _, e := range part {
			if e.kind == '-' {
				gone = append(gone, e)
			} else if e.kind == '+' {
				come = append(come, e)
			}
		}
		d.print(plainSpan(part[0].a, len(gone)))
		switch {
		case len(gone) == 0:
			d.print("a")
		case len(come) == 0:
			d.print("d")
		default:
			d.print("c")
		}
		d.print(plainSpan(part[0].b, len(come)) + "\n")
		for _, e := range gone {
			d.line("< ", la[e.a])
		}
		if len(gone) > 0 && len(come) > 0 {
			d.print("---\n")
		}
		for _, e := range come {
			d.line("> ", lb[e.b])
		}
	}
}

func plainSpan(from, n int) string {
	if n == 0 {
		return fmt.Sprint(from)
	}
	if n == 1 {
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, from+n)
}

// directories compares what is in two directories, by name.
func (d *differ) directories(a, b string) {
	inA, inB := d.names(a), d.names(b)
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(inA, inB))))
	for _, n := range all {
		if n < d.o.or('S', "") {
			continue
		}
		pa, pb := joinPath(a, n), joinPath(b, n)
		switch {
		case !slices.Contains(inA, n) && !d.o.has('N'):
			d.differs = true
			d.printf("Only in %s: %s\n", b, n)
		case !slices.Contains(inB, n) && !d.o.has('N'):
			d.differs = true
			d.printf("Only in %s: %s\n", a, n)
		default:
			d.member(pa, pb)
		}
	}
}

func (d *differ) names(dir string) []string {
	list, err := d.FS().ReadDir(dir)
	if err != nil {
		d.trouble = true
		d.complain("%s: %s", dir, d.text(err))
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names
}

func (d *differ) member(a, b string) {
	sa, errA := d.FS().Stat(a)
	sb, errB := d.FS().Stat(b)
	switch {
	case errA == nil && errB == nil && sa.IsDir() != sb.IsDir():
		d.differs = true
		kind := func(st vfs.Stat) string {
			if st.IsDir() {
				return "directory"
			}
			return kindName(st)
		}
		d.printf("File %s is a %s while file %s is a %s\n", a, kind(sa), b, kind(sb))
	case sa.IsDir() && sb.IsDir():
		if d.o.has('r') {
			d.directories(a, b)
		} else {
			d.printf("Common subdirectories: %s and %s\n", a, b)
		}
	default:
		before := d.differs
		d.differs = false
		if !d.o.has('q') {
			d.announce(a, b)
		}
		d.files(a, b)
		d.differs = d.differs || before
	}
}

// announce prints the command line that would compare two members of directories, if they differ.
func (d *differ) announce(a, b string) {
	la, okA, _ := d.read(a)
	lb, okB, _ := d.read(b)
	if !d.gnu() || !okA || !okB || slices.EqualFunc(la, lb, bytes.Equal) {
		return
	}
	d.print("diff " + strings.Join(append(slices.Clone(d.args[:len(d.args)-2]), a, b), " ") + "\n")
}
