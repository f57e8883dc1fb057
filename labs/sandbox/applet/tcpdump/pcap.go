package tcpdump

import (
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/netsim/packet"
)

// SnapLen is how much is kept of a frame: all.
const SnapLen = 262144

// A file of libpcap begins with these. https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap
const (
	magic        = 0xa1b2c3d4
	linkEthernet = 1
	linkSLL2     = 276
	arpEthernet  = 1
)

// Header is the beginning of a file; cooked is what -i any sees.
func Header(cooked bool) []byte {
	link := uint32(linkEthernet)
	if cooked {
		link = linkSLL2
	}
	b := binary.LittleEndian.AppendUint32(nil, magic)
	b = append(b, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, SnapLen)
	return binary.LittleEndian.AppendUint32(b, link)
}

// Record is a frame's bytes in a file.
func Record(at time.Time, wire []byte) []byte {
	us := at.UnixMicro()
	b := binary.LittleEndian.AppendUint32(nil, uint32(us/1e6))
	b = binary.LittleEndian.AppendUint32(b, uint32(us%1e6))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(wire)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(wire)))
	return append(b, wire...)
}

// Cook gives a frame's bytes the header of -i any instead of Ethernet's.
func Cook(f *packet.Frame, wire []byte, index int, sent bool) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(f.Type))
	b = append(b, 0, 0)
	b = binary.BigEndian.AppendUint32(b, uint32(index))
	b = binary.BigEndian.AppendUint16(b, arpEthernet)
	kind := map[string]byte{"In": 0, "B": 1, "M": 2, "Out": 4}[way(f, sent)]
	b = append(append(append(b, kind, 6), f.Src[:]...), 0, 0)
	return append(b, wire[headerSize(f):]...)
}

// Saved is a frame of a file.
type Saved struct {
	At    time.Time
	Frame *packet.Frame
}

// Read is the frames of a file that Header and Record made, of Ethernet.
func Read(b []byte) ([]Saved, error) {
	if len(b) < 24 || binary.LittleEndian.Uint32(b) != magic {
		return nil, errors.New("unknown file format")
	}
	if link := binary.LittleEndian.Uint32(b[20:]); link != linkEthernet {
		return nil, errors.New("a file of -i any: reading it is not simulated")
	}
	var list []Saved
	for b = b[24:]; len(b) > 0; {
		if len(b) < 16 {
			return list, errors.New("truncated dump file; tried to read 16 header bytes, only got " + strconv.Itoa(len(b)))
		}
		n := int(binary.LittleEndian.Uint32(b[8:]))
		if n > SnapLen || len(b) < 16+n {
			return list, errors.New("truncated dump file; tried to read " + strconv.Itoa(n) + " captured bytes, only got " +
				strconv.Itoa(len(b)-16))
		}
		f, err := packet.Unmarshal(b[16 : 16+n])
		if err != nil {
			return list, err
		}
		at := time.Unix(int64(binary.LittleEndian.Uint32(b)), int64(binary.LittleEndian.Uint32(b[4:]))*1000).UTC()
		list = append(list, Saved{at, f})
		b = b[16+n:]
	}
	return list, nil
}
