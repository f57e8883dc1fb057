// Package report shows what a session came to: how much was right, how long it took, how that compares with the last
// one of its kind, what is worth practising, and every answer. An interview tells besides how much was said of what is
// worth saying; an exam tells here for the first time what was right.
package report

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Report is the screen.
type Report struct {
	study *study.Study
	f     study.Finished
	again screen.OpenDrill
	retry func() (waiting int, err error)
	tick  screen.Tick
	list  widget.List // of the answers
	left  bool        // leaving was asked for although something is not saved
}

// retryAfter is how long it takes until what could not be saved is tried once more.
const retryAfter = 5 * time.Second

type (
	// due says that it is time to try again.
	due struct{ to *Report }
	// retried is what that came to.
	retried struct {
		to      *Report
		waiting int
		err     error
	}
)

// New returns the screen of a session that was finished.
func New(s *study.Study, tick screen.Tick, o screen.OpenReport) *Report {
	return &Report{
		study: s, tick: tick, f: o.Finished, again: o.Again, retry: o.Retry,
		list: widget.List{N: len(o.Finished.Report.Answers)},
	}
}

// Init waits for the moment to save what is not saved.
func (r *Report) Init(screen.Env) tea.Cmd { return r.wait() }

func (r *Report) wait() tea.Cmd {
	if r.f.NotSaved == 0 || r.retry == nil || r.tick == nil {
		return nil
	}
	return r.tick(retryAfter, func(time.Time) tea.Msg { return due{r} })
}

func (r *Report) save() tea.Cmd {
	retry := r.retry
	return func() tea.Msg {
		n, err := retry()
		return retried{r, n, err}
	}
}

func (r *Report) saving(env screen.Env, m retried) tea.Cmd {
	r.f.NotSaved = m.waiting
	if m.waiting == 0 {
		r.f.Err = nil
	}
	return tea.Batch(env.Ask(screen.Saved{Err: m.err}), r.wait())
}

// done goes home, unless something would be lost: then it must be pressed twice.
func (r *Report) done(env screen.Env) tea.Cmd {
	if r.f.NotSaved == 0 || r.left || r.retry == nil {
		return env.Ask(screen.Home{})
	}
	r.left = true
	return tea.Batch(r.save(), env.Ask(screen.Notice{Text: screen.Say{
		EN: fmt.Sprintf("%d answers are not saved yet; it is tried again. Once more leaves them behind.", r.f.NotSaved),
		ZH: fmt.Sprintf("还有 %d 个答案没有保存，正在重试。再按一次就放弃它们。", r.f.NotSaved),
	}}))
}

// Update takes a message in.
func (r *Report) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), r, env, msg); ok {
			return cmd
		}
		r.list.Key(msg, r.rows(env))
	case due:
		if msg.to == r {
			return r.save()
		}
	case retried:
		if msg.to == r {
			return r.saving(env, msg)
		}
	case tea.MouseWheelMsg:
		r.list.Wheel(msg)
	case tea.MouseClickMsg:
		at := len(r.summary(env)) + 2
		if msg.Y >= at && r.list.Click(msg.Y-at) {
			return r.read(env)
		}
	}
	return nil
}

func acts() []screen.Act[*Report] {
	bind := func(key, en, zh string, do func(*Report, screen.Env) tea.Cmd) screen.Act[*Report] {
		return screen.Act[*Report]{
			Binding: screen.Binding{Keys: []string{key}, Says: screen.Say{EN: en, ZH: zh}, Line: true}, Do: do,
		}
	}
	return []screen.Act[*Report]{
		bind("enter", "done", "完成", (*Report).done),
		bind("p", "practise these", "练这几道", (*Report).practise),
		bind("r", "read the lesson", "看课文", (*Report).read),
		bind("a", "another one", "再来一轮", (*Report).another),
		bind("s", "statistics", "统计", (*Report).statistics),
	}
}

// Keys returns what can be pressed.
func (r *Report) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding { return append(screen.Bindings(acts()), widget.ListKeys()...) }

func (r *Report) practise(env screen.Env) tea.Cmd {
	if len(r.f.Report.Practise) == 0 {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "Nothing was wrong; there is nothing to practise.", ZH: "没有答错的，不用再练。",
		}})
	}
	return env.Ask(screen.Replace{Then: screen.OpenDrill{Questions: r.f.Report.Practise}})
}

func (r *Report) statistics(env screen.Env) tea.Cmd { return env.Ask(screen.OpenStatistics{}) }

func (r *Report) another(env screen.Env) tea.Cmd { return env.Ask(screen.Replace{Then: r.again}) }

// read opens the lesson at the place that explains the chosen answer's question.
func (r *Report) read(env screen.Env) tea.Cmd {
	if r.list.N == 0 {
		return nil
	}
	q := r.study.Course().Question(r.f.Report.Answers[r.list.At].Question)
	if q == nil {
		return nil
	}
	p := r.study.ReadAt(q)
	return env.Ask(screen.OpenLesson{Lesson: p.Lesson, Screen: p.Screen})
}

// View draws the screen.
func (r *Report) View(env screen.Env) screen.View {
	v := screen.View{
		Title: widget.Dots(env.Theme, env.Say(phrase.Mode(r.f.Report.Mode)), env.Say(screen.Say{
			EN: "report", ZH: "总结",
		})),
		Status: r.saved(env),
	}
	sum := r.summary(env)
	rows := []widget.Row{{Height: len(sum), Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "What it came to", ZH: "结果"})), Lines: sum,
	}}}}
	if side := r.side(env); side > 0 {
		main := env.W - 3 - side
		rows = append(rows, widget.Row{Panes: []widget.Pane{
			{Title: r.answersTitle(env), Width: main, Lines: r.answers(env, main)},
			{Title: env.Theme.Heading.Paint(env.Say(practiseTitle)), Width: side, Lines: r.aside(env, side-2)},
		}})
	} else {
		practise := r.practiseLines(env, env.W-6)
		rows = append(rows, widget.Row{Panes: []widget.Pane{{Title: r.answersTitle(env), Lines: r.answers(env, env.W-2)}}})
		if len(practise) > 0 && !env.Short {
			rows = append(rows, widget.Row{Height: len(practise), Panes: []widget.Pane{{
				Title: env.Theme.Heading.Paint(env.Say(practiseTitle)), Lines: practise,
			}}})
		}
	}
	v.Body = widget.Frame(env.Theme, env.W, env.H, rows...)
	return v
}

var practiseTitle = screen.Say{EN: "Worth practising", ZH: "值得再练"}

func (r *Report) answersTitle(env screen.Env) string {
	return env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Every answer", ZH: "每一题"}))
}

// side is how many columns the second column has, 0 for none.
func (r *Report) side(env screen.Env) int {
	if !env.Wide() {
		return 0
	}
	return max(36, env.W/3)
}

// rows is how many answers are visible.
func (r *Report) rows(env screen.Env) int {
	rows := env.H - len(r.summary(env)) - 3
	if practise := r.practiseLines(env, env.W-6); r.side(env) == 0 && len(practise) > 0 && !env.Short {
		rows -= len(practise) + 1
	}
	return max(rows, 1)
}

func (r *Report) saved(env screen.Env) string {
	if r.f.Err != nil {
		return env.Theme.Warn.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%d not saved", ZH: "%d 个没有保存"}), r.f.NotSaved))
	}
	return env.Theme.Dim.Paint(env.Say(screen.Say{EN: "all saved", ZH: "都已保存"}))
}

// summary says in a few lines how it went.
func (r *Report) summary(env screen.Env) []string {
	rep := r.f.Report
	lines := []string{r.counts(env), r.score(env)}
	if rep.Mode == quiz.Interview {
		lines = append(lines, fmt.Sprintf(env.Say(screen.Say{
			EN: "You said %s of what is worth saying.", ZH: "该说的要点说到了 %s。",
		}), phrase.Percent(rep.Coverage)))
	}
	lines = append(lines, render.WrapText(r.pace(env), env.W-8)...)
	for _, l := range render.WrapText(r.compared(env), env.W-8) {
		lines = append(lines, env.Theme.Dim.Paint(l))
	}
	if r.f.Err != nil {
		lines = append(lines, env.Theme.Warn.Paint(wording.Why(r.f.Err, env.Lang)))
	}
	if !env.Short {
		lines = append(append([]string{""}, lines...), "")
	}
	return widget.Indent(3, lines)
}

func (r *Report) counts(env screen.Env) string {
	rep, t := r.f.Report, env.Theme
	parts := []string{t.Style.Right.Paint(fmt.Sprintf(env.Say(screen.Say{
		EN: "%s %d right", ZH: "%s 答对 %d",
	}), t.Frames.Right, rep.Right))}
	if rep.Partly > 0 {
		parts = append(parts, t.Warn.Paint(fmt.Sprintf(env.Say(screen.Say{
			EN: "%s %d partly", ZH: "%s 部分对 %d",
		}), t.Dot, rep.Partly)))
	}
	if rep.Wrong > 0 {
		parts = append(parts, t.Style.Wrong.Paint(fmt.Sprintf(env.Say(screen.Say{
			EN: "%s %d wrong", ZH: "%s 答错 %d",
		}), t.Frames.Wrong, rep.Wrong)))
	}
	if rep.Skipped > 0 {
		parts = append(parts, t.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{
			EN: "%d left for later", ZH: "%d 题留到以后",
		}), rep.Skipped)))
	}
	return strings.Join(parts, "   ")
}

// score is the share of what could be had, as a bar.
func (r *Report) score(env screen.Env) string {
	rep := r.f.Report
	return widget.Bar(env.Theme, 30, int(rep.Score*1000+0.5), 1000) + "  " + env.Theme.Strong.Paint(phrase.Percent(rep.Score)) +
		env.Theme.Dim.Paint(level(env, rep))
}

func level(env screen.Env, rep quiz.Report) string {
	if rep.Mode != quiz.Interview {
		return ""
	}
	return "   " + wording.Level(rep.Level, env.Lang)
}

// pace says how long it took.
func (r *Report) pace(env screen.Env) string {
	mean, used := r.f.Report.ByAnswer()
	says := fmt.Sprintf(env.Say(screen.Say{EN: "%s in all, %s an answer", ZH: "共用 %s，每题 %s"}),
		env.Say(phrase.Span(r.f.Report.Time)), env.Say(phrase.Span(mean)))
	if used > 0 {
		says += fmt.Sprintf(env.Say(screen.Say{EN: ", %s of the time you had", ZH: "，占规定时间的 %s"}), phrase.Percent(used))
	}
	return says
}

// compared says how this differs from the last one of its kind.
func (r *Report) compared(env screen.Env) string {
	c := r.f.Change
	if c == nil {
		return env.Say(screen.Say{EN: "The first of its kind: the next one is compared with it.", ZH: "这是第一次，以后会拿来比较。"})
	}
	says := fmt.Sprintf(env.Say(screen.Say{EN: "Since the last one (%s): %s", ZH: "与上次（%s）相比：%s"}),
		since(c.Since, env.Lang), signed(c.Score, env))
	if r.f.Report.Mode == quiz.Interview {
		says += env.Say(screen.Say{EN: ", said ", ZH: "，要点 "}) + signed(c.Coverage, env)
	}
	switch {
	case c.ByAnswer <= -time.Second:
		says += fmt.Sprintf(env.Say(screen.Say{EN: ", %s quicker", ZH: "，每题快 %s"}), env.Say(phrase.Span(-c.ByAnswer)))
	case c.ByAnswer >= time.Second:
		says += fmt.Sprintf(env.Say(screen.Say{EN: ", %s slower", ZH: "，每题慢 %s"}), env.Say(phrase.Span(c.ByAnswer)))
	}
	switch {
	case c.Harder:
		says += env.Say(screen.Say{EN: ", on a harder level", ZH: "，难度更高"})
	case c.Easier:
		says += env.Say(screen.Say{EN: ", on an easier level", ZH: "，难度更低"})
	}
	return says
}

func since(t time.Time, l lessons.Lang) string {
	if l == lessons.ZH {
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	return t.Format("2 Jan")
}

// signed is a difference of shares in points of a hundred.
func signed(d float64, env screen.Env) string {
	n := int(d*100 + 0.5)
	if d < 0 {
		n = -int(-d*100 + 0.5)
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "%+d points", ZH: "%+d 分"}), n)
}

// answers lists every answer: whether it was right, the question, how much of an open one was said, how long it took.
func (r *Report) answers(env screen.Env, w int) []string {
	from, to := r.list.Window(r.rows(env))
	var lines []string
	for i := from; i < to; i++ {
		lines = append(lines, r.answer(env, i, w))
	}
	return lines
}

func (r *Report) answer(env screen.Env, i, w int) string {
	o := r.f.Report.Answers[i]
	chosen := i == r.list.At
	left := " " + widget.Pointer(env.Theme, chosen) + sign(env, o.Verdict) + "  "
	if o.Why == quiz.FollowsUp {
		left += env.Theme.Dim.Paint(env.Say(followUp))
	}
	left += widget.Title(env.Theme, chosen, r.prompt(o.Question, env.Lang))
	right := phrase.Clock(o.Elapsed)
	if o.Allowed > 0 {
		right += " / " + phrase.Clock(o.Allowed)
	}
	if q := r.study.Course().Question(o.Question); q != nil && q.Kind == lessons.Open {
		right = render.PadLeft(phrase.Percent(o.Score), 6) + "   " + right
	} else if c := env.Say(phrase.Confidence(o.Confidence)); c != "" {
		right = c + "   " + right
	}
	return widget.Spread(env.Theme, left, env.Theme.Dim.Paint(right)+" ", w)
}

var followUp = screen.Say{EN: "follow-up: ", ZH: "追问："}

func sign(env screen.Env, v quiz.Verdict) string {
	switch v {
	case quiz.Right:
		return env.Theme.Style.Right.Paint(env.Theme.Frames.Right)
	case quiz.Partly:
		return env.Theme.Warn.Paint(env.Theme.Dot)
	}
	return env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong)
}

func (r *Report) prompt(id lessons.QuestionID, l lessons.Lang) string {
	if q := r.study.Course().Question(id); q != nil {
		return phrase.Question(q.In(l))
	}
	return string(id)
}

// practiseLines names what is worth most.
func (r *Report) practiseLines(env screen.Env, w int) []string {
	var lines []string
	for i, id := range r.f.Report.Practise {
		lines = append(lines, "   "+env.Theme.Key.Paint(fmt.Sprint(i+1))+"  "+
			render.Truncate(r.prompt(id, env.Lang), w-6, env.Theme.Ellipsis))
	}
	return lines
}

// aside is the second column: what to practise with what was left out, and how the topics went.
func (r *Report) aside(env screen.Env, w int) []string {
	var lines []string
	add := func(s string) { lines = append(lines, " "+s) }
	add("")
	if len(r.f.Report.Practise) == 0 {
		add(env.Theme.Dim.Paint(env.Say(screen.Say{EN: "Nothing was wrong.", ZH: "没有答错的。"})))
	}
	for i, id := range r.f.Report.Practise {
		for k, l := range render.WrapText(r.prompt(id, env.Lang), w-4) {
			mark := "   "
			if k == 0 {
				mark = env.Theme.Key.Paint(fmt.Sprint(i+1)) + "  "
			}
			add(mark + l)
		}
		for _, point := range r.missed(id, env.Lang) {
			for k, l := range render.WrapText(point, w-7) {
				mark := "     "
				if k == 0 {
					mark = "   " + env.Theme.Warn.Paint(env.Theme.Dot) + " "
				}
				add(mark + env.Theme.Dim.Paint(l))
			}
		}
	}
	if len(r.f.Report.Topics) > 0 {
		add("")
		add(env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Topics", ZH: "主题"})))
	}
	for _, t := range r.f.Report.Topics {
		add(render.Fit(r.topic(t.Topic, env.Lang), 14, env.Theme.Ellipsis) + " " +
			widget.Bar(env.Theme, 12, int(t.Score*1000+0.5), 1000) + render.PadLeft(phrase.Percent(t.Score), 6))
	}
	return lines
}

// missed are the points of an open question that were not said.
func (r *Report) missed(id lessons.QuestionID, l lessons.Lang) []string {
	q := r.study.Course().Question(id)
	if q == nil {
		return nil
	}
	var points []string
	for _, o := range r.f.Report.Answers {
		if o.Question != id {
			continue
		}
		for _, i := range o.Missed {
			if rubric := q.In(l).Rubric; i < len(rubric) {
				points = append(points, rubric[i].Text)
			}
		}
		break // the first answer is what counts
	}
	return points
}

func (r *Report) topic(id lessons.TopicID, l lessons.Lang) string {
	for _, t := range r.study.Course().Topics {
		if t.ID == id {
			return t.Title.In(l)
		}
	}
	return string(id)
}
