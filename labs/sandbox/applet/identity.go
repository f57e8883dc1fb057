package applet

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
)

// identity is whose numbers id prints.
type identity struct {
	uid, euid, gid, egid uint32
	groups               []uint32
	named                bool
}

func idCmd(c *call) proc.ExitCode {
	o := c.getopt("ugGnr", "user=u", "group=g", "groups=G", "name=n", "real=r")
	if len(o.args) > 1 && !c.gnu() {
		c.usage()
	}
	a := c.accounts()
	cr := c.Creds()
	who := identity{cr.UID, cr.EUID, cr.GID, cr.EGID, cr.Groups, false}
	if len(o.args) > 0 {
		u, ok := a.UserNamed(o.args[0])
		if !ok && c.gnu() {
			c.die("'%s': no such user", o.args[0])
		}
		if !ok {
			c.die("unknown user %s", o.args[0])
		}
		who = identity{u.UID, u.UID, u.GID, u.GID, a.GroupsOf(u.Name, u.GID), true}
	}
	if !slices.Contains(who.groups, who.egid) {
		who.groups = append([]uint32{who.egid}, who.groups...)
	}
	c.print(who.text(c, o, a) + "\n")
	return 0
}

func (w identity) text(c *call, o *options, a *passwd.Accounts) string {
	user, grp := w.euid, w.egid
	if o.has('r') {
		user, grp = w.uid, w.gid
	}
	userText, groupText := fmt.Sprint(user), func(g uint32) string { return fmt.Sprint(g) }
	if o.has('n') {
		userText, groupText = a.UserName(user), a.GroupName
	}
	switch {
	case o.has('u'):
		return userText
	case o.has('g'):
		return groupText(grp)
	case o.has('G'):
		var list []string
		for _, g := range w.groups {
			list = append(list, groupText(g))
		}
		return strings.Join(list, " ")
	case o.has('n'):
		c.complain("cannot print only names or real IDs in default format")
		c.Exit(1)
	}
	return w.whole(a)
}

func (w identity) whole(a *passwd.Accounts) string {
	u := func(id uint32) string {
		if x, ok := a.User(id); ok {
			return fmt.Sprintf("%d(%s)", id, x.Name)
		}
		return fmt.Sprint(id)
	}
	g := func(id uint32) string {
		if x, ok := a.Group(id); ok {
			return fmt.Sprintf("%d(%s)", id, x.Name)
		}
		return fmt.Sprint(id)
	}
	text := "uid=" + u(w.uid) + " gid=" + g(w.gid)
	if w.euid != w.uid {
		text += " euid=" + u(w.euid)
	}
	if w.egid != w.gid {
		text += " egid=" + g(w.egid)
	}
	if len(w.groups) > 1 || w.named || len(w.groups) == 1 {
		var list []string
		for _, id := range w.groups {
			list = append(list, g(id))
		}
		text += " groups=" + strings.Join(list, ",")
	}
	return text
}

func whoamiCmd(c *call) proc.ExitCode {
	if len(c.args) > 0 {
		c.usage()
	}
	uid := c.Creds().EUID
	u, ok := c.accounts().User(uid)
	if !ok {
		if c.gnu() {
			c.die("cannot find name for user ID %d", uid)
		}
		c.die("unknown uid %d", uid)
	}
	c.print(u.Name + "\n")
	return 0
}

func groupsCmd(c *call) proc.ExitCode {
	a := c.accounts()
	cr := c.Creds()
	list := cr.Groups
	prefix := ""
	if len(c.args) > 0 {
		u, ok := a.UserNamed(c.args[0])
		if !ok {
			c.die("unknown user %s", c.args[0])
		}
		list = a.GroupsOf(u.Name, u.GID)
		if c.gnu() {
			prefix = u.Name + " : "
		}
	} else if !slices.Contains(list, cr.EGID) {
		list = append([]uint32{cr.EGID}, list...)
	}
	var names []string
	for _, g := range list {
		names = append(names, a.GroupName(g))
	}
	c.print(prefix + strings.Join(names, " ") + "\n")
	return 0
}

func lognameCmd(c *call) proc.ExitCode {
	if len(c.args) > 0 {
		c.usage()
	}
	if name := c.Getenv("LOGNAME"); name != "" {
		c.print(name + "\n")
		return 0
	}
	if c.gnu() {
		c.die("no login name")
	}
	c.die("getlogin: %s", c.text(proc.ENXIO))
	return 1
}

// suCmd runs a shell as someone else: root may, without a password. For others the real one needs a setuid bit and a
// password; here the bit decides alone, and only root is let through.
func suCmd(c *call) proc.ExitCode {
	o := c.getopt("+lmpc:s:", "login=l", "command=c", "shell=s", "preserve-environment=p")
	args, login := o.args, o.has('l')
	if len(args) > 0 && args[0] == "-" {
		args, login = args[1:], true
	}
	name := "root"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if c.Creds().EUID != 0 {
		if c.gnu() {
			c.die("Authentication failure")
		}
		c.die("must be suid to work properly")
	}
	a := c.accounts()
	u, ok := a.UserNamed(name)
	if !ok {
		if c.gnu() {
			c.die("user %s does not exist or the user entry does not contain all the required fields", name)
		}
		c.die("unknown user %s", name)
	}
	c.Setgroups(a.GroupsOf(u.Name, u.GID))
	if err := c.Setgid(u.GID); err != nil {
		c.die("can't set groups: %s", c.text(err))
	}
	if err := c.Setuid(u.UID); err != nil {
		c.die("can't set uid: %s", c.text(err))
	}
	shell := o.or('s', u.Shell)
	if shell == "" {
		shell = "/bin/sh"
	}
	env := c.suEnviron(u, shell, login, o.has('m') || o.has('p'))
	if login {
		c.FS().Chdir(u.Home)
	}
	argv := []string{shell}
	if login {
		argv[0] = "-" + lastPart(shell)
	}
	if cmd, ok := o.value('c'); ok {
		argv = append(argv, "-c", cmd)
	}
	argv = append(argv, args...)
	c.notStarted(shell, c.Exec(shell, argv, env))
	return 1
}

func (c *call) suEnviron(u passwd.User, shell string, login, keep bool) []string {
	if keep && !login {
		return c.Environ()
	}
	wanted := [][2]string{{"HOME", u.Home}, {"SHELL", shell}, {"USER", u.Name}, {"LOGNAME", u.Name}}
	if login {
		env := []string{"TERM=" + c.Getenv("TERM"), "PATH=" + proc.DefaultPath}
		for _, s := range wanted {
			env = append(env, s[0]+"="+s[1])
		}
		return env
	}
	if u.UID == 0 {
		wanted = wanted[:2]
	}
	env := c.Environ()
	for _, s := range wanted {
		env = withVariable(env, s[0], s[1])
	}
	return env
}
