package study

import (
	"context"
	"errors"
	"time"

	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// reading is all that the store knows about what was read.
type reading struct {
	last      *progress.Place // nil before the first
	places    map[lessons.LessonID]progress.Place
	read      map[lessons.LessonID]map[progress.Screen]time.Time
	bookmarks []progress.Bookmark // newest first
}

func (s *Study) reading(ctx context.Context) (reading, error) {
	var r reading
	last, err := s.store.LastPlace(ctx)
	switch {
	case err == nil:
		r.last = &last
	case !errors.Is(err, progress.ErrNotFound):
		return r, err
	}
	if r.places, err = s.store.Places(ctx); err != nil {
		return r, err
	}
	if r.read, err = s.store.ReadScreens(ctx); err != nil {
		return r, err
	}
	r.bookmarks, err = s.store.Bookmarks(ctx)
	return r, err
}

// screen is how the store knows a screen: by section and part, so that it stays right when the author adds a section.
func (s *Study) screen(p Place) (progress.Screen, bool) {
	l := s.course.Lesson(p.Lesson)
	if l == nil {
		return progress.Screen{}, false
	}
	b := l.Body(lessons.EN)
	if b == nil || p.Screen < 0 || p.Screen >= len(b.Screens) {
		return progress.Screen{}, false
	}
	screen := b.Screens[p.Screen]
	return progress.Screen{Section: b.Sections[screen.Section].ID, Part: screen.Part}, true
}

// place is where a stored screen is in the course as it is today: the nearest part where the section got shorter, the
// lesson's first screen where it is gone.
func (s *Study) place(id lessons.LessonID, screen progress.Screen) Place {
	p := Place{Lesson: id}
	l := s.course.Lesson(id)
	if l == nil {
		return p
	}
	if b := l.Body(lessons.EN); b != nil {
		for _, section := range b.Sections {
			if section.ID == screen.Section {
				p.Screen = section.First + max(0, min(screen.Part, section.Count-1))
			}
		}
	}
	return p
}

func (r reading) at(id lessons.LessonID) (progress.Screen, bool) {
	p, ok := r.places[id]
	return progress.Screen{Section: p.Section, Part: p.Part}, ok
}

// Show remembers that a screen is on display: it is read now, and the course goes on here next time. It is on disk
// when Show returns.
func (s *Study) Show(ctx context.Context, p Place, lang lessons.Lang) error {
	screen, ok := s.screen(p)
	if !ok {
		return nil // a screen that the course does not have; nothing to remember
	}
	return s.store.SavePlace(ctx, progress.Place{
		Lesson: p.Lesson, Section: screen.Section, Part: screen.Part, Lang: lang, At: s.now(),
	})
}

// Where returns the screen of a lesson on which the learner was last, 0 if it was never opened.
func (s *Study) Where(ctx context.Context, id lessons.LessonID) (Place, error) {
	places, err := s.store.Places(ctx)
	if err != nil {
		return Place{Lesson: id}, err
	}
	if screen, ok := (reading{places: places}).at(id); ok {
		return s.place(id, screen), nil
	}
	return Place{Lesson: id}, nil
}

// wasRead returns whether every screen of a lesson was shown: then its questions may be asked for the first time.
func (s *Study) wasRead(r reading) func(lessons.LessonID) bool {
	return func(id lessons.LessonID) bool {
		l := s.course.Lesson(id)
		return l != nil && s.lessonProgress(l, r).Done()
	}
}
