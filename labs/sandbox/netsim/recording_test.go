package netsim_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/labs/sandbox/netsim/packet"
)

// pcapngPacket is what the test reads of a packet block.
type pcapngPacket struct {
	at       uint64
	data     []byte
	comments []string
}

// readPcapng reads a file by the letter of the specification.
func readPcapng(t *testing.T, b []byte) (name string, packets []pcapngPacket) {
	t.Helper()
	le := binary.LittleEndian
	for i := 0; len(b) > 0; i++ {
		kind, n := le.Uint32(b), le.Uint32(b[4:])
		if n%4 != 0 || int(n) > len(b) || le.Uint32(b[n-4:]) != n {
			t.Fatalf("block %d of type %#x: length %d", i, kind, n)
		}
		body := b[8 : n-4]
		switch {
		case i == 0 && (kind != 0x0a0d0d0a || le.Uint32(body) != 0x1a2b3c4d):
			t.Fatal("no section header")
		case kind == 1:
			name = string(options(body[8:])[2][0])
		case kind == 6:
			size := le.Uint32(body[12:])
			end := 20 + (size+3)&^3
			p := pcapngPacket{
				at:   uint64(le.Uint32(body[4:]))<<32 | uint64(le.Uint32(body[8:])),
				data: body[20 : 20+size],
			}
			for _, c := range options(body[end:])[1] {
				p.comments = append(p.comments, string(c))
			}
			packets = append(packets, p)
		}
		b = b[n:]
	}
	return name, packets
}

func options(b []byte) map[uint16][][]byte {
	list := map[uint16][][]byte{}
	for len(b) >= 4 {
		code, n := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
		if code == 0 {
			break
		}
		list[code] = append(list[code], b[4:4+n])
		b = b[4+(n+3)&^3:]
	}
	return list
}

func TestRecording(t *testing.T) {
	w := newWorld(t)
	_, c := w.lan(2)
	r, err := c[1].Record("eth0")
	w.must(err)
	w.dial(c[0], "10.0.0.3:80", nil)
	w.run(time.Second)
	u := c[0].NewUDP()
	_, err = u.SendTo(make([]byte, 3000), addrPort("10.0.0.3:9"))
	w.must(err)
	w.run(time.Second)
	r.Stop()
	w.ping(c[0], "10.0.0.3")
	name, packets := readPcapng(t, r.Pcapng())
	if name != "eth0" || r.Len() != 6 || len(packets) != 8 { // ARP 2, SYN, RST, a datagram in three, its refusal
		t.Fatalf("%s: %d frames, %d packets", name, r.Len(), len(packets))
	}
	for i, p := range packets {
		if p.at < uint64(w.sim.Start().UnixNano()) || len(p.data) > 1514 {
			t.Errorf("packet %d: at %d, %d bytes", i, p.at, len(p.data))
		}
	}
	if got := fmt.Sprint(packets[2].comments); !strings.Contains(got, "nothing listens on this TCP port") {
		t.Errorf("the SYN's comments: %s", got)
	}
	if got := fmt.Sprint(packets[3].comments); !strings.Contains(got, "net.refused") {
		t.Errorf("the reset's comments: %s", got)
	}
}

// everyKind records traffic of all kinds, on a cable and around a tunnel.
func everyKind(t *testing.T) map[string][]byte {
	w := newWorld(t)
	host, c := w.lan(2)
	a, r1, _, b := w.chain()
	recordings := map[string]*netsim.Recording{}
	record := func(s *netsim.Stack, link string) {
		r, err := s.Record(link)
		w.must(err)
		recordings[fmt.Sprintf("%d-%s-%s", len(recordings), s.Name(), link)] = r
	}
	record(c[0], "eth0")
	record(r1, "eth1")
	record(c[1], "lo")
	w.echoServer(c[1], "[::]:7")
	w.dial(c[0], "10.0.0.3:7", make([]byte, 20_000))
	w.dial(c[1], "127.0.0.1:7", make([]byte, 100_000))
	w.dial(c[0], "10.0.0.3:81", nil)
	w.ping(c[0], "10.0.0.3")
	w.ping(c[0], "10.0.0.99")
	w.pingTTL(a, "10.0.3.2", 2)
	w.ping(a, "fd00:3::2")
	w.ping(a, "fd00:3::99")
	query := dns.Query(7, "web.example", dns.A)
	q, err := query.Pack()
	w.must(err)
	u := a.NewUDP()
	u.SendTo(q, addrPort("10.0.3.2:53"))
	u.SendTo(make([]byte, 5000), addrPort("10.0.3.2:9"))
	w.must(r1.Link("eth1").SetMTU(1400))
	x := a.NewPing(false)
	w.must(x.SetOption(netsim.OptDontFragment, 1))
	w.must(x.SendTo(packet.ICMP{Type: packet.EchoRequest, Payload: make([]byte, 1400)}, addr("10.0.3.2"), 0))
	w.run(time.Minute)
	w.tunnel(host, b, record)
	w.translated(record)
	out := map[string][]byte{}
	for name, r := range recordings {
		out[name] = r.Pcapng()
	}
	return out
}

// translated is traffic through a host's address translation, in both directions.
func (w *world) translated(record func(*netsim.Stack, string)) {
	host, lan, c := w.published("")
	record(c[0], "eth0")
	record(host, "eth0")
	w.ping(c[0], "192.168.0.2")
	w.ask1(c[0], "tcp", "192.168.0.2:7")
	w.ask1(lan, "tcp", "192.168.0.1:8080")
	w.ask1(lan, "udp", "192.168.0.1:8080")
	w.ask1(c[0], "udp", "192.168.0.2:9")
}

// tunnel joins two namespaces over VXLAN and pings through it.
func (w *world) tunnel(x, y *netsim.Stack, record func(*netsim.Stack, string)) {
	l, m := w.cable(x, "under", y, "under")
	w.must(l.AddAddr(prefix("172.30.0.1/24")))
	w.must(m.AddAddr(prefix("172.30.0.2/24")))
	record(x, "under")
	for i, s := range []*netsim.Stack{x, y} {
		v, err := s.AddVXLAN(
			"vx",
			netsim.VXLANConfig{VNI: 42, Remote: []netip.Addr{addr(fmt.Sprintf("172.30.0.%d", 2-i))}},
		)
		w.must(err)
		w.up(v, fmt.Sprintf("10.42.0.%d/24", i+1))
	}
	if got := w.ping(x, "10.42.0.2"); got != "reply ttl=64" {
		w.t.Errorf("through the tunnel: %s", got)
	}
}

// tshark finds no fault with our recordings. DOCKERLEARN_LIVE_TSHARK=1 asks the one of this machine.
func TestTsharkReadsRecordings(t *testing.T) {
	if os.Getenv("DOCKERLEARN_LIVE_TSHARK") == "" {
		t.Skip("asks this machine's tshark; set DOCKERLEARN_LIVE_TSHARK=1")
	}
	for name, data := range everyKind(t) {
		file := filepath.Join(t.TempDir(), name+".pcapng")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(
			"tshark",
			"-r",
			file,
			"-o",
			"ip.check_checksum:TRUE",
			"-o",
			"tcp.check_checksum:TRUE",
			"-o",
			"udp.check_checksum:TRUE",
			"-T",
			"fields",
			"-e",
			"frame.number",
			"-e",
			"_ws.col.Protocol",
			"-e",
			"_ws.expert.message",
		)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v %s", name, err, stderr.String())
		}
		t.Logf("%s: %d packets", name, bytes.Count(out, []byte("\n")))
		for line := range strings.Lines(string(out)) {
			low := strings.ToLower(line)
			if strings.Contains(low, "malformed") || strings.Contains(low, "bad checksum") ||
				strings.Contains(low, "retransmission") ||
				strings.Contains(low, "incorrect") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}

// Without tshark: each packet of our recordings can be read back, checksums included.
func TestRecordingsAreWellFormed(t *testing.T) {
	for name, data := range everyKind(t) {
		_, packets := readPcapng(t, data)
		if len(packets) < 4 {
			t.Errorf("%s: %d packets", name, len(packets))
		}
		for i, p := range packets {
			if p.data[12] == 8 && p.data[13] == 0 && p.data[20]&0x3f != 0 ||
				p.data[21] != 0 && p.data[12] == 8 && p.data[13] == 0 {
				continue // a fragment
			}
			f, err := packet.Unmarshal(p.data)
			if err != nil {
				t.Errorf("%s, packet %d: %v", name, i, err)
				continue
			}
			quotes := f.IP != nil && f.IP.ICMP != nil &&
				f.IP.ICMP.Inner != nil // perhaps only the beginning of a packet
			if !quotes && !bytes.Equal(f.Marshal(), p.data) {
				t.Errorf("%s, packet %d: %s is not the same again", name, i, f)
			}
		}
	}
}
