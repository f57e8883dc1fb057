package quiz

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestADayBeginsAtFour(t *testing.T) {
	china := time.FixedZone("CST", 8*3600)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 8, 24, 3, 59, 59, 0, china), "2026-08-23"},
		{time.Date(2026, 8, 24, 4, 0, 0, 0, china), "2026-08-24"},
		{time.Date(2026, 8, 25, 1, 0, 0, 0, china), "2026-08-24"},
		{time.Date(2026, 8, 24, 20, 0, 0, 0, time.UTC), "2026-08-24"},
		{time.Date(2026, 8, 24, 20, 0, 0, 0, time.UTC).In(china), "2026-08-25"}, // four in the morning there
		{time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC), "1969-12-31"},
		{time.Date(1970, 1, 1, 3, 0, 0, 0, time.UTC), "1969-12-31"},
	} {
		if got := DayOf(tt.at); got.String() != tt.want {
			t.Errorf("%s is on %s, want %s", tt.at, got, tt.want)
		}
	}
}

func TestADayStartsInItself(t *testing.T) {
	zones := []*time.Location{
		time.UTC,
		time.FixedZone("", 14*3600),
		time.FixedZone("", -11*3600),
		time.FixedZone("", 5*3600+1800),
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(-30000, 60000).Draw(t, "day"))
		start := d.Start(rapid.SampledFrom(zones).Draw(t, "zone"))
		if DayOf(start) != d || DayOf(start.Add(-time.Millisecond)) != d-1 ||
			DayOf(start.Add(24*time.Hour-time.Millisecond)) != d {
			t.Fatalf("day %d starts at %s", d, start)
		}
	})
}

func TestADayTravelsAsItsDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(-30000, 60000).Draw(t, "day"))
		text, _ := d.MarshalText()
		var back Day
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Fatalf("%d became %q became %d (%v)", d, text, back, err)
		}
	})
	var d Day
	if err := d.UnmarshalText([]byte("24 Aug")); err == nil {
		t.Error("24 Aug counts as a date")
	}
}

func TestWeekday(t *testing.T) {
	if got := DayOf(monday).Weekday(); got != time.Monday {
		t.Errorf("24 August 2026 is a %s", got)
	}
}
