package home

import (
	"fmt"

	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
)

// plan is what today's plan offers beside reading and reviewing.
type plan int

const (
	noPlan plan = iota
	practise
	statistics
)

// planLine is its line, with what one needs to know to decide for it.
func (h *Home) planLine(env screen.Env, i int) string {
	if h.items[i].plan == statistics {
		return h.verb(env, i, screen.Say{EN: "Statistics", ZH: "统计"}) + env.Theme.Dim.Paint(h.knownSays(env))
	}
	return h.verb(env, i, screen.Say{EN: "Practise", ZH: "练习"}) + env.Theme.Dim.Paint(h.practiseSays(env))
}

func (h *Home) practiseSays(env screen.Env) string {
	if t := h.data.Today; t.Goal.By > 0 && t.DaysLeft >= 0 {
		return widget.Dots(env.Theme,
			fmt.Sprintf(env.Say(screen.Say{EN: "ready by %s: %d days", ZH: "目标 %s：还有 %d 天"}), t.Goal.By, t.DaysLeft),
			fmt.Sprintf(env.Say(screen.Say{EN: "readiness %s", ZH: "准备度 %s"}), phrase.Percent(t.Readiness)))
	}
	return env.Say(screen.Say{EN: "drill, topic, weak spots, mock interview, exam", ZH: "限时、专题、薄弱点、模拟面试、考试"})
}

func (h *Home) knownSays(env screen.Env) string {
	k := h.data.Today.Known
	return fmt.Sprintf(env.Say(screen.Say{EN: "%d solid, %d fading, %d new", ZH: "牢固 %d，快忘 %d，未学 %d"}),
		k.Solid, k.Fading, k.New)
}
