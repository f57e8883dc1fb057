package engine

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
)

// link is another container of the default bridge that this one calls by a name of its own: Docker's first way to
// connect containers. moby: daemon/links.go
type link struct {
	to    *container
	alias string
}

// parseLink reads NAME:ALIAS, NAME, or /NAME:/PARENT/ALIAS. moby: daemon/pkg/opts/opts.go, ParseLink
func parseLink(s string) (name, alias string, err error) {
	parts := strings.Split(s, ":")
	switch {
	case s == "":
		return "", "", errors.New("empty string specified for links")
	case len(parts) > 2:
		return "", "", errors.New("bad format for links: " + s)
	case len(parts) == 1:
		return s, s, nil
	case strings.HasPrefix(s, "/"):
		return parts[0][1:], parts[1][strings.LastIndex(parts[1], "/")+1:], nil
	}
	return parts[0], parts[1], nil
}

// makeLinks finds the containers that are linked to. moby: daemon/daemon_unix.go, registerLinks
func (ct *container) makeLinks() error {
	asked := ct.host.Links
	ct.host.Links = nil // shown as they are now: showLinks
	if ct.host.NetworkMode.UserDefined() {
		return nil // there they are of the endpoint
	}
	for _, s := range asked {
		name, alias, err := parseLink(s)
		if err != nil {
			return api.Errorf(api.InvalidParameter, "%s", err)
		}
		to, err := ct.e.find(name)
		if err != nil {
			// not NotFound: the client would pull the image
			return api.Errorf(api.InvalidParameter, "could not get container for %s: %s", name, err)
		}
		if to, err = to.sharedWith(); err != nil {
			return err
		}
		if to.host.NetworkMode == "host" {
			return api.Errorf(api.InvalidParameter,
				"conflicting options: host type networking can't be used with links. This would result in undefined behavior")
		}
		ct.links = append(ct.links, link{to, alias})
	}
	return nil
}

// sharedWith is the container whose network a container has: its own, or another's.
func (ct *container) sharedWith() (*container, error) {
	for range len(ct.e.order) {
		other, joins := ct.host.NetworkMode.Container()
		if !joins {
			return ct, nil
		}
		with, err := ct.e.find(other)
		if err != nil {
			return nil, api.Errorf(api.InvalidParameter, "could not get container for %s: %s", other, err)
		}
		ct = with
	}
	return nil, api.Errorf(api.InvalidParameter, "cannot join own network namespace")
}

// checkLinks: moby: daemon/container_operations_unix.go, setupLinkedContainers, at each start and each docker exec
func (ct *container) checkLinks() error {
	if ct.attachment("bridge") == nil {
		return nil
	}
	for _, l := range ct.links {
		if !l.to.state.running {
			return api.Errorf(api.Internal, "Cannot link to a non running container: /%s AS /%s/%s", l.to.name, ct.name, l.alias)
		}
		if l.to.attachment("bridge") == nil {
			return api.Errorf(api.Internal, "container %s not attached to default bridge network", l.to.id)
		}
	}
	return nil
}

// addLinks notes the linked containers in /etc/hosts. moby: daemon/container_operations.go, addLegacyLinks
func (ct *container) addLinks() error {
	lines := ""
	for _, l := range ct.links {
		lines += l.line()
	}
	if lines == "" {
		return nil
	}
	return ct.writeNetFile("hosts", ct.e.hostFile(ct.hostDir()+"/hosts")+lines)
}

// line is how /etc/hosts knows the linked container; "" while it has no address.
func (l link) line() string {
	a := l.to.attachment("bridge")
	if a == nil || a.endpoint == nil {
		return ""
	}
	names := l.alias + " " + l.to.config.Hostname
	if l.alias != l.to.name {
		names += " " + l.to.name
	}
	return dockernet.HostEntry{Addr: a.endpoint.IPv4.Addr(), Names: names}.String()
}

// tellParents corrects the address in /etc/hosts of those who link to a container that has started again. moby:
// daemon/libnetwork/sandbox_dns_unix.go, updateParentHosts
func (ct *container) tellParents() {
	for _, parent := range ct.e.order {
		if parent == ct || parent.sandbox == nil {
			continue
		}
		for _, l := range parent.links {
			if line := l.line(); l.to == ct && line != "" {
				parent.replaceHost(line)
			}
		}
	}
}

// replaceHost gives the names of a line of /etc/hosts another address.
func (ct *container) replaceHost(line string) {
	_, names, _ := strings.Cut(line, "\t")
	var all strings.Builder
	for old := range strings.Lines(ct.e.hostFile(ct.hostDir() + "/hosts")) {
		if ip, of, _ := strings.Cut(old, "\t"); of == names {
			if _, err := netip.ParseAddr(ip); err == nil {
				old = line
			}
		}
		all.WriteString(old)
	}
	ct.writeNetFile("hosts", all.String())
}

// showLinks is the links as inspect shows them.
func (ct *container) showLinks() []string {
	var all []string
	for _, l := range ct.links {
		all = append(all, "/"+l.to.name+":/"+ct.name+"/"+l.alias)
	}
	return all
}

// linkNames are the names that others have for the container.
func (ct *container) linkNames() []string {
	var all []string
	for _, parent := range ct.e.order {
		for _, l := range parent.links {
			if l.to == ct {
				all = append(all, "/"+parent.name+"/"+l.alias)
			}
		}
	}
	slices.Sort(all)
	return all
}

// removeLink is docker rm --link PARENT/ALIAS. moby: daemon/delete.go, rmLink
func (e *Engine) removeLink(name string) error {
	parent, alias, ok := strings.Cut(strings.TrimPrefix(name, "/"), "/")
	if !ok || alias == "" {
		return api.Errorf(api.InvalidParameter, "Conflict, cannot remove the default link name of the container")
	}
	ct := e.named[parent]
	if ct == nil {
		return api.Errorf(api.Internal, "Cannot get parent /%s for link %s", parent, "/"+strings.TrimPrefix(name, "/"))
	}
	gone := func(l link) bool { return l.alias == alias }
	i := slices.IndexFunc(ct.links, gone)
	if i < 0 {
		return api.Errorf(api.NotFound, "No such container: %s", name)
	}
	line := ct.links[i].line()
	ct.links = slices.DeleteFunc(ct.links, gone)
	if ct.sandbox != nil {
		ct.dropHosts(line)
	}
	return nil
}

// dropLinks forgets the links to a container that is removed.
func (e *Engine) dropLinks(to *container) {
	for _, ct := range e.order {
		ct.links = slices.DeleteFunc(ct.links, func(l link) bool { return l.to == to })
	}
}
