package quiz

import (
	"cmp"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// PlanDrill fills so many minutes: what is due, then what is fading, then new questions of lessons that were read, then
// the rest, the least well known first, those of lessons that were not read last.
func PlanDrill(d Deck, s Scheduler, start Start, length time.Duration) Plan {
	now := start.At
	part := func(keep func(Entry) bool) []Entry { return apart(shuffled(d.Only(keep), start.Seed)) }
	why := func(e Entry) Why { return drillReason(e, s, now) }
	var entries []Entry
	for _, reason := range []Why{IsDue, IsFading, IsNew} {
		entries = append(entries, part(func(e Entry) bool { return why(e) == reason })...)
	}
	rest := byRecall(d.Only(func(e Entry) bool { return why(e) == IsRehearsed }), s, now)
	slices.SortStableFunc(
		rest,
		func(a, b Entry) int { return cmp.Compare(one(a.Card.State == New), one(b.Card.State == New)) },
	)
	entries = append(entries, apart(rest)...)
	entries = entries[:min(len(entries), int(length/quickest))]
	return Plan{Start: start, Mode: Drill, Budget: length, Returns: true, Asks: start.asks(entries, why)}
}

// quickest is the time that nobody is quicker than, from one question to the next.
const quickest = 3 * time.Second

func drillReason(e Entry, s Scheduler, now time.Time) Why {
	switch {
	case e.Card.State == New && e.Read:
		return IsNew
	case e.Card.State == New:
		return IsRehearsed
	case e.dueOn(now.Location()) <= DayOf(now):
		return IsDue
	case s.Recall(e.Card, now) < FadingBelow:
		return IsFading
	}
	return IsRehearsed
}

// byRecall sorts the least well known first.
func byRecall(entries []Entry, s Scheduler, now time.Time) []Entry {
	out := slices.Clone(entries)
	slices.SortStableFunc(
		out,
		func(a, b Entry) int { return cmp.Compare(s.Recall(a.Card, now), s.Recall(b.Card, now)) },
	)
	return out
}

// PlanTopic asks everything of the topics, due or not, the least well known first.
func PlanTopic(d Deck, s Scheduler, start Start, topics ...lessons.TopicID) Plan {
	entries := apart(byRecall(shuffled(d.Topics(topics...), start.Seed), s, start.At))
	why := func(e Entry) Why {
		if e.Card.State == New {
			return IsNew
		}
		return IsInTopic
	}
	return Plan{Start: start, Mode: Topic, Returns: true, Asks: start.asks(entries, why)}
}

// PlanLesson asks the questions of a lesson that was just read, in the order of its file.
func PlanLesson(d Deck, start Start, lesson lessons.LessonID) Plan {
	entries := d.Only(func(e Entry) bool { return e.Lesson.ID == lesson })
	return Plan{
		Start:   start,
		Mode:    Lesson,
		Returns: true,
		Asks:    start.asks(entries, func(Entry) Why { return IsInTopic }),
	}
}

// WeakSpots is how many questions a session on weak spots asks.
const WeakSpots = 15

// PlanWeak asks what the learner is bad at: what was forgotten again and again, is being learned again, is hard for
// them, or is fading. First comes what interviews ask most and is recalled least.
func PlanWeak(d Deck, s Scheduler, start Start) Plan {
	weak := d.Only(func(e Entry) bool { return e.weak(s, start.At) })
	worth := func(e Entry) float64 { return e.Weight() * (1 - s.Recall(e.Card, start.At) + e.Card.Difficulty/20) }
	slices.SortStableFunc(weak, func(a, b Entry) int { return cmp.Compare(worth(b), worth(a)) })
	weak = apart(weak[:min(WeakSpots, len(weak))])
	return Plan{Start: start, Mode: Weak, Returns: true, Asks: start.asks(weak, func(Entry) Why { return IsWeak })}
}

func (e Entry) weak(s Scheduler, now time.Time) bool {
	c := e.Card
	switch {
	case c.State == New:
		return false
	case c.State != Reviewing, c.Lapses >= 2, c.Difficulty >= 8:
		return true
	}
	return s.Recall(c, now) < FadingBelow
}

// PlanExam draws n questions of the topics by lot, without help and without coming back. Open questions are left out:
// their points are ticked by the learner.
func PlanExam(d Deck, start Start, n int, topics ...lessons.TopicID) Plan {
	pool := shuffled(
		d.Topics(topics...).Only(func(e Entry) bool { return e.Question.Kind != lessons.Open }),
		start.Seed,
	)
	pool = apart(pool[:max(0, min(n, len(pool)))])
	return Plan{
		Start: start, Mode: Exam, NoHints: true, Sealed: true,
		Asks: start.asks(pool, func(Entry) Why { return IsAsked }),
	}
}
