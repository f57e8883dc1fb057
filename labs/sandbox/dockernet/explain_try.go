package dockernet

import (
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// try sends the probe and waits for what comes of it.
func (w *walker) try(from *netsim.Stack, p Probe) Outcome {
	switch {
	case p.Ask != "":
		return w.tryName(from, p.To, p.Ask)
	case p.Proto == packet.ProtoUDP:
		return w.tryUDP(from, p.To)
	case p.Proto == packet.ProtoICMP, p.Proto == packet.ProtoICMPv6:
		return w.tryPing(from, p.To.Addr())
	}
	return w.tryTCP(from, p.To)
}

func ended(err error) Outcome {
	switch err {
	case netsim.ECONNREFUSED:
		return Refused
	case netsim.ENETUNREACH:
		return Unreachable
	case netsim.ETIMEDOUT:
		return TimedOut
	case netsim.EHOSTUNREACH:
		return NoRoute
	}
	return Outcome(words(err))
}

// until lets time pass until something has an end, or patience has.
func (w *walker) until(done func() (Outcome, bool)) Outcome {
	for end := w.world.Elapsed() + explanationPatience; w.world.Elapsed() < end; w.world.Advance(time.Millisecond) {
		if o, ok := done(); ok {
			return o
		}
	}
	return TimedOut
}

func (w *walker) tryTCP(from *netsim.Stack, to netip.AddrPort) Outcome {
	x := from.NewTCP()
	if err := x.Connect(to); err != netsim.EINPROGRESS && err != nil {
		return ended(err)
	}
	return w.until(func() (Outcome, bool) {
		if err := x.Err(); err != nil {
			return ended(err), true
		}
		return Reached, x.Ready()&netsim.Writable != 0
	})
}

// tryUDP takes every program to answer: what is asked is whether question and answer arrive.
func (w *walker) tryUDP(from *netsim.Stack, to netip.AddrPort) Outcome {
	x := from.NewUDP()
	err := x.Connect(to)
	if err == nil {
		_, err = x.Write([]byte("?"))
	}
	if err != nil {
		return ended(err)
	}
	b := make([]byte, 16)
	return w.until(func() (Outcome, bool) {
		_, err := x.Read(b)
		return either(err), err != netsim.EAGAIN
	})
}

func either(err error) Outcome {
	if err == nil {
		return Reached
	}
	return ended(err)
}

// tryName asks a server for the IPv4 addresses of a name.
func (w *walker) tryName(from *netsim.Stack, server netip.AddrPort, name string) Outcome {
	x := from.NewUDP()
	q := dns.Query(1, name, dns.A)
	question, err := q.Pack()
	if err == nil {
		err = x.Connect(server)
	}
	if err == nil {
		_, err = x.Write(question)
	}
	if err != nil {
		return ended(err)
	}
	b := make([]byte, 1500)
	return w.until(func() (Outcome, bool) {
		n, err := x.Read(b)
		if err != nil {
			return ended(err), err != netsim.EAGAIN
		}
		m, err := dns.Parse(b[:n])
		if err != nil || m.ID != q.ID {
			return "", false
		}
		w.answer = &m
		return Reached, true
	})
}

func (w *walker) tryPing(from *netsim.Stack, to netip.Addr) Outcome {
	x := from.NewPing(to.Is6())
	m := packet.ICMP{Type: packet.EchoRequest, Seq: 1}
	if to.Is6() {
		m.Type = packet.EchoRequest6
	}
	if err := x.SendTo(m, to, 0); err != nil {
		return ended(err)
	}
	return w.until(func() (Outcome, bool) {
		if err := x.Err(); err != nil {
			return ended(err), true
		}
		answer, err := x.RecvFrom()
		if err == nil && answer.ICMP != nil && answer.ICMP.Inner != nil {
			return NoRoute, true
		}
		return Reached, err == nil
	})
}
