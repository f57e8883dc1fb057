package engine_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/engine/enginetest"
)

// docker run --rm busybox true, without the docker command.
func BenchmarkRunTrue(b *testing.B) {
	m := enginetest.New(b, enginetest.Config{})
	for b.Loop() {
		if r := m.Run("busybox", "true"); r.Code != 0 || r.Err != nil {
			b.Fatalf("%+v", r)
		}
	}
}

func BenchmarkExecTrue(b *testing.B) {
	m := enginetest.New(b, enginetest.Config{})
	m.Start("c1", "sleep", "1000000000")
	for b.Loop() {
		if r := m.Exec("c1", "true"); r.Code != 0 {
			b.Fatalf("%+v", r)
		}
	}
}

// created makes n containers that do not run.
func created(b *testing.B, n int) *enginetest.Machine {
	m := enginetest.New(b, enginetest.Config{})
	m.Do(func(c api.Caller) {
		for range n {
			_, err := m.Engine.ContainerCreate(api.Caller{}, api.ContainerCreateOptions{
				Config: &api.ContainerConfig{Image: "busybox", Cmd: []string{"sleep", "300"}},
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	return m
}

func BenchmarkList(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := created(b, n)
			for b.Loop() {
				if list, err := m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: true}); len(list) != n ||
					err != nil {
					b.Fatal(len(list), err)
				}
			}
		})
	}
}

// What starting and removing one more costs beside 10,000 others.
func BenchmarkRunTrueBeside(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := created(b, n)
			for b.Loop() {
				if r := m.Run("busybox", "true"); r.Code != 0 {
					b.Fatalf("%+v", r)
				}
			}
		})
	}
}

// What a container holds of our memory: created, and running and idle.
func BenchmarkMemory(b *testing.B) {
	const n = 1000
	held := func(f func() *enginetest.Machine) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		m := f()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(m)
		return float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse) / n
	}
	for b.Loop() {
		b.ReportMetric(held(func() *enginetest.Machine { return created(b, n) }), "B/created")
		b.ReportMetric(held(func() *enginetest.Machine {
			m := created(b, n)
			list, _ := m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
			for _, s := range list {
				if err := m.Engine.ContainerStart(api.Caller{}, s.ID); err != nil {
					b.Fatal(err)
				}
			}
			m.Advance(time.Second)
			return m
		}), "B/running")
	}
}
