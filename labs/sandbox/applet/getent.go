package applet

import (
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/proc"
)

// getentCmd is getent(1): what the C library finds in passwd, group, hosts and their like. glibc: nss/getent.c
func getentCmd(c *call) proc.ExitCode {
	if len(c.args) == 0 {
		c.Write(2, []byte("getent: wrong number of arguments\n"))
		c.usage()
	}
	keys := c.args[1:]
	switch c.args[0] {
	case "hosts":
		return c.getentHosts(keys)
	case "ahosts", "ahostsv4", "ahostsv6":
		return c.getentAll(c.args[0], keys)
	case "passwd", "group":
		return c.getentFile("/etc/"+c.args[0], keys)
	case "services", "protocols", "networks", "shadow", "gshadow", "netgroup", "initgroups", "ethers", "rpc", "aliases":
		c.die("database %s is not simulated in the sandbox", c.args[0])
	}
	c.Write(2, []byte("Unknown database: "+c.args[0]+"\n"))
	c.usage()
	return 1
}

// notFound is getent's exit code for a key that is not there.
const getentNotFound proc.ExitCode = 2

// hostLine is an address and the names behind it.
func hostLine(a netip.Addr, names ...string) string {
	return padded(a.String(), 15) + " " + strings.Join(names, " ") + "\n"
}

func padded(s string, n int) string { return s + strings.Repeat(" ", max(n-len(s), 0)) }

func (c *call) getentHosts(keys []string) proc.ExitCode {
	r := c.resolver()
	if len(keys) == 0 {
		r.Hosts(func(a netip.Addr, names []string) bool { c.print(hostLine(a, names...)); return true })
	}
	code := proc.ExitCode(0)
	for _, key := range keys {
		if !c.getentHost(r, key) {
			code = getentNotFound
		}
	}
	return code
}

// getentHost shows a name's addresses, IPv6 ones if there are any, or an address's name.
func (c *call) getentHost(r resolve.Resolver, key string) bool {
	if a, err := netip.ParseAddr(key); err == nil {
		name, err := r.Reverse(a)
		if err == nil {
			c.print(hostLine(a, name))
		}
		return err == nil
	}
	list, err := r.Lookup(key, resolve.IPv6)
	if err != nil {
		list, err = r.Lookup(key, resolve.IPv4)
	}
	if err != nil {
		return false
	}
	full, err := r.Canonical(key, resolve.Any)
	if err != nil {
		full = key
	}
	names := []string{full}
	if full != key {
		names = append(names, key)
	}
	for _, a := range list {
		c.print(hostLine(a, names...))
	}
	return true
}

func (c *call) getentAll(database string, keys []string) proc.ExitCode {
	f := map[string]resolve.Family{"ahostsv4": resolve.IPv4, "ahostsv6": resolve.IPv6}[database]
	code := proc.ExitCode(0)
	for _, key := range keys {
		list, err := c.resolver().Lookup(key, f)
		if err != nil {
			code = getentNotFound
			continue
		}
		full, err := c.resolver().Canonical(key, f)
		if err != nil {
			full = key
		}
		for i, a := range list {
			c.print(padded(a.String(), 15) + " STREAM" + map[bool]string{true: " " + full}[i == 0] + "\n")
			c.print(padded(a.String(), 15) + " DGRAM  \n" + padded(a.String(), 15) + " RAW    \n")
		}
	}
	return code
}

// getentFile shows lines of a file by their first field or their number.
func (c *call) getentFile(path string, keys []string) proc.ExitCode {
	text, err := c.FS().ReadFile(path)
	if err != nil {
		return getentNotFound
	}
	if len(keys) == 0 {
		c.print(string(text))
		return 0
	}
	code := proc.ExitCode(0)
	for _, key := range keys {
		found := false
		for line := range strings.Lines(string(text)) {
			f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
			if !found && len(f) > 2 && (f[0] == key || f[2] == key) {
				c.print(line)
				found = true
			}
		}
		if !found {
			code = getentNotFound
		}
	}
	return code
}
