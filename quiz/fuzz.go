package quiz

import (
	"fmt"
	"hash/fnv"
	"math"

	fsrs "github.com/open-spaced-repetition/go-fsrs/v4"
)

// fuzzed spreads intervals of three days and more a little, so that questions which were new on one day do not come
// back on one day for ever. The ranges are those of FSRS (and Anki); the chance is a hash of the question and its
// count of answers, so the same log always gives the same card. All ratings share it: better stays later.
func (f *FSRS) fuzzed(c Card, log fsrs.RecordLog, r Rating, day Day) int {
	elapsed := 0.0
	if c.State != New {
		elapsed = float64(day - c.LastDay)
	}
	chance := chanceOf(c)
	days := 0
	for _, better := range Ratings() {
		plain := log[fsrs.Rating(better)].Card
		if State(plain.State) != Reviewing || plain.ScheduledDays == 0 {
			continue
		}
		days = max(days+1, fuzz(float64(plain.ScheduledDays), elapsed, float64(f.asked.MaxDays), chance))
		if better == r {
			break
		}
	}
	return days
}

// fuzz moves an interval within its range. Original: fsrs4anki and ts-fsrs, get_fuzz_range.
func fuzz(days, elapsed, longest, chance float64) int {
	if days < 2.5 {
		return int(days)
	}
	delta := 1.0
	for _, r := range fsrs.FuzzRanges() {
		delta += r.Factor * max(min(days, r.End)-r.Start, 0)
	}
	days = min(days, longest)
	from, to := max(2, math.Round(days-delta)), min(math.Round(days+delta), longest)
	if days > elapsed {
		from = max(from, elapsed+1)
	}
	from = min(from, to)
	return int(from + math.Floor(chance*(to-from+1)))
}

// chanceOf is a number in [0, 1) that is the same whenever the card is in the same place of its life.
func chanceOf(c Card) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d", c.Question, c.Reps)
	return float64(mix(h.Sum64())>>11) / (1 << 53)
}

// mix spreads the bits of a hash whose inputs differ in their last letter only. Original: splitmix64's finalizer.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
