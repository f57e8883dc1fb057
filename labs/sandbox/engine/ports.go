package engine

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim/packet"
)

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

// checkPorts: moby: daemon/container.go, validatePortBindings
func checkPorts(ct *container) string {
	for _, p := range ct.exposed() {
		if n, _, ok := splitPort(p); !ok || n == 0 {
			return fmt.Sprintf("invalid port specification: %q", string(p))
		}
		for _, b := range ct.host.PortBindings[p] {
			if _, _, ok := hostPorts(b.HostPort); !ok {
				return fmt.Sprintf("invalid port specification: %q", b.HostPort)
			}
			if _, err := netip.ParseAddr(b.HostIP); err != nil && b.HostIP != "" {
				return fmt.Sprintf("invalid host IP address: %q", b.HostIP)
			}
		}
	}
	return ""
}

// splitPort reads 80/tcp. A protocol that nobody knows is tcp. moby: libnetwork/types, ParseProtocol
func splitPort(p api.Port) (number uint16, proto packet.Proto, ok bool) {
	s, name, _ := strings.Cut(string(p), "/")
	n, err := strconv.ParseUint(s, 10, 16)
	switch strings.ToLower(name) {
	case "udp":
		proto = packet.ProtoUDP
	case "sctp":
		proto = packet.ProtoSCTP
	default:
		proto = packet.ProtoTCP
	}
	return uint16(n), proto, err == nil
}

// hostPorts reads 8080, 8000-8010, or nothing, which is any.
func hostPorts(s string) (first, last uint16, ok bool) {
	if s == "" {
		return 0, 0, true
	}
	a, b, ranged := strings.Cut(s, "-")
	if !ranged {
		b = a
	}
	from, err := strconv.ParseUint(a, 10, 16)
	to, err2 := strconv.ParseUint(b, 10, 16)
	return uint16(from), uint16(to), err == nil && err2 == nil && from <= to
}

// publishing is the ports that are exposed, and those that are to be published.
func (ct *container) publishing() (exposed []dockernet.Port, publish []dockernet.Publish) {
	for _, p := range ct.exposed() {
		n, proto, _ := splitPort(p)
		port := dockernet.Port{Number: n, Proto: proto}
		exposed = append(exposed, port)
		bindings := ct.host.PortBindings[p]
		for _, b := range bindings {
			first, last, _ := hostPorts(b.HostPort)
			ip, _ := netip.ParseAddr(b.HostIP) // checked; "" is invalid, which is everywhere
			publish = append(publish, dockernet.Publish{Port: port, HostIP: ip.Unmap(), HostFirst: first, HostLast: last})
		}
		if len(bindings) == 0 && ct.host.PublishAllPorts {
			publish = append(publish, dockernet.Publish{Port: port})
		}
	}
	return exposed, publish
}

// portMap is where the ports of a running container are published. moby: daemon/network.go, getPortMapInfo
func (ct *container) portMap() api.PortMap {
	m := api.PortMap{}
	if !ct.sandbox.ShowsPorts() {
		return m
	}
	for _, p := range ct.sandbox.Exposed {
		m[api.Port(p.String())] = nil
	}
	for _, b := range ct.sandbox.Bindings() {
		p, host := api.Port(b.Port.String()), ""
		if b.HostPort != 0 {
			host = strconv.Itoa(int(b.HostPort))
		}
		m[p] = append(m[p], api.PortBinding{HostIP: b.HostIP.String(), HostPort: host})
	}
	return m
}

// portSummaries is the ports as listings show them. moby: daemon/container/view.go, sorted as the API does.
func (ct *container) portSummaries() []api.PortSummary {
	list := []api.PortSummary{}
	if ct.sandbox == nil {
		return list
	}
	ports := ct.portMap()
	for _, p := range ct.exposed() {
		number, proto, _ := strings.Cut(string(p), "/")
		n, _ := strconv.ParseUint(number, 10, 16)
		bindings, shown := ports[p]
		if shown && len(bindings) == 0 {
			list = append(list, api.PortSummary{PrivatePort: uint16(n), Type: proto})
		}
		for _, b := range bindings {
			public, _ := strconv.ParseUint(b.HostPort, 10, 16)
			list = append(list, api.PortSummary{IP: b.HostIP, PrivatePort: uint16(n), PublicPort: uint16(public), Type: proto})
		}
	}
	slices.SortStableFunc(list, func(a, b api.PortSummary) int { return int(a.PrivatePort) - int(b.PrivatePort) })
	return list
}
