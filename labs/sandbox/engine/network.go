package engine

import (
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// attachment is a network that a container is to be in, and how it is in it while it runs. moby:
// daemon/network/settings.go, EndpointSettings
type attachment struct {
	name     string // of the network, or its id until it has been seen
	settings api.EndpointSettings
	mac      string              // that was asked for
	endpoint *dockernet.Endpoint // while the container runs
}

// key is what the network is looked for by: its id once that is known, unless every engine has it.
func (a *attachment) key() string {
	if a.settings.NetworkID != "" && api.NetworkMode(a.name).UserDefined() {
		return a.settings.NetworkID
	}
	return a.name
}

func (ct *container) attachment(network string) *attachment {
	for _, a := range ct.networks {
		if a.name == network {
			return a
		}
	}
	return nil
}

func (ct *container) detach(a *attachment) {
	ct.networks = slices.DeleteFunc(ct.networks, func(o *attachment) bool { return o == a })
}

// makeNetworks notes the networks that are asked for. They need not exist yet. moby: daemon/create.go,
// daemon/container_operations.go, updateContainerNetworkSettings
func (ct *container) makeNetworks(c *api.NetworkingConfig) error {
	mode := ct.host.NetworkMode
	if _, joins := mode.Container(); joins {
		return nil
	}
	if c == nil || len(c.EndpointsConfig) == 0 {
		ct.networks = []*attachment{{name: ct.e.networkName(string(mode))}}
		return nil
	}
	var errs []string
	for _, name := range sortedKeys(c.EndpointsConfig) {
		a := &attachment{name: ct.e.networkName(name)}
		if s := c.EndpointsConfig[name]; s != nil {
			a.settings, a.mac = *s, s.MacAddress
		}
		if err := ct.e.checkEndpoint(a.name, &a.settings); err != nil {
			errs = append(errs, "invalid config for network "+a.name+": "+err.Error())
		}
		ct.networks = append(ct.networks, a)
	}
	if len(errs) > 0 {
		return api.Errorf(api.InvalidParameter, "%s", strings.Join(errs, "\n"))
	}
	return nil
}

// networkName is the name of a network that may be called by its id.
func (e *Engine) networkName(ref string) string {
	if ref == "default" { // moby: daemon/create.go normalises the name that the client gives
		return "bridge"
	}
	if n, err := e.dock.Find(ref); err == nil {
		return n.Name
	}
	return ref
}

// connectAll gives a container that starts its place in its networks: in those first that make the better gateway.
func (ct *container) connectAll(r *running, because []sim.EventID) error {
	if other, joins := ct.host.NetworkMode.Container(); joins {
		with, err := ct.networkOf(other)
		if err != nil {
			return err
		}
		r.ns.Net = with.run.ns.Net
		return nil
	}
	ct.sandbox = ct.e.dock.NewSandbox(ct.sandboxOptions())
	r.ns.Net = ct.sandbox.Stack()
	if err := ct.writeNetFiles(); err != nil {
		return err
	}
	ct.sortNetworks()
	for _, a := range slices.Clone(ct.networks) {
		if err := ct.connect(a, because); err != nil {
			return api.Errorf(api.KindOf(err), "failed to set up container networking: %s", err).With(api.CausesOf(err)...)
		}
	}
	return nil
}

// networkOf is the container whose network this one shares.
func (ct *container) networkOf(other string) (*container, error) {
	with, err := ct.partner(other, "network")
	if with == nil && api.KindOf(err) == api.NotFound {
		return nil, api.Errorf(api.Internal, "joining network namespace of container: %s", err)
	}
	return with, err
}

// networkShared reports whether another container that runs is in the same namespace.
func (ct *container) networkShared() bool {
	stack := ct.sandbox.Stack()
	return slices.ContainsFunc(ct.e.order, func(o *container) bool {
		return o != ct && o.run != nil && o.run.ns.Net == stack
	})
}

// sortNetworks puts the networks into the order in which moby's sandbox has endpoints. moby: sandbox.go, Less
func (ct *container) sortNetworks() {
	internal := func(a *attachment) int {
		if n, err := ct.e.dock.Find(a.key()); err == nil && n.Internal {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(ct.networks, func(a, b *attachment) int {
		if a.settings.GwPriority != b.settings.GwPriority {
			return b.settings.GwPriority - a.settings.GwPriority
		}
		if c := internal(a) - internal(b); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
}

// connect puts a container that has a sandbox into a network. moby: daemon/container_operations.go, connectToNetwork
func (ct *container) connect(a *attachment, because []sim.EventID) error {
	e := ct.e
	n, err := e.dock.Find(a.key())
	if err != nil {
		return netError(err)
	}
	if err := ct.mayConnect(n, a); err != nil {
		return err
	}
	if api.NetworkMode(n.Name).UserDefined() {
		a.settings.DNSNames = ct.dnsNames(a.settings.Aliases)
	}
	if err := e.checkEndpoint(n.Name, &a.settings); err != nil {
		return api.Errorf(api.InvalidParameter, "%s", err)
	}
	o, err := ct.endpointOptions(a)
	if err != nil {
		return err
	}
	if n.Name == "bridge" {
		if err := ct.addLinks(); err != nil {
			return err
		}
	}
	ep, err := ct.sandbox.Join(n, o)
	if err != nil {
		ct.forgetFailed(a, err)
		return api.Errorf(netKind(dockernet.KindOf(err)), "%s", err).With(ct.portHolder(err))
	}
	a.name, a.endpoint = n.Name, ep
	a.show()
	ct.addHosts(ep)
	e.emitNetwork("connect", n, ct, append(because, ct.cause)...)
	return nil
}

// forgetFailed: a container whose ports could not be published is not in the network any more, when it is started
// again either. One that found no address tries again. moby: connectToNetwork's deferred delete
func (ct *container) forgetFailed(a *attachment, err error) {
	if strings.HasPrefix(err.Error(), "driver failed programming") {
		ct.detach(a)
	}
}

// mayConnect: moby: updateNetworkSettings
func (ct *container) mayConnect(n *dockernet.Network, a *attachment) error {
	if n.Driver == "host" && ct.host.NetworkMode != "host" {
		return api.Errorf(api.InvalidParameter,
			"cannot connect container to host network - container must be created in host network mode")
	}
	for _, o := range ct.networks {
		on, err := ct.e.dock.Find(o.key())
		if err != nil || on == n {
			continue
		}
		switch {
		case on.Driver == "host" || n.Driver == "host":
			return api.Errorf(api.InvalidParameter, "container sharing network namespace with another container or host "+
				"cannot be connected to any other network")
		case on.Driver == "null" || n.Driver == "null":
			return api.Errorf(api.InvalidParameter, "container cannot be connected to multiple networks with one of the "+
				"networks in private (none) mode")
		}
	}
	return nil
}

// dnsNames is what others in a network can call the container; the first is answered for its address. moby:
// buildEndpointDNSNames
func (ct *container) dnsNames(aliases []string) []string {
	var names []string
	for _, name := range slices.Concat([]string{ct.name}, aliases, []string{shortID(ct.id), ct.config.Hostname}) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (ct *container) endpointOptions(a *attachment) (dockernet.EndpointOptions, error) {
	s := &a.settings
	o := dockernet.EndpointOptions{
		Name: ct.name, DNSNames: s.DNSNames, Priority: s.GwPriority, DriverOpts: s.DriverOpts, Aliases: map[string]string{},
		Origin: "docker run " + ct.name,
	}
	if a.mac != "" {
		mac, ok := parseMAC(a.mac)
		if !ok {
			return o, api.Errorf(api.InvalidParameter, "invalid MAC address %s", a.mac)
		}
		o.MAC = mac
	}
	if s.IPAMConfig != nil {
		o.IPv4, _ = netip.ParseAddr(s.IPAMConfig.IPv4Address) // checked; "" is invalid, which is any
		o.IPv6, _ = netip.ParseAddr(s.IPAMConfig.IPv6Address)
	}
	for _, l := range s.Links {
		name, alias, err := parseLink(l)
		if err != nil {
			return o, api.Errorf(api.InvalidParameter, "%s", err)
		}
		o.Aliases[alias] = name
	}
	return o, nil
}

// parseMAC reads an address that may have hyphens, and leaves no zero out.
func parseMAC(s string) (packet.MAC, bool) {
	mac, ok := packet.ParseMAC(strings.ReplaceAll(s, "-", ":"))
	return mac, ok && len(s) == len("00:00:00:00:00:00")
}

// show puts what the network gave into what inspect shows.
func (a *attachment) show() {
	s, ep := &a.settings, a.endpoint
	s.NetworkID, s.EndpointID = string(ep.Network.ID), string(ep.ID)
	s.MacAddress = ""
	if ep.MAC != (packet.MAC{}) {
		s.MacAddress = ep.MAC.String()
	}
	s.Gateway, s.IPv6Gateway = text(ep.Gateway(false)), text(ep.Gateway(true))
	s.IPAddress, s.IPPrefixLen = text(ep.IPv4.Addr()), max(0, ep.IPv4.Bits())
	s.GlobalIPv6Address, s.GlobalIPv6PrefixLen = text(ep.IPv6.Addr()), max(0, ep.IPv6.Bits())
}

// text is an address, "" if there is none.
func text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// clear forgets what a run had. moby: cleanOperationalData
func (a *attachment) clear() {
	s := &a.settings
	a.endpoint = nil
	s.EndpointID, s.MacAddress, s.Gateway, s.IPAddress, s.IPPrefixLen = "", "", "", "", 0
	s.IPv6Gateway, s.GlobalIPv6Address, s.GlobalIPv6PrefixLen = "", "", 0
}

// disconnectAll takes a container that has ended out of its networks. moby: releaseNetwork
func (ct *container) disconnectAll() {
	if ct.sandbox == nil {
		return
	}
	ct.sandbox.Close(ct.networkShared())
	ct.sandbox = nil
	for _, a := range ct.networks {
		if ep := a.endpoint; ep != nil {
			ct.e.emitNetwork("disconnect", ep.Network, ct, ct.cause)
		}
		a.clear()
	}
}

func (e *Engine) emitNetwork(action string, n *dockernet.Network, ct *container, because ...sim.EventID) {
	attrs := map[string]string{"name": n.Name, "type": n.Driver}
	if ct != nil {
		attrs["container"] = ct.id
	}
	e.emit(api.EventNetwork, action, string(n.ID), n.Name, attrs, because...)
}

// netKinds are the kinds of the reasons of package dockernet.
func netKind(k dockernet.Kind) api.Kind {
	switch k {
	case dockernet.Invalid:
		return api.InvalidParameter
	case dockernet.NotFound:
		return api.NotFound
	case dockernet.Conflict:
		return api.Conflict
	case dockernet.Forbidden:
		return api.Forbidden
	case dockernet.Unavailable:
		return api.Unavailable
	}
	return api.Internal
}

// netError makes a refusal of dockernet one of the API.
func netError(err error) error {
	if err == nil {
		return nil
	}
	return api.Errorf(netKind(dockernet.KindOf(err)), "%s", err)
}

// settings is what inspect shows of a container's networks.
func (ct *container) settings() *api.NetworkSettings {
	s := &api.NetworkSettings{Ports: api.PortMap{}, Networks: map[string]*api.EndpointSettings{}}
	for _, a := range ct.networks {
		c := a.settings
		s.Networks[a.name] = &c
	}
	if ct.sandbox != nil {
		s.SandboxID, s.SandboxKey, s.Ports = string(ct.sandbox.ID), ct.sandbox.Key(), ct.portMap()
	}
	return s
}

// renameEndpoints: moby: daemon/rename.go. A running container is known by its new name at once.
func (ct *container) renameEndpoints() {
	for _, a := range ct.networks {
		if api.NetworkMode(a.name).UserDefined() && a.settings.DNSNames != nil {
			a.settings.DNSNames = ct.dnsNames(a.settings.Aliases)
		}
		if a.endpoint != nil {
			a.endpoint.Rename(ct.name, a.settings.DNSNames)
		}
	}
}

// networkStats counts what went through the container's interfaces.
func (ct *container) networkStats() map[string]api.NetworkStats {
	all := map[string]api.NetworkStats{}
	for _, ep := range ct.sandbox.Endpoints() {
		if ep.Ifname != "" {
			all[ep.Ifname] = interfaceStats(ct.sandbox.Stack().Link(ep.Ifname))
		}
	}
	return all
}

func interfaceStats(l *netsim.Link) api.NetworkStats {
	if l == nil { // somebody has removed it
		return api.NetworkStats{}
	}
	s := l.Stats()
	return api.NetworkStats{
		RxBytes: s.RxBytes, RxPackets: s.RxPackets, RxErrors: s.RxErrors, RxDropped: s.RxDropped,
		TxBytes: s.TxBytes, TxPackets: s.TxPackets, TxErrors: s.TxErrors, TxDropped: s.TxDropped,
	}
}

// netSysctl sets a parameter of the container's network. opencontainers/runc: libcontainer/configs/validate, sysctl
func (ct *container) netSysctl(name, v string) error {
	if ct.sandbox == nil || ct.sandbox.OnHost {
		return ociErrorf("sysctl %q not allowed in host network namespace", name)
	}
	if err := ct.sandbox.Stack().SetSysctl(name, v); err != nil {
		return ociErrorf("open /proc/sys/%s: %s", strings.ReplaceAll(name, ".", "/"), strings.ToLower(err.Error()))
	}
	return nil
}
