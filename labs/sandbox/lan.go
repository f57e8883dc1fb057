package sandbox

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/proc"
)

// lan is what a world's hosts are connected with: a switch, and behind it a machine that is their gateway, answers
// questions for names, and has the only web server of the world outside. It is the recordings' network.
type lan struct {
	wires   *netsim.Stack // the switch
	gateway *netsim.Stack
	hosts   int
	names   *netsim.UDPSocket // of the server of names

	person *proc.Process // on the gateway; nil until somebody wants to do something there
}

// Addresses of the world outside. Hosts have those behind the gateway's, from .3 on.
const (
	gatewayAddr = "192.168.65.1"
	outsideAddr = "198.51.100.10"
	outsideName = "example.com"
	outsideText = "hello from the outside world\n"
	firstHost   = 3
	maxHosts    = 200
)

// newNetwork makes a host's own network: loopback, and eth0 in the world's LAN.
func (w *World) newNetwork(name string) (*netsim.Stack, error) {
	s := w.fabric.NewStack(name) // the first of all is the machine's own, as its number says
	if w.lan == nil {
		l, err := newLAN(w.fabric)
		if err != nil {
			return nil, fmt.Errorf("sandbox: the world's network: %w", err)
		}
		w.lan = l
	}
	if w.lan.hosts >= maxHosts {
		return nil, fmt.Errorf("sandbox: a world has at most %d hosts", maxHosts)
	}
	gateway := netip.MustParseAddr(gatewayAddr)
	addr := gateway.As4()
	addr[3] = byte(firstHost + w.lan.hosts)
	if err := w.lan.plug(s, netip.AddrFrom4(addr)); err != nil {
		return nil, fmt.Errorf("sandbox: connect %s: %w", name, err)
	}
	w.lan.hosts++
	return s, s.AddRoute(netsim.Route{Dst: netip.MustParsePrefix("0.0.0.0/0"), Gateway: gateway, Dev: "eth0"})
}

func newLAN(f *netsim.Fabric) (*lan, error) {
	l := &lan{wires: f.NewStack("switch"), gateway: f.NewStack("gateway")}
	br, err := l.wires.AddBridge("lan")
	if err != nil {
		return nil, err
	}
	if err := br.Up(); err != nil {
		return nil, err
	}
	if err := l.plug(l.gateway, netip.MustParseAddr(gatewayAddr)); err != nil {
		return nil, err
	}
	if err := l.gateway.Link("lo").AddAddr(netip.MustParsePrefix(outsideAddr + "/32")); err != nil {
		return nil, err
	}
	if err := l.answerNames(); err != nil {
		return nil, err
	}
	return l, l.serveWeb()
}

// plug lays a cable from the switch to a machine's eth0.
func (l *lan) plug(s *netsim.Stack, a netip.Addr) error {
	port, eth0, err := l.wires.AddVeth(fmt.Sprintf("port%d", a.As4()[3]), s, "eth0")
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return port.SetMaster(l.wires.Link("lan")) },
		port.Up,
		func() error { return eth0.AddAddr(netip.PrefixFrom(a, 24)) },
		eth0.Up,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// answerNames serves names: example.com is outside, all others do not exist.
func (l *lan) answerNames() error {
	u := l.gateway.NewUDP()
	if err := u.Bind(netip.AddrPortFrom(netip.MustParseAddr(gatewayAddr), 53)); err != nil {
		return err
	}
	l.names = u
	u.Notify(func() { answerAll(u) })
	return nil
}

func answerAll(u *netsim.UDPSocket) {
	b := make([]byte, 1500)
	for {
		n, from, err := u.RecvFrom(b)
		if err == netsim.EAGAIN {
			return
		}
		if answer := answerName(b[:n]); err == nil && answer != nil {
			u.SendTo(answer, from)
		}
	}
}

func answerName(question []byte) []byte {
	q, err := dns.Parse(question)
	if err != nil || len(q.Questions) == 0 || q.Response {
		return nil
	}
	x := q.Questions[0]
	m := q.Answer(dns.NXDomain)
	switch {
	case strings.EqualFold(x.Name, outsideName) && x.Type == dns.A:
		m = q.Answer(dns.NoError, dns.Record{Name: x.Name, Type: dns.A, TTL: 60, Addr: netip.MustParseAddr(outsideAddr)})
		m.Authoritative = true
	case strings.EqualFold(x.Name, outsideName):
		m = q.Answer(dns.NoError)
	}
	m.RecursionAvailable = true
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}

// serveWeb is the web server outside. It has one page.
func (l *lan) serveWeb() error {
	t := l.gateway.NewTCP()
	if err := t.Bind(netip.AddrPortFrom(netip.MustParseAddr(outsideAddr), 80)); err != nil {
		return err
	}
	if err := t.Listen(128); err != nil {
		return err
	}
	t.Notify(func() {
		for {
			c, err := t.Accept()
			if err != nil {
				return
			}
			serveVisitor(c)
		}
	})
	return nil
}

// maxRequest is the longest that a visitor may say.
const maxRequest = 16 << 10

// serveVisitor answers one request and hangs up.
func serveVisitor(c *netsim.TCPSocket) {
	var said []byte
	read := func() {
		b := make([]byte, 2048)
		for {
			n, err := c.Read(b)
			if err == netsim.EAGAIN {
				return
			}
			said = append(said, b[:n]...)
			whole := bytes.Contains(said, []byte("\r\n\r\n"))
			if whole {
				c.Write(page(said))
			}
			if whole || err != nil || n == 0 || len(said) > maxRequest {
				c.Notify(nil)
				c.Close()
				return
			}
		}
	}
	c.Notify(read)
	read()
}

func page(request []byte) []byte {
	line, _, _ := strings.Cut(string(request), "\r\n")
	status, text := "404 Not Found", "404 Not Found\n"
	if f := strings.Fields(line); len(f) > 1 && (f[1] == "/" || f[1] == "/index.html") {
		status, text = "200 OK", outsideText
	}
	head := fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
		status, len(text))
	if strings.HasPrefix(line, "HEAD ") {
		return []byte(head)
	}
	return []byte(head + text)
}

// onLAN is the recordings' extra word lan: it runs a command on another machine of the LAN.
func (h *Host) onLAN(s proc.Sys) proc.ExitCode {
	args := s.Args()[1:]
	if len(args) == 0 {
		s.Write(2, []byte("usage: lan COMMAND [ARGUMENT...]\n"))
		return 2
	}
	person, err := h.world.lan.somebody(h)
	if err == nil {
		err = s.Setns(person, proc.NetNamespace)
	}
	if err != nil {
		s.Write(2, []byte("lan: "+err.Error()+"\n"))
		return 1
	}
	path, err := s.LookPath(args[0], proc.DefaultPath)
	if err == nil {
		err = s.Exec(path, args, s.Environ())
	}
	s.Write(2, []byte("lan: "+args[0]+": "+err.Error()+"\n"))
	return 127
}

// somebody is a process on the other machine.
func (l *lan) somebody(h *Host) (*proc.Process, error) {
	if l.person != nil {
		return l.person, nil
	}
	k := proc.NewKernel(proc.Config{Sim: h.world.sim, Name: "lan", Net: l.gateway})
	var err error
	l.person, err = k.Start(proc.Spec{
		Args: []string{"init"}, View: h.view.Clone(), Creds: proc.Root(), Program: waitForTheEnd,
	})
	return l.person, err
}
