// Package phrase says facts about lessons in the program's own words, in both languages: the same fact reads the same
// on every screen.
package phrase

import (
	"fmt"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
)

// Kind says how a question is answered.
func Kind(k lessons.Kind) screen.Say {
	switch k {
	case lessons.OneChoice:
		return screen.Say{EN: "choose one", ZH: "单选"}
	case lessons.ManyChoices:
		return screen.Say{EN: "choose all", ZH: "多选"}
	case lessons.Typed:
		return screen.Say{EN: "type it", ZH: "填写"}
	case lessons.Cloze:
		return screen.Say{EN: "fill gaps", ZH: "填空"}
	case lessons.Order:
		return screen.Say{EN: "put in order", ZH: "排序"}
	case lessons.Predict:
		return screen.Say{EN: "predict", ZH: "猜输出"}
	case lessons.Do:
		return screen.Say{EN: "do it", ZH: "动手"}
	case lessons.Open:
		return screen.Say{EN: "say it aloud", ZH: "口答"}
	}
	return screen.Say{}
}

// MinutesLeft says how long the rest of a lesson takes from one of its screens on, at least a minute.
func MinutesLeft(l *lessons.Lesson, at int) screen.Say {
	n := max(study.Screens(l), 1)
	left := max(1, (l.Minutes*(n-at)+n-1)/n)
	return screen.Say{EN: fmt.Sprintf("about %d min left", left), ZH: fmt.Sprintf("还要约 %d 分钟", left)}
}

// Place says which screen of how many.
func Place(at, of int) screen.Say {
	return screen.Say{EN: fmt.Sprintf("screen %d of %d", at+1, of), ZH: fmt.Sprintf("第 %d/%d 屏", at+1, of)}
}

// Number says the how-many-th lesson of its topic a lesson is: "Storage 3/9".
func Number(c *lessons.Course, l *lessons.Lesson, lang lessons.Lang) string {
	for _, t := range c.Topics {
		if t.ID != l.Topic {
			continue
		}
		for i, other := range t.Lessons {
			if other.ID == l.ID {
				return fmt.Sprintf("%s %d/%d", t.Title.In(lang), i+1, len(t.Lessons))
			}
		}
	}
	return ""
}

// Section is the title of the section that a screen of a lesson belongs to.
func Section(l *lessons.Lesson, at int, lang lessons.Lang) string {
	b := l.Body(lang)
	if b == nil || at >= len(b.Screens) {
		return ""
	}
	return b.Sections[b.Screens[at].Section].Title
}

// State draws how much of a lesson was read, five columns wide: ✓, the screens read of all, or a dot.
func State(t theme.Theme, p study.LessonProgress) string {
	switch {
	case p.Done():
		return t.Style.Right.Paint(fmt.Sprintf("%5s", t.Frames.Right))
	case p.Read > 0:
		return t.Accent.Paint(fmt.Sprintf("%5s", fmt.Sprintf("%d/%d", p.Read, p.Screens)))
	}
	return t.Dim.Paint(fmt.Sprintf("%5s", t.Dot))
}

// Open asks for a lesson where it was left; one that is finished begins anew.
func Open(p study.LessonProgress) screen.OpenLesson {
	if p.Done() {
		return screen.OpenLesson{Lesson: p.Lesson.ID}
	}
	return screen.OpenLesson{Lesson: p.Lesson.ID, Screen: p.At}
}

// Unreadable says that the progress file could not be read.
func Unreadable(err error) screen.Notice {
	return screen.Notice{Text: screen.Say{
		EN: "The progress file cannot be read: " + err.Error(), ZH: "读不出进度文件：" + err.Error(),
	}}
}
