package tcpdump

import (
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// frames is what a capture of netsim has. All its packet blocks begin with 28 bytes of head.
func frames(t *testing.T, file string) (list []*packet.Frame) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	for ; len(b) > 0; b = b[le.Uint32(b[4:]):] {
		if le.Uint32(b) != 6 {
			continue
		}
		f, err := packet.Unmarshal(b[28 : 28+le.Uint32(b[20:])])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	return list
}

func numeric(links bool) *Printer {
	return &Printer{
		Numeric: true, Links: links, Host: netip.Addr.String,
		Port: func(n uint16, _ packet.Proto) string { return strconv.Itoa(int(n)) },
	}
}

// What the real tcpdump says of our captures, we say too, line for line.
func TestLinesAreTcpdumps(t *testing.T) {
	captures, _ := filepath.Glob("../../netsim/testdata/captures/*.pcapng")
	if len(captures) < 7 {
		t.Fatal("the captures are not there")
	}
	for _, file := range captures {
		for with, links := range map[string]bool{".tcpdump.txt": false, ".links.txt": true} {
			want, err := os.ReadFile(strings.TrimSuffix(file, ".pcapng") + with)
			if err != nil {
				t.Fatal(err)
			}
			p := numeric(links)
			var got []string
			for _, f := range frames(t, file) {
				got = append(got, p.Line(f))
			}
			lines := strings.Split(strings.TrimSpace(string(want)), "\n")
			for i, line := range strings.Split(strings.Join(got, "\n"), "\n") {
				if i >= len(lines) || line != lines[i] {
					t.Errorf("%s%s:%d\ngot  %s\nwant %s", file, with, i+1, line, lines[min(i, len(lines)-1)])
				}
			}
		}
	}
}

func start() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC) }
