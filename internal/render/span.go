package render

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Span is a run of text that looks the same throughout.
type Span struct {
	Text string // "\n" begins a new line
	SGR  SGR
	Link string // address for a hyperlink; "" for none
	Code bool   // inline code: kept whole on a line where it fits on one
}

// Line is what stands on one line.
type Line []Span

// Width returns how many columns the line takes.
func (l Line) Width() int {
	w := 0
	for _, s := range l {
		w += Width(s.Text)
	}
	return w
}

// String returns the line for the terminal, complete in itself: everything that it opens is closed.
func (l Line) String(links bool) string {
	var b strings.Builder
	l.write(&b, links)
	return b.String()
}

// Text returns the line without any styling.
func (l Line) Text() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.Text)
	}
	return b.String()
}

func (l Line) write(b *strings.Builder, links bool) {
	for i := 0; i < len(l); {
		j := i + 1
		for j < len(l) && l[j].Link == l[i].Link {
			j++
		}
		if target := l[i].Link; links && target != "" {
			fmt.Fprintf(b, "\x1b]8;id=%s;%s\x1b\\", linkID(target), target)
			l[i:j].paint(b)
			b.WriteString("\x1b]8;;\x1b\\")
		} else {
			l[i:j].paint(b)
		}
		i = j
	}
}

func (l Line) paint(b *strings.Builder) {
	for i := 0; i < len(l); {
		j := i + 1
		for j < len(l) && l[j].SGR == l[i].SGR {
			j++
		}
		open := l[i].SGR != ""
		if open {
			b.WriteString("\x1b[" + string(l[i].SGR) + "m")
		}
		for ; i < j; i++ {
			b.WriteString(l[i].Text)
		}
		if open {
			b.WriteString("\x1b[m")
		}
	}
}

// linkID ties the pieces of a hyperlink together that a line break tore: terminals underline them as one.
func linkID(target string) string {
	h := fnv.New32a()
	h.Write([]byte(target))
	return fmt.Sprintf("%08x", h.Sum32())
}

// linkTarget returns what may stand in a hyperlink for an address in the text, or "". Only the web and mail are let
// through (a stranger's pack must not open files or start programs), and only printable ASCII: the rest is escaped,
// so no address can end the sequence that it stands in.
func linkTarget(address string) string {
	scheme, _, found := strings.Cut(address, ":")
	if !found {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto":
	default:
		return ""
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(address) {
		switch c := address[i]; {
		case c > ' ' && c < 0x7f:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
