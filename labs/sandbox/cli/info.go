package cli

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// infoView is what docker info --format sees: the engine's answer, and the client.
type infoView struct {
	*api.Info
	ServerErrors []string    `json:",omitempty"`
	UserName     string      `json:"-"`
	ClientInfo   *clientInfo `json:",omitempty"`
}

type clientInfo struct {
	Debug bool
	clientView
	Plugins  []string
	Warnings []string
}

func (d *docker) info(c *call) error {
	info, asking := d.engine.Info(d.caller())
	if format := c.text("format"); format != "" {
		if format == "json" {
			format = "{{json .}}"
		}
		t, err := d.parse("", format)
		if err != nil {
			return exitf(64, "template parsing error: %s", err)
		}
		if asking != nil {
			info = &api.Info{}
		}
		text, err := d.execute(t, infoView{
			Info: info, ClientInfo: &clientInfo{clientView: clientView{Version: ClientVersion, Context: "default"}},
		})
		if err != nil {
			return err
		}
		d.write(1, text+"\n")
		return asking
	}
	var b strings.Builder
	b.WriteString("Client:\n Version:    " + ClientVersion + "\n Context:    default\n Debug Mode: false\n\nServer:\n")
	if asking != nil {
		d.write(1, b.String())
		return &exit{code: 1, text: daemon(asking).Error(), cause: asking}
	}
	infoText(&b, info)
	d.write(1, b.String()+"\n")
	for _, w := range info.Warnings {
		d.warnf("%s\n", w)
	}
	return nil
}

// infoText is the engine's part. cli: cli/command/system/info.go
func infoText(b *strings.Builder, i *api.Info) {
	always := func(name string, v any) { fmt.Fprintf(b, " %s: %v\n", name, v) }
	given := func(name, v string) {
		if v != "" {
			always(name, v)
		}
	}
	list := func(name string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(b, " %s:\n  %s\n", name, strings.Join(items, "\n  "))
		}
	}
	always("Containers", i.Containers)
	fmt.Fprintf(b, "  Running: %d\n  Paused: %d\n  Stopped: %d\n", i.ContainersRunning, i.ContainersPaused,
		i.ContainersStopped)
	always("Images", i.Images)
	given("Server Version", i.ServerVersion)
	given("Storage Driver", i.Driver)
	for _, p := range i.DriverStatus {
		fmt.Fprintf(b, "  %s: %s\n", p[0], p[1])
	}
	given("Logging Driver", i.LoggingDriver)
	given("Cgroup Driver", i.CgroupDriver)
	given("Cgroup Version", i.CgroupVersion)
	fmt.Fprintf(b, " Plugins:\n  Volume: %s\n  Network: %s\n", strings.Join(i.Plugins.Volume, " "),
		strings.Join(i.Plugins.Network, " "))
	if len(i.Plugins.Authorization) > 0 {
		fmt.Fprintf(b, "  Authorization: %s\n", strings.Join(i.Plugins.Authorization, " "))
	}
	fmt.Fprintf(b, "  Log: %s\n", strings.Join(i.Plugins.Log, " "))
	list("CDI spec directories", i.CDISpecDirs)
	always("Swarm", i.Swarm.LocalNodeState)
	if len(i.Runtimes) > 0 {
		var names []string
		for name := range i.Runtimes {
			names = append(names, name)
		}
		slices.Sort(names)
		slices.Reverse(names) // the real order is a map's; the recorded one is kept
		always("Runtimes", strings.Join(names, " "))
		always("Default Runtime", i.DefaultRuntime)
	}
	always("Init Binary", i.InitBinary)
	always("containerd version", i.ContainerdCommit.ID)
	always("runc version", i.RuncCommit.ID)
	always("init version", i.InitCommit.ID)
	securityText(b, i.SecurityOptions)
	given("Kernel Version", i.KernelVersion)
	given("Operating System", i.OperatingSystem)
	given("OSType", i.OSType)
	given("Architecture", i.Architecture)
	always("CPUs", i.NCPU)
	always("Total Memory", bytesSize(float64(i.MemTotal)))
	given("Name", i.Name)
	given("ID", i.ID)
	always("Docker Root Dir", i.DockerRootDir)
	always("Debug Mode", i.Debug)
	given("HTTP Proxy", i.HTTPProxy)
	given("HTTPS Proxy", i.HTTPSProxy)
	given("No Proxy", i.NoProxy)
	list("Labels", i.Labels)
	always("Experimental", i.ExperimentalBuild)
	if r := i.RegistryConfig; r != nil {
		list("Insecure Registries", insecure(r))
		list("Registry Mirrors", r.Mirrors)
	}
	always("Live Restore Enabled", i.LiveRestoreEnabled)
	if f := i.FirewallBackend; f != nil {
		always("Firewall Backend", f.Driver)
		for _, p := range f.Info {
			fmt.Fprintf(b, "  %s: %s\n", p[0], p[1])
		}
	}
}

func insecure(r *api.RegistryConfig) []string {
	var all []string
	for _, index := range r.IndexConfigs {
		if !index.Secure {
			all = append(all, index.Name)
		}
	}
	slices.Sort(all)
	return append(all, r.InsecureRegistryCIDRs...)
}

// securityText reads options of the form name=seccomp,profile=builtin.
func securityText(b *strings.Builder, options []string) {
	if len(options) == 0 {
		return
	}
	b.WriteString(" Security Options:\n")
	for _, o := range options {
		for part := range strings.SplitSeq(o, ",") {
			switch key, val := split(part, "="); key {
			case "name":
				fmt.Fprintf(b, "  %s\n", val)
			case "profile":
				fmt.Fprintf(b, "   Profile: %s\n", val)
			}
		}
	}
}
