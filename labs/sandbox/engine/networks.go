package engine

import (
	"net/netip"
	"slices"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
)

// NetworkList lists networks. moby: daemon/network/filter.go
func (e *Engine) NetworkList(c api.Caller, f api.Filters) ([]api.Network, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	fs := filters(f)
	if err := fs.only("dangling", "driver", "id", "label", "label!", "name", "scope", "type"); err != nil {
		return nil, err
	}
	if err := fs.checkNetworks(); err != nil {
		return nil, err
	}
	list := []api.Network{}
	for _, n := range e.dock.Networks() {
		if e.includesNetwork(fs, n) {
			list = append(list, showNetwork(n))
		}
	}
	return list, nil
}

func (f filters) checkNetworks() error {
	switch v := f["dangling"]; {
	case len(v) > 1:
		return api.Errorf(api.InvalidParameter, `got more than one value for filter key "dangling"`)
	case len(v) == 1 && !slices.Contains([]string{"0", "1", "false", "true"}, v[0]):
		return api.Errorf(api.InvalidParameter,
			`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`)
	}
	for _, v := range f["type"] {
		if v != "builtin" && v != "custom" {
			return api.Errorf(api.InvalidParameter, "invalid filter: 'type'='%s'", v)
		}
	}
	return nil
}

func (e *Engine) includesNetwork(f filters, n *dockernet.Network) bool {
	kind := "custom"
	if dockernet.Predefined(n.Name) {
		kind = "builtin"
	}
	dangling := kind == "custom" && len(n.Endpoints()) == 0
	return f.fuzzy("name", n.Name) && f.fuzzy("id", string(n.ID)) && f.exact("driver", n.Driver) &&
		f.exact("scope", n.Scope) && f.exact("type", kind) && f.labels(n.Labels) && f.boolean("dangling", dangling)
}

// showNetwork is a network in the API's words. moby: daemon/network.go, buildNetworkResource
func showNetwork(n *dockernet.Network) api.Network {
	a := api.Network{
		Name: n.Name, ID: string(n.ID), Created: n.Created.UTC(), Scope: n.Scope, Driver: n.Driver, EnableIPv4: n.EnableIPv4,
		EnableIPv6: n.EnableIPv6, Internal: n.Internal, Attachable: n.Attachable, Ingress: n.Ingress,
		ConfigOnly: n.ConfigOnly, ConfigFrom: api.ConfigReference{Network: n.ConfigFrom},
		IPAM:    api.IPAM{Driver: either(n.IPAM.Driver, "default"), Options: n.IPAM.Options},
		Options: orEmptyMap(n.Options), Labels: orEmptyMap(n.Labels),
	}
	for _, p := range n.Pools {
		c := api.IPAMConfig{Subnet: p.Subnet.String(), Gateway: text(p.Gateway)}
		if p.Range.IsValid() {
			c.IPRange = p.Range.String()
		}
		for _, name := range sortedKeys(p.Aux) {
			if c.AuxAddress == nil {
				c.AuxAddress = map[string]string{}
			}
			c.AuxAddress[name] = p.Aux[name].String()
		}
		a.IPAM.Config = append(a.IPAM.Config, c)
	}
	return a
}

func orEmptyMap(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// NetworkInspect describes one.
func (e *Engine) NetworkInspect(c api.Caller, id string, verbose bool) (*api.NetworkInspect, error) {
	n, err := e.findNetwork(id)
	if err != nil {
		return nil, err
	}
	i := &api.NetworkInspect{
		Network: showNetwork(n), Containers: map[string]api.EndpointResource{}, Status: &api.NetworkStatus{},
	}
	for _, ep := range n.Endpoints() {
		r := api.EndpointResource{
			Name: ep.Name, EndpointID: string(ep.ID), IPv4Address: prefixText(ep.IPv4), IPv6Address: prefixText(ep.IPv6),
		}
		if ep.Ifname != "" {
			r.MacAddress = ep.MAC.String()
		}
		i.Containers[ep.Sandbox.Container] = r
	}
	for _, p := range n.Pools {
		if i.Status.IPAM.Subnets == nil {
			i.Status.IPAM.Subnets = map[string]api.SubnetStatus{}
		}
		s := p.Status()
		i.Status.IPAM.Subnets[p.Subnet.String()] = api.SubnetStatus{IPsInUse: s.InUse, DynamicIPsAvailable: s.Available}
	}
	return i, nil
}

func prefixText(p netip.Prefix) string {
	if !p.IsValid() {
		return ""
	}
	return p.String()
}

func (e *Engine) findNetwork(id string) (*dockernet.Network, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	n, err := e.dock.Find(id)
	return n, netError(err)
}
