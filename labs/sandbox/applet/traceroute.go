package applet

import (
	"net/netip"
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
)

// route is a call of traceroute: busybox's, or Dmitry Butskoy's under the GNU flavour. busybox:
// networking/traceroute.c
type route struct {
	*call
	to       netip.Addr
	numeric  bool
	echo     bool // -I: requests instead of datagrams
	hops     int
	probes   int
	patience time.Duration
	listener int // sees what comes back
	sender   int // of datagrams
	ident    uint16
	seq      uint16
}

// Where datagrams of traceroute go, and how many bytes packets are said to have.
const (
	traceroutePort = 33434
	busyboxTraced  = 46
	debianTraced   = 60
)

func tracerouteCmd(c *call) proc.ExitCode {
	o := c.getopt("nIm:q:w:lf:p:i:s:t:z:FrvU")
	c.refuse(o, "lfpi")
	c.refuse(o, "stzFrvU")
	t := &route{call: c, numeric: o.has('n'), echo: o.has('I'), ident: uint16(c.Getpid()) | 0x8000}
	p := &pinger{call: c}
	t.hops, t.probes = p.whole(o, 'm', 30, 255), p.whole(o, 'q', 3, 10)
	t.patience = p.seconds(o, 'w', 5*time.Second)
	if len(o.args) == 0 {
		c.usage()
	}
	t.find(o.args[0])
	t.open()
	size := busyboxTraced
	if c.gnu() {
		size = debianTraced
	}
	c.printf("traceroute to %s (%s), %d hops max, %d byte packets\n", o.args[0], t.to, t.hops, size)
	return t.run()
}

func (t *route) find(host string) {
	list, err := t.resolver().Lookup(host, 0)
	switch {
	case err != nil && t.gnu():
		t.Write(2, []byte(host+": "+err.Error()+"\nCannot handle \"host\" cmdline arg `"+host+"' on position 1 (argc 1)\n"))
		t.Exit(2)
	case err != nil:
		t.die("bad address '%s'", host)
	}
	if t.to = preferIPv4(list); t.to.Is6() {
		t.die("%s: traces over IPv6 are not simulated", host)
	}
}

func (t *route) open() {
	var err error
	if t.listener, err = t.Socket(proc.AF_INET, proc.SockRaw); err != nil {
		t.die("socket(AF_INET,3,1): %s", t.text(err))
	}
	t.SetNonblock(t.listener, true)
	if t.sender, err = t.Socket(proc.AF_INET, proc.SockDgram); err == nil {
		err = t.Bind(t.sender, netip.AddrPortFrom(netip.IPv4Unspecified(), t.ident))
	}
	if err != nil {
		t.die("bind: %s", t.text(err))
	}
}

// run sends a few packets to each hop, until the target has answered.
func (t *route) run() proc.ExitCode {
	for ttl := 1; ttl <= t.hops; ttl++ {
		t.printf("%2d%s", ttl, map[bool]string{true: " "}[t.gnu()])
		t.out.flush()
		there, unreachable := false, 0
		var last netip.Addr
		for range t.probes {
			t.Step(1)
			sent := t.Uptime()
			t.send(ttl)
			answer := t.answer(sent)
			took := t.Uptime() - sent
			if answer == nil {
				t.nothing()
				continue
			}
			if answer.Src != last {
				last = answer.Src
				t.name(last)
			}
			t.printf("  %.3f ms", float64(took.Microseconds())/1000)
			mark, end, bad := verdict(answer)
			t.print(mark)
			there = there || end
			unreachable += b2i(bad)
		}
		t.print("\n")
		t.out.flush()
		if there || unreachable > 0 && unreachable >= t.probes-1 {
			break
		}
	}
	return 0
}

// nothing is shown where no answer came.
func (t *route) nothing() {
	if t.gnu() {
		t.print(" *")
	} else {
		t.print("  *")
	}
	t.out.flush()
}

// gap stands before an address: busybox's hop numbers have none behind them.
func (t *route) gap() string {
	if t.gnu() {
		return " "
	}
	return "  "
}

func (t *route) name(a netip.Addr) {
	if t.numeric {
		t.print(t.gap() + a.String())
		return
	}
	name := a.String()
	if found, err := t.resolver().Reverse(a); err == nil {
		name = found
	}
	t.print(t.gap() + name + " (" + a.String() + ")")
}

func (t *route) send(ttl int) {
	t.seq++
	var err error
	if t.echo {
		m := packet.ICMP{Type: packet.EchoRequest, ID: t.ident, Seq: t.seq, Payload: make([]byte, 18)}
		err = t.ICMPSend(t.listener, m, t.to, ttl)
	} else {
		t.SetSockOpt(t.sender, netsim.OptTTL, ttl)
		_, err = t.SendTo(t.sender, make([]byte, 18), netip.AddrPortFrom(t.to, traceroutePort+t.seq-1))
	}
	if err != nil && err != proc.EAGAIN {
		t.die("sendto: %s", t.text(err))
	}
}

// answer waits for what comes back about the last packet.
func (t *route) answer(sent time.Duration) *packet.IP {
	for {
		left := sent + t.patience - t.Uptime()
		if left <= 0 {
			return nil
		}
		if n, err := t.Poll([]proc.PollFD{{FD: t.listener, Want: proc.Readable}}, left); err != nil || n == 0 {
			continue
		}
		p, err := t.ICMPRecv(t.listener)
		if err == nil && t.about(p.ICMP) {
			return &p
		}
	}
}

// about reports whether a message is about the last packet.
func (t *route) about(m *packet.ICMP) bool {
	switch {
	case m == nil:
		return false
	case m.Type == packet.EchoReply:
		return t.echo && m.ID == t.ident && m.Seq == t.seq
	case m.Inner == nil || m.Inner.Dst != t.to:
		return false
	case t.echo:
		return m.Inner.ICMP != nil && m.Inner.ICMP.ID == t.ident && m.Inner.ICMP.Seq == t.seq
	}
	return m.Inner.UDP != nil && m.Inner.UDP.SrcPort == t.ident && m.Inner.UDP.DstPort == traceroutePort+t.seq-1
}

// verdict is what is shown of an answer, and whether it is the end of the way, or says that there is none.
func verdict(p *packet.IP) (mark string, there, unreachable bool) {
	m := p.ICMP
	if m.Type == packet.EchoReply {
		return "", true, false
	}
	if m.Type != packet.Unreachable {
		return "", false, false
	}
	switch m.Code {
	case packet.PortUnreachable:
		return "", true, false
	case packet.ProtoUnreachable:
		return " !P", true, false
	case packet.NetUnreachable:
		return " !N", false, true
	case packet.HostUnreachable:
		return " !H", false, true
	case packet.FragNeeded:
		return " !F-" + strconv.Itoa(int(m.MTU)), false, true
	case packet.NetProhibited, packet.AdminProhibited:
		return " !A", false, true
	case packet.HostProhibited:
		return " !C", false, true
	}
	return " !<" + strconv.Itoa(int(m.Code)) + ">", false, true
}
