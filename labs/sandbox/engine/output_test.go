package engine_test

import (
	"testing"

	"dockerlearn/labs/sandbox/engine/enginetest"
	"dockerlearn/labs/sandbox/sim"
)

// What a container prints goes to its log, which the disk bounds, and to its clients at their pace: all of it together
// may be more than the world's output.
func TestContainerOutputDoesNotCount(t *testing.T) {
	m := enginetest.New(t, enginetest.Config{Limits: sim.Limits{Output: 1 << 10}})
	for range 3 {
		if r := m.Run("busybox", "sh", "-c", "dd if=/dev/zero bs=4k count=4"); len(r.Stdout) != 4*4096 || r.Code != 0 {
			t.Fatalf("%d bytes, exit code %d, %v", len(r.Stdout), r.Code, r.Err)
		}
	}
}
