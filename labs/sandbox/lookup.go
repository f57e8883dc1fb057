package sandbox

import (
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// Lookup is one place where a name was looked for.
type Lookup struct {
	File   string                 // of the sender: /etc/hosts; "" where a server was asked
	Server netip.AddrPort         // as its /etc/resolv.conf names it
	Name   string                 // that was looked for, a search domain included
	Found  []netip.Addr           // IPv4 before others
	Code   dns.Code               // of a server's answer
	Way    *dockernet.Explanation // of the question; nil of a file
}

// Answered reports whether the place had an answer, if only that there is no such name.
func (l *Lookup) Answered() bool { return l.Way == nil || l.Way.Answer != nil }

// lookUp finds an address for a name as programs of a place do: in /etc/hosts, then by asking the servers of
// /etc/resolv.conf, of which the next is asked where one does not answer. Only IPv4 addresses are asked for.
func (h *Host) lookUp(from Place, a Ask) (netip.Addr, []Lookup, error) {
	all := []Lookup{{File: "/etc/hosts", Name: a.To, Found: inHosts(from.read("/etc/hosts"), a.To)}}
	if found := all[0].Found; len(found) > 0 {
		return found[0], all, nil
	}
	c := resolve.ParseConfig(from.read("/etc/resolv.conf"))
	for _, name := range c.Candidates(a.To, false) {
		for _, server := range c.Servers {
			l, err := h.question(from, a, server, name)
			if err != nil {
				return netip.Addr{}, nil, err
			}
			all = append(all, l)
			if len(l.Found) > 0 {
				return l.Found[0], all, nil
			}
			if l.Way.Answer != nil && l.Code != dns.ServFail {
				break
			}
		}
	}
	return netip.Addr{}, all, nil
}

// inHosts is a name's addresses in a file like /etc/hosts, those of IPv4 in front.
func inHosts(text []byte, name string) (found []netip.Addr) {
	resolve.ParseHosts(text, func(a netip.Addr, names []string) bool {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			found = append(found, a)
		}
		return true
	})
	slices.SortStableFunc(found, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() })
	return found
}

func (h *Host) question(from Place, a Ask, server netip.AddrPort, name string) (Lookup, error) {
	l := Lookup{Server: server, Name: name}
	way, err := h.explain(dockernet.Probe{
		From: from.Net, To: server, Proto: packet.ProtoUDP, Ask: name,
		Suppose: a.Suppose,
	})
	if err != nil {
		return l, err
	}
	l.Way = way
	if way.Answer != nil {
		l.Code = way.Answer.Code
		for _, r := range way.Answer.Answers {
			if r.Type == dns.A {
				l.Found = append(l.Found, r.Addr)
			}
		}
	}
	return l, nil
}
