package bench

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// sheet is what lies over the bench until it is read.
type sheet int

const (
	none sheet = iota
	taskSheet
	hintSheet
	askSheet
	whySheet
	timelineSheet
	compareSheet
	pictureSheet
	debriefSheet
)

func (s *Screen) open(which sheet) {
	s.sheet, s.bar, s.sure, s.top = which, false, false, 0
	switch which {
	case timelineSheet:
		s.timeline.Set(len(s.state.steps) + 1)
		s.timeline.At = len(s.state.steps)
	case askSheet:
		all := s.askable()
		s.asking.Set(len(all))
		s.asking.At = firstUnmet(all)
	}
}

// list is what the open sheet has to choose from, or nil.
func (s *Screen) list() *widget.List {
	switch s.sheet {
	case timelineSheet:
		return &s.timeline
	case askSheet:
		return &s.asking
	}
	return nil
}

// common are the keys on every sheet. Where Enter does nothing else it closes the sheet.
func (which sheet) common() []screen.Act[*Screen] {
	show := "{enter}"
	if which == timelineSheet || which == askSheet {
		show = "esc"
	}
	closing := func(s *Screen, _ screen.Env) tea.Cmd { s.sheet = none; return nil }
	move := func(by int) func(*Screen, screen.Env) tea.Cmd {
		return func(s *Screen, _ screen.Env) tea.Cmd { s.move(by); return nil }
	}
	return []screen.Act[*Screen]{
		{
			Binding: screen.Binding{
				Keys: []string{"esc", "enter", "space", "q", "ctrl+o"}, Show: show,
				Says: screen.Say{EN: "back to the terminal", ZH: "回到终端"}, Line: true,
			},
			Do: closing,
		},
		{
			Binding: screen.Binding{
				Keys: []string{"up", "k", "pgup"}, Show: "{up}", Says: screen.Say{EN: "up", ZH: "上移"}, Line: true,
			},
			Do: move(-1),
		},
		{
			Binding: screen.Binding{
				Keys: []string{"down", "j", "pgdown"}, Show: "{down}", Says: screen.Say{EN: "down", ZH: "下移"}, Line: true,
			},
			Do: move(1),
		},
		{
			Binding: screen.Binding{Keys: []string{"h"}, Says: screen.Say{EN: "next hint", ZH: "下一条提示"}},
			Do: func(s *Screen, env screen.Env) tea.Cmd {
				if s.sheet == hintSheet {
					return s.hint(env)
				}
				return nil
			},
		},
	}
}

// sheetActs are the keys on the open sheet.
func (s *Screen) sheetActs() []screen.Act[*Screen] {
	if s.sheet == debriefSheet && s.Question != nil {
		return append(solvedActs(), s.sheet.common()...)
	}
	return append(s.sheet.acts(), s.sheet.common()...)
}

// acts are the keys of one sheet alone.
func (which sheet) acts() []screen.Act[*Screen] {
	do := func(key, en, zh string, do func(*Screen, screen.Env) tea.Cmd) screen.Act[*Screen] {
		return screen.Act[*Screen]{Binding: screen.Binding{Keys: []string{key}, Says: screen.Say{EN: en, ZH: zh}, Line: true}, Do: do}
	}
	switch which {
	case timelineSheet:
		return []screen.Act[*Screen]{
			do("enter", "go back to before it", "回到它之前", (*Screen).travel),
			do("f", "fork there, keep both", "从这里分叉，两边都留", (*Screen).fork),
			do("c", "compare with now", "与现在对比", (*Screen).compare),
			do("b", "the other branch beside this one", "与另一条分支对比", (*Screen).compareBranch),
		}
	case askSheet:
		return []screen.Act[*Screen]{do("enter", "why?", "为什么", (*Screen).askWhy)}
	case whySheet:
		return []screen.Act[*Screen]{do("w", "ask something else", "再问别的", opening(askSheet))}
	case debriefSheet:
		return []screen.Act[*Screen]{do("n", "next lab", "下一个实验", (*Screen).nextLab)}
	}
	return nil
}

// travel goes to the moment before the chosen step.
func (s *Screen) travel(screen.Env) tea.Cmd {
	s.sheet = none
	to := s.timeline.At
	if to == len(s.state.steps) { // now
		return nil
	}
	return s.ask(deed{to: &to})
}

// fork goes there, and keeps what was done since as another branch.
func (s *Screen) fork(env screen.Env) tea.Cmd {
	to := s.timeline.At
	if to == len(s.state.steps) {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "Choose a command: the fork goes on from before it.", ZH: "先选一条命令：分支从它之前开始。",
		}})
	}
	s.sheet = none
	return tea.Batch(s.ask(deed{fork: &to}), env.Ask(screen.Notice{Text: screen.Say{
		EN: "Forked. ctrl+o b goes to the other branch and back.", ZH: "已分叉。ctrl+o b 在两条分支之间切换。",
	}}))
}

func (s *Screen) compare(screen.Env) tea.Cmd {
	step := s.timeline.At
	s.compared = step
	return s.ask(deed{glance: &step})
}

func (s *Screen) compareBranch(env screen.Env) tea.Cmd {
	if !s.state.forked {
		return s.swap(env) // which says that there is none
	}
	other := -1
	s.compared = other
	return s.ask(deed{glance: &other})
}

// nextLab closes this lab and opens the next.
func (s *Screen) nextLab(env screen.Env) tea.Cmd {
	if s.Next == nil {
		return s.leave(env)
	}
	s.ended = true
	cmd := env.Ask(screen.Replace{Then: screen.OpenLab{Lab: s.Next.ID}})
	if s.busy {
		return cmd
	}
	return tea.Batch(cmd, s.close())
}

func (s *Screen) sheetKey(env screen.Env, k tea.KeyPressMsg) tea.Cmd {
	if cmd, ok := screen.Run(s.sheetActs(), s, env, k); ok {
		return cmd
	}
	return nil
}

func (s *Screen) move(by int) {
	if l := s.list(); l != nil {
		l.Move(by)
		return
	}
	s.top = max(s.top+by, 0)
}

// lay lays the open sheet over the body.
func (s *Screen) lay(env screen.Env, body []string) []string {
	w, h := min(env.W-6, 76), env.H-4
	title, lines := s.sheetText(env, w-4)
	full := s.sheet == pictureSheet || s.sheet == compareSheet
	switch s.sheet {
	case pictureSheet:
		w, h = env.W, env.H
		lines = s.picture(env, w-4, h-2)
	case compareSheet:
		return s.comparison(env)
	}
	room := min(len(lines), h-2)
	s.top = max(min(s.top, len(lines)-room), 0)
	if l := s.list(); l != nil {
		from, to := l.Window(room)
		lines = lines[from:to]
	} else {
		lines = lines[s.top : s.top+room]
	}
	if !full {
		h = room + 2
	}
	box := widget.Frame(env.Theme, w, h, widget.Row{Panes: []widget.Pane{{
		Title: env.Theme.Heading.Paint(title), Right: env.Theme.Dim.Paint("esc"), Lines: widget.Indent(1, lines),
	}}})
	x, y := widget.Centre(w, h, env.W, env.H)
	return widget.Over(widget.Behind(env.Theme, body), box, x, y)
}

// sheetText is what the open sheet says.
func (s *Screen) sheetText(env screen.Env, w int) (title string, lines []string) {
	say := func(en, zh string) string { return env.Say(screen.Say{EN: en, ZH: zh}) }
	switch s.sheet {
	case taskSheet:
		return s.Task.Title.In(env.Lang), append(append(s.prose(env, "story", s.words(env).Story, w), ""), s.conditions(env, w)...)
	case hintSheet:
		return s.hintText(env, w)
	case askSheet:
		return say("Why? Choose a condition or a line", "为什么？选一个条件或一行输出"), s.askLines(env, w)
	case whySheet:
		return say("Why", "为什么"), s.whyText(env, w)
	case timelineSheet:
		return say("Timeline: enter goes back to before a command", "时间线：回车回到某条命令之前"), s.steps(env, w)
	case debriefSheet:
		if s.Question != nil {
			return s.solvedText(env)
		}
		title := env.Theme.Frames.Right + " " + fmt.Sprintf(say("Solved. Commands: %d, hints: %d", "完成：%d 条命令，%d 条提示"),
			len(s.state.steps), s.hints)
		return title, s.prose(env, "debrief", s.words(env).Debrief, w)
	case pictureSheet:
		return say("Live", "现状"), nil
	}
	return "", nil
}

func (s *Screen) hintText(env screen.Env, w int) (title string, lines []string) {
	all := s.words(env).Hints
	title = fmt.Sprintf(env.Say(screen.Say{EN: "Hint %d of %d", ZH: "提示 %d/%d"}), s.hints, len(all))
	for i, h := range all[:min(s.hints, len(all))] {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, s.prose(env, fmt.Sprint("hint", i), h, w)...)
	}
	if s.hints < len(all) {
		lines = append(lines, "", env.Theme.Dim.Paint(env.Say(screen.Say{EN: "h shows one more", ZH: "按 h 再看一条"})))
	}
	return title, lines
}

// steps are the lines of the timeline, and now.
func (s *Screen) steps(env screen.Env, w int) []string {
	var lines []string
	for i, st := range s.state.steps {
		mark := env.Theme.Style.Right.Paint(env.Theme.Frames.Right)
		if st.Exit != 0 {
			mark = env.Theme.Style.Wrong.Paint(env.Theme.Frames.Wrong + fmt.Sprintf(" %d", st.Exit))
		}
		left := widget.Pointer(env.Theme, i == s.timeline.At) + widget.Title(env.Theme, i == s.timeline.At, render.Clean(st.Line))
		lines = append(lines, widget.Spread(env.Theme, left, mark+"  "+env.Theme.Dim.Paint(clock(st.At)), w))
	}
	now := len(s.state.steps)
	return append(lines, widget.Pointer(env.Theme, now == s.timeline.At)+env.Say(screen.Say{EN: "now", ZH: "现在"}))
}

// prose draws a text of the lab's author.
func (s *Screen) prose(env screen.Env, part string, f mdoc.Fragment, w int) []string {
	return s.Cache.Render("lab/"+string(s.Task.ID)+"/"+part+"/"+string(env.Lang), f, render.Options{
		Width: w, Style: env.Theme.Style, Frames: env.Theme.Frames, Links: env.Links, Lang: string(env.Lang),
	}).Lines
}
