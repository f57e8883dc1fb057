package applet

import (
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// withVariable is an environment in which name has a value; the one that is given is left as it is.
func withVariable(env []string, name, value string) []string {
	env = slices.Clone(env)
	for i, e := range env {
		if strings.HasPrefix(e, name+"=") {
			env[i] = name + "=" + value
			return env
		}
	}
	return append(env, name+"="+value)
}

func envCmd(c *call) proc.ExitCode {
	c.usageAt = 1
	if c.gnu() {
		c.usageAt = 125
	}
	o := c.getopt("+i0u:", "ignore-environment=i", "unset=u", "null=0")
	args := o.args
	env := slices.Clone(c.Environ())
	if len(args) > 0 && args[0] == "-" {
		env, args = nil, args[1:]
	}
	if o.has('i') {
		env = nil
	}
	for _, name := range o.values('u') {
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
	}
	for len(args) > 0 && strings.Contains(args[0], "=") {
		name, value, _ := strings.Cut(args[0], "=")
		env = withVariable(env, name, value)
		args = args[1:]
	}
	if len(args) > 0 {
		path, err := c.lookupIn(args[0], env)
		if err == nil {
			err = c.Exec(path, args, env)
		}
		if c.gnu() {
			c.dieWith(map[bool]proc.ExitCode{true: 127, false: 126}[err == proc.ENOENT], "'%s': %s", args[0], c.text(err))
		}
		c.notStarted(args[0], err)
	}
	end := "\n"
	if o.has('0') {
		end = "\x00"
	}
	for _, e := range env {
		c.print(e + end)
	}
	return 0
}

// lookupIn is lookup with the PATH of another environment.
func (c *call) lookupIn(name string, env []string) (string, error) {
	for _, e := range env {
		if path, ok := strings.CutPrefix(e, "PATH="); ok {
			return c.LookPath(name, path)
		}
	}
	return c.LookPath(name, proc.DefaultPath)
}

func printenvCmd(c *call) proc.ExitCode {
	if len(c.args) == 0 {
		for _, e := range c.Environ() {
			c.print(e + "\n")
		}
		return 0
	}
	for _, name := range c.args {
		if v, ok := c.LookupEnv(name); ok {
			c.print(v + "\n")
		} else {
			c.failed = 1
		}
	}
	return c.failed
}

func trueCmd(*call) proc.ExitCode { return 0 }

func falseCmd(*call) proc.ExitCode { return 1 }

func whichCmd(c *call) proc.ExitCode {
	o := c.getopt("a")
	if len(o.args) == 0 {
		if c.gnu() {
			return 1
		}
		c.usage()
	}
	path := c.Getenv("PATH")
	if path == "" {
		path = proc.DefaultPath
	}
	for _, name := range o.args {
		found := false
		if strings.Contains(name, "/") {
			if st, err := c.FS().Stat(name); err == nil && st.Mode.IsRegular() && c.Access(name, proc.X_OK) == nil {
				c.print(name + "\n")
				found = true
			}
		} else {
			for dir := range strings.SplitSeq(path, ":") {
				at := joinPath(dir, name)
				if st, err := c.FS().Stat(at); err != nil || !st.Mode.IsRegular() || c.Access(at, proc.X_OK) != nil {
					continue
				}
				c.print(at + "\n")
				found = true
				if !o.has('a') {
					break
				}
			}
		}
		if !found {
			c.failed = 1
		}
	}
	return c.failed
}

func niceCmd(c *call) proc.ExitCode {
	args := c.args
	add := 10
	if len(args) == 0 {
		n, _ := c.Nice(0)
		c.printf("%d\n", n)
		return 0
	}
	if args[0] == "-n" && len(args) > 1 {
		add, args = int(c.signed(args[1])), args[2:]
	} else if strings.HasPrefix(args[0], "-n") && len(args[0]) > 2 {
		add, args = int(c.signed(args[0][2:])), args[1:]
	} else if len(args[0]) > 1 && args[0][0] == '-' && isDigit(args[0][1]) {
		add, args = int(c.signed(args[0][1:])), args[1:]
	}
	if len(args) == 0 {
		c.usage()
	}
	if _, err := c.Nice(add); err != nil {
		if c.gnu() {
			c.complain("cannot set niceness: %s", c.text(err))
		} else {
			c.die("setpriority(%d): %s", add, c.text(err))
		}
	}
	c.become(args, c.Environ())
	return 1
}

func (c *call) signed(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		c.die("invalid number '%s'", s)
	}
	return n
}

// nohupCmd runs a command that survives the terminal. Output that would go to the terminal goes to nohup.out.
func nohupCmd(c *call) proc.ExitCode {
	args := c.args
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		c.usageAt = 127
		if c.gnu() {
			c.usageAt = 125
			c.missing("")
		}
		c.usage()
	}
	if c.IsTerminal(0) {
		if fd, err := c.Open("/dev/null", proc.O_RDONLY, 0); err == nil {
			c.Dup2(fd, 0)
			c.Close(fd)
		}
	}
	if c.IsTerminal(1) {
		c.nohupOutput()
	}
	if c.IsTerminal(2) {
		c.Dup2(1, 2)
	}
	c.Signal(proc.SIGHUP, proc.Ignore)
	c.become(args, c.Environ())
	return 1
}

func (c *call) nohupOutput() {
	const flags = proc.O_WRONLY | proc.O_CREAT | proc.O_APPEND
	name := "nohup.out"
	fd, err := c.Open(name, flags, 0o600)
	if home := c.Getenv("HOME"); err != nil && home != "" {
		name = joinPath(home, name)
		fd, err = c.Open(name, flags, 0o600)
	}
	if err != nil {
		c.dieWith(127, "can't open '%s': %s", name, c.text(err))
	}
	if c.gnu() {
		c.complain("ignoring input and appending output to '%s'", name)
	} else {
		c.complain("appending output to %s", name)
	}
	c.Dup2(fd, 1)
	c.Close(fd)
}

func setsidCmd(c *call) proc.ExitCode {
	o := c.getopt("+cfw", "ctty=c", "fork=f", "wait=w")
	c.refuse(o, "fw")
	if len(o.args) == 0 {
		c.usage()
	}
	if c.Getpgrp() == c.Getpid() {
		pid, err := c.Fork(func(s proc.Sys) proc.ExitCode {
			child := *c
			child.Sys = s
			child.out = child.newWriter(1)
			return child.newSession(o)
		})
		if err != nil {
			c.die("fork: %s", c.text(err))
		}
		_ = pid
		return 0
	}
	return c.newSession(o)
}

func (c *call) newSession(o *options) proc.ExitCode {
	c.Setsid()
	if o.has('c') {
		c.TakeTerminal(0)
	}
	c.become(o.args, c.Environ())
	return 1
}

func chrootCmd(c *call) proc.ExitCode {
	args := c.args
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		c.usage()
	}
	if err := c.FS().Chroot(args[0]); err != nil {
		if c.gnu() {
			c.dieWith(125, "cannot change root directory to '%s': %s", args[0], c.text(err))
		}
		c.die("can't change root directory to '%s': %s", args[0], c.text(err))
	}
	if err := c.FS().Chdir("/"); err != nil {
		c.die("can't change directory to '/': %s", c.text(err))
	}
	args = args[1:]
	if len(args) == 0 {
		shell := c.Getenv("SHELL")
		if shell == "" {
			shell = "/bin/sh"
		}
		args = []string{shell, "-i"}
	}
	c.become(args, c.Environ())
	return 1
}
