package quiz

import (
	"slices"

	"dockerlearn/lessons"
)

// Part is the judgement of one option, gap, step or point.
type Part struct {
	Index int // the author's index of the option, gap, step or point
	State PartState
	Near  string // of a gap: the accepted spelling that was meant, or may have been
}

// PartState says what was made of a part.
type PartState uint8

// The states. Which of them occur depends on the kind of question.
const (
	Left    PartState = iota // a wrong option that was left alone; a point that was not said
	Hit                      // right, and given
	Missed                   // right, and not given
	False                    // wrong, and given
	Swapped                  // a step that changes places with its neighbour in the right order
)

func verdictOf(right bool) Verdict {
	if right {
		return Right
	}
	return Wrong
}

// markChoices wants exactly the right options. The score counts each option that was treated rightly, less those
// that choosing everything or nothing would earn.
func markChoices(q *lessons.Question, choices []int) Grade {
	g := Grade{}
	hits, wanted := 0, 0
	for i, right := range q.Right {
		chosen := slices.Contains(choices, i)
		p := Part{Index: i}
		switch {
		case right && chosen:
			p.State, hits = Hit, hits+1
		case right:
			p.State = Missed
		case chosen:
			p.State = False
			g.Beliefs = append(g.Beliefs, i)
		}
		if right {
			wanted++
		}
		g.Parts = append(g.Parts, p)
	}
	exact := hits == wanted && wanted > 0 && len(g.Beliefs) == 0
	g.Verdict = verdictOf(exact)
	if wanted > 0 {
		g.Score = max(0, float64(hits-len(g.Beliefs))/float64(wanted))
	}
	if !exact && q.Kind == lessons.ManyChoices && hits > 0 && g.Score > 0 {
		g.Verdict = Partly
	}
	return g
}

// markOrder wants the exact order. Two neighbours that only change places are told apart from a step that is
// somewhere else, and the score is the share of neighbouring pairs that stand in the right order.
func markOrder(n int, order []int) Grade {
	g := Grade{Verdict: Wrong}
	if !permutation(order, n) {
		for i := range n {
			g.Parts = append(g.Parts, Part{Index: i, State: Missed})
		}
		return g
	}
	right, pairs := 0, 0
	for at := 0; at < n; at++ {
		p := Part{Index: order[at], State: False}
		switch {
		case order[at] == at:
			p.State, right = Hit, right+1
		case swapped(order, at):
			p.State = Swapped
		}
		if at > 0 && order[at] == order[at-1]+1 {
			pairs++
		}
		g.Parts = append(g.Parts, p)
	}
	g.Score = 1
	if n > 1 {
		g.Score = float64(pairs) / float64(n-1)
	}
	switch {
	case right == n:
		g.Verdict = Right
	case right > 0 || pairs > 0:
		g.Verdict = Partly
	}
	return g
}

// swapped reports whether the step at this place and a neighbour would both be right if they changed places.
func swapped(order []int, at int) bool {
	other := order[at]
	if other-at != 1 && at-other != 1 {
		return false
	}
	return order[other] == at
}

func permutation(order []int, n int) bool {
	if len(order) != n {
		return false
	}
	seen := make([]bool, n)
	for _, i := range order {
		if i < 0 || i >= n || seen[i] {
			return false
		}
		seen[i] = true
	}
	return true
}

// markRubric adds up the points that were said; points below zero cost what they weigh.
func markRubric(w *lessons.Words, ticks []int) Grade {
	g := Grade{Verdict: Wrong}
	if w == nil {
		return g
	}
	got, all := 0, 0
	for i, p := range w.Rubric {
		said := slices.Contains(ticks, i)
		part := Part{Index: i}
		switch {
		case said && p.Weight < 0:
			part.State = False
			g.Beliefs = append(g.Beliefs, i)
		case said:
			part.State = Hit
		case p.Weight > 0:
			part.State = Missed
		}
		if said {
			got += p.Weight
		}
		all += max(0, p.Weight)
		g.Parts = append(g.Parts, part)
	}
	if all > 0 {
		g.Score = max(0, float64(got)/float64(all))
	}
	switch {
	case g.Score >= GoodMark:
		g.Verdict = Right
	case g.Score >= PassMark:
		g.Verdict = Partly
	}
	return g
}

// markEffect wants every condition to hold.
func markEffect(met []bool) Grade {
	g := Grade{Verdict: Wrong}
	held := 0
	for i, ok := range met {
		p := Part{Index: i, State: Missed}
		if ok {
			p.State, held = Hit, held+1
		}
		g.Parts = append(g.Parts, p)
	}
	if len(met) > 0 {
		g.Score = float64(held) / float64(len(met))
	}
	switch {
	case len(met) > 0 && held == len(met):
		g.Verdict = Right
	case held > 0:
		g.Verdict = Partly
	}
	return g
}
