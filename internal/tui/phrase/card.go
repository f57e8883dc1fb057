package phrase

import (
	"fmt"

	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
)

// Facts says what helps to choose a lesson: how deep it goes and how often it is asked.
func Facts(env screen.Env, l *lessons.Lesson) string {
	return widget.Dots(env.Theme, wording.Level(l.Level, env.Lang), wording.Asked(l.Asked, env.Lang))
}

// Card tells on lines of w columns what a lesson holds: its title, what is known of it, its sections with a mark where
// the learner is, its questions.
func Card(env screen.Env, p study.LessonProgress, w int) []string {
	l := p.Lesson
	lines := []string{""}
	for _, line := range render.WrapText(l.Title.In(env.Lang), w-2) {
		lines = append(lines, " "+env.Theme.Strong.Paint(line))
	}
	lines = append(lines, " "+env.Theme.Dim.Paint(Facts(env, l)), "")
	lines = append(lines, outline(env, p, w)...)
	lines = append(lines, "", " "+env.Theme.Dim.Paint(fmt.Sprintf(
		env.Say(screen.Say{EN: "%d questions at the end", ZH: "末尾有 %d 道题"}), len(l.Questions))))
	if n := len(l.Labs); n > 0 {
		lines = append(lines, " "+env.Theme.Dim.Paint(fmt.Sprintf(env.Say(screen.Say{EN: "labs: %d", ZH: "实验 %d 个"}), n)))
	}
	if l.AsOf != "" {
		lines = append(lines, " "+env.Theme.Dim.Paint(env.Say(screen.Say{EN: "checked ", ZH: "核对于 "})+l.AsOf))
	}
	return lines
}

func outline(env screen.Env, p study.LessonProgress, w int) []string {
	body := p.Lesson.Body(env.Lang)
	if body == nil {
		return nil
	}
	at := -1
	if p.Read > 0 && !p.Done() && p.At < len(body.Screens) {
		at = body.Screens[p.At].Section
	}
	var lines []string
	for i, s := range body.Sections {
		lines = append(lines, " "+widget.Pointer(env.Theme, i == at)+render.Truncate(s.Title, w-5, env.Theme.Ellipsis))
	}
	return lines
}
