package quiz

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAReviewIDTellsItsTimeAndSortsByIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var chance [10]byte
		copy(chance[:], rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "chance"))
		ms := rapid.Int64Range(0, 1<<44).Draw(t, "ms")
		one := NewReviewID(time.UnixMilli(ms), chance)
		if !one.Valid() || one.Time().UnixMilli() != ms {
			t.Fatalf("%s made at %d says %d", one, ms, one.Time().UnixMilli())
		}
		later := NewReviewID(time.UnixMilli(ms+1), [10]byte{})
		if one >= later {
			t.Fatalf("%s does not sort before %s", one, later)
		}
	})
}

func TestEveryBitOfChanceIsInTheID(t *testing.T) {
	seen := map[ReviewID]bool{}
	for i := range 10 {
		for bit := range 8 {
			var chance [10]byte
			chance[i] = 1 << bit
			seen[NewReviewID(monday, chance)] = true
		}
	}
	if len(seen) != 80 {
		t.Errorf("eighty different bits gave %d ids", len(seen))
	}
}

func TestWhatIsNoReviewID(t *testing.T) {
	for _, id := range []ReviewID{"", "01J", ReviewID(strings.Repeat("U", 26)), ReviewID(strings.Repeat("a", 26))} {
		if id.Valid() || !id.Time().IsZero() {
			t.Errorf("%q counts as an id", id)
		}
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	good := answered(1, monday, Good)
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*Review){
		"no review id":     func(r *Review) { r.ID = "x" },
		"no question":      func(r *Review) { r.Question = "" },
		"no time":          func(r *Review) { r.At = time.Time{} },
		"without a rating": func(r *Review) { r.Rating = 0 },
		"without a verdict": func(r *Review) {
			r.Verdict = 7
		},
		"unknown event": func(r *Review) { r.Event = "dance" },
		"does not say of what": func(r *Review) {
			r.Event = Undid
		},
	} {
		r := good
		spoil(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	for _, r := range []Review{
		{ID: good.ID, Event: Reset, Question: "q", At: monday},
		{ID: good.ID, Event: Undid, Undoes: good.ID, Question: "q", At: monday},
	} {
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestSmallTypesTravelAsWords(t *testing.T) {
	type all struct {
		Rating     Rating
		Confidence Confidence
		Verdict    Verdict
		State      State
	}
	for _, want := range []all{
		{},
		{Again, Guess, Wrong, New},
		{Hard, ThinkSo, Partly, Learning},
		{Good, Sure, Right, Reviewing},
		{Easy, Sure, Right, Relearning},
	} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got all
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	var r Rating
	if err := json.Unmarshal([]byte(`"great"`), &r); err == nil {
		t.Error("great counts as a rating")
	}
	if Rating(9).String() != "?9" {
		t.Errorf("a rating that is none prints as %s", Rating(9))
	}
}

func TestTell(t *testing.T) {
	s := NewFSRS(Parameters{})
	first := answered(1, monday, Good)
	first.Beliefs, first.Confidence, first.Hint = []int{0, 3, 40, -1}, Sure, true
	f := Tell(s, Card{}, first)
	want := Fact{
		Status: Counted, At: monday.UnixMilli(), Day: DayOf(monday), Rating: Good, Verdict: Right, Confidence: Sure,
		Class: ClassNew, Mode: 1, Hint: true, Since: -1, Millis: 9000, Beliefs: 1 | 1<<3, Sitting: sitting("s1"),
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
	card := Apply(s, Card{}, first)
	later := answered(2, monday.Add(50*time.Hour), Again)
	f = Tell(s, card, later)
	if f.Since != 2 || f.Class != ClassYoung || float64(f.Recall) < 0.85 || float64(f.Recall) > 0.95 {
		t.Errorf("the second answer: %+v", f)
	}
	card = Apply(s, card, later)
	if f = Tell(s, card, answered(3, later.At.Add(10*time.Minute), Good)); f.Class != ClassSteps || f.Since != 0 {
		t.Errorf("within the steps: %+v", f)
	}
	card.State, card.Days = Reviewing, Mature
	if f = Tell(s, card, answered(4, monday.Add(2000*time.Hour), Good)); f.Class != ClassMature {
		t.Errorf("mature: %+v", f)
	}
	if f = Tell(s, card, Review{Event: Reset, At: monday}); f.Status != Other || f.Class != 0 {
		t.Errorf("a fresh start: %+v", f)
	}
}
