package app

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/reader"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/wording"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// Options say how to run the program. What is left empty is as the learner chose it last, or by itself.
type Options struct {
	Study   *study.Study
	In, Out *os.File
	Environ []string         // "NAME=value"
	Home    string           // the learner's folder, shown as ~
	Now     func() time.Time // to say when something happened
	Lang    lessons.Lang     // to begin with

	Look   theme.Look
	Frames theme.FrameSet
	Mouse  Mouse
	Host   Host
	Export Export
	Open   tea.Msg // a request of package screen to begin with; nil for the home screen
}

// savingAtMost is how long leaving waits for a slow disk.
const savingAtMost = 3 * time.Second

// Run shows the screens until the learner leaves, the context ends or the terminal goes away. The terminal is restored
// in every case, and what was shown is saved; unsaved is why something was not.
func Run(ctx context.Context, o Options) (unsaved, err error) {
	state, err := o.state(ctx)
	if err != nil {
		return nil, err
	}
	m := New(state)
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(o.In), tea.WithOutput(o.output()),
		tea.WithEnvironment(o.Environ), tea.WithFPS(120))
	stop := hangup(p)
	defer stop()
	_, err = p.Run()
	m.saver.Wait(savingAtMost)
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil {
		err = nil
	}
	return m.failed, err
}

// hangup ends the program in good order when its terminal is closed. Bubble Tea itself heeds SIGINT and SIGTERM.
func hangup(p *tea.Program) (stop func()) {
	gone := make(chan os.Signal, 1)
	over := make(chan struct{})
	signal.Notify(gone, syscall.SIGHUP)
	go func() {
		select {
		case <-gone:
			p.Quit()
		case <-over:
		}
	}()
	return func() {
		signal.Stop(gone)
		close(over)
	}
}

// output is the terminal, probed for wide frames unless the learner said what they want.
func (o Options) output() term.File {
	if o.Frames == theme.FramesASCII || o.Frames == theme.FramesLight {
		return o.Out
	}
	return &probing{File: o.Out}
}

// state gathers what the program begins with. Settings that cannot be read are as if never made: the screens say what
// is wrong with the progress file.
func (o Options) state(ctx context.Context) (State, error) {
	settings, err := o.Study.Settings(ctx)
	if err != nil {
		settings = nil
	}
	data, err := home.Gather(ctx, o.Study)
	if err != nil {
		return State{}, err
	}
	s := State{
		Study: o.Study, Home: data, Kept: o.kept(), Open: o.Open, Lang: o.Lang, Tick: tea.Tick, Host: o.Host, Export: o.Export,
		Look:   theme.Look(first(string(o.Look), settings[study.Theme])),
		Frames: theme.FrameSet(first(string(o.Frames), settings[study.Frames])),
		Mouse:  Mouse(first(string(o.Mouse), settings[study.Mouse])),
		Term:   theme.Terminal{NoColor: o.getenv("NO_COLOR") != ""},
		Links:  links(o.getenv),
		One:    settings[reader.Sides] == "no",
		First:  o.newcomer(data) && settings[study.Started] == "" && o.Open == nil,
	}
	s.W, s.H, _ = term.GetSize(o.Out.Fd())
	return s, nil
}

// newcomer reports whether somebody was never here: nothing read, nothing answered, and nothing lost that was.
func (o Options) newcomer(d home.Data) bool {
	restored := o.Study.Kept().Condition.State == progress.Restored
	return d.New && !d.Today.Answered && !d.Today.Unfinished && !restored
}

// kept says where the progress is, and in both languages what is wrong with it.
func (o Options) kept() home.Kept {
	k := o.Study.Kept()
	copied := screen.Say{}
	if !k.Backup.IsZero() {
		at := wording.Clock(k.Backup, o.Now())
		copied = screen.Say{EN: "backup " + at, ZH: "备份于 " + at}
	}
	trouble := func(l lessons.Lang) string { return wording.Condition(k.Condition, o.Now(), l) }
	return home.Kept{
		Where:   wording.Home(first(k.Path, k.Dir), o.Home),
		Copied:  copied,
		Trouble: screen.Say{EN: trouble(lessons.EN), ZH: trouble(lessons.ZH)},
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func (o Options) getenv(name string) string {
	for _, e := range o.Environ {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// links reports whether the terminal can be given hyperlinks. Most that cannot ignore them; these print them.
func links(getenv func(string) string) bool {
	return getenv("TERM") != "linux" && getenv("TERM_PROGRAM") != "Apple_Terminal"
}
