// Package palette runs any command by its name: what the keys of the screen below do, and every topic and lesson.
// Letters match in order but not side by side, in both languages, and Chinese names also by their pinyin initials.
package palette

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// Command is something that can be run.
type Command struct {
	Says    screen.Say
	Kind    string  // what it leads to, or the key that does the same
	Request tea.Msg // what it asks for
}

// Palette is the popup.
type Palette struct {
	all      []Command
	initials []string // of their Chinese names
	input    widget.Input
	list     widget.List
	found    []int // into all, best first
}

// New returns the popup with commands in the order in which they are offered.
func New(all []Command) *Palette {
	p := &Palette{all: all, initials: make([]string, len(all))}
	for i, c := range all {
		p.initials[i] = study.Initials(c.Says.ZH)
	}
	p.match()
	return p
}

// Init has nothing to do.
func (p *Palette) Init(screen.Env) tea.Cmd { return nil }

// Typing is true: letters choose a command.
func (p *Palette) Typing() bool { return true }

// Update takes a message in.
func (p *Palette) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		p.input.Insert(msg.Content)
		p.match()
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), p, env, msg); ok {
			return cmd
		}
		if p.input.Key(msg) {
			p.match()
		}
	case tea.MouseWheelMsg:
		p.list.Wheel(msg)
	case tea.MouseClickMsg:
		if p.list.Click(msg.Y - listTop) {
			return p.run(env)
		}
	}
	return nil
}

func (p *Palette) run(env screen.Env) tea.Cmd {
	if p.list.At >= len(p.found) {
		return nil
	}
	return env.Ask(screen.Replace{Then: p.all[p.found[p.list.At]].Request})
}

// match finds the commands for what was typed.
func (p *Palette) match() {
	want := strings.ToLower(strings.ReplaceAll(p.input.Text(), " ", ""))
	scores := map[int]int{}
	p.found = p.found[:0]
	for i, c := range p.all {
		if s := max(score(c.Says.EN, want), score(c.Says.ZH, want), score(p.initials[i], want)); s > 0 {
			scores[i] = s
			p.found = append(p.found, i)
		}
	}
	slices.SortStableFunc(p.found, func(a, b int) int { return scores[b] - scores[a] })
	p.list = widget.List{N: len(p.found)}
}

// score says how well letters match a name, 0 for not at all: all of it is best, then a beginning, then letters side by
// side or at the beginning of words, then letters somewhere in order.
func score(name, want string) int {
	name = strings.ToLower(name)
	switch {
	case want == "":
		return 1
	case name == want:
		return 1000
	case strings.HasPrefix(name, want):
		return 500
	}
	total, at, last := 0, 0, -2
	for _, r := range want {
		i := strings.IndexRune(name[at:], r)
		if i < 0 {
			return 0
		}
		i += at
		total++
		if i == last || i == 0 || name[i-1] == ' ' {
			total += 4
		}
		at = i + len(string(r))
		last = at
	}
	return total
}

func acts() []screen.Act[*Palette] {
	run := screen.Act[*Palette]{
		Binding: screen.Binding{Keys: []string{"enter"}, Says: screen.Say{EN: "run", ZH: "执行"}, Line: true},
		Do:      (*Palette).run,
	}
	list := func(p *Palette) *widget.List { return &p.list }
	return append([]screen.Act[*Palette]{run}, widget.MoveActs(list, (*Palette).room)...)
}

// Keys returns what can be pressed.
func (p *Palette) Keys(screen.Env) []screen.Binding { return screen.Bindings(acts()) }

// listTop is the row of the box on which the first command stands.
const listTop = 3

// height is how many lines the box has.
func height(env screen.Env) int { return min(env.H-4, 18) }

// room is how many commands are visible.
func (p *Palette) room(env screen.Env) int { return height(env) - listTop - 1 }

// View draws the popup.
func (p *Palette) View(env screen.Env) screen.View {
	w := min(env.W-8, 72)
	line, x := p.input.View(w - 7)
	from, to := p.list.Window(p.room(env))
	var lines []string
	for i := from; i < to; i++ {
		c, chosen := p.all[p.found[i]], i == p.list.At
		name := env.Say(c.Says)
		lines = append(lines, widget.Spread(env.Theme, " "+widget.Pointer(env.Theme, chosen)+
			widget.Title(env.Theme, chosen, name), env.Theme.Dim.Paint(c.Kind)+"  ", w-2))
	}
	if len(p.found) == 0 {
		lines = append(lines, "   "+env.Theme.Dim.Paint(env.Say(screen.Say{
			EN: "no such command; / searches the texts", ZH: "没有这样的命令；正文请用 / 搜索",
		})))
	}
	return screen.View{
		Popup:  true,
		Title:  env.Say(screen.Say{EN: "Commands", ZH: "命令"}),
		Cursor: &screen.Cursor{X: 5 + x, Y: 1},
		Body: widget.Frame(env.Theme, w, height(env),
			widget.Row{Height: 1, Panes: []widget.Pane{{
				Title: env.Theme.Heading.Paint(env.Say(screen.Say{EN: "Commands", ZH: "命令"})),
				Lines: []string{"  " + env.Theme.Key.Paint(":") + " " + line},
			}}},
			widget.Row{Panes: []widget.Pane{{Lines: lines}}}),
	}
}
