package engine

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// noLimit is what the kernel shows where there is no limit on memory: the largest number of whole pages.
const noLimit = 9223372036854771712

// sysFS is /sys as a container sees it. With the old control groups: a few directories, and their files.
func (e *Engine) sysFS(g *proc.Cgroup) *vfs.FS {
	if !e.c.CgroupV1 {
		return e.kernel.SysFS(e.disk)
	}
	shown := func(n int64) string { return strconv.FormatInt(n, 10) + "\n" }
	tree := map[string]func() string{
		"kernel/mm/transparent_hugepage/enabled":     func() string { return "always [madvise] never\n" },
		"fs/cgroup/memory/memory.limit_in_bytes":     func() string { return shown(either(g.Limits().Memory, noLimit)) },
		"fs/cgroup/memory/memory.usage_in_bytes":     func() string { return shown(g.Memory()) },
		"fs/cgroup/memory/memory.max_usage_in_bytes": func() string { return shown(g.Peak()) },
		"fs/cgroup/memory/memory.failcnt":            func() string { return shown(int64(g.OOMKills())) },
		"fs/cgroup/pids/pids.current":                func() string { return shown(g.Pids()) },
		"fs/cgroup/pids/pids.max": func() string {
			if n := g.Limits().Pids; n > 0 {
				return shown(n)
			}
			return "max\n"
		},
		"fs/cgroup/cpu/cpu.cfs_period_us": func() string {
			return shown(either(g.Limits().Period, 100*time.Millisecond).Microseconds())
		},
		"fs/cgroup/cpu/cpu.cfs_quota_us": func() string {
			if q := g.Limits().Quota; q > 0 {
				return shown(q.Microseconds())
			}
			return "-1\n"
		},
		"fs/cgroup/cpu/cpu.stat": func() string {
			return fmt.Sprintf("nr_periods 0\nnr_throttled %d\nthrottled_time 0\n", g.Throttled())
		},
		"fs/cgroup/cpuacct/cpuacct.usage": func() string { return shown(g.CPUTime().Nanoseconds()) },
	}
	return e.disk.DynFS("sysfs", "sysfs", dynTree(tree, "", e.sim.Start().UnixNano()))
}

// dynTree is a directory of computed files, given by path.
func dynTree(files map[string]func() string, dir string, at int64) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o755, Time: at,
		List: func(*vfs.View) []string { return namesBelow(files, dir) },
		Lookup: func(_ *vfs.View, name string) *vfs.Dyn {
			p := dir + name
			if read := files[p]; read != nil {
				return &vfs.Dyn{
					Mode: vfs.S_IFREG | 0o644, Time: at,
					Read: func(*vfs.View) ([]byte, error) { return []byte(read()), nil },
				}
			}
			if len(namesBelow(files, p+"/")) > 0 {
				return dynTree(files, p+"/", at)
			}
			return nil
		},
	}
}

func namesBelow(files map[string]func() string, dir string) []string {
	var names []string
	for _, p := range sortedKeys(files) {
		rest, ok := strings.CutPrefix(p, dir)
		name, _, _ := strings.Cut(rest, "/")
		if ok && (len(names) == 0 || names[len(names)-1] != name) {
			names = append(names, name)
		}
	}
	return names
}
