package main

import (
	"io"
	"io/fs"
	"strings"
	"time"

	"dockerlearn/lessons"
)

// world is everything outside of the program that it looks at. Tests bring their own.
type world struct {
	in         io.Reader
	out, err   io.Writer
	getenv     func(string) string
	environ    []string
	home, goos string
	now        func() time.Time
	content    fs.FS       // the built-in course
	isTerminal func() bool // both ends of the conversation are a terminal
	columns    func() int  // of the terminal; 0 when there is none
}

// speaks is the language that the environment asks for, as setlocale(3) looks it up. LANGUAGE is a list.
func (w world) speaks() lessons.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := w.getenv(name)
		if value == "" {
			continue
		}
		if list := w.getenv("LANGUAGE"); list != "" && value != "C" && value != "POSIX" {
			value = list
		}
		if strings.HasPrefix(strings.ToLower(value), "zh") {
			return lessons.ZH
		}
		return lessons.EN
	}
	return lessons.EN
}

// plain reports whether the terminal cannot draw, or there is none.
func (w world) plain() bool {
	return !w.isTerminal() || w.getenv("TERM") == "dumb" || on(w.getenv("DOCKERLEARN_PLAIN"))
}

// on reads a switch in the environment: set, and not to a word for no.
func on(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "no", "off", "false":
		return false
	}
	return true
}
