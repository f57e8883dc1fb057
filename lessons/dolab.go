package lessons

import (
	"maps"
	"slices"
)

// Lab is a do question as something to be done on a simulated host: its stem is the story, its explanation the debrief.
// It is nil for questions of other kinds. A do question has no hints.
func (q *Question) Lab() *Lab {
	if q.Kind != Do {
		return nil
	}
	l := &Lab{
		ID: LabID(q.ID), Title: Text{}, Words: map[Lang]*LabWords{}, Pos: q.Pos,
		Setup: q.Setup, Check: q.Check, Solutions: q.Solutions,
	}
	for lang, w := range q.Words {
		l.Title[lang] = w.Prompt
		l.Words[lang] = &LabWords{Heading: w.Heading, Story: w.Stem, Debrief: w.Why, Text: w.Text, Pos: w.Pos}
	}
	return l
}

// sameTask reports whether the machine is given the same in two forms of a question.
func sameTask(a, b *Question) bool {
	same := func(x, y Block) bool { return x.Text == y.Text }
	alike := func(x, y Line) bool {
		return x.Condition == y.Condition && maps.Equal(x.Says, y.Says)
	}
	return same(a.Setup, b.Setup) && slices.EqualFunc(a.Check, b.Check, alike) &&
		slices.EqualFunc(a.Solutions, b.Solutions, same)
}
