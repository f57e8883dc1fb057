package netsim

import "net/netip"

// loopback hands everything back to its own namespace. What travels on it never leaves, so that connection tracking
// still knows it on the other side.
type loopback struct{}

func (loopback) kind() string             { return "loopback" }
func (loopback) carrier(*Link) bool       { return true }
func (loopback) removed(*Link)            {}
func (loopback) transmit(l *Link, b *skb) { l.stack.fabric.carry(l, b) }

const loopbackMTU = 65536

func (s *Stack) addLoopback() {
	l := &Link{name: "lo", mtu: loopbackMTU, device: loopback{}}
	s.register(l)
	l.addrs = []Addr{
		{Prefix: netip.PrefixFrom(loopback4(), 8), Scope: "host"},
		{Prefix: netip.PrefixFrom(netip.IPv6Loopback(), 128), Scope: "host"},
	}
	l.Up()
}

func loopback4() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

// dummy swallows what is sent. Linux: drivers/net/dummy.c
type dummy struct{}

func (dummy) kind() string       { return "dummy" }
func (dummy) carrier(*Link) bool { return true }
func (dummy) removed(*Link)      {}

func (dummy) transmit(l *Link, b *skb) {
	l.stack.lost(b, l, "net.dummy", "a dummy link leads nowhere")
}

// AddDummy makes a link that swallows what is sent.
func (s *Stack) AddDummy(name string) (*Link, error) {
	if err := s.newName(name); err != nil {
		return nil, err
	}
	return s.newLink(name, dummy{}), nil
}
