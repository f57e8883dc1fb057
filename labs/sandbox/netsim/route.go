package netsim

import (
	"cmp"
	"net/netip"
	"slices"
)

// Route says where packets for Dst go.
type Route struct {
	Dst      netip.Prefix // 0.0.0.0/0 and ::/0 are the default routes
	Gateway  netip.Addr   // zero: the destination is a neighbour
	Dev      string       // "" in AddRoute: the link behind which Gateway is
	Src      netip.Addr   // preferred source address; zero: the link decides
	Metric   int
	Proto    string // "kernel", "boot", "static"; "" is boot
	Scope    string // "global", "link", "host"; "" is what ip(8) would choose
	Type     string // "unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit"; "" is unicast
	LinkDown bool   // the link has no carrier
}

// route is an entry of a main table.
type route struct {
	dst                netip.Prefix
	gateway, src       netip.Addr
	link               *Link // nil for kinds that lead nowhere
	metric             int
	proto, scope, kind string
}

// maxRoutes bounds a namespace's table.
const maxRoutes = 16384

// AddRoute adds a route. EEXIST if there is an equal one, ENETUNREACH if the gateway is not on a link ("Nexthop has
// invalid gateway"), ENODEV for an unknown link, ENETDOWN for one that is down.
func (s *Stack) AddRoute(r Route) error {
	x, err := s.newRoute(r)
	if err != nil {
		return err
	}
	if s.hasEqual(x) {
		return EEXIST
	}
	if len(s.routes[0])+len(s.routes[1]) >= maxRoutes {
		return ENOBUFS
	}
	s.insertRoute(x)
	return nil
}

// ReplaceRoute adds a route in place of the one with the same destination and metric, if there is one.
func (s *Stack) ReplaceRoute(r Route) error {
	x, err := s.newRoute(r)
	if err != nil {
		return err
	}
	s.dropRoutes(x.dst.Addr().Is6(), func(y *route) bool { return y.dst == x.dst && y.metric == x.metric })
	s.insertRoute(x)
	return nil
}

func (s *Stack) newRoute(r Route) (*route, error) {
	if !r.Dst.IsValid() || r.Dst.Masked() != r.Dst {
		return nil, EINVAL
	}
	x := &route{
		dst: r.Dst, gateway: r.Gateway, src: r.Src, metric: r.Metric,
		proto: cmp.Or(r.Proto, "boot"), kind: cmp.Or(r.Type, "unicast"), scope: r.Scope,
	}
	if x.dst.Addr().Is6() && x.metric == 0 {
		x.metric = 1024 // Linux: IP6_RT_PRIO_USER
	}
	switch x.kind {
	case "blackhole", "unreachable", "prohibit":
		return x, nil
	case "unicast":
	default:
		return nil, EOPNOTSUPP
	}
	if err := s.chooseLink(x, r.Dev); err != nil {
		return nil, err
	}
	if r.Src.IsValid() && !s.IsLocal(r.Src) {
		return nil, EINVAL
	}
	if x.scope == "" {
		x.scope = "global"
		if !x.gateway.IsValid() && x.dst.Addr().Is4() {
			x.scope = "link"
		}
	}
	return x, nil
}

// chooseLink finds the link of a new route and checks that its gateway can be there. Linux: fib_check_nh
func (s *Stack) chooseLink(x *route, dev string) error {
	if dev != "" {
		if x.link = s.Link(dev); x.link == nil {
			return ENODEV
		}
		if !x.link.up {
			return ENETDOWN
		}
	}
	if !x.gateway.IsValid() {
		if x.link == nil {
			return ENODEV
		}
		return nil
	}
	if x.gateway.Is4() != x.dst.Addr().Is4() || x.gateway.IsUnspecified() {
		return EINVAL
	}
	if s.IsLocal(x.gateway) {
		return ENETUNREACH
	}
	via := s.lookup(x.gateway, x.link)
	if via == nil || via.link == nil || via.gateway.IsValid() || (x.link != nil && via.link != x.link) {
		return ENETUNREACH
	}
	x.link = via.link
	return nil
}

// hasEqual reports whether a route of the same destination and metric is there. IPv6 collects several ways instead.
func (s *Stack) hasEqual(x *route) bool {
	return slices.ContainsFunc(s.routes[family(x.dst.Addr())], func(y *route) bool {
		return y.dst == x.dst && y.metric == x.metric &&
			(x.dst.Addr().Is4() || (y.gateway == x.gateway && y.link == x.link))
	})
}

// hasRoute reports whether the very same route is there.
func (s *Stack) hasRoute(x *route) bool {
	return slices.ContainsFunc(s.routes[family(x.dst.Addr())], func(y *route) bool {
		return y.dst == x.dst && y.metric == x.metric && y.link == x.link && y.gateway == x.gateway
	})
}

// family is the index of an address's tables.
func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// insertRoute keeps the most particular routes first, then the lowest metric, then the oldest.
func (s *Stack) insertRoute(x *route) {
	list := &s.routes[family(x.dst.Addr())]
	i := len(*list)
	for i > 0 && prefers(x, (*list)[i-1]) {
		i--
	}
	*list = slices.Insert(*list, i, x)
}

func prefers(x, y *route) bool {
	return cmp.Or(cmp.Compare(y.dst.Bits(), x.dst.Bits()), cmp.Compare(x.metric, y.metric)) < 0
}

// DelRoute removes the first route that agrees with what is set in r. ESRCH if there is none.
func (s *Stack) DelRoute(r Route) error {
	list := s.routes[family(r.Dst.Addr())]
	i := slices.IndexFunc(list, func(x *route) bool { return x.agrees(r) })
	if i < 0 {
		return ESRCH
	}
	s.routes[family(r.Dst.Addr())] = slices.Delete(list, i, i+1)
	return nil
}

func (x *route) agrees(r Route) bool {
	return x.dst == r.Dst &&
		(!r.Gateway.IsValid() || x.gateway == r.Gateway) &&
		(r.Dev == "" || (x.link != nil && x.link.name == r.Dev)) &&
		(!r.Src.IsValid() || x.src == r.Src) &&
		(r.Metric == 0 || x.metric == r.Metric) &&
		(r.Proto == "" || x.proto == r.Proto) &&
		(r.Scope == "" || x.scope == r.Scope) &&
		(r.Type == "" || x.kind == r.Type)
}

func (s *Stack) dropRoutes(v6 bool, which func(*route) bool) {
	i := 0
	if v6 {
		i = 1
	}
	s.routes[i] = slices.DeleteFunc(s.routes[i], which)
}

func (s *Stack) dropRoutesOf(l *Link) {
	for _, v6 := range [...]bool{false, true} {
		s.dropRoutes(v6, func(r *route) bool { return r.link == l })
	}
}

// Routes lists the main table of family 4 or 6 in the order in which `ip route` shows it.
func (s *Stack) Routes(family int) []Route {
	table := s.routes[0]
	order := inOrder4
	if family == 6 {
		table, order = s.routes[1], inOrder6
	}
	var list []Route
	for _, x := range table {
		list = append(list, x.show())
	}
	slices.SortStableFunc(list, order)
	return list
}

func (x *route) show() Route {
	r := Route{
		Dst: x.dst, Gateway: x.gateway, Src: x.src, Metric: x.metric, Proto: x.proto, Scope: x.scope, Type: x.kind,
	}
	if x.link != nil {
		r.Dev = x.link.name
		r.LinkDown = !x.link.Running()
	}
	return r
}

// inOrder4 is how a dump walks Linux's trie: by address, the longer prefix first.
func inOrder4(a, b Route) int {
	return cmp.Or(a.Dst.Addr().Compare(b.Dst.Addr()), cmp.Compare(b.Dst.Bits(), a.Dst.Bits()))
}

// inOrder6 is how a dump walks Linux's radix tree: a network comes behind its parts.
func inOrder6(a, b Route) int {
	switch {
	case a.Dst == b.Dst:
		return cmp.Compare(a.Metric, b.Metric)
	case a.Dst.Overlaps(b.Dst):
		return cmp.Compare(b.Dst.Bits(), a.Dst.Bits())
	}
	return a.Dst.Addr().Compare(b.Dst.Addr())
}

// LocalRoutes lists the local table of family 4 or 6: what the namespace answers to.
func (s *Stack) LocalRoutes(family int) []Route {
	var list []Route
	for _, l := range s.links {
		for _, a := range l.addrs {
			if a.Prefix.Addr().Is4() == (family == 4) && (family == 4 || l.up) {
				list = append(list, localRoutes(l, a)...)
			}
		}
	}
	slices.SortStableFunc(list, inOrder4)
	list = slices.Compact(list)
	if family == 6 {
		list = append(list, s.groupRoutes()...)
	}
	return list
}

// groupRoutes is the routes to IPv6 groups, one for each link. Linux: addrconf_add_mroute
func (s *Stack) groupRoutes() []Route {
	var list []Route
	for _, l := range s.links {
		if l.up && !l.noIPv6() && l.Kind() != "loopback" {
			list = append(list, Route{
				Dst: netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xff}), 8), Dev: l.name, Metric: 256, Proto: "kernel",
				Scope: "global", Type: "multicast", LinkDown: !l.Running(),
			})
		}
	}
	return list
}

func localRoutes(l *Link, a Addr) []Route {
	addr := a.Prefix.Addr()
	r := Route{
		Dst: netip.PrefixFrom(addr, addr.BitLen()), Dev: l.name, Proto: "kernel", Scope: "host", Type: "local",
	}
	if addr.Is6() {
		r.Scope = "global"
		return []Route{r}
	}
	r.Src = addr
	list := []Route{r}
	if !l.up {
		return list
	}
	if l.Kind() == "loopback" && !a.Prefix.IsSingleIP() {
		r.Dst = a.Prefix.Masked()
		list = append(list, r)
		r.Type, r.Scope, r.Dst = "broadcast", "link", netip.PrefixFrom(netip.AddrFrom4([4]byte{127, 255, 255, 255}), 32)
		return append(list, r)
	}
	if last, ok := broadcastOf(a.Prefix); ok {
		r.Type, r.Scope, r.Dst = "broadcast", "link", netip.PrefixFrom(last, 32)
		list = append(list, r)
	}
	return list
}

// lookup finds the main table's route to an address; via nil is any link.
func (s *Stack) lookup(dst netip.Addr, via *Link) *route {
	for _, r := range s.routes[family(dst)] {
		if r.dst.Contains(dst) && (via == nil || r.link == via) && (r.link == nil || r.link.up) {
			return r
		}
	}
	return nil
}

// decision is where a packet goes.
type decision struct {
	link    *Link
	gateway netip.Addr
	src     netip.Addr // of packets that are made here; zero: the link decides
	local   bool       // for this namespace
	to      *Link      // of local: whose address it is
	cast    bool       // everybody on the link
	route   *route
}

// hop is the neighbour that the packet is handed to.
func (d *decision) hop(dst netip.Addr) netip.Addr {
	if d.gateway.IsValid() {
		return d.gateway
	}
	return dst
}

// routeOut decides where a packet that is made here goes. Linux: ip_route_output_key
func (s *Stack) routeOut(dst netip.Addr, via *Link) (decision, error) {
	if zone := dst.Zone(); zone != "" {
		if via = s.Link(zone); via == nil {
			return decision{}, ENODEV
		}
		dst = dst.WithZone("")
	}
	if x, ok := s.localTo(dst); ok && (via == nil || !x.broadcast || x.link == via) {
		if x.broadcast {
			return decision{link: x.link, cast: true}, nil
		}
		if !s.lo.up {
			return decision{}, ENETUNREACH
		}
		return decision{link: s.lo, local: true, to: x.link, src: localSource(dst)}, nil
	}
	if dst.IsMulticast() || dst == limitedBroadcast() {
		return s.routeMulticast(dst, via)
	}
	r := s.lookup(dst, via)
	if r == nil {
		return decision{}, s.noRoute(dst)
	}
	if r.link == nil {
		return decision{}, r.refusal()
	}
	return decision{link: r.link, gateway: r.gateway, src: r.src, route: r}, nil
}

// noRoute is the error where nothing leads to an address. A namespace without any IPv6 address fails at choosing a
// source. Linux: ip6_dst_lookup_tail
func (s *Stack) noRoute(dst netip.Addr) error {
	if dst.Is6() {
		for _, l := range s.links {
			if l.up && slices.ContainsFunc(l.addrs, func(a Addr) bool { return a.Prefix.Addr().Is6() }) {
				return ENETUNREACH
			}
		}
		return EADDRNOTAVAIL
	}
	return ENETUNREACH
}

// localSource: who speaks to an own address speaks from it.
func localSource(dst netip.Addr) netip.Addr {
	if dst.Is4() && dst.IsLoopback() {
		return loopback4()
	}
	return dst
}

// routeMulticast sends to everybody on the link of the default route, or on the one that is asked for.
func (s *Stack) routeMulticast(dst netip.Addr, via *Link) (decision, error) {
	if via == nil {
		r := s.lookup(dst, nil)
		if r == nil || r.link == nil {
			return decision{}, ENETUNREACH
		}
		via = r.link
	}
	return decision{link: via, cast: true}, nil
}

// refusal is the error of a route that leads nowhere.
func (r *route) refusal() error {
	switch r.kind {
	case "blackhole":
		return EINVAL
	case "prohibit":
		return EACCES
	}
	return EHOSTUNREACH
}

// Lookup says which route a packet of this namespace takes to dst and which source address it has: `ip route get`.
// ENETUNREACH if there is none.
func (s *Stack) Lookup(dst netip.Addr) (Route, netip.Addr, error) {
	d, err := s.routeOut(dst, nil)
	if err != nil {
		return Route{}, netip.Addr{}, err
	}
	src, _ := s.sourceOf(&d, dst)
	r := Route{
		Dst:     netip.PrefixFrom(dst.WithZone(""), dst.BitLen()),
		Gateway: d.gateway,
		Dev:     d.link.name,
		Src:     src,
		Type:    "unicast",
	}
	switch {
	case d.local:
		r.Type = "local"
	case d.cast:
		r.Type = "broadcast"
		if dst.IsMulticast() {
			r.Type = "multicast"
		}
	}
	return r, src, nil
}

// sourceOf is the source address of a packet that is made here and goes that way.
func (s *Stack) sourceOf(d *decision, dst netip.Addr) (netip.Addr, bool) {
	if d.src.IsValid() {
		return d.src, true
	}
	if dst.Is6() {
		return s.sourceFor(d.link, dst.WithZone(""))
	}
	return s.sourceFor(d.link, d.hop(dst))
}

// mtuTo is the largest packet that a way takes: the link's, or what an ICMP error has taught.
func (s *Stack) mtuTo(d *decision, dst netip.Addr) int {
	if n, ok := s.pathMTU[dst]; ok && n < d.link.mtu && !d.local {
		return n
	}
	return d.link.mtu
}

// maxPathMTUs bounds what is remembered about destinations.
const maxPathMTUs = 1024

// learnMTU remembers what "fragmentation needed" said. Linux: ip_rt_update_pmtu; at least min_pmtu.
func (s *Stack) learnMTU(dst netip.Addr, mtu int) {
	least := 552
	if dst.Is6() {
		least = 1280
	}
	if s.pathMTU == nil || len(s.pathMTU) >= maxPathMTUs {
		s.pathMTU = map[netip.Addr]int{}
	}
	s.pathMTU[dst] = max(mtu, least)
}
