package engine

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
)

// network is what is kept about the networks that every engine has, until there are real ones: ids, the addresses of
// bridge, and the ports of the host that are taken.
type network struct {
	bridge, host, none string // ids
	created            int64
	taken              map[netip.Addr]*endpoint
	ports              map[hostPort]*container
}

// hostPort is a port of one of the host's addresses.
type hostPort struct {
	ip    string
	port  uint16
	proto string
}

// endpoint is a container in bridge.
type endpoint struct {
	ct      *container
	id      string
	ip      netip.Addr
	mac     string
	sandbox string
	ports   api.PortMap
}

const (
	bridgeSubnet  = "172.17.0.0/16"
	bridgeGateway = "172.17.0.1"
)

func (n *network) init(e *Engine) {
	n.bridge, n.host, n.none = e.newID(), e.newID(), e.newID()
	n.created = e.now().UnixNano()
	n.taken, n.ports = map[netip.Addr]*endpoint{}, map[hostPort]*container{}
}

// makeNetworks checks which networks are asked for.
func (ct *container) makeNetworks(c *api.NetworkingConfig) error {
	mode := ct.host.NetworkMode
	if _, joins := mode.Container(); joins {
		if len(ct.host.PortBindings) > 0 {
			return api.Errorf(api.InvalidParameter, "conflicting options: port publishing and the container type network mode")
		}
		return nil
	}
	if c != nil {
		for _, name := range sortedKeys(c.EndpointsConfig) {
			s := c.EndpointsConfig[name]
			if name == "default" { // moby: daemon/create.go normalises the name that the client gives
				name = "bridge"
			}
			if name != string(mode) {
				return notSimulated("a second network for a container")
			}
			if s != nil && (s.IPAMConfig != nil || len(s.Aliases) > 0 || len(s.Links) > 0) {
				return notSimulated("an address or alias in a network")
			}
		}
	}
	return nil
}

// connect gives a container that starts its place in its network.
func (ct *container) connect(because []sim.EventID) error {
	e, n := ct.e, &ct.e.net
	switch mode := ct.host.NetworkMode; mode {
	case "bridge":
	case "host", "none":
		return nil
	default:
		if other, joins := mode.Container(); joins {
			_, err := ct.partner(other, "network")
			return err
		}
		return api.Errorf(api.NotFound, "failed to set up container networking: network %s not found", mode)
	}
	ep := &endpoint{ct: ct, id: e.newID(), mac: e.newMAC(), sandbox: e.newID()}
	for ep.ip = netip.MustParseAddr(bridgeGateway).Next(); n.taken[ep.ip] != nil; {
		ep.ip = ep.ip.Next()
	}
	if !netip.MustParsePrefix(bridgeSubnet).Contains(ep.ip.Next()) {
		return api.Errorf(
			api.Internal,
			"failed to set up container networking: no available IPv4 addresses on this network's address pools: bridge (%s)",
			n.bridge,
		)
	}
	if err := ct.publish(ep); err != nil {
		return err
	}
	n.taken[ep.ip] = ep
	ct.networks = []*endpoint{ep}
	ct.e.emit(api.EventNetwork, "connect", n.bridge, "bridge", ct.networkAttrs(), append(because, ct.cause)...)
	return nil
}

func (ct *container) networkAttrs() map[string]string {
	return map[string]string{"container": ct.id, "name": "bridge", "type": "bridge"}
}

// disconnect takes it away again.
func (ct *container) disconnect() {
	n := &ct.e.net
	for _, ep := range ct.networks {
		delete(n.taken, ep.ip)
		ct.unpublish()
		ct.e.emit(api.EventNetwork, "disconnect", n.bridge, "bridge", ct.networkAttrs(), ct.cause)
	}
	ct.networks = nil
}

// publish reserves the host's ports. moby: daemon/libnetwork/portallocator
func (ct *container) publish(ep *endpoint) error {
	ep.ports = api.PortMap{}
	for _, p := range ct.exposed() {
		bindings := ct.host.PortBindings[p]
		if len(bindings) == 0 && ct.host.PublishAllPorts {
			bindings = []api.PortBinding{{}}
		}
		ep.ports[p] = nil
		for _, b := range bindings {
			got, err := ct.reserve(p, b)
			if err != nil {
				ct.unpublish()
				return api.Errorf(api.Internal, "failed to set up container networking: driver failed programming external "+
					"connectivity on endpoint %s (%s): %s", ct.name, ep.id, err)
			}
			ep.ports[p] = append(ep.ports[p], got...)
		}
	}
	return nil
}

// exposed is every port that the container has, published or not, in order.
func (ct *container) exposed() []api.Port {
	all := map[string]struct{}{}
	for p := range ct.config.ExposedPorts {
		all[string(p)] = struct{}{}
	}
	for p := range ct.host.PortBindings {
		all[string(p)] = struct{}{}
	}
	var ports []api.Port
	for _, p := range sortedKeys(all) {
		ports = append(ports, api.Port(p))
	}
	return ports
}

// firstEphemeral is where ports are taken from that nobody chose.
const firstEphemeral, lastEphemeral = 32768, 60999

func (ct *container) reserve(p api.Port, b api.PortBinding) ([]api.PortBinding, error) {
	_, proto, _ := strings.Cut(string(p), "/")
	ips := []string{b.HostIP}
	if b.HostIP == "" {
		ips = []string{"0.0.0.0", "::"}
	}
	from, to, err := portRange(b.HostPort)
	if err != nil {
		return nil, err
	}
	for port := from; port <= to; port++ {
		if !ct.e.net.free(ips, uint16(port), proto) {
			continue
		}
		var got []api.PortBinding
		for _, ip := range ips {
			ct.e.net.ports[hostPort{ip, uint16(port), proto}] = ct
			got = append(got, api.PortBinding{HostIP: ip, HostPort: strconv.Itoa(port)})
		}
		return got, nil
	}
	return nil, fmt.Errorf("Bind for %s:%d failed: port is already allocated", ips[0], from)
}

func portRange(s string) (from, to int, err error) {
	if s == "" || s == "0" {
		return firstEphemeral, lastEphemeral, nil
	}
	a, b, ranged := strings.Cut(s, "-")
	if !ranged {
		b = a
	}
	from, err = strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if err != nil || err2 != nil || from < 1 || to > 65535 || from > to {
		return 0, 0, fmt.Errorf("invalid port range %q", s)
	}
	return from, to, nil
}

func (n *network) free(ips []string, port uint16, proto string) bool {
	for k := range n.ports { // any order: is there one
		if k.port == port && k.proto == proto && slices.ContainsFunc(ips, func(ip string) bool { return overlap(ip, k.ip) }) {
			return false
		}
	}
	return true
}

func overlap(a, b string) bool {
	all := func(s string) bool { return s == "0.0.0.0" || s == "::" }
	v6 := func(s string) bool { return strings.Contains(s, ":") }
	return v6(a) == v6(b) && (a == b || all(a) || all(b))
}

func (ct *container) unpublish() {
	for k, owner := range ct.e.net.ports { // any order: all of them go
		if owner == ct {
			delete(ct.e.net.ports, k)
		}
	}
}

// writeNetFiles writes the files by which a container knows its name, its address and its name server. moby:
// daemon/container_operations_unix.go, libnetwork/sandbox_dns_unix.go
func (ct *container) writeNetFiles() error {
	if ct.netDir() != ct.hostDir() {
		return nil
	}
	hostname := ct.config.Hostname
	if ct.config.Domainname != "" {
		hostname += "." + ct.config.Domainname
	}
	for _, f := range [][2]string{
		{"hostname", hostname + "\n"}, {"hosts", ct.hostsFile()}, {"resolv.conf", ct.resolvConf()},
	} {
		name, text := f[0], f[1]
		if err := ct.e.host.WriteFile(ct.hostDir()+"/"+name, []byte(text), 0o644); err != nil {
			return api.Errorf(api.Internal, "open %s/%s: %s", ct.hostDir(), name, goWords(err)).With(ct.e.whyFiles())
		}
	}
	return nil
}

// netDir is where these files are: with a network that is another container's, its.
func (ct *container) netDir() string {
	if other, joins := ct.host.NetworkMode.Container(); joins {
		if with, err := ct.e.find(other); err == nil {
			return with.hostDir()
		}
	}
	return ct.hostDir()
}

const hostsHead = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n" +
	"ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"

func (ct *container) hostsFile() string {
	if ct.host.NetworkMode == "host" {
		if text, err := ct.e.host.ReadFile("/etc/hosts"); err == nil {
			return string(text) + ct.extraHosts()
		}
	}
	text := hostsHead + ct.extraHosts()
	for _, ep := range ct.networks {
		text += ep.ip.String() + "\t"
		if d := ct.config.Domainname; d != "" {
			text += ct.config.Hostname + "." + d + " "
		}
		text += ct.config.Hostname + "\n"
	}
	return text
}

func (ct *container) extraHosts() string {
	text := ""
	for _, h := range ct.host.ExtraHosts {
		name, ip, _ := strings.Cut(h, ":")
		if ip == "host-gateway" {
			ip = bridgeGateway
		}
		text += ip + "\t" + name + "\n"
	}
	return text
}

func (ct *container) resolvConf() string {
	h := &ct.host
	servers := h.DNS
	if len(servers) == 0 {
		servers = []string{ct.e.c.Nameserver}
	}
	text := "# Generated by Docker Engine.\n" +
		"# This file can be edited; Docker Engine will not make further changes once it\n# has been modified.\n\n"
	for _, s := range servers {
		text += "nameserver " + s + "\n"
	}
	var overrides []string
	if len(h.DNS) > 0 {
		overrides = append(overrides, "nameservers")
	}
	if len(h.DNSSearch) > 0 {
		text += "search " + strings.Join(h.DNSSearch, " ") + "\n"
		overrides = append(overrides, "search")
	}
	if len(h.DNSOptions) > 0 {
		text += "options " + strings.Join(h.DNSOptions, " ") + "\n"
		overrides = append(overrides, "options")
	}
	text += "\n# Based on host file: '/etc/resolv.conf' (legacy)\n# Overrides: [" + strings.Join(overrides, " ") + "]\n"
	if i := slices.IndexFunc(h.DNSOptions, func(o string) bool { return strings.HasPrefix(o, "ndots:") }); i >= 0 {
		text += "# Option ndots from: override\n"
	}
	return text
}

// settings is what inspect shows of a container's networks.
func (ct *container) settings() *api.NetworkSettings {
	s := &api.NetworkSettings{Ports: api.PortMap{}, Networks: map[string]*api.EndpointSettings{}}
	name := string(ct.host.NetworkMode)
	if _, joins := ct.host.NetworkMode.Container(); joins {
		return s
	}
	es := &api.EndpointSettings{}
	s.Networks[name] = es
	switch name {
	case "bridge":
		es.NetworkID = ct.e.net.bridge
	case "host":
		es.NetworkID = ct.e.net.host
	case "none":
		es.NetworkID = ct.e.net.none
	}
	for _, ep := range ct.networks {
		s.SandboxID, s.SandboxKey, s.Ports = ep.sandbox, "/var/run/docker/netns/"+shortID(ep.sandbox), ep.ports
		es.EndpointID, es.Gateway, es.IPAddress, es.IPPrefixLen = ep.id, bridgeGateway, ep.ip.String(), 16
		es.MacAddress = ep.mac
	}
	return s
}

// portSummaries is the ports as listings show them. moby: daemon/container/view.go, sorted as the API does.
func (ct *container) portSummaries() []api.PortSummary {
	list := []api.PortSummary{}
	for _, ep := range ct.networks {
		for _, p := range ct.exposed() {
			number, proto, _ := strings.Cut(string(p), "/")
			n, _ := strconv.ParseUint(number, 10, 16)
			if len(ep.ports[p]) == 0 {
				list = append(list, api.PortSummary{PrivatePort: uint16(n), Type: proto})
			}
			for _, b := range ep.ports[p] {
				public, _ := strconv.ParseUint(b.HostPort, 10, 16)
				list = append(list, api.PortSummary{IP: b.HostIP, PrivatePort: uint16(n), PublicPort: uint16(public), Type: proto})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b api.PortSummary) int { return int(a.PrivatePort) - int(b.PrivatePort) })
	return list
}

// inUse counts bridge's addresses: its own, the gateway's, the broadcast's, and one for each container.
func (n *network) inUse() uint64 { return 3 + uint64(len(n.taken)) }

// poolSize is how many addresses a subnet has.
func poolSize(subnet string) uint64 {
	p := netip.MustParsePrefix(subnet)
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], 1<<(32-p.Bits()))
	return binary.BigEndian.Uint64(b[:])
}
