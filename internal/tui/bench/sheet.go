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
	whySheet
	timelineSheet
	pictureSheet
	debriefSheet
)

func (s *Screen) open(which sheet) {
	s.sheet, s.bar, s.sure, s.top = which, false, false, 0
	s.timeline.Set(len(s.state.steps) + 1)
	s.timeline.At = len(s.state.steps)
}

// sheetActs are the keys on every sheet.
func sheetActs() []screen.Act[*Screen] {
	closing := func(s *Screen, _ screen.Env) tea.Cmd { s.sheet = none; return nil }
	move := func(by int) func(*Screen, screen.Env) tea.Cmd {
		return func(s *Screen, _ screen.Env) tea.Cmd { s.move(by); return nil }
	}
	return []screen.Act[*Screen]{
		{
			Binding: screen.Binding{
				Keys: []string{"esc", "enter", "space", "q", "ctrl+o"},
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

func timelineActs() []screen.Act[*Screen] {
	return []screen.Act[*Screen]{{
		Binding: screen.Binding{
			Keys: []string{"enter"}, Says: screen.Say{EN: "go back to before it", ZH: "回到它之前"}, Line: true,
		},
		Do: func(s *Screen, _ screen.Env) tea.Cmd {
			s.sheet = none
			to := s.timeline.At
			if to == len(s.state.steps) { // now
				return nil
			}
			return s.ask(deed{to: &to})
		},
	}}
}

func (s *Screen) sheetKey(env screen.Env, k tea.KeyPressMsg) tea.Cmd {
	if s.sheet == timelineSheet {
		if cmd, ok := screen.Run(timelineActs(), s, env, k); ok {
			return cmd
		}
	}
	cmd, _ := screen.Run(sheetActs(), s, env, k)
	return cmd
}

func (s *Screen) move(by int) {
	if s.sheet == timelineSheet {
		s.timeline.Move(by)
		return
	}
	s.top = max(s.top+by, 0)
}

// lay lays the open sheet over the body.
func (s *Screen) lay(env screen.Env, body []string) []string {
	w, h := min(env.W-6, 76), env.H-4
	title, lines := s.sheetText(env, w-4)
	if s.sheet == pictureSheet {
		w, h = env.W, env.H
		lines = s.picture(env, w-4, h-2)
	}
	room := min(len(lines), h-2)
	s.top = max(min(s.top, len(lines)-room), 0)
	if s.sheet == timelineSheet {
		from, to := s.timeline.Window(room)
		lines = lines[from:to]
	} else {
		lines = lines[s.top : s.top+room]
	}
	if s.sheet != pictureSheet {
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
		return text(s.Task.Title, env), append(s.prose(env, "story", s.Task.Story[env.Lang], w), s.conditions(env, w)...)
	case hintSheet:
		return s.hintText(env, w)
	case whySheet:
		return say("Why", "为什么"), s.whyText(env, w)
	case timelineSheet:
		return say("Timeline: enter goes back to before a command", "时间线：回车回到某条命令之前"), s.steps(env, w)
	case debriefSheet:
		title := env.Theme.Frames.Right + " " + fmt.Sprintf(say("Solved. Commands: %d, hints: %d", "完成：%d 条命令，%d 条提示"),
			len(s.state.steps), s.hints)
		return title, s.prose(env, "debrief", s.Task.Debrief[env.Lang], w)
	case pictureSheet:
		return say("Live", "现状"), nil
	}
	return "", nil
}

func (s *Screen) hintText(env screen.Env, w int) (title string, lines []string) {
	all := s.Task.Hints[env.Lang]
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

func (s *Screen) whyText(env screen.Env, w int) []string {
	var lines []string
	for i, l := range s.why {
		mark := "  "
		if i > 0 {
			mark = env.Theme.Accent.Paint(env.Theme.Arrow) + " "
			lines = append(lines, env.Theme.Dim.Paint(env.Say(screen.Say{EN: "because", ZH: "因为"})))
		}
		for k, t := range render.WrapText(render.Clean(text(l.Says, env)), w-2) {
			if k > 0 {
				mark = "  "
			}
			lines = append(lines, mark+t)
		}
	}
	if len(lines) == 0 {
		lines = []string{env.Say(screen.Say{EN: "Nothing is known about that.", ZH: "没有可说的原因。"})}
	}
	return lines
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
	return s.Cache.Render("lab/"+s.Task.ID+"/"+part+"/"+string(env.Lang), f, render.Options{
		Width: w, Style: env.Theme.Style, Frames: env.Theme.Frames, Links: env.Links, Lang: string(env.Lang),
	}).Lines
}
