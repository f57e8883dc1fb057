package lineedit

import (
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// mostListed is how many words a second Tab shows.
const mostListed = 200

// tab completes the word before the cursor as far as it is certain; the second time it lists what there is.
func (e *Editor) tab(again bool) {
	if e.complete == nil {
		e.bell()
		return
	}
	before := string(e.line[:e.at])
	from, words := e.complete.Complete(string(e.line), len(before))
	if len(words) == 0 || from > len(before) {
		e.bell()
		return
	}
	common := commonPrefix(words)
	typed := before[from:]
	switch {
	case len(words) == 1 && common == typed && !strings.HasSuffix(common, "/"):
		e.insert([]rune{' '})
	case strings.HasPrefix(common, typed) && len(common) > len(typed):
		add := common[len(typed):]
		if len(words) == 1 && !strings.HasSuffix(common, "/") && !strings.HasSuffix(common, " ") {
			add += " "
		}
		e.insert([]rune(add))
	case again:
		e.list(words)
	default:
		e.tabbed = true
		e.bell()
	}
}

func commonPrefix(words []string) string {
	common := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, common) {
			common = common[:len(common)-1]
		}
	}
	return strings.ToValidUTF8(common, "")
}

// list prints the words in columns below the line, and the line again.
func (e *Editor) list(words []string) {
	at := e.at
	e.finish("\n")
	e.at = at
	more := len(words) - mostListed
	if more > 0 {
		words = words[:mostListed]
	}
	e.write(columns(shown(words), e.columns()))
	if more > 0 {
		e.write("… " + strconv.Itoa(more) + "\n")
	}
	e.drawn = drawn{}
	e.draw()
}

// shown are the words as they are listed: of paths the last part alone.
func shown(words []string) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w
		if slash := strings.LastIndexByte(strings.TrimSuffix(w, "/"), '/'); slash >= 0 {
			all[i] = w[slash+1:]
		}
	}
	return all
}

// columns sets words below each other and then beside each other, as ls does.
func columns(words []string, width int) string {
	widest := 1
	for _, w := range words {
		widest = max(widest, proc.StringWidth(w))
	}
	across := max(1, (width+2)/(widest+2))
	rows := (len(words) + across - 1) / across
	var b strings.Builder
	for row := range rows {
		for i := row; i < len(words); i += rows {
			b.WriteString(words[i])
			if i+rows < len(words) {
				b.WriteString(strings.Repeat(" ", widest+2-proc.StringWidth(words[i])))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}
