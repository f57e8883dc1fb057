package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dockerlearn/lessons"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a command line that makes no sense.
type usageError struct{ error }

// failure is an error that was told already, or needs no words: only the exit code is left.
var errTold = errors.New("told already")

// command is one run of the program: its world, and the flags that all commands share.
type command struct {
	world
	data, profile, pack string
	lang, frames, mouse string
	plainly             bool
}

// run does what a command line says and returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	c := &command{world: w}
	root := c.root()
	root.SetArgs(args)
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.err)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errTold):
		return exitFailed
	}
	fmt.Fprintf(w.err, "dockerlearn: %v\n", err)
	var usage usageError
	if errors.As(err, &usage) || strings.HasPrefix(err.Error(), "unknown command") {
		fmt.Fprintln(w.err, "Run dockerlearn --help for what there is.")
		return exitUsage
	}
	return exitFailed
}

const about = `Learn Docker in the terminal: a course in English and 中文, offline, with nothing
that can harm this computer.

Without a command the course opens where you left it. If there is no terminal to
draw on (a pipe, TERM=dumb), it becomes a conversation in plain lines.`

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "dockerlearn",
		Short:             "Learn Docker in the terminal",
		Long:              about,
		Example:           "  dockerlearn\n  dockerlearn read union-fs --lang zh\n  dockerlearn search whiteout",
		Args:              noArguments,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return c.checkFlags() },
		RunE:              func(cmd *cobra.Command, _ []string) error { return c.learn(cmd.Context()) },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	flags := root.PersistentFlags()
	flags.StringVar(&c.data, "data", "", "folder that keeps your progress (default: see dockerlearn doctor)")
	flags.StringVar(&c.profile, "profile", "", "whose progress, when several people share this computer")
	flags.StringVar(&c.pack, "pack", "", "folder with a course of your own, instead of the built-in one")
	flags.StringVar(&c.lang, "lang", "", "language: en or zh (default: your last choice, else the system's)")
	flags.StringVar(&c.frames, "frames", "", "characters to draw with: auto, light or ascii")
	flags.StringVar(&c.mouse, "mouse", "", "take the mouse in the reader too: on, off or auto")
	flags.BoolVar(&c.plainly, "plain", false, "plain lines instead of a drawn screen")
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Read", []*cobra.Command{c.read(), c.search(), c.list()}},
		{"Try", []*cobra.Command{c.lab(), c.sandbox(), c.fidelity()}},
		{"Be asked", []*cobra.Command{c.review(), c.drill(), c.interview(), c.exam(), c.due(), c.goal(), c.stats(), c.fit()}},
		{"Keep and mend", []*cobra.Command{c.export(), c.importing(), c.doctor(), c.check(), c.version()}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title + ":"})
		for _, cmd := range g.commands {
			cmd.GroupID = g.title
			root.AddCommand(cmd)
		}
	}
	root.SetHelpCommandGroupID("Keep and mend")
	root.SetCompletionCommandGroupID("Keep and mend")
	return root
}

// noArguments is for commands that take none. A word there is most likely a command that was meant.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	what := fmt.Sprintf("%q is no command of %s", args[0], cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		what += "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return usageError{errors.New(what)}
}

// checkFlags refuses values that a flag does not know.
func (c *command) checkFlags() error {
	for _, f := range []struct {
		name, value string
		may         []string
	}{
		{"lang", c.lang, []string{"en", "zh"}},
		{"frames", c.frames, []string{"auto", "light", "ascii"}},
		{"mouse", c.mouse, []string{"auto", "on", "off"}},
	} {
		known := f.value == ""
		for _, v := range f.may {
			known = known || v == f.value
		}
		if !known {
			return usageError{fmt.Errorf("--%s cannot be %q: it is one of %s", f.name, f.value, strings.Join(f.may, ", "))}
		}
	}
	return nil
}

// language is what the flag asks for, or the learner's last choice, or the environment's.
func (c *command) language(chosen string) lessons.Lang {
	for _, l := range []string{c.lang, chosen} {
		if l != "" {
			return lessons.Lang(l)
		}
	}
	return c.speaks()
}
