package home

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// item is something on the screen that can be chosen. Exactly one of its kinds is set.
type item struct {
	number   int // the digit that opens it; 0 for none
	next     *study.Continue
	review   *study.Today
	plan     plan
	topic    *study.TopicProgress
	lesson   *study.LessonProgress
	bookmark *study.Bookmark
}

// mostBookmarks is how many bookmarks stand on the home screen; the rest is behind a key.
const mostBookmarks = 3

// items lists what the home screen offers, from top to bottom. The topic where the learner is shows its lessons.
func items(d Data) []item {
	var all []item
	if d.Continue != nil {
		all = append(all, item{next: d.Continue})
	}
	if d.Today.Unfinished || d.Today.Answered || d.Today.Asks > 0 && (!d.New || d.Today.Slips > 0) {
		all = append(all, item{review: &d.Today})
	}
	if len(d.Labs) > 0 {
		all = append(all, item{plan: labs})
	}
	all = append(all, item{plan: practise})
	if d.Today.Answered {
		all = append(all, item{plan: statistics})
	}
	here := here(d)
	for i := range d.Topics {
		t := &d.Topics[i]
		all = append(all, item{topic: t})
		if t.Topic.ID != here {
			continue
		}
		for k := range t.Lessons {
			all = append(all, item{lesson: &t.Lessons[k]})
		}
	}
	for i := range d.Bookmarks[:min(len(d.Bookmarks), mostBookmarks)] {
		all = append(all, item{bookmark: &d.Bookmarks[i]})
	}
	return numbered(all)
}

func numbered(all []item) []item {
	n := 0
	for i := range all {
		if all[i].lesson == nil && n < 9 {
			n++
			all[i].number = n
		}
	}
	return all
}

// here is the topic of the next thing, or the first one.
func here(d Data) lessons.TopicID {
	switch {
	case d.Continue != nil:
		return d.Continue.Lesson.Topic
	case len(d.Topics) > 0:
		return d.Topics[0].Topic.ID
	}
	return ""
}

// request is what choosing an item asks for.
func (i item) request() tea.Msg {
	switch {
	case i.next != nil:
		return screen.OpenLesson{Lesson: i.next.Place.Lesson, Screen: i.next.Place.Screen}
	case i.review != nil && i.review.Unfinished:
		return screen.OpenDrill{Resume: true}
	case i.review != nil && i.review.Asks > 0:
		return screen.OpenDrill{Wish: study.Wish{Mode: quiz.Today}}
	case i.plan == labs:
		return screen.OpenLabs{}
	case i.plan == statistics:
		return screen.OpenStatistics{}
	case i.review != nil, i.plan == practise:
		return screen.OpenBegin{Mode: quiz.Drill}
	case i.topic != nil:
		return screen.OpenTopic{Topic: i.topic.Topic.ID}
	case i.bookmark != nil:
		return screen.OpenLesson{Lesson: i.bookmark.Place.Lesson, Screen: i.bookmark.Place.Screen}
	}
	return phrase.Open(*i.lesson)
}
