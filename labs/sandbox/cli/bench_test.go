package cli_test

import (
	"fmt"
	"testing"

	"dockerlearn/labs/sandbox/api"
)

// docker run --rm alpine true, typed at a shell: parse, create, start, attach, wait, remove.
func BenchmarkRun(b *testing.B) {
	h := newHost(b)
	for b.Loop() {
		if r := h.run("docker run --rm alpine true"); r.Exit != 0 {
			b.Fatal(r.Stderr)
		}
	}
}

func BenchmarkExec(b *testing.B) {
	h := newHost(b)
	h.run("docker run -d --name web busybox sleep 30000000")
	for b.Loop() {
		if r := h.run("docker exec web true"); r.Exit != 0 {
			b.Fatal(r.Stderr)
		}
	}
}

// docker ps -a with 1,000 containers.
func BenchmarkList(b *testing.B) {
	h := newHost(b)
	for i := range 1000 {
		_, err := h.engine.ContainerCreate(api.Caller{}, api.ContainerCreateOptions{
			Name: fmt.Sprintf("box%d", i), Config: &api.ContainerConfig{Image: "busybox"},
			HostConfig: &api.HostConfig{},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		h.run("docker ps -a")
	}
}

// The tree of commands is made once for a machine.
func BenchmarkUsageError(b *testing.B) {
	h := newHost(b)
	for b.Loop() {
		h.run("docker run --nosuch")
	}
}
