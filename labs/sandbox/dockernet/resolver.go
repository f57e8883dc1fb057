package dockernet

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/sim"
)

// resolver is the embedded server of names, 127.0.0.11 in a container that is in a network with names. It answers from
// what it knows, and asks others about the rest. moby: daemon/libnetwork/resolver.go
type resolver struct {
	of      *Sandbox
	udp     *netsim.UDPSocket
	tcp     *netsim.TCPSocket
	streams []*dnsStream
	asking  int // questions that others have not answered yet
}

// What the server does for others. moby: resolver.go
const (
	recordTTL     = 600
	extPatience   = 4 * time.Second
	maxConcurrent = 1024
)

// startResolver opens the server's sockets, on ports that nobody knows: rules lead to them from port 53. moby:
// resolver_unix.go, setupIPTable
func (s *Sandbox) startResolver() error {
	r := &resolver{of: s, udp: s.stack.NewUDP(), tcp: s.stack.NewTCP()}
	at := netip.AddrPortFrom(Embedded(), 0)
	err := r.udp.Bind(at)
	if err == nil {
		err = r.tcp.Bind(at)
	}
	if err == nil {
		err = r.tcp.Listen(backlog)
	}
	if err != nil {
		return refuse(Internal, "failed to set up the embedded DNS server: %s", words(err))
	}
	r.udp.Notify(r.receive)
	r.tcp.Notify(r.accept)
	s.resolver = r
	return s.ctl.redirect(s.stack, r.udp.Local().Port(), r.tcp.Local().Port())
}

func (r *resolver) close() {
	r.udp.Notify(nil)
	r.udp.Close()
	r.tcp.Notify(nil)
	r.tcp.Close()
	for _, x := range slices.Clone(r.streams) {
		x.close()
	}
}

func (r *resolver) receive() {
	b := make([]byte, maxDatagram)
	for {
		n, from, err := r.udp.RecvFrom(b)
		if err == netsim.EAGAIN {
			return
		}
		if err == nil {
			r.serve(slices.Clone(b[:n]), false, func(answer []byte) { r.udp.SendTo(answer, from) })
		}
	}
}

// serve answers one question.
func (r *resolver) serve(question []byte, stream bool, reply func([]byte)) {
	q, err := dns.Parse(question)
	if err != nil || len(q.Questions) == 0 || q.Response {
		return
	}
	if a, ok := r.local(&q); ok {
		send(a, reply)
		return
	}
	x := q.Questions[0]
	if (x.Type == dns.A || x.Type == dns.AAAA) && r.of.NdotsSet() && !strings.Contains(x.Name, ".") {
		send(available(q.Answer(dns.NoError)), reply)
		return
	}
	f := &forwarding{r: r, question: question, message: q, stream: stream, reply: reply, left: r.of.ExtServers()}
	if r.asking >= maxConcurrent {
		send(q.Answer(dns.Refused), reply)
		return
	}
	r.asking++
	f.next()
}

func send(m dns.Message, reply func([]byte)) {
	if b, err := m.Pack(); err == nil { // names that came in a message fit into one
		reply(b)
	}
}

// available says that the server also answers what it has to ask others for.
func available(m dns.Message) dns.Message {
	m.RecursionAvailable = true
	return m
}

// local answers what the server knows itself. A name that is known without an address of this family has an empty
// answer, and so has one that is asked for its mail: nobody else is asked.
func (r *resolver) local(q *dns.Message) (dns.Message, bool) {
	x := q.Questions[0]
	switch x.Type {
	case dns.A, dns.AAAA:
		addrs, known := r.of.Resolve(x.Name, x.Type == dns.AAAA)
		if !known {
			return dns.Message{}, false
		}
		var records []dns.Record
		for _, a := range r.of.ctl.shuffled(addrs) {
			records = append(records, dns.Record{Name: x.Name, Type: x.Type, TTL: recordTTL, Addr: a})
		}
		return available(q.Answer(dns.NoError, records...)), true
	case dns.MX:
		_, known := r.of.Resolve(x.Name, false)
		return available(q.Answer(dns.NoError)), known
	case dns.PTR:
		a, ok := dns.ReverseAddr(x.Name)
		if !ok {
			return dns.Message{}, false
		}
		name := r.of.Reverse(a)
		record := dns.Record{Name: x.Name, Type: dns.PTR, TTL: recordTTL, Target: name}
		return available(q.Answer(dns.NoError, record)), name != ""
	}
	return dns.Message{}, false
}

// shuffled is addresses in any order, anew for each question: no strict turns. moby: resolver.go, shuffleAddr
func (c *Controller) shuffled(addrs []netip.Addr) []netip.Addr {
	c.shuffle.Shuffle(len(addrs), func(i, j int) { addrs[i], addrs[j] = addrs[j], addrs[i] })
	return addrs
}

// forwarding is a question that others are asked, one after the other.
type forwarding struct {
	r        *resolver
	question []byte
	message  dns.Message
	stream   bool
	reply    func([]byte)
	left     []ExtServer
	socket   netsim.Socket
	timer    *sim.Timer
	got      []byte // of an answer that comes in a stream
	sent     bool
}

// next asks the next server. From an internal network nobody is asked from the host's side. moby: forwardExtDNS
func (f *forwarding) next() {
	f.stop()
	for len(f.left) > 0 {
		x := f.left[0]
		f.left = f.left[1:]
		if x.OnHost && !f.r.of.Forwards() {
			continue
		}
		if f.ask(x) {
			return
		}
		f.stop()
	}
	f.end(nil)
}

// end passes an answer on; nil is that nobody had one.
func (f *forwarding) end(answer []byte) {
	f.stop()
	f.r.asking--
	if answer != nil {
		f.reply(answer)
		return
	}
	send(f.message.Answer(dns.ServFail), f.reply)
}

func (f *forwarding) stop() {
	f.timer.Stop()
	if f.socket != nil {
		f.socket.Notify(nil)
		f.socket.Close()
	}
	f.socket, f.got, f.sent = nil, nil, false
}

func (f *forwarding) ask(x ExtServer) bool {
	stack := f.r.of.stack
	if x.OnHost {
		stack = f.r.of.ctl.host
	}
	f.socket = stack.NewUDP()
	if f.stream {
		f.socket = stack.NewTCP()
	}
	err := f.socket.Connect(netip.AddrPortFrom(x.Addr, 53))
	if err != nil && err != netsim.EINPROGRESS {
		return false
	}
	f.timer = stack.Sim().After(extPatience, f.next)
	f.socket.Notify(f.ready)
	f.ready()
	return true
}

// ready goes on when the socket can.
func (f *forwarding) ready() {
	socket := f.socket
	if !f.sent {
		b := f.question
		if f.stream {
			b = framed(b)
		}
		_, err := socket.Write(b)
		if waits(err) {
			return
		}
		if err != nil {
			f.failed()
			return
		}
		f.sent = true
	}
	f.read(socket)
}

func (f *forwarding) read(socket netsim.Socket) {
	b := make([]byte, maxDatagram)
	for f.socket == socket {
		n, err := socket.Read(b)
		if err == netsim.EAGAIN {
			return
		}
		if err != nil || f.stream && n == 0 {
			f.failed()
			return
		}
		answer := b[:n]
		if f.stream {
			f.got = append(f.got, answer...)
			var whole bool
			if answer, _, whole = unframe(f.got); !whole {
				continue
			}
		}
		f.judge(answer)
	}
}

// failed goes on with the next server, but not from within this one's call.
func (f *forwarding) failed() {
	f.timer.Stop()
	f.socket.Notify(nil)
	f.timer = f.r.of.stack.Sim().After(0, f.next)
}

// judge looks whether a server had an answer. One that failed or refuses may not be the last.
func (f *forwarding) judge(answer []byte) {
	m, err := dns.Parse(answer)
	switch {
	case err != nil || m.ID != f.message.ID || !m.Response:
		return
	case m.Code == dns.ServFail || m.Code == dns.Refused:
		f.failed()
	default:
		f.end(slices.Clone(answer))
	}
}

// framed is a message as a stream carries it: behind its length. RFC 1035, 4.2.2
func framed(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}

// unframe takes the first message of a stream.
func unframe(b []byte) (message, rest []byte, whole bool) {
	if len(b) < 2 {
		return nil, b, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n {
		return nil, b, false
	}
	return b[2 : 2+n], b[2+n:], true
}

// dnsStream is a client's connection.
type dnsStream struct {
	r      *resolver
	socket *netsim.TCPSocket
	got    []byte
}

func (r *resolver) accept() {
	for {
		c, err := r.tcp.Accept()
		if err != nil {
			return
		}
		x := &dnsStream{r: r, socket: c}
		r.streams = append(r.streams, x)
		c.Notify(x.read)
		x.read()
	}
}

func (x *dnsStream) read() {
	b := make([]byte, 4096)
	for {
		n, err := x.socket.Read(b)
		if err == netsim.EAGAIN {
			return
		}
		if err != nil || n == 0 {
			x.close()
			return
		}
		x.got = append(x.got, b[:n]...)
		for {
			m, rest, whole := unframe(x.got)
			if !whole {
				break
			}
			x.got = rest
			x.r.serve(slices.Clone(m), true, func(answer []byte) { x.socket.Write(framed(answer)) })
		}
	}
}

func (x *dnsStream) close() {
	x.socket.Notify(nil)
	x.socket.Close()
	x.r.streams = slices.DeleteFunc(x.r.streams, func(o *dnsStream) bool { return o == x })
}
