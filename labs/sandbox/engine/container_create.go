package engine

import (
	"maps"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// ContainerCreate makes a container that does not run yet. moby: daemon/create.go
func (e *Engine) ContainerCreate(c api.Caller, o api.ContainerCreateOptions) (api.ContainerCreated, error) {
	if err := e.up(); err != nil {
		return api.ContainerCreated{}, err
	}
	e.work(c, createTime)
	if o.HostConfig != nil && wantsPlugin(o.HostConfig) {
		e.work(c, pluginPatience)
	}
	if o.Config == nil {
		return api.ContainerCreated{}, api.Errorf(
			api.InvalidParameter,
			"config cannot be empty in order to create a container",
		)
	}
	ct := &container{e: e, id: e.newID(), created: e.now(), config: *o.Config, cause: c.Cause()}
	if o.HostConfig != nil {
		ct.host = *o.HostConfig
	}
	warnings, err := ct.create(o)
	if err != nil {
		return api.ContainerCreated{}, err
	}
	return api.ContainerCreated{ID: ct.id, Warnings: warnings}, nil
}

// wantsPlugin reports whether a volume driver is asked for that is not there.
func wantsPlugin(h *api.HostConfig) bool {
	foreign := func(driver string) bool { return driver != "" && driver != "local" }
	return foreign(h.VolumeDriver) || slices.ContainsFunc(h.Mounts, func(m api.Mount) bool {
		return m.VolumeOptions != nil && m.VolumeOptions.DriverConfig != nil && foreign(m.VolumeOptions.DriverConfig.Name)
	})
}

func (ct *container) create(o api.ContainerCreateOptions) (warnings []string, err error) {
	e := ct.e
	warnings = []string{}
	if why := checkNetworkMode(ct); why != "" {
		return nil, api.Errorf(api.InvalidParameter, "%s", why)
	}
	if o.Config.Image != "" {
		if err := ct.findImage(o.Platform); err != nil {
			return nil, err
		}
		mergeConfig(&ct.config, &ct.image.Document.Config)
	}
	if err := ct.checkCommand(); err != nil {
		return nil, err
	}
	ct.setDefaults()
	if err := ct.verify(); err != nil {
		return nil, err
	}
	warnings = append(warnings, ct.warnings()...)
	if len(e.containers) >= e.c.MaxContainers {
		return nil, api.Errorf(
			api.Unavailable,
			"this machine is full: it holds %d containers; remove some (docker container prune)",
			len(e.containers),
		)
	}
	if err := ct.takeFirstName(o.Name); err != nil {
		return nil, err
	}
	if err := ct.furnish(o); err != nil {
		ct.discard()
		return nil, err
	}
	e.containers[ct.id] = ct
	e.order = append(e.order, ct)
	ct.made = ct.logEvent("create", nil)
	return warnings, nil
}

// furnish makes what the container has on disk.
func (ct *container) furnish(o api.ContainerCreateOptions) error {
	e := ct.e
	var err error
	if ct.base, err = e.baseOf(ct.image); err != nil {
		return err
	}
	if ct.root, err = e.disk.NewContainer(ct.base.files, ct.id); err != nil {
		return e.noSpace(err, ct.hostDir())
	}
	if err := e.host.MkdirAll(ct.hostDir(), 0o710); err != nil {
		return e.noSpace(err, ct.hostDir())
	}
	if err := ct.makeMounts(); err != nil {
		return err
	}
	if err := ct.makeNetworks(o.NetworkingConfig); err != nil {
		return err
	}
	if err := ct.makeLinks(); err != nil {
		return err
	}
	if err := ct.makeWorkdir(); err != nil {
		return err
	}
	return ct.makeAnonymous()
}

func (e *Engine) noSpace(err error, what string) error {
	return api.Errorf(api.Internal, "mkdir %s: %s", what, goWords(err)).With(e.whyFiles())
}

// discard undoes a creation that failed.
func (ct *container) discard() {
	e := ct.e
	if ct.root != nil {
		ct.root.Destroy()
	}
	removeTree(e.host, ct.hostDir())
	ct.releaseVolumes(true)
	e.forget(ct)
}

func (ct *container) takeFirstName(name string) error {
	if name == "" {
		name = ct.e.newName(ct.id)
	}
	return ct.e.takeName(ct, name)
}

func (ct *container) findImage(p *image.Platform) error {
	e := ct.e
	rec, err := e.images.Find(ct.config.Image)
	if err != nil {
		return refusal(err)
	}
	ct.image, err = e.images.Open(rec.Target.Digest, p)
	if err != nil {
		return api.Errorf(api.NotFound, "No such image: %s", familiar(ct.config.Image))
	}
	return nil
}

func familiar(name string) string {
	ref, err := image.ParseReference(name)
	if err != nil {
		return name
	}
	return ref.TagOrLatest().Familiar()
}

// mergeConfig fills in what the image says by default. moby: daemon/commit.go, merge
func mergeConfig(c *api.ContainerConfig, i *image.Config) {
	if c.User == "" {
		c.User = i.User
	}
	c.ExposedPorts = maps.Clone(c.ExposedPorts)
	for _, p := range slices.Sorted(maps.Keys(i.ExposedPorts)) {
		if c.ExposedPorts == nil {
			c.ExposedPorts = api.PortSet{}
		}
		c.ExposedPorts[api.Port(p)] = struct{}{}
	}
	c.Env = mergeEnv(c.Env, i.Env)
	labels := maps.Clone(i.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, c.Labels)
	c.Labels = labels
	if len(c.Entrypoint) == 0 {
		if len(c.Cmd) == 0 {
			c.Cmd, c.ArgsEscaped = i.Cmd, false
		}
		if c.Entrypoint == nil {
			c.Entrypoint = i.Entrypoint
		}
	}
	if c.WorkingDir == "" {
		c.WorkingDir = i.WorkingDir
	}
	if len(i.Volumes) > 0 {
		all := maps.Clone(i.Volumes)
		maps.Copy(all, c.Volumes)
		c.Volumes = all
	}
	if c.StopSignal == "" {
		c.StopSignal = i.StopSignal
	}
	c.Healthcheck = mergeHealth(c.Healthcheck, i.Healthcheck)
}

// mergeEnv adds the variables of the image that the user did not set.
func mergeEnv(own, from []string) []string {
	set := map[string]bool{}
	for _, kv := range own {
		name, _, _ := strings.Cut(kv, "=")
		set[name] = true
	}
	all := slices.Clone(own)
	for _, kv := range from {
		if name, _, _ := strings.Cut(kv, "="); !set[name] {
			all = append(all, kv)
		}
	}
	return all
}

func mergeHealth(own, from *image.Healthcheck) *image.Healthcheck {
	if from == nil || own == nil {
		if own == nil {
			return from
		}
		return own
	}
	h := *own
	if len(h.Test) == 0 {
		h.Test = from.Test
	}
	h.Interval = either(h.Interval, from.Interval)
	h.Timeout = either(h.Timeout, from.Timeout)
	h.StartPeriod = either(h.StartPeriod, from.StartPeriod)
	h.StartInterval = either(h.StartInterval, from.StartInterval)
	h.Retries = either(h.Retries, from.Retries)
	return &h
}

func either[T comparable](a, b T) T {
	var none T
	if a == none {
		return b
	}
	return a
}

// checkCommand decides what runs. moby: daemon/container.go, getEntrypointAndArgs
func (ct *container) checkCommand() error {
	c := &ct.config
	if len(c.Entrypoint) == 1 && c.Entrypoint[0] == "" {
		c.Entrypoint = nil
	}
	all := slices.Concat(c.Entrypoint, c.Cmd)
	if len(all) == 0 {
		return api.Errorf(api.InvalidParameter, "no command specified")
	}
	ct.path, ct.args = all[0], all[1:]
	if ct.image == nil {
		return api.Errorf(api.InvalidParameter, "no image specified")
	}
	return nil
}

// Paths that a container cannot see or cannot change. moby: daemon/pkg/oci/defaults.go
var (
	maskedPaths = []string{
		"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
		"/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
		"/sys/firmware",
	}
	readonlyPaths = []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
)

const defaultShm = 64 << 20

// setDefaults are the values that inspect shows where nothing was asked for. moby: daemon/daemon_unix.go,
// adaptContainerSettings
func (ct *container) setDefaults() {
	h := &ct.host
	if h.NetworkMode == "" || h.NetworkMode == "default" {
		h.NetworkMode = "bridge"
	}
	ct.e.logDefaults(&h.LogConfig)
	if h.RestartPolicy.Name == "" {
		h.RestartPolicy.Name = api.RestartNo
	}
	h.CgroupnsMode = either(h.CgroupnsMode, ct.e.cgroupnsMode())
	h.IpcMode = either(h.IpcMode, "private")
	h.ShmSize = either(h.ShmSize, defaultShm)
	h.Runtime = either(h.Runtime, "runc")
	if h.Memory > 0 && h.MemorySwap == 0 {
		h.MemorySwap = 2 * h.Memory
	}
	if h.MemorySwappiness != nil && *h.MemorySwappiness == -1 {
		h.MemorySwappiness = nil
	}
	if h.PidsLimit != nil && *h.PidsLimit <= 0 {
		h.PidsLimit = nil
	}
	if len(h.DNS) == 0 {
		h.DNS = nil
	}
	if h.OomKillDisable == nil {
		h.OomKillDisable = new(bool)
	}
	ct.setMasks()
	if ct.config.Hostname == "" {
		ct.config.Hostname = ct.hostname()
	}
}

// cgroupnsMode: moby: daemon/config/config_linux.go: private since version 2.
func (e *Engine) cgroupnsMode() string {
	if e.c.CgroupV1 {
		return "host"
	}
	return "private"
}

func (ct *container) setMasks() {
	h := &ct.host
	switch {
	case h.Privileged:
		h.MaskedPaths, h.ReadonlyPaths = nil, nil
	default:
		if h.MaskedPaths == nil {
			h.MaskedPaths = maskedPaths
		}
		if h.ReadonlyPaths == nil {
			h.ReadonlyPaths = readonlyPaths
		}
	}
}

// hostname is the name of a container that nobody gave one. With the host's network it is the host.
func (ct *container) hostname() string {
	if ct.host.NetworkMode == "host" || ct.host.UTSMode == "host" {
		return ct.e.kernel.Namespaces().UTS.Hostname
	}
	if other, ok := ct.host.NetworkMode.Container(); ok {
		if with, err := ct.e.find(other); err == nil {
			return with.config.Hostname
		}
	}
	return shortID(ct.id)
}

// makeWorkdir makes the working directory in the container's own layer. moby: container.SetupWorkingDirectory
func (ct *container) makeWorkdir() error {
	dir := ct.config.WorkingDir
	if dir == "" || dir == "/" {
		return nil
	}
	v := ct.files()
	if st, err := v.Stat(dir); err == nil {
		if !st.IsDir() {
			return api.Errorf(api.Internal, "Cannot mkdir: %s is not a directory", dir)
		}
		return nil
	}
	if err := v.MkdirAll(dir, 0o755); err != nil {
		return api.Errorf(api.Internal, "mkdir %s: %s", dir, goWords(err)).With(ct.e.whyFiles())
	}
	return nil
}

// cgroupOf is where the container's processes are counted.
func (ct *container) cgroupOf() *proc.Cgroup {
	return ct.e.kernel.Cgroup().Child("docker").Child(ct.id)
}

// because is the chain of causes that starting something in the container follows from.
func (ct *container) because(c api.Caller) []sim.EventID {
	if id := c.Cause(); id != 0 {
		return []sim.EventID{id}
	}
	return nil
}
