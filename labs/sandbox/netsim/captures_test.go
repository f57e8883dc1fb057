package netsim_test

import (
	"bytes"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// scenes are what fixtures are captured of: a name, and what makes the recording.
func scenes() map[string]func(*world) *netsim.Recording {
	return map[string]func(*world) *netsim.Recording{
		"ping":       pingScene,
		"dns":        dnsScene,
		"nat-inside": func(w *world) *netsim.Recording { return natScene(w, "br0") },
		"nat-lan":    func(w *world) *netsim.Recording { return natScene(w, "eth0") },
		"errors":     errorScene,
		"http":       httpScene,
		"vxlan":      vxlanScene,
		"ipv6":       ipv6Scene,
	}
}

func (w *world) record(s *netsim.Stack, link string) *netsim.Recording {
	r, err := s.Record(link)
	w.must(err)
	return r
}

func pingScene(w *world) *netsim.Recording {
	_, _, c := w.published("")
	r := w.record(c[0], "eth0")
	w.ping(c[1], "10.0.0.2")
	return r
}

// dnsScene is questions for a server in another container: answered, not answered, and one without a name.
func dnsScene(w *world) *netsim.Recording {
	_, _, c := w.published("")
	r := w.record(c[0], "eth0")
	server := c[1].NewUDP()
	w.must(server.Bind(addrPort("0.0.0.0:53")))
	server.Notify(func() {
		w.sim.After(0, func() {
			buf := make([]byte, 512)
			n, from, err := server.RecvFrom(buf)
			if err != nil {
				return
			}
			q, err := dns.Parse(buf[:n])
			w.must(err)
			b, err := answerTo(&q)
			w.must(err)
			server.SendTo(b, from)
		})
	})
	for i, q := range []dns.Question{
		{Name: "web.example.com", Type: dns.A},
		{Name: "web.example.com", Type: dns.AAAA},
		{Name: "nix.example.com", Type: dns.A},
		{Name: "www.example.com", Type: dns.A},
		{Name: "2.0.0.10.in-addr.arpa", Type: dns.PTR},
		{Name: "example.com", Type: dns.MX},
		{Name: "example.com", Type: dns.TXT},
	} {
		m := dns.Query(uint16(100+i), q.Name, q.Type)
		b, err := m.Pack()
		w.must(err)
		u := c[0].NewUDP()
		_, err = u.SendTo(b, addrPort("10.0.0.3:53"))
		w.must(err)
		w.run(10 * time.Millisecond)
	}
	return r
}

func answerTo(q *dns.Message) ([]byte, error) {
	x := q.Questions[0]
	r := dns.Record{Name: x.Name, Type: x.Type, TTL: 600}
	var m dns.Message
	switch {
	case x.Name == "nix.example.com":
		m = q.Answer(dns.NXDomain)
	case x.Type == dns.AAAA:
		m = q.Answer(dns.NoError)
	case x.Name == "www.example.com":
		alias := dns.Record{Name: x.Name, Type: dns.CNAME, TTL: 600, Target: "web.example.com"}
		r.Name, r.Addr = alias.Target, addr("10.0.0.2")
		m = q.Answer(dns.NoError, alias, r)
	default:
		r.Addr, r.Target, r.Pref, r.Text = addr("10.0.0.2"), "web.example.com", 10, []string{"v=spf1 -all", "more"}
		m = q.Answer(dns.NoError, r)
		m.RecursionAvailable = false
	}
	return m.Pack()
}

// natScene is a connection from outside to a published port, and one from a container to outside.
func natScene(w *world, link string) *netsim.Recording {
	host, lan, c := w.published("")
	r := w.record(host, link)
	for _, x := range []struct {
		from *netsim.Stack
		to   netip.AddrPort
	}{{lan, addrPort("192.168.0.1:8080")}, {c[0], addrPort("192.168.0.2:7")}} {
		t := x.from.NewTCP()
		if err := t.Connect(x.to); err != netsim.EINPROGRESS {
			w.must(err)
		}
		w.run(10 * time.Millisecond)
		t.Read(make([]byte, 100))
		t.Close()
		w.run(time.Second)
	}
	return r
}

// httpScene is what is said on port 80, and said again by the other side.
func httpScene(w *world) *netsim.Recording {
	_, _, c := w.published("")
	r := w.record(c[0], "eth0")
	w.echoServer(c[0], "0.0.0.0:80")
	t := c[1].NewTCP()
	if err := t.Connect(addrPort("10.0.0.2:80")); err != netsim.EINPROGRESS {
		w.must(err)
	}
	w.run(time.Millisecond)
	for _, text := range []string{
		"GET /a?b=\u00fc HTTP/1.1\r\nHost: web\r\n\r\n", "HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n", "<p>more</p>\n", "\x01\x02 200 x\n",
	} {
		t.Write([]byte(text))
		w.run(time.Second)
		t.Read(make([]byte, 100))
	}
	t.Close()
	w.run(time.Second)
	return r
}

// errorScene is a datagram to a closed port, one to nobody, and one whose time to live ends.
func errorScene(w *world) *netsim.Recording {
	_, _, c := w.published("")
	r := w.record(c[0], "eth0")
	u := c[0].NewUDP()
	_, err := u.SendTo([]byte("hello"), addrPort("10.0.0.3:99"))
	w.must(err)
	w.run(time.Second)
	u = c[0].NewUDP()
	w.must(u.SetOption(netsim.OptTTL, 1))
	_, err = u.SendTo([]byte("hello"), addrPort("192.168.0.2:33434"))
	w.must(err)
	w.run(time.Second)
	c[0].NewUDP().SendTo([]byte("hello"), addrPort("10.0.0.77:99"))
	w.run(4 * time.Second)
	return r
}

// vxlanScene is a ping between two ends of a tunnel, seen on the wire between their machines.
func vxlanScene(w *world) *netsim.Recording {
	a, b := w.NewStack("a"), w.NewStack("b")
	near, far := w.cable(a, "eth0", b, "eth0")
	w.must(near.AddAddr(prefix("192.168.0.1/24")))
	w.must(far.AddAddr(prefix("192.168.0.2/24")))
	for i, s := range []*netsim.Stack{a, b} {
		remote := []netip.Addr{addr("192.168.0.2"), addr("192.168.0.1")}[i]
		v, err := s.AddVXLAN("vx0", netsim.VXLANConfig{VNI: 4097, Remote: []netip.Addr{remote}})
		w.must(err)
		w.up(v, []string{"10.0.1.1/24", "10.0.1.2/24"}[i])
	}
	r := w.record(a, "eth0")
	w.ping(a, "10.0.1.2")
	return r
}

func ipv6Scene(w *world) *netsim.Recording {
	a, b := w.NewStack("a"), w.NewStack("b")
	near, far := w.cable(a, "eth0", b, "eth0")
	w.must(near.AddAddr(prefix("fd00::1/64")))
	w.must(far.AddAddr(prefix("fd00::2/64")))
	r := w.record(a, "eth0")
	x := a.NewPing(true)
	w.must(x.SendTo(packet.ICMP{Type: packet.EchoRequest6, Payload: make([]byte, 8)}, addr("fd00::2"), 0))
	w.run(time.Second)
	u := a.NewUDP()
	_, err := u.SendTo([]byte("hello"), addrPort("[fd00::2]:99"))
	w.must(err)
	w.run(time.Second)
	return r
}

// Captures are those that tshark and tcpdump have read. With DOCKERLEARN_TSHARK=1 they read them again: nothing is
// malformed, no checksum is bad, nothing is worth a warning; the fixtures are written anew then.
func TestCapturesAreThoseThatTsharkRead(t *testing.T) {
	live := os.Getenv("DOCKERLEARN_TSHARK") == "1"
	for name, scene := range scenes() {
		t.Run(name, func(t *testing.T) {
			got := scene(newWorld(t)).Pcapng()
			file := filepath.Join("testdata", "captures", name+".pcapng")
			if live {
				readByOthers(t, file, got)
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is another capture now: let tshark read it (DOCKERLEARN_TSHARK=1)", file)
			}
		})
	}
}

// doubtful is what tshark finds wrong with a packet.
const doubtful = "_ws.malformed || _ws.expert.severity >= 6291456 || ip.checksum.status == 0 || tcp.checksum.status == 0 || " +
	"udp.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0"

func readByOthers(t *testing.T, file string, capture []byte) {
	t.Helper()
	if err := os.WriteFile(file, capture, 0o644); err != nil {
		t.Fatal(err)
	}
	tshark := func(more ...string) []byte {
		args := append([]string{
			"-r", file, "-n", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
			"-o", "udp.check_checksum:TRUE", "-o", "tcp.relative_sequence_numbers:TRUE",
		}, more...)
		return output(t, "tshark", args...)
	}
	if bad := tshark("-Y", doubtful, "-V"); len(bad) > 0 {
		t.Errorf("tshark of %s:\n%s", file, bad)
	}
	for with, text := range map[string][]byte{
		".tshark.txt":  tshark(),
		".tcpdump.txt": output(t, "tcpdump", "-n", "-t", "-r", file),
		".links.txt":   output(t, "tcpdump", "-n", "-t", "-e", "-r", file),
	} {
		if err := os.WriteFile(file[:len(file)-len(".pcapng")]+with, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func output(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	text, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return text
}
