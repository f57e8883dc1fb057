package quiz

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
)

// sitter is a learner in a session, with a clock.
type sitter struct {
	*Session
	now   time.Time
	lines int
	log   []Review
}

func sit(p Plan, d Deck) *sitter {
	return &sitter{Session: NewSession(p, d, NewFSRS(Parameters{}), nil), now: p.At}
}

// answer answers what is asked now, a quarter of a minute later.
func (s *sitter) answer(r Rating) Turn {
	t := s.Turn(s.now)
	s.now = s.now.Add(15 * time.Second)
	s.lines++
	v := Right
	if r == Again {
		v = Wrong
	}
	review := Review{
		ID: id(
			s.now,
			s.lines,
		), Event: Answered, Question: t.Ask.Question, At: s.now, Mode: s.Plan.Mode, Session: s.Plan.Session,
		Rev: 1, Verdict: v, Score: map[Verdict]float64{Right: 1}[v], Rating: r, Elapsed: 15 * time.Second,
	}
	s.Take(review)
	s.log = append(s.log, review)
	return t
}

func (s *sitter) undo() {
	last, _ := s.Undoable()
	s.now = s.now.Add(time.Second)
	s.lines++
	line := Review{
		ID:       id(s.now, s.lines),
		Event:    Undid,
		Undoes:   last.ID,
		Question: last.Question,
		At:       s.now,
		Session:  s.Plan.Session,
	}
	s.Take(line)
	s.log = append(s.log, line)
}

// regrade exchanges the last answer for one with another rating, given at the same time.
func (s *sitter) regrade(r Rating) {
	last, _ := s.Undoable()
	s.undo()
	s.lines++
	last.ID, last.Rating, last.ByHand = id(s.now, s.lines), r, true
	s.Take(last)
	s.log = append(s.log, last)
}

func todaySession() (*sitter, Deck) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	d := NewDeck(c, seen(s, c, monday, 4), nil)
	return sit(PlanToday(d, s, start, Daily{Limits: Limits{All: 60}}), d), d
}

func TestASessionAsksEverythingOnce(t *testing.T) {
	s, d := todaySession()
	seen := map[lessons.QuestionID]bool{}
	for i := range len(d) {
		turn := s.answer(Good)
		if turn.State != Asking || turn.Count != i+1 || turn.Left != len(d)-i-1 || seen[turn.Ask.Question] {
			t.Fatalf("turn %d: %+v", i, turn)
		}
		seen[turn.Ask.Question] = true
	}
	if turn := s.Turn(s.now); turn.State != Done || turn.Count != len(d) {
		t.Errorf("at the end: %+v", turn)
	}
}

func TestWhatWasWrongComesBackAfterItsStep(t *testing.T) {
	s, _ := todaySession()
	wrong := s.answer(Again).Ask
	for s.Turn(s.now).Ask.Question != wrong.Question {
		if s.now.Sub(monday) > 10*time.Minute+15*time.Second {
			t.Fatal("it does not come back")
		}
		if s.Turn(s.now).State == Waiting {
			t.Fatal("waiting, although other questions are left")
		}
		if s.lines < 10 {
			s.answer(Good)
		} else {
			s.now = s.now.Add(time.Minute) // reading
		}
	}
	back := s.Turn(s.now)
	if back.Ask.Why != CameBack || back.Ask.Seed == wrong.Seed || s.now.Sub(monday) < 10*time.Minute {
		t.Errorf("after %s: %+v", s.now.Sub(monday), back.Ask)
	}
	if back.Card.State != Relearning {
		t.Errorf("its card is in %s", back.Card.State)
	}
}

func TestOthersStandBetweenAWrongAnswerAndItsReturn(t *testing.T) {
	s, _ := todaySession()
	wrong := s.answer(Again).Ask.Question
	s.now = s.now.Add(time.Hour) // a long break: its step is over
	for i := range between {
		if turn := s.answer(Good); turn.Ask.Question == wrong {
			t.Fatalf("it comes back after %d others", i)
		}
	}
	if turn := s.Turn(s.now); turn.Ask.Question != wrong {
		t.Errorf("after %d others it does not come back: %s", between, turn.Ask.Question)
	}
}

func TestAtTheEndASessionWaitsForWhatComesBack(t *testing.T) {
	s, d := todaySession()
	wrong := s.answer(Again).Ask.Question
	for range len(d) - 1 {
		s.answer(Good)
	}
	turn := s.Turn(s.now)
	if turn.State != Waiting || turn.Ask.Question != wrong ||
		!turn.Until.Equal(monday.Add(10*time.Minute+15*time.Second)) ||
		turn.Left != 0 {
		t.Fatalf("%+v", turn)
	}
	if turn = s.Turn(turn.Until); turn.State != Asking {
		t.Errorf("when its time has come: %+v", turn)
	}
	s.answer(Good) // asked ahead of its time
	if turn = s.Turn(s.now); turn.State != Done {
		t.Errorf("after that: %+v", turn)
	}
}

func TestASessionGivesUpOnWhatStaysWrong(t *testing.T) {
	s, d := todaySession()
	n := 0
	for s.Turn(s.now).State != Done {
		if s.Turn(s.now).State == Waiting {
			s.now = s.Turn(s.now).Until
		}
		s.answer(Again)
		if n++; n > 1000 {
			t.Fatal("it never ends")
		}
	}
	if n != mostTimes*len(d) {
		t.Errorf("%d questions were asked %d times", len(d), n)
	}
}

func TestABudgetEndsTheSession(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 10, 5)
	d := NewDeck(c, seen(s, c, monday, 4), nil)
	drill := sit(PlanDrill(d, s, start, 10*time.Minute), d)
	for drill.Turn(drill.now).State == Asking {
		drill.answer(Good)
	}
	if turn := drill.Turn(drill.now); turn.State != TimeUp || turn.Count != 40 || turn.Left != 60 {
		t.Errorf("after %s: %+v", drill.now.Sub(monday), turn)
	}
	pause := sit(PlanDrill(d, s, start, 10*time.Minute), d)
	pause.answer(Good)
	pause.now = pause.now.Add(2 * time.Hour)
	if turn := pause.Turn(pause.now); turn.State != Asking {
		t.Errorf("two hours away: %+v", turn)
	}
	if used := pause.Used(pause.now); used != 15*time.Second+away {
		t.Errorf("two hours away count as %s", used)
	}
}

func TestAnUndoneQuestionIsAskedAgainFirst(t *testing.T) {
	s, _ := todaySession()
	s.answer(Good)
	before := s.Turn(s.now)
	s.answer(Again)
	s.undo()
	after := s.Turn(s.now)
	if diff := cmp.Diff(before.Ask, after.Ask); diff != "" {
		t.Errorf("asked after the undo: %s", diff)
	}
	if before.Count != after.Count || before.Left != after.Left || !cmp.Equal(before.Card, after.Card) {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}

// Whatever happens in a session: after a restart it stands where it stood.
func TestASessionIsResumedWhereItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d := todaySession()
		for range rapid.IntRange(0, 40).Draw(t, "acts") {
			if s.Turn(s.now).State == Done {
				break
			}
			switch rapid.IntRange(0, 9).Draw(t, "act") {
			case 0:
				if _, ok := s.Undoable(); ok {
					s.undo()
				}
			case 1:
				if _, ok := s.Undoable(); ok {
					s.regrade(Rating(rapid.IntRange(1, 4).Draw(t, "rating")))
				}
			case 2:
				s.now = s.now.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "seconds")) * time.Second)
			case 3, 4:
				s.answer(Again)
			default:
				s.answer(Good)
			}
		}
		log := append(
			copied(s.log),
			Review{Event: Answered, Session: "another", Question: d[0].Question.ID, Rating: Good, At: s.now},
		)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(log), func(i, j int) { log[i], log[j] = log[j], log[i] })
		back := Resume(s.Plan, d, NewFSRS(Parameters{}), nil, log)
		if diff := cmp.Diff(s.Turn(s.now), back.Turn(s.now), cmp.AllowUnexported(Item{})); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(s.Report(s.now), back.Report(s.now)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTakingTwiceChangesNothing(t *testing.T) {
	s, _ := todaySession()
	s.answer(Again)
	s.answer(Good)
	before := s.Report(s.now)
	for _, r := range s.log {
		s.Take(r)
	}
	if diff := cmp.Diff(before, s.Report(s.now)); diff != "" {
		t.Error(diff)
	}
}

func TestAnExamCountsTheFirstAnswers(t *testing.T) {
	c := course(topics(), 2, 3)
	d := NewDeck(c, nil, nil)
	exam := sit(PlanExam(d, start, 8), d)
	for i := range 8 {
		r := Good
		if i < 2 {
			r = Again
		}
		exam.answer(r)
	}
	report := exam.Report(exam.now)
	if exam.Turn(exam.now).State != Done || report.Right != 6 || report.Wrong != 2 || report.Score != 0.75 ||
		report.Skipped != 0 {
		t.Errorf("%+v", report)
	}
	if len(report.Practise) != 2 || report.Time != 2*time.Minute {
		t.Errorf("to practise %v, %s", report.Practise, report.Time)
	}
	asked := 0
	for _, topic := range report.Topics {
		asked += topic.Asked
	}
	if asked != 8 {
		t.Errorf("topics: %+v", report.Topics)
	}
}

func TestAQuestionThatLeftTheCourseIsNotAsked(t *testing.T) {
	s, d := todaySession()
	gone := s.Plan.Asks[0].Question
	rest := d.Only(func(e Entry) bool { return e.Question.ID != gone })
	again := NewSession(s.Plan, rest, NewFSRS(Parameters{}), nil)
	if turn := again.Turn(monday); turn.Ask.Question == gone || turn.Left != len(rest)-1 {
		t.Errorf("%+v", turn)
	}
}
