package audit

import (
	"strings"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/render"
	"dockerlearn/lessons"
)

// screen checks that a screen fits, drawn as the reader draws it.
func (a *auditor) screen(s lessons.Screen, lang lessons.Lang) {
	page := a.code(s.Doc, lang)
	if n := len(page.Lines); n > maxRows {
		a.found.Errorf(s.Pos, "screen-tall", "end the screen earlier with a line of three dashes, or say it shorter",
			"this screen has %d rows at 80 columns, %d fit", n, maxRows)
	}
}

// code checks that no line of a code block has to be broken, and returns the drawn page.
func (a *auditor) code(f mdoc.Fragment, lang lessons.Lang) render.Page {
	page := render.Render(f, render.Options{Width: textWidth, Lang: string(lang)})
	blocks := f.Code()
	for i, b := range page.Blocks {
		text := strings.Split(strings.TrimSuffix(b.Text, "\n"), "\n")
		broken := b.Last - b.First + 1 - len(text)
		if broken <= 0 || i >= len(blocks) {
			continue
		}
		line, wide := widest(text)
		a.found.Errorf(blocks[i].Line(line), "line-wide", "make it shorter, or break it where the language allows it",
			"this line has %d columns and does not fit the reader at 80 columns", wide)
	}
	return page
}

func widest(lines []string) (line, width int) {
	for i, l := range lines {
		if w := render.Width(l); w > width {
			line, width = i, w
		}
	}
	return line, width
}
