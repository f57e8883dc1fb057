package engine

import (
	"slices"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
)

// statsStream is a docker stats of one container.
type statsStream struct {
	out  *stream[api.Stats]
	next *sim.Timer
	prev api.Stats
	once bool
}

// ContainerStats tells what a container uses, every second or once. moby: daemon/stats.go, daemon/stats/collector.go
func (e *Engine) ContainerStats(c api.Caller, id string, stream bool) (api.Stream[api.Stats], error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	s := &statsStream{out: newStream[api.Stats]("stats"), once: !stream}
	if !ct.state.alive() {
		s.out.send(api.Stats{ID: ct.id, Name: "/" + ct.name, OSType: "linux"})
		if s.once {
			s.out.end(nil)
		} else {
			ct.stats = append(ct.stats, s)
			s.out.closed = func() { ct.dropStats(s) }
		}
		return s.out, nil
	}
	s.prev = ct.readStats(api.Stats{})
	ct.stats = append(ct.stats, s)
	s.out.closed = func() { ct.dropStats(s) }
	s.next = e.sim.After(time.Second, func() { ct.tellStats(s) })
	return s.out, nil
}

func (ct *container) dropStats(s *statsStream) {
	s.next.Stop()
	ct.stats = slices.DeleteFunc(ct.stats, func(x *statsStream) bool { return x == s })
}

// tellStats sends the next figures. Someone who does not read them does not get more.
func (ct *container) tellStats(s *statsStream) {
	if !ct.state.alive() {
		ct.dropStats(s)
		s.out.end(nil)
		return
	}
	now := ct.readStats(s.prev)
	if len(s.out.items) < 4 {
		s.out.send(now)
	}
	s.prev = now
	if s.once {
		ct.dropStats(s)
		s.out.end(nil)
		return
	}
	s.next = ct.e.sim.After(time.Second, func() { ct.tellStats(s) })
}

// endStats ends what asked once, when the container has ended.
func (ct *container) endStats() {
	for _, s := range slices.Clone(ct.stats) {
		s.next.Stop()
		s.out.end(nil)
	}
	ct.stats = nil
}

func (ct *container) readStats(prev api.Stats) api.Stats {
	e, g := ct.e, ct.run.cgroup
	cpu := uint64(g.CPUTime().Nanoseconds())
	s := api.Stats{
		ID: ct.id, Name: "/" + ct.name, OSType: "linux", Read: e.now().UTC(), PreRead: prev.Read, PreCPUStats: prev.CPUStats,
		CPUStats: api.CPUStats{
			CPUUsage:    api.CPUUsage{TotalUsage: cpu, PercpuUsage: e.perCPU(cpu), UsageInUsermode: cpu},
			SystemUsage: uint64(e.kernel.Uptime().Nanoseconds()) * uint64(e.c.CPUs), OnlineCPUs: uint32(e.c.CPUs),
			ThrottlingData: api.ThrottlingData{ThrottledPeriods: uint64(g.Throttled())},
		},
		MemoryStats: ct.memoryStats(),
		PidsStats:   api.PidsStats{Current: uint64(g.Pids()), Limit: uint64(g.Limits().Pids)},
	}
	s.BlkioStats = noBlkio()
	if ct.sandbox != nil {
		s.Networks = ct.networkStats()
	}
	return s
}

func noBlkio() api.BlkioStats {
	none := []api.BlkioEntry{}
	return api.BlkioStats{
		IoServiceBytesRecursive: none, IoServicedRecursive: none, IoQueuedRecursive: none, IoServiceTimeRecursive: none,
		IoWaitTimeRecursive: none, IoMergedRecursive: none, IoTimeRecursive: none, SectorsRecursive: none,
	}
}

// kernelShare is what the kernel holds for a process, and charges to its group, beside the process's own memory: a
// stack, page tables, descriptors. Recorded: 556 KiB for two processes.
const kernelShare = 240 << 10

func (ct *container) memoryStats() api.MemoryStats {
	g := ct.run.cgroup
	limit := uint64(either(g.Limits().Memory, ct.e.c.Memory))
	used := min(uint64(g.Memory()+g.Pids()*kernelShare), limit)
	return api.MemoryStats{
		Usage: used, MaxUsage: uint64(g.Peak()), Failcnt: uint64(g.OOMKills()), Limit: limit,
		Stats: map[string]uint64{"cache": 0, "rss": used, "total_rss": used, "inactive_file": 0, "total_inactive_file": 0},
	}
}

// perCPU says that the first processor did it all: the machine does one thing at a time.
func (e *Engine) perCPU(ns uint64) []uint64 {
	list := make([]uint64, e.c.CPUs)
	list[0] = ns
	return list
}
