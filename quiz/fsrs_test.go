package quiz

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// The vectors were made by testdata/ts-fsrs/vectors.js with ts-fsrs 5.4.2, another implementation of FSRS-6.
const vectors = "testdata/fsrs-vectors.txt.gz"

// vectorParameters is the line above a block of histories.
type vectorParameters struct {
	Retention float64
	MaxDays   int
	Steps     []int
	Relearn   []int
	Weights   Weights
}

func (p vectorParameters) scheduler() *FSRS {
	steps := func(minutes []int) []time.Duration {
		all := []time.Duration{}
		for _, m := range minutes {
			all = append(all, time.Duration(m)*time.Minute)
		}
		return all
	}
	return NewFSRS(Parameters{
		Retention: p.Retention, MaxDays: p.MaxDays, Steps: steps(p.Steps), Relearn: steps(p.Relearn),
		Weights: p.Weights, NoFuzz: true,
	})
}

// Stability and difficulty agree within 1e-6 of their size (ts-fsrs rounds both, and the factor of its curve, to eight
// decimals after every answer; that grows with the stability). States and due dates are equal, but for one clamp:
// ts-fsrs lets good and easy pass the longest interval by one and two days, to keep them apart; here no interval is
// longer than it.
func TestAgreesWithTsFsrs(t *testing.T) {
	file, err := os.Open(vectors)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 1<<20)
	var p vectorParameters
	var s *FSRS
	var reviews, clamped int
	var worst float64
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "{") {
			p = vectorParameters{}
			if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			s = p.scheduler()
			continue
		}
		// Four hours east of Greenwich the learner's day, which begins at four, is the day of ts-fsrs.
		at := time.Date(2026, 8, 1, 4, 0, 0, 0, time.FixedZone("", 4*3600))
		card := Card{Question: "q"}
		for i, answer := range strings.Fields(lines.Text()) {
			var rating, minutes, state, due int
			var stability, difficulty float64
			_, err := fmt.Sscanf(
				answer, "%d,%d,%g,%g,%d,%d", &rating, &minutes, &stability, &difficulty, &state, &due)
			if err != nil {
				t.Fatalf("%q: %v", answer, err)
			}
			at = at.Add(time.Duration(minutes) * time.Minute)
			card = s.Next(card, Rating(rating), at)
			reviews++
			worst = max(worst, offBy(card.Stability, stability), offBy(card.Difficulty, difficulty))
			if limit := p.MaxDays * 24 * 60; due > limit {
				due = limit
				clamped++
			}
			if got := int(card.Due.Sub(at).Minutes()); worst > 1e-6 || int(card.State) != state || got != due {
				t.Fatalf("answer %d of %q:\ngot  %s, due in %d min, stability %g, difficulty %g\n"+
					"want %s, due in %d min, stability %g, difficulty %g",
					i, lines.Text(), card.State, got, card.Stability, card.Difficulty,
					State(state), due, stability, difficulty)
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d reviews, %d due dates clamped, greatest difference %.1e", reviews, clamped, worst)
	if reviews < 10_000 || clamped == 0 {
		t.Errorf("%d reviews and %d clamps are too few to tell", reviews, clamped)
	}
}

// offBy is how far two numbers are apart, in parts of the second where that is above one.
func offBy(a, b float64) float64 { return math.Abs(a-b) / max(1, math.Abs(b)) }
