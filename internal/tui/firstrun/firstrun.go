// Package firstrun is what a learner sees the very first time: what this is, in the language of their system with the
// other one in sight, and where to begin. Enter takes the first choice.
package firstrun

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// FirstRun is the screen.
type FirstRun struct {
	study   *study.Study
	trouble screen.Say // with the progress, in a sentence; empty when all is well
	list    widget.List
}

// New returns the screen. What keeps progress from being saved stands on it in the place of the promise that it is.
func New(s *study.Study, trouble screen.Say) *FirstRun {
	return &FirstRun{study: s, trouble: trouble, list: widget.List{N: len(choices())}}
}

// choice is one way to begin.
type choice struct {
	says    screen.Say
	hint    screen.Say
	request func(*lessons.Course) tea.Msg
}

func choices() []choice {
	return []choice{
		{
			screen.Say{EN: "Start from the beginning", ZH: "从头开始学"},
			screen.Say{EN: "your first container, in two minutes", ZH: "两分钟，跑起第一个容器"},
			func(c *lessons.Course) tea.Msg {
				if labs := c.AllLabs(); len(labs) > 0 {
					return screen.OpenLab{Lab: labs[0].ID}
				}
				if all := c.Lessons(); len(all) > 0 {
					return screen.OpenLesson{Lesson: all[0].ID}
				}
				return nil
			},
		},
		{
			screen.Say{EN: "Look around", ZH: "先看看有什么"},
			screen.Say{EN: "all topics and lessons; nothing is locked", ZH: "全部主题和课程，没有锁住的"},
			func(*lessons.Course) tea.Msg { return nil },
		},
		{
			screen.Say{EN: "Search for something", ZH: "直接搜索"},
			screen.Say{EN: "a question you were asked, a word, a command", ZH: "被问到的题目、一个词、一条命令"},
			func(*lessons.Course) tea.Msg { return screen.OpenSearch{} },
		},
	}
}

// Init has nothing to do.
func (f *FirstRun) Init(screen.Env) tea.Cmd { return nil }

// Update takes a message in.
func (f *FirstRun) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), f, env, msg); ok {
			return cmd
		}
		if digits().Has(msg.String()) {
			f.list.At = int(msg.Code - '1')
			return f.begin(env)
		}
		f.list.Key(msg, f.list.N)
	case tea.MouseWheelMsg:
		f.list.Wheel(msg)
	case tea.MouseClickMsg:
		for i, y := range f.layout(env).at {
			if msg.Y == y {
				f.list.At = i
				return f.begin(env)
			}
		}
	}
	return nil
}

// begin remembers that this question was answered, and the language in which, and goes where the learner chose.
func (f *FirstRun) begin(env screen.Env) tea.Cmd {
	s, lang := f.study, env.Lang
	remember := func() tea.Msg {
		err := s.Set(context.Background(), study.Language, string(lang))
		if err == nil {
			err = s.Set(context.Background(), study.Started, "yes")
		}
		return screen.Saved{Err: err}
	}
	then := choices()[f.list.At].request(f.study.Course())
	return tea.Batch(remember, env.Ask(screen.Replace{Then: then}))
}

func acts() []screen.Act[*FirstRun] {
	return []screen.Act[*FirstRun]{{
		Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "begin", ZH: "开始"}, Line: true},
		Do:      (*FirstRun).begin,
	}}
}

func digits() screen.Binding {
	return screen.Binding{
		Keys: []string{"1", "2", "3"}, Show: "1-3", Says: screen.Say{EN: "choose", ZH: "选择"}, Line: true,
	}
}

// Keys returns what can be pressed.
func (f *FirstRun) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding {
	return append(append(screen.Bindings(acts()), digits()), widget.ListKeys()[:2]...)
}

// layout is the text and the rows of the body on which the choices stand.
type layout struct {
	lines []string
	at    []int
}

func (f *FirstRun) layout(env screen.Env) layout {
	var l layout
	add := func(s string) { l.lines = append(l.lines, s) }
	w := min(env.W-8, 72)
	if !env.Short {
		add("")
	}
	for _, line := range render.WrapText(env.Say(screen.Say{
		EN: "Docker questions as they are asked in interviews: a short answer to say aloud, " +
			"then why it is so, then what people get wrong.",
		ZH: "面试里真会问到的 Docker 问题：先给一段能直接说出口的回答，再讲清原因，再讲常见的误解。",
	}), w) {
		add("   " + line)
	}
	add("")
	f.promise(env, w, add)
	add("")
	column := 4 + f.widest(env)
	for i, c := range choices() {
		l.at = append(l.at, len(l.lines)+1)
		chosen := i == f.list.At
		name := render.Pad(env.Say(c.says), column)
		add(" " + widget.Pointer(env.Theme, chosen) + env.Theme.Key.Paint(string(rune('1'+i))) + "  " +
			widget.Title(env.Theme, chosen, name) + env.Theme.Dim.Paint(env.Say(c.hint)))
		if !env.Short {
			add("")
		}
	}
	add("   " + env.Theme.Key.Paint("L") + "  " + render.Pad(wording.OtherName(env.Lang), column) +
		env.Theme.Dim.Paint(env.Say(screen.Say{EN: "所有课程都有中文", ZH: "every lesson is in English too"})))
	return l
}

// widest is the width of the longest choice.
func (f *FirstRun) widest(env screen.Env) int {
	w := render.Width(wording.OtherName(env.Lang))
	for _, c := range choices() {
		w = max(w, render.Width(env.Say(c.says)))
	}
	return w
}

// promise says that nothing is asked for and nothing is lost; or else why something will be.
func (f *FirstRun) promise(env screen.Env, w int, add func(string)) {
	says, look := screen.Say{
		EN: "No account, no network. Where you are is saved by itself.", ZH: "不要账号，不用联网。读到哪里会自动保存。",
	}, env.Theme.Dim
	if f.trouble != (screen.Say{}) {
		says, look = f.trouble, env.Theme.Warn
	}
	for _, line := range render.WrapText(env.Say(says), w) {
		add("   " + look.Paint(line))
	}
}

// View draws the screen.
func (f *FirstRun) View(env screen.Env) screen.View {
	pane := widget.Pane{
		Title: env.Theme.Heading.Paint(f.study.Course().Title.In(env.Lang)),
		Lines: f.layout(env).lines,
	}
	return screen.View{
		Title: "Welcome " + env.Theme.Dot + " 欢迎",
		Body:  widget.Frame(env.Theme, env.W, env.H, widget.Row{Panes: []widget.Pane{pane}}),
	}
}
