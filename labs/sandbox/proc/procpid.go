package proc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// processDir is /proc/PID.
func (x *procFS) processDir(p *Process) *vfs.Dyn {
	return x.directory(p, 0o555, x.processFiles, func(name string) *vfs.Dyn { return x.processFile(p, name) })
}

// taskDir is /proc/PID/task/TID: what /proc/PID has, but for the directory of tasks. linux: fs/proc/base.c,
// tid_base_stuff
func (x *procFS) taskDir(p *Process) *vfs.Dyn {
	list := func(p *Process) []string {
		return slices.DeleteFunc(x.processFiles(p), func(name string) bool { return name == "task" })
	}
	return x.directory(p, 0o555, list, func(name string) *vfs.Dyn {
		if name == "task" {
			return nil
		}
		return x.processFile(p, name)
	})
}

// directory is a directory of a process that belongs to its user.
func (x *procFS) directory(
	p *Process,
	mode vfs.Mode,
	list func(*Process) []string,
	find func(string) *vfs.Dyn,
) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | mode, UID: p.cred.EUID, GID: p.cred.EGID, Time: p.Started().UnixNano(), Object: p,
		Lookup: func(_ *vfs.View, name string) *vfs.Dyn {
			d := find(name)
			if d != nil {
				d.UID, d.GID, d.Time = p.cred.EUID, p.cred.EGID, p.Started().UnixNano()
			}
			return d
		},
		List: func(*vfs.View) []string { return list(p) },
	}
}

func (x *procFS) processFiles(*Process) []string {
	return strings.Fields("cgroup cmdline comm cwd environ exe fd fdinfo gid_map limits loginuid mountinfo mounts " +
		"net ns oom_score oom_score_adj root setgroups stat statm status task uid_map wchan")
}

func (x *procFS) processFile(p *Process, name string) *vfs.Dyn {
	show := func(read func() string) *vfs.Dyn { return text(func(*vfs.View) string { return read() }) }
	switch name {
	case "cgroup":
		return text(func(v *vfs.View) string { return "0::" + p.cgroupSeen(v) + "\n" })
	case "cmdline":
		return show(p.cmdline)
	case "comm":
		d := show(func() string { return p.comm + "\n" })
		d.Mode = vfs.S_IFREG | 0o644
		d.Write = func(_ *vfs.View, b []byte) error {
			p.comm = commName(strings.TrimRight(string(b), "\n"))
			return nil
		}
		return d
	case "environ":
		return private(show(func() string { return joinNUL(p.env) }))
	case "cwd":
		return p.jump(func() vfs.Place { return p.view.Cwd() })
	case "root":
		return p.jump(func() vfs.Place { return p.view.Root() })
	case "exe":
		return x.exeLink(p)
	case "fd":
		return x.directory(p, 0o500, openFDs, func(n string) *vfs.Dyn { return x.fdLink(p, n) })
	case "fdinfo":
		return x.directory(p, 0o555, openFDs, func(n string) *vfs.Dyn { return p.fdInfo(n) })
	case "ns":
		return x.directory(
			p,
			0o511,
			func(*Process) []string { return strings.Fields("ipc mnt net pid user uts") },
			p.namespaceLink,
		)
	case "net":
		return p.network()
	case "task":
		own := strconv.Itoa(int(x.pidOf(p)))
		return x.directory(p, 0o555, func(*Process) []string { return []string{own} }, func(n string) *vfs.Dyn {
			if n != own {
				return nil
			}
			return x.taskDir(p)
		})
	case "status":
		return show(func() string { return p.statusText(x.ns) })
	case "stat":
		return show(func() string { return p.statText(x.ns) })
	case "statm":
		return show(func() string {
			return fmt.Sprintf("%d %d 0 1 0 %d 0\n", p.virtual()/4096, p.resident()/4096, p.memory/4096)
		})
	case "mounts":
		return show(func() string { return p.mountsText() })
	case "mountinfo":
		return show(func() string { return p.mountInfo() })
	case "limits":
		return show(func() string { return p.limits.text() })
	case "wchan":
		return show(func() string { return p.wchan() })
	case "oom_score":
		return show(func() string { return fmt.Sprintf("%d\n", max(p.badness()*1000/max(p.kernel.memory, 1), 0)) })
	case "oom_score_adj":
		return show(func() string { return strconv.Itoa(p.oomAdj) + "\n" })
	case "uid_map", "gid_map":
		return fixed("         0          0 4294967295\n")
	case "setgroups":
		return fixed("allow\n")
	case "loginuid":
		return fixed("4294967295")
	}
	return nil
}

func private(d *vfs.Dyn) *vfs.Dyn {
	d.Mode = vfs.S_IFREG | 0o400
	return d
}

func joinNUL(list []string) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(s)
		b.WriteByte(0)
	}
	return b.String()
}

// cmdline is empty for a process that has ended: ps shows [name] then.
func (p *Process) cmdline() string {
	if p.Done() {
		return ""
	}
	return joinNUL(p.argv)
}

// cgroupSeen is the control group's path: a process inside of a pid namespace sees its own as the root.
func (p *Process) cgroupSeen(v *vfs.View) string {
	if c := Caller(v); c != nil && c.ns.PID.parent != nil {
		return "/"
	}
	return p.cgroup.Path()
}

func (p *Process) wchan() string {
	if p.waiting == "" {
		return "0"
	}
	return p.waiting
}

// jump is a link to a place that may have no path.
func (p *Process) jump(to func() vfs.Place) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFLNK | 0o777,
		Link: func(v *vfs.View) (string, error) {
			if p.Done() {
				return "", ENOENT
			}
			at, _ := v.PathOf(to())
			return at, nil
		},
		Jump: func(*vfs.View) (vfs.Place, error) {
			if p.Done() {
				return vfs.Place{}, ENOENT
			}
			return to(), nil
		},
	}
}

func (x *procFS) exeLink(p *Process) *vfs.Dyn {
	if p.binary == nil || p.Done() {
		return link(func(*vfs.View) string { return "" })
	}
	return p.jump(func() vfs.Place { return *p.binary })
}

func openFDs(p *Process) []string {
	var list []string
	for fd, slot := range p.files.slots {
		if slot.open != nil {
			list = append(list, strconv.Itoa(fd))
		}
	}
	return list
}

func (p *Process) fdNamed(name string) *Open {
	fd, err := strconv.Atoi(name)
	if err != nil || strconv.Itoa(fd) != name {
		return nil
	}
	o, _ := p.files.get(fd)
	return o
}

// fdLink is /proc/PID/fd/N: it leads to what is open, even if that has no name.
func (x *procFS) fdLink(p *Process, name string) *vfs.Dyn {
	o := p.fdNamed(name)
	if o == nil {
		return nil
	}
	mode := vfs.S_IFLNK | 0o100
	if o.Flags.reads() {
		mode |= 0o400
	}
	if o.Flags.writes() {
		mode |= 0o200
	}
	return &vfs.Dyn{
		Mode: mode,
		Link: func(*vfs.View) (string, error) { return o.path(), nil },
		Jump: func(*vfs.View) (vfs.Place, error) { return x.placeOf(o), nil },
	}
}

// path is what a descriptor's link says.
func (o *Open) path() string {
	switch h := o.Handle.(type) {
	case file:
		return h.Path()
	case special:
		return h.Path()
	case slave:
		return h.Name()
	}
	if o.Name != "" {
		return o.Name
	}
	st, _ := o.Handle.Stat()
	return "pipe:[" + strconv.FormatUint(uint64(st.Ino), 10) + "]"
}

func (x *procFS) placeOf(o *Open) vfs.Place {
	switch h := o.Handle.(type) {
	case file:
		return h.Place()
	case special:
		return h.Place()
	case fifoEnd:
		return h.file.Place()
	}
	st, _ := o.Handle.Stat()
	return x.fs.Anonymous(&vfs.Dyn{
		Mode: st.Mode, UID: st.UID, GID: st.GID, Rdev: st.Rdev, Ino: st.Ino, Time: st.Mtime, Object: reopener{o},
	})
}

// reopener is a pipe or terminal that is opened once more through /proc/PID/fd or /dev/stdout.
type reopener struct{ o *Open }

func (r reopener) open(s Sys, flags OpenFlags) (Handle, error) {
	switch h := r.o.Handle.(type) {
	case readEnd:
		return h.again(flags), nil
	case writeEnd:
		return h.again(flags), nil
	case *Input:
		return h.pipe.again(flags), nil
	case *Output:
		return h, nil
	case slave:
		return h.TTY.open(s, flags)
	case Reopener:
		return h.Reopen(flags)
	}
	return nil, ENXIO
}

// Reopener is a Handle that can be opened once more through /proc/PID/fd or /dev/stdout.
type Reopener interface {
	Reopen(flags OpenFlags) (Handle, error)
}

// again is another end of the pipe.
func (x *pipe) again(flags OpenFlags) Handle {
	if flags.writes() {
		x.writers++
		return writeEnd{x}
	}
	x.readers++
	return readEnd{x}
}

func (p *Process) fdInfo(name string) *vfs.Dyn {
	o := p.fdNamed(name)
	if o == nil {
		return nil
	}
	return text(func(*vfs.View) string {
		at := int64(0)
		if f, ok := o.Handle.(file); ok {
			at, _ = f.Seek(0, vfs.SEEK_CUR)
		}
		return fmt.Sprintf("pos:\t%d\nflags:\t0%o\nmnt_id:\t15\n", at, o.Flags)
	})
}

func (p *Process) namespaceLink(name string) *vfs.Dyn {
	var id uint64
	switch name {
	case "pid":
		id = p.ns.PID.ID
	case "uts":
		id = p.ns.UTS.ID
	case "ipc":
		id = p.ns.IPC.ID
	case "user":
		id = firstNamespaceID + 4
	case "mnt":
		id = p.kernel.mountNamespaceID(p.view.Mounts())
	case "net":
		id = p.ns.Net.ID()
	default:
		return nil
	}
	return link(func(*vfs.View) string { return fmt.Sprintf("%s:[%d]", name, id) })
}

// mountNamespaceID numbers what is not ours when it is first asked for.
func (k *Kernel) mountNamespaceID(m *vfs.Mounts) uint64 { return k.namespaceID(m) }

func (k *Kernel) namespaceID(of any) uint64 {
	if of == nil {
		return firstNamespaceID + 7
	}
	id, ok := k.numbered[of]
	if !ok {
		id = k.newNamespaceID()
		k.numbered[of] = id
	}
	return id
}
