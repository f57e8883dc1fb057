package progress

import (
	"bytes"
	"encoding/binary"
	"math"
)

// varint reads a number of SQLite's: at most nine bytes, seven bits each, all eight of the ninth. n is 0 at the end
// of the bytes.
func varint(b []byte) (v int64, n int) {
	var u uint64
	for i, c := range b {
		if i == 8 {
			return int64(u<<8 | uint64(c)), 9
		}
		u = u<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return int64(u), i + 1
		}
	}
	return 0, 0
}

// maxColumns is more than any table of ours has.
const maxColumns = 64

// parseRecord reads the values of a row.
func parseRecord(b []byte) ([]any, bool) {
	head, n := varint(b)
	if n == 0 || head < int64(n) || head > int64(len(b)) {
		return nil, false
	}
	types, body := b[n:head], b[head:]
	var values []any
	for len(types) > 0 {
		kind, n := varint(types)
		if n == 0 || len(values) == maxColumns {
			return nil, false
		}
		types = types[n:]
		v, used, ok := value(kind, body)
		if !ok {
			return nil, false
		}
		values, body = append(values, v), body[used:]
	}
	return values, len(body) == 0
}

// fits reports whether a record's head, which stands at its beginning, speaks of a record of that length: it is asked
// before other pages are read, since most of what is tried as a record is none.
func fits(b []byte, length int64) bool {
	head, n := varint(b)
	if n == 0 || head < int64(n) || head > int64(len(b)) {
		return false
	}
	total := head
	for types := b[n:head]; len(types) > 0; {
		kind, n := varint(types)
		if n == 0 || kind < 0 || kind > 2*length+13 {
			return false
		}
		total += width(kind)
		types = types[n:]
	}
	return total == length
}

// width is how many bytes a value of a serial type takes.
func width(kind int64) int64 {
	if kind >= 12 {
		return (kind - 12) / 2
	}
	return [...]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0}[kind]
}

// value reads a value of a serial type.
func value(kind int64, b []byte) (v any, used int, ok bool) {
	if kind < 0 || kind == 10 || kind == 11 || width(kind) > int64(len(b)) {
		return nil, 0, false
	}
	n := int(width(kind))
	switch {
	case kind == 0:
		return nil, 0, true
	case kind == 7:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), n, true
	case kind == 8, kind == 9:
		return kind - 8, 0, true
	case kind < 8:
		return bigEndian(b[:n]), n, true
	case kind%2 == 1:
		return string(b[:n]), n, true
	}
	return bytes.Clone(b[:n]), n, true
}

// bigEndian reads an integer with its sign.
func bigEndian(b []byte) int64 {
	v := int64(int8(b[0]))
	for _, c := range b[1:] {
		v = v<<8 | int64(c)
	}
	return v
}
