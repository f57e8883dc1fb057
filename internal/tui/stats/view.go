package stats

import (
	"fmt"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// View draws the screen.
func (s *Stats) View(env screen.Env) screen.View {
	v := screen.View{
		Title: env.Say(screen.Say{EN: "Statistics", ZH: "统计"}), Status: s.status(env), Body: s.layout(env).body,
	}
	if _, own := s.shown(); !own {
		v.Title += env.Say(screen.Say{EN: " (example)", ZH: "（示例）"})
		v.Body = widget.Behind(env.Theme, v.Body)
	}
	return v
}

func (s *Stats) status(env screen.Env) string {
	data, ok := s.data[s.days]
	switch {
	case !ok:
		return env.Theme.Ellipsis
	case answers(data) < enough:
		return fmt.Sprintf(env.Say(screen.Say{
			EN: "after about %d answers this will be yours", ZH: "作答约 %d 次之后，这里就是你自己的",
		}), enough)
	case s.days == 0:
		return env.Say(screen.Say{EN: "all days", ZH: "全部"})
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "last %d days", ZH: "最近 %d 天"}), s.days)
}

// layout is the drawn body, and the row on which the beliefs begin; 0 where they are not shown.
type layout struct {
	body    []string
	beliefs int
}

// roomy is how many rows are needed to show everything at once.
const roomy = 36

// all reports whether everything is shown at once.
func all(env screen.Env) bool { return env.Wide() && env.H >= roomy }

func (s *Stats) layout(env screen.Env) layout {
	data, _ := s.shown()
	switch {
	case s.last == nil:
		return layout{body: widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{{}}})}
	case all(env):
		return s.everything(env, data)
	case s.page == 1:
		return s.charts(env, data)
	}
	return s.overview(env, data)
}

func pane(env screen.Env, title screen.Say, w int, lines []string) widget.Pane {
	return widget.Pane{Title: env.Theme.Heading.Paint(env.Say(title)), Width: w, Lines: widget.Indent(1, lines)}
}

var (
	memoryTitle   = screen.Say{EN: "Memory", ZH: "记忆"}
	sureTitle     = screen.Say{EN: "Confidence", ZH: "把握"}
	topicsTitle   = screen.Say{EN: "Topics: strength, and how often interviews ask", ZH: "主题：掌握程度与面试频率"}
	beliefsTitle  = screen.Say{EN: "Beliefs we have seen", ZH: "见过的误解"}
	curveTitle    = screen.Say{EN: "Forgetting curve", ZH: "遗忘曲线"}
	forecastTitle = screen.Say{EN: "Due in the next days", ZH: "今后几天的复习"}
	calendarTitle = screen.Say{EN: "Days worked", ZH: "学习日历"}
)

// overview is what matters most, for small windows.
func (s *Stats) overview(env screen.Env, data quiz.Statistics) layout {
	half := (env.W - 3) / 2
	memory, sure := memoryLines(env, data, half-2), sureLines(env, data, env.W-3-half-2)
	topics := topicLines(env, s.study.Course(), data.Topics, env.W-4)
	h := max(len(memory), len(sure))
	most := env.H - h - 3 - 1 - 3 // for two beliefs at least
	topics = topics[:max(1, min(len(topics), most))]
	rest := env.H - h - len(topics) - 4
	return layout{
		body: widget.Frame(env.Theme, env.W, env.H,
			widget.Row{Height: h, Panes: []widget.Pane{pane(env, memoryTitle, half, memory), pane(env, sureTitle, 0, sure)}},
			widget.Row{Height: len(topics), Panes: []widget.Pane{pane(env, topicsTitle, 0, topics)}},
			widget.Row{Panes: []widget.Pane{pane(env, beliefsTitle, 0, s.beliefLines(env, data, env.W-4, rest))}}),
		beliefs: h + len(topics) + 3,
	}
}

// charts is what was and will be, for small windows.
func (s *Stats) charts(env screen.Env, data quiz.Statistics) layout {
	today := quiz.DayOf(s.study.Now())
	half := (env.W - 3) / 2
	const h = 7 // a week
	top := env.H - h - 3
	return layout{body: widget.Frame(env.Theme, env.W, env.H,
		widget.Row{Panes: []widget.Pane{pane(env, curveTitle, 0, curve(env, data.Curve, data.Retention.Target, env.W-4, top))}},
		widget.Row{Height: h, Panes: []widget.Pane{
			pane(env, forecastTitle, half, forecast(env, data.Due, today, half-2, h)),
			s.calendarPane(env, data, 0, env.W-3-half-2),
		}})}
}

func (s *Stats) calendarPane(env screen.Env, data quiz.Statistics, w, inside int) widget.Pane {
	p := pane(env, calendarTitle, w, calendar(env, data.Calendar, quiz.DayOf(s.study.Now()), inside))
	if data.Streak > 1 {
		p.Right = fmt.Sprintf(env.Say(screen.Say{EN: "%d days in a row", ZH: "连续 %d 天"}), data.Streak)
	}
	return p
}

// everything is on one page where there is room.
func (s *Stats) everything(env screen.Env, data quiz.Statistics) layout {
	third := (env.W - 4) / 3
	memory, sure := memoryLines(env, data, third-2), sureLines(env, data, third-2)
	const h = 7
	side := third
	main := env.W - 3 - side
	topics := topicLines(env, s.study.Course(), data.Topics, main-2)
	topicRows := max(min(len(topics), 8), h)
	beliefs := max(5, min(len(data.Beliefs), 8))
	return layout{
		body: widget.Frame(env.Theme, env.W, env.H,
			widget.Row{Height: h, Panes: []widget.Pane{
				pane(env, memoryTitle, third, memory), pane(env, sureTitle, third, sure),
				pane(env, forecastTitle, 0, forecast(env, data.Due, quiz.DayOf(s.study.Now()), env.W-4-2*third-2, h)),
			}},
			widget.Row{Panes: []widget.Pane{pane(env, curveTitle, 0,
				curve(env, data.Curve, data.Retention.Target, env.W-4, env.H-h-topicRows-beliefs-5))}},
			widget.Row{Height: topicRows, Panes: []widget.Pane{
				pane(env, topicsTitle, main, topics), s.calendarPane(env, data, side, side-2),
			}},
			widget.Row{Height: beliefs, Panes: []widget.Pane{
				pane(env, beliefsTitle, 0, s.beliefLines(env, data, env.W-4, beliefs)),
			}}),
		beliefs: env.H - 1 - beliefs,
	}
}

// memoryLines is the true retention against the target: of what came back after days, how much was recalled.
func memoryLines(env screen.Env, data quiz.Statistics, w int) []string {
	r := data.Retention
	all := "-"
	if r.All.N > 0 {
		all = phrase.Percent(r.All.Share())
	}
	says := screen.Say{EN: "recalled when due ", ZH: "到期时记得 "}
	if w < 36 {
		says.EN = "recalled "
	}
	return []string{
		env.Say(says) + env.Theme.Strong.Paint(all) +
			env.Theme.Dim.Paint(env.Say(screen.Say{EN: "  target ", ZH: "  目标 "})+phrase.Percent(r.Target)),
		rateLine(env, env.Say(screen.Say{EN: " first", ZH: " 初次"}), r.New, 8, w),
		rateLine(env, env.Say(screen.Say{EN: " young", ZH: " 较新"}), r.Young, 8, w),
		rateLine(env, env.Say(screen.Say{EN: " mature", ZH: " 成熟"}), r.Mature, 8, w),
		fmt.Sprintf(env.Say(screen.Say{EN: "%d solid  %d fading  %d new", ZH: "牢固 %d  快忘 %d  未学 %d"}),
			data.Known.Solid, data.Known.Fading, data.Known.New),
	}
}

// sureLines compares how sure the learner said to be with how often that was right.
func sureLines(env screen.Env, data quiz.Statistics, w int) []string {
	c := data.Calibration
	lines := []string{env.Theme.Dim.Paint(env.Say(screen.Say{EN: "you said       were right", ZH: "你说           答对"}))}
	for _, x := range []struct {
		c quiz.Confidence
		r quiz.Rate
	}{{quiz.Sure, c.Sure}, {quiz.ThinkSo, c.ThinkSo}, {quiz.Guess, c.Guess}} {
		lines = append(lines, rateLine(env, " "+env.Say(phrase.Confidence(x.c)), x.r, 11, w))
	}
	says := screen.Say{EN: `"Sure" should be right 90 % of the time.`, ZH: "“有把握”应有 90 % 答对。"}
	if c.TooSure() {
		says = screen.Say{EN: `You are sure too often: it should be 90 %.`, ZH: "你太有把握了：应达到 90 %。"}
	}
	return append(lines, render.WrapText(env.Say(says), w)...)
}

func topicLines(env screen.Env, course *lessons.Course, topics []quiz.Strength, w int) []string {
	nameW := 14
	switch {
	case env.Wide():
		nameW = 22
	case env.W < 70:
		nameW = 11
	}
	barW := max(min(w-nameW-1-6-2-16-13, 24), 6)
	var lines []string
	for _, t := range topics {
		share, strength := render.PadLeft("-", 6), 0.0
		if t.Begun {
			share, strength = render.PadLeft(phrase.Percent(t.Strength), 6), t.Strength
		}
		name := render.Fit(topicName(course, t.Topic, env.Lang), nameW, env.Theme.Ellipsis)
		line := name + " " + bar(env.Theme, barW, strength) + share + "  " +
			render.Pad(env.Theme.Dim.Paint(wording.Asked(t.Asked, env.Lang)), 16)
		if t.Best {
			line += env.Theme.Accent.Paint(env.Theme.Here + " " + env.Say(screen.Say{EN: "best return", ZH: "最值得练"}))
		}
		lines = append(lines, render.Truncate(line, w, env.Theme.Ellipsis))
	}
	return lines
}

func topicName(c *lessons.Course, id lessons.TopicID, l lessons.Lang) string {
	for _, t := range c.Topics {
		if t.ID == id {
			return t.Title.In(l)
		}
	}
	return string(id)
}

// beliefLines are what the learner believed: those still held first.
func (s *Stats) beliefLines(env screen.Env, data quiz.Statistics, w, h int) []string {
	if len(data.Beliefs) == 0 {
		return []string{env.Theme.Dim.Paint(env.Say(screen.Say{
			EN: "None yet: no wrong answer named one.", ZH: "还没有：答错的都不是已知的误解。",
		}))}
	}
	s.list.Set(len(data.Beliefs))
	from, to := s.list.Window(h)
	var lines []string
	for i := from; i < to; i++ {
		b := data.Beliefs[i]
		sign, since := env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong), fmt.Sprintf(env.Say(screen.Say{
			EN: "last %s", ZH: "最近 %s",
		}), date(b.Day, env.Lang))
		if b.Gone {
			sign, since = env.Theme.Style.Right.Paint(env.Theme.Frames.Right), fmt.Sprintf(env.Say(screen.Say{
				EN: "gone since %s", ZH: "%s 起没再犯",
			}), date(b.GoneSince, env.Lang))
		}
		right := env.Theme.Dim.Paint(times(env, b.Times) + "   " + since)
		left := widget.Pointer(env.Theme, i == s.list.At) + sign + " " +
			widget.Title(env.Theme, i == s.list.At, belief(s.study.Course(), b, env.Lang))
		lines = append(lines, widget.Spread(env.Theme, left, right, w))
	}
	return lines
}

func times(env screen.Env, n int) string {
	if n == 1 {
		return env.Say(screen.Say{EN: "once", ZH: "1 次"})
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "%d times", ZH: "%d 次"}), n)
}

// belief is a wrong belief in the words of the question: the wrong option, answer or point.
func belief(c *lessons.Course, b quiz.Belief, l lessons.Lang) string {
	q := c.Question(b.Question)
	if q == nil {
		return string(b.Question)
	}
	w := q.In(l)
	said := ""
	switch {
	case q.Kind == lessons.Typed && b.Index < len(w.Wrong):
		said = w.Wrong[b.Index].Answers[0]
	case q.Kind == lessons.Open && b.Index < len(w.Rubric):
		said = w.Rubric[b.Index].Text
	case b.Index < len(w.Options):
		said = w.Options[b.Index].Text
	}
	return phrase.Question(w) + "  " + said
}

func date(d quiz.Day, l lessons.Lang) string {
	t := d.Start(time.UTC)
	if l == lessons.ZH {
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	return t.Format("2 Jan")
}
