package dockernet

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// NetworkOptions is a network as asked for.
type NetworkOptions struct {
	Name, Driver, Scope                       string
	EnableIPv4, EnableIPv6                    bool
	IPAM                                      IPAM
	Internal, Attachable, Ingress, ConfigOnly bool
	ConfigFrom                                string
	Options, Labels                           map[string]string
	Origin                                    string // the command that asks, for its rules
}

// IPAM is who gives out a network's addresses, and which.
type IPAM struct {
	Driver  string
	Options map[string]string
	Config  []IPAMConfig
}

// IPAMConfig is one subnet as asked for; what is invalid was not asked for.
type IPAMConfig struct {
	Subnet, Range netip.Prefix
	Gateway       netip.Addr
	Aux           map[string]netip.Addr
}

// Network is a network as it is.
type Network struct {
	NetworkOptions
	ID      NetworkID
	Created time.Time
	Pools   []*Pool // IPv4 first

	bridge    bridgeOptions // of the driver bridge
	parent    parentOptions // of macvlan and ipvlan
	endpoints []*Endpoint   // as they were made
	names     records
	had       map[netip.Addr]struct{} // addresses that neighbours may know as somebody's who is gone
}

// MaxNetworks bounds what a host's networks take.
const MaxNetworks = 4096

// Create makes a network. moby: daemon/network.go, createNetwork
func (c *Controller) Create(o NetworkOptions) (*Network, error) {
	if Predefined(o.Name) {
		return nil, refuse(Forbidden, "operation is not permitted on predefined %s network", o.Name)
	}
	if o.Driver == "" {
		o.Driver = "bridge"
	}
	if o.Driver == "overlay" {
		return nil, refuse(Forbidden, `This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" `+
			`to connect this node to swarm and try again.`)
	}
	if err := o.validateIPAM(); err != nil {
		return nil, err
	}
	if len(c.networks) >= MaxNetworks {
		return nil, refuse(Unavailable, "this machine is full: it has %d networks; remove some (docker network prune)",
			len(c.networks))
	}
	return c.add(o)
}

// add is moby's daemon/libnetwork/controller.go, NewNetwork.
func (c *Controller) add(o NetworkOptions) (*Network, error) {
	switch {
	case strings.TrimSpace(o.Name) == "":
		return nil, refuse(Invalid, "invalid name: name is empty")
	case c.named(o.Name) != nil:
		return nil, refuse(Conflict, "network with name %s already exists", o.Name)
	}
	n := &Network{NetworkOptions: o, ID: NetworkID(c.c.NewID()), Created: c.now()}
	if err := n.checkReferences(c); err != nil {
		return nil, err
	}
	if n.ConfigOnly {
		n.Scope, n.Driver = "local", "null"
		c.networks = append(c.networks, n)
		return n, nil
	}
	if err := n.checkDriver(c); err != nil {
		return nil, err
	}
	if err := n.allocate(&c.ipam); err != nil {
		return nil, err
	}
	if err := n.program(c); err != nil {
		n.free(&c.ipam)
		return nil, err
	}
	c.networks = append(c.networks, n)
	return n, nil
}

// checkReferences looks at configurations that are networks. moby: daemon/libnetwork/network.go, validateConfiguration
func (n *Network) checkReferences(c *Controller) error {
	switch {
	case n.ConfigOnly && (n.Internal || n.Attachable || n.Ingress || n.Scope != ""):
		return refuse(Forbidden, "configuration network can only contain network specific fields. Network operator fields "+
			"like [ ingress | internal | attachable | scope ] are not supported.")
	case n.ConfigFrom == "":
		return nil
	case n.ConfigOnly:
		return refuse(Forbidden, "a configuration network cannot depend on another configuration network")
	case !n.EnableIPv4 || n.EnableIPv6 || len(n.IPAM.Options) > 0 || len(n.IPAM.Config) > 0 || len(n.Options) > 0:
		return refuse(Forbidden, "user specified configurations are not supported if the network depends on a configuration network")
	}
	from := c.named(n.ConfigFrom)
	if from == nil || !from.ConfigOnly {
		return refuse(NotFound, "configuration network %q does not exist", n.ConfigFrom)
	}
	n.EnableIPv4, n.EnableIPv6, n.IPAM = from.EnableIPv4, from.EnableIPv6, from.IPAM
	n.Options, n.Labels = maps.Clone(from.Options), mergeLabels(from.Labels, n.Labels)
	return nil
}

func mergeLabels(base, more map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, base)
	maps.Copy(all, more)
	return all
}

// checkDriver finds the driver, and lets it read its options.
func (n *Network) checkDriver(c *Controller) error {
	if !slices.Contains([]string{"bridge", "host", "null", "macvlan", "ipvlan"}, n.Driver) {
		return refuse(NotFound, "plugin %q not found", n.Driver)
	}
	switch {
	case n.Ingress:
		return refuse(Forbidden, "Ingress network can only be global scope network")
	case n.Scope == "swarm":
		return refuse(Forbidden, "cannot create a swarm scoped network when swarm is not active")
	case n.Scope == "":
		n.Scope = "local"
	}
	switch n.Driver {
	case "bridge":
		return n.readBridge()
	case "macvlan", "ipvlan":
		return n.readParent()
	}
	if Predefined(n.Name) {
		return nil
	}
	return refuse(Forbidden, "only one instance of %q network is allowed", n.Driver)
}

// special reports whether the network has no addresses of its own.
func (n *Network) special() bool { return n.Driver == "host" || n.Driver == "null" }

// allocate takes the subnets and the addresses in them that are not for containers. moby: ipamAllocate
func (n *Network) allocate(m *ipam) error {
	if n.special() {
		return nil
	}
	for _, family := range []struct{ on, v6 bool }{{n.EnableIPv4, false}, {n.EnableIPv6, true}} {
		if !family.on {
			continue
		}
		for _, want := range n.IPAM.wanted(family.v6) {
			p, err := m.newPool(want, family.v6, n.skipsGateway(family.v6))
			if err != nil {
				n.free(m)
				return err
			}
			n.Pools = append(n.Pools, p)
		}
	}
	return nil
}

// wanted is what is asked for of a family, or that anything will do.
func (i *IPAM) wanted(v6 bool) []IPAMConfig {
	var all []IPAMConfig
	for _, c := range i.Config {
		if c.Subnet.Addr().Is6() == v6 {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return []IPAMConfig{{}}
	}
	return all
}

func (m *ipam) newPool(want IPAMConfig, v6, noGateway bool) (*Pool, error) {
	t, err := m.pool(want.Subnet, want.Range, v6)
	if err != nil {
		return nil, err
	}
	p := &Pool{Subnet: t.prefix, Range: want.Range, Aux: want.Aux, subnet: t}
	if err := p.reserve(want, noGateway); err != nil {
		m.freePool(p)
		return nil, err
	}
	return p, nil
}

// reserve takes the gateway's address and those that containers must not get.
func (p *Pool) reserve(want IPAMConfig, noGateway bool) error {
	if want.Gateway.IsValid() || !noGateway {
		gw, err := p.request(want.Gateway)
		if err != nil {
			return refuse(Internal, "failed to allocate gateway (%s): %s", shown(want.Gateway), err)
		}
		p.Gateway = gw
	}
	for _, name := range slices.Sorted(maps.Keys(want.Aux)) {
		a := want.Aux[name]
		if _, err := p.request(a); err != nil {
			return refuse(Internal, "failed to allocate secondary ip address (%s:%s): %s", name, a, err)
		}
	}
	return nil
}

func shown(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func (n *Network) free(m *ipam) {
	for _, p := range n.Pools {
		m.freePool(p)
	}
	n.Pools = nil
}

func (m *ipam) freePool(p *Pool) {
	if p.Gateway.IsValid() {
		p.release(p.Gateway)
	}
	for _, a := range p.Aux { // any order: all of them go
		p.release(a)
	}
	m.space(p.Subnet.Addr().Is6()).release(p.subnet, p.Range)
}

// pool is the network's first subnet of a family; nil if it has none.
func (n *Network) pool(v6 bool) *Pool {
	for _, p := range n.Pools {
		if p.Subnet.Addr().Is6() == v6 {
			return p
		}
	}
	return nil
}

// Contains reports whether one of the network's subnets has the address.
func (n *Network) Contains(a netip.Addr) bool {
	return slices.ContainsFunc(n.Pools, func(p *Pool) bool { return p.Subnet.Contains(a) })
}

// Endpoints are the containers in the network.
func (n *Network) Endpoints() []*Endpoint { return slices.Clone(n.endpoints) }

// Remove takes a network away that nobody is in. moby: daemon/network.go, deleteNetwork
func (c *Controller) Remove(n *Network) error {
	switch {
	case Predefined(n.Name):
		return refuse(Forbidden, "%s is a pre-defined network and cannot be removed", n.Name)
	case n.ConfigOnly && slices.ContainsFunc(c.networks, func(o *Network) bool { return o.ConfigFrom == n.Name }):
		return refuse(Forbidden, "error while removing network: configuration network %q is in use", n.Name)
	case len(n.endpoints) > 0:
		var who []string
		for _, e := range n.endpoints {
			who = append(who, fmt.Sprintf("name:%q id:%q", e.Name, e.ID.Short()))
		}
		return refuse(Forbidden, "error while removing network: network %s has active endpoints (%s)", n.Name,
			strings.Join(who, ", "))
	}
	if !n.ConfigOnly {
		n.unprogram(c)
	}
	n.free(&c.ipam)
	c.networks = slices.DeleteFunc(c.networks, func(o *Network) bool { return o == n })
	return nil
}

// validateIPAM: moby: daemon/network.go and api/types/network/ipam.go
func (o *NetworkOptions) validateIPAM() error {
	var errs []string
	for _, c := range o.IPAM.Config {
		if c.Subnet.Addr().Is6() && !o.EnableIPv6 {
			continue
		}
		errs = append(errs, c.problems()...)
	}
	if len(errs) > 0 {
		return refuse(Invalid, "invalid network config:\n%s", joined(errs))
	}
	return nil
}

func (c *IPAMConfig) problems() []string {
	var errs []string
	if c.Subnet != c.Subnet.Masked() {
		errs = append(errs, fmt.Sprintf("invalid subnet %s: it should be %s", c.Subnet, c.Subnet.Masked()))
	}
	if c.Range.IsValid() {
		errs = append(errs, c.rangeProblems()...)
	}
	if c.Gateway.IsValid() {
		if why := c.addressProblem(c.Gateway); why != "" {
			errs = append(errs, fmt.Sprintf("invalid gateway %s: %s", c.Gateway, why))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Aux)) {
		if why := c.addressProblem(c.Aux[name]); why != "" {
			errs = append(errs, fmt.Sprintf("invalid auxiliary address %s: %s", name, why))
		}
	}
	return errs
}

func familyName(a netip.Addr) string {
	if a.Is6() {
		return "IPv6"
	}
	return "IPv4"
}

func (c *IPAMConfig) rangeProblems() []string {
	if c.Range.Addr().Is6() != c.Subnet.Addr().Is6() {
		return []string{fmt.Sprintf("invalid ip-range %s: parent subnet is an %s block", c.Range, familyName(c.Subnet.Addr()))}
	}
	var errs []string
	if c.Range.Bits() < c.Subnet.Bits() {
		errs = append(errs, fmt.Sprintf("invalid ip-range %s: CIDR block is bigger than its parent subnet %s", c.Range, c.Subnet))
	}
	if c.Range != c.Range.Masked() {
		errs = append(errs, fmt.Sprintf("invalid ip-range %s: it should be %s", c.Range, c.Range.Masked()))
	}
	if !c.Subnet.Overlaps(c.Range) {
		errs = append(errs, fmt.Sprintf("invalid ip-range %s: parent subnet %s doesn't contain ip-range", c.Range, c.Subnet))
	}
	return errs
}

func (c *IPAMConfig) addressProblem(a netip.Addr) string {
	switch {
	case a.Is6() != c.Subnet.Addr().Is6():
		return fmt.Sprintf("parent subnet is an %s block", familyName(c.Subnet.Addr()))
	case !c.Subnet.Contains(a):
		return fmt.Sprintf("parent subnet %s doesn't contain this address", c.Subnet)
	}
	return ""
}
