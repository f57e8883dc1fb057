package desk

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"dockerlearn/internal/transcript"
)

// A journal is JSON Lines: a Head, then an Entry for everything that came from outside. A world with the same head to
// which the same entries happen at the same times is the same world, so this is all that has to be kept.

// Head says which world it is.
type Head struct {
	Kind    string    `json:"kind"` // "dockerlearn sandbox"
	Version int       `json:"version"`
	Seed    uint64    `json:"seed,string"`
	Start   time.Time `json:"start"`
	Shell   string    `json:"shell"`
	Size    Size      `json:"size"`
	Term    string    `json:"term"`
}

const (
	journalKind    = "dockerlearn sandbox"
	journalVersion = 1
)

// Entry is something that came from outside: keys, a new size, or nothing but the time that was skipped.
type Entry struct {
	At   time.Duration `json:"at"` // of the world's time, in nanoseconds since it began
	Keys Keys          `json:"keys,omitempty"`
	Size *Size         `json:"size,omitempty"`
}

// Keys are bytes from a keyboard.
type Keys = transcript.Keys

// Journal is an open journal.
type Journal struct {
	Head
	file    *os.File
	entries []Entry
}

// OpenJournal opens a journal, or begins one with the head given. A last line that was cut off by a crash is dropped;
// any other line that makes no sense is an error that names it.
func OpenJournal(name string, begin Head) (*Journal, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: f}
	whole, err := j.read(name)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Truncate(whole); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.Seek(whole, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if j.Kind == "" {
		begin.Kind, begin.Version = journalKind, journalVersion
		j.Head = begin
		if err := j.write(begin); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	return j, nil
}

// read reads all whole lines and returns how many bytes they are.
func (j *Journal) read(name string) (whole int64, err error) {
	r := bufio.NewReader(j.file)
	for line := 1; ; line++ {
		text, err := r.ReadBytes('\n')
		if err == io.EOF {
			return whole, nil // what is left has no end: it was being written when the power went
		}
		if err != nil {
			return 0, err
		}
		if err := j.take(text); err != nil {
			return 0, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		whole += int64(len(text))
	}
}

func (j *Journal) take(text []byte) error {
	if j.Kind != "" {
		var e Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return fmt.Errorf("this is no entry of a sandbox journal: %w", err)
		}
		if n := len(j.entries); n > 0 && e.At < j.entries[n-1].At {
			return errors.New("this entry is older than the one before it")
		}
		j.entries = append(j.entries, e)
		return nil
	}
	var h Head
	if json.Unmarshal(text, &h) != nil || h.Kind != journalKind {
		return errors.New("this file is no sandbox journal; name another file")
	}
	if h.Version > journalVersion {
		return fmt.Errorf("a newer dockerlearn wrote this journal (version %d); update dockerlearn", h.Version)
	}
	j.Head = h
	return nil
}

// Entries are all entries, oldest first.
func (j *Journal) Entries() []Entry { return j.entries }

// Add keeps an entry. It is on disk when Add returns.
func (j *Journal) Add(e Entry) error {
	if err := j.write(e); err != nil {
		return err
	}
	j.entries = append(j.entries, e)
	return nil
}

func (j *Journal) write(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("the sandbox's state is not saved: %w", err)
	}
	return j.file.Sync()
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
