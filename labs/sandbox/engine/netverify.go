package engine

import (
	"errors"
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// checkNetworkMode refuses what the network of a container that is shared cannot have. moby: daemon/runconfig (now
// daemon/server/router/container), validateNetMode
func checkNetworkMode(ct *container) string {
	h, c := &ct.host, &ct.config
	other, joins := h.NetworkMode.Container()
	switch {
	case joins && other == "":
		return "invalid network mode: invalid container format container:<name|id>"
	case h.UTSMode == "host" && c.Hostname != "":
		return "conflicting options: hostname and the UTS mode"
	case joins && c.Hostname != "":
		return "conflicting options: hostname and the network mode"
	case h.NetworkMode == "host" && len(h.Links) > 0:
		return "conflicting options: host type networking can't be used with links. This would result in undefined behavior"
	case !joins:
		return ""
	case len(h.Links) > 0:
		return "conflicting options: container type network can't be used with links. This would result in undefined behavior"
	case len(h.DNS) > 0:
		return "conflicting options: dns and the network mode"
	case len(h.ExtraHosts) > 0:
		return "conflicting options: custom host-to-IP mapping and the network mode"
	case len(h.PortBindings) > 0 || h.PublishAllPorts:
		return "conflicting options: port publishing and the container type network mode"
	case len(c.ExposedPorts) > 0:
		return "conflicting options: port exposing and the container type network mode"
	}
	return ""
}

// checkEndpoint checks what is asked for in a network, which may not exist yet. moby: daemon/container_operations.go,
// validateEndpointSettings
func (e *Engine) checkEndpoint(network string, s *api.EndpointSettings) error {
	var errs []string
	i := s.IPAMConfig
	if i == nil {
		i = &api.EndpointIPAM{}
	}
	if !api.NetworkMode(network).UserDefined() {
		if i.IPv4Address != "" || i.IPv6Address != "" {
			errs = append(errs, "user-specified IP address is supported on user-defined networks only")
		}
		if len(s.Aliases) > 0 {
			errs = append(errs, "network-scoped aliases are only supported for user-defined networks")
		}
	}
	errs = append(errs, e.addressProblems(network, i)...)
	if s.MacAddress != "" {
		if _, ok := parseMAC(s.MacAddress); !ok {
			return errors.New("invalid MAC address " + s.MacAddress)
		}
	}
	if len(errs) == 0 {
		return refuseEndpoint(s)
	}
	if len(errs) > 1 {
		errs[0] = "* " + errs[0]
	}
	return errors.New("invalid endpoint settings:\n" + strings.Join(errs, "\n* "))
}

func (e *Engine) addressProblems(network string, i *api.EndpointIPAM) (errs []string) {
	n, _ := e.dock.Find(network) // one that does not exist is noticed when the container starts
	for _, f := range []struct {
		addr, name string
		v6         bool
	}{{i.IPv4Address, "IPv4", false}, {i.IPv6Address, "IPv6", true}} {
		if f.addr == "" {
			continue
		}
		a, err := netip.ParseAddr(f.addr)
		switch {
		case err != nil || a.Unmap().Is6() != f.v6 || a.IsUnspecified() || a.Zone() != "":
			errs = append(errs, "invalid "+f.name+" address: "+f.addr)
		case n != nil && api.NetworkMode(n.Name).UserDefined() && !n.Contains(a.Unmap()):
			errs = append(errs, "no configured subnet contains IP address "+a.Unmap().String())
		}
	}
	return errs
}

// refuseEndpoint refuses by name what would be ignored.
func refuseEndpoint(s *api.EndpointSettings) error {
	if s.IPAMConfig != nil && len(s.IPAMConfig.LinkLocalIPs) > 0 {
		return notSimulated("a link-local address")
	}
	for _, name := range sortedKeys(s.DriverOpts) {
		if name == "com.docker.network.endpoint.sysctls" {
			return notSimulated("a sysctl of an interface")
		}
	}
	return nil
}
