package main

import (
	"os"
	"time"

	"github.com/charmbracelet/x/term"

	"dockerlearn/internal/desk"
)

// resizes tells of new sizes of a terminal until it is stopped. Windows sends no signal, so it is asked now and then.
func resizes(f *os.File) (<-chan desk.Size, func()) {
	sizes, over := make(chan desk.Size), make(chan struct{})
	last := desk.Size{}
	last.Columns, last.Rows, _ = term.GetSize(f.Fd())
	go func() {
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				now := desk.Size{}
				now.Columns, now.Rows, _ = term.GetSize(f.Fd())
				if now != last {
					last = now
					select {
					case sizes <- now:
					case <-over:
						return
					}
				}
			}
		}
	}()
	return sizes, func() { close(over) }
}
