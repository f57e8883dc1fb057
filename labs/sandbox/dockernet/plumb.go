package dockernet

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// words is an errno's text as Go programs print it.
func words(err error) string {
	var n netsim.Errno
	if errors.As(err, &n) {
		return strings.ToLower(n.Error())
	}
	return err.Error()
}

// makeBridge makes the network's switch on the host, with the host's own addresses in it. One that is there already is
// used. It is not up yet: the rules come first. moby: daemon/libnetwork/drivers/bridge/setup_device_linux.go, setup_ipv4_linux.go, setup_ipv6_linux.go
func (c *Controller) makeBridge(n *Network) error {
	b := &n.bridge
	if len(b.name) > maxIfname {
		return refuse(Internal, "numerical result out of range")
	}
	br := c.host.Link(b.name)
	if br == nil {
		made, err := c.host.AddBridge(b.name)
		if err != nil {
			return refuse(Internal, "%s", words(err))
		}
		br, b.made = made, true
		br.SetMAC(c.newMAC()) // one of its own: a bridge without has its lowest port's, which changes
	}
	if b.mtu > 0 {
		br.SetMTU(b.mtu) // cosmetic: a bridge has its ports' smallest
	}
	for _, p := range n.Pools {
		if a := n.hostAddr(p); a.IsValid() {
			if err := br.AddAddr(netip.PrefixFrom(a, p.Subnet.Bits())); err != nil && !errors.Is(err, netsim.EEXIST) {
				return refuse(Internal, "failed to add %s address %s to bridge: %s", familyName(a), a, words(err))
			}
		}
	}
	if err := c.forward(n); err != nil {
		return err
	}
	c.setBridgeSysctls(n)
	return nil
}

// maxIfname is Linux's IFNAMSIZ without its end.
const maxIfname = 15

// hostAddr is the host's own address in a subnet; invalid if it has none.
func (n *Network) hostAddr(p *Pool) netip.Addr {
	v6 := p.Subnet.Addr().Is6()
	if n.bridge.mode(v6) == modeIsolated || !v6 && n.bridge.inhibit {
		return netip.Addr{}
	}
	return p.Gateway
}

// forward lets the host forward packets, which it then does for containers alone. If it did so already, its rules about
// others are left as they are. With nftables, the host's owner has to say so first. moby: setup_ip_forwarding.go
func (c *Controller) forward(n *Network) error {
	for _, v6 := range families() {
		name, family := "net.ipv4.ip_forward", "IPv4"
		if v6 {
			name, family = "net.ipv6.conf.all.forwarding", "IPv6"
		}
		on, _ := c.host.Sysctl(name)
		switch {
		case n.pool(v6) == nil || on == "1":
		case c.c.Nftables:
			return refuse(Internal, "%s forwarding is disabled: check your host's firewalling and set sysctl %s=1, or disable this "+
				"check using daemon option --ip-forward=false", family, name)
		default:
			c.host.SetSysctl(name, "1") // it exists
			if err := c.firewall.dropForwards(v6); err != nil {
				c.host.SetSysctl(name, "0")
				return err
			}
		}
	}
	return nil
}

// setBridgeSysctls lets rules see what is bridged where rules decide about it, and 127.0.0.1 lead to containers where
// no proxy does. moby: setup_bridgenetfiltering.go, setup_ip_forwarding.go
func (c *Controller) setBridgeSysctls(n *Network) {
	set := func(name, v string) { c.host.SetSysctl(name, v) } // all of them exist
	if c.c.NoProxy {
		set("net.ipv4.conf."+n.bridge.name+".route_localnet", "1")
	}
	if !n.bridge.icc || c.c.NoProxy {
		set("net.bridge.bridge-nf-call-iptables", "1")
		set("net.bridge.bridge-nf-call-ip6tables", "1")
	}
}

// removeBridge takes it away, unless somebody else has made it.
func (c *Controller) removeBridge(n *Network) {
	if br := c.host.Link(n.bridge.name); br != nil && n.bridge.made && !n.bridge.isDefault {
		br.Delete()
	}
}

// makeParent finds the interface that containers share, or makes it: a VLAN of one, or one that leads nowhere. moby:
// daemon/libnetwork/drivers/macvlan/macvlan_setup.go
func (c *Controller) makeParent(n *Network) error {
	p := &n.parent
	if c.host.Link(p.parent) != nil {
		for _, o := range c.networks {
			p.made = p.made || o.parent.parent == p.parent && o.parent.made
		}
		return nil
	}
	p.made = true
	if p.closed {
		l, err := c.host.AddDummy(p.parent)
		if err != nil {
			return refuse(Internal, "%s", words(err))
		}
		return l.Up()
	}
	return c.makeVLAN(p.parent)
}

func (c *Controller) makeVLAN(name string) error {
	if !strings.Contains(name, ".") {
		return refuse(Internal, "invalid subinterface vlan name %s, example formatting is eth0.10", name)
	}
	parts := strings.Split(name, ".")
	if len(parts) != 2 {
		return refuse(Internal, "required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10, instead received %s", name)
	}
	id := 0
	if _, err := fmt.Sscanf(parts[1]+"\n", "%d\n", &id); err != nil {
		return refuse(Internal, "unable to parse a valid vlan id from: %s (ex. eth0.10 for vlan 10)", parts[1])
	}
	parent := c.host.Link(parts[0])
	switch {
	case parent == nil:
		return refuse(Internal, "-o parent interface does was not found on the host: %s", parts[0])
	case id < 1 || id > 4094:
		return refuse(Internal, "vlan id must be between 1-4094, received: %d", id)
	}
	l, err := c.host.AddVLAN(name, parent, uint16(id))
	if err != nil {
		return refuse(Internal, "failed to create %s vlan link: %s", name, words(err))
	}
	return l.Up()
}

// removeParent takes an interface away that was made for the network, unless another network has it.
func (c *Controller) removeParent(n *Network) {
	for _, o := range c.networks {
		if o != n && o.parent.parent == n.parent.parent {
			return
		}
	}
	if l := c.host.Link(n.parent.parent); l != nil && n.parent.made {
		l.Delete()
	}
}

// plug gives the endpoint its interface in the container. moby: the drivers' CreateEndpoint, and
// daemon/libnetwork/osl/interface_linux.go, AddInterface
func (s *Sandbox) plug(e *Endpoint) error {
	make := map[string]func(*Endpoint) (*netsim.Link, error){"bridge": s.plugBridge, "macvlan": s.plugParent, "ipvlan": s.plugParent}
	l, err := make[e.Network.Driver](e)
	if err != nil {
		return err
	}
	e.link = l
	if e.MAC != (packet.MAC{}) {
		if err := l.SetMAC(e.MAC); err != nil {
			return refuse(Internal, "failed to set MAC address: %s", words(err))
		}
	}
	if !e.IPv6.IsValid() {
		s.stack.SetSysctl("net.ipv6.conf."+e.Ifname+".disable_ipv6", "1")
	}
	for _, p := range []netip.Prefix{e.IPv4, e.IPv6} {
		if p.IsValid() {
			if err := l.AddAddr(p); err != nil {
				return refuse(Internal, "failed to add address %s: %s", p, words(err))
			}
		}
	}
	if err := l.Up(); err != nil {
		return refuse(Internal, "failed to set link up: %s", words(err))
	}
	e.announce()
	return nil
}

// announce tells neighbours whose an address is now that somebody else had before. moby announces every address; on a
// bridge with thousands of ports that is a storm that tells nobody anything.
func (e *Endpoint) announce() {
	for _, v6 := range families() {
		a := e.addr(v6)
		if _, had := e.Network.had[a]; had {
			delete(e.Network.had, a)
			e.link.Announce(a)
		}
	}
}

// plugBridge lays a cable from the bridge into the container.
func (s *Sandbox) plugBridge(e *Endpoint) (*netsim.Link, error) {
	c, n := s.ctl, e.Network
	br := c.host.Link(n.bridge.name)
	if br == nil {
		return nil, refuse(Internal, "adding interface to bridge %s failed: could not find bridge %s: Link not found", n.bridge.name,
			n.bridge.name)
	}
	name := ""
	for name == "" || c.host.Link(name) != nil {
		name = fmt.Sprintf("veth%07x", c.links.Uint32()>>4)
	}
	out, in, err := c.host.AddVeth(name, s.stack, e.Ifname)
	if err != nil {
		return nil, refuse(Internal, "failed to add the host (%s) <=> sandbox (%s) pair interfaces: %s", name, e.Ifname, words(err))
	}
	if n.bridge.mtu > 0 {
		if out.SetMTU(n.bridge.mtu) != nil || in.SetMTU(n.bridge.mtu) != nil {
			in.Delete()
			return nil, refuse(Internal, "failed to set MTU on host interface %s: invalid argument", name)
		}
	}
	if err := out.SetMaster(br); err != nil {
		in.Delete()
		return nil, refuse(Internal, "adding interface %s to bridge %s failed: %s", name, n.bridge.name, words(err))
	}
	if c.c.NoProxy {
		out.SetHairpin(true)
	}
	return in, out.Up()
}

// plugParent makes an interface on the wire of one of the host's.
func (s *Sandbox) plugParent(e *Endpoint) (*netsim.Link, error) {
	c, p := s.ctl, &e.Network.parent
	parent := c.host.Link(p.parent)
	if parent == nil {
		return nil, refuse(Internal, "error occurred looking up the parent iface %s error: Link not found", p.parent)
	}
	add, mode := c.host.AddMacvlan, p.mode
	if e.Network.Driver == "ipvlan" {
		add = c.host.AddIPvlan
		if p.flag != "bridge" {
			return nil, refuse(Internal, "ipvlan flag %s: not simulated; nothing was done", p.flag)
		}
	}
	name := fmt.Sprintf("veth%07x", c.links.Uint32()>>4)
	l, err := add(name, parent, mode)
	if err != nil {
		return nil, refuse(Internal, "failed to create the %s port: %s", e.Network.Driver, words(err))
	}
	if err := l.MoveTo(s.stack, e.Ifname); err != nil {
		l.Delete()
		return nil, refuse(Internal, "failed to rename interface %s to %s: %s", name, e.Ifname, words(err))
	}
	return l, nil
}

// unplug takes the endpoint's interface away.
func (s *Sandbox) unplug(e *Endpoint) {
	if e.link != nil && !s.stack.Closed() {
		e.link.Delete()
	}
	e.link = nil
}

// route sends what leaves the container's networks to the gateway that is the best one now. moby:
// daemon/libnetwork/sandbox_linux.go, updateGateway
func (s *Sandbox) route() {
	if s.OnHost {
		return
	}
	for i, v6 := range families() {
		gw := s.gateway(v6)
		if gw == s.routed[i] {
			continue
		}
		s.dropDefault(v6)
		if s.routed[i] = gw; gw != nil {
			s.stack.AddRoute(netsim.Route{Dst: defaultRoute(v6), Gateway: gw.Gateway(v6), Dev: gw.Ifname}) // its link is up
		}
	}
}

func defaultRoute(v6 bool) netip.Prefix {
	if v6 {
		return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
}

func (s *Sandbox) dropDefault(v6 bool) {
	family := 4
	if v6 {
		family = 6
	}
	for _, r := range s.stack.Routes(family) {
		if r.Dst.Bits() == 0 {
			s.stack.DelRoute(r)
		}
	}
}
