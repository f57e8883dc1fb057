package progress

import (
	"time"

	"dockerlearn/lessons"
	"dockerlearn/quiz"
)

// State is how well an opened Store can work.
type State string

// The states. In ReadOnly everything that stores returns ErrReadOnly. In Memory everything works until Close and is
// then gone: what is stored should be shown as "not saved".
const (
	Fine     State = "fine"
	Fresh    State = "fresh" // the file was made just now
	Restored State = "restored"
	ReadOnly State = "read-only"
	Memory   State = "memory"
)

// Cause is why a Store is in a state other than Fine and Fresh.
type Cause string

// The causes.
const (
	Asked       Cause = "asked"        // Options.ReadOnly
	Newer       Cause = "newer"        // a newer dockerlearn wrote the file
	Locked      Cause = "locked"       // another program does not let go of the file
	NotWritable Cause = "not-writable" // the folder or the file cannot be written
	Full        Cause = "full"         // the disk is full
	Damaged     Cause = "damaged"      // the file is broken, and (ReadOnly, Memory) could not be mended now
	Foreign     Cause = "foreign"      // the file is a database of another program
	DiskFailed  Cause = "disk"         // the system reported an input/output error
)

// Condition is what opening found, with the facts that a sentence about it needs.
type Condition struct {
	State State
	Cause Cause
	Err   error // what the system said, if it said something

	// When Restored (or damaged and not mended).
	Copy time.Time // when the copy was taken that was put back; zero: there was none
	Kept string    // where the damaged file is now
	Lost []Lost    // the lines of the log that are gone, as far as they are known, oldest first
	Gone int       // how many lines are gone; at least len(Lost)

	// When Newer.
	Version string // of the program that wrote the file, "" if it did not say
	Schema  int    // its format

	// When Locked.
	PID int // the process that opened the file last, 0 if unknown
}

// Lost is a line of the log of which only this is left.
type Lost struct {
	ID       quiz.ReviewID
	Question lessons.QuestionID // "" if unknown
	At       time.Time
}
