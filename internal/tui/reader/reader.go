// Package reader shows a lesson, one screen after the other: the text in one language, or in both side by side where
// there is room, with the terms that occur, the sections, and the code blocks to copy. After the last screen it lists
// the questions that belong to the lesson.
//
// Screens are drawn off the event loop and kept; those before and after the present one are drawn ahead, so turning a
// page finds its lines ready. What is not drawn yet leaves the old lines in place.
package reader

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Sides is the setting that says whether both languages stand side by side where there is room: "no" if not.
const Sides study.Setting = "sides"

// Reader is the screen.
type Reader struct {
	study  *study.Study
	cache  *render.Cache
	saver  *Saver
	lesson *lessons.Lesson
	n      int // how many screens the lesson has; screen n lists the questions

	at     int  // the screen on display
	resume bool // at is not known yet
	one    bool // one language only, though there were room for two

	pages  map[pageKey]render.Page
	asked  map[pageKey]bool // being drawn
	shown  []pageKey        // what is on display, one for each language
	top    int              // the first visible line of it
	block  int              // the chosen code block, from 1; 0 for none
	marked map[int]bool     // screens with a bookmark
	popup  popup
	list   widget.List // of the popup
	asks   widget.List // of the questions at the end

	known map[termsOf][]lessons.Term // the terms of the screens that were on display
}

// popup is a box over the text.
type popup int

const (
	none popup = iota
	termsPopup
	sectionsPopup
)

// Options say how a lesson is opened.
type Options struct {
	Screen   int
	Resume   bool               // at the screen where it was left, whatever Screen says
	Question lessons.QuestionID // at this one of the questions at its end
	One      bool               // one language only
}

// New returns the screen of a lesson. Pages are kept in the cache, places by the saver.
func New(s *study.Study, c *render.Cache, w *Saver, l *lessons.Lesson, o Options) *Reader {
	r := &Reader{
		study: s, cache: c, saver: w, lesson: l, n: shortest(l), resume: o.Resume, one: o.One,
		pages: map[pageKey]render.Page{}, asked: map[pageKey]bool{}, marked: map[int]bool{},
		known: map[termsOf][]lessons.Term{}, asks: widget.List{N: len(l.Questions)},
	}
	r.at = max(0, min(o.Screen, r.n-1))
	for i, q := range l.Questions {
		if q.ID == o.Question {
			r.at, r.asks.At = r.n, i
		}
	}
	return r
}

// shortest is how many screens a lesson has in each of its languages. They have the same number unless its author made
// a mistake.
func shortest(l *lessons.Lesson) int {
	n := study.Screens(l)
	for _, b := range l.Bodies {
		n = min(n, len(b.Screens))
	}
	return n
}

// Place is the screen on display. At the questions it is the lesson's last one.
func (r *Reader) Place() study.Place {
	return study.Place{Lesson: r.lesson.ID, Screen: max(0, min(r.at, r.n-1))}
}

// Init draws and saves the first screen, and asks for the bookmarks.
func (r *Reader) Init(env screen.Env) tea.Cmd {
	if r.resume {
		return tea.Batch(r.where(), r.marks())
	}
	return tea.Batch(r.draw(env), r.save(env), r.marks())
}

// Update takes a message in.
func (r *Reader) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Changed:
		return r.draw(env)
	case screen.Shown:
		return tea.Batch(r.save(env), r.marks())
	case drawn:
		return r.take(env, msg)
	case found:
		return r.resumed(env, msg)
	case saved:
		if msg.to == r {
			return env.Ask(screen.Saved{Err: msg.err})
		}
	case marks:
		return r.haveMarks(msg)
	case marking:
		return r.wasMarked(env, msg)
	case tea.KeyPressMsg:
		return r.key(env, msg)
	case tea.MouseWheelMsg:
		return r.wheel(env, msg)
	case tea.MouseClickMsg:
		return r.click(env, msg)
	}
	return nil
}

// key does what a key stands for: in a popup, in the list of questions, in the text.
func (r *Reader) key(env screen.Env, key tea.KeyPressMsg) tea.Cmd {
	acts := r.acts()
	if cmd, ok := screen.Run(acts, r, env, key); ok {
		return cmd
	}
	if l := r.cursor(); l != nil {
		l.Key(key, r.geometry(env).rows)
	}
	return nil
}

// cursor is the list in which the cursor stands, nil in the text.
func (r *Reader) cursor() *widget.List {
	switch {
	case r.popup != none:
		return &r.list
	case r.at == r.n:
		return &r.asks
	}
	return nil
}

// turn goes to another screen of the lesson.
func (r *Reader) turn(env screen.Env, to int) tea.Cmd {
	to = max(0, min(to, r.n))
	if to == r.at {
		return nil
	}
	r.at, r.top, r.block = to, 0, 0
	r.asks.At = 0
	return tea.Batch(r.draw(env), r.save(env))
}

func (r *Reader) next(env screen.Env) tea.Cmd {
	if r.at < r.n {
		return r.turn(env, r.at+1)
	}
	if l := r.following(); l != nil {
		return env.Ask(screen.Replace{Then: screen.OpenLesson{Lesson: l.ID, Resume: true}})
	}
	return env.Ask(screen.Home{})
}

// ask begins a session of the lesson's questions, or, when the learner chose another than the first, from that one on.
func (r *Reader) ask(env screen.Env) tea.Cmd {
	if r.asks.At == 0 && r.asks.N > 0 {
		return env.Ask(screen.OpenDrill{Wish: study.Wish{Mode: quiz.Lesson, Lesson: r.lesson.ID}})
	}
	var ids []lessons.QuestionID
	for i := range r.lesson.Questions {
		ids = append(ids, r.lesson.Questions[(r.asks.At+i)%len(r.lesson.Questions)].ID)
	}
	if ids == nil {
		return r.next(env)
	}
	return env.Ask(screen.OpenDrill{Questions: ids})
}

func (r *Reader) previous(env screen.Env) tea.Cmd { return r.turn(env, r.at-1) }
func (r *Reader) first(env screen.Env) tea.Cmd    { return r.turn(env, 0) }
func (r *Reader) last(env screen.Env) tea.Cmd     { return r.turn(env, r.n) }

// following is the lesson after this one, or nil.
func (r *Reader) following() *lessons.Lesson {
	all := r.study.Course().Lessons()
	for i, l := range all {
		if l.ID == r.lesson.ID && i+1 < len(all) {
			return all[i+1]
		}
	}
	return nil
}

// scroll moves the text by lines, as far as there is text.
func (r *Reader) scroll(env screen.Env, by int) {
	r.top = max(0, min(r.top+by, r.height()-r.geometry(env).rows))
}

// height is how many lines the longest page on display has.
func (r *Reader) height() int {
	n := 0
	for _, k := range r.shown {
		n = max(n, len(r.pages[k].Lines))
	}
	return n
}

// pageDown scrolls by a page; at the end of the text it turns to the next screen.
func (r *Reader) pageDown(env screen.Env) tea.Cmd {
	rows := r.geometry(env).rows
	if r.at < r.n && r.top+rows < r.height() {
		r.scroll(env, max(rows-2, 1))
		return nil
	}
	return r.next(env)
}

// pageUp is the way back: it arrives at the end of the previous screen.
func (r *Reader) pageUp(env screen.Env) tea.Cmd {
	rows := r.geometry(env).rows
	if r.at < r.n && r.top > 0 {
		r.scroll(env, -max(rows-2, 1))
		return nil
	}
	if r.at == 0 {
		return nil
	}
	cmd := r.turn(env, r.at-1)
	r.scroll(env, r.height())
	return cmd
}

func (r *Reader) lineDown(env screen.Env) tea.Cmd { r.scroll(env, 1); return nil }
func (r *Reader) lineUp(env screen.Env) tea.Cmd   { r.scroll(env, -1); return nil }

func (r *Reader) wheel(env screen.Env, m tea.MouseWheelMsg) tea.Cmd {
	if l := r.cursor(); l != nil {
		l.Wheel(m)
		return nil
	}
	switch m.Button {
	case tea.MouseWheelUp:
		r.scroll(env, -3)
	case tea.MouseWheelDown:
		r.scroll(env, 3)
	}
	return nil
}

// click turns pages: the left third of the text back, the rest on. In a popup it chooses, beside it it closes it.
func (r *Reader) click(env screen.Env, m tea.MouseClickMsg) tea.Cmd {
	switch {
	case r.popup != none:
		return r.clickPopup(env, m)
	case r.at == r.n:
		r.asks.Click(m.Y - questionsTop)
		return nil
	case m.X < env.W/3:
		return r.previous(env)
	}
	return r.next(env)
}
