package applet

import (
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/applet/tcp"
)

// networkApplets are busybox's programs for the network.
func networkApplets() []Applet {
	return []Applet{
		{"arp", sbin, false, "[-an] [HOST]", "Show the table of neighbours", arpCmd},
		{"brctl", usrSbin, false, "show|showmacs|addbr|delbr|addif|delif [BRIDGE] [IFACE]", "Show and change bridges", brctlCmd},
		{"httpd", usrSbin, false, "[-fv[v]] [-p [IP:]PORT] [-h HOME]", "Serve the files below HOME over HTTP", httpdCmd},
		{"ip", sbin, false, "[OPTIONS] address|route|link|neigh|rule [ARGS]", "Show and change links, addresses and routes: -o, -4, -6, -0", ipCmd},
		{"ipaddr", sbin, false, "add|del|show|flush [ARGS]", "Show and change addresses", ipCmd},
		{"iplink", sbin, false, "add|del|set|show [ARGS]", "Show and change links", ipCmd},
		{"ipneigh", sbin, false, "show|flush [ARGS]", "Show and flush what is known of neighbours", ipCmd},
		{"iproute", sbin, false, "list|get|add|del|replace [ARGS]", "Show and change routes", ipCmd},
		{"nc", usrBin, false, "[-v] [-z] [-w SEC] HOST PORT | -l -p PORT", "Connect standard input and output to a port", ncCmd},
		{"netstat", bin, false, "[-al] [-tu] [-np]", "Show sockets", netstatCmd},
		{"nslookup", usrBin, false, "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]", "Ask a DNS server about HOST", nslookupCmd},
		{"nsenter", usrBin, false, "[-t PID] [-nuim] [PROG ARGS]", "Run PROG in namespaces of another process", nsenterCmd},
		{"ping", bin, false, "[OPTIONS] HOST", "Send echo requests: -4, -6, -c N, -s SIZE, -i SEC, -W SEC, -w SEC, -t TTL, -q", pingCmd},
		{"ping6", bin, false, "[OPTIONS] HOST", "Send echo requests over IPv6", pingCmd},
		{"sysctl", sbin, false, "[-enq] { -a | -w KEY=VALUE... | KEY... }", "Show or set parameters of the kernel", sysctlCmd},
		{"traceroute", usrBin, false, "[-nI] [-m HOPS] [-q PROBES] [-w SEC] HOST", "Show the way to HOST, hop by hop", tracerouteCmd},
		{"wget", usrBin, false, "[-cqS] [--spider] [-O FILE] [--header STR] [--post-data STR] [-T SEC] [-P DIR] [-U AGENT] URL...", "Fetch files over HTTP", wgetCmd},
	}
}

// Packages are the programs of Debian packages that a machine with Docker usually has beyond the base image. Those that
// busybox has too behave otherwise under the GNU flavour.
func Packages() []Applet {
	return []Applet{
		{"arp", usrSbin, false, "", "", arpCmd},
		{"bridge", usrSbin, false, "", "", bridgeCmd},
		{"conntrack", usrSbin, true, "", "", conntrackCmd},
		{"curl", usrBin, true, "", "", curlCmd},
		{"getent", usrBin, true, "", "", getentCmd},
		{"ip", usrSbin, false, "", "", ipCmd},
		{"ip6tables", usrSbin, false, "", "", ip6tablesCmd},
		{"ip6tables-restore", usrSbin, false, "", "", iptablesRestoreCmd},
		{"ip6tables-save", usrSbin, false, "", "", iptablesSaveCmd},
		{"iptables", usrSbin, false, "", "", iptablesCmd},
		{"iptables-restore", usrSbin, false, "", "", iptablesRestoreCmd},
		{"iptables-save", usrSbin, false, "", "", iptablesSaveCmd},
		{"nc", usrBin, false, "", "", ncCmd},
		{"nft", usrSbin, true, "", "", nftCmd},
		{"nsenter", usrBin, true, "", "", nsenterCmd},
		{"ping", usrBin, false, "", "", pingCmd},
		{"ss", usrBin, true, "", "", ssCmd},
		{"sysctl", usrSbin, false, "", "", sysctlCmd},
		{"tcpdump", usrBin, true, "", "", tcpdumpCmd},
		{"traceroute", usrSbin, false, "", "", tracerouteCmd},
		{"wget", usrBin, false, "", "", wgetCmd},
	}
}

// resolver turns names into addresses as the flavour's C library does.
func (c *call) resolver() resolve.Resolver { return resolve.Resolver{Sys: c.Sys, Musl: !c.gnu()} }

// dial connects a stream. A timeout of 0 is the kernel's own; ETIMEDOUT either way.
func (c *call) dial(to netip.AddrPort, timeout time.Duration) (*tcp.Conn, error) {
	return tcp.Dial(c.Sys, to, timeout)
}
