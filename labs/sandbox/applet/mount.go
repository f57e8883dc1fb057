package applet

import (
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// mountCmd lists what is mounted, and mounts tmpfs, binds and remounts. Other file systems are refused by name: the
// machine has no other block devices.
func mountCmd(c *call) proc.ExitCode {
	o := c.getopt("afirwvt:o:nB", "bind=B", "types=t", "options=o", "all=a")
	c.refuse(o, "fv")
	if len(o.args) == 0 && !o.has('a') {
		return c.listMounts(o)
	}
	if c.Creds().EUID != 0 || !c.Has(proc.CAP_SYS_ADMIN) {
		if c.gnu() {
			c.complain("%s: must be superuser to use mount.", o.args[len(o.args)-1])
			return 32
		}
		c.die("permission denied (are you root?)")
	}
	words := strings.Split(strings.Join(o.values('o'), ","), ",")
	flags := mountFlags(words)
	switch o.last("rw") {
	case 'r':
		flags |= vfs.MS_RDONLY
	case 'w':
		flags &^= vfs.MS_RDONLY
	}
	has := func(w string) bool { return strings.Contains(","+strings.Join(words, ",")+",", ","+w+",") }
	switch {
	case len(o.args) == 0:
		return 0
	case has("remount"):
		return c.mountResult(o.args[0], o.args[len(o.args)-1], c.FS().Remount(o.args[len(o.args)-1], flags))
	case len(o.args) < 2:
		c.die("can't find %s in /etc/fstab", o.args[0])
	case o.has('B') || has("bind") || has("rbind"):
		_, err := c.FS().Bind(o.args[0], o.args[1], flags, has("rbind"))
		return c.mountResult(o.args[0], o.args[1], err)
	}
	return c.mountKind(o, words, flags)
}

func (c *call) mountKind(o *options, words []string, flags vfs.MountFlags) proc.ExitCode {
	kind := o.or('t', "")
	if kind != "tmpfs" {
		if kind == "" || kind == "auto" {
			c.die("mounting %s on %s failed: %s", o.args[0], o.args[1], c.text(proc.EINVAL))
		}
		c.die("mounting %s on %s failed: %s", o.args[0], o.args[1], c.text(proc.ENODEV))
	}
	options := vfs.TmpfsOptions{}
	for _, w := range words {
		if v, ok := strings.CutPrefix(w, "size="); ok {
			options.Size = c.number(v, sizeSuffixes())
		}
		if v, ok := strings.CutPrefix(w, "mode="); ok {
			options.Mode, _ = parseMode(v, 0, 0)
		}
	}
	at, err := c.FS().Stat(o.args[1])
	if err != nil {
		return c.mountResult(o.args[0], o.args[1], err)
	}
	if !at.IsDir() {
		return c.mountResult(o.args[0], o.args[1], proc.ENOTDIR)
	}
	_, err = c.FS().Mount(c.FS().Mounts().Root().FS.Disk().Tmpfs(o.args[0], options), o.args[1], flags)
	return c.mountResult(o.args[0], o.args[1], err)
}

func mountFlags(words []string) vfs.MountFlags {
	flags := vfs.MountFlags(0)
	for _, w := range words {
		switch w {
		case "ro":
			flags |= vfs.MS_RDONLY
		case "nosuid":
			flags |= vfs.MS_NOSUID
		case "nodev":
			flags |= vfs.MS_NODEV
		case "noexec":
			flags |= vfs.MS_NOEXEC
		case "noatime":
			flags |= vfs.MS_NOATIME
		}
	}
	return flags
}

func (c *call) mountResult(source, target string, err error) proc.ExitCode {
	if err == nil {
		return 0
	}
	if c.gnu() {
		c.complain("%s: %s", target, c.text(err))
		return 32
	}
	c.complain("mounting %s on %s failed: %s", source, target, c.text(err))
	return 255
}

func (c *call) listMounts(o *options) proc.ExitCode {
	list, err := c.mounts()
	if err != nil {
		c.die("/proc/mounts: %s", c.text(err))
	}
	for _, m := range list {
		if t, ok := o.value('t'); !ok || t == m.fstype {
			c.printf("%s on %s type %s (%s)\n", m.source, m.target, m.fstype, m.options)
		}
	}
	return 0
}

func umountCmd(c *call) proc.ExitCode {
	o := c.getopt("rlfdat:nv", "lazy=l", "force=f", "all=a", "read-only=r", "types=t", "verbose=v", "no-mtab=n",
		"detach-loop=d")
	c.refuse(o, "vrat")
	if len(o.args) == 0 {
		c.usage()
	}
	for _, target := range o.args {
		list, _ := c.mounts()
		for _, m := range list {
			if m.source == target && strings.HasPrefix(target, "/dev/") {
				target = m.target
			}
		}
		err := c.FS().Unmount(target, o.has('l'))
		switch {
		case err != nil && c.gnu() && err == proc.EINVAL:
			c.complain("%s: not mounted.", target)
			c.failed = 32
		case err != nil && c.gnu():
			c.complain("%s: %s.", target, c.text(err))
			c.failed = 32
		case err != nil:
			c.warn("can't unmount %s: %s", target, c.text(err))
		}
	}
	return c.failed
}
