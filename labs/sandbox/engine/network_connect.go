package engine

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
)

// NetworkConnect puts a container into a network: at once if it runs, else when it is started. moby:
// daemon/container_operations.go, ConnectToNetwork
func (e *Engine) NetworkConnect(c api.Caller, id, container string, s *api.EndpointSettings) error {
	if err := e.up(); err != nil {
		return err
	}
	a := &attachment{name: id}
	if s != nil {
		a.settings, a.mac = *s, s.MacAddress
	}
	ct, err := e.find(container)
	if err != nil {
		return err
	}
	if ct.state.removing {
		return ct.cannotConnect()
	}
	if ct.sandbox == nil {
		return ct.plan(a)
	}
	if _, joins := ct.host.NetworkMode.Container(); joins {
		return sharesNetwork()
	}
	e.work(c, networkTime)
	if err := ct.connect(a, ct.because(c)); err != nil {
		return err
	}
	ct.networks = append(ct.networks, a)
	return nil
}

func (ct *container) cannotConnect() error {
	return api.Errorf(api.Internal,
		"Container %s is marked for removal and cannot be connected or disconnected to the network", ct.id)
}

func sharesNetwork() error {
	return api.Errorf(api.InvalidParameter,
		"container sharing network namespace with another container or host cannot be connected to any other network")
}

// plan notes a network for the next start. It may not exist yet.
func (ct *container) plan(a *attachment) error {
	n, err := ct.e.dock.Find(a.name)
	if err == nil {
		a.name = n.Name
		if api.NetworkMode(n.Name).UserDefined() {
			a.settings.DNSNames = ct.dnsNames(a.settings.Aliases)
		}
		if err := ct.e.checkEndpoint(n.Name, &a.settings); err != nil {
			return api.Errorf(api.InvalidParameter, "%s", err)
		}
		if err := ct.mayConnect(n, a); err != nil {
			return err
		}
	}
	if ct.attachment(a.name) == nil {
		ct.networks = append(ct.networks, a)
	}
	return nil
}

// NetworkDisconnect takes a container out of a network. moby: DisconnectFromNetwork
func (e *Engine) NetworkDisconnect(c api.Caller, id, container string, force bool) error {
	if err := e.up(); err != nil {
		return err
	}
	n, err := e.dock.Find(id)
	ct, unknown := e.find(container)
	switch {
	case unknown != nil && !force:
		return unknown
	case unknown != nil && err != nil:
		return netError(err)
	case unknown != nil: // moby looks for an endpoint that has outlived its container: here none does
		return api.Errorf(api.NotFound, "endpoint %s not found", container)
	case ct.state.removing:
		return ct.cannotConnect()
	}
	switch {
	case ct.sandbox == nil || err != nil && force:
		return ct.unplan(n, id)
	case err != nil:
		return netError(err)
	case ct.host.NetworkMode == "host" && n.Driver == "host":
		return api.Errorf(api.InvalidParameter,
			"cannot disconnect container from host network - container was created in host network mode")
	}
	a := ct.attachment(n.Name)
	if a == nil || a.endpoint == nil {
		return api.Errorf(api.Internal, "container %s is not connected to network %s", ct.id, n.Name)
	}
	e.work(c, networkTime)
	return ct.disconnect(a, n, c)
}

func (ct *container) unplan(n *dockernet.Network, name string) error {
	if n != nil {
		name = n.Name
	}
	a := ct.attachment(name)
	if a == nil {
		return api.Errorf(api.Internal, "container %s is not connected to the network %s", ct.id, name)
	}
	ct.detach(a)
	return nil
}

func (ct *container) disconnect(a *attachment, n *dockernet.Network, c api.Caller) error {
	ct.dropHosts(a.endpoint.HostLines())
	err := ct.sandbox.Leave(a.endpoint)
	ct.detach(a)
	if err != nil {
		return api.Errorf(api.Internal, "container %s failed to leave network %s: %s", ct.id, n.Name, err)
	}
	ct.e.emitNetwork("disconnect", n, ct, append(ct.because(c), ct.cause)...)
	return nil
}
