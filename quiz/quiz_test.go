package quiz

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dockerlearn/internal/mdoc"
	"dockerlearn/lessons"
)

// choice is a question with options; the letters say which are right: "x" right, "." wrong.
func choice(kind lessons.Kind, options string) *lessons.Question {
	q := &lessons.Question{ID: "union-fs-01", Lesson: "union-fs", Kind: kind, Rev: 1}
	for _, o := range options {
		q.Right = append(q.Right, o == 'x')
	}
	return q
}

// typed is a question with accepted answers and named wrong ones.
func typed(accept []string, wrong ...[]string) *lessons.Question {
	w := &lessons.Words{Accept: accept}
	for _, answers := range wrong {
		w.Wrong = append(w.Wrong, lessons.NamedWrong{Answers: answers, Feedback: "no"})
	}
	return &lessons.Question{
		ID: "union-fs-02", Lesson: "union-fs", Kind: lessons.Typed, Rev: 1,
		Words: map[lessons.Lang]*lessons.Words{lessons.EN: w},
	}
}

func steps(n int) *lessons.Question {
	w := &lessons.Words{Steps: make([]mdoc.Fragment, n)}
	return &lessons.Question{
		ID: "publish-04", Lesson: "publish", Kind: lessons.Order, Rev: 1,
		Words: map[lessons.Lang]*lessons.Words{lessons.EN: w},
	}
}

func rubric(weights ...int) *lessons.Question {
	w := &lessons.Words{}
	for _, weight := range weights {
		w.Rubric = append(w.Rubric, lessons.Point{Weight: weight})
	}
	return &lessons.Question{
		ID: "cow-iv", Lesson: "copy-on-write", Kind: lessons.Open, Rev: 1, Seconds: 90,
		Words: map[lessons.Lang]*lessons.Words{lessons.EN: w},
	}
}

func TestOptionsAreShuffledByTheSeedAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 9).Draw(t, "options")
		seed := rapid.Uint64().Draw(t, "seed")
		q := &lessons.Question{Kind: lessons.OneChoice, Right: make([]bool, n)}
		first, again := NewItem(q, seed, nil).Order, NewItem(q, seed, nil).Order
		if !slices.Equal(first, again) {
			t.Fatalf("seed %d gave %v, then %v", seed, first, again)
		}
		if !permutation(first, n) {
			t.Fatalf("%v does not show each of %d options once", first, n)
		}
	})
}

func TestEveryOptionStandsInEveryPlaceEquallyOften(t *testing.T) {
	const options, seeds = 4, 4000
	var stood [options][options]int
	q := &lessons.Question{Kind: lessons.OneChoice, Right: make([]bool, options)}
	for seed := range uint64(seeds) {
		for place, option := range NewItem(q, seed, nil).Order {
			stood[option][place]++
		}
	}
	for option, places := range stood {
		for place, n := range places {
			// Four standard deviations of a fair shuffle are 110.
			if fair := seeds / options; n < fair-110 || n > fair+110 {
				t.Errorf("option %d stood in place %d %d times of %d", option, place, n, seeds)
			}
		}
	}
}

func TestStepsNeverComeUpInTheRightOrder(t *testing.T) {
	for n := 2; n <= 6; n++ {
		for seed := range uint64(500) {
			if it := NewItem(steps(n), seed, nil); ascending(it.Order) || !permutation(it.Order, n) {
				t.Fatalf("%d steps, seed %d: %v", n, seed, it.Order)
			}
		}
	}
}

func TestWhatHasNothingToShuffleIsNotShuffled(t *testing.T) {
	for _, q := range []*lessons.Question{typed([]string{"whiteout"}), rubric(1, 2), {Kind: lessons.Order}} {
		if it := NewItem(q, 7, nil); it.Order != nil {
			t.Errorf("%s: order %v", q.Kind, it.Order)
		}
	}
}

func questionNumber(i int) lessons.QuestionID { return lessons.QuestionID(fmt.Sprintf("q-%03d", i)) }

func newChance(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
