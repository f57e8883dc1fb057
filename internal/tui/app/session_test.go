package app_test

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
)

// From the home screen through a session and its report back home; the plan knows of it.
func TestASession(t *testing.T) {
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		d := tuitest.Start(t, app.State{Lang: lang}, 80, 24).Press("p", "3", "enter")
		report := screen.Say{EN: "Every answer", ZH: "每一题"}.In(lang)
		for range 40 {
			if strings.Contains(d.Screen(), report) {
				break
			}
			d.Press("ctrl+x", "enter")
		}
		d.Shows(report).Press("enter").Shows(screen.Say{EN: "0 solid", ZH: "牢固 0"}.In(lang))
	}
}

// A session that was left with q is the review that the home screen offers, and goes on where it was.
func TestASessionGoesOn(t *testing.T) {
	s := tuitest.Study(t, t.TempDir())
	d := tuitest.Start(t, app.State{Study: s}, 80, 24).Press("p", "3", "enter", "ctrl+x", "enter").Shows("Topic 2/")
	d.Press("esc", "esc")
	d = tuitest.Start(t, app.State{Study: s}, 80, 24).Press("p", "3", "enter", "ctrl+x").Shows("Here is the answer").Press("q")
	d.Shows("Resume").Press("2").Shows("Topic 2/")
}

// The questions at the end of a lesson are asked there, and the lesson is below them.
func TestQuestionsOfALesson(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "G", "enter").Shows("Questions of the lesson 1/2", "Storage")
	d.Press("ctrl+x", "r").Shows("/5").Press("esc").Shows("Here is the answer").Press("esc").Shows("report").Press("esc")
	d.Shows("2 questions at the end")
}

// Another size never loses what was typed.
func TestTypedTextStays(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "G", "enter")
	if d.Model.View().Cursor == nil { // the other of the two questions came first
		d.Press("ctrl+x", "enter")
	}
	d.Type("whi").Resize(120, 40).Shows("whi").Resize(60, 16).Shows("whi").Type("teout").Press("enter").Shows("✓ Right")
}

// r runs the console block of the page at a simulated host.
func TestAConsoleBlockIsRun(t *testing.T) {
	var typed []string
	host := func(lang lessons.Lang, lines []string) tea.ExecCommand {
		typed = append(lines, string(lang))
		return exec{}
	}
	d := tuitest.Start(t, app.State{Host: host}, 80, 24).Press("enter", "r").Shows("No commands to run here")
	for range 4 {
		if strings.Contains(d.Screen(), "run it") {
			break
		}
		d.Press("right")
	}
	d.Press("r")
	if want := []string{"docker exec shop sh -c 'echo hi >> /etc/motd'", "docker diff shop", "en"}; !slices.Equal(typed, want) {
		t.Errorf("typed %q, want %q\n%s", typed, want, d.Screen())
	}
}

type exec struct{ tea.ExecCommand }
