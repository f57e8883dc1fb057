package quiz

import (
	"fmt"
	"testing"
	"time"

	"dockerlearn/lessons"
)

// course has so many lessons in each topic and so many choice questions in each lesson.
func course(topics []lessons.TopicID, lessonsEach, questionsEach int) *lessons.Course {
	c := &lessons.Course{ID: "test"}
	asked := []lessons.Asked{lessons.Often, lessons.Sometimes, lessons.Rarely}
	for _, id := range topics {
		topic := &lessons.Topic{ID: id}
		for n := range lessonsEach {
			l := &lessons.Lesson{ID: lessons.LessonID(fmt.Sprintf("%s-%d", id, n)), Topic: id, Level: lessons.Basic}
			for k := range questionsEach {
				l.Questions = append(l.Questions, &lessons.Question{
					ID: lessons.QuestionID(
						fmt.Sprintf("%s-%02d", l.ID, k),
					), Lesson: l.ID, Kind: lessons.OneChoice, Rev: 1,
					Asked: asked[(n+k)%3], Right: []bool{true, false, false},
				})
			}
			topic.Lessons = append(topic.Lessons, l)
		}
		c.Topics = append(c.Topics, topic)
	}
	return c
}

// seen are cards that were answered right so many days ago, one after the other.
func seen(s Scheduler, c *lessons.Course, now time.Time, daysAgo ...int) map[lessons.QuestionID]Card {
	cards := map[lessons.QuestionID]Card{}
	i := 0
	for _, l := range c.Lessons() {
		for _, q := range l.Questions {
			ago := daysAgo[i%len(daysAgo)]
			i++
			if ago < 0 {
				continue // never answered
			}
			r := Review{
				Event:    Answered,
				Question: q.ID,
				At:       now.AddDate(0, 0, -ago),
				Rev:      q.Rev,
				Rating:   Good,
				ID:       id(now, i),
			}
			cards[q.ID] = Apply(s, Card{}, r)
		}
	}
	return cards
}

func TestADeckFollowsTheCourse(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course([]lessons.TopicID{"storage", "networks"}, 2, 2)
	cards := seen(s, c, monday, 3)
	cards["gone-01"] = Card{Question: "gone-01", State: Reviewing}
	c.Topics[0].Lessons[0].Questions[0].Rev = 2 // its meaning changed
	d := NewDeck(c, cards, func(l lessons.LessonID) bool { return l == "storage-0" })
	if len(d) != 8 {
		t.Fatalf("%d entries", len(d))
	}
	if d[0].Card.State != New || d[1].Card.State == New {
		t.Errorf("a question with another meaning: %s; one with the same: %s", d[0].Card.State, d[1].Card.State)
	}
	if !d[1].Read || d[2].Read {
		t.Error("Read does not follow the lessons that were read")
	}
	if part := d.Topics("networks"); len(part) != 4 || part[0].Lesson.Topic != "networks" {
		t.Errorf("networks has %d entries", len(part))
	}
	if k := d.Known(s, monday); k != (Known{Solid: 7, New: 1}) {
		t.Errorf("known: %+v", k)
	}
	if k := d.Known(s, monday.AddDate(0, 2, 0)); k != (Known{Fading: 7, New: 1}) {
		t.Errorf("known two months later: %+v", k)
	}
}
