package applet

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
)

// route is `ip route`.
func (p *ipCall) route() proc.ExitCode {
	verb := p.verb()
	switch {
	case isPrefix(verb, "add"):
		return p.routeChange(p.net.AddRoute)
	case verb == "append":
		p.refuse("ip route append")
	case isPrefix(verb, "replace"), verb == "change":
		return p.routeChange(p.replaceRoute)
	case isPrefix(verb, "delete"):
		return p.routeChange(p.net.DelRoute)
	case isPrefix(verb, "get"):
		return p.routeGet()
	case isPrefix(verb, "show"), isPrefix(verb, "list"), verb == "lst":
		return p.routeShow()
	case isPrefix(verb, "flush"):
		p.refuse("ip route flush")
	}
	return p.unknownCommand(verb, "route")
}

func (p *ipCall) replaceRoute(r netsim.Route) error {
	old := netsim.Route{Dst: r.Dst, Metric: r.Metric}
	if err := p.net.DelRoute(old); err != nil && err != netsim.ESRCH {
		return err
	}
	return p.net.AddRoute(r)
}

// routeFilter is which routes are to be shown.
type routeFilter struct {
	dev, proto, kind string
	via              netip.Addr
	dst              netip.Prefix
	exact            bool
	local            bool // of the local table
}

func (f *routeFilter) has(r *netsim.Route) bool {
	kind := r.Type
	if kind == "" {
		kind = "unicast"
	}
	switch {
	case f.dev != "" && r.Dev != f.dev, f.proto != "" && r.Proto != f.proto, f.kind != "" && kind != f.kind,
		f.via.IsValid() && r.Gateway != f.via, f.exact && r.Dst != f.dst:
		return false
	}
	return !f.dst.IsValid() || f.exact || f.dst.Overlaps(r.Dst) && r.Dst.Bits() >= f.dst.Bits()
}

func (p *ipCall) routeFilter() (f routeFilter) {
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "dev", "oif":
			f.dev = p.next()
		case "proto", "protocol":
			f.proto = p.next()
		case "type":
			f.kind = p.next()
		case "via":
			f.via = p.address(p.next())
		case "table":
			if word = p.next(); word != "main" && word != "local" && word != "254" && word != "255" {
				p.refuse("ip route show table " + word)
			}
			f.local = word == "local" || word == "255"
		case "exact":
			f.exact, f.dst = true, p.destination(p.next())
		case "root", "to":
			f.dst = p.destination(p.next())
		case "default":
			f.exact, f.dst = true, p.destination(word)
		case "scope", "match", "cache", "src", "cloned":
			p.refuse("ip route show " + word)
		default:
			f.exact, f.dst = true, p.destination(word)
		}
	}
	if f.dev != "" {
		p.find(f.dev)
	}
	return f
}

// destination reads "default", "all" or a prefix.
func (p *ipCall) destination(word string) netip.Prefix {
	if word == "default" || word == "all" || word == "any" {
		if p.family == 6 {
			return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
		}
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	return p.prefix(word)
}

func (p *ipCall) routeShow() proc.ExitCode {
	f := p.routeFilter()
	family := p.family
	if family == 0 {
		family = 4
	}
	routes := p.net.Routes
	if f.local {
		routes = p.net.LocalRoutes
	}
	list := routes(family)
	if family == 6 && !f.local && !p.gnu() {
		list = append(list, p.multicastRoutes()...)
	}
	for _, r := range list {
		if f.has(&r) {
			p.print(p.routeText(&r) + "\n")
		}
	}
	return 0
}

// multicastRoutes is what busybox takes for the main table's besides: it leaves out only local routes. busybox:
// networking/libiproute/iproute.c print_route
func (p *ipCall) multicastRoutes() (list []netsim.Route) {
	for _, r := range p.net.LocalRoutes(6) {
		if r.Type == "multicast" {
			list = append(list, r)
		}
	}
	return list
}

// routeText is a route as its flavour shows it. iproute2: ip/iproute.c print_route; busybox: libiproute/iproute.c
func (p *ipCall) routeText(r *netsim.Route) string {
	var b strings.Builder
	say := func(words ...string) { b.WriteString(strings.Join(words, " ") + " ") }
	if r.Type != "" && r.Type != "unicast" {
		say(r.Type)
	}
	switch {
	case r.Dst.Bits() == 0:
		say("default")
	case r.Dst.IsSingleIP():
		say(r.Dst.Addr().String())
	default:
		say(r.Dst.String())
	}
	if r.Gateway.IsValid() {
		say("via", r.Gateway.String())
	}
	if r.Dev != "" {
		say("dev", r.Dev)
	}
	if p.gnu() && r.Proto != "" && r.Proto != "boot" {
		say("proto", r.Proto)
	}
	if r.Dst.Addr().Is4() && r.Scope != "" && r.Scope != "global" {
		say("scope", r.Scope)
	}
	p.routeRest(r, say)
	if p.gnu() && r.Dst.Addr().Is6() { // behind "pref medium" there is no space
		return strings.TrimSuffix(b.String(), " ")
	}
	return b.String()
}

func (p *ipCall) routeRest(r *netsim.Route, say func(...string)) {
	space := ""
	if !p.gnu() {
		space = " "
	}
	if r.Src.IsValid() {
		say(space+"src", r.Src.String())
	}
	if r.Metric != 0 {
		say(space+"metric", strconv.Itoa(r.Metric))
	}
	if !p.gnu() {
		return
	}
	if l := p.net.Link(r.Dev); l != nil && l.IsUp() && !l.Running() {
		say("linkdown")
	}
	if r.Dst.Addr().Is6() {
		say("pref", "medium")
	}
}

// routeChange is `ip route add|del|replace [TYPE] PREFIX [via ADDRESS] [dev NAME] …`.
func (p *ipCall) routeChange(change func(netsim.Route) error) proc.ExitCode {
	var r netsim.Route
	dst := ""
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "via":
			if word = p.next(); word == "inet" || word == "inet6" {
				word = p.next()
			}
			r.Gateway = p.address(word)
		case "dev", "oif":
			r.Dev = p.next()
		case "src":
			r.Src = p.address(p.next())
		case "metric", "preference", "priority":
			r.Metric = p.number(p.next(), "metric")
		case "scope":
			r.Scope = p.next()
		case "proto", "protocol":
			r.Proto = p.next()
		case "blackhole", "unreachable", "prohibit":
			r.Type = word
		case "table", "mtu", "advmss", "onlink", "nexthop", "tos", "realm", "encap":
			p.refuse("ip route add " + word)
		case "to", "unicast":
		default:
			dst = word
		}
	}
	if dst == "" {
		p.answer(netsim.EINVAL)
	}
	if p.family == 0 && r.Gateway.Is6() {
		p.family = 6
	}
	r.Dst = p.destination(dst)
	if r.Dst != r.Dst.Masked() {
		p.extAnswer("Invalid prefix for given prefix length.", netsim.EINVAL)
	}
	if r.Dev != "" {
		p.find(r.Dev)
	}
	p.admin()
	err := change(r)
	if err == netsim.ENETUNREACH {
		p.extAnswer("Nexthop has invalid gateway.", err)
	}
	p.answer(err)
	return 0
}

// routeGet is `ip route get ADDRESS`.
func (p *ipCall) routeGet() proc.ExitCode {
	word := p.next()
	if word == "to" {
		word = p.next()
	}
	dst := p.prefix(word).Addr()
	if len(p.args) > 0 {
		p.refuse("ip route get " + p.args[0])
	}
	r, src, err := p.net.Lookup(dst)
	p.answer(err)
	line := ""
	if r.Type == "local" {
		line = "local "
	}
	line += dst.String() + " "
	if r.Gateway.IsValid() {
		line += "via " + r.Gateway.String() + " "
	}
	line += "dev " + r.Dev + " "
	if r.Type == "local" && p.gnu() {
		line += "table local "
	}
	space := " "
	if p.gnu() {
		space = ""
	}
	if src.IsValid() {
		line += space + "src " + src.String() + " "
	}
	if p.gnu() {
		line += "uid " + strconv.Itoa(int(p.Creds().UID)) + " \n    cache " + map[bool]string{true: "<local> "}[r.Type == "local"]
	}
	p.print(line + "\n")
	return 0
}

// neigh is `ip neigh`.
func (p *ipCall) neigh() proc.ExitCode {
	verb := p.verb()
	switch {
	case isPrefix(verb, "show"), isPrefix(verb, "list"), verb == "lst":
		return p.neighShow()
	case isPrefix(verb, "flush"):
		return p.neighFlush()
	case !p.gnu():
	case isPrefix(verb, "add"), isPrefix(verb, "replace"):
		return p.neighAdd()
	case isPrefix(verb, "delete"):
		return p.neighDelete()
	}
	return p.unknownCommand(verb, "neigh")
}

// neighbours reads [to] [ADDRESS] [dev NAME] [nud STATE].
func (p *ipCall) neighbours() (list []netsim.Neighbour) {
	var dev, nud string
	var to netip.Prefix
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "dev":
			dev = p.next()
			p.findToShow(dev)
		case "nud":
			nud = strings.ToUpper(p.next())
		case "to":
			to = p.prefix(p.next())
		case "all":
		default:
			to = p.prefix(word)
		}
	}
	for _, n := range p.net.Neighbours() {
		if p.wants(n.Addr) && (dev == "" || n.Dev == dev) && (nud == "" || nud == "ALL" || n.State == nud) &&
			(!to.IsValid() || to.Contains(n.Addr)) {
			list = append(list, n)
		}
	}
	return list
}

// neighShow is `ip neigh show`.
func (p *ipCall) neighShow() proc.ExitCode {
	for _, n := range p.neighbours() {
		p.print(n.Addr.String() + " dev " + n.Dev + " ")
		if n.State != "INCOMPLETE" && n.State != "FAILED" {
			p.print("lladdr " + macText(n.MAC) + " ")
		}
		if n.Router {
			p.print("router ")
		}
		if !p.gnu() {
			p.print(cacheInfo(&n))
		}
		p.print(n.State)
		if p.gnu() {
			p.print(" ")
		}
		p.print("\n")
	}
	return 0
}

// cacheInfo is what busybox shows of an entry's use. busybox: libiproute/ipneigh.c
func cacheInfo(n *netsim.Neighbour) string {
	ref, age := "", int(n.Age.Seconds())
	if n.State != "STALE" && n.State != "PERMANENT" && n.State != "FAILED" {
		ref = "ref 1 "
	}
	return fmt.Sprintf("%sused %d/%d/%d probes 0 ", ref, age, age, age)
}

func (p *ipCall) neighFlush() proc.ExitCode {
	if len(p.args) == 0 {
		p.out.flush()
		if p.gnu() {
			p.Write(2, []byte("Flush requires arguments.\n"))
			return 255
		}
		p.die("argument '%s' is required", "flush")
	}
	p.admin()
	for _, n := range p.neighbours() {
		if n.State != "PERMANENT" {
			p.answer(p.net.DelNeighbour(n.Dev, n.Addr))
		}
	}
	return 0
}

func (p *ipCall) neighAdd() proc.ExitCode {
	var n netsim.Neighbour
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "dev":
			n.Dev = p.next()
		case "lladdr":
			text := p.next()
			m, ok := packet.ParseMAC(text)
			if !ok {
				p.die("\"%s\" is invalid lladdr.", text)
			}
			n.MAC = m
		case "nud":
			if state := p.next(); state != "permanent" {
				p.refuse("ip neigh add nud " + state)
			}
		case "to":
		default:
			n.Addr = p.address(word)
		}
	}
	p.find(n.Dev)
	p.admin()
	p.answer(p.net.AddNeighbour(n.Dev, n.Addr, n.MAC))
	return 0
}

func (p *ipCall) neighDelete() proc.ExitCode {
	list := p.neighbours()
	p.admin()
	if len(list) == 0 {
		p.answer(netsim.ENOENT)
	}
	p.answer(p.net.DelNeighbour(list[0].Dev, list[0].Addr))
	return 0
}
