// Package dockernet is Docker's networking: networks and their addresses, the endpoints of containers in them, the
// ports that are published, the names that the embedded server answers, and the packet filter's rules that make it so.
// moby calls it libnetwork.
//
// A Controller has the networks of a host. A container's place among them is a Sandbox: it joins networks, which makes
// an Endpoint each, and leaves them. One mechanism is one file, named after moby's where it has one.
//
// Laws:
//   - What is refused is refused before anything changes, in Docker's own sentence (Error).
//   - What was taken is given back: when a sandbox is closed, no address, port, name or rule of it is left.
//   - Order is Docker's where it has one (the gateway's choice, the rules), and that of creation where it has none.
//
// Left out: swarm (overlays are refused as a node outside of a swarm refuses them), plugins, the ipam drivers null and
// remote, link-local addresses of endpoints, sysctls of endpoints, and SCTP beyond the reservation of its ports.
package dockernet

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim"
)

// Config is a controller as asked for.
type Config struct {
	Host        *netsim.Stack       // the machine's own network, in which bridges and rules are made
	NewID       func() string       // of networks, sandboxes and endpoints
	Nameservers func() []netip.Addr // the host's
	NoProxy     bool                // userland-proxy=false
	Nftables    bool                // firewall-backend=nftables

	// Proxied is told of each port that the proxy serves, with the socket that it listens on, and answers with what is to
	// be called when it ends. It may end the proxy before that. nil: nobody wants to know.
	Proxied func(b Binding, listens netsim.Socket, end func()) (ended func())
}

// Controller has the networks of a host. moby: daemon/libnetwork/controller.go
type Controller struct {
	c        Config
	host     *netsim.Stack
	macs     *rand.Rand
	links    *rand.Rand // names of interfaces
	shuffle  *rand.Rand
	ipam     ipam
	ports    ports
	firewall firewall
	networks []*Network // as they were made
}

// NetworkID, EndpointID and SandboxID are 64 hexadecimal digits.
type (
	NetworkID  string
	EndpointID string
	SandboxID  string
)

// Short is the part of an id that names bridges.
func (id NetworkID) Short() string { return string(id[:12]) }

// Short is the part of an id that is shown.
func (id EndpointID) Short() string { return string(id[:12]) }

// New makes a controller with the three networks that every Docker has.
func New(c Config) *Controller {
	s := c.Host.Sim()
	ctl := &Controller{
		c: c, host: c.Host, macs: s.Chance("docker network macs"), links: s.Chance("docker network links"),
		shuffle: s.Chance("docker network names"),
	}
	ctl.ipam.space4.predefined = localPools()
	ctl.ipam.space6.predefined = []split{uniqueLocal(s.Chance("docker network ula"))}
	ctl.ipam.reserved = ctl.reserved
	ctl.firewall = ctl.newFirewall()
	ctl.firewall.boot()
	for _, o := range builtins() {
		if _, err := ctl.add(o); err != nil {
			panic("dockernet: " + err.Error()) // they fit together
		}
	}
	return ctl
}

// builtins: moby: daemon/daemon_unix.go, initNetworkController
func builtins() []NetworkOptions {
	bridge := NetworkOptions{Name: "bridge", Driver: "bridge", EnableIPv4: true, IPAM: IPAM{Driver: "default"}}
	bridge.IPAM.Config = []IPAMConfig{{
		Subnet: netip.MustParsePrefix("172.17.0.0/16"), Gateway: netip.MustParseAddr("172.17.0.1"),
	}}
	bridge.Options = map[string]string{
		optDefaultBridge: "true", optICC: "true", optMasquerade: "true", optBindingIPv4: "0.0.0.0", optBridgeName: "docker0",
		optMTU: "1500",
	}
	none := NetworkOptions{Name: "none", Driver: "null", EnableIPv4: true, IPAM: IPAM{Driver: "default"}}
	host := none
	host.Name, host.Driver = "host", "host"
	bridge.Origin = daemonStart
	return []NetworkOptions{none, host, bridge}
}

// Predefined reports whether a name is that of a network which can be neither made nor removed. moby:
// daemon/network/network_mode_unix.go, IsPredefined
func Predefined(name string) bool {
	return slices.Contains([]string{"bridge", "default", "host", "none"}, name)
}

// reserved is what the host's own networking needs. moby: daemon/libnetwork/netutils/utils_linux.go
func (c *Controller) reserved(v6 bool) []netip.Prefix {
	var all []netip.Prefix
	for _, a := range c.c.Nameservers() {
		if a.Is6() == v6 {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	if v6 {
		return all
	}
	for _, r := range c.host.Routes(4) {
		if r.Scope == "link" {
			all = append(all, r.Dst)
		}
	}
	return all
}

// Networks are all networks.
func (c *Controller) Networks() []*Network { return slices.Clone(c.networks) }

// Find finds a network by id, name, or the beginning of its id. moby: daemon/network.go, FindNetwork
func (c *Controller) Find(ref string) (*Network, error) {
	var named, begun []*Network
	for _, n := range c.networks {
		switch {
		case string(n.ID) == ref:
			return n, nil
		case n.Name == ref:
			named = append(named, n)
		case strings.HasPrefix(string(n.ID), ref):
			begun = append(begun, n)
		}
	}
	switch {
	case len(named) > 0:
		return named[0], nil
	case len(begun) == 1:
		return begun[0], nil
	case len(begun) > 1:
		return nil, refuse(Invalid, "network %s is ambiguous (%d matches found based on ID prefix)", ref, len(begun))
	}
	return nil, refuse(NotFound, "network %s not found", ref)
}

func (c *Controller) named(name string) *Network {
	for _, n := range c.networks {
		if n.Name == name {
			return n
		}
	}
	return nil
}

func (c *Controller) now() time.Time { return c.host.Sim().Now() }
