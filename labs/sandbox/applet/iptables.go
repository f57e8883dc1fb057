package applet

import (
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/proc"
)

// The packet filter's programs are thin: package netfilter reads their words and knows their answers.

// filterCmd is one of them: what is called with the arguments.
func filterCmd(do func(c *call, t *netfilter.Tables) netfilter.Printed) func(*call) proc.ExitCode {
	return func(c *call) proc.ExitCode {
		if !c.Has(proc.CAP_NET_ADMIN) {
			return c.notPrivileged()
		}
		r := do(c, c.Network().Filter())
		c.print(r.Out)
		c.out.flush()
		c.Write(2, []byte(r.Err))
		return proc.ExitCode(r.Exit)
	}
}

// notPrivileged is what each says to somebody without CAP_NET_ADMIN.
func (c *call) notPrivileged() proc.ExitCode {
	switch c.name {
	case "nft":
		c.Write(2, []byte("Operation not permitted (you must be root)\n"))
		return 1
	case "conntrack":
		c.Write(2, []byte(netfilter.ConntrackVersion+
			": Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this\n"))
		return 1
	}
	c.Write(2, []byte(c.name+" "+netfilter.Version+
		": Could not fetch rule set generation id: Permission denied (you must be root)\n"))
	return 4
}

func iptablesCmd(c *call) proc.ExitCode {
	return filterCmd(func(c *call, t *netfilter.Tables) netfilter.Printed { return t.Iptables(c.args) })(c)
}

func ip6tablesCmd(c *call) proc.ExitCode {
	return filterCmd(func(c *call, t *netfilter.Tables) netfilter.Printed { return t.Ip6tables(c.args) })(c)
}

// familyOf is the family of addresses that a program's name stands for.
func (c *call) familyOf() netfilter.Family {
	if len(c.name) > 2 && c.name[:3] == "ip6" {
		return netfilter.IPv6
	}
	return netfilter.IPv4
}

func iptablesSaveCmd(c *call) proc.ExitCode {
	return filterCmd(func(c *call, t *netfilter.Tables) netfilter.Printed { return t.Save(c.familyOf(), c.args, c.Now()) })(c)
}

func iptablesRestoreCmd(c *call) proc.ExitCode {
	return filterCmd(func(c *call, t *netfilter.Tables) netfilter.Printed {
		return t.Restore(c.familyOf(), c.args, string(c.stdin().all()), c.fileText)
	})(c)
}

// fileText is a file's content, "-" is standard input.
func (c *call) fileText(name string) (string, error) {
	in, err := c.open(name)
	if err != nil {
		return "", err
	}
	defer in.close()
	return string(in.all()), nil
}

func nftCmd(c *call) proc.ExitCode {
	return filterCmd(func(c *call, t *netfilter.Tables) netfilter.Printed { return t.Nft(c.args, c.fileText) })(c)
}

func conntrackCmd(c *call) proc.ExitCode {
	return filterCmd(func(c *call, t *netfilter.Tables) netfilter.Printed { return t.ConntrackTool(c.args, c.Network()) })(c)
}
