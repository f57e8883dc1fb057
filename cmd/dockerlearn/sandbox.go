package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
	"github.com/spf13/cobra"

	"dockerlearn/internal/desk"
	"dockerlearn/internal/transcript"
	"dockerlearn/internal/wording"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/lessons"
)

// machine is a simulated host as asked for on the command line.
type machine struct {
	seed   uint64
	shell  string
	images string
}

func (m *machine) flags(cmd *cobra.Command, images sandbox.Images) {
	cmd.Flags().StringVar(&m.images, "world", string(images),
		"which images there are: learner (a registry to pull from), recorded (busybox, alpine and nginx) or none (no Docker)")
	cmd.Flags().Uint64Var(&m.seed, "seed", 1, "of everything that is left to chance: the same seed, the same world")
	cmd.Flags().StringVar(&m.shell, "shell", string(sandbox.Bash), "what one types at: busybox, dash or bash")
}

func (m *machine) world() (*sandbox.World, error) {
	images := map[string]sandbox.Images{"none": "", "learner": sandbox.Learner, "recorded": sandbox.Recorded}
	with, known := images[m.images]
	if !known {
		return nil, usageError{fmt.Errorf("--world cannot be %q: it is one of learner, recorded, none", m.images)}
	}
	if !slices.Contains(sandbox.Shells(), sandbox.Shell(m.shell)) {
		return nil, usageError{fmt.Errorf("--shell cannot be %q: it is one of busybox, dash, bash", m.shell)}
	}
	return sandbox.New(sandbox.Config{
		Seed: m.seed, Hosts: []sandbox.HostConfig{{Shell: sandbox.Shell(m.shell), Images: with}},
	})
}

// sandbox opens a simulated host in the terminal.
func (c *command) sandbox() *cobra.Command {
	var m machine
	var state string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Sit down at a simulated Linux host",
		Long: `Sit down at a simulated Linux host, as root. Nothing that you do there can touch
this computer: files, processes and time are the program's own.

Everything you type goes to the host, ctrl+c and ctrl+d too. ctrl+o opens a bar:
then s skips what you would wait for, q leaves. --state keeps the host in a file:
the next time it is as you left it.`,
		Example: "  dockerlearn sandbox\n  dockerlearn sandbox --shell busybox --state lab.jsonl\n  dockerlearn sandbox replay script.sh",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.sitDown(cmd.Context(), m, state, cmd.Flags().Changed("shell") || cmd.Flags().Changed("seed"))
		},
	}
	m.flags(cmd, sandbox.Learner)
	cmd.Flags().StringVar(&state, "state", "", "file that keeps the host between two visits")
	cmd.AddCommand(c.replay())
	return cmd
}

// replay types a script at a fresh host and prints the transcript.
func (c *command) replay() *cobra.Command {
	var m machine
	var because bool
	cmd := &cobra.Command{
		Use:   "replay SCRIPT",
		Short: "Type a script at a fresh host and print what came back",
		Long: `Type a script at a fresh host, command by command, and print a transcript: "$ "
before what was typed, "2| " before what went to standard error, the exit status in
brackets. Lines that begin with # are copied; "#!setup CMD" runs CMD unseen before the
next command. The same script and seed print the same bytes.

--why adds, below each command that failed, what led to it, from the last cause to
the command that it began with. A command that ends in " # why" is explained line by
line, whether it failed or not.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("replay takes one script")}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("cannot read %s: %w", args[0], plainError(err))
			}
			script, err := transcript.ParseScript(string(text))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			w, err := m.world()
			if err != nil {
				return err
			}
			defer w.Close()
			if !because {
				return c.replayScript(w, script, nil)
			}
			return c.replayScript(w, script, &explainer{host: w.Host(""), lang: c.language(""), dim: c.isTerminal()})
		},
	}
	m.flags(cmd, sandbox.Recorded)
	cmd.Flags().BoolVar(&because, "why", false, "tell what led to each failure")
	return cmd
}

// replayScript types a script. x, if not nil, explains what failed.
func (c *command) replayScript(w *sandbox.World, script transcript.Script, x *explainer) error {
	session, err := w.Host("").NewSession()
	if err != nil {
		return err
	}
	var writing error
	_, err = transcript.Run(script, typist{session}, func(e transcript.Entry) {
		if writing == nil {
			writing = errors.Join(transcript.Transcript{Entries: []transcript.Entry{e}}.Write(c.out), x.explain(c.out, e))
		}
	})
	if errors.Is(err, sandbox.ErrEnded) {
		err = nil // the script left the shell; the rest is not typed
	}
	return errors.Join(writing, err)
}

// typist types at a session.
type typist struct{ session *sandbox.Session }

func (t typist) Run(line string) (transcript.Result, error) {
	r, err := t.session.Run(line)
	if errors.Is(err, sandbox.ErrWaits) {
		r.Stderr += "dockerlearn: interrupted, because it waits for something that never happens\n"
		err = nil
	}
	return transcript.Result{Stdout: r.Stdout, Stderr: r.Stderr, Exit: r.Exit, After: r.After.Round(time.Second)}, err
}

// sitDown runs the host on the real terminal.
func (c *command) sitDown(ctx context.Context, m machine, state string, asked bool) (err error) {
	in, inOK := c.in.(*os.File)
	if !c.isTerminal() || !inOK {
		return errors.New("the sandbox needs a terminal; dockerlearn sandbox replay SCRIPT works without one")
	}
	size := terminalSize(in)
	journal, err := c.journal(&m, state, asked, size)
	if err != nil {
		return err
	}
	if journal != nil {
		defer func() { err = errors.Join(err, journal.Close()) }()
	}
	w, err := m.world()
	if err != nil {
		return err
	}
	defer w.Close()
	return c.atDesk(ctx, in, c.language(""), desk.Options{World: w, Host: w.Host(""), Journal: journal, Size: size})
}

// atDesk gives the real terminal to a host until the person leaves. Nothing that is typed later is taken.
func (c *command) atDesk(ctx context.Context, in *os.File, lang lessons.Lang, o desk.Options) error {
	was, err := term.MakeRaw(in.Fd())
	if err != nil {
		return fmt.Errorf("this terminal cannot be used: %w", err)
	}
	defer term.Restore(in.Fd(), was)
	keys, err := cancelreader.NewReader(in)
	if err != nil {
		return fmt.Errorf("this terminal cannot be used: %w", err)
	}
	defer keys.Close()
	defer keys.Cancel()
	sizes, stop := resizes(in)
	defer stop()
	o.In, o.Out, o.Sizes, o.Term, o.Now, o.After = keys, c.out, sizes, c.getenv("TERM"), time.Now, time.After
	o.Say = func(b desk.Bar) string { return barText(lang, b) }
	exit, ended, err := desk.Run(ctx, o)
	if err == nil && ended && exit == outOfMemory {
		err = errors.New(wording.Say(lang,
			"the host's shell was killed; it asked for more memory than the host has",
			"主机上的 shell 申请的内存超出主机所有，已被内核终止"))
	}
	return err
}

// terminalSize is the size of the terminal, or a usual one if it does not say.
func terminalSize(f *os.File) desk.Size {
	if columns, rows, err := term.GetSize(f.Fd()); err == nil {
		return desk.Size{Columns: columns, Rows: rows}
	}
	return desk.Size{Columns: 80, Rows: 24}
}

// outOfMemory is the exit status of a login shell that the host's kernel has ended.
const outOfMemory = 128 + int(proc.SIGKILL)

// journal opens the file that keeps the host, if one was named. A file that exists says itself which host it is.
func (c *command) journal(m *machine, name string, asked bool, size desk.Size) (*desk.Journal, error) {
	if name == "" {
		return nil, nil
	}
	j, err := desk.OpenJournal(name, desk.Head{Seed: m.seed, Start: sandbox.Start, Shell: m.shell, Size: size, Term: c.getenv("TERM")})
	if err != nil {
		return nil, err
	}
	if asked && (j.Seed != m.seed || j.Shell != m.shell) {
		return nil, errors.Join(usageError{fmt.Errorf("%s holds a %s host of seed %d; leave --shell and --seed out, or name another file",
			name, j.Shell, j.Seed)}, j.Close())
	}
	m.seed, m.shell = j.Seed, j.Shell
	return j, nil
}

func barText(lang lessons.Lang, b desk.Bar) string {
	if b == desk.BarOver {
		return wording.Say(lang, "this host has done all the work that it may; ctrl+o q leaves", "这台主机的运行额度已用完；按 ctrl+o 再按 q 离开")
	}
	return wording.Say(lang, "s skip what you wait for · q leave · any other key goes on", "s 跳过等待 · q 离开 · 其他键继续")
}
