package quiz

import (
	"strings"
	"testing"
	"time"

	"dockerlearn/lessons"
)

func TestSlowIsSlowForThisLearner(t *testing.T) {
	q := typed([]string{"whiteout"})
	q.Words[lessons.EN].Prompt = strings.Repeat("letters and ", 5) // sixty: four seconds to read, eight to think
	find := func(lessons.QuestionID) *lessons.Question { return q }
	recent := func(n int, took time.Duration) []Review {
		var all []Review
		for i := range n {
			r := answered(i, monday, Good)
			r.Elapsed = took
			wrong := answered(100+i, monday, Again)
			wrong.Elapsed = time.Second // somebody who gives up quickly is not quick
			all = append(all, r, wrong)
		}
		return all
	}
	for _, tt := range []struct {
		name   string
		recent []Review
		usual  time.Duration
	}{
		{"nothing is known", nil, 12 * time.Second},
		{"little is known", recent(11, time.Second), 12 * time.Second},
		{"quick", recent(12, 6*time.Second), 6 * time.Second},
		{"takes time", recent(50, 24*time.Second), 24 * time.Second},
		{"was always away", recent(50, time.Hour), 12 * time.Second},
	} {
		p := NewPace(tt.recent, find)
		if got := p.Usual(q, lessons.EN); got != tt.usual {
			t.Errorf("%s: usually %s, want %s", tt.name, got, tt.usual)
		}
		limit := tt.usual * 5 / 2
		if p.Slow(q, lessons.EN, limit) || !p.Slow(q, lessons.EN, limit+time.Second) ||
			p.Slow(q, lessons.EN, time.Hour) {
			t.Errorf("%s: slow does not begin at %s", tt.name, limit)
		}
	}
}

func TestAQuestionWithATimeIsSlowBeyondIt(t *testing.T) {
	q := rubric(1)
	if p := (Pace{factor: 3}); p.Slow(q, lessons.EN, 90*time.Second) || !p.Slow(q, lessons.EN, 91*time.Second) {
		t.Error("ninety seconds are ninety seconds")
	}
}

func TestEveryKindTakesSomeTime(t *testing.T) {
	for _, q := range []*lessons.Question{
		choice(lessons.OneChoice, "x."), choice(lessons.ManyChoices, "x."), choice(lessons.Predict, "x."),
		typed([]string{"a"}), steps(3),
		{Kind: lessons.Open},
		{Kind: lessons.Do},
	} {
		if got := (Pace{}).Usual(q, lessons.ZH); got < 5*time.Second || got > 2*time.Minute {
			t.Errorf("%s: %s", q.Kind, got)
		}
	}
	if latin, han := toRead(strings.Repeat("a", 150)), toRead(strings.Repeat("层", 50)); latin != han {
		t.Errorf("150 letters take %s, 50 characters %s", latin, han)
	}
}
