package app_test

import (
	"context"
	"testing"

	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
)

// BenchmarkFirstFrame is what the program itself takes from having course and progress to its first frame.
func BenchmarkFirstFrame(b *testing.B) {
	s := tuitest.Study(b, b.TempDir())
	for b.Loop() {
		data, err := home.Gather(context.Background(), s)
		if err != nil {
			b.Fatal(err)
		}
		m := app.New(app.State{Study: s, Home: data, Lang: lessons.EN, W: 120, H: 40})
		if m.View().Content == "" {
			b.Fatal("no frame")
		}
	}
}

// BenchmarkKey is what a key takes until the frame that it leads to is there, without the disk: it runs beside.
func BenchmarkKey(b *testing.B) {
	for _, bb := range []struct {
		name string
		open []string
		keys []string
	}{
		{"home", nil, []string{"down", "up"}},
		{"reader", []string{"enter"}, []string{"right", "left"}},
		{"scroll", []string{"enter"}, []string{"down", "up"}},
		{"palette", []string{":"}, []string{"v", "backspace"}},
		{"search", []string{"/"}, []string{"v", "backspace"}},
		{"keys", []string{"?"}, []string{"v", "backspace"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			d := tuitest.Start(b, app.State{}, 120, 40).Press(bb.open...).Press(bb.keys...)
			for i := 0; b.Loop(); i++ {
				d.Model.Update(screen.Key(bb.keys[i%len(bb.keys)]))
				if d.Model.View().Content == "" {
					b.Fatal("no frame")
				}
			}
		})
	}
}
