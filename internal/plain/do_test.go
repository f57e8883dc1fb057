package plain

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"dockerlearn"
	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// didIt is a do question of the built-in course, answered with what is typed. Each look at the clock takes a while.
func didIt(t *testing.T, lang lessons.Lang, each time.Duration, typed string) (printed string, log []quiz.Review) {
	t.Helper()
	now := studytest.Start
	clock := func() time.Time { now = now.Add(each); return now }
	ctx := context.Background()
	store, err := progress.Open(ctx, progress.Options{Dir: t.TempDir(), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	course, _ := lessons.Load(dockerlearn.Content())
	s := study.New(course, nil, store, clock)
	x, err := s.Practise(ctx, "use-existing-volume-09")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Sit(ctx, Options{Study: s, In: strings.NewReader(typed), Out: &out, Lang: lang, Now: clock, Width: 76}, x); err != nil {
		t.Fatal(err)
	}
	log, err = store.Recent(ctx, 100)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), log
}

func TestADoQuestion(t *testing.T) {
	const right = "docker run -d --name reader -v rates:/rates:ro alpine sleep 1d\n"
	for _, c := range []struct {
		name, typed string
		lang        lessons.Lang
		each        time.Duration
		shows       []string
		rating      quiz.Rating // 0: nothing is answered
	}{
		{"in time", "\n" + right + "\nb\n", lessons.EN, time.Millisecond, []string{"Your time runs: 1 min.", "Solved.", "Right.", "Counts as good"}, quiz.Good},
		{"late", "\n" + right + "\nb\n", lessons.ZH, time.Minute + time.Second, []string{"开始计时", "完成。", "正确。", "计为“困难”"}, quiz.Hard},
		{"left undone", "\n:h\ndocker volume ls\n:b\nb\n", lessons.EN, time.Millisecond, []string{"There are no hints", "[missing] reader is running", "One way to do it"}, quiz.Again},
		{"only looked at", "\n:b\nb\n", lessons.EN, time.Millisecond, []string{"Nothing was done"}, 0},
		{"given up", "d\nb\n", lessons.EN, time.Millisecond, []string{"Here is the answer", "-v rates:/rates:ro"}, quiz.Again},
		{"left out", "x\n", lessons.EN, time.Millisecond, nil, 0},
		{"typed at the card", "docker ps\nb\n", lessons.EN, time.Millisecond, []string{"Enter opens a host"}, 0},
	} {
		out, log := didIt(t, c.lang, c.each, c.typed)
		for _, text := range c.shows {
			if !strings.Contains(out, text) {
				t.Errorf("%s: %q was not said:\n%s", c.name, text, out)
			}
		}
		if (len(log) > 0) != (c.rating > 0) || len(log) > 0 && log[0].Rating != c.rating {
			t.Errorf("%s: stored %+v\n%s", c.name, log, out)
		}
	}
}

// A card that a lab brought back says why, can be put away, and tells what is true only after the answer.
func TestACardThatALabBroughtBack(t *testing.T) {
	for _, c := range []struct {
		lang         lessons.Lang
		typed        string
		shows, hides []string
		answers      int
	}{
		{lessons.EN, ":-\n", []string{`In the lab "What the till remembers"`, "done: put away"}, []string{"made empty"}, 0},
		{lessons.ZH, ":d\nb\n", []string{"做实验《收银机还记得什么》时", "再启动时是空的"}, nil, 1},
	} {
		ctx, clock := context.Background(), &studytest.Clock{}
		store, err := progress.Open(ctx, progress.Options{Dir: t.TempDir(), Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		course, _ := lessons.Load(dockerlearn.Content())
		s := study.New(course, nil, store, clock.Now)
		var out bytes.Buffer
		o := Options{
			Study: s, In: strings.NewReader("docker restart -t 0 till\n:b\n"), Out: &out, Lang: c.lang, Now: clock.Now, Width: 200,
		}
		if err := Lab(ctx, o, "rw-lifecycle", true); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
		x, err := s.Begin(ctx, study.Wish{Mode: quiz.Today})
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		out.Reset()
		o.In = strings.NewReader(c.typed)
		if err := Sit(ctx, o, x); err != nil {
			t.Fatal(err)
		}
		for _, text := range c.shows {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%q was not said:\n%s", text, out.String())
			}
		}
		for _, text := range c.hides {
			if strings.Contains(out.String(), text) {
				t.Errorf("%q was said:\n%s", text, out.String())
			}
		}
		if log, err := store.Recent(ctx, 10); err != nil || len(log) != c.answers {
			t.Errorf("%v: stored %+v", err, log)
		}
		_ = store.Close()
	}
}
