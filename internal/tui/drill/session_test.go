package drill_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn"
	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/drill"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// course is the built-in one.
func course(t testing.TB) *lessons.Course {
	t.Helper()
	c, found := lessons.Load(dockerlearn.Content())
	if found.Errors() > 0 {
		t.Fatal(found)
	}
	return c
}

// logged are the answers in the log, newest first.
func logged(t testing.TB, l *screentest.Learner) []quiz.Review {
	t.Helper()
	all, err := l.Store.Recent(context.Background(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// byKeys answers whatever is on the card and goes on, by keys only.
func byKeys(d *screentest.Driver) {
	switch f := d.Frame(); {
	case strings.Contains(f, "─ choose all"):
		d.Press("a", "b", "t", "enter", "enter")
	case strings.Contains(f, "─ type it"), strings.Contains(f, "─ fill gaps"):
		d.Type("whiteout").Press("tab")
		d.Type("a").Press("enter", "enter")
		for range 4 {
			if strings.Contains(d.Frame(), "─ fill gaps") {
				d.Type("b").Press("enter")
			}
		}
		d.Press("enter")
	case strings.Contains(f, "─ put in order"):
		d.Press("1", "2", "enter", "enter")
	case strings.Contains(f, "─ say it aloud"):
		d.Press("space", "1", "enter", "enter")
	case strings.Contains(f, "─ do it"):
		d.Press("0", "enter")
	case strings.Contains(f, "A pause"):
		d.Press("enter")
	default:
		d.Press("s", "a", "enter")
	}
}

func TestThirtyQuestionsByKeys(t *testing.T) {
	l := screentest.Learn(t, course(t))
	d := open(t, l, lessons.EN, 80, 24, screen.OpenDrill{Wish: study.Wish{Mode: quiz.Topic}})
	for n := 0; len(logged(t, l)) < 30; n++ {
		l.Clock.Advance(5 * time.Second)
		if byKeys(d); n > 60 {
			t.Fatalf("stuck at\n%s", d.Frame())
		}
	}
	d.Press("esc")
	report, ok := screentest.Last[screen.OpenReport](d)
	if !ok || len(report.Finished.Report.Answers) != 30 || report.Finished.NotSaved != 0 {
		t.Errorf("the report has %d answers, %d of them not saved", len(report.Finished.Report.Answers), report.Finished.NotSaved)
	}
}

// byMouse answers whatever can be answered with a click and leaves the rest at "I don't know". The next card comes with
// a click on the help line, which the app turns into Enter.
func byMouse(d *screentest.Driver) {
	switch f := d.Frame(); {
	case strings.Contains(f, "─ say it aloud"), strings.Contains(f, "─ type it"), strings.Contains(f, "─ fill gaps"),
		strings.Contains(f, "─ do it"):
		d.Click("I don't know")
	case strings.Contains(f, "─ choose all"):
		d.Click("[ ]").Click("guess").Press("enter")
	case strings.Contains(f, "─ put in order"):
		d.Click(" 1  ").Click(" 3  ").Press("enter")
	default:
		d.Click("sure ").Click("  b  ")
	}
	d.Click("4 easy").Press("enter")
}

func TestThirtyQuestionsByMouse(t *testing.T) {
	l := screentest.Learn(t, course(t))
	d := open(t, l, lessons.EN, 120, 40, screen.OpenDrill{Wish: study.Wish{Mode: quiz.Topic}})
	for range 30 {
		l.Clock.Advance(5 * time.Second)
		byMouse(d)
	}
	answers, easy := 0, 0
	undone := map[quiz.ReviewID]bool{}
	for _, r := range logged(t, l) {
		if r.Event == quiz.Undid {
			undone[r.Undoes] = true
		}
		if r.Event == quiz.Answered && !undone[r.ID] {
			answers++
			if r.Rating == quiz.Easy && r.ByHand {
				easy++
			}
		}
	}
	if answers != 30 || easy != 30 {
		t.Errorf("%d answers of 30, %d of them easy by hand", answers, easy)
	}
}

// Every question of the course is asked and answered in both languages, at every size, and never leaves the window.
func TestEveryQuestionOfTheCourse(t *testing.T) {
	c := course(t)
	for _, lang := range c.Langs {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			l := screentest.Learn(t, c)
			d := screentest.New(t, lang, size[0], size[1])
			cache := &render.Cache{}
			for _, lesson := range c.Lessons() {
				for _, q := range lesson.Questions {
					d.Show(drill.New(l.Study, cache, d.Tick, sit(t, l, quiz.Plan{Mode: quiz.Topic}, q.ID)))
					d.Frame()
					if p := q.In(lang).Prompt; p != "" {
						d.Shows(strings.Fields(p)[0])
					}
					d.Press("ctrl+x").Frame()
					if t.Failed() {
						t.Fatalf("%s %s %v", q.ID, lang, size)
					}
				}
			}
		}
	}
}

func TestUndoAndRegrade(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-one", "tags-02"))
	d.Press("s", "a").Shows("▸ 1 again", `"sure": 0 right of 1 so far.`)
	d.Press("3").Shows("▸ 3 good", "You changed what it counts for.")
	card, err := l.Store.Card(context.Background(), "kinds-one")
	if err != nil || card.State != quiz.Reviewing {
		t.Errorf("the card is %v (%v), want reviewing", card.State, err)
	}
	d.Press("u").Shows("Where does the write go?", "I don't know").Hides("Wrong")
	if card, _ = l.Store.Card(context.Background(), "kinds-one"); card.State != quiz.New {
		t.Errorf("after the undo the card is %v", card.State)
	}
	d.Press("s", "b").Shows("✓ Right", `"sure": 1 right of 1 so far.`)
	d.Press("enter").Shows("Who can move a tag?")
	d.Press("u").Shows("Where does the write go?")
	d.Press("u")
	if d.Notice.EN != "Nothing was answered in this session yet." {
		t.Errorf("the notice is %q", d.Notice.EN)
	}
	d.Shows("I don't know")
}

// What cannot be saved is said, the verdict shows all the same, and it is tried again until it is saved.
func TestTheFileIsLocked(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-one", "tags-02"))
	unlock := l.Lock(t)
	d.Press("b").Shows("✓ Right", "not saved: 1 waiting", "another program keeps the progress file locked")
	if d.Failed == nil {
		t.Error("the bar does not say it")
	}
	d.Pass(6*time.Second, l.Clock.Advance).Shows("not saved: 1 waiting")
	d.Press("enter").Press("a").Shows("not saved: 2 waiting")
	if d.Press("q"); len(d.Asked) > 0 || !strings.Contains(d.Notice.EN, "2 answers are not saved") {
		t.Errorf("one q leaves them behind: %v %q", d.Asked, d.Notice.EN)
	}
	unlock()
	d.Pass(6*time.Second, l.Clock.Advance).Shows("─ saved ─").Hides("not saved")
	if d.Failed != nil {
		t.Errorf("the bar still says %v", d.Failed)
	}
	if n := len(logged(t, l)); n != 2 {
		t.Errorf("%d answers are in the log", n)
	}
}

// The clock of an open question runs while it is answered, and stands while the points are ticked.
func TestAloud(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, quiz.Plan{Mode: quiz.Interview, NoHints: true, Budget: 10 * time.Minute}, "kinds-open"))
	d.Shows("0:00 / 1:30", "10:00 left").Hides("hint")
	d.Pass(42*time.Second, l.Clock.Advance).Shows("0:42 / 1:30", "9:18 left")
	d.Press("space").Pass(30*time.Second, l.Clock.Advance).Shows("0:42 / 1:30", "Which of these did you say?")
	d.Press("2", "enter").Shows("You said 40 % of what is worth saying")
	if r := logged(t, l)[0]; r.Elapsed != 42*time.Second || len(r.Answer.Ticks) != 1 || r.Answer.Ticks[0] != 1 {
		t.Errorf("logged %v after %v", r.Answer.Ticks, r.Elapsed)
	}
	d.Press("esc")
	if len(d.Asked) != 0 || d.Notice.EN == "" {
		t.Error("one esc ended the interview")
	}
	if d.Press("esc"); len(d.Asked) == 0 {
		t.Error("two did not")
	}
}

func TestExamTellsNothing(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, quiz.Plan{Mode: quiz.Exam, NoHints: true, Sealed: true}, "kinds-one", "tags-02"))
	d.Press("h").Hides("Hint").Press("b").Shows("Who can move a tag?").Hides("Right", "again")
	d.Press("a")
	if report, ok := screentest.Last[screen.OpenReport](d); !ok || len(report.Finished.Report.Answers) != 2 {
		t.Errorf("the report is %+v", report)
	}
}

func TestNoteAndComplaint(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-one", "tags-02"))
	d.Press("b", "n").Type("整个文件, q").Press("enter").Shows("Your note: 整个文件, q")
	if text, err := l.Note(context.Background(), "kinds-one"); text != "整个文件, q" || err != nil {
		t.Errorf("the note is %q (%v)", text, err)
	}
	d.Press("!").Shows("What is wrong with this question?").Type("Two are right.").Press("enter")
	files, err := filepath.Glob(filepath.Join(l.Dir, "reports", "*-kinds-one.md"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the reports are %v (%v)", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(text), "Two are right.") || !strings.Contains(string(text), "answered: right") {
		t.Errorf("%s (%v)", text, err)
	}
	d.Press("n", "esc").Shows("Your note").Press("r")
	if open, ok := screentest.Last[screen.OpenLesson](d); !ok || open.Lesson != "kinds" {
		t.Errorf("r opens %+v", open)
	}
}

// What was wrong comes back; the card says when, and asks it at once if the learner wishes.
func TestComesBack(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-one"))
	d.Press("a", "enter").Shows("A pause", "10 min").Press("enter").Shows("once more", "Where does the write go?")
	d.Press("0").Shows("Here is the answer").Press("esc")
	if _, ok := screentest.Last[screen.OpenReport](d); !ok {
		t.Error("no report")
	}
}

func TestNothingToAsk(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, screen.OpenDrill{Wish: study.Wish{Mode: quiz.Weak}})
	if _, back := d.Asked[0].(screen.Back); !back || !strings.Contains(d.Notice.EN, "nothing to ask") {
		t.Errorf("asked for %v, said %q", d.Asked, d.Notice.EN)
	}
}

// An interview asks after what was left out, and says what that was.
func TestFollowUp(t *testing.T) {
	l := screentest.Learn(t, course(t))
	plan := quiz.Plan{Mode: quiz.Interview, NoHints: true, Budget: 20 * time.Minute}
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, plan, "union-fs-08"))
	d.Press("space", "1", "enter", "enter").Shows("follow-up", "You left out: at the first change the whole file is copied up")
}

// BenchmarkAnswer is a whole question: asked, answered, stored on disk, told.
func BenchmarkAnswer(b *testing.B) {
	l := screentest.Learn(b, course(b))
	d := open(b, l, lessons.EN, 80, 24, screen.OpenDrill{Wish: study.Wish{Mode: quiz.Topic}})
	env := screen.Env{Lang: lessons.EN, Theme: d.Theme, W: 80, H: 22}
	for b.Loop() {
		d.Press("ctrl+x")
		d.Screen.View(env)
		d.Press("enter")
		d.Screen.View(env)
		if len(d.Asked) > 0 { // all are answered four times
			d.Asked = nil
			d.Show(drill.New(l.Study, &render.Cache{}, d.Tick, screen.OpenDrill{Wish: study.Wish{Mode: quiz.Topic}}))
		}
	}
}

// BenchmarkKeyToFrame is the time from a key on the card to its frame: the cursor moves among the options.
func BenchmarkKeyToFrame(b *testing.B) {
	l := screentest.Learn(b, course(b))
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			d := open(b, l, lessons.ZH, size[0], size[1], sit(b, l, review, "union-fs-01"))
			env := screen.Env{Lang: lessons.ZH, Theme: d.Theme, W: size[0], H: size[1] - 2}
			down := screen.Key("down")
			for b.Loop() {
				d.Screen.Update(env, down)
				d.Screen.View(env)
			}
		})
	}
}

// While one waits for what comes back there is nothing to scroll, least of all a field to type into.
func TestWheelWhileWaiting(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-typed"))
	d.Press("ctrl+x", "enter").Shows("A pause")
	d.Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown}).Shows("A pause")
}

// Until the next card is there the answer stays on display: the question does not flash up as if nobody had answered.
func TestTheVerdictStaysUntilTheNextCard(t *testing.T) {
	for _, key := range []string{"enter", "esc", "u"} {
		l := screentest.Learn(t, screentest.Course(t))
		d := open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-one", "kinds-many"))
		env := screen.Env{Lang: lessons.EN, Theme: d.Theme, W: 80, H: 22}
		d.Press("a").Shows("What it counts for")
		before := strings.Join(d.Screen.View(env).Body, "\n")
		d.Screen.Update(env, screen.Key(key)) // what it leads to is still on its way
		if after := strings.Join(d.Screen.View(env).Body, "\n"); after != before {
			t.Errorf("after %s:\n%s", key, after)
		}
	}
}

func TestWhatWasChosenIsNoWeakSpot(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	open(t, l, lessons.EN, 80, 24, screen.OpenDrill{Questions: []lessons.QuestionID{"kinds-one"}}).
		Shows("Practice 1/1").Hides("Weak")
}

func TestHalfOfThePointsIsNoMistake(t *testing.T) {
	l := screentest.Learn(t, screentest.Course(t))
	open(t, l, lessons.EN, 80, 24, sit(t, l, review, "kinds-open")).Press("space", "enter").
		Shows("Not enough yet").Hides("Wrong")
}
