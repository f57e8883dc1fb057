package engine

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// sysFS is /sys as containers see it: one file system for all of them, whose files look at the control group of
// whoever reads.
func (e *Engine) sysFS() *vfs.FS {
	if e.sysfs == nil && e.c.CgroupV1 {
		e.sysfs = e.disk.DynFS("sysfs", "sysfs", e.dynTree(cgroupV1Files(), "", e.sim.Start().UnixNano()))
	}
	if e.sysfs == nil {
		e.sysfs = e.kernel.SysFS(e.disk)
	}
	return e.sysfs
}

// groupFiles is computed files by path.
type groupFiles map[string]func(g *proc.Cgroup) string

// noLimit is what the kernel shows where there is no limit on memory: the largest number of whole pages.
const noLimit = 9223372036854771712

// cgroupV1Files is what version 1 of the control groups shows of one.
func cgroupV1Files() groupFiles {
	number := func(f func(g *proc.Cgroup) int64) func(g *proc.Cgroup) string {
		return func(g *proc.Cgroup) string { return strconv.FormatInt(f(g), 10) }
	}
	return groupFiles{
		"kernel/mm/transparent_hugepage/enabled": func(*proc.Cgroup) string { return "always [madvise] never" },
		"fs/cgroup/memory/memory.limit_in_bytes": number(func(g *proc.Cgroup) int64 {
			return either(g.Limits().Memory, noLimit)
		}),
		"fs/cgroup/memory/memory.usage_in_bytes":     number((*proc.Cgroup).Memory),
		"fs/cgroup/memory/memory.max_usage_in_bytes": number((*proc.Cgroup).Peak),
		"fs/cgroup/memory/memory.failcnt":            number(func(g *proc.Cgroup) int64 { return int64(g.OOMKills()) }),
		"fs/cgroup/pids/pids.current":                number((*proc.Cgroup).Pids),
		"fs/cgroup/pids/pids.max": func(g *proc.Cgroup) string {
			if n := g.Limits().Pids; n > 0 {
				return strconv.FormatInt(n, 10)
			}
			return "max"
		},
		"fs/cgroup/cpu/cpu.cfs_period_us": number(func(g *proc.Cgroup) int64 {
			return either(g.Limits().Period, 100*time.Millisecond).Microseconds()
		}),
		"fs/cgroup/cpu/cpu.cfs_quota_us": number(func(g *proc.Cgroup) int64 {
			return either(g.Limits().Quota.Microseconds(), -1)
		}),
		"fs/cgroup/cpu/cpu.stat": func(g *proc.Cgroup) string {
			return fmt.Sprintf("nr_periods 0\nnr_throttled %d\nthrottled_time 0", g.Throttled())
		},
		"fs/cgroup/cpuacct/cpuacct.usage": number(func(g *proc.Cgroup) int64 { return g.CPUTime().Nanoseconds() }),
	}
}

// dynTree is a directory of computed files.
func (e *Engine) dynTree(files groupFiles, dir string, at int64) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o755, Time: at,
		List: func(*vfs.View) []string { return files.below(dir) },
		Lookup: func(_ *vfs.View, name string) *vfs.Dyn {
			p := dir + name
			if read := files[p]; read != nil {
				return &vfs.Dyn{
					Mode: vfs.S_IFREG | 0o644, Time: at,
					Read: func(v *vfs.View) ([]byte, error) { return []byte(read(e.groupOf(v)) + "\n"), nil },
				}
			}
			if len(files.below(p+"/")) > 0 {
				return e.dynTree(files, p+"/", at)
			}
			return nil
		},
	}
}

// groupOf is whose files are read.
func (e *Engine) groupOf(v *vfs.View) *proc.Cgroup {
	if p := proc.Caller(v); p != nil {
		return p.Cgroup()
	}
	return e.kernel.Cgroup()
}

func (f groupFiles) below(dir string) []string {
	var names []string
	for _, p := range sortedKeys(f) {
		rest, ok := strings.CutPrefix(p, dir)
		name, _, _ := strings.Cut(rest, "/")
		if ok && (len(names) == 0 || names[len(names)-1] != name) {
			names = append(names, name)
		}
	}
	return names
}
