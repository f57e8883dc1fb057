package plain

import (
	"context"
	"fmt"
	"strings"

	"dockerlearn/internal/render"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// enough is how many answers make statistics worth reading.
const enough = 30

// Statistics prints what the answers say, in words and numbers.
func Statistics(o Options, s quiz.Statistics) error {
	t := newTalk(context.Background(), o)
	answers := 0
	for _, q := range s.Questions {
		answers += q.Answers.N
	}
	if answers < enough {
		t.say("Answers so far: %d. After about %d of them this tells something.", "目前有 %d 次作答，大约 %d 次之后统计才有意义。", answers, enough)
	}
	t.memoryFacts(s)
	t.confidenceFacts(s.Calibration)
	t.topicFacts(s.Topics)
	t.beliefFacts(s.Beliefs)
	t.loadFacts(s)
	return t.failed
}

func (t *talk) memoryFacts(s quiz.Statistics) {
	t.print("")
	t.say("Memory", "记忆")
	r := s.Retention
	t.rate(wording.Say(t.Lang, "recalled when due", "到期时记得"), r.All,
		wording.Sayf(t.Lang, "target %d %%", "目标 %d %%", percent(r.Target)))
	t.rate(wording.Say(t.Lang, "first answers", "第一次作答"), r.New, "")
	t.rate(wording.Say(t.Lang, "young cards", "较新的卡片"), r.Young, "")
	t.rate(wording.Say(t.Lang, "mature cards", "成熟的卡片"), r.Mature, "")
	t.fact(wording.Say(t.Lang, "cards", "卡片"), wording.Sayf(t.Lang, "%d solid, %d fading, %d new", "牢固 %d，淡忘中 %d，未学 %d",
		s.Known.Solid, s.Known.Fading, s.Known.New))
}

// fact prints a name and what there is to say of it, in two columns.
func (t *talk) fact(name, value string) { t.print("  " + render.Pad(name, 20) + "  " + value) }

// rate prints a share with the number that it rests on; a dash where there is none.
func (t *talk) rate(name string, r quiz.Rate, more string) {
	value := "-"
	if r.N > 0 {
		value = wording.Sayf(t.Lang, "%d %% of %d", "%d %%（共 %d 次）", percent(r.Share()), r.N)
	}
	if more != "" {
		value += "  (" + more + ")"
	}
	t.fact(name, value)
}

func (t *talk) confidenceFacts(c quiz.Calibration) {
	t.print("")
	t.say("Confidence: how often you were right", "把握程度：实际答对的比例")
	t.rate(wording.Say(t.Lang, "sure", "有把握"), c.Sure, wording.Sayf(t.Lang, "should be %d %% or more", "应达到 %d %%", percent(quiz.SureShouldBe)))
	t.rate(wording.Say(t.Lang, "think so", "应该对"), c.ThinkSo, "")
	t.rate(wording.Say(t.Lang, "a guess", "猜的"), c.Guess, "")
}

func (t *talk) topicFacts(topics []quiz.Strength) {
	t.print("")
	t.say("Topics", "主题")
	for _, x := range topics {
		value := wording.Say(t.Lang, "not begun", "未开始")
		if x.Begun {
			value = fmt.Sprintf("%d %%", percent(x.Strength))
		}
		value += "  " + wording.Asked(x.Asked, t.Lang)
		if x.Best {
			value += wording.Say(t.Lang, "  best return", "  最值得练")
		}
		t.fact(t.topicTitle(x.Topic), value)
	}
}

func (t *talk) topicTitle(id lessons.TopicID) string {
	for _, x := range t.Study.Course().Topics {
		if x.ID == id {
			return x.Title.In(t.Lang)
		}
	}
	return string(id)
}

func (t *talk) beliefFacts(beliefs []quiz.Belief) {
	if len(beliefs) == 0 {
		return
	}
	t.print("")
	t.say("Beliefs that your wrong answers showed", "答错时暴露的误解")
	for _, b := range beliefs {
		text := t.belief(b)
		if text == "" {
			continue // the question left the course
		}
		state := wording.Sayf(t.Lang, "%s, last on %s", "%s，最近 %s", times(b.Times, t.Lang), b.Day)
		if b.Gone {
			state = wording.Sayf(t.Lang, "gone since %s", "%s 起不再出现", b.GoneSince)
		}
		t.behind("  - ", text+"  ("+state+", "+string(b.Question)+")")
	}
}

func times(n int, l lessons.Lang) string {
	if n == 1 {
		return wording.Say(l, "once", "1 次")
	}
	return wording.Sayf(l, "%d times", "%d 次", n)
}

// belief is the wrong answer's own text.
func (t *talk) belief(b quiz.Belief) string {
	q := t.Study.Course().Question(b.Question)
	if q == nil {
		return ""
	}
	w := q.In(t.Lang)
	switch {
	case b.Index < len(w.Options):
		return w.Options[b.Index].Text
	case b.Index < len(w.Wrong):
		return strings.Join(w.Wrong[b.Index].Answers, " / ")
	case b.Index < len(w.Rubric):
		return w.Rubric[b.Index].Text
	}
	return ""
}

func (t *talk) loadFacts(s quiz.Statistics) {
	t.print("")
	t.say("Due on the next days, today first", "接下来几天到期的题数，从今天起")
	var days []string
	for _, n := range s.Due {
		days = append(days, fmt.Sprint(n))
	}
	t.print("  " + strings.Join(days, "  "))
	if s.Streak > 1 {
		t.say("%d days in a row.", "已连续 %d 天。", s.Streak)
	}
}
