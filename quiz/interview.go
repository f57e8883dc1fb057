package quiz

import (
	"cmp"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Wish is the interview that the learner asked for.
type Wish struct {
	Level  lessons.Level // no question of a harder lesson; "" is advanced
	Length time.Duration // all of it, thinking and reading included
	Topics []lessons.TopicID
	Avoid  []lessons.QuestionID // asked in the last interview
}

// overhead is what a question costs beside its own seconds: to be asked, to tick the points, to read the answer.
const overhead = 45 * time.Second

// aloud is the time for an open question whose author gave none, typing the one for a question of another kind.
const (
	aloud  = 90 * time.Second
	typing = 30 * time.Second
)

// followUpsEach is how many follow-ups an interviewer asks after one answer at most.
const followUpsEach = 2

// PlanInterview chooses open questions: those that interviews ask most and that are known least, those of the last
// interview only if nothing else is left; and asks them as interviewers do, from easy to hard. Two thirds of the time
// are planned. The rest is for follow-ups, which the session chooses by what was not said.
func PlanInterview(d Deck, s Scheduler, start Start, wish Wish) Plan {
	pool := d.Topics(wish.Topics...).Only(func(e Entry) bool {
		return e.Question.Kind == lessons.Open && hardness(e.Lesson.Level) <= hardness(wish.Level)
	})
	pool = shuffled(pool, start.Seed)
	slices.SortStableFunc(pool, func(a, b Entry) int {
		avoided := cmp.Compare(
			one(slices.Contains(wish.Avoid, a.Question.ID)),
			one(slices.Contains(wish.Avoid, b.Question.ID)),
		)
		return cmp.Or(avoided, cmp.Compare(b.wanted(s, start.At), a.wanted(s, start.At)))
	})
	chosen := apart(fitting(pool, wish.Length*2/3))
	slices.SortStableFunc(
		chosen,
		func(a, b Entry) int { return cmp.Compare(hardness(a.Lesson.Level), hardness(b.Lesson.Level)) },
	)
	return Plan{
		Start: start, Mode: Interview, Level: wish.Level, Budget: wish.Length, NoHints: true,
		Asks: start.asks(chosen, func(Entry) Why { return IsAsked }),
	}
}

// wanted is how much an interview wants a question: something is left to ask even of what is known well.
func (e Entry) wanted(s Scheduler, now time.Time) float64 {
	return e.Weight() * (1.25 - s.Recall(e.Card, now))
}

func hardness(l lessons.Level) int {
	switch l {
	case lessons.Basic:
		return 1
	case lessons.Intermediate:
		return 2
	}
	return 3
}

// fitting are the first entries whose costs fit into the length; one at least.
func fitting(pool []Entry, length time.Duration) []Entry {
	for i, e := range pool {
		if length -= e.cost(); length < 0 && i > 0 {
			return pool[:i:i]
		}
	}
	return pool
}

// cost is the time that a question takes in an interview.
func (e Entry) cost() time.Duration { return e.allowed() + overhead }

// allowed is the time to answer in an interview.
func (e Entry) allowed() time.Duration {
	switch {
	case e.Question.Seconds > 0:
		return time.Duration(e.Question.Seconds) * time.Second
	case e.Question.Kind == lessons.Open:
		return aloud
	}
	return typing
}

// followUps chooses what an interviewer asks next, after an answer that left something out: the questions that have
// most in common with the points that were not said, as long as the planned questions still fit into the time.
func (s *Session) followUps(r Review) []Ask {
	main := s.deck[r.Question]
	missed := missedPoints(main.Question, r)
	if main.Question == nil || len(missed) == 0 {
		return nil
	}
	left := s.Plan.Budget - s.used
	for _, a := range s.pending {
		left -= s.deck[a.Question].cost()
	}
	if s.related == nil {
		s.related = map[lessons.Lang]*relations{}
	}
	if s.related[r.Answer.Lang] == nil {
		s.related[r.Answer.Lang] = relate(s.whole, r.Answer.Lang)
	}
	var asks []Ask
	for _, e := range s.related[r.Answer.Lang].follow(main, missed, s.taken) {
		if left -= e.cost(); left < 0 || len(asks) == followUpsEach {
			break
		}
		asks = append(asks, Ask{
			Question: e.Question.ID, Why: FollowsUp, Seed: s.Plan.seedOf(e.Question.ID, 0),
			After: r.Question, Points: missed, Card: e.Card,
		})
	}
	return asks
}

// taken reports whether the session has asked a question, or will.
func (s *Session) taken(q lessons.QuestionID) bool {
	return s.times[q] > 0 || slices.ContainsFunc(s.pending, func(a Ask) bool { return a.Question == q })
}

// missedPoints are the points of an open question that were not said, the heaviest first.
func missedPoints(q *lessons.Question, r Review) []int {
	if q == nil || q.Kind != lessons.Open || q.In(r.Answer.Lang) == nil {
		return nil
	}
	rubric := q.In(r.Answer.Lang).Rubric
	var missed []int
	for i, p := range rubric {
		if p.Weight > 0 && !slices.Contains(r.Answer.Ticks, i) {
			missed = append(missed, i)
		}
	}
	slices.SortStableFunc(missed, func(a, b int) int { return cmp.Compare(rubric[b].Weight, rubric[a].Weight) })
	return missed
}
