package study

import (
	"context"
	"time"

	"dockerlearn/lessons"
)

// Home is what a learner sees first: where they were, and how far they are.
type Home struct {
	Continue  *Continue // nil when the whole course is read
	Topics    []TopicProgress
	Bookmarks []Bookmark // newest first
	New       bool       // nothing was ever read
}

// Continue is the one next thing: the screen where the learner stopped, or the next lesson when that one is finished.
type Continue struct {
	Place  Place
	Lesson *lessons.Lesson
	Next   bool // the lesson where they stopped is finished, and this is another one
}

// TopicProgress is a topic with what was read of it.
type TopicProgress struct {
	Topic   *lessons.Topic
	Lessons []LessonProgress
	Done    int // lessons of which every screen was read
}

// LessonProgress is a lesson with what was read of it.
type LessonProgress struct {
	Lesson     *lessons.Lesson
	Screens    int       // how many it has
	Read       int       // how many of them were shown
	At         int       // the screen that was shown last
	Last       time.Time // when; zero when it was never opened
	Bookmarked bool      // some screen of it is
}

// Done reports whether every screen was read.
func (p LessonProgress) Done() bool { return p.Screens > 0 && p.Read >= p.Screens }

// Home gathers what the home screen and the lists show.
func (s *Study) Home(ctx context.Context) (Home, error) {
	r, err := s.reading(ctx)
	if err != nil {
		return Home{}, err
	}
	h := Home{New: r.last == nil, Bookmarks: s.bookmarks(r.bookmarks)}
	for _, t := range s.course.Topics {
		h.Topics = append(h.Topics, s.topicProgress(t, r))
	}
	h.Continue = s.next(r, h.Topics)
	return h, nil
}

// Screens is how many screens a lesson has.
func Screens(l *lessons.Lesson) int {
	if b := l.Body(lessons.EN); b != nil {
		return len(b.Screens)
	}
	return 0
}

func (s *Study) topicProgress(t *lessons.Topic, r reading) TopicProgress {
	tp := TopicProgress{Topic: t}
	for _, l := range t.Lessons {
		p := s.lessonProgress(l, r)
		if p.Done() {
			tp.Done++
		}
		tp.Lessons = append(tp.Lessons, p)
	}
	return tp
}

func (s *Study) lessonProgress(l *lessons.Lesson, r reading) LessonProgress {
	p := LessonProgress{Lesson: l, Screens: Screens(l), Last: r.places[l.ID].At}
	if screen, ok := r.at(l.ID); ok {
		p.At = s.place(l.ID, screen).Screen
	}
	read := r.read[l.ID]
	for i := 0; i < p.Screens && len(read) > 0; i++ {
		if screen, ok := s.screen(Place{l.ID, i}); ok && !read[screen].IsZero() {
			p.Read++
		}
	}
	for _, b := range r.bookmarks {
		p.Bookmarked = p.Bookmarked || b.Lesson == l.ID
	}
	return p
}

// next finds the one next thing: the place where the learner stopped, or the first unfinished lesson after it.
func (s *Study) next(r reading, topics []TopicProgress) *Continue {
	var all []LessonProgress
	last := -1
	for _, t := range topics {
		for _, p := range t.Lessons {
			if r.last != nil && p.Lesson.ID == r.last.Lesson {
				last = len(all)
			}
			all = append(all, p)
		}
	}
	if last >= 0 && !all[last].Done() {
		return &Continue{Place: Place{all[last].Lesson.ID, all[last].At}, Lesson: all[last].Lesson}
	}
	for i := range all {
		if p := all[(last+1+i)%len(all)]; !p.Done() {
			return &Continue{Place: Place{p.Lesson.ID, p.At}, Lesson: p.Lesson, Next: last >= 0}
		}
	}
	return nil
}
