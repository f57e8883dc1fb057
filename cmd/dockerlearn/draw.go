package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/wording"
	"dockerlearn/progress"
)

// draw runs the screens, beginning with a request of theirs or at home, and says good-bye below them.
func (c *command) draw(ctx context.Context, s *study.Study, store *progress.Store, open tea.Msg) error {
	in, inOK := c.in.(*os.File)
	out, outOK := c.out.(*os.File)
	if !inOK || !outOK {
		return errors.New("the screens need a terminal; use --plain")
	}
	settings, err := s.Settings(ctx)
	if err != nil {
		settings = nil // as if never chosen: the home screen says what is wrong with the file
	}
	upkeep := c.upkeep(ctx, store)
	go s.Prepare()
	unsaved, err := app.Run(ctx, app.Options{
		Study: s, In: in, Out: out, Environ: c.environ, Home: c.home, Now: c.now, Lang: c.language(settings[study.Language]),
		Frames: theme.FrameSet(c.frames), Mouse: app.Mouse(c.mouse), Open: open, Host: c.host,
		Export: c.capture,
	})
	upkeep()
	if err == nil {
		c.farewell(ctx, s, unsaved)
	}
	return err
}

// upkeep takes the daily copy beside the screens. The returned function ends it.
func (c *command) upkeep(ctx context.Context, store *progress.Store) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = store.Upkeep(ctx) // what is wrong with the file shows when it is opened next, and in the doctor
	}()
	return func() {
		cancel()
		<-done
	}
}

// farewell says where everything is and what comes next; or why something is not there.
func (c *command) farewell(ctx context.Context, s *study.Study, unsaved error) {
	settings, err := s.Settings(ctx)
	if err != nil {
		settings = nil
	}
	lang := c.language(settings[study.Language])
	k := s.Kept()
	switch {
	case !k.Saves():
		fmt.Fprintln(c.out, wording.Say(lang, "Nothing was saved.", "本次没有保存。"))
		return
	case unsaved != nil:
		fmt.Fprintln(c.out, wording.Sayf(lang, "Not everything was saved: %s.", "有内容没有保存：%s。", wording.Cause(unsaved, lang)))
		return
	}
	text := wording.Sayf(lang, "Saved in %s.", "已保存到 %s。", wording.Home(k.Path, c.home))
	if today, err := s.Today(ctx); err == nil && len(today.Week) > 1 && today.Week[1] > 0 {
		text += wording.Sayf(lang, " %d cards tomorrow.", "明天有 %d 张卡片。", today.Week[1])
	}
	fmt.Fprintln(c.out, text+wording.Say(lang, " Run dockerlearn to go on.", "再次运行 dockerlearn 即可继续。"))
}
