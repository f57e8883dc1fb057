package quiz

import (
	"fmt"
	"time"
)

// Day is a learner's day, counted from 1970-01-01 on the clock on the learner's wall. It begins at four in the
// morning: whoever answers after midnight is still in the evening before.
type Day int32

// Rollover is when a learner's day begins.
const Rollover = 4 * time.Hour

const secondsADay = 24 * 60 * 60

// DayOf is the learner's day of a moment, on the clock of that time's own zone. The log keeps the zone of every
// review, so the day does not change when the learner travels or the program runs elsewhere.
func DayOf(t time.Time) Day {
	_, zone := t.Zone()
	return Day(floorDiv(t.Unix()+int64(zone)-int64(Rollover/time.Second), secondsADay))
}

// Start is when the day begins in a zone.
func (d Day) Start(zone *time.Location) time.Time {
	return time.Date(1970, 1, 1+int(d), int(Rollover/time.Hour), 0, 0, 0, zone)
}

// String is the day's date as 2006-01-02.
func (d Day) String() string { return d.Start(time.UTC).Format(time.DateOnly) }

// MarshalText writes the day's date.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date.
func (d *Day) UnmarshalText(text []byte) error {
	date, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is no date like 2006-01-02", text)
	}
	*d = Day(floorDiv(date.Unix(), secondsADay))
	return nil
}

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return d.Start(time.UTC).Weekday() }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// moment drops what no log keeps: everything below a millisecond, and the monotonic clock. The zone stays.
func moment(t time.Time) time.Time {
	return time.UnixMilli(t.UnixMilli()).In(t.Location())
}
