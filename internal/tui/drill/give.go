package drill

import (
	"slices"
	"time"

	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// letters choose options. Those that do something else on the card are left out.
const letters = "abcdefimoprvwxyz"

// none is a place that is not in the list.
const none = -1

// giving is the answer as far as it is given.
type giving struct {
	at     int            // the place of the cursor in the list, or none; of a cloze the gap
	chosen map[int]bool   // by the author's index: options, or points of the rubric
	order  []int          // of steps: the author's indices, place by place
	held   bool           // the step under the cursor is moved with it
	inputs []widget.Input // what is typed
	sure   quiz.Confidence
	hint   bool
	spent  time.Duration // until the points of an open question were shown; 0 before
}

func newGiving(it quiz.Item) giving {
	g := giving{at: none, chosen: map[int]bool{}}
	switch it.Question.Kind {
	case lessons.Order:
		g.order = slices.Clone(it.Order)
		g.at = 0
	case lessons.ManyChoices:
		g.at = 0
	case lessons.Typed:
		g.inputs, g.at = make([]widget.Input, 1), 0
	case lessons.Cloze:
		g.inputs, g.at = make([]widget.Input, gapCount(it.Question)), 0
	}
	return g
}

func gapCount(q *lessons.Question) int {
	n := 0
	for _, p := range q.In(lessons.EN).Cloze {
		if len(p.Accept) > 0 {
			n++
		}
	}
	return n
}

// empty reports whether nothing was typed yet.
func (g *giving) empty() bool {
	for i := range g.inputs {
		if g.inputs[i].Text() != "" {
			return false
		}
	}
	return true
}

// move moves the cursor by so many places of n, and the step that is held with it.
func (g *giving) move(by, n int) {
	to := max(0, min(g.at+by, n-1))
	if g.at == none && by < 0 {
		to = n - 1
	}
	if g.held && g.at != to {
		step := g.order[g.at]
		g.order = slices.Insert(slices.Delete(g.order, g.at, g.at+1), to, step)
	}
	g.at = to
}

// answer is what is marked.
func (g *giving) answer(it quiz.Item, lang lessons.Lang) quiz.Answer {
	a := quiz.Answer{Lang: lang}
	switch it.Question.Kind {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		a.Choices = g.ticked()
	case lessons.Open:
		a.Ticks = g.ticked()
	case lessons.Order:
		a.Order = slices.Clone(g.order)
	case lessons.Typed:
		a.Text = g.inputs[0].Text()
	case lessons.Cloze:
		for i := range g.inputs {
			a.Gaps = append(a.Gaps, g.inputs[i].Text())
		}
	}
	return a
}

func (g *giving) ticked() []int {
	var all []int
	for i, on := range g.chosen {
		if on {
			all = append(all, i)
		}
	}
	slices.Sort(all)
	return all
}
