package resolve

import (
	"net/netip"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/proc"
)

// ask puts questions to the configured servers; an answer is nil if none came.
func (r Resolver) ask(c Config, questions []dns.Question) []*dns.Message {
	x := &exchange{sys: r.Sys, answers: make([]*dns.Message, len(questions))}
	id := uint16(r.Sys.Rand().Uint32())
	for i, q := range questions {
		m := dns.Query(id+uint16(i), q.Name, q.Type)
		b, err := m.Pack()
		if err != nil {
			return x.answers
		}
		x.ids, x.queries = append(x.ids, m.ID), append(x.queries, b)
	}
	if r.Musl {
		x.all(c)
	} else {
		x.each(c)
	}
	return x.answers
}

// exchange is questions on the way.
type exchange struct {
	sys     proc.Sys
	ids     []uint16
	queries [][]byte
	answers []*dns.Message
	retries int // after SERVFAIL, that are left
}

func (x *exchange) open(servers []netip.AddrPort) (int, error) {
	family := proc.AF_INET
	if slices.ContainsFunc(servers, func(a netip.AddrPort) bool { return a.Addr().Is6() }) {
		family = proc.AF_INET6
	}
	fd, err := x.sys.Socket(family, proc.SockDgram)
	if err != nil {
		return -1, err
	}
	return fd, x.sys.SetNonblock(fd, true)
}

func (x *exchange) done() bool { return !slices.Contains(x.answers, nil) }

// all asks all servers at once, and takes the first answer that is one. musl: src/network/res_msend.c
func (x *exchange) all(c Config) {
	fd, err := x.open(c.Servers)
	if err != nil {
		return
	}
	defer x.sys.Close(fd)
	end := x.sys.Uptime() + c.Timeout
	for !x.done() && x.sys.Uptime() < end {
		for _, s := range c.Servers {
			x.send(fd, s)
		}
		x.retries = 2 * len(x.queries)
		until := min(x.sys.Uptime()+c.Timeout/time.Duration(c.Attempts), end)
		for !x.done() {
			m, from, err := x.receive(fd, until)
			if err != nil {
				break
			}
			x.take(fd, m, from)
		}
	}
}

// take keeps an answer; a server that failed is asked again at once, and else not believed.
func (x *exchange) take(fd int, m *dns.Message, from netip.AddrPort) {
	i := slices.Index(x.ids, m.ID)
	if i < 0 || x.answers[i] != nil {
		return
	}
	switch m.Code {
	case dns.NoError, dns.NXDomain:
		x.answers[i] = m
	case dns.ServFail:
		if x.retries > 0 {
			x.retries--
			x.sys.SendTo(fd, x.queries[i], from)
		}
	}
}

func (x *exchange) send(fd int, to netip.AddrPort) {
	for i, q := range x.queries {
		if x.answers[i] == nil {
			x.sys.SendTo(fd, q, to)
		}
	}
}

// receive waits for a message until the time given.
func (x *exchange) receive(fd int, until time.Duration) (*dns.Message, netip.AddrPort, error) {
	buf := make([]byte, 4096)
	for {
		left := until - x.sys.Uptime()
		if left <= 0 {
			return nil, netip.AddrPort{}, proc.ETIMEDOUT
		}
		fds := []proc.PollFD{{FD: fd, Want: proc.Readable}}
		if _, err := x.sys.Poll(fds, left); err != nil && err != proc.EINTR {
			return nil, netip.AddrPort{}, err
		}
		n, from, err := x.sys.RecvFrom(fd, buf)
		if err == proc.EAGAIN || err == proc.EINTR {
			continue
		}
		if err != nil {
			return nil, from, err
		}
		if m, err := dns.Parse(buf[:n]); err == nil && m.Response {
			return &m, from, nil
		}
	}
}

// each asks one server after the other. An answer that says that the server failed counts if nobody has a better one.
// glibc: resolv/res_send.c
func (x *exchange) each(c Config) {
	failed := make([]*dns.Message, len(x.answers))
	for range c.Attempts {
		for _, s := range c.Servers {
			if x.one(s, c.Timeout, failed); x.done() {
				return
			}
		}
	}
	for i, m := range failed {
		if x.answers[i] == nil {
			x.answers[i] = m
		}
	}
}

// one asks one server over a connected socket, which hears that the port is closed.
func (x *exchange) one(server netip.AddrPort, timeout time.Duration, failed []*dns.Message) {
	fd, err := x.open([]netip.AddrPort{server})
	if err != nil {
		return
	}
	defer x.sys.Close(fd)
	if x.sys.Connect(fd, server) != nil {
		return
	}
	for i, q := range x.queries {
		if x.answers[i] == nil {
			if _, err := x.sys.Write(fd, q); err != nil {
				return
			}
		}
	}
	heard := slices.Clone(x.answers)
	for until := x.sys.Uptime() + timeout; slices.Contains(heard, nil); {
		m, _, err := x.receive(fd, until)
		if err != nil {
			return
		}
		i := slices.Index(x.ids, m.ID)
		if i < 0 {
			continue
		}
		heard[i] = m
		if m.Code == dns.NoError || m.Code == dns.NXDomain {
			x.answers[i] = m
		} else {
			failed[i] = m
		}
	}
}
