package app_test

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// wall is a clock that a test moves, and what waits for it.
type wall struct {
	now     time.Time
	waiting []func(time.Time) tea.Msg
}

func (w *wall) tick(_ time.Duration, then func(time.Time) tea.Msg) tea.Cmd {
	w.waiting = append(w.waiting, then)
	return nil
}

// pass lets a time pass in steps of 50 ms.
func (w *wall) pass(d *tuitest.Driver, span time.Duration) {
	for end := w.now.Add(span); w.now.Before(end); {
		w.now = w.now.Add(50 * time.Millisecond)
		waiting := w.waiting
		w.waiting = nil
		for _, then := range waiting {
			d.Send(then(w.now))
		}
	}
}

// A do question is answered at a host of its own, and its card says what that counts for.
func TestADoQuestionIsDone(t *testing.T) {
	for _, c := range []struct {
		lang   lessons.Lang
		first  time.Duration // before anything is typed
		shows  []string
		rating quiz.Rating
	}{
		{lessons.EN, time.Second, []string{"✓ Right"}, quiz.Good},
		{lessons.ZH, 70 * time.Second, []string{"✓ 正确", "所以计为“困难”"}, quiz.Hard},
	} {
		w := &wall{now: tuitest.Now()}
		store, err := progress.Open(context.Background(), progress.Options{Dir: t.TempDir(), Now: func() time.Time { return w.now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		course, _ := lessons.Load(dockerlearn.Content())
		s := study.New(course, nil, store, func() time.Time { return w.now })
		d := tuitest.Start(t, app.State{
			Study: s, Lang: c.lang, Tick: w.tick, Open: screen.OpenDrill{Questions: []lessons.QuestionID{"use-existing-volume-09"}},
		}, 80, 24)
		d.Shows("1:00").Press("enter")
		w.pass(d, c.first)
		d.Type("docker run -d --name reader -v rates:/rates:ro alpine sleep 1d").Press("enter")
		w.pass(d, 5*time.Second)
		d.Shows(screen.Say{EN: "Enter goes back", ZH: "回到题目"}.In(c.lang)).Press("enter").Shows(c.shows...)
		log, err := store.Recent(context.Background(), 10)
		if err != nil || len(log) != 1 || log[0].Rating != c.rating {
			t.Errorf("%v: %+v", err, log)
		}
	}
}

// Who leaves before it is done has answered too.
func TestADoQuestionIsLeft(t *testing.T) {
	course, _ := lessons.Load(dockerlearn.Content())
	store, err := progress.Open(context.Background(), progress.Options{Dir: t.TempDir(), Now: tuitest.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	w := &wall{now: tuitest.Now()}
	d := tuitest.Start(t, app.State{
		Study: study.New(course, nil, store, func() time.Time { return w.now }), Tick: w.tick,
		Open: screen.OpenDrill{Questions: []lessons.QuestionID{"use-existing-volume-09"}},
	}, 80, 24)
	d.Press("enter")
	w.pass(d, time.Second)
	d.Press("ctrl+o", "h").Shows("no hints").Type("docker run -d --name reader alpine sleep 1d").Press("enter")
	w.pass(d, 3*time.Second)
	d.Shows("left").Press("ctrl+o", "z")
	w.pass(d, time.Second)
	d.Type("docker volume ls").Press("enter")
	w.pass(d, 3*time.Second)
	d.Press("ctrl+o", "q").Shows("One way to do it", "-v rates:/rates:ro", "again")
}

// A mistake in a lab is a card of today's review, on the home screen of who has read nothing yet too.
func TestHomeCountsWhatLabsBringBack(t *testing.T) {
	course, _ := lessons.Load(dockerlearn.Content())
	store, err := progress.Open(context.Background(), progress.Options{Dir: t.TempDir(), Now: tuitest.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	now := tuitest.Now()
	s := study.New(course, nil, store, func() time.Time { now = now.Add(time.Second); return now })
	x, err := s.OpenLab(context.Background(), "rw-lifecycle", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Type([]byte("docker restart -t 0 till\r")); err != nil {
		t.Fatal(err)
	}
	x.AdvanceTo(x.Elapsed() + time.Minute)
	if _, err := x.Check(); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	for lang, says := range map[lessons.Lang]string{lessons.EN: "1 from labs", lessons.ZH: "实验带回 1 题"} {
		tuitest.Start(t, app.State{Study: s, Lang: lang}, 80, 24).Shows(says)
	}
	tuitest.Start(t, app.State{Study: s}, 80, 24).Press("2").Shows("from a lab", "you acted on this", "ctrl+l puts it away")
}
