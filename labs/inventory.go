package labs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
)

// inventory is what there is on a host, by kind and name. What a thing is stands in one line each: two inventories are
// compared by it.
type inventory struct {
	networks   []item[Network]
	containers []item[api.ContainerSummary]
	volumes    []item[Thing]
	images     []item[Thing]
}

// item is a thing and what it is.
type item[T any] struct {
	name, is string
	of       T
}

// takeInventory lists what there is. An engine that does not run answers nothing: then there is nothing to be seen.
func takeInventory(h *sandbox.Host) inventory {
	var v inventory
	e := h.Engine()
	if e == nil {
		return v
	}
	networks, _ := e.NetworkList(api.Caller{}, nil)
	for _, n := range networks {
		net := Network{Name: n.Name, Driver: n.Driver, Subnet: subnet(n)}
		v.networks = append(v.networks, item[Network]{n.Name, n.ID, net})
	}
	containers, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	for _, c := range containers {
		v.containers = append(v.containers, item[api.ContainerSummary]{containerName(c), looks(c), c})
	}
	volumes, _ := e.VolumeList(api.Caller{}, nil)
	for _, x := range volumes.Volumes {
		name := short(x.Name)
		v.volumes = append(v.volumes, item[Thing]{name, x.CreatedAt, Thing{Name: name}})
	}
	images, _ := e.ImageList(api.Caller{}, api.ImageListOptions{})
	for _, i := range images {
		for _, name := range imageNames(i) {
			v.images = append(v.images, item[Thing]{name, i.ID, Thing{Name: name}})
		}
	}
	v.sort()
	return v
}

// sort puts things into an order that does not change by itself: by name, Docker's own networks first.
func (v *inventory) sort() {
	slices.SortStableFunc(v.networks, func(a, b item[Network]) int {
		return cmp.Or(cmp.Compare(own(a.name), own(b.name)), strings.Compare(a.name, b.name))
	})
	slices.SortStableFunc(v.containers, byName[api.ContainerSummary])
	slices.SortStableFunc(v.volumes, byName[Thing])
	slices.SortStableFunc(v.images, byName[Thing])
}

func byName[T any](a, b item[T]) int { return strings.Compare(a.name, b.name) }

// own puts the network that containers are on by default first, and the two that are no networks last.
func own(name string) int {
	switch name {
	case "bridge":
		return 0
	case "host", "none":
		return 2
	}
	return 1
}

func subnet(n api.Network) string {
	var all []string
	for _, c := range n.IPAM.Config {
		all = append(all, c.Subnet)
	}
	return strings.Join(all, " ")
}

// short is the beginning of a name that Docker made up for a volume.
func short(name string) string {
	if len(name) == 64 {
		return name[:12]
	}
	return name
}

func containerName(c api.ContainerSummary) string {
	if len(c.Names) == 0 {
		return c.ID[:12] // it is being removed
	}
	return strings.TrimPrefix(c.Names[0], "/")
}

// looks is what of a container can be seen to change.
func looks(c api.ContainerSummary) string {
	return fmt.Sprint(c.ID, c.State, health(c), containerPorts(c), addresses(c))
}

func health(c api.ContainerSummary) string {
	if c.Health == nil {
		return ""
	}
	return string(c.Health.Status)
}

// addresses are a container's networks, with its address on each.
func addresses(c api.ContainerSummary) []string {
	var all []string
	if c.NetworkSettings != nil {
		for name, e := range c.NetworkSettings.Networks { // any order: it is sorted
			all = append(all, name+" "+e.IPAddress)
		}
	}
	slices.Sort(all)
	return all
}

// containerPorts are the ports that are published, as `docker ps` writes them, each once for both of the host's families.
func containerPorts(c api.ContainerSummary) []string {
	var all []string
	for _, p := range c.Ports {
		if p.PublicPort == 0 {
			continue
		}
		at := ""
		if p.IP != "0.0.0.0" && p.IP != "::" && p.IP != "" {
			at = p.IP + ":"
		}
		port := fmt.Sprintf("%s%d:%d", at, p.PublicPort, p.PrivatePort)
		if p.Type != "tcp" {
			port += "/" + p.Type
		}
		all = append(all, port)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// imageNames are an image's tags, or what an image without any is called.
func imageNames(i api.ImageSummary) []string {
	if len(i.RepoTags) > 0 {
		return i.RepoTags
	}
	id := strings.TrimPrefix(i.ID, "sha256:")
	return []string{"<none> " + id[:min(12, len(id))]}
}

// change is what has become of a thing since an inventory.
func change[T any](before []item[T], now item[T]) Change {
	for _, was := range before {
		if was.name == now.name {
			if was.is == now.is {
				return Same
			}
			return Altered
		}
	}
	return Added
}

// gone are the names that are no more.
func gone[T any](before, now []item[T]) []string {
	var all []string
	for _, was := range before {
		if !slices.ContainsFunc(now, func(x item[T]) bool { return x.name == was.name }) {
			all = append(all, was.name)
		}
	}
	return all
}
