package packet

import "encoding/binary"

// Wire is the frame as it would cross a link with this MTU: one that is too large as the fragments that a sender makes
// of it. (A datagram travels whole here; only who looks at bytes sees its fragments.) Only IPv4 is cut. RFC 791 3.2
func (f *Frame) Wire(mtu int) [][]byte {
	whole := f.Marshal()
	if f.IP == nil || f.IP.V6() || f.IP.DF || f.IP.Size() <= mtu || mtu < ipv4Size+8 {
		return [][]byte{whole}
	}
	head := len(whole) - f.IP.Size()
	body := whole[head+ipv4Size:]
	step := (mtu - ipv4Size) &^ 7
	var list [][]byte
	for at := 0; at < len(body); at += step {
		n := min(step, len(body)-at)
		b := append(append([]byte(nil), whole[:head+ipv4Size]...), body[at:at+n]...)
		ip := b[head:]
		offset := uint16(at / 8)
		if at+n < len(body) {
			offset |= 0x2000 // more fragments
		}
		binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)))
		binary.BigEndian.PutUint16(ip[6:], offset)
		ip[10], ip[11] = 0, 0
		binary.BigEndian.PutUint16(ip[10:], checksum(ip[:ipv4Size], 0))
		list = append(list, b)
	}
	return list
}
