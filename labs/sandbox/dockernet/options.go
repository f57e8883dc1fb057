package dockernet

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Options of the drivers, as -o names them. moby: daemon/libnetwork/drivers/bridge/labels.go, netlabel/labels.go
const (
	optBridgeName    = "com.docker.network.bridge.name"
	optMasquerade    = "com.docker.network.bridge.enable_ip_masquerade"
	optICC           = "com.docker.network.bridge.enable_icc"
	optBindingIPv4   = "com.docker.network.bridge.host_binding_ipv4"
	optDefaultBridge = "com.docker.network.bridge.default_bridge"
	optGatewayMode4  = "com.docker.network.bridge.gateway_mode_ipv4"
	optGatewayMode6  = "com.docker.network.bridge.gateway_mode_ipv6"
	optInhibitIPv4   = "com.docker.network.bridge.inhibit_ipv4"
	optTrusted       = "com.docker.network.bridge.trusted_host_interfaces"
	optMTU           = "com.docker.network.driver.mtu"
	optPrefix        = "com.docker.network.container_iface_prefix"
	optHostIPv4      = "com.docker.network.host_ipv4"
	optHostIPv6      = "com.docker.network.host_ipv6"
	optIfname        = "com.docker.network.endpoint.ifname"
)

// gatewayMode is how a bridge network reaches what is outside, and is reached from there.
type gatewayMode string

const (
	modeNAT         gatewayMode = "nat" // "" too
	modeUnprotected gatewayMode = "nat-unprotected"
	modeRouted      gatewayMode = "routed"
	modeIsolated    gatewayMode = "isolated"
)

// bridgeOptions is a bridge network's configuration. moby: bridge_linux.go, networkConfiguration
type bridgeOptions struct {
	name         string
	masquerade   bool
	icc          bool
	binding      netip.Addr // where ports are published by default; invalid: everywhere
	isDefault    bool
	mode4, mode6 gatewayMode
	inhibit      bool // no address on the bridge
	trusted      []string
	mtu          int
	prefix       string // of the interfaces in containers
	host4, host6 netip.Addr
	made         bool // the interface, for the network
}

// readBridge reads the options of a bridge network. Those that nobody knows are kept and mean nothing.
func (n *Network) readBridge() error {
	n.bridge = bridgeOptions{masquerade: true, icc: true}
	for _, name := range slices.Sorted(maps.Keys(n.Options)) {
		if why := n.bridge.set(name, n.Options[name]); why != "" {
			return refuse(Invalid, "failed to parse %s value: %s (%s)", name, n.Options[name], why)
		}
	}
	b := &n.bridge
	if b.name == "" {
		b.name = "br-" + n.ID.Short()
	}
	if (b.mode4 == modeIsolated || b.mode6 == modeIsolated) && !n.Internal {
		return refuse(Internal, "gateway mode 'isolated' can only be used for an internal network")
	}
	if !n.EnableIPv4 && !n.EnableIPv6 {
		return refuse(Invalid, "IPv4 or IPv6 must be enabled")
	}
	return nil
}

// set reads one option, and says what is wrong with it.
func (b *bridgeOptions) set(name, v string) (why string) {
	switch name {
	case optBridgeName:
		b.name = v
	case optMasquerade:
		return readBool(&b.masquerade, v)
	case optICC:
		return readBool(&b.icc, v)
	case optDefaultBridge:
		return readBool(&b.isDefault, v)
	case optInhibitIPv4:
		return readBool(&b.inhibit, v)
	case optBindingIPv4:
		return readAddr(&b.binding, v)
	case optHostIPv4:
		return readAddr(&b.host4, v)
	case optHostIPv6:
		return readAddr(&b.host6, v)
	case optGatewayMode4:
		return readMode(&b.mode4, v)
	case optGatewayMode6:
		return readMode(&b.mode6, v)
	case optTrusted:
		b.trusted = strings.FieldsFunc(v, func(r rune) bool { return r == ':' })
	case optPrefix:
		b.prefix = v
	case optMTU:
		return readMTU(&b.mtu, v)
	}
	return ""
}

func readBool(to *bool, v string) string {
	on, err := strconv.ParseBool(v)
	if err != nil {
		return err.Error()
	}
	*to = on
	return ""
}

func readAddr(to *netip.Addr, v string) string {
	a, err := netip.ParseAddr(v)
	if err != nil {
		return "nil ip"
	}
	*to = a.Unmap()
	return ""
}

func readMode(to *gatewayMode, v string) string {
	m := gatewayMode(v)
	if !slices.Contains([]gatewayMode{modeNAT, modeUnprotected, modeRouted, modeIsolated}, m) {
		return "unknown gateway mode " + v
	}
	*to = m
	return ""
}

func readMTU(to *int, v string) string {
	n, err := strconv.Atoi(v)
	if err != nil {
		return err.Error()
	}
	*to = n
	return ""
}

func (b *bridgeOptions) mode(v6 bool) gatewayMode {
	if v6 {
		return b.mode6
	}
	return b.mode4
}

// parentOptions is the configuration of a network of macvlan or ipvlan: an interface of the host that containers share.
type parentOptions struct {
	parent, mode, flag string
	closed             bool // without a parent nothing leads out
	made               bool // the interface, for the network
}

// dummyParent is the interface that is made where none was asked for.
func (n *Network) dummyParent() string { return "dm-" + n.ID.Short() }

// readParent: moby: daemon/libnetwork/drivers/macvlan/macvlan_network.go, ipvlan/ipvlan_network.go
func (n *Network) readParent() error {
	p := parentOptions{parent: n.Options["parent"], mode: n.Options[n.Driver+"_mode"], flag: n.Options["ipvlan_flag"]}
	modes, flags := []string{"bridge", "private", "vepa", "passthru"}, []string{"bridge", "private", "vepa"}
	if n.Driver == "ipvlan" {
		modes = []string{"l2", "l3", "l3s"}
	}
	if p.mode == "" {
		p.mode = modes[0]
	}
	if p.flag == "" || n.Driver == "macvlan" {
		p.flag = "bridge"
	}
	switch {
	case !slices.Contains(modes, p.mode):
		return refuse(Internal, "requested %s mode '%s' is not valid, '%s' mode is the %s driver default", n.Driver, p.mode,
			modes[0], n.Driver)
	case !slices.Contains(flags, p.flag):
		return refuse(Internal, "requested ipvlan flag '%s' is not valid, 'bridge' is the ipvlan driver default", p.flag)
	case p.parent == "lo":
		return refuse(Internal, "loopback interface is not a valid %s parent link", n.Driver)
	case p.parent == "":
		p.parent, p.closed = n.dummyParent(), true
	}
	n.parent = p
	return nil
}

// skipsGateway reports whether no address is set aside for a gateway that nobody asked for.
func (n *Network) skipsGateway(v6 bool) bool {
	if n.Driver != "bridge" {
		return true // since 29.0 (https://github.com/moby/moby/pull/50929)
	}
	return n.bridge.mode(v6) == modeIsolated || !v6 && n.bridge.inhibit && n.Internal
}

// program makes the network what its driver makes of it.
func (n *Network) program(c *Controller) error {
	switch n.Driver {
	case "bridge":
		if err := n.bridgeConflict(c); err != nil {
			return err
		}
		if err := c.makeBridge(n); err != nil {
			return err
		}
		if err := c.firewall.network(n, true); err != nil {
			return err // the bridge stays behind, down, as moby leaves it
		}
		return c.host.Link(n.bridge.name).Up()
	case "macvlan", "ipvlan":
		if err := n.parentConflict(c); err != nil {
			return err
		}
		return c.makeParent(n)
	}
	return nil
}

// bridgeConflict: moby: bridge_linux.go, processIPAM, checkConflict
func (n *Network) bridgeConflict(c *Controller) error {
	v4, v6 := 0, 0
	for _, p := range n.Pools {
		if p.Subnet.Addr().Is6() {
			v6++
		} else {
			v4++
		}
	}
	if v4 > 1 || v6 > 1 {
		return refuse(Forbidden, "bridge driver doesn't support multiple subnets")
	}
	if n.bridge.mtu < 0 {
		return refuse(Invalid, "invalid MTU number: %d", n.bridge.mtu)
	}
	for _, o := range c.networks {
		if why := n.clash(o); why != "" {
			return refuse(Forbidden, "cannot create network %s (%s): conflicts with network %s (%s): %s", n.ID, n.bridge.name,
				o.ID, o.bridge.name, why)
		}
	}
	return nil
}

func (n *Network) clash(o *Network) string {
	if o.Driver != "bridge" || o.ConfigOnly {
		return ""
	}
	if o.bridge.name == n.bridge.name {
		return "networks have same bridge name"
	}
	for _, v6 := range []bool{false, true} {
		a, b := n.pool(v6), o.pool(v6)
		if a != nil && b != nil && a.Subnet.Overlaps(b.Subnet) {
			return fmt.Sprintf("networks have overlapping %s", familyName(a.Subnet.Addr()))
		}
	}
	return ""
}

// parentConflict: moby: the drivers' createNetwork. One macvlan parent can have many networks, one of ipvlan only one.
func (n *Network) parentConflict(c *Controller) error {
	for _, o := range c.networks {
		if o.Driver != n.Driver || o.parent.parent != n.parent.parent {
			continue
		}
		switch {
		case n.Driver == "ipvlan":
			return refuse(Internal, "network %s is already using parent interface %s", o.dummyParent(), n.parent.parent)
		case n.parent.mode == "passthru":
			return refuse(Internal, "cannot use mode passthru, macvlan network %s is already using parent interface %s", o.ID,
				n.parent.parent)
		case o.parent.mode == "passthru":
			return refuse(Internal, "macvlan network %s is already using parent interface %s in mode passthru", o.ID,
				n.parent.parent)
		}
	}
	return nil
}

func (n *Network) unprogram(c *Controller) {
	switch n.Driver {
	case "bridge":
		c.removeBridge(n)
		c.firewall.network(n, false)
	case "macvlan", "ipvlan":
		c.removeParent(n)
	}
}
