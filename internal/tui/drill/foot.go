package drill

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

// foot is what stands below the text: how sure one is, or what the answer counts for.
type foot struct {
	title, right string
	lines        []string
	spots        []spot
	cursor       *screen.Cursor
}

func (d *Drill) foot(env screen.Env) foot {
	switch {
	case d.line != nil:
		return d.lineFoot(env)
	case d.tells():
		return d.consequences(env)
	}
	return d.sureFoot(env)
}

// row joins words that can be clicked on.
type row struct {
	line  string
	spots []spot
}

func (r *row) add(s string) { r.line += s }

func (r *row) press(w what, index int, s string) {
	from := render.Width(r.line)
	r.line += s
	r.spots = append(r.spots, spot{what: w, index: index, x0: from, x1: render.Width(r.line)})
}

// sureFoot asks how sure the learner is, and shows the hint and the time.
func (d *Drill) sureFoot(env screen.Env) foot {
	f := foot{title: env.Theme.Dim.Paint(env.Say(screen.Say{
		EN: "How sure are you? (only if you like)", ZH: "有多大把握？（可不选）",
	}))}
	prefix := ""
	if d.types() {
		prefix = "ctrl+"
	}
	r := row{line: "   "}
	for _, c := range []struct {
		key string
		c   quiz.Confidence
	}{{"s", quiz.Sure}, {"t", quiz.ThinkSo}, {"g", quiz.Guess}} {
		says := env.Say(phrase.Confidence(c.c))
		r.press(onSure, int(c.c), widget.Pointer(env.Theme, c.c == d.give.sure)+env.Theme.Key.Paint(prefix+c.key)+" "+
			widget.Title(env.Theme, c.c == d.give.sure, says))
		r.add("   ")
	}
	f.spots = r.spots
	if d.phase == revealed || d.kind() == lessons.Open && d.give.at != none {
		f.title = env.Theme.Dim.Paint(env.Say(screen.Say{EN: "The time you took", ZH: "用时"}))
		r, f.spots = row{}, nil
	}
	f.lines = []string{widget.Spread(env.Theme, r.line, d.clock(env)+" ", env.W-2), d.hintLine(env)}
	return f
}

// clock shows the time of a question that has one: what was used of it, in numbers and as a bar.
func (d *Drill) clock(env screen.Env) string {
	if d.turn.Limit == 0 && d.kind() != lessons.Open || d.kind() == lessons.Do && d.phase == asking {
		return "" // a do question's time runs at the host
	}
	spent := d.spent()
	if d.turn.Limit == 0 {
		return phrase.Clock(spent)
	}
	says := phrase.Clock(spent) + " / " + phrase.Clock(d.turn.Limit)
	if spent > d.turn.Limit {
		return env.Theme.Warn.Paint(env.Say(screen.Say{EN: "over time ", ZH: "超时 "}) + says)
	}
	return widget.Bar(env.Theme, 10, int(spent/time.Second), int(d.turn.Limit/time.Second)) + " " + says
}

// hintLine says where the lesson explains the question, once the hint is taken; of a follow-up, what it follows from.
func (d *Drill) hintLine(env screen.Env) string {
	switch {
	case !d.give.hint && d.turn.Ask.Why == quiz.FollowsUp:
		return "   " + env.Theme.Dim.Paint(render.Truncate(d.followed(env), env.W-8, env.Theme.Ellipsis))
	case !d.give.hint:
		return ""
	}
	key := "h"
	if d.types() {
		key = "ctrl+r"
	}
	says := fmt.Sprintf(env.Say(screen.Say{
		EN: "Hint: %s. %s opens it.", ZH: "提示：看%s。再按 %s 打开。",
	}), d.place(env.Lang), key)
	return "   " + env.Theme.Accent.Paint(render.Truncate(says, env.W-8, env.Theme.Ellipsis))
}

// followed says from which question a follow-up comes, and from which point that was not said.
func (d *Drill) followed(env screen.Env) string {
	q := d.study.Course().Question(d.turn.Ask.After)
	if q == nil {
		return ""
	}
	w := q.In(env.Lang)
	for _, i := range d.turn.Ask.Points {
		if i < len(w.Rubric) {
			return fmt.Sprintf(env.Say(screen.Say{EN: "You left out: %s", ZH: "刚才没说到：%s"}), w.Rubric[i].Text)
		}
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "It follows from: %s", ZH: "承接上一题：%s"}), phrase.Question(w))
}

// place names the section that explains the question, and its lesson.
func (d *Drill) place(lang lessons.Lang) string {
	l := d.study.Lesson(d.question())
	if l == nil {
		return string(d.question().Lesson)
	}
	quote := func(s string) string {
		if lang == lessons.ZH {
			return "《" + s + "》"
		}
		return `"` + s + `"`
	}
	p, body := d.study.ReadAt(d.question()), l.Body(lang)
	if p.Screen >= len(body.Screens) {
		return quote(l.Title.In(lang))
	}
	section := quote(body.Sections[body.Screens[p.Screen].Section].Title)
	return wording.Sayf(lang, "%[2]s in %[1]s", "%[1]s的%[2]s", quote(l.Title.In(lang)), section)
}

// consequences says what the answer counts for, when the question returns, and whether that is saved.
func (d *Drill) consequences(env screen.Env) foot {
	f := foot{title: env.Theme.Dim.Paint(env.Say(screen.Say{
		EN: "What it counts for, and when it returns", ZH: "计为，以及下次出现",
	}))}
	f.right = d.savedMark(env)
	r, apart := row{line: " "}, "  "
	if env.W < 80 {
		apart = ""
	}
	for _, c := range d.told.Choices {
		chosen := c.Rating == d.told.Review.Rating
		says := env.Say(phrase.Rating(c.Rating)) + " " + env.Say(phrase.Span(max(c.In, time.Minute)))
		r.add(apart)
		r.press(onRating, int(c.Rating), widget.Pointer(env.Theme, chosen)+env.Theme.Key.Paint(fmt.Sprint(int(c.Rating)))+" "+
			widget.Title(env.Theme, chosen, says))
	}
	f.spots = r.spots
	f.lines = []string{r.line, "   " + env.Theme.Dim.Paint(render.Truncate(d.reason(env), env.W-8, env.Theme.Ellipsis))}
	return f
}

func (d *Drill) savedMark(env screen.Env) string {
	if d.told.Err == nil {
		return env.Theme.Dim.Paint(env.Say(screen.Say{EN: "saved", ZH: "已保存"}))
	}
	return env.Theme.Warn.Paint(fmt.Sprintf(env.Say(screen.Say{
		EN: "not saved: %d waiting", ZH: "没有保存：%d 个待存",
	}), max(d.unsaved, 1)))
}

// reason says why it counts for what it does, or how well the learner knows how sure to be.
func (d *Drill) reason(env screen.Env) string {
	r := d.told.Review
	switch {
	case d.told.Err != nil:
		return wording.Why(d.told.Err, env.Lang)
	case r.ByHand:
		return env.Say(screen.Say{EN: "You changed what it counts for.", ZH: "评分是你改的。"})
	case r.Confidence != 0:
		return d.sureSentence(env, r.Confidence)
	case r.Hint && r.Rating == quiz.Hard:
		return env.Say(screen.Say{EN: "Hard, because you took the hint.", ZH: "看了提示，所以计为“困难”。"})
	case r.Slow && r.Rating == quiz.Hard:
		return fmt.Sprintf(env.Say(screen.Say{
			EN: "Hard, because it took %s.", ZH: "用了 %s，所以计为“困难”。",
		}), env.Say(phrase.Span(r.Elapsed)))
	case d.told.Grade.Verdict == quiz.Partly && d.kind() != lessons.Open:
		return env.Say(screen.Say{
			EN: "Partly right counts as not known, so that it comes back.", ZH: "部分正确按不会计，以便再来一遍。",
		})
	}
	return env.Say(screen.Say{EN: "1-4 or a click changes it, if you know better.", ZH: "如果你更清楚，按 1-4 或点击修改。"})
}

// sureSentence compares how sure the learner said to be with how often that was right.
func (d *Drill) sureSentence(env screen.Env, c quiz.Confidence) string {
	rate := d.rate(c)
	if rate.N < 5 {
		return fmt.Sprintf(env.Say(screen.Say{
			EN: `"%s": %d right of %d so far.`, ZH: "“%s”：目前 %[3]d 次里对了 %[2]d 次。",
		}), env.Say(phrase.Confidence(c)), rate.Right, rate.N)
	}
	says := fmt.Sprintf(env.Say(screen.Say{
		EN: `Your "%s" answers are right %s of the time (%d answers).`, ZH: "你说“%s”的答案，%s 是对的（共 %d 次）。",
	}), env.Say(phrase.Confidence(c)), phrase.Percent(rate.Share()), rate.N)
	if c == quiz.Sure && d.sure.TooSure() {
		says += env.Say(screen.Say{EN: " Sure should be 90 %.", ZH: "有把握应达到 90 %。"})
	}
	return says
}

// lineFoot is the line that is being written.
func (d *Drill) lineFoot(env screen.Env) foot {
	w := env.W - 2 - 2*pad
	line, x := d.line.input.View(w)
	return foot{
		title: env.Theme.Heading.Paint(env.Say(d.line.says)), lines: []string{"   " + under(env, line)},
		cursor: &screen.Cursor{X: pad + x, Y: 0},
	}
}
