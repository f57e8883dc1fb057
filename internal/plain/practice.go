package plain

import (
	"errors"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/quiz"
)

// Lengths and sizes of the sessions that the lists offer. The commands take others.
const (
	drillLength     = 10 * time.Minute
	interviewLength = 20 * time.Minute
	examCount       = 20
)

// practice is what home offers beside reading: what is due, and other ways to be asked.
func (t *talk) practice() []action {
	today, err := t.Study.Today(t.ctx)
	if err != nil {
		t.print(wording.Why(err, t.Lang))
		return nil
	}
	var all []action
	if today.Unfinished {
		all = append(all, action{wording.Say(t.Lang, "Go on with the session that you left", "继续上次没做完的练习"), t.resume})
	}
	if today.Asks > 0 {
		all = append(all, action{wording.Sayf(t.Lang, "Review: %s, about %s", "复习：%s，约 %s",
			wording.ToReview(today.Due, today.New, today.Slips, t.Lang), span(today.Minutes, t.Lang)), t.wish(study.Wish{Mode: quiz.Today})})
	} else {
		t.print(wording.NothingDue(today.Answered, today.Next, t.Now(), t.Lang))
	}
	return append(all, action{
		wording.Say(t.Lang, "Practise: drill, weak spots, mock interview, exam", "练习：限时、薄弱点、模拟面试、考试"),
		func() error { return t.list(t.sessions) },
	})
}

// sessions are the ways to be asked.
func (t *talk) sessions() []action {
	t.print("")
	return []action{
		{wording.Sayf(t.Lang, "Drill for %s", "限时练习 %s", span(drillLength, t.Lang)), t.wish(study.Wish{Mode: quiz.Drill, Length: drillLength})},
		{wording.Say(t.Lang, "Weak spots", "薄弱点"), t.wish(study.Wish{Mode: quiz.Weak})},
		{
			wording.Sayf(t.Lang, "Mock interview of %s", "模拟面试 %s", span(interviewLength, t.Lang)),
			t.wish(study.Wish{Mode: quiz.Interview, Length: interviewLength}),
		},
		{
			wording.Sayf(t.Lang, "Exam: %d questions, no help, score at the end", "考试：%d 道题，没有提示，最后给分", examCount),
			t.wish(study.Wish{Mode: quiz.Exam, Count: examCount}),
		},
	}
}

func (t *talk) wish(w study.Wish) func() error { return func() error { return t.begin(w) } }

// begin starts a session.
func (t *talk) begin(w study.Wish) error {
	x, err := t.Study.Begin(t.ctx, w)
	switch {
	case errors.Is(err, study.ErrNothingToAsk):
		t.say("There is nothing to ask.", "没有可问的题目。")
		return nil
	case x == nil:
		t.print(wording.Why(err, t.Lang))
		return nil
	case err != nil:
		t.saved(err)
	}
	return t.sitting(x)
}

func (t *talk) resume() error {
	x, err := t.Study.Unfinished(t.ctx)
	if err != nil || x == nil {
		return err
	}
	return t.sitting(x)
}
