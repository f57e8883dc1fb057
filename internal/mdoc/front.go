package mdoc

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// splitFront parts the front matter from the text below it. It reports false when the front matter has no end.
func splitFront(src []byte) (front, body []byte, firstLine int, ok bool) {
	rest, found := bytes.CutPrefix(src, []byte("---\n"))
	if !found {
		return nil, src, 1, true
	}
	if body, found := bytes.CutPrefix(rest, []byte("---\n")); found {
		return nil, body, 3, true
	}
	front, body, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		front, ok = bytes.CutSuffix(rest, []byte("\n---"))
	}
	if bytes.Contains(front, []byte("\n## ")) {
		ok = false // a heading stands in it: the line of dashes that was found ends a screen
	}
	return front, body, 3 + bytes.Count(front, []byte("\n")) + 1, ok
}

// Front reads the front matter. The node is nil when there is none or it cannot be read.
func (d *Document) Front() (*Node, Findings) { return readYAML(d.File, d.FrontText, 2) }

// Node is a YAML node whose Line and Column are those of its file.
type Node = yaml.Node

// ParseYAML reads a file that is YAML as a whole.
func ParseYAML(file string, src []byte) (*Node, Findings) {
	src, found := decode(file, src, MaxYAML)
	if src == nil {
		return nil, found
	}
	n, more := readYAML(file, string(src), 1)
	return n, append(found, more...)
}

func readYAML(file, text string, firstLine int) (*Node, Findings) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil, yamlMistake(file, firstLine, err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil, nil
	}
	move(&doc, firstLine-1)
	return doc.Content[0], nil
}

func move(n *yaml.Node, lines int) {
	n.Line += lines
	for _, c := range n.Content {
		move(c, lines)
	}
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

func yamlMistake(file string, firstLine int, err error) Findings {
	var found Findings
	at, what := Pos{file, firstLine, 1}, err.Error()
	if m := yamlError.FindStringSubmatch(strings.ReplaceAll(what, "\n", " ")); m != nil {
		if line, err := strconv.Atoi(m[1]); err == nil {
			at.Line += line - 1
		}
		what = m[2]
	}
	found.Errorf(at, "yaml", "mend the YAML around this line", "%s", what)
	return found
}
