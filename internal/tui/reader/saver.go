package reader

import (
	"context"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/lessons"
)

// Saver remembers the screens that were shown, one after the other: however fast pages are turned, each counts as read
// and the last one shown is the last one stored. All readers of a program share one.
type Saver struct {
	study *study.Study
	last  chan struct{} // closed when the last of them is stored, or could not be
}

// NewSaver returns a Saver that writes to a study.
func NewSaver(s *study.Study) *Saver {
	done := make(chan struct{})
	close(done)
	return &Saver{study: s, last: done}
}

// show takes a place in the queue, at once, and returns what stores it when its turn comes.
func (s *Saver) show(p study.Place, lang lessons.Lang) func() error {
	before, done := s.last, make(chan struct{})
	s.last = done
	return func() error {
		defer close(done)
		<-before
		return s.study.Show(context.Background(), p, lang)
	}
}

// Wait waits until everything is stored, but not longer than so long: a disk that hangs must not keep the program.
func (s *Saver) Wait(atMost time.Duration) {
	t := time.NewTimer(atMost)
	defer t.Stop()
	select {
	case <-s.last:
	case <-t.C:
	}
}
