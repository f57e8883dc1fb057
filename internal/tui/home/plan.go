package home

import (
	"fmt"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
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
	labs
)

// planLine is its line, with what one needs to know to decide for it.
func (h *Home) planLine(env screen.Env, i int) string {
	if h.items[i].plan == labs {
		return h.verb(env, i, screen.Say{EN: "Labs", ZH: "实验"}) + h.labsSays(env)
	}
	if h.items[i].plan == statistics {
		return h.verb(env, i, screen.Say{EN: "Statistics", ZH: "统计"}) + env.Theme.Dim.Paint(h.knownSays(env))
	}
	return h.verb(env, i, screen.Say{EN: "Practise", ZH: "练习"}) + env.Theme.Dim.Paint(h.practiseSays(env))
}

// labsSays names the next lab, or says that all are solved.
func (h *Home) labsSays(env screen.Env) string {
	solved, all := 0, 0
	for _, g := range h.data.Labs {
		solved, all = solved+g.Solved, all+len(g.Labs)
	}
	count := env.Theme.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "%d of %d solved", ZH: "完成 %d/%d 个"}), solved, all))
	if next := study.NextLab(h.data.Labs); next != nil {
		return widget.Dots(env.Theme, render.Clean(next.Lab.Title.In(env.Lang)), count)
	}
	return count
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
