package main

import (
	"fmt"
	"io"
	"strings"

	"dockerlearn/internal/transcript"
	"dockerlearn/internal/wording"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/why"
	"dockerlearn/lessons"
)

// askedFor at the end of a command of a script asks for the chains of what it prints, too.
const askedFor = " # why"

// explainer tells what led to the failures of a script, command by command.
type explainer struct {
	host *sandbox.Host
	lang lessons.Lang
	dim  bool        // on a terminal
	told sim.EventID // the last event of the command before
}

// explain writes the chains below a command: those of its error messages, or else of its exit status.
func (x *explainer) explain(w io.Writer, e transcript.Entry) error {
	if x == nil || e.Command == nil {
		return nil
	}
	after, last := x.told, x.host.Log().Last()
	x.told = last
	asked := strings.HasSuffix(e.Command.Line, askedFor)
	if e.Command.Result.Exit == 0 && !asked {
		return nil
	}
	lines := strings.Split(e.Command.Result.Stderr, "\n")
	if asked || e.Command.Result.Stderr == "" {
		lines = append(lines, strings.Split(e.Command.Result.Stdout, "\n")...)
	}
	told := map[string]bool{}
	var writing error
	write := func(list []why.Link) {
		if text := x.chain(list); text != "" && !told[text] && writing == nil {
			told[text] = true
			_, writing = io.WriteString(w, x.dimmed(text))
		}
	}
	for _, line := range lines {
		write(why.ForLine(x.host, after, last, line))
	}
	if len(told) == 0 {
		write(why.ForExit(x.host, after, last, e.Command.Result.Exit))
	}
	return writing
}

// dimmed is a text as it stands beside what is more important.
func (x *explainer) dimmed(text string) string {
	if !x.dim {
		return text
	}
	return "\x1b[2m" + text + "\x1b[0m"
}

// chain is the links as lines.
func (x *explainer) chain(list []why.Link) string {
	var b strings.Builder
	for i, l := range list {
		mark := "  ← "
		if i == 0 {
			mark = wording.Say(x.lang, "  why: ", "  原因：")
		}
		b.WriteString(mark + l.Says.In(x.lang))
		if l.Lesson != "" {
			fmt.Fprintf(&b, " (%s)", l.Lesson)
		}
		b.WriteString("\n")
		if l.Command != "" {
			fmt.Fprintf(&b, "      $ %s\n", strings.ReplaceAll(strings.TrimSuffix(l.Command, askedFor), "\n", "\n      "))
		}
	}
	return b.String()
}
