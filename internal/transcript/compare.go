package transcript

import (
	"fmt"
	"regexp"
	"strings"
)

// Difference is where a result is not what was expected.
type Difference struct {
	Command *Command // the expected one
	Where   string   // "stdout", "stderr", "exit"
	Line    int      // of the stream, counted from 1
	Want    string
	Got     string
}

func (d Difference) String() string {
	return fmt.Sprintf("line %d: $ %s\n%s, line %d:\n  want %q\n  got  %q", d.Command.At, firstLine(d.Command.Line), d.Where, d.Line, d.Want, d.Got)
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}

// Compare returns the differences between what was expected of a command and what came back, at most one a stream.
func Compare(want *Command, got Result) []Difference {
	var all []Difference
	for _, s := range []struct{ name, want, got string }{
		{"stdout", want.Result.Stdout, got.Stdout}, {"stderr", want.Result.Stderr, got.Stderr},
	} {
		if line, w, g, differ := firstDifference(s.want, s.got); differ {
			all = append(all, Difference{want, s.name, line, w, g})
		}
	}
	if want.Result.Exit != got.Exit {
		all = append(all, Difference{want, "exit", 1, fmt.Sprint(want.Result.Exit), fmt.Sprint(got.Exit)})
	}
	return all
}

// firstDifference compares line by line. A missing line is "(nothing)".
func firstDifference(want, got string) (line int, w, g string, differ bool) {
	ws, gs := splitLines(want), splitLines(got)
	for i := range max(len(ws), len(gs)) {
		switch {
		case i >= len(ws):
			return i + 1, "(nothing)", gs[i], true
		case i >= len(gs):
			return i + 1, ws[i], "(nothing)", true
		case !Match(ws[i], gs[i]):
			return i + 1, ws[i], gs[i], true
		}
	}
	return 0, "", "", false
}

// placeholders are what may stand for something that varies.
var placeholders = map[string]string{
	"{{any}}": `.*?`,
	"{{id}}":  `(?:sha256:)?[0-9a-f]{12}(?:[0-9a-f]{52})?`,
	"{{ip}}":  `(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:]+`,
}

var placeholder = regexp.MustCompile(`\{\{(?:any|id|ip)\}\}`)

// Match reports whether a line is what was expected, with placeholders filled in.
func Match(want, got string) bool {
	if want == got {
		return true
	}
	if !strings.Contains(want, "{{") {
		return false
	}
	var b strings.Builder
	b.WriteString("^")
	rest := want
	for _, at := range placeholder.FindAllString(want, -1) {
		before, after, _ := strings.Cut(rest, at)
		b.WriteString(regexp.QuoteMeta(before) + "(?:" + placeholders[at] + ")")
		rest = after
	}
	b.WriteString(regexp.QuoteMeta(rest) + "$")
	re, err := regexp.Compile(b.String())
	return err == nil && re.MatchString(got)
}
