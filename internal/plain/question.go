package plain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

func (t *talk) options() render.Options {
	return render.Options{Width: t.Width, Frames: t.Frames, Lang: string(t.Lang)}
}

func (t *talk) fragment(f mdoc.Fragment) {
	if !f.Empty() {
		t.print(render.Render(f, t.options()).Lines...)
	}
}

// hung prints a fragment behind a mark, its other lines below the first.
func (t *talk) hung(mark string, f mdoc.Fragment) {
	o := t.options()
	o.Width -= render.Width(mark)
	for _, l := range render.Render(f, o).Lines {
		t.print(strings.TrimRight(mark+l, " "))
		mark = render.Pad("", render.Width(mark))
	}
}

// show prints the question with what there is to choose from.
func (d *drill) show(turn quiz.Turn) {
	q := turn.Item.Question
	w := q.In(d.Lang)
	d.print("")
	d.say("Question %d, %d more after it: %s", "第 %d 题，之后还有 %d 题：%s", turn.Count, turn.Left, w.Prompt)
	if turn.Limit > 0 && !d.x.Plan().Sealed {
		d.say("You have about %s.", "大约有 %s。", span(turn.Limit, d.Lang))
	}
	if turn.Ask.Why == quiz.FollowsUp {
		d.say("It follows from what was left out of %s.", "这是 %s 中没有说到之处的追问。", turn.Ask.After)
	}
	d.slip(turn)
	d.fragment(w.Stem)
	switch q.Kind {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		for place, i := range turn.Item.Order {
			d.hung(fmt.Sprintf("%2d  ", place+1), w.Options[i].Doc)
		}
	case lessons.Order:
		for place, i := range turn.Item.Order {
			d.hung(fmt.Sprintf("%2d  ", place+1), w.Steps[i])
		}
	case lessons.Cloze:
		d.print(render.WrapText(gapped(w.Cloze), d.Width)...)
	case lessons.Do:
		d.toDo(turn)
	}
}

// gapped is a cloze with numbered gaps.
func gapped(parts []lessons.ClozePart) string {
	var b strings.Builder
	gap := 0
	for _, p := range parts {
		if len(p.Accept) == 0 {
			b.WriteString(p.Text)
			continue
		}
		gap++
		fmt.Fprintf(&b, "[%d ____]", gap)
	}
	return b.String()
}

// answerHint says how this kind is answered.
func (d *drill) answerHint(turn quiz.Turn) string {
	how := ""
	switch turn.Item.Question.Kind {
	case lessons.OneChoice, lessons.Predict:
		how = wording.Say(d.Lang, "a number", "输入一个编号")
	case lessons.ManyChoices:
		how = wording.Say(d.Lang, "all the right numbers, like 1 3", "输入所有正确的编号，如 1 3")
	case lessons.Order:
		how = wording.Say(d.Lang, "the numbers in the right order, like 2 1 3", "按正确顺序输入编号，如 2 1 3")
	case lessons.Typed:
		how = wording.Say(d.Lang, "type the answer", "输入答案")
	case lessons.Cloze:
		how = wording.Say(d.Lang, "the gaps, with ; between them", "依次填空，用 ; 隔开")
	case lessons.Open:
		how = wording.Say(d.Lang, "say it aloud, then Enter shows the points", "先口头回答，再按回车看要点")
	case lessons.Do:
		how = wording.Say(d.Lang, "Enter opens a host; x leaves it out", "回车打开一台主机；x 跳过")
	}
	help := ""
	if !d.x.Plan().NoHints {
		help = wording.Sayf(d.Lang, " %s where to read;", "%s 课文位置；", d.command(turn, "h"))
	}
	return wording.Sayf(d.Lang,
		"(%[1]s; ! behind it: sure, ? behind it: a guess; %[2]s don't know;%[3]s %[4]s undo; %[5]s end)",
		"（%[1]s；末尾加 ! 表示有把握，加 ? 表示猜的；%[2]s 不知道；%[3]s%[4]s 撤销；%[5]s 结束）",
		how, d.command(turn, "d"), help, d.command(turn, "u"), d.command(turn, "b"))
}

// read makes an answer of a typed line; why says what is wrong with it. An error ends the session without an answer.
func (d *drill) read(turn quiz.Turn, line string) (g study.Given, why string, err error) {
	g.Answer.Lang = d.Lang
	line, g.Confidence = confidence(line)
	if line == d.command(turn, "d") {
		g.Answer.GaveUp = true
		return g, "", nil
	}
	if turn.Item.Question.Kind == lessons.Do {
		return d.readDo(turn, g, line)
	}
	if turn.Item.Question.Kind == lessons.Open {
		g, err = d.open(turn, g, line)
		return g, "", err
	}
	why = d.take(turn, line, &g)
	return g, why, nil
}

// take reads what was typed into an answer; why says what is wrong with it.
func (d *drill) take(turn quiz.Turn, line string, g *study.Given) (why string) {
	q := turn.Item.Question
	switch q.Kind {
	case lessons.OneChoice, lessons.Predict:
		g.Answer.Choices, why = d.numbers(line, turn.Item.Order, 1)
	case lessons.ManyChoices:
		g.Answer.Choices, why = d.numbers(line, turn.Item.Order, len(turn.Item.Order))
	case lessons.Order:
		g.Answer.Order, why = d.numbers(line, turn.Item.Order, len(turn.Item.Order))
		if why == "" && len(g.Answer.Order) != len(turn.Item.Order) {
			why = wording.Sayf(d.Lang, "Name all %d steps.", "请排出全部 %d 步。", len(turn.Item.Order))
		}
	case lessons.Typed:
		g.Answer.Text, why = line, d.notEmpty(line)
	case lessons.Cloze:
		g.Answer.Gaps = splitGaps(line)
		if why = d.notEmpty(line); why == "" {
			why = d.all(gaps(q.In(d.Lang).Cloze), len(g.Answer.Gaps))
		}
	default:
		g.Answer.GaveUp = true
	}
	return why
}

// all says what to do when there are more gaps than answers, or fewer: one left out moves all that follow.
func (d *drill) all(gaps, answers int) string {
	if gaps == answers {
		return ""
	}
	return wording.Sayf(d.Lang, "There are %d gaps and you filled %d. Put ; between them; one you don't know may be empty.",
		"共有 %d 个空，你填了 %d 个。用 ; 隔开；不知道的空可以留空。", gaps, answers)
}

// gaps counts what is to be filled in.
func gaps(parts []lessons.ClozePart) int {
	n := 0
	for _, p := range parts {
		if len(p.Accept) > 0 {
			n++
		}
	}
	return n
}

func (d *drill) notEmpty(line string) string {
	if line == "" {
		return wording.Say(d.Lang, "Type an answer, or :d if you don't know.", "请输入答案；不知道就输入 :d。")
	}
	return ""
}

// confidence reads the mark behind an answer.
func confidence(line string) (string, quiz.Confidence) {
	for _, m := range []struct {
		marks string
		c     quiz.Confidence
	}{{"!！", quiz.Sure}, {"?？", quiz.Guess}, {"~～", quiz.ThinkSo}} {
		if rest := strings.TrimRight(line, m.marks); rest != line && rest != "" {
			return strings.TrimSpace(rest), m.c
		}
	}
	return line, 0
}

// numbers reads places in a list and returns the author's indices.
func (d *drill) numbers(line string, order []int, most int) (chosen []int, why string) {
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,;，、", r) }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(order) {
			return nil, wording.Sayf(d.Lang, `"%s" is not a number from 1 to %d.`, "“%s”不是 1 到 %d 的编号。", word, len(order))
		}
		chosen = append(chosen, order[n-1])
	}
	switch {
	case len(chosen) == 0:
		return nil, wording.Say(d.Lang, "Choose a number, or d if you don't know.", "请选一个编号；不知道就输入 d。")
	case len(chosen) > most:
		return nil, wording.Sayf(d.Lang, "Choose at most %d.", "最多选 %d 项。", most)
	}
	return chosen, ""
}

// splitGaps parts what was typed into the gaps. An empty one keeps its place.
func splitGaps(line string) []string {
	gaps := strings.Split(strings.ReplaceAll(line, "；", ";"), ";")
	for i := range gaps {
		gaps[i] = strings.TrimSpace(gaps[i])
	}
	return gaps
}

// open shows the points of an open question and asks which were said. Whoever leaves here has given no answer.
func (d *drill) open(turn quiz.Turn, g study.Given, said string) (study.Given, error) {
	g.Answer.Text = said
	spent := d.Now()
	d.points(turn)
	all := indices(len(turn.Item.Question.In(d.Lang).Rubric))
	for {
		line, err := d.ask(wording.Say(d.Lang, "(the numbers of what you said; Enter: none of it; b end)",
			"（输入你说到的要点编号；回车：都没说到；b 结束）"))
		switch {
		case err != nil:
			return g, err
		case line == again:
			d.points(turn)
			continue
		case line == "b":
			return g, errBack
		}
		why := ""
		if line != "" {
			g.Answer.Ticks, why = d.numbers(line, all, len(all))
		}
		if why == "" {
			g.Elapsed = -d.Now().Sub(spent) // reading the points is not thinking
			return g, nil
		}
		d.print(why)
	}
}

// points lists what a good answer says.
func (d *drill) points(turn quiz.Turn) {
	for i, p := range turn.Item.Question.In(d.Lang).Rubric {
		text := p.Text
		if p.Weight < 0 {
			text = wording.Sayf(d.Lang, "(a mistake) %s", "（错误说法）%s", p.Text)
		}
		d.choice(i+1, text)
	}
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// verdict prints whether an answer is right, why, and what it counts for.
func (d *drill) verdict(a study.Answered) {
	w := a.Turn.Item.Question.In(d.Lang)
	d.print("")
	switch {
	case a.Grade.GaveUp:
		d.say("Here is the answer.", "答案如下。")
	case a.Grade.Verdict == quiz.Right:
		d.say("Right.", "正确。")
	case a.Grade.Verdict == quiz.Partly:
		d.say("Partly right.", "部分正确。")
	case a.Turn.Item.Question.Kind == lessons.Open:
		d.say("Not enough yet.", "还不够。")
	default:
		d.say("Wrong.", "不对。")
	}
	d.solution(a, w)
	d.slipTold(a.Turn)
	if !w.Why.Empty() {
		d.print("")
		d.fragment(w.Why)
	}
	d.print("")
	d.consequences(a)
}

func (d *drill) solution(a study.Answered, w *lessons.Words) {
	q := a.Turn.Item.Question
	switch q.Kind {
	case lessons.OneChoice, lessons.ManyChoices, lessons.Predict:
		for place, i := range a.Turn.Item.Order {
			mark := wording.Say(d.Lang, "wrong", "错")
			if q.Right[i] {
				mark = wording.Say(d.Lang, "right", "对")
			}
			d.hung(fmt.Sprintf("%2d  [%s] ", place+1, mark), w.Options[i].Doc)
			if !w.Options[i].Feedback.Empty() {
				d.hung("      ", w.Options[i].Feedback)
			}
		}
	case lessons.Typed:
		d.say("The answer: %s", "答案：%s", w.Accept[0])
		for _, b := range a.Grade.Beliefs {
			d.wrapped(w.Wrong[b].Feedback)
		}
	case lessons.Cloze:
		d.wrapped(filled(w.Cloze))
	case lessons.Order:
		for i, s := range w.Steps {
			d.hung(fmt.Sprintf("%2d  ", i+1), s)
		}
	case lessons.Do:
		d.done(a)
	case lessons.Open:
		d.say("You said %d %% of the points.", "说到了 %d %% 的要点。", percent(a.Grade.Score))
	}
}

func filled(parts []lessons.ClozePart) string {
	var b strings.Builder
	for _, p := range parts {
		if len(p.Accept) > 0 {
			b.WriteString("[" + p.Accept[0] + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// consequences says what the answer counts for and when the question returns.
func (d *drill) consequences(a study.Answered) {
	var next []string
	for _, c := range a.Choices {
		next = append(next, ratingName(c.Rating, d.Lang)+" "+span(max(c.In, time.Minute), d.Lang))
	}
	d.say("Counts as %s. It returns: %s.", "计为“%s”。下次出现：%s。", ratingName(a.Review.Rating, d.Lang),
		strings.Join(next, wording.Say(d.Lang, ", ", "，")))
	if a.Err != nil {
		d.sayIfUnsaved(a)
		return
	}
	d.say("done: saved", "完成：已保存")
}
