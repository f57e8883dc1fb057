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

// column is the second column: what each answer would mean once it is given, and what happened with the question
// before.
func (d *Drill) column(env screen.Env, g geometry) widget.Pane {
	w := g.side - 2*sidePad
	var lines []string
	part := func(title string, body []string) {
		if len(body) == 0 {
			return
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(append(lines, env.Theme.Heading.Paint(title)), body...)
	}
	if s, ok := d.sheet(); ok && d.tells() {
		part(env.Say(d.othersTitle()), d.others(env, s.side))
	}
	if d.tells() {
		part(env.Say(screen.Say{EN: "How sure you are", ZH: "你的把握"}), d.sureLines(env, w))
		part(env.Say(screen.Say{EN: "This question", ZH: "这道题"}), d.cardLines(env))
	} else {
		part(env.Say(screen.Say{EN: "Why now", ZH: "为什么现在问"}), d.whyNow(env, w))
	}
	part(env.Say(screen.Say{EN: "Before", ZH: "以前"}), d.historyLines(env, max(4, g.rows-len(lines)-4)))
	if d.note != "" && !d.tells() {
		part(env.Say(screen.Say{EN: "Your note", ZH: "你的笔记"}), render.WrapText(d.note, w))
	}
	return widget.Pane{Width: g.side, Lines: append([]string{""}, widget.Indent(sidePad, lines)...)}
}

// sureLines compares how sure the learner is with how often that was right.
func (d *Drill) sureLines(env screen.Env, w int) []string {
	var lines []string
	for _, c := range []quiz.Confidence{quiz.Sure, quiz.ThinkSo, quiz.Guess} {
		rate := d.rate(c)
		if rate.N == 0 {
			continue
		}
		line := render.Pad(env.Say(phrase.Confidence(c)), 10) + render.PadLeft(phrase.Percent(rate.Share()), 6) +
			"  " + widget.Bar(env.Theme, 10, rate.Right, rate.N) + env.Theme.Dim.Paint(fmt.Sprintf("%5d", rate.N))
		line = widget.Pointer(env.Theme, c == d.told.Review.Confidence) + line
		lines = append(lines, render.Truncate(line, w, env.Theme.Ellipsis))
	}
	return lines
}

// cardLines says how often the question was answered and forgotten, and how long it would be remembered.
func (d *Drill) cardLines(env screen.Env) []string {
	c := d.told.Card
	lines := []string{fmt.Sprintf(env.Say(screen.Say{
		EN: "answered %d times, forgotten %d", ZH: "答过 %d 次，忘过 %d 次",
	}), c.Reps, c.Lapses)}
	if c.Reps == 1 {
		lines[0] = env.Say(screen.Say{EN: "answered for the first time", ZH: "第一次作答"})
	}
	if c.Stability > 0 {
		lines = append(lines, fmt.Sprintf(env.Say(screen.Say{
			EN: "90 %% sure to be recalled after %s", ZH: "%s后还有 90 %% 的把握记得",
		}),
			env.Say(phrase.Span(time.Duration(c.Stability*24*float64(time.Hour))))))
	}
	return lines
}

func (d *Drill) rate(c quiz.Confidence) quiz.Rate {
	switch c {
	case quiz.Sure:
		return d.sure.Sure
	case quiz.ThinkSo:
		return d.sure.ThinkSo
	case quiz.Guess:
		return d.sure.Guess
	}
	return quiz.Rate{}
}

// whyNow says why the question is asked.
func (d *Drill) whyNow(env screen.Env, w int) []string {
	why := d.turn.Ask.Why
	says := map[quiz.Why]screen.Say{
		quiz.IsDue:       {EN: "It is due: you would soon forget it.", ZH: "到期了：再不复习就快忘了。"},
		quiz.IsNew:       {EN: "You have not met it yet.", ZH: "还没做过这道题。"},
		quiz.CameBack:    {EN: "It was wrong a moment ago.", ZH: "刚才答错了。"},
		quiz.IsFading:    {EN: "It would be forgotten by your day.", ZH: "到目标那天就忘了。"},
		quiz.IsWeak:      {EN: "It is one of your weak spots.", ZH: "这是你的薄弱点。"},
		quiz.IsInTopic:   {EN: "It belongs to the topic.", ZH: "它属于这个主题。"},
		quiz.IsAsked:     {EN: "Interviews ask it.", ZH: "面试会问到。"},
		quiz.FollowsUp:   {EN: "It follows from what you left out.", ZH: "追问你刚才没说到的。"},
		quiz.IsRehearsed: {EN: "There is time left to rehearse it.", ZH: "还有时间，温习一下。"},
	}[why]
	return render.WrapText(env.Say(says), w)
}

// historyLines are the answers before this one, the latest last, as many as have room.
func (d *Drill) historyLines(env screen.Env, room int) []string {
	var lines []string
	for _, r := range d.history[max(0, len(d.history)-room):] {
		state := quiz.False
		if r.Verdict == quiz.Right {
			state = quiz.Hit
		}
		line := env.Theme.Dim.Paint(day(r.At, env.Lang)) + "  " + mark(env, state) + " " + env.Say(phrase.Verdict(r.Verdict))
		if r.Answer.GaveUp {
			line = env.Theme.Dim.Paint(day(r.At, env.Lang)) + "  " + mark(env, quiz.False) + " " +
				env.Say(screen.Say{EN: "not known", ZH: "不知道"})
		}
		if c := env.Say(phrase.Confidence(r.Confidence)); c != "" {
			line += env.Theme.Dim.Paint(env.Say(screen.Say{EN: ", ", ZH: "，"}) + c)
		}
		lines = append(lines, line)
	}
	return lines
}

// day is a date as people write it, six columns wide in either language.
func day(t time.Time, l lessons.Lang) string {
	if l == lessons.ZH {
		return render.PadLeft(fmt.Sprintf("%d月%d日", t.Month(), t.Day()), 8)
	}
	return render.PadLeft(t.Format("2 Jan"), 6)
}
