package plain

import (
	"errors"
	"strings"

	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// lesson reads a lesson screen by screen, from a place on.
func (t *talk) lesson(p study.Place) error {
	l := t.Study.Course().Lesson(p.Lesson)
	if l == nil || study.Screens(l) == 0 {
		t.say("This lesson has no text yet.", "这一课还没有内容。")
		return nil
	}
	r := &reading{talk: t, lesson: l, at: p.Screen}
	for {
		if now := (shown{r.lesson, r.at, r.Lang}); now != r.shown {
			r.show()
			r.shown = now
		}
		if err := r.answer(); err != nil {
			return err
		}
	}
}

// reading is a lesson on its way.
type reading struct {
	*talk
	lesson *lessons.Lesson
	at     int
	shown  shown
}

// shown is what was printed last. It is not printed again unless it changed.
type shown struct {
	lesson *lessons.Lesson
	at     int
	lang   lessons.Lang
}

func (r *reading) last() bool { return r.at == study.Screens(r.lesson)-1 }

func (r *reading) place() study.Place { return study.Place{Lesson: r.lesson.ID, Screen: r.at} }

// show prints the screen and remembers that it was read.
func (r *reading) show() {
	b := r.lesson.Body(r.Lang)
	screen := b.Screens[r.at]
	section := b.Sections[screen.Section]
	r.print("")
	if r.at == 0 {
		r.wrapped(r.lesson.Title.In(r.Lang))
		r.print("")
	}
	r.say("Screen %d of %d: %s", "第 %d 屏，共 %d 屏：%s", r.at+1, len(b.Screens), section.Title)
	r.print("")
	r.fragment(screen.Doc)
	r.print("")
	r.saved(r.Study.Show(r.ctx, r.place(), r.Lang))
	if r.last() {
		r.end()
	}
}

// end says what comes after the last screen.
func (r *reading) end() {
	if n := len(r.lesson.Questions); n > 0 {
		r.say("End of the lesson. %d questions belong to it; t asks them.", "本课结束。配有 %d 道题，输入 t 开始作答。", n)
	}
	if len(r.lesson.Sources) > 0 {
		r.say("Sources:", "来源：")
		for _, s := range r.lesson.Sources {
			r.wrapped("- " + s.Title + ": " + s.At)
		}
	}
}

func (r *reading) answer() error {
	answer, err := r.ask(r.hint())
	if err != nil {
		return err
	}
	switch answer {
	case again:
	case "":
		return r.forward()
	case "p":
		r.at = max(0, r.at-1)
	case "b":
		return errBack
	case "k":
		r.toggleBookmark()
	case "c":
		return r.contents()
	case "t":
		r.shown = shown{}
		return r.begin(study.Wish{Mode: quiz.Lesson, Lesson: r.lesson.ID})
	default:
		if i, ok := number(answer, study.Screens(r.lesson)); ok {
			r.at, r.shown = i, shown{}
			return nil
		}
		r.unknown(answer, study.Screens(r.lesson))
	}
	return nil
}

func (r *reading) hint() string {
	next := wording.Say(r.Lang, "next screen", "下一屏")
	if r.last() {
		next = wording.Say(r.Lang, "back to the list", "回到列表")
		if l := r.following(); l != nil {
			next = wording.Sayf(r.Lang, "next lesson, %s", "下一课：%s", l.Title.In(r.Lang))
		}
	}
	return wording.Sayf(r.Lang, "(Enter: %s; p previous; c contents; k bookmark; t questions; b back; q quit; ? help)",
		"（回车：%s；p 上一屏；c 目录；k 书签；t 做题；b 返回；q 退出；? 帮助）", next)
}

// forward goes to the next screen, the next lesson, or back to the list after the last one.
func (r *reading) forward() error {
	if !r.last() {
		r.at++
		return nil
	}
	l := r.following()
	if l == nil {
		return errBack
	}
	place, err := r.Study.Where(r.ctx, l.ID)
	if err != nil {
		r.print(wording.Why(err, r.Lang))
	}
	r.lesson, r.at = l, place.Screen
	return nil
}

// following is the lesson after this one in the course, or nil.
func (r *reading) following() *lessons.Lesson {
	all := r.Study.Course().Lessons()
	for i, l := range all {
		if l == r.lesson && i+1 < len(all) && study.Screens(all[i+1]) > 0 {
			return all[i+1]
		}
	}
	return nil
}

func (r *reading) toggleBookmark() {
	marked, err := r.Study.ToggleBookmark(r.ctx, r.place())
	switch {
	case err != nil:
		r.saved(err)
	case marked:
		r.say("done: bookmark set", "完成：已加书签")
	default:
		r.say("done: bookmark removed", "完成：已取消书签")
	}
}

// contents lists the sections to jump to.
func (r *reading) contents() error {
	err := r.list(func() []action {
		r.print("")
		var all []action
		for _, s := range r.lesson.Body(r.Lang).Sections {
			all = append(all, action{s.Title, func() error {
				r.at, r.shown = s.First, shown{}
				return errChosen
			}})
		}
		return all
	})
	if errors.Is(err, errBack) || errors.Is(err, errChosen) {
		return nil
	}
	return err
}

// errChosen leaves a list because something was chosen.
var errChosen = errors.New("chosen")

// search asks for words, if none were given, and lists what was found.
func (t *talk) search(words string) error {
	words = strings.TrimSpace(words)
	if words == "" {
		answer, err := t.ask(wording.Say(t.Lang, "What are you looking for?", "想找什么？"))
		if err != nil || answer == again || answer == "" || answer == "b" {
			return err
		}
		words = answer
	}
	return t.list(func() []action {
		t.print("")
		found := t.Study.Search(words, t.Lang)
		hits := found.Hits
		if len(hits) == 0 {
			t.say("Nothing is found for \"%s\".", "没有找到“%s”。", words)
			hits = found.Nearest
			if len(hits) > 0 {
				t.say("The nearest titles:", "最接近的标题：")
			}
		}
		var all []action
		for _, h := range hits {
			all = append(all, action{t.hitText(h), func() error { return t.open(h) }})
		}
		if found.More > 0 {
			t.say("%d more are not listed; search for more words.", "还有 %d 条没有列出，请多输入几个词。", found.More)
		}
		return all
	})
}

func (t *talk) hitText(h study.Hit) string {
	text := h.Title
	switch h.Kind {
	case study.HitScreen:
		text = t.Study.Course().Lesson(h.Place.Lesson).Title.In(h.Lang) + " · " + h.Title
	case study.HitQuestion:
		text = wording.Sayf(t.Lang, "question %s: %s", "题目 %s：%s", h.Question, h.Title)
	case study.HitLab:
		text = wording.Sayf(t.Lang, "lab %s: %s", "实验 %s：%s", h.Lab, h.Title)
	case study.HitTerm:
		text = wording.Sayf(t.Lang, "term: %s", "术语：%s", h.Title)
	}
	if h.Excerpt.Text != "" {
		text += " … " + h.Excerpt.Text + " …"
	}
	return text
}

// open shows what was found: a lesson at the place, or the term's meaning.
func (t *talk) open(h study.Hit) error {
	if h.Kind == study.HitLab {
		t.say("Labs are done in a terminal: dockerlearn lab %s", "实验要在终端里做：dockerlearn lab %s", h.Lab)
		return nil
	}
	if h.Kind != study.HitTerm {
		return t.lesson(h.Place)
	}
	for _, term := range t.Study.Course().Glossary {
		if term.ID == h.Term {
			t.wrapped(term.Name.In(lessons.ZH) + " / " + term.Name.In(lessons.EN) + ": " + term.Says.In(t.Lang))
		}
	}
	return nil
}
