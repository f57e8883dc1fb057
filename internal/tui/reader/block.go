package reader

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
)

// blocks returns the code blocks of the page on display, that of the first language.
func (r *Reader) blocks() []render.Block {
	if len(r.shown) == 0 {
		return nil
	}
	return r.pages[r.shown[0]].Blocks
}

func (r *Reader) nextBlock(env screen.Env) tea.Cmd     { return r.moveBlock(env, 1) }
func (r *Reader) previousBlock(env screen.Env) tea.Cmd { return r.moveBlock(env, -1) }

// moveBlock chooses another code block; after the last comes none, then the first again.
func (r *Reader) moveBlock(env screen.Env, by int) tea.Cmd {
	blocks := r.blocks()
	if len(blocks) == 0 {
		return env.Ask(screen.Notice{Text: screen.Say{EN: "No code block on this screen.", ZH: "这一屏没有代码块。"}})
	}
	n := len(blocks) + 1
	r.block = (r.block + by + n) % n
	if r.block > 0 {
		r.reveal(env, blocks[r.block-1])
	}
	return nil
}

// reveal scrolls until a block is visible, its beginning before its end.
func (r *Reader) reveal(env screen.Env, b render.Block) {
	rows := r.geometry(env).rows
	r.top = max(r.top, b.Last-rows+1)
	r.top = min(r.top, b.First)
	r.scroll(env, 0)
}

// try runs the chosen console block, or the first one.
func (r *Reader) try(env screen.Env) tea.Cmd {
	for i, b := range r.blocks() {
		if b.Commands != "" && (r.block == 0 || r.block == i+1) {
			return env.Ask(screen.Try{Lines: strings.Split(strings.TrimSuffix(b.Commands, "\n"), "\n")})
		}
	}
	return env.Ask(screen.Notice{Text: screen.Say{
		EN: "No commands to run here: r runs console blocks.", ZH: "这里没有可运行的命令：r 只运行命令行代码块。",
	}})
}

// copy hands the chosen code block to the terminal's clipboard, or the only one there is. Of a console session only
// what was typed is copied.
func (r *Reader) copy(env screen.Env) tea.Cmd {
	blocks := r.blocks()
	switch {
	case len(blocks) == 0:
		return r.moveBlock(env, 0)
	case r.block == 0 && len(blocks) > 1:
		return tea.Batch(r.moveBlock(env, 1), env.Ask(screen.Notice{Text: screen.Say{
			EN: "Several code blocks here: tab chooses, y copies.", ZH: "这一屏有多个代码块：tab 选择，y 复制。",
		}}))
	}
	text := copied(blocks[max(r.block, 1)-1])
	lines := strings.Count(text, "\n") + 1
	return tea.Batch(tea.SetClipboard(text), env.Ask(screen.Notice{Text: screen.Say{
		EN: fmt.Sprintf("Sent %d lines to the terminal's clipboard; some terminals ignore that (OSC 52).", lines),
		ZH: fmt.Sprintf("已把 %d 行交给终端的剪贴板；有的终端不接受（OSC 52）。", lines),
	}}))
}

func copied(b render.Block) string {
	if b.Commands != "" {
		return strings.TrimSuffix(b.Commands, "\n")
	}
	return strings.TrimSuffix(b.Text, "\n")
}
