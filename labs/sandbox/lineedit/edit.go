package lineedit

import (
	"slices"
	"unicode"
)

// press does what a key stands for.
func (e *Editor) press(k key) {
	if k.text != "" {
		e.insert([]rune(k.text))
		return
	}
	do := actions[k.name]
	if do == nil {
		if k.name != "paste" && k.name != "" {
			e.bell()
		}
		return
	}
	do(e)
	e.draw()
}

// actions are the keys that change the line or move in it.
var actions = map[string]func(*Editor){
	"left": func(e *Editor) { e.move(e.at - 1) }, "ctrl+b": func(e *Editor) { e.move(e.at - 1) },
	"right": func(e *Editor) { e.move(e.at + 1) }, "ctrl+f": func(e *Editor) { e.move(e.at + 1) },
	"home": func(e *Editor) { e.at = 0 }, "ctrl+a": func(e *Editor) { e.at = 0 },
	"end": func(e *Editor) { e.at = len(e.line) }, "ctrl+e": func(e *Editor) { e.at = len(e.line) },
	"alt+b": func(e *Editor) { e.at = e.wordBefore(word) }, "alt+f": func(e *Editor) { e.at = e.wordAfter() },
	"backspace": func(e *Editor) { e.cut(e.at-1, e.at, false) }, "delete": func(e *Editor) { e.cut(e.at, e.at+1, false) },
	"ctrl+d": func(e *Editor) { e.cut(e.at, e.at+1, false) },
	"ctrl+k": func(e *Editor) { e.cut(e.at, len(e.line), true) }, "ctrl+u": func(e *Editor) { e.cut(0, e.at, true) },
	"ctrl+w":        func(e *Editor) { e.cut(e.wordBefore(notSpace), e.at, true) },
	"alt+backspace": func(e *Editor) { e.cut(e.wordBefore(word), e.at, true) },
	"alt+d":         func(e *Editor) { e.cut(e.at, e.wordAfter(), true) },
	"ctrl+y":        func(e *Editor) { e.put(e.killed) },
	"ctrl+t":        (*Editor).transpose,
	"ctrl+_":        (*Editor).takeBack,
	"up":            func(e *Editor) { e.look(e.recall - 1) }, "ctrl+p": func(e *Editor) { e.look(e.recall - 1) },
	"down": func(e *Editor) { e.look(e.recall + 1) }, "ctrl+n": func(e *Editor) { e.look(e.recall + 1) },
	"pgup": func(e *Editor) { e.look(0) }, "pgdown": func(e *Editor) { e.look(len(e.history)) },
	"ctrl+l": (*Editor).clear,
	"alt+.":  (*Editor).lastWord,
}

// insert adds text at the cursor. Where nothing else changes on the screen, only the text is written.
func (e *Editor) insert(text []rune) {
	e.put(text)
	e.draw()
}

func (e *Editor) put(text []rune) {
	if len(text) == 0 {
		e.bell()
		return
	}
	e.sys.Alloc(int64(4 * len(text)))
	e.keep()
	e.line = slices.Insert(e.line, e.at, text...)
	e.at += len(text)
}

// keep remembers the line for undo.
func (e *Editor) keep() {
	e.undo = append(e.undo, state{slices.Clone(e.line), e.at})
	if len(e.undo) > 200 {
		e.undo = e.undo[1:]
	}
}

func (e *Editor) takeBack() {
	if len(e.undo) == 0 {
		e.bell()
		return
	}
	last := e.undo[len(e.undo)-1]
	e.undo = e.undo[:len(e.undo)-1]
	e.line, e.at = last.line, last.at
}

func (e *Editor) move(to int) {
	if to < 0 || to > len(e.line) {
		e.bell()
		return
	}
	e.at = to
}

// cut removes from..to. What was killed can be yanked.
func (e *Editor) cut(from, to int, kill bool) {
	from, to = max(from, 0), min(to, len(e.line))
	if from >= to {
		e.bell()
		return
	}
	e.keep()
	if kill {
		e.killed = slices.Clone(e.line[from:to])
	}
	e.line = slices.Delete(slices.Clone(e.line), from, to)
	e.at = from
}

func word(r rune) bool     { return unicode.IsLetter(r) || unicode.IsDigit(r) }
func notSpace(r rune) bool { return !unicode.IsSpace(r) }

// wordBefore is where the word before the cursor begins.
func (e *Editor) wordBefore(in func(rune) bool) int {
	i := e.at
	for i > 0 && !in(e.line[i-1]) {
		i--
	}
	for i > 0 && in(e.line[i-1]) {
		i--
	}
	return i
}

// wordAfter is where the word after the cursor ends.
func (e *Editor) wordAfter() int {
	i := e.at
	for i < len(e.line) && !word(e.line[i]) {
		i++
	}
	for i < len(e.line) && word(e.line[i]) {
		i++
	}
	return i
}

// transpose swaps the two characters before the cursor; in the middle, the ones around it.
func (e *Editor) transpose() {
	if len(e.line) < 2 || e.at == 0 {
		e.bell()
		return
	}
	e.keep()
	e.line = slices.Clone(e.line)
	e.at = min(e.at, len(e.line)-1)
	e.line[e.at-1], e.line[e.at] = e.line[e.at], e.line[e.at-1]
	e.at++
}
