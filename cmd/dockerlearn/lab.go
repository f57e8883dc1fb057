package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dockerlearn/internal/plain"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// lab opens a lab, or the list of labs.
func (c *command) lab() *cobra.Command {
	var fresh bool
	cmd := &cobra.Command{
		Use:   "lab [ID]",
		Short: "Do something on a simulated Docker host, and see what is missing",
		Long: `Open a lab: a task, a terminal of a simulated host, and conditions that say how far
you are and what is true instead. Everything is kept as it happens: a lab goes on
where you left it. Without an ID, all labs are listed.`,
		Example: "  dockerlearn lab\n  dockerlearn lab first-container\n  dockerlearn lab copy-up --fresh",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{errors.New("lab takes one ID")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var id lessons.LabID
			if len(args) == 1 {
				id = lessons.LabID(args[0])
			}
			return c.openLab(cmd.Context(), id, fresh)
		},
	}
	cmd.Flags().BoolVar(&fresh, "fresh", false, "begin anew instead of going on")
	return cmd
}

func (c *command) openLab(ctx context.Context, id lessons.LabID, fresh bool) error {
	return c.withStudy(ctx, func(s *study.Study, store *progress.Store) error {
		if id != "" && s.Course().Lab(id) == nil {
			return usageError{unknownLab(s.Course(), id)}
		}
		if c.plainly || c.plain() {
			return c.labInLines(ctx, s, store, id, fresh)
		}
		if id == "" {
			return c.draw(ctx, s, store, screen.OpenLabs{})
		}
		return c.draw(ctx, s, store, screen.OpenLab{Lab: id, Fresh: fresh})
	})
}

func (c *command) labInLines(ctx context.Context, s *study.Study, store *progress.Store, id lessons.LabID, fresh bool) error {
	o, err := c.plainOptions(ctx, s)
	if err != nil {
		return err
	}
	defer c.upkeep(ctx, store)()
	return plain.Lab(ctx, o, id, fresh)
}

// unknownLab names the labs whose names are like the one that was asked for, or where all are listed.
func unknownLab(course *lessons.Course, id lessons.LabID) error {
	var near []string
	for _, l := range course.AllLabs() {
		if strings.Contains(string(l.ID), string(id)) || strings.Contains(string(id), string(l.ID)) {
			near = append(near, string(l.ID))
		}
	}
	if len(near) > 0 {
		return fmt.Errorf("there is no lab %q; did you mean %s?", id, strings.Join(near, ", "))
	}
	return fmt.Errorf("there is no lab %q; dockerlearn list shows what there is", id)
}

// capture stores frames that were captured in a lab, in the folder of the learner's progress. A name that is taken gets a
// number.
func (c *command) capture(name string, contents []byte) (string, error) {
	dir, err := c.dataDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "captures")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", plainError(err)
	}
	ext := filepath.Ext(name)
	base := strings.TrimSuffix(filepath.Base(name), ext)
	at := filepath.Join(dir, base+ext)
	for n := 2; ; n++ {
		if _, err := os.Lstat(at); errors.Is(err, os.ErrNotExist) {
			break
		}
		at = filepath.Join(dir, fmt.Sprintf("%s-%d%s", base, n, ext))
	}
	return at, toFile(at, func(w io.Writer) error { _, err := w.Write(contents); return err })
}
