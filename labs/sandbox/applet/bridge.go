package applet

import (
	"fmt"
	"slices"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
)

// bridgeCmd is bridge(8) of iproute2: link and fdb.
func bridgeCmd(c *call) proc.ExitCode {
	p := &ipCall{call: c, net: c.Network(), args: c.args}
	p.options()
	object := p.next()
	verb := p.verb()
	switch {
	case isPrefix(object, "link"):
		return p.bridgeLink(verb)
	case isPrefix(object, "fdb"):
		return p.bridgeFDB(verb)
	case isPrefix(object, "mdb"), isPrefix(object, "vlan"), isPrefix(object, "monitor"), isPrefix(object, "mst"):
		p.refuse("bridge " + object)
	}
	c.Write(2, []byte("Object \""+object+"\" is unknown, try \"bridge help\".\n"))
	return 1
}

func (p *ipCall) bridgeLink(verb string) proc.ExitCode {
	switch {
	case isPrefix(verb, "set"):
		return p.bridgeSet()
	case !isPrefix(verb, "show") && !isPrefix(verb, "list"):
		p.Write(2, []byte("Command \""+verb+"\" is unknown, try \"bridge link help\".\n"))
		return 255
	}
	f := p.filter()
	for _, l := range p.net.Links() {
		if m := l.Master(); m != nil && f.has(l) {
			p.printf("%d: %s: %s mtu %d master %s state %s priority 32 cost 2 \n",
				l.Index(), p.linkName(l), p.linkFlags(l), l.MTU(), m.Name(), portState(l))
			if p.details {
				p.printf("    hairpin %s guard off root_block off fastleave off learning on flood on \n", onOff(l.Hairpin()))
			}
		}
	}
	return 0
}

func portState(l *netsim.Link) string {
	if l.Running() {
		return "forwarding"
	}
	return "disabled"
}

// bridgeSet is `bridge link set dev NAME hairpin on|off isolated on|off`.
func (p *ipCall) bridgeSet() proc.ExitCode {
	var l *netsim.Link
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "dev":
			l = p.find(p.next())
			p.admin()
		case "hairpin", "isolated":
			value := p.next()
			if l == nil || value != "on" && value != "off" {
				p.dieWith(255, "Error: argument of \"%s\" must be \"on\" or \"off\", not \"%s\"", word, value)
			}
			if word == "hairpin" {
				l.SetHairpin(value == "on")
			} else {
				l.SetIsolated(value == "on")
			}
		default:
			p.refuse("bridge link set " + word)
		}
	}
	return 0
}

func (p *ipCall) bridgeFDB(verb string) proc.ExitCode {
	if !isPrefix(verb, "show") && !isPrefix(verb, "list") {
		p.refuse("bridge fdb " + verb)
	}
	bridge, dev := "", ""
	for len(p.args) > 0 {
		switch word := p.next(); word {
		case "br", "brport", "dev":
			name := p.next()
			p.find(name)
			if word == "br" {
				bridge = name
			} else {
				dev = name
			}
		default:
			p.refuse("bridge fdb show " + word)
		}
	}
	for _, l := range p.net.Links() {
		if bridge == "" || l.Name() == bridge {
			p.showFDB(l, dev)
		}
	}
	return 0
}

// showFDB lists what a bridge or a tunnel knows. iproute2: bridge/fdb.c print_fdb
func (p *ipCall) showFDB(l *netsim.Link, dev string) {
	for _, e := range l.FDB() {
		port := l
		if e.Port != nil {
			port = e.Port
		}
		if dev != "" && port.Name() != dev {
			continue
		}
		p.print(macText(e.MAC) + " dev " + port.Name() + " ")
		if e.Remote.IsValid() {
			p.print("dst " + e.Remote.String() + " self ")
		}
		if l.Kind() == "bridge" {
			p.print("master " + l.Name() + " ")
		}
		if e.Local || e.Static {
			p.print("permanent")
		}
		p.print("\n")
	}
}

// brctlCmd is busybox's brctl.
func brctlCmd(c *call) proc.ExitCode {
	p := &ipCall{call: c, net: c.Network(), args: c.args}
	if len(p.args) == 0 {
		c.usage()
	}
	switch verb := p.next(); verb {
	case "show":
		return p.brctlShow()
	case "showmacs":
		return p.brctlMACs()
	case "addbr":
		return p.brctlDo(func(name string) error { _, err := p.net.AddBridge(name); return err })
	case "delbr":
		return p.brctlDo(func(name string) error { return p.bridgeNamed(name).Delete() })
	case "addif":
		bridge := p.bridgeNamed(p.next())
		return p.brctlDo(func(name string) error { return p.find(name).SetMaster(bridge) })
	case "delif":
		p.bridgeNamed(p.next())
		return p.brctlDo(func(name string) error { return p.find(name).SetMaster(nil) })
	case "stp", "setageing", "setfd", "sethello", "setmaxage", "setbridgeprio", "setportprio", "setpathcost", "showstp":
		p.refuse("brctl " + verb)
	default:
		c.die("invalid argument '%s' to 'brctl'", verb)
	}
	return 1
}

func (p *ipCall) brctlDo(change func(name string) error) proc.ExitCode {
	name := p.next()
	if !p.Has(proc.CAP_NET_ADMIN) {
		p.die("bridge %s: %s", name, p.text(proc.EPERM))
	}
	if err := change(name); err != nil {
		p.die("bridge %s: %s", name, p.netText(err))
	}
	return 0
}

func (p *ipCall) bridgeNamed(name string) *netsim.Link {
	l := p.net.Link(name)
	if l == nil || l.Kind() != "bridge" {
		p.die("bridge %s: %s", name, p.text(proc.ENODEV))
	}
	return l
}

func (p *ipCall) brctlShow() proc.ExitCode {
	p.print("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n")
	links := p.net.Links()
	for _, b := range links {
		if b.Kind() != "bridge" || len(p.args) > 0 && !slices.Contains(p.args, b.Name()) {
			continue
		}
		m := b.MAC()
		p.printf("%s\t\t8000.%x\tno", b.Name(), m[:])
		first := true
		for _, l := range links {
			if l.Master() != b {
				continue
			}
			if first {
				p.print("\t\t" + l.Name())
			} else {
				p.print("\n\t\t\t\t\t\t\t" + l.Name())
			}
			first = false
		}
		p.print("\n")
	}
	return 0
}

func (p *ipCall) brctlMACs() proc.ExitCode {
	bridge := p.bridgeNamed(p.next())
	var ports []*netsim.Link
	for _, l := range p.net.Links() {
		if l.Master() == bridge {
			ports = append(ports, l)
		}
	}
	p.print("port no\tmac addr\t\tis local?\tageing timer\n")
	for _, e := range bridge.FDB() {
		number := slices.Index(ports, e.Port) + 1
		local := map[bool]string{true: "yes", false: "no"}[e.Local]
		p.print(fmt.Sprintf("%3d\t%s\t%s\t\t%4d.%02d\n", number, macText(e.MAC), local,
			int(e.Age.Seconds()), e.Age.Milliseconds()/10%100))
	}
	return 0
}
