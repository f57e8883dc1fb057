package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// attachment is one --network.
type attachment struct {
	target   string
	endpoint api.EndpointSettings
}

// specNetworks is --network and the flags around it.
func specNetworks(c *call, s *spec) error {
	asked := c.list("network")
	if len(asked) == 0 {
		asked = []string{"default"}
	}
	if mac := c.text("mac-address"); mac != "" && !validMAC(mac) {
		return fmt.Errorf("%s is not a valid mac address", mac)
	}
	s.network = &api.NetworkingConfig{EndpointsConfig: map[string]*api.EndpointSettings{}}
	own, shared := false, false
	for i, v := range asked {
		a, err := parseNetwork(v)
		if err != nil {
			return err
		}
		if i == 0 {
			s.host.NetworkMode = api.NetworkMode(a.target)
			addEndpointFlags(c, &a)
		}
		if err := a.check(); err != nil {
			return err
		}
		if api.NetworkMode(a.target).UserDefined() {
			own = true
		} else {
			shared = true
		}
		if _, twice := s.network.EndpointsConfig[a.target]; twice {
			return fmt.Errorf("network %q is specified multiple times", a.target)
		}
		if len(asked) == 1 && a.plain() { // the engine makes it of the network mode
			continue
		}
		s.network.EndpointsConfig[a.target] = &a.endpoint
	}
	if own && shared {
		return errors.New("conflicting options: cannot attach both user-defined and non-user-defined network-modes")
	}
	return nil
}

// addEndpointFlags gives the first network what --ip and the like say.
func addEndpointFlags(c *call, a *attachment) {
	e := &a.endpoint
	e.Aliases = append(e.Aliases, c.list("network-alias")...)
	if api.NetworkMode(a.target).UserDefined() {
		e.Links = c.list("link")
	}
	if mac := c.text("mac-address"); mac != "" {
		e.MacAddress = mac
	}
	ip, ip6, local := c.text("ip"), c.text("ip6"), c.list("link-local-ip")
	if ip != "" || ip6 != "" || len(local) > 0 {
		e.IPAMConfig = &api.EndpointIPAM{IPv4Address: ip, IPv6Address: ip6, LinkLocalIPs: local}
	}
}

// plain reports whether nothing is asked for but to be in the network.
func (a *attachment) plain() bool {
	e := a.endpoint
	return e.IPAMConfig == nil && len(e.Links)+len(e.Aliases)+len(e.DriverOpts) == 0 && e.MacAddress == "" &&
		e.GwPriority == 0
}

func (a *attachment) check() error {
	switch {
	case strings.TrimSpace(a.target) == "":
		return errors.New("no name set for network")
	case api.NetworkMode(a.target).UserDefined():
	case len(a.endpoint.Aliases) > 0:
		return errors.New("network-scoped aliases are only supported for user-defined networks")
	case len(a.endpoint.Links) > 0:
		return errors.New("links are only supported for user-defined networks")
	}
	return nil
}

func validMAC(s string) bool {
	parts := strings.FieldsFunc(strings.TrimSpace(s), func(r rune) bool { return r == ':' || r == '-' })
	for _, p := range parts {
		if _, err := strconv.ParseUint(p, 16, 8); err != nil || len(p) != 2 {
			return false
		}
	}
	return len(parts) == 6
}

// parseNetwork reads NAME, or name=NAME,alias=...,ip=... . cli: opts/network.go
func parseNetwork(v string) (attachment, error) {
	if name, val, ok := strings.Cut(v, "="); !ok || name == "" || val == "" {
		return attachment{target: v}, nil
	}
	var a attachment
	fields, err := csv.NewReader(strings.NewReader(strings.ToLower(v))).Read()
	if err != nil {
		return a, err
	}
	for _, f := range fields {
		key, val, ok := strings.Cut(f, "=")
		if !ok || key == "" {
			return a, fmt.Errorf("invalid field %s", f)
		}
		if err := a.set(strings.TrimSpace(key), strings.TrimSpace(val)); err != nil {
			return a, err
		}
	}
	if a.target == "" {
		return a, errors.New("network name/id is not specified")
	}
	return a, nil
}

func (a *attachment) set(key, val string) error {
	e := &a.endpoint
	switch key {
	case "name":
		a.target = val
	case "alias":
		e.Aliases = append(e.Aliases, val)
	case "mac-address":
		e.MacAddress = val
	case "ip", "ip6", "link-local-ip":
		if _, err := netip.ParseAddr(val); err != nil {
			return err
		}
		if e.IPAMConfig == nil {
			e.IPAMConfig = &api.EndpointIPAM{}
		}
		switch key {
		case "ip":
			e.IPAMConfig.IPv4Address = val
		case "ip6":
			e.IPAMConfig.IPv6Address = val
		default:
			e.IPAMConfig.LinkLocalIPs = append(e.IPAMConfig.LinkLocalIPs, val)
		}
	case "driver-opt":
		if !strings.Contains(val, "=") {
			return errors.New("invalid key value pair format in driver options")
		}
		e.DriverOpts = put(e.DriverOpts, val)
	case "gw-priority":
		n, err := strconv.Atoi(val)
		if err != nil {
			return fmt.Errorf("invalid gw-priority (%s): %w", val, errors.Unwrap(err))
		}
		e.GwPriority = n
	default:
		return errors.New("invalid field key " + key)
	}
	return nil
}
