package bench_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/lessons"
)

// rig is the screen with nothing around it: commands are run when the benchmark says so.
type rig struct {
	s     *bench.Screen
	env   screen.Env
	ready []tea.Cmd // turns that can be run
}

func newRig(w, h int) *rig {
	var asked []tea.Msg
	r := &rig{env: screen.Env{
		Lang: lessons.EN, Theme: theme.New(theme.Dark, theme.FramesLight, theme.Terminal{}), W: w, H: h - 2,
	}.Asking(&asked)}
	r.s = bench.New(bench.Options{
		Task: task(), Lab: newLab(), Cache: &render.Cache{}, Now: time.Now,
		Tick: func(_ time.Duration, make func(time.Time) tea.Msg) tea.Cmd {
			return func() tea.Msg { return make(time.Time{}) }
		},
	})
	r.take(r.s.Init(r.env))
	return r
}

func (r *rig) take(cmd tea.Cmd) {
	if cmd != nil {
		r.ready = append(r.ready, cmd)
	}
}

// turn runs one command and shows what came of it.
func (r *rig) turn() {
	if len(r.ready) == 0 {
		return
	}
	cmd := r.ready[0]
	r.ready = r.ready[1:]
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			r.take(c)
		}
	default:
		r.take(r.s.Update(r.env, msg))
		r.s.View(r.env)
	}
}

func (r *rig) press(keys ...string) {
	for _, k := range keys {
		r.take(r.s.Update(r.env, screen.Key(k)))
	}
}

func (r *rig) command(line string) {
	for _, c := range line {
		r.press(strings.ReplaceAll(string(c), " ", "space"))
	}
	r.press("enter")
}

// BenchmarkKey is what a key takes until its echo is on the screen: while nothing runs, and while yes floods it.
func BenchmarkKey(b *testing.B) {
	for name, line := range map[string]string{"idle": "", "yes": "yes"} {
		b.Run(name, func(b *testing.B) {
			r := newRig(120, 40)
			r.command(line)
			for range 200 {
				r.turn()
			}
			var worst time.Duration
			for b.Loop() {
				begin := time.Now()
				r.press("x")
				for range 3 { // the turn that is under way, the rest, the key's own
					r.turn()
				}
				worst = max(worst, time.Since(begin))
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "ms-worst")
		})
	}
}

// BenchmarkFlood is two million lines until the prompt is back, and what they leave behind.
func BenchmarkFlood(b *testing.B) {
	for b.Loop() {
		r := newRig(120, 40)
		for range 50 {
			r.turn()
		}
		r.command("yes | head -n 2000000; echo do''ne")
		var worst time.Duration
		for n := 0; !strings.Contains(strings.Join(r.s.View(r.env).Body, "\n"), "done"); n++ {
			begin := time.Now()
			r.turn()
			worst = max(worst, time.Since(begin))
			if n > 1e6 {
				b.Fatal("it never ends")
			}
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc>>20), "MB-held")
		b.ReportMetric(float64(worst.Microseconds())/1000, "ms-worst-turn")
	}
}
