package quiz

import (
	"slices"
	"testing"
	"time"

	"dockerlearn/lessons"
)

// slips are mistakes of labs, each noticed a minute after the one before.
func slips(questions ...lessons.QuestionID) []Slip {
	var all []Slip
	for i, q := range questions {
		all = append(all, Slip{Question: q, Lab: "x", At: monday.Add(time.Duration(i) * time.Minute)})
	}
	return all
}

// back are the questions of a plan that labs brought back.
func back(p Plan) []lessons.QuestionID {
	var all []lessons.QuestionID
	for _, a := range p.Asks {
		if (a.Why == HasSlipped) != (a.Slip != nil) || a.Slip != nil && a.Slip.Question != a.Question {
			return []lessons.QuestionID{"a slip that is none: " + a.Question}
		}
		if a.Slip != nil {
			all = append(all, a.Question)
		}
	}
	slices.Sort(all)
	return all
}

func TestLabsBringTwoCardsADayBack(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	unread := func(lessons.LessonID) bool { return false }
	all := NewDeck(c, nil, unread)
	a, b, third := all[0].Question.ID, all[1].Question.ID, all[2].Question.ID
	for _, row := range []struct {
		name  string
		deck  Deck
		slips []Slip
		spent int
		want  []lessons.QuestionID
	}{
		{"none", all, nil, 0, nil},
		{"not yet learned, of a lesson not yet read", all, slips(a), 0, []lessons.QuestionID{a}},
		{"the newest two", all, slips(a, b, third), 0, []lessons.QuestionID{b, third}},
		{"noticed twice", all, slips(a, b, b, b), 0, []lessons.QuestionID{a, b}},
		{"one was asked today", all, slips(a, b), 1, []lessons.QuestionID{b}},
		{"two were asked today", all, slips(a, b), 2, nil},
		{"a question that is no more", all, slips(a, "vanished"), 0, []lessons.QuestionID{a}},
		{"not due", NewDeck(c, seen(s, c, monday, 0, 0, 0), nil), slips(a), 0, []lessons.QuestionID{a}},
		{"due anyway: once, and for that reason", NewDeck(c, seen(s, c, monday, 4, 4, 4), nil), slips(a), 0, []lessons.QuestionID{a}},
	} {
		p := PlanToday(row.deck, s, start, Daily{Slips: row.slips, Spent: Spent{Slips: row.spent}})
		if got := back(p); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
		times := map[lessons.QuestionID]int{}
		for _, ask := range p.Asks {
			if times[ask.Question]++; times[ask.Question] > 1 {
				t.Errorf("%s: %s is asked twice", row.name, ask.Question)
			}
		}
	}
}

// A card that a lab brings back takes the place of another.
func TestADayStaysAsLong(t *testing.T) {
	s := NewFSRS(Parameters{})
	c := course(topics(), 4, 3)
	d := NewDeck(c, seen(s, c, monday, 4, 4, 4), nil)
	for _, n := range []int{0, 1, 2} {
		p := PlanToday(d, s, start, Daily{Limits: Limits{All: 5}, Slips: slips(d[0].Question.ID, d[5].Question.ID)[:n]})
		if len(p.Asks) != 5 || len(back(p)) != n {
			t.Errorf("%d from labs: %d questions, %v", n, len(p.Asks), back(p))
		}
	}
}
