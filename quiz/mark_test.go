package quiz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dockerlearn/lessons"
)

func TestChoices(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kind    lessons.Kind
		options string
		chosen  []int
		verdict Verdict
		score   float64
		beliefs []int
	}{
		{"the right one", lessons.OneChoice, ".x.", []int{1}, Right, 1, nil},
		{"a wrong one", lessons.OneChoice, ".x.", []int{2}, Wrong, 0, []int{2}},
		{"nothing", lessons.OneChoice, ".x.", nil, Wrong, 0, nil},
		{"two where one is right", lessons.OneChoice, ".x.", []int{0, 1}, Wrong, 0, []int{0}},
		{"an option that does not exist", lessons.OneChoice, ".x.", []int{7}, Wrong, 0, nil},
		{"a predicted output", lessons.Predict, "x...", []int{0}, Right, 1, nil},
		{"a wrong prediction", lessons.Predict, "x...", []int{3}, Wrong, 0, []int{3}},
		{"all right ones", lessons.ManyChoices, "x.x.", []int{2, 0}, Right, 1, nil},
		{"one of two", lessons.ManyChoices, "x.x.", []int{2}, Partly, 0.5, nil},
		{"both and a wrong one", lessons.ManyChoices, "x.x.", []int{0, 2, 3}, Partly, 0.5, []int{3}},
		{"one right, one wrong", lessons.ManyChoices, "x.x.", []int{0, 3}, Wrong, 0, []int{3}},
		{"everything earns nothing", lessons.ManyChoices, "x.x.", []int{0, 1, 2, 3}, Wrong, 0, []int{1, 3}},
		{"the same one twice", lessons.ManyChoices, "x.x.", []int{0, 0}, Partly, 0.5, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := Mark(NewItem(choice(tt.kind, tt.options), 1, nil), Answer{Lang: lessons.EN, Choices: tt.chosen})
			if g.Verdict != tt.verdict || g.Score != tt.score || !cmp.Equal(g.Beliefs, tt.beliefs) {
				t.Errorf(
					"%s %v of %q: %s, score %g, beliefs %v",
					tt.kind,
					tt.chosen,
					tt.options,
					g.Verdict,
					g.Score,
					g.Beliefs,
				)
			}
		})
	}
}

func TestEachOptionIsJudged(t *testing.T) {
	g := Mark(NewItem(choice(lessons.ManyChoices, "xx.."), 1, nil), Answer{Choices: []int{0, 2}})
	want := []Part{{Index: 0, State: Hit}, {Index: 1, State: Missed}, {Index: 2, State: False}, {Index: 3, State: Left}}
	if diff := cmp.Diff(want, g.Parts); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerMeansTheSameWhateverTheShuffle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := choice(lessons.ManyChoices, rapid.StringMatching(`[x.]{2,6}`).Draw(t, "options"))
		a := Answer{Choices: rapid.SliceOf(rapid.IntRange(0, 5)).Draw(t, "chosen")}
		one := Mark(NewItem(q, rapid.Uint64().Draw(t, "seed"), nil), a)
		other := Mark(NewItem(q, rapid.Uint64().Draw(t, "other seed"), nil), a)
		if diff := cmp.Diff(one, other); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestOrder(t *testing.T) {
	for _, tt := range []struct {
		name    string
		order   []int
		verdict Verdict
		score   float64
		states  []PartState
	}{
		{"right", []int{0, 1, 2, 3}, Right, 1, []PartState{Hit, Hit, Hit, Hit}},
		{"two neighbours changed places", []int{0, 2, 1, 3}, Partly, 0, []PartState{Hit, Swapped, Swapped, Hit}},
		{"the last came first", []int{3, 0, 1, 2}, Partly, 2.0 / 3, []PartState{False, False, False, False}},
		{"backwards", []int{3, 2, 1, 0}, Wrong, 0, []PartState{False, Swapped, Swapped, False}},
		{"a step is missing", []int{0, 1, 2}, Wrong, 0, []PartState{Missed, Missed, Missed, Missed}},
		{"a step twice", []int{0, 1, 1, 3}, Wrong, 0, []PartState{Missed, Missed, Missed, Missed}},
		{"a step that does not exist", []int{0, 1, 2, 9}, Wrong, 0, []PartState{Missed, Missed, Missed, Missed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := Mark(NewItem(steps(4), 1, nil), Answer{Order: tt.order})
			var states []PartState
			for _, p := range g.Parts {
				states = append(states, p.State)
			}
			if g.Verdict != tt.verdict || g.Score != tt.score || !cmp.Equal(states, tt.states) {
				t.Errorf("%v: %s, score %g, states %v", tt.order, g.Verdict, g.Score, states)
			}
		})
	}
}

func TestRubric(t *testing.T) {
	for _, tt := range []struct {
		name    string
		ticks   []int
		verdict Verdict
		score   float64
		beliefs []int
	}{
		{"all points", []int{0, 1, 2}, Right, 1, nil},
		{"the two heavy ones", []int{0, 1}, Partly, 0.8, nil},
		{"a heavy and the light one pass", []int{0, 2}, Partly, 0.6, nil},
		{"one heavy one does not", []int{0}, Wrong, 0.4, nil},
		{"all, and the falsehood", []int{0, 1, 2, 3}, Partly, 0.8, []int{3}},
		{"the falsehood alone", []int{3}, Wrong, 0, []int{3}},
		{"silence", nil, Wrong, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := Mark(NewItem(rubric(2, 2, 1, -1), 1, nil), Answer{Lang: lessons.EN, Ticks: tt.ticks})
			if g.Verdict != tt.verdict || g.Score != tt.score || !cmp.Equal(g.Beliefs, tt.beliefs) {
				t.Errorf("%v: %s, score %g, beliefs %v", tt.ticks, g.Verdict, g.Score, g.Beliefs)
			}
		})
	}
}

func TestDo(t *testing.T) {
	it := NewItem(&lessons.Question{Kind: lessons.Do}, 1, nil)
	for _, tt := range []struct {
		met     []bool
		verdict Verdict
		score   float64
	}{
		{[]bool{true, true}, Right, 1},
		{[]bool{true, false}, Partly, 0.5},
		{[]bool{false}, Wrong, 0},
		{nil, Wrong, 0},
	} {
		if g := Mark(it, Answer{Met: tt.met}); g.Verdict != tt.verdict || g.Score != tt.score {
			t.Errorf("conditions %v: %s, score %g", tt.met, g.Verdict, g.Score)
		}
	}
}

func TestGivingUpIsWrongInEveryKind(t *testing.T) {
	for _, q := range []*lessons.Question{
		choice(lessons.OneChoice, "x."), typed([]string{"whiteout"}), steps(3), rubric(1), {Kind: lessons.Do},
	} {
		a := Answer{
			GaveUp:  true,
			Choices: []int{0},
			Text:    "whiteout",
			Order:   []int{0, 1, 2},
			Ticks:   []int{0},
			Met:     []bool{true},
		}
		if g := Mark(NewItem(q, 1, nil), a); g.Verdict != Wrong || !g.GaveUp || g.Score != 0 {
			t.Errorf("%s: %+v", q.Kind, g)
		}
	}
}

func TestAKindThatIsNotKnownIsWrong(t *testing.T) {
	if g := Mark(NewItem(&lessons.Question{Kind: "dance"}, 1, nil), Answer{}); g.Verdict != Wrong {
		t.Errorf("%+v", g)
	}
}
