package drill

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/wording"
)

// slip says why a lab has brought the question back. What is true instead is only said after the answer.
func (d *Drill) slip(env screen.Env, t *text) {
	if d.turn.Ask.Slip == nil {
		return
	}
	lab, says := d.study.Belief(*d.turn.Ask.Slip)
	if lab == nil {
		return
	}
	belief, _ := wording.Belief(render.Clean(says.In(env.Lang)))
	title := render.Clean(lab.Title.In(env.Lang))
	line := fmt.Sprintf(env.Say(screen.Say{EN: `In the lab "%s" you acted on this: %s`, ZH: "做实验《%s》时，你信了这句话：%s"}), title, belief)
	if belief == "" {
		line = fmt.Sprintf(env.Say(screen.Say{EN: `The lab "%s" brought this back.`, ZH: "这题是实验《%s》带回来的。"}), title)
	}
	t.prose(env.Theme.Warn, line+env.Say(screen.Say{EN: " (" + d.awayKey() + " puts it away)", ZH: "（" + d.awayKey() + " 收起）"}),
		d.geometry(env).text)
	t.space()
}

// slipTold says what a mistake in a lab stood for.
func (d *Drill) slipTold(env screen.Env, t *text) {
	if d.turn.Ask.Slip == nil {
		return
	}
	if lab, says := d.study.Belief(*d.turn.Ask.Slip); lab != nil {
		t.add(env.Theme.Heading.Paint(fmt.Sprintf(env.Say(screen.Say{EN: `In the lab "%s"`, ZH: "在实验《%s》里"}),
			render.Clean(lab.Title.In(env.Lang)))))
		t.prose(env.Theme.Text, render.Clean(says.In(env.Lang)), d.geometry(env).text)
		t.space()
	}
}

// The keys that put a card away which a lab has brought back; where one types, only the second.
const (
	awayKey      = "-"
	awayKeyTyped = "ctrl+l"
)

func (d *Drill) awayKey() string {
	if d.types() {
		return awayKeyTyped
	}
	return awayKey
}

// awayActs are the keys for a card that a lab has brought back.
func (d *Drill) awayActs() []act {
	if d.turn.Ask.Slip == nil || d.phase != asking {
		return nil
	}
	keys := []string{awayKey, awayKeyTyped}
	if d.types() {
		keys = keys[1:]
	}
	return []act{putAway(keys...)}
}

func putAway(keys ...string) act {
	return bind(true, "", "put away", "收起", (*Drill).putAway, keys...)
}

// putAway leaves the card out until the mistake shows again.
func (d *Drill) putAway(env screen.Env) tea.Cmd {
	d.phase = marking
	x, slip := d.x, *d.turn.Ask.Slip
	return tea.Batch(env.Ask(screen.Notice{Text: screen.Say{
		EN: "Put away. It comes back if the mistake shows again.", ZH: "已收起；同样的误区再出现时才会回来。",
	}}), func() tea.Msg {
		err := x.PutAway(context.Background(), slip)
		return turned{d, x.Turn(), x.Used(), err}
	})
}
