package netsim

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// VXLANConfig is a tunnel as asked for.
type VXLANConfig struct {
	VNI      uint32
	Local    netip.Addr   // of the outer packets; zero: as the route says
	Remote   []netip.Addr // where frames go whose receiver is unknown; none: they are dropped (l2miss)
	Port     uint16       // 0 is 4789
	Proxy    bool         // answer ARP from the neighbour table instead of sending it on
	Underlay *Stack       // whose routes the outer packets take; nil is the link's own namespace
}

type vxlan struct{}

func (*vxlan) kind() string                           { return "vxlan" }
func (*vxlan) carrier(*Link) bool                     { return true }
func (*vxlan) removed(*Link)                          {}
func (*vxlan) transmit(l *Link, b *skb)               {}
func (*vxlan) entries(*Link) []FDBEntry               { return nil }
func (*vxlan) addStatic(packet.MAC, netip.Addr) error { return ENOSYS }
func (*vxlan) remove(packet.MAC) error                { return ENOSYS }

// AddVXLAN makes a tunnel for frames over UDP.
func (s *Stack) AddVXLAN(name string, c VXLANConfig) (*Link, error) { return nil, ENOSYS }

func (s *Stack) tunnelInput(*skb) bool { return false }
