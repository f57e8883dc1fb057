package netsim

import (
	"math/rand/v2"
	"time"
)

// Fault is what is wrong with a link's cable, in both directions.
type Fault struct {
	Loss    float64       // share of the frames that vanish
	Latency time.Duration // more than the cable's own
	Jitter  time.Duration // up to so much more still: frames overtake each other
	Cut     bool          // nothing arrives, though both ends believe in the cable
}

// Fault says what is wrong with the link's cable from now on. The zero Fault mends it. Only a veth has a cable.
func (l *Link) Fault(f Fault) error {
	if l.Kind() != "veth" {
		return EOPNOTSUPP
	}
	if l.fault = &f; f == (Fault{}) {
		l.fault = nil
	}
	return nil
}

// loses says why a frame vanishes, "" if it does not.
func (f *Fault) loses(r *rand.Rand) string {
	switch {
	case f.Cut:
		return "the cable is cut"
	case f.Loss > 0 && r.Float64() < f.Loss:
		return "the cable loses frames"
	}
	return ""
}

func (f *Fault) delay(r *rand.Rand) time.Duration {
	d := f.Latency
	if f.Jitter > 0 {
		d += time.Duration(r.Int64N(int64(f.Jitter)))
	}
	return d
}
