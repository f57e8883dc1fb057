package app

import (
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/screen"
)

// watcher is a screen that notes what arrives.
type watcher struct {
	got    []tea.Msg
	typing bool
	owns   bool
	keys   []screen.Binding
}

func (w *watcher) Init(screen.Env) tea.Cmd                  { return nil }
func (w *watcher) Update(_ screen.Env, msg tea.Msg) tea.Cmd { w.got = append(w.got, msg); return nil }

func (w *watcher) View(e screen.Env) screen.View    { return screen.View{Body: make([]string, e.H)} }
func (w *watcher) Keys(screen.Env) []screen.Binding { return w.keys }
func (w *watcher) Typing() bool                     { return w.typing }
func (w *watcher) Owns() bool                       { return w.owns }
func (w *watcher) take() (msgs []tea.Msg)           { msgs, w.got = w.got, nil; return msgs }

func stacked(screens ...screen.Screen) *Model {
	return &Model{stack: screens, state: State{W: 80, H: 24}}
}

func want(t *testing.T, who string, got []tea.Msg, is ...tea.Msg) {
	t.Helper()
	if len(got) != len(is) || len(is) > 0 && !reflect.DeepEqual(got, is) {
		t.Errorf("%s got %v, want %v", who, got, is)
	}
}

type private struct{ n int }

func TestInputGoesToTheTopOnly(t *testing.T) {
	below, top := &watcher{}, &watcher{}
	m := stacked(below, top)
	for _, msg := range []tea.Msg{
		screen.Key("x"), tea.PasteMsg{Content: "x"}, tea.MouseWheelMsg{Button: tea.MouseWheelUp},
	} {
		m.Update(msg)
		want(t, "below", below.take())
		want(t, "top", top.take(), msg)
	}
	m.Update(tea.MouseClickMsg{X: 3, Y: 5, Button: tea.MouseLeft})
	want(t, "top", top.take(), tea.MouseClickMsg{X: 3, Y: 4, Button: tea.MouseLeft})
	m.Update(tea.MouseClickMsg{X: 3, Y: 5, Button: tea.MouseRight})
	want(t, "top", top.take())
}

func TestOtherMessagesGoToEveryScreenOnce(t *testing.T) {
	below, top := &watcher{}, &watcher{}
	m := stacked(below, top)
	m.Update(private{7})
	want(t, "below", below.take(), private{7})
	want(t, "top", top.take(), private{7})
	m.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	want(t, "below", below.take(), screen.Changed{})
	want(t, "top", top.take(), screen.Changed{})
	m.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	want(t, "top", top.take())
}

func TestRequestsAreAnsweredByTheAppOnly(t *testing.T) {
	below, top := &watcher{}, &watcher{}
	m := stacked(below, top)
	m.Update(screen.Notice{Text: screen.Say{EN: "hello"}})
	want(t, "top", top.take())
	m.Update(screen.Back{})
	want(t, "top", top.take())
	want(t, "below", below.take(), screen.Shown{})
	m.Update(screen.Back{}) // home stays
	want(t, "below", below.take())
	if len(m.stack) != 1 {
		t.Errorf("%d screens are left", len(m.stack))
	}
}

// A screen that asks to close others takes no message away from them.
func TestRequestsWaitUntilAllHaveTheMessage(t *testing.T) {
	below, top := &watcher{}, &watcher{}
	m := stacked(&watcher{}, &homesick{}, below, top)
	m.Update(private{7})
	want(t, "below", below.take(), private{7})
	want(t, "top", top.take(), private{7})
	if len(m.stack) != 1 {
		t.Errorf("%d screens are left", len(m.stack))
	}
}

// homesick is a screen that wants to go home whatever arrives.
type homesick struct{ watcher }

func (*homesick) Update(e screen.Env, _ tea.Msg) tea.Cmd { return e.Ask(screen.Home{}) }

// A screen's own keys go before those that work everywhere; where one types, letters are text.
func TestWhoseKeyItIs(t *testing.T) {
	for _, tc := range []struct {
		name  string
		top   *watcher
		key   string
		taken bool
	}{
		{"a key that works everywhere", &watcher{}, "ctrl+z", false},
		{"nobody's key", &watcher{}, "x", true},
		{"the screen's own use of it", &watcher{keys: []screen.Binding{{Keys: []string{"T"}}}}, "T", true},
		{"a letter where one types", &watcher{typing: true}, "q", true},
		{"a sign where one types", &watcher{typing: true}, "?", true},
		{"no letter where one types", &watcher{typing: true}, "esc", false},
		{"the keys of a screen that owns them all", &watcher{owns: true}, "ctrl+z", true},
		{"even the one that leaves", &watcher{owns: true}, "ctrl+c", true},
	} {
		stacked(&watcher{}, tc.top).Update(screen.Key(tc.key))
		if got := len(tc.top.got) == 1; got != tc.taken {
			t.Errorf("%s: %s reached the screen: %v", tc.name, tc.key, got)
		}
	}
}

// A window that is too small shows nothing that could own a key: one must be able to leave.
func TestWhoseKeyItIsInASmallWindow(t *testing.T) {
	top := &watcher{owns: true}
	m := stacked(&watcher{}, top)
	m.state.W, m.state.H = 20, 5
	m.Update(screen.Key("x"))
	want(t, "top", top.take())
	m.Update(screen.Key("ctrl+c"))
	if want(t, "top", top.take()); !m.asked {
		t.Error("ctrl+c was not taken in")
	}
}

// No two keys of the program's own table are the same, and what they do is said in both languages.
func TestEverywhereIsConsistent(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range everywhere() {
		for _, k := range a.Keys {
			if seen[k] {
				t.Errorf("%s stands twice", k)
			}
			seen[k] = true
		}
		if a.Says.EN == "" || a.Says.ZH == "" || strings.ContainsAny(a.Says.EN, "，。") {
			t.Errorf("%v is not said in both languages", a.Keys)
		}
	}
}
