package drill

import (
	"fmt"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// View draws the screen.
func (d *Drill) View(env screen.Env) screen.View {
	l := d.layout(env)
	return screen.View{Title: d.title(env), Status: d.status(env), Body: l.body, Cursor: l.cursor}
}

// title says what session this is, how far it is, and from which topic the question comes.
func (d *Drill) title(env screen.Env) string {
	mode := d.plan.Mode
	if mode == "" {
		mode = d.open.Wish.Mode
	}
	title := env.Say(phrase.Mode(mode))
	if mode == quiz.Weak && len(d.open.Questions) > 0 {
		title = env.Say(screen.Say{EN: "Practice", ZH: "练习"}) // of what was chosen, weak or not
	}
	if d.question() == nil || d.phase == loading && !d.tells() {
		return title
	}
	title += fmt.Sprintf(" %d/%d", d.turn.Count, d.turn.Count+max(d.turn.Left, 0))
	return widget.Dots(env.Theme, title, d.lesson(env.Lang))
}

// lesson is the title of the lesson that the question belongs to: after the answer, and in a session on one lesson
// anyhow, it gives nothing away.
func (d *Drill) lesson(lang lessons.Lang) string {
	l := d.study.Lesson(d.question())
	if l == nil {
		return ""
	}
	for _, t := range d.study.Course().Topics {
		if t.ID == l.Topic {
			return t.Title.In(lang)
		}
	}
	return ""
}

// status is how hard the question is and how much time is left.
func (d *Drill) status(env screen.Env) string {
	if d.question() == nil || d.phase == loading {
		return ""
	}
	left := ""
	switch {
	case d.plan.Budget > 0:
		spent := d.used
		if d.phase == asking || d.phase == revealed {
			spent += d.now.Sub(d.began)
		}
		left = fmt.Sprintf(env.Say(screen.Say{EN: "%s left", ZH: "还剩 %s"}), phrase.Clock(d.plan.Budget-spent))
	case d.turn.Left >= 0:
		about := time.Duration(d.turn.Left+1) * quiz.DefaultLearner().ByAnswer
		left = fmt.Sprintf(env.Say(screen.Say{
			EN: "about %s left", ZH: "约剩 %s",
		}), env.Say(phrase.Span(max(about, time.Minute))))
	}
	level := fmt.Sprintf(env.Say(screen.Say{EN: "level %d", ZH: "难度 %d"}), max(d.question().Level, 1))
	return widget.Dots(env.Theme, env.Theme.Dim.Paint(level), left)
}

// layout is the drawn body, what can be clicked on it, and where one types.
type layout struct {
	body   []string
	spots  []spot
	cursor *screen.Cursor
}

func (d *Drill) layout(env screen.Env) layout {
	switch {
	case d.phase == waiting:
		return layout{body: d.waitingBody(env)}
	case d.question() == nil:
		return layout{body: widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{{}}})}
	}
	g := d.geometry(env)
	t, foot := d.text(env), d.foot(env)
	top := max(0, min(d.top, len(t.lines)-g.rows))
	var l layout
	panes := []widget.Pane{{
		Title: d.paneTitle(env), Right: d.more(env, len(t.lines)-top-g.rows, top), Width: g.main,
		Lines: t.lines[min(top, len(t.lines)):],
	}}
	if g.side > 0 {
		panes = append(panes, d.column(env, g))
	}
	l.body = widget.Frame(env.Theme, env.W, env.H,
		widget.Row{Height: g.rows, Panes: panes},
		widget.Row{Height: g.foot, Panes: []widget.Pane{{Title: foot.title, Right: foot.right, Lines: foot.lines}}})
	for _, s := range t.spots {
		if s.y -= top; s.y >= 0 && s.y < g.rows {
			s.y, s.x0, s.x1 = s.y+1, s.x0+1, s.x1+1
			l.spots = append(l.spots, s)
		}
	}
	for _, s := range foot.spots {
		s.y, s.x0, s.x1 = s.y+g.rows+2, s.x0+1, s.x1+1
		l.spots = append(l.spots, s)
	}
	switch {
	case foot.cursor != nil:
		l.cursor = &screen.Cursor{X: foot.cursor.X + 1, Y: foot.cursor.Y + g.rows + 2}
	case t.cursor != nil && t.cursor.Y >= top && t.cursor.Y < top+g.rows && d.phase == asking:
		l.cursor = &screen.Cursor{X: t.cursor.X + 1, Y: t.cursor.Y - top + 1}
	}
	return l
}

// paneTitle is the kind of question, and after the answer whether it was right.
func (d *Drill) paneTitle(env screen.Env) string {
	if !d.tells() {
		return widget.Dots(env.Theme, env.Theme.Heading.Paint(env.Say(phrase.Kind(d.kind()))),
			env.Theme.Dim.Paint(env.Say(phrase.Why(d.turn.Ask.Why))))
	}
	grade := d.told.Grade
	switch {
	case grade.GaveUp:
		return env.Theme.Warn.Paint(env.Say(screen.Say{EN: "Here is the answer", ZH: "答案如下"}))
	case grade.Verdict == quiz.Right:
		return env.Theme.Style.Right.Paint(env.Theme.Frames.Right + " " + env.Say(phrase.Verdict(grade.Verdict)))
	case grade.Verdict == quiz.Partly:
		return env.Theme.Warn.Paint(env.Theme.Dot + " " + env.Say(phrase.Verdict(grade.Verdict)))
	}
	says := phrase.Verdict(grade.Verdict)
	if d.kind() == lessons.Open {
		says = screen.Say{EN: "Not enough yet", ZH: "还不够"} // half of the points is no mistake
	}
	return env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong + " " + env.Say(says))
}

// more says how many lines are hidden.
func (d *Drill) more(env screen.Env, below, above int) string {
	key := "pgdn"
	if k := d.kind(); d.phase == telling || d.phase == asking && (k == lessons.OneChoice || k == lessons.Predict) {
		key = env.Say(screen.Say{EN: "space", ZH: "空格"})
	}
	switch {
	case below > 0:
		return env.Theme.Accent.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%s: %d more", ZH: "%s：还有 %d 行"}), key, below))
	case above > 0:
		return env.Theme.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "pgup: %d above", ZH: "pgup：上面 %d 行"}), above))
	}
	return ""
}

// waitingBody says that what was wrong comes back, and when.
func (d *Drill) waitingBody(env screen.Env) []string {
	in := d.turn.Until.Sub(d.now)
	lines := []string{""}
	says := fmt.Sprintf(env.Say(screen.Say{
		EN: "Everything is asked. What was wrong comes back in %s, when it is half forgotten: that is what makes it stay.",
		ZH: "都问完了。答错的题 %s后再来一遍：快忘时再想起来，才记得牢。",
	}), env.Say(phrase.Span(max(in, time.Minute))))
	for _, l := range render.WrapText(says, min(env.W-2-2*pad, widest)) {
		lines = append(lines, "   "+l)
	}
	lines = append(lines, "",
		"   "+env.Theme.Key.Paint(env.Theme.Arrow)+" "+env.Say(screen.Say{
			EN: "Enter asks it now all the same.", ZH: "回车：不等了，现在就答。",
		}),
		"   "+env.Theme.Key.Paint(env.Theme.Arrow)+" "+env.Say(screen.Say{
			EN: "esc ends here: the next review asks it. All is saved.", ZH: "esc：到此为止，下次复习会再问。都已保存。",
		}))
	return widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "A pause", ZH: "歇一会儿"})), Lines: lines,
	}}})
}
