package quiz

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
)

// fact is an answer so many days after Monday.
func fact(day int, class Class, r Rating) Fact {
	f := Fact{
		Status: Counted, At: monday.AddDate(0, 0, day).UnixMilli(), Day: DayOf(monday) + Day(day),
		Class: class, Rating: r, Verdict: Right, Since: -1, Mode: modeNumber(Today), Millis: 10_000,
	}
	if r == Again {
		f.Verdict = Wrong
	}
	if class != ClassNew {
		f.Since, f.Recall = 3, 0.9
	}
	return f
}

func with(f Fact, change func(*Fact)) Fact {
	change(&f)
	return f
}

func all(today int) Window { return Window{Today: DayOf(monday) + Day(today)} }

func TestTrueRetentionCountsTheFirstAnswerOfADayThatWasDue(t *testing.T) {
	tally := NewTally(all(30))
	tally.Add("a", []Fact{
		fact(0, ClassNew, Again), fact(0, ClassSteps, Good), // the step does not count
		fact(3, ClassYoung, Good),
		fact(6, ClassYoung, Again), fact(6, ClassSteps, Good), fact(6, ClassYoung, Good), // nor the second of a day
		fact(30, ClassMature, Hard),
		{Status: Undone},
		{Status: Other},
		{},
	})
	tally.Add("b", []Fact{fact(1, ClassNew, Good), fact(5, ClassMature, Again)})
	want := Retention{Target: 0.9, All: Rate{4, 2}, New: Rate{2, 1}, Young: Rate{2, 1}, Mature: Rate{2, 1}}
	if diff := cmp.Diff(want, tally.Retention(0.9)); diff != "" {
		t.Error(diff)
	}
}

func TestRatesLookAtTheWindowOnly(t *testing.T) {
	tally := NewTally(Last(7, DayOf(monday)+20))
	for day := range 30 {
		tally.Add(questionNumber(day), []Fact{with(fact(day, ClassNew, Good), func(f *Fact) { f.Confidence = Sure })})
	}
	if got := tally.Retention(0.9).New; got.N != 7 {
		t.Errorf("seven days count %d", got.N)
	}
	if got := tally.Calibration().Sure; got.N != 7 {
		t.Errorf("seven days count %d sure answers", got.N)
	}
	if got := len(tally.Calendar()); got != 30 {
		t.Errorf("the calendar has %d days", got)
	}
}

func TestCalibration(t *testing.T) {
	tally := NewTally(all(0))
	var facts []Fact
	for i := range 100 {
		r := Good
		if i%4 == 0 {
			r = Again
		}
		facts = append(
			facts,
			with(fact(0, ClassNew, r), func(f *Fact) { f.Confidence = []Confidence{Sure, Guess}[i/50] }),
		)
	}
	tally.Add("a", facts)
	c := tally.Calibration()
	if c.Sure != (Rate{50, 37}) || c.Guess != (Rate{50, 38}) || c.ThinkSo.N != 0 {
		t.Errorf("%+v", c)
	}
	if !c.TooSure() || (Calibration{Sure: Rate{10, 8}}).TooSure() || (Calibration{}).TooSure() {
		t.Error("37 of 50 are too few, 8 of 10 may be chance")
	}
}

func TestBetween(t *testing.T) {
	// The limits are the two shares p from which the observed one is 1.96 standard errors away.
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		r := Rate{N: n, Right: rapid.IntRange(0, n).Draw(t, "right")}
		low, high := r.Between()
		for _, p := range []float64{low, high} {
			away, allowed := math.Pow(r.Share()-p, 2), 1.96*1.96*p*(1-p)/float64(n)
			if math.Abs(away-allowed) > 1e-9 {
				t.Fatalf("%+v: %g to %g", r, low, high)
			}
		}
		if low > r.Share() || high < r.Share() || low == high {
			t.Fatalf("%+v: %g to %g", r, low, high)
		}
	})
	if low, high := (Rate{}).Between(); low != 0 || high != 1 {
		t.Errorf("nothing tells everything: %g to %g", low, high)
	}
}

func TestTheForgettingCurve(t *testing.T) {
	tally := NewTally(all(400))
	add := func(since float32, n, right int) {
		for i := range n {
			r := Again
			if i < right {
				r = Good
			}
			q := lessons.QuestionID(fmt.Sprintf("%g-%d", since, i))
			tally.Add(q, []Fact{with(fact(9, ClassYoung, r), func(f *Fact) { f.Since, f.Recall = since, 0.8 })})
		}
	}
	add(1, 10, 10)
	add(4, 4, 3)
	add(5, 4, 3) // the same bin
	add(500, 2, 1)
	add(0, 9, 9) // the same day: not on the curve
	got := tally.Curve()
	for i := range got {
		got[i].Predicted = math.Round(got[i].Predicted*1000) / 1000 // facts hold it in 32 bits
	}
	want := []Point{
		{Days: 1, Recalled: Rate{10, 10}, Predicted: 0.8},
		{Days: 4.5, Recalled: Rate{8, 6}, Predicted: 0.8},
		{Days: 500, Recalled: Rate{2, 1}, Predicted: 0.8},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBeliefsComeAndGo(t *testing.T) {
	wrong := func(day int, beliefs uint32) Fact {
		return with(fact(day, ClassYoung, Again), func(f *Fact) { f.Beliefs = beliefs })
	}
	right := func(day int) Fact { return fact(day, ClassYoung, Good) }
	tally := NewTally(all(60))
	tally.Add("gone", []Fact{wrong(0, 1), wrong(1, 1|4), right(2), right(3), right(4), right(5)})
	tally.Add("held", []Fact{wrong(0, 2), right(1), right(2), wrong(3, 0), right(4), right(5)})
	tally.Add("back", []Fact{wrong(0, 1), right(1), right(2), right(3), wrong(9, 1)})
	tally.Add("none", []Fact{right(0)})
	tally.Add("said", []Fact{right(0), right(1), right(2), with(right(3), func(f *Fact) { f.Beliefs = 8 })})
	belief := func(q lessons.QuestionID, index, times, last, right, since int) Belief {
		b := Belief{
			Question: q, Index: index, Times: times,
			Last: monday.AddDate(0, 0, last).UTC(), Day: DayOf(monday) + Day(last), Right: right,
		}
		if since > 0 {
			b.Gone, b.GoneSince = true, DayOf(monday)+Day(since)
		}
		return b
	}
	want := []Belief{
		belief("back", 0, 2, 9, 0, 0),
		belief("said", 3, 1, 3, 0, 0),
		belief("held", 1, 1, 0, 2, 0),
		belief("gone", 0, 2, 1, 4, 4),
		belief("gone", 2, 1, 1, 4, 4),
	}
	if diff := cmp.Diff(want, tally.Beliefs()); diff != "" {
		t.Error(diff)
	}
}

func TestCalendarAndStreak(t *testing.T) {
	for _, tt := range []struct {
		days   []int
		today  int
		streak int
	}{
		{[]int{0, 1, 2}, 2, 3},
		{[]int{0, 1, 2}, 3, 3}, // today is not over
		{[]int{0, 1, 2}, 4, 0},
		{[]int{0, 2, 3}, 3, 2},
		{nil, 0, 0},
	} {
		tally := NewTally(all(tt.today))
		for _, day := range tt.days {
			tally.Add(questionNumber(day), []Fact{fact(day, ClassNew, Good), fact(day, ClassSteps, Again)})
		}
		if got := tally.Streak(); got != tt.streak {
			t.Errorf("%v, today %d: %d in a row, want %d", tt.days, tt.today, got, tt.streak)
		}
		for i, w := range tally.Calendar() {
			want := DayWork{Day: DayOf(monday) + Day(tt.days[i]), Answers: 2, New: 1, Right: 1, Time: 20 * time.Second}
			if w != want {
				t.Errorf("%+v, want %+v", w, want)
			}
		}
	}
}

func TestSpentToday(t *testing.T) {
	tally := NewTally(all(5))
	tally.Add("a", []Fact{fact(5, ClassNew, Again), fact(5, ClassSteps, Good)})
	tally.Add("b", []Fact{fact(2, ClassNew, Good), fact(5, ClassYoung, Good)})
	tally.Add("c", []Fact{fact(2, ClassNew, Good)})
	tally.Add("d", []Fact{with(fact(5, ClassNew, Good), func(f *Fact) { f.Mode = modeNumber(Lesson) })})
	if got := tally.Spent(); got != (Spent{New: 2, All: 2}) {
		t.Errorf("%+v", got)
	}
}

func TestLearner(t *testing.T) {
	tally := NewTally(all(0))
	if got := tally.Learner(); got != DefaultLearner() {
		t.Errorf("of nothing: %+v", got)
	}
	for i := range 40 {
		r := Good
		if i%4 == 0 {
			r = Again
		}
		tally.Add(questionNumber(i), []Fact{fact(0, ClassNew, r)})
	}
	if got := tally.Learner(); got != (Learner{FirstRight: 0.75, ByAnswer: 20 * time.Second}) {
		t.Errorf("%+v", got)
	}
}

// A class of simulated students: each knows so much, each question is so hard, and one question is answered at random,
// one the wrong way round. What is tallied finds them.
func TestDifficultyAndDiscriminationFindBadQuestions(t *testing.T) {
	const students, questions = 200, 20
	chance := newChance(1)
	var able [students]float64
	for i := range able {
		able[i] = chance.NormFloat64()
	}
	tally := NewTally(all(0))
	for q := range questions {
		var facts []Fact
		for student := range students {
			p := 1 / (1 + math.Exp(float64(q-10)/5-1.5*able[student]))
			switch q {
			case 5:
				p = 0.5
			case 6:
				p = 1 / (1 + math.Exp(1.5*able[student]))
			}
			r := Again
			if chance.Float64() < p {
				r = Good
			}
			facts = append(facts, with(fact(0, ClassNew, r), func(f *Fact) { f.Sitting = uint32(student + 1) }))
		}
		tally.Add(questionNumber(q), facts)
	}
	all := tally.Questions()
	for q, f := range all {
		r := f.Discrimination.R
		switch {
		case f.Discrimination.N != students || !f.Discrimination.Known():
			t.Errorf("question %d rests on %d", q, f.Discrimination.N)
		case q == 5 && math.Abs(r) > 0.2, q == 6 && r > -0.2, q != 5 && q != 6 && r < 0.25:
			t.Errorf("question %d discriminates %.2f", q, r)
		}
	}
	if easy, hard := all[0].First.Share(), all[19].First.Share(); easy < 0.75 || hard > 0.3 {
		t.Errorf("the easiest is right in %.2f, the hardest in %.2f", easy, hard)
	}
}

// Five people, six questions: the correlation of the first with the score of the rest, by its definition.
func TestDiscriminationByHand(t *testing.T) {
	right := [5][6]bool{
		{true, true, true, true, true, false},
		{true, true, true, false, true, false},
		{false, true, true, true, false, true},
		{false, false, true, true, false, false},
		{false, false, false, false, false, true},
	}
	tally := NewTally(all(0))
	for q := range 6 {
		var facts []Fact
		for person := range 5 {
			r := Again
			if right[person][q] {
				r = Good
			}
			facts = append(facts, with(fact(0, ClassNew, r), func(f *Fact) { f.Sitting = uint32(person + 1) }))
		}
		tally.Add(questionNumber(q), facts)
	}
	x, y := []float64{1, 1, 0, 0, 0}, []float64{4, 3, 4, 2, 1}
	if got, want := tally.Questions()[0].Discrimination.R, pearson(x, y); math.Abs(got-want) > 1e-12 {
		t.Errorf("%.6f, want %.6f", got, want)
	}
}

func TestOnlyTheLatestSamplesAreKept(t *testing.T) {
	var facts []Fact
	for i := range 3000 {
		facts = append(facts, with(fact(i, ClassYoung, Good), func(f *Fact) { f.Sitting = uint32(i + 1) }))
	}
	tally := NewTally(all(3000))
	tally.Add("a", facts)
	for q := range fewestOthers {
		tally.Add(questionNumber(q), facts[2000:])
	}
	if got := tally.Questions()[0].Discrimination; got.N != mostSamples {
		t.Errorf("rests on %d answers", got.N)
	}
}

// pearson by its definition: covariance over the product of the deviations.
func pearson(x, y []float64) float64 {
	mean := func(v []float64) (m float64) {
		for _, a := range v {
			m += a / float64(len(v))
		}
		return m
	}
	mx, my := mean(x), mean(y)
	var cov, vx, vy float64
	for i := range x {
		cov += (x[i] - mx) * (y[i] - my)
		vx += (x[i] - mx) * (x[i] - mx)
		vy += (y[i] - my) * (y[i] - my)
	}
	return cov / math.Sqrt(vx*vy)
}

func TestTheOrderOfQuestionsDoesNotMatter(t *testing.T) {
	s := NewFSRS(Parameters{})
	rapid.Check(t, func(t *rapid.T) {
		_, one := Fold(s, drawLog(t))
		_, other := Fold(s, drawLog(t))
		today := all(400)
		a, b := NewTally(today), NewTally(today)
		a.Add("a", one)
		a.Add("b", other)
		b.Add("b", other)
		b.Add("a", one)
		if diff := cmp.Diff(a.Statistics(nil, s, 0.9, Limits{}, monday), b.Statistics(nil, s, 0.9, Limits{}, monday),
			cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestStrengths(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course([]lessons.TopicID{"storage", "networks", "images", "compose"}, 2, 3)
	cards := seen(s, c, monday, 0)
	for _, q := range append(c.Topics[1].Lessons[0].Questions, c.Topics[2].Lessons[0].Questions[:1]...) {
		delete(cards, q.ID)
	}
	for _, l := range c.Topics[3].Lessons {
		for _, q := range l.Questions {
			delete(cards, q.ID)
		}
	}
	all := Strengths(NewDeck(c, cards, nil), s, monday)
	if len(all) != 4 || all[0].Topic != "storage" || all[0].Strength != 1 || all[0].Best {
		t.Fatalf("%+v", all)
	}
	if n := all[1]; n.Strength != 0.5 || n.Known.New != 3 || !n.Begun || !n.Best {
		t.Errorf("networks: %+v", n)
	}
	if n := all[2]; n.Strength >= 1 || n.Known.New != 1 || !n.Best {
		t.Errorf("images: %+v", n)
	}
	if n := all[3]; n.Strength != 0 || n.Begun || n.Best {
		t.Errorf("compose: %+v", n)
	}
}

func TestStatisticsTravel(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 2, 2)
	tally := NewTally(all(3))
	tally.Add("a", []Fact{fact(0, ClassNew, Again), fact(3, ClassYoung, Good)})
	want := tally.Statistics(NewDeck(c, seen(s, c, monday, 2), nil), s, 0.9, Limits{}, monday)
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Statistics
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// million are the facts of a heavy user: five hundred questions, thirty years.
func million() map[lessons.QuestionID][]Fact {
	chance := newChance(2)
	all := map[lessons.QuestionID][]Fact{}
	for q := range 500 {
		facts := make([]Fact, 2000)
		for i := range facts {
			day := i * 5
			f := fact(day, Class(1+min(i, 1+i%3)), Rating(1+chance.IntN(4)))
			f.Since, f.Confidence, f.Sitting = float32(chance.IntN(300)), Confidence(chance.IntN(4)), uint32(day+1)
			if f.Rating == Again {
				f.Beliefs = 1 << chance.IntN(4)
			}
			facts[i] = f
		}
		all[questionNumber(q)] = facts
	}
	return all
}

func BenchmarkTallyMillion(b *testing.B) {
	facts := million()
	s := NewFSRS(Parameters{})
	window := Last(30, DayOf(monday)+9999)
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		tally := NewTally(window)
		for q, f := range facts {
			tally.Add(q, f)
		}
		tally.Statistics(nil, s, 0.9, Limits{}, monday)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(tally)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-kept")
}
