package labs

import (
	"time"

	"dockerlearn/internal/transcript"
)

// Entry is something that came to a lab from outside: keys, a new size, the time that was waited or skipped (nothing
// else is set then), or the wish to go back. A lab is its setup and its entries: the same ones at the same times make
// the same lab. They are only ever added to, so nothing that was done is lost.
type Entry struct {
	At      time.Duration `json:"at"` // of the host's time, in nanoseconds since it began; smaller than before only after Back
	Keys    Keys          `json:"keys,omitempty"`
	Columns int           `json:"columns,omitempty"`
	Rows    int           `json:"rows,omitempty"`
	Back    *int          `json:"back,omitempty"` // the lab is what it was when there were only so many entries before this one
}

// Keys are bytes from a keyboard.
type Keys = transcript.Keys

// counting are the places in past of the entries that make up the lab now. A place to go back to that makes no sense,
// as in a damaged file, is the beginning.
func counting(past []Entry) []int {
	last := make([]int, len(past)+1) // for each number of entries, the last that counted then, plus one
	before := make([]int, len(past)) // for each entry, the one that counted before it, plus one
	for i, e := range past {
		before[i], last[i+1] = last[i], i+1
		if e.Back != nil {
			last[i+1] = last[min(max(*e.Back, 0), i)]
		}
	}
	n := 0
	for i := last[len(past)]; i > 0; i = before[i-1] {
		n++
	}
	all := make([]int, n)
	for i := last[len(past)]; i > 0; i = before[i-1] {
		n--
		all[n] = i - 1
	}
	return all
}
