package quiz

import (
	"slices"
	"time"
	"unicode"

	"dockerlearn/lessons"
)

// Pace is how quick a learner usually is. The zero Pace is an average learner.
type Pace struct {
	factor float64 // the learner's time, in times of what the questions should take; 0: not known
}

// A right answer is slow from slowFrom times the learner's own usual time on. Times to answer spread about by a factor
// of 1.7 (their logarithms by 0.55), so one right answer in twenty is slow that was just as easy as the others.
const slowFrom = 2.5

// paceAnswers is how many right answers make a pace.
const paceAnswers = 12

// NewPace measures the pace by recent answers: the right ones, without a hint, of questions that are still there.
func NewPace(recent []Review, question func(lessons.QuestionID) *lessons.Question) Pace {
	var factors []float64
	for _, r := range recent {
		q := question(r.Question)
		if q == nil || timed(q) || r.Event != Answered || r.Verdict != Right || r.Hint || r.Elapsed <= 0 ||
			r.Elapsed > away {
			continue
		}
		factors = append(factors, float64(r.Elapsed)/float64(usual(q, r.Lang)))
	}
	if len(factors) < paceAnswers {
		return Pace{}
	}
	slices.Sort(factors)
	return Pace{factor: min(max(factors[len(factors)/2], 0.25), 4)}
}

// timed reports whether the question has a time of its own.
func timed(q *lessons.Question) bool { return q.Seconds > 0 }

// Usual is the time that this learner usually needs for a question in a language.
func (p Pace) Usual(q *lessons.Question, lang lessons.Lang) time.Duration {
	if timed(q) {
		return time.Duration(q.Seconds) * time.Second
	}
	if p.factor == 0 {
		return usual(q, lang)
	}
	return time.Duration(p.factor * float64(usual(q, lang)))
}

// Slow reports whether an answer took much longer than this learner usually needs, or longer than the time that the
// question gives. Who was away from the screen was not slow.
func (p Pace) Slow(q *lessons.Question, lang lessons.Lang, took time.Duration) bool {
	switch {
	case timed(q):
		return took > p.Usual(q, lang)
	case took > away:
		return false
	}
	return float64(took) > slowFrom*float64(p.Usual(q, lang))
}

// usual is what a question should take: to read it, and to think and act as its kind wants.
func usual(q *lessons.Question, lang lessons.Lang) time.Duration {
	w := q.In(lang)
	if w == nil {
		w = &lessons.Words{}
	}
	think := 5 * time.Second
	switch q.Kind {
	case lessons.ManyChoices, lessons.Typed, lessons.Predict:
		think = 8 * time.Second
	case lessons.Cloze:
		think = time.Duration(len(w.Cloze)) * 4 * time.Second
	case lessons.Order:
		think = time.Duration(len(w.Steps)) * 4 * time.Second
	case lessons.Open, lessons.Do:
		think = aloud
	}
	text := w.Prompt
	for _, o := range w.Options {
		text += o.Text
	}
	for _, c := range w.Cloze {
		text += c.Text
	}
	return think + toRead(text)
}

// toRead is the time to read a text with care: fifteen letters or five Chinese characters a second.
func toRead(text string) time.Duration {
	var fifteenths int
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			fifteenths += 3
		} else {
			fifteenths++
		}
	}
	return time.Duration(fifteenths) * time.Second / 15
}
