package netsim

import (
	"slices"
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

// Watcher is told of a frame that passes a link. It must not change the frame.
type Watcher func(at time.Time, dir Direction, link *Link, frame *packet.Frame)

// tap is who watches a link: a function, or a recording.
type tap struct {
	watch     Watcher
	recording *Recording
}

// Capture calls watch with every frame that passes a link of the namespace ("any": all of them) until stop is called.
// ENODEV if there is no such link.
func (s *Stack) Capture(link string, watch Watcher) (stop func(), err error) {
	at := &s.taps
	if link != "any" {
		l := s.Link(link)
		if l == nil {
			return nil, ENODEV
		}
		at = &l.taps
	}
	t := &tap{watch: watch}
	*at = append(*at, t)
	return func() { *at = slices.DeleteFunc(*at, func(x *tap) bool { return x == t }) }, nil
}

// tap shows a frame to those who watch the link. On lo, where each frame is sent and received, they see it once, as
// with libpcap.
func (l *Link) tap(b *skb, dir Direction) {
	if len(l.taps) == 0 && len(l.stack.taps) == 0 {
		return
	}
	if dir == Sent && l.Kind() == "loopback" {
		return
	}
	f := b.frame
	if f.IP != nil {
		b.private = false // it is kept by others now
	}
	now := l.stack.fabric.sim.Now()
	for _, t := range l.taps {
		if t.recording != nil {
			t.recording.see(b, now, dir)
			continue
		}
		t.watch(now, dir, l, &f)
	}
	for _, t := range l.stack.taps {
		t.watch(now, dir, l, &f)
	}
}
