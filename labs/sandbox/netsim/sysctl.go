package netsim

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// settings is what a namespace's kernel parameters say.
type settings struct {
	ttl                  int
	ports                [2]int   // ip_local_port_range
	reserved             [][2]int // ip_local_reserved_ports: first and last
	unprivileged         int
	pingGroups           [2]uint32
	ignoreEcho           bool
	synLinear            int // tcp_syn_linear_timeouts
	synRetries           int
	synAckRetries        int
	retries              int // tcp_retries2
	finTimeout           int // seconds
	somaxconn            int
	maxConns             int // nf_conntrack_max
	bridgeNF4, bridgeNF6 bool
	all, byDefault       linkSettings
}

// linkSettings is net.ipv4.conf.LINK and net.ipv6.conf.LINK.
type linkSettings struct {
	forward4, forward6 bool
	routeLocalnet      bool
	proxyARP           bool
	rpFilter           int
	disableIPv6        bool
	noAutoAddr         bool // net.ipv6.conf.LINK.addr_gen_mode=1
}

// defaultSettings is a new namespace's. Linux: Documentation/networking/ip-sysctl
func defaultSettings() settings {
	return settings{
		ttl: 64, ports: [2]int{32768, 60999}, unprivileged: 1024, pingGroups: [2]uint32{1, 0},
		synLinear: 4, synRetries: 6, synAckRetries: 5, retries: 15, finTimeout: 60, somaxconn: 4096,
		bridgeNF4: true, bridgeNF6: true, maxConns: netfilter.DefaultMaxConns,
	}
}

// UnprivilegedPort is the first port that anybody may bind: net.ipv4.ip_unprivileged_port_start.
func (s *Stack) UnprivilegedPort() int { return s.settings.unprivileged }

// PingGroups is the groups that may make ping sockets: net.ipv4.ping_group_range. Nobody may where low is above high.
func (s *Stack) PingGroups() (low, high uint32) {
	return s.settings.pingGroups[0], s.settings.pingGroups[1]
}

func (s *Stack) ttl(asked int, v6 bool) uint8 {
	switch {
	case asked > 0:
		return uint8(min(asked, 255))
	case v6:
		return 64 // net.ipv6.conf.all.hop_limit
	}
	return uint8(s.settings.ttl)
}

// forwards reports whether what comes in by l for others is sent on.
func (s *Stack) forwards(l *Link, v6 bool) bool {
	if v6 {
		return s.settings.all.forward6 // Linux: ip6_forward; a link's own says whether it is a router there
	}
	return l.conf.forward4
}

func (s *Stack) routesLocalnet(l *Link) bool {
	return s.settings.all.routeLocalnet || l.conf.routeLocalnet
}

func (s *Stack) proxiesARP(l *Link) bool { return s.settings.all.proxyARP || l.conf.proxyARP }

func (l *Link) noIPv6() bool { return l.stack.settings.all.disableIPv6 || l.conf.disableIPv6 }

// parameter is a kernel parameter.
type parameter struct {
	get   func() string
	set   func(value string) error
	fixed bool // it can only be read
}

func boolean(at *bool) parameter {
	return parameter{
		get: func() string { return map[bool]string{false: "0", true: "1"}[*at] },
		set: func(v string) error {
			n, err := strconv.Atoi(v)
			if err != nil {
				return EINVAL
			}
			*at = n != 0
			return nil
		},
	}
}

func number(at *int, low, high int) parameter {
	return parameter{
		get: func() string { return strconv.Itoa(*at) },
		set: func(v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < low || n > high {
				return EINVAL
			}
			*at = n
			return nil
		},
	}
}

// pair is a parameter of two numbers.
func pair(get func() (a, b uint64), set func(a, b uint64) bool) parameter {
	return parameter{
		get: func() string { a, b := get(); return fmt.Sprintf("%d\t%d", a, b) },
		set: func(v string) error {
			f := strings.Fields(v)
			if len(f) != 2 {
				return EINVAL
			}
			a, err1 := strconv.ParseUint(f[0], 10, 32)
			b, err2 := strconv.ParseUint(f[1], 10, 32)
			if err1 != nil || err2 != nil || !set(a, b) {
				return EINVAL
			}
			return nil
		},
	}
}

// then runs something after a parameter was set.
func (p parameter) then(f func()) parameter {
	set := p.set
	p.set = func(v string) error {
		err := set(v)
		if err == nil {
			f()
		}
		return err
	}
	return p
}

// parameters is those of the whole namespace.
func (s *Stack) parameters() map[string]parameter {
	c := &s.settings
	return map[string]parameter{
		"net/core/somaxconn":                  number(&c.somaxconn, 0, 1<<31-1),
		"net/ipv4/ip_forward":                 boolean(&c.all.forward4).then(s.forwardAll4),
		"net/ipv4/ip_default_ttl":             number(&c.ttl, 1, 255),
		"net/ipv4/ip_unprivileged_port_start": number(&c.unprivileged, 0, 65535),
		"net/ipv4/icmp_echo_ignore_all":       boolean(&c.ignoreEcho),
		"net/ipv4/tcp_syn_retries":            number(&c.synRetries, 1, 127),
		"net/ipv4/tcp_syn_linear_timeouts":    number(&c.synLinear, 0, 255),
		"net/ipv4/tcp_synack_retries":         number(&c.synAckRetries, 0, 255),
		"net/ipv4/tcp_retries2":               number(&c.retries, 0, 255),
		"net/ipv4/tcp_fin_timeout":            number(&c.finTimeout, 0, 1<<31-1),
		"net/bridge/bridge-nf-call-iptables":  boolean(&c.bridgeNF4),
		"net/bridge/bridge-nf-call-ip6tables": boolean(&c.bridgeNF6),
		"net/ipv4/ip_local_port_range":        s.portRange(),
		"net/ipv4/ip_local_reserved_ports":    s.reservedPorts(),
		"net/netfilter/nf_conntrack_max":      s.conntrackMax(),
		"net/netfilter/nf_conntrack_count":    s.conntrackCount(),
		"net/ipv4/ping_group_range":           s.pingRange(),
	}
}

func (s *Stack) portRange() parameter {
	c := &s.settings
	return pair(
		func() (uint64, uint64) { return uint64(c.ports[0]), uint64(c.ports[1]) },
		func(a, b uint64) bool {
			if a < 1 || b > 65535 || a > b {
				return false
			}
			c.ports = [2]int{int(a), int(b)}
			return true
		},
	)
}

// conntrackMax is one number for the machine, which only the first namespace can change. Linux:
// net/netfilter/nf_conntrack_standalone.c, nf_conntrack_standalone_init_sysctl
func (s *Stack) conntrackMax() parameter {
	p := number(&s.first().settings.maxConns, 1, 1<<31-1)
	if s.machine != nil {
		p = p.readOnly()
	}
	return p
}

// readOnly is a parameter that cannot be set.
func (p parameter) readOnly() parameter {
	p.set = func(string) error { return EACCES }
	p.fixed = true
	return p
}

// conntrackCount is how many connections are tracked. It can only be read.
func (s *Stack) conntrackCount() parameter {
	return parameter{
		get: func() string {
			if s.tables == nil {
				return "0"
			}
			return strconv.Itoa(len(s.tables.Conntrack(s)))
		},
	}.readOnly()
}

// reservedPorts is a list of ports and ranges that are not chosen by themselves: 8080,9000-9010.
func (s *Stack) reservedPorts() parameter {
	c := &s.settings
	return parameter{
		get: func() string {
			var list []string
			for _, r := range c.reserved {
				text := strconv.Itoa(r[0])
				if r[1] != r[0] {
					text += "-" + strconv.Itoa(r[1])
				}
				list = append(list, text)
			}
			return strings.Join(list, ",")
		},
		set: func(v string) error {
			list, err := portList(v)
			if err == nil {
				c.reserved = list
			}
			return err
		},
	}
}

// portList reads ports and ranges, in order and without overlaps.
func portList(v string) ([][2]int, error) {
	if v == "" {
		return nil, nil
	}
	var list [][2]int
	for word := range strings.SplitSeq(v, ",") {
		first, last, isRange := strings.Cut(word, "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.ParseUint(first, 10, 16)
		b, err2 := strconv.ParseUint(last, 10, 16)
		if err1 != nil || err2 != nil || a > b {
			return nil, EINVAL
		}
		list = append(list, [2]int{int(a), int(b)})
	}
	slices.SortFunc(list, func(a, b [2]int) int { return a[0] - b[0] })
	merged := list[:0]
	for _, r := range list {
		if n := len(merged); n > 0 && r[0] <= merged[n-1][1]+1 {
			merged[n-1][1] = max(merged[n-1][1], r[1])
			continue
		}
		merged = append(merged, r)
	}
	return merged, nil
}

// isReserved reports whether a port is not to be chosen by itself.
func (c *settings) isReserved(port int) bool {
	return slices.ContainsFunc(c.reserved, func(r [2]int) bool { return port >= r[0] && port <= r[1] })
}

func (s *Stack) pingRange() parameter {
	c := &s.settings
	return pair(
		func() (uint64, uint64) { return uint64(c.pingGroups[0]), uint64(c.pingGroups[1]) },
		func(a, b uint64) bool {
			c.pingGroups = [2]uint32{uint32(a), uint32(b)}
			return true
		},
	)
}

// everywhere gives each link, and those to come, what was set for all.
func (s *Stack) everywhere(set func(to, all *linkSettings)) {
	c := &s.settings
	set(&c.byDefault, &c.all)
	for _, l := range s.links {
		set(&l.conf, &c.all)
	}
}

// forwardAll4 is what ip_forward and all.forwarding do. Linux: inet_forward_change
func (s *Stack) forwardAll4() {
	s.everywhere(func(x, all *linkSettings) { x.forward4 = all.forward4 })
}

// forwardAll6 is that of IPv6. Linux: addrconf_forward_change
func (s *Stack) forwardAll6() {
	s.everywhere(func(x, all *linkSettings) { x.forward6 = all.forward6 })
}

// autoAddrAll is all.addr_gen_mode. Linux: addrconf_sysctl_addr_gen_mode
func (s *Stack) autoAddrAll() {
	s.everywhere(func(x, all *linkSettings) { x.noAutoAddr = all.noAutoAddr })
	for _, l := range s.links {
		l.restoreIPv6()
	}
}

// addrGenMode is whether a link makes itself a link-local address (0) or not (1). Those that are made of a secret (2, 3)
// are not simulated.
func (x *linkSettings) addrGenMode() parameter {
	p := boolean(&x.noAutoAddr)
	set := p.set
	p.set = func(v string) error {
		switch v {
		case "0", "1":
			return set(v)
		case "2", "3":
			return EOPNOTSUPP
		}
		return EINVAL
	}
	return p
}

// parameters is those of net.ipv4.conf.NAME and net.ipv6.conf.NAME.
func (x *linkSettings) parameters(ipv6 bool) map[string]parameter {
	if ipv6 {
		return map[string]parameter{
			"forwarding":    boolean(&x.forward6), // of a link: whether it says that it is a router
			"disable_ipv6":  boolean(&x.disableIPv6),
			"addr_gen_mode": x.addrGenMode(),
		}
	}
	return map[string]parameter{
		"forwarding":     boolean(&x.forward4),
		"route_localnet": boolean(&x.routeLocalnet),
		"proxy_arp":      boolean(&x.proxyARP),
		"rp_filter":      number(&x.rpFilter, 0, 2),
	}
}

// confOf finds net.ipvN.conf.NAME.PARAMETER.
func (s *Stack) confOf(ipv6 bool, name, which string) (parameter, bool) {
	c := &s.settings
	var x *linkSettings
	switch l := s.Link(name); {
	case name == "all":
		x = &c.all
	case name == "default":
		x = &c.byDefault
	case l != nil:
		x = &l.conf
	default:
		return parameter{}, false
	}
	p, ok := x.parameters(ipv6)[which]
	switch {
	case name == "all" && which == "forwarding" && ipv6:
		p = p.then(s.forwardAll6)
	case name == "all" && which == "forwarding":
		p = p.then(s.forwardAll4)
	case name == "all" && which == "addr_gen_mode":
		p = p.then(s.autoAddrAll)
	case name != "default" && which == "addr_gen_mode":
		p = p.then(s.Link(name).restoreIPv6)
	case which == "disable_ipv6" && name != "default":
		p = p.then(func() { s.ipv6Switched(name) })
	}
	return p, ok
}

// ipv6Switched takes the IPv6 addresses from links where it was switched off, and makes link-local ones where it was
// switched on. Linux: addrconf_disable_ipv6
func (s *Stack) ipv6Switched(name string) {
	for _, l := range s.links {
		if name != "all" && l.name != name {
			continue
		}
		if name == "all" {
			l.conf.disableIPv6 = s.settings.all.disableIPv6
			s.settings.byDefault.disableIPv6 = s.settings.all.disableIPv6
		}
		if !l.noIPv6() {
			l.restoreIPv6()
			continue
		}
		for _, a := range l.Addrs() {
			if a.Prefix.Addr().Is6() {
				l.dropAddr(a)
			}
		}
		s.dropRoutes(true, func(r *route) bool { return r.link == l })
	}
}

func (l *Link) restoreIPv6() {
	switch {
	case l.Kind() == "loopback":
		l.AddAddr(netip.PrefixFrom(netip.IPv6Loopback(), 128)) // EEXIST is as good
	case l.Running():
		l.autoAddr6()
	}
}

// sysctlPath is a parameter's name as a path. In dotted form a slash stands for a dot: net.ipv4.conf.eth0/10.rp_filter.
func sysctlPath(name string) []string {
	if i := strings.IndexAny(name, "./"); i >= 0 && name[i] == '/' {
		return strings.Split(name, "/")
	}
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, "/", ".")
	}
	return parts
}

func (s *Stack) parameter(name string) (parameter, bool) {
	path := sysctlPath(name)
	if len(path) == 5 && path[0] == "net" && path[2] == "conf" && (path[1] == "ipv4" || path[1] == "ipv6") {
		return s.confOf(path[1] == "ipv6", path[3], path[4])
	}
	p, ok := s.parameters()[strings.Join(path, "/")]
	return p, ok
}

// Sysctl reads a kernel parameter of the namespace, written with dots or slashes: net.ipv4.ip_forward.
func (s *Stack) Sysctl(name string) (string, bool) {
	p, ok := s.parameter(name)
	if !ok {
		return "", false
	}
	return p.get(), true
}

// SetSysctl sets a kernel parameter. One that does not exist is ENOENT; a value that is not allowed EINVAL.
func (s *Stack) SetSysctl(name, value string) error {
	p, ok := s.parameter(name)
	if !ok {
		return ENOENT
	}
	return p.set(strings.TrimSpace(value))
}

// SysctlIsFixed reports whether a kernel parameter can only be read in this namespace.
func (s *Stack) SysctlIsFixed(name string) bool {
	p, ok := s.parameter(name)
	return ok && p.fixed
}

// Sysctls lists the kernel parameters as paths below /proc/sys, in order.
func (s *Stack) Sysctls() []string {
	var list []string
	// any order: the list is sorted
	for name := range s.parameters() {
		list = append(list, name)
	}
	names := []string{"all", "default"}
	for _, l := range s.links {
		names = append(names, l.name)
	}
	for _, name := range names {
		for i, family := range [...]string{"ipv4", "ipv6"} {
			// any order: the list is sorted
			for which := range s.settings.all.parameters(i == 1) {
				list = append(list, "net/"+family+"/conf/"+name+"/"+which)
			}
		}
	}
	slices.Sort(list)
	return list
}
