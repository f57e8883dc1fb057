package widget

import (
	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
)

// List is a cursor in a list that may be longer than its place. It holds no items: who shows it draws those between
// From and To. The zero List is empty.
type List struct {
	At  int // the chosen item
	N   int // how many there are
	top int // the first one that is visible
}

// Set says how many items there are; the cursor stays where it is if it can.
func (l *List) Set(n int) {
	l.N = n
	l.Move(0)
}

// Move moves the cursor by so many items and stops at the ends.
func (l *List) Move(by int) {
	l.At = max(min(l.At+by, l.N-1), 0)
}

// Window returns which items are visible when so many have room: the cursor's is among them.
func (l *List) Window(room int) (from, to int) {
	room = max(room, 1)
	l.top = max(min(l.top, l.At, l.N-room), l.At-room+1, 0)
	return l.top, min(l.top+room, l.N)
}

// Key moves the cursor by the usual keys; room is how many items are visible. It reports whether the key was one.
func (l *List) Key(key tea.KeyPressMsg, room int) bool {
	switch key.String() {
	case "up", "k":
		l.Move(-1)
	case "down", "j":
		l.Move(1)
	case "pgup":
		l.Move(-max(room-1, 1))
	case "pgdown":
		l.Move(max(room-1, 1))
	case "home", "g":
		l.Move(-l.N)
	case "end", "G":
		l.Move(l.N)
	default:
		return false
	}
	return true
}

// Wheel moves the cursor by the mouse's wheel.
func (l *List) Wheel(m tea.MouseWheelMsg) {
	switch m.Button {
	case tea.MouseWheelUp:
		l.Move(-1)
	case tea.MouseWheelDown:
		l.Move(1)
	}
}

// Click moves the cursor to the item in the so-and-so-many-th place from the top, if there is one.
func (l *List) Click(place int) bool {
	if place < 0 || l.top+place >= l.N {
		return false
	}
	l.At = l.top + place
	return true
}

// ListKeys are the keys of every list, for the help.
func ListKeys() []screen.Binding {
	return []screen.Binding{
		{Keys: []string{"up", "k"}, Show: "{up} k", Says: screen.Say{EN: "up", ZH: "上移"}},
		{Keys: []string{"down", "j"}, Show: "{down} j", Says: screen.Say{EN: "down", ZH: "下移"}},
		{Keys: []string{"home", "g"}, Show: "g home", Says: screen.Say{EN: "first", ZH: "第一项"}},
		{Keys: []string{"end", "G"}, Show: "G end", Says: screen.Say{EN: "last", ZH: "最后一项"}},
		{Keys: []string{"pgup"}, Says: screen.Say{EN: "a page up", ZH: "上一页"}},
		{Keys: []string{"pgdown"}, Says: screen.Say{EN: "a page down", ZH: "下一页"}},
	}
}

// MoveActs are the keys that move a list's cursor on a screen where letters are typed; room is how many items are
// visible.
func MoveActs[S any](list func(S) *List, room func(S, screen.Env) int) []screen.Act[S] {
	move := func(keys []string, show string, says screen.Say, line bool, by func(S, screen.Env) int) screen.Act[S] {
		return screen.Act[S]{
			Binding: screen.Binding{Keys: keys, Show: show, Says: says, Line: line},
			Do:      func(s S, env screen.Env) tea.Cmd { list(s).Move(by(s, env)); return nil },
		}
	}
	one := func(n int) func(S, screen.Env) int { return func(S, screen.Env) int { return n } }
	back := func(s S, env screen.Env) int { return -room(s, env) }
	return []screen.Act[S]{
		move([]string{"down", "ctrl+n", "tab"}, "{down}", screen.Say{EN: "next", ZH: "下一条"}, true, one(1)),
		move([]string{"up", "ctrl+p", "shift+tab"}, "{up}", screen.Say{EN: "previous", ZH: "上一条"}, true, one(-1)),
		move([]string{"pgdown"}, "", screen.Say{EN: "a page down", ZH: "下一页"}, false, room),
		move([]string{"pgup"}, "", screen.Say{EN: "a page up", ZH: "上一页"}, false, back),
	}
}
