package quiz

import "time"

// Scheduler is a model of memory. It is a pure function of its arguments: the same card, rating and time give the
// same card.
type Scheduler interface {
	// Next is the card after an answer.
	Next(Card, Rating, time.Time) Card
	// Recall is the probability, 0 to 1, that the card would be recalled at that time; 0 for a new card.
	Recall(Card, time.Time) float64
}

// Choice is what a rating would mean.
type Choice struct {
	Rating Rating
	Card   Card
	In     time.Duration // until it is asked again
}

// Preview is what each of the four ratings would mean for an answer given at this time.
func Preview(s Scheduler, c Card, now time.Time) [4]Choice {
	var all [4]Choice
	for i, r := range Ratings() {
		next := s.Next(c, r, now)
		all[i] = Choice{Rating: r, Card: next, In: next.Due.Sub(moment(now))}
	}
	return all
}
