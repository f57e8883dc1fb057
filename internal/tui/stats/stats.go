// Package stats shows what the log of answers says: how well one remembers, how well one knows what one knows, the
// forgetting curve with one's own points, the topics by strength and by how often interviews ask, the wrong beliefs that
// were seen, the days worked, and the load to come. No points, no rank.
//
// The charts are text: without colours, with ASCII frames and with Chinese labels they say the same. Before there are
// enough answers an example stands in their place, in grey, and says so.
package stats

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/phrase"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/widget"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// Stats is the screen.
type Stats struct {
	study *study.Study
	data  map[int]quiz.Statistics // by the days that are looked at
	last  *quiz.Statistics        // what came last: it stays while the next is counted; nil before the first
	days  int                     // 0 for all
	list  widget.List             // of the beliefs
	page  int                     // of a window in which not everything has room
}

// spans are the days that one key goes through.
var spans = []int{30, 0, 7}

// enough is how many answers make statistics worth reading.
const enough = 30

// New returns the screen.
func New(s *study.Study) *Stats {
	return &Stats{study: s, data: map[int]quiz.Statistics{}, days: spans[0]}
}

// gathered answers gather.
type gathered struct {
	to   *Stats
	days int
	data quiz.Statistics
	err  error
}

// Init asks for the statistics.
func (s *Stats) Init(screen.Env) tea.Cmd { return s.gather() }

func (s *Stats) gather() tea.Cmd {
	x, days := s.study, s.days
	return func() tea.Msg {
		data, err := x.Statistics(context.Background(), days)
		return gathered{s, days, data, err}
	}
}

// Update takes a message in.
func (s *Stats) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Shown:
		clear(s.data)
		return s.gather()
	case gathered:
		switch {
		case msg.to != s:
		case msg.err != nil:
			return env.Ask(phrase.Unreadable(msg.err))
		default:
			s.data[msg.days], s.last = msg.data, &msg.data
			s.list.Set(len(msg.data.Beliefs))
		}
	case tea.KeyPressMsg:
		if cmd, ok := screen.Run(acts(), s, env, msg); ok {
			return cmd
		}
		s.list.Key(msg, 4)
	case tea.MouseWheelMsg:
		s.list.Wheel(msg)
	case tea.MouseClickMsg:
		return s.click(env, msg)
	}
	return nil
}

func acts() []screen.Act[*Stats] {
	bind := func(en, zh string, do func(*Stats, screen.Env) tea.Cmd, keys ...string) screen.Act[*Stats] {
		return screen.Act[*Stats]{Binding: screen.Binding{Keys: keys, Says: screen.Say{EN: en, ZH: zh}, Line: true}, Do: do}
	}
	return []screen.Act[*Stats]{
		bind("practise the belief", "练这条误解", (*Stats).practise, "enter"),
		bind("more charts", "其他图表", (*Stats).turn, "tab"),
		bind("7, 30, all days", "7 天、30 天、全部", (*Stats).span, "d"),
		bind("practise", "练习", func(_ *Stats, env screen.Env) tea.Cmd { return env.Ask(screen.OpenBegin{}) }, "p"),
	}
}

// Keys returns what can be pressed.
func (s *Stats) Keys(env screen.Env) []screen.Binding {
	return slices.DeleteFunc(Keys(), func(b screen.Binding) bool { return all(env) && b.Has("tab") })
}

// Keys returns the keys of this screen.
func Keys() []screen.Binding { return append(screen.Bindings(acts()), widget.ListKeys()...) }

func (s *Stats) turn(screen.Env) tea.Cmd {
	s.page = 1 - s.page
	return nil
}

func (s *Stats) span(screen.Env) tea.Cmd {
	s.days = spans[(slices.Index(spans, s.days)+1)%len(spans)]
	if _, ok := s.data[s.days]; ok {
		return nil
	}
	return s.gather()
}

// practise asks the question in which the chosen belief was seen.
func (s *Stats) practise(env screen.Env) tea.Cmd {
	data, own := s.shown()
	if !own || s.list.At >= len(data.Beliefs) {
		return env.Ask(screen.Notice{Text: screen.Say{
			EN: "No wrong belief was seen yet. p practises.", ZH: "还没有见过你的误解。按 p 开始练习。",
		}})
	}
	return env.Ask(screen.OpenDrill{Questions: []lessons.QuestionID{data.Beliefs[s.list.At].Question}})
}

func (s *Stats) click(env screen.Env, m tea.MouseClickMsg) tea.Cmd {
	l := s.layout(env)
	if l.beliefs > 0 && m.Y >= l.beliefs && s.list.Click(m.Y-l.beliefs) {
		return s.practise(env)
	}
	return nil
}

// shown is what is on display: the learner's own, or the example while there is too little of it.
func (s *Stats) shown() (data quiz.Statistics, own bool) {
	data, ok := s.data[s.days]
	if !ok && s.last != nil {
		data = *s.last
	}
	if s.last == nil || answers(data) >= enough {
		return data, true
	}
	return example(s.study), false
}

// answers is how many were ever given.
func answers(s quiz.Statistics) int {
	n := 0
	for _, d := range s.Calendar {
		n += d.Answers
	}
	return n
}
