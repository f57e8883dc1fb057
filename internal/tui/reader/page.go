package reader

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
)

// pageKey is what a drawn page depends on.
type pageKey struct {
	screen  int
	options render.Options
}

// drawn answers a reader's request for a page.
type drawn struct {
	to   *Reader
	key  pageKey
	page render.Page
}

// tall is how many rows leave room for what the terms mean, below a text that fits 80x24.
const tall = 32

// widest is the longest line that is comfortable to read.
const widest = 76

// geometry is where things stand.
type geometry struct {
	langs []lessons.Lang // one for each column of text
	panes []int          // columns inside each of their panes
	pad   int            // columns before and after the text
	text  int            // columns of text
	rows  int            // lines of text
	side  int            // columns inside the third pane; 0 for none
	terms int            // rows for the terms below the text: none, 1 to name them, or more to say what they mean
}

func (r *Reader) geometry(env screen.Env) geometry {
	g := geometry{langs: []lessons.Lang{env.Lang}, pad: 3, rows: env.H - 2}
	if r.two(env) {
		g.langs = append(g.langs, other(env.Lang))
		g.pad = 2
	}
	room := env.W - 1 - len(g.langs) // without the frame
	if env.Huge() || env.Wide() && len(g.langs) == 1 {
		g.side = max(30, min(48, room-len(g.langs)*(widest+2*g.pad)-1))
		room -= g.side + 1
	}
	for i := range g.langs {
		w := room / (len(g.langs) - i)
		g.panes = append(g.panes, w)
		room -= w
	}
	g.text = min(widest, g.panes[0]-2*g.pad)
	switch {
	case g.side > 0 || env.Short:
	case env.H >= tall:
		g.terms = 9
		g.rows -= g.terms + 1
	default:
		g.terms = 1
		g.rows--
	}
	return g
}

// two reports whether both languages are shown.
func (r *Reader) two(env screen.Env) bool {
	return env.Wide() && !r.one && len(r.lesson.Bodies) > 1
}

func other(l lessons.Lang) lessons.Lang {
	if l == lessons.ZH {
		return lessons.EN
	}
	return lessons.ZH
}

// wanted returns the pages of a screen that are on display at this size, in these languages.
func (r *Reader) wanted(env screen.Env, at int) []pageKey {
	if at < 0 || at >= r.n {
		return nil
	}
	g := r.geometry(env)
	var keys []pageKey
	for _, l := range g.langs {
		keys = append(keys, pageKey{at, render.Options{
			Width: g.text, Style: env.Theme.Style, Frames: env.Theme.Frames, Links: env.Links, Lang: string(l),
		}})
	}
	return keys
}

// draw asks for the pages that are missing: those on display, and those one key away.
func (r *Reader) draw(env screen.Env) tea.Cmd {
	r.settle(env)
	var cmds []tea.Cmd
	keep := map[pageKey]bool{}
	for _, at := range []int{r.at, r.at + 1, r.at - 1} {
		for _, k := range r.wanted(env, at) {
			keep[k] = true
			if _, ok := r.pages[k]; !ok && !r.asked[k] {
				r.asked[k] = true
				cmds = append(cmds, r.page(k))
			}
		}
	}
	for _, k := range r.shown {
		keep[k] = true
	}
	for k := range r.pages {
		if !keep[k] {
			delete(r.pages, k) // the cache has it still
		}
	}
	return tea.Batch(cmds...)
}

// page draws a page, off the event loop.
func (r *Reader) page(k pageKey) tea.Cmd {
	cache, l := r.cache, r.lesson
	return func() tea.Msg {
		id := fmt.Sprintf("%s/%d", l.ID, k.screen)
		doc := l.Body(lessons.Lang(k.options.Lang)).Screens[k.screen].Doc
		return drawn{r, k, cache.Render(id, doc, k.options)}
	}
}

func (r *Reader) take(env screen.Env, d drawn) tea.Cmd {
	if d.to != r {
		return nil
	}
	delete(r.asked, d.key)
	r.pages[d.key] = d.page
	r.settle(env)
	return nil
}

// settle puts the pages on display once all of them are drawn. When the screen is the same as before in another width
// or language, what stood at the top stays at the top.
func (r *Reader) settle(env screen.Env) {
	keys := r.wanted(env, r.at)
	for _, k := range keys {
		if _, ok := r.pages[k]; !ok {
			return
		}
	}
	if len(keys) == 0 {
		r.shown = nil
		return
	}
	if len(r.shown) > 0 && r.shown[0].screen == r.at && r.shown[0] != keys[0] {
		r.top = follow(r.pages[r.shown[0]], r.pages[keys[0]], r.top,
			r.shown[0].options.Lang == keys[0].options.Lang)
	}
	r.shown = keys
	r.scroll(env, 0)
}

// follow finds the line of a page where the text goes on that stood at the top of another drawing of it: by the letters
// before it, in another language by their share of all.
func follow(was, is render.Page, top int, same bool) int {
	if top == 0 {
		return 0
	}
	before := letters(was.Lines[:min(top, len(was.Lines))])
	if !same {
		before = before * letters(is.Lines) / max(letters(was.Lines), 1)
	}
	for i := range is.Lines {
		if letters(is.Lines[:i+1]) > before {
			return i
		}
	}
	return max(len(is.Lines)-1, 0)
}

// letters counts what lines say, without the spaces that depend on the width.
func letters(lines []string) int {
	n := 0
	for _, l := range lines {
		for _, f := range strings.Fields(ansi.Strip(l)) {
			n += render.Width(f)
		}
	}
	return n
}
