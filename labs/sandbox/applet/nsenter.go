package applet

import (
	"strconv"

	"dockerlearn/labs/sandbox/proc"
)

// nsenterCmd runs a program in namespaces of another process: -n, -u, -i and -m. The pid and user namespaces, cgroups
// and the root directory are refused by name.
func nsenterCmd(c *call) proc.ExitCode {
	o := c.getopt("+t:nuimpCUrwaFZT", "target=t", "net=n", "uts=u", "ipc=i", "mount=m", "pid=p", "cgroup=C", "user=U", "root=r", "wd=w", "all=a")
	c.refuse(o, "pCUrwaFZT")
	pid, err := strconv.Atoi(o.or('t', ""))
	if err != nil {
		if !o.has('t') {
			c.die("no target PID specified")
		}
		c.die("invalid number '%s'", o.or('t', ""))
	}
	target := c.Namespaces().PID.Lookup(proc.PID(pid))
	if target == nil {
		c.die("cannot open /proc/%d/ns/net: %s", pid, c.text(proc.ENOENT))
	}
	var kinds []proc.NamespaceKind
	for letter, kind := range map[rune]proc.NamespaceKind{ // any order: they do not touch each other
		'n': proc.NetNamespace, 'u': proc.UTSNamespaceKind, 'i': proc.IPCNamespaceKind, 'm': proc.MountNamespace,
	} {
		if o.has(letter) {
			kinds = append(kinds, kind)
		}
	}
	if err := c.Setns(target, kinds...); err != nil {
		if c.gnu() {
			c.die("reassociate to namespaces failed: %s", c.text(err))
		}
		c.die("setns(5, 0x40000000): %s", c.text(err))
	}
	argv := o.args
	if len(argv) == 0 {
		shell := c.Getenv("SHELL")
		if shell == "" {
			shell = "/bin/sh"
		}
		argv = []string{shell}
	}
	c.become(argv, c.Environ())
	return 127
}
