package labs

import (
	"slices"

	"dockerlearn/labs/sandbox/api"
)

// Picture is what there is on the host, with what the last step changed.
func (p *present) Picture() Picture {
	now := takeInventory(p.host)
	return picture(p.before, now)
}

func picture(before, now inventory) Picture {
	var p Picture
	for _, n := range now.networks {
		net := n.of
		net.Change = change(before.networks, n)
		net.Containers = on(net.Name, before, now)
		if own(net.Name) == 2 && len(net.Containers) == 0 {
			continue
		}
		p.Networks = append(p.Networks, net)
	}
	for _, c := range now.containers {
		if !slices.ContainsFunc(p.Networks, func(n Network) bool { return has(n, c.name) }) {
			p.Apart = append(p.Apart, boxed(before, c, ""))
		}
	}
	p.Volumes = things(before.volumes, now.volumes)
	p.Images = things(before.images, now.images)
	p.Gone = append(p.Gone, gone(before.containers, now.containers)...)
	p.Gone = append(p.Gone, gone(before.networks, now.networks)...)
	p.Gone = append(p.Gone, gone(before.volumes, now.volumes)...)
	p.Gone = append(p.Gone, gone(before.images, now.images)...)
	return p
}

// on are the containers that are on a network. One that does not run is on none of them: its address is free.
func on(network string, before, now inventory) []Container {
	var all []Container
	for _, c := range now.containers {
		e, known := c.of.NetworkSettings.Networks[network]
		if known && alive(string(c.of.State)) {
			all = append(all, boxed(before, c, e.IPAddress))
		}
	}
	return all
}

// boxed is a container as the picture has it.
func boxed(before inventory, c item[api.ContainerSummary], address string) Container {
	return Container{
		Name: c.name, Image: c.of.Image, State: string(c.of.State), Address: address, Ports: containerPorts(c.of),
		Change: change(before.containers, c),
	}
}

func alive(state string) bool {
	return state == "running" || state == "paused" || state == "restarting"
}

func has(n Network, name string) bool {
	return slices.ContainsFunc(n.Containers, func(c Container) bool { return c.Name == name })
}

func things(before, now []item[Thing]) []Thing {
	var all []Thing
	for _, x := range now {
		all = append(all, Thing{x.of.Name, change(before, x)})
	}
	return all
}
