package proc

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/vfs"
)

// procFS is /proc as one pid namespace sees it. Nothing in it is stored: files are put together when they are read.
type procFS struct {
	kernel *Kernel
	ns     *PIDNamespace
	fs     *vfs.FS
}

// ProcFS makes a file system for /proc that shows the processes of ns; nil is the machine's own namespace.
func (k *Kernel) ProcFS(d *vfs.Disk, ns *PIDNamespace) *vfs.FS {
	if ns == nil {
		ns = k.pids
	}
	if k.procTree == nil {
		k.procTree = k.topLevel().dyn()
	}
	x := &procFS{kernel: k, ns: ns}
	x.fs = d.DynFS("proc", "proc", &vfs.Dyn{Mode: vfs.S_IFDIR | 0o555, Lookup: x.lookup, List: x.list})
	return x.fs
}

// lookup finds a process, what depends on whose processes they are, or what is the same for everybody.
func (x *procFS) lookup(v *vfs.View, name string) *vfs.Dyn {
	if pid, err := strconv.Atoi(name); err == nil && strconv.Itoa(pid) == name {
		if p := x.ns.Lookup(PID(pid)); p != nil {
			return x.processDir(p)
		}
		return nil
	}
	switch name {
	case "self":
		return link(x.self)
	case "thread-self":
		return link(func(v *vfs.View) string {
			if s := x.self(v); s != "" {
				return s + "/task/" + s
			}
			return ""
		})
	case "loadavg":
		return text(func(*vfs.View) string { return x.loadavg() })
	}
	return x.kernel.procTree.Lookup(v, name)
}

func (x *procFS) list(v *vfs.View) []string {
	var list []string
	for _, p := range x.ns.order {
		list = append(list, strconv.Itoa(int(p.id.in(x.ns))))
	}
	others := append(x.kernel.procTree.List(v), "self", "thread-self", "loadavg")
	slices.Sort(others)
	return append(list, others...)
}

// Caller is the process that a view belongs to, nil for views of the world's owner.
func Caller(v *vfs.View) *Process {
	p, _ := v.Caller.(*Process)
	return p
}

// tree is a directory of a dynamic file system in the making.
type tree struct {
	dirs  map[string]*tree
	files map[string]*vfs.Dyn
}

func newTree() *tree { return &tree{dirs: map[string]*tree{}, files: map[string]*vfs.Dyn{}} }

// add puts a file at a path, with the directories on the way.
func (t *tree) add(path string, d *vfs.Dyn) {
	dir, rest, below := strings.Cut(path, "/")
	if !below {
		t.files[path] = d
		return
	}
	if t.dirs[dir] == nil {
		t.dirs[dir] = newTree()
	}
	t.dirs[dir].add(rest, d)
}

func (t *tree) dyn() *vfs.Dyn {
	all := map[string]*vfs.Dyn{}
	for name, d := range t.dirs {
		all[name] = d.dyn()
	}
	maps.Copy(all, t.files)
	names := slices.Sorted(maps.Keys(all))
	return &vfs.Dyn{
		Mode:   vfs.S_IFDIR | 0o555,
		Lookup: func(_ *vfs.View, name string) *vfs.Dyn { return all[name] },
		List:   func(*vfs.View) []string { return slices.Clone(names) },
	}
}

// text is a file that anyone may read.
func text(read func(v *vfs.View) string) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFREG | 0o444,
		Read: func(v *vfs.View) ([]byte, error) { return []byte(read(v)), nil },
	}
}

func fixed(s string) *vfs.Dyn { return text(func(*vfs.View) string { return s }) }

// link is a symbolic link to what to says.
func link(to func(v *vfs.View) string) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFLNK | 0o777,
		Link: func(v *vfs.View) (string, error) {
			if s := to(v); s != "" {
				return s, nil
			}
			return "", ENOENT
		},
	}
}

// topLevel is what every /proc has besides processes.
func (k *Kernel) topLevel() *tree {
	t := newTree()
	t.add("mounts", link(func(*vfs.View) string { return "self/mounts" }))
	t.add("net", link(func(*vfs.View) string { return "self/net" }))
	t.add("meminfo", text(func(*vfs.View) string { return k.memInfo() }))
	t.add("uptime", text(func(*vfs.View) string { return k.uptimeText() }))
	t.add("cpuinfo", text(func(*vfs.View) string { return k.cpuInfo() }))
	t.add("stat", text(func(*vfs.View) string { return k.statText() }))
	t.add("version", text(func(v *vfs.View) string { return k.versionText() }))
	t.add("cmdline", fixed("BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet\n"))
	t.add(
		"filesystems",
		fixed("nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\tdevpts\n\text4\nnodev\toverlay\n"),
	)
	t.add("swaps", fixed("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"))
	t.add("sysvipc/shm", fixed("       key      shmid perms\n"))
	k.sysctls(t)
	t.add("sys/net", k.netSysctls())

	return t
}

func (x *procFS) self(v *vfs.View) string {
	p := Caller(v)
	if pid := x.pidOf(p); pid > 0 {
		return strconv.Itoa(int(pid))
	}
	return ""
}

func (x *procFS) pidOf(p *Process) PID {
	if p == nil {
		return 0
	}
	return p.id.in(x.ns)
}

func (k *Kernel) memInfo() string {
	kb := func(n int64) int64 { return n / 1024 }
	used := k.cgroup.memory
	free := k.memory - used - k.memory/8
	var b strings.Builder
	for _, l := range []struct {
		name string
		n    int64
	}{
		{"MemTotal", k.memory},
		{"MemFree", free},
		{"MemAvailable", free + k.memory/16},
		{"Buffers", k.memory / 256},
		{"Cached", k.memory / 16},
		{"SwapCached", 0},
		{"Active", used + k.memory/32},
		{"Inactive", k.memory / 32},
		{"SwapTotal", 0},
		{"SwapFree", 0},
		{"Shmem", 0},
		{"Slab", k.memory / 128},
	} {
		fmt.Fprintf(&b, "%-15s %8d kB\n", l.name+":", kb(l.n))
	}
	return b.String()
}

func (k *Kernel) uptimeText() string {
	up := k.Uptime()
	idle := up*time.Duration(k.cpus) - k.workTime(k.sim.Steps())
	return fmt.Sprintf("%.2f %.2f\n", up.Seconds(), max(idle, 0).Seconds())
}

func (x *procFS) loadavg() string {
	running, last := 0, PID(0)
	for _, p := range x.ns.order {
		if p.stateLetter() == 'R' {
			running++
		}
		last = x.ns.last
	}
	load := float64(running)
	return fmt.Sprintf("%.2f %.2f %.2f %d/%d %d\n", load, load/2, load/4, running, len(x.ns.order), last)
}

func (k *Kernel) cpuInfo() string {
	var b strings.Builder
	for n := range k.cpus {
		fmt.Fprintf(&b, "processor\t: %d\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n"+
			"model name\t: Virtual CPU @ 2.00GHz\ncpu MHz\t\t: 2000.000\ncache size\t: 4096 KB\nphysical id\t: 0\n"+
			"siblings\t: %d\ncore id\t\t: %d\ncpu cores\t: %d\nbogomips\t: 4000.00\n\n", n, k.cpus, n, k.cpus)
	}
	return b.String()
}

// ticks is a time in the unit of /proc: hundredths of a second.
func ticks(d time.Duration) int64 { return int64(d / (10 * time.Millisecond)) }

func (k *Kernel) statText() string {
	work := ticks(k.workTime(k.sim.Steps()))
	idle := max(ticks(k.Uptime())*int64(k.cpus)-work, 0)
	var b strings.Builder
	fmt.Fprintf(&b, "cpu  %d 0 0 %d 0 0 0 0 0 0\n", work, idle)
	for n := range k.cpus {
		fmt.Fprintf(&b, "cpu%d %d 0 0 %d 0 0 0 0 0 0\n", n, work/int64(k.cpus), idle/int64(k.cpus))
	}
	boot := k.sim.Start().Add(-bootAge).Unix()
	fmt.Fprintf(
		&b,
		"ctxt %d\nbtime %d\nprocesses %d\nprocs_running 1\nprocs_blocked 0\n",
		k.sim.Switches(),
		boot,
		k.pids.last,
	)
	return b.String()
}

func (k *Kernel) versionText() string {
	return "Linux version " + k.release + " (build@sandbox) (gcc 14.2.0) #1 SMP PREEMPT_DYNAMIC\n"
}

// sysctls is /proc/sys as far as it is not the network's.
func (k *Kernel) sysctls(t *tree) {
	t.add("sys/kernel/ostype", fixed("Linux\n"))
	t.add("sys/kernel/osrelease", fixed(k.release+"\n"))
	t.add("sys/kernel/version", fixed("#1 SMP PREEMPT_DYNAMIC\n"))
	t.add("sys/kernel/pid_max", fixed(strconv.Itoa(pidMax)+"\n"))
	t.add("sys/kernel/threads-max", fixed("192728\n"))
	t.add("sys/kernel/core_pattern", fixed("core\n"))
	t.add("sys/kernel/hostname", &vfs.Dyn{
		Mode: vfs.S_IFREG | 0o644,
		Read: func(v *vfs.View) ([]byte, error) { return []byte(k.utsOf(v).Hostname + "\n"), nil },
		Write: func(v *vfs.View, b []byte) error {
			k.utsOf(v).Hostname = strings.TrimRight(string(b), "\n")
			return nil
		},
	})
	t.add("sys/kernel/domainname", text(func(v *vfs.View) string { return k.utsOf(v).Domain + "\n" }))
	t.add("sys/kernel/random/boot_id", fixed(k.uuid()+"\n"))
	t.add("sys/kernel/random/uuid", text(func(*vfs.View) string { return k.uuid() + "\n" }))
	t.add("sys/kernel/random/entropy_avail", fixed("256\n"))
	t.add("sys/vm/overcommit_memory", fixed("0\n"))
	t.add("sys/vm/max_map_count", fixed("65530\n"))
	t.add("sys/vm/swappiness", fixed("60\n"))
	t.add("sys/fs/file-max", fixed("9223372036854775807\n"))
	t.add("sys/fs/file-nr", text(func(*vfs.View) string {
		return fmt.Sprintf("%d\t0\t9223372036854775807\n", k.sim.Budget.OpenFiles.Used())
	}))
	t.add("sys/fs/protected_hardlinks", fixed("1\n"))
}

func (k *Kernel) utsOf(v *vfs.View) *UTSNamespace {
	if p := Caller(v); p != nil {
		return p.ns.UTS
	}
	return k.uts
}

// uuid is a random one, version 4.
func (k *Kernel) uuid() string {
	hi, lo := k.random.Uint64(), k.random.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}
