package netfilter_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim/netfilter"
)

// The rule sets of a real dockerd, recorded, are read and written again without a difference.

func TestDockersIptablesRulesGoRound(t *testing.T) {
	files, _ := filepath.Glob("testdata/docker/[12346]-*.txt")
	if len(files) != 5 {
		t.Fatal(files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tables := netfilter.NewTables()
		if p := tables.Restore(netfilter.IPv4, nil, string(text), nil); p.Exit != 0 {
			t.Fatal(file, p.Err)
		}
		var got strings.Builder
		for _, table := range []string{"raw", "mangle", "nat", "filter"} { // the order of the recording
			got.WriteString(bare(tables.Save(netfilter.IPv4, []string{"-t", table}, time.Time{}).Out))
		}
		if got.String() != string(text) {
			t.Errorf("%s:\n%s", file, got.String())
		}
	}
}

// bare is a save without comments and counters, as the recordings are.
func bare(s string) string {
	s = regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(s, "")
	return regexp.MustCompile(`(?m)^(:.*) \[\d+:\d+\]$`).ReplaceAllString(s, "$1")
}

func TestDockersNftablesRulesGoRound(t *testing.T) {
	text, err := os.ReadFile("testdata/docker/5-full-nftables.txt")
	if err != nil {
		t.Fatal(err)
	}
	tables := netfilter.NewTables()
	if err := tables.Script(string(text), "dockerd"); err != nil {
		t.Fatal(err)
	}
	if got := tables.Nft([]string{"list", "ruleset"}, nil).Out; got != string(text) {
		t.Error(got)
	}
	if err := tables.Script("flush ruleset", ""); err != nil || !tables.Empty() {
		t.Error("not empty:", err)
	}
}

// Whatever decides is the same for both backends.
func TestDockersNftablesRulesDecideAsItsIptables(t *testing.T) {
	for name, load := range map[string]func(*host){
		"iptables": func(h *host) { restore(h, "testdata/docker/4-full-iptables.txt", "br-d754f6dd36df", "br-5af7f54a8dc4") },
		"nftables": func(h *host) { script(h, "testdata/docker/5-full-nftables.txt", "br-a5084aa15a22", "br-1f86cad07d4b") },
	} {
		h := newHost(t, "")
		load(h)
		for _, c := range []struct{ src, dst, in, out, want string }{
			{"172.17.0.2:1", "203.0.113.9:80", "docker0", "eth0", "198.51.100.2:1 > 203.0.113.9:80"},
			{"203.0.113.9:1", "198.51.100.2:8080", "eth0", "docker0", "203.0.113.9:1 > 172.17.0.3:80"},
			{"203.0.113.9:1", "198.51.100.2:8081", "eth0", "n1", "203.0.113.9:1 > 172.18.0.3:80"},
			{"203.0.113.9:1", "172.17.0.3:80", "eth0", "docker0", "drop"},
			{"172.17.0.2:1", "172.18.0.3:80", "docker0", "n1", "drop"},
			{"172.17.0.2:2", "198.51.100.2:8083", "docker0", "n2", "172.19.0.1:2 > 172.19.0.3:80"},
			{"172.18.0.2:3", "172.18.0.3:80", "n1", "n1", "172.18.0.2:3 > 172.18.0.3:80"},
		} {
			got := h.forward(seg(c.src, c.dst, 2), c.in, c.out)
			if got != c.want && (c.want != "drop" || !strings.HasPrefix(got, "drop by ")) {
				t.Errorf("%s: %s > %s: %s, want %s", name, c.src, c.dst, got, c.want)
			}
		}
	}
}

// restore loads a recording with shorter names for two of its bridges.
func restore(h *host, file, n1, n2 string) {
	h.addrs["n1"], h.addrs["n2"] = "172.18.0.1", "172.19.0.1"
	text, _ := os.ReadFile(file)
	p := h.tables.Restore(netfilter.IPv4, nil, strings.NewReplacer(n1, "n1", n2, "n2").Replace(string(text)), nil)
	if p.Exit != 0 {
		h.t.Fatal(p.Err)
	}
}

func script(h *host, file, n1, n2 string) {
	h.addrs["n1"], h.addrs["n2"] = "172.18.0.1", "172.19.0.1"
	text, _ := os.ReadFile(file)
	if err := h.tables.Script(strings.NewReplacer(n1, "n1", n2, "n2").Replace(string(text)), "dockerd"); err != nil {
		h.t.Fatal(err)
	}
}
