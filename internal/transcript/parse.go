package transcript

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	prompt    = "$ "
	continued = "> "
	onStderr  = "2| "
	noNewline = "[no newline at the end]"
)

var exitLine = regexp.MustCompile(`^\[exit (\d+)(?: after (\d+)s)?\]$`)

// Mistake is a line of a transcript that cannot be understood.
type Mistake struct {
	Line int
	What string
}

func (m Mistake) Error() string { return fmt.Sprintf("line %d: %s", m.Line, m.What) }

// Parse reads a transcript. The error is the first Mistake; what came before it is returned.
func Parse(text string) (Transcript, error) {
	p := parser{lines: splitLines(text)}
	for p.at < len(p.lines) {
		if err := p.entry(); err != nil {
			return p.t, err
		}
	}
	return p.t, nil
}

// splitLines returns a text's lines without their ends.
func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

type parser struct {
	lines []string
	at    int
	t     Transcript
}

func (p *parser) entry() error {
	line := p.lines[p.at]
	switch {
	case line == "":
		p.at++
	case strings.HasPrefix(line, "#"):
		p.t.Entries = append(p.t.Entries, Entry{Comment: line})
		p.at++
	case strings.HasPrefix(line, prompt):
		return p.command()
	default:
		return Mistake{p.at + 1, fmt.Sprintf("neither a command nor a comment: %q", line)}
	}
	return nil
}

func (p *parser) command() error {
	c := &Command{Line: strings.TrimPrefix(p.lines[p.at], prompt), At: p.at + 1}
	for p.at++; p.at < len(p.lines); p.at++ {
		rest, ok := strings.CutPrefix(p.lines[p.at], continued)
		if !ok && p.lines[p.at] == ">" {
			rest, ok = "", true // an editor took the space away
		}
		if !ok {
			break
		}
		c.Line += "\n" + rest
	}
	p.t.Entries = append(p.t.Entries, Entry{Command: c})
	return p.result(&c.Result)
}

// result reads up to the exit status. A status can also be a line of the output; what is followed by a command, a
// comment or the end is the status.
func (p *parser) result(r *Result) error {
	var out, err []string
	stream := &out
	bare := map[*[]string]bool{}
	for ; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		if m := exitLine.FindStringSubmatch(line); m != nil && p.ends(p.at+1) {
			r.Exit, _ = strconv.Atoi(m[1])
			seconds, _ := strconv.Atoi(m[2])
			r.After = time.Duration(seconds) * time.Second
			r.Stdout, r.Stderr = stream2text(out, bare[&out]), stream2text(err, bare[&err])
			p.at++
			return nil
		}
		switch rest, isErr := strings.CutPrefix(line, onStderr); {
		case line == noNewline:
			bare[stream] = true
		case isErr:
			stream = &err
			err = append(err, rest)
		case line == strings.TrimSuffix(onStderr, " "):
			stream = &err
			err = append(err, "")
		default:
			out = append(out, line)
		}
	}
	return Mistake{p.at, "the exit status is missing"}
}

// ends reports whether a command's result can end before this line.
func (p *parser) ends(at int) bool {
	return at >= len(p.lines) || p.lines[at] == "" || strings.HasPrefix(p.lines[at], "#") ||
		strings.HasPrefix(p.lines[at], prompt)
}

func stream2text(lines []string, bare bool) string {
	text := strings.Join(lines, "\n")
	if len(lines) > 0 && !bare {
		text += "\n"
	}
	return text
}
