package bench_test

import (
	"fmt"
	"testing"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/lessons"
)

// ask sits down at the host of a question that has a minute. The function moves the wall's clock.
func ask(t *testing.T, l lessons.Lang) (d *screentest.Driver, pass func(time.Duration)) {
	t.Helper()
	d = screentest.New(t, l, 80, 24)
	wall := time.Unix(0, 0)
	lab := task()
	for _, w := range lab.Words {
		w.Hints = nil
	}
	d.Show(bench.New(bench.Options{
		Task: lab, Lab: newLab(), Cache: &render.Cache{}, Tick: d.Tick, Now: func() time.Time { return wall },
		Question: &bench.Question{ID: "q", Limit: time.Minute},
	}))
	return d, func(span time.Duration) { d.Pass(span, func(by time.Duration) { wall = wall.Add(by) }) }
}

// A question's time runs on the wall, stops when all holds, and leaving says what was reached.
func TestAQuestion(t *testing.T) {
	for _, l := range []lessons.Lang{lessons.EN, lessons.ZH} {
		d, pass := ask(t, l)
		name := func(s string) string { return fmt.Sprintf("80x24/question-%s-%s", s, l) }
		pass(20 * time.Second)
		d.Golden(name("begun")).Press("ctrl+o", "h")
		if d.Notice.EN != "There are no hints to this one." {
			t.Errorf("told %q", d.Notice.EN)
		}
		pass(50 * time.Second)
		d.Golden(name("late")).Type("docker network connect appnet web").Press("enter")
		pass(5 * time.Second)
		d.Golden(name("solved"))
		pass(time.Minute)
		d.Press("enter")
		did, ok := screentest.Last[screen.Did](d)
		if !ok || did.Question != "q" || did.Took < 70*time.Second || did.Took > 76*time.Second || len(did.Lines) != 1 {
			t.Errorf("told %+v", did)
		}
		for i, met := range did.Met {
			if !met {
				t.Errorf("condition %d does not hold", i)
			}
		}
	}
}

func TestAQuestionIsLeft(t *testing.T) {
	d, pass := ask(t, lessons.EN)
	d.Type("docker ps").Press("enter")
	pass(10 * time.Second)
	d.Press("ctrl+o", "q")
	did, ok := screentest.Last[screen.Did](d)
	if !ok || fmt.Sprint(did.Met) != "[true true false false]" || did.Took < 9*time.Second || len(did.Lines) != 1 {
		t.Errorf("told %+v", did)
	}
}
