package plain

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// sitting holds a session of questions until it is done or the learner leaves it.
func (t *talk) sitting(x *study.Sitting) error {
	d := &drill{talk: t, x: x}
	for {
		turn := x.Turn()
		var err error
		switch turn.State {
		case quiz.Asking:
			err = d.question(turn)
		case quiz.Waiting:
			t.say("What was wrong comes back now.", "答错的题现在再来一遍。")
			err = d.question(turn)
		case quiz.TimeUp:
			t.say("The time is up.", "时间到。")
			err = errBack
		default:
			err = errBack
		}
		if err != nil {
			d.finish()
			if errors.Is(err, errBack) {
				return nil
			}
			return err
		}
	}
}

// drill is a session on its way.
type drill struct {
	*talk
	x    *study.Sitting
	hint bool // a hint was taken for the question that stands
}

// question asks until there is an answer, and tells what it was.
func (d *drill) question(turn quiz.Turn) error {
	d.hint = false
	d.show(turn)
	begun := d.Now()
	for {
		line, err := d.ask2(d.answerHint(turn), d.typed(turn))
		if err != nil {
			return err
		}
		switch command, rest, _ := strings.Cut(line, " "); {
		case line == again:
			d.show(turn)
		case command == d.command(turn, "b"):
			return errBack
		case command == d.command(turn, "u"):
			if d.undo() {
				return nil // the question that was taken back is asked now
			}
		case command == d.command(turn, "h"):
			d.giveHint(turn)
		case command == d.command(turn, "n"):
			d.note(turn.Item.Question, rest)
		case command == d.command(turn, "-") && turn.Ask.Slip != nil:
			d.saved(d.x.PutAway(d.ctx, *turn.Ask.Slip))
			d.say("done: put away; it comes back if the mistake shows again", "完成：已收起；同样的误区再出现时才会回来")
			return nil
		default:
			given, why, err := d.read(turn, line)
			if errors.Is(err, errSkipped) {
				return nil
			}
			if err != nil {
				return err
			}
			if why != "" {
				d.print(why)
				continue
			}
			given.Hint = d.hint
			if turn.Item.Question.Kind != lessons.Do { // whose time began at the host
				given.Elapsed += d.Now().Sub(begun)
			}
			return d.told(d.x.Answer(d.ctx, turn, given))
		}
	}
}

// typed reports whether an answer is free text, so that commands need a colon before them.
func (d *drill) typed(turn quiz.Turn) bool {
	k := turn.Item.Question.Kind
	return k == lessons.Typed || k == lessons.Cloze
}

func (d *drill) command(turn quiz.Turn, letter string) string {
	if d.typed(turn) {
		return ":" + letter
	}
	return letter
}

func (d *drill) undo() bool {
	last, err := d.x.Undo(d.ctx)
	if errors.Is(err, study.ErrNothingToUndo) {
		d.say("Nothing was answered yet.", "还没有作答，没有可撤销的。")
		return false
	}
	d.saved(err)
	d.say("done: your answer to %s is taken back", "完成：已撤销 %s 的作答", last.Question)
	return true
}

func (d *drill) giveHint(turn quiz.Turn) {
	if d.x.Plan().NoHints {
		d.say("There are no hints in this session.", "这一轮没有提示。")
		return
	}
	d.hint = true
	p := d.Study.ReadAt(turn.Item.Question)
	d.say("The lesson explains it here: %s", "课文里讲过：%s", d.placeText(p))
}

func (d *drill) note(q *lessons.Question, text string) {
	if text == "" {
		old, err := d.Study.Note(d.ctx, q.ID)
		d.saved(err)
		d.say("Your note: %s", "你的笔记：%s", old)
		return
	}
	if err := d.Study.SetNote(d.ctx, q.ID, text); err != nil {
		d.saved(err)
		return
	}
	d.say("done: note kept", "完成：笔记已保存")
}

// told prints what was made of an answer and waits for Enter.
func (d *drill) told(a study.Answered) error {
	if a.Sealed {
		d.sayIfUnsaved(a)
		return nil
	}
	d.verdict(a)
	for {
		line, err := d.ask(wording.Say(d.Lang,
			"(Enter next; 1 again, 2 hard, 3 good, 4 easy change what it counts for; u undo; n TEXT note; b end)",
			"（回车：下一题；1 重来 2 困难 3 记得 4 简单，可改评分；u 撤销；n 文字 记笔记；b 结束）"))
		if err != nil {
			return err
		}
		switch command, rest, _ := strings.Cut(line, " "); {
		case line == "" || line == again:
			return nil
		case line == "b":
			return errBack
		case line == "u":
			d.undo()
			return nil
		case command == "n":
			d.note(a.Turn.Item.Question, rest)
		default:
			i, ok := number(line, 4)
			if !ok {
				d.unknown(line, 4)
				continue
			}
			a = d.x.Regrade(d.ctx, a, quiz.Ratings()[i])
			d.say("now: it counts as %s", "现在：计为“%s”", ratingName(a.Review.Rating, d.Lang))
			d.sayIfUnsaved(a)
		}
	}
}

func (d *drill) sayIfUnsaved(a study.Answered) {
	if a.Err != nil {
		d.say("not saved (waiting: %d): %s", "未保存（%d 次作答待保存）：%s", a.NotSaved, wording.Why(a.Err, d.Lang))
	}
}

// finish says what the session came to.
func (d *drill) finish() {
	f := d.x.Finish(d.ctx)
	r := f.Report
	if len(r.Answers) == 0 {
		return
	}
	d.print("")
	d.say("%d right, %d partly, %d wrong in %s.", "答对 %d，部分对 %d，答错 %d，用时 %s。", r.Right, r.Partly, r.Wrong, span(r.Time, d.Lang))
	if r.Mode == quiz.Interview || r.Mode == quiz.Exam {
		d.say("Score %d of 100.", "得分 %d（满分 100）。", percent(r.Score))
	}
	if r.Mode == quiz.Interview {
		d.say("You said %d %% of what was worth saying.", "该说的要点说到了 %d %%。", percent(r.Coverage))
	}
	if c := f.Change; c != nil {
		d.say("Last time: %+d points.", "与上次相比：%+d 分。", percent(c.Score))
	}
	for i, q := range r.Practise {
		if i == 0 {
			d.say("Worth practising:", "值得再练：")
		}
		if x := d.Study.Course().Question(q); x != nil {
			d.choice(i+1, string(q)+"  "+x.In(d.Lang).Prompt)
		}
	}
	if f.Err != nil {
		d.say("not saved (waiting: %d): %s", "未保存（%d 次作答）：%s", f.NotSaved, wording.Why(f.Err, d.Lang))
	}
}

func percent(share float64) int {
	if share < 0 {
		return -int(-share*100 + 0.5)
	}
	return int(share*100 + 0.5)
}

// span is a length of time for people.
func span(d time.Duration, l lessons.Lang) string {
	switch {
	case d < time.Minute:
		return wording.Sayf(l, "%d s", "%d 秒", int(d.Seconds()+0.5))
	case d < time.Hour:
		return wording.Sayf(l, "%d min", "%d 分钟", int(d.Minutes()+0.5))
	case d < 24*time.Hour:
		return wording.Sayf(l, "%d h", "%d 小时", int(d.Hours()+0.5))
	}
	days := int(d.Hours()/24 + 0.5)
	if days >= 60 {
		return wording.Sayf(l, "%d months", "%d 个月", (days+15)/30)
	}
	return wording.Sayf(l, "%d d", "%d 天", days)
}

func ratingName(r quiz.Rating, l lessons.Lang) string {
	switch r {
	case quiz.Again:
		return wording.Say(l, "again", "重来")
	case quiz.Hard:
		return wording.Say(l, "hard", "困难")
	case quiz.Good:
		return wording.Say(l, "good", "记得")
	case quiz.Easy:
		return wording.Say(l, "easy", "简单")
	}
	return fmt.Sprint(r)
}
