package trace

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// section is a capture as read by the letter of the specification.
type section struct {
	interfaces []string
	packets    []int // sizes
	on         []uint32
}

func readSection(t *testing.T, b []byte) (s section) {
	t.Helper()
	le := binary.LittleEndian
	for i := 0; len(b) > 0; i++ {
		kind, n := le.Uint32(b), le.Uint32(b[4:])
		if n%4 != 0 || n < 12 || int(n) > len(b) || le.Uint32(b[n-4:]) != n {
			t.Fatalf("block %d of type %#x: length %d", i, kind, n)
		}
		body := b[8 : n-4]
		switch {
		case i == 0 && (kind != 0x0a0d0d0a || le.Uint32(body) != 0x1a2b3c4d):
			t.Fatal("no section header")
		case kind == 1:
			if le.Uint16(body[8:]) != 2 {
				t.Fatalf("interface %d has no name", len(s.interfaces))
			}
			s.interfaces = append(s.interfaces, string(body[12:12+le.Uint16(body[10:])]))
		case kind == 6:
			if int(le.Uint32(body)) >= len(s.interfaces) || le.Uint32(body[12:]) != le.Uint32(body[16:]) {
				t.Fatalf("block %d", i)
			}
			s.on, s.packets = append(s.on, le.Uint32(body)), append(s.packets, int(le.Uint32(body[12:])))
		}
		b = b[n:]
	}
	return s
}

// A capture has every frame, on interfaces that are named for whose they are, and tshark reads what is in it.
func TestPCAPNG(t *testing.T) {
	h, _ := host(t)
	x, err := Run(h, asks()["published-lan"])
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := PCAPNG(&b, x); err != nil {
		t.Fatal(err)
	}
	s := readSection(t, b.Bytes())
	if all := strings.Join(s.interfaces, " "); len(s.packets) != len(x.Frames) || !strings.Contains(all, "web:eth0") ||
		!strings.Contains(all, "host:docker0") || !strings.Contains(all, "LAN:eth0") {
		t.Errorf("%d packets of %d, on %s", len(s.packets), len(x.Frames), all)
	}
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	path := filepath.Join(t.TempDir(), "x.pcapng")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tshark, "-n", "-r", path, "-T", "fields", "-E", "separator= ", "-e",
		"frame.interface_name", "-e", "ip.dst",
		"-e", "tcp.dstport", "-e", "ip.ttl", "-Y", "tcp.flags.syn==1 && tcp.flags.ack==0 && !_ws.malformed").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"LAN:eth0 192.168.65.3 8080 64", "host:eth0 192.168.65.3 8080 64",
		"web:eth0 172.17.0.2 80 63",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
