package drill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// fromLab is a session with a card that a lab has brought back.
func fromLab(t *testing.T, l *screentest.Learner, q lessons.QuestionID) screen.OpenDrill {
	t.Helper()
	for _, lab := range l.Course().AllLabs() {
		for _, m := range lab.Mistakes {
			if m.Question != q {
				continue
			}
			plan := review
			plan.Start = quiz.Start{Session: "test", At: l.Clock.Now(), Seed: 7}
			slip := quiz.Slip{Question: q, Lab: lab.ID, Condition: m.Condition, At: l.Clock.Now()}
			plan.Asks = []quiz.Ask{{Question: q, Why: quiz.HasSlipped, Seed: 3, Card: quiz.Card{Question: q}, Slip: &slip}}
			text, err := json.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Set(context.Background(), "sitting", string(text)); err != nil {
				t.Fatal(err)
			}
			return screen.OpenDrill{Resume: true}
		}
	}
	t.Fatalf("no lab brings %s back", q)
	return screen.OpenDrill{}
}

func TestSlipFrames(t *testing.T) {
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		l := screentest.Learn(t, course(t))
		d := open(t, l, lang, 80, 24, fromLab(t, l, "container-write-path-02"))
		name := func(s string) string { return fmt.Sprintf("80x24/slip-%s.%s", s, lang) }
		d.Golden(name("asked")).Press("a", "enter").Golden(name("told"))
	}
}

// A card of a lab can be put away, also where one types; nothing is logged.
func TestASlipIsPutAway(t *testing.T) {
	for q, key := range map[lessons.QuestionID]string{"container-write-path-02": "-", "container-write-path-06": "ctrl+l"} {
		l := screentest.Learn(t, course(t))
		d := open(t, l, lessons.EN, 80, 24, fromLab(t, l, q)).Shows(key + " puts it").Press(key)
		if _, over := screentest.Last[screen.Replace](d); !over || len(logged(t, l)) > 0 {
			t.Errorf("%s is not put away by %s:\n%s", q, key, d.Frame())
		}
		settings, err := l.Settings(context.Background())
		if err != nil || len(settings) == 0 {
			t.Errorf("%s: nothing is stored of it", q)
		}
	}
}
