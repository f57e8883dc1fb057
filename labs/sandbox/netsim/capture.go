package netsim

import (
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// Direction is which way a captured frame went, seen from the link.
type Direction uint8

// Directions.
const (
	Received Direction = iota
	Sent
)

// Capture calls f with every frame that passes a link of the namespace ("any": all of them) until stop is called. f
// must not change the frame. ENODEV if there is no such link.
func (s *Stack) Capture(link string, f func(at time.Time, dir Direction, link *Link, frame *packet.Frame)) (
	stop func(), err error,
) {
	return nil, ENOSYS
}
