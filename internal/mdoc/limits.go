package mdoc

import "bytes"

// Limits of what is read: far beyond what fits a lesson, and low enough that no text takes long. Some constructs of
// Markdown cost the square of a paragraph's length, tables cost rows times columns, and each line costs its depth.
const (
	MaxFile  = 128 << 10 // bytes in a text
	MaxYAML  = 1 << 20   // bytes in a file that is YAML as a whole
	MaxBlock = 8 << 10   // bytes between two blank lines
	MaxDepth = 32        // quotes and lists within each other
	MaxCells = 20_000    // rows times columns, all tables together
)

// overLimit finds the first place of each limit that the text breaks.
func (l *lines) overLimit() Findings {
	var found Findings
	begin, rows, columns, cells := 0, 0, 0, 0
	for i := range l.starts {
		line := l.line(i)
		if len(bytes.TrimSpace(line)) == 0 {
			cells += rows * columns
			begin, rows, columns = i+1, 0, 0
			continue
		}
		rows++
		columns = max(columns, bytes.Count(line, []byte("|"))+1)
		switch size := l.starts[i] + len(line) - l.starts[begin]; {
		case size > MaxBlock:
			found.Errorf(l.at(l.starts[begin]), "too-big", "divide it with blank lines",
				"the text from here has more than %d bytes without a blank line", MaxBlock)
			return found
		case cells+rows*columns > MaxCells:
			found.Errorf(l.at(l.starts[begin]), "too-big", "make it smaller",
				"with the table here there are more than %d cells", MaxCells)
			return found
		case prefixDepth(line) > MaxDepth:
			found.Errorf(l.at(l.starts[i]), "too-deep", "write it flatter",
				"this line is nested more than %d deep", MaxDepth)
			return found
		}
	}
	return found
}

// prefixDepth counts the marks of quotes and lists at the beginning of a line. A line of dashes is none of them.
func prefixDepth(line []byte) int {
	if len(bytes.Trim(line, "- ")) == 0 {
		return 0
	}
	depth := 0
	for i, c := range line {
		mark := c == '>'
		switch c {
		case '-', '+', '*':
			mark = i+1 == len(line) || line[i+1] == ' '
		case '.', ')':
			mark = i > 0 && '0' <= line[i-1] && line[i-1] <= '9'
		}
		if mark {
			depth++
		} else if c != ' ' && c != '\t' && (c < '0' || c > '9') {
			return depth
		}
	}
	return depth
}
