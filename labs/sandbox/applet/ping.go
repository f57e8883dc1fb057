package applet

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/proc"
)

// pinger is a call of ping: busybox's, or iputils' under the GNU flavour.
type pinger struct {
	*call
	host     string
	addr     netip.Addr
	numeric  bool // answers are shown by address alone
	fd       int
	id       uint16 // 0: the kernel gives one
	count    int    // 0: without end
	size     int
	ttl      int
	interval time.Duration
	patience time.Duration // after the last request
	deadline time.Duration // of all, 0 is none
	quiet    bool

	start, now, last  time.Duration // of the run, of the last event, of the last request
	sent, received    int
	doubled, errors   int
	asked             map[uint16]time.Duration // when each request was sent
	answered          map[uint16]bool
	min, max, sum, sq float64 // milliseconds
}

// Limits of ping.
const (
	pingSize     = 56
	pingMaxSize  = 65507
	pingPatience = 10 * time.Second
	pingMemory   = 1024 // requests that an answer is still known for
)

// pingCmd is ping and ping6.
func pingCmd(c *call) proc.ExitCode {
	p := &pinger{
		call: c, size: pingSize, interval: time.Second, patience: pingPatience, asked: map[uint16]time.Duration{},
		answered: map[uint16]bool{}, min: math.Inf(1),
	}
	if c.gnu() {
		c.usageAt = 2
	}
	p.resolve(p.options())
	p.open()
	p.Signal(proc.SIGINT, proc.Catch)
	p.greet()
	p.run()
	return p.statistics()
}

// options reads the command line and returns the wanted family.
func (p *pinger) options() resolve.Family {
	spec := "qvAc:s:t:w:W:I:np:i:46"
	if p.gnu() {
		spec = "qvAc:s:t:w:W:I:ni:46bDO"
	}
	o := p.getopt(spec)
	p.refuse(o, "AIpbDO")
	if p.gnu() {
		p.refuse(o, "v")
	}
	if len(o.args) != 1 {
		if p.gnu() {
			p.dieWith(2, "usage error: Destination address required")
		}
		p.usage()
	}
	p.host = o.args[0]
	p.quiet, p.numeric = o.has('q'), o.has('n')
	p.count = p.whole(o, 'c', 0, 1<<30)
	p.size = p.whole(o, 's', pingSize, pingMaxSize)
	p.ttl = p.whole(o, 't', 0, 255)
	p.interval = p.seconds(o, 'i', time.Second)
	p.patience = p.seconds(o, 'W', pingPatience)
	p.deadline = p.seconds(o, 'w', 0)
	switch {
	case o.has('6'), p.name == "ping6":
		return resolve.IPv6
	case o.has('4'):
		return resolve.IPv4
	}
	return resolve.Any
}

func (p *pinger) whole(o *options, letter rune, usual, most int) int {
	text, ok := o.value(letter)
	if !ok {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		p.badNumber(text)
	}
	return n
}

func (p *pinger) seconds(o *options, letter rune, usual time.Duration) time.Duration {
	text, ok := o.value(letter)
	if !ok {
		return usual
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n > 1e6 {
		p.badNumber(text)
	}
	return time.Duration(n * float64(time.Second))
}

func (p *pinger) badNumber(text string) {
	if p.gnu() {
		p.dieWith(1, "invalid argument: '%s'", text)
	}
	p.die("invalid number '%s'", text)
}

// resolve finds the address: IPv4 first for busybox, whichever works for iputils.
func (p *pinger) resolve(f resolve.Family) {
	list, err := p.resolver().Lookup(p.host, f)
	switch {
	case err != nil && p.gnu():
		p.dieWith(2, "%s: %s", p.host, err)
	case err != nil:
		p.die("bad address '%s'", p.host)
	}
	p.addr = preferIPv4(list)
	if _, err := netip.ParseAddr(p.host); err == nil {
		p.numeric = true
	}
}

// preferIPv4 is the first IPv4 address, or the first at all. busybox: FEATURE_PREFER_IPV4_ADDRESS
func preferIPv4(list []netip.Addr) netip.Addr {
	if i := slices.IndexFunc(list, netip.Addr.Is4); i >= 0 {
		return list[i]
	}
	return list[0]
}

// open makes a raw socket, or where that is not allowed one that only sends echo requests.
func (p *pinger) open() {
	family := proc.AF_INET
	if p.addr.Is6() {
		family = proc.AF_INET6
	}
	fd, err := p.Socket(family, proc.SockRaw)
	if err == nil {
		p.id = uint16(p.Getpid())
	} else if fd, err = p.Socket(family, proc.SockICMP); err != nil {
		if p.gnu() {
			p.dieWith(2, "socktype: SOCK_RAW\nping: socket: Operation not permitted\n"+
				"ping: => missing cap_net_raw+p capability or setuid?")
		}
		p.die("permission denied (are you root?)")
	}
	p.fd = fd
	p.SetNonblock(fd, true)
	if _, _, err := p.Network().Lookup(p.addr); err != nil && p.gnu() {
		p.dieWith(2, "connect: %s", err)
	}
}

func (p *pinger) greet() {
	switch {
	case !p.gnu():
		p.printf("PING %s (%s): %d data bytes\n", p.host, p.addr, p.size)
	case p.addr.Is4():
		p.printf("PING %s (%s) %d(%d) bytes of data.\n", p.host, p.addr, p.size, p.size+28)
	default:
		p.printf("PING %s (%s) %d data bytes\n", p.host, p.addr, p.size)
	}
}

// run sends and listens until all is answered, or time is up.
func (p *pinger) run() {
	p.start = p.Uptime()
	next := p.start
	for {
		p.Step(1)
		now := p.Uptime()
		if p.deadline > 0 && now >= p.start+p.deadline {
			return
		}
		until := next
		if p.count > 0 && p.sent == p.count {
			if until = p.end(); now >= until {
				return
			}
		} else if now >= next {
			p.send(now)
			next = now + p.interval
			continue
		}
		if p.deadline > 0 {
			until = min(until, p.start+p.deadline)
		}
		if p.listen(until-now) || p.count > 0 && p.received+p.errors*b2i(p.gnu()) >= p.count {
			return
		}
	}
}

// end is when to stop waiting for the last answer: with an answer seen before, two round trips are enough.
func (p *pinger) end() time.Duration {
	if p.received == 0 {
		return p.last + p.patience
	}
	return p.last + max(time.Duration(2*p.max*float64(time.Millisecond)).Truncate(time.Second), time.Second)
}

// firstSeq is the number of the first request: busybox counts from 0.
func (p *pinger) firstSeq() int { return b2i(p.gnu()) }

func (p *pinger) send(now time.Duration) {
	seq := uint16(p.sent + p.firstSeq())
	m := packet.ICMP{Type: 8, ID: p.id, Seq: seq, Payload: make([]byte, p.size)}
	if p.addr.Is6() {
		m.Type = 128
	}
	p.sent++
	p.last, p.now = now, now
	if len(p.asked) >= pingMemory {
		delete(p.asked, seq-pingMemory)
		delete(p.answered, seq-pingMemory)
	}
	p.asked[seq] = now
	err := p.ICMPSend(p.fd, m, p.addr, p.ttl)
	switch {
	case err == nil, err == proc.EAGAIN:
	case p.gnu():
		p.errors++
		p.complain("sendmsg: %s", err)
	default:
		p.die("sendto: %s", p.text(err))
	}
}

// listen waits for answers; true is an interrupt.
func (p *pinger) listen(wait time.Duration) bool {
	p.out.flush()
	_, err := p.Poll([]proc.PollFD{{FD: p.fd, Want: proc.Readable}}, max(wait, 0))
	if err == proc.EINTR {
		_, caught := p.Caught()
		return caught
	}
	for {
		ip, err := p.ICMPRecv(p.fd)
		if err != nil {
			return false
		}
		p.heard(&ip)
		if p.count > 0 && p.received >= p.count {
			return false
		}
	}
}

// heard looks at a message that has arrived.
func (p *pinger) heard(ip *packet.IP) {
	m := ip.ICMP
	if m == nil {
		return
	}
	p.now = p.Uptime()
	reply := uint8(0)
	if p.addr.Is6() {
		reply = 129
	}
	if m.Type != reply {
		p.heardError(ip)
		return
	}
	sent, known := p.asked[m.Seq]
	if p.id != 0 && m.ID != p.id || !known {
		return
	}
	double := p.answered[m.Seq]
	p.answered[m.Seq] = true
	ms := float64((p.now - sent).Microseconds()) / 1000
	if double {
		p.doubled++
	} else {
		p.received++
	}
	p.min, p.max = min(p.min, ms), max(p.max, ms)
	p.sum += ms
	p.sq += ms * ms
	if !p.quiet {
		p.showAnswer(ip, ms, double)
	}
}

func (p *pinger) showAnswer(ip *packet.IP, ms float64, double bool) {
	size := len(ip.ICMP.Payload) + 8
	if p.gnu() {
		p.printf("%d bytes from %s: icmp_seq=%d ttl=%d time=%s ms", size, p.from(ip.Src), ip.ICMP.Seq, ip.TTL, roundTrip(ms))
	} else {
		p.printf("%d bytes from %s: seq=%d ttl=%d time=%.3f ms", size, ip.Src, ip.ICMP.Seq, ip.TTL, ms)
	}
	if double {
		p.print(" (DUP!)")
	}
	p.print("\n")
}

// from is how iputils names who answers.
func (p *pinger) from(a netip.Addr) string {
	if p.numeric {
		return a.String()
	}
	if name, err := p.resolver().Reverse(a); err == nil {
		return name + " (" + a.String() + ")"
	}
	return a.String()
}

// roundTrip has three significant digits. iputils: ping/ping_common.c gather_statistics
func roundTrip(ms float64) string {
	switch {
	case ms >= 99.95:
		return fmt.Sprintf("%.0f", ms)
	case ms >= 9.995:
		return fmt.Sprintf("%.1f", ms)
	case ms >= 1:
		return fmt.Sprintf("%.2f", ms)
	}
	return fmt.Sprintf("%.3f", ms)
}

// heardError shows what a router or the target itself says about a request; busybox does not listen to them.
func (p *pinger) heardError(ip *packet.IP) {
	inner := ip.ICMP.Inner
	if !p.gnu() || inner == nil || inner.ICMP == nil || inner.Dst != p.addr || p.id != 0 && inner.ICMP.ID != p.id {
		return
	}
	p.errors++
	if !p.quiet {
		p.printf("From %s icmp_seq=%d %s\n", p.from(ip.Src), inner.ICMP.Seq, icmpErrorText(ip))
	}
}

// icmpErrorText is iputils' words for an error message. iputils: ping/ping.c pr_icmph
func icmpErrorText(ip *packet.IP) string {
	m := ip.ICMP
	if ip.Src.Is6() {
		switch m.Type {
		case 1:
			return "Destination unreachable: " + map[uint8]string{
				0: "No route", 1: "Administratively prohibited", 2: "Beyond scope of source address", 3: "Address unreachable",
				4: "Port unreachable",
			}[m.Code]
		case 2:
			return "Packet too big: mtu=" + strconv.Itoa(int(m.MTU))
		case 3:
			return "Time exceeded: Hop limit"
		}
	}
	switch m.Type {
	case 3:
		if m.Code == 4 {
			return "Frag needed and DF set (mtu = " + strconv.Itoa(int(m.MTU)) + ")"
		}
		return map[uint8]string{
			0: "Destination Net Unreachable", 1: "Destination Host Unreachable", 2: "Destination Protocol Unreachable",
			3: "Destination Port Unreachable", 9: "Destination Net Prohibited", 10: "Destination Host Prohibited",
			13: "Packet filtered",
		}[m.Code]
	case 11:
		return "Time to live exceeded"
	}
	return fmt.Sprintf("Bad ICMP type: %d", m.Type)
}

func (p *pinger) statistics() proc.ExitCode {
	p.printf("\n--- %s ping statistics ---\n", p.host)
	lost := 0
	if p.sent > 0 {
		lost = (p.sent - p.received) * 100 / p.sent
	}
	if p.gnu() {
		p.gnuStatistics(lost)
	} else {
		p.printf("%d packets transmitted, %d packets received, ", p.sent, p.received)
		if p.doubled > 0 {
			p.printf("%d duplicates, ", p.doubled)
		}
		p.printf("%d%% packet loss\n", lost)
		if p.received > 0 {
			p.printf("round-trip min/avg/max = %.3f/%.3f/%.3f ms\n", p.min, p.sum/float64(p.received+p.doubled), p.max)
		}
	}
	if p.received == 0 || p.deadline > 0 && p.received < p.count {
		return 1
	}
	return 0
}

func (p *pinger) gnuStatistics(lost int) {
	p.printf("%d packets transmitted, %d received, ", p.sent, p.received)
	if p.doubled > 0 {
		p.printf("+%d duplicates, ", p.doubled)
	}
	if p.errors > 0 {
		p.printf("+%d errors, ", p.errors)
	}
	p.printf("%d%% packet loss, time %dms\n", lost, (p.now - p.start).Milliseconds())
	if n := float64(p.received + p.doubled); n > 0 {
		mean := p.sum / n
		p.printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms", p.min, mean, p.max, math.Sqrt(max(p.sq/n-mean*mean, 0)))
	}
	p.print("\n")
}
