package applet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
)

// linkFlags are the words between < and >. iproute2: ip/ipaddress.c print_link_flags
func (p *ipCall) linkFlags(l *netsim.Link) string {
	var flags []string
	if l.IsUp() && !l.Running() {
		flags = append(flags, "NO-CARRIER")
	}
	switch l.Kind() {
	case "loopback":
		flags = append(flags, "LOOPBACK")
	case "dummy":
		flags = append(flags, "BROADCAST", "NOARP")
	default:
		flags = append(flags, "BROADCAST", "MULTICAST")
	}
	if l.IsUp() {
		flags = append(flags, "UP")
		if l.Running() {
			flags = append(flags, "LOWER_UP")
		}
	}
	if p.lowerIsDown(l) {
		flags = append(flags, "M-DOWN")
	}
	return "<" + strings.Join(flags, ",") + ">"
}

// lowerIsDown: busybox looks for the other end among the links here; if it is in another namespace, it is down to it.
func (p *ipCall) lowerIsDown(l *netsim.Link) bool {
	other, index := p.lower(l)
	switch {
	case index == 0:
		return false
	case other != nil:
		return !other.IsUp()
	}
	return !p.gnu()
}

// lower is what follows the @: the other end of a veth, what a macvlan or VLAN is on. The link is nil if it is in
// another namespace.
func (p *ipCall) lower(l *netsim.Link) (other *netsim.Link, index int) {
	at := l.Parent()
	if at != nil {
		index = at.Index()
	} else if at, index = l.Peer(); at == nil {
		return nil, index
	}
	if at.Stack() != p.net {
		return nil, index
	}
	return at, index
}

// linkName is the name with what is behind the link: eth0@if7.
func (p *ipCall) linkName(l *netsim.Link) string {
	other, index := p.lower(l)
	switch {
	case index == 0:
		return l.Name()
	case other != nil:
		return l.Name() + "@" + other.Name()
	}
	return l.Name() + "@if" + strconv.Itoa(index)
}

// operState is the state of RFC 2863. Linux: net/core/link_watch.c
func operState(l *netsim.Link) string {
	switch {
	case !l.IsUp():
		return "DOWN"
	case l.Kind() == "loopback", l.Kind() == "dummy", l.Kind() == "vxlan":
		return "UNKNOWN"
	case l.Running():
		return "UP"
	case l.Kind() == "bridge":
		return "DOWN"
	}
	return "LOWERLAYERDOWN"
}

func qdisc(l *netsim.Link) string {
	if !l.IsUp() {
		return "noop"
	}
	return "noqueue"
}

// queueLength is that of the loopback link; what Docker makes has none.
func queueLength(l *netsim.Link) int {
	if l.Kind() == "loopback" {
		return 1000
	}
	return 0
}

// broadcastMAC is what follows brd.
func broadcastMAC(l *netsim.Link) packet.MAC {
	if l.Kind() == "loopback" {
		return packet.MAC{}
	}
	return packet.Broadcast()
}

func etherType(l *netsim.Link) string {
	if l.Kind() == "loopback" {
		return "loopback"
	}
	return "ether"
}

func macText(m packet.MAC) string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// newline is a line's end inside of what -o shows as one line.
func (p *ipCall) newline() string {
	if p.oneline {
		return "\\"
	}
	return "\n"
}

// showLink is a link's first line, or two.
func (p *ipCall) showLink(l *netsim.Link, withMAC bool) {
	p.printf("%d: %s: %s mtu %d qdisc %s ", l.Index(), p.linkName(l), p.linkFlags(l), l.MTU(), qdisc(l))
	if m := l.Master(); m != nil {
		p.print("master " + m.Name() + " ")
	}
	p.print("state " + operState(l) + " ")
	if p.gnu() {
		if p.family == afPacket {
			p.print("mode DEFAULT ")
		}
		p.print("group default ")
	}
	if n := queueLength(l); n > 0 {
		p.printf("qlen %d", n)
	}
	if withMAC {
		p.printf("%s    link/%s %s brd %s", p.newline(), etherType(l), macText(l.MAC()), macText(broadcastMAC(l)))
	}
	if id, ok := p.netnsID(l); ok && p.gnu() {
		p.printf(" link-netnsid %d", id)
	}
	if withMAC {
		p.showDetails(l)
	}
	p.print("\n")
	if p.stats {
		p.showStats(l)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// netnsID is the number by which this namespace knows the one that the other end is in: they are counted as they come.
func (p *ipCall) netnsID(l *netsim.Link) (int, bool) {
	var seen []*netsim.Stack
	for _, at := range p.net.Links() {
		far, _ := at.Peer()
		if far == nil {
			far = at.Parent()
		}
		if far == nil || far.Stack() == p.net {
			continue
		}
		if !slices.Contains(seen, far.Stack()) {
			seen = append(seen, far.Stack())
		}
		if at == l {
			return slices.Index(seen, far.Stack()), true
		}
	}
	return 0, false
}

// showDetails is what -d adds: the kind of link, and its settings as far as they are simulated.
func (p *ipCall) showDetails(l *netsim.Link) {
	if !p.details {
		return
	}
	p.printf(" promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 %s    %s", p.newline(), l.Kind())
	if l.Mode() != "" {
		p.print(" mode " + l.Mode())
	}
	if m := l.Master(); m != nil {
		p.printf(" %s    bridge_slave state forwarding hairpin %s", p.newline(), onOff(l.Hairpin()))
	}
	p.print(" ")
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

// showStats is the counters of -s. iproute2: ip/ipaddress.c print_link_stats64
func (p *ipCall) showStats(l *netsim.Link) {
	s := l.Stats()
	nl := p.newline()
	p.printf("    RX:  bytes packets errors dropped  missed   mcast           %s", nl)
	p.printf("    %10d %7d %6d %7d %7d %7d %s", s.RxBytes, s.RxPackets, s.RxErrors, s.RxDropped, 0, 0, nl)
	p.printf("    TX:  bytes packets errors dropped carrier collsns           %s", nl)
	p.printf("    %10d %7d %6d %7d %7d %7d \n", s.TxBytes, s.TxPackets, s.TxErrors, s.TxDropped, 0, 0)
}

// link is `ip link`.
func (p *ipCall) link() proc.ExitCode {
	verb := p.verb()
	switch {
	case isPrefix(verb, "add"):
		return p.linkAdd()
	case isPrefix(verb, "set"), verb == "change":
		return p.linkSet()
	case isPrefix(verb, "delete"):
		return p.linkDelete()
	case isPrefix(verb, "show"), isPrefix(verb, "list"), verb == "lst":
		p.family = afPacket
		return p.linkShow()
	}
	return p.unknownCommand(verb, "link")
}

// linkFilter is which links are to be shown.
type linkFilter struct {
	dev, kind, label string
	master           string
	up               bool
	to               string
}

func (p *ipCall) filter() linkFilter {
	var f linkFilter
	for len(p.args) > 0 {
		switch word := p.next(); {
		case word == "up":
			f.up = true
		case word == "dev":
			f.dev = p.next()
		case word == "label":
			f.label = p.next()
		case word == "to":
			f.to = p.next()
		case word == "type" && p.gnu():
			f.kind = p.next()
		case word == "master" && p.gnu():
			f.master = p.next()
		case word == "scope":
			p.refuse("ip addr show scope")
		default:
			f.dev = word
		}
	}
	if f.dev != "" {
		p.findToShow(f.dev)
	}
	return f
}

func (f *linkFilter) has(l *netsim.Link) bool {
	return (f.dev == "" || l.Name() == f.dev) && (!f.up || l.IsUp()) && (f.kind == "" || l.Kind() == f.kind) &&
		(f.master == "" || l.Master() != nil && l.Master().Name() == f.master)
}

func (p *ipCall) linkShow() proc.ExitCode {
	f := p.filter()
	for _, l := range p.net.Links() {
		switch {
		case !f.has(l):
		case p.brief:
			p.printf("%-16s %-14s %s %s \n", p.linkName(l), operState(l), macText(l.MAC()), p.linkFlags(l))
		default:
			p.showLink(l, true)
		}
	}
	return 0
}

// linkAdd is `ip link add [link PARENT] [name] NAME type TYPE ARGS`.
func (p *ipCall) linkAdd() proc.ExitCode {
	var name, parent, kind string
	for kind == "" && len(p.args) > 0 {
		switch word := p.next(); word {
		case "name", "dev":
			name = p.next()
		case "link":
			parent = p.next()
		case "type":
			kind = p.next()
		case "address", "mtu", "numtxqueues", "index", "txqueuelen", "netns":
			p.refuse("ip link add " + word)
		default:
			name = word
		}
	}
	p.admin()
	if kind == "" {
		p.die("%s", "Not enough information: \"type\" argument is required")
	}
	if name != "" && p.net.Link(name) != nil {
		p.answer(netsim.EEXIST)
	}
	p.answer(p.makeLink(name, parent, kind))
	return 0
}

func (p *ipCall) makeLink(name, parent, kind string) error {
	if name == "" {
		name = p.freeName(kind)
	}
	switch kind {
	case "veth":
		return p.makeVeth(name)
	case "bridge":
		_, err := p.net.AddBridge(name)
		return err
	case "dummy":
		_, err := p.net.AddDummy(name)
		return err
	case "macvlan", "ipvlan", "vlan":
		if parent == "" {
			return netsim.EINVAL
		}
		return p.makeUpper(name, p.find(parent), kind)
	}
	p.refuse("ip link add type " + kind)
	return nil
}

// freeName is the name that the kernel gives to a link without one.
func (p *ipCall) freeName(kind string) string {
	for n := 0; ; n++ {
		if name := kind + strconv.Itoa(n); p.net.Link(name) == nil {
			return name
		}
	}
}

// makeVeth reads [peer [name] NAME [netns PID]].
func (p *ipCall) makeVeth(name string) error {
	peer := ""
	if len(p.args) > 0 && p.args[0] == "peer" {
		p.next()
		for len(p.args) > 0 {
			word := p.next()
			if word == "netns" {
				p.refuse("ip link add … peer netns")
			}
			if word == "name" {
				word = p.next()
			}
			peer = word
		}
	}
	if peer == "" {
		peer = p.freeName("veth")
	}
	if peer == name || p.net.Link(peer) != nil {
		return netsim.EEXIST
	}
	_, _, err := p.net.AddVeth(name, p.net, peer)
	return err
}

// makeUpper reads [mode MODE] or id ID.
func (p *ipCall) makeUpper(name string, parent *netsim.Link, kind string) (err error) {
	mode, id := map[string]string{"macvlan": "vepa", "ipvlan": "l3"}[kind], 0
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "mode":
			mode = p.next()
		case "id":
			id = p.number(p.next(), "id")
		default:
			p.refuse("ip link add type " + kind + " " + word)
		}
	}
	switch kind {
	case "macvlan":
		_, err = p.net.AddMacvlan(name, parent, mode)
	case "ipvlan":
		_, err = p.net.AddIPvlan(name, parent, mode)
	default:
		if id < 1 || id > 4094 {
			return netsim.ERANGE
		}
		_, err = p.net.AddVLAN(name, parent, uint16(id))
	}
	return err
}

func (p *ipCall) linkDelete() proc.ExitCode {
	name := p.next()
	if name == "dev" {
		name = p.next()
	}
	l := p.find(name)
	p.admin()
	p.answer(l.Delete())
	return 0
}

// linkSet is `ip link set [dev] NAME CHANGES`. All words are read before anything is changed.
func (p *ipCall) linkSet() proc.ExitCode {
	name := p.next()
	if name == "dev" {
		name = p.next()
	}
	l := p.find(name)
	var changes []func() error
	for len(p.args) > 0 {
		changes = append(changes, p.linkChange(l, p.next()))
	}
	p.admin()
	for _, change := range changes {
		p.answer(change())
	}
	return 0
}

func (p *ipCall) linkChange(l *netsim.Link, word string) func() error {
	switch word {
	case "up":
		return l.Up
	case "down":
		return l.Down
	case "nomaster":
		return func() error { return l.SetMaster(nil) }
	case "master":
		bridge := p.find(p.next())
		return func() error { return l.SetMaster(bridge) }
	case "name":
		to := p.next()
		return func() error { return l.Rename(to) }
	case "mtu":
		n := p.number(p.next(), "mtu")
		return func() error { return l.SetMTU(n) }
	case "address":
		text := p.next()
		m, ok := packet.ParseMAC(text)
		if !ok {
			p.die("\"%s\" is invalid lladdr.", text)
		}
		return func() error { return l.SetMAC(m) }
	case "netns":
		to := p.namespaceOf(p.next())
		return func() error { return l.MoveTo(to, "") }
	}
	p.refuse("ip link set " + word)
	return nil
}

// namespaceOf is the network namespace that a name or a process number stands for.
func (p *ipCall) namespaceOf(word string) *netsim.Stack {
	target := "/proc/" + word + "/ns/net"
	if _, err := strconv.Atoi(word); err != nil {
		target, _ = p.FS().Readlink(netnsDir + "/" + word)
	}
	process, err := p.processOf(target)
	if err != nil {
		p.out.flush()
		p.Write(2, []byte("Error: argument \""+word+"\" is wrong: Invalid \"netns\" value\n"))
		p.Exit(255)
	}
	return process.Namespaces().Net
}
