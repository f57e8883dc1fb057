// Package begin is where a learner chooses what to practise: today's review, a drill of some minutes, a topic, the weak
// spots, a mock interview, an exam; and the day by which to be ready, which plans the rest. Enter begins the chosen one
// as it is set.
package begin

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Begin is the screen.
type Begin struct {
	study *study.Study
	first quiz.Mode // where the cursor begins
	today *study.Today
	load  *quiz.Load // of the goal
	list  widget.List
	field int // the setting of the chosen item that left and right change
	set   settings
}

// New returns the screen with the cursor on a mode; on the first item without one.
func New(s *study.Study, m quiz.Mode) *Begin {
	b := &Begin{study: s, first: m, set: usual()}
	b.list.Set(len(b.items()))
	b.point()
	return b
}

// gathered answers gather, planned answers plan.
type (
	gathered struct {
		to    *Begin
		today study.Today
		err   error
	}
	planned struct {
		to   *Begin
		load quiz.Load
		err  error
	}
	goalSet struct {
		to  *Begin
		by  quiz.Day
		err error
	}
)

// Init asks what there is to review.
func (b *Begin) Init(screen.Env) tea.Cmd { return b.gather() }

func (b *Begin) gather() tea.Cmd {
	s := b.study
	return func() tea.Msg {
		today, err := s.Today(context.Background())
		return gathered{b, today, err}
	}
}

// plan asks what the goal takes: it plays the days until then, which is why it comes later.
func (b *Begin) plan() tea.Cmd {
	s := b.study
	return func() tea.Msg {
		load, err := s.Load(context.Background())
		return planned{b, load, err}
	}
}

// Update takes a message in.
func (b *Begin) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Shown:
		return b.gather()
	case gathered:
		return b.take(env, msg)
	case planned:
		if msg.to == b && msg.err == nil {
			b.load = &msg.load
		}
	case goalSet:
		return b.haveGoal(env, msg)
	case tea.KeyPressMsg:
		return b.key(env, msg)
	case tea.MouseWheelMsg:
		b.list.Wheel(msg)
		b.field = 0
	case tea.MouseClickMsg:
		return b.click(env, msg)
	}
	return nil
}

func (b *Begin) take(env screen.Env, g gathered) tea.Cmd {
	if g.to != b {
		return nil
	}
	if g.err != nil {
		return env.Ask(phrase.Unreadable(g.err))
	}
	fresh := b.today == nil
	b.today = &g.today
	b.list.Set(len(b.items()))
	if fresh {
		b.point()
		if g.today.Goal.By > 0 {
			b.set.days = max(1, g.today.DaysLeft)
		}
	}
	if g.today.Goal.By > 0 && b.load == nil {
		return b.plan()
	}
	return nil
}

// point puts the cursor on the mode that was asked for.
func (b *Begin) point() {
	for i, it := range b.items() {
		if it.mode == b.first && !it.resume && b.first != "" {
			b.list.At = i
		}
	}
}

func (b *Begin) key(env screen.Env, key tea.KeyPressMsg) tea.Cmd {
	if cmd, ok := screen.Run(acts(), b, env, key); ok {
		return cmd
	}
	if digits().Has(key.String()) {
		if at := int(key.Code - '1'); at < b.list.N {
			b.list.At, b.field = at, 0
		}
		return nil
	}
	if b.list.Key(key, b.list.N) {
		b.field = 0
	}
	return nil
}

func acts() []screen.Act[*Begin] {
	bind := func(line bool, show, en, zh string, do func(*Begin, screen.Env) tea.Cmd, keys ...string) screen.Act[*Begin] {
		return screen.Act[*Begin]{
			Binding: screen.Binding{Keys: keys, Show: show, Says: screen.Say{EN: en, ZH: zh}, Line: line}, Do: do,
		}
	}
	change := func(by int) func(*Begin, screen.Env) tea.Cmd {
		return func(b *Begin, _ screen.Env) tea.Cmd { b.change(by); return nil }
	}
	return []screen.Act[*Begin]{
		bind(true, "", "begin", "开始", (*Begin).begin, "enter"),
		bind(true, "{left}/{right}", "change", "调整", change(-1), "left", "h", "-"),
		bind(false, "{right}", "more", "增加", change(1), "right", "l", "+"),
		bind(true, "", "next setting", "下一项设置", (*Begin).nextField, "tab"),
		bind(false, "", "a week earlier", "提前一周", change(-7), "shift+left"),
		bind(false, "", "a week later", "推后一周", change(7), "shift+right"),
		bind(false, "", "no goal any more", "取消目标", (*Begin).noGoal, "x"),
		bind(true, "", "statistics", "统计", (*Begin).statistics, "s"),
	}
}

func digits() screen.Binding {
	return screen.Binding{
		Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8"}, Show: "1-8", Says: screen.Say{
			EN: "choose", ZH: "选择",
		}, Line: true,
	}
}

// Keys returns what can be pressed.
func (b *Begin) Keys(screen.Env) []screen.Binding { return Keys() }

// Keys returns the keys of this screen.
func Keys() []screen.Binding {
	return append(append(screen.Bindings(acts()), digits()), widget.ListKeys()[:2]...)
}

// chosen is the item under the cursor.
func (b *Begin) chosen() item { return b.items()[min(b.list.At, len(b.items())-1)] }

func (b *Begin) change(by int) {
	fields := b.fields(b.chosen())
	if len(fields) == 0 {
		return
	}
	if !fields[b.field%len(fields)].weeks {
		by = max(-1, min(by, 1))
	}
	fields[b.field%len(fields)].change(by)
}

func (b *Begin) nextField(screen.Env) tea.Cmd {
	if n := len(b.fields(b.chosen())); n > 0 {
		b.field = (b.field + 1) % n
	}
	return nil
}

// begin does what is chosen.
func (b *Begin) begin(env screen.Env) tea.Cmd {
	it := b.chosen()
	if it.goal {
		return b.setGoal(quiz.DayOf(b.study.Now()) + quiz.Day(b.set.days))
	}
	return env.Ask(b.request(it))
}

func (b *Begin) statistics(env screen.Env) tea.Cmd { return env.Ask(screen.OpenStatistics{}) }

func (b *Begin) noGoal(screen.Env) tea.Cmd { return b.setGoal(0) }

func (b *Begin) setGoal(by quiz.Day) tea.Cmd {
	s := b.study
	return func() tea.Msg { return goalSet{b, by, s.SetGoal(context.Background(), by)} }
}

func (b *Begin) haveGoal(env screen.Env, g goalSet) tea.Cmd {
	if g.to != b {
		return nil
	}
	says := screen.Say{
		EN: "Kept: each day's review is planned for " + g.by.String() + ".", ZH: "已记下：每天的复习按 " + g.by.String() + " 安排。",
	}
	if g.by == 0 {
		says = screen.Say{EN: "No goal: reviews come as they are due.", ZH: "已取消目标：按到期时间复习。"}
	}
	b.load = nil
	return tea.Batch(env.Ask(screen.Saved{Err: g.err}), env.Ask(screen.Notice{Text: says}), b.gather())
}

// request is what an item asks for.
func (b *Begin) request(it item) screen.OpenDrill {
	if it.resume {
		return screen.OpenDrill{Resume: true}
	}
	w := study.Wish{Mode: it.mode}
	if t := b.topic(it.mode); t != nil {
		w.Topics = []lessons.TopicID{t.ID}
	}
	switch it.mode {
	case quiz.Drill:
		w.Length = b.set.drill.minutes()
	case quiz.Interview:
		w.Length, w.Level = b.set.interview.minutes(), levels[b.set.level]
	case quiz.Exam:
		w.Count = exams[b.set.exam]
	}
	return screen.OpenDrill{Wish: w}
}

func (b *Begin) click(env screen.Env, m tea.MouseClickMsg) tea.Cmd {
	l := b.layout(env)
	switch {
	case m.Y >= l.listY && m.Y < l.listY+b.list.N && m.X < l.listW:
		if at := m.Y - l.listY; at != b.list.At {
			b.list.At, b.field = at, 0
			return nil
		}
		return b.begin(env)
	case m.Y >= l.fieldY && m.Y < l.fieldY+len(b.fields(b.chosen())) && m.X >= l.fieldX:
		b.field = m.Y - l.fieldY
		by := 1
		if m.X < l.fieldX+fieldMiddle {
			by = -1
		}
		b.change(by)
	}
	return nil
}
