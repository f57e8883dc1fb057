package cli

import (
	"fmt"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/build"
)

// buildScreen shows a build on a terminal: a picture that is drawn over the one before. buildkit:
// util/progress/progressui/display.go
type buildScreen struct {
	d     *docker
	width int // of the terminal, in columns
	begun time.Time
	drawn time.Time   // when the last picture was; zero if there is none
	rows  int         // of the last picture, without its first line
	known int         // how many steps there are going to be, as far as is known
	steps []*drawStep // as they began
}

// drawStep is a step, with what it does line by line.
type drawStep struct {
	name, mark string // mark is CACHED, ERROR or CANCELED
	begun      time.Time
	took       time.Duration
	over       bool
	does       []drawStatus
	output     []string // the last lines that its process printed
}

type drawStatus struct {
	text string
	took time.Duration
	done bool
}

const (
	redrawAfter  = 100 * time.Millisecond
	redrawPulse  = 150 * time.Millisecond
	shownOutput  = 6  // lines of a process that runs
	outputMargin = 10 // columns that its lines do not have
)

func (d *docker) newBuildScreen(columns int) *buildScreen {
	return &buildScreen{d: d, width: columns, begun: d.sys.Now()}
}

// show takes what happens and draws it, but not more often than one can see.
func (s *buildScreen) show(e build.Event) {
	if s.drawn.IsZero() {
		s.draw(false)
	}
	s.take(e)
	if s.d.sys.Now().Sub(s.drawn) >= redrawAfter {
		s.draw(false)
	}
}

func (s *buildScreen) take(e build.Event) {
	if e.Step < 1 {
		return
	}
	s.known = max(s.known, e.Step)
	if e.Kind == build.Planned {
		return
	}
	for len(s.steps) < e.Step {
		s.steps = append(s.steps, &drawStep{begun: s.d.sys.Now()})
	}
	x := s.steps[e.Step-1]
	switch e.Kind {
	case build.Begun:
		x.name, x.begun = e.Text, s.d.sys.Now()
	case build.Status:
		x.does = append(x.does, drawStatus{e.Text, e.Took, e.Done})
	case build.Output:
		x.output = append(x.output, e.Text)
		x.output = x.output[max(0, len(x.output)-shownOutput):]
	case build.Finished:
		x.end("", e.Took)
	case build.Cached:
		x.end("CACHED ", 0)
	case build.Failed:
		x.end("ERROR ", s.d.sys.Now().Sub(x.begun))
	case build.Canceled:
		x.end("CANCELED ", s.d.sys.Now().Sub(x.begun))
	}
}

func (x *drawStep) end(mark string, took time.Duration) { x.mark, x.took, x.over = mark, took, true }

// finish draws the last picture.
func (s *buildScreen) finish() { s.draw(true) }

// draw draws over the last picture.
func (s *buildScreen) draw(last bool) {
	var b strings.Builder
	b.WriteString(strings.Repeat("\x1b[1A", s.rows+1))
	if s.drawn.IsZero() {
		b.WriteString("\x1b[1B")
	}
	s.drawn = s.d.sys.Now()
	over := 0
	for _, x := range s.steps {
		if x.over {
			over++
		}
	}
	title := fmt.Sprintf("[+] Building %.1fs (%d/%d)", s.drawn.Sub(s.begun).Seconds(), over, max(1, s.known))
	if last && over > 0 && over == len(s.steps) {
		title += " FINISHED"
	}
	b.WriteString("\x1b[0G\x1b[?25l" + s.across(title, "docker:default") + "\n")
	rows := 0
	for _, x := range s.steps {
		rows += s.drawStep(&b, x)
	}
	if less := s.rows - rows; less > 0 {
		b.WriteString(strings.Repeat(strings.Repeat(" ", max(0, s.width-1))+"\n", less))
		b.WriteString(strings.Repeat("\x1b[1A", less) + "\x1b[0G")
	}
	s.rows = rows
	b.WriteString("\x1b[?25h")
	s.d.write(2, b.String())
}

// drawStep draws a step and returns how many rows it takes.
func (s *buildScreen) drawStep(b *strings.Builder, x *drawStep) int {
	colour := ""
	switch {
	case x.mark == "ERROR ":
		colour = "\x1b[31m"
	case x.mark == "CANCELED ":
		colour = "\x1b[33m"
	case x.over:
		colour = "\x1b[34m"
	}
	took := x.took
	if !x.over {
		took = s.drawn.Sub(x.begun)
	}
	rows := s.row(b, " => ", x.mark+x.name, took, colour)
	for _, st := range x.does {
		under := ""
		if st.done {
			under = "\x1b[34m"
		}
		rows += s.row(b, " => => ", st.text, st.took, under)
	}
	if x.over {
		return rows
	}
	for _, line := range x.output {
		n := max(0, s.width-outputMargin)
		fmt.Fprintf(b, "\x1b[2m => => # %-*.*s\n\x1b[0m", n, n, line)
		rows++
	}
	return rows
}

// row is one line, or none where the terminal is too narrow for it. BuildKit cuts by bytes.
func (s *buildScreen) row(b *strings.Builder, prefix, text string, took time.Duration, colour string) int {
	if took < 50*time.Millisecond {
		took = 0
	}
	clock := fmt.Sprintf(" %3.1fs", took.Seconds())
	room := s.width - 1 - len(prefix) - len(clock) - 1
	if room < 12 {
		return 0
	}
	line := s.across(prefix+text[:min(len(text), room)], clock) + "\n"
	if colour != "" {
		line = colour + line + "\x1b[0m"
	}
	b.WriteString(line)
	return 1
}

// across writes one text at the left edge and one at the right.
func (s *buildScreen) across(left, right string) string {
	return fmt.Sprintf("%-*s %s", max(0, s.width-1-len(right)-1), left, right)
}
