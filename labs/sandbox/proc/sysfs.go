package proc

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/vfs"
)

// SysFS makes a file system for /sys: the processors, and below fs/cgroup the limits of the control group of whoever
// looks, which a container sees as its root (cgroup v2).
func (k *Kernel) SysFS(d *vfs.Disk) *vfs.FS {
	if k.sysTree == nil {
		k.sysTree = k.makeSysTree()
	}
	return d.DynFS("sysfs", "sysfs", k.sysTree)
}

func (k *Kernel) makeSysTree() *vfs.Dyn {
	t := newTree()
	cpus := fmt.Sprintf("0-%d\n", k.cpus-1)
	for _, name := range []string{"online", "possible", "present"} {
		t.add("devices/system/cpu/"+name, fixed(cpus))
	}
	t.add("kernel/mm/transparent_hugepage/enabled", fixed("always [madvise] never\n"))
	for _, dir := range []string{"block", "bus", "dev", "firmware", "module", "power"} {
		t.dirs[dir] = newTree()
	}
	t.add("class/net", k.classNet())
	k.cgroupFiles(t)
	return t.dyn()
}

// cgroupFiles is the files of one control group. Linux: Documentation/admin-guide/cgroup-v2.rst.
func (k *Kernel) cgroupFiles(t *tree) {
	show := func(name string, read func(g *Cgroup) string) {
		t.add("fs/cgroup/"+name, text(func(v *vfs.View) string { return read(k.cgroupOf(v)) + "\n" }))
	}
	show("cgroup.controllers", func(*Cgroup) string { return "cpu memory pids" })
	show("cgroup.procs", func(g *Cgroup) string { return g.members() })
	show("memory.max", func(g *Cgroup) string { return orMax(g.limits.Memory) })
	show("memory.current", func(g *Cgroup) string { return strconv.FormatInt(g.memory, 10) })
	show("memory.peak", func(g *Cgroup) string { return strconv.FormatInt(g.peak, 10) })
	show("memory.events", func(g *Cgroup) string {
		return fmt.Sprintf("low 0\nhigh 0\nmax %d\noom %d\noom_kill %d", g.oomKills, g.oomKills, g.oomKills)
	})
	show("pids.max", func(g *Cgroup) string { return orMax(g.limits.Pids) })
	show("pids.current", func(g *Cgroup) string { return strconv.FormatInt(g.pids, 10) })
	show("pids.events", func(g *Cgroup) string { return fmt.Sprintf("max %d", g.pidsFails) })
	show("cpu.max", func(g *Cgroup) string {
		period := g.limits.period()
		if g.limits.Quota <= 0 {
			return fmt.Sprintf("max %d", period.Microseconds())
		}
		return fmt.Sprintf("%d %d", g.limits.Quota.Microseconds(), period.Microseconds())
	})
	show("cpu.stat", func(g *Cgroup) string {
		used := g.CPUTime().Microseconds()
		return fmt.Sprintf("usage_usec %d\nuser_usec %d\nsystem_usec 0\nnr_throttled %d", used, used, g.throttled)
	})
}

// cgroupOf is the control group whose files are seen: the machine's own processes see the root.
func (k *Kernel) cgroupOf(v *vfs.View) *Cgroup {
	if p := Caller(v); p != nil && p.ns.PID.parent != nil {
		return p.cgroup
	}
	return k.cgroup
}

func orMax(n int64) string {
	if n == 0 {
		return "max"
	}
	return strconv.FormatInt(n, 10)
}

// members is the processes of the group, by the numbers of its innermost namespace.
func (g *Cgroup) members() string {
	var list []string
	for _, p := range g.Processes() {
		list = append(list, strconv.Itoa(int(p.id.in(p.ns.PID))))
	}
	return strings.Join(list, "\n")
}
