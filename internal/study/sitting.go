package study

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Wish is the session that the learner asked for. Fields that its mode does not use are left alone.
type Wish struct {
	Mode   quiz.Mode
	Topics []lessons.TopicID // drill, topic, weak, interview, exam: none means all
	Lesson lessons.LessonID  // lesson: whose questions
	Length time.Duration     // drill, interview
	Count  int               // exam: how many questions; review: at most so many, 0 for all that the day allows
	Level  lessons.Level     // interview
}

// ErrNothingToAsk says that there is no question for a wish.
var ErrNothingToAsk = errors.New("there is nothing to ask")

// Sitting is a session as it goes. Everything that is answered is stored when it is answered; what could not be stored
// is kept here and tried again. It is safe for concurrent use.
type Sitting struct {
	study *Study

	mu      sync.Mutex
	session *quiz.Session
	memory  memory
	pace    quiz.Pace
	unsaved []quiz.Review // oldest first
}

// Begin plans a session and stores the plan, so that it can be resumed.
func (s *Study) Begin(ctx context.Context, w Wish) (*Sitting, error) {
	m, err := s.memory(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.deck(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := s.plan(ctx, w, d, m)
	if err != nil {
		return nil, err
	}
	return s.sit(ctx, plan, m, d)
}

// sit begins a planned session and stores the plan.
func (s *Study) sit(ctx context.Context, plan quiz.Plan, m memory, d quiz.Deck) (*Sitting, error) {
	if len(plan.Asks) == 0 {
		return nil, ErrNothingToAsk
	}
	pace, err := s.pace(ctx)
	if err != nil {
		return nil, err
	}
	x := &Sitting{study: s, memory: m, pace: pace, session: quiz.NewSession(plan, d, m.scheduler, s.lexicon())}
	if err := s.setJSON(ctx, sitting, plan); err != nil && s.Kept().Saves() {
		return x, err
	}
	return x, nil
}

// resumable is how old a session may be to be offered again.
const resumable = 12 * time.Hour

// Unfinished returns the session that was begun and not ended, or nil.
func (s *Study) Unfinished(ctx context.Context) (*Sitting, error) {
	m, err := s.memory(ctx)
	if err != nil || m.plan == nil || s.now().Sub(m.plan.At) > resumable {
		return nil, err
	}
	d, err := s.deck(ctx)
	if err != nil {
		return nil, err
	}
	log, err := s.since(ctx, m.plan.At)
	if err != nil {
		return nil, err
	}
	x := &Sitting{study: s, memory: m, session: quiz.Resume(*m.plan, d, m.scheduler, s.lexicon(), log)}
	if x.pace, err = s.pace(ctx); err != nil {
		return nil, err
	}
	if state := x.session.Turn(s.now()).State; state == quiz.Done || state == quiz.TimeUp {
		return nil, nil
	}
	return x, nil
}

// since returns the lines of the log from a time on.
func (s *Study) since(ctx context.Context, at time.Time) ([]quiz.Review, error) {
	for n := 256; ; n *= 4 {
		recent, err := s.store.Recent(ctx, n)
		if err != nil || len(recent) < n || recent[len(recent)-1].At.Before(at) {
			return recent, err
		}
	}
}

func (s *Study) plan(ctx context.Context, w Wish, d quiz.Deck, m memory) (quiz.Plan, error) {
	start := quiz.Start{Session: string(s.newID()), At: s.now(), Seed: s.seed()}
	some := d.Topics(w.Topics...)
	switch w.Mode {
	case quiz.Today:
		day, err := s.daily(ctx, d, m)
		if err != nil {
			return quiz.Plan{}, err
		}
		plan := quiz.PlanToday(d, m.scheduler, start, day)
		if w.Count > 0 && len(plan.Asks) > w.Count {
			plan.Asks = plan.Asks[:w.Count]
		}
		return plan, nil
	case quiz.Drill:
		return quiz.PlanDrill(some, m.scheduler, start, w.Length), nil
	case quiz.Topic:
		return quiz.PlanTopic(d, m.scheduler, start, w.Topics...), nil
	case quiz.Weak:
		return quiz.PlanWeak(some, m.scheduler, start), nil
	case quiz.Exam:
		return quiz.PlanExam(d, start, w.Count, w.Topics...), nil
	case quiz.Interview:
		avoid, err := s.lastInterview(ctx)
		return quiz.PlanInterview(d, m.scheduler, start,
			quiz.Wish{Level: w.Level, Length: w.Length, Topics: w.Topics, Avoid: avoid}), err
	case quiz.Lesson:
		return quiz.PlanLesson(d, start, w.Lesson), nil
	}
	return quiz.Plan{}, errors.New("study: no such mode: " + string(w.Mode))
}

// seed is chance for a shuffle. The plan and the log keep it.
func (s *Study) seed() uint64 {
	var b [8]byte
	s.draw(b[:])
	return binary.LittleEndian.Uint64(b[:])
}

func (s *Study) newID() quiz.ReviewID {
	var b [10]byte
	s.draw(b[:])
	return quiz.NewReviewID(s.now(), b)
}

func (s *Study) draw(b []byte) {
	if _, err := io.ReadFull(s.chance, b); err != nil {
		panic(err) // crypto/rand never fails, and a test's source is endless
	}
}

// paceLooksAt is how many of the last answers tell how quick somebody is.
const paceLooksAt = 200

func (s *Study) pace(ctx context.Context) (quiz.Pace, error) {
	recent, err := s.store.Recent(ctx, paceLooksAt)
	return quiz.NewPace(recent, s.course.Question), err
}

// Plan is what the session set out to ask.
func (x *Sitting) Plan() quiz.Plan {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.session.Plan
}

// Turn says what is to be asked now.
func (x *Sitting) Turn() quiz.Turn {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.session.Turn(x.study.now())
}

// Used is how long the learner has worked in this session.
func (x *Sitting) Used() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.session.Used(x.study.now())
}

// Lesson is the lesson that a question belongs to.
func (s *Study) Lesson(q *lessons.Question) *lessons.Lesson { return s.course.Lesson(q.Lesson) }

// ReadAt is the screen that explains a question: its section, or the lesson's first screen.
func (s *Study) ReadAt(q *lessons.Question) Place {
	p := Place{Lesson: q.Lesson}
	if l := s.course.Lesson(q.Lesson); l != nil {
		if b := l.Body(lessons.EN); b != nil {
			p.Screen = sectionScreen(b, q.Read)
		}
	}
	return p
}
