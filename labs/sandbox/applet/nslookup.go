package applet

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/tcp"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/proc"
)

// lookups is a call of nslookup. busybox: networking/nslookup.c
type lookups struct {
	*call
	port, retries int
	timeout       time.Duration
	debug         bool
	types         []dns.Type
	queries       []lookup
	exit          proc.ExitCode
}

// lookup is one question.
type lookup struct {
	name     string
	id       uint16
	query    []byte
	answered bool
}

func nslookupCmd(c *call) proc.ExitCode {
	n := &lookups{call: c, port: 53, retries: 2, timeout: 5 * time.Second}
	args := n.options(c.args)
	if len(args) == 0 || len(args) > 2 {
		c.usage()
	}
	servers, search := n.servers(args)
	n.ask(args[0], search)
	answered := false
	for _, s := range servers {
		if answered = n.exchange(s.name, s.addr) > 0; answered {
			break
		}
	}
	if !answered {
		n.print(";; connection timed out; no servers could be reached\n\n")
		return 1
	}
	n.reportUnanswered()
	return n.exit
}

func (n *lookups) reportUnanswered() {
	some := false
	for _, q := range n.queries {
		if !q.answered {
			n.print("*** Can't find " + q.name + ": No answer\n")
			some = true
		}
	}
	if some {
		n.print("\n")
	}
}

// options reads the words in front that begin with a dash; names may be cut short.
func (n *lookups) options(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		name, value, _ := strings.Cut(args[0][1:], "=")
		args = args[1:]
		switch {
		case isPrefix(name, "type"), isPrefix(name, "querytype"):
			t, ok := dns.TypeOf(value)
			if !ok {
				n.die("invalid query type \"%s\"", value)
			}
			n.types = append(n.types, t)
		case isPrefix(name, "port"):
			n.port = n.within(value, 65535)
		case isPrefix(name, "retry"):
			n.retries = n.within(value, 1000)
		case isPrefix(name, "debug"):
			n.debug = true
		case isPrefix(name, "timeout"):
			n.timeout = time.Duration(n.within(value, 1<<21)) * time.Second
		default:
			n.usage()
		}
	}
	return args
}

func (n *lookups) within(text string, most int) int {
	v, err := strconv.Atoi(text)
	if err != nil {
		n.die("invalid number '%s'", text)
	}
	if v < 1 || v > most {
		n.die("number %s is not in 1..%d range", text, most)
	}
	return v
}

type lookupServer struct {
	name string
	addr netip.AddrPort
}

// servers is the one that was named, or those of resolv.conf; search is the list of domains there.
func (n *lookups) servers(args []string) (list []lookupServer, search []string) {
	if len(args) == 2 {
		found, err := n.resolver().Lookup(args[1], 0)
		if err != nil {
			n.die("bad address '%s'", args[1])
		}
		return []lookupServer{{args[1], netip.AddrPortFrom(preferIPv4(found), uint16(n.port))}}, nil
	}
	c := n.resolver().Config()
	for _, s := range c.Servers {
		list = append(list, lookupServer{s.Addr().String(), netip.AddrPortFrom(s.Addr(), uint16(n.port))})
	}
	if _, domain, ok := strings.Cut(n.Hostname(), "."); ok && c.Search == nil {
		return list, []string{domain}
	}
	if len(c.Search) == 1 && c.Search[0] == "." {
		return list, nil
	}
	return list, c.Search
}

// ask notes the questions: a name without a type is asked for both kinds of address, an address for its name.
func (n *lookups) ask(name string, search []string) {
	if a, err := netip.ParseAddr(name); err == nil && n.types == nil {
		n.add(dns.ReverseName(a), dns.PTR)
		return
	}
	types := n.types
	if types == nil {
		types = []dns.Type{dns.A, dns.AAAA}
	}
	for _, t := range types {
		if t == dns.PTR || len(search) == 0 || strings.Contains(name, ".") {
			n.add(name, t)
			continue
		}
		for _, domain := range search {
			n.add(name+"."+domain, t)
		}
	}
}

func (n *lookups) add(name string, t dns.Type) {
	q := lookup{name: name, id: uint16(n.Now().UnixMicro()) + uint16(len(n.queries))}
	m := dns.Query(q.id, name, t)
	var err error
	if q.query, err = m.Pack(); err != nil {
		q.answered = true // busybox cannot form the question and waits for no answer
	}
	n.queries = append(n.queries, q)
}

// exchange asks one server and shows what it says; it returns how many answers came, -1 if the questions could not be
// sent.
func (n *lookups) exchange(name string, server netip.AddrPort) int {
	fd, err := n.Socket(tcp.Family(server.Addr()), proc.SockDgram)
	if err != nil {
		n.die("socket(%d,%d,0): %s", tcp.Family(server.Addr()), 2, n.text(err))
	}
	defer n.Close(fd)
	n.SetNonblock(fd, true)
	x := &lookupExchange{lookups: n, name: name, server: server, fd: fd, start: n.Uptime()}
	return x.run()
}

// lookupExchange is questions to one server.
type lookupExchange struct {
	*lookups
	name        string
	server      netip.AddrPort
	fd          int
	start       time.Duration
	retriesLeft int // after SERVFAIL
	replies     int
	answers     int
}

func (x *lookupExchange) run() int {
	interval := x.timeout / time.Duration(x.retries)
	for x.Uptime()-x.start < x.timeout {
		sent := x.Uptime()
		if !x.sendAll() {
			return -1
		}
		x.retriesLeft = 2 * len(x.queries)
		for x.Uptime()-sent < interval {
			n, err := x.Poll([]proc.PollFD{{FD: x.fd, Want: proc.Readable}}, interval-(x.Uptime()-sent))
			if err == nil && n == 0 {
				break
			}
			if x.receive() {
				return x.answers
			}
		}
	}
	return x.answers
}

func (x *lookupExchange) sendAll() bool {
	for _, q := range x.queries {
		if q.answered {
			continue
		}
		if _, err := x.SendTo(x.fd, q.query, x.server); err != nil {
			x.complain("write to '%s': %s", x.name, x.text(err))
			return false
		}
	}
	return true
}

// receive takes a reply; true is: all have come.
func (x *lookupExchange) receive() bool {
	buf := make([]byte, 512)
	size, _, err := x.RecvFrom(x.fd, buf)
	if err != nil {
		return false
	}
	if x.replies == 0 {
		x.printf("Server:\t\t%s\nAddress:\t%s\n\n", x.name, x.server)
	}
	x.replies++
	m, err := dns.Parse(buf[:size])
	i := slices.IndexFunc(x.queries, func(q lookup) bool { return q.id == m.ID && q.query != nil })
	if size < 4 || i < 0 || x.queries[i].answered {
		return false
	}
	q := &x.queries[i]
	if m.Code == dns.ServFail && x.retriesLeft > 0 {
		x.retriesLeft--
		x.SendTo(x.fd, q.query, x.server)
		return false
	}
	q.answered = true
	x.show(i, &m, err)
	x.answers++
	return x.answers >= len(x.queries)
}

func (x *lookupExchange) show(i int, m *dns.Message, err error) {
	name := x.queries[i].name
	if x.debug {
		x.printf("Query #%d completed in %dms:\n", i, (x.Uptime() - x.start).Milliseconds())
	}
	switch {
	case m.Code != dns.NoError:
		x.print("** server can't find " + name + ": " + m.Code.String() + "\n")
		x.exit = 1
	case !m.Authoritative:
		x.print("Non-authoritative answer:\n")
	case x.debug:
		x.print("authoritative answer:\n")
	}
	if m.Code == dns.NoError && err != nil {
		x.print("*** Can't find " + name + ": Parse error\n")
		x.exit = 1
	} else if m.Code == dns.NoError {
		for _, r := range m.Answers {
			x.print(recordText(&r))
		}
	}
	x.print("\n")
}

// recordText is a record as nslookup shows it; kinds that it does not know are not shown.
func recordText(r *dns.Record) string {
	name := r.Name
	if name == "" {
		name = "."
	}
	switch r.Type {
	case dns.A, dns.AAAA:
		return "Name:\t" + name + "\nAddress: " + r.Addr.String() + "\n"
	case dns.NS:
		return name + "\tnameserver = " + r.Target + "\n"
	case dns.CNAME:
		return name + "\tcanonical name = " + r.Target + "\n"
	case dns.PTR:
		return name + "\tname = " + r.Target + "\n"
	case dns.MX:
		return name + "\tmail exchanger = " + strconv.Itoa(int(r.Pref)) + " " + r.Target + "\n"
	case dns.TXT:
		if len(r.Text) > 0 && r.Text[0] != "" {
			return name + "\ttext = \"" + r.Text[0] + "\"\n"
		}
	case dns.SRV:
		return name + "\tservice = " + strconv.Itoa(int(r.Pref)) + " " + strconv.Itoa(int(r.Weight)) + " " + strconv.Itoa(int(r.Port)) +
			" " + r.Target + "\n"
	case dns.SOA:
		text := name + "\n\torigin = " + r.Target + "\n\tmail addr = " + r.Mail + "\n"
		for i, what := range []string{"serial", "refresh", "retry", "expire", "minimum"} {
			text += "\t" + what + " = " + strconv.FormatUint(uint64(r.Times[i]), 10) + "\n"
		}
		return text
	}
	return ""
}
