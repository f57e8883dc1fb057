package dockernet

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/netsim"
)

// SandboxOptions is a container's networking as asked for, whatever the networks.
type SandboxOptions struct {
	Container            string // its id
	Hostname, Domainname string
	OnHost               bool   // it shares the host's namespace
	HostHosts            string // the host's /etc/hosts, of which such a container has a copy
	HostResolv           string // the host's /etc/resolv.conf
	DNS                  []netip.Addr
	DNSSearch            []string
	DNSOptions           []string
	ExtraHosts           []HostEntry
	Exposed              []Port // published or not, in order
	Publish              []Publish
}

// Sandbox is a container's place among networks: its endpoints share a namespace. moby: daemon/libnetwork/sandbox.go
type Sandbox struct {
	SandboxOptions
	ID  SandboxID
	ctl *Controller

	stack     *netsim.Stack
	endpoints []*Endpoint  // the better gateway first
	routed    [2]*Endpoint // where the default routes lead, of IPv4 and IPv6
	resolving bool         // it asks the embedded server
	resolver  *resolver
}

// NewSandbox makes a place that is in no network yet: a namespace of its own, or the host's.
func (c *Controller) NewSandbox(o SandboxOptions) *Sandbox {
	s := &Sandbox{SandboxOptions: o, ID: SandboxID(c.c.NewID()), ctl: c, stack: c.host}
	if !o.OnHost {
		s.stack = c.host.NewNamespace(o.Container)
		s.stack.SetSysctl("net.ipv4.ip_unprivileged_port_start", "0") // moby: daemon/oci_linux.go, WithSysctls
		s.stack.SetSysctl("net.ipv4.ping_group_range", "0 2147483647")
	}
	return s
}

// Stack is the container's namespace.
func (s *Sandbox) Stack() *netsim.Stack { return s.stack }

// Key is the file that is the namespace.
func (s *Sandbox) Key() string {
	if s.OnHost {
		return "/var/run/docker/netns/default"
	}
	return "/var/run/docker/netns/" + string(s.ID[:12])
}

// Endpoints are the container's networks, the better gateway first.
func (s *Sandbox) Endpoints() []*Endpoint { return slices.Clone(s.endpoints) }

// Join goes into a network. What fails leaves everything as it was. moby: daemon/libnetwork/endpoint.go, sbJoin
func (s *Sandbox) Join(n *Network, o EndpointOptions) (*Endpoint, error) {
	e, err := s.ctl.newEndpoint(n, o)
	if err != nil {
		return nil, err
	}
	s.enter(e)
	if err := s.connect(e); err != nil {
		s.drop(e)
		s.moveGateway() // back to where it was: what worked before is not refused now
		return nil, err
	}
	n.names.add(e)
	return e, nil
}

// enter puts an endpoint into its place.
func (s *Sandbox) enter(e *Endpoint) {
	e.Sandbox = s
	e.Network.endpoints = append(e.Network.endpoints, e)
	i, _ := slices.BinarySearchFunc(s.endpoints, e, func(a, b *Endpoint) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	s.endpoints = slices.Insert(s.endpoints, i, e)
	if !e.Network.special() {
		e.Ifname = s.nextIfname(e)
	}
}

// connect gives an endpoint what it is for: an interface, rules, a default route, ports, a server of names.
func (s *Sandbox) connect(e *Endpoint) error {
	if !e.Network.special() {
		if err := s.plug(e); err != nil {
			return err
		}
	}
	if e.Network.Driver == "bridge" {
		if err := s.ctl.firewall.endpoint(e, true); err != nil {
			return err
		}
	}
	if err := s.moveGateway(); err != nil {
		return err
	}
	if len(e.DNSNames) > 0 && !s.resolving {
		s.resolving = true
		return s.startResolver()
	}
	return nil
}

// Leave goes out of a network.
func (s *Sandbox) Leave(e *Endpoint) error {
	s.drop(e)
	return s.moveGateway()
}

func (s *Sandbox) drop(e *Endpoint) {
	s.ctl.unpublish(e, e.Bindings)
	e.Bindings, e.bound4, e.bound6 = nil, false, false
	if e.Network.Driver == "bridge" {
		s.ctl.firewall.endpoint(e, false)
	}
	e.Network.names.remove(e)
	s.unplug(e)
	is := func(o *Endpoint) bool { return o == e }
	s.endpoints = slices.DeleteFunc(s.endpoints, is)
	e.Network.endpoints = slices.DeleteFunc(e.Network.endpoints, is)
	e.release()
}

// Close leaves all networks. The namespace ends if nobody else is in it: shared is true while another container is, and
// keeps its loopback.
func (s *Sandbox) Close(shared bool) {
	if s.resolver != nil {
		s.resolver.close()
	}
	for len(s.endpoints) > 0 {
		s.drop(s.endpoints[len(s.endpoints)-1])
	}
	if !s.OnHost && !shared {
		s.stack.Close()
	}
}

// gateway is the endpoint of which a family's default route is; nil if there is none.
func (s *Sandbox) gateway(v6 bool) *Endpoint {
	for _, e := range s.endpoints {
		if e.leadsOut(v6) {
			return e
		}
	}
	return nil
}

// moveGateway publishes ports where the default routes now are, and nowhere else. moby: drivers/bridge,
// ProgramExternalConnectivity
func (s *Sandbox) moveGateway() error {
	s.route()
	for _, e := range s.endpoints {
		v4, v6 := s.publishes(e)
		s.ctl.withdraw(e, e.bound4 && !v4, e.bound6 && !v6)
	}
	for _, e := range s.endpoints {
		v4, v6 := s.publishes(e)
		made, err := s.ctl.publish(e, s.Publish, v4 && !e.bound4, v6 && !e.bound6)
		if err != nil {
			return refuse(Internal, "driver failed programming external connectivity on endpoint %s (%s): %s", e.Name, e.ID, err)
		}
		e.Bindings, e.bound4, e.bound6 = append(e.Bindings, made...), v4, v6
	}
	return nil
}

// publishes says for which of the host's families the container's ports are an endpoint's. Without an IPv6 gateway the
// host's IPv6 ports lead to the IPv4 gateway's endpoint, by proxy.
func (s *Sandbox) publishes(e *Endpoint) (v4, v6 bool) {
	if e.Network.Driver != "bridge" {
		return false, false
	}
	gw4, gw6 := s.gateway(false), s.gateway(true)
	return e == gw4, e == gw6 || gw6 == nil && e == gw4
}

// Bindings are the ports that are published, as their endpoints have them.
func (s *Sandbox) Bindings() []Binding {
	var all []Binding
	for _, e := range s.endpoints {
		all = append(all, e.Bindings...)
	}
	return all
}

// ShowsPorts reports whether some network of the container has ports at all, published or not.
func (s *Sandbox) ShowsPorts() bool {
	return slices.ContainsFunc(s.endpoints, func(e *Endpoint) bool { return e.Network.Driver == "bridge" })
}

// Forwards reports whether the embedded server may ask others from the host: not for a container that is in internal
// networks only. moby: hasExternalAccess
func (s *Sandbox) Forwards() bool {
	return s.gateway(false) != nil || s.gateway(true) != nil
}
