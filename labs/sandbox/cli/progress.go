package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// nowhere is where quiet commands print.
const nowhere = -1

// show prints the messages of something that takes long. On a terminal, each layer has a line that changes.
// moby: client/pkg/jsonmessage
func (d *docker) show(messages api.Stream[api.Progress], fd int, aux func(api.Progress)) error {
	defer messages.Close()
	view := progressView{terminal: fd != nowhere && d.sys.IsTerminal(fd), lines: map[string]int{}}
	if size, err := d.sys.TerminalSize(fd); err == nil {
		view.width = size.Cols
	}
	for {
		m, err := messages.Next(d.caller())
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if m.Aux != nil {
			if aux != nil {
				aux(m)
			}
			continue
		}
		text, err := view.line(m)
		if fd != nowhere {
			d.write(fd, text)
		}
		if err != nil {
			return err
		}
	}
}

type progressView struct {
	terminal bool
	width    int
	lines    map[string]int // where each id's line is, from the first on
}

// line is what a message prints, with the cursor's way to its line and back.
func (v *progressView) line(m api.Progress) (string, error) {
	if m.Error != nil {
		return "", errors.New(m.Error.Message)
	}
	if m.ID == "" || m.Detail == nil {
		clear(v.lines)
		return v.text(m), nil
	}
	before := ""
	at, ok := v.lines[m.ID]
	if !ok {
		at = len(v.lines)
		v.lines[m.ID] = at
		before = "\n"
	}
	up := len(v.lines) - at
	if !v.terminal {
		return v.text(m), nil
	}
	return fmt.Sprintf("%s\x1b[%dA%s\x1b[%dB", before, up, v.text(m), up), nil
}

func (v *progressView) text(m api.Progress) string {
	id := ""
	if m.ID != "" {
		id = m.ID + ": "
	}
	bar := bar(m.Detail, v.width)
	switch {
	case v.terminal && m.Stream == "" && m.Detail != nil:
		return "\x1b[2K\r" + id + m.Status + " " + bar + "\r"
	case bar != "":
		return ""
	case m.Stream != "":
		return id + m.Stream
	}
	return id + m.Status + "\n"
}

// bar is how far something is: [===>   ]  1.2MB/3.4MB. moby: jsonmessage.go, JSONProgress.String
func bar(p *api.ProgressDetail, width int) string {
	if p == nil || (p.Current <= 0 && p.Total <= 0) {
		return ""
	}
	size := func(n int64) string {
		if p.Units != "" {
			return fmt.Sprintf("%d", n)
		}
		return humanSize(float64(n), 4)
	}
	unit := ""
	if p.Units != "" {
		unit = " " + p.Units
	}
	if p.Total <= 0 {
		return fmt.Sprintf("%8v%s", size(p.Current), unit)
	}
	box := ""
	if width > 110 {
		done := min(50, int(float64(p.Current)/float64(p.Total)*100)/2)
		box = fmt.Sprintf("[%s>%s] ", strings.Repeat("=", done), strings.Repeat(" ", 50-done))
	}
	switch {
	case p.HideCounts:
		return box
	case p.Current > p.Total:
		return fmt.Sprintf("%s%8v%s", box, size(p.Current), unit)
	}
	return fmt.Sprintf("%s%8v/%v%s", box, size(p.Current), size(p.Total), unit)
}
