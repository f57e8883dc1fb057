// Package quiz asks, marks and remembers: questions made askable, answers judged, memory modelled, sessions run,
// statistics computed. All of it is arithmetic on values.
//
// Terms. An Item is a question with its options shuffled by a seed. An Answer is what the learner did with it; Mark
// turns both into a Grade. A Rating is what the answer counts for in the memory model (again, hard, good, easy). A
// Review is one line of the learner's log: an answer, the taking back of one, or a fresh start. A Card is what the
// log says about one question: how stable the memory is, and when it is asked again. A Fact is a review seen with the
// card as it was before it; statistics are made of facts. A Deck is the questions of the course with their cards. A
// Plan is what a session is going to ask, and a Session the plan with what was answered.
//
// Laws:
//
//  1. Nothing here reads a clock, a disk or a terminal, and nothing starts a goroutine: time comes as an argument,
//     chance as a seed.
//  2. A card is a function of the log, Fold(scheduler, reviews): it can be thrown away and computed again, and an
//     undone answer leaves no trace in it.
//  3. A wrong answer is "again", never "hard": the one habit that the memory model cannot absorb. "Easy" is only
//     ever said by the learner.
//  4. A typed answer is forgiven its spelling, never its meaning: an answer that names another concept is wrong.
//  5. A session is a function of its plan and its lines of the log: undone and resumed by taking them again.
//
// How a session runs, for its caller:
//
//	deck := NewDeck(course, store's cards, lessons that were read)
//	plan := PlanToday(deck, scheduler, Start{Session: a new id, At: now, Seed: chance}, Daily{...})
//	        store the plan as JSON: with the log it gives the session back after a restart (Resume)
//	session := NewSession(plan, deck, scheduler, lexicon)
//	for {
//		turn := session.Turn(now)           show turn.Item in its Order, count, time left; ask how sure
//		grade := Mark(turn.Item, answer)    unless plan.Sealed, show it with Preview(scheduler, turn.Card, now)
//		rating := Suggest(grade, open, Circumstance{Confidence, Hint, Slow: pace.Slow(...)})
//		record a Review with a NewReviewID; the store moves the card by Apply, or by Fold if it came late
//		session.Take(review)                also when it could not be saved: the learner goes on
//	}
//	session.Report(now)                     at TimeUp, Done, or when the learner leaves; compare it Against the last
//
// Undo records an Undid line for session.Undoable and tells the session; another rating for the same answer is an undo
// and the answer again, with a new id and ByHand. An undo itself is not undone: the question is answered again.
//
// Left out: the words that are shown (they stay in package lessons), storage (package progress), and the running of
// commands: a "do" question is judged by conditions that its caller evaluated.
package quiz

import (
	"math/rand/v2"

	"dockerlearn/lessons"
)

// Item is a question made askable: what stands where is decided. It says nothing in any language; the words are in
// Question.In(lang), and an index into them is the author's, the same in every language.
type Item struct {
	Question *lessons.Question
	Seed     uint64
	Order    []int // what is shown at place i: the author's index of the option or step

	lexicon *Lexicon
}

// NewItem shuffles a question's options (or steps) by the seed. The lexicon may be nil; then no word is known to
// name another concept. Steps to be ordered never come up in the right order.
func NewItem(q *lessons.Question, seed uint64, lex *Lexicon) Item {
	it := Item{Question: q, Seed: seed, lexicon: lex}
	n := places(q)
	if n == 0 {
		return it
	}
	chance := rand.New(rand.NewPCG(seed, uint64(n)))
	it.Order = chance.Perm(n)
	if q.Kind == lessons.Order && n > 1 && ascending(it.Order) {
		it.Order[0], it.Order[1] = it.Order[1], it.Order[0]
	}
	return it
}

// places is how many things of a question are shuffled.
func places(q *lessons.Question) int {
	switch q.Kind {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		return len(q.Right)
	case lessons.Order:
		if w := q.In(lessons.EN); w != nil {
			return len(w.Steps)
		}
	}
	return 0
}

func ascending(order []int) bool {
	for i, at := range order {
		if i != at {
			return false
		}
	}
	return true
}

// Answer is what the learner gave. Only the fields of the question's kind are used. Indices are the author's, so an
// answer keeps its meaning whatever the shuffle was.
type Answer struct {
	Lang    lessons.Lang `json:"lang,omitempty"`    // of the screen; the gaps of two languages may differ in order
	Choices []int        `json:"choices,omitempty"` // one, many, predict
	Text    string       `json:"text,omitempty"`    // typed; for open and do what was written, kept but not judged
	Gaps    []string     `json:"gaps,omitempty"`    // cloze, in the order of the language's text
	Order   []int        `json:"order,omitempty"`   // order: the steps as the learner arranged them
	Ticks   []int        `json:"ticks,omitempty"`   // open: the points of the rubric that were said
	Met     []bool       `json:"met,omitempty"`     // do: for each condition whether it holds
	GaveUp  bool         `json:"gaveUp,omitempty"`  // "I don't know"
}

// Verdict says whether an answer is right.
type Verdict uint8

// The verdicts. Partly is told to the learner, and counts as wrong, except for open questions.
const (
	Wrong Verdict = 1 + iota
	Partly
	Right
)

// Grade is a marked answer.
type Grade struct {
	Verdict Verdict
	Score   float64 // 0 to 1
	Parts   []Part  // option by option, gap by gap, step by step, point by point
	Beliefs []int   // which wrong options, or which named wrong answers, were given: their feedback explains them
	Near    string  // typed: the accepted spelling that was meant, or may have been meant ("did you mean")
	Concept string  // typed: the glossary's id of another concept that the answer names
	GaveUp  bool
}

// Mark judges an answer.
func Mark(it Item, a Answer) Grade {
	if a.GaveUp {
		return Grade{Verdict: Wrong, GaveUp: true}
	}
	switch it.Question.Kind {
	case lessons.OneChoice, lessons.Predict, lessons.ManyChoices:
		return markChoices(it.Question, a.Choices)
	case lessons.Typed:
		return markTyped(it, a)
	case lessons.Cloze:
		return markGaps(it, a)
	case lessons.Order:
		return markOrder(places(it.Question), a.Order)
	case lessons.Open:
		return markRubric(it.Question.In(a.Lang), a.Ticks)
	case lessons.Do:
		return markEffect(a.Met)
	}
	return Grade{Verdict: Wrong}
}
