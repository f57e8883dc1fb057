package applet

import (
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/proc"
)

func hostnameCmd(c *call) proc.ExitCode {
	o := c.getopt("sidfIF:", "short=s", "ip-address=i", "domain=d", "fqdn=f", "long=f", "file=F", "all-ip-addresses=I")
	if o.has('I') && !c.gnu() {
		c.complain("unrecognized option: I")
		c.usage()
	}
	if name, ok := c.nameToSet(o); ok {
		c.setHostname(name)
		return 0
	}
	name := c.Hostname()
	switch o.last("sidfI") {
	case 's':
		name, _, _ = strings.Cut(name, ".")
		c.print(name + "\n")
	case 'd':
		if _, domain, ok := strings.Cut(c.fullName(name), "."); ok {
			c.print(domain + "\n")
		}
	case 'f':
		c.print(c.fullName(name) + "\n")
	case 'i':
		list, err := c.resolver().Lookup(name, resolve.IPv4)
		c.checkName(name, err)
		c.print(joinWords(list) + "\n")
	case 'I':
		c.print(joinWords(c.ownAddresses()) + " \n")
	default:
		c.print(name + "\n")
	}
	return 0
}

// nameToSet is the name that the call gives to the machine.
func (c *call) nameToSet(o *options) (string, bool) {
	file, ok := o.value('F')
	if !ok {
		return strings.Join(o.args[:min(len(o.args), 1)], ""), len(o.args) > 0
	}
	text, err := c.FS().ReadFile(file)
	if err != nil {
		c.die("%s: %s", file, c.text(err))
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return line, true
		}
	}
	return "", false
}

func (c *call) setHostname(name string) {
	err := c.SetHostname(name)
	switch {
	case err == nil:
	case c.gnu():
		c.die("you must be root to change the host name")
	default:
		c.die("sethostname: %s", c.text(err))
	}
}

// fullName is the machine's name as the resolver completes it.
func (c *call) fullName(name string) string {
	full, err := c.resolver().Canonical(name, resolve.IPv4)
	c.checkName(name, err)
	return full
}

func (c *call) checkName(name string, err error) {
	switch {
	case err == nil:
	case c.gnu():
		c.die("%s", err)
	default:
		c.die("%s: Unknown host", name)
	}
}

func joinWords(list []netip.Addr) string {
	var words []string
	for _, a := range list {
		words = append(words, a.String())
	}
	return strings.Join(words, " ")
}

// ownAddresses is every address of the machine that others could use.
func (c *call) ownAddresses() (list []netip.Addr) {
	for _, l := range c.Network().Links() {
		for _, a := range l.Addrs() {
			if a.Scope == "global" && l.IsUp() {
				list = append(list, a.Prefix.Addr())
			}
		}
	}
	return list
}
