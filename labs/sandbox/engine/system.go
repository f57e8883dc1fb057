package engine

import (
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
)

// What version of the engine this is, with the parts that it would have. The recorded one.
const (
	engineVersion     = "29.7.2"
	engineCommit      = "6a43e3d"
	goVersion         = "go1.26.8"
	buildTime         = "2026-11-23T14:47:50.000000000+00:00"
	containerdVersion = "v2.3.3"
	containerdCommit  = "aad11006b869517fcd3009450b6f82da282e1a9b"
	runcVersion       = "1.4.3"
	runcCommit        = "v1.4.3-0-gbb14dabe"
	initVersion       = "0.19.0"
)

// Ping says that the daemon is there. moby: daemon/server/router/system
func (e *Engine) Ping(c api.Caller) (api.Ping, error) {
	return api.Ping{APIVersion: api.Version, OSType: "linux"}, e.up()
}

// ServerVersion tells which engine it is. moby: daemon/info.go, SystemVersion
func (e *Engine) ServerVersion(c api.Caller) (*api.VersionInfo, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	release := e.release()
	v := &api.VersionInfo{
		Version: engineVersion, APIVersion: api.Version, MinAPIVersion: api.MinVersion, Os: "linux", Arch: "amd64",
		GitCommit: engineCommit, GoVersion: goVersion, KernelVersion: release, BuildTime: buildTime,
	}
	v.Components = []api.Component{
		{Name: "Engine", Version: engineVersion, Details: map[string]string{
			"ApiVersion": api.Version, "Arch": "amd64", "BuildTime": buildTime, "Experimental": "false",
			"GitCommit": engineCommit,
			"GoVersion": goVersion, "KernelVersion": release, "MinAPIVersion": api.MinVersion,
			"Module":        "github.com/moby/moby/v2",
			"ModuleVersion": "v2.0.0+unknown", "Os": "linux",
		}},
		{Name: "containerd", Version: containerdVersion, Details: map[string]string{"GitCommit": containerdCommit}},
		{Name: "runc", Version: runcVersion, Details: map[string]string{"GitCommit": runcCommit}},
		{Name: "docker-init", Version: initVersion, Details: map[string]string{"GitCommit": ""}},
	}
	return v, nil
}

// Info tells how the engine is. moby: daemon/info.go, SystemInfo
func (e *Engine) Info(c api.Caller) (*api.Info, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	i := &api.Info{
		ID: e.id, Containers: len(e.order), Images: len(e.images.IDs()), Driver: "overlayfs",
		DriverStatus: [][2]string{{"driver-type", "io.containerd.snapshotter.v1"}},
		Plugins: api.Plugins{
			Volume: []string{"local"}, Network: []string{"bridge", "host", "ipvlan", "macvlan", "null", "overlay"},
			Log: strings.Fields("awslogs fluentd gcplogs gelf journald json-file local splunk syslog"),
		},
		MemoryLimit: true, SwapLimit: true, CPUCfsPeriod: true, CPUCfsQuota: true, CPUShares: true, CPUSet: true,
		PidsLimit: true, IPv4Forwarding: true, NFd: 25 + 3*e.runningCount(), OomKillDisable: true,
		NGoroutines: 40 + 8*e.runningCount(), SystemTime: stamp(e.now()), LoggingDriver: either(e.config.LogDriver, "json-file"),
		CgroupDriver:  "cgroupfs",
		CgroupVersion: "2", NEventsListener: len(e.journal.listeners), KernelVersion: e.release(),
		OperatingSystem: e.osRelease("PRETTY_NAME"),
		OSVersion: e.osRelease(
			"VERSION_ID",
		), OSType: "linux", Architecture: "x86_64", IndexServerAddress: "https://index.docker.io/v1/",
		RegistryConfig: &api.RegistryConfig{
			InsecureRegistryCIDRs: []string{"::1/128", "127.0.0.0/8"}, Mirrors: []string{},
			IndexConfigs: map[string]*api.IndexInfo{
				"docker.io": {Name: "docker.io", Mirrors: []string{}, Secure: true, Official: true},
			},
		},
		NCPU: e.c.CPUs, MemTotal: e.c.Memory, DockerRootDir: dataRoot, Name: e.kernel.Namespaces().UTS.Hostname,
		Labels:         []string{},
		ServerVersion:  engineVersion,
		Runtimes:       map[string]api.Runtime{"runc": {Path: "runc"}, "io.containerd.runc.v2": {Path: "runc"}},
		DefaultRuntime: "runc", Swarm: api.SwarmInfo{LocalNodeState: "inactive"}, InitBinary: "docker-init",
		ContainerdCommit: api.Commit{ID: containerdCommit}, RuncCommit: api.Commit{ID: runcCommit},
		SecurityOptions: []string{"name=seccomp,profile=builtin"}, CDISpecDirs: []string{"/etc/cdi", "/var/run/cdi"},
		FirewallBackend: &api.FirewallInfo{Driver: "iptables", Info: [][2]string{
			{"EnableUserlandProxy", "true"}, {"UserlandProxyPath", "/usr/bin/docker-proxy"},
		}},
	}
	if e.c.CgroupV1 {
		i.CgroupVersion = "1"
		i.Warnings = []string{
			"WARNING: Support for cgroup v1 is deprecated and planned to be removed by no later than May 2029 " +
				"(https://github.com/moby/moby/issues/51111)",
		}
	} else {
		i.SecurityOptions = append(i.SecurityOptions, "name=cgroupns")
	}
	i.Containerd = &api.ContainerdInfo{Address: "/run/containerd/containerd.sock"}
	i.Containerd.Namespaces.Containers, i.Containerd.Namespaces.Plugins = "moby", "plugins.moby"
	for _, ct := range e.order {
		switch {
		case ct.state.paused:
			i.ContainersPaused++
		case ct.state.running:
			i.ContainersRunning++
		default:
			i.ContainersStopped++
		}
	}
	return i, nil
}

// osRelease is what the host says it is. moby: pkg/parsers/operatingsystem
func (e *Engine) osRelease(name string) string {
	for line := range strings.SplitSeq(readText(e.host, "/etc/os-release"), "\n") {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			return strings.Trim(v, "\"")
		}
	}
	return ""
}

func (e *Engine) release() string { return either(e.c.Release, proc.Release) }

func (e *Engine) runningCount() int {
	n := 0
	for _, ct := range e.order {
		if ct.state.running {
			n++
		}
	}
	return n
}

// DiskUsage adds up what things take. moby: daemon/disk_usage.go
func (e *Engine) DiskUsage(c api.Caller, o api.DiskUsageOptions) (*api.DiskUsage, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	all := !o.Containers && !o.Images && !o.Volumes && !o.BuildCache
	du := &api.DiskUsage{}
	if all || o.Images {
		du.ImageUsage = e.imageUsage(o.Verbose)
	}
	if all || o.Containers {
		du.ContainerUsage = e.containerUsage(o.Verbose)
	}
	if all || o.Volumes {
		du.VolumeUsage = e.volumeUsage(o.Verbose)
	}
	if all || o.BuildCache {
		du.BuildCacheUsage = e.cacheUsage(o.Verbose)
	}
	return du, nil
}

func (e *Engine) imageUsage(verbose bool) *api.Usage[api.ImageSummary] {
	u := &api.Usage[api.ImageSummary]{TotalSize: e.images.TotalSize()}
	for _, id := range e.images.IDs() {
		s := e.imageSummary(id, api.ImageListOptions{SharedSize: true})
		u.TotalCount++
		if s.Containers > 0 {
			u.ActiveCount++
		} else {
			u.Reclaimable += s.Size - s.SharedSize
		}
		if verbose {
			u.Items = append(u.Items, s)
		}
	}
	return u
}

func (e *Engine) containerUsage(verbose bool) *api.Usage[api.ContainerSummary] {
	u := &api.Usage[api.ContainerSummary]{}
	for i := len(e.order) - 1; i >= 0; i-- {
		ct := e.order[i]
		size := ct.sizeRw()
		u.TotalCount, u.TotalSize = u.TotalCount+1, u.TotalSize+size
		if ct.state.running {
			u.ActiveCount++
		} else {
			u.Reclaimable += size
		}
		if verbose {
			u.Items = append(u.Items, ct.summary(true))
		}
	}
	return u
}

func (e *Engine) volumeUsage(verbose bool) *api.Usage[api.Volume] {
	u := &api.Usage[api.Volume]{}
	for _, name := range sortedKeys(e.volumes) {
		vol := e.volumes[name]
		size := e.sizeOf(vol)
		u.TotalCount, u.TotalSize = u.TotalCount+1, u.TotalSize+size
		if len(vol.users) > 0 {
			u.ActiveCount++
		} else {
			u.Reclaimable += size
		}
		if verbose {
			s := vol.summary()
			s.UsageData = &api.VolumeUsage{RefCount: int64(len(vol.users)), Size: size}
			u.Items = append(u.Items, *s)
		}
	}
	return u
}

// Running reports whether the daemon runs.
func (e *Engine) Running() bool { return !e.down }

// Stop is systemctl stop docker: all containers are asked to end, and killed when their time is up. It returns when
// they have ended. moby: daemon/daemon.go, Shutdown
func (e *Engine) Stop(c api.Caller) error {
	if e.down {
		return nil
	}
	if !e.leaving {
		e.leaving, e.stopping = true, &task{}
		e.stopped = e.sim.Log.Add("docker.daemon.stop", "docker", nil, c.Cause())
		e.shutDown()
	}
	return e.stopping.wait(c, "dockerd shutdown")
}

// shutDown stops all containers, and then the daemon.
func (e *Engine) shutDown() {
	left := 1 // this loop
	gone := func(error) {
		if left--; left == 0 {
			e.leaving, e.down = false, true
			e.journal.dropListeners()
			e.journal.kept = nil
			e.stopping.finish(nil)
		}
	}
	for _, ct := range slices.Clone(e.order) {
		if ct.state.restarting {
			ct.cancelRestart()
		}
		if end := ct.shutDown(); end != nil {
			left++
			end.then(gone)
		}
	}
	gone(nil)
}

// Start is systemctl start docker: containers come back as their policies say. moby: daemon/daemon.go, restore
func (e *Engine) Start(c api.Caller) error {
	if !e.down {
		return nil
	}
	config, err := e.readDaemonFile()
	if err != nil {
		return err
	}
	e.work(c, 500*time.Millisecond)
	e.down = false
	e.configure(config)
	e.dock.Restart()
	for _, ct := range slices.Clone(e.order) {
		ct.noRestart, ct.backoff = false, 0
		switch {
		case ct.host.AutoRemove:
			ct.remove(true)
		case !ct.state.started.IsZero() && ct.policySays(ct.state.exit):
			ct.start(c.Cause()) // why it cannot start is in its state
		}
	}
	return nil
}
