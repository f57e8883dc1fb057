package applet

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
)

// duration reads a time as sleep and timeout take it: 5, 0.5, 2m, 1h, 1d.
func (c *call) duration(s string) time.Duration {
	unit := time.Second
	text := s
	if n := len(s); n > 0 {
		if u, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[s[n-1]]; ok {
			unit, text = u, s[:n-1]
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if text == "inf" || text == "infinity" {
		v, err = 1e9, nil
	}
	if err != nil || v < 0 || v != v || strings.ContainsAny(text, "xXpP_") {
		if c.gnu() {
			c.complain("invalid time interval '%s'", s)
			c.usage()
		}
		c.die("invalid number '%s'", s)
	}
	return time.Duration(min(v*float64(unit), 9e18))
}

func sleepCmd(c *call) proc.ExitCode {
	o := c.getopt("+")
	if len(o.args) == 0 {
		c.missing("")
	}
	total := time.Duration(0)
	for _, a := range o.args {
		total += c.duration(a)
	}
	c.Sleep(max(total, 0))
	return 0
}

func usleepCmd(c *call) proc.ExitCode {
	if len(c.args) == 0 {
		c.usage()
	}
	c.Sleep(time.Duration(c.number(c.args[0], nil)) * time.Microsecond)
	return 0
}

// timeoutCmd runs a command for a time. Busybox's becomes the command and leaves a child behind that kills it, so that
// the status is the command's; GNU's waits for it and answers 124.
func timeoutCmd(c *call) proc.ExitCode {
	c.usageAt = 1
	if c.gnu() {
		c.usageAt = 125
	}
	letters := "+s:k:"
	if c.gnu() {
		letters += "vφπ"
	}
	o := c.getopt(letters, "signal=s", "kill-after=k", "verbose=v", "foreground=φ", "preserve-status=π")
	if len(o.args) < 2 {
		c.usage()
	}
	sig := proc.SIGTERM
	if name, ok := o.value('s'); ok {
		if sig, ok = proc.SignalNamed(name); !ok {
			if c.gnu() {
				c.complain("'%s': invalid signal", name)
				c.usage()
			}
			c.die("unknown signal '%s'", name)
		}
	}
	after := c.duration(o.args[0])
	last := time.Duration(-1)
	if v, ok := o.value('k'); ok {
		last = c.duration(v)
	}
	if c.gnu() {
		return c.timeoutGNU(o, sig, after, last)
	}
	parent := c.Getpid()
	c.Fork(func(s proc.Sys) proc.ExitCode {
		s.Setsid()
		for _, fd := range s.OpenFDs() {
			s.Close(fd)
		}
		if !waitWhile(s, parent, after) {
			s.Kill(parent, sig)
			if last >= 0 && !waitWhile(s, parent, last) {
				s.Kill(parent, proc.SIGKILL)
			}
		}
		return 0
	})
	c.become(o.args[1:], c.Environ())
	return 1
}

// waitWhile waits for a time or until a process is gone, whichever comes first; gone says which. It looks every second,
// as busybox does.
func waitWhile(s proc.Sys, pid proc.PID, d time.Duration) (gone bool) {
	for d > 0 {
		part := min(d, time.Second)
		s.Sleep(part)
		d -= part
		if s.Getppid() != pid || s.Kill(pid, 0) != nil {
			return true
		}
	}
	return false
}

func (c *call) timeoutGNU(o *options, sig proc.Signal, after, last time.Duration) proc.ExitCode {
	argv := o.args[1:]
	path, err := c.lookup(argv[0])
	if err != nil {
		c.notStarted(argv[0], err)
	}
	pid, err := c.Spawn(proc.Command{Path: path, Args: argv})
	if err != nil {
		c.notStarted(argv[0], err)
	}
	send := func(s proc.Sys, sig proc.Signal) {
		if o.has('v') {
			name := strings.TrimPrefix(sig.String(), "SIG")
			s.Write(2, []byte(c.name+": sending signal "+name+" to command '"+argv[0]+"'\n"))
		}
		s.Kill(pid, sig)
	}
	watcher, _ := c.Fork(func(s proc.Sys) proc.ExitCode {
		s.Sleep(after)
		send(s, sig)
		if last >= 0 {
			s.Sleep(last)
			send(s, proc.SIGKILL)
		}
		return 0
	})
	_, st, _ := c.Wait(pid, 0)
	c.Kill(watcher, proc.SIGKILL)
	_, watched, _ := c.Wait(watcher, 0)
	if fired, dead := st.Signaled(); dead && (fired == sig || fired == proc.SIGKILL) && !o.has('π') {
		if fired == proc.SIGKILL && sig != proc.SIGKILL && watched.Code() != 0 {
			return st.Code()
		}
		if fired == proc.SIGKILL {
			c.Kill(c.Getpid(), proc.SIGKILL)
		}
		return 124
	}
	return st.Code()
}

func timeCmd(c *call) proc.ExitCode {
	o := c.getopt("+vpao:f:", "portability=p", "verbose=v", "output=o", "append=a", "format=f")
	if len(o.args) == 0 {
		c.usage()
	}
	fd := 2
	if name, ok := o.value('o'); ok {
		flags := proc.O_WRONLY | proc.O_CREAT | proc.O_TRUNC
		if o.has('a') {
			flags = proc.O_WRONLY | proc.O_CREAT | proc.O_APPEND
		}
		var err error
		if fd, err = c.Open(name, flags, 0o666); err != nil {
			c.die("can't open '%s': %s", name, c.text(err))
		}
	}
	start := c.Now()
	st, err := c.spawn(o.args, nil)
	code := st.Code()
	if err != nil {
		code = 126
		if err == proc.ENOENT {
			code = 127
		}
		c.complain("can't execute '%s': %s", o.args[0], c.text(err))
	}
	_, used := c.CPUTime()
	t := timing{real: c.Now().Sub(start), user: used, argv: o.args}
	text := t.usual()
	switch format, given := o.value('f'); {
	case o.has('p'):
		text = fmt.Sprintf("real %.2f\nuser %.2f\nsys 0.00\n", t.real.Seconds(), t.user.Seconds())
	case o.has('v'):
		text = t.verbose(code)
	case given:
		text = t.formatted(format) + "\n"
	}
	if sig, dead := st.Signaled(); dead {
		text = fmt.Sprintf("Command terminated by signal %d\n", int(sig)) + text
	} else if code != 0 {
		text = fmt.Sprintf("Command exited with non-zero status %d\n", code) + text
	}
	c.writeAll(fd, []byte(text))
	return code
}

// timing is what time measured.
type timing struct {
	real, user time.Duration
	argv       []string
}

// clock is a duration as time prints it: 1m 2.03s.
func clock(d time.Duration) string {
	hundredths := d / (10 * time.Millisecond)
	if d >= time.Hour {
		return fmt.Sprintf("%dh %dm %02ds", hundredths/360000, hundredths/6000%60, hundredths/100%60)
	}
	return fmt.Sprintf("%dm %d.%02ds", hundredths/6000, hundredths/100%60, hundredths%100)
}

func (t timing) usual() string {
	return fmt.Sprintf("real\t%s\nuser\t%s\nsys\t%s\n", clock(t.real), clock(t.user), clock(0))
}

func (t timing) verbose(code proc.ExitCode) string {
	return fmt.Sprintf("\tCommand being timed: %q\n\tUser time (seconds): %.2f\n\tSystem time (seconds): 0.00\n"+
		"\tElapsed (wall clock) time (h:mm:ss or m:ss): %s\n\tExit status: %d\n",
		strings.Join(t.argv, " "), t.user.Seconds(), clock(t.real), code)
}

func (t timing) formatted(format string) string {
	return strings.NewReplacer("%e", fmt.Sprintf("%.2f", t.real.Seconds()), "%E", clock(t.real), "%U", fmt.Sprintf("%.2f", t.user.Seconds()),
		"%S", "0.00", "%C", strings.Join(t.argv, " "), `\n`, "\n", `\t`, "\t", "%%", "%").Replace(format)
}

// watchCmd runs a command again and again, on a screen that it clears.
func watchCmd(c *call) proc.ExitCode {
	o := c.getopt("+n:t", "interval=n", "no-title=t")
	if len(o.args) == 0 {
		c.usage()
	}
	every := max(c.duration(o.or('n', "2")), 100*time.Millisecond)
	line := strings.Join(o.args, " ")
	for {
		head := "\x1b[H\x1b[J"
		if !o.has('t') {
			width := 80
			if size, err := c.TerminalSize(1); err == nil && size.Cols > 0 {
				width = size.Cols
			}
			title := fmt.Sprintf("Every %.1fs: %s", every.Seconds(), line)
			when := c.Now().In(c.zone()).Format("2006-01-02 15:04:05")
			if room := width - len(when) - 1; len(title) > room {
				title = title[:max(0, room)]
			}
			head += title + strings.Repeat(" ", max(1, width-len(title)-len(when))) + when + "\n\n"
		}
		c.print(head)
		if _, err := c.spawn([]string{"sh", "-c", line}, nil); err != nil {
			c.die("can't execute 'sh': %s", c.text(err))
		}
		c.Sleep(every)
	}
}
