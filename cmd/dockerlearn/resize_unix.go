//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/charmbracelet/x/term"

	"dockerlearn/internal/desk"
)

// resizes tells of new sizes of a terminal until it is stopped.
func resizes(f *os.File) (<-chan desk.Size, func()) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	sizes, over := make(chan desk.Size), make(chan struct{})
	go func() {
		for {
			select {
			case <-over:
				return
			case <-changed:
				if columns, rows, err := term.GetSize(f.Fd()); err == nil {
					select {
					case sizes <- desk.Size{Columns: columns, Rows: rows}:
					case <-over:
						return
					}
				}
			}
		}
	}()
	return sizes, func() {
		signal.Stop(changed)
		close(over)
	}
}
