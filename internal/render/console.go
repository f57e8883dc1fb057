package render

import (
	"fmt"
	"regexp"
	"strings"
)

// What a console block is made of (AUTHORING.md): commands behind "$ ", their further lines behind "> ", output as it
// was, standard error behind "2| ", and "[exit N]" where a command failed.
const (
	prompt     = "$ "
	morePrompt = "> "
	stderrMark = "2| "
)

// console draws a session. The pieces of a command are highlighted as shell, as one text: a quote may reach over lines.
func (p *painter) console(lines []string) [][]Span {
	var out [][]Span
	ids := 0
	for len(lines) > 0 {
		if n := commandLines(lines); n > 0 {
			out = append(out, p.command(lines[:n])...)
			lines = lines[n:]
			continue
		}
		out = append(out, p.output(lines[0], &ids))
		lines = lines[1:]
	}
	return out
}

// commandLines returns how many lines the command takes that begins at lines[0]; 0 if none begins there.
func commandLines(lines []string) int {
	if !strings.HasPrefix(lines[0], prompt) && lines[0] != "$" {
		return 0
	}
	n := 1
	for n < len(lines) && (strings.HasPrefix(lines[n], morePrompt) || lines[n] == ">") {
		n++
	}
	return n
}

func (p *painter) command(lines []string) [][]Span {
	typed := make([]string, len(lines))
	for i, l := range lines {
		typed[i] = l[min(len(prompt), len(l)):]
	}
	code := p.paint(highlight(&shell, strings.Join(typed, "\n")))
	for i, l := range lines {
		code[i] = append([]Span{{Text: l[:min(len(prompt), len(l))], SGR: p.opt.Style.Prompt}}, code[i]...)
	}
	return code
}

var exitLine = regexp.MustCompile(`^\[exit (\d+)[^\]]*\]$`)

func (p *painter) output(line string, ids *int) []Span {
	s := p.opt.Style
	if m := exitLine.FindStringSubmatch(line); m != nil {
		if m[1] == "0" {
			return []Span{{Text: line, SGR: s.Dim}}
		}
		return []Span{{Text: line, SGR: s.Wrong}}
	}
	if text, ok := strings.CutPrefix(line, stderrMark); ok {
		return append([]Span{{Text: stderrMark, SGR: s.Dim}}, p.filled(text, s.Stderr, ids)...)
	}
	return p.filled(line, s.Output, ids)
}

var placeholder = regexp.MustCompile(`\{\{[a-z]+\}\}`)

// filled shows something in place of what varies from run to run, dim: a believable short id, x.x.x.x, or … for the rest.
func (p *painter) filled(text string, sgr SGR, ids *int) []Span {
	var out []Span
	for text != "" {
		at := placeholder.FindStringIndex(text)
		if at == nil {
			return append(out, Span{Text: text, SGR: sgr})
		}
		if at[0] > 0 {
			out = append(out, Span{Text: text[:at[0]], SGR: sgr})
		}
		whole := len(out) == 0 && at[0] == 0 && at[1] == len(text)
		out = append(out, Span{Text: p.standIn(text[at[0]:at[1]], whole, ids), SGR: p.opt.Style.Dim})
		text = text[at[1]:]
	}
	return out
}

func (p *painter) standIn(name string, whole bool, ids *int) string {
	dots := p.opt.Frames.Ellipsis
	switch name {
	case "{{id}}":
		*ids++
		if id := shortID(*ids); whole { // docker run -d prints 64 digits
			return id + dots
		} else {
			return id
		}
	case "{{ip}}":
		return "x.x.x.x"
	}
	return dots
}

// shortID returns twelve hexadecimal digits that look like an id, the same ones for the same n (SplitMix64).
func shortID(n int) string {
	z := uint64(n) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return fmt.Sprintf("%016x", z^z>>31)[:12]
}

// commands returns what was typed in a console block, ready to be pasted into a shell.
func commands(text, kind string) string {
	if kind != "console" {
		return ""
	}
	var b strings.Builder
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for len(lines) > 0 {
		n := commandLines(lines)
		for _, l := range lines[:n] {
			b.WriteString(l[min(len(prompt), len(l)):] + "\n")
		}
		lines = lines[max(n, 1):]
	}
	return b.String()
}
