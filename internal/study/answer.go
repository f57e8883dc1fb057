package study

import (
	"context"
	"errors"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Given is an answer with how it came about.
type Given struct {
	Answer     quiz.Answer
	Confidence quiz.Confidence // zero: not said
	Hint       bool
	Elapsed    time.Duration
}

// Answered is a marked answer, stored or not.
type Answered struct {
	Turn     quiz.Turn // the question that was answered
	Grade    quiz.Grade
	Review   quiz.Review    // as it is in the log
	Choices  [4]quiz.Choice // what each rating would mean
	Before   quiz.Card
	Card     quiz.Card // as it is now
	Sealed   bool      // an exam: nothing is told before the end
	Err      error     // why it is not saved; nil when it is
	NotSaved int       // how many answers of this session wait to be saved
}

// Answer marks an answer to the question of a turn, stores it, and moves on. It is on disk when Answer returns, or Err
// says why not; then it is kept and stored with the next one, or by Retry.
func (x *Sitting) Answer(ctx context.Context, turn quiz.Turn, g Given) Answered {
	x.mu.Lock()
	defer x.mu.Unlock()
	q := turn.Item.Question
	grade := quiz.Mark(turn.Item, g.Answer)
	circumstance := quiz.Circumstance{Confidence: g.Confidence, Hint: g.Hint, Slow: x.pace.Slow(q, g.Answer.Lang, g.Elapsed)}
	r := quiz.Review{
		ID: x.study.newID(), Event: quiz.Answered, Question: q.ID, At: x.study.now(), Mode: x.session.Plan.Mode,
		Session: x.session.Plan.Session, Rev: q.Rev, Lang: g.Answer.Lang, Seed: turn.Item.Seed, Answer: g.Answer,
		Verdict: grade.Verdict, Score: grade.Score, Beliefs: grade.Beliefs,
		Rating:     quiz.Suggest(grade, q.Kind == lessons.Open, circumstance),
		Confidence: g.Confidence, Hint: g.Hint, Slow: circumstance.Slow, Elapsed: g.Elapsed,
	}
	return x.log(ctx, turn, grade, r)
}

// log stores an answer and tells the session.
func (x *Sitting) log(ctx context.Context, turn quiz.Turn, grade quiz.Grade, r quiz.Review) Answered {
	before := x.session.Card(r.Question)
	err := x.record(ctx, r)
	x.session.Take(r)
	return Answered{
		Turn: turn, Grade: grade, Review: r, Choices: quiz.Preview(x.memory.scheduler, before, r.At), Before: before,
		Card: x.session.Card(r.Question), Sealed: x.session.Plan.Sealed, Err: err, NotSaved: len(x.unsaved),
	}
}

// record stores a line after those that wait. What cannot be stored waits.
func (x *Sitting) record(ctx context.Context, r quiz.Review) error {
	x.unsaved = append(x.unsaved, r)
	return x.flush(ctx)
}

func (x *Sitting) flush(ctx context.Context) error {
	for len(x.unsaved) > 0 {
		if _, err := x.study.store.Record(ctx, x.unsaved[0]); err != nil {
			return err
		}
		x.unsaved = x.unsaved[1:]
	}
	return nil
}

// Retry tries again to store what could not be stored, and says how much still waits.
func (x *Sitting) Retry(ctx context.Context) (waiting int, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	err = x.flush(ctx)
	return len(x.unsaved), err
}

// Regrade changes what the last answer counts for: the learner knows better. The log keeps both.
func (x *Sitting) Regrade(ctx context.Context, a Answered, rating quiz.Rating) Answered {
	x.mu.Lock()
	defer x.mu.Unlock()
	if rating == a.Review.Rating {
		return a
	}
	undo := quiz.Review{
		ID: x.study.newID(), Event: quiz.Undid, Undoes: a.Review.ID, Question: a.Review.Question, At: x.study.now(),
		Session: a.Review.Session,
	}
	if err := x.record(ctx, undo); err != nil {
		a.Err, a.NotSaved = err, len(x.unsaved)
	}
	x.session.Take(undo)
	r := a.Review
	r.ID, r.Rating, r.ByHand = x.study.newID(), rating, true
	return x.log(ctx, a.Turn, a.Grade, r)
}

// ErrNothingToUndo says that nothing was answered in this session.
var ErrNothingToUndo = errors.New("nothing was answered yet")

// Undo takes the last answer back: its question is asked again. The log keeps both lines.
func (x *Sitting) Undo(ctx context.Context) (quiz.Review, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	last, ok := x.session.Undoable()
	if !ok {
		return quiz.Review{}, ErrNothingToUndo
	}
	undo := quiz.Review{
		ID: x.study.newID(), Event: quiz.Undid, Undoes: last.ID, Question: last.Question, At: x.study.now(),
		Session: last.Session,
	}
	err := x.record(ctx, undo)
	x.session.Take(undo)
	return last, err
}

// Note is what the learner wrote about a question.
func (s *Study) Note(ctx context.Context, q lessons.QuestionID) (string, error) {
	n, err := s.store.Note(ctx, q)
	return n.Text, err
}

// SetNote stores it; an empty text takes the note away.
func (s *Study) SetNote(ctx context.Context, q lessons.QuestionID, text string) error {
	return s.store.SetNote(ctx, q, text)
}

// History is what was answered to a question before, oldest first. Answers that were taken back are left out.
func (s *Study) History(ctx context.Context, q lessons.QuestionID) ([]quiz.Review, error) {
	log, err := s.store.Reviews(ctx, q)
	if err != nil {
		return nil, err
	}
	undone := map[quiz.ReviewID]bool{}
	for _, r := range log {
		undone[r.Undoes] = r.Event == quiz.Undid
	}
	var kept []quiz.Review
	for _, r := range log {
		if r.Event == quiz.Answered && !undone[r.ID] {
			kept = append(kept, r)
		}
	}
	return kept, nil
}
