package applet

import (
	"net/netip"
	"path"
	"slices"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
)

// addr is `ip addr`.
func (p *ipCall) addr() proc.ExitCode {
	verb := p.verb()
	switch {
	case isPrefix(verb, "add"):
		return p.addrChange((*netsim.Link).AddAddr, netsim.EEXIST, "ipv4: Address already assigned.")
	case isPrefix(verb, "delete"):
		return p.addrChange((*netsim.Link).DelAddr, netsim.EADDRNOTAVAIL, "ipv4: Address not found.")
	case isPrefix(verb, "show"), isPrefix(verb, "list"), verb == "lst":
		return p.addrShow()
	case isPrefix(verb, "flush"):
		return p.addrFlush()
	}
	return p.unknownCommand(verb, "address")
}

func (p *ipCall) wants(a netip.Addr) bool {
	return p.family == 0 || p.family == 4 && a.Is4() || p.family == 6 && a.Is6()
}

// addrsOf is the addresses of a link that are to be shown: IPv4 first.
func (p *ipCall) addrsOf(l *netsim.Link, f *linkFilter) []netsim.Addr {
	var list []netsim.Addr
	for _, a := range l.Addrs() {
		if f.label != "" {
			if ok, _ := path.Match(f.label, l.Name()); !ok {
				continue
			}
		}
		if f.to != "" && !p.prefix(f.to).Masked().Contains(a.Prefix.Addr()) {
			continue
		}
		if p.wants(a.Prefix.Addr()) {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b netsim.Addr) int { return b2i(a.Prefix.Addr().Is6()) - b2i(b.Prefix.Addr().Is6()) })
	return list
}

func (p *ipCall) addrShow() proc.ExitCode {
	f := p.filter()
	for _, l := range p.net.Links() {
		if !f.has(l) {
			continue
		}
		addrs := p.addrsOf(l, &f)
		switch {
		case len(addrs) == 0 && (p.family == 4 || p.family == 6 || f.to != "" || f.label != ""):
		case p.brief:
			p.printf("%-16s %-14s ", p.linkName(l), operState(l))
			for _, a := range addrs {
				p.print(a.Prefix.String() + " ")
			}
			p.print("\n")
		default:
			if !p.oneline {
				p.showLink(l, p.family == 0)
			}
			p.showAddrs(l, addrs)
		}
	}
	return 0
}

func (p *ipCall) showAddrs(l *netsim.Link, addrs []netsim.Addr) {
	for i, a := range addrs {
		if p.oneline {
			p.printf("%d: %s", l.Index(), l.Name())
		}
		ip := a.Prefix.Addr()
		if ip.Is4() {
			p.print("    inet " + a.Prefix.String() + " ")
			if b, ok := broadcastOf(a); ok {
				p.print("brd " + b.String() + " ")
			}
		} else {
			p.print("    inet6 " + a.Prefix.String() + " ")
		}
		p.print("scope " + a.Scope + " ")
		if secondary(addrs[:i], a) {
			p.print("secondary ")
		}
		if ip.Is4() {
			p.print(l.Name())
		}
		p.print(p.newline() + "       valid_lft forever preferred_lft forever\n")
	}
}

// broadcastOf is the broadcast address; the loopback and networks of one or two addresses have none.
func broadcastOf(a netsim.Addr) (netip.Addr, bool) {
	if a.Scope == "host" || a.Prefix.Bits() > 30 {
		return netip.Addr{}, false
	}
	b := a.Prefix.Addr().As4()
	for i := a.Prefix.Bits(); i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b), true
}

// secondary reports whether an IPv4 address is in the same network as one before it.
func secondary(before []netsim.Addr, a netsim.Addr) bool {
	return a.Prefix.Addr().Is4() && slices.ContainsFunc(before, func(b netsim.Addr) bool {
		return b.Prefix.Masked() == a.Prefix.Masked()
	})
}

// addrChange is `ip addr add|del ADDRESS[/LENGTH] [brd +] dev NAME`.
// refusal is what the kernel says about the error refused.
func (p *ipCall) addrChange(change func(*netsim.Link, netip.Prefix) error, refused error, refusal string) proc.ExitCode {
	var prefix netip.Prefix
	dev := ""
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "dev":
			dev = p.next()
		case "brd", "broadcast":
			if word = p.next(); word != "+" {
				p.refuse("ip addr add brd " + word)
			}
		case "label", "scope", "peer", "remote", "valid_lft", "preferred_lft", "metric", "anycast":
			p.refuse("ip addr add " + word)
		case "local":
			prefix = p.prefix(p.next())
		default:
			prefix = p.prefix(word)
		}
	}
	if dev == "" {
		p.out.flush()
		if p.gnu() {
			p.Write(2, []byte("Not enough information: \"dev\" argument is required.\n"))
			return 255
		}
		p.die("argument '%s' is required", "dev")
	}
	l := p.find(dev)
	p.admin()
	if !prefix.IsValid() {
		p.answer(netsim.EINVAL)
	}
	err := change(l, prefix)
	if err == refused && prefix.Addr().Is4() {
		p.extAnswer(refusal, err)
	}
	p.answer(err)
	return 0
}

func (p *ipCall) addrFlush() proc.ExitCode {
	if len(p.args) == 0 {
		p.out.flush()
		if p.gnu() {
			p.Write(2, []byte("Flush requires arguments.\n"))
			return 255
		}
		p.die("argument '%s' is required", "flush")
	}
	f := p.filter()
	p.admin()
	for _, l := range p.net.Links() {
		if f.has(l) {
			for _, a := range p.addrsOf(l, &f) {
				p.answer(l.DelAddr(a.Prefix))
			}
		}
	}
	return 0
}
