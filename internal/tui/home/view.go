package home

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// View draws the screen.
func (h *Home) View(env screen.Env) screen.View {
	title := "dockerlearn"
	if c := h.study.Course(); c.Title.In(env.Lang) != "" {
		title += "  " + env.Theme.Dim.Paint(c.Title.In(env.Lang))
	}
	return screen.View{Title: title, Body: h.layout(env).body}
}

// layout is the drawn body and where its items stand.
type layout struct {
	body  []string
	spots []spot
}

// spot is where an item stands.
type spot struct{ item, x, y, w int }

func (l layout) hit(x, y int) (item int, ok bool) {
	for _, s := range l.spots {
		if s.y == y && x >= s.x && x < s.x+s.w {
			return s.item, true
		}
	}
	return 0, false
}

// field is the text of one pane with its items: which item each line belongs to, -1 for none.
type field struct {
	title string
	right string
	lines []string
	items []int
}

func (f *field) add(item int, line string) {
	f.lines = append(f.lines, line)
	f.items = append(f.items, item)
}

// layout arranges the fields: one above the other, or from 100 columns on in two columns.
func (h *Home) layout(env screen.Env) layout {
	main, side := env.W-2, 0
	if env.Wide() {
		side = min(44, env.W/3-4)
		main = env.W - 3 - side
	}
	today, kept := h.today(env, main), h.kept.field(env)
	wide := []field{h.bookmarks(env, side), h.chosen(env, side)}
	rest := env.H - len(today.lines) - 3
	var rows [][]field
	switch {
	case env.Wide():
		for len(today.lines) < len(wide[0].lines) {
			today.add(-1, "")
			rest--
		}
		rest -= len(kept.lines) + 1
		rows = [][]field{{today, wide[0]}, {h.topics(env, main, rest), wide[1]}, {kept}}
	case env.Short:
		rows = [][]field{{today}, nil}
		if env.Say(h.kept.Trouble) != "" {
			rest -= len(kept.lines) + 1
			rows = append(rows, []field{kept})
		}
		rows[1] = []field{h.topics(env, main, rest)}
	default:
		marks := h.bookmarks(env, main)
		rest -= len(marks.lines) + 1 + len(kept.lines) + 1
		rows = [][]field{{today}, {h.topics(env, main, rest)}, {marks}, {kept}}
	}
	return draw(env, side, rest, rows)
}

// draw puts the fields into a frame. The row of the topics takes what the others leave.
func draw(env screen.Env, side, rest int, rows [][]field) layout {
	var l layout
	var frame []widget.Row
	y := 1
	for i, fields := range rows {
		row := widget.Row{Height: len(fields[0].lines)}
		if i == 1 {
			row.Height = rest
		}
		x := 1
		for k, f := range fields {
			p := widget.Pane{Title: env.Theme.Heading.Paint(f.title), Right: f.right, Lines: f.lines}
			if k == 1 {
				p.Width = side
			}
			w := env.W - 2
			if len(fields) == 2 {
				w = []int{env.W - 3 - side, side}[k]
			}
			for n, item := range f.items {
				if item >= 0 && n < row.Height {
					l.spots = append(l.spots, spot{item, x, y + n, w})
				}
			}
			x += w + 1
			row.Panes = append(row.Panes, p)
		}
		y += row.Height + 1
		frame = append(frame, row)
	}
	l.body = widget.Frame(env.Theme, env.W, env.H, frame...)
	return l
}

// label is the beginning of an item's line: the pointer and the digit that opens it.
func (h *Home) label(env screen.Env, i int) string {
	number := " "
	if n := h.items[i].number; n > 0 {
		number = env.Theme.Key.Paint(strconv.Itoa(n))
	}
	return " " + widget.Pointer(env.Theme, h.list.At == i) + number + " "
}

// today is the one next thing, with what one needs to know to decide for it, and the questions that wait.
func (h *Home) today(env screen.Env, w int) field {
	f := field{title: env.Say(screen.Say{EN: "Today", ZH: "今天"})}
	if h.data.Continue == nil {
		f.add(-1, "   "+env.Say(screen.Say{
			EN: "Every lesson is read. Search with /, or open a topic again.", ZH: "所有课程都读完了。按 / 搜索，或再打开一个主题。",
		}))
		f.add(-1, "")
	}
	for i, it := range h.items {
		switch {
		case it.next != nil:
			h.addNext(env, &f, i, w)
		case it.review != nil:
			h.addReview(env, &f, i)
		case it.plan != noPlan:
			f.add(i, h.planLine(env, i))
		}
	}
	return f
}

// verb begins the line of something to do.
func (h *Home) verb(env screen.Env, i int, says screen.Say) string {
	return h.label(env, i) + widget.Title(env.Theme, h.list.At == i, render.Pad(env.Say(says), 10)) + " "
}

func (h *Home) addNext(env screen.Env, f *field, i, w int) {
	c := h.items[i].next
	says := screen.Say{EN: "Continue", ZH: "继续"}
	switch {
	case h.data.New:
		says = screen.Say{EN: "Begin", ZH: "开始"}
	case c.Next:
		says = screen.Say{EN: "Next", ZH: "下一课"}
	}
	f.add(i, h.verb(env, i, says)+widget.Title(env.Theme, h.list.At == i, c.Lesson.Title.In(env.Lang)))
	f.add(i, render.Fit("                "+env.Theme.Dim.Paint(widget.Dots(env.Theme,
		phrase.Number(h.study.Course(), c.Lesson, env.Lang),
		env.Say(phrase.Place(c.Place.Screen, study.Screens(c.Lesson))),
		env.Say(phrase.MinutesLeft(c.Lesson, c.Place.Screen)))), w, ""))
}

// addReview tells what there is to answer: a session that was begun, or what is due and new today.
func (h *Home) addReview(env screen.Env, f *field, i int) {
	t := h.items[i].review
	if t.Unfinished {
		f.add(i, h.verb(env, i, screen.Say{EN: "Resume", ZH: "接着答"})+
			env.Say(screen.Say{EN: "the questions you were answering", ZH: "上次没答完的题"}))
		return
	}
	if t.Asks == 0 {
		f.add(i, h.verb(env, i, screen.Say{EN: "Review", ZH: "复习"})+
			env.Theme.Dim.Paint(wording.NothingDue(t.Answered, t.Next, h.study.Now(), env.Lang)))
		return
	}
	minutes := max(1, int(t.Minutes.Round(time.Minute)/time.Minute))
	f.add(i, h.verb(env, i, screen.Say{EN: "Review", ZH: "复习"})+widget.Dots(env.Theme,
		count(env, t.Due, screen.Say{EN: "%d due", ZH: "%d 题到期"}),
		count(env, t.New, screen.Say{EN: "%d new", ZH: "%d 道新题"}),
		count(env, t.Slips, screen.Say{EN: "%d from labs", ZH: "实验带回 %d 题"}),
		wording.Minutes(minutes, env.Lang)))
}

// count says a number unless it is zero.
func count(env screen.Env, n int, says screen.Say) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(env.Say(says), n)
}

// topics lists the topics, the lessons of the present one below it, as many as have room around the cursor.
func (h *Home) topics(env screen.Env, w, room int) field {
	f := field{title: env.Say(screen.Say{EN: "Topics", ZH: "主题"})}
	for _, line := range h.mistakes(env, w) {
		f.add(-1, line)
		room--
	}
	first := slices.IndexFunc(h.items, func(it item) bool { return it.topic != nil })
	if first < 0 {
		return f
	}
	n := 0
	for _, it := range h.items[first:] {
		if it.bookmark == nil {
			n++
		}
	}
	list := widget.List{At: max(0, min(h.list.At-first, n-1)), N: n}
	from, to := list.Window(room)
	for i := first + from; i < first+to; i++ {
		f.add(i, h.topicLine(env, i, w))
	}
	if hidden := n - to; hidden > 0 {
		f.right = env.Theme.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%d more below", ZH: "下面还有 %d 项"}), hidden))
	}
	return f
}

// mistakes says that the course has some, and which is the first: its author will want to know, and others why a lesson
// is not as it should be.
func (h *Home) mistakes(env screen.Env, w int) []string {
	n, first := h.study.Mistakes()
	if n == 0 {
		return nil
	}
	var lines []string
	for _, says := range []string{wording.Mistakes(n, env.Lang), first} {
		lines = append(lines, "   "+env.Theme.Warn.Paint(render.Truncate(says, w-6, env.Theme.Ellipsis)))
	}
	return lines
}

func (h *Home) topicLine(env screen.Env, i, w int) string {
	t, chosen := env.Theme, h.list.At == i
	if p := h.items[i].lesson; p != nil {
		facts := wording.Minutes(p.Lesson.Minutes, env.Lang)
		if env.Huge() {
			facts = widget.Dots(t, wording.Asked(p.Lesson.Asked, env.Lang), render.PadLeft(facts, 7))
		}
		left := " " + widget.Pointer(t, chosen) + "  " + phrase.State(t, *p) + "  "
		return widget.Spread(t, left+widget.Title(t, chosen, p.Lesson.Title.In(env.Lang)), t.Dim.Paint(facts)+"  ", w)
	}
	p := h.items[i].topic
	bar := widget.Bar(t, max(min(24, w-62), 12), p.Done, len(p.Lessons))
	right := ""
	if p.Topic.ID == here(h.data) && !h.data.New {
		right = t.Accent.Paint(env.Say(screen.Say{EN: "you are here", ZH: "你在这里"})) + "  "
	}
	name := widget.Title(t, chosen, render.Fit(p.Topic.Title.In(env.Lang), 16, t.Ellipsis))
	done := fmt.Sprintf(env.Say(screen.Say{EN: "%d of %d read", ZH: "读完 %d/%d 课"}), p.Done, len(p.Lessons))
	return widget.Spread(t, h.label(env, i)+name+" "+bar+"  "+done, right, w)
}

func (h *Home) bookmarks(env screen.Env, w int) field {
	f := field{title: env.Say(screen.Say{EN: "Bookmarks", ZH: "书签"})}
	for i, it := range h.items {
		if b := it.bookmark; b != nil {
			section := phrase.Section(b.Lesson, b.Place.Screen, env.Lang)
			f.add(i, h.label(env, i)+widget.Title(env.Theme, h.list.At == i, section)+
				env.Theme.Dim.Paint("  "+b.Lesson.Title.In(env.Lang)))
		}
	}
	if more := len(h.data.Bookmarks) - len(f.lines); more > 0 {
		f.right = env.Theme.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "b: %d more", ZH: "b：还有 %d 个"}), more))
	}
	if f.lines == nil {
		for _, line := range render.WrapText(env.Say(screen.Say{
			EN: "Press b while reading to keep a screen here.", ZH: "阅读时按 b，就能把那一屏记在这里。",
		}), max(w-6, 10)) {
			f.add(-1, "   "+env.Theme.Dim.Paint(line))
		}
	}
	return f
}

// chosen tells more of what the cursor is on: of a lesson what it holds, of anything else about the course.
func (h *Home) chosen(env screen.Env, w int) field {
	p, ok := h.lesson()
	if !ok {
		return h.about(env, w)
	}
	f := field{title: env.Say(screen.Say{EN: "In this lesson", ZH: "这一课"})}
	for _, line := range phrase.Card(env, p, w) {
		f.add(-1, line)
	}
	h.tips(env, &f, w)
	return f
}

// lesson is the lesson that the cursor is on.
func (h *Home) lesson() (study.LessonProgress, bool) {
	if h.list.At >= len(h.items) {
		return study.LessonProgress{}, false
	}
	switch it := h.items[h.list.At]; {
	case it.lesson != nil:
		return *it.lesson, true
	case it.next != nil:
		return h.progress(it.next.Lesson), true
	case it.bookmark != nil:
		return h.progress(it.bookmark.Lesson), true
	}
	return study.LessonProgress{}, false
}

func (h *Home) progress(l *lessons.Lesson) study.LessonProgress {
	for _, t := range h.data.Topics {
		for _, p := range t.Lessons {
			if p.Lesson == l {
				return p
			}
		}
	}
	return study.LessonProgress{Lesson: l}
}

// about tells what the course holds.
func (h *Home) about(env screen.Env, w int) field {
	f := field{title: env.Say(screen.Say{EN: "This course", ZH: "这门课程"})}
	c := h.study.Course()
	questions, minutes := 0, 0
	for _, l := range c.Lessons() {
		questions += len(l.Questions)
		minutes += l.Minutes
	}
	f.add(-1, "")
	f.add(-1, " "+fmt.Sprintf(env.Say(screen.Say{EN: "%d lessons, %d questions", ZH: "%d 课，%d 道题"}),
		len(c.Lessons()), questions))
	f.add(-1, " "+fmt.Sprintf(env.Say(screen.Say{EN: "about %d minutes to read", ZH: "读完约 %d 分钟"}), minutes))
	if c.Version != "" {
		f.add(-1, " "+env.Theme.Dim.Paint(env.Say(screen.Say{EN: "edition ", ZH: "版本 "})+c.Version))
	}
	h.tips(env, &f, w)
	return f
}

// tips adds the keys that are worth knowing.
func (h *Home) tips(env screen.Env, f *field, w int) {
	f.add(-1, "")
	for _, tip := range tips(h.study.Course()) {
		for i, line := range render.WrapText(env.Say(tip.says), max(w-6, 10)) {
			key := "   "
			if i == 0 {
				key = env.Theme.Key.Paint(tip.key) + "  "
			}
			f.add(-1, " "+key+line)
		}
	}
}

type tip struct {
	key  string
	says screen.Say
}

func tips(c *lessons.Course) []tip {
	all := []tip{
		{"/", screen.Say{EN: "finds lessons, questions and terms, by pinyin initials too", ZH: "搜索课程、题目和术语，也认拼音首字母"}},
		{":", screen.Say{EN: "runs any command by its name", ZH: "按名字执行任何命令"}},
	}
	if len(c.Langs) > 1 {
		all = append(all, tip{"L", screen.Say{EN: "switches to Chinese and back", ZH: "切换到英文，再按切回来"}})
	}
	return append(all, tip{"?", screen.Say{EN: "shows what the keys of a screen do", ZH: "看这一屏的每个键做什么"}})
}

// field says where the progress is kept and what is wrong with it.
func (k Kept) field(env screen.Env) field {
	f := field{title: env.Say(screen.Say{EN: "Where your progress is", ZH: "进度存放处"})}
	if trouble := env.Say(k.Trouble); trouble != "" {
		for _, line := range render.WrapText(trouble, env.W-6) {
			f.add(-1, "   "+env.Theme.Warn.Paint(line))
		}
	}
	where := k.Where
	if copied := env.Say(k.Copied); copied != "" {
		where += "   " + copied
	}
	f.add(-1, "   "+env.Theme.Dim.Paint(where))
	return f
}
