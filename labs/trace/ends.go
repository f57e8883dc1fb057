package trace

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// Ends are those who can send: the running containers, the host, another machine of the LAN.
func Ends(h *sandbox.Host) []string {
	var all, others []string
	for _, p := range h.Places() {
		if p.Name == sandbox.FromHost || p.Name == sandbox.FromLAN {
			others = append(others, p.Name)
			continue
		}
		all = append(all, p.Name)
	}
	return append(all, others...)
}

// Goal is somebody who can be sent to.
type Goal struct {
	To    string // a name or an address
	Says  lessons.Text
	Ports []Port // that somebody listens on there
}

// Port is a port of a Goal.
type Port struct {
	Number uint16
	UDP    bool
}

func (p Port) String() string {
	if p.UDP {
		return strconv.Itoa(int(p.Number)) + "/udp"
	}
	return strconv.Itoa(int(p.Number))
}

// Goals are those who can be sent to: containers by name and by each address, the host, and a server outside.
func Goals(h *sandbox.Host) []Goal {
	var names, addrs, host []Goal
	for _, p := range h.Places() {
		ports := listening(p)
		switch p.Name {
		case sandbox.FromLAN:
		case sandbox.FromHost:
			host = append(host, Goal{"127.0.0.1", say("whoever sends, itself", "发送方自己"), ports})
			for _, a := range addresses(p) {
				host = append(host, Goal{a.addr, say("the host, on %s", "宿主机的 %s", a.link), ports})
			}
		default:
			names = append(names, Goal{p.Name, say("the container, by its name", "容器，用名字"), ports})
			for _, a := range addresses(p) {
				addrs = append(addrs, Goal{a.addr, say("%s, by its address", "%s 的地址", p.Name), ports})
			}
		}
	}
	out := Goal{"example.com", say("a web server outside", "外面的一台 Web 服务器"), []Port{{Number: 80}}}
	return append(slices.Concat(names, addrs, host), out)
}

type placed struct{ addr, link string }

// addresses are a place's own of IPv4, without its loopback.
func addresses(p sandbox.Place) []placed {
	var all []placed
	for _, l := range p.Net.Links() {
		for _, a := range l.Addrs() {
			if addr := a.Prefix.Addr(); addr.Is4() && !addr.IsLoopback() {
				all = append(all, placed{addr.String(), l.Name()})
			}
		}
	}
	return all
}

// listening are the ports of a place on which somebody waits, without those of Docker's server of names.
func listening(p sandbox.Place) []Port {
	var all []Port
	for _, x := range p.Net.Sockets() {
		waits := x.Proto == "tcp" && x.State == "LISTEN" || x.Proto == "udp" && x.State == "UNCONN"
		port := Port{x.Local.Port(), x.Proto == "udp"}
		if waits && x.Local.Addr() != embedded() && !slices.Contains(all, port) {
			all = append(all, port)
		}
	}
	slices.SortFunc(all, func(a, b Port) int { return int(a.Number) - int(b.Number) })
	return all
}

func embedded() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 11}) }

// published are the addresses of the host on which a port is published.
func published(h *sandbox.Host, a sandbox.Ask) []netip.Addr {
	kind := "tcp"
	if a.UDP {
		kind = "udp"
	}
	var all []netip.Addr
	for _, p := range ports(h) {
		addr, err := netip.ParseAddr(p.IP)
		if err == nil && p.PublicPort == a.Port && p.Type == kind && a.Port != 0 {
			all = append(all, addr)
		}
	}
	return all
}

// ports are those of all running containers. Without a daemon that runs there are none that could be asked about.
func ports(h *sandbox.Host) []api.PortSummary {
	var all []api.PortSummary
	if h.Engine() == nil {
		return nil
	}
	list, err := h.Engine().ContainerList(api.Caller{}, api.ContainerListOptions{})
	if err != nil {
		return nil
	}
	for _, c := range list {
		all = append(all, c.Ports...)
	}
	return all
}

// anyPublished is a TCP port of the host that others can come to; 0 if there is none.
func anyPublished(h *sandbox.Host) uint16 {
	for _, p := range ports(h) {
		if p.PublicPort != 0 && p.Type == "tcp" && p.IP == "0.0.0.0" {
			return p.PublicPort
		}
	}
	return 0
}

// joined is a target with its port.
func joined(a sandbox.Ask) string {
	port := strconv.Itoa(int(a.Port))
	if strings.Contains(a.To, ":") {
		return "[" + a.To + "]:" + port
	}
	return a.To + ":" + port
}
