package quiz

import "testing"

func TestSuggest(t *testing.T) {
	right, wrong, partly := Grade{Verdict: Right, Score: 1}, Grade{Verdict: Wrong}, Grade{Verdict: Partly, Score: 0.7}
	for _, tt := range []struct {
		name string
		g    Grade
		open bool
		c    Circumstance
		want Rating
	}{
		{"right", right, false, Circumstance{}, Good},
		{"right and sure", right, false, Circumstance{Confidence: Sure}, Good},
		{"right, thinks so", right, false, Circumstance{Confidence: ThinkSo}, Good},
		{"right by a guess", right, false, Circumstance{Confidence: Guess}, Hard},
		{"right but slow", right, false, Circumstance{Slow: true}, Hard},
		{"right with a hint", right, false, Circumstance{Hint: true}, Hard},
		{"right, all of it", right, false, Circumstance{Guess, true, true}, Hard},
		{"wrong", wrong, false, Circumstance{}, Again},
		{"wrong and sure", wrong, false, Circumstance{Confidence: Sure}, Again},
		{"wrong by a guess", wrong, false, Circumstance{Confidence: Guess}, Again},
		{"wrong with a hint", wrong, false, Circumstance{Hint: true, Slow: true}, Again},
		{"half right", partly, false, Circumstance{}, Again},
		{"gave up", Grade{Verdict: Wrong, GaveUp: true}, false, Circumstance{}, Again},
		{"open, all points", Grade{Verdict: Right, Score: 1}, true, Circumstance{}, Good},
		{"open, all points, slow", Grade{Verdict: Right, Score: 1}, true, Circumstance{Slow: true}, Hard},
		{"open, most points", Grade{Verdict: Partly, Score: 0.7}, true, Circumstance{}, Hard},
		{"open, just passed", Grade{Verdict: Partly, Score: PassMark}, true, Circumstance{}, Hard},
		{"open, not passed", Grade{Verdict: Wrong, Score: 0.5}, true, Circumstance{Confidence: Sure}, Again},
		{"open, gave up", Grade{GaveUp: true, Score: 1}, true, Circumstance{}, Again},
	} {
		if got := Suggest(tt.g, tt.open, tt.c); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestNothingSuggestsEasyAndNoWrongAnswerIsHard(t *testing.T) {
	for _, verdict := range []Verdict{Wrong, Partly, Right} {
		for _, confidence := range []Confidence{0, Guess, ThinkSo, Sure} {
			for bits := range 4 {
				c := Circumstance{confidence, bits&1 != 0, bits&2 != 0}
				got := Suggest(Grade{Verdict: verdict, Score: 1}, false, c)
				if got == Easy || verdict != Right && got != Again {
					t.Errorf("%s, %+v: %s", verdict, c, got)
				}
			}
		}
	}
}
