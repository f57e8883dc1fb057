package dockernet

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is why something was refused, as far as a program has to know.
type Kind int

// The kinds of refusals.
const (
	Internal Kind = iota
	Invalid
	NotFound
	Conflict
	Forbidden
	Unavailable
)

// Error is a refusal in Docker's own sentence.
type Error struct {
	Kind Kind
	Text string
}

func (e *Error) Error() string { return e.Text }

func refuse(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Text: fmt.Sprintf(format, args...)}
}

// KindOf is the kind of an error; Internal if it is none of ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// joined is several refusals in one. moby: daemon/internal/multierror
func joined(errs []string) string {
	if len(errs) == 1 {
		return errs[0]
	}
	for i, e := range errs {
		errs[i] = strings.ReplaceAll(e, "\n", "\n\t")
	}
	return "* " + strings.Join(errs, "\n* ")
}
