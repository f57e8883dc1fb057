package netsim_test

import "testing"

func TestPing(t *testing.T) {
	w := newWorld(t)
	defer w.dump()
	host, c := w.lan(3)
	for _, x := range []struct{ from, to, want string }{
		{"c1", "127.0.0.1", "reply ttl=64"},
		{"c1", "127.9.9.9", "reply ttl=64"},
		{"c1", "::1", "reply ttl=64"},
		{"c1", "10.0.0.2", "reply ttl=64"},
		{"c1", "10.0.0.3", "reply ttl=64"},
		{"c1", "10.0.0.1", "reply ttl=64"},
		{"host", "10.0.0.4", "reply ttl=64"},
		{"c1", "10.0.0.77", "3/1 from 10.0.0.2"},
		{"c1", "192.0.2.1", "timeout"},
		{"host", "192.0.2.1", "Network is unreachable"},
		{"c1", "10.0.0.255", "Permission denied"},
	} {
		from := host
		if x.from == "c1" {
			from = c[0]
		}
		if got := w.ping(from, x.to); got != x.want {
			t.Errorf("%s pings %s: %s, want %s", x.from, x.to, got, x.want)
		}
	}
}
