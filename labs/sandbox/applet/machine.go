package applet

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

func unameCmd(c *call) proc.ExitCode {
	o := c.getopt("amnrspvio", "all=a", "machine=m", "nodename=n", "kernel-release=r", "kernel-name=s", "processor=p",
		"kernel-version=v", "hardware-platform=i", "operating-system=o")
	if len(o.args) > 0 {
		c.usage()
	}
	u := c.Uname()
	var parts []string
	for _, f := range []struct {
		letter rune
		text   string
		always bool // -a shows it though it is not known
	}{
		{'s', u.Sysname, true},
		{'n', u.Nodename, true},
		{'r', u.Release, true},
		{'v', u.Version, true},
		{'m', u.Machine, true},
		{'p', "unknown", false},
		{'i', "unknown", false},
		{'o', c.system(), true},
	} {
		if o.has(f.letter) || o.has('a') && f.always {
			parts = append(parts, f.text)
		}
	}
	if parts == nil {
		parts = []string{u.Sysname}
	}
	c.print(strings.Join(parts, " ") + "\n")
	return 0
}

// system is what uname -o says: alpine's busybox was built to say Linux.
func (c *call) system() string {
	if c.gnu() {
		return "GNU/Linux"
	}
	return "Linux"
}

func archCmd(c *call) proc.ExitCode {
	c.print(c.Uname().Machine + "\n")
	return 0
}

func nprocCmd(c *call) proc.ExitCode {
	o := c.getopt("αι:", "all=α", "ignore=ι")
	n := int64(c.CPUs())
	if v, ok := o.value('ι'); ok {
		n = max(1, n-c.number(v, nil))
	}
	c.printf("%d\n", n)
	return 0
}

func uptimeCmd(c *call) proc.ExitCode {
	up := int(c.Uptime().Minutes())
	text := " " + c.Now().In(c.zone()).Format("15:04:05") + " up "
	if days := up / 60 / 24; days > 0 {
		text += fmt.Sprintf("%d day%s, ", days, plural(days))
	}
	if hours := up / 60 % 24; hours > 0 {
		text += fmt.Sprintf("%2d:%02d, ", hours, up%60)
	} else {
		text += fmt.Sprintf("%d min, ", up%60)
	}
	load, _ := c.FS().ReadFile("/proc/loadavg")
	f := append(strings.Fields(string(load)), "0.00", "0.00", "0.00")
	c.printf("%s 0 users,  load average: %s, %s, %s\n", text, f[0], f[1], f[2])
	return 0
}

func freeCmd(c *call) proc.ExitCode {
	o := c.getopt("bkmght")
	m := c.meminfo()
	cache := m["Cached"] + m["Buffers"] + m["SReclaimable"]
	text := func(k int64) string {
		switch o.last("bkmgh") {
		case 'b':
			return strconv.FormatInt(k*1024, 10)
		case 'm':
			return strconv.FormatInt(k/1024, 10)
		case 'g':
			return strconv.FormatInt(k>>20, 10)
		case 'h':
			return c.human(k * 1024)
		}
		return strconv.FormatInt(k, 10)
	}
	used := m["MemTotal"] - m["MemFree"] - cache
	c.print("              total        used        free      shared  buff/cache   available\n")
	c.printf("%-6s%13s", "Mem:", text(m["MemTotal"]))
	for _, v := range []int64{used, m["MemFree"], m["Shmem"], cache, m["MemAvailable"]} {
		c.printf("%12s", text(v))
	}
	c.print("\n")
	row := func(name string, total, used, free int64) {
		c.printf("%-6s%13s%12s%12s\n", name, text(total), text(used), text(free))
	}
	swapped := m["SwapTotal"] - m["SwapFree"]
	row("Swap:", m["SwapTotal"], swapped, m["SwapFree"])
	if o.has('t') {
		row("Total:", m["MemTotal"]+m["SwapTotal"], used+swapped, m["MemFree"]+m["SwapFree"])
	}
	return 0
}

func dmesgCmd(c *call) proc.ExitCode {
	o := c.getopt("cs:n:r")
	c.refuse(o, "c")
	return 0
}

func clearCmd(c *call) proc.ExitCode {
	c.print("\x1b[H\x1b[J")
	return 0
}

func resetCmd(c *call) proc.ExitCode {
	c.print("\x1bc\x1b(B\x1b[m\x1b[J\x1b[?25h")
	if c.IsTerminal(0) {
		c.SetTermios(0, proc.Sane(), false)
	}
	return 0
}

func ttyCmd(c *call) proc.ExitCode {
	o := c.getopt("s", "silent=s", "quiet=s")
	name, err := c.TerminalName(0)
	if err != nil {
		if !o.has('s') {
			c.print("not a tty\n")
		}
		return 1
	}
	if !o.has('s') {
		c.print(name + "\n")
	}
	return 0
}

// sttySwitch is a setting of stty that is on or off.
type sttySwitch struct {
	name string
	part byte // i, o, l
	bit  uint32
}

func sttySwitches() []sttySwitch {
	return []sttySwitch{
		{"icrnl", 'i', proc.ICRNL},
		{"inlcr", 'i', proc.INLCR},
		{"igncr", 'i', proc.IGNCR},
		{"ixon", 'i', proc.IXON},
		{"iutf8", 'i', proc.IUTF8},
		{"opost", 'o', proc.OPOST},
		{"onlcr", 'o', proc.ONLCR},
		{"isig", 'l', proc.ISIG},
		{"icanon", 'l', proc.ICANON},
		{"iexten", 'l', proc.IEXTEN},
		{"echo", 'l', proc.ECHO},
		{"echoe", 'l', proc.ECHOE},
		{"echok", 'l', proc.ECHOK},
		{"echonl", 'l', proc.ECHONL},
		{"noflsh", 'l', proc.NOFLSH},
		{"tostop", 'l', proc.TOSTOP},
		{"echoctl", 'l', proc.ECHOCTL},
		{"echoke", 'l', proc.ECHOKE},
	}
}

func (w sttySwitch) of(t *proc.Termios) *uint32 {
	switch w.part {
	case 'i':
		return &t.Iflag
	case 'o':
		return &t.Oflag
	}
	return &t.Lflag
}

func sttyCmd(c *call) proc.ExitCode {
	args, all := c.args, false
	fd := 0
	for len(args) > 0 && (args[0] == "-a" || args[0] == "-F") {
		if args[0] == "-F" && len(args) > 1 {
			var err error
			if fd, err = c.Open(args[1], proc.O_RDWR|proc.O_NONBLOCK, 0); err != nil {
				c.die("%s: %s", args[1], c.text(err))
			}
			args = args[2:]
			continue
		}
		all, args = true, args[1:]
	}
	t, err := c.Termios(fd)
	if err != nil {
		if c.gnu() {
			c.die("'standard input': %s", c.text(err))
		}
		c.die("standard input: %s", c.text(err))
	}
	if len(args) == 0 {
		c.sttyShow(fd, t, all)
		return 0
	}
	for len(args) > 0 {
		args = c.sttySet(fd, &t, args)
	}
	c.SetTermios(fd, t, false)
	return 0
}

func (c *call) sttySet(fd int, t *proc.Termios, args []string) []string {
	a := args[0]
	size, _ := c.TerminalSize(fd)
	switch a {
	case "size":
		c.printf("%d %d\n", size.Rows, size.Cols)
		return args[1:]
	case "speed":
		c.print("38400\n")
		return args[1:]
	case "sane":
		*t = proc.Sane()
		return args[1:]
	case "raw", "-cooked":
		*t = t.Raw()
		return args[1:]
	case "cooked", "-raw":
		t.Iflag |= proc.ICRNL | proc.IXON
		t.Oflag |= proc.OPOST
		t.Lflag |= proc.ISIG | proc.ICANON
		return args[1:]
	case "rows", "cols", "columns":
		if len(args) < 2 {
			c.die("missing argument to '%s'", a)
		}
		n := int(c.number(args[1], nil))
		if a == "rows" {
			size.Rows = n
		} else {
			size.Cols = n
		}
		c.SetTerminalSize(fd, size)
		return args[2:]
	}
	name, off := strings.CutPrefix(a, "-")
	for _, w := range sttySwitches() {
		if w.name == name {
			if off {
				*w.of(t) &^= w.bit
			} else {
				*w.of(t) |= w.bit
			}
			return args[1:]
		}
	}
	c.die("invalid argument '%s'", a)
	return nil
}

func (c *call) sttyShow(fd int, t proc.Termios, all bool) {
	size, _ := c.TerminalSize(fd)
	c.print("speed 38400 baud;")
	if all {
		c.printf(" rows %d; columns %d; line = 0;", size.Rows, size.Cols)
	} else {
		c.print(" line = 0;")
	}
	c.print("\n")
	if all {
		c.sttyKeys(t)
	}
	sane := proc.Sane()
	line := ""
	for _, w := range sttySwitches() {
		on := *w.of(&t)&w.bit != 0
		if !all && on == (*w.of(&sane)&w.bit != 0) {
			continue
		}
		if line != "" {
			line += " "
		}
		if !on {
			line += "-"
		}
		line += w.name
	}
	if line != "" {
		c.print(line + "\n")
	}
}

func (c *call) sttyKeys(t proc.Termios) {
	key := func(i int) string {
		if t.CC[i] == 0 {
			return "<undef>"
		}
		return caret(t.CC[i])
	}
	c.printf("intr = %s; quit = %s; erase = %s; kill = %s; eof = %s; start = %s; stop = %s; susp = %s;\n", key(proc.VINTR),
		key(proc.VQUIT), key(proc.VERASE), key(proc.VKILL), key(proc.VEOF), key(proc.VSTART), key(proc.VSTOP), key(proc.VSUSP))
}
