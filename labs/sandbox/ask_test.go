package sandbox

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
)

// reachWorld is a host with containers of every kind of network.
const reachWorld = `docker run -d --name web -p 8080:80 nginx:alpine
docker run -d --name shy -p 127.0.0.1:8081:80 nginx:alpine
docker network create app
docker network create --internal inside
docker network create -o com.docker.network.bridge.enable_icc=false apart
docker run -d --name api --network app nginx:alpine
docker run -d --name db --network app -p 5353:53/udp nginx:alpine
docker run -d --name vault --network inside nginx:alpine
docker run -d --name twin --network inside nginx:alpine
docker run -d --name one --network apart nginx:alpine
docker run -d --name two --network apart nginx:alpine
docker run -d --name loner --network none nginx:alpine
docker run -d --name side --network container:api alpine:3.22 sleep 100000
docker run -d --name udp -p 9999:9999/udp alpine:3.22 sleep 100000
docker run -d --name inner redis:8 redis-server --bind 127.0.0.1 --port 70
docker run -d --name dead -p 8090:81 nginx:alpine
docker stop -t 0 $(docker run -d --name gone alpine:3.22 sleep 1000)
`

func reachHost(t *testing.T, images Images) (*Host, *Session) {
	t.Helper()
	w, err := New(Config{Seed: 1, Hosts: []HostConfig{{Images: images}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	s, err := w.Host("").NewConsole()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(reachWorld) {
		if r, err := s.Run(strings.TrimSpace(line)); err != nil || r.Exit != 0 {
			t.Fatalf("%s: %v %d\n%s", line, err, r.Exit, r.Stdout)
		}
	}
	return w.Host(""), s
}

// What Try says is what happens when the same is done by a program of the sender.
func TestTrialIsWhatHappens(t *testing.T) {
	h, s := reachHost(t, Learner)
	froms := []string{FromHost, FromLAN, "web", "api", "vault", "one", "loner", "side"}
	tos := []string{"web", "shy", "api", "db", "vault", "two", "one", "loner", "gone", "example.com", "nosuch.test"}
	for _, p := range h.Places() {
		for _, l := range p.Net.Links() {
			for _, a := range l.Addrs() {
				if a.Prefix.Addr().Is4() && !a.Prefix.Addr().IsLoopback() {
					tos = append(tos, a.Prefix.Addr().String())
				}
			}
		}
	}
	n, reached := 0, 0
	for _, from := range froms {
		for _, to := range tos {
			for _, port := range []uint16{80, 81, 8080, 8081, 0} {
				ask := Ask{From: from, To: to, Port: port}
				n++
				if compareReach(t, h, s, ask) {
					reached++
				}
			}
		}
	}
	if reached < 100 {
		t.Errorf("of %d only %d reached somebody", n, reached)
	}
}

// Behind the proxy it is the server's answer that counts: curl hears the proxy hang up.
func TestTrialByProxyIsWhatHappens(t *testing.T) {
	h, s := reachHost(t, Learner)
	for _, port := range []uint16{8080, 8081, 8090, 8091} {
		r, err := h.Try(Ask{From: FromHost, To: "127.0.0.1", Port: port})
		if err != nil {
			t.Fatal(err)
		}
		done, err := s.Run(fmt.Sprintf("curl -s -m 5 -o /dev/null 127.0.0.1:%d", port))
		if err != nil || (done.Exit == 0) != r.OK() {
			t.Errorf("port %d: exit %d, %v, but\n%s", port, done.Exit, err, r.Way)
		}
	}
}

// A datagram is answered where Try says so, and refused where it says so. No program here sends any: sockets do.
func TestTrialOfDatagramsIsWhatHappens(t *testing.T) {
	h, s := reachHost(t, Learner)
	server, err := h.place("udp")
	if err != nil {
		t.Fatal(err)
	}
	u := server.Net.NewUDP()
	if err := u.Bind(netip.MustParseAddrPort("0.0.0.0:9999")); err != nil {
		t.Fatal(err)
	}
	u.Notify(func() {
		b := make([]byte, 100)
		if n, from, err := u.RecvFrom(b); err == nil {
			u.SendTo(b[:n], from)
		}
	})
	r, _ := s.Run("docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' udp")
	at := strings.TrimSpace(r.Stdout)
	ends := map[dockernet.Outcome]int{}
	for _, a := range []Ask{
		{From: FromHost, To: "127.0.0.1", Port: 9999},
		{From: FromHost, To: at, Port: 9999},
		{From: FromLAN, To: "192.168.65.3", Port: 9999},
		{From: FromLAN, To: at, Port: 9999},
		{From: "web", To: at, Port: 9999},
		{From: "api", To: at, Port: 9999},
		{From: "api", To: "172.17.0.1", Port: 9999},
		{From: "vault", To: at, Port: 9999},
		{From: "web", To: at, Port: 9998},
		{From: "loner", To: at, Port: 9999},
		{From: "web", To: "192.168.65.3", Port: 9998},
	} {
		a.UDP = true
		x, err := h.Try(a)
		if err != nil {
			t.Fatal(err)
		}
		ends[x.Way.Outcome]++
		if got := datagram(t, h, a); got != x.Way.Outcome {
			t.Errorf("%+v: %s, but\n%s", a, got, x.Way)
		}
	}
	if ends[dockernet.Reached] < 4 || ends[dockernet.Refused] < 2 || ends[dockernet.TimedOut] < 1 {
		t.Error(ends)
	}
}

func datagram(t *testing.T, h *Host, a Ask) dockernet.Outcome {
	from, err := h.place(a.From)
	if err != nil {
		t.Fatal(err)
	}
	c := from.Net.NewUDP()
	defer c.Close()
	if err = c.Connect(netip.AddrPortFrom(netip.MustParseAddr(a.To), a.Port)); err == nil {
		_, err = c.Write([]byte("hello"))
	}
	for range 5000 {
		if err == nil {
			_, err = c.Read(make([]byte, 100))
		}
		switch err {
		case nil:
			return dockernet.Reached
		case netsim.ECONNREFUSED:
			return dockernet.Refused
		case netsim.ENETUNREACH:
			return dockernet.Unreachable
		case netsim.EAGAIN:
			err = nil
		default:
			t.Fatal(err)
		}
		h.world.sim.Advance(time.Millisecond)
	}
	return dockernet.TimedOut
}

// compareReach tries what was asked, with nc or ping.
func compareReach(t *testing.T, h *Host, s *Session, a Ask) bool {
	t.Helper()
	log, frames := h.world.sim.Log.Last(), h.world.fabric.Frames()
	r, err := h.Try(a)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	if h.world.sim.Log.Last() != log || h.world.fabric.Frames() != frames {
		t.Fatalf("%+v: something happened", a)
	}
	command := fmt.Sprintf("nc -z -w 5 %s %d", a.To, a.Port)
	if a.Port == 0 {
		command = "ping -c 1 -W 5 " + a.To
	}
	switch a.From {
	case FromHost:
	case FromLAN:
		command = "lan " + command
	default:
		command = "docker exec " + a.From + " " + command
	}
	done, err := s.Run("busybox true; " + strings.Replace(command, "nc -z", "busybox nc -z", 1))
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	if (done.Exit == 0) != r.OK() {
		way := ""
		if r.Way != nil {
			way = r.Way.String()
		}
		t.Errorf("%s: exit %d, but %v\n%s\n%s", command, done.Exit, r.Lookup, done.Stdout, way)
	}
	return r.OK()
}
