package main

import (
	"context"
	"fmt"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/desk"
	"dockerlearn/internal/wording"
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// host is the simulated host at which the commands of a lesson are tried: the one whose output the lesson shows.
type host struct {
	c     *command
	lang  lessons.Lang
	lines []string
}

func (c *command) host(lang lessons.Lang, lines []string) tea.ExecCommand {
	return host{c, lang, lines}
}

// The screens' own streams are those of the command.
func (host) SetStdin(io.Reader)  {}
func (host) SetStdout(io.Writer) {}
func (host) SetStderr(io.Writer) {}

// Run types the lines and leaves the learner at the prompt.
func (h host) Run() error {
	in, ok := h.c.in.(*os.File)
	if !ok {
		return nil // there are no screens without a terminal
	}
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Recorded}}})
	if err != nil {
		return err
	}
	defer w.Close()
	fmt.Fprintf(h.c.out, "\x1b[2J\x1b[H\x1b[2m%s\x1b[m\n\n", wording.Say(h.lang,
		"A simulated host: it cannot harm this computer. ctrl+o q: back to the lesson",
		"这是一台模拟主机，不会影响你的电脑。按 ctrl+o 再按 q 回到课文"))
	return h.c.atDesk(context.Background(), in, h.lang, desk.Options{
		World: w, Host: w.Host(""), Lines: h.lines, Size: terminalSize(in),
	})
}
