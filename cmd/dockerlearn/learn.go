package main

import (
	"context"

	"dockerlearn/internal/plain"
	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/progress"
)

// learn opens the course: on the screen, or as a conversation in lines.
func (c *command) learn(ctx context.Context) error {
	return c.withStudy(ctx, func(s *study.Study, store *progress.Store) error {
		if !c.plainly && !c.plain() {
			return c.draw(ctx, s, store, nil)
		}
		o, err := c.plainOptions(ctx, s)
		if err != nil {
			return err
		}
		defer c.upkeep(ctx, store)()
		return plain.Run(ctx, o)
	})
}

// plainOptions say how the conversation in lines looks.
func (c *command) plainOptions(ctx context.Context, s *study.Study) (plain.Options, error) {
	settings, err := s.Settings(ctx)
	if err != nil {
		settings = nil // what cannot be read was never chosen; the conversation says what is wrong with the file
	}
	o := plain.Options{
		Study: s, In: c.in, Out: c.out, Lang: c.language(settings[study.Language]),
		Home: c.home, Now: c.now, Width: c.textWidth(),
	}
	if c.frames == "light" {
		o.Frames = render.LightFrames()
	}
	return o, ctx.Err()
}

// textWidth is how wide lines of text are: as the terminal, but never wider than one likes to read.
func (c *command) textWidth() int {
	const widest = 76
	if columns := c.columns(); columns > 0 {
		return max(render.MinWidth, min(columns-1, widest))
	}
	return widest
}
