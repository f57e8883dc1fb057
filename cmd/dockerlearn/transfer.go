package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dockerlearn/progress"
)

// export writes everything that the learner made.
func (c *command) export() *cobra.Command {
	return &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write your progress as JSON Lines",
		Long: `Write everything that you did as JSON Lines, one object a line, to a file or to
standard output. dockerlearn import reads it on another computer.`,
		Example: "  dockerlearn export progress.jsonl\n  dockerlearn export | gzip > progress.jsonl.gz",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			store, err := c.store(cmd.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			if len(args) == 0 {
				return store.Export(cmd.Context(), c.out)
			}
			return toFile(args[0], func(w io.Writer) error { return store.Export(cmd.Context(), w) })
		},
	}
}

// toFile writes a file that is whole or not there: it is written beside its place and then moved.
func toFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.part")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, plainError(err))
	}
	defer os.Remove(f.Name())
	err = errors.Join(write(f), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	return nil
}

// importing merges an export into the progress here.
func (c *command) importing() *cobra.Command {
	var skip bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Merge exported progress into yours",
		Long: `Merge a file that dockerlearn export wrote into your progress; - reads standard
input. What you have stays, importing twice changes nothing. If a line is bad,
nothing is imported, unless --skip-bad says to take the others.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("import takes one file, or - for standard input")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			from := c.in
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("cannot read %s: %w", args[0], plainError(err))
				}
				defer f.Close()
				from = f
			}
			store, err := c.store(cmd.Context())
			if err != nil {
				return err
			}
			defer store.Close()
			done, err := store.Import(cmd.Context(), from, progress.ImportOptions{SkipBad: skip})
			var bad *progress.BadLines
			if errors.As(err, &bad) {
				for _, l := range bad.Lines {
					fmt.Fprintf(c.err, "%s:%d: %s\n", args[0], l.Line, l.Reason)
				}
			}
			if err != nil {
				return fmt.Errorf("import: %w", err)
			}
			for _, l := range done.Skipped {
				fmt.Fprintf(c.err, "%s:%d: skipped: %s\n", args[0], l.Line, l.Reason)
			}
			fmt.Fprintf(c.out, "%d lines read, %d new, %d skipped\n", done.Lines, done.New, len(done.Skipped))
			return nil
		},
	}
	cmd.Flags().BoolVar(&skip, "skip-bad", false, "leave bad lines out instead of importing nothing")
	return cmd
}
