package progress_test

import (
	"errors"
	"fmt"
	"testing"

	"dockerlearn/lessons"
	"dockerlearn/progress"
)

func entry(run int, n int) progress.LabEntry {
	return progress.LabEntry{
		Lab: "two-services", Run: reviewID(monday(), uint64(run)), N: n, Data: fmt.Appendf(nil, `{"keys":"%d"}`, n),
	}
}

func TestALabIsThereAgain(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir, progress.Fresh)
	for n := range 3 {
		must(t, s.AppendLabEntry(t.Context(), entry(1, n)))
		must(t, s.AppendLabEntry(t.Context(), entry(2, n)))
	}
	must(t, s.SaveLabRun(t.Context(), progress.LabRun{Lab: "two-services", Run: reviewID(monday(), 1), Data: []byte(`{"solved": true}`)}))
	must(t, s.SaveLabRun(t.Context(), progress.LabRun{Lab: "two-services", Run: reviewID(monday(), 2), Data: []byte(`{}`)}))
	must(t, s.Close())

	s = openIn(t, dir, progress.Fine)
	runs := got[[]progress.LabRun](t)(s.LabRuns(t.Context()))
	if len(runs) != 2 || string(runs[1].Data) != `{"solved":true}` {
		t.Errorf("runs: %+v", runs)
	}
	all := got[[]progress.LabEntry](t)(s.LabEntries(t.Context(), "two-services", reviewID(monday(), 1)))
	for n, e := range all {
		if e.N != n || string(e.Data) != fmt.Sprintf(`{"keys":"%d"}`, n) {
			t.Errorf("entry %d: %+v", n, e)
		}
	}
	if len(all) != 3 {
		t.Errorf("%d entries", len(all))
	}
}

func TestTwoWindowsAtOneLab(t *testing.T) {
	dir := t.TempDir()
	first, second := openIn(t, dir, progress.Fresh), openIn(t, dir, progress.Fine)
	must(t, first.AppendLabEntry(t.Context(), entry(1, 0)))
	other := entry(1, 0)
	other.Data = []byte(`{"keys":"other"}`)
	if err := second.AppendLabEntry(t.Context(), other); !errors.Is(err, progress.ErrConflict) {
		t.Errorf("the second window's entry: %v", err)
	}
	all := got[[]progress.LabEntry](t)(second.LabEntries(t.Context(), "two-services", entry(1, 0).Run))
	if len(all) != 1 || string(all[0].Data) != `{"keys":"0"}` {
		t.Errorf("entries: %+v", all)
	}
}

func TestALabSurvivesADamagedFile(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir, progress.Fresh)
	for n := range 40 {
		must(t, s.AppendLabEntry(t.Context(), entry(1, n)))
	}
	must(t, s.Close())
	change(t, s.Path(), func(b []byte) []byte { return append([]byte("garbage"), b[7:]...) })
	s = openIn(t, dir, progress.Restored)
	if all := got[[]progress.LabEntry](t)(s.LabEntries(t.Context(), "two-services", entry(1, 0).Run)); len(all) != 40 {
		t.Errorf("%d of 40 entries", len(all))
	}
	if c := s.Condition(); c.Gone != 0 {
		t.Errorf("answers are said to be lost: %+v", c)
	}
}

func TestALabWithoutAnID(t *testing.T) {
	s := openMemory(t)
	if err := s.AppendLabEntry(t.Context(), progress.LabEntry{Lab: "x", Run: "1", Data: []byte(`{}`)}); err == nil {
		t.Error("an entry of no run was stored")
	}
	if err := s.SaveLabRun(t.Context(), progress.LabRun{Lab: lessons.LabID("x"), Run: reviewID(monday(), 1), Data: []byte(`{`)}); err == nil {
		t.Error("what is no JSON was stored")
	}
}
