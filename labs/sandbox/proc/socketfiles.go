package proc

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/vfs"
)

// netOf is the network that whoever looks sees.
func (k *Kernel) netOf(v *vfs.View) *netsim.Stack {
	if p := Caller(v); p != nil {
		return p.ns.Net
	}
	return k.net
}

// network is /proc/PID/net: the tables of the process's network namespace, in the formats of the kernel.
func (p *Process) network() *vfs.Dyn {
	t := newTree()
	show := func(name string, read func(*netsim.Stack) string) {
		t.add(name, text(func(*vfs.View) string { return read(p.ns.Net) }))
	}
	show("arp", arpTable)
	show("dev", deviceTable)
	show("if_inet6", addressTable6)
	show("route", routeTable)
	show("tcp", func(s *netsim.Stack) string { return socketTable(s, "tcp", false) })
	show("tcp6", func(s *netsim.Stack) string { return socketTable(s, "tcp", true) })
	show("udp", func(s *netsim.Stack) string { return socketTable(s, "udp", false) })
	show("udp6", func(s *netsim.Stack) string { return socketTable(s, "udp", true) })
	return t.dyn()
}

// deviceTable is /proc/net/dev. Linux: net/core/net-procfs.c
func deviceTable(s *netsim.Stack) string {
	var b strings.Builder
	b.WriteString("Inter-|   Receive                                                |  Transmit\n" +
		" face |bytes    packets errs drop fifo frame compressed multicast|" +
		"bytes    packets errs drop fifo colls carrier compressed\n")
	for _, l := range s.Links() {
		x := l.Stats()
		fmt.Fprintf(&b, "%6s: %7d %7d %4d %4d %4d %5d %10d %9d %8d %7d %4d %4d %4d %5d %7d %10d\n", l.Name(),
			x.RxBytes, x.RxPackets, x.RxErrors, x.RxDropped, 0, 0, 0, 0,
			x.TxBytes, x.TxPackets, x.TxErrors, x.TxDropped, 0, 0, 0, 0)
	}
	return b.String()
}

// hex4 is an IPv4 address as the kernel prints it: a number of the machine's byte order.
func hex4(a netip.Addr) string {
	if !a.Is4() {
		return "00000000"
	}
	b := a.As4()
	return fmt.Sprintf("%08X", binary.LittleEndian.Uint32(b[:]))
}

// Flags of a route. Linux: include/uapi/linux/route.h
const (
	rtfUp      = 0x1
	rtfGateway = 0x2
	rtfHost    = 0x4
	rtfReject  = 0x200
)

// routeTable is /proc/net/route. Linux: fib_route_seq_show
func routeTable(s *netsim.Stack) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-127s\n", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT")
	for _, r := range s.Routes(4) {
		flags, dev := rtfUp, r.Dev
		if r.Gateway.IsValid() {
			flags |= rtfGateway
		}
		if r.Dst.Bits() == 32 {
			flags |= rtfHost
		}
		if dev == "" {
			flags, dev = flags|rtfReject, "*"
		}
		mask := bits.ReverseBytes32(^uint32(0) << (32 - r.Dst.Bits()))
		line := fmt.Sprintf("%s\t%s\t%s\t%04X\t%d\t%d\t%d\t%08X\t%d\t%d\t%d", dev, hex4(r.Dst.Addr()), hex4(r.Gateway),
			flags, 0, 0, r.Metric, mask, 0, 0, 0)
		fmt.Fprintf(&b, "%-127s\n", line)
	}
	return b.String()
}

// arpTable is /proc/net/arp. Linux: arp_format_neigh_entry
func arpTable(s *netsim.Stack) string {
	var b strings.Builder
	b.WriteString("IP address       HW type     Flags       HW address            Mask     Device\n")
	for _, n := range s.Neighbours() {
		if !n.Addr.Is4() {
			continue
		}
		flags := 2 // ATF_COM
		switch n.State {
		case "PERMANENT":
			flags = 6
		case "INCOMPLETE", "FAILED":
			flags = 0
		}
		fmt.Fprintf(&b, "%-16s 0x%-10x0x%-10x%-17s     *        %s\n", n.Addr, 1, flags, n.MAC, n.Dev)
	}
	return b.String()
}

// addressTable6 is /proc/net/if_inet6. Linux: if6_seq_show
func addressTable6(s *netsim.Stack) string {
	var b strings.Builder
	for _, l := range s.Links() {
		for _, a := range l.Addrs() {
			addr := a.Prefix.Addr()
			if !addr.Is6() {
				continue
			}
			scope := map[string]int{"global": 0x00, "host": 0x10, "link": 0x20}[a.Scope]
			const permanent = 0x80
			raw := addr.As16()
			fmt.Fprintf(&b, "%x %02x %02x %02x %02x %8s\n", raw[:], l.Index(), a.Prefix.Bits(), scope, permanent, l.Name())
		}
	}
	return b.String()
}

// socketState is the kernel's number of a state. Linux: include/net/tcp_states.h
func socketState(name string) int {
	states := []string{
		"", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN", "CLOSE-WAIT",
		"LAST-ACK", "LISTEN", "CLOSING",
	}
	return slices.Index(states, name)
}

// socketTable is /proc/net/tcp, udp and their like for IPv6. Linux: get_tcp4_sock, udp4_format_sock
func socketTable(s *netsim.Stack, proto string, v6 bool) string {
	head, width, tail := "local_address rem_address   ", 149, ""
	if v6 {
		head = fmt.Sprintf("%-37s %-37s ", "local_address", "remote_address")
	}
	if proto == "udp" {
		width, tail = 127, " ref pointer drops"
	}
	var b strings.Builder
	head = "  sl  " + head + "st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
	fmt.Fprintf(&b, "%-*s\n", width, head+tail)
	n := 0
	for _, i := range s.Sockets() {
		if i.Proto != proto || i.V6 != v6 {
			continue
		}
		fmt.Fprintf(&b, "%-*s\n", width, socketLine(n, i))
		n++
	}
	return b.String()
}

func socketLine(n int, i netsim.SocketInfo) string {
	uid, inode := uint32(0), uint64(0)
	if o, ok := i.Owner.(SocketOwner); ok {
		uid, inode = o.Process.cred.EUID, o.Inode
	}
	sent := i.SendQ
	if i.State == "LISTEN" {
		sent = 0
	}
	line := fmt.Sprintf("%4d: %s %s %02X %08X:%08X 00:00000000 00000000 %5d        0 %d", n,
		hexPort(i.Local, i.V6), hexPort(i.Remote, i.V6), socketState(i.State), sent, i.RecvQ, uid, inode)
	if i.Proto == "udp" {
		return line + " 2 0000000000000000 0"
	}
	if i.State == "TIME-WAIT" {
		return line + " 3 0000000000000000"
	}
	return line + " 1 0000000000000000 100 0 0 10 0"
}

func hexPort(a netip.AddrPort, v6 bool) string {
	if !v6 {
		return fmt.Sprintf("%s:%04X", hex4(a.Addr()), a.Port())
	}
	addr := a.Addr()
	if !addr.IsValid() {
		addr = netip.IPv6Unspecified()
	}
	raw := addr.As16()
	var b strings.Builder
	for word := range slices.Chunk(raw[:], 4) {
		fmt.Fprintf(&b, "%08X", binary.LittleEndian.Uint32(word))
	}
	return fmt.Sprintf("%s:%04X", b.String(), a.Port())
}

// netSysctls is /proc/sys/net: the kernel parameters of whoever looks.
func (k *Kernel) netSysctls() *vfs.Dyn { return k.sysctlDir("net/") }

func (k *Kernel) sysctlDir(path string) *vfs.Dyn {
	children := func(v *vfs.View) []string {
		var names []string
		for _, name := range k.netOf(v).Sysctls() {
			if rest, ok := strings.CutPrefix(name, path); ok {
				first, _, _ := strings.Cut(rest, "/")
				names = append(names, first)
			}
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o555,
		List: children,
		Lookup: func(v *vfs.View, name string) *vfs.Dyn {
			if _, ok := k.netOf(v).Sysctl(path + name); ok {
				return k.sysctlFile(path+name, k.sysctlMode(v, path+name))
			}
			if slices.Contains(children(v), name) {
				return k.sysctlDir(path + name + "/")
			}
			return nil
		},
	}
}

func (k *Kernel) sysctlMode(v *vfs.View, name string) vfs.Mode {
	if k.netOf(v).SysctlIsFixed(name) {
		return vfs.S_IFREG | 0o444
	}
	return vfs.S_IFREG | 0o644
}

func (k *Kernel) sysctlFile(name string, mode vfs.Mode) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: mode,
		Read: func(v *vfs.View) ([]byte, error) {
			value, ok := k.netOf(v).Sysctl(name)
			if !ok {
				return nil, ENOENT
			}
			return []byte(value + "\n"), nil
		},
		Write: func(v *vfs.View, b []byte) error { return errnoOf(k.netOf(v).SetSysctl(name, string(b))) },
	}
}

// classNet is /sys/class/net: a directory for each link that whoever looks has.
func (k *Kernel) classNet() *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o755,
		List: func(v *vfs.View) []string {
			var names []string
			for _, l := range k.netOf(v).Links() {
				names = append(names, l.Name())
			}
			slices.Sort(names)
			return names
		},
		Lookup: func(v *vfs.View, name string) *vfs.Dyn {
			l := k.netOf(v).Link(name)
			if l == nil {
				return nil
			}
			return linkDir(l)
		},
	}
}

// linkDir is /sys/class/net/LINK. Linux: net/core/net-sysfs.c
func linkDir(l *netsim.Link) *vfs.Dyn {
	t := newTree()
	show := func(name string, read func() string) {
		t.add(name, text(func(*vfs.View) string { return read() + "\n" }))
	}
	show("address", func() string { return l.MAC().String() })
	show("mtu", func() string { return strconv.Itoa(l.MTU()) })
	show("ifindex", func() string { return strconv.Itoa(l.Index()) })
	show("iflink", func() string { return strconv.Itoa(peerIndex(l)) })
	show("operstate", func() string { return OperState(l) })
	t.add("carrier", carrierFile(l))
	show("type", func() string {
		if l.Kind() == "loopback" {
			return "772"
		}
		return "1"
	})
	count := func(name string, of func(netsim.LinkStats) uint64) {
		show("statistics/"+name, func() string { return strconv.FormatUint(of(l.Stats()), 10) })
	}
	count("rx_bytes", func(x netsim.LinkStats) uint64 { return x.RxBytes })
	count("rx_packets", func(x netsim.LinkStats) uint64 { return x.RxPackets })
	count("rx_errors", func(x netsim.LinkStats) uint64 { return x.RxErrors })
	count("rx_dropped", func(x netsim.LinkStats) uint64 { return x.RxDropped })
	count("tx_bytes", func(x netsim.LinkStats) uint64 { return x.TxBytes })
	count("tx_packets", func(x netsim.LinkStats) uint64 { return x.TxPackets })
	count("tx_errors", func(x netsim.LinkStats) uint64 { return x.TxErrors })
	count("tx_dropped", func(x netsim.LinkStats) uint64 { return x.TxDropped })
	return t.dyn()
}

// carrierFile says nothing of a link that is down. Linux: net/core/net-sysfs.c, carrier_show
func carrierFile(l *netsim.Link) *vfs.Dyn {
	return &vfs.Dyn{Mode: vfs.S_IFREG | 0o644, Read: func(*vfs.View) ([]byte, error) {
		switch {
		case !l.IsUp():
			return nil, EINVAL
		case l.Running():
			return []byte("1\n"), nil
		}
		return []byte("0\n"), nil
	}}
}

// peerIndex is the number of the link that this one leads to, or its own.
func peerIndex(l *netsim.Link) int {
	if _, n := l.Peer(); n != 0 {
		return n
	}
	if p := l.Parent(); p != nil {
		return p.Index()
	}
	return l.Index()
}

// OperState is the state of a link as RFC 2863 calls it; Linux does not know it of lo and dummies.
func OperState(l *netsim.Link) string {
	switch k := l.Kind(); {
	case !l.IsUp():
		return "down"
	case k == "loopback" || k == "dummy" || k == "vxlan":
		return "unknown"
	case l.Running():
		return "up"
	case k == "veth" || k == "macvlan" || k == "ipvlan" || k == "vlan":
		return "lowerlayerdown"
	}
	return "down"
}
