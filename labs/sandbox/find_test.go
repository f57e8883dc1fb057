package sandbox_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox"
)

// A task's directory once had a directory of tasks again, and so on, until the name was too long.
func TestFindInProcEnds(t *testing.T) {
	w, err := sandbox.New(sandbox.Config{Hosts: []sandbox.HostConfig{{}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s, err := w.Host("").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run("find /proc/self/task")
	if err != nil || r.Exit != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, path := range strings.Fields(r.Stdout) {
		if strings.Count(path, "/task") > 1 {
			t.Errorf("a task has tasks: %s", path)
		}
	}
	if !strings.Contains(r.Stdout, "/status\n") {
		t.Errorf("a task has no status:\n%s", r.Stdout)
	}
}
