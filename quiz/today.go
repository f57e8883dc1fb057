package quiz

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Limits of a day. The zero value means the defaults.
type Limits struct {
	New int `json:"new"` // questions asked for the first time; below zero: none
	All int `json:"all"` // questions altogether; what comes back within the steps is not counted
}

// DefaultLimits keep a day within a quarter of an hour.
func DefaultLimits() Limits { return Limits{New: 6, All: 25} }

func (l Limits) sound() Limits {
	d := DefaultLimits()
	if l.All <= 0 {
		l.All = d.All
	}
	if l.New == 0 {
		l.New = d.New
	}
	l.New = max(0, l.New)
	return l
}

// Spent is what a day has seen already; see Tally.Spent.
type Spent struct {
	New int // questions answered for the first time, in any session
	All int // questions answered in today's review: a drill on top of it is a gift, not a reason to put off what is due

	Slips int // cards that labs had brought back, answered or put away
}

// Daily is what today's review depends on, beside the deck.
type Daily struct {
	Limits Limits
	Spent  Spent
	Goal   Goal   // the zero Goal: none
	Slips  []Slip // that labs bring back, whether due or not
}

// PlanToday chooses what is asked today.
//
// Cards in their steps come first, then what is due, then new questions of lessons that were read, in the order of the
// course. If more is due than a day allows, the rest waits, silently, and no new question is begun. Then those that
// are remembered best go first: what is nearly forgotten already costs the same to learn again next week, what still
// holds can be saved today. (Simulations in ankitects/anki#3460 found that order, there called reverse relative
// overdueness, to clear a backlog best; #3559 added it.)
//
// What labs bring back comes at any rate, two a day: it takes the place of others.
//
// Nothing about the waiting is stored: tomorrow's plan is made from the same cards.
func PlanToday(d Deck, s Scheduler, start Start, day Daily) Plan {
	limits := day.Goal.limits(d, DayOf(start.At), day.Limits.sound())
	room := max(0, limits.All-day.Spent.All)
	slipped := day.slipped(d)
	back := d.Only(func(e Entry) bool { return slipped[e.Question.ID] != nil })
	others := d.Only(func(e Entry) bool { return slipped[e.Question.ID] == nil })
	room = max(0, room-len(back))
	due, rest := dueToday(others, s, start.At, room)
	fresh := newToday(others, day.Goal, min(limits.New-day.Spent.New, room-len(due)))
	fading := day.Goal.fading(others, s, start.At, room-len(due)-len(fresh))
	p := Plan{Start: start, Mode: Today, Returns: true}
	p.Moved = spread(d, rest, start.At, limits.All)
	why := map[lessons.QuestionID]Why{}
	for _, e := range fresh {
		why[e.Question.ID] = IsNew
	}
	for _, e := range fading {
		why[e.Question.ID] = IsFading
	}
	for _, e := range back {
		why[e.Question.ID] = HasSlipped
	}
	entries := append(shuffled(slices.Concat(due, fading, back), start.Seed), fresh...)
	entries = mixedIn(entries, len(fresh))
	p.Asks = start.asks(apart(entries), func(e Entry) Why { return cmp.Or(why[e.Question.ID], IsDue) })
	for i := range p.Asks {
		p.Asks[i].Slip = slipped[p.Asks[i].Question]
	}
	return p
}

// dueToday are the due cards, those that fit first.
func dueToday(d Deck, s Scheduler, now time.Time, room int) (fit, rest []Entry) {
	today := DayOf(now)
	due := d.Only(func(e Entry) bool {
		if e.Card.State == Learning || e.Card.State == Relearning {
			return !e.Card.Due.After(now) // a step counts minutes, not days
		}
		return e.Card.State == Reviewing && e.dueOn(now.Location()) <= today
	})
	recall := map[lessons.QuestionID]float64{}
	for _, e := range due {
		recall[e.Question.ID] = s.Recall(e.Card, now)
	}
	slices.SortStableFunc(due, func(a, b Entry) int {
		steps := cmp.Compare(one(a.Card.State == Reviewing), one(b.Card.State == Reviewing))
		return cmp.Or(steps, cmp.Compare(recall[b.Question.ID], recall[a.Question.ID]))
	})
	room = min(room, len(due))
	return due[:room:room], due[room:]
}

// one is 1 for true, so that false sorts first.
func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// newToday are the first n questions that were never asked: of lessons that were read, and, with a goal, then of the
// others, the most asked first.
func newToday(d Deck, g Goal, n int) []Entry {
	if n <= 0 {
		return nil
	}
	fresh := d.Only(func(e Entry) bool { return e.Card.State == New && (e.Read || g.set()) })
	if g.set() {
		slices.SortStableFunc(fresh, func(a, b Entry) int {
			return cmp.Or(cmp.Compare(one(!a.Read), one(!b.Read)), cmp.Compare(b.Weight(), a.Weight()))
		})
	}
	return fresh[:min(n, len(fresh))]
}

// spread says on which day each waiting card will be asked, if the learner keeps to the limit.
func spread(d Deck, waiting []Entry, now time.Time, limit int) []Moved {
	var moved []Moved
	if len(waiting) == 0 {
		return nil
	}
	load := map[Day]int{}
	for _, e := range d {
		if e.Card.State != New {
			load[e.dueOn(now.Location())]++
		}
	}
	day := DayOf(now) + 1
	for _, e := range waiting {
		for load[day] >= limit {
			day++
		}
		load[day]++
		moved = append(moved, Moved{Question: e.Question.ID, To: day})
	}
	return moved
}

// shuffled mixes entries, so that the order of one day does not teach the answers.
func shuffled(entries []Entry, seed uint64) []Entry {
	out := slices.Clone(entries)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// mixedIn spreads the last n entries evenly among the others.
func mixedIn(entries []Entry, n int) []Entry {
	old, fresh := entries[:len(entries)-n], entries[len(entries)-n:]
	out := make([]Entry, 0, len(entries))
	for i, e := range old {
		for len(fresh) > 0 && (n-len(fresh)+1)*len(old) <= i*(n+1) {
			out, fresh = append(out, fresh[0]), fresh[1:]
		}
		out = append(out, e)
	}
	return append(out, fresh...)
}
