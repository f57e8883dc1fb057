package netfilter

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// manip is which end of a connection is translated. Linux: enum nf_nat_manip_type
type manip uint8

const (
	manipSrc manip = iota
	manipDst
)

func (m manip) String() string { return [...]string{"source", "destination"}[m] }

// manipAt is the end that is translated at a hook. Linux: HOOK2MANIP
func manipAt(h Hook) manip {
	if h == PreRouting || h == Output {
		return manipDst
	}
	return manipSrc
}

func (m manip) done() status {
	if m == manipSrc {
		return statusSrcDone
	}
	return statusDstDone
}

func (m manip) changed() status {
	if m == manipSrc {
		return statusSrcNAT
	}
	return statusDstNAT
}

// changedFor is what was changed of the connection that is changed here in a packet of a direction: what was done to
// the source is undone at the destination of the answer.
func (m manip) changedFor(direction int) status {
	if direction == 1 {
		m = 1 - m
	}
	return m.changed()
}

// natRange is what a connection's end may become. Linux: struct nf_nat_range2
type natRange struct {
	first, last         wide // last is first for one address
	hasAddr, hasPort    bool
	firstPort, lastPort uint16
	random, persistent  bool
	fullyRandom         bool
}

// translate asks the rules of type nat about a connection that they did not see at this hook, and rewrites the packet.
// Linux: nf_nat_inet_fn
func (w *walk) translate(chains []*Chain) bool {
	f := w.flow
	if f == nil || w.tables.nat == 0 {
		return true
	}
	m := manipAt(w.hook)
	if w.info.related() && isICMP(w.packet.Proto) {
		w.translateError(m)
		return true
	}
	if (w.info == relNew || w.info.related()) && f.status&m.done() == 0 {
		if !w.choose(chains, m) {
			return false
		}
	}
	if f.status&m.changedFor(w.info.direction()) != 0 {
		w.rewrite(m)
	}
	return true
}

// choose asks the chains what becomes of the connection's end; if none says something it stays, as far as it is free.
func (w *walk) choose(chains []*Chain, m manip) bool {
	w.becomes = ""
	cur := w.flow.tuples[1].inverse()
	for _, c := range chains {
		if !w.base(c) {
			return false
		}
		if w.flow.status&m.done() != 0 {
			w.translated(m, cur, w.credit())
			return true
		}
	}
	same := natRange{hasAddr: true, first: cur.src, last: cur.src}
	if m == manipDst {
		same.first, same.last = cur.dst, cur.dst
	}
	w.setup(m, &same)
	w.translated(m, cur, credit{Table: "conntrack", Chain: "clash"})
	return true
}

// setup fixes what becomes of the connection's end. Linux: nf_nat_setup_info
func (w *walk) setup(m manip, r *natRange) {
	f := w.flow
	if f.status&m.done() != 0 {
		return
	}
	cur := f.tuples[1].inverse()
	to := w.unique(cur, r, m)
	if to != cur {
		f.tuples[1] = to.inverse()
		f.status |= m.changed()
	}
	f.status |= m.done()
}

// used reports whether another connection has the answers that such packets would get. Linux: nf_nat_used_tuple
func (w *walk) used(x tuple) bool {
	k := w.tables.flows
	h, ok := k.find(x.inverse(), w.at.Stack.Now())
	return ok && h.flow != w.flow
}

// unique finds the tuple in a range whose answers nobody else gets. Linux: get_unique_tuple
func (w *walk) unique(cur tuple, r *natRange, m manip) tuple {
	if m == manipSrc && !r.fullyRandom && !r.random {
		if to, ok := w.keepSource(cur, r); ok {
			return to
		}
	}
	to := w.pickAddr(cur, r, m)
	if !r.fullyRandom && !r.random {
		switch {
		case r.hasPort:
			if p := *port(&to, m); p >= r.firstPort && p <= r.lastPort && (r.firstPort == r.lastPort || !w.used(to)) {
				return to
			}
		case !w.used(to):
			return to
		}
	}
	return w.pickPort(to, r, m)
}

// keepSource leaves a source as it is, or as it was mapped for another connection, if that is in the range and free.
func (w *walk) keepSource(cur tuple, r *natRange) (tuple, bool) {
	if r.has(cur) {
		return cur, !w.used(cur)
	}
	g := w.tables.flows.remapped[w.flow.tuples[0].source()]
	if g == nil || g.expires <= w.at.Stack.Now() {
		return cur, false
	}
	to := cur
	mapped := g.tuples[1].inverse()
	to.src, to.sport = mapped.src, mapped.sport
	return to, r.has(to) && !w.used(to)
}

// has reports whether the source of a tuple is in the range. Linux: nf_in_range
func (r *natRange) has(x tuple) bool {
	if r.hasAddr && (x.src.less(r.first) || r.last.less(x.src)) {
		return false
	}
	return !r.hasPort || x.sport >= r.firstPort && x.sport <= r.lastPort
}

// pickAddr chooses an address of the range, the same for the same two ends. Linux: find_best_ips_proto
func (w *walk) pickAddr(x tuple, r *natRange, m manip) tuple {
	if !r.hasAddr {
		return x
	}
	addr := r.first
	if r.first != r.last {
		addr = r.nth(x.hash(r.persistent))
	}
	if m == manipSrc {
		x.src = addr
	} else {
		x.dst = addr
	}
	return x
}

// hash is a number that depends on the source, and on the destination unless the choice is to be persistent.
func (x tuple) hash(persistent bool) uint64 {
	h := uint64(14695981039346656037)
	mix := func(v uint64) {
		for range 8 {
			h = (h ^ v&0xff) * 1099511628211
			v >>= 8
		}
	}
	mix(x.src.hi)
	mix(x.src.lo)
	if !persistent {
		mix(x.dst.lo)
	}
	return h ^ h>>32
}

// nth is an address of the range. Ranges that differ in the upper half of an IPv6 address use the lower one only.
func (r *natRange) nth(n uint64) wide {
	size := r.last.lo - r.first.lo + 1
	if size == 0 {
		return wide{r.first.hi, n}
	}
	return wide{r.first.hi, r.first.lo + n%size}
}

func port(x *tuple, m manip) *uint16 {
	if m == manipSrc || isICMP(x.proto) {
		return &x.sport
	}
	return &x.dport
}

// maxPortTries is how many ports are tried at once. Linux: NF_NAT_MAX_ATTEMPTS
const maxPortTries = 128

// pickPort chooses a port (of ICMP, an id) that makes the tuple unique. Linux: nf_nat_l4proto_unique_tuple
func (w *walk) pickPort(x tuple, r *natRange, m manip) tuple {
	if !hasPorts(x.proto) && !isICMP(x.proto) || m == manipDst && !r.hasPort {
		return x
	}
	p := port(&x, m)
	lo, hi := portSpace(*p, r, x.proto)
	size := uint32(hi) - uint32(lo) + 1
	off := uint32(0)
	if r.random || r.fullyRandom || m == manipSrc {
		off = uint32(w.at.Stack.Chance().IntN(1 << 16))
	}
	for tries := min(size, maxPortTries); ; tries /= 2 {
		for range tries {
			*p = uint16(uint32(lo) + off%size)
			if !w.used(x) {
				return x
			}
			off++
		}
		if tries >= size || tries < 16 {
			return x
		}
		off = uint32(w.at.Stack.Chance().IntN(1 << 16))
	}
}

func hasPorts(p packet.Proto) bool {
	return p == packet.ProtoTCP || p == packet.ProtoUDP || p == packet.ProtoSCTP
}

// portSpace is where a port may come from: unprivileged ones stay so.
func portSpace(p uint16, r *natRange, proto packet.Proto) (lo, hi uint16) {
	switch {
	case r.hasPort:
		return r.firstPort, r.lastPort
	case isICMP(proto):
		return 0, 65535
	case p < 512:
		return 1, 511
	case p < 1024:
		return 600, 1023
	}
	return 1024, 65535
}

// rewrite gives the packet's end what the other direction of the connection says. Linux: nf_nat_manip_pkt
func (w *walk) rewrite(m manip) {
	to := w.flow.tuples[1-w.info.direction()].inverse()
	if w.tables.step != nil && w.info != relNew {
		w.tellRewrite(m, to)
	}
	setEnd(w.packet, m, to, true)
	w.readdress()
}

// setEnd rewrites the address, and the port if it is to.
func setEnd(p *packet.IP, m manip, to tuple, withPort bool) {
	if m == manipSrc {
		p.Src = to.src.addr(to.v6)
	} else {
		p.Dst = to.dst.addr(to.v6)
	}
	if !withPort {
		return
	}
	switch {
	case p.TCP != nil:
		setPort(&p.TCP.SrcPort, &p.TCP.DstPort, m, to)
	case p.UDP != nil:
		setPort(&p.UDP.SrcPort, &p.UDP.DstPort, m, to)
	case p.ICMP != nil && p.ICMP.Inner == nil:
		p.ICMP.ID = to.sport
	case p.Proto == packet.ProtoSCTP && len(p.Payload) >= 4:
		p.Payload = setSCTP(p.Payload, m, to)
	}
}

func setPort(src, dst *uint16, m manip, to tuple) {
	if m == manipSrc {
		*src = to.sport
	} else {
		*dst = to.dport
	}
}

// setSCTP copies, because packets share what they carry.
func setSCTP(b []byte, m manip, to tuple) []byte {
	b = append([]byte(nil), b...)
	at, p := 0, to.sport
	if m == manipDst {
		at, p = 2, to.dport
	}
	b[at], b[at+1] = byte(p>>8), byte(p)
	return b
}

// translateError rewrites an ICMP error and the packet in it, which goes the other way. Linux:
// nf_nat_icmp_reply_translation
func (w *walk) translateError(m manip) {
	f, dir := w.flow, w.info.direction()
	if f.status&m.changedFor(dir) == 0 {
		return
	}
	other := f.tuples[1-dir]
	if inner := w.packet.ICMP.Inner; inner != nil {
		setEnd(inner, 1-m, other, true)
	}
	setEnd(w.packet, m, other.inverse(), false)
	w.readdress()
}

// applyNAT does what a rule says, by the name that either language has for it.
func (w *walk) applyNAT(word string, to natRange) action {
	if w.flow == nil {
		return actAccept
	}
	switch word {
	case "DNAT", "dnat":
		w.becomes = ruleDNAT
		w.setup(manipDst, &to)
	case "SNAT", "snat":
		w.becomes = ruleSNAT
		w.setup(manipSrc, &to)
	case "REDIRECT", "redirect":
		w.becomes = ruleDNAT
		return w.redirect(to)
	case "MASQUERADE", "masquerade":
		w.becomes = ruleMasquerade
		return w.masquerade(to)
	}
	return actAccept
}

// masquerade translates the source to the address of the link by which the packet leaves. Linux:
// nf_nat_masquerade_ipv4
func (w *walk) masquerade(r natRange) action {
	if w.packet.Src.IsUnspecified() {
		return actAccept
	}
	a := w.at.Stack.SourceFor(w.at.Out, w.packet.Dst)
	if !a.IsValid() {
		return actDrop
	}
	r.setAddr(a)
	w.setup(manipSrc, &r)
	return actAccept
}

// redirect translates the destination to this host. Linux: nf_nat_redirect_ipv4
func (w *walk) redirect(r natRange) action {
	v6 := w.packet.V6()
	a := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if v6 {
		a = netip.IPv6Loopback()
	}
	if w.hook == PreRouting {
		a = w.at.Stack.SourceFor(w.at.In, w.packet.Src)
	}
	if !a.IsValid() {
		return actDrop
	}
	r.setAddr(a)
	w.setup(manipDst, &r)
	return actAccept
}

func (r *natRange) setAddr(a netip.Addr) {
	r.hasAddr, r.first, r.last = true, wideOf(a), wideOf(a)
}
