package quiz

// Rating is what an answer counts for in the memory model.
type Rating uint8

// The four ratings, as FSRS numbers them. The zero Rating is "none".
const (
	Again Rating = 1 + iota
	Hard
	Good
	Easy
)

// Ratings are all four, worst first.
func Ratings() [4]Rating { return [4]Rating{Again, Hard, Good, Easy} }

// Confidence is how sure the learner was, asked before the verdict is shown.
type Confidence uint8

// The zero Confidence is "did not say".
const (
	Guess Confidence = 1 + iota
	ThinkSo
	Sure
)

// Circumstance is how an answer came about.
type Circumstance struct {
	Confidence Confidence
	Hint       bool // a hint was taken
	Slow       bool // it took longer than it takes this learner; see Pace
}

// PassMark is the share of an open question's points from which it counts as recalled, GoodMark from which it counts
// as recalled well.
const (
	PassMark = 0.6
	GoodMark = 0.85
)

// Suggest maps a marked answer to a rating. The learner may choose another one.
//
//   - wrong, given up, partly right: again, whatever else is true. FSRS reads "hard" as "recalled"; the Anki manual
//     names the wrong use of it as the one habit that spoils the model.
//   - right, but slow, with a hint, or guessed: hard.
//   - right: good. Never easy.
//
// A right guess is a pass with a shorter way back, neither a lapse nor a full pass. It was not a failure to recall, so
// "again" would teach the model something that did not happen. But an unsure right answer is lost far more often
// than a sure one if nothing is done, and gains most from being told "that was right" and asked again soon (Butler,
// Karpicke and Roediger 2008, "Correcting a metacognitive error", J. Exp. Psychol. LMC 34:918-928); and of blind
// guesses among four options one in four is right.
func Suggest(g Grade, open bool, c Circumstance) Rating {
	if open {
		return suggestOpen(g, c)
	}
	if g.Verdict != Right {
		return Again
	}
	return softened(Good, c)
}

// suggestOpen grades by the rubric: below the pass mark it was not recalled.
func suggestOpen(g Grade, c Circumstance) Rating {
	switch {
	case g.GaveUp || g.Score < PassMark:
		return Again
	case g.Score < GoodMark:
		return Hard
	}
	return softened(Good, c)
}

func softened(r Rating, c Circumstance) Rating {
	if c.Hint || c.Slow || c.Confidence == Guess {
		return min(r, Hard)
	}
	return r
}
