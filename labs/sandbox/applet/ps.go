package applet

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
)

// psColumn is a column of ps -o.
type psColumn struct {
	name, header string
	width        int
	right        bool // numbers stand right
	value        func(c *call, a *passwd.Accounts, p process) string
}

func psColumns() []psColumn {
	text := func(f func(*call, *passwd.Accounts, process) string, name, header string, width int) psColumn {
		return psColumn{name, header, width, false, f}
	}
	number := func(f func(*call, *passwd.Accounts, process) string, name, header string, width int) psColumn {
		return psColumn{name, header, width, true, f}
	}
	return []psColumn{
		text(func(_ *call, a *passwd.Accounts, p process) string { return a.UserName(p.euid) }, "user", "USER", 8),
		text(func(_ *call, a *passwd.Accounts, p process) string { return a.GroupName(p.egid) }, "group", "GROUP", 8),
		text(func(_ *call, _ *passwd.Accounts, p process) string { return p.comm }, "comm", "COMMAND", 16),
		text(func(_ *call, _ *passwd.Accounts, p process) string { return p.command() }, "args", "COMMAND", 256),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return strconv.Itoa(p.pid) }, "pid", "PID", 5),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return strconv.Itoa(p.ppid) }, "ppid", "PPID", 5),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return strconv.Itoa(p.pgid) }, "pgid", "PGID", 5),
		number(func(c *call, _ *passwd.Accounts, p process) string { return minutes(c.running(p)) }, "etime", "ELAPSED", 7),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return strconv.Itoa(p.nice) }, "nice", "NI", 5),
		text(func(_ *call, a *passwd.Accounts, p process) string { return a.GroupName(p.gid) }, "rgroup", "RGROUP", 8),
		text(func(_ *call, a *passwd.Accounts, p process) string { return a.UserName(p.uid) }, "ruser", "RUSER", 8),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return minutes(p.cpu()) }, "time", "TIME", 5),
		text(func(c *call, _ *passwd.Accounts, p process) string { return c.ttyName(p.tty) }, "tty", "TT", 6),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return kilobytes(p.vsz) }, "vsz", "VSZ", 4),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return strconv.Itoa(p.sid) }, "sid", "SID", 5),
		text(func(_ *call, _ *passwd.Accounts, p process) string { return p.stat() }, "stat", "STAT", 4),
		number(func(_ *call, _ *passwd.Accounts, p process) string { return kilobytes(p.rss) }, "rss", "RSS", 4),
	}
}

func (p process) cpu() time.Duration { return time.Duration(p.ticks) * 10 * time.Millisecond }

// stat is the state with N or < for a changed niceness.
func (p process) stat() string {
	switch {
	case p.nice > 0:
		return p.state + "N"
	case p.nice < 0:
		return p.state + "<"
	}
	return p.state
}

// running is how long a process has run.
func (c *call) running(p process) time.Duration {
	return c.Uptime() - time.Duration(p.started)*10*time.Millisecond
}

// minutes is 0:05, 12:30, or 3h10 and 2d05 for what is longer.
func minutes(d time.Duration) string {
	m, s := int(d.Minutes()), int(d.Seconds())%60
	switch {
	case m >= 24*60:
		return fmt.Sprintf("%dd%02d", m/60/24, m/60%24)
	case m >= 60:
		return fmt.Sprintf("%dh%02d", m/60, m%60)
	}
	return fmt.Sprintf("%d:%02d", m, s)
}

// kilobytes is a size in KiB in four places: 1234, 12m, 1.2g.
func kilobytes(n int64) string {
	switch {
	case n < 10000:
		return strconv.FormatInt(n, 10)
	case n < 10000<<10:
		if m := n >> 10; m < 100 {
			return fmt.Sprintf("%d.%dm", m, (n&1023)*10>>10)[:4]
		}
		return fmt.Sprintf("%dm", n>>10)
	}
	return fmt.Sprintf("%dg", n>>20)
}

func psCmd(c *call) proc.ExitCode {
	if c.gnu() {
		return psProcps(c)
	}
	o := c.getopt("o:TlwA", "format=o")
	c.refuse(o, "T")
	names := o.values('o')
	if len(names) == 0 {
		names = []string{"pid,user,time,args"}
		if o.has('l') {
			names = []string{"stat,user,pid,ppid,vsz,rss,tty,time,comm"}
		}
	}
	columns := c.chooseColumns(strings.Join(names, ","))
	width := 1 << 15
	if size, err := c.TerminalSize(1); err == nil && size.Cols > 0 && !o.has('w') {
		width = size.Cols - 1
	}
	a := c.accounts()
	c.psRow(columns, width, func(i int, _ psColumn) string { return columns[i].header }, true)
	for _, p := range c.processes() {
		c.psRow(columns, width, func(_ int, col psColumn) string { return col.value(c, a, p) }, false)
	}
	return 0
}

func (c *call) chooseColumns(list string) []psColumn {
	all := psColumns()
	var chosen []psColumn
	for spec := range strings.SplitSeq(list, ",") {
		name, header, renamed := strings.Cut(spec, "=")
		found := false
		for _, col := range all {
			if col.name == name {
				if renamed {
					col.header = header
				}
				chosen = append(chosen, col)
				found = true
			}
		}
		if !found {
			var known []string
			for _, col := range all {
				known = append(known, col.name)
			}
			c.die("bad -o argument '%s', supported arguments: %s", name, strings.Join(known, ","))
		}
	}
	return chosen
}

// psRow prints a row. Headers stand left whatever is below them, as busybox prints them.
func (c *call) psRow(columns []psColumn, width int, text func(int, psColumn) string, header bool) {
	var b strings.Builder
	for i, col := range columns {
		s := text(i, col)
		w := max(col.width, len(col.header))
		last := i == len(columns)-1
		switch {
		case last && (header || !col.right):
			b.WriteString(s)
		case header || !col.right:
			fmt.Fprintf(&b, "%-*.*s", w, w, s)
		default:
			fmt.Fprintf(&b, "%*s", w, s)
		}
		if !last {
			b.WriteByte(' ')
		}
	}
	line := b.String()
	if len(line) > width {
		line = line[:width]
	}
	c.print(line + "\n")
}

// topCmd shows the processes by what they use: once and again in batch mode, on a screen otherwise.
func topCmd(c *call) proc.ExitCode {
	o := c.getopt("bn:d:Hm")
	c.refuse(o, "Hm")
	rounds := int64(1) << 40
	if v, ok := o.value('n'); ok {
		rounds = c.number(v, nil)
	}
	wait := c.duration(o.or('d', "5"))
	t := &topping{call: c, rows: 1 << 20, cols: 1 << 12, before: map[int]int64{}}
	screen := !o.has('b') && c.IsTerminal(1)
	if screen {
		defer t.raw()()
	}
	for ; rounds > 0; rounds-- {
		if screen {
			if size, err := c.TerminalSize(1); err == nil && size.Rows > 0 {
				t.rows, t.cols = size.Rows-1, size.Cols-1
			}
			c.print("\x1b[H\x1b[J")
		}
		t.show()
		c.out.flush()
		if rounds == 1 {
			break
		}
		if screen && t.quits(wait) {
			break
		}
		if !screen {
			c.Sleep(wait)
		}
	}
	return 0
}

// topping is a top as it runs.
type topping struct {
	*call
	rows, cols int
	before     map[int]int64 // ticks by pid at the last look
	last       time.Time
}

// raw makes the terminal give keys at once; the result puts it back.
func (t *topping) raw() func() {
	old, err := t.Termios(0)
	if err != nil {
		return func() {}
	}
	raw := old
	raw.Lflag &^= proc.ICANON | proc.ECHO
	t.SetTermios(0, raw, false)
	return func() { t.SetTermios(0, old, false) }
}

// quits waits for a key and says whether it was q.
func (t *topping) quits(wait time.Duration) bool {
	fds := []proc.PollFD{{FD: 0, Want: proc.Readable}}
	if n, _ := t.Poll(fds, wait); n == 0 {
		return false
	}
	key := make([]byte, 1)
	n, _ := t.read(0, key)
	return n == 0 || key[0] == 'q' || key[0] == 'Q' || key[0] == 3
}

func (t *topping) show() {
	mem := t.meminfo()
	used := mem["MemTotal"] - mem["MemFree"] - mem["Buffers"] - mem["Cached"]
	lines := []string{
		fmt.Sprintf("Mem: %dK used, %dK free, %dK shrd, %dK buff, %dK cached", used, mem["MemFree"], mem["Shmem"], mem["Buffers"], mem["Cached"]),
	}
	list := t.processes()
	now := t.Now()
	span := now.Sub(t.last).Seconds() * 100 * float64(t.CPUs())
	busy, shares := 0.0, map[int]int{}
	for _, p := range list {
		share := 0
		if !t.last.IsZero() && span > 0 {
			share = int(100 * float64(p.ticks-t.before[p.pid]) / span)
			busy += 100 * float64(p.ticks-t.before[p.pid]) / span
		}
		shares[p.pid] = share
		t.before[p.pid] = p.ticks
	}
	t.last = now
	lines = append(lines, fmt.Sprintf("CPU: %3.0f%% usr   0%% sys   0%% nic %3.0f%% idle   0%% io   0%% irq   0%% sirq", busy, 100-busy))
	load, _ := t.FS().ReadFile("/proc/loadavg")
	lines = append(lines, "Load average: "+strings.TrimSpace(string(load)), "  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND")
	sortByShare(list, shares)
	a := t.accounts()
	for _, p := range list {
		lines = append(lines, fmt.Sprintf("%5d %5d %-8.8s %-4s %6s %3d%% %3d%% %s", p.pid, p.ppid, a.UserName(p.euid), p.stat(), kilobytes(p.vsz),
			100*p.vsz/max(1, mem["MemTotal"]), shares[p.pid], p.command()))
	}
	for _, l := range lines[:min(len(lines), t.rows)] {
		if len(l) > t.cols {
			l = l[:t.cols]
		}
		t.print(l + "\n")
	}
}

// sortByShare sorts by CPU, then size, then number.
func sortByShare(list []process, shares map[int]int) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && before(list[j], list[j-1], shares); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

func before(a, b process, shares map[int]int) bool {
	if shares[a.pid] != shares[b.pid] {
		return shares[a.pid] > shares[b.pid]
	}
	if a.vsz != b.vsz {
		return a.vsz > b.vsz
	}
	return a.pid < b.pid
}

// meminfo is /proc/meminfo in KiB by name.
func (c *call) meminfo() map[string]int64 {
	text, _ := c.FS().ReadFile("/proc/meminfo")
	values := map[string]int64{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 {
			values[strings.TrimSuffix(f[0], ":")], _ = strconv.ParseInt(f[1], 10, 64)
		}
	}
	return values
}
