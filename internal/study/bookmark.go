package study

import (
	"context"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// Bookmark is a screen that the learner marked.
type Bookmark struct {
	Place  Place
	Lesson *lessons.Lesson
	At     time.Time
}

// Bookmarks returns the marked screens, newest first. Those whose lesson is no longer in the course are left out; the
// store keeps them.
func (s *Study) Bookmarks(ctx context.Context) ([]Bookmark, error) {
	stored, err := s.store.Bookmarks(ctx)
	return s.bookmarks(stored), err
}

func (s *Study) bookmarks(stored []progress.Bookmark) []Bookmark {
	var all []Bookmark
	for _, b := range stored {
		if l := s.course.Lesson(b.Lesson); l != nil {
			place := s.place(b.Lesson, progress.Screen{Section: b.Section, Part: b.Part})
			all = append(all, Bookmark{Place: place, Lesson: l, At: b.At})
		}
	}
	return all
}

// ToggleBookmark marks a screen, or takes the mark away, and says which it did.
func (s *Study) ToggleBookmark(ctx context.Context, p Place) (marked bool, err error) {
	screen, ok := s.screen(p)
	if !ok {
		return false, nil
	}
	stored, err := s.store.Bookmarks(ctx)
	if err != nil {
		return false, err
	}
	for _, b := range stored {
		if b.Lesson == p.Lesson && b.Section == screen.Section && b.Part == screen.Part {
			return false, s.store.RemoveBookmark(ctx, b)
		}
	}
	return true, s.store.AddBookmark(ctx, progress.Bookmark{
		Lesson: p.Lesson, Section: screen.Section, Part: screen.Part, At: s.now(),
	})
}
