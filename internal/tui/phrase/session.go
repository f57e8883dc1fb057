package phrase

import (
	"fmt"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Mode names a way to practise.
func Mode(m quiz.Mode) screen.Say {
	switch m {
	case quiz.Today:
		return screen.Say{EN: "Review", ZH: "复习"}
	case quiz.Drill:
		return screen.Say{EN: "Drill", ZH: "限时练习"}
	case quiz.Topic:
		return screen.Say{EN: "Topic", ZH: "专题"}
	case quiz.Weak:
		return screen.Say{EN: "Weak spots", ZH: "薄弱点"}
	case quiz.Interview:
		return screen.Say{EN: "Mock interview", ZH: "模拟面试"}
	case quiz.Exam:
		return screen.Say{EN: "Exam", ZH: "考试"}
	case quiz.Lesson:
		return screen.Say{EN: "Questions of the lesson", ZH: "本课题目"}
	}
	return screen.Say{EN: string(m), ZH: string(m)}
}

// Why says why a question is asked; empty where the mode says it already.
func Why(w quiz.Why) screen.Say {
	switch w {
	case quiz.IsDue:
		return screen.Say{EN: "due", ZH: "到期"}
	case quiz.IsNew:
		return screen.Say{EN: "new", ZH: "新题"}
	case quiz.CameBack:
		return screen.Say{EN: "once more", ZH: "再来一遍"}
	case quiz.IsFading:
		return screen.Say{EN: "fading", ZH: "快忘了"}
	case quiz.FollowsUp:
		return screen.Say{EN: "follow-up", ZH: "追问"}
	case quiz.HasSlipped:
		return screen.Say{EN: "from a lab", ZH: "实验里的误区"}
	case quiz.IsRehearsed:
		return screen.Say{EN: "rehearsal", ZH: "温习"}
	}
	return screen.Say{}
}

// Rating names what an answer counts for.
func Rating(r quiz.Rating) screen.Say {
	switch r {
	case quiz.Again:
		return screen.Say{EN: "again", ZH: "重来"}
	case quiz.Hard:
		return screen.Say{EN: "hard", ZH: "困难"}
	case quiz.Good:
		return screen.Say{EN: "good", ZH: "记得"}
	case quiz.Easy:
		return screen.Say{EN: "easy", ZH: "简单"}
	}
	return screen.Say{}
}

// Confidence names how sure the learner was.
func Confidence(c quiz.Confidence) screen.Say {
	switch c {
	case quiz.Sure:
		return screen.Say{EN: "sure", ZH: "有把握"}
	case quiz.ThinkSo:
		return screen.Say{EN: "think so", ZH: "应该对"}
	case quiz.Guess:
		return screen.Say{EN: "guess", ZH: "猜的"}
	}
	return screen.Say{}
}

// Verdict says whether an answer is right.
func Verdict(v quiz.Verdict) screen.Say {
	switch v {
	case quiz.Right:
		return screen.Say{EN: "Right", ZH: "正确"}
	case quiz.Partly:
		return screen.Say{EN: "Partly right", ZH: "部分正确"}
	case quiz.Wrong:
		return screen.Say{EN: "Wrong", ZH: "不对"}
	}
	return screen.Say{}
}

// Span says a length of time, rounded to what matters of it.
func Span(d time.Duration) screen.Say {
	say := func(n float64, en, zh string) screen.Say {
		k := int(n + 0.5)
		return screen.Say{EN: fmt.Sprintf("%d %s", k, en), ZH: fmt.Sprintf("%d %s", k, zh)}
	}
	days := d.Hours() / 24
	switch {
	case d < 59500*time.Millisecond:
		return say(d.Seconds(), "s", "秒")
	case d < time.Hour:
		return say(d.Minutes(), "min", "分钟")
	case days < 1:
		return say(d.Hours(), "h", "小时")
	case days < 60:
		return say(days, "d", "天")
	case days < 730:
		return say(days/30.4, "months", "个月")
	}
	return say(days/365.25, "years", "年")
}

// Clock is a length of time to watch: "1:05".
func Clock(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Percent is a share as people say it.
func Percent(share float64) string { return fmt.Sprintf("%.0f %%", share*100) }

// Question is a question on one line. A cloze may have no heading; its text stands for it, with its gaps.
func Question(w *lessons.Words) string {
	if w.Prompt != "" {
		return w.Prompt
	}
	text := ""
	for _, p := range w.Cloze {
		if len(p.Accept) > 0 {
			text += "____"
		}
		text += p.Text
	}
	var line string
	for i, l := range render.WrapText(text, 10_000) {
		if i > 0 && l != "" {
			line += " "
		}
		line += l
	}
	return line
}
