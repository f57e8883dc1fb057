package progress

import "time"

// stamp is a time as it is kept: to the millisecond, with the offset of its zone, which decides the learner's day.
type stamp struct {
	ms   int64
	zone int64 // seconds east of Greenwich, whole minutes
}

func stampOf(t time.Time) stamp {
	_, zone := t.Zone()
	return stamp{t.UnixMilli(), int64(zone - zone%60)}
}

func (s stamp) time() time.Time {
	t := time.UnixMilli(s.ms)
	if s.zone == 0 {
		return t.UTC()
	}
	return t.In(time.FixedZone("", int(s.zone)))
}

// kept is the time as it will come back.
func kept(t time.Time) time.Time { return stampOf(t).time() }

// soundTime reports whether a time can be written as RFC 3339, as exports do.
func soundTime(s stamp) bool {
	y := s.time().Year()
	return y >= 1970 && y <= 9999 && s.zone > -24*60*60 && s.zone < 24*60*60 && s.zone%60 == 0
}

func sameTime(a, b time.Time) bool { return a.IsZero() == b.IsZero() && stampOf(a) == stampOf(b) }
