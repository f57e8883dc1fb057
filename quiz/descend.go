package quiz

import (
	"math"
	"math/rand/v2"
)

// deviations are how much each weight differs among learners: the standard deviations by which fsrs-rs keeps to its
// defaults (PARAMS_STDDEV). The first four, stabilities after a first answer, differ by factors: theirs are of the
// logarithms, and our own guess.
var deviations = [21]float64{
	1, 1, 1, 1, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27,
}

// ranges are the weights' limits, as go-fsrs and ts-fsrs clip them.
var ranges = [21][2]float64{
	{0.1, 100},
	{0.1, 100},
	{0.1, 100},
	{0.1, 100},
	{1, 10},
	{0.001, 4},
	{0.001, 4},
	{0.001, 0.75},
	{0, 4.5},
	{0, 0.8},
	{0.001, 3.5},
	{0.001, 5},
	{0.001, 0.25},
	{0.001, 0.9},
	{0, 4},
	{0, 1},
	{1, 6},
	{0, 2},
	{0, 2},
	{0.01, 0.8},
	{0.1, 0.8},
}

// The descent: so many steps, each on about so many answers, at a rate that falls to nothing along a cosine.
const (
	descentSteps = 100
	batchAnswers = 1000
	descentRate  = 0.12 // in units of deviations
)

// descend finds the most probable weights. It begins at the published ones, around which those of learners lie, and
// works in units of deviations: a place is how far from there.
func descend(train []History, progress func(float64) bool) (Weights, bool) {
	begin := DefaultWeights()
	total := max(1, scoredIn(train))
	var place, speed, energy [21]float64
	lives := newDeal(train)
	for step := range descentSteps {
		if progress != nil && !progress(float64(step)/descentSteps) {
			return Weights{}, false
		}
		w := at(begin, place)
		slope, n := lives.slope(&w)
		rate := descentRate * (1 + math.Cos(math.Pi*float64(step)/descentSteps)) / 2
		for i := range place {
			scale := deviations[i]
			if i < 4 {
				scale *= w[i]
			}
			// The slope of the mean loss of all answers, and of the distance to where the weights usually are.
			g := slope[i]*scale/float64(max(1, n)) + place[i]/float64(total)
			speed[i] = 0.9*speed[i] + 0.1*g
			energy[i] = 0.99*energy[i] + 0.01*g*g
			t := float64(step + 1)
			fast, size := speed[i]/(1-math.Pow(0.9, t)), energy[i]/(1-math.Pow(0.99, t))
			place[i] -= rate * fast / (math.Sqrt(size) + 1e-8)
		}
		place = kept(begin, place)
	}
	return inOrderOfGrades(at(begin, place)), true
}

// at is the weights at a place.
func at(begin Weights, place [21]float64) Weights {
	w := begin
	for i := range w {
		if i < 4 {
			w[i] *= math.Exp(place[i] * deviations[i])
		} else {
			w[i] += place[i] * deviations[i]
		}
		w[i] = min(max(w[i], ranges[i][0]), ranges[i][1])
	}
	return w
}

// kept is the place that gives the same weights, without what the limits cut off.
func kept(begin Weights, place [21]float64) [21]float64 {
	w := at(begin, place)
	for i := range place {
		if i < 4 {
			place[i] = math.Log(w[i]/begin[i]) / deviations[i]
		} else {
			place[i] = (w[i] - begin[i]) / deviations[i]
		}
	}
	return place
}

// inOrderOfGrades keeps a better first answer from being remembered for a shorter time, which few answers may suggest.
func inOrderOfGrades(w Weights) Weights {
	for i := 1; i < 4; i++ {
		w[i] = max(w[i], w[i-1])
	}
	return w
}

// deal hands out the histories in batches, shuffled anew each round.
type deal struct {
	lives  []History
	chance *rand.Rand
	next   int
}

func newDeal(lives []History) *deal {
	d := &deal{lives: append([]History(nil), lives...), chance: rand.New(rand.NewPCG(1, 0))}
	d.shuffle()
	return d
}

func (d *deal) shuffle() {
	d.next = 0
	d.chance.Shuffle(len(d.lives), func(i, j int) { d.lives[i], d.lives[j] = d.lives[j], d.lives[i] })
}

// slope is that of the loss of one batch, and how many answers it holds. A log with fewer answers is one batch.
func (d *deal) slope(w *Weights) (slope [21]float64, n int) {
	model := slopesOf(w)
	for range d.lives {
		n += addSlope(&slope, model, d.lives[d.next])
		if d.next++; d.next == len(d.lives) {
			d.shuffle()
		}
		if n >= batchAnswers {
			break
		}
	}
	return slope, n
}

// longestLife is how many answers of one card a fit looks at: the first ones tell most.
const longestLife = 64

func addSlope(sum *[21]float64, model *slopes, h History) (n int) {
	if len(h) == 0 {
		return 0
	}
	m := model.first(h[0].Rating)
	for _, r := range h[1:min(len(h), longestLife)] {
		recall := model.recall(m, r.Days)
		if r.scored() {
			n++
			p := min(max(recall.v, 1e-6), 1-1e-6)
			force := (p - float64(one(r.Rating != Again))) / (p * (1 - p))
			for i, d := range recall.d {
				sum[i] += force * d
			}
		}
		m = model.next(m, r.Rating, r.Days, recall)
	}
	return n
}
