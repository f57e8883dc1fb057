package tcpdump

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/netsim/packet"
)

func names() Names {
	return Names{
		Host: func(name string) ([]netip.Addr, bool) {
			return []netip.Addr{netip.MustParseAddr("10.0.0.2")}, name == "web"
		},
		Port: func(name string) (uint16, bool) {
			port, ok := map[string]uint16{"http": 80, "domain": 53}[name]
			return port, ok
		},
	}
}

// How many frames of each capture the real tcpdump lets through, and what it says of filters that are none.
func TestFiltersAreTcpdumps(t *testing.T) {
	text, err := os.ReadFile("testdata/filters.txt")
	if err != nil {
		t.Fatal(err)
	}
	captures, _ := filepath.Glob("../../netsim/testdata/captures/*.pcapng")
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		filter, want, _ := strings.Cut(line, "\t")
		got := ""
		if takes, err := Compile(filter, names()); err != nil {
			got = "tcpdump: " + err.Error()
		} else {
			for _, file := range captures {
				n := 0
				for _, f := range frames(t, file) {
					if takes(f) {
						n++
					}
				}
				got += fmt.Sprintf("%d ", n)
			}
		}
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", filter, got, want)
		}
	}
}

// What libpcap knows and we do not is never taken for something else.
func TestFiltersThatAreNotSimulated(t *testing.T) {
	for _, filter := range []string{
		"vlan 10", "less 100", "ip[8] < 5", "tcp[0:2] = 80", "ip proto 6", "src or dst port 80", "gateway x", "icmp[icmptype] = 8",
	} {
		var u Unsimulated
		if _, err := Compile(filter, names()); !errors.As(err, &u) {
			t.Errorf("%s: %v", filter, err)
		}
	}
	if _, err := Compile("host nobody", names()); err == nil || err.Error() != "unknown host 'nobody'" {
		t.Error(err)
	}
	if _, err := Compile("host web and not port http", names()); err != nil {
		t.Error(err)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"port 80 or (arp and not src 10.0.0.2)", "tcp[tcpflags] & (tcp-syn) != 0", "((((", "net 10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if takes, err := Compile(s, names()); err == nil {
			takes(&packet.Frame{})
			takes(&packet.Frame{IP: &packet.IP{}})
		}
	})
}

// A file that was written is read as it was.
func TestFiles(t *testing.T) {
	for _, file := range []string{"ping", "http", "ipv6"} {
		b := Header(false)
		all := frames(t, "../../netsim/testdata/captures/"+file+".pcapng")
		for _, f := range all {
			b = append(b, Record(start(), f.Marshal())...)
		}
		list, err := Read(b)
		if err != nil || len(list) != len(all) {
			t.Fatal(file, len(list), err)
		}
		p, q := numeric(true), numeric(true)
		for i, x := range list {
			if got, want := p.Line(x.Frame), q.Line(all[i]); got != want || !x.At.Equal(start()) {
				t.Errorf("%s: %s, %v", got, want, x.At)
			}
		}
		if list, err := Read(b[:len(b)-3]); err == nil || len(list) != len(all)-1 {
			t.Error("a torn file:", len(list), err)
		}
	}
}
