// Package api is what can be said to a Docker engine: one interface per noun, the requests and answers of the Engine's
// HTTP API 1.55, and errors by kind with Docker's own sentence.
//
// Structs have the fields, JSON names and zero values of the real API, under the Go names of moby's own types, so that
// `--format` templates written for the real docker find them. Marshalled, an answer is what the real engine would
// have sent.
//
// Laws:
//   - Every call says who asks (Caller). A call that has to wait makes that process wait, and ends with Cancelled if a
//     signal that the process catches comes meanwhile.
//   - Whatever takes time or comes in pieces is a Stream; asking for it registers at once, so that nothing which
//     happens later is missed.
//   - Errors are *Error. Their text is what the docker command prints behind "Error response from daemon: ".
//   - Archives are tar files as vfs.Blob, computed when they are read.
//
// Left out: swarm, plugins, secrets, configs, checkpoints and Windows.
package api

import (
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// Version is what the API is, MinVersion the oldest that is spoken.
const (
	Version    = "1.55"
	MinVersion = "1.40"
)

// Engine is a Docker engine.
type Engine interface {
	Containers
	Images
	Volumes
	Networks
	Builds
	System
}

// Caller is who asks: the process at the other end of the connection. The zero Caller is the world's owner, who looks
// and changes but cannot wait.
type Caller struct {
	Sys     proc.Sys
	Because sim.EventID // what made it ask; 0 is what started the process
}

// Outside reports whether the caller is no process, and so cannot wait.
func (c Caller) Outside() bool { return c.Sys == proc.Sys{} }

// Cause is the event that the call follows from, 0 if none is known.
func (c Caller) Cause() sim.EventID {
	if c.Because != 0 || c.Outside() {
		return c.Because
	}
	return c.Sys.Process().Cause()
}

// Wait makes the caller wait until someone wakes q; it then looks again at what it waits for. why is for
// /proc/PID/wchan.
func (c Caller) Wait(q *proc.Queue, why string) error {
	if c.Outside() {
		return Errorf(Unavailable, "nobody is there to wait for: %s", why)
	}
	if err := q.Wait(c.Sys, why); err != nil {
		return Errorf(Cancelled, "context canceled")
	}
	return nil
}

// Stream is answers that come one after the other.
type Stream[T any] interface {
	// Next is the next answer, io.EOF after the last one. It makes the caller wait where there is none yet.
	Next(c Caller) (T, error)
	// Ready reports whether Next would not wait.
	Ready() bool
	// Changes is woken when Ready may have changed; nil if it never does.
	Changes() *proc.Queue
	// Close ends the conversation. Next must not be called any more.
	Close()
}

// Attached is a conversation with a process: what attach and exec give. With a terminal, Stdout carries everything and
// Stderr is nil. Handles that were not asked for are nil; the one who asks installs the others as descriptors, or
// closes them.
type Attached struct {
	TTY    bool
	Stdin  proc.Handle // is written to; closing it is the end of the process's input
	Stdout proc.Handle // is read from
	Stderr proc.Handle // is read from
}

// Filters are conditions by name, as --filter gives them: all names must hold, and of each name's values one.
type Filters map[string][]string
