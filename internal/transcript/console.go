package transcript

import "strings"

// ParseConsole reads a lesson's console block: commands and what the terminal shows, without statuses. All of the
// output is in Stdout, whichever stream it came from. Lines before the first command are a mistake.
func ParseConsole(text string) ([]*Command, error) {
	var all []*Command
	var out []string
	end := func() {
		if n := len(all); n > 0 {
			all[n-1].Result.Stdout = stream2text(out, false)
		}
		out = nil
	}
	for i, line := range splitLines(text) {
		rest, isCommand := strings.CutPrefix(line, prompt)
		more, isMore := strings.CutPrefix(line, continued)
		switch {
		case isCommand:
			end()
			all = append(all, &Command{Line: rest, At: i + 1})
		case len(all) == 0:
			return nil, Mistake{i + 1, "output before the first command; begin commands with `$ `"}
		case isMore && len(out) == 0 && incomplete(all[len(all)-1].Line+"\n"):
			all[len(all)-1].Line += "\n" + more
		default:
			out = append(out, line)
		}
	}
	end()
	return all, nil
}

// Rewrite returns the console block with what really came back. Lines that were right, placeholders among them, stay
// as the author wrote them.
func Rewrite(commands []*Command, results []Result) string {
	var b strings.Builder
	for i, c := range commands {
		b.WriteString(prompted(c.Line))
		want := splitLines(c.Result.Stdout)
		for j, got := range splitLines(results[i].Stdout) {
			if j < len(want) && Match(want[j], got) {
				got = want[j]
			}
			b.WriteString(got + "\n")
		}
	}
	return b.String()
}
