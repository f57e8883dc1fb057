package reader

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
)

// Answers of study. Several readers may be open: each takes those to itself.
type (
	// found answers where.
	found struct {
		to     *Reader
		screen int
		err    error
	}
	// saved answers save.
	saved struct {
		to  *Reader
		err error
	}
	// marks answers a request for the bookmarks.
	marks struct {
		to   *Reader
		list []study.Bookmark
		err  error
	}
	// marking answers mark.
	marking struct {
		to     *Reader
		screen int
		marked bool
		err    error
	}
)

// where asks at which screen the lesson was left.
func (r *Reader) where() tea.Cmd {
	s, id := r.study, r.lesson.ID
	return func() tea.Msg {
		p, err := s.Where(context.Background(), id)
		return found{r, p.Screen, err}
	}
}

func (r *Reader) resumed(env screen.Env, f found) tea.Cmd {
	if f.to != r {
		return nil
	}
	r.resume = false
	r.at = max(0, min(f.screen, r.n-1))
	cmd := tea.Batch(r.draw(env), r.save(env))
	if f.err != nil {
		return tea.Batch(cmd, env.Ask(phrase.Unreadable(f.err)))
	}
	return cmd
}

// save remembers the screen on display.
func (r *Reader) save(env screen.Env) tea.Cmd {
	if r.resume || r.at >= r.n {
		return nil // not known yet, or no screen of the text
	}
	store := r.saver.show(r.Place(), env.Lang)
	return func() tea.Msg { return saved{r, store()} }
}

func (r *Reader) marks() tea.Cmd {
	s := r.study
	return func() tea.Msg {
		list, err := s.Bookmarks(context.Background())
		return marks{r, list, err}
	}
}

func (r *Reader) haveMarks(m marks) tea.Cmd {
	if m.to != r || m.err != nil {
		return nil // the bookmarks are only decoration here; saving will tell what is wrong
	}
	clear(r.marked)
	for _, b := range m.list {
		if b.Place.Lesson == r.lesson.ID {
			r.marked[b.Place.Screen] = true
		}
	}
	return nil
}

// mark sets or takes away the bookmark of this screen.
func (r *Reader) mark(screen.Env) tea.Cmd {
	s, p := r.study, r.Place()
	return func() tea.Msg {
		marked, err := s.ToggleBookmark(context.Background(), p)
		return marking{r, p.Screen, marked, err}
	}
}

func (r *Reader) wasMarked(env screen.Env, m marking) tea.Cmd {
	if m.to != r {
		return nil
	}
	if m.err != nil {
		return env.Ask(screen.Saved{Err: m.err})
	}
	r.marked[m.screen] = m.marked
	says := screen.Say{EN: "Bookmark taken away.", ZH: "已去掉书签。"}
	if m.marked {
		says = screen.Say{EN: "Bookmarked. The home screen lists your bookmarks.", ZH: "已加书签，主页上能找到。"}
	}
	return tea.Batch(env.Ask(screen.Saved{}), env.Ask(screen.Notice{Text: says}))
}

// sides switches between one and both languages and remembers the choice.
func (r *Reader) sides(env screen.Env) tea.Cmd {
	r.one = !r.one
	s, value := r.study, "yes"
	if r.one {
		value = "no"
	}
	return tea.Batch(r.draw(env), func() tea.Msg {
		return screen.Saved{Err: s.Set(context.Background(), Sides, value)}
	})
}
