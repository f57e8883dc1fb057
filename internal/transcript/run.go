package transcript

// Runner runs a command line and says what came back.
type Runner interface {
	Run(line string) Result
}

// Run types a script and records what comes back. each, if not nil, is called after every entry.
func Run(s Script, r Runner, each func(Entry)) Transcript {
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
			r.Run(line)
		}
		add(Entry{Command: &Command{Line: step.Line, Result: r.Run(step.Line)}})
	}
	return t
}
