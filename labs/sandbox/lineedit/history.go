package lineedit

import "strings"

// look shows a line of the history; behind the last one stands the line being typed.
func (e *Editor) look(i int) {
	if i < 0 || i > len(e.history) {
		e.bell()
		return
	}
	if e.recall == len(e.history) {
		e.typed = e.line
	}
	e.recall = i
	e.line = e.typed
	if i < len(e.history) {
		e.line = []rune(e.history[i])
	}
	e.at, e.undo = len(e.line), nil
}

// lastWord inserts the last word of the line before.
func (e *Editor) lastWord() {
	if len(e.history) == 0 {
		e.bell()
		return
	}
	words := strings.Fields(e.history[len(e.history)-1])
	if len(words) == 0 {
		e.bell()
		return
	}
	e.put([]rune(words[len(words)-1]))
}

// search is ^R: it looks for what is typed, from the newest line back. Enter runs the found line, another key takes it
// into the line and does what it does there, ^G and ^C give up. It is false when the terminal is gone.
func (e *Editor) search() bool {
	prompt, before, at := e.prompt, e.line, e.at
	wanted, found := "", len(e.history)
	show := func(failed bool) {
		e.prompt = "(reverse-i-search)`" + wanted + "': "
		if failed {
			e.prompt = "(failed " + e.prompt[1:]
		}
		e.draw()
	}
	leave := func() {
		e.prompt = prompt
		e.draw()
	}
	show(false)
	for {
		e.sys.Step(1)
		k, ok := e.keys.next()
		if !ok {
			return false
		}
		from := found
		switch {
		case k.text != "":
			wanted += k.text
			from = min(found+1, len(e.history))
		case k.name == "backspace":
			if r := []rune(wanted); len(r) > 0 {
				wanted = string(r[:len(r)-1])
			}
			from = len(e.history)
		case k.name == "ctrl+r":
		case k.name == "ctrl+g", k.name == "ctrl+c":
			e.line, e.at = before, at
			leave()
			return true
		default:
			leave()
			e.keys.unread(k)
			return true
		}
		i := e.older(wanted, from)
		if i < 0 {
			e.bell()
			show(true)
			continue
		}
		found = i
		e.recall, e.line = i, []rune(e.history[i])
		e.at = len([]rune(e.history[i][:strings.Index(e.history[i], wanted)]))
		show(false)
	}
}

// older is the newest line before a place that holds a text, or -1.
func (e *Editor) older(text string, before int) int {
	for i := before - 1; i >= 0; i-- {
		if text != "" && strings.Contains(e.history[i], text) {
			return i
		}
	}
	return -1
}
