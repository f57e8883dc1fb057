package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
)

// verify checks what was asked for, in moby's order. moby: daemon/container.go, verifyContainerSettings
func (ct *container) verify() error {
	checks := []func(*container) string{
		checkWorkdir, checkEnv, checkHealth, checkStopSignal, checkAutoRemove, checkExtraHosts, checkRestart, checkCaps,
		checkIsolation, checkMemory, checkCPU, checkOOM, checkRuntime, checkLog, checkUlimits, checkModes, checkTmpfs,
		checkPorts,
	}
	for _, check := range checks {
		if why := check(ct); why != "" {
			return api.Errorf(api.InvalidParameter, "%s", why)
		}
	}
	return ct.checkSimulated()
}

func checkWorkdir(ct *container) string {
	if dir := ct.config.WorkingDir; dir != "" && !strings.HasPrefix(dir, "/") {
		return fmt.Sprintf("the working directory '%s' is invalid, it needs to be an absolute path", dir)
	}
	return ""
}

func checkEnv(ct *container) string {
	for _, kv := range ct.config.Env {
		if strings.HasPrefix(kv, "=") || kv == "" {
			return "invalid environment variable: " + kv
		}
	}
	return ""
}

func checkHealth(ct *container) string {
	h := ct.config.Healthcheck
	if h == nil {
		return ""
	}
	for _, d := range []struct {
		name string
		d    time.Duration
	}{
		{"Interval", h.Interval}, {"Timeout", h.Timeout}, {"StartPeriod", h.StartPeriod}, {"StartInterval", h.StartInterval},
	} {
		if d.d != 0 && d.d < time.Millisecond {
			return d.name + " in Healthcheck cannot be less than 1ms"
		}
	}
	if h.Retries < 0 {
		return "Retries in Healthcheck cannot be negative"
	}
	return ""
}

func checkStopSignal(ct *container) string {
	if s := ct.config.StopSignal; s != "" {
		if _, ok := parseSignal(s); !ok {
			return invalidSignal(s).Error()
		}
	}
	return ""
}

func checkAutoRemove(ct *container) string {
	if ct.host.AutoRemove && ct.host.RestartPolicy.Name != api.RestartNo {
		return "can't create 'AutoRemove' container with restart policy"
	}
	return ""
}

func checkExtraHosts(ct *container) string {
	for _, h := range ct.host.ExtraHosts {
		name, ip, ok := strings.Cut(h, ":")
		if !ok || name == "" || ip == "" {
			return fmt.Sprintf("bad format for add-host: %q", h)
		}
	}
	return ""
}

func checkRestart(ct *container) string { return restartProblem(ct.host.RestartPolicy) }

// restartProblem: moby: api/types/container/hostconfig.go, ValidateRestartPolicy
func restartProblem(p api.RestartPolicy) string {
	switch p.Name {
	case api.RestartAlways, api.RestartNo, api.RestartUnlessStopped:
		if p.MaximumRetryCount != 0 {
			if p.MaximumRetryCount < 0 {
				return "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be negative"
			}
			return "invalid restart policy: maximum retry count can only be used with 'on-failure'"
		}
	case api.RestartOnFailure:
		if p.MaximumRetryCount < 0 {
			return "invalid restart policy: maximum retry count cannot be negative"
		}
	case "":
	default:
		return fmt.Sprintf("invalid restart policy: unknown policy '%s'; use one of '%s', '%s', '%s', or '%s'", p.Name,
			api.RestartNo, api.RestartAlways, api.RestartOnFailure, api.RestartUnlessStopped)
	}
	return ""
}

func checkCaps(ct *container) string {
	if _, err := parseCaps("CapAdd", ct.host.CapAdd); err != nil {
		return err.Error()
	}
	if _, err := parseCaps("CapDrop", ct.host.CapDrop); err != nil {
		return err.Error()
	}
	return ""
}

func checkIsolation(ct *container) string {
	if i := ct.host.Isolation; i != "" && i != "default" {
		return fmt.Sprintf("invalid isolation (%s): linux only supports 'default'", i)
	}
	return ""
}

const minMemory = 6 << 20

func checkMemory(ct *container) string { return memoryProblem(&ct.host.Resources) }

// memoryProblem: moby: daemon/daemon_unix.go, verifyPlatformContainerResources
func memoryProblem(r *api.Resources) string {
	switch {
	case r.Memory != 0 && r.Memory < minMemory:
		return "Minimum memory limit allowed is 6MB"
	case r.Memory > 0 && r.MemorySwap > 0 && r.MemorySwap < r.Memory:
		return "Minimum memoryswap limit should be larger than memory limit, see usage"
	case r.Memory == 0 && r.MemorySwap > 0:
		return "You should always set the Memory limit when using Memoryswap limit, see usage"
	case r.MemorySwappiness != nil && (*r.MemorySwappiness < -1 || *r.MemorySwappiness > 100):
		return fmt.Sprintf("Invalid value: %d, valid memory swappiness range is 0-100", *r.MemorySwappiness)
	case r.MemoryReservation > 0 && r.MemoryReservation < minMemory:
		return "Minimum memory reservation allowed is 6MB"
	case r.MemoryReservation > 0 && r.Memory > 0 && r.Memory < r.MemoryReservation:
		return "Minimum memory limit can not be less than memory reservation limit, see usage"
	}
	return ""
}

func checkCPU(ct *container) string { return ct.e.cpuProblem(&ct.host.Resources) }

func (e *Engine) cpuProblem(r *api.Resources) string {
	switch {
	case r.NanoCPUs > 0 && r.CPUPeriod > 0:
		return "Conflicting options: Nano CPUs and CPU Period cannot both be set"
	case r.NanoCPUs > 0 && r.CPUQuota > 0:
		return "Conflicting options: Nano CPUs and CPU Quota cannot both be set"
	case r.NanoCPUs < 0 || r.NanoCPUs > int64(e.c.CPUs)*1e9:
		return fmt.Sprintf("range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available", e.c.CPUs, e.c.CPUs)
	case r.CPUPeriod != 0 && (r.CPUPeriod < 1000 || r.CPUPeriod > 1000000):
		return "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"
	case r.CPUQuota > 0 && r.CPUQuota < 1000:
		return "CPU cfs quota can not be less than 1ms (i.e. 1000)"
	case r.CPUShares < 0:
		return fmt.Sprintf("invalid CPU shares (%d): value must be a positive integer", r.CPUShares)
	}
	if why := cpusetProblem("CPUs", r.CpusetCpus, e.c.CPUs); why != "" {
		return why
	}
	if why := cpusetProblem("memory nodes", r.CpusetMems, 1); why != "" {
		return why
	}
	if r.BlkioWeight > 0 && (r.BlkioWeight < 10 || r.BlkioWeight > 1000) {
		return "range of blkio weight is from 10 to 1000"
	}
	return ""
}

// cpusetProblem checks a list like 0-1,3 against how many there are.
func cpusetProblem(what, list string, n int) string {
	if list == "" {
		return ""
	}
	available := "0"
	if n > 1 {
		available = fmt.Sprintf("0-%d", n-1)
	}
	for part := range strings.SplitSeq(list, ",") {
		from, to, ranged := strings.Cut(part, "-")
		if !ranged {
			to = from
		}
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || a > b || a < 0 {
			kind := map[string]string{"CPUs": "cpus", "memory nodes": "mems"}[what]
			return fmt.Sprintf("Invalid value %s for cpuset %s", list, kind)
		}
		if b >= n {
			return fmt.Sprintf("Requested %s are not available - requested %s, available: %s", what, list, available)
		}
	}
	return ""
}

func checkOOM(ct *container) string {
	if adj := ct.host.OomScoreAdj; adj < -1000 || adj > 1000 {
		return fmt.Sprintf("Invalid value %d, range for oom score adj is [-1000, 1000]", adj)
	}
	return ""
}

func checkRuntime(ct *container) string {
	if r := ct.host.Runtime; r != "runc" && r != "io.containerd.runc.v2" {
		return "unknown or invalid runtime name: " + r
	}
	return ""
}

func checkLog(ct *container) string { return logProblem(ct.host.LogConfig) }

func checkUlimits(ct *container) string {
	for _, u := range ct.host.Ulimits {
		if _, ok := rlimitNames[u.Name]; !ok {
			return "invalid ulimit type: " + u.Name
		}
		if u.Soft > u.Hard && u.Hard != -1 || u.Soft == -1 && u.Hard != -1 {
			return fmt.Sprintf("ulimit soft limit must be less than or equal to hard limit: %d > %d", u.Soft, u.Hard)
		}
	}
	return ""
}

func checkModes(ct *container) string {
	h := &ct.host
	ok := func(m api.Mode, allowed ...string) bool {
		_, joins := m.Container()
		return m == "" || slices.Contains(allowed, string(m)) || joins && slices.Contains(allowed, "container")
	}
	switch {
	case !ok(h.IpcMode, "none", "private", "shareable", "host", "container"):
		return "invalid IPC mode: " + string(h.IpcMode)
	case !ok(h.PidMode, "host", "container"):
		return "invalid PID mode: " + string(h.PidMode)
	case !ok(h.UTSMode, "host"):
		return "invalid UTS mode: " + string(h.UTSMode)
	case !ok(h.UsernsMode, "host"):
		return "invalid userns mode: " + string(h.UsernsMode)
	}
	return ""
}

func checkTmpfs(ct *container) string {
	for _, dest := range sortedKeys(ct.host.Tmpfs) {
		if !strings.HasPrefix(dest, "/") {
			return fmt.Sprintf("invalid tmpfs mount: invalid mount path: '%s' mount path must be absolute", dest)
		}
		if _, err := parseTmpfs(ct.host.Tmpfs[dest]); err != nil {
			return err.Error()
		}
	}
	return ""
}

// checkSimulated refuses by name what would be ignored.
func (ct *container) checkSimulated() error {
	h := &ct.host
	switch {
	case len(h.DeviceRequests) > 0:
		return api.Errorf(api.InvalidParameter, "failed to discover GPU vendor from CDI: no known GPU vendor found")
	case h.CgroupParent != "":
		return notSimulated("a cgroup parent")
	case h.CPURealtimeRuntime != 0 || h.CPURealtimePeriod != 0:
		return notSimulated("real-time scheduling")
	}
	for _, o := range h.SecurityOpt {
		if !knownSecurityOpt(o) {
			return api.Errorf(api.InvalidParameter, "invalid --security-opt 2: %q", o)
		}
	}
	return nil
}

func knownSecurityOpt(o string) bool {
	name, _, _ := strings.Cut(strings.Replace(o, ":", "=", 1), "=")
	return slices.Contains(
		[]string{"no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups"},
		name,
	)
}

func (ct *container) noNewPrivileges() bool {
	for _, o := range ct.host.SecurityOpt {
		switch strings.Replace(o, ":", "=", 1) {
		case "no-new-privileges", "no-new-privileges=true":
			return true
		}
	}
	return false
}

func notSimulated(what string) error {
	return api.Errorf(api.NotImplemented, "%s: not simulated; nothing was done", what)
}

func (ct *container) warnings() []string {
	var w []string
	h := &ct.host
	if h.NetworkMode == "host" && len(h.PortBindings) > 0 {
		w = append(w, "Published ports are discarded when using host network mode")
	}
	if len(h.Links) > 0 && h.NetworkMode == "bridge" {
		w = append(w, "Links on the default bridge network are deprecated and will be removed in a future release. "+
			"Use a custom network instead.")
	}
	return w
}

// rlimitNames: docker/go-units: ulimit.go
var rlimitNames = map[string]proc.RlimitKind{
	"core": proc.RLIMIT_CORE, "cpu": proc.RLIMIT_CPU, "data": proc.RLIMIT_DATA, "fsize": proc.RLIMIT_FSIZE,
	"locks": proc.RLIMIT_LOCKS, "memlock": proc.RLIMIT_MEMLOCK, "msgqueue": proc.RLIMIT_MSGQUEUE,
	"nice": proc.RLIMIT_NICE, "nofile": proc.RLIMIT_NOFILE, "nproc": proc.RLIMIT_NPROC, "rss": proc.RLIMIT_RSS,
	"rtprio": proc.RLIMIT_RTPRIO, "rttime": proc.RLIMIT_RTTIME, "sigpending": proc.RLIMIT_SIGPENDING,
	"stack": proc.RLIMIT_STACK,
}
