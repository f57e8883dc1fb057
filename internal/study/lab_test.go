package study_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/labs"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// workshop is a course with a lesson and two labs.
func workshop(t *testing.T, setup string) *lessons.Course {
	t.Helper()
	lab := func(id, title string) string {
		return "---\nid: " + id + "\nlevel: basic\nminutes: 2\n---\n\n# " + title + "\n\nMake it.\n\n```setup\n" + setup + "\n```\n\n" +
			"```check\nexists volume tank\nfile host:/root/lab/done exists\n```\n\n" +
			"```mistakes\nexists volume tnak -> - | A name is a name.\n```\n\n" +
			"## Hints {#hints}\n\n1. One.\n2. `docker volume create tank`\n\n" +
			"## Solutions {#solutions}\n\n```solution\ndocker volume create tank\ntouch done\n```\n\n## What happened {#debrief}\n\nIt is there.\n"
	}
	lesson := "---\nid: one\ntopic: t\nlevel: basic\nasked: often\nminutes: 1\nlabs: [tank]\n---\n\n# One?\n\n## Answer {#answer}\n\nYes.\n"
	course, _ := lessons.Load(fstest.MapFS{
		"course.yaml": {Data: []byte("id: c\nversion: \"1\"\ntitle: {en: C}\nlanguages: [en]\ntopics:\n" +
			"  - {id: t, title: {en: T}, lessons: [one]}\nlabs:\n  - {id: g, title: {en: G}, labs: [tank, pool]}\n")},
		"t/one.en.md":     {Data: []byte(lesson)},
		"labs/tank.en.md": {Data: []byte(lab("tank", "A tank"))},
		"labs/pool.en.md": {Data: []byte(lab("pool", "A pool"))},
	})
	if len(course.AllLabs()) != 2 {
		t.Fatalf("the course has %d labs", len(course.AllLabs()))
	}
	return course
}

// at is somebody whose progress is in a folder, with that course.
func at(t *testing.T, dir string, clock *studytest.Clock, setup string) (*study.Study, *progress.Store) {
	t.Helper()
	store, err := progress.Open(context.Background(), progress.Options{Dir: dir, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return study.New(workshop(t, setup), nil, store, clock.Now), store
}

func openLab(t *testing.T, s *study.Study, id lessons.LabID, fresh bool) *study.LabSitting {
	t.Helper()
	x, err := s.OpenLab(context.Background(), id, fresh)
	if err != nil {
		t.Fatal(err)
	}
	x.AdvanceTo(x.Elapsed() + time.Second)
	return x
}

func typeAt(t *testing.T, x *study.LabSitting, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if err := x.Type([]byte(l + "\r")); err != nil {
			t.Fatal(err)
		}
		x.AdvanceTo(x.Elapsed() + time.Second)
	}
}

func met(t *testing.T, x *study.LabSitting) (n int) {
	t.Helper()
	found, err := x.Check()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.State == labs.Met {
			n++
		}
	}
	return n
}

const empty = "true"

func TestALabGoesOnWhereItWasKilled(t *testing.T) {
	dir, clock := t.TempDir(), &studytest.Clock{}
	s, store := at(t, dir, clock, empty)
	x := openLab(t, s, "tank", false)
	typeAt(t, x, "docker volume create tank", "docker volume create tnak")
	if n := met(t, x); n != 1 {
		t.Fatalf("%d conditions hold", n)
	}
	// Nothing is closed: the process is gone.
	_ = store.Close()

	clock.Advance(time.Hour)
	s, _ = at(t, dir, clock, empty)
	if all, err := s.Labs(context.Background()); err != nil || !all[0].Labs[0].Begun || all[0].Labs[1].Begun || all[0].Solved != 0 {
		t.Errorf("%+v, %v", all[0], err)
	}
	x = openLab(t, s, "tank", false)
	if n := met(t, x); n != 1 || len(x.Timeline()) != 2 {
		t.Errorf("%d conditions hold after %+v", n, x.Timeline())
	}
	if err := x.Go(1); err != nil {
		t.Fatal(err)
	}
	typeAt(t, x, "touch done")
	if n := met(t, x); n != 2 {
		t.Errorf("%d conditions hold", n)
	}
}

func TestASolvedLab(t *testing.T) {
	clock := &studytest.Clock{}
	s, _ := at(t, t.TempDir(), clock, empty)
	next := func() lessons.LabID {
		all, err := s.Labs(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return study.NextLab(all).Lab.ID
	}
	if next() != "tank" || s.LabOf(context.Background(), "one") != "tank" {
		t.Errorf("first comes %s", next())
	}
	x := openLab(t, s, "tank", false)
	for _, err := range []error{x.Hinted(1), x.Hinted(2), x.Hinted(1)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	typeAt(t, x, "docker volume create tank", "touch done")
	if met(t, x) != 2 || x.Solve() != nil || x.Close() != nil {
		t.Fatal("it is not solved")
	}
	clock.Advance(time.Hour)
	all, _ := s.Labs(context.Background())
	if p := all[0].Labs[0]; !p.Solved || p.Begun || p.Hints != 2 || all[0].Solved != 1 {
		t.Errorf("%+v", p)
	}
	if next() != "pool" {
		t.Errorf("next comes %s", next())
	}
	x = openLab(t, s, "tank", false)
	if met(t, x) != 0 || x.Record().Hints != 0 {
		t.Error("a solved lab did not begin anew")
	}
}

func TestALabWhoseSetupChangedBeginsAnew(t *testing.T) {
	dir, clock := t.TempDir(), &studytest.Clock{}
	s, store := at(t, dir, clock, empty)
	typeAt(t, openLab(t, s, "tank", false), "touch done")
	_ = store.Close()
	clock.Advance(time.Hour)
	s, _ = at(t, dir, clock, "docker volume create other")
	if n := len(openLab(t, s, "tank", false).Timeline()); n != 0 {
		t.Errorf("%d steps of another lab", n)
	}
}

func TestAFreshLabLeavesTheOldOne(t *testing.T) {
	dir, clock := t.TempDir(), &studytest.Clock{}
	s, store := at(t, dir, clock, empty)
	typeAt(t, openLab(t, s, "tank", false), "touch done")
	clock.Advance(time.Hour)
	typeAt(t, openLab(t, s, "tank", true), "docker volume create tank")
	runs, err := store.LabRuns(context.Background())
	if err != nil || len(runs) != 2 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}

func TestTwoWindowsAtOneLab(t *testing.T) {
	dir, clock := t.TempDir(), &studytest.Clock{}
	s, _ := at(t, dir, clock, empty)
	typeAt(t, openLab(t, s, "tank", false), "touch first")
	other, store := at(t, dir, clock, empty)
	x, y := openLab(t, s, "tank", false), openLab(t, other, "tank", false)
	typeAt(t, x, "touch x")
	typeAt(t, y, "touch y")
	if x.Parted() || !y.Parted() || y.Parted() {
		t.Error("the second window was not told once that it is on its own")
	}
	for name, want := range map[string]*study.LabSitting{"x": x, "y": y} {
		if steps := want.Timeline(); len(steps) != 2 || steps[1].Line != "touch "+name {
			t.Errorf("%s: %+v", name, steps)
		}
	}
	runs, err := store.LabRuns(context.Background())
	if err != nil || len(runs) != 2 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}

func TestBranches(t *testing.T) {
	s, _ := at(t, t.TempDir(), &studytest.Clock{}, empty)
	x := openLab(t, s, "tank", false)
	typeAt(t, x, "docker volume create tank", "touch wrong")
	if x.Forked() {
		t.Error("it is forked before it was")
	}
	if err := x.Fork(1); err != nil {
		t.Fatal(err)
	}
	x.AdvanceTo(x.Elapsed() + time.Second)
	typeAt(t, x, "touch done")
	if n := met(t, x); n != 2 || !x.Forked() {
		t.Errorf("%d conditions hold in the fork", n)
	}
	there, err := x.Glance(-1)
	if err != nil || len(there.Steps) != 2 || there.Steps[1].Line != "touch wrong" {
		t.Errorf("the other branch: %+v, %v", there.Steps, err)
	}
	if before, err := x.Glance(0); err != nil || len(before.Picture.Volumes) != 0 {
		t.Errorf("before the first step: %+v, %v", before.Picture, err)
	}
	for _, want := range []string{"touch wrong", "touch done", "touch wrong"} {
		if err := x.Swap(); err != nil {
			t.Fatal(err)
		}
		x.AdvanceTo(x.Elapsed() + time.Second)
		if steps := x.Timeline(); steps[len(steps)-1].Line != want {
			t.Errorf("after a swap: %+v, want %s", steps, want)
		}
	}
}

func TestALabThatCannotBeKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "progress")
	clock := &studytest.Clock{}
	s, store := at(t, dir, clock, empty)
	typeAt(t, openLab(t, s, "tank", false), "touch done")
	_ = store.Close()
	only, err := progress.Open(context.Background(), progress.Options{Dir: dir, Now: clock.Now, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer only.Close()
	x := openLab(t, study.New(workshop(t, empty), nil, only, clock.Now), "tank", false)
	if err := x.Type([]byte("docker volume create tank\r")); !errors.Is(err, progress.ErrReadOnly) {
		t.Errorf("it was kept: %v", err)
	}
	x.AdvanceTo(x.Elapsed() + time.Second)
	if n := met(t, x); n != 2 {
		t.Errorf("%d conditions hold: the lab does not go on", n)
	}
	if _, err := s.OpenLab(context.Background(), "nothing", false); !errors.Is(err, study.ErrNoLab) {
		t.Errorf("a lab that there is not: %v", err)
	}
}
