package begin

import (
	"fmt"
	"time"

	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// settings are what was chosen for each mode, so that going up and down loses nothing.
type settings struct {
	drill, interview length
	topic            int // 0 for all, then those of the course
	level            int
	exam             int
	days             int // until the goal
}

func usual() settings { return settings{drill: 1, interview: 2, level: 2, exam: 1, days: 14} }

// length is an index into lengths.
type length int

var (
	lengths = []int{5, 10, 15, 20, 30, 45} // minutes
	exams   = []int{10, 20, 30, 40, 60}    // questions
	levels  = []lessons.Level{lessons.Basic, lessons.Intermediate, lessons.Advanced}
)

func (l length) minutes() time.Duration { return time.Duration(lengths[l]) * time.Minute }

// item is something to begin.
type item struct {
	mode   quiz.Mode
	resume bool // the session that was left
	goal   bool // the day to be ready by
}

func (b *Begin) items() []item {
	var all []item
	if b.today != nil && b.today.Unfinished {
		all = append(all, item{mode: b.today.Mode, resume: true})
	}
	for _, m := range []quiz.Mode{quiz.Today, quiz.Drill, quiz.Topic, quiz.Weak, quiz.Interview, quiz.Exam} {
		all = append(all, item{mode: m})
	}
	return append(all, item{goal: true})
}

// field is a setting of an item.
type field struct {
	says   screen.Say
	value  func(screen.Env) string
	change func(by int)
	weeks  bool // it may change by more than one
}

// fields are the settings of an item.
func (b *Begin) fields(it item) []field {
	switch {
	case it.resume:
		return nil
	case it.goal:
		return []field{{screen.Say{
			EN: "ready by", ZH: "目标日期",
		}, b.day, func(by int) { b.set.days = max(1, min(b.set.days+by, 730)) }, true}}
	}
	switch it.mode {
	case quiz.Drill:
		return []field{b.minutes(&b.set.drill), b.topics(0)}
	case quiz.Topic:
		return []field{b.topics(1)}
	case quiz.Weak:
		return []field{b.topics(0)}
	case quiz.Interview:
		return []field{b.levels(), b.minutes(&b.set.interview), b.topics(0)}
	case quiz.Exam:
		return []field{b.questions(), b.topics(0)}
	}
	return nil
}

func (b *Begin) minutes(l *length) field {
	return field{
		says:   screen.Say{EN: "length", ZH: "时长"},
		value:  func(env screen.Env) string { return env.Say(phrase.Span(l.minutes())) },
		change: func(by int) { *l = length(max(0, min(int(*l)+by, len(lengths)-1))) },
	}
}

// topics goes through the topics of the course; from is 0 where all of them may be meant.
func (b *Begin) topics(from int) field {
	n := len(b.study.Course().Topics)
	return field{
		says: screen.Say{EN: "topic", ZH: "主题"},
		value: func(env screen.Env) string {
			at := max(b.set.topic, from)
			if at == 0 || at > n {
				return env.Say(screen.Say{EN: "all topics", ZH: "全部主题"})
			}
			return b.study.Course().Topics[at-1].Title.In(env.Lang)
		},
		change: func(by int) { b.set.topic = max(from, min(max(b.set.topic, from)+by, n)) },
	}
}

// topic is the topic that a mode is about, nil for all.
func (b *Begin) topic(m quiz.Mode) *lessons.Topic {
	at := b.set.topic
	switch m {
	case quiz.Today:
		return nil
	case quiz.Topic:
		at = max(at, 1)
	}
	if at == 0 || at > len(b.study.Course().Topics) {
		return nil
	}
	return b.study.Course().Topics[at-1]
}

func (b *Begin) levels() field {
	return field{
		says:   screen.Say{EN: "level", ZH: "难度"},
		value:  func(env screen.Env) string { return wording.Level(levels[b.set.level], env.Lang) },
		change: func(by int) { b.set.level = max(0, min(b.set.level+by, len(levels)-1)) },
	}
}

func (b *Begin) questions() field {
	return field{
		says: screen.Say{EN: "questions", ZH: "题数"},
		value: func(env screen.Env) string {
			return fmt.Sprintf(env.Say(screen.Say{EN: "%d questions", ZH: "%d 题"}), exams[b.set.exam])
		},
		change: func(by int) { b.set.exam = max(0, min(b.set.exam+by, len(exams)-1)) },
	}
}

// day is the goal as a date.
func (b *Begin) day(env screen.Env) string {
	now := b.study.Now()
	d := quiz.DayOf(now) + quiz.Day(b.set.days)
	t := d.Start(now.Location())
	if env.Lang == lessons.ZH {
		week := []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()]
		return fmt.Sprintf("%d年%d月%d日 周%s（还有 %d 天）", t.Year(), t.Month(), t.Day(), week, b.set.days)
	}
	return t.Format("Mon 2 Jan 2006") + fmt.Sprintf(", in %d days", b.set.days)
}
