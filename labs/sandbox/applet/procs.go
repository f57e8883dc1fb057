package applet

import (
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
)

// process is what /proc says about a process.
type process struct {
	pid, ppid, pgid, sid int
	comm, state, args    string
	uid, gid, euid, egid uint32
	tty, foreground      int   // the terminal, and its foreground group
	ticks                int64 // of 10 ms
	nice                 int
	started              int64 // ticks after boot
	vsz, rss             int64 // KiB
}

// processes reads /proc, by pid. What ends meanwhile is left out.
func (c *call) processes() []process {
	names, err := c.FS().ReadDir("/proc")
	if err != nil {
		c.die("can't open '/proc': %s", c.text(err))
	}
	var list []process
	for _, n := range names {
		pid, err := strconv.Atoi(n.Name)
		if err != nil {
			continue
		}
		c.Step(1)
		if p, ok := c.process(pid); ok {
			list = append(list, p)
		}
	}
	return list
}

func (c *call) process(pid int) (process, bool) {
	dir := "/proc/" + strconv.Itoa(pid)
	stat, err := c.FS().ReadFile(dir + "/stat")
	if err != nil {
		return process{}, false
	}
	p := process{pid: pid}
	open, closing := strings.IndexByte(string(stat), '('), strings.LastIndexByte(string(stat), ')')
	if open < 0 || closing < open {
		return p, false
	}
	p.comm = string(stat[open+1 : closing])
	f := strings.Fields(string(stat[closing+1:]))
	number := func(i int) int64 {
		if i >= len(f) {
			return 0
		}
		n, _ := strconv.ParseInt(f[i], 10, 64)
		return n
	}
	if len(f) > 0 {
		p.state = f[0]
	}
	p.ppid, p.pgid, p.sid, p.tty = int(number(1)), int(number(2)), int(number(3)), int(number(4))
	p.foreground = int(number(5))
	p.ticks, p.nice, p.started = number(11)+number(12), int(number(16)), number(19)
	p.vsz, p.rss = number(20)/1024, number(21)*4
	c.ids(dir, &p)
	cmdline, _ := c.FS().ReadFile(dir + "/cmdline")
	p.args = strings.TrimRight(strings.ReplaceAll(string(cmdline), "\x00", " "), " ")
	return p, true
}

func (c *call) ids(dir string, p *process) {
	status, _ := c.FS().ReadFile(dir + "/status")
	for line := range strings.Lines(string(status)) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		switch f[0] {
		case "Uid:":
			p.uid, p.euid = passwd.Number(f[1]), passwd.Number(f[2])
		case "Gid:":
			p.gid, p.egid = passwd.Number(f[1]), passwd.Number(f[2])
		}
	}
}

// command is the command line as busybox shows it: with the short name in front where that is another one, as in a
// script's process. busybox: libbb/procps.c, read_cmdline
func (p process) command() string {
	if p.args == "" {
		return "[" + p.comm + "]"
	}
	called, _, _ := strings.Cut(p.args, " ")
	if !strings.HasPrefix(strings.TrimPrefix(lastPart(called), "-"), p.comm) {
		return "{" + p.comm + "} " + p.args
	}
	return p.args
}

// called reports whether a process has that name: its short one, or its program's.
func (p process) called(name string) bool {
	if p.comm == name || len(name) > 15 && p.comm == name[:15] {
		return true
	}
	first, _, _ := strings.Cut(p.args, " ")
	return lastPart(first) == name && first != ""
}

func (c *call) ttyName(dev int) string {
	switch {
	case dev == 0:
		return "?"
	case dev>>8 == 136:
		return "136," + strconv.Itoa(dev&255)
	}
	return strconv.Itoa(dev>>8) + "," + strconv.Itoa(dev&255)
}

func pidofCmd(c *call) proc.ExitCode {
	o := c.getopt("so:", "single-shot=s", "omit-pid=o")
	omit := map[string]bool{}
	for _, v := range o.values('o') {
		if v == "%PPID" {
			v = strconv.Itoa(int(c.Getppid()))
		}
		omit[v] = true
	}
	var found []string
	list := c.processes()
	for _, name := range o.args {
		for i := len(list) - 1; i >= 0; i-- {
			p := list[i]
			if pid := strconv.Itoa(p.pid); p.called(name) && p.pid != int(c.Getpid()) && !omit[pid] {
				found = append(found, pid)
			}
		}
	}
	if o.has('s') && len(found) > 1 {
		found = found[:1]
	}
	if len(found) == 0 {
		return 1
	}
	c.print(strings.Join(found, " ") + "\n")
	return 0
}

// pgrepCmd is pgrep and pkill.
func pgrepCmd(c *call) proc.ExitCode {
	sig := proc.SIGTERM
	if c.app.Name == "pkill" && len(c.args) > 0 && len(c.args[0]) > 1 && c.args[0][0] == '-' {
		if s, ok := proc.SignalNamed(c.args[0][1:]); ok && !strings.Contains("flnovxsP", c.args[0][1:]) {
			sig = s
			c.args = c.args[1:]
		}
	}
	o := c.getopt("vlafxons:P:u:", "full=f", "exact=x", "signal=s", "parent=P")
	if len(o.args) > 1 || len(o.args) == 0 && !o.has('P') && !o.has('s') {
		c.usage()
	}
	var re *regex
	if len(o.args) == 1 {
		pattern := o.args[0]
		if o.has('x') {
			pattern = "^(" + pattern + ")$"
		}
		re = c.regexOrDie(pattern, true, false)
	}
	matched := c.matching(o, re)
	for _, p := range matched {
		switch {
		case c.app.Name == "pkill":
			if err := c.Kill(proc.PID(p.pid), sig); err != nil {
				c.complain("can't kill pid %d: %s", p.pid, c.text(err))
			}
		case o.has('a'):
			c.printf("%d %s\n", p.pid, p.command())
		case o.has('l'):
			name := p.comm
			if o.has('f') {
				name = p.command()
			}
			c.printf("%d %s\n", p.pid, name)
		default:
			c.printf("%d\n", p.pid)
		}
	}
	if len(matched) == 0 {
		return 1
	}
	return 0
}

func (c *call) matching(o *options, re *regex) []process {
	var matched []process
	for _, p := range c.processes() {
		text := p.comm
		if o.has('f') {
			text = p.command()
		}
		good := re == nil || re.matches([]byte(text))
		if v, ok := o.value('P'); ok && strconv.Itoa(p.ppid) != v {
			good = false
		}
		if v, ok := o.value('u'); ok && !c.accounts().Names(v, p.euid) {
			good = false
		}
		if good != o.has('v') && p.pid != int(c.Getpid()) {
			matched = append(matched, p)
		}
	}
	if len(matched) > 1 && o.has('o') {
		return matched[:1]
	}
	if len(matched) > 1 && o.has('n') {
		return matched[len(matched)-1:]
	}
	return matched
}

func killCmd(c *call) proc.ExitCode {
	args := c.args
	if len(args) > 0 && (args[0] == "-l" || args[0] == "-L") {
		return c.listSignals(args[1:])
	}
	sig, args := c.signalOption(args)
	if len(args) == 0 {
		if c.gnu() {
			c.usage()
		}
		c.die("you need to specify whom to kill")
	}
	for _, a := range args {
		pid, err := strconv.Atoi(a)
		if err != nil {
			if c.gnu() {
				c.warn("failed to parse argument: '%s'", a)
				continue
			}
			c.warn("invalid number '%s'", a)
			continue
		}
		if err := c.Kill(proc.PID(pid), sig); err != nil {
			if c.gnu() {
				c.warn("(%d): %s", pid, c.text(err))
				continue
			}
			c.warn("can't kill pid %d: %s", pid, c.text(err))
		}
	}
	return c.failed
}

// signalOption reads -9, -KILL, -s KILL.
func (c *call) signalOption(args []string) (proc.Signal, []string) {
	sig := proc.SIGTERM
	if len(args) == 0 || len(args[0]) < 2 || args[0][0] != '-' || args[0] == "--" {
		if len(args) > 0 && args[0] == "--" {
			args = args[1:]
		}
		return sig, args
	}
	name := args[0][1:]
	args = args[1:]
	if name == "s" && len(args) > 0 {
		name, args = args[0], args[1:]
	}
	sig, ok := proc.SignalNamed(name)
	if !ok {
		c.die("bad signal name '%s'", name)
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	return sig, args
}

func (c *call) listSignals(args []string) proc.ExitCode {
	if len(args) == 0 {
		for s := proc.SIGHUP; s <= proc.SIGSYS; s++ {
			c.printf("%2d) %s\n", int(s), s)
		}
		return 0
	}
	for _, a := range args {
		if n, err := strconv.Atoi(a); err == nil {
			if n > 128 {
				n -= 128
			}
			if s := proc.Signal(n); s.Valid() {
				c.print(s.String() + "\n")
			} else {
				c.printf("%d\n", n)
			}
			continue
		}
		s, ok := proc.SignalNamed(a)
		if !ok {
			c.die("unknown signal '%s'", a)
		}
		c.printf("%d\n", int(s))
	}
	return 0
}

func killallCmd(c *call) proc.ExitCode {
	args := c.args
	if len(args) > 0 && args[0] == "-l" {
		return c.listSignals(args[1:])
	}
	quiet := false
	if len(args) > 0 && args[0] == "-q" {
		quiet, args = true, args[1:]
	}
	sig, args := c.signalOption(args)
	if len(args) == 0 {
		c.die("you need to specify whom to kill")
	}
	list := c.processes()
	for _, name := range args {
		killed := false
		for _, p := range list {
			if p.called(name) && p.pid != int(c.Getpid()) {
				killed = true
				if err := c.Kill(proc.PID(p.pid), sig); err != nil {
					c.warn("can't kill pid %d: %s", p.pid, c.text(err))
				}
			}
		}
		if !killed {
			c.failed = 1
			if !quiet {
				if c.gnu() {
					c.complain("no process found")
				} else {
					c.complain("%s: no process killed", name)
				}
			}
		}
	}
	return c.failed
}
