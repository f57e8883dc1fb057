package netfilter

import (
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// tuple is one direction of a connection as it looks in packets. Linux: struct nf_conntrack_tuple
type tuple struct {
	src, dst     wide
	sport, dport uint16 // of ICMP: the id, and type and code
	proto        packet.Proto
	v6           bool
}

// inverse is how answers look.
func (x tuple) inverse() tuple {
	y := tuple{x.dst, x.src, x.dport, x.sport, x.proto, x.v6}
	if x.proto == packet.ProtoICMP || x.proto == packet.ProtoICMPv6 {
		kind, _ := answerType(uint8(x.dport>>8), x.v6)
		y.sport, y.dport = x.sport, uint16(kind)<<8|x.dport&0xff
	}
	return y
}

// answerType is the type of the message that answers one of ICMP, and whether there is one. Linux: invmap in
// nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c
func answerType(kind uint8, v6 bool) (uint8, bool) {
	pairs := [][2]uint8{{8, 0}, {13, 14}, {15, 16}, {17, 18}}
	if v6 {
		pairs = [][2]uint8{{128, 129}, {139, 140}}
	}
	for _, p := range pairs {
		switch kind {
		case p[0]:
			return p[1], true
		case p[1]:
			return p[0], true
		}
	}
	return kind, false
}

// asks reports whether a message of ICMP begins a connection.
func asks(kind uint8, v6 bool) bool {
	if v6 {
		return kind == 128 || kind == 139
	}
	return kind == 8 || kind == 13 || kind == 15 || kind == 17
}

func tupleOf(p *packet.IP) tuple {
	x := tuple{src: wideOf(p.Src), dst: wideOf(p.Dst), proto: p.Proto, v6: p.V6()}
	x.sport, x.dport = ports(p)
	if p.ICMP != nil {
		x.sport, x.dport = p.ICMP.ID, uint16(p.ICMP.Type)<<8|uint16(p.ICMP.Code)
	}
	return x
}

// ports are a packet's ports, 0 where it has none. SCTP is only bytes here, and begins with them.
func ports(p *packet.IP) (src, dst uint16) {
	switch {
	case p.TCP != nil:
		return p.TCP.SrcPort, p.TCP.DstPort
	case p.UDP != nil:
		return p.UDP.SrcPort, p.UDP.DstPort
	case p.Proto == packet.ProtoSCTP && len(p.Payload) >= 4:
		b := p.Payload
		return uint16(b[0])<<8 | uint16(b[1]), uint16(b[2])<<8 | uint16(b[3])
	}
	return 0, 0
}

// relation is how a packet stands to its connection. Linux: enum ip_conntrack_info
type relation uint8

const (
	relEstablished relation = iota
	relRelated
	relNew
	relEstablishedReply
	relRelatedReply
	relations
	relUntracked
)

// replies reports whether the packet goes against the direction of the first one.
func (r relation) replies() bool { return r == relEstablishedReply || r == relRelatedReply }

func (r relation) related() bool { return r == relRelated || r == relRelatedReply }

// direction is an index into tuples.
func (r relation) direction() int {
	if r.replies() {
		return 1
	}
	return 0
}

// Track is what a packet carries of its connection. Linux: skb->_nfct
type Track struct {
	flow *flow
	info relation
}

// untracked is the Track of a packet that a rule took out of the tracking.
type untracked struct{}

// flow is a tracked connection. Linux: struct nf_conn
type flow struct {
	tuples     [2]tuple
	expires    time.Duration
	status     status
	mark       uint32
	tcp        tcpTrack
	streamFrom time.Duration    // of UDP: from then on it is a stream
	tracks     [relations]Track // so that a packet's Track costs nothing
	by         [2]credit        // which rules translated it, by manip
	next, prev *flow
}

type status uint8

const (
	statusReplied status = 1 << iota // an answer was seen
	statusAssured                    // not thrown out when the table is full
	statusConfirmed
	statusSrcNAT
	statusDstNAT
	statusSrcDone // rules for sources were asked
	statusDstDone
	statusGone
)

func newFlow(x tuple) *flow {
	f := &flow{tuples: [2]tuple{x, x.inverse()}}
	for i := range f.tracks {
		f.tracks[i] = Track{f, relation(i)}
	}
	return f
}

// tracker is the table of connections.
type tracker struct {
	byTuple  map[tuple]half
	remapped map[sourceKey]*flow // by source, those that got another port
	first    *flow               // the oldest
	last     *flow
	sweep    *flow // where the next look for expired ones begins
	count    int
	max      *int
	stats    trackerStats
}

// trackerStats are what conntrack -S counts. Linux: struct ip_conntrack_stat
type trackerStats struct{ invalid, dropped, clashed, early int }

// half is one direction of a flow.
type half struct {
	flow      *flow
	direction int
}

// sourceKey is the part of a tuple that SNAT maps.
type sourceKey struct {
	addr  wide
	port  uint16
	proto packet.Proto
	v6    bool
}

func (x tuple) source() sourceKey { return sourceKey{x.src, x.sport, x.proto, x.v6} }

// DefaultMaxConns is net.netfilter.nf_conntrack_max of a machine with 4 GB and more.
const DefaultMaxConns = 262144

// track makes the table of connections, once a rule needs one.
func (t *Tables) track() {
	if t.flows == nil {
		t.flows = &tracker{byTuple: map[tuple]half{}, max: t.maxConns}
		if t.maxConns == nil {
			most := DefaultMaxConns
			t.flows.max = &most
		}
	}
}

// ShareMaxConns bounds the number of connections by a number that all namespaces of a machine have in common, as
// net.netfilter.nf_conntrack_max is.
func (t *Tables) ShareMaxConns(n *int) {
	t.maxConns = n
	if t.flows != nil {
		t.flows.max = n
	}
}

// find looks a tuple up, and drops the connection if its time is over.
func (k *tracker) find(x tuple, now time.Duration) (half, bool) {
	h, ok := k.byTuple[x]
	if ok && h.flow.expires <= now {
		k.drop(h.flow)
		return half{}, false
	}
	return h, ok
}

// add enters a confirmed connection, and throws out one or two whose time is over.
func (k *tracker) add(f *flow, now time.Duration) {
	f.status |= statusConfirmed
	k.link(f)
	k.collect(now, 2)
}

// link puts a connection at the end of the list.
func (k *tracker) link(f *flow) {
	k.byTuple[f.tuples[0]] = half{f, 0}
	k.byTuple[f.tuples[1]] = half{f, 1}
	f.prev = k.last
	if k.last != nil {
		k.last.next = f
	} else {
		k.first = f
	}
	k.last = f
	k.count++
}

// collect looks at some connections, and drops those whose time is over. Linux: gc_worker
func (k *tracker) collect(now time.Duration, n int) {
	for ; n > 0; n-- {
		if k.sweep == nil {
			k.sweep = k.first
		}
		f := k.sweep
		if f == nil {
			return
		}
		k.sweep = f.next
		if f.expires <= now {
			k.drop(f)
		}
	}
}

// drop forgets a connection.
func (k *tracker) drop(f *flow) {
	if f.status&statusGone != 0 {
		return
	}
	f.status |= statusGone
	if f.status&statusConfirmed == 0 {
		return
	}
	delete(k.byTuple, f.tuples[0])
	delete(k.byTuple, f.tuples[1])
	if s := f.tuples[0].source(); k.remapped[s] == f {
		delete(k.remapped, s)
	}
	k.cut(f)
	k.count--
}

// cut takes a connection out of the list.
func (k *tracker) cut(f *flow) {
	if k.sweep == f {
		k.sweep = f.next
	}
	if f.prev != nil {
		f.prev.next = f.next
	} else {
		k.first = f.next
	}
	if f.next != nil {
		f.next.prev = f.prev
	} else {
		k.last = f.prev
	}
	f.next, f.prev = nil, nil
}

// earlyDropLooks is how many connections are looked at to make room for another. Linux: NF_CT_EVICTION_RANGE
const earlyDropLooks = 8

// fullLooks is how many connections are asked for their age when the table is full. The kernel does that all the time.
const fullLooks = 64

// makeRoom throws out a connection that nobody answered yet, and reports whether there is room. Linux: early_drop
func (k *tracker) makeRoom(now time.Duration) bool {
	if k.count < *k.max {
		return true
	}
	k.collect(now, fullLooks)
	if k.count < *k.max {
		return true
	}
	f := k.first
	for i := 0; f != nil && i < earlyDropLooks; i++ {
		next := f.next
		if f.expires <= now || f.status&statusAssured == 0 {
			k.drop(f)
			k.stats.early++
			return true
		}
		f = next
	}
	return false
}

// recall takes what the packet carries of its connection. What comes to OUTPUT with a connection is the answer that
// this host makes to a packet of it. Linux: nf_ct_attach
func (w *walk) recall() {
	switch x := w.packet.Track.(type) {
	case *Track:
		w.flow, w.info = x.flow, x.info
		if w.hook == Output {
			w.set(x.flow, answerTo(x.info))
		}
	case untracked:
		w.info = relUntracked
	}
}

func answerTo(r relation) relation {
	if r.replies() {
		return relRelated
	}
	return relRelatedReply
}

// set gives the packet its connection.
func (w *walk) set(f *flow, r relation) {
	w.flow, w.info = f, r
	w.packet.Track = &f.tracks[r]
}

func (w *walk) forget() {
	w.flow, w.info = nil, relEstablished
	w.packet.Track = nil
}

// trackPacket finds the packet's connection, or begins one. A packet that fits none goes on without: it is INVALID.
// Linux: nf_conntrack_in
func (w *walk) trackPacket() bool {
	k := w.tables.flows
	if k == nil || w.packet.Track != nil { // seen before: it came over lo, was taken out, or is an answer
		return true
	}
	if m := w.packet.ICMP; m != nil && m.IsError(w.packet.V6()) {
		w.trackError(k)
		return true
	}
	if m := w.packet.ICMP; m != nil && untrackedType(m.Type, w.packet.V6()) {
		w.packet.Track = untracked{}
		w.info = relUntracked
		return true
	}
	return w.trackNormal(k)
}

// untrackedType reports whether a message belongs to no connection: neighbour discovery. Linux:
// nf_conntrack_icmpv6_error
func untrackedType(kind uint8, v6 bool) bool {
	return v6 && (kind >= 130 && kind <= 136 || kind == 143)
}

func (w *walk) trackNormal(k *tracker) bool {
	now := w.at.Stack.Now()
	x := tupleOf(w.packet)
	h, ok := k.find(x, now)
	if !ok {
		return w.begin(k, x, now)
	}
	w.resume(h)
	switch w.update(now) {
	case updateInvalid:
		k.stats.invalid++
		w.forget()
	case updateOver:
		k.drop(h.flow) // the packet itself still belongs to it
	case updateAgain: // the old connection is over: this packet begins a new one
		k.drop(h.flow)
		w.forget()
		return w.begin(k, x, now)
	}
	return true
}

// resume is resolve_normal_ct for a known connection.
func (w *walk) resume(h half) {
	switch {
	case h.direction == 1:
		w.set(h.flow, relEstablishedReply)
	case h.flow.status&statusReplied != 0:
		w.set(h.flow, relEstablished)
	default:
		w.set(h.flow, relNew)
	}
}

// begin makes a new connection of a packet that may begin one.
func (w *walk) begin(k *tracker, x tuple, now time.Duration) bool {
	p := w.packet
	if p.ICMP != nil && !asks(p.ICMP.Type, x.v6) {
		return true
	}
	f := newFlow(x)
	if p.TCP != nil && !f.tcp.begin(p.TCP.Flags) {
		return true
	}
	if !k.makeRoom(now) {
		k.stats.dropped++
		w.decidedBy("conntrack", "table full")
		w.lose(Drop, ruleDrop)
		return false
	}
	w.set(f, relNew)
	switch w.update(now) {
	case updateInvalid:
		w.forget()
	case updateOver:
		k.drop(f)
	}
	return true
}

// trackError finds the connection that an ICMP error is about. Linux: nf_conntrack_inet_error
func (w *walk) trackError(k *tracker) {
	inner := w.packet.ICMP.Inner
	if inner == nil {
		return
	}
	h, ok := k.find(tupleOf(inner).inverse(), w.at.Stack.Now())
	if !ok || h.flow.tuples[h.direction].dst != w.dst {
		return
	}
	if h.direction == 1 {
		w.set(h.flow, relRelatedReply)
		return
	}
	w.set(h.flow, relRelated)
}

type update uint8

const (
	updateFine update = iota
	updateInvalid
	updateAgain
	updateOver
)

// Times after which a silent connection is forgotten. Linux: nf_conntrack_proto_*.c
const (
	timeoutUDP       = 30 * time.Second
	timeoutUDPStream = 120 * time.Second
	timeoutICMP      = 30 * time.Second
	timeoutGeneric   = 600 * time.Second
	streamAfter      = 2 * time.Second
)

// update moves the connection's state on with the packet.
func (w *walk) update(now time.Duration) update {
	f := w.flow
	u := updateFine
	switch {
	case w.packet.TCP != nil:
		u = f.followTCP(w.packet.TCP, w.info, now)
	case w.packet.UDP != nil:
		f.followUDP(now)
	case w.packet.ICMP != nil:
		f.expires = now + timeoutICMP
	default:
		f.expires = now + timeoutGeneric
	}
	if u == updateFine && w.info == relEstablishedReply {
		f.status |= statusReplied
	}
	return u
}

// followUDP is nf_conntrack_udp_packet: a stream is what was answered and still talks after two seconds.
func (f *flow) followUDP(now time.Duration) {
	if f.status&statusConfirmed == 0 {
		f.streamFrom = now + streamAfter
	}
	if f.status&statusReplied == 0 {
		f.expires = now + timeoutUDP
		return
	}
	if now <= f.streamFrom {
		f.expires = now + timeoutUDP
		return
	}
	f.expires = now + timeoutUDPStream
	f.status |= statusAssured
}

// confirm enters the connection of a packet that leaves the hooks, and drops the packet if another connection has
// taken one of its tuples meanwhile. Linux: __nf_conntrack_confirm
func (w *walk) confirm() {
	f, k := w.flow, w.tables.flows
	if f == nil || k == nil || f.status&(statusConfirmed|statusGone) != 0 || w.info.replies() {
		return
	}
	now := w.at.Stack.Now()
	for i := range f.tuples {
		other, taken := k.find(f.tuples[i], now)
		if !taken {
			continue
		}
		if other.flow.tuples == f.tuples && other.direction == 0 { // the same datagrams were under way twice
			w.set(other.flow, relNew)
			return
		}
		k.stats.clashed++
		w.decidedBy("conntrack", "clash")
		w.lose(Drop, ruleDrop)
		return
	}
	k.add(f, now)
	if s := f.tuples[0]; f.status&statusSrcNAT != 0 && f.tuples[1].dport != s.sport && !isICMP(s.proto) {
		k.remember(f)
	}
}

// remember keeps that a source has another port, so that its next connections get the same.
func (k *tracker) remember(f *flow) {
	if k.remapped == nil {
		k.remapped = map[sourceKey]*flow{}
	}
	k.remapped[f.tuples[0].source()] = f
}

func isICMP(p packet.Proto) bool { return p == packet.ProtoICMP || p == packet.ProtoICMPv6 }

// decidedBy names something of the kernel's own as what decided.
func (w *walk) decidedBy(table, chain string) {
	x := &w.result
	x.Table, x.Chain, x.Number, x.Rule = table, chain, 0, nil
}

func (x wide) addr(v6 bool) netip.Addr {
	if v6 {
		var b [16]byte
		for i := range 8 {
			b[i], b[8+i] = byte(x.hi>>(56-8*i)), byte(x.lo>>(56-8*i))
		}
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom4([4]byte{byte(x.lo >> 24), byte(x.lo >> 16), byte(x.lo >> 8), byte(x.lo)})
}
