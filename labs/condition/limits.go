package condition

import (
	"strconv"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readLimit: limit C memory|cpus|pids <= X.
func readLimit(r *reading, _ string) test {
	name := r.thing(Container)
	q := quantities()[r.oneOf("memory", "cpus", "pids")]
	title := say("the %[2]s limit of %[1]s", "%[1]s 的%[3]s上限", name, q.en, q.zh)
	m := measure{title, q.show, func(s *State) (int64, lessons.Text) {
		c, why := s.container(name)
		if why != nil {
			return 0, why
		}
		has := q.limit(&c.HostConfig.Resources)
		if has <= 0 {
			return 0, say("%[1]s has no %[2]s limit", "%[1]s 没有%[3]s上限", name, q.en, q.zh)
		}
		return has, nil
	}}
	number := func() (int64, string) { return 0, "" }
	if q.number != nil {
		number = func() (int64, string) { return q.number(r) }
	}
	t := m.than(r, number)
	t.about = aboutContainer(name)
	return t
}

// quantity is something of which a container may have so much.
type quantity struct {
	en, zh string
	limit  func(*api.Resources) int64
	show   func(int64) string
	number func(*reading) (int64, string)
}

func quantities() map[string]quantity {
	return map[string]quantity{
		"memory": {"memory", "内存", func(r *api.Resources) int64 { return r.Memory }, binarySize, (*reading).size},
		"cpus":   {"CPU", " CPU ", nanoCPUs, showCPUs, (*reading).cpus},
		"pids":   {"process", "进程数", pids, decimal, (*reading).count},
	}
}

func pids(r *api.Resources) int64 {
	if r.PidsLimit == nil {
		return 0
	}
	return *r.PidsLimit
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

func showCPUs(n int64) string { return strconv.FormatFloat(float64(n)/1e9, 'g', -1, 64) }

// cpus reads a number of them, in billionths.
func (r *reading) cpus() (int64, string) {
	w := r.text("a number of CPUs")
	n, err := strconv.ParseFloat(w, 64)
	if r.mistake == nil && (err != nil || !(n > 0 && n < 1e6)) {
		r.wrongWord("%q is no number of CPUs", "write a number such as 0.5", w)
	}
	return int64(n * 1e9), w
}
