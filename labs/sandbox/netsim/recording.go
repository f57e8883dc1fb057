package netsim

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
)

// Recording is what has passed a link, with what is known about why: a capture for Wireshark. There is one for each
// link, because a frame that is seen on two links would look like a retransmission in one file.
type Recording struct {
	stack  *Stack
	link   *Link
	name   string
	mtu    int
	frames []recorded
	size   int
	full   bool
}

// recorded is a frame and the events that are about it.
type recorded struct {
	at    time.Time
	dir   Direction
	frame packet.Frame
	trail uint64
	why   []sim.EventID
}

// What a recording keeps.
const (
	maxRecorded      = 1 << 16
	maxRecordedBytes = 16 << 20
	maxComments      = 8 // for a frame
)

// Record begins to record what passes a link. ENODEV if there is no such link.
func (s *Stack) Record(link string) (*Recording, error) {
	l := s.Link(link)
	if l == nil {
		return nil, ENODEV
	}
	r := &Recording{stack: s, link: l, name: l.name, mtu: l.mtu}
	l.taps = append(l.taps, &tap{recording: r})
	s.fabric.recordings = append(s.fabric.recordings, r)
	return r, nil
}

// Stop ends the recording. What was recorded stays.
func (r *Recording) Stop() {
	r.link.taps = slices.DeleteFunc(r.link.taps, func(t *tap) bool { return t.recording == r })
	f := r.stack.fabric
	f.recordings = slices.DeleteFunc(f.recordings, func(x *Recording) bool { return x == r })
}

// Full reports whether frames are missing at the end, because the recording had no room for them.
func (r *Recording) Full() bool { return r.full }

// Len is how many frames were recorded.
func (r *Recording) Len() int { return len(r.frames) }

// see takes a frame.
func (r *Recording) see(b *skb, at time.Time, dir Direction) {
	n := b.frame.Size()
	if len(r.frames) >= maxRecorded || r.size+n > maxRecordedBytes {
		r.full = true
		return
	}
	r.size += n
	x := recorded{at: at, dir: dir, frame: b.frame, trail: r.stack.fabric.follow(b)}
	if b.why != 0 {
		x.why = []sim.EventID{b.why}
	}
	r.frames = append(r.frames, x)
}

// note tells the recordings of the namespace that something happened to a frame.
func (s *Stack) note(b *skb) {
	if b.trail == 0 || b.why == 0 {
		return
	}
	for _, r := range s.fabric.recordings {
		if r.stack == s {
			r.note(b.trail, b.why)
		}
	}
}

// note adds an event to the last frame of a trail.
func (r *Recording) note(trail uint64, id sim.EventID) {
	for i := len(r.frames) - 1; i >= 0; i-- {
		x := &r.frames[i]
		if x.trail != trail {
			continue
		}
		if len(x.why) < maxComments && !slices.Contains(x.why, id) {
			x.why = append(x.why, id)
		}
		return
	}
}

// Blocks and options of pcapng. IETF draft-ietf-opsawg-pcapng
const (
	pcapngSection   = 0x0a0d0d0a
	pcapngMagic     = 0x1a2b3c4d
	pcapngInterface = 1
	pcapngPacket    = 6

	pcapngComment  = 1
	pcapngIfName   = 2
	pcapngIfTsres  = 9
	pcapngFlags    = 2
	pcapngInbound  = 1
	pcapngOutbound = 2

	linkEthernet = 1
	maxCaptured  = 262144
)

// Pcapng is the recording as a file. The comments of its packets are the events that were about them.
func (r *Recording) Pcapng() []byte {
	var b bytes.Buffer
	section := binary.LittleEndian.AppendUint32(nil, pcapngMagic)
	section = append(section, 1, 0, 0, 0) // version 1.0
	section = binary.LittleEndian.AppendUint64(section, ^uint64(0))
	block(&b, pcapngSection, section)

	link := []byte{linkEthernet, 0, 0, 0}
	link = binary.LittleEndian.AppendUint32(link, maxCaptured)
	link = option(link, pcapngIfName, []byte(r.name))
	link = option(link, pcapngIfTsres, []byte{9})
	block(&b, pcapngInterface, option(link, 0, nil))

	for i := range r.frames {
		r.write(&b, &r.frames[i])
	}
	return b.Bytes()
}

func (r *Recording) write(b *bytes.Buffer, x *recorded) {
	at := uint64(x.at.UnixNano())
	for i, wire := range x.frame.Wire(r.mtu) {
		body := make([]byte, 4, 20+len(wire)+3) // interface 0
		body = binary.LittleEndian.AppendUint32(body, uint32(at>>32))
		body = binary.LittleEndian.AppendUint32(body, uint32(at))
		body = binary.LittleEndian.AppendUint32(body, uint32(len(wire)))
		body = binary.LittleEndian.AppendUint32(body, uint32(len(wire)))
		body = pad(append(body, wire...))
		if i == 0 {
			for _, text := range r.comments(x) {
				body = option(body, pcapngComment, []byte(text))
			}
		}
		direction := byte(pcapngInbound)
		if x.dir == Sent {
			direction = pcapngOutbound
		}
		body = option(body, pcapngFlags, []byte{direction, 0, 0, 0})
		block(b, pcapngPacket, option(body, 0, nil))
	}
}

// comments is what the log still knows about a frame.
func (r *Recording) comments(x *recorded) []string {
	var list []string
	for _, id := range x.why {
		if e, ok := r.stack.fabric.sim.Log.Get(id); ok {
			s := e.String()
			list = append(list, s[:min(len(s), 1024)])
		}
	}
	return list
}

// block writes a block: its type and length, the body, the length again.
func block(b *bytes.Buffer, kind uint32, body []byte) {
	n := uint32(12 + len(body))
	head := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, kind), n)
	b.Write(head)
	b.Write(body)
	b.Write(head[4:])
}

func option(b []byte, code uint16, value []byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, code)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	return pad(append(b, value...))
}

// pad fills up to a multiple of four bytes.
func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
