package quiz

import (
	"cmp"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Report is what a session came to. It is plain data, to be stored and compared with the next one of its mode.
type Report struct {
	Start
	Mode     Mode                 `json:"mode"`
	Level    lessons.Level        `json:"level,omitempty"`
	Time     time.Duration        `json:"time"` // worked; long pauses are cut
	Answers  []Outcome            `json:"answers"`
	Right    int                  `json:"right"` // of the first answers to each question
	Partly   int                  `json:"partly"`
	Wrong    int                  `json:"wrong"`
	Score    float64              `json:"score"`    // mean of the first answers, 0 to 1: the score of an exam
	Coverage float64              `json:"coverage"` // of open questions: the share of the rubrics' weight that was said
	Topics   []TopicScore         `json:"topics"`   // in the order in which they came
	Practise []lessons.QuestionID `json:"practise"` // at most three, what is worth most first
	Skipped  int                  `json:"skipped"`  // planned, and not asked
}

// Outcome is one answer of a session.
type Outcome struct {
	Question   lessons.QuestionID `json:"question"`
	Topic      lessons.TopicID    `json:"topic"`
	Why        Why                `json:"why"`
	After      lessons.QuestionID `json:"after,omitempty"` // of a follow-up
	Verdict    Verdict            `json:"verdict"`
	Score      float64            `json:"score"`
	Rating     Rating             `json:"rating"`
	Confidence Confidence         `json:"confidence"`
	Elapsed    time.Duration      `json:"elapsed"`
	Allowed    time.Duration      `json:"allowed,omitempty"` // of interviews
	Missed     []int              `json:"missed,omitempty"`  // of open questions: points that were not said
}

// TopicScore is how a topic went.
type TopicScore struct {
	Topic lessons.TopicID `json:"topic"`
	Asked int             `json:"asked"`
	Score float64         `json:"score"` // mean of the first answers
}

// practise is how many questions a report recommends.
const practise = 3

// Report sums up what was answered until now.
func (s *Session) Report(now time.Time) Report {
	r := Report{Start: s.Plan.Start, Mode: s.Plan.Mode, Level: s.Plan.Level, Time: s.Used(now), Skipped: s.left()}
	var first []Outcome
	got, all := 0, 0
	for _, a := range s.order {
		o := s.outcome(a)
		again := slices.ContainsFunc(r.Answers, func(other Outcome) bool { return other.Question == o.Question })
		r.Answers = append(r.Answers, o)
		if again {
			continue
		}
		first = append(first, o)
		g, w := s.said(a.review)
		got, all = got+g, all+w
	}
	r.count(first)
	r.Coverage = share(got, all)
	r.Practise = s.toPractise(first)
	return r
}

func (s *Session) outcome(a asked) Outcome {
	e := s.deck[a.review.Question]
	o := Outcome{
		Question: a.review.Question, Why: a.ask.Why, After: a.ask.After,
		Verdict: a.review.Verdict, Score: a.review.Score, Rating: a.review.Rating,
		Confidence: a.review.Confidence, Elapsed: a.review.Elapsed,
		Missed: missedPoints(e.Question, a.review),
	}
	if e.Question != nil {
		o.Topic = e.Lesson.Topic
		if s.Plan.Mode == Interview {
			o.Allowed = e.allowed()
		}
	}
	return o
}

// said is the weight of the points of an open question that were said, and of all.
func (s *Session) said(r Review) (got, all int) {
	q := s.deck[r.Question].Question
	if q == nil || q.Kind != lessons.Open || q.In(r.Answer.Lang) == nil {
		return 0, 0
	}
	for i, p := range q.In(r.Answer.Lang).Rubric {
		all += max(0, p.Weight)
		if slices.Contains(r.Answer.Ticks, i) {
			got += max(0, p.Weight)
		}
	}
	return got, all
}

func (r *Report) count(first []Outcome) {
	for _, o := range first {
		switch o.Verdict {
		case Right:
			r.Right++
		case Partly:
			r.Partly++
		default:
			r.Wrong++
		}
		r.Score += o.Score / float64(len(first))
		i := slices.IndexFunc(r.Topics, func(t TopicScore) bool { return t.Topic == o.Topic })
		if i < 0 {
			i, r.Topics = len(r.Topics), append(r.Topics, TopicScore{Topic: o.Topic})
		}
		r.Topics[i].Asked++
		r.Topics[i].Score += o.Score
	}
	for i := range r.Topics {
		r.Topics[i].Score /= float64(r.Topics[i].Asked)
	}
}

// toPractise are the questions on which most was lost, by how often interviews ask them; of equals those that took
// longest.
func (s *Session) toPractise(first []Outcome) []lessons.QuestionID {
	lost := func(o Outcome) float64 {
		if e := s.deck[o.Question]; e.Question != nil {
			return e.Weight() * (1 - o.Score)
		}
		return 0
	}
	worst := slices.DeleteFunc(slices.Clone(first), func(o Outcome) bool { return lost(o) == 0 })
	slices.SortStableFunc(worst, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(lost(b), lost(a)), cmp.Compare(b.Elapsed, a.Elapsed))
	})
	var ids []lessons.QuestionID
	for _, o := range worst[:min(practise, len(worst))] {
		ids = append(ids, o.Question)
	}
	return ids
}

func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// ByAnswer is the mean time of an answer, and of the time allowed the mean share that was used; 0 where no time was
// set.
func (r Report) ByAnswer() (mean time.Duration, used float64) {
	var allowed, within time.Duration
	for _, o := range r.Answers {
		mean += o.Elapsed
		if o.Allowed > 0 {
			allowed, within = allowed+o.Allowed, within+o.Elapsed
		}
	}
	if allowed > 0 {
		used = float64(within) / float64(allowed)
	}
	return mean / time.Duration(max(1, len(r.Answers))), used
}

// Change is how a report differs from an earlier one of the same mode. Differences are this one's less the earlier
// one's.
type Change struct {
	Since    time.Time
	Score    float64
	Coverage float64
	ByAnswer time.Duration
	Better   []lessons.QuestionID // asked in both, and answered better now
	Worse    []lessons.QuestionID
	Topics   []TopicScore // topics of both: Score is the difference, Asked the smaller count
	Harder   bool         // the level is higher now
	Easier   bool
}

// Against compares with an earlier report.
func (r Report) Against(last Report) Change {
	mean, _ := r.ByAnswer()
	lastMean, _ := last.ByAnswer()
	c := Change{
		Since: last.At, Score: r.Score - last.Score, Coverage: r.Coverage - last.Coverage, ByAnswer: mean - lastMean,
		Harder: hardness(r.Level) > hardness(last.Level), Easier: hardness(r.Level) < hardness(last.Level),
	}
	before := last.firstScores()
	for _, o := range r.Answers {
		was, both := before[o.Question]
		delete(before, o.Question) // only the first answer counts
		switch {
		case both && o.Score > was:
			c.Better = append(c.Better, o.Question)
		case both && o.Score < was:
			c.Worse = append(c.Worse, o.Question)
		}
	}
	for _, t := range r.Topics {
		if i := slices.IndexFunc(last.Topics, func(o TopicScore) bool { return o.Topic == t.Topic }); i >= 0 {
			o := last.Topics[i]
			c.Topics = append(
				c.Topics,
				TopicScore{Topic: t.Topic, Asked: min(t.Asked, o.Asked), Score: t.Score - o.Score},
			)
		}
	}
	return c
}

func (r Report) firstScores() map[lessons.QuestionID]float64 {
	scores := map[lessons.QuestionID]float64{}
	for _, o := range r.Answers {
		if _, again := scores[o.Question]; !again {
			scores[o.Question] = o.Score
		}
	}
	return scores
}
