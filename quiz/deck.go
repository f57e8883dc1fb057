package quiz

import (
	"time"

	"dockerlearn/lessons"
)

// Entry is a question of the course with what is known about it.
type Entry struct {
	Question *lessons.Question
	Lesson   *lessons.Lesson
	Card     Card // a new one if the question's meaning changed since it was answered
	Read     bool // the lesson was read, so the question may be asked for the first time
}

// Deck is what can be asked, in the order of the course.
type Deck []Entry

// NewDeck brings the course and the cards together. read may be nil: then every lesson counts as read.
func NewDeck(c *lessons.Course, cards map[lessons.QuestionID]Card, read func(lessons.LessonID) bool) Deck {
	var d Deck
	for _, l := range c.Lessons() {
		seen := read == nil || read(l.ID)
		for _, q := range l.Questions {
			card, known := cards[q.ID]
			if !known || !card.Seen(q) {
				card = Card{Question: q.ID, Rev: card.Rev}
			}
			d = append(d, Entry{Question: q, Lesson: l, Card: card, Read: seen})
		}
	}
	return d
}

// Only is the part of the deck for which keep is true.
func (d Deck) Only(keep func(Entry) bool) Deck {
	var part Deck
	for _, e := range d {
		if keep(e) {
			part = append(part, e)
		}
	}
	return part
}

// Topics is the part of the deck in these topics; all of it when none is named.
func (d Deck) Topics(topics ...lessons.TopicID) Deck {
	if len(topics) == 0 {
		return d
	}
	return d.Only(func(e Entry) bool {
		for _, t := range topics {
			if e.Lesson.Topic == t {
				return true
			}
		}
		return false
	})
}

// byID finds entries by their question.
func (d Deck) byID() map[lessons.QuestionID]Entry {
	all := make(map[lessons.QuestionID]Entry, len(d))
	for _, e := range d {
		all[e.Question.ID] = e
	}
	return all
}

// Weight is how much a question matters, by how often interviews ask it: 3, 2 or 1.
func (e Entry) Weight() float64 {
	asked := e.Question.Asked
	if asked == "" {
		asked = e.Lesson.Asked
	}
	switch asked {
	case lessons.Often:
		return 3
	case lessons.Rarely:
		return 1
	}
	return 2
}

// dueOn is the learner's day on which a card that was answered before comes back.
func (e Entry) dueOn(zone *time.Location) Day { return DayOf(e.Card.Due.In(zone)) }

// Known says how well the questions of a deck are known.
type Known struct {
	Solid  int `json:"solid"`  // recalled with a probability of 80 % or more
	Fading int `json:"fading"` // less than that, or answered wrong and not yet right again
	New    int `json:"new"`    // never answered
}

// FadingBelow is the recall below which a card counts as fading.
const FadingBelow = 0.8

// Known counts the deck.
func (d Deck) Known(s Scheduler, now time.Time) Known {
	var k Known
	for _, e := range d {
		switch {
		case e.Card.State == New:
			k.New++
		case e.Card.State != Reviewing, s.Recall(e.Card, now) < FadingBelow:
			k.Fading++
		default:
			k.Solid++
		}
	}
	return k
}
