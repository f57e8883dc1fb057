package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// Gosu is what the entry points of images become another user with. tianon/gosu: main.go, setup-user.go
func Gosu() Applet { return Applet{"gosu", "/usr/local/bin", true, "", "", gosuCmd} }

func gosuCmd(c *call) proc.ExitCode {
	if len(c.args) < 2 {
		c.Write(2, []byte("Usage: gosu user-spec command [args]\n   eg: gosu tianon bash\n       gosu nobody:root bash -c 'whoami && id'\n"))
		return 1
	}
	name, group, named := strings.Cut(c.args[0], ":")
	a := c.accounts()
	uid, ok := a.UID(name)
	if !ok {
		return c.gosuFails("failed switching to \"" + c.args[0] + "\": unable to find user " + name + ": no matching entries in passwd file")
	}
	u, _ := a.User(uid)
	gid := u.GID
	if named {
		if gid, ok = a.GID(group); !ok {
			return c.gosuFails("failed switching to \"" + c.args[0] + "\": unable to find group " + group + ": no matching entries in group file")
		}
	}
	if err := c.Setgroups(a.GroupsOf(u.Name, gid)); err != nil {
		return c.gosuFails("failed switching to \"" + c.args[0] + "\": operation not permitted")
	}
	if c.Setgid(gid) != nil || c.Setuid(uid) != nil {
		return c.gosuFails("failed switching to \"" + c.args[0] + "\": operation not permitted")
	}
	path, err := c.lookup(c.args[1])
	if err != nil {
		return c.gosuFails("exec: \"" + c.args[1] + "\": executable file not found in $PATH")
	}
	home := u.Home
	if home == "" {
		home = "/"
	}
	err = c.Exec(path, c.args[1:], append(withoutVariable(c.Environ(), "HOME"), "HOME="+home))
	return c.gosuFails("exec: " + c.text(err))
}

func (c *call) gosuFails(why string) proc.ExitCode {
	c.Write(2, []byte("error: "+why+"\n"))
	return 1
}

func withoutVariable(env []string, name string) []string {
	var kept []string
	for _, v := range env {
		if !strings.HasPrefix(v, name+"=") {
			kept = append(kept, v)
		}
	}
	return kept
}
