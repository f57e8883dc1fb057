package progress

import "encoding/binary"

// The log ahead is SQLite's write-ahead log: https://www.sqlite.org/fileformat2.html#walformat.

// walFrame is a frame with its header.
type walFrame struct {
	frame
	head   []byte // its page number and whether it ends a transaction: what the checksum covers of the header
	salt   [8]byte
	sum    [8]byte
	commit bool
}

// framesOf cuts a log ahead into the frames of its present round: older ones stand behind them with another salt.
func framesOf(wal []byte, pageSize int) []walFrame {
	if len(wal) < walHeaderSize {
		return nil
	}
	var all []walFrame
	for rest := wal[walHeaderSize:]; len(rest) >= frameHeaderSize+pageSize; rest = rest[frameHeaderSize+pageSize:] {
		be := binary.BigEndian
		f := walFrame{
			frame:  frame{be.Uint32(rest), rest[frameHeaderSize : frameHeaderSize+pageSize]},
			head:   rest[:8],
			salt:   [8]byte(rest[8:16]),
			sum:    [8]byte(rest[16:24]),
			commit: be.Uint32(rest[4:]) != 0,
		}
		all = append(all, f)
	}
	salt := usualSalt(wal, all)
	round := all[:0]
	for _, f := range all {
		if f.salt == salt {
			round = append(round, f)
		}
	}
	return round
}

// usualSalt is that of the header or, where the header is broken, that of the first two frames that agree.
func usualSalt(wal []byte, all []walFrame) [8]byte {
	salt := [8]byte(wal[16:24])
	seen := map[[8]byte]bool{}
	for _, f := range all {
		if f.salt == salt {
			return salt
		}
	}
	for _, f := range all {
		if seen[f.salt] {
			return f.salt
		}
		seen[f.salt] = true
	}
	return salt
}

// committed are the frames up to the last end of a transaction.
func committed(all []walFrame) []frame {
	end := 0
	for i, f := range all {
		if f.commit {
			end = i + 1
		}
	}
	frames := make([]frame, end)
	for i := range frames {
		frames[i] = all[i].frame
	}
	return frames
}

// tornAhead reports whether a log ahead breaks off although whole transactions follow: SQLite would take what stands
// before the break for everything. A break in the last transaction is what an interrupted one looks like, and no
// damage.
func tornAhead(wal []byte, pageSize int) bool {
	if len(wal) < walHeaderSize {
		return false
	}
	be := binary.BigEndian
	order := binary.ByteOrder(binary.LittleEndian)
	if be.Uint32(wal)&1 == 1 {
		order = be
	}
	frames := framesOf(wal, pageSize)
	check := walSum(order, [2]uint32{}, wal[:24])
	good := check == [2]uint32{be.Uint32(wal[24:]), be.Uint32(wal[28:])} && be.Uint32(wal)|1 == 0x377f0683
	commits := 0 // ends of transactions from the break on
	for _, f := range frames {
		if good {
			check = walSum(order, check, f.head)
			check = walSum(order, check, f.content)
			good = check == [2]uint32{be.Uint32(f.sum[:]), be.Uint32(f.sum[4:])}
		}
		if !good && f.commit {
			commits++
		}
	}
	return commits > 1
}

// walSum is SQLite's checksum of its log ahead.
func walSum(order binary.ByteOrder, s [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		s[0] += order.Uint32(b) + s[1]
		s[1] += order.Uint32(b[4:]) + s[0]
	}
	return s
}
