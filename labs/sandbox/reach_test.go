package sandbox

import (
	"net/netip"
	"testing"
)

// shop is a host with a web server on two networks, a client on the default one and a published port.
func shop(t testing.TB) *World {
	w := images(t, Learner)
	x := session(t, w)
	for _, line := range []string{
		"docker network create appnet",
		"docker run -d --name web --network appnet -p 8080:80 nginx:alpine",
		"docker run -d --name api --network appnet alpine sleep 1d",
		"docker run -d --name alone alpine sleep 1d",
	} {
		if r := run(t, x, line); r.Exit != 0 {
			t.Fatal(line, r.Stderr)
		}
	}
	return w
}

// Probes end as connections do, and leave everything as it was.
func TestProbe(t *testing.T) {
	w := shop(t)
	h := w.Host("")
	before, steps := w.Elapsed(), w.sim.Steps()
	for _, c := range []struct{ from, to, want string }{
		{"api", "172.18.0.2:80", "reached"},
		{"api", "172.18.0.2:81", "refused"},
		{"alone", "172.18.0.2:80", "timeout"},
		{FromHost, "172.18.0.2:80", "reached"},
		{FromHost, "127.0.0.1:8080", "reached"},
		{FromLAN, h.Address().String() + ":8080", "reached"},
		{FromLAN, h.Address().String() + ":80", "refused"},
	} {
		x, err := h.Probe(c.from, netip.MustParseAddrPort(c.to), TCP)
		if err != nil {
			t.Fatal(err)
		}
		if string(x.Outcome) != c.want {
			t.Errorf("%s -> %s: %s", c.from, c.to, x)
		}
	}
	if w.Elapsed() != before || w.sim.Steps() != steps {
		t.Error("the probes took time")
	}
	if _, err := h.Probe("nobody", netip.MustParseAddrPort("172.18.0.2:80"), TCP); err == nil {
		t.Error("nobody has sent a probe")
	}
}

func BenchmarkProbe(b *testing.B) {
	h := shop(b).Host("")
	for _, c := range []struct{ name, from, to string }{
		{"reached", "api", "172.18.0.2:80"},
		{"refused", "api", "172.18.0.2:81"},
		{"dropped", "alone", "172.18.0.2:80"},
		{"lan", FromLAN, h.Address().String() + ":8080"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.Probe(c.from, netip.MustParseAddrPort(c.to), TCP); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("udp", func(b *testing.B) {
		for b.Loop() {
			if _, err := h.Probe("api", netip.MustParseAddrPort("172.18.0.2:53"), UDP); err != nil {
				b.Fatal(err)
			}
		}
	})
}
