package drill

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

type act = screen.Act[*Drill]

func bind(line bool, show, en, zh string, do func(*Drill, screen.Env) tea.Cmd, keys ...string) act {
	return act{Binding: screen.Binding{Keys: keys, Show: show, Says: screen.Say{EN: en, ZH: zh}, Line: line}, Do: do}
}

// acts returns what keys do now.
func (d *Drill) acts() []act {
	if d.unsaved > 0 && !d.Typing() {
		return append(d.phaseActs(), leaving())
	}
	return d.phaseActs()
}

func (d *Drill) phaseActs() []act {
	switch {
	case d.line != nil:
		return lineActs()
	case d.phase == telling:
		return d.tellingActs()
	case d.phase == waiting:
		return []act{
			bind(true, "", "ask it now", "现在就答", (*Drill).early, "enter"),
			bind(true, "", "undo", "撤销", (*Drill).undo, "u"), ending(),
		}
	case d.phase == asking || d.phase == revealed:
		return append(d.askingActs(), d.awayActs()...)
	}
	return []act{ending()}
}

// leaving guards what is not saved: whoever goes home now would lose it.
func leaving() act { return bind(false, "", "home", "主页", (*Drill).leave, "q") }

func (d *Drill) leave(env screen.Env) tea.Cmd {
	if d.unsaved == 0 || d.ending {
		return env.Ask(screen.Home{})
	}
	d.ending = true
	return tea.Batch(d.retry(), env.Ask(screen.Notice{Text: screen.Say{
		EN: fmt.Sprintf("%d answers are not saved yet; it is tried again. q once more leaves them behind.", d.unsaved),
		ZH: fmt.Sprintf("还有 %d 个答案没有保存，正在重试。再按一次 q 就放弃它们。", d.unsaved),
	}}))
}

func ending() act { return bind(true, "", "end", "结束", (*Drill).end, "esc") }

func (d *Drill) askingActs() []act {
	var acts []act
	switch d.kind() {
	case lessons.OneChoice, lessons.Predict:
		acts = append(choosing("answer", "作答", letters[:d.optionCount()]),
			bind(false, "", "answer with the marked one", "选定光标处", (*Drill).enter, "enter"),
			bind(false, "", "a page down", "下一页", (*Drill).pageDown, "space"))
	case lessons.ManyChoices:
		acts = append(choosing("tick", "勾选", letters[:d.optionCount()]),
			bind(true, "", "answer", "作答", (*Drill).enter, "enter"),
			bind(false, "", "tick the marked one", "勾选光标处", (*Drill).toggle, "space"))
	case lessons.Order:
		acts = append(choosing("take, put", "拿起、放下", digits(len(d.give.order))),
			bind(true, "", "take, let go", "拿起、放下", (*Drill).toggle, "space"),
			bind(true, "", "answer", "作答", (*Drill).enter, "enter"))
	case lessons.Typed, lessons.Cloze:
		return append(d.typingActs(), ending())
	case lessons.Open:
		acts = d.openActs()
	case lessons.Do:
		acts = []act{
			bind(true, "", "do it", "动手做", (*Drill).do, "enter"),
			bind(false, "", "leave out", "跳过", (*Drill).skip, "x"),
		}
	}
	if d.phase == asking {
		acts = append(acts, bind(true, "", "I don't know", "不知道", (*Drill).giveUp, "0", "ctrl+x"))
		acts = append(acts, sureActs(d.kind() == lessons.Open || d.kind() == lessons.Order)...)
		if !d.plan.NoHints {
			acts = append(acts, bind(true, "", "hint", "提示", (*Drill).hint, "h"))
		}
		acts = append(acts, bind(true, "", "undo", "撤销", (*Drill).undo, "u"))
	}
	acts = append(acts, moving()...)
	return append(acts, ending())
}

// optionCount is how many options there are to choose from.
func (d *Drill) optionCount() int { return min(len(d.turn.Item.Order), len(letters)) }

func digits(n int) string { return "123456789"[:min(n, 9)] }

// choosing are the keys of the items, each its own.
func choosing(en, zh, keys string) []act {
	var acts []act
	for i, key := range strings.Split(keys, "") {
		show := ""
		if i == 0 && len(keys) > 1 {
			show = key + "-" + keys[len(keys)-1:]
		}
		do := func(d *Drill, env screen.Env) tea.Cmd { return d.choose(env, i) }
		acts = append(acts, bind(i == 0, show, en, zh, do, key))
	}
	return acts
}

func sureActs(line bool) []act {
	sure := func(c quiz.Confidence) func(*Drill, screen.Env) tea.Cmd {
		return func(d *Drill, _ screen.Env) tea.Cmd { d.setSure(c); return nil }
	}
	return []act{
		bind(line, "s t g", "sure, think so, guess", "有把握、应该对、猜的", sure(quiz.Sure), "s", "ctrl+s"),
		bind(false, "t", "I think so", "应该对", sure(quiz.ThinkSo), "t", "ctrl+t"),
		bind(false, "g", "a guess", "猜的", sure(quiz.Guess), "g", "ctrl+g"),
	}
}

func (d *Drill) typingActs() []act {
	acts := []act{bind(true, "", "answer", "作答", (*Drill).enter, "enter")}
	if d.kind() == lessons.Cloze && len(d.give.inputs) > 1 {
		acts = append(acts, bind(true, "", "next gap", "下一个空", (*Drill).nextGap, "tab", "down"),
			bind(false, "", "gap before", "上一个空", (*Drill).previousGap, "shift+tab", "up"))
	}
	acts = append(acts, bind(true, "", "I don't know", "不知道", (*Drill).giveUp, "ctrl+x"))
	for _, a := range sureActs(false) {
		a.Keys, a.Show = a.Keys[1:], ""
		acts = append(acts, a)
	}
	acts[len(acts)-3].Show = "ctrl+s ctrl+t ctrl+g"
	if !d.plan.NoHints {
		acts = append(acts, bind(true, "", "hint", "提示", (*Drill).hint, "ctrl+r"))
	}
	return append(acts, bind(false, "", "undo", "撤销", (*Drill).undo, "ctrl+z"),
		bind(false, "", "a page down", "下一页", (*Drill).pageDown, "pgdown"),
		bind(false, "", "a page up", "上一页", (*Drill).pageUp, "pgup"))
}

func (d *Drill) openActs() []act {
	if d.phase == asking {
		return []act{bind(true, "", "show the points", "看要点", (*Drill).points, "space", "enter")}
	}
	points := len(d.question().In(lessons.EN).Rubric)
	acts := choosing("tick what you said", "勾选说到的", digits(points))
	for i := range acts {
		if i < len(letters) {
			acts[i].Keys = append(acts[i].Keys, letters[i:i+1])
		}
	}
	return append(acts, bind(true, "", "done", "完成", (*Drill).enter, "enter"),
		bind(false, "", "tick the marked one", "勾选光标处", (*Drill).toggle, "space"))
}

func moving() []act {
	return []act{
		bind(false, "{up} k", "up", "上移", (*Drill).up, "up", "k"),
		bind(false, "{down} j", "down", "下移", (*Drill).down, "down", "j"),
		bind(false, "", "a page down", "下一页", (*Drill).pageDown, "pgdown"),
		bind(false, "", "a page up", "上一页", (*Drill).pageUp, "pgup"),
	}
}

func (d *Drill) tellingActs() []act {
	acts := []act{bind(true, "", "next", "下一题", (*Drill).onward, "enter")}
	for i, r := range quiz.Ratings() {
		show := ""
		if i == 0 {
			show = "1-4"
		}
		says := screen.Say{EN: "grade", ZH: "改评分"}
		if i > 0 {
			says = screen.Say{EN: "it was " + phrase.Rating(r).EN, ZH: "算“" + phrase.Rating(r).ZH + "”"}
		}
		do := func(d *Drill, _ screen.Env) tea.Cmd { return d.regrade(r) }
		acts = append(acts, bind(i == 0, show, says.EN, says.ZH, do, fmt.Sprint(i+1)))
	}
	return append(acts,
		bind(true, "", "undo", "撤销", (*Drill).undo, "u"),
		bind(true, "", "note", "笔记", (*Drill).writeNote, "n"),
		bind(true, "", "read", "看课文", (*Drill).read, "r"),
		bind(true, "", "report", "报错", (*Drill).writeComplaint, "!"),
		bind(false, "space pgdown", "a page down", "下一页", (*Drill).pageDown, "space", "pgdown"),
		bind(false, "", "a page up", "上一页", (*Drill).pageUp, "pgup"),
		bind(false, "{down} j", "a line down", "下移一行", (*Drill).lineDown, "down", "j"),
		bind(false, "{up} k", "a line up", "上移一行", (*Drill).lineUp, "up", "k"),
		ending())
}

// Keys returns what can be pressed now.
func (d *Drill) Keys(screen.Env) []screen.Binding { return screen.Bindings(d.acts()) }

// Keys returns the keys of the card, for the README: while a choice is asked, while one types, and after the answer.
func Keys() []screen.Binding {
	var d Drill
	all := choosing("answer, or tick", "作答或勾选", "abcd")[:1]
	all = append(all,
		bind(true, "", "answer", "作答", (*Drill).enter, "enter"),
		bind(false, "1-9", "take a step up and put it, tick a point", "拿起、放下一步，勾选要点", nil, strings.Split(digits(9), "")...),
		bind(false, "", "show the points, tick, take a step up", "看要点、勾选、拿起一步", (*Drill).toggle, "space"),
		bind(false, "", "next gap", "下一个空", (*Drill).nextGap, "tab"),
		bind(false, "", "leave out what is to be done", "跳过动手题", (*Drill).skip, "x"))
	all = append(all, bind(true, "", "I don't know", "不知道", (*Drill).giveUp, "0", "ctrl+x"))
	all = append(all, sureActs(true)...)
	all = append(all, bind(true, "", "hint", "提示", (*Drill).hint, "h", "ctrl+r"))
	away := putAway(awayKey, awayKeyTyped)
	away.Says = screen.Say{EN: "put away what a lab brought back", ZH: "收起实验带回的题"}
	all = append(all, away)
	return screen.Bindings(append(all, d.tellingActs()...))
}

// key does what a key stands for; what is none is typed where one types.
func (d *Drill) key(env screen.Env, key tea.KeyPressMsg) tea.Cmd {
	if name := key.String(); name != "esc" && name != "q" {
		d.ending = false
	}
	if cmd, ok := screen.Run(d.acts(), d, env, key); ok {
		return cmd
	}
	switch {
	case d.line != nil:
		d.line.input.Key(key)
	case d.phase == asking && d.types():
		d.give.inputs[d.give.at].Key(key)
		d.reveal(env)
	}
	return nil
}

func (d *Drill) paste(s string) {
	switch {
	case d.line != nil:
		d.line.input.Insert(s)
	case d.phase == asking && d.types():
		d.give.inputs[d.give.at].Insert(s)
	}
}

// items is how many things the cursor moves among.
func (d *Drill) items() int {
	switch d.kind() {
	case lessons.Order:
		return len(d.give.order)
	case lessons.Open:
		if d.phase != revealed {
			return 0
		}
		return len(d.question().In(lessons.EN).Rubric)
	}
	return len(d.turn.Item.Order)
}

func (d *Drill) move(env screen.Env, by int) tea.Cmd {
	if n := d.items(); n > 0 {
		d.give.move(by, n)
		d.reveal(env)
		return nil
	}
	d.scroll(env, by)
	return nil
}

func (d *Drill) up(env screen.Env) tea.Cmd   { return d.move(env, -1) }
func (d *Drill) down(env screen.Env) tea.Cmd { return d.move(env, 1) }

func (d *Drill) lineUp(env screen.Env) tea.Cmd   { d.scroll(env, -1); return nil }
func (d *Drill) lineDown(env screen.Env) tea.Cmd { d.scroll(env, 1); return nil }

func (d *Drill) pageDown(env screen.Env) tea.Cmd {
	d.scroll(env, max(d.geometry(env).rows-2, 1))
	return nil
}

func (d *Drill) pageUp(env screen.Env) tea.Cmd {
	d.scroll(env, -max(d.geometry(env).rows-2, 1))
	return nil
}

// choose does with the item at a place what its key does: answer, tick, take or put.
func (d *Drill) choose(env screen.Env, place int) tea.Cmd {
	if place >= d.items() {
		return nil
	}
	switch d.kind() {
	case lessons.OneChoice, lessons.Predict:
		d.give.at = place
		return d.enter(env)
	case lessons.Order:
		if d.give.held {
			d.give.move(place-d.give.at, len(d.give.order))
			d.give.held = false
		} else {
			d.give.at, d.give.held = place, true
		}
		d.reveal(env)
		return nil
	}
	d.give.at = place
	return d.toggle(env)
}

// toggle ticks the item under the cursor, or takes a step up and lets it go.
func (d *Drill) toggle(env screen.Env) tea.Cmd {
	at := d.give.at
	if at == none {
		at = 0
	}
	d.give.at = at
	switch d.kind() {
	case lessons.Order:
		d.give.held = !d.give.held
	case lessons.ManyChoices:
		i := d.turn.Item.Order[at]
		d.give.chosen[i] = !d.give.chosen[i]
	case lessons.Open:
		d.give.chosen[at] = !d.give.chosen[at]
	}
	d.reveal(env)
	return nil
}

// enter answers with what was given, if anything was.
func (d *Drill) enter(env screen.Env) tea.Cmd {
	switch d.kind() {
	case lessons.OneChoice, lessons.Predict:
		if d.give.at == none {
			return env.Ask(screen.Notice{Text: screen.Say{
				EN: "Press the letter of an answer; 0 if you don't know.", ZH: "按选项的字母作答；不知道就按 0。",
			}})
		}
		d.give.chosen = map[int]bool{d.turn.Item.Order[d.give.at]: true}
	case lessons.ManyChoices:
		if len(d.give.ticked()) == 0 {
			return env.Ask(screen.Notice{Text: screen.Say{
				EN: "Tick all that are right, by their letters; 0 if you don't know.", ZH: "按字母勾选所有正确的；不知道就按 0。",
			}})
		}
	case lessons.Typed, lessons.Cloze:
		if d.give.empty() {
			return env.Ask(screen.Notice{Text: screen.Say{
				EN: "Type an answer; ctrl+x if you don't know.", ZH: "请输入答案；不知道就按 ctrl+x。",
			}})
		}
		if next := d.emptyGap(); next != none {
			d.give.at = next
			d.reveal(env)
			return nil
		}
	}
	return d.submit(env, d.give.answer(d.turn.Item, env.Lang))
}

// emptyGap is the next gap after the cursor in which nothing stands, or none.
func (d *Drill) emptyGap() int {
	for i := d.give.at + 1; i < len(d.give.inputs); i++ {
		if d.give.inputs[i].Text() == "" {
			return i
		}
	}
	return none
}

func (d *Drill) nextGap(env screen.Env) tea.Cmd     { return d.gap(env, 1) }
func (d *Drill) previousGap(env screen.Env) tea.Cmd { return d.gap(env, -1) }

func (d *Drill) gap(env screen.Env, by int) tea.Cmd {
	n := len(d.give.inputs)
	d.give.at = (d.give.at + by + n) % n
	d.reveal(env)
	return nil
}

// setSure says how sure the learner is; the same again takes it back.
func (d *Drill) setSure(c quiz.Confidence) {
	if d.give.sure == c {
		c = 0
	}
	d.give.sure = c
}

// points shows the points of an open question. The time to answer ends here: reading is not thinking.
func (d *Drill) points(env screen.Env) tea.Cmd {
	d.give.spent = max(d.now.Sub(d.began), 1)
	d.phase, d.give.at = revealed, 0
	d.reveal(env)
	return nil
}

// hint says where the lesson explains it; the second time it opens it.
func (d *Drill) hint(env screen.Env) tea.Cmd {
	if d.give.hint {
		return d.read(env)
	}
	d.give.hint = true
	return nil
}

// read opens the lesson at the place that explains the question.
func (d *Drill) read(env screen.Env) tea.Cmd {
	p := d.study.ReadAt(d.question())
	return env.Ask(screen.OpenLesson{Lesson: p.Lesson, Screen: p.Screen})
}

// onward goes to the next question.
func (d *Drill) onward(screen.Env) tea.Cmd {
	d.phase = marking
	return d.next()
}

// early asks what would come back later.
func (d *Drill) early(env screen.Env) tea.Cmd { return d.show(env) }

func (d *Drill) wheel(env screen.Env, m tea.MouseWheelMsg) {
	switch m.Button {
	case tea.MouseWheelUp:
		d.scroll(env, -3)
	case tea.MouseWheelDown:
		d.scroll(env, 3)
	}
}

// click presses what stands under the mouse.
func (d *Drill) click(env screen.Env, m tea.MouseClickMsg) tea.Cmd {
	spots := d.layout(env).spots
	i := slices.IndexFunc(spots, func(s spot) bool { return s.at(m.X, m.Y) })
	if i < 0 {
		return nil
	}
	switch s := spots[i]; {
	case s.what == onRating:
		return d.regrade(quiz.Rating(s.index))
	case d.phase != asking && d.phase != revealed:
	case s.what == onSure:
		d.setSure(quiz.Confidence(s.index))
	case s.what == onUnknown:
		return d.giveUp(env)
	case d.types():
		d.give.at = s.index
	default:
		return d.choose(env, s.index)
	}
	return nil
}
