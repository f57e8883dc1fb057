package trace

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/lessons"
)

// Blocks and options of pcapng. IETF draft-ietf-opsawg-pcapng
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 6
	byteOrder      = 0x1a2b3c4d

	optionEnd         = 0
	optionName        = 2 // of an interface
	optionDescription = 3
	optionResolution  = 9
	optionFlags       = 2 // of a packet
	optionApplication = 4 // of a section

	nanoseconds  = 9
	linkEthernet = 1
	inbound      = 1
	outbound     = 2
)

// PCAPNG writes what passed the links on the way as a capture for Wireshark: an interface for each link of each
// namespace, named as learners know them. It begins when worlds begin: a trace has no time of its own.
func PCAPNG(w io.Writer, t *Trace) error {
	f := capture{w: w, ids: map[string]uint32{}}
	f.section()
	for _, x := range t.Frames {
		f.iface(t, x)
	}
	for _, x := range t.Frames {
		f.packet(t, x)
	}
	if f.err != nil {
		return fmt.Errorf("write the capture: %w", f.err)
	}
	return nil
}

// capture is a file that is being written.
type capture struct {
	w   io.Writer
	ids map[string]uint32 // of interfaces, by name
	err error             // the first that came
}

func (f *capture) section() {
	b := binary.LittleEndian.AppendUint32(nil, byteOrder)
	b = append(b, 1, 0, 0, 0) // version 1.0
	b = binary.LittleEndian.AppendUint64(b, ^uint64(0))
	f.block(blockSection, option(option(b, optionApplication, []byte("dockerlearn")), optionEnd, nil))
}

// ifaceName is a link's name in the file.
func ifaceName(t *Trace, x dockernet.Captured) string {
	return t.names.of(x.Stack).In(lessons.EN) + ":" + x.Link
}

func (f *capture) iface(t *Trace, x dockernet.Captured) {
	name := ifaceName(t, x)
	if _, known := f.ids[name]; known {
		return
	}
	f.ids[name] = uint32(len(f.ids))
	b := []byte{linkEthernet, 0, 0, 0, 0, 0, 0, 0} // no limit to what is kept of a frame
	b = option(b, optionName, []byte(name))
	b = option(b, optionDescription, []byte(x.Link+" of "+t.names.of(x.Stack).In(lessons.EN)))
	b = option(b, optionResolution, []byte{nanoseconds})
	f.block(blockInterface, option(b, optionEnd, nil))
}

func (f *capture) packet(t *Trace, x dockernet.Captured) {
	at := uint64(sandbox.Start.Add(x.At / time.Nanosecond).UnixNano())
	b := binary.LittleEndian.AppendUint32(nil, f.ids[ifaceName(t, x)])
	b = binary.LittleEndian.AppendUint32(b, uint32(at>>32))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(x.Wire)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(x.Wire)))
	b = pad(append(b, x.Wire...))
	way := byte(inbound)
	if x.Sent {
		way = outbound
	}
	b = option(b, optionFlags, []byte{way, 0, 0, 0})
	f.block(blockPacket, option(b, optionEnd, nil))
}

// block writes a block: its type and length, the body, the length again.
func (f *capture) block(kind uint32, body []byte) {
	if f.err != nil {
		return
	}
	n := binary.LittleEndian.AppendUint32(nil, uint32(12+len(body)))
	b := append(binary.LittleEndian.AppendUint32(nil, kind), n...)
	_, f.err = f.w.Write(append(append(b, body...), n...))
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
