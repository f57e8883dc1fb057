package applet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
)

// procps is procps' ps: the options of System V with a dash, those of BSD without, and long ones. procps-ng: src/ps
// (parser.c, output.c, sortformat.c), version 4.0.2.
type procps struct {
	*call
	a         *passwd.Accounts
	keep      []func(process) bool // what was asked for; one has to fit
	everybody bool                 // BSD's a, or -a
	detached  bool                 // BSD's x: processes without a terminal too
	all       bool
	columns   []psColumn
	sort      []psOrder
	noHeader  bool
	own       process    // ps itself
	known     []psColumn // all columns that there are
}

// psOrder is a key to sort by.
type psOrder struct {
	column  psColumn
	reverse bool
}

// psUsage is printed below every error.
const psUsage = "\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n" +
	"  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n"

// fail ends ps with an error.
func (p *procps) fail(format string, a ...any) {
	p.out.flush()
	p.Write(2, []byte("error: "+fmt.Sprintf(format, a...)+"\n"+psUsage))
	p.Exit(1)
}

func psProcps(c *call) proc.ExitCode {
	p := &procps{call: c, a: c.accounts(), known: procpsColumns(c.meminfo()["MemTotal"])}
	p.own, _ = c.process(int(c.Getpid()))
	args := c.args
	for len(args) > 0 {
		args = p.option(args[0], args[1:])
	}
	if p.columns == nil {
		p.columns = p.named("pid,tname,time,ucmd")
		if p.detached {
			p.columns = p.named("pid,tname,stat,bsdtime,args")
		}
	}
	list := slices.DeleteFunc(c.processes(), func(x process) bool { return !p.shown(x) })
	p.order(list)
	p.print(list)
	if len(list) == 0 {
		return 1
	}
	return 0
}

// option takes one word, and of the rest what belongs to it.
func (p *procps) option(word string, rest []string) []string {
	switch {
	case strings.HasPrefix(word, "--"):
		return p.long(word[2:], rest)
	case strings.HasPrefix(word, "-") && len(word) > 1:
		return p.letters(word[1:], rest, p.sysv, "unsupported SysV option")
	case word != "" && word[0] >= '0' && word[0] <= '9':
		p.pids(word)
		return rest
	}
	return p.letters(word, rest, p.bsd, "unsupported option (BSD syntax)")
}

// letters goes through a word of options; one that takes a value gets what is left of the word, or the next word.
func (p *procps) letters(word string, rest []string, take func(byte, func() string) bool, unknown string) []string {
	for i := 0; i < len(word); i++ {
		used := false
		value := func() string {
			used = true
			if i+1 < len(word) {
				return word[i+1:]
			}
			if len(rest) == 0 {
				p.fail("option requires an argument")
			}
			next := rest[0]
			rest = rest[1:]
			return next
		}
		if !take(word[i], value) {
			p.fail("%s", unknown)
		}
		if used {
			break
		}
	}
	return rest
}

// sysv is an option with one dash.
func (p *procps) sysv(letter byte, value func() string) bool {
	switch letter {
	case 'e', 'A':
		p.all = true
	case 'a':
		p.keep = append(p.keep, func(x process) bool { return x.tty != 0 && x.sid != x.pid })
	case 'd':
		p.keep = append(p.keep, func(x process) bool { return x.sid != x.pid })
	case 'f':
		p.columns = p.named("user=UID,pid,ppid,c,stime,tname,time,cmd")
	case 'o':
		p.columns = append(p.columns, p.named(value())...)
	case 'p', 'q':
		p.pids(value())
	case 'C':
		names := strings.Split(value(), ",")
		p.keep = append(p.keep, func(x process) bool { return slices.Contains(names, x.comm) })
	case 'u', 'U':
		p.users(value())
	case 'g', 's':
		p.numbers(value(), "session", func(x process) int { return x.sid })
	case 't':
		name := strings.TrimPrefix(value(), "/dev/")
		p.keep = append(p.keep, func(x process) bool { return p.ttyShort(x.tty) == name })
	case 'w':
	default:
		return false
	}
	return true
}

// bsd is an option without a dash.
func (p *procps) bsd(letter byte, value func() string) bool {
	switch letter {
	case 'a':
		p.everybody = true
	case 'x':
		p.detached = true
	case 'u':
		p.columns = p.named("user,pid,pcpu,pmem,vsz,rss,tname,stat,bsdstart,bsdtime,args")
	case 'o':
		p.columns = append(p.columns, p.named(value())...)
	case 'p':
		p.pids(value())
	case 'U':
		p.users(value())
	case 'k':
		p.sortBy(value())
	case 'h':
		p.noHeader = true
	case 'n', 'w':
	default:
		return false
	}
	return true
}

// long is an option with two dashes.
func (p *procps) long(word string, rest []string) []string {
	name, value, has := strings.Cut(word, "=")
	need := func() string {
		if !has {
			if len(rest) == 0 {
				p.fail("option requires an argument")
			}
			value, rest = rest[0], rest[1:]
		}
		return value
	}
	switch name {
	case "no-headers", "no-heading", "no-headings", "noheaders", "noheading", "noheadings":
		p.noHeader = true
	case "format":
		p.columns = append(p.columns, p.named(need())...)
	case "pid":
		p.pids(need())
	case "ppid":
		p.numbers(need(), "process", func(x process) int { return x.ppid })
	case "user", "User":
		p.users(need())
	case "sort":
		p.sortBy(need())
	case "version":
		p.print0("ps from procps-ng 4.0.2\n")
	default:
		p.fail("unknown gnu long option")
	}
	return rest
}

// print0 prints and ends.
func (p *procps) print0(text string) {
	p.call.print(text)
	p.out.flush()
	p.Exit(0)
}

func (p *procps) pids(list string) {
	p.numbers(list, "process", func(x process) int { return x.pid })
}

// numbers keeps the processes of which something is in a list.
func (p *procps) numbers(list, what string, of func(process) int) {
	var wanted []int
	for _, f := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(f)
		if err != nil || n < 0 {
			p.fail("%s ID list syntax error", what)
		}
		wanted = append(wanted, n)
	}
	p.keep = append(p.keep, func(x process) bool { return slices.Contains(wanted, of(x)) })
}

func (p *procps) users(list string) {
	names := strings.Split(list, ",")
	for _, n := range names {
		if _, ok := p.a.UID(n); !ok {
			p.fail("user name does not exist")
		}
	}
	p.keep = append(p.keep, func(x process) bool {
		return slices.Contains(names, p.a.UserName(x.euid)) || slices.Contains(names, strconv.Itoa(int(x.euid)))
	})
}

// shown reports whether a process was asked for.
func (p *procps) shown(x process) bool {
	if p.all || p.everybody && p.detached {
		return true
	}
	for _, fits := range p.keep {
		if fits(x) {
			return true
		}
	}
	switch {
	case p.everybody:
		return x.tty != 0
	case p.detached:
		return x.euid == p.own.euid
	}
	return len(p.keep) == 0 && x.tty == p.own.tty && x.euid == p.own.euid
}

// named chooses columns: names, each perhaps with a header of its own, which takes the rest of the list.
func (p *procps) named(list string) []psColumn {
	var chosen []psColumn
	for list != "" {
		name := list
		if i := strings.IndexAny(list, ", ="); i >= 0 {
			name = list[:i]
		}
		list = list[len(name):]
		col, ok := p.column(name)
		if !ok {
			p.fail("unknown user-defined format specifier \"%s\"", name)
		}
		if strings.HasPrefix(list, "=") {
			col.header, list, _ = strings.Cut(list[1:], ",")
		}
		chosen = append(chosen, col)
		list = strings.TrimLeft(list, ", ")
	}
	return chosen
}

// column finds a column by one of its names.
func (p *procps) column(name string) (psColumn, bool) {
	i := slices.IndexFunc(p.known, func(c psColumn) bool { return slices.Contains(strings.Fields(c.name), name) })
	if i < 0 {
		return psColumn{}, false
	}
	return p.known[i], true
}

func (p *procps) sortBy(keys string) {
	for key := range strings.SplitSeq(keys, ",") {
		col, ok := p.column(strings.TrimLeft(key, "+-"))
		if !ok {
			p.fail("unknown sort specifier")
		}
		p.sort = append(p.sort, psOrder{col, strings.HasPrefix(key, "-")})
	}
}

// order sorts numbers as numbers, everything else as text.
func (p *procps) order(list []process) {
	slices.SortStableFunc(list, func(x, y process) int {
		for _, o := range p.sort {
			by := o.compare(p, x, y)
			if o.reverse {
				by = -by
			}
			if by != 0 {
				return by
			}
		}
		return 0
	})
}

func (o psOrder) compare(p *procps, x, y process) int {
	a, b := o.column.value(p.call, p.a, x), o.column.value(p.call, p.a, y)
	m, err1 := strconv.ParseFloat(a, 64)
	n, err2 := strconv.ParseFloat(b, 64)
	if err1 == nil && err2 == nil {
		return cmp.Compare(m, n)
	}
	return cmp.Compare(a, b)
}

// print prints the table.
func (p *procps) print(list []process) {
	width := 1 << 15
	if size, err := p.TerminalSize(1); err == nil && size.Cols > 0 {
		width = size.Cols
	}
	headed := slices.ContainsFunc(p.columns, func(c psColumn) bool { return c.header != "" })
	if headed && !p.noHeader {
		p.line(width, func(c psColumn) string { return c.header })
	}
	for _, x := range list {
		p.line(width, func(c psColumn) string { return c.value(p.call, p.a, x) })
	}
}

// line prints a row: what stands left is cut where the next column begins, the last column has no end.
func (p *procps) line(width int, text func(psColumn) string) {
	var b strings.Builder
	for i, c := range p.columns {
		s := text(c)
		w := max(c.width, len(c.header))
		last := i == len(p.columns)-1
		switch {
		case c.right:
			fmt.Fprintf(&b, "%*s", w, s)
		case last:
			b.WriteString(s)
		default:
			fmt.Fprintf(&b, "%-*.*s", w, w, s)
		}
		if !last {
			b.WriteByte(' ')
		}
	}
	line := b.String()
	p.call.print(line[:min(len(line), width)] + "\n")
}

// procpsColumns is what -o knows, on a machine with so many KiB of memory. A column with several names has them in a row.
func procpsColumns(memory int64) []psColumn {
	type value = func(*call, *passwd.Accounts, process) string
	left := func(names, header string, width int, f value) psColumn {
		return psColumn{names, header, width, false, f}
	}
	right := func(names, header string, width int, f value) psColumn {
		return psColumn{names, header, width, true, f}
	}
	number := func(of func(process) int64) value {
		return func(_ *call, _ *passwd.Accounts, x process) string { return strconv.FormatInt(of(x), 10) }
	}
	moment := func(layout string) value {
		return func(c *call, _ *passwd.Accounts, x process) string { return c.startOf(x).Format(layout) }
	}
	command := func(_ *call, _ *passwd.Accounts, x process) string { return x.commandLine() }
	comm := func(_ *call, _ *passwd.Accounts, x process) string { return x.comm }
	tty := func(c *call, _ *passwd.Accounts, x process) string { return c.ttyShort(x.tty) }
	return []psColumn{
		right("pid tgid", "PID", 7, number(func(x process) int64 { return int64(x.pid) })),
		right("ppid", "PPID", 7, number(func(x process) int64 { return int64(x.ppid) })),
		right("pgid pgrp", "PGID", 7, number(func(x process) int64 { return int64(x.pgid) })),
		right("sid sess session", "SID", 7, number(func(x process) int64 { return int64(x.sid) })),
		right("uid euid", "UID", 5, number(func(x process) int64 { return int64(x.euid) })),
		right("gid egid", "GID", 5, number(func(x process) int64 { return int64(x.egid) })),
		right("ruid", "RUID", 5, number(func(x process) int64 { return int64(x.uid) })),
		right("rgid", "RGID", 5, number(func(x process) int64 { return int64(x.gid) })),
		right("ni nice", "NI", 3, number(func(x process) int64 { return int64(x.nice) })),
		right("pri", "PRI", 3, number(func(x process) int64 { return 19 - int64(x.nice) })),
		right("nlwp thcount", "NLWP", 4, number(func(process) int64 { return 1 })),
		right("vsz vsize", "VSZ", 6, number(func(x process) int64 { return x.vsz })),
		right("rss rssize rsz", "RSS", 5, number(func(x process) int64 { return x.rss })),
		left("user euser uname", "USER", 8, func(_ *call, a *passwd.Accounts, x process) string { return a.UserName(x.euid) }),
		left("ruser", "RUSER", 8, func(_ *call, a *passwd.Accounts, x process) string { return a.UserName(x.uid) }),
		left("group egroup", "GROUP", 8, func(_ *call, a *passwd.Accounts, x process) string { return a.GroupName(x.egid) }),
		left("rgroup", "RGROUP", 8, func(_ *call, a *passwd.Accounts, x process) string { return a.GroupName(x.gid) }),
		left("tty tt", "TT", 8, tty), left("tname", "TTY", 8, tty),
		left("s state", "S", 1, func(_ *call, _ *passwd.Accounts, x process) string { return x.state }),
		left("stat", "STAT", 4, func(_ *call, _ *passwd.Accounts, x process) string { return x.longStat() }),
		left("comm ucomm", "COMMAND", 15, comm), left("ucmd", "CMD", 15, comm),
		left("args command", "COMMAND", 27, command), left("cmd", "CMD", 27, command),
		right("time cputime", "TIME", 8, func(_ *call, _ *passwd.Accounts, x process) string { return hms(x.cpu()) }),
		right("bsdtime", "TIME", 6, func(_ *call, _ *passwd.Accounts, x process) string { return minutesOnly(x.cpu()) }),
		right("etime", "ELAPSED", 11, func(c *call, _ *passwd.Accounts, x process) string { return elapsed(c.running(x)) }),
		right("etimes", "ELAPSED", 7, func(c *call, _ *passwd.Accounts, x process) string { return strconv.Itoa(int(c.running(x).Seconds())) }),
		right("pcpu %cpu", "%CPU", 4, func(c *call, _ *passwd.Accounts, x process) string { return fmt.Sprintf("%.1f", c.share(x)) }),
		right("c", "C", 2, func(c *call, _ *passwd.Accounts, x process) string { return strconv.Itoa(int(c.share(x))) }),
		right("pmem %mem", "%MEM", 4, func(_ *call, _ *passwd.Accounts, x process) string {
			return fmt.Sprintf("%.1f", 100*float64(x.rss)/float64(max(memory, 1)))
		}),
		right("start", "STARTED", 8, moment("15:04:05")), right("bsdstart", "START", 5, moment("15:04")),
		right("stime start_time", "STIME", 5, moment("15:04")),
		right("lstart", "STARTED", 24, moment("Mon Jan _2 15:04:05 2006")),
	}
}

// startOf is when a process began, by the clock of the one who looks.
func (c *call) startOf(x process) time.Time { return c.Now().Add(-c.running(x)).In(c.zone()) }

// share is how much of a CPU a process has used since it began, in percent.
func (c *call) share(x process) float64 {
	ran := c.running(x)
	if ran <= 0 {
		return 0
	}
	return min(100*float64(x.cpu())/float64(ran), 99.9)
}

// commandLine is the command line, or the name in brackets if there is none.
func (p process) commandLine() string {
	if p.args == "" {
		return "[" + p.comm + "]"
	}
	return p.args
}

// longStat is the state with what is special about it: N and < for niceness, s for the leader of a session, + in the
// foreground.
func (p process) longStat() string {
	s := p.stat()
	if p.sid == p.pid {
		s += "s"
	}
	if p.foreground > 0 && p.foreground == p.pgid {
		s += "+"
	}
	return s
}

// minutesOnly is 0:05 or 1234:30.
func minutesOnly(d time.Duration) string {
	s := int(d.Seconds())
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// elapsed is [[dd-]hh:]mm:ss.
func elapsed(d time.Duration) string {
	s := int(d.Seconds())
	text := fmt.Sprintf("%02d:%02d", s/60%60, s%60)
	if s >= 3600 {
		text = fmt.Sprintf("%02d:%s", s/3600%24, text)
	}
	if days := s / 86400; days > 0 {
		text = fmt.Sprintf("%02d-%s", days, text)
	}
	return text
}

func (c *call) ttyShort(dev int) string {
	if dev>>8 == 136 {
		return "pts/" + strconv.Itoa(dev&255)
	}
	return "?"
}

func hms(d time.Duration) string {
	s := int(d.Seconds())
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}
