package begin

import (
	"fmt"
	"slices"
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
func (b *Begin) View(env screen.Env) screen.View {
	return screen.View{
		Title: env.Say(screen.Say{EN: "Practise", ZH: "练习"}), Status: b.status(env), Body: b.layout(env).body,
	}
}

func (b *Begin) status(env screen.Env) string {
	if b.today == nil || b.today.Goal.By == 0 {
		return ""
	}
	return fmt.Sprintf(env.Say(screen.Say{
		EN: "ready by %s: %s", ZH: "%s 的准备度：%s",
	}), b.today.Goal.By, phrase.Percent(b.today.Readiness))
}

// layout is the drawn body and where its parts stand.
type layout struct {
	body           []string
	listY, listW   int
	fieldX, fieldY int
}

// fieldMiddle is the column of a setting left of which a click makes it less.
const fieldMiddle = 16

func (b *Begin) layout(env screen.Env) layout {
	it := b.chosen()
	list, fields := b.lines(env), b.fieldLines(env, it)
	title := env.Theme.Heading.Paint(env.Say(name(it)))
	listTitle := env.Theme.Heading.Paint(env.Say(screen.Say{EN: "What now?", ZH: "现在做什么？"}))
	var l layout
	if env.Wide() {
		side := max(48, env.W/2-4)
		main := env.W - 3 - side
		says := b.says(env, it, side-4)
		l.listY, l.listW, l.fieldX, l.fieldY = 2, main, main+2, 2
		l.body = widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{
			{Title: listTitle, Width: main, Lines: append([]string{""}, list...)},
			{Title: title, Width: side, Lines: slices.Concat([]string{""}, fields, gap(fields), widget.Indent(2, says))},
		}})
		return l
	}
	l.listY, l.listW, l.fieldX, l.fieldY = 1, env.W, 1, len(list)+2
	says := b.says(env, it, env.W-8)
	l.body = widget.Frame(env.Theme, env.W, env.H,
		widget.Row{Height: len(list), Panes: []widget.Pane{{Title: listTitle, Lines: list}}},
		widget.Row{Panes: []widget.Pane{{Title: title, Lines: slices.Concat(fields, gap(fields), widget.Indent(3, says))}}})
	return l
}

func gap(fields []string) []string {
	if len(fields) == 0 {
		return nil
	}
	return []string{""}
}

func name(it item) screen.Say {
	switch {
	case it.resume:
		m := phrase.Mode(it.mode)
		return screen.Say{EN: "Go on: " + m.EN, ZH: "接着做：" + m.ZH}
	case it.goal:
		return screen.Say{EN: "Be ready by a day", ZH: "定个目标日"}
	case it.mode == quiz.Today:
		return screen.Say{EN: "Today's review", ZH: "今天的复习"}
	}
	return phrase.Mode(it.mode)
}

// lines lists what can be begun, with what one needs to know to decide for it.
func (b *Begin) lines(env screen.Env) []string {
	var lines []string
	for i, it := range b.items() {
		chosen := i == b.list.At
		left := " " + widget.Pointer(env.Theme, chosen) + env.Theme.Key.Paint(fmt.Sprint(i+1)) + "  " +
			widget.Title(env.Theme, chosen, render.Pad(env.Say(name(it)), 20)) + "  " + env.Theme.Dim.Paint(b.fact(env, it))
		lines = append(lines, left)
	}
	return lines
}

// fact is one line about an item.
func (b *Begin) fact(env screen.Env, it item) string {
	switch {
	case it.resume:
		return env.Say(screen.Say{EN: "where you left it", ZH: "从停下的地方继续"})
	case it.goal:
		if b.today != nil && b.today.Goal.By > 0 {
			return fmt.Sprintf(env.Say(screen.Say{
				EN: "%s, in %d days", ZH: "%s，还有 %d 天",
			}), b.today.Goal.By, b.today.DaysLeft)
		}
		return env.Say(screen.Say{EN: "an interview? plan towards it", ZH: "有面试？按日期安排"})
	}
	switch it.mode {
	case quiz.Today:
		return b.reviewFact(env)
	case quiz.Drill:
		return env.Say(phrase.Span(b.set.drill.minutes()))
	case quiz.Topic:
		return b.topics(1).value(env)
	case quiz.Weak:
		return fmt.Sprintf(env.Say(screen.Say{EN: "up to %d questions", ZH: "最多 %d 题"}), quiz.WeakSpots)
	case quiz.Interview:
		return env.Say(phrase.Span(b.set.interview.minutes())) + env.Say(screen.Say{EN: ", aloud", ZH: "，口答"})
	case quiz.Exam:
		return b.questions().value(env) + env.Say(screen.Say{EN: ", no help", ZH: "，没有提示"})
	}
	return ""
}

func (b *Begin) reviewFact(env screen.Env) string {
	t := b.today
	switch {
	case t == nil:
		return env.Theme.Ellipsis
	case t.Asks > 0:
		return fmt.Sprintf(env.Say(screen.Say{EN: "%s, about %s", ZH: "%s，约 %s"}),
			wording.ToReview(t.Due, t.New, t.Slips, env.Lang), env.Say(phrase.Span(max(t.Minutes, time.Minute))))
	case t.Answered && !t.Next.IsZero():
		return fmt.Sprintf(env.Say(screen.Say{EN: "nothing until %s", ZH: "%s 之前没有"}), when(t.Next, env.Lang))
	}
	return env.Say(screen.Say{EN: "read a lesson first", ZH: "先读一课"})
}

func when(t time.Time, l lessons.Lang) string {
	if l == lessons.ZH {
		return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), t.Format("15:04"))
	}
	return t.Format("Mon 2 Jan 15:04")
}

func (b *Begin) fieldLines(env screen.Env, it item) []string {
	var lines []string
	fields := b.fields(it)
	for i, f := range fields {
		here := i == b.field%len(fields)
		look := env.Theme.Text
		left, right := " ", " "
		if here {
			look = env.Theme.Strong
			left, right = env.Theme.Key.Paint("<"), env.Theme.Key.Paint(">")
		}
		name := widget.Pointer(env.Theme, here) + render.Pad(env.Say(f.says), 10)
		lines = append(lines, " "+name+" "+left+" "+look.Paint(f.value(env))+" "+right)
	}
	return lines
}

// says tells what an item is good for.
func (b *Begin) says(env screen.Env, it item, w int) []string {
	var lines []string
	add := func(s screen.Say) {
		lines = append(lines, render.WrapText(env.Say(s), w)...)
	}
	if it.resume {
		add(screen.Say{EN: "What you answered is saved; the rest is asked now.", ZH: "已答的都保存了，现在接着问剩下的。"})
		return lines
	}
	if it.goal {
		lines = b.loadLines(env, w)
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		add(screen.Say{
			EN: "New questions are begun early enough, and what would be forgotten by then is asked once more in the last " +
				"days. Enter keeps the day, x takes it away.",
			ZH: "新题会提早开始；到那天会忘的，最后几天再问一遍。回车保存日期，x 取消。",
		})
		return lines
	}
	switch it.mode {
	case quiz.Today:
		add(screen.Say{
			EN: "What you would soon forget, then some new questions of lessons that you have read. It never gets long: " +
				"what is too much for a day waits.",
			ZH: "先问快忘的，再加几道读过的课里的新题。不会太长：一天做不完的，自动往后排。",
		})
	case quiz.Drill:
		add(screen.Say{
			EN: "Fills the minutes: what is due first, then what is fading, then the rest.",
			ZH: "在这段时间里不断出题：先到期的，再快忘的，再其余的。",
		})
	case quiz.Topic:
		add(screen.Say{EN: "Everything of a topic, the least well known first.", ZH: "一个主题的全部题目，最不熟的先问。"})
	case quiz.Weak:
		add(screen.Say{
			EN: "What was forgotten again and again, is hard for you, or is fading; what interviews ask most comes first.",
			ZH: "一再忘记的、对你难的、快忘的；面试最常问的排在前面。",
		})
	case quiz.Interview:
		add(screen.Say{
			EN: "Open questions, answered aloud against the clock. You tick what you said; what you left out is asked " +
				"after. In the end: how much you said, how long you took, three to practise.",
			ZH: "开放题，限时口答。自己勾选说到的要点，没说到的会被追问。最后总结：说到多少、用时多久、该练哪三题。",
		})
	case quiz.Exam:
		add(screen.Say{
			EN: "Drawn by lot. No hints, and nothing is told before the end.",
			ZH: "随机抽题，没有提示，做完才告诉对错。",
		})
	}
	return lines
}

// loadLines says what the goal takes.
func (b *Begin) loadLines(env screen.Env, w int) []string {
	if b.today == nil || b.today.Goal.By == 0 {
		return nil
	}
	if b.load == nil {
		return []string{env.Theme.Dim.Paint(env.Say(screen.Say{EN: "Working out the days.", ZH: "正在推算每天的量。"}))}
	}
	l := b.load
	lines := []string{env.Theme.Heading.Paint(fmt.Sprintf(env.Say(screen.Say{
		EN: "Until %s", ZH: "到 %s",
	}), b.today.Goal.By))}
	add := func(s string) { lines = append(lines, render.WrapText(s, w)...) }
	add(fmt.Sprintf(env.Say(screen.Say{
		EN: "%.0f answers a day, about %s; %d on the fullest day; %d new ones a day.",
		ZH: "每天 %.0f 题，约 %s；最多的一天 %d 题；每天新题 %d 道。",
	}), l.ADay, env.Say(phrase.Span(max(l.Minutes, time.Minute))), l.Most, l.New))
	add(fmt.Sprintf(env.Say(screen.Say{
		EN: "Readiness on the day: %s if you do nothing more, %s if you keep to it.",
		ZH: "那天的准备度：就此停下是 %s，坚持下去是 %s。",
	}), phrase.Percent(l.Now), phrase.Percent(l.Then)))
	if l.Unbegun > 0 {
		add(fmt.Sprintf(env.Say(screen.Say{
			EN: "%d questions would stay new: the day is too near for all.", ZH: "有 %d 题来不及开始：日子太近了。",
		}), l.Unbegun))
	}
	return lines
}
