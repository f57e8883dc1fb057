package engine

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/vfs"
)

// daemonFile is where the daemon looks for its configuration each time it starts.
const daemonFile = "/etc/docker/daemon.json"

// daemonConfig is what of daemon.json is simulated: the defaults of new containers' logs, and where new networks'
// subnets come from.
type daemonConfig struct {
	LogDriver string              `json:"log-driver"`
	LogOpts   map[string]string   `json:"log-opts"`
	Pools     []daemonAddressPool `json:"default-address-pools"`
}

type daemonAddressPool struct {
	Base netip.Prefix `json:"base"`
	Size int          `json:"size"`
}

// simulatedKeys are daemonConfig's; realKeys are others that a daemon knows. moby: daemon/config/config.go,
// CommonConfig, and config_linux.go
const (
	simulatedKeys = " log-driver log-opts default-address-pools "
	realKeys      = " allow-direct-routing authorization-plugins bip bridge builder cgroup-parent containerd data-root " +
		"debug default-cgroupns-mode default-gateway default-network-opts default-runtime default-shm-size default-ulimits dns " +
		"dns-opts dns-search exec-opts exec-root experimental features firewall-backend fixed-cidr fixed-cidr-v6 group " +
		"host-gateway-ips hosts icc init init-path insecure-registries ip ip-forward ip-forward-no-drop ip-masq ip6tables " +
		"iptables ipv6 labels live-restore log-format log-level max-concurrent-downloads max-concurrent-uploads " +
		"max-download-attempts metrics-addr min-api-version mtu no-new-privileges node-generic-resources " +
		"oom-score-adjust pidfile proxies raw-logs registry-mirrors runtimes seccomp-profile selinux-enabled " +
		"shutdown-timeout storage-driver storage-opts tls tlscacert tlscert tlskey tlsverify userland-proxy " +
		"userland-proxy-path userns-remap "
)

// readDaemonFile is the daemon's configuration; none is an empty one. What it cannot be keeps the daemon from starting.
func (e *Engine) readDaemonFile() (daemonConfig, error) {
	var c daemonConfig
	text, err := e.host.ReadFile(daemonFile)
	if err == vfs.ENOENT || err == nil && len(bytes.TrimSpace(text)) == 0 {
		return c, nil
	}
	fail := func(why string) (daemonConfig, error) {
		return daemonConfig{}, api.Errorf(api.InvalidParameter,
			"unable to configure the Docker daemon with file %s: %s", daemonFile, why)
	}
	if err != nil {
		return fail(err.Error())
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return fail(err.Error())
	}
	if why := unknownKeys(keys); why != "" {
		return fail(why)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return fail(err.Error())
	}
	for _, p := range c.Pools {
		if !p.Base.IsValid() || !p.Base.Addr().Is4() || p.Size < p.Base.Bits() || p.Size > 30 {
			return fail("invalid default address pool " + p.Base.String())
		}
	}
	log := api.LogConfig{Type: either(c.LogDriver, "json-file"), Config: c.LogOpts}
	if why := logProblem(log); why != "" {
		return fail("failed to set log opts: " + why)
	}
	return c, nil
}

// unknownKeys says what of a configuration is no key, or none that is simulated.
func unknownKeys(keys map[string]json.RawMessage) string {
	var unknown []string
	for _, k := range sortedKeys(keys) {
		switch {
		case strings.Contains(simulatedKeys, " "+k+" "):
		case strings.Contains(realKeys, " "+k+" "):
			return k + " is not simulated in the sandbox; log-driver, log-opts and default-address-pools are"
		default:
			unknown = append(unknown, k)
		}
	}
	if unknown == nil {
		return ""
	}
	return "the following directives don't match any configuration option: " + strings.Join(unknown, ", ")
}

// configure takes a configuration: for what is made from now on.
func (e *Engine) configure(c daemonConfig) {
	e.config = c
	var pools []dockernet.Block
	for _, p := range c.Pools {
		pools = append(pools, dockernet.Block{Base: p.Base.Masked(), Bits: p.Size})
	}
	e.dock.UsePools(pools)
}

// logDefaults gives a container the daemon's options. moby: daemon/logs.go, mergeAndVerifyLogConfig
func (e *Engine) logDefaults(c *api.LogConfig) {
	driver := either(e.config.LogDriver, "json-file")
	c.Type = either(c.Type, driver)
	if c.Config == nil {
		c.Config = map[string]string{}
	}
	if c.Type != driver {
		return
	}
	for _, k := range sortedKeys(e.config.LogOpts) {
		if !slices.Contains(sortedKeys(c.Config), k) {
			c.Config[k] = e.config.LogOpts[k]
		}
	}
}
