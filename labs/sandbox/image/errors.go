package image

import (
	"errors"
	"fmt"
)

// Why something is refused: errors.Is tells. The text of the error is Docker's own sentence.
var (
	ErrNotFound     = errors.New("not found")
	ErrInvalid      = errors.New("invalid")
	ErrConflict     = errors.New("conflict")
	ErrUnauthorized = errors.New("unauthorized")
	ErrUnavailable  = errors.New("unavailable")
)

// refusal is a sentence and the reason behind it.
type refusal struct {
	why      error
	sentence string
}

func (r *refusal) Error() string { return r.sentence }
func (r *refusal) Unwrap() error { return r.why }

// Refuse makes an error that says a sentence, because of one of the reasons above.
func Refuse(why error, format string, args ...any) error {
	return &refusal{why, fmt.Sprintf(format, args...)}
}
