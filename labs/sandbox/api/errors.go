package api

import (
	"encoding/json"
	"errors"
	"fmt"

	"dockerlearn/labs/sandbox/sim"
)

// Kind is why a call failed, as far as a program has to know. moby: errdefs/defs.go
type Kind int

// The kinds of errors.
const (
	Unknown Kind = iota
	NotFound
	InvalidParameter
	Conflict
	Unauthorized
	Forbidden
	NotModified // it was so already; the docker command says nothing
	NotImplemented
	Unavailable
	Internal // the machine refused: a failed mount, a missing binary; moby calls it System
	Cancelled
	Deadline
	DataLoss
)

var kinds = [...]struct {
	name   string
	status int
}{
	Unknown:          {"unknown", 500},
	NotFound:         {"not found", 404},
	InvalidParameter: {"invalid parameter", 400},
	Conflict:         {"conflict", 409},
	Unauthorized:     {"unauthorized", 401},
	Forbidden:        {"forbidden", 403},
	NotModified:      {"not modified", 304},
	NotImplemented:   {"not implemented", 501},
	Unavailable:      {"unavailable", 503},
	Internal:         {"system", 500},
	Cancelled:        {"cancelled", 500},
	Deadline:         {"deadline exceeded", 500},
	DataLoss:         {"data loss", 500},
}

func (k Kind) String() string { return kinds[k].name }

// Status is the kind's HTTP status. moby: daemon/server/httpstatus/status.go
func (k Kind) Status() int { return kinds[k].status }

// Error is a refusal: its kind, Docker's own sentence, and the events that led to it.
type Error struct {
	Kind    Kind
	Msg     string
	Because []sim.EventID
}

// Errorf makes an error.
func Errorf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Msg: fmt.Sprintf(format, args...)}
}

// With is the error with more events that led to it.
func (e *Error) With(because ...sim.EventID) *Error {
	c := *e
	c.Because = append(c.Because[:len(c.Because):len(c.Because)], because...)
	return &c
}

func (e *Error) Error() string { return e.Msg }

// MarshalJSON is the body that the HTTP API sends.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Message string `json:"message"`
	}{e.Msg})
}

// KindOf is the kind of an error; Unknown if it is none of ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unknown
}

// CausesOf is what led to an error.
func CausesOf(err error) []sim.EventID {
	var e *Error
	if errors.As(err, &e) {
		return e.Because
	}
	return nil
}
