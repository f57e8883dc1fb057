package transcript

import "fmt"

// Runner runs a command line and says what came back. With an error there is nothing to go on with: the command was not
// run, or never ends.
type Runner interface {
	Run(line string) (Result, error)
}

// Run types a script and records what comes back, up to the first error. each, if not nil, is called after every entry.
func Run(s Script, r Runner, each func(Entry)) (Transcript, error) {
	var t Transcript
	add := func(e Entry) {
		t.Entries = append(t.Entries, e)
		if each != nil {
			each(e)
		}
	}
	for _, step := range s.Steps {
		if step.Line == "" {
			add(Entry{Comment: step.Comment})
			continue
		}
		for _, line := range step.Setup {
			if _, err := r.Run(line); err != nil {
				return t, fmt.Errorf("%s: %w", firstLine(line), err)
			}
		}
		result, err := r.Run(step.Line)
		if err != nil {
			return t, fmt.Errorf("%s: %w", firstLine(step.Line), err)
		}
		add(Entry{Command: &Command{Line: step.Line, Result: result}})
	}
	return t, nil
}
