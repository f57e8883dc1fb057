package audit

import (
	"encoding/json"
	"fmt"
	"io"

	"dockerlearn/lessons"
)

// Print writes findings for people: one a line, and a line with their number at the end.
func Print(w io.Writer, found lessons.Findings) error {
	for _, f := range found {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	errors := found.Errors()
	_, err := fmt.Fprintf(w, "%s, %s\n", count(errors, "error"), count(len(found)-errors, "warning"))
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// PrintJSON writes findings for programs: {"findings": [{"file", "line", "column", "severity", "code", "what", "do"}],
// "errors": 1, "warnings": 2}. Line and column are 0 where the finding is about a file as a whole.
func PrintJSON(w io.Writer, found lessons.Findings) error {
	if found == nil {
		found = lessons.Findings{}
	}
	errors := found.Errors()
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(struct {
		Findings lessons.Findings `json:"findings"`
		Errors   int              `json:"errors"`
		Warnings int              `json:"warnings"`
	}{found, errors, len(found) - errors})
}
