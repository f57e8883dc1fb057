package reader

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

type act = screen.Act[*Reader]

// acts returns what keys do now: in a popup, in the list of questions, in the text.
func (r *Reader) acts() []act {
	switch r.popup {
	case termsPopup:
		return []act{closing("enter", "esc", "t")}
	case sectionsPopup:
		return []act{choosing(), closing("esc", "o")}
	}
	acts := pageActs()
	for i := range acts {
		acts[i].Line = acts[i].Line && r.useful(acts[i])
	}
	switch {
	case r.at == r.n:
		acts[0].Binding = screen.Binding{
			Keys: []string{"right", "l"}, Show: "{right}", Says: screen.Say{EN: "next lesson", ZH: "下一课"}, Line: true,
		}
		return append([]act{asking()}, append(acts[:turning:turning], acts[pages:]...)...)
	case r.block > 0:
		return append(acts, act{
			Binding: screen.Binding{Keys: []string{"esc"}, Says: screen.Say{EN: "leave the code block", ZH: "离开代码块"}},
			Do:      func(r *Reader, _ screen.Env) tea.Cmd { r.block = 0; return nil },
		})
	}
	return acts
}

// useful reports whether a key does something on this screen: those for code blocks need one.
func (r *Reader) useful(a act) bool {
	switch {
	case a.Has("tab"), a.Has("y"):
		return len(r.blocks()) > 0
	case a.Has("d"):
		return len(r.lesson.Labs) > 0
	case a.Has("r"):
		return slices.ContainsFunc(r.blocks(), func(b render.Block) bool { return b.Commands != "" })
	}
	return true
}

// How many of pageActs turn pages, and from where on they hold on the list of questions too.
const (
	turning = 2
	pages   = 9
)

func pageActs() []act {
	line := func(keys []string, show, en, zh string, do func(*Reader, screen.Env) tea.Cmd) act {
		return act{Binding: screen.Binding{Keys: keys, Show: show, Says: screen.Say{EN: en, ZH: zh}, Line: true}, Do: do}
	}
	key := func(keys []string, show, en, zh string, do func(*Reader, screen.Env) tea.Cmd) act {
		return act{Binding: screen.Binding{Keys: keys, Show: show, Says: screen.Say{EN: en, ZH: zh}}, Do: do}
	}
	return []act{
		line([]string{"right", "l", "enter"}, "{right}", "next screen", "下一屏", (*Reader).next),
		line([]string{"left", "h"}, "{left}", "back", "上一屏", (*Reader).previous),
		line([]string{"tab"}, "tab", "code block", "代码块", (*Reader).nextBlock),
		line([]string{"r"}, "r", "run it", "运行", (*Reader).try),
		line([]string{"y"}, "y", "copy", "复制", (*Reader).copy),
		line([]string{"t"}, "t", "terms", "术语", (*Reader).openTerms),
		key([]string{"shift+tab"}, "", "code block before", "上一个代码块", (*Reader).previousBlock),
		key([]string{"down", "j"}, "{down} j", "a line down", "下移一行", (*Reader).lineDown),
		key([]string{"up", "k"}, "{up} k", "a line up", "上移一行", (*Reader).lineUp),
		line([]string{"b"}, "b", "bookmark", "书签", (*Reader).mark),
		line([]string{"o"}, "o", "sections", "目录", (*Reader).openSections),
		line([]string{"d"}, "d", "do its lab", "做实验", (*Reader).do),
		key([]string{"space", "pgdown"}, "space pgdown", "a page on", "向下一页", (*Reader).pageDown),
		key([]string{"pgup"}, "", "a page back", "向上一页", (*Reader).pageUp),
		key([]string{"g", "home"}, "g home", "first screen", "第一屏", (*Reader).first),
		key([]string{"G", "end"}, "G end", "the questions at the end", "末尾的题目", (*Reader).last),
		key([]string{"s"}, "s", "one language or both (100 columns)", "单语或双语并排（100 列起）", (*Reader).sides),
	}
}

// asking is what Enter does on the list of questions.
func asking() act {
	return act{
		Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "answer them", ZH: "答题"}, Line: true},
		Do:      (*Reader).ask,
	}
}

// do opens the lesson's lab.
func (r *Reader) do(env screen.Env) tea.Cmd {
	if len(r.lesson.Labs) == 0 {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "This lesson has no lab. All labs: e on the home screen.", ZH: "这一课没有实验。全部实验：在主页按 e。",
		}})
	}
	return env.Ask(screen.OpenLab{Lesson: r.lesson.ID})
}

func choosing() act {
	return act{
		Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "read", ZH: "阅读"}, Line: true},
		Do:      (*Reader).choose,
	}
}

func closing(keys ...string) act {
	return act{
		Binding: screen.Binding{Keys: keys, Says: screen.Say{EN: "close", ZH: "关闭"}, Line: true},
		Do:      (*Reader).closePopup,
	}
}

// Keys returns what can be pressed now.
func (r *Reader) Keys(screen.Env) []screen.Binding {
	keys := screen.Bindings(r.acts())
	if r.popup != none || r.at == r.n {
		keys = append(keys, widget.ListKeys()...)
	}
	return keys
}

// Keys returns the keys of the text.
func Keys() []screen.Binding { return screen.Bindings(pageActs()) }
