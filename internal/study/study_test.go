package study_test

import (
	"context"
	"testing"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
)

func show(t *testing.T, l *studytest.Learner, places ...study.Place) {
	t.Helper()
	for _, p := range places {
		l.Clock.Advance(time.Minute)
		if err := l.Show(context.Background(), p, lessons.EN); err != nil {
			t.Fatal(err)
		}
	}
}

func home(t *testing.T, l *studytest.Learner) study.Home {
	t.Helper()
	h, err := l.Home(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// whole is every screen of a lesson.
func whole(l *studytest.Learner, id lessons.LessonID) []study.Place {
	var all []study.Place
	for i := range study.Screens(l.Course().Lesson(id)) {
		all = append(all, study.Place{Lesson: id, Screen: i})
	}
	return all
}

func TestTheOneNextThing(t *testing.T) {
	l := studytest.New(t)
	h := home(t, l)
	if !h.New || h.Continue == nil || h.Continue.Lesson.ID != "layers" || h.Continue.Next {
		t.Fatalf("at the beginning: %+v", h)
	}
	show(t, l, study.Place{Lesson: "layers"}, study.Place{Lesson: "layers", Screen: 2})
	if h = home(t, l); h.New || h.Continue.Place != (study.Place{Lesson: "layers", Screen: 2}) {
		t.Errorf("after two screens: %+v", h.Continue)
	}
	show(t, l, whole(l, "layers")...)
	if h = home(t, l); h.Continue.Lesson.ID != "volumes" || !h.Continue.Next || h.Topics[0].Done != 1 {
		t.Errorf("after the first lesson: %+v", h.Continue)
	}
	show(t, l, whole(l, "volumes")...)
	if h = home(t, l); h.Continue != nil || h.Topics[0].Done != 2 {
		t.Errorf("after the course: %+v", h.Continue)
	}
}

func TestReadingSurvivesARestart(t *testing.T) {
	l := studytest.New(t)
	show(t, l, study.Place{Lesson: "layers", Screen: 1})
	if marked, err := l.ToggleBookmark(context.Background(), study.Place{Lesson: "layers", Screen: 1}); err != nil || !marked {
		t.Fatal(marked, err)
	}
	if err := l.Store.Close(); err != nil {
		t.Fatal(err)
	}
	l = studytest.Open(t, l.Dir, l.Clock)
	if at, err := l.Where(context.Background(), "layers"); err != nil || at.Screen != 1 {
		t.Errorf("the place is %+v, %v", at, err)
	}
	h := home(t, l)
	if len(h.Bookmarks) != 1 || h.Bookmarks[0].Place.Screen != 1 || !h.Topics[0].Lessons[0].Bookmarked {
		t.Errorf("bookmarks: %+v", h.Bookmarks)
	}
	if marked, err := l.ToggleBookmark(context.Background(), study.Place{Lesson: "layers", Screen: 1}); err != nil || marked {
		t.Error("the second toggle takes the mark away", marked, err)
	}
}

func TestAScreenThatTheCourseDoesNotHaveIsNoError(t *testing.T) {
	l := studytest.New(t)
	show(t, l, study.Place{Lesson: "gone"}, study.Place{Lesson: "layers", Screen: 99}, study.Place{Lesson: "layers", Screen: -1})
	if h := home(t, l); !h.New {
		t.Errorf("something was stored: %+v", h)
	}
}

func TestSearch(t *testing.T) {
	l := studytest.New(t)
	for _, c := range []struct {
		query string
		lang  lessons.Lang
		first study.Hit
	}{
		{"what is a LAYER", lessons.EN, study.Hit{Kind: study.HitLesson, Place: study.Place{Lesson: "layers"}}},
		{"什么是层", lessons.EN, study.Hit{Kind: study.HitLesson, Place: study.Place{Lesson: "layers"}}},
		{"ｄｉｆｆ　motd", lessons.EN, study.Hit{Kind: study.HitScreen, Place: study.Place{Lesson: "layers", Screen: 2}}},
		{"sm", lessons.ZH, study.Hit{Kind: study.HitLesson, Place: study.Place{Lesson: "layers"}}},
		{"xsfz", lessons.ZH, study.Hit{Kind: study.HitTerm, Term: "copy-on-write"}},
		{"leave behind", lessons.EN, study.Hit{Kind: study.HitQuestion, Question: "layers-01", Place: study.Place{Lesson: "layers", Screen: 1}}},
	} {
		found := l.Search(c.query, c.lang)
		if len(found.Hits) == 0 {
			t.Errorf("%q: nothing", c.query)
			continue
		}
		h := found.Hits[0]
		if h.Kind != c.first.Kind || h.Place != c.first.Place || h.Question != c.first.Question || h.Term != c.first.Term {
			t.Errorf("%q: %+v, want %+v", c.query, h, c.first)
		}
	}
}

func TestSearchMarksWhatItFound(t *testing.T) {
	l := studytest.New(t)
	h := l.Search("motd diff", lessons.EN).Hits[0]
	var words []string
	for _, m := range h.Excerpt.Match {
		words = append(words, h.Excerpt.Text[m[0]:m[1]])
	}
	if len(words) < 2 || words[0] != "motd" || words[1] != "diff" {
		t.Errorf("marked %q in %q", words, h.Excerpt.Text)
	}
}

func TestNothingFoundOffersTheNearestTitles(t *testing.T) {
	l := studytest.New(t)
	found := l.Search("volums", lessons.EN)
	if len(found.Hits) != 0 || len(found.Nearest) == 0 || found.Nearest[0].Place.Lesson != "volumes" {
		t.Errorf("found %+v", found)
	}
	if found := l.Search("  ", lessons.EN); len(found.Hits)+len(found.Nearest) != 0 {
		t.Errorf("an empty query finds %+v", found)
	}
}

func TestSettings(t *testing.T) {
	l := studytest.New(t)
	ctx := context.Background()
	if err := l.Set(ctx, study.Language, "zh"); err != nil {
		t.Fatal(err)
	}
	all, err := l.Settings(ctx)
	if err != nil || all[study.Language] != "zh" || len(all) != 1 {
		t.Errorf("settings %v, %v", all, err)
	}
}
