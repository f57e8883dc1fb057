package engine

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
)

// pluginSearch is how long moby looks for the plugin of a driver that it does not have.
const pluginSearch = 15 * time.Second

// NetworkCreate makes a network. moby: daemon/network.go, createNetwork
func (e *Engine) NetworkCreate(c api.Caller, o api.NetworkCreateOptions) (api.NetworkCreated, error) {
	if err := e.up(); err != nil {
		return api.NetworkCreated{}, err
	}
	e.work(c, networkTime)
	asked, err := networkOptions(o)
	if err != nil {
		return api.NetworkCreated{}, err
	}
	n, err := e.dock.Create(asked)
	if err != nil {
		if err.Error() == fmt.Sprintf("plugin %q not found", o.Driver) {
			e.work(c, pluginSearch)
		}
		return api.NetworkCreated{}, netError(err)
	}
	e.emitNetwork("create", n, nil, c.Cause())
	return api.NetworkCreated{ID: string(n.ID)}, nil
}

// networkTime is what the daemon takes for a bridge and its rules.
const networkTime = 60 * time.Millisecond

func networkOptions(o api.NetworkCreateOptions) (dockernet.NetworkOptions, error) {
	n := dockernet.NetworkOptions{
		Name: o.Name, Driver: o.Driver, Scope: o.Scope, EnableIPv4: true, Internal: o.Internal, Attachable: o.Attachable,
		Ingress: o.Ingress, ConfigOnly: o.ConfigOnly, Options: o.Options, Labels: o.Labels,
		Origin: "docker network create " + o.Name,
	}
	if o.ConfigFrom != nil {
		n.ConfigFrom = o.ConfigFrom.Network
	}
	for _, f := range []struct {
		asked *bool
		opt   string
		to    *bool
	}{
		{o.EnableIPv4, "com.docker.network.enable_ipv4", &n.EnableIPv4},
		{o.EnableIPv6, "com.docker.network.enable_ipv6", &n.EnableIPv6},
	} {
		if f.asked != nil {
			*f.to = *f.asked
			continue
		}
		if v, ok := o.Options[f.opt]; ok {
			on, err := strconv.ParseBool(v)
			if err != nil {
				return n, api.Errorf(api.InvalidParameter, "driver-opt %q is not a valid bool", f.opt)
			}
			*f.to = on
		}
	}
	var err error
	n.IPAM, err = readIPAM(o.IPAM)
	return n, err
}

// readIPAM reads the addresses. moby: api/types/network, where they are netip's already
func readIPAM(i *api.IPAM) (dockernet.IPAM, error) {
	if i == nil {
		return dockernet.IPAM{Driver: "default"}, nil
	}
	m := dockernet.IPAM{Driver: either(i.Driver, "default"), Options: i.Options}
	if m.Driver != "default" {
		return m, api.Errorf(api.NotFound, "plugin %q not found", m.Driver)
	}
	for _, c := range i.Config {
		asked, err := readSubnet(c)
		if err != nil {
			return m, api.Errorf(api.InvalidParameter, "invalid network config:\n%s", err)
		}
		m.Config = append(m.Config, asked)
	}
	return m, nil
}

func readSubnet(c api.IPAMConfig) (asked dockernet.IPAMConfig, err error) {
	if asked.Subnet, err = netip.ParsePrefix(c.Subnet); err != nil {
		return asked, fmt.Errorf("invalid subnet %s: invalid CIDR block notation", c.Subnet)
	}
	if c.IPRange != "" {
		if asked.Range, err = netip.ParsePrefix(c.IPRange); err != nil {
			return asked, fmt.Errorf("invalid ip-range %s: invalid CIDR block notation", c.IPRange)
		}
	}
	if c.Gateway != "" {
		if asked.Gateway, err = netip.ParseAddr(c.Gateway); err != nil {
			return asked, fmt.Errorf("invalid gateway %s: invalid address", c.Gateway)
		}
	}
	for _, name := range sortedKeys(c.AuxAddress) {
		a, err := netip.ParseAddr(c.AuxAddress[name])
		if err != nil {
			return asked, fmt.Errorf("invalid auxiliary address %s: invalid address", name)
		}
		if asked.Aux == nil {
			asked.Aux = map[string]netip.Addr{}
		}
		asked.Aux[name] = a
	}
	return asked, nil
}
