//go:build linux && amd64

package netsim_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// The same random network is built twice: here, and of the kernel's own namespaces. Then the same questions are asked.
// DOCKERLEARN_LIVE_NET=ROUNDS does that, as root on Linux with iproute2 and iptables; nothing outside of the namespaces
// that it makes is touched.
func TestAgainstRealNamespaces(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("DOCKERLEARN_LIVE_NET"))
	if err != nil {
		t.Skip("makes network namespaces; set DOCKERLEARN_LIVE_NET to a number of rounds, as root")
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("DOCKERLEARN_LIVE_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	var sum tally
	var lock sync.Mutex
	t.Run("rounds", func(t *testing.T) { // go test -parallel says how many at once; they wait most of the time
		for i := range uint64(rounds) {
			t.Run(fmt.Sprint(seed+i), func(t *testing.T) {
				t.Parallel()
				n := compareRound(t, seed+i)
				lock.Lock()
				defer lock.Unlock()
				sum.asked += n.asked
				sum.limited += n.limited
				sum.different += n.different
			})
		}
	})
	t.Logf(
		"%d probes, %d differences, %d errors that Linux did not send for their number",
		sum.asked,
		sum.different,
		sum.limited,
	)
}

type tally struct{ asked, limited, different int }

// plan is a network as a list of acts, and the questions about it.
type plan struct {
	acts   []act
	probes []probe
}

// act is one thing that is done to a namespace, by ip(8) or sysctl(8) and by us.
type act struct {
	ns    string
	shell string
	do    func(w *world, s *netsim.Stack) error
}

// six is the IPv6 address that stands for an IPv4 one: fd00:N::X for 10.N.0.X, ::1 for localhost.
func six(a string) string {
	if a == "127.0.0.1" {
		return "::1"
	}
	f := strings.Split(a, ".")
	return "fd00:" + f[1] + "::" + f[3]
}

// randomPlan draws a host with two bridges, containers on them, and a neighbour on its LAN; and then spoils it.
func randomPlan(seed uint64) plan {
	r := rand.New(rand.NewPCG(seed, 6))
	p := plan{}
	add := func(ns, shell string, do func(*world, *netsim.Stack) error) {
		p.acts = append(p.acts, act{ns, shell, do})
	}
	sysctl := func(ns, name, value string) {
		add(ns, fmt.Sprintf("echo %s > /proc/sys/%s", value, name), func(_ *world, s *netsim.Stack) error {
			return s.SetSysctl(name, value)
		})
	}
	address := func(ns, link, a string) {
		nodad := map[bool]string{true: " nodad"}[strings.Contains(a, ":")]
		add(ns, fmt.Sprintf("ip addr add %s dev %s%s", a, link, nodad), func(_ *world, s *netsim.Stack) error {
			return s.Link(link).AddAddr(prefix(a))
		})
	}
	up := func(ns, link string) {
		add(
			ns,
			fmt.Sprintf("ip link set %s up", link),
			func(_ *world, s *netsim.Stack) error { return s.Link(link).Up() },
		)
	}
	route := func(ns string, x netsim.Route) {
		words := "ip route add"
		if x.Dst.Addr().Is6() {
			words = "ip -6 route add"
		}
		if x.Type != "" {
			words += " " + x.Type
		}
		words += " " + x.Dst.String()
		if x.Gateway.IsValid() {
			words += " via " + x.Gateway.String()
		}
		if x.Dev != "" {
			words += " dev " + x.Dev
		}
		add(ns, words, func(_ *world, s *netsim.Stack) error { return s.AddRoute(x) })
	}
	chance := func(percent int) bool { return r.IntN(100) < percent }

	for _, br := range []string{"br0", "br1"} {
		add("host", "ip link add "+br+" type bridge", func(_ *world, s *netsim.Stack) error {
			_, err := s.AddBridge(br)
			return err
		})
		up("host", br)
	}
	address("host", "br0", "10.1.0.1/24")
	address("host", "br1", "10.2.0.1/24")
	address("host", "br0", "fd00:1::1/64")
	address("host", "br1", "fd00:2::1/64")
	containers := []struct{ name, bridge, addr, gateway string }{
		{"c1", "br0", "10.1.0.2", "10.1.0.1"},
		{"c2", "br0", "10.1.0.3", "10.1.0.1"},
		{"c3", "br1", "10.2.0.2", "10.2.0.1"},
		{"lan", "", "10.3.0.2", "10.3.0.1"},
	}
	for _, c := range containers {
		port := "v" + c.name
		add("host", fmt.Sprintf("ip link add %s type veth peer name eth0 netns $NS%s", port, c.name),
			func(w *world, s *netsim.Stack) error {
				_, _, err := s.AddVeth(port, w.stack(c.name), "eth0")
				return err
			})
		if c.bridge != "" {
			add("host", fmt.Sprintf("ip link set %s master %s", port, c.bridge), func(_ *world, s *netsim.Stack) error {
				return s.Link(port).SetMaster(s.Link(c.bridge))
			})
		}
		up("host", port)
		address(c.name, "eth0", c.addr+"/24")
		up(c.name, "eth0")
		if chance(85) {
			route(c.name, netsim.Route{Dst: prefix("0.0.0.0/0"), Gateway: addr(c.gateway)})
		}
		address(c.name, "eth0", six(c.addr)+"/64")
		if chance(85) {
			route(c.name, netsim.Route{Dst: prefix("::/0"), Gateway: addr(six(c.gateway))})
		}
	}
	address("host", "vlan", "10.3.0.1/24")
	address("host", "vlan", "fd00:3::1/64")

	// now spoil it
	names := []string{"host", "c1", "c2", "c3", "lan"}
	any := func() string { return names[r.IntN(len(names))] }
	if chance(80) {
		sysctl("host", "net/ipv4/ip_forward", "1")
	}
	if chance(80) {
		sysctl("host", "net/ipv6/conf/all/forwarding", "1")
	}
	for range r.IntN(4) {
		switch ns := any(); r.IntN(17) {
		case 0:
			sysctl(ns, "net/ipv4/icmp_echo_ignore_all", "1")
		case 1:
			sysctl("host", "net/ipv4/conf/all/rp_filter", fmt.Sprint(r.IntN(3)))
		case 2:
			route(
				"host",
				netsim.Route{
					Dst:  prefix("10.9.0.0/16"),
					Type: []string{"blackhole", "unreachable", "prohibit"}[r.IntN(3)],
				},
			)
		case 3:
			route("host", netsim.Route{Dst: prefix("10.8.0.0/16"), Gateway: addr("10.3.0.2")})
			if chance(50) {
				sysctl("lan", "net/ipv4/ip_forward", "1") // and back: a loop
			}
		case 4:
			address("c1", "eth0", "10.7.0.1/24")
		case 5:
			link := []string{"vc1", "vc2", "vc3", "vlan", "br0", "br1"}[r.IntN(6)]
			add(
				"host",
				"ip link set "+link+" down",
				func(_ *world, s *netsim.Stack) error { return s.Link(link).Down() },
			)
		case 6:
			add("c2", "ip addr del 10.1.0.3/24 dev eth0", func(_ *world, s *netsim.Stack) error {
				return s.Link("eth0").DelAddr(prefix("10.1.0.3/24"))
			})
		case 7:
			for _, port := range []string{"vc1", "vc2"} {
				add("host", "bridge link set dev "+port+" isolated on", func(_ *world, s *netsim.Stack) error {
					return s.Link(port).SetIsolated(true)
				})
			}
		case 8:
			sysctl("host", "net/ipv4/conf/vlan/proxy_arp", "1")
			sysctl("host", "net/ipv4/conf/br0/proxy_arp", "1")
		case 9:
			address("lan", "lo", "10.8.0.5/32")
		case 10:
			route(ns, netsim.Route{Dst: prefix("10.2.0.0/24"), Type: "unreachable"})
		case 11:
			sysctl(ns, "net/ipv4/conf/all/route_localnet", "1")
		case 12:
			sysctl(ns, "net/ipv6/conf/all/disable_ipv6", "1")
		case 13:
			kind := []string{"blackhole", "unreachable", "prohibit"}[r.IntN(3)]
			route("host", netsim.Route{Dst: prefix("fd00:9::/64"), Type: kind})
		case 14:
			route("host", netsim.Route{Dst: prefix("fd00:8::/64"), Gateway: addr("fd00:3::2")})
			if chance(50) {
				sysctl("lan", "net/ipv6/conf/all/forwarding", "1")
			}
		case 15:
			address("lan", "lo", "fd00:8::5/128")
		case 16:
			sysctl("c1", "net/ipv6/conf/eth0/disable_ipv6", "1")
		}
	}
	randomRules(r, false, add)
	randomRules(r, true, add)
	p.probes = randomProbes(r, names)
	return p
}

func randomProbes(r *rand.Rand, names []string) []probe {
	targets := []string{
		"10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.99", "10.2.0.1", "10.2.0.2", "10.3.0.1", "10.3.0.2", "10.3.0.77",
		"10.7.0.1", "10.8.0.5", "10.8.0.6", "10.9.1.1", "127.0.0.1", "198.18.0.1", "10.1.0.255",
		"fd00:1::1", "fd00:1::2", "fd00:1::3", "fd00:1::99", "fd00:2::1", "fd00:2::2", "fd00:3::1", "fd00:3::2", "fd00:3::77",
		"fd00:8::5", "fd00:8::6", "fd00:9::1", "::1", "fd00:77::1",
	}
	var list []probe
	for range 150 {
		p := probe{
			from: names[r.IntN(len(names))], proto: []string{"icmp", "tcp", "udp"}[r.IntN(3)], port: []uint16{7, 9}[r.IntN(2)],
			to: addr(targets[r.IntN(len(targets))]),
		}
		if p.proto == "icmp" && r.IntN(3) == 0 {
			p.ttl = 1 + r.IntN(3)
		}
		list = append(list, p)
	}
	return list
}

func compareRound(t *testing.T, seed uint64) (sum tally) {
	p := randomPlan(seed)
	real := newRealNet(t, seed)
	defer real.remove()
	w := newWorld(t)
	for _, name := range []string{"host", "c1", "c2", "c3", "lan"} {
		s := w.stack(name)
		w.must(s.SetSysctl("net/ipv4/ping_group_range", "0 100"))
		w.answerAll(s)
	}
	for _, a := range p.acts {
		ours, theirs := a.do(w, w.stack(a.ns)), real.do(a.ns, a.shell)
		if (ours == nil) != (theirs == nil) {
			t.Errorf("seed %d: %s: %s: we say %v, Linux %v", seed, a.ns, a.shell, ours, theirs)
			sum.different++
		}
	}
	real.answerAll()
	want := real.ask(p.probes)
	got := w.ask(p.probes)
	for i, x := range p.probes {
		switch {
		case got[i] == want[i]:
		case want[i] == "timeout" && tellsOfNoRoute(got[i]):
			sum.limited++
		default:
			sum.different++
			t.Errorf("seed %d: %s: we say %s, Linux %s", seed, x, got[i], want[i])
		}
	}
	if sum.different > 0 {
		for _, a := range p.acts {
			t.Logf("  %s: %s", a.ns, a.shell)
		}
	}
	sum.asked = len(p.probes)
	return sum
}

// tellsOfNoRoute: a router without a route tells each sender so five times at once, then once a second. We ask more
// often in that time, and always tell. Linux: ip_error, ip_rt_error_burst
func tellsOfNoRoute(s string) bool {
	return s == "Network is unreachable" || s == "No route to host" || strings.HasPrefix(s, "icmp 3/")
}

// realNet is namespaces of this machine's kernel, by our names.
type realNet struct {
	t       testing.TB
	names   map[string]string
	sockets []int
}

func newRealNet(t testing.TB, seed uint64) *realNet {
	t.Helper()
	n := &realNet{t: t, names: map[string]string{}}
	for _, name := range []string{"host", "c1", "c2", "c3", "lan"} {
		real := fmt.Sprintf("dlnet%d-%s", seed%1e9, name)
		if out, err := exec.Command("ip", "netns", "add", real).CombinedOutput(); err != nil {
			t.Fatalf("ip netns add: %v %s", err, out)
		}
		n.names[name] = real
	}
	for name := range n.names {
		n.do(name, "ip link set lo up; echo 0 > /proc/sys/net/ipv4/icmp_ratelimit; "+
			"echo 100000 > /proc/sys/net/ipv4/icmp_msgs_per_sec; echo 10000 > /proc/sys/net/ipv4/icmp_msgs_burst; "+
			"for f in all default; do echo 0 > /proc/sys/net/ipv4/conf/$f/rp_filter; "+
			"echo 0 > /proc/sys/net/ipv6/conf/$f/accept_dad; echo 0 > /proc/sys/net/ipv6/conf/$f/accept_ra; done; "+
			"echo 0 > /proc/sys/net/ipv6/icmp/ratelimit")
	}
	return n
}

func (n *realNet) do(ns, shell string) error {
	for name, real := range n.names {
		shell = strings.ReplaceAll(shell, "$NS"+name, real)
	}
	out, err := exec.Command("ip", "netns", "exec", n.names[ns], "sh", "-c", shell).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%v: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (n *realNet) remove() {
	for _, fd := range n.sockets {
		syscall.Shutdown(fd, syscall.SHUT_RDWR)
		syscall.Close(fd)
	}
	for _, real := range n.names {
		exec.Command("ip", "netns", "del", real).Run()
	}
}

// within runs f on a thread that is in a namespace. The thread ends with it.
func (n *realNet) within(ns string, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread is not used again
		fd, err := os.Open("/run/netns/" + n.names[ns])
		if err != nil {
			n.t.Error(err)
			return
		}
		defer fd.Close()
		const setns, cloneNewNet = 308, 0x40000000 // amd64
		if _, _, e := syscall.RawSyscall(setns, fd.Fd(), cloneNewNet, 0); e != 0 {
			n.t.Error(e)
			return
		}
		f()
	}()
	<-done
}

func sockaddr(a netip.Addr, port uint16) syscall.Sockaddr {
	if a.Is6() {
		return &syscall.SockaddrInet6{Addr: a.As16(), Port: int(port)}
	}
	return &syscall.SockaddrInet4{Addr: a.As4(), Port: int(port)}
}

func addrOf(a syscall.Sockaddr) netip.Addr {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrFrom4(a.Addr)
	case *syscall.SockaddrInet6:
		return netip.AddrFrom16(a.Addr)
	}
	return netip.Addr{}
}

func domain(a netip.Addr) int {
	if a.Is6() {
		return syscall.AF_INET6
	}
	return syscall.AF_INET
}

func (n *realNet) answerAll() {
	for name := range n.names {
		n.within(name, func() {
			for _, any := range []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()} {
				l, _ := syscall.Socket(domain(any), syscall.SOCK_STREAM, 0)
				u, _ := syscall.Socket(domain(any), syscall.SOCK_DGRAM, 0)
				for _, fd := range []int{l, u} {
					if any.Is6() {
						syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, 1)
					}
					if err := syscall.Bind(fd, sockaddr(any, 7)); err != nil {
						n.t.Error(err)
					}
				}
				syscall.Listen(l, 200)
				n.sockets = append(n.sockets, l, u)
				go answerTCP(l)
				go answerUDP(u)
			}
		})
	}
}

func answerTCP(fd int) {
	for {
		c, from, err := syscall.Accept(fd)
		if err != nil {
			return
		}
		syscall.Write(c, []byte(addrOf(from).String()))
		syscall.Close(c)
	}
}

func answerUDP(fd int) {
	buf := make([]byte, 100)
	for {
		n, from, err := syscall.Recvfrom(fd, buf, 0)
		if err != nil || n == 0 {
			return
		}
		syscall.Sendto(fd, []byte(addrOf(from).String()), 0, from)
	}
}

func (n *realNet) ask(probes []probe) []string {
	list := make([]string, len(probes))
	var wait sync.WaitGroup
	for i, p := range probes {
		wait.Add(1)
		go n.within(p.from, func() {
			defer wait.Done()
			switch p.proto {
			case "icmp":
				list[i] = realICMP(p, uint16(i+1))
			case "udp":
				list[i] = realUDP(p)
			default:
				list[i] = realTCP(p)
			}
		})
	}
	wait.Wait()
	return list
}

// text is the C library's, which Go's package syscall writes in small letters.
func text(err error) string {
	e, ok := err.(syscall.Errno)
	if !ok {
		return err.Error()
	}
	return netsim.Errno(e).Error()
}

func limited(domain, kind, proto int) int {
	fd, err := syscall.Socket(domain, kind, proto)
	if err != nil {
		return -1
	}
	tv := syscall.NsecToTimeval(int64(patience))
	syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &tv)
	syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &tv)
	return fd
}

func realUDP(p probe) string {
	fd := limited(domain(p.to), syscall.SOCK_DGRAM, 0)
	defer syscall.Close(fd)
	if err := syscall.Connect(fd, sockaddr(p.to, p.port)); err != nil {
		return text(err)
	}
	if _, err := syscall.Write(fd, []byte("x")); err != nil {
		return text(err)
	}
	return answer(fd)
}

func answer(fd int) string {
	buf := make([]byte, 100)
	for {
		n, err := syscall.Read(fd, buf)
		switch err {
		case nil:
			return "ok, seen as " + string(buf[:n])
		case syscall.EINTR:
		case syscall.EAGAIN:
			return "timeout"
		default:
			return text(err)
		}
	}
}

func realTCP(p probe) string {
	fd := limited(domain(p.to), syscall.SOCK_STREAM, 0)
	defer syscall.Close(fd)
	switch err := syscall.Connect(fd, sockaddr(p.to, p.port)); err {
	case nil:
		return answer(fd)
	case syscall.EINPROGRESS, syscall.EINTR:
		return "timeout"
	default:
		return text(err)
	}
}

func realICMP(p probe, id uint16) string {
	proto, level, option, request := syscall.IPPROTO_ICMP, syscall.IPPROTO_IP, syscall.IP_TTL, packet.EchoRequest
	number := packet.ProtoICMP
	if p.to.Is6() {
		proto, level, option = syscall.IPPROTO_ICMPV6, syscall.IPPROTO_IPV6, syscall.IPV6_UNICAST_HOPS
		request, number = packet.EchoRequest6, packet.ProtoICMPv6
	}
	fd := limited(domain(p.to), syscall.SOCK_RAW, proto)
	defer syscall.Close(fd)
	if p.ttl > 0 {
		syscall.SetsockoptInt(fd, level, option, p.ttl)
	}
	q := packet.IP{
		Src: p.to, Dst: p.to, Proto: number,
		ICMP: &packet.ICMP{Type: uint8(request), ID: id, Payload: make([]byte, 8)},
	}
	if err := syscall.Sendto(fd, q.Marshal()[q.HeaderSize():], 0, sockaddr(p.to, 0)); err != nil {
		return text(err)
	}
	end := time.Now().Add(patience)
	buf := make([]byte, 1500)
	for time.Now().Before(end) {
		n, from, err := syscall.Recvfrom(fd, buf, 0)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			break
		}
		if said := icmpAnswer(buf[:n], addrOf(from), id); said != "" {
			return said
		}
	}
	return "timeout"
}

// icmpAnswer is what a message says about a request, "" if it is about another.
func icmpAnswer(b []byte, src netip.Addr, id uint16) string {
	reply, isError := packet.EchoReply, func(t byte) bool { return t == packet.Unreachable || t == packet.TimeExceeded }
	inner, proto := 8+20, 8+9
	if src.Is6() {
		reply, isError = packet.EchoReply6, func(t byte) bool { return t < 128 }
		inner, proto = 8+40, 8+6
	} else {
		b = b[20:]
	}
	switch {
	case b[0] == byte(reply) && binary.BigEndian.Uint16(b[4:]) == id:
		return "reply from " + src.String()
	case isError(b[0]) && len(b) >= inner+8 && (b[proto] == 1 || b[proto] == 58) &&
		binary.BigEndian.Uint16(b[inner+4:]) == id:
		return fmt.Sprintf("icmp %d/%d from %s", b[0], b[1], src)
	}
	return ""
}
