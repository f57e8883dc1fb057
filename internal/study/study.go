// Package study is one learner at work: the only door between a screen and the domain. It knows the course, what was
// read and answered, and where things are kept; it draws nothing and makes no sentences.
//
// A Study is safe for concurrent use: screens call it from commands that run beside each other. Methods that take a
// context touch the disk; the others do not.
package study

import (
	"crypto/rand"
	"io"
	"sync"
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/lessons"
	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// Study is a course and a learner's progress in it.
type Study struct {
	course   *lessons.Course
	findings mdoc.Findings
	store    *progress.Store
	now      func() time.Time
	chance   io.Reader

	index   func() *index        // made at the first search
	lexicon func() *quiz.Lexicon // made at the first question
}

// New brings a course and a store together. findings are what was wrong with the course's texts.
func New(course *lessons.Course, findings mdoc.Findings, store *progress.Store, now func() time.Time) *Study {
	return &Study{
		course: course, findings: findings, store: store, now: now, chance: rand.Reader,
		index:   sync.OnceValue(func() *index { return newIndex(course) }),
		lexicon: sync.OnceValue(func() *quiz.Lexicon { return quiz.NewLexicon(course.Glossary) }),
	}
}

// UseChance replaces where shuffles and ids come from. Tests want the same ones each time.
func (s *Study) UseChance(r io.Reader) { s.chance = r }

// Course is what is studied.
func (s *Study) Course() *lessons.Course { return s.course }

// Findings are what was wrong with the course's texts; empty for the built-in course.
func (s *Study) Findings() mdoc.Findings { return s.findings }

// Mistakes counts the errors of the course, and is the first of them with its file and line.
func (s *Study) Mistakes() (n int, first string) {
	for _, f := range s.findings {
		if f.Severity != mdoc.Error {
			continue
		}
		if n++; n == 1 {
			first = f.String()
		}
	}
	return n, first
}

// Place is a screen of a lesson. Screen is an index into Body.Screens, the same place in every language.
type Place struct {
	Lesson lessons.LessonID
	Screen int
}

// Kept says where progress is kept and how well that works.
type Kept struct {
	Path      string // of the file; empty when progress is in memory only
	Dir       string // the folder that was asked for
	Backup    time.Time
	Condition progress.Condition
}

// Kept returns where progress is kept.
func (s *Study) Kept() Kept {
	return Kept{Path: s.store.Path(), Dir: s.store.Dir(), Backup: s.store.LastBackup(), Condition: s.store.Condition()}
}

// Saves reports whether what the learner does outlives the program.
func (k Kept) Saves() bool {
	return k.Condition.State != progress.ReadOnly && k.Condition.State != progress.Memory
}
