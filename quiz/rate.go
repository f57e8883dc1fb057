package quiz

import "math"

// Rate is how many of N answers were right.
type Rate struct {
	N     int `json:"n"`
	Right int `json:"right"`
}

func (r *Rate) add(right bool) {
	r.N++
	if right {
		r.Right++
	}
}

func (r Rate) plus(o Rate) Rate { return Rate{r.N + o.N, r.Right + o.Right} }

// Share is the rate as a number from 0 to 1, 0 of nothing.
func (r Rate) Share() float64 { return share(r.Right, r.N) }

// Between is the range in which the true share lies with 95 % probability: what few answers tell is little (Wilson's
// score interval).
func (r Rate) Between() (low, high float64) {
	if r.N == 0 {
		return 0, 1
	}
	const z = 1.96
	n, p := float64(r.N), r.Share()
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, min(p, middle-half)), min(1, max(p, middle+half))
}

// Retention is the true retention: of the answers that were due after days, the first of each day, how many were
// recalled. Answers within the steps do not count. (As Anki counts it.)
type Retention struct {
	Target float64 `json:"target"`
	All    Rate    `json:"all"`    // young and mature
	New    Rate    `json:"new"`    // first answers ever, not part of All
	Young  Rate    `json:"young"`  // interval below Mature days
	Mature Rate    `json:"mature"` // from there on
}

// Retention of the window; the target is the scheduler's.
func (t *Tally) Retention(target float64) Retention {
	return Retention{Target: target, All: t.young.plus(t.mature), New: t.firsts, Young: t.young, Mature: t.mature}
}

// Calibration is how often answers were right, by how sure the learner was. It is well calibrated who is right nine
// times of ten when sure.
type Calibration struct {
	Sure    Rate `json:"sure"`
	ThinkSo Rate `json:"think"`
	Guess   Rate `json:"guess"`
}

// SureShouldBe is the share from which "sure" answers should be right.
const SureShouldBe = 0.9

// Calibration of the window.
func (t *Tally) Calibration() Calibration {
	return Calibration{Sure: t.confidence[Sure], ThinkSo: t.confidence[ThinkSo], Guess: t.confidence[Guess]}
}

// TooSure reports whether the learner is sure too often, as far as that can be told from so many answers.
func (c Calibration) TooSure() bool {
	_, high := c.Sure.Between()
	return c.Sure.N > 0 && high < SureShouldBe
}

// curveEdges are the first days of the curve's bins: each about half as long again as the one before.
var curveEdges = [...]float32{1, 2, 3, 4, 6, 9, 13, 19, 28, 41, 61, 91, 136, 201, 301, 451}

func binOf(days float32) int {
	i := len(curveEdges) - 1
	for i > 0 && days < curveEdges[i] {
		i--
	}
	return i
}

type bin struct {
	Rate
	days, recall float64 // sums
}

func (b *bin) add(f *Fact, recalled bool) {
	b.Rate.add(recalled)
	b.days += float64(f.Since)
	b.recall += float64(f.Recall)
}

// Point is one point of the learner's own forgetting curve.
type Point struct {
	Days      float64 `json:"days"` // mean time since the answer before
	Recalled  Rate    `json:"recalled"`
	Predicted float64 `json:"predicted"` // what the model said for these answers, on average
}

// Curve is the forgetting curve of the window: for each span of days with answers in it, how many were recalled after
// so long, and how many the model expected.
func (t *Tally) Curve() []Point {
	var points []Point
	for _, b := range t.curve {
		if b.N > 0 {
			n := float64(b.N)
			points = append(points, Point{Days: b.days / n, Recalled: b.Rate, Predicted: b.recall / n})
		}
	}
	return points
}
