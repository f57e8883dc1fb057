// Command dockerlearn is a course on Docker that is read, answered and practised in the terminal, offline.
//
// This package only wires: it reads flags and the environment, opens the course and the progress file, and hands them to
// the part that does the work. Exit codes: 0 done; 1 it could not be done, or a check found errors; 2 the command line
// makes no sense.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"

	"dockerlearn"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], ours()))
}

// ours is the world of the process that runs.
func ours() world {
	home, _ := os.UserHomeDir()
	return world{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv: os.Getenv, environ: os.Environ(), home: home, goos: runtime.GOOS,
		now: time.Now, content: dockerlearn.Content(),
		isTerminal: func() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()) },
		columns: func() int {
			width, _, err := term.GetSize(os.Stdout.Fd())
			if err != nil {
				return 0
			}
			return width
		},
	}
}
