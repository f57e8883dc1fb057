package engine

import (
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
)

// NetworkList lists the three networks that every engine has.
func (e *Engine) NetworkList(c api.Caller, f api.Filters) ([]api.Network, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	fs := filters(f)
	if err := fs.only("dangling", "driver", "id", "label", "label!", "name", "scope", "type"); err != nil {
		return nil, err
	}
	list := []api.Network{}
	for _, n := range e.builtins() {
		if fs.fuzzy("name", n.Name) && fs.fuzzy("id", n.ID) && fs.exact("driver", n.Driver) && fs.exact("scope", n.Scope) &&
			fs.exact("type", "builtin") && fs.labels(n.Labels) && !fs.is("dangling") {
			list = append(list, n)
		}
	}
	return list, nil
}

func (e *Engine) builtins() []api.Network {
	n := &e.net
	plain := func(name, id, driver string) api.Network {
		return api.Network{
			Name: name, ID: id, Created: time.Unix(0, n.created).UTC(), Scope: "local", Driver: driver, EnableIPv4: true,
			IPAM: api.IPAM{Driver: "default"}, Options: map[string]string{}, Labels: map[string]string{},
		}
	}
	bridge := plain("bridge", n.bridge, "bridge")
	bridge.IPAM.Config = []api.IPAMConfig{{Subnet: bridgeSubnet, Gateway: bridgeGateway}}
	bridge.Options = map[string]string{
		"com.docker.network.bridge.default_bridge":       "true",
		"com.docker.network.bridge.enable_icc":           "true",
		"com.docker.network.bridge.enable_ip_masquerade": "true",
		"com.docker.network.bridge.host_binding_ipv4":    "0.0.0.0",
		"com.docker.network.bridge.name":                 "docker0",
		"com.docker.network.driver.mtu":                  "1500",
	}
	return []api.Network{bridge, plain("host", n.host, "host"), plain("none", n.none, "null")}
}

// NetworkInspect describes one.
func (e *Engine) NetworkInspect(c api.Caller, id string, verbose bool) (*api.NetworkInspect, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	for _, n := range e.builtins() {
		if n.Name == id || n.ID == id || isHex(id) && strings.HasPrefix(n.ID, id) {
			return e.inspectNetwork(n), nil
		}
	}
	return nil, api.Errorf(api.NotFound, "network %s not found", id)
}

func (e *Engine) inspectNetwork(n api.Network) *api.NetworkInspect {
	i := &api.NetworkInspect{Network: n, Containers: map[string]api.EndpointResource{}}
	if n.Name != "bridge" {
		return i
	}
	for _, ep := range e.net.taken { // any order: into a map
		i.Containers[ep.ct.id] = api.EndpointResource{
			Name: ep.ct.name, EndpointID: ep.id, MacAddress: ep.mac, IPv4Address: ep.ip.String() + "/16",
		}
	}
	used := e.net.inUse()
	i.Status = &api.NetworkStatus{IPAM: api.IPAMStatus{Subnets: map[string]api.SubnetStatus{
		bridgeSubnet: {IPsInUse: used, DynamicIPsAvailable: poolSize(bridgeSubnet) - used},
	}}}
	return i
}

// NetworkCreate and what follows comes with the networks themselves.
func (e *Engine) NetworkCreate(c api.Caller, o api.NetworkCreateOptions) (api.NetworkCreated, error) {
	return api.NetworkCreated{}, e.noNetworks("creating the network " + o.Name)
}

// NetworkRemove is refused.
func (e *Engine) NetworkRemove(c api.Caller, id string) error {
	return e.noNetworks("removing the network " + id)
}

// NetworkConnect is refused.
func (e *Engine) NetworkConnect(c api.Caller, id, container string, s *api.EndpointSettings) error {
	return e.noNetworks("connecting to the network " + id)
}

// NetworkDisconnect is refused.
func (e *Engine) NetworkDisconnect(c api.Caller, id, container string, force bool) error {
	return e.noNetworks("disconnecting from the network " + id)
}

// NetworkPrune finds nothing: the networks that every engine has stay.
func (e *Engine) NetworkPrune(c api.Caller, f api.Filters) (api.NetworksPruned, error) {
	return api.NetworksPruned{}, e.up()
}

func (e *Engine) noNetworks(what string) error {
	if err := e.up(); err != nil {
		return err
	}
	return notSimulated(what)
}
