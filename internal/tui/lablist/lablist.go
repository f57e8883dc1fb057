// Package lablist shows the course's labs in the order in which they are best done: how deep, how long, and what has come
// of each. The cursor stands on the next one.
package lablist

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// Labs is the screen.
type Labs struct {
	study *study.Study
	rows  []row
	list  widget.List
	moved bool // by the learner
}

// row is a line of the list: the head of a group, or a lab.
type row struct {
	group *study.LabGroupProgress
	lab   *study.LabProgress
}

// New returns the screen.
func New(s *study.Study) *Labs { return &Labs{study: s} }

// gathered answers gather.
type gathered struct {
	list *Labs
	data []study.LabGroupProgress
	err  error
}

// Init asks what was done.
func (l *Labs) Init(screen.Env) tea.Cmd { return l.gather() }

func (l *Labs) gather() tea.Cmd {
	return func() tea.Msg {
		data, err := l.study.Labs(context.Background())
		return gathered{l, data, err}
	}
}

func (l *Labs) take(data []study.LabGroupProgress) {
	next := study.NextLab(data)
	l.rows = nil
	for g := range data {
		l.rows = append(l.rows, row{group: &data[g]})
		for i := range data[g].Labs {
			p := &data[g].Labs[i]
			if p == next && !l.moved {
				l.list.At = len(l.rows)
			}
			l.rows = append(l.rows, row{lab: p})
		}
	}
	l.list.Set(len(l.rows))
}

// Update takes a message in.
func (l *Labs) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Shown:
		l.moved = false
		return l.gather()
	case gathered:
		switch {
		case msg.list != l:
		case msg.err != nil:
			return env.Ask(phrase.Unreadable(msg.err))
		default:
			l.take(msg.data)
		}
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), l, env, msg); ok {
			return cmd
		}
		was := l.list.At
		l.moved = l.list.Key(msg, room(env)) || l.moved
		l.offHead(l.list.At < was)
	case tea.MouseWheelMsg:
		l.list.Wheel(msg)
	case tea.MouseClickMsg:
		if l.list.Click(msg.Y - 1) {
			return l.open(env, false)
		}
	}
	return nil
}

// offHead moves the cursor on from the head of a group, the way it went.
func (l *Labs) offHead(up bool) {
	if l.list.At >= len(l.rows) || l.rows[l.list.At].lab != nil {
		return
	}
	if up && l.list.At > 0 {
		l.list.Move(-1)
		return
	}
	l.list.Move(1)
}

func room(env screen.Env) int { return max(env.H-2, 1) }

// chosen is the lab that the cursor is on, or nil.
func (l *Labs) chosen() *study.LabProgress {
	if l.list.At < len(l.rows) {
		return l.rows[l.list.At].lab
	}
	return nil
}

func (l *Labs) open(env screen.Env, fresh bool) tea.Cmd {
	if p := l.chosen(); p != nil {
		return env.Ask(screen.OpenLab{Lab: p.Lab.ID, Fresh: fresh})
	}
	return nil
}

func acts() []screen.Act[*Labs] {
	return []screen.Act[*Labs]{
		{
			Binding: screen.Binding{Keys: []string{"enter", "right", "l"}, Says: screen.Say{EN: "go to it", ZH: "进入"}, Line: true},
			Do:      func(l *Labs, env screen.Env) tea.Cmd { return l.open(env, false) },
		},
		{
			Binding: screen.Binding{Keys: []string{"n"}, Says: screen.Say{EN: "begin anew", ZH: "从头开始"}, Line: true},
			Do:      func(l *Labs, env screen.Env) tea.Cmd { return l.open(env, true) },
		},
	}
}

// Keys returns what can be pressed.
func (l *Labs) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding { return append(screen.Bindings(acts()), widget.ListKeys()...) }

// View draws the screen.
func (l *Labs) View(env screen.Env) screen.View {
	done, all := 0, 0
	for _, r := range l.rows {
		if r.group != nil {
			done, all = done+r.group.Solved, all+len(r.group.Labs)
		}
	}
	main := env.W - 2
	panes := []widget.Pane{{}}
	if env.Wide() {
		side := min(50, env.W/3)
		main = env.W - 3 - side
		panes = append(panes, widget.Pane{Width: side, Lines: l.card(env, side)})
	}
	panes[0].Lines = l.lines(env, main)
	return screen.View{
		Title: env.Say(screen.Say{EN: "Labs", ZH: "实验"}),
		Status: widget.Bar(env.Theme, 10, done, all) + " " +
			fmt.Sprintf(env.Say(screen.Say{EN: "%d of %d solved", ZH: "完成 %d/%d 个"}), done, all),
		Body: widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: panes}),
	}
}

func (l *Labs) lines(env screen.Env, w int) []string {
	if len(l.rows) == 0 {
		return []string{" " + env.Say(screen.Say{EN: "This course has no labs.", ZH: "这门课程没有实验。"})}
	}
	from, to := l.list.Window(room(env))
	var lines []string
	for i := from; i < to; i++ {
		if g := l.rows[i].group; g != nil {
			lines = append(lines, " "+env.Theme.Heading.Paint(render.Clean(g.Group.Title.In(env.Lang)))+
				env.Theme.Dim.Paint(fmt.Sprintf("  %d/%d", g.Solved, len(g.Labs))))
			continue
		}
		lines = append(lines, l.line(env, i, w))
	}
	return lines
}

func (l *Labs) line(env screen.Env, i, w int) string {
	p, chosen := l.rows[i].lab, i == l.list.At
	mark := " "
	switch {
	case p.Solved:
		mark = env.Theme.Style.Right.Paint(env.Theme.Frames.Right)
	case p.Begun:
		mark = env.Theme.Accent.Paint(env.Theme.Dot)
	}
	left := "  " + widget.Pointer(env.Theme, chosen) + mark + "  " + widget.Title(env.Theme, chosen, render.Clean(p.Lab.Title.In(env.Lang)))
	facts := widget.Dots(env.Theme, wording.Level(p.Lab.Level, env.Lang), wording.Minutes(p.Lab.Minutes, env.Lang))
	return widget.Spread(env.Theme, left, env.Theme.Dim.Paint(facts)+"  ", w)
}

// card tells more of the chosen lab.
func (l *Labs) card(env screen.Env, w int) []string {
	p := l.chosen()
	if p == nil {
		return nil
	}
	var lines []string
	add := func(text string) {
		for _, line := range render.WrapText(text, max(w-4, 10)) {
			lines = append(lines, " "+line)
		}
	}
	lines = append(lines, "", " "+env.Theme.Heading.Paint(render.Truncate(render.Clean(p.Lab.Title.In(env.Lang)), w-3, env.Theme.Ellipsis)), "")
	if words := p.Lab.In(env.Lang); words != nil {
		add(render.Clean(words.Story.Text()))
	}
	lines = append(lines, "")
	add(state(env, *p))
	for _, need := range p.Lab.Needs {
		if lab := l.study.Course().Lab(need); lab != nil {
			add(env.Say(screen.Say{EN: "best after: ", ZH: "建议先做："}) + render.Clean(lab.Title.In(env.Lang)))
		}
	}
	return lines
}

// state says what has come of a lab.
func state(env screen.Env, p study.LabProgress) string {
	switch {
	case p.Solved && p.Hints == 0:
		return env.Say(screen.Say{EN: "solved without a hint", ZH: "没看提示就完成了"})
	case p.Solved:
		return fmt.Sprintf(env.Say(screen.Say{EN: "solved, hints used: %d", ZH: "完成，看了 %d 条提示"}), p.Hints)
	case p.Begun:
		return env.Say(screen.Say{EN: "begun: enter goes on where you left it", ZH: "做了一半：回车从离开处继续"})
	}
	return fmt.Sprintf(env.Say(screen.Say{EN: "%d conditions, %d hints", ZH: "%d 个条件，%d 条提示"}), len(p.Lab.Check), hints(p.Lab, env.Lang))
}

func hints(lab *lessons.Lab, l lessons.Lang) int {
	if w := lab.In(l); w != nil {
		return len(w.Hints)
	}
	return 0
}
