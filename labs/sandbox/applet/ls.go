package applet

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// entry is a file that ls shows.
type entry struct {
	name, path string
	st         vfs.Stat
	target     string // of a symbolic link
	leads      vfs.Mode
}

// ls is an ls as it runs.
type ls struct {
	*call
	o        *options
	accounts *passwd.Accounts
	width    int // of the terminal; 0 is one a line
	color    bool
	tty      bool
	shown    bool // something was printed before
}

func lsCmd(c *call) proc.ExitCode {
	if c.gnu() {
		c.usageAt = 2
	}
	letters := "1AaCxdLHRFplinshrSXvctugkw:ℂ::⏱▤"
	if c.gnu() {
		letters += "oG"
	}
	l := &ls{call: c, o: c.getopt(letters,
		"all=a", "almost-all=A", "directory=d", "recursive=R", "reverse=r", "human-readable=h", "inode=i", "size=s",
		"classify=F", "dereference=L", "numeric-uid-gid=n", "color=ℂ", "full-time=⏱", "group-directories-first=▤", "width=w")}
	l.accounts = c.accounts()
	l.terminal()
	names := l.o.args
	if len(names) == 0 {
		names = []string{"."}
	}
	var files, dirs []entry
	for _, name := range names {
		e, err := l.stat(name, name, l.followsArgument())
		if err != nil {
			if c.gnu() {
				c.complain("cannot access '%s': %s", name, c.text(err))
				c.failed = 2
			} else {
				c.about("", name, err)
			}
			continue
		}
		if e.st.IsDir() && !l.o.has('d') {
			dirs = append(dirs, e)
		} else {
			files = append(files, e)
		}
	}
	l.arguments(files, dirs, len(names) > 1)
	return c.failed
}

// followsArgument says whether a symbolic link that is named itself is followed.
func (l *ls) followsArgument() bool {
	return l.o.has('L') || l.o.has('H') || !l.o.has('d') && !l.long() && !l.o.has('F')
}

func (l *ls) long() bool {
	return l.format() == 'l'
}

// format is l, x, C or 1.
func (l *ls) format() rune {
	switch f := l.o.last("1Cxlngo⏱"); f {
	case 'l', 'n', 'g', 'o', '⏱':
		return 'l'
	case 'C', 'x':
		return f
	case '1':
		if l.o.has('l') || l.o.has('n') {
			return 'l'
		}
		return '1'
	}
	if l.tty {
		return 'C'
	}
	return '1'
}

// terminal finds out what the output goes to.
func (l *ls) terminal() {
	l.tty = l.IsTerminal(1)
	l.width = 80
	if size, err := l.TerminalSize(1); err == nil && size.Cols > 0 {
		l.width = size.Cols
	}
	if !l.gnu() {
		l.width-- // room for a cursor behind the last column
	}
	if w, ok := l.o.value('w'); ok {
		l.width = int(l.number(w, nil))
	}
	when, given := l.o.value('ℂ')
	switch {
	case !given:
		l.color = l.tty && !l.gnu() && l.Getenv("TERM") != "dumb"
	case when == "never":
	default:
		l.color = when != "auto" || l.tty
	}
}

func (l *ls) stat(name, path string, follow bool) (entry, error) {
	e := entry{name: name, path: path}
	var err error
	if follow {
		if e.st, err = l.FS().Stat(path); err != nil && l.gnu() {
			e.st, err = l.FS().Lstat(path)
		}
	} else {
		e.st, err = l.FS().Lstat(path)
	}
	if err == nil && e.st.Mode.IsSymlink() {
		e.target, _ = l.FS().Readlink(path)
		if st, err := l.FS().Stat(path); err == nil {
			e.leads = st.Mode
		}
	}
	return e, err
}

func (l *ls) arguments(files, dirs []entry, several bool) {
	l.sort(files)
	l.sort(dirs)
	l.show(files)
	for _, d := range dirs {
		l.directory(d, several || len(files) > 0)
	}
}

// directory shows what is in a directory, under its name where that is not clear.
func (l *ls) directory(d entry, named bool) {
	if named || l.o.has('R') {
		if l.shown {
			l.print("\n")
		}
		l.print(d.path + ":\n")
		l.shown = true
	}
	list, ok := l.read(d)
	if !ok {
		return
	}
	if l.long() || l.o.has('s') {
		blocks := int64(0)
		for _, e := range list {
			blocks += e.st.Blocks
		}
		if l.o.has('h') && l.gnu() {
			l.print("total " + l.human(blocks*512) + "\n")
		} else {
			l.printf("total %d\n", blocks/2)
		}
		l.shown = true
	}
	l.show(list)
	if !l.o.has('R') {
		return
	}
	for _, e := range list {
		if e.st.IsDir() && e.name != "." && e.name != ".." {
			l.directory(e, true)
		}
	}
}

func (l *ls) read(d entry) (list []entry, ok bool) {
	names, err := l.FS().ReadDir(d.path)
	if err != nil {
		if l.gnu() {
			l.complain("cannot open directory '%s': %s", d.path, l.text(err))
			l.failed = max(l.failed, 1)
		} else {
			l.warn("can't open '%s': %s", d.path, l.text(err))
		}
		return nil, false
	}
	l.grow(len(names) * 64)
	if l.o.has('a') {
		names = append([]vfs.DirEntry{{Name: "."}, {Name: ".."}}, names...)
	}
	for _, n := range names {
		if n.Name[0] == '.' && !l.o.has('a') && !l.o.has('A') {
			continue
		}
		l.Step(1)
		e, err := l.stat(n.Name, joinPath(d.path, n.Name), l.o.has('L'))
		if err != nil {
			l.warn("%s: %s", e.path, l.text(err))
			continue
		}
		list = append(list, e)
	}
	l.sort(list)
	return list, true
}

func (l *ls) sort(list []entry) {
	compare := func(a, b entry) int { return strings.Compare(a.name, b.name) }
	switch l.o.last("SXvt") {
	case 'S':
		compare = func(a, b entry) int { return cmpInt(b.st.Size, a.st.Size) }
	case 'X':
		compare = func(a, b entry) int { return strings.Compare(extension(a.name), extension(b.name)) }
	case 'v':
		compare = func(a, b entry) int { return compareVersions(a.name, b.name) }
	case 't':
		compare = func(a, b entry) int { return cmpInt(l.time(b), l.time(a)) }
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		if l.o.has('▤') && a.st.IsDir() != b.st.IsDir() {
			if a.st.IsDir() {
				return -1
			}
			return 1
		}
		n := compare(a, b)
		if n == 0 {
			n = strings.Compare(a.name, b.name)
		}
		if l.o.has('r') {
			n = -n
		}
		return n
	})
}

func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[i:]
	}
	return ""
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// time is the time that is shown and sorted by.
func (l *ls) time(e entry) int64 {
	switch l.o.last("cu") {
	case 'c':
		return e.st.Ctime
	case 'u':
		return e.st.Atime
	}
	return e.st.Mtime
}

// show prints entries in the format that was asked for.
func (l *ls) show(list []entry) {
	if len(list) == 0 {
		return
	}
	l.shown = true
	switch l.format() {
	case 'l':
		l.longList(list)
	case '1':
		for _, e := range list {
			l.print(l.prefix(e) + l.named(e) + "\n")
		}
	default:
		l.columns(list)
	}
}

// columns prints names down or across, all columns of one width.
func (l *ls) columns(list []entry) {
	cells, widths, widest := make([]string, len(list)), make([]int, len(list)), 0
	for i, e := range list {
		cells[i] = l.prefix(e) + l.named(e)
		widths[i] = len(l.prefix(e)) + proc.StringWidth(l.plain(e))
		widest = max(widest, widths[i])
	}
	if l.gnu() {
		l.gnuColumns(cells, widths)
		return
	}
	widest += 2
	cols := max(1, l.width/widest)
	rows := (len(list) + cols - 1) / cols
	for row := range rows {
		at, next := 0, 0
		for col := range cols {
			i := col*rows + row
			if l.format() == 'x' {
				i = row*cols + col
			}
			if i >= len(list) {
				break
			}
			if at > 0 {
				l.print(strings.Repeat(" ", next-at))
				at = next
			}
			next = at + widest
			l.print(cells[i])
			at += widths[i]
		}
		l.print("\n")
	}
}

// gnuColumns gives each column the width that it needs, in as many columns as the terminal holds.
func (l *ls) gnuColumns(cells []string, widths []int) {
	for cols := min(len(cells), max(1, l.width/3)); ; cols-- {
		rows := (len(cells) + cols - 1) / cols
		each := make([]int, cols)
		total := 0
		for i, w := range widths {
			col := i / rows
			if l.format() == 'x' {
				col = i % cols
			}
			each[col] = max(each[col], w+2)
		}
		for _, w := range each {
			total += w
		}
		if total-2 >= l.width && cols > 1 {
			continue
		}
		l.gnuRows(cells, widths, each, rows)
		return
	}
}

func (l *ls) gnuRows(cells []string, widths, each []int, rows int) {
	at := func(row, col int) int {
		if l.format() == 'x' {
			return row*len(each) + col
		}
		return col*rows + row
	}
	for row := range rows {
		start := 0
		for col := range each {
			i := at(row, col)
			if i >= len(cells) {
				break
			}
			l.print(cells[i])
			if col+1 < len(each) && at(row, col+1) < len(cells) {
				l.print(gap(start+widths[i], start+each[col]))
			}
			start += each[col]
		}
		l.print("\n")
	}
}

// gap leads from one column of the screen to another, with tabs where they fit.
func gap(from, to int) string {
	s := ""
	for from < to {
		if to/8 > (from+1)/8 {
			s += "\t"
			from += 8 - from%8
		} else {
			s += " "
			from++
		}
	}
	return s
}

// prefix is the inode number and the blocks in front of a name.
func (l *ls) prefix(e entry) string {
	s := ""
	if l.o.has('i') {
		if l.gnu() {
			s += fmt.Sprintf("%d ", e.st.Ino)
		} else {
			s += fmt.Sprintf("%7d ", e.st.Ino)
		}
	}
	if l.o.has('s') {
		switch {
		case l.o.has('h') && l.gnu():
			s += l.human(e.st.Blocks*512) + " "
		case l.gnu():
			s += fmt.Sprintf("%d ", e.st.Blocks/2)
		default:
			s += fmt.Sprintf("%6d ", e.st.Blocks/2)
		}
	}
	return s
}

// plain is a name as it is shown, without colour.
func (l *ls) plain(e entry) string { return l.printable(e.name) + l.mark(e.st.Mode) }

// printable hides from a terminal what would confuse it.
func (l *ls) printable(name string) string {
	if !l.tty {
		return name
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, name)
}

// mark is the letter that -F and -p put behind a name.
func (l *ls) mark(m vfs.Mode) string {
	if m.IsDir() && (l.o.has('F') || l.o.has('p')) {
		return "/"
	}
	if !l.o.has('F') {
		return ""
	}
	switch m.Type() {
	case vfs.S_IFLNK:
		return "@"
	case vfs.S_IFIFO:
		return "|"
	case vfs.S_IFSOCK:
		return "="
	case vfs.S_IFREG:
		if m&0o111 != 0 {
			return "*"
		}
	}
	return ""
}

// named is a name with its colour and, in a long list, where a link leads.
func (l *ls) named(e entry) string {
	s := l.paint(l.printable(e.name), e.st.Mode)
	if l.long() && e.st.Mode.IsSymlink() {
		s += " -> "
		if e.leads != 0 {
			return s + l.paint(l.printable(e.target), e.leads) + l.mark(e.leads)
		}
		return s + l.printable(e.target)
	}
	return s + l.mark(e.st.Mode)
}

func (l *ls) paint(s string, m vfs.Mode) string {
	if !l.color {
		return s
	}
	return "\x1b[" + colour(m) + "m" + s + "\x1b[m"
}

// colour is what busybox paints kinds of files with.
func colour(m vfs.Mode) string {
	switch m.Type() {
	case vfs.S_IFDIR:
		return "1;34"
	case vfs.S_IFLNK:
		return "1;36"
	case vfs.S_IFIFO:
		return "0;35"
	case vfs.S_IFSOCK:
		return "1;35"
	case vfs.S_IFCHR, vfs.S_IFBLK:
		return "1;33"
	}
	if m&0o111 != 0 {
		return "1;32"
	}
	return "0;0"
}

// longList prints a line for each file. Busybox's columns have fixed widths, GNU's the widths that they need.
func (l *ls) longList(list []entry) {
	rows := make([][]string, len(list))
	widths := [4]int{}
	for i, e := range list {
		rows[i] = []string{fmt.Sprint(e.st.Nlink), l.owner(e), l.groupOf(e), l.sizeOf(e)}
		for j, s := range rows[i] {
			widths[j] = max(widths[j], len(s))
		}
	}
	for i, e := range list {
		r := rows[i]
		l.print(l.prefix(e))
		if l.gnu() {
			l.printf("%s %*s", e.st.Mode, widths[0], r[0])
			if !l.o.has('g') {
				l.printf(" %-*s", widths[1], r[1])
			}
			if !l.o.has('o') && !l.o.has('G') {
				l.printf(" %-*s", widths[2], r[2])
			}
			l.printf(" %*s ", widths[3], r[3])
		} else {
			l.printf("%-10s %4s ", e.st.Mode, r[0])
			if !l.o.has('g') {
				l.printf("%-8.8s ", r[1])
			}
			l.printf("%-8.8s %*s ", r[2], l.sizeWidth(), r[3])
		}
		l.print(l.when(e) + " " + l.named(e) + "\n")
	}
}

func (l *ls) sizeWidth() int {
	if l.o.has('h') {
		return 7
	}
	return 9
}

func (l *ls) owner(e entry) string {
	if l.o.has('n') {
		return fmt.Sprint(e.st.UID)
	}
	return l.accounts.UserName(e.st.UID)
}

func (l *ls) groupOf(e entry) string {
	if l.o.has('n') {
		return fmt.Sprint(e.st.GID)
	}
	return l.accounts.GroupName(e.st.GID)
}

func (l *ls) sizeOf(e entry) string {
	switch {
	case e.st.Mode.IsDevice() && l.gnu():
		return fmt.Sprintf("%d, %d", e.st.Rdev.Major(), e.st.Rdev.Minor())
	case e.st.Mode.IsDevice():
		return fmt.Sprintf("%4d, %3d", e.st.Rdev.Major(), e.st.Rdev.Minor())
	case l.o.has('h'):
		return l.human(e.st.Size)
	}
	return fmt.Sprint(e.st.Size)
}

// recent is how old a file may be to be shown with the hour instead of the year: half a year.
const recent = 31556952 * time.Second / 2

func (l *ls) when(e entry) string {
	t := l.at(l.time(e))
	if l.o.has('⏱') {
		if l.gnu() {
			return t.Format("2006-01-02 15:04:05.000000000 -0700")
		}
		return t.Format("2006-01-02 15:04:05 -0700")
	}
	age := l.Now().Sub(t)
	if age < -15*time.Minute || age > recent {
		return t.Format("Jan _2  2006")
	}
	return t.Format("Jan _2 15:04")
}
