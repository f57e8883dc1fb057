package drill

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// editor is a line that is written below the card.
type editor struct {
	says  screen.Say
	input widget.Input
	done  func(*Drill, screen.Env, string) tea.Cmd
}

type (
	noted struct {
		to       *Drill
		question lessons.QuestionID
		text     string
		err      error
	}
	complained struct {
		to   *Drill
		path string
		err  error
	}
)

func lineActs() []act {
	return []act{
		bind(true, "", "keep it", "保存", (*Drill).closeLine, "enter"),
		bind(true, "", "leave it", "放弃", func(d *Drill, _ screen.Env) tea.Cmd { d.line = nil; return nil }, "esc"),
	}
}

func (d *Drill) closeLine(env screen.Env) tea.Cmd {
	line := d.line
	d.line = nil
	return line.done(d, env, line.input.Text())
}

// writeNote opens the note on this question. An empty one takes it away.
func (d *Drill) writeNote(screen.Env) tea.Cmd {
	d.line = &editor{says: screen.Say{EN: "Note", ZH: "笔记"}, done: (*Drill).keepNote}
	d.line.input.Set(d.note)
	return nil
}

func (d *Drill) keepNote(_ screen.Env, text string) tea.Cmd {
	s, q := d.study, d.question().ID
	return func() tea.Msg { return noted{d, q, text, s.SetNote(context.Background(), q, text)} }
}

func (d *Drill) haveNoted(env screen.Env, n noted) tea.Cmd {
	if n.to != d {
		return nil
	}
	if n.err == nil && d.question() != nil && d.question().ID == n.question {
		d.note = n.text
		d.scroll(env, len(d.text(env).lines)) // the note stands at the end
	}
	return env.Ask(screen.Saved{Err: n.err})
}

// writeComplaint asks what is wrong with the question.
func (d *Drill) writeComplaint(screen.Env) tea.Cmd {
	d.line = &editor{
		says: screen.Say{EN: "What is wrong with this question?", ZH: "这道题哪里不对？"}, done: (*Drill).complain,
	}
	return nil
}

func (d *Drill) complain(env screen.Env, text string) tea.Cmd {
	if text == "" {
		return nil
	}
	s, q, lang := d.study, d.question(), env.Lang
	var given *quiz.Review
	if d.phase == telling {
		given = &d.told.Review
	}
	return func() tea.Msg {
		path, err := s.Complain(q, lang, given, text)
		return complained{d, path, err}
	}
}

func (d *Drill) haveComplained(env screen.Env, c complained) tea.Cmd {
	if c.to != d {
		return nil
	}
	if c.err != nil {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "The report could not be written: " + c.err.Error(), ZH: "写不出报告：" + c.err.Error(),
		}})
	}
	return env.Ask(screen.Notice{Text: screen.Say{
		EN: fmt.Sprintf("Written to %s; nothing was sent.", c.path), ZH: fmt.Sprintf("已写入 %s，没有发送到任何地方。", c.path),
	}})
}
