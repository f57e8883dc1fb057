package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"dockerlearn/internal/study"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// course loads the built-in course, or the folder that --pack names. Mistakes in it do not keep it from being read.
func (c *command) course() (*lessons.Course, lessons.Findings, error) {
	fsys, err := c.texts(c.pack)
	if err != nil {
		return nil, nil, err
	}
	course, found := lessons.Load(fsys)
	if len(course.Lessons()) == 0 {
		for _, f := range found {
			fmt.Fprintln(c.err, f)
		}
		return nil, nil, fmt.Errorf("the folder %s holds no lesson that can be read", c.pack)
	}
	return course, found, nil
}

// texts is the folder of a course. Nothing in it can lead outside of it.
func (c *command) texts(folder string) (fs.FS, error) {
	if folder == "" {
		return c.content, nil
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("cannot open the folder %s: %w", folder, plainError(err))
	}
	return root.FS(), nil
}

// plainError is what the system said, without the name of the call.
func plainError(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// dataDir is the folder that keeps progress.
func (c *command) dataDir() (string, error) {
	dir := c.data
	if dir == "" {
		dir = progress.DefaultDir(c.getenv, c.home, c.goos)
	}
	if dir == "" {
		return "", errors.New("there is no home folder to keep progress in; name one with --data DIR")
	}
	return filepath.Abs(dir)
}

// store opens the progress file. It opens whatever it finds; its Condition says how that went.
func (c *command) store(ctx context.Context) (*progress.Store, error) {
	dir, err := c.dataDir()
	if err != nil {
		return nil, err
	}
	return progress.Open(ctx, progress.Options{Dir: dir, Profile: c.profile, Now: c.now, Version: versionText()})
}

// waitForChoice is how long a command that only prints waits for a locked progress file to learn the language.
const waitForChoice = 100 * time.Millisecond

// chosen is the language to print in: what the flag asks for, or the learner's last choice, or the environment's. It
// only looks: whoever prints a lesson on a fresh machine leaves no trace on it.
func (c *command) chosen(ctx context.Context) lessons.Lang {
	dir, err := c.dataDir()
	if _, missing := os.Stat(dir); c.lang != "" || err != nil || missing != nil {
		return c.language("")
	}
	store, err := progress.Open(ctx, progress.Options{
		Dir: dir, Profile: c.profile, Now: c.now, ReadOnly: true, Wait: waitForChoice,
	})
	if err != nil {
		return c.language("")
	}
	defer store.Close()
	settings, err := study.New(&lessons.Course{}, nil, store, c.now).Settings(ctx)
	if err != nil {
		settings = nil // as if never chosen
	}
	return c.language(settings[study.Language])
}

// study opens course and progress side by side.
func (c *command) study(ctx context.Context) (*study.Study, *progress.Store, error) {
	type opened struct {
		store *progress.Store
		err   error
	}
	opening := make(chan opened, 1)
	go func() {
		store, err := c.store(ctx)
		opening <- opened{store, err}
	}()
	course, found, err := c.course()
	o := <-opening
	if err == nil {
		err = o.err
	}
	if err != nil {
		if o.store != nil {
			_ = o.store.Close()
		}
		return nil, nil, err
	}
	return study.New(course, found, o.store, c.now), o.store, nil
}
