package cli

import (
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/build"
)

// showBuild makes a build show what it does: as a picture on a terminal, in lines elsewhere. finish ends that.
// buildkit: util/progress/progressui/display.go, NewDisplay
func (d *docker) showBuild(c *call, r *build.Request, quiet bool) (finish func(), err error) {
	if quiet {
		return func() {}, nil
	}
	mode := d.progressMode(c)
	size, noTerminal := d.sys.TerminalSize(2)
	switch {
	case mode == "tty" && noTerminal != nil:
		return nil, errors.New("failed to get console: provided file is not a console")
	case mode == "plain", noTerminal != nil:
		r.Report = (&progress{d: d}).show
		return func() {}, nil
	}
	s := d.newBuildScreen(size.Cols)
	r.Report, r.Pulse = s.show, redrawPulse
	return s.finish, nil
}

// progress shows what a build does, a line at a time. buildkit: util/progress/progressui/printer.go
type progress struct {
	d       *docker
	names   []string // of the steps, the first has number 1
	current int      // the step that the last line is of; 0: it is over
}

func (p *progress) show(e build.Event) {
	if e.Kind == build.Planned {
		return
	}
	if e.Kind == build.Begun {
		for len(p.names) < e.Step {
			p.names = append(p.names, "")
		}
		p.names[e.Step-1] = e.Text
	}
	p.turnTo(e)
	switch e.Kind {
	case build.Status:
		p.d.warnf("#%d %s%s\n", e.Step, e.Text, taken(e))
	case build.Output:
		p.d.warnf("#%d %.3f %s\n", e.Step, e.Took.Seconds(), e.Text)
	case build.Warning:
		p.d.warnf("#%d WARN: %s\n", e.Step, e.Text)
	case build.Finished:
		p.d.warnf("#%d DONE %.1fs\n", e.Step, e.Took.Seconds())
	case build.Cached:
		p.d.warnf("#%d CACHED\n", e.Step)
	case build.Canceled:
		p.d.warnf("#%d CANCELED\n", e.Step)
	case build.Failed:
		p.d.warnf("#%d ERROR: %s\n", e.Step, e.Text)
	}
	switch e.Kind {
	case build.Finished, build.Cached, build.Canceled, build.Failed:
		p.current = 0
	}
}

// turnTo writes the name of a step above its lines, also when it comes back.
func (p *progress) turnTo(e build.Event) {
	if e.Step == p.current {
		return
	}
	if e.Step == 1 && e.Kind == build.Begun {
		p.d.warnf("#0 building with \"default\" instance using docker driver\n")
	}
	if p.current != 0 {
		p.d.warnf("#%d ...\n", p.current)
	}
	p.d.warnf("\n#%d %s\n", e.Step, p.names[e.Step-1])
	p.current = e.Step
}

// taken is how long something took, if it was more than a hundredth of a second.
func taken(e build.Event) string {
	text := ""
	if e.Took.Seconds() > 0.01 {
		text = fmt.Sprintf(" %.1fs", e.Took.Seconds())
	}
	if e.Done {
		text += " done"
	}
	return text
}

// explain is what is shown of a failure before its sentence.
func explain(e *build.Error, quiet, debug bool) string {
	var out strings.Builder
	if !quiet && e.Step != "" {
		fmt.Fprintf(&out, "------\n > %s:\n", e.Step)
		for _, line := range e.Output {
			out.WriteString(line + "\n")
		}
		out.WriteString("------\n")
	}
	if !quiet {
		out.WriteString(warnings(e.Warnings, debug))
	}
	return out.String() + e.Excerpt
}

// warnings are shown at the end. buildx: commands/build.go, printWarnings
func warnings(list []build.Lint, debug bool) string {
	if len(list) == 0 {
		return ""
	}
	noun, hint := "warnings", " (use docker --debug to expand)"
	if len(list) == 1 {
		noun = "warning"
	}
	if debug {
		hint = ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n \x1b[33m%d %s found%s:\n\x1b[0m", len(list), noun, hint)
	for _, l := range list {
		fmt.Fprintf(&out, " - %s\n", l.Text)
		if debug {
			fmt.Fprintf(&out, "%s\n", l.Description)
			if l.URL != "" {
				fmt.Fprintf(&out, "More info: %s\n", l.URL)
			}
			fmt.Fprintf(&out, "%s\n", l.Excerpt)
		}
	}
	return out.String()
}
