package plain

import (
	"errors"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/labs"
	"dockerlearn/quiz"
)

// errSkipped leaves a question out.
var errSkipped = errors.New("skipped")

// readDo opens the host at which a do question is answered, or leaves the question out.
func (d *drill) readDo(turn quiz.Turn, g study.Given, line string) (given study.Given, why string, err error) {
	switch line {
	case "":
		return d.do(turn, g)
	case "x":
		d.saved(d.x.Skip(d.ctx, turn.Item.Question.ID))
		return g, "", errSkipped
	}
	return g, wording.Say(d.Lang, "Enter opens a host; commands are typed there.", "按回车打开一台主机，命令在那里输入。"), nil
}

// do has a do question answered at a host, within its time. Whoever leaves without having run anything has not answered.
func (d *drill) do(turn quiz.Turn, g study.Given) (given study.Given, why string, err error) {
	x, err := d.Study.OpenDo(turn.Item.Question.ID)
	if err != nil {
		return g, wording.Why(err, d.Lang), nil
	}
	defer func() { d.saved(x.Close()) }()
	if turn.Limit > 0 {
		d.say("Your time runs: %s.", "开始计时：%s。", span(turn.Limit, d.Lang))
	}
	begun := d.Now()
	p := d.sitDown(x)
	p.asked = true
	p.tell()
	if err := p.work(func() bool { return p.solved }); err != nil && !errors.Is(err, errBack) {
		return g, "", err
	}
	g.Elapsed = d.Now().Sub(begun)
	var lines []string
	for _, st := range x.Timeline() {
		lines = append(lines, st.Line)
	}
	if len(lines) == 0 {
		return g, wording.Say(d.Lang, "Nothing was done, so nothing is answered.", "什么也没做，不算作答。"), nil
	}
	for _, state := range p.states {
		g.Answer.Met = append(g.Answer.Met, state == labs.Met)
	}
	g.Answer.Text = strings.Join(lines, "\n")
	return g, "", nil
}

// toDo lists what must hold in the end.
func (d *drill) toDo(turn quiz.Turn) {
	for _, says := range d.Study.Conditions(turn.Item.Question) {
		d.behind("  - ", render.Clean(says.In(d.Lang)))
	}
}

// done says what held in the end, and a way to get there.
func (d *drill) done(a study.Answered) {
	for i, says := range d.Study.Conditions(a.Turn.Item.Question) {
		mark := wording.Say(d.Lang, "missing", "没做到")
		for _, p := range a.Grade.Parts {
			if p.Index == i && p.State == quiz.Hit {
				mark = wording.Say(d.Lang, "done", "做到了")
			}
		}
		d.behind("  ["+mark+"] ", render.Clean(says.In(d.Lang)))
	}
	d.say("One way to do it:", "可以这样做：")
	for line := range strings.Lines(a.Turn.Item.Question.Solutions[0].Text) {
		d.print("    $ " + strings.TrimRight(line, "\n"))
	}
}
