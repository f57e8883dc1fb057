package transcript

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Write writes a transcript so that Parse reads it back.
func (t Transcript) Write(w io.Writer) error {
	for _, e := range t.Entries {
		text := e.Comment + "\n"
		if e.Command != nil {
			text = e.Command.String()
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// String is the command with its result, as it stands in a transcript.
func (c *Command) String() string {
	var b strings.Builder
	b.WriteString(prompted(c.Line))
	writeStream(&b, c.Result.Stdout, "")
	writeStream(&b, c.Result.Stderr, onStderr)
	fmt.Fprintf(&b, "[exit %d", c.Result.Exit)
	if c.Result.After >= time.Second {
		fmt.Fprintf(&b, " after %ds", c.Result.After/time.Second)
	}
	b.WriteString("]\n")
	return b.String()
}

// prompted is a command line with its prompts.
func prompted(line string) string {
	return prompt + strings.ReplaceAll(line, "\n", "\n"+continued) + "\n"
}

func writeStream(b *strings.Builder, text, before string) {
	if text == "" {
		return
	}
	for _, line := range splitLines(text) {
		b.WriteString(before + line + "\n")
	}
	if !strings.HasSuffix(text, "\n") {
		b.WriteString(noNewline + "\n")
	}
}
