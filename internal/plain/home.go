package plain

import (
	"errors"
	"fmt"

	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// errBack leaves a list.
var errBack = errors.New("back")

// action is a line of a list and what it does.
type action struct {
	text string
	do   func() error
}

// list shows actions until one of them, or the learner, leaves. Enter does the first. make is called each time the
// list is shown.
func (t *talk) list(make func() []action) error {
	for {
		actions := make()
		for i, a := range actions {
			t.choice(i+1, a.text)
		}
		chosen, err := t.choose(len(actions))
		if err != nil {
			return err
		}
		if chosen < 0 {
			continue
		}
		if err := actions[chosen].do(); err != nil && !errors.Is(err, errBack) {
			return err
		}
	}
}

// choose asks until the answer is one of a list of n; -1 means that the list is to be shown again.
func (t *talk) choose(n int) (int, error) {
	for {
		answer, err := t.ask(t.listHint(n))
		switch {
		case err != nil:
			return 0, err
		case answer == again:
			return -1, nil
		case answer == "b":
			return 0, errBack
		case answer == "":
			answer = "1"
		}
		if i, ok := number(answer, n); ok {
			return i, nil
		}
		t.unknown(answer, n)
	}
}

func (t *talk) listHint(n int) string {
	if n == 0 {
		return wording.Say(t.Lang, "(nothing here; b back, q quit)", "（没有内容；b 返回，q 退出）")
	}
	return wording.Say(t.Lang, "(a number; Enter 1; b back; q quit; ? help)", "（输入数字；回车选 1；b 返回；q 退出；? 帮助）")
}

// home shows where one was and what there is.
func (t *talk) home() error {
	t.print("dockerlearn · " + t.Study.Course().Title.In(t.Lang))
	t.condition()
	for {
		err := t.list(t.homeActions)
		if errors.Is(err, errBack) {
			continue // there is nothing behind home
		}
		return err
	}
}

// condition says what is wrong with the progress file, if something is.
func (t *talk) condition() {
	c := t.Study.Kept().Condition
	if text := wording.Condition(c, t.Now(), t.Lang); text != "" {
		t.wrapped(text)
	}
	t.print(wording.LostLines(c, t.Now())...)
	if n, first := t.Study.Mistakes(); n > 0 {
		t.wrapped(wording.Mistakes(n, t.Lang))
		t.wrapped(first)
	}
}

func (t *talk) homeActions() []action {
	t.print("")
	h, err := t.Study.Home(t.ctx)
	if err != nil {
		t.say("What you have read is not known: %s", "读不到学习记录：%s", wording.Why(err, t.Lang))
	}
	var all []action
	if c := h.Continue; c != nil {
		all = append(all, action{t.continueText(h, c), func() error { return t.lesson(c.Place) }})
	}
	all = append(all, t.practice()...)
	for _, topic := range h.Topics {
		text := wording.Sayf(t.Lang, "%s: %d of %d lessons read", "%s：已读 %d 课，共 %d 课",
			topic.Topic.Title.In(t.Lang), topic.Done, len(topic.Lessons))
		all = append(all, action{text, func() error { return t.topic(topic.Topic.ID) }})
	}
	if n := len(h.Bookmarks); n > 0 {
		text := wording.Sayf(t.Lang, "Bookmarks: %d", "书签：%d 个", n)
		all = append(all, action{text, t.bookmarks})
	}
	return append(all,
		action{wording.Say(t.Lang, "Search lessons, questions and terms", "搜索课文、题目和术语"), func() error { return t.search("") }},
		action{"中文 / English", func() error { t.switchLanguage(); return nil }},
		action{wording.Say(t.Lang, "Quit", "退出"), func() error { return errQuit }})
}

func (t *talk) continueText(h study.Home, c *study.Continue) string {
	title := c.Lesson.Title.In(t.Lang)
	switch {
	case h.New:
		return wording.Sayf(t.Lang, "Start: %s", "开始：%s", title)
	case c.Next:
		return wording.Sayf(t.Lang, "Next lesson: %s", "下一课：%s", title)
	}
	return wording.Sayf(t.Lang, "Continue: %s (screen %d of %d)", "继续：%s（第 %d 屏，共 %d 屏）",
		title, c.Place.Screen+1, study.Screens(c.Lesson))
}

// topic lists the lessons of a topic.
func (t *talk) topic(id lessons.TopicID) error {
	return t.list(func() []action {
		t.print("")
		h, err := t.Study.Home(t.ctx)
		if err != nil {
			t.print(wording.Why(err, t.Lang))
		}
		var all []action
		for _, topic := range h.Topics {
			if topic.Topic.ID != id {
				continue
			}
			t.print(topic.Topic.Title.In(t.Lang))
			for _, p := range topic.Lessons {
				all = append(all, action{t.lessonText(p), func() error {
					return t.lesson(study.Place{Lesson: p.Lesson.ID, Screen: p.At})
				}})
			}
		}
		return all
	})
}

func (t *talk) lessonText(p study.LessonProgress) string {
	l := p.Lesson
	state := wording.Say(t.Lang, "new", "未读")
	switch {
	case p.Done():
		state = wording.Say(t.Lang, "read", "已读")
	case p.Read > 0:
		state = wording.Sayf(t.Lang, "%d of %d screens read", "已读 %d 屏，共 %d 屏", p.Read, p.Screens)
	}
	return fmt.Sprintf("%s [%s · %s · %s · %s]", l.Title.In(t.Lang), wording.Level(l.Level, t.Lang),
		wording.Asked(l.Asked, t.Lang), wording.Minutes(l.Minutes, t.Lang), state)
}

func (t *talk) bookmarks() error {
	return t.list(func() []action {
		t.print("")
		t.say("Bookmarks, the newest first", "书签，新的在前")
		stored, err := t.Study.Bookmarks(t.ctx)
		if err != nil {
			t.print(wording.Why(err, t.Lang))
		}
		var all []action
		for _, b := range stored {
			all = append(all, action{t.placeText(b.Place), func() error { return t.lesson(b.Place) }})
		}
		return all
	})
}

// placeText names a screen by its lesson and its section.
func (t *talk) placeText(p study.Place) string {
	l := t.Study.Course().Lesson(p.Lesson)
	if l == nil {
		return string(p.Lesson)
	}
	text := l.Title.In(t.Lang)
	if b := l.Body(t.Lang); b != nil && p.Screen < len(b.Screens) {
		text += " · " + b.Sections[b.Screens[p.Screen].Section].Title
	}
	return text
}
