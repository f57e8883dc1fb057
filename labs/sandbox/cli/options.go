package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
)

// spec is a container as the flags of run and create describe it.
type spec struct {
	config  *api.ContainerConfig
	host    *api.HostConfig
	network *api.NetworkingConfig
}

// containerSpec makes a request of the flags. cli: cli/command/container/opts.go, parse
func (d *docker) containerSpec(c *call) (*spec, error) {
	s := &spec{config: &api.ContainerConfig{}, host: &api.HostConfig{}}
	for _, step := range []func(*call, *spec) error{
		checkMemorySwappiness, d.specVolumes, specPorts, specDevices, d.specEnvironment, specModes, specRestart,
		specLogging,
		d.specSecurity, specHealth, specLimits, d.specRest, d.specMounts, specNetworks,
	} {
		if err := step(c, s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func checkMemorySwappiness(c *call, _ *spec) error {
	if n := c.number("memory-swappiness"); n != -1 && (n < 0 || n > 100) {
		return fmt.Errorf("invalid value: %d. Valid memory swappiness range is 0-100", n)
	}
	return nil
}

// specVolumes is -v and --tmpfs.
func (d *docker) specVolumes(c *call, s *spec) error {
	for _, v := range c.list("volume") {
		source, err := volumeSource(v)
		if err != nil {
			return err
		}
		if source == "" {
			if s.config.Volumes == nil {
				s.config.Volumes = map[string]struct{}{}
			}
			s.config.Volumes[v] = struct{}{}
			continue
		}
		bind := v
		if host, rest, ok := strings.Cut(v, ":"); ok && strings.HasPrefix(host, ".") {
			bind = d.sys.FS().Abs(host) + ":" + rest
		}
		s.host.Binds = append(s.host.Binds, bind)
	}
	if list := c.list("tmpfs"); len(list) > 0 {
		s.host.Tmpfs = map[string]string{}
		for _, t := range list {
			path, options := split(t, ":")
			s.host.Tmpfs[path] = options
		}
	}
	s.host.VolumesFrom = c.list("volumes-from")
	s.host.VolumeDriver = c.text("volume-driver")
	return nil
}

// volumeSource is what comes before the first colon of -v; "" is an anonymous volume. A single letter before a colon is
// a drive of Windows, even here. cli: internal/volumespec
func volumeSource(v string) (string, error) {
	if v == "" {
		return "", errors.New("invalid empty volume spec")
	}
	if len(v) <= 2 {
		return "", nil
	}
	sections := volumeSections(v)
	for i, section := range sections {
		if section == "" {
			return "", fmt.Errorf("invalid spec: %s: empty section between colons", v)
		}
		if i == 2 && len(sections) > 3 {
			return "", fmt.Errorf("invalid spec: %s: too many colons", v)
		}
	}
	if len(sections) == 1 {
		return "", nil
	}
	return sections[0], nil
}

func volumeSections(v string) []string {
	var all []string
	section := ""
	for _, r := range v {
		drive := utf8.RuneCountInString(section) == 1 && strings.ContainsFunc(section, unicode.IsLetter)
		if r == ':' && !drive {
			all, section = append(all, section), ""
			continue
		}
		section += string(r)
	}
	return append(all, section)
}

func specDevices(c *call, s *spec) error {
	s.host.Devices = []api.DeviceMapping{}
	for _, v := range c.list("device") {
		parts := strings.Split(v, ":")
		m := api.DeviceMapping{PathOnHost: parts[0], PathInContainer: parts[0], CgroupPermissions: "rwm"}
		switch {
		case len(parts) > 3:
			return fmt.Errorf("bad format for path: %s", v)
		case len(parts) == 3:
			m.PathInContainer, m.CgroupPermissions = parts[1], parts[2]
			if !deviceMode(parts[2]) {
				return fmt.Errorf("bad mode specified: %s", parts[2])
			}
		case len(parts) == 2 && deviceMode(parts[1]):
			m.CgroupPermissions = parts[1]
		case len(parts) == 2:
			m.PathInContainer = parts[1]
		}
		if !strings.HasPrefix(m.PathInContainer, "/") {
			return fmt.Errorf("%s is not an absolute path", m.PathInContainer)
		}
		s.host.Devices = append(s.host.Devices, m)
	}
	s.host.DeviceCgroupRules = c.list("device-cgroup-rule")
	return nil
}

// deviceMode reports whether s is made of r, w and m, each at most once.
func deviceMode(s string) bool {
	for i, r := range s {
		if !strings.ContainsRune("rwm", r) || strings.ContainsRune(s[:i], r) {
			return false
		}
	}
	return s != ""
}

// specEnvironment is -e, --env-file, --label and --label-file.
func (d *docker) specEnvironment(c *call, s *spec) error {
	env, err := d.variables(c)
	if err != nil {
		return err
	}
	s.config.Env = env
	var pairs []string
	for _, file := range c.list("label-file") {
		more, err := d.keyValueFile(file, false)
		if err != nil {
			return fmt.Errorf("--label-file: %w", err)
		}
		pairs = append(pairs, more...)
	}
	s.config.Labels = assigned(append(pairs, c.list("label")...))
	return nil
}

// variables is the environment that -e and --env-file ask for.
func (d *docker) variables(c *call) ([]string, error) {
	var env []string
	for _, file := range c.list("env-file") {
		more, err := d.keyValueFile(file, true)
		if err != nil {
			return nil, fmt.Errorf("--env-file: %w", err)
		}
		env = append(env, more...)
	}
	for _, v := range c.list("env") {
		if !strings.Contains(v, "=") {
			if val, ok := d.sys.LookupEnv(v); ok {
				v += "=" + val
			}
		}
		env = append(env, v)
	}
	return env, nil
}

// keyValueFile reads a file of NAME=VALUE lines. Names without a value are looked up here, if lookup says so.
// cli: pkg/kvfile
func (d *docker) keyValueFile(name string, lookup bool) ([]string, error) {
	content, err := d.readFile(name)
	if err != nil {
		return nil, err
	}
	var all []string
	content = strings.TrimPrefix(content, "\ufeff")
	for line := range strings.Lines(content) {
		d.sys.Step(1)
		line = strings.TrimLeftFunc(strings.TrimRight(line, "\r\n"), unicode.IsSpace)
		if line == "" || line[0] == '#' {
			continue
		}
		key, _, ok := strings.Cut(line, "=")
		switch {
		case key == "":
			return nil, fmt.Errorf("invalid env file (%s): no variable name on line '%s'", name, line)
		case strings.ContainsAny(key, " \t"):
			return nil, fmt.Errorf("invalid env file (%s): variable '%s' contains whitespaces", name, key)
		case ok:
			all = append(all, line)
		case lookup:
			if val, found := d.sys.LookupEnv(key); found {
				all = append(all, key+"="+val)
			}
		}
	}
	return all, nil
}

// readFile reads a file of the machine.
func (d *docker) readFile(name string) (string, error) {
	content, err := d.sys.FS().ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("open %s: %s", name, why(err))
	}
	return string(content), nil
}

// why is an error in Go's words.
func why(err error) string {
	var no proc.Errno
	if errors.As(err, &no) {
		return strings.ToLower(no.Error()[:1]) + no.Error()[1:]
	}
	return err.Error()
}

// assigned makes a map of KEY=VALUE pairs.
func assigned(pairs []string) map[string]string {
	m := map[string]string{}
	for _, p := range pairs {
		k, v := split(p, "=")
		m[k] = v
	}
	return m
}

// specModes is whose namespaces the container sees.
func specModes(c *call, s *spec) error {
	for _, m := range []struct {
		flag  string
		words []string
		named bool
		sorry string
	}{
		{"pid", []string{"", "host"}, true, "--pid: invalid PID mode"},
		{"uts", []string{"", "host"}, false, "--uts: invalid UTS mode"},
		{"userns", []string{"", "host"}, false, "--userns: invalid USER mode"},
		{"cgroupns", []string{"", "private", "host"}, false, "--cgroupns: invalid CGROUP mode"},
	} {
		v := c.text(m.flag)
		name, ok := strings.CutPrefix(v, "container:")
		if !slices.Contains(m.words, v) && !(m.named && ok && name != "") {
			return errors.New(m.sorry)
		}
	}
	s.host.PidMode, s.host.UTSMode = api.Mode(c.text("pid")), api.Mode(c.text("uts"))
	s.host.UsernsMode, s.host.IpcMode = api.Mode(c.text("userns")), api.Mode(c.text("ipc"))
	s.host.CgroupnsMode = c.text("cgroupns")
	return nil
}

func specRestart(c *call, s *spec) error {
	policy, err := restartPolicy(c.text("restart"))
	if err != nil {
		return err
	}
	s.host.RestartPolicy = policy
	s.host.AutoRemove = c.on("rm")
	return nil
}

// restartPolicy reads NAME[:COUNT]. Whether there is such a policy is for the engine to say.
func restartPolicy(v string) (api.RestartPolicy, error) {
	name, count, ok := strings.Cut(v, ":")
	if ok && name == "" {
		return api.RestartPolicy{}, errors.New("invalid restart policy format: no policy provided before colon")
	}
	p := api.RestartPolicy{Name: api.RestartMode(name)}
	if count == "" {
		return p, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return p, errors.New("invalid restart policy format: maximum retry count must be an integer")
	}
	p.MaximumRetryCount = n
	return p, nil
}

func specLogging(c *call, s *spec) error {
	driver, options := c.text("log-driver"), c.list("log-opt")
	if driver == "none" && len(options) > 0 {
		return fmt.Errorf("invalid logging opts for driver %s", driver)
	}
	s.host.LogConfig = api.LogConfig{Type: driver, Config: assigned(options)}
	return nil
}

// specSecurity is --security-opt and --storage-opt.
func (d *docker) specSecurity(c *call, s *spec) error {
	for _, v := range c.list("security-opt") {
		if v == "systempaths=unconfined" {
			s.host.MaskedPaths, s.host.ReadonlyPaths = []string{}, []string{}
			continue
		}
		clean, err := d.securityOption(v)
		if err != nil {
			return err
		}
		s.host.SecurityOpt = append(s.host.SecurityOpt, clean)
	}
	for _, v := range c.list("storage-opt") {
		if !strings.Contains(v, "=") {
			return errors.New("invalid storage option")
		}
	}
	if list := c.list("storage-opt"); len(list) > 0 {
		s.host.StorageOpt = assigned(list)
	}
	return nil
}

func (d *docker) securityOption(v string) (string, error) {
	key, val, ok := strings.Cut(v, "=")
	if !ok && key != "no-new-privileges" {
		key, val, ok = strings.Cut(v, ":")
	}
	if (!ok || val == "") && key != "no-new-privileges" {
		return "", fmt.Errorf("invalid --security-opt: %q", v)
	}
	if key != "seccomp" || val == "unconfined" || val == "builtin" {
		return v, nil
	}
	profile, err := d.readFile(val)
	if err != nil {
		return "", fmt.Errorf("opening seccomp profile (%s) failed: %w", val, err)
	}
	if !json.Valid([]byte(profile)) {
		return "", fmt.Errorf("compacting json for seccomp profile (%s) failed: invalid JSON", val)
	}
	return "seccomp=" + profile, nil
}

// specHealth is --health-* and --no-healthcheck.
func specHealth(c *call, s *spec) error {
	h := image.Healthcheck{
		Interval: c.duration("health-interval"), Timeout: c.duration("health-timeout"),
		StartPeriod:   c.duration("health-start-period"),
		StartInterval: c.duration("health-start-interval"), Retries: int(c.number("health-retries")),
	}
	cmd := c.text("health-cmd")
	given := cmd != "" || h.Interval != 0 || h.Timeout != 0 || h.StartPeriod != 0 || h.StartInterval != 0 || h.Retries != 0
	switch {
	case c.on("no-healthcheck") && given:
		return errors.New("--no-healthcheck conflicts with --health-* options")
	case c.on("no-healthcheck"):
		s.config.Healthcheck = &image.Healthcheck{Test: []string{"NONE"}}
		return nil
	case !given:
		return nil
	}
	for _, f := range []struct {
		name string
		n    int64
	}{
		{"interval", int64(h.Interval)},
		{"timeout", int64(h.Timeout)},
		{"retries", int64(h.Retries)},
		{"start-period", int64(h.StartPeriod)},
		{"start-interval", int64(h.StartInterval)},
	} {
		if f.n < 0 {
			return fmt.Errorf("--health-%s cannot be negative", f.name)
		}
	}
	if cmd != "" {
		h.Test = []string{"CMD-SHELL", cmd}
	}
	s.config.Healthcheck = &h
	return nil
}

func (c *call) duration(name string) time.Duration {
	d, _ := time.ParseDuration(c.text(name))
	return d
}

// specLimits is what the container may use.
func specLimits(c *call, s *spec) error {
	oomKill := c.on("oom-kill-disable")
	s.host.Resources = api.Resources{
		CgroupParent: c.text("cgroup-parent"), Memory: c.number("memory"),
		MemoryReservation: c.number("memory-reservation"),
		MemorySwap:        c.number("memory-swap"), OomKillDisable: &oomKill, NanoCPUs: c.number("cpus"),
		CPUCount: c.number("cpu-count"), CPUPercent: c.number("cpu-percent"), CPUShares: c.number("cpu-shares"),
		CPUPeriod: c.number("cpu-period"), CpusetCpus: c.text("cpuset-cpus"), CpusetMems: c.text("cpuset-mems"),
		CPUQuota: c.number("cpu-quota"), CPURealtimePeriod: c.number("cpu-rt-period"),
		CPURealtimeRuntime: c.number("cpu-rt-runtime"),
		BlkioWeight:        uint16(c.number("blkio-weight")), IOMaximumIOps: uint64(c.number("io-maxiops")),
		IOMaximumBandwidth: uint64(c.number("io-maxbandwidth")), Devices: s.host.Devices,
		DeviceCgroupRules: s.host.DeviceCgroupRules,
		Ulimits:           ulimitsOf(c), BlkioWeightDevice: []api.WeightDevice{},
		BlkioDeviceReadBps: throttles(c, "device-read-bps"), BlkioDeviceWriteBps: throttles(c, "device-write-bps"),
		BlkioDeviceReadIOps: throttles(c, "device-read-iops"), BlkioDeviceWriteIOps: throttles(c, "device-write-iops"),
	}
	if n := c.number("memory-swappiness"); n != -1 { // the engine takes -1 for not asked
		s.host.MemorySwappiness = &n
	}
	if n := c.number("pids-limit"); n != 0 {
		s.host.PidsLimit = &n
	}
	for _, v := range c.list("blkio-weight-device") {
		path, n := split(v, ":")
		s.host.BlkioWeightDevice = append(s.host.BlkioWeightDevice, api.WeightDevice{
			Path:   path,
			Weight: uint16(parsedInt(n)),
		})
	}
	return nil
}

func throttles(c *call, name string) []api.ThrottleDevice {
	all := []api.ThrottleDevice{}
	for _, v := range c.list(name) {
		path, n := split(v, ":")
		all = append(all, api.ThrottleDevice{Path: path, Rate: uint64(parsedInt(n))})
	}
	return all
}

// ulimitsOf is --ulimit, one of each name, in their order.
func ulimitsOf(c *call) []api.Ulimit {
	all := []api.Ulimit{}
	for _, v := range c.list("ulimit") {
		name, limits := split(v, "=")
		soft, hard, two := strings.Cut(limits, ":")
		if !two {
			hard = soft
		}
		u := api.Ulimit{Name: name, Soft: parsedInt(soft), Hard: parsedInt(hard)}
		all = slices.DeleteFunc(all, func(o api.Ulimit) bool { return o.Name == name })
		all = append(all, u)
	}
	slices.SortFunc(all, func(a, b api.Ulimit) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// specRest is what needs no thought.
func (d *docker) specRest(c *call, s *spec) error {
	cf, h := s.config, s.host
	attached := c.list("attach")
	cf.AttachStdin = slices.Contains(attached, "stdin") || c.on("interactive")
	cf.AttachStdout = len(attached) == 0 || slices.Contains(attached, "stdout")
	cf.AttachStderr = len(attached) == 0 || slices.Contains(attached, "stderr")
	cf.OpenStdin, cf.Tty = c.on("interactive"), c.on("tty")
	cf.StdinOnce = cf.OpenStdin && cf.AttachStdin
	cf.Hostname, cf.Domainname, cf.User = c.text("hostname"), c.text("domainname"), c.text("user")
	cf.Image, cf.WorkingDir, cf.StopSignal = c.args[0], c.text("workdir"), c.text("stop-signal")
	if len(c.args) > 1 {
		cf.Cmd = c.args[1:]
	}
	if c.given("entrypoint") {
		cf.Entrypoint = []string{c.text("entrypoint")}
	}
	if c.given("stop-timeout") {
		n := int(c.number("stop-timeout"))
		cf.StopTimeout = &n
	}
	h.ContainerIDFile, h.OomScoreAdj = c.text("cidfile"), int(c.number("oom-score-adj"))
	h.Privileged, h.PublishAllPorts, h.ReadonlyRootfs = c.on("privileged"), c.on("publish-all"), c.on("read-only")
	h.Links, h.ExtraHosts = c.list("link"), c.list("add-host")
	h.DNS, h.DNSSearch, h.DNSOptions = c.list("dns"), orEmpty(c.list("dns-search")), orEmpty(c.list("dns-option"))
	h.CapAdd, h.CapDrop, h.GroupAdd = c.list("cap-add"), c.list("cap-drop"), c.list("group-add")
	h.Isolation, h.Runtime, h.ShmSize = c.text("isolation"), c.text("runtime"), c.number("shm-size")
	if list := c.list("sysctl"); len(list) > 0 {
		h.Sysctls = assigned(list)
	}
	if list := c.list("annotation"); len(list) > 0 {
		h.Annotations = assigned(list)
	}
	if c.given("init") {
		on := c.on("init")
		h.Init = &on
	}
	if h.AutoRemove && h.RestartPolicy.Name != api.RestartNo && h.RestartPolicy.Name != "" {
		return errors.New("conflicting options: cannot specify both --restart and --rm")
	}
	return nil
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
