package study_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// begin starts a session with the questions of the small course's first lesson.
func begin(t *testing.T, l *studytest.Learner, w study.Wish) *study.Sitting {
	t.Helper()
	x, err := l.Begin(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// right is the answer that an expert gives.
func right(q *lessons.Question) quiz.Answer {
	a := quiz.Answer{Lang: lessons.EN}
	w := q.In(lessons.EN)
	for i, r := range q.Right {
		if r {
			a.Choices = append(a.Choices, i)
		}
	}
	for i := range w.Steps {
		a.Order = append(a.Order, i)
	}
	for _, part := range w.Cloze {
		if len(part.Accept) > 0 {
			a.Gaps = append(a.Gaps, part.Accept[0])
		}
	}
	for i, p := range w.Rubric {
		if p.Weight > 0 {
			a.Ticks = append(a.Ticks, i)
		}
	}
	if len(w.Accept) > 0 {
		a.Text = w.Accept[0]
	}
	return a
}

func answer(t *testing.T, l *studytest.Learner, x *study.Sitting, a func(*lessons.Question) quiz.Answer) study.Answered {
	t.Helper()
	turn := x.Turn()
	if turn.State != quiz.Asking && turn.State != quiz.Waiting {
		t.Fatalf("nothing is asked: %+v", turn)
	}
	l.Clock.Advance(20 * time.Second)
	got := x.Answer(context.Background(), turn, study.Given{Answer: a(turn.Item.Question), Confidence: quiz.Sure, Elapsed: 20 * time.Second})
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	return got
}

func giveUp(*lessons.Question) quiz.Answer { return quiz.Answer{GaveUp: true} }

func TestEveryKindCanBeAnsweredRight(t *testing.T) {
	l := studytest.New(t)
	x := begin(t, l, study.Wish{Mode: quiz.Topic, Topics: []lessons.TopicID{"storage"}})
	kinds := map[lessons.Kind]bool{}
	for x.Turn().State == quiz.Asking {
		a := answer(t, l, x, right)
		kinds[a.Turn.Item.Question.Kind] = true
		if a.Grade.Verdict != quiz.Right || a.Review.Rating != quiz.Good {
			t.Errorf("%s: %v, rated %v", a.Review.Question, a.Grade.Verdict, a.Review.Rating)
		}
		if stored, err := l.Store.Card(context.Background(), a.Review.Question); err != nil || stored != a.Card {
			t.Errorf("%s: stored %+v, told %+v, %v", a.Review.Question, stored, a.Card, err)
		}
	}
	if len(kinds) != 5 {
		t.Errorf("kinds asked: %v", kinds)
	}
	f := x.Finish(context.Background())
	if f.Err != nil || f.Report.Right != 5 || f.Change != nil {
		t.Errorf("finished: %+v", f)
	}
}

func TestUndoRestoresTheCard(t *testing.T) {
	l := studytest.New(t)
	x := begin(t, l, study.Wish{Mode: quiz.Lesson, Lesson: "layers"})
	a := answer(t, l, x, giveUp)
	if a.Review.Rating != quiz.Again {
		t.Errorf("giving up counts as %v", a.Review.Rating)
	}
	undone, err := x.Undo(context.Background())
	if err != nil || undone.ID != a.Review.ID {
		t.Fatal(undone, err)
	}
	card, err := l.Store.Card(context.Background(), a.Review.Question)
	if err != nil || card.State != quiz.New || card.Reps != 0 {
		t.Errorf("the card is %+v, %v", card, err)
	}
	if turn := x.Turn(); turn.Item.Question.ID != a.Review.Question {
		t.Errorf("asked next: %s", turn.Item.Question.ID)
	}
	if _, err := x.Undo(context.Background()); !errors.Is(err, study.ErrNothingToUndo) {
		t.Errorf("undoing nothing: %v", err)
	}
}

func TestRegradeCountsInsteadOfTheFirstRating(t *testing.T) {
	l := studytest.New(t)
	x := begin(t, l, study.Wish{Mode: quiz.Lesson, Lesson: "layers"})
	a := answer(t, l, x, right)
	easy := x.Regrade(context.Background(), a, quiz.Easy)
	if easy.Err != nil || easy.Review.Rating != quiz.Easy || !easy.Review.ByHand || easy.Card.Days <= a.Card.Days {
		t.Errorf("regraded: %+v", easy)
	}
	history, err := l.History(context.Background(), a.Review.Question)
	if err != nil || len(history) != 1 || history[0].Rating != quiz.Easy {
		t.Errorf("history: %+v, %v", history, err)
	}
	card, err := l.Store.Card(context.Background(), a.Review.Question)
	if err != nil || card != easy.Card {
		t.Errorf("stored %+v, told %+v, %v", card, easy.Card, err)
	}
}

func TestASessionIsResumedAfterARestart(t *testing.T) {
	l := studytest.New(t)
	x := begin(t, l, study.Wish{Mode: quiz.Topic, Topics: []lessons.TopicID{"storage"}})
	answer(t, l, x, right)
	answer(t, l, x, giveUp)
	want := x.Turn()
	if err := l.Store.Close(); err != nil {
		t.Fatal(err)
	}
	l = studytest.Open(t, l.Dir, l.Clock)
	again, err := l.Unfinished(context.Background())
	if err != nil || again == nil {
		t.Fatal(again, err)
	}
	got := again.Turn()
	if got.Item.Question.ID != want.Item.Question.ID || got.Item.Seed != want.Item.Seed || got.Left != want.Left {
		t.Errorf("resumed at %s with %d left, want %s with %d", got.Item.Question.ID, got.Left, want.Item.Question.ID, want.Left)
	}
	again.Finish(context.Background())
	if again, err = l.Unfinished(context.Background()); err != nil || again != nil {
		t.Errorf("a finished session is offered again: %v, %v", again, err)
	}
}

// What cannot be stored is shown as not saved, kept, and stored as soon as that is possible.
func TestWhatCannotBeStoredWaits(t *testing.T) {
	l := studytest.New(t)
	x := begin(t, l, study.Wish{Mode: quiz.Topic, Topics: []lessons.TopicID{"storage"}})
	gone, stop := context.WithCancel(context.Background())
	stop()
	first := x.Turn()
	a := x.Answer(gone, first, study.Given{Answer: right(first.Item.Question)})
	if a.Err == nil || a.NotSaved != 1 || a.Grade.Verdict != quiz.Right {
		t.Fatalf("answered without a store: %+v", a)
	}
	if x.Turn().Item.Question.ID == first.Item.Question.ID {
		t.Error("the session did not go on")
	}
	answer(t, l, x, right) // stores both
	for _, q := range []lessons.QuestionID{first.Item.Question.ID} {
		if card, err := l.Store.Card(context.Background(), q); err != nil || card.Reps != 1 {
			t.Errorf("%s: %+v, %v", q, card, err)
		}
	}
	if waiting, err := x.Retry(context.Background()); waiting != 0 || err != nil {
		t.Error(waiting, err)
	}
}

func TestTodayFollowsTheDay(t *testing.T) {
	ctx := context.Background()
	l := studytest.New(t)
	today, err := l.Today(ctx)
	if err != nil || today.Asks != 0 || today.Answered {
		t.Fatalf("before reading: %+v, %v", today, err)
	}
	show(t, l, whole(l, "layers")...)
	if today, err = l.Today(ctx); err != nil || today.New != 3 || today.Due != 0 {
		t.Fatalf("after reading: %+v, %v", today, err)
	}
	x := begin(t, l, study.Wish{Mode: quiz.Today})
	for x.Turn().State == quiz.Asking {
		answer(t, l, x, right)
	}
	x.Finish(ctx)
	if today, err = l.Today(ctx); err != nil || today.Asks != 0 || !today.Answered || !today.Next.After(l.Clock.Now()) {
		t.Errorf("after answering: %+v, %v", today, err)
	}
	if _, err := l.Begin(ctx, study.Wish{Mode: quiz.Today}); !errors.Is(err, study.ErrNothingToAsk) {
		t.Errorf("a second review today: %v", err)
	}
	l.Clock.Advance(10 * 24 * time.Hour)
	if today, err = l.Today(ctx); err != nil || today.Due != 3 {
		t.Errorf("ten days later: %+v, %v", today, err)
	}
}

func TestStatisticsAreMadeOfTheLog(t *testing.T) {
	ctx := context.Background()
	l := studytest.New(t)
	x := begin(t, l, study.Wish{Mode: quiz.Topic, Topics: []lessons.TopicID{"storage"}})
	answer(t, l, x, right)
	answer(t, l, x, giveUp)
	s, err := l.Statistics(ctx, 30)
	if err != nil || s.Retention.New != (quiz.Rate{N: 2, Right: 1}) || s.Calibration.Sure.N != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	l.Clock.Advance(time.Second)
	if err := l.StartOver(ctx, "storage"); err != nil {
		t.Fatal(err)
	}
	if s, err = l.Statistics(ctx, 0); err != nil || s.Known.New != 5 || s.Retention.New.N != 2 {
		t.Errorf("started over: %+v, %v", s.Known, err)
	}
}

func TestGoal(t *testing.T) {
	ctx := context.Background()
	l := studytest.New(t)
	day, err := study.ParseDay("2026-12-20", l.Clock.Now().Location())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetGoal(ctx, day); err != nil {
		t.Fatal(err)
	}
	today, err := l.Today(ctx)
	if err != nil || today.DaysLeft != 25 {
		t.Errorf("%+v, %v", today, err)
	}
	if _, err := study.ParseDay("tomorrow", time.UTC); err == nil {
		t.Error("a word is a date")
	}
}
