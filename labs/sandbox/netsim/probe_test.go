package netsim_test

import (
	"fmt"
	"net/netip"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// probe is a question: who can reach whom.
type probe struct {
	from, proto string
	to          netip.Addr
	port        uint16
	ttl         int
}

func (p probe) String() string {
	return fmt.Sprintf("%s -> %s %s:%d ttl %d", p.from, p.proto, p.to, p.port, p.ttl)
}

func (w *world) stack(name string) *netsim.Stack {
	if w.stacks == nil {
		w.stacks = map[string]*netsim.Stack{}
	}
	if w.stacks[name] == nil {
		w.stacks[name] = w.NewStack(name)
	}
	return w.stacks[name]
}

// answerAll starts servers on port 7 that answer with the address of who asks.
func (w *world) answerAll(s *netsim.Stack) {
	w.serve(w.listen(s, "[::]:7", 200), func(c *netsim.TCPSocket) {
		c.Write([]byte(c.Remote().Addr().String()))
		c.Close()
	})
	u := s.NewUDP()
	w.must(u.Bind(addrPort("[::]:7")))
	u.Notify(func() {
		w.sim.After(0, func() {
			buf := make([]byte, 100)
			for {
				_, from, err := u.RecvFrom(buf)
				if err != nil {
					return
				}
				u.SendTo([]byte(from.Addr().String()), from)
			}
		})
	})
}

const patience = 4500 * time.Millisecond

// ask asks all questions at once and waits for the answers.
func (w *world) ask(probes []probe) []string {
	var finish []func() string
	for _, p := range probes {
		s := w.stack(p.from)
		switch p.proto {
		case "icmp":
			finish = append(finish, w.askICMP(s, p))
		case "udp":
			finish = append(finish, w.askUDP(s, p))
		default:
			finish = append(finish, w.askTCP(s, p))
		}
	}
	w.run(patience)
	var list []string
	for _, f := range finish {
		list = append(list, f())
	}
	return list
}

func said(err error) func() string { return func() string { return err.Error() } }

func (w *world) askICMP(s *netsim.Stack, p probe) func() string {
	x := s.NewPing(p.to.Is6())
	m := packet.ICMP{Type: packet.EchoRequest, Payload: make([]byte, 8)}
	if p.to.Is6() {
		m.Type = packet.EchoRequest6
	}
	if err := x.SendTo(m, p.to, p.ttl); err != nil {
		return said(err)
	}
	return func() string {
		q, err := x.RecvFrom()
		switch {
		case err == netsim.EAGAIN:
			return "timeout"
		case err != nil:
			return err.Error()
		case q.ICMP.Inner != nil:
			return fmt.Sprintf("icmp %d/%d from %s", q.ICMP.Type, q.ICMP.Code, q.Src)
		}
		return "reply from " + q.Src.String()
	}
}

func (w *world) askUDP(s *netsim.Stack, p probe) func() string {
	u := s.NewUDP()
	if err := u.Connect(netip.AddrPortFrom(p.to, p.port)); err != nil {
		return said(err)
	}
	if _, err := u.Write([]byte("x")); err != nil {
		return said(err)
	}
	return func() string { return seenAs(u) }
}

func (w *world) askTCP(s *netsim.Stack, p probe) func() string {
	c := s.NewTCP()
	if err := c.Connect(netip.AddrPortFrom(p.to, p.port)); err != netsim.EINPROGRESS {
		return said(err)
	}
	return func() string {
		if c.Ready() == 0 {
			return "timeout"
		}
		if err := c.Err(); err != nil {
			return err.Error()
		}
		return seenAs(c)
	}
}

// seenAs is what a server of answerAll has answered.
func seenAs(x netsim.Socket) string {
	buf := make([]byte, 100)
	n, err := x.Read(buf)
	switch {
	case err == netsim.EAGAIN:
		return "timeout"
	case err != nil:
		return err.Error()
	}
	return "ok, seen as " + string(buf[:n])
}
