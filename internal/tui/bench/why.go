package bench

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/labs"
)

// askable is something that can be asked why.
type askable struct {
	question
	finding *labs.Finding // nil: a line of the terminal
}

// askable is what stands on the screen and has a cause: the conditions, and the lines that the terminal shows below
// each command.
func (s *Screen) askable() []askable {
	var all []askable
	for i := range s.state.findings {
		all = append(all, askable{question{check: i}, &s.state.findings[i]})
	}
	return append(all, s.printed()...)
}

// printed is the lines that the terminal shows, with the step that printed each. A command's own line stands at the
// end of a prompt: from the last one up, each of them is a step. It is asked why that ended as it did.
func (s *Screen) printed() []askable {
	lines := strings.Split(strings.TrimRight(s.terminal.text(), "\n"), "\n")
	step := len(s.state.steps) - 1
	var all []askable
	for y := len(lines) - 1; y >= 0 && step >= 0; y-- {
		line := strings.TrimSpace(ansi.Strip(lines[y]))
		first, _, _ := strings.Cut(s.state.steps[step].Line, "\n")
		own := len(line) > len(first) && strings.HasSuffix(line, " "+strings.TrimSpace(first))
		if line != "" && (own || !prompt(line)) {
			all = append([]askable{{question: question{check: -1, step: step, line: line}}}, all...)
		}
		if own {
			step--
		}
	}
	return all
}

// prompt reports whether a line is a prompt at which nothing was typed yet.
func prompt(line string) bool { return strings.HasSuffix(line, "#") || strings.HasSuffix(line, "$") }

// firstUnmet is where the cursor stands first.
func firstUnmet(all []askable) int {
	last := 0
	for i, a := range all {
		switch {
		case a.finding == nil:
		case a.finding.State == labs.Unmet:
			return i
		default:
			last = i
		}
	}
	return last
}

// askWhy asks for the causes of what the cursor is on.
func (s *Screen) askWhy(screen.Env) tea.Cmd {
	all := s.askable()
	if s.asking.At >= len(all) {
		return nil
	}
	q := all[s.asking.At].question
	return s.ask(deed{why: &q})
}

func (s *Screen) askLines(env screen.Env, w int) []string {
	all := s.askable()
	if len(all) == 0 {
		return []string{env.Say(screen.Say{EN: "Nothing was done yet.", ZH: "还没有做过什么。"})}
	}
	lines := make([]string, len(all))
	for i, a := range all {
		chosen := i == s.asking.At
		mark, says := env.Theme.Dim.Paint(env.Theme.Dot), a.line
		if a.finding != nil {
			mark, _ = sign(env, a.finding.State)
			says = text(a.finding.Says, env)
		}
		room := max(w-6, 1)
		says = render.Truncate(render.Clean(says), room, env.Theme.Ellipsis)
		lines[i] = widget.Pointer(env.Theme, chosen) + mark + " " + widget.Title(env.Theme, chosen, says)
	}
	return lines
}

// whyText is the chain of causes.
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
		lines = append(lines, s.behind(env, l, w)...)
	}
	if len(lines) == 0 {
		lines = []string{env.Say(screen.Say{
			EN: "Nothing is recorded about how that came to be.", ZH: "没有记录到它的来由。",
		})}
	}
	return lines
}

// behind is the command that a link began with, and the lesson that explains it.
func (s *Screen) behind(env screen.Env, l labs.Link, w int) []string {
	var lines []string
	if l.Command != "" {
		lines = append(lines, "    "+env.Theme.Style.Code.Paint(render.Truncate("$ "+render.Clean(l.Command), w-4, env.Theme.Ellipsis)))
	}
	if l.Lesson != "" {
		says := env.Say(screen.Say{EN: "read: ", ZH: "可读："}) + string(l.Lesson)
		lines = append(lines, "    "+env.Theme.Dim.Paint(says))
	}
	return lines
}
