package plain

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockerlearn/internal/study"
	"dockerlearn/internal/study/studytest"
	"dockerlearn/lessons"
)

var update = flag.Bool("update", false, "rewrite the golden files; read them before committing")

// converse types lines and returns what was printed.
func converse(t *testing.T, l *studytest.Learner, lang lessons.Lang, typed ...string) string {
	t.Helper()
	var out bytes.Buffer
	err := Run(context.Background(), Options{
		Study: l.Study, In: strings.NewReader(strings.Join(typed, "\n") + "\n"), Out: &out, Lang: lang, Now: l.Clock.Now, Width: 60,
		Home: l.Dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestConversations(t *testing.T) {
	for _, c := range []struct {
		name  string
		lang  lessons.Lang
		typed []string
	}{
		{"first-lesson", lessons.EN, []string{"", "", "k", "k", "p", "?", "c", "3", "b", "q"}},
		{"chinese", lessons.ZH, []string{"3", "1", "", "L", "L", "b", "b", "q"}},
		{"search", lessons.EN, []string{"/whiteout", "1", "nonsense", "b", "/xyzzy", "b", "4", "volume", "1", "q"}},
		{"to-the-end", lessons.EN, []string{"1", "", "", "", "", "", "", "", "", "", "q"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := converse(t, studytest.New(t), c.lang, c.typed...)
			path := filepath.Join("testdata", c.name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; look at it with -update:\n%s", path, got)
			}
		})
	}
}

func TestTheEndOfTheInputLosesNothing(t *testing.T) {
	l := studytest.New(t)
	converse(t, l, lessons.EN, "1", "")
	if at, err := l.Where(context.Background(), "layers"); err != nil || at.Screen != 1 {
		t.Errorf("the place is %+v, %v", at, err)
	}
}

// A learner who presses Enter at everything reads the whole course, once, in order.
func TestEnterReadsTheCourse(t *testing.T) {
	l := studytest.New(t)
	converse(t, l, lessons.EN, append(make([]string, 30), "q")...)
	h, err := l.Home(context.Background())
	if err != nil || h.Topics[0].Done != 2 {
		t.Errorf("read %d of 2 lessons, %v", h.Topics[0].Done, err)
	}
}

// What is typed comes back only as harmless text.
func TestNothingTypedMovesTheCursor(t *testing.T) {
	got := converse(t, studytest.New(t), lessons.EN, "\x1b[2J\x07", "/\x1b]0;x\x07", "b", "q")
	if strings.ContainsAny(got, "\x1b\x07") {
		t.Errorf("a control character came back: %q", got)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestABrokenPipeEndsTheConversation(t *testing.T) {
	l := studytest.New(t)
	err := Run(context.Background(), Options{
		Study: l.Study, In: strings.NewReader(strings.Repeat("\n", 100)), Out: full{}, Lang: lessons.EN, Now: l.Clock.Now,
	})
	if err == nil {
		t.Error("a conversation that nobody hears ended well")
	}
	if h, err := l.Home(context.Background()); err != nil || h.Continue.Place != (study.Place{Lesson: "layers"}) {
		t.Errorf("it went on without a listener: %+v %v", h.Continue, err)
	}
}
