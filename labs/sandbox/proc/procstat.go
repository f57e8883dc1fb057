package proc

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// stateLetter is a process's state as ps shows it.
func (p *Process) stateLetter() byte {
	switch {
	case p.Done():
		return 'Z'
	case p.haltedBy != 0:
		return 'T'
	case p.waiting != "":
		return 'S'
	}
	return 'R'
}

func stateName(c byte) string {
	switch c {
	case 'Z':
		return "zombie"
	case 'T':
		return "stopped"
	case 'S':
		return "sleeping"
	}
	return "running"
}

// resident is what the process would have in memory, virtual the size of its address space.
func (p *Process) resident() int64 { return p.memory + sharedMemory }
func (p *Process) virtual() int64  { return p.resident() + 4<<20 }

// parentIn is the parent's number as ns sees it.
func (p *Process) parentIn(ns *PIDNamespace) PID {
	if p.parent == nil {
		return 0
	}
	return p.parent.id.in(ns)
}

// statusText is /proc/PID/status. Linux: fs/proc/array.c.
func (p *Process) statusText(ns *PIDNamespace) string {
	var b strings.Builder
	line := func(name, format string, args ...any) { fmt.Fprintf(&b, name+":\t"+format+"\n", args...) }
	c := p.cred
	pid := p.id.in(ns)
	line("Name", "%s", p.comm)
	line("Umask", "%04o", p.umask)
	letter := p.stateLetter()
	line("State", "%c (%s)", letter, stateName(letter))
	line("Tgid", "%d", pid)
	line("Ngid", "0")
	line("Pid", "%d", pid)
	line("PPid", "%d", p.parentIn(ns))
	line("TracerPid", "0")
	line("Uid", "%d\t%d\t%d\t%d", c.UID, c.EUID, c.SUID, c.EUID)
	line("Gid", "%d\t%d\t%d\t%d", c.GID, c.EGID, c.SGID, c.EGID)
	line("FDSize", "%d", max(64, len(p.files.slots)))
	groups := ""
	for _, g := range c.Groups {
		groups += fmt.Sprint(g) + " "
	}
	line("Groups", "%s", groups)
	line("NSpid", "%s", p.numbersFrom(ns))
	line("NSpgid", "%d", p.group.in(ns))
	line("NSsid", "%d", p.sess.id.in(ns))
	if letter != 'Z' {
		for _, m := range []struct {
			name string
			n    int64
		}{{"VmPeak", p.virtual()}, {"VmSize", p.virtual()}, {"VmRSS", p.resident()}, {"VmData", p.memory}, {"VmSwap", 0}} {
			line(m.name, "%8d kB", m.n/1024)
		}
	}
	line("Threads", "1")
	line("SigQ", "0/%d", p.limits.SigPending.Soft)
	ignored, caught := p.dispositions()
	for _, s := range []struct {
		name string
		set  SignalSet
	}{{"SigPnd", 0}, {"ShdPnd", p.pending}, {"SigBlk", p.mask}, {"SigIgn", ignored}, {"SigCgt", caught}} {
		line(s.name, "%016x", uint64(s.set))
	}
	for _, s := range []struct {
		name string
		set  CapSet
	}{
		{"CapInh", c.Inheritable}, {"CapPrm", c.Permitted}, {"CapEff", c.Effective}, {"CapBnd", c.Bounding}, {"CapAmb", c.Ambient},
	} {
		line(s.name, "%016x", uint64(s.set))
	}
	noNew := 0
	if p.noPriv {
		noNew = 1
	}
	line("NoNewPrivs", "%d", noNew)
	line("Seccomp", "0")
	line("Cpus_allowed", "%x", uint64(1)<<p.kernel.cpus-1)
	line("Cpus_allowed_list", "0-%d", p.kernel.cpus-1)
	return b.String()
}

// numbersFrom is the process's numbers from ns inwards.
func (p *Process) numbersFrom(ns *PIDNamespace) string {
	var list []string
	for at := p.ns.PID; at != nil && ns.Contains(at); at = at.parent {
		list = append([]string{fmt.Sprint(p.id.in(at))}, list...)
	}
	return strings.Join(list, "\t")
}

func (p *Process) dispositions() (ignored, caught SignalSet) {
	for sig := Signal(1); sig <= maxSignal; sig++ {
		switch p.actions[sig] {
		case Ignore:
			ignored |= Signals(sig)
		case Catch:
			caught |= Signals(sig)
		}
	}
	return ignored, caught
}

// statText is /proc/PID/stat: the fields of proc(5) in one line.
func (p *Process) statText(ns *PIDNamespace) string {
	tty, foreground := int64(0), PID(-1)
	if t := p.sess.tty; t != nil {
		tty = int64(ptsMajor<<8 | t.index&0xff)
		foreground = t.fg.in(ns)
	}
	self := ticks(p.CPUTime())
	kids := ticks(p.kernel.workTime(p.childSteps))
	started := ticks(p.started + bootAge)
	return fmt.Sprintf("%d (%s) %c %d %d %d %d %d 4194304 0 0 0 0 %d 0 %d 0 %d %d 1 0 %d %d %d 18446744073709551615 "+
		"0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 %d\n",
		p.id.in(ns), p.comm, p.stateLetter(), p.parentIn(ns), p.group.in(ns), p.sess.id.in(ns), tty, foreground,
		self, kids, 20+p.nice, p.nice, started, p.virtual(), p.resident()/4096, p.exitField())
}

func (p *Process) exitField() int {
	if sig, ok := p.status.Signaled(); ok {
		return int(sig)
	}
	return int(p.status.Code()) << 8
}

// mountOptions is the third and fourth word of a line of /proc/mounts.
func (p *Process) mountOptions(m *vfs.Mount) string {
	words := []string{"rw"}
	if m.Flags&vfs.MS_RDONLY != 0 {
		words[0] = "ro"
	}
	for _, f := range []struct {
		flag vfs.MountFlags
		word string
	}{{vfs.MS_NOSUID, "nosuid"}, {vfs.MS_NODEV, "nodev"}, {vfs.MS_NOEXEC, "noexec"}, {vfs.MS_NOATIME, "noatime"}} {
		if m.Flags&f.flag != 0 {
			words = append(words, f.word)
		}
	}
	if m.Flags&vfs.MS_NOATIME == 0 {
		words = append(words, "relatime")
	}
	return strings.Join(words, ",")
}

// visibleMounts is the mounts of the process's namespace, with their paths.
func (p *Process) visibleMounts(visit func(m *vfs.Mount, at string)) {
	if p.Done() {
		return
	}
	for _, m := range p.view.Mounts().All() {
		visit(m, m.Target())
	}
}

func (p *Process) mountsText() string {
	var b strings.Builder
	p.visibleMounts(func(m *vfs.Mount, at string) {
		options := p.mountOptions(m)
		if more := p.superOptions(m); more != "" {
			options += "," + more
		}
		fmt.Fprintf(&b, "%s %s %s %s 0 0\n", octal(m.FS.Source), octal(at), m.FS.Type, options)
	})
	return b.String()
}

// superOptions is what the file system itself was mounted with.
func (p *Process) superOptions(m *vfs.Mount) string {
	if f := p.kernel.mountOptions; f != nil {
		return f(m)
	}
	return ""
}

func (p *Process) mountInfo() string {
	var b strings.Builder
	p.visibleMounts(func(m *vfs.Mount, at string) {
		parent := 1
		if m.Parent != nil {
			parent = m.Parent.ID
		}
		options := "rw"
		if more := p.superOptions(m); more != "" {
			options += "," + more
		}
		dev := m.FS.Dev()
		fmt.Fprintf(&b, "%d %d %d:%d / %s %s - %s %s %s\n", m.ID, parent, dev.Major(), dev.Minor(), octal(at),
			p.mountOptions(m), m.FS.Type, octal(m.FS.Source), options)
	})
	return b.String()
}

// octal writes the characters that would break a line of /proc/mounts as \040.
func octal(s string) string {
	return strings.NewReplacer(" ", `\040`, "\t", `\011`, "\n", `\012`, `\`, `\134`).Replace(s)
}

// text is /proc/PID/limits.
func (l *Rlimits) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units")
	show := func(n int64) string {
		if n == Infinity {
			return "unlimited"
		}
		return fmt.Sprint(n)
	}
	for kind, row := range [...]struct{ name, unit string }{
		{"Max cpu time", "seconds"},
		{"Max file size", "bytes"},
		{"Max data size", "bytes"},
		{"Max stack size", "bytes"},
		{"Max core file size", "bytes"},
		{"Max resident set", "bytes"},
		{"Max processes", "processes"},
		{"Max open files", "files"},
		{"Max locked memory", "bytes"},
		{"Max address space", "bytes"},
		{"Max file locks", "locks"},
		{"Max pending signals", "signals"},
		{"Max msgqueue size", "bytes"},
		{"Max nice priority", ""},
		{"Max realtime priority", ""},
		{"Max realtime timeout", "us"},
	} {
		r := l.Of(RlimitKind(kind))
		fmt.Fprintf(&b, "%-25s %-20s %-20s %-10s\n", row.name, show(r.Soft), show(r.Hard), row.unit)
	}
	return b.String()
}
