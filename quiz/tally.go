package quiz

import (
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Tally gathers statistics from facts in one pass. It is given each question's facts once, in the order of Before; the
// questions may come in any order. What it keeps grows with questions, days and sittings, not with answers.
//
// Rates, curve, confidence and time look at the window only; calendar, beliefs and questions at everything.
type Tally struct {
	window Window

	firsts, young, mature Rate
	confidence            [Sure + 1]Rate
	curve                 [len(curveEdges)]bin
	work                  map[Day]*DayWork
	lately                *DayWork        // the day of the fact before: facts of a question stand close together
	sittings              map[uint32]Rate // the first answers to each question in it
	questions             []counted
	beliefs               []Belief
	spent                 Spent
	millis, timed         uint64
}

// awayMillis is where a long pause before an answer is cut.
const awayMillis = uint32(away / time.Millisecond)

// Window is the days that rates look at: those from Since to Today. A Since of 0 means all.
type Window struct {
	Since Day `json:"since"`
	Today Day `json:"today"`
}

// Last is the window of so many days, today included.
func Last(days int, today Day) Window { return Window{Since: today - Day(days) + 1, Today: today} }

// NewTally begins to count.
func NewTally(w Window) *Tally {
	return &Tally{window: w, work: map[Day]*DayWork{}, sittings: map[uint32]Rate{}}
}

// Add counts all facts of a question.
func (t *Tally) Add(q lessons.QuestionID, facts []Fact) {
	count := questionTally{QuestionFacts: QuestionFacts{Question: q}}
	before := Day(-1 << 31)
	for i := range facts {
		f := &facts[i]
		if f.Status != Counted {
			continue
		}
		t.day(f)
		if f.Day >= t.window.Since && f.Day <= t.window.Today {
			t.rates(f, f.Day != before)
		}
		t.today(f, before)
		count.add(f, t.sittings)
		before = f.Day
	}
	if count.Answers.N > 0 {
		t.questions = append(t.questions, count.counted())
		t.beliefs = append(t.beliefs, count.believed.all(q)...)
	}
}

// rates counts what the window looks at.
func (t *Tally) rates(f *Fact, firstOfDay bool) {
	if int(f.Confidence) < len(t.confidence) {
		t.confidence[f.Confidence].add(f.Verdict == Right)
	}
	if f.Millis > 0 {
		t.millis += uint64(min(f.Millis, awayMillis))
		t.timed++
	}
	recalled := f.Rating != Again
	switch {
	case f.Class == ClassNew:
		t.firsts.add(recalled)
		return
	case !firstOfDay || f.Class == ClassSteps:
		return
	case f.Class == ClassMature:
		t.mature.add(recalled)
	default:
		t.young.add(recalled)
	}
	if f.Since >= 1 {
		t.curve[binOf(f.Since)].add(f, recalled)
	}
}

// day counts for the calendar.
func (t *Tally) day(f *Fact) {
	if t.lately == nil || t.lately.Day != f.Day {
		if t.lately = t.work[f.Day]; t.lately == nil {
			t.lately = &DayWork{Day: f.Day}
			t.work[f.Day] = t.lately
		}
	}
	t.lately.Answers++
	t.lately.Time += time.Duration(min(f.Millis, awayMillis)) * time.Millisecond
	if f.Class == ClassNew {
		t.lately.New++
	}
	if f.Verdict == Right {
		t.lately.Right++
	}
}

// today counts against the day's limits: questions begun in any session, and questions of today's review.
func (t *Tally) today(f *Fact, before Day) {
	if f.Day != t.window.Today {
		return
	}
	if f.Class == ClassNew {
		t.spent.New++
	}
	if before != f.Day && f.Mode == modeNumber(Today) {
		t.spent.All++
	}
}

// Spent is what today has seen already.
func (t *Tally) Spent() Spent { return t.spent }

// reading is added to the time of an answer for reading what is said about it.
const reading = 10 * time.Second

// enough is from how many answers on a learner is judged by them.
const enough = 30

// Learner is what a forecast may assume about this learner.
func (t *Tally) Learner() Learner {
	l := DefaultLearner()
	if t.firsts.N >= enough {
		l.FirstRight = min(max(t.firsts.Share(), 0.05), 0.95)
	}
	if t.timed >= enough {
		l.ByAnswer = time.Duration(t.millis/t.timed)*time.Millisecond + reading
	}
	return l
}

// DayWork is one day of the calendar.
type DayWork struct {
	Day     Day           `json:"day"`
	Answers int           `json:"answers"`
	New     int           `json:"new"`
	Right   int           `json:"right"`
	Time    time.Duration `json:"time"` // thinking; long pauses are cut
}

// Calendar is every day on which something was answered, in order.
func (t *Tally) Calendar() []DayWork {
	all := make([]DayWork, 0, len(t.work))
	for _, w := range t.work {
		all = append(all, *w)
	}
	slices.SortFunc(all, func(a, b DayWork) int { return int(a.Day) - int(b.Day) })
	return all
}

// Streak is how many days in a row something was answered, up to today, or to yesterday if today is still empty.
func (t *Tally) Streak() int {
	day := t.window.Today
	if t.work[day] == nil {
		day--
	}
	n := 0
	for ; t.work[day] != nil; day-- {
		n++
	}
	return n
}
