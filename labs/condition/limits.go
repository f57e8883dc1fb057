package condition

import (
	"strconv"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readLimit: limit C memory|cpus|pids <= X.
func readLimit(r *reading, _ string) test {
	name := r.thing(Container)
	what := r.oneOf("memory", "cpus", "pids")
	r.oneOf("<=")
	q := quantities()[what]
	most, words := r.quantity(what)
	return test{
		holds: say("%s may use at most %[3]s of %[2]s", "%s 的%[4]s上限不超过 %[3]s", name, q.en, words, q.zh),
		fails: say("%s may use more than %[3]s of %[2]s", "%s 的%[4]s没有不超过 %[3]s 的上限", name, q.en, words, q.zh),
		about: aboutContainer(name),
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			has := q.limit(&c.HostConfig.Resources)
			if has <= 0 {
				return false, say("%s has no limit of %[2]s", "%[1]s 没有%[3]s上限", name, q.en, q.zh)
			}
			return has <= most, say("%s may use %[3]s of %[2]s", "%s 的%[4]s上限是 %[3]s", name, q.en, q.show(has), q.zh)
		}),
	}
}

// quantity is something of which a container may have so much.
type quantity struct {
	en, zh string
	limit  func(*api.Resources) int64
	show   func(int64) string
}

func quantities() map[string]quantity {
	return map[string]quantity{
		"memory": {"memory", "内存", func(r *api.Resources) int64 { return r.Memory }, binarySize},
		"cpus":   {"the CPUs", " CPU ", nanoCPUs, func(n int64) string { return strconv.FormatFloat(float64(n)/1e9, 'g', -1, 64) }},
		"pids": {"the processes", "进程数", func(r *api.Resources) int64 {
			if r.PidsLimit == nil {
				return 0
			}
			return *r.PidsLimit
		}, func(n int64) string { return strconv.FormatInt(n, 10) }},
	}
}

// nanoCPUs is the limit of CPUs in billionths, however it was given. moby: daemon/daemon_unix.go, getCPUResources
func nanoCPUs(r *api.Resources) int64 {
	if r.NanoCPUs > 0 || r.CPUQuota <= 0 {
		return r.NanoCPUs
	}
	period := r.CPUPeriod
	if period == 0 {
		period = 100_000
	}
	return r.CPUQuota * 1e9 / period
}

// quantity reads how much, and how it is written.
func (r *reading) quantity(what string) (int64, string) {
	switch what {
	case "cpus":
		w := r.text("a number of CPUs")
		n, err := strconv.ParseFloat(w, 64)
		if r.mistake == nil && (err != nil || !(n > 0 && n < 1e6)) {
			r.wrongWord("%q is no number of CPUs", "write a number such as 0.5", w)
		}
		return int64(n * 1e9), w
	case "pids":
		n := r.number("a number of processes")
		return int64(n), strconv.Itoa(n)
	}
	return r.size()
}
