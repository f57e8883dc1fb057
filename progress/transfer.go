package progress

import (
	"context"
	"io"
)

// LineError is a line that cannot be imported.
type LineError struct {
	Line   int
	Reason string
}

// Imported says what an import did.
type Imported struct {
	Lines   int // read
	New     int // stored, because they were not known or newer than what was
	Skipped []LineError
}

// ImportOptions say how to deal with mistakes.
type ImportOptions struct {
	SkipBad bool // import the good lines although some are bad; otherwise one bad line means that nothing is imported
}

// Export writes everything that the learner made, one JSON object a line.
func (s *Store) Export(context.Context, io.Writer) error { return errSoon }

// Import merges an export into this store. Importing the same twice changes nothing. Bad lines are in a *BadLines.
func (s *Store) Import(context.Context, io.Reader, ImportOptions) (Imported, error) {
	return Imported{}, errSoon
}

// BadLines is the error of an import that was refused.
type BadLines struct{ Lines []LineError }

// Error names the first of them.
func (b *BadLines) Error() string { return "bad lines" }
