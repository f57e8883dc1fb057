package netsim_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// benchPing measures an echo request and its answer.
func benchPing(b *testing.B, w *world, from *netsim.Stack, to string) {
	x := from.NewPing(false)
	m := packet.ICMP{Type: packet.EchoRequest, Payload: make([]byte, 56)}
	ping := func() {
		w.must(x.SendTo(m, addr(to), 0))
		for {
			w.sim.Advance(20 * time.Microsecond)
			if _, err := x.RecvFrom(); err == nil {
				return
			}
		}
	}
	w.ping(from, to)
	b.ReportAllocs()
	for b.Loop() {
		ping()
	}
}

func BenchmarkPing(b *testing.B) {
	b.Run("lo", func(b *testing.B) {
		w := newWorld(b)
		benchPing(b, w, w.NewStack("s"), "127.0.0.1")
	})
	b.Run("bridge", func(b *testing.B) {
		w := newWorld(b)
		_, c := w.lan(2)
		benchPing(b, w, c[0], "10.0.0.3")
	})
	b.Run("traced", func(b *testing.B) {
		w := newWorld(b)
		_, c := w.lan(2)
		n := 0
		w.Trace(func(netsim.Hop) { n++ })
		benchPing(b, w, c[0], "10.0.0.3")
	})
	b.Run("captured", func(b *testing.B) {
		w := newWorld(b)
		_, c := w.lan(2)
		n := 0
		c[0].Capture("eth0", func(time.Time, netsim.Direction, *netsim.Link, *packet.Frame) { n++ })
		benchPing(b, w, c[0], "10.0.0.3")
	})
	b.Run("routed", func(b *testing.B) {
		w := newWorld(b)
		a, _, _, _ := w.chain()
		benchPing(b, w, a, "10.0.3.2")
	})
	b.Run("beside 1000 idle", func(b *testing.B) {
		w := newWorld(b)
		_, c := w.lan(1000)
		w.ping(c[0], "10.0.0.3")
		benchPing(b, w, c[0], "10.0.0.3")
	})
}

func BenchmarkStacks(b *testing.B) {
	b.Run("1000 namespaces", func(b *testing.B) {
		for b.Loop() {
			f := netsim.New(sim.New(sim.Config{}))
			for i := range 1000 {
				f.NewStack(fmt.Sprint(i))
			}
		}
	})
	b.Run("1000 on a bridge", func(b *testing.B) {
		for b.Loop() {
			newWorld(b).lan(1000)
		}
	})
}

// BenchmarkIdleMemory reports what an idle namespace holds, alone and with a cable to a bridge.
func BenchmarkIdleMemory(b *testing.B) {
	const n = 1000
	measure := func(make func() any) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		keep := make()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(keep)
		return float64(after.HeapAlloc-before.HeapAlloc) / n
	}
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(measure(func() any {
				f := netsim.New(sim.New(sim.Config{}))
				var all []*netsim.Stack
				for range n {
					all = append(all, f.NewStack("s"))
				}
				return all
			}), "B/namespace")
		}
	})
	b.Run("connected", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(measure(func() any {
				host, all := newWorld(b).lan(n)
				return append(all, host)
			}), "B/namespace")
		}
	})
}

// BenchmarkTCP sends through a bridge, with a reader that takes all.
func BenchmarkTCP(b *testing.B) {
	w := newWorld(b)
	_, c := w.lan(2)
	l := w.listen(c[1], "0.0.0.0:80", 1)
	x := c[0].NewTCP()
	x.Connect(addrPort("10.0.0.3:80"))
	w.run(time.Second)
	y, err := l.Accept()
	w.must(err)
	const chunk = 64 << 10
	data, buf := make([]byte, chunk), make([]byte, chunk)
	b.SetBytes(chunk)
	b.ReportAllocs()
	for b.Loop() {
		sent, got := 0, 0
		for got < chunk {
			if sent < chunk {
				n, _ := x.Write(data[sent:])
				sent += n
			}
			w.sim.Advance(15 * time.Microsecond)
			for {
				n, err := y.Read(buf)
				if err != nil || n == 0 {
					break
				}
				got += n
			}
		}
	}
}
