package cli

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/api"
)

// The listing of images since docker 29: a name, and how much of the disk it takes. cli: cli/command/image/tree.go

// imageLine is a line of it.
type imageLine struct {
	name    string
	id      string
	disk    string
	content string
	inUse   bool
	child   bool
	gone    bool // not here: a platform that was not pulled
}

const untagged = "<untagged>"

// printTree lists images, with a line for each platform if expanded.
func (d *docker) printTree(list []api.ImageSummary, expanded bool) {
	lines, spaced := treeLines(list, expanded)
	style := treeStyle{}
	if size, err := d.sys.TerminalSize(1); err == nil {
		style = treeStyle{fancy: d.sys.Getenv("NO_COLOR") == "", width: size.Cols}
	}
	var b strings.Builder
	style.legend(&b)
	names := style.nameWidth(lines)
	style.heading(&b, names)
	for i, l := range lines {
		style.line(&b, l, names)
		last := i == len(lines)-1 || !lines[i+1].child
		if spaced && last {
			b.WriteByte('\n')
		}
	}
	d.write(1, b.String())
}

func treeLines(list []api.ImageSummary, expanded bool) (lines []imageLine, spaced bool) {
	type block struct {
		key   string
		lines []imageLine
	}
	var blocks []block
	for _, s := range list {
		top, children := treeImage(s)
		if !expanded {
			children = nil
		}
		spaced = spaced || len(children) > 0
		tags := slices.Sorted(slices.Values(s.RepoTags))
		switch {
		case len(tags) == 0:
			top.name = untagged
			blocks = append(blocks, block{"", append([]imageLine{top}, children...)})
		case expanded:
			var all []imageLine
			for _, tag := range tags[:len(tags)-1] {
				all = append(all, imageLine{name: tag})
			}
			top.name = tags[len(tags)-1]
			blocks = append(blocks, block{tags[0], append(append(all, top), children...)})
		default:
			for _, tag := range tags {
				top.name = tag
				blocks = append(blocks, block{tag, []imageLine{top}})
			}
		}
	}
	slices.SortStableFunc(blocks, func(a, b block) int {
		if (a.key == "") != (b.key == "") {
			return strings.Compare(b.key, a.key) // those without a name come last
		}
		return strings.Compare(a.key, b.key)
	})
	for _, b := range blocks {
		lines = append(lines, b.lines...)
	}
	return lines, spaced
}

func treeImage(s api.ImageSummary) (top imageLine, children []imageLine) {
	top = imageLine{id: shortID(s.ID), disk: humanSize(float64(s.Size), 3), inUse: s.Containers > 0}
	content := int64(0)
	for _, m := range s.Manifests {
		content += m.Size.Content
		if m.Kind != api.ManifestImage || m.ImageData == nil {
			continue
		}
		used := len(m.ImageData.Containers) > 0
		top.inUse = top.inUse || used
		children = append(children, imageLine{
			name: "├─ " + m.ImageData.Platform.String(), id: shortID(m.ID), disk: humanSize(float64(m.Size.Total), 3),
			content: humanSize(float64(m.Size.Content), 3), inUse: used, child: true, gone: !m.Available,
		})
	}
	if n := len(children); n > 0 {
		children[n-1].name = "└─ " + strings.TrimPrefix(children[n-1].name, "├─ ")
	}
	top.content = humanSize(float64(content), 3)
	return top, children
}

// treeStyle is how the listing looks: in colours on a terminal.
type treeStyle struct {
	fancy bool
	width int // of the terminal, 0 if there is none
}

// Widths of the columns behind the name.
const (
	idWidth, diskWidth, contentWidth, extraWidth = 12, 10, 12, 5
	columnGap                                    = "   "
)

// legend says what the letters mean, at the right edge of a terminal.
func (s treeStyle) legend(b *strings.Builder) {
	if s.width == 0 {
		return
	}
	text, plain := " Info -> U In Use", " Info -> U In Use"
	if s.fancy {
		text, plain = infoMark+" "+chip+" In Use", "i Info →   U  In Use"
	}
	b.WriteString(strings.Repeat(" ", max(0, s.width-utf8.RuneCountInString(plain))) + text + "\n")
}

const (
	infoMark = "\x1b[1m\x1b[106m\x1b[30mi\x1b[0m\x1b[0m \x1b[96mInfo → \x1b[0m\x1b[0m"
	chip     = "\x1b[38;5;0m\x1b[48;5;14m U \x1b[0m"
)

func (s treeStyle) nameWidth(lines []imageLine) int {
	w := len("IMAGE")
	for _, l := range lines {
		w = max(w, utf8.RuneCountInString(l.name))
	}
	if s.width > 0 {
		rest := idWidth + diskWidth + contentWidth + extraWidth + 4*len(columnGap)
		w = min(w, max(12, s.width-rest))
	}
	return w
}

func (s treeStyle) heading(b *strings.Builder, names int) {
	s.columns(b, names, "39;1", [5]string{"IMAGE", "ID", "DISK USAGE", "CONTENT SIZE", "EXTRA"})
	b.WriteByte('\n')
}

func (s treeStyle) line(b *strings.Builder, l imageLine, names int) {
	colour := "34;1"
	switch {
	case l.name == untagged:
		colour = "39;2"
	case l.child && l.gone:
		colour = "39;2"
	case l.child:
		colour = "39"
	}
	if l.id == "" {
		b.WriteString(s.left(colour, l.name, names) + "\n")
		return
	}
	b.WriteString(s.left(colour, l.name, names))
	rest := "39"
	if l.child && l.gone {
		rest = "39;2"
	}
	b.WriteString(columnGap + s.left(rest, l.id, idWidth) + columnGap + s.right(rest, l.disk, diskWidth))
	b.WriteString(columnGap + s.right(rest, l.content, contentWidth) + columnGap)
	b.WriteString(s.extra(l.inUse) + "\n")
}

func (s treeStyle) extra(inUse bool) string {
	switch {
	case inUse && s.fancy:
		return chip + "  "
	case inUse:
		return "U    "
	}
	return strings.Repeat(" ", extraWidth)
}

func (s treeStyle) columns(b *strings.Builder, names int, colour string, cells [5]string) {
	b.WriteString(s.left(colour, cells[0], names) + columnGap + s.left(colour, cells[1], idWidth))
	b.WriteString(columnGap + s.right(colour, cells[2], diskWidth) + columnGap + s.right(colour, cells[3],
		contentWidth))
	b.WriteString(columnGap + s.left(colour, cells[4], extraWidth))
}

func (s treeStyle) left(colour, text string, width int) string {
	return s.paint(colour, text) + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

func (s treeStyle) right(colour, text string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text))) + s.paint(colour, text)
}

// paint applies colours, each with its own sequence.
func (s treeStyle) paint(colour, text string) string {
	if !s.fancy {
		return text
	}
	on := ""
	for code := range strings.SplitSeq(colour, ";") {
		on += "\x1b[" + code + "m"
	}
	return on + text + "\x1b[0m"
}
