package shell_test

import (
	"fmt"
	"hash/fnv"
	"testing"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

// replay is everything that a script leaves: what it printed, how it ended, and every event with its time.
func replay(t testing.TB, sc script, f shell.Flavour) uint64 {
	m, r := oursOn(t, sc, f, 11)
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %q %d %d\n", r.Stdout, r.Stderr, r.Code, m.Sim.Steps())
	for e := range m.Sim.Log.Since(0) {
		fmt.Fprintln(h, e.ID, e.At.UnixNano(), e, e.Because)
	}
	return h.Sum64()
}

func TestScriptsLeaveTheSameBytesEachTime(t *testing.T) {
	times := 20
	if testing.Short() {
		times = 2
	}
	for _, topic := range topics(t) {
		for i, sc := range readScripts(t, topic) {
			if testing.Short() && i%10 != 0 {
				continue
			}
			for _, f := range sc.flavours {
				first := replay(t, sc, f)
				for range times - 1 {
					if replay(t, sc, f) != first {
						t.Errorf("%s/%s %v leaves something else the second time", topic, sc.name, f)
						break
					}
				}
			}
		}
	}
}

// FuzzScripts: whatever is taken for a script ends, without a bug of ours.
func FuzzScripts(f *testing.F) {
	for _, topic := range topics(f) {
		for _, sc := range readScripts(f, topic) {
			f.Add(sc.text, byte(len(sc.text)))
		}
	}
	f.Fuzz(func(t *testing.T, text string, flavour byte) {
		programs := smallPrograms()
		programs["sh"] = shell.Program(shell.Config{Flavour: flavours[int(flavour)%len(flavours)]})
		m := proctest.New(t, proctest.Config{
			Programs: programs, Dir: "/srv", Held: 16 << 20, Files: map[string]string{"/srv/script": text},
			Limits: sim.Limits{Steps: 100000, Bytes: 16 << 20, Processes: 200, Output: 1 << 20},
		})
		p := m.Start(proc.Spec{Args: []string{"sh", "./script"}, Files: map[int]proc.Handle{
			1: m.Kernel.NewOutput(func([]byte) {}), 2: m.Kernel.NewOutput(func([]byte) {}),
		}})
		m.Sim.Run(p.Done)
		for e := range m.Sim.Log.Since(0) {
			if e.Rule == "proc.bug" {
				t.Fatalf("%s", e)
			}
		}
	})
}
