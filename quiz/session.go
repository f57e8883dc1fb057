package quiz

import (
	"slices"
	"time"

	"dockerlearn/lessons"
)

// Session is a sitting as it goes: a Plan and what was answered. It is a state machine without a clock: Turn says what
// is to be asked now, Take is told each line that was logged. Its state is a function of the plan and the lines taken,
// so it is undone, and resumed after a restart, by taking them again.
type Session struct {
	Plan Plan

	deck      map[lessons.QuestionID]Entry
	whole     Deck
	scheduler Scheduler
	lexicon   *Lexicon
	related   map[lessons.Lang]*relations // made when first needed
	log       []Review                    // taken, in order

	pending []Ask
	waiting []waiting // what was wrong and comes back
	first   *Ask      // an undone question comes first
	cards   map[lessons.QuestionID]Card
	times   map[lessons.QuestionID]int // how often it was answered
	order   []asked                    // every answer that counts, in order
	used    time.Duration
	last    time.Time
}

type waiting struct {
	ask Ask
	due time.Time
}

// asked is an answer that counts, and what it answered.
type asked struct {
	ask    Ask
	review Review
}

// TurnState says what the session wants.
type TurnState uint8

// The states of a session.
const (
	Asking  TurnState = 1 + iota // Turn.Ask is to be asked
	Waiting                      // all is asked, but something comes back at Turn.Until; it may be asked before
	TimeUp                       // the minutes are used up
	Done                         // everything is answered
)

// Turn is what a session wants next.
type Turn struct {
	State TurnState
	Ask   Ask
	Item  Item          // the question, shuffled
	Card  Card          // as it is now
	Limit time.Duration // to answer, for open and do questions; 0: none
	Until time.Time     // when Waiting
	Count int           // this is the how-manieth question, from 1
	Left  int           // how many there are after it, what waits to come back included
}

// away is the time after which a pause between two answers no longer counts as work.
const away = 3 * time.Minute

// mostTimes is how often one session asks one question: what is still wrong then is left for another day.
const mostTimes = 4

// between is how many other questions stand between a wrong answer and its coming back, where there are enough.
const between = 3

// NewSession begins a session. The deck gives the questions; their cards are those of the plan, moved by what is taken.
// The lexicon may be nil.
func NewSession(p Plan, d Deck, s Scheduler, lex *Lexicon) *Session {
	session := &Session{Plan: p, deck: d.byID(), whole: d, scheduler: s, lexicon: lex}
	session.restart()
	return session
}

// Resume begins a session and takes what was logged of it before; lines of other sessions are ignored.
func Resume(p Plan, d Deck, s Scheduler, lex *Lexicon, log []Review) *Session {
	session := NewSession(p, d, s, lex)
	mine := slices.Clone(log)
	slices.SortFunc(mine, Before)
	for _, r := range mine {
		session.Take(r)
	}
	return session
}

func (s *Session) restart() {
	s.pending = slices.DeleteFunc(
		slices.Clone(s.Plan.Asks),
		func(a Ask) bool { return s.deck[a.Question].Question == nil },
	)
	s.waiting, s.first, s.order = nil, nil, nil
	s.cards = make(map[lessons.QuestionID]Card, len(s.pending))
	for _, a := range s.pending {
		s.cards[a.Question] = a.Card
	}
	s.times = map[lessons.QuestionID]int{}
	s.used, s.last = 0, s.Plan.At
}

// Take tells the session of a line that was logged: an answer, or an undo of one. Lines of other sessions and answers
// that it knows already change nothing.
func (s *Session) Take(r Review) {
	if r.Session != "" && r.Session != s.Plan.Session {
		return
	}
	switch {
	case r.Event == Answered && r.Session == s.Plan.Session && !s.has(r.ID):
		s.log = append(s.log, r)
		s.answer(r)
	case r.Event == Undid && s.has(r.Undoes):
		s.undo(r.Undoes)
	}
}

func (s *Session) has(id ReviewID) bool {
	return slices.ContainsFunc(s.log, func(r Review) bool { return r.ID == id })
}

func (s *Session) undo(id ReviewID) {
	var back Ask
	for _, a := range s.order {
		if a.review.ID == id {
			back = a.ask
		} else if a.review.Question == back.Question {
			back = Ask{} // answered since: the answer was exchanged for another one
		}
	}
	s.log = slices.DeleteFunc(s.log, func(r Review) bool { return r.ID == id })
	s.restart()
	for _, r := range s.log {
		s.answer(r)
	}
	if back.Question != "" {
		s.remove(back.Question)
		s.first = &back
	}
}

// answer moves the session by an answer.
func (s *Session) answer(r Review) {
	ask := s.remove(r.Question)
	s.order = append(s.order, asked{ask, r})
	s.times[r.Question]++
	card := Apply(s.scheduler, s.card(r.Question), r)
	s.cards[r.Question] = card
	s.used += min(max(0, r.At.Sub(s.last)), away)
	s.last = r.At
	if s.Plan.Returns && card.State != Reviewing && s.times[r.Question] < mostTimes {
		back := Ask{Question: r.Question, Why: CameBack, Seed: s.Plan.seedOf(r.Question, s.times[r.Question])}
		s.waiting = append(s.waiting, waiting{back, card.Due})
	}
	if s.Plan.Mode == Interview && ask.Why != FollowsUp {
		s.pending = append(s.followUps(r), s.pending...)
	}
}

// remove takes a question out of where it stands and says as what it was asked.
func (s *Session) remove(q lessons.QuestionID) Ask {
	if s.first != nil && s.first.Question == q {
		ask := *s.first
		s.first = nil
		return ask
	}
	for i, a := range s.pending {
		if a.Question == q {
			s.pending = slices.Delete(s.pending, i, i+1)
			return a
		}
	}
	for i, w := range s.waiting {
		if w.ask.Question == q {
			s.waiting = slices.Delete(s.waiting, i, i+1)
			return w.ask
		}
	}
	return Ask{Question: q, Why: IsRehearsed}
}

func (s *Session) card(q lessons.QuestionID) Card {
	if c, ok := s.cards[q]; ok {
		return c
	}
	return s.deck[q].Card
}

// Turn says what is to be asked at this time. It changes nothing.
func (s *Session) Turn(now time.Time) Turn {
	if s.Plan.Budget > 0 && s.Used(now) >= s.Plan.Budget {
		return Turn{State: TimeUp, Count: len(s.order), Left: s.left()}
	}
	if s.first != nil {
		return s.turn(Asking, *s.first, now)
	}
	if w, ok := s.back(now); ok {
		return s.turn(Asking, w.ask, now)
	}
	if len(s.pending) > 0 {
		return s.turn(Asking, s.pending[0], now)
	}
	if len(s.waiting) == 0 {
		return Turn{State: Done, Count: len(s.order)}
	}
	w := s.soonest()
	if w.due.After(now) {
		return s.turn(Waiting, w.ask, w.due)
	}
	return s.turn(Asking, w.ask, now)
}

func (s *Session) turn(state TurnState, a Ask, until time.Time) Turn {
	e := s.deck[a.Question]
	t := Turn{
		State: state, Ask: a, Item: NewItem(e.Question, a.Seed, s.lexicon), Card: s.card(a.Question),
		Limit: time.Duration(e.Question.Seconds) * time.Second, Count: len(s.order) + 1,
		Left: s.left() - 1,
	}
	if state == Waiting {
		t.Until = until
	}
	return t
}

// left is how many questions wait to be asked.
func (s *Session) left() int {
	n := len(s.pending) + len(s.waiting)
	if s.first != nil {
		n++
	}
	return n
}

// back is what comes back now: its time has come, and enough other questions were asked since.
func (s *Session) back(now time.Time) (waiting, bool) {
	for _, w := range s.waiting {
		if !w.due.After(now) && (len(s.pending) == 0 || s.ago(w.ask.Question) > between) {
			return w, true
		}
	}
	return waiting{}, false
}

// ago is how many answers ago the question was answered: 1 for the last one.
func (s *Session) ago(q lessons.QuestionID) int {
	for i := len(s.order) - 1; i >= 0; i-- {
		if s.order[i].ask.Question == q {
			return len(s.order) - i
		}
	}
	return len(s.order) + 1
}

func (s *Session) soonest() waiting {
	return slices.MinFunc(s.waiting, func(a, b waiting) int { return a.due.Compare(b.due) })
}

// Used is how long the learner has worked in this session. Of a long pause only the first minutes count.
func (s *Session) Used(now time.Time) time.Duration {
	return s.used + min(max(0, now.Sub(s.last)), away)
}

// Undoable is the answer that an undo would take back: the last one that counts.
func (s *Session) Undoable() (Review, bool) {
	if len(s.order) == 0 {
		return Review{}, false
	}
	return s.order[len(s.order)-1].review, true
}

// Card of a question as the session has left it.
func (s *Session) Card(q lessons.QuestionID) Card { return s.card(q) }
