package quiz

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/lessons"
)

// diary is a simulated learner, who forgets as the model says, and all that is kept of them.
type diary struct {
	scheduler Scheduler
	course    *lessons.Course
	chance    *rand.Rand
	cards     map[lessons.QuestionID]Card
	log       []Review
}

// review does one day's review to its end and returns the session.
func (l *diary) review(t *testing.T, at time.Time) *Session {
	d := NewDeck(l.course, l.cards, nil)
	plan := PlanToday(d, l.scheduler, Start{Session: DayOf(at).String(), At: at, Seed: uint64(len(l.log))}, Daily{})
	if len(plan.Asks) > DefaultLimits().All {
		t.Fatalf("%s asks %d questions", plan.Session, len(plan.Asks))
	}
	session := NewSession(plan, d, l.scheduler, nil)
	for turn := session.Turn(at); turn.State != Done; turn = session.Turn(at) {
		if turn.State == Waiting {
			at = turn.Until
		}
		at = at.Add(15 * time.Second)
		r := l.answer(turn, at)
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		r.Session = plan.Session
		session.Take(r)
		l.log = append(l.log, r)
		l.cards[r.Question] = Apply(l.scheduler, l.cards[r.Question], r)
	}
	return session
}

func (l *diary) answer(turn Turn, at time.Time) Review {
	recall := l.scheduler.Recall(turn.Card, at)
	if turn.Card.State == New {
		recall = 0.6
	}
	a := Answer{Choices: []int{0}}
	if l.chance.Float64() >= recall {
		a.Choices[0] = 1 + l.chance.IntN(2)
	}
	g := Mark(turn.Item, a)
	return Review{
		ID: id(at, len(l.log)), Event: Answered, Question: turn.Ask.Question, At: at, Mode: Today, Rev: 1,
		Seed: turn.Ask.Seed, Answer: a, Verdict: g.Verdict, Score: g.Score, Beliefs: g.Beliefs,
		Rating: Suggest(g, false, Circumstance{}), Elapsed: 15 * time.Second,
	}
}

// A year of reviews, every day. All parts work together: what is planned is asked, no day is too full, the cards are
// what the log says, a session is resumed as it was, and the statistics find the retention that was asked for and the
// curve that was predicted.
func TestAYear(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course([]lessons.TopicID{"storage", "networks", "images"}, 10, 4)
	l := &diary{scheduler: s, course: c, chance: newChance(5), cards: map[lessons.QuestionID]Card{}}
	const days = 365
	for day := range days {
		at := monday.AddDate(0, 0, day)
		before := NewDeck(c, l.cards, nil)
		session := l.review(t, at)
		if day%60 == 0 {
			resumed := Resume(session.Plan, before, s, nil, l.log)
			if diff := cmp.Diff(session.Report(at), resumed.Report(at)); diff != "" {
				t.Fatalf("day %d, resumed: %s", day, diff)
			}
		}
	}
	tally := NewTally(all(days))
	for q, log := range byQuestion(l.log) {
		card, facts := Fold(s, log)
		if diff := cmp.Diff(l.cards[q], card); diff != "" {
			t.Fatalf("%s is not what its log says: %s", q, diff)
		}
		tally.Add(q, facts)
	}
	kept := tally.Retention(0.9)
	low, high := kept.All.Between()
	t.Logf("%d answers, %d of them due; %.3f of these recalled (%.3f to %.3f); first answers: %.3f",
		len(l.log), kept.All.N, kept.All.Share(), low, high, kept.New.Share())
	if low > 0.9 || high < 0.88 {
		t.Errorf("retention is between %.3f and %.3f", low, high)
	}
	for _, p := range tally.Curve() {
		low, high := p.Recalled.Between()
		if p.Predicted < low-0.02 || p.Predicted > high+0.02 {
			t.Errorf("after %.1f days %+v are recalled, predicted %.3f", p.Days, p.Recalled, p.Predicted)
		}
	}
	if k := NewDeck(c, l.cards, nil).Known(s, monday.AddDate(0, 0, days)); k.New != 0 || k.Solid < 115 {
		t.Errorf("known: %+v", k)
	}
	if got := tally.Learner().FirstRight; math.Abs(got-0.6) > 0.15 {
		t.Errorf("first answers were right in %.2f", got)
	}
}

func byQuestion(log []Review) map[lessons.QuestionID][]Review {
	logs := map[lessons.QuestionID][]Review{}
	for _, r := range log {
		logs[r.Question] = append(logs[r.Question], r)
	}
	return logs
}
