package resolve_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
)

// inside runs a function as a process of a machine that has these files.
func inside(t testing.TB, files map[string]string, do func(r resolve.Resolver)) {
	t.Helper()
	m := proctest.New(t, proctest.Config{Files: files, Programs: proc.Programs{"try": func(s proc.Sys) proc.ExitCode {
		do(resolve.Resolver{Sys: s})
		return 0
	}}})
	if r := m.Run("try"); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
}

// All but one need no server. glibc: inet_aton(3), nss_files
func TestLookupOfNumbersAndHosts(t *testing.T) {
	files := map[string]string{"/etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.0.0.5 web # a comment\n"}
	inside(t, files, func(r resolve.Resolver) {
		for _, c := range []struct {
			name   string
			family resolve.Family
			want   string
		}{
			{"10.1.2.3", resolve.Any, "[10.1.2.3] <nil>"},
			{"127.1", resolve.Any, "[127.0.0.1] <nil>"},
			{"0x7f000001", resolve.Any, "[127.0.0.1] <nil>"},
			{"010.1", resolve.Any, "[8.0.0.1] <nil>"},
			{"::ffff:10.0.0.1", resolve.IPv4, "[10.0.0.1] <nil>"},
			{"::1", resolve.IPv4, "[] Name or service not known"},
			{"1.2.3.256", resolve.Any, "[] Temporary failure in name resolution"}, // a name, of which the servers are asked,
			{"web", resolve.Any, "[10.0.0.5] <nil>"},
			{"WEB", resolve.IPv4, "[10.0.0.5] <nil>"},
			{"localhost", resolve.IPv6, "[::1] <nil>"},
			{"a..b", resolve.Any, "[] Name or service not known"},
		} {
			list, err := r.Lookup(c.name, c.family)
			if got := fmt.Sprint(list, " ", err); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
	})
}

func TestConfig(t *testing.T) {
	local := netip.MustParseAddrPort("127.0.0.1:53")
	for _, c := range []struct{ text, want string }{
		{"", fmt.Sprint(resolve.Config{Servers: []netip.AddrPort{local}, NDots: 1, Timeout: 5 * time.Second, Attempts: 2})},
		{
			"# of nobody\nnameserver 127.0.0.1\nnameserver x\nsearch a.b c\noptions ndots:99 timeout:0 attempts:3 rotate\n",
			fmt.Sprint(resolve.Config{
				Servers: []netip.AddrPort{local}, Search: []string{"a.b", "c"}, NDots: 15, Timeout: time.Second, Attempts: 3,
			}),
		},
	} {
		inside(t, map[string]string{"/etc/resolv.conf": c.text}, func(r resolve.Resolver) {
			if got := fmt.Sprint(r.Config()); got != c.want {
				t.Errorf("%q: %s, want %s", c.text, got, c.want)
			}
		})
	}
}

// Whatever the files hold: what netip reads as an address stands for itself, and limits are kept.
func FuzzFiles(f *testing.F) {
	f.Add("10.0.0.1", "nameserver 1.1.1.1\noptions ndots:5", "10.0.0.2 web")
	f.Add("0x1.2", "options timeout:0x", "::1 a b#c")
	f.Fuzz(func(t *testing.T, name, conf, hosts string) {
		files := map[string]string{"/etc/resolv.conf": conf, "/etc/hosts": hosts, "/etc/nsswitch.conf": "hosts: files\n"}
		inside(t, files, func(r resolve.Resolver) {
			c := r.Config()
			if len(c.Servers) < 1 || len(c.Servers) > 3 || c.NDots > 15 || c.Timeout < time.Second || c.Attempts < 1 {
				t.Errorf("%+v", c)
			}
			list, err := r.Lookup(name, resolve.Any)
			if a, wrong := netip.ParseAddr(name); wrong == nil && (len(list) != 1 || list[0] != a.Unmap()) {
				t.Errorf("%q: %v, %v", name, list, err)
			}
			if len(list) == 0 && err == nil {
				t.Errorf("%q: neither an address nor an error", name)
			}
		})
	})
}
