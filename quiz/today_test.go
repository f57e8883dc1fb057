package quiz

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
)

var start = Start{Session: "s1", At: monday, Seed: 7}

func topics() []lessons.TopicID { return []lessons.TopicID{"storage", "networks"} }

func reasons(p Plan) map[Why]int {
	n := map[Why]int{}
	for _, a := range p.Asks {
		n[a.Why]++
	}
	return n
}

func TestTodayAsksWhatIsDueAndAFewNewOnes(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	d := NewDeck(c, seen(s, c, monday, 0, 4, -1), nil) // a third fresh in mind, a third due, a third new
	p := PlanToday(d, s, start, Daily{})
	if got := reasons(p); got[IsDue] != 8 || got[IsNew] != 6 || len(p.Asks) != 14 || p.Moved != nil {
		t.Errorf("%v, moved %v", got, p.Moved)
	}
	if p = PlanToday(d, s, start, Daily{Spent: Spent{New: 4, All: 20}}); len(p.Asks) != 5 {
		t.Errorf("with five left of the day: %v", reasons(p))
	}
	if p = PlanToday(d, s, start, Daily{Limits: Limits{New: -1}}); reasons(p)[IsNew] != 0 {
		t.Errorf("without new ones: %v", reasons(p))
	}
}

func TestNewQuestionsWaitForTheirLesson(t *testing.T) {
	s := NewFSRS(Parameters{})
	d := NewDeck(course(topics(), 4, 3), nil, func(l lessons.LessonID) bool { return l == "networks-1" })
	p := PlanToday(d, s, start, Daily{})
	if len(p.Asks) != 3 || p.Asks[0].Question != "networks-1-00" {
		t.Errorf("%+v", p.Asks)
	}
	p = PlanToday(d, s, start, Daily{Goal: Goal{By: DayOf(monday) + 30}})
	if len(p.Asks) <= 3 {
		t.Errorf("with a goal, the others come too: %d", len(p.Asks))
	}
}

func TestAStepIsNotCutShortByANewSession(t *testing.T) {
	s := NewFSRS(Parameters{})
	d := NewDeck(course(topics(), 1, 1), nil, nil)
	d[0].Card = s.Next(d[0].Card, Again, monday)
	for minutes, due := range map[int]int{0: 0, 9: 0, 10: 1, 600: 1, 2000: 1} {
		at := Start{At: monday.Add(time.Duration(minutes) * time.Minute)}
		if got := reasons(PlanToday(d, s, at, Daily{}))[IsDue]; got != due {
			t.Errorf("%d minutes after a wrong answer: %d due", minutes, got)
		}
	}
}

func TestABacklogIsSpreadAndBeginsNothingNew(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 20, 5)
	cards := seen(s, c, monday, 10, 20, 30, 40)
	for _, q := range c.Lessons()[0].Questions {
		delete(cards, q.ID)
	}
	d := NewDeck(c, cards, nil)
	p := PlanToday(d, s, start, Daily{})
	if got := reasons(p); got[IsDue] != 25 || got[IsNew] != 0 {
		t.Fatalf("%v", got)
	}
	perDay := map[Day]int{}
	for _, m := range p.Moved {
		perDay[m.To]++
	}
	if len(p.Moved) != 195-25 || perDay[DayOf(monday)+1] != 25 || len(perDay) != 7 {
		t.Errorf("%d moved, to %v", len(p.Moved), perDay)
	}
	// What is remembered best goes first.
	worst := 1.0
	for _, a := range p.Asks {
		worst = min(worst, s.Recall(a.Card, monday))
	}
	for _, m := range p.Moved {
		if r := s.Recall(cards[m.Question], monday); r > worst+1e-12 {
			t.Fatalf("%s has recall %.3f and waits, while one of %.3f is asked", m.Question, r, worst)
		}
	}
}

func TestAfterALongPauseNoDayIsTooFullAndTheBacklogEnds(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 20, 5)
	d := NewDeck(c, seen(s, c, monday, 30, 40, 50), nil)
	days := Forecast(d, s, monday, 30, Daily{}, Learner{})
	for _, day := range days {
		if day.Reviews+day.New > 25 {
			t.Fatalf("%s asks %.1f", day.Day, day.Reviews+day.New)
		}
	}
	if days[0].Reviews != 25 || days[29].Reviews > 20 {
		t.Errorf("the first day asks %.1f, the last %.1f", days[0].Reviews, days[29].Reviews)
	}
}

func TestPlansAreDeterministicAndTravel(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	d := NewDeck(c, seen(s, c, monday, 0, 9, -1, 3), nil)
	for name, plan := range map[string]func(Start) Plan{
		"today": func(at Start) Plan { return PlanToday(d, s, at, Daily{Goal: Goal{By: DayOf(monday) + 2}}) },
		"drill": func(at Start) Plan { return PlanDrill(d, s, at, 10*time.Minute) },
		"topic": func(at Start) Plan { return PlanTopic(d, s, at, "storage") },
		"weak":  func(at Start) Plan { return PlanWeak(d, s, at) },
		"exam":  func(at Start) Plan { return PlanExam(d, at, 10) },
	} {
		one := plan(start)
		if diff := cmp.Diff(one, plan(start)); diff != "" {
			t.Errorf("%s: the same seed, another plan: %s", name, diff)
		}
		other := plan(Start{Session: "s1", At: monday, Seed: 8})
		if cmp.Equal(one.Asks, other.Asks) {
			t.Errorf("%s: another seed, the same shuffles", name)
		}
		text, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		var back Plan
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one, back); diff != "" {
			t.Errorf("%s does not survive storage: %s", name, diff)
		}
	}
}

func TestSiblingsStandApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var entries []Entry
		count := map[lessons.LessonID]int{}
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 5), 1, 30).Draw(t, "lessons") {
			l := &lessons.Lesson{ID: lessons.LessonID(questionNumber(n))}
			count[l.ID]++
			entries = append(entries, Entry{Question: &lessons.Question{ID: questionNumber(i)}, Lesson: l})
		}
		out := apart(entries)
		byQuestion := func(a, b Entry) int { return compareStrings(a.Question.ID, b.Question.ID) }
		if !cmp.Equal(ids(entries), ids(slices.SortedFunc(slices.Values(out), byQuestion))) {
			t.Fatal("not the same questions")
		}
		most := 0
		for _, n := range count {
			most = max(most, n)
		}
		beside := 0
		for i := 1; i < len(out); i++ {
			if out[i].Lesson.ID == out[i-1].Lesson.ID {
				beside++
			}
		}
		// With more than half of one lesson, some must stand side by side, and no more than must.
		if must := max(0, 2*most-len(out)-1); beside > must {
			t.Fatalf("%d stand beside a sibling where %d must: %v", beside, must, lessonsOf(out))
		}
	})
}

func TestThreeLessonsTakeTurns(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course([]lessons.TopicID{"storage"}, 3, 5)
	p := PlanTopic(NewDeck(c, nil, nil), s, start, "storage")
	for i := range p.Asks {
		for j := i + 1; j <= i+siblingGap && j < len(p.Asks); j++ {
			if p.Asks[i].Question[:9] == p.Asks[j].Question[:9] {
				t.Errorf("%s stands %d before %s", p.Asks[i].Question, j-i, p.Asks[j].Question)
			}
		}
	}
}

func compareStrings(a, b lessons.QuestionID) int {
	if a < b {
		return -1
	}
	return 1
}

func ids(entries []Entry) []lessons.QuestionID {
	var all []lessons.QuestionID
	for _, e := range entries {
		all = append(all, e.Question.ID)
	}
	return all
}

func lessonsOf(entries []Entry) []lessons.LessonID {
	var all []lessons.LessonID
	for _, e := range entries {
		all = append(all, e.Lesson.ID)
	}
	return all
}

func TestNewOnesAreMixedInEvenly(t *testing.T) {
	for _, tt := range []struct{ old, fresh int }{{0, 3}, {3, 0}, {10, 3}, {2, 6}, {7, 7}} {
		var entries []Entry
		for i := range tt.old + tt.fresh {
			entries = append(entries, Entry{Question: &lessons.Question{ID: questionNumber(i)}, Read: i >= tt.old})
		}
		out := mixedIn(entries, tt.fresh)
		if len(out) != len(entries) {
			t.Fatalf("%+v: %d come out", tt, len(out))
		}
		run := 0
		for _, e := range out {
			if e.Read {
				run = 0
			} else if run++; run > tt.old/(tt.fresh+1)+1 {
				t.Errorf("%+v: %d old ones in a row", tt, run)
			}
		}
	}
}

func TestWeakSpotsAndDrill(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	d := NewDeck(c, seen(s, c, monday, 0, 30, -1), nil)
	d[0].Card.Lapses = 3 // fresh in mind, but forgotten three times
	p := PlanWeak(d, s, start)
	if len(p.Asks) != 9 || !slices.ContainsFunc(p.Asks, func(a Ask) bool { return a.Question == d[0].Question.ID }) {
		t.Errorf("weak spots: %+v", p.Asks)
	}
	p = PlanDrill(d, s, start, 10*time.Minute)
	if len(p.Asks) != len(d) || p.Asks[0].Why != IsDue || p.Asks[len(d)-1].Why != IsRehearsed {
		t.Errorf(
			"a drill goes from %s to %s with %d of %d questions",
			p.Asks[0].Why,
			p.Asks[len(p.Asks)-1].Why,
			len(p.Asks),
			len(d),
		)
	}
	some := NewDeck(c, seen(s, c, monday, 0, 30, -1), func(l lessons.LessonID) bool { return l == "storage-0" })
	p = PlanDrill(some, s, start, 10*time.Minute)
	if got := reasons(p); got[IsNew] != 1 || p.Asks[len(p.Asks)-1].Card.State != New {
		t.Errorf("new questions of lessons that were not read come last: %v", got)
	}
	if p = PlanDrill(d, s, start, 30*time.Second); len(p.Asks) != 10 {
		t.Errorf("half a minute plans %d questions", len(p.Asks))
	}
}

func TestAnExamHasNoHelpAndNoOpenQuestions(t *testing.T) {
	c := course(topics(), 4, 3)
	c.Topics[0].Lessons[0].Questions[0].Kind = lessons.Open
	p := PlanExam(NewDeck(c, nil, nil), start, 100)
	if len(p.Asks) != 23 || !p.NoHints || !p.Sealed || p.Returns {
		t.Errorf("%d questions, %+v", len(p.Asks), p)
	}
	if p = PlanExam(NewDeck(c, nil, nil), start, 5, "networks"); len(p.Asks) != 5 {
		t.Errorf("asked for five, got %d", len(p.Asks))
	}
}

func TestALessonAsksItsQuestionsInOrder(t *testing.T) {
	p := PlanLesson(NewDeck(course(topics(), 2, 3), nil, nil), start, "networks-1")
	if len(p.Asks) != 3 || p.Asks[0].Question != "networks-1-00" || p.Asks[2].Question != "networks-1-02" {
		t.Errorf("%+v", p.Asks)
	}
}
