package drill

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// verdict is the card after the answer: what was right, what the learner's own mistake means, why, and what the other
// wrong answers would have meant, unless those stand in the second column.
func (d *Drill) verdict(env screen.Env, s sheet) text {
	g := d.geometry(env)
	var t text
	if !env.Short {
		t.lines = append(t.lines, "")
	}
	t.add(s.head...)
	t.space()
	t.from = len(t.lines)
	switch d.kind() {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		d.markedOptions(env, s, &t)
	case lessons.Order:
		d.markedSteps(env, s, &t)
	case lessons.Typed:
		d.markedText(env, &t)
	case lessons.Cloze:
		d.markedGaps(env, s, &t)
	case lessons.Open:
		d.markedPoints(env, s, &t)
	case lessons.Do:
		d.markedConditions(env, s, &t)
	}
	t.space()
	d.slipTold(env, &t)
	d.own(env, s, &t)
	if len(s.why) > 0 {
		t.add(env.Theme.Heading.Paint(env.Say(d.whyTitle())))
		t.add(s.why...)
	}
	if others := d.others(env, s.means); g.side == 0 && len(others) > 0 {
		t.space()
		t.add(env.Theme.Heading.Paint(env.Say(d.othersTitle())))
		t.add(others...)
	}
	if d.note != "" {
		t.space()
		t.prose(env.Theme.Text, env.Say(screen.Say{EN: "Your note: ", ZH: "你的笔记："})+render.Clean(d.note), g.text)
	}
	t.to = len(t.lines)
	if len(t.lines) > g.rows && t.lines[0] == "" {
		t.lines, t.from, t.to = t.lines[1:], t.from-1, t.to-1
	}
	return t
}

func (d *Drill) whyTitle() screen.Say {
	if d.kind() == lessons.Open {
		return screen.Say{EN: "One way to say it", ZH: "可以这样说"}
	}
	return screen.Say{EN: "Why", ZH: "为什么"}
}

// mark says by a sign and a colour what became of a part.
func mark(env screen.Env, state quiz.PartState) string {
	switch state {
	case quiz.Hit, quiz.Missed:
		return env.Theme.Style.Right.Paint(env.Theme.Frames.Right)
	case quiz.False:
		return env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong)
	case quiz.Swapped:
		return env.Theme.Warn.Paint(env.Theme.Frames.Wrong)
	}
	return " "
}

// state is what was made of the part with this index.
func (d *Drill) state(index int) quiz.PartState {
	for _, p := range d.told.Grade.Parts {
		if p.Index == index {
			return p.State
		}
	}
	if q := d.question(); index < len(q.Right) && q.Right[index] {
		return quiz.Missed // given up: nothing was judged
	}
	return quiz.Left
}

// you says that the answer was the learner's, and how sure they were.
func (d *Drill) you(env screen.Env) string {
	says := env.Say(screen.Say{EN: "you", ZH: "你选的"})
	if d.kind() == lessons.Typed {
		says = env.Say(screen.Say{EN: "you", ZH: "你写的"})
	}
	if c := d.told.Review.Confidence; c != 0 {
		says += env.Say(screen.Say{EN: ", ", ZH: "，"}) + env.Say(phrase.Confidence(c))
	}
	return env.Theme.Dim.Paint(says)
}

func (d *Drill) markedOptions(env screen.Env, s sheet, t *text) {
	for place, i := range d.turn.Item.Order {
		state := d.state(i)
		look := env.Theme.Dim
		if state != quiz.Left {
			look = env.Theme.Key
		}
		lines := s.items[i]
		if slices.Contains(d.told.Review.Answer.Choices, i) {
			lines = d.beside(env, lines, d.you(env))
		}
		t.item(mark(env, state)+" "+look.Paint(letter(place))+"  ", lines)
	}
}

// beside puts a remark at the right end of an item: on its first line, or on one of its own.
func (d *Drill) beside(env screen.Env, lines []string, remark string) []string {
	w := d.geometry(env).text - hang + 1
	out := append([]string(nil), lines...)
	if len(out) > 0 && render.Width(out[0])+2+render.Width(remark) <= w {
		out[0] = widget.Spread(env.Theme, out[0], remark, w)
		return out
	}
	return append(out, render.PadLeft(remark, w))
}

// markedSteps is the right order, with the places at which the learner put the steps.
func (d *Drill) markedSteps(env screen.Env, s sheet, t *text) {
	order := d.told.Review.Answer.Order
	for i, lines := range s.items {
		state := d.state(i)
		if at := slices.Index(order, i); at >= 0 && at != i {
			lines = d.beside(env, lines, env.Theme.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{
				EN: "you: %d", ZH: "你放在第 %d",
			}), at+1)))
		}
		t.item(mark(env, state)+" "+env.Theme.Key.Paint(fmt.Sprint(i+1))+"  ", lines)
	}
}

func (d *Drill) markedText(env screen.Env, t *text) {
	w, grade := d.question().In(env.Lang), d.told.Grade
	if text := d.told.Review.Answer.Text; text != "" {
		state := quiz.False
		if grade.Verdict == quiz.Right {
			state = quiz.Hit
		}
		t.item(mark(env, state)+"  ", d.beside(env, []string{env.Theme.Strong.Paint(render.Clean(text))}, d.you(env)))
	}
	if grade.Verdict != quiz.Right || grade.Near != "" || !same(w.Accept[0], d.told.Review.Answer.Text) {
		t.item(mark(env, quiz.Missed)+"  ", []string{
			env.Theme.Strong.Paint(w.Accept[0]) + env.Theme.Dim.Paint("   "+env.Say(screen.Say{
				EN: "the answer", ZH: "答案",
			})),
		})
	}
	if grade.Near != "" && grade.Verdict == quiz.Right {
		t.prose(env.Theme.Dim, fmt.Sprintf(env.Say(screen.Say{
			EN: "The spelling is %s; yours counts.", ZH: "写法是 %s；你的答案算对。",
		}), grade.Near), d.geometry(env).text)
	}
	if grade.Concept != "" {
		t.prose(env.Theme.Warn, fmt.Sprintf(env.Say(screen.Say{
			EN: "What you typed names something else: %s.", ZH: "你写的是另一个概念：%s。",
		}), d.term(grade.Concept, env.Lang)), d.geometry(env).text)
	}
}

func same(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

// term is the name of a glossary entry, with what it is.
func (d *Drill) term(id string, lang lessons.Lang) string {
	for _, t := range d.study.Course().Glossary {
		if t.ID == id {
			return t.Name.In(lang)
		}
	}
	return id
}

// markedGaps is the text with the right words in it, and below it what the learner wrote instead.
func (d *Drill) markedGaps(env screen.Env, s sheet, t *text) {
	accepted := accepted(d.question().In(env.Lang))
	lines, _ := s.full.with(func(i int) string {
		if i < len(accepted) {
			return env.Theme.Code.And(env.Theme.Strong).Paint(accepted[i])
		}
		return ""
	})
	t.add(lines...)
	t.space()
	given := d.told.Review.Answer.Gaps
	for i, right := range accepted {
		state, text := d.state(i), ""
		if i < len(given) {
			text = strings.TrimSpace(render.Clean(given[i]))
		}
		if d.told.Grade.GaveUp {
			state = quiz.Missed
		}
		line := env.Theme.Strong.Paint(right)
		if state == quiz.False && text != "" {
			line = env.Theme.Strong.Paint(text) + "  " + env.Theme.Dim.Paint(env.Theme.Arrow) + "  " + line
		}
		sign := mark(env, state)
		if state == quiz.Missed {
			sign = env.Theme.Warn.Paint(env.Theme.Dot)
		}
		t.item(sign+" "+env.Theme.Key.Paint(fmt.Sprint(i+1))+"  ", []string{line})
	}
}

func accepted(w *lessons.Words) []string {
	var all []string
	for _, p := range w.Cloze {
		if len(p.Accept) > 0 {
			all = append(all, p.Accept[0])
		}
	}
	return all
}

func (d *Drill) markedPoints(env screen.Env, s sheet, t *text) {
	if !d.told.Grade.GaveUp {
		t.add(env.Theme.Heading.Paint(fmt.Sprintf(env.Say(screen.Say{
			EN: "You said %s of what is worth saying", ZH: "该说的说到了 %s",
		}), phrase.Percent(d.told.Grade.Score))))
	}
	for i, p := range d.question().In(env.Lang).Rubric {
		state, before := d.state(i), ""
		if p.Weight < 0 {
			before = env.Theme.Dim.Paint(env.Say(mistake))
		}
		sign := mark(env, state)
		if state == quiz.Missed {
			sign = env.Theme.Warn.Paint(env.Theme.Dot)
		}
		t.item(sign+" "+before, s.items[i])
	}
}

// own explains the learner's own mistakes first.
func (d *Drill) own(env screen.Env, s sheet, t *text) {
	kind := d.kind()
	if kind == lessons.Open || kind == lessons.Order || kind == lessons.Cloze {
		return
	}
	for _, i := range d.told.Grade.Beliefs {
		if i >= len(s.means) || len(s.means[i]) == 0 {
			continue
		}
		t.item(env.Theme.Style.Wrong.Paint(d.label(env, i))+"  ", s.means[i])
		t.space()
	}
}

// label is the letter of an option, or a named wrong answer.
func (d *Drill) label(env screen.Env, i int) string {
	if d.kind() == lessons.Typed {
		return env.Theme.Frames.Wrong
	}
	return letter(slices.Index(d.turn.Item.Order, i))
}

// others says what the answers mean that the learner did not give.
func (d *Drill) others(env screen.Env, means [][]string) []string {
	var lines []string
	for _, i := range d.meaningOrder(env.Lang) {
		if len(means) <= i || len(means[i]) == 0 || slices.Contains(d.told.Grade.Beliefs, i) {
			continue
		}
		mark := env.Theme.Key.Paint(d.label(env, i)) + "  "
		if d.kind() == lessons.Typed {
			lines = append(lines, env.Theme.Strong.Paint(d.question().In(env.Lang).Wrong[i].Answers[0]))
			mark = "   "
		}
		for k, l := range means[i] {
			if k > 0 {
				mark = "   "
			}
			lines = append(lines, mark+l)
		}
	}
	return lines
}

func (d *Drill) othersTitle() screen.Say {
	if d.kind() == lessons.Typed {
		return screen.Say{EN: "Other answers, and what they mean", ZH: "别的答案意味着什么"}
	}
	return screen.Say{EN: "What the others would mean", ZH: "其他选项意味着什么"}
}

// meaningOrder are the indices of answers that have a meaning, as they stand on the card.
func (d *Drill) meaningOrder(lang lessons.Lang) []int {
	if d.kind() != lessons.Typed {
		return d.turn.Item.Order
	}
	all := make([]int, len(d.question().In(lang).Wrong))
	for i := range all {
		all[i] = i
	}
	return all
}
