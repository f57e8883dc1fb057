package netsim

import "time"

// veth is one end of a cable. Linux: drivers/net/veth.c
type veth struct{ peer *Link }

// AddVeth makes a cable with two ends: name here and peerName in another namespace (or this one). Both are down. The
// peer is made first and has the lower number if both are in one namespace.
func (s *Stack) AddVeth(name string, peerStack *Stack, peerName string) (a, b *Link, err error) {
	if err := s.newName(name); err != nil {
		return nil, nil, err
	}
	if err := peerStack.newName(peerName); err != nil {
		return nil, nil, err
	}
	if s == peerStack && name == peerName {
		return nil, nil, EEXIST
	}
	da, db := &veth{}, &veth{}
	b = peerStack.newLink(peerName, db)
	a = s.newLink(name, da)
	da.peer, db.peer = b, a
	return a, b, nil
}

func (*veth) kind() string         { return "veth" }
func (v *veth) carrier(*Link) bool { return v.peer != nil && v.peer.up }

func (v *veth) removed(*Link) {
	if p := v.peer; p != nil {
		v.peer = nil
		p.remove()
	}
}

func (v *veth) transmit(l *Link, b *skb) {
	if v.peer == nil || !v.peer.up {
		l.stats.TxDropped++
		l.stack.lost(b, l, "net.nocarrier", "the other end of the cable is down")
		return
	}
	b.leave()
	l.cross(v.peer, b)
}

// cross carries a frame over the cable to its other end, with what is wrong with either.
func (l *Link) cross(to *Link, b *skb) {
	var late time.Duration
	for _, f := range [...]*Fault{l.fault, to.fault} {
		if f == nil {
			continue
		}
		if why := f.loses(l.stack.fabric.random); why != "" {
			l.stats.TxDropped++
			l.stack.lost(b, l, "net.fault", why)
			return
		}
		late += f.delay(l.stack.fabric.random)
	}
	if late > 0 {
		l.stack.fabric.carryLate(to, b, late)
		return
	}
	l.stack.fabric.carry(to, b)
}
