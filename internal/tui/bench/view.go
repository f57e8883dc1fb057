package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
)

// geometry is how many lines each part has inside its frame.
type geometry struct {
	top, terminal, strip int
	task                 int // columns of the task's pane
}

func (s *Screen) geometry(env screen.Env) geometry {
	g := geometry{task: min(max((env.W-3)*45/100, 28), 56)}
	if s.whole {
		g.terminal = max(env.H-2, 1)
		return g
	}
	g.top = s.taskRows(env, g.task)
	g.terminal = env.H - 3 - g.top
	if env.H >= 34 {
		g.strip = 2
		g.terminal -= g.strip + 1
	}
	g.terminal = max(g.terminal, 1)
	return g
}

// smallest is how many rows the terminal keeps when the task has much to say.
const smallest = 8

// taskRows is the rows of the task: as many as it has to say, within bounds.
func (s *Screen) taskRows(env screen.Env, w int) int {
	usual := (env.H - 3) * 3 / 7
	return max(usual, min(s.taskNeeds(env, w), env.H-3-smallest))
}

// taskNeeds is how many rows the whole task takes.
func (s *Screen) taskNeeds(env screen.Env, w int) int {
	return len(s.prose(env, "story", s.words(env).Story, w-2)) + 1 + len(s.Task.Check)
}

// View draws the screen.
func (s *Screen) View(env screen.Env) screen.View {
	g := s.geometry(env)
	v := screen.View{Title: s.title(env), Status: s.status(env), Select: s.Owns()}
	if s.panel != nil && s.sheet == none {
		return screen.View{Title: s.panel.Title(env), Status: s.panel.Status(env), Body: s.panel.View(env)}
	}
	v.Body = widget.Frame(env.Theme, env.W, env.H, s.rows(env, g)...)
	if s.sheet != none {
		v.Body = s.lay(env, v.Body)
		return v
	}
	if x, y, ok := s.terminal.cursor(); ok && !s.bar {
		top := 1
		if g.top > 0 {
			top = g.top + 2
		}
		v.Cursor = &screen.Cursor{X: min(x+2, env.W-2), Y: min(y+top, env.H-1)}
	}
	return v
}

func (s *Screen) rows(env screen.Env, g geometry) []widget.Row {
	terminal := widget.Row{Height: g.terminal, Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Terminal", ZH: "终端"})) + s.where(env),
		Right: env.Theme.Dim.Paint(env.Say(screen.Say{EN: "ctrl+o leaves", ZH: "ctrl+o 离开终端"})),
		Lines: widget.Indent(1, s.terminal.draw(env.Theme.Style.Name == render.MonoStyle().Name)),
	}}}
	if g.top == 0 {
		return []widget.Row{terminal}
	}
	picture := env.W - 3 - g.task
	rows := []widget.Row{{Height: g.top, Panes: []widget.Pane{
		{Title: s.taskTitle(env), Right: s.count(env), Width: g.task, Lines: s.task(env, g.task, g.top)},
		{
			Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Live", ZH: "现状"})), Width: picture,
			Lines: widget.Indent(1, s.picture(env, picture-2, g.top)),
		},
	}}, terminal}
	if g.strip > 0 {
		rows = append(rows, widget.Row{Height: g.strip, Panes: []widget.Pane{{
			Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Timeline", ZH: "时间线"})),
			Right: env.Theme.Dim.Paint("ctrl+o z, t"), Lines: s.strip(env, env.W-4, g.strip),
		}}})
	}
	return rows
}

func (s *Screen) title(env screen.Env) string {
	if s.Question != nil {
		return env.Say(screen.Say{EN: "Question", ZH: "题目"}) + " " + env.Theme.Dot + " " + s.Task.Title.In(env.Lang)
	}
	return env.Say(screen.Say{EN: "Lab", ZH: "实验"}) + " " + env.Theme.Dot + " " + s.Task.Title.In(env.Lang)
}

func (s *Screen) status(env screen.Env) string {
	if s.Question != nil {
		return s.left(env)
	}
	t := fmt.Sprintf(env.Say(screen.Say{EN: "hints used %d", ZH: "用了 %d 条提示"}), s.hints) + "   " + clock(s.at)
	if s.solved {
		t = env.Theme.Style.Right.Paint(env.Theme.Frames.Right+" "+env.Say(screen.Say{EN: "solved", ZH: "完成"})) + "   " + t
	}
	return t
}

func clock(d time.Duration) string {
	n := int(d / time.Second)
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%02d:%02d", n/60, n%60)
}

// where says what the terminal shows, if not its end.
func (s *Screen) where(env screen.Env) string {
	switch {
	case s.over:
		return "  " + env.Theme.Warn.Paint(env.Say(screen.Say{
			EN: "this host has done all that it may: ctrl+o z", ZH: "这台主机用完了它的步数：按 ctrl+o z",
		}))
	case s.terminal.up > 0:
		return "  " + env.Theme.Warn.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%d lines back", ZH: "往回 %d 行"}), s.terminal.up))
	case s.bar:
		return "  " + env.Theme.Accent.Paint(env.Say(screen.Say{EN: "press a key below", ZH: "按下面的一个键"}))
	}
	return ""
}

func (s *Screen) taskTitle(env screen.Env) string {
	return env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Task", ZH: "任务"}))
}

func (s *Screen) count(env screen.Env) string {
	n := len(s.state.findings)
	if n == 0 {
		return ""
	}
	look := env.Theme.Dim
	if s.state.met() == n {
		look = env.Theme.Style.Right
	}
	return look.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%d of %d", ZH: "%d/%d"}), s.state.met(), n))
}

// task is the task's pane: its conditions always, and as much of its story as there is room for.
func (s *Screen) task(env screen.Env, w, h int) []string {
	inner := w - 2
	story := s.prose(env, "story", s.words(env).Story, inner)
	conditions := s.conditions(env, inner)
	if len(story)+1+len(conditions) > h {
		conditions = s.brief(env, s.state.findings, inner)
	}
	room := max(h-len(conditions)-1, 0)
	if len(story) > room {
		story = slices.DeleteFunc(slices.Clone(story), func(l string) bool { return strings.TrimSpace(ansi.Strip(l)) == "" })
	}
	if len(story) > room {
		more := env.Theme.Dim.Paint(env.Say(screen.Say{EN: "(all of it: ctrl+o i)", ZH: "（全文：ctrl+o i）"}))
		story = append(story[:max(room-1, 0):max(room-1, 0)], more)
	}
	if room == 0 {
		return widget.Indent(1, conditions)
	}
	return widget.Indent(1, append(append(story[:len(story):len(story)], ""), conditions...))
}

// conditions are the conditions and what is true instead.
func (s *Screen) conditions(env screen.Env, w int) []string {
	var lines []string
	for _, f := range s.state.findings {
		lines = append(lines, s.condition(env, f, w)...)
		now := text(f.Now, env)
		if f.State == labs.Unmet && now != "" {
			now = env.Say(screen.Say{EN: "now: ", ZH: "现在："}) + now
		}
		if now != "" && f.State != labs.Met {
			for _, l := range render.WrapText(render.Clean(now), w-4) {
				lines = append(lines, "    "+env.Theme.Dim.Paint(l))
			}
		}
	}
	return lines
}

// brief are the conditions alone, a line each.
func (s *Screen) brief(env screen.Env, all []labs.Finding, w int) []string {
	lines := make([]string, len(all))
	for i, f := range all {
		mark, look := sign(env, f.State)
		lines[i] = mark + " " + look.Paint(render.Truncate(render.Clean(text(f.Says, env)), w-2, env.Theme.Ellipsis))
	}
	return lines
}

func (s *Screen) condition(env screen.Env, f labs.Finding, w int) []string {
	mark, look := sign(env, f.State)
	var lines []string
	for _, l := range render.WrapText(render.Clean(text(f.Says, env)), w-2) {
		lines = append(lines, mark+" "+look.Paint(l))
		mark = " "
	}
	return lines
}

func sign(env screen.Env, st labs.State) (mark string, look render.SGR) {
	switch st {
	case labs.Met:
		return env.Theme.Style.Right.Paint(env.Theme.Frames.Right), env.Theme.Text
	case labs.Unmet:
		return env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong), env.Theme.Strong
	}
	return env.Theme.Dim.Paint(env.Theme.Dot), env.Theme.Dim
}

// strip is the end of the timeline on few lines.
func (s *Screen) strip(env screen.Env, w, h int) []string {
	now := env.Say(screen.Say{EN: "now", ZH: "现在"})
	lines := []string{" " + env.Theme.Dim.Paint(now)}
	for i := len(s.state.steps) - 1; i >= 0; i-- {
		st := s.state.steps[i]
		part := render.Truncate(render.Clean(st.Line), 40, env.Theme.Ellipsis)
		if st.Exit != 0 {
			part = env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong) + " " + part + fmt.Sprintf(" (%d)", st.Exit)
		}
		part = " " + part + " " + env.Theme.Dim.Paint(env.Theme.Horizontal+env.Theme.Horizontal)
		if render.Width(part)+render.Width(lines[0]) > w {
			if len(lines) == h {
				break
			}
			lines = append([]string{""}, lines...)
		}
		lines[0] = part + lines[0]
	}
	return lines
}
