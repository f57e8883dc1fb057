package applet

import (
	"net/netip"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/proc"
)

// MuslGetent is the getent of Alpine's musl-utils: NetBSD's, on musl. It is no part of busybox.
func MuslGetent() proc.Program {
	return Applet{"getent", usrBin, false, "-", "", muslGetentCmd}.program(Busybox)
}

// muslDatabases are what it can be asked for, in its own order. aports: main/musl/getent.c
var muslDatabases = [...]string{
	"ethers", "group", "hosts", "ahosts", "ahostsv4", "ahostsv6", "networks", "passwd", "protocols", "services", "shadow", "shells",
}

// muslGetentCmd shows the first address of a name, and stops at the first key that is not there. musl lists no hosts.
func muslGetentCmd(c *call) proc.ExitCode {
	if len(c.args) == 0 {
		return c.muslGetentUsage()
	}
	database, keys := c.args[0], c.args[1:]
	if !slices.Contains(muslDatabases[:], database) {
		c.complain("Unknown database `%s': No error information", database)
		return c.muslGetentUsage()
	}
	show := c.muslHost
	switch database {
	case "hosts":
	case "passwd", "group":
		return c.getentFile("/etc/"+database, keys)
	case "ahosts", "ahostsv4", "ahostsv6":
		f := map[string]resolve.Family{"ahostsv4": resolve.IPv4, "ahostsv6": resolve.IPv6}[database]
		show = func(key string) bool { return c.muslAddresses(key, f) }
	default:
		c.die("database %s is not simulated in the sandbox", database)
	}
	for _, key := range keys {
		if !show(key) {
			return getentNotFound
		}
	}
	return 0
}

func (c *call) muslGetentUsage() proc.ExitCode {
	text := "Usage: " + c.name + " database [key ...]\n\tdatabase may be one of:"
	for line := range slices.Chunk(muslDatabases[:], 7) {
		text += "\n\t\t" + strings.Join(line, " ")
	}
	c.out.flush()
	c.Write(2, []byte(text+"\n"))
	return 1
}

// muslHost shows an address and the names behind it. The full name is the first of its own aliases. An address without
// a name stands for itself. musl: gethostbyname2_r.c, gethostbyaddr_r.c
func (c *call) muslHost(key string) bool {
	r := c.resolver()
	if a, err := netip.ParseAddr(key); err == nil {
		name, err := r.Reverse(a)
		if err != nil {
			name = key
		}
		c.print(muslHostLine(a, name, name))
		return true
	}
	f := resolve.IPv6
	list, err := r.Lookup(key, f)
	if err != nil {
		f = resolve.IPv4
		if list, err = r.Lookup(key, f); err != nil {
			return false
		}
	}
	full, err := r.Canonical(key, f)
	if err != nil {
		full = key
	}
	names := []string{full}
	if full != key {
		names = append(names, key)
	}
	c.print(muslHostLine(list[0], full, names...))
	return true
}

func muslHostLine(a netip.Addr, name string, aliases ...string) string {
	return padded(a.String(), 16) + "  " + name + "  " + strings.Join(aliases, " ") + "\n"
}

// muslAddresses shows all addresses of a name, once for each kind of socket that musl's getaddrinfo knows.
func (c *call) muslAddresses(key string, f resolve.Family) bool {
	list, err := c.resolver().Lookup(key, f)
	if err != nil {
		return false
	}
	full, err := c.resolver().Canonical(key, f)
	if err != nil {
		full = key
	}
	for _, a := range list {
		for _, kind := range []string{"STREAM", "DGRAM "} {
			c.print(padded(a.String(), 15) + " " + kind + " " + full + "\n")
		}
	}
	return true
}
