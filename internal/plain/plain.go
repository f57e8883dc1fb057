// Package plain is the course as a conversation in lines: for screen readers, pipes, scripts and terminals that cannot
// draw. One numbered list at a time is printed, and an answer is a line.
//
// Laws: nothing that was printed is ever changed; no escape sequence, no frame, no picture without words; what changed
// is said in a line that begins with "done:", "now:" or "not saved:"; an empty line does the obvious next thing; the
// end of the input ends the conversation, and nothing is lost by it.
package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// Options say with whom the conversation is and how it looks.
type Options struct {
	Study  *study.Study
	In     io.Reader
	Out    io.Writer
	Lang   lessons.Lang
	Width  int            // columns of text; 0 means 76
	Frames *render.Frames // nil means ASCII
	Home   string         // the learner's home folder, shown as ~
	Now    func() time.Time
}

// errQuit ends the conversation from anywhere.
var errQuit = errors.New("quit")

// maxLine is the longest line that is read; the rest of a longer one is dropped.
const maxLine = 4096

// Run holds the conversation until the learner quits, the input ends or the context does. What it returns is why it
// could not go on, nil when it was ended as usual.
func Run(ctx context.Context, o Options) error {
	t := newTalk(ctx, o)
	return t.end(t.home())
}

// Sit holds one session of questions and ends. A finished session is no error; an empty one is
// study.ErrNothingToAsk.
func Sit(ctx context.Context, o Options, x *study.Sitting) error {
	t := newTalk(ctx, o)
	t.condition()
	return t.end(t.sitting(x))
}

func newTalk(ctx context.Context, o Options) *talk {
	if o.Width <= 0 {
		o.Width = 76
	}
	if o.Frames == nil {
		o.Frames = render.ASCIIFrames()
	}
	return &talk{Options: o, ctx: ctx, in: bufio.NewReader(o.In)}
}

// end says good-bye. Why a conversation ended is no error, unless nobody could hear it.
func (t *talk) end(err error) error {
	if err == nil || errors.Is(err, errQuit) || errors.Is(err, errBack) || errors.Is(err, io.EOF) {
		t.farewell()
		return t.failed
	}
	return err
}

// talk is a conversation as it goes.
type talk struct {
	Options
	ctx    context.Context
	in     *bufio.Reader
	failed error // writing failed: nobody listens any more
}

// say prints a sentence in the learner's language, in lines of the width.
func (t *talk) say(en, zh string, values ...any) { t.wrapped(t.sentence(en, zh, values...)) }

func (t *talk) sentence(en, zh string, values ...any) string {
	text := wording.Say(t.Lang, en, zh)
	if len(values) > 0 {
		text = fmt.Sprintf(text, values...)
	}
	return text
}

func (t *talk) print(lines ...string) {
	for _, l := range lines {
		if t.failed == nil {
			_, t.failed = fmt.Fprintln(t.Out, l)
		}
	}
}

// wrapped prints a text in lines of the width.
func (t *talk) wrapped(text string) { t.print(render.WrapText(text, t.Width)...) }

// choice prints a line of a numbered list.
func (t *talk) choice(n int, text string) {
	t.behind(fmt.Sprintf("%2d  ", n), text)
}

// behind prints a text behind a mark, its other lines below the first.
func (t *talk) behind(mark, text string) {
	for _, l := range render.WrapText(text, t.Width-len(mark)) {
		t.print(mark + l)
		mark = strings.Repeat(" ", len(mark))
	}
}

// ask reads the next answer. What works everywhere is done here: q, L, ?, / and the end of the input.
func (t *talk) ask(hint string) (string, error) { return t.ask2(hint, false) }

// ask2 is ask for free text too: then what works everywhere needs a colon before it.
func (t *talk) ask2(hint string, text bool) (string, error) {
	for {
		line, err := t.prompt(hint)
		if err != nil {
			return "", err
		}
		command := line
		if text {
			rest, ok := strings.CutPrefix(line, ":")
			if !ok {
				return line, nil
			}
			command = rest
		}
		switch {
		case command == "q":
			return "", errQuit
		case command == "?":
			t.help()
		case strings.HasPrefix(command, "/"):
			if err := t.search(strings.TrimPrefix(command, "/")); err != nil && !errors.Is(err, errBack) {
				return "", err
			}
			return again, nil
		case command == "L":
			t.switchLanguage()
			return again, nil
		default:
			return line, nil
		}
	}
}

// prompt prints a hint and reads a line, unless nobody listens any more.
func (t *talk) prompt(hint string) (string, error) {
	if t.failed != nil || t.ctx.Err() != nil {
		return "", errQuit
	}
	if hint != "" {
		t.wrapped(hint)
	}
	_, t.failed = io.WriteString(t.Out, "> ")
	return t.line()
}

// again is what ask returns when the list must be shown once more. No typed line begins with it.
const again = "\x00again"

// line reads a line without its end. A last line without an end counts.
func (t *talk) line() (string, error) {
	text, err := t.in.ReadString('\n')
	if len(text) > maxLine {
		text = text[:maxLine]
	}
	if err != nil && text == "" {
		t.print("")
		return "", err
	}
	return strings.TrimSpace(render.Clean(strings.TrimRight(text, "\r\n"))), nil
}

// number reads an answer as a place in a list of n, counted from 1.
func number(answer string, n int) (int, bool) {
	i, err := strconv.Atoi(answer)
	return i - 1, err == nil && i >= 1 && i <= n
}

// unknown says that an answer means nothing here.
func (t *talk) unknown(answer string, n int) {
	t.say(`"%s" is none of the answers here. Type a number from 1 to %d, or ? for help.`,
		"这里没有“%s”这个选项。请输入 1 到 %d 的数字，输入 ? 看帮助。", answer, n)
}

func (t *talk) help() {
	t.say("A number chooses. An empty line takes what is named after Enter. b goes back, q quits.",
		"输入数字即可选择；直接回车执行提示里的那一项；b 返回，q 退出。")
	t.say("/WORDS searches lessons, questions and terms. L switches to 中文. ? shows this.",
		"/关键词 搜索课文、题目和术语；L 切换到 English；? 显示本帮助。")
	t.say("In a lesson: p goes to the screen before, k sets or removes a bookmark, c lists the contents.",
		"读课文时：p 上一屏，k 添加或取消书签，c 列出目录。")
	t.say("Where you are is saved each time a screen is shown.", "每显示一屏，位置就已保存。")
}

func (t *talk) switchLanguage() {
	other := lessons.EN
	if t.Lang == lessons.EN {
		other = lessons.ZH
	}
	t.Lang = other
	t.say("now: English", "现在：中文")
	t.saved(t.Study.Set(t.ctx, study.Language, string(other)))
}

// saved says when something was not.
func (t *talk) saved(err error) {
	if err != nil {
		t.say("not saved: %s", "未保存：%s", wording.Why(err, t.Lang))
	}
}

func (t *talk) farewell() {
	k := t.Study.Kept()
	if !k.Saves() {
		t.say("Nothing was saved. Run dockerlearn to go on.", "本次没有保存。再次运行 dockerlearn 即可继续。")
		return
	}
	t.print(t.sentence("Saved in %s. Run dockerlearn to go on.", "已保存到 %s。再次运行 dockerlearn 即可继续。",
		wording.Home(k.Path, t.Home))) // in one line: a path is there to be copied
}
