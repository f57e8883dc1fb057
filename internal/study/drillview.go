package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Now is the time by which this study counts.
func (s *Study) Now() time.Time { return s.now() }

// Practise begins a session of certain questions, in this order. All questions of a lesson together are a session of
// that lesson.
func (s *Study) Practise(ctx context.Context, questions ...lessons.QuestionID) (*Sitting, error) {
	m, err := s.memory(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.deck(ctx)
	if err != nil {
		return nil, err
	}
	some := d.Only(func(e quiz.Entry) bool { return slices.Contains(questions, e.Question.ID) })
	plan := quiz.PlanTopic(some, m.scheduler, quiz.Start{Session: string(s.newID()), At: s.now(), Seed: s.seed()})
	if plan.Mode = quiz.Weak; wholeLesson(some) {
		plan.Mode = quiz.Lesson
	}
	slices.SortStableFunc(plan.Asks, func(a, b quiz.Ask) int {
		return slices.Index(questions, a.Question) - slices.Index(questions, b.Question)
	})
	return s.sit(ctx, plan, m, d)
}

func wholeLesson(d quiz.Deck) bool {
	for _, e := range d {
		if e.Lesson != d[0].Lesson || len(d) != len(e.Lesson.Questions) {
			return false
		}
	}
	return true
}

// Skip takes a question out of the session without an answer. Nothing is logged: it counts for nothing.
func (x *Sitting) Skip(ctx context.Context, q lessons.QuestionID) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	d, err := x.study.deck(ctx)
	if err != nil {
		return err
	}
	log, err := x.study.since(ctx, x.session.Plan.At)
	if err != nil {
		return err
	}
	plan := x.session.Plan
	plan.Asks = slices.DeleteFunc(slices.Clone(plan.Asks), func(a quiz.Ask) bool { return a.Question == q })
	x.session = quiz.Resume(plan, d, x.memory.scheduler, x.study.lexicon(), append(log, x.unsaved...))
	return x.study.setJSON(ctx, sitting, plan)
}

// Complain writes what the learner finds wrong with a question into a file of its own below the data folder, and
// returns where. Nothing is sent anywhere. given is the answer as the learner's log has it; it may be empty.
func (s *Study) Complain(q *lessons.Question, lang lessons.Lang, given *quiz.Review, text string) (path string, err error) {
	dir := filepath.Join(s.store.Dir(), "reports")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("report about %s: %w", q.ID, err)
	}
	now := s.now()
	path = filepath.Join(dir, fmt.Sprintf("%s-%s.md", now.Format("20060102-150405"), q.ID))
	if err := os.WriteFile(path, []byte(s.complaint(q, lang, given, text)), 0o600); err != nil {
		return "", fmt.Errorf("report about %s: %w", q.ID, err)
	}
	return path, nil
}

// complaint is what an author needs in order to look into it.
func (s *Study) complaint(q *lessons.Question, lang lessons.Lang, given *quiz.Review, text string) string {
	var b strings.Builder
	w := q.In(lang)
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", q.ID, text)
	fmt.Fprintf(&b, "- question: %s (rev %d, %s, %s)\n", w.Prompt, q.Rev, q.Kind, lang)
	fmt.Fprintf(&b, "- place: %s\n", w.Pos)
	fmt.Fprintf(&b, "- lesson: %s\n", q.Lesson)
	fmt.Fprintf(&b, "- course: %s %s\n", s.course.ID, s.course.Version)
	fmt.Fprintf(&b, "- date: %s\n", s.now().Format(time.RFC3339))
	if given != nil {
		fmt.Fprintf(&b, "- answered: %s (score %.2f), shuffled by %d\n", given.Verdict, given.Score, given.Seed)
	}
	return b.String()
}
