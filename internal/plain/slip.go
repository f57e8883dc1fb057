package plain

import (
	"dockerlearn/internal/render"
	"dockerlearn/internal/wording"
	"dockerlearn/quiz"
)

// slip says why a lab has brought a question back. What is true instead is only said after the answer.
func (d *drill) slip(turn quiz.Turn) {
	if turn.Ask.Slip == nil {
		return
	}
	lab, says := d.Study.Belief(*turn.Ask.Slip)
	if lab == nil {
		return
	}
	key := d.command(turn, "-")
	if belief, _ := wording.Belief(render.Clean(says.In(d.Lang))); belief != "" {
		d.say(`In the lab "%s" you acted on this: %s (%s puts it away)`, "做实验《%s》时，你信了这句话：%s（%s 收起）",
			render.Clean(lab.Title.In(d.Lang)), belief, key)
		return
	}
	d.say(`The lab "%s" brought this back. (%s puts it away)`, "这题是实验《%s》带回来的。（%s 收起）", render.Clean(lab.Title.In(d.Lang)), key)
}

// slipTold says what a mistake in a lab stood for.
func (d *drill) slipTold(turn quiz.Turn) {
	if turn.Ask.Slip == nil {
		return
	}
	if lab, says := d.Study.Belief(*turn.Ask.Slip); lab != nil {
		d.print("")
		d.wrapped(render.Clean(says.In(d.Lang)))
	}
}
