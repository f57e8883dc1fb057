package stats

import (
	"fmt"
	"math"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// bar draws a share, w columns wide.
func bar(t theme.Theme, w int, share float64) string {
	return widget.Bar(t, max(w, 1), int(share*1000+0.5), 1000)
}

// rateLine is a name, a share, its bar, and on how many answers it rests; a dash where there is none.
func rateLine(env screen.Env, name string, r quiz.Rate, nameW, w int) string {
	share := render.PadLeft("-", 5)
	if r.N > 0 {
		share = render.PadLeft(phrase.Percent(r.Share()), 5)
	}
	left := render.Fit(name, nameW, env.Theme.Ellipsis) + share + "  "
	count := fmt.Sprintf("%5d", r.N)
	room := min(w-render.Width(left)-len(count), 20)
	if r.N == 0 || room < 4 {
		return left + env.Theme.Dim.Paint(count)
	}
	return left + bar(env.Theme, room, r.Share()) + env.Theme.Dim.Paint(count)
}

// plot is a field of characters to draw on, from the lower left corner.
type plot struct {
	w, h  int
	cells [][]string
}

func newPlot(w, h int) *plot {
	p := &plot{w: w, h: h, cells: make([][]string, h)}
	for y := range p.cells {
		p.cells[y] = make([]string, w)
	}
	return p
}

// set draws a sign of one column, over what is there already.
func (p *plot) set(x, y int, sign string) {
	if x >= 0 && x < p.w && y >= 0 && y < p.h {
		p.cells[p.h-1-y][x] = sign
	}
}

func (p *plot) line(y int) string {
	var b strings.Builder
	for _, c := range p.cells[y] {
		if c == "" {
			c = " "
		}
		b.WriteString(c)
	}
	return b.String()
}

// scale maps values between two ends to columns or rows.
type scale struct {
	from, to float64
	n        int
}

func (s scale) at(v float64) int {
	if s.to <= s.from {
		return 0
	}
	return int(math.Round((v - s.from) / (s.to - s.from) * float64(s.n-1)))
}

// value is what a column or row stands for.
func (s scale) value(at int) float64 {
	return s.from + (s.to-s.from)*float64(at)/float64(max(s.n-1, 1))
}

// few is from how many answers on a point stretches the axis; those of fewer are drawn at its end if they lie beyond.
const few = 5

// curve draws the forgetting curve: what the model expected as a line of dots, what the learner recalled as points, the
// target as a rule. Days stand on a logarithmic axis, since memory fades that way.
func curve(env screen.Env, points []quiz.Point, target float64, w, h int) []string {
	const axis = 8 // "100 % |"
	if len(points) == 0 {
		return []string{env.Theme.Dim.Paint(env.Say(screen.Say{
			EN: "No question came back after a day yet.", ZH: "还没有隔天再问的题。",
		}))}
	}
	low := 0.8
	last := 1.0
	for _, p := range points {
		last = max(last, p.Days)
		if p.Recalled.N >= few {
			low = min(low, math.Floor(p.Recalled.Share()*10)/10, math.Floor(p.Predicted*10)/10)
		}
	}
	rows := max(h-2, 3)
	x := scale{math.Log(1.5), math.Log(last + 1), max(w-axis-2, 10)}
	y := scale{low, 1, rows}
	p := newPlot(x.n, rows)
	t := env.Theme
	for c := range x.n {
		p.set(c, y.at(target), t.Dim.Paint(t.Horizontal))
	}
	for c := range x.n {
		if v, ok := expected(points, math.Exp(x.value(c))-1); ok {
			p.set(c, y.at(v), t.Accent.Paint(t.Dot))
		}
	}
	for _, point := range points {
		p.set(x.at(math.Log(point.Days+1)), max(y.at(point.Recalled.Share()), 0), t.Style.Right.Paint(t.Bullets[0]))
	}
	var lines []string
	for i := range rows {
		label := ""
		switch i {
		case rows - 1 - y.at(target):
			label = phrase.Percent(target)
		case 0, rows - 1:
			label = phrase.Percent(y.value(rows - 1 - i))
		}
		lines = append(lines, render.PadLeft(label, axis-2)+" "+t.Dim.Paint(t.Vertical)+p.line(i))
	}
	return append(lines, ticks(env, x, last, axis), legend(env))
}

// expected is what the model said for so many days, between the points at which it was asked.
func expected(points []quiz.Point, days float64) (float64, bool) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if days >= a.Days && days <= b.Days {
			part := (math.Log(days+1) - math.Log(a.Days+1)) / (math.Log(b.Days+1) - math.Log(a.Days+1))
			return a.Predicted + (b.Predicted-a.Predicted)*part, true
		}
	}
	if len(points) == 1 && math.Abs(days-points[0].Days) < 0.5 {
		return points[0].Predicted, true
	}
	return 0, false
}

// ticks names days below the axis, as many as have room.
func ticks(env screen.Env, x scale, last float64, axis int) string {
	line, free := strings.Repeat(" ", axis), 0
	for _, d := range []float64{1, 2, 4, 7, 14, 30, 60, 120, 240, 365, 730} {
		at := x.at(math.Log(d + 1))
		label := env.Say(screen.Say{EN: fmt.Sprintf("%.0f d", d), ZH: fmt.Sprintf("%.0f天", d)})
		if d > last || at < free || at+render.Width(label) > x.n {
			continue
		}
		line += strings.Repeat(" ", at-free) + label
		free = at + render.Width(label)
		if free < x.n {
			line, free = line+" ", free+1
		}
	}
	return env.Theme.Dim.Paint(line)
}

func legend(env screen.Env) string {
	t := env.Theme
	return "        " + t.Style.Right.Paint(t.Bullets[0]) + " " + env.Say(screen.Say{EN: "you", ZH: "你"}) + "   " +
		t.Accent.Paint(t.Dot) + " " + env.Say(screen.Say{EN: "expected", ZH: "预期"}) + "   " +
		t.Dim.Paint(t.Horizontal) + " " + env.Say(screen.Say{EN: "target", ZH: "目标"}) +
		t.Dim.Paint(env.Say(screen.Say{EN: "   recalled after so many days", ZH: "   过了这些天还记得的比例"}))
}

// forecast is how much is due on each of the next days.
func forecast(env screen.Env, due []int, today quiz.Day, w, h int) []string {
	most := 1
	for _, n := range due {
		most = max(most, n)
	}
	var lines []string
	for i, n := range due[:min(len(due), max(h, 1))] {
		name := weekday(today+quiz.Day(i), env.Lang)
		if i == 0 {
			name = env.Say(screen.Say{EN: "today", ZH: "今天"})
		}
		lines = append(lines, render.Pad(name, 6)+render.PadLeft(fmt.Sprint(n), 4)+"  "+
			env.Theme.Accent.Paint(strings.Repeat(env.Theme.BarFull, min(n*max(w-13, 1)/most, max(w-13, 0)))))
	}
	return lines
}

func weekday(d quiz.Day, l lessons.Lang) string {
	w := d.Weekday()
	if l == lessons.ZH {
		return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[w]
	}
	return w.String()[:3]
}

// calendar shows the days worked, a week in a column, Monday at the top. A filled cell is a day of much work.
func calendar(env screen.Env, work []quiz.DayWork, today quiz.Day, w int) []string {
	answers, most := map[quiz.Day]int{}, 1
	for _, d := range work {
		answers[d.Day] = d.Answers
		most = max(most, d.Answers)
	}
	weeks := max(min((w-6)/2, 53), 1)
	monday := today - quiz.Day((int(today.Weekday())+6)%7)
	var lines []string
	for row := range 7 {
		var b strings.Builder
		b.WriteString(render.Pad(weekday(monday+quiz.Day(row), env.Lang), 5))
		for c := range weeks {
			day := monday - quiz.Day(7*(weeks-1-c)) + quiz.Day(row)
			b.WriteString(" " + cell(env.Theme, answers[day], most, day > today))
		}
		lines = append(lines, b.String())
	}
	return lines
}

func cell(t theme.Theme, n, most int, future bool) string {
	switch {
	case future:
		return " "
	case n == 0:
		return t.Dim.Paint(t.Dot)
	case n*3 < most*2:
		return t.Accent.Paint(t.Bullets[0])
	}
	return t.Accent.Paint(t.BarFull)
}
