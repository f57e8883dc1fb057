package applet

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/proc"
)

// socketList is what ss and netstat are asked to show.
type socketList struct {
	*call
	tcp, udp       bool
	listening, all bool
	v4, v6         bool
	numeric        bool
	owners         bool
	width          int // of an address
}

// shown is the sockets asked for, by protocol and port.
func (l *socketList) shown() []netsim.SocketInfo {
	list := slices.DeleteFunc(l.Network().Sockets(), func(i netsim.SocketInfo) bool { return !l.wants(i) })
	slices.SortStableFunc(list, func(a, b netsim.SocketInfo) int {
		return cmp.Or(
			strings.Compare(b.Proto, a.Proto), cmp.Compare(a.Local.Port(), b.Local.Port()),
			a.Local.Addr().Compare(b.Local.Addr()), cmp.Compare(a.Remote.Port(), b.Remote.Port()),
		)
	})
	return list
}

func (l *socketList) wants(i netsim.SocketInfo) bool {
	passive := i.State == "LISTEN" || i.State == "UNCONN"
	switch {
	case i.Proto == "tcp" && !l.tcp, i.Proto == "udp" && !l.udp, i.Proto != "tcp" && i.Proto != "udp":
		return false
	case l.v4 && !l.v6 && i.V6, l.v6 && !l.v4 && !i.V6:
		return false
	case l.all:
		return true
	}
	return passive == l.listening
}

// port is a port, or * where there is none.
func (l *socketList) port(p uint16, proto string) string {
	if p == 0 {
		return "*"
	}
	if !l.numeric {
		if name := netfilter.ServiceName(p, proto); name != "" {
			return name
		}
	}
	return strconv.Itoa(int(p))
}

// user is whose a socket is: the process and its descriptor, if both can be seen from here.
func (l *socketList) user(i netsim.SocketInfo) (pid, fd int, name string, ok bool) {
	owner, is := i.Owner.(proc.SocketOwner)
	if !is {
		return 0, 0, "", false
	}
	link := fmt.Sprintf("socket:[%d]", owner.Inode)
	for _, p := range l.call.processes() {
		dir := fmt.Sprintf("/proc/%d/fd", p.pid)
		names, err := l.FS().ReadDir(dir)
		if err != nil {
			continue
		}
		for _, n := range names {
			if to, err := l.FS().Readlink(dir + "/" + n.Name); err == nil && to == link {
				fd, _ := strconv.Atoi(n.Name)
				return p.pid, fd, p.comm, true
			}
		}
	}
	return 0, 0, "", false
}

// ssCmd is iproute2's ss. iproute2: misc/ss.c
func ssCmd(c *call) proc.ExitCode {
	c.usageAt = 255
	o := c.getopt("ltunap46Hxsreiomwd0", "listening=l", "tcp=t", "udp=u", "numeric=n", "all=a", "processes=p", "ipv4=4",
		"ipv6=6", "no-header=H", "unix=x", "summary=s", "resolve=r", "extended=e", "info=i", "options=o", "memory=m",
		"raw=w", "dccp=d", "packet=0")
	c.refuse(o, "xsreiomwd0")
	if len(o.args) > 0 {
		c.die("filters are not simulated in the sandbox")
	}
	l := &socketList{
		call: c, tcp: o.has('t'), udp: o.has('u'), listening: o.has('l'), all: o.has('a'), v4: o.has('4'), v6: o.has('6'),
		numeric: o.has('n'), owners: o.has('p'),
	}
	several := l.tcp == l.udp
	if !l.tcp && !l.udp {
		l.tcp, l.udp = true, true
	}
	t := &ssTable{l: l, netid: several}
	if !o.has('H') {
		t.add([]string{"Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port", "Peer Address", "Port", "Process"})
	}
	for _, i := range l.shown() {
		t.socket(i)
	}
	t.print(!o.has('H'))
	return 0
}

// ssTable is the columns of ss: as wide as what stands in them.
type ssTable struct {
	l     *socketList
	netid bool
	rows  [][]string
}

func (t *ssTable) add(row []string) { t.rows = append(t.rows, row) }

func (t *ssTable) socket(i netsim.SocketInfo) {
	who := ""
	if t.l.owners {
		if pid, fd, name, ok := t.l.user(i); ok {
			who = fmt.Sprintf(" users:((\"%s\",pid=%d,fd=%d))", name, pid, fd)
		}
	}
	address := func(a netip.AddrPort) string {
		switch addr := a.Addr(); {
		case i.V6 && !i.V6Only && (!addr.IsValid() || addr.IsUnspecified()): // takes IPv4 too
			return "*"
		case i.V6 && !addr.IsValid():
			return "[::]"
		case !addr.IsValid():
			return "0.0.0.0"
		case addr.Is6():
			return "[" + addr.String() + "]"
		default:
			return addr.String()
		}
	}
	t.add([]string{
		i.Proto, i.State, strconv.Itoa(i.RecvQ), strconv.Itoa(i.SendQ), address(i.Local), t.l.port(i.Local.Port(), i.Proto),
		address(i.Remote), t.l.port(i.Remote.Port(), i.Proto), who,
	})
}

// print prints the columns: addresses stand right before their port, the last column is as wide as its header at least.
func (t *ssTable) print(headed bool) {
	widths := []int{5, 5, 6, 6, 0, 0, 0, 0, 0}
	for _, row := range t.rows {
		for i := range widths[:8] {
			widths[i] = max(widths[i], len(row[i]))
		}
	}
	if headed {
		widths[8] = len("Process")
	}
	for n, row := range t.rows {
		var b strings.Builder
		if t.netid {
			fmt.Fprintf(&b, "%-*s ", widths[0], row[0])
		}
		fmt.Fprintf(&b, "%-*s %-*s %-*s %*s:%-*s %*s:%-*s", widths[1], row[1], widths[2], row[2], widths[3], row[3],
			widths[4], row[4], widths[5], row[5], widths[6], row[6], widths[7], row[7])
		if n == 0 && headed {
			b.WriteString(row[8])
		} else {
			fmt.Fprintf(&b, "%-*s", widths[8], row[8])
		}
		t.l.print(b.String() + "\n")
	}
}

// netstatCmd is busybox's netstat. busybox: networking/netstat.c
func netstatCmd(c *call) proc.ExitCode {
	o := c.getopt("lantuwxreWp")
	c.refuse(o, "wxre")
	l := &socketList{
		call: c, tcp: o.has('t'), udp: o.has('u'), listening: o.has('l'), all: o.has('a'), numeric: o.has('n'),
		owners: o.has('p'),
	}
	if !l.tcp && !l.udp {
		l.tcp, l.udp = true, true
	}
	which := "w/o servers"
	if l.all {
		which = "servers and established"
	} else if l.listening {
		which = "only servers"
	}
	c.print("Active Internet connections (" + which + ")\n")
	owner := ""
	if l.owners {
		owner = "PID/Program name"
	}
	l.width = 23
	if o.has('W') {
		l.width = 51
	}
	c.printf("Proto Recv-Q Send-Q %-*s %-*s State       %s\n", l.width, "Local Address", l.width, "Foreign Address", owner)
	for _, i := range l.shown() {
		l.netstatRow(i)
	}
	return c.failed
}

func (l *socketList) netstatRow(i netsim.SocketInfo) {
	name := func(a netip.AddrPort) string {
		addr := a.Addr()
		if !addr.IsValid() {
			addr = netip.IPv4Unspecified()
			if i.V6 {
				addr = netip.IPv6Unspecified()
			}
		}
		return addr.String() + ":" + l.port(a.Port(), i.Proto)
	}
	state := map[string]string{"ESTAB": "ESTABLISHED", "UNCONN": ""}
	text, ok := state[i.State]
	if !ok {
		text = strings.ReplaceAll(i.State, "-", "_")
	}
	who := ""
	if l.owners {
		who = "-"
		if pid, _, comm, ok := l.user(i); ok {
			who = fmt.Sprintf("%d/%s", pid, comm)
		}
	}
	if i.State == "LISTEN" {
		i.SendQ = 0 // /proc/net/tcp does not tell how many may wait
	}
	l.printf("%-3s   %6d %6d %-*s %-*s %-12s%s\n", i.Proto, i.RecvQ, i.SendQ, l.width, name(i.Local), l.width,
		name(i.Remote), text, who)
}
