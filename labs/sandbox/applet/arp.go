package applet

import (
	"net/netip"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/proc"
)

// arpCmd is arp(8) as far as it shows the table: net-tools', and busybox's, which knows but one form.
func arpCmd(c *call) proc.ExitCode {
	o := c.getopt("ani:dsvD")
	c.refuse(o, "dsvDi")
	a := &arpTable{call: c, numeric: o.has('n')}
	var only netip.Addr
	if len(o.args) > 0 {
		list, err := c.resolver().Lookup(o.args[0], 0)
		switch {
		case err != nil && c.gnu():
			c.Write(2, []byte(o.args[0]+": "+err.Error()+"\n"))
			return 255
		case err != nil:
			c.die("%s: %s", o.args[0], err)
		}
		only = preferIPv4(list)
	}
	show := a.sentence
	if c.gnu() && !o.has('a') {
		show = a.row
	}
	return a.list(only, o.args, show)
}

type arpTable struct {
	*call
	numeric bool
	shown   int
}

// list shows neighbours of IPv4 that were asked for, and are not forgotten again.
func (a *arpTable) list(only netip.Addr, args []string, show func(netsim.Neighbour)) proc.ExitCode {
	for _, n := range a.Network().Neighbours() {
		if n.Addr.Is4() && (!only.IsValid() || n.Addr == only) {
			show(n)
			a.shown++
		}
	}
	if a.shown > 0 || len(args) == 0 {
		return 0
	}
	if a.gnu() {
		a.printf("%s (%s) -- no entry\n", args[0], only)
		return 0
	}
	a.printf("No match found in %d entries\n", len(a.Network().Neighbours()))
	return 0
}

func (a *arpTable) known(x netsim.Neighbour) bool {
	return x.State != "INCOMPLETE" && x.State != "FAILED"
}

// name is what a neighbour is called; without a name the long forms have a question mark.
func (a *arpTable) name(x netsim.Neighbour, otherwise string) string {
	if a.numeric {
		return otherwise
	}
	if name, err := a.resolver().Reverse(x.Addr); err == nil {
		return name
	}
	return otherwise
}

// row is the form with columns. net-tools: arp.c, arp_disp_2
func (a *arpTable) row(x netsim.Neighbour) {
	if a.shown == 0 {
		a.print("Address                  HWtype  HWaddress           Flags Mask            Iface\n")
	}
	kind, mac, flags := "ether", x.MAC.String(), "C"
	switch {
	case !a.known(x):
		kind, mac, flags = "", "(incomplete)", ""
	case x.State == "PERMANENT":
		flags = "CM"
	}
	a.printf("%-23s  %-8s%-18s  %-6s%-16s%s\n", a.name(x, x.Addr.String()), kind, mac, flags, "", x.Dev)
}

// sentence is the form of BSD. net-tools: arp_disp; busybox: networking/arp.c
func (a *arpTable) sentence(x netsim.Neighbour) {
	text := x.MAC.String() + " [ether] "
	if !a.known(x) {
		text = "<incomplete> "
	}
	switch {
	case x.State == "PERMANENT":
		text += "PERM "
	case !a.gnu():
		text += " "
	}
	a.printf("%s (%s) at %son %s\n", a.name(x, "?"), x.Addr, text, x.Dev)
}
