package drill

import (
	"fmt"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
)

// card is the question before it is answered.
func (d *Drill) card(env screen.Env, s sheet) text {
	var t text
	if !env.Short {
		t.lines = append(t.lines, "")
	}
	d.slip(env, &t)
	t.add(s.head...)
	t.space()
	switch d.kind() {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		d.options(env, s, &t)
	case lessons.Order:
		d.steps(env, s, &t)
	case lessons.Typed:
		d.field(env, &t)
	case lessons.Cloze:
		d.gaps(env, s, &t)
	case lessons.Open:
		d.aloud(env, s, &t)
	case lessons.Do:
		d.conditions(env, s, &t)
	}
	if d.phase != revealed {
		d.unknown(env, &t)
	}
	if t.to == 0 {
		t.from, t.to = 0, min(len(t.lines), 1)
	}
	return t
}

// options lists what can be chosen. Where several may be right, each has a box.
func (d *Drill) options(env screen.Env, s sheet, t *text) {
	many := d.kind() == lessons.ManyChoices
	for place, i := range d.turn.Item.Order {
		y := len(t.lines)
		mark := pointed(env, place == d.give.at, letter(place))
		if many {
			mark += box(env, d.give.chosen[i]) + " "
		}
		t.item(mark, s.items[i])
		t.clickable(onPlace, place, y, d.geometry(env).main)
		if place == d.give.at {
			t.from, t.to = y, len(t.lines)
		}
	}
}

func letter(place int) string {
	if place < len(letters) {
		return letters[place : place+1]
	}
	return " "
}

func box(env screen.Env, on bool) string {
	if on {
		return env.Theme.Accent.Paint(env.Theme.TaskDone)
	}
	return env.Theme.TaskNot
}

// steps lists what is to be put in order, in the order of the moment.
func (d *Drill) steps(env screen.Env, s sheet, t *text) {
	for place, i := range d.give.order {
		y := len(t.lines)
		here := place == d.give.at
		mark := pointed(env, here, fmt.Sprint(place+1))
		lines := s.items[i]
		if here && d.give.held {
			mark = env.Theme.Accent.Paint(env.Theme.Here+env.Theme.Here) + env.Theme.Key.Paint(fmt.Sprint(place+1)) + "  "
			lines = painted(env.Theme.Strong, lines)
		}
		t.item(mark, lines)
		t.clickable(onPlace, place, y, d.geometry(env).main)
		if here {
			t.from, t.to = y, len(t.lines)
		}
	}
	t.space()
	says := screen.Say{
		EN: "space or a digit takes a step up, arrows or a digit put it elsewhere.",
		ZH: "空格或数字拿起一步，再用方向键或数字放到别处。",
	}
	if d.give.held {
		says = screen.Say{EN: "Held: arrows or a digit put it elsewhere, space lets go.", ZH: "已拿起：方向键或数字移动，空格放下。"}
	}
	t.prose(env.Theme.Dim, env.Say(says), d.geometry(env).text)
}

func painted(look render.SGR, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = look.Paint(l)
	}
	return out
}

// field is the line to type the answer into.
func (d *Drill) field(env screen.Env, t *text) {
	w := min(d.geometry(env).text-4, 48)
	line, x := d.give.inputs[0].View(w)
	t.from = len(t.lines)
	t.add(env.Theme.Accent.Paint(env.Theme.Here) + " " + under(env, line))
	t.to = len(t.lines)
	t.cursor = &screen.Cursor{X: pad + 2 + x, Y: t.from}
}

// under draws a place to type into: its empty columns are seen.
func under(env screen.Env, line string) string {
	typed := strings.TrimRight(line, " ")
	rest := render.Width(line) - render.Width(typed)
	return env.Theme.Strong.Paint(typed) + env.Theme.Dim.Paint(strings.Repeat("_", rest))
}

// gaps is the text with its gaps to type into.
func (d *Drill) gaps(env screen.Env, s sheet, t *text) {
	y := len(t.lines)
	cursor := make([]int, len(s.gaps.gaps))
	lines, columns := s.gaps.with(func(i int) string {
		if i >= len(d.give.inputs) {
			return ""
		}
		line, x := d.give.inputs[i].View(gapWidth - 2)
		cursor[i] = x + 1
		left, right := "[", "]"
		if i == d.give.at {
			left, right = env.Theme.Accent.Paint(left), env.Theme.Accent.Paint(right)
		}
		return left + under(env, line) + right
	})
	t.add(lines...)
	for i, g := range s.gaps.gaps {
		t.spots = append(t.spots, spot{onPlace, i, y + g.line, pad + columns[i], pad + columns[i] + gapWidth})
	}
	if d.give.at < len(columns) {
		at := s.gaps.gaps[d.give.at]
		t.from, t.to = y+at.line, y+at.line+1
		t.cursor = &screen.Cursor{X: pad + columns[d.give.at] + cursor[d.give.at], Y: t.from}
	}
}

// aloud is an open question: first it is answered aloud, then its points are on display, to be ticked.
func (d *Drill) aloud(env screen.Env, s sheet, t *text) {
	w := d.geometry(env).text
	if d.phase == asking || d.phase == marking && d.give.at == none {
		t.prose(env.Theme.Text, env.Say(screen.Say{
			EN: "Say the answer aloud, as you would to an interviewer. Then press space and compare.",
			ZH: "像面试时那样，把答案说出来；说完按空格，对照要点。",
		}), w)
		return
	}
	t.add(env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Which of these did you say?", ZH: "下面哪些你说到了？"})))
	for i, point := range d.question().In(env.Lang).Rubric {
		y := len(t.lines)
		mark := pointed(env, i == d.give.at, fmt.Sprint(i+1)) + box(env, d.give.chosen[i]) + " "
		lines := s.items[i]
		if point.Weight < 0 {
			mark += env.Theme.Warn.Paint(env.Say(mistake))
		}
		t.item(mark, lines)
		t.clickable(onPlace, i, y, d.geometry(env).main)
		if i == d.give.at {
			t.from, t.to = y, len(t.lines)
		}
	}
	t.space()
	t.add(env.Theme.Heading.Paint(env.Say(screen.Say{EN: "One way to say it", ZH: "可以这样说"})))
	t.add(s.why...)
}

// mistake marks a point that should not be said.
var mistake = screen.Say{EN: "(a mistake) ", ZH: "（错误说法）"}

// unknown is an answer of equal rank.
func (d *Drill) unknown(env screen.Env, t *text) {
	if k := d.kind(); k != lessons.OneChoice && k != lessons.Predict {
		t.space()
	}
	y := len(t.lines)
	key := "0"
	if d.types() {
		key = "ctrl+x"
	}
	says := env.Say(screen.Say{EN: "I don't know", ZH: "不知道"})
	t.add(pointed(env, false, key) + widget.Title(env.Theme, false, says))
	t.clickable(onUnknown, 0, y, d.geometry(env).main)
}
