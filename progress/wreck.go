package progress

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"iter"
	"os"
	"slices"
)

// wreck is a damaged SQLite file and its log ahead, read without SQLite: page by page, each on its own, so that
// neither a broken header nor a broken tree hides what the other pages hold.
// The format is that of https://www.sqlite.org/fileformat2.html.
type wreck struct {
	pageSize int
	main     []byte
	ahead    []frame           // of the log ahead, as far as it was committed
	newest   map[uint32][]byte // by page number, from the log ahead
}

// frame is a version of a page.
type frame struct {
	page    uint32
	content []byte
}

// found is a row that stands somewhere in a wreck: a table's with its number, or an entry of an index.
type found struct {
	rowid  int64 // 0 in an index
	values []any // nil, int64, float64, string, []byte
}

const (
	sqliteMagic     = "SQLite format 3\x00"
	usualPageSize   = 4096
	fileHeaderSize  = 100
	walHeaderSize   = 32
	frameHeaderSize = 24
)

// readWreck reads a file and its log ahead; one of them may be missing.
func readWreck(path string) (*wreck, error) {
	main, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	wal, err := os.ReadFile(path + "-wal")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return newWreck(main, wal), nil
}

func newWreck(main, wal []byte) *wreck {
	w := &wreck{pageSize: pageSizeOf(main), main: main, newest: map[uint32][]byte{}}
	w.ahead = committed(framesOf(wal, w.pageSize))
	for _, f := range w.ahead {
		w.newest[f.page] = f.content
	}
	return w
}

// pageSizeOf believes a header that is whole; ours always says the usual size.
func pageSizeOf(main []byte) int {
	if len(main) < fileHeaderSize || string(main[:16]) != sqliteMagic {
		return usualPageSize
	}
	n := int(binary.BigEndian.Uint16(main[16:]))
	if n == 1 {
		n = 65536
	}
	if n < 512 || n&(n-1) != 0 {
		return usualPageSize
	}
	return n
}

// rows are all rows and index entries of all pages. The same one may come several times, in several versions.
func (w *wreck) rows() iter.Seq[found] {
	return func(yield func(found) bool) {
		for page := range w.pages() {
			for row := range w.pageRows(page) {
				if !yield(row) {
					return
				}
			}
		}
	}
}

func (w *wreck) pages() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := w.main; len(rest) > 0; {
			n := min(w.pageSize, len(rest))
			page := rest[:n]
			if len(rest) == len(w.main) {
				page = page[min(fileHeaderSize, n):]
			}
			if !yield(page) {
				return
			}
			rest = rest[n:]
		}
		for _, f := range w.ahead {
			if !yield(f.content) {
				return
			}
		}
	}
}

// kinds of pages that hold rows.
const (
	tableLeaf     = 0x0d
	indexLeaf     = 0x0a
	indexInterior = 0x02
	tableInterior = 0x05
)

// pageRows reads a page by its list of cells, and then whatever the list leaves out: in a page of a table, and in one
// that makes no sense, each other byte is tried as the beginning of a table's row. Checksums tell later which of
// those are real.
func (w *wreck) pageRows(page []byte) iter.Seq[found] {
	return func(yield func(found) bool) {
		if allZero(page) {
			return
		}
		listed := map[int]bool{}
		read, starts := w.cells(page)
		for _, start := range starts {
			if row, ok := read(page[start:]); ok {
				listed[start] = true
				if !yield(row) {
					return
				}
			}
		}
		if len(listed) == len(starts) && isOf(page, indexLeaf, indexInterior, tableInterior) {
			return
		}
		for at := range page {
			if listed[at] {
				continue
			}
			if row, ok := w.tableCell(page[at:]); ok && !yield(row) {
				return
			}
		}
	}
}

// cells are where a page's cells begin, by its list, and how they are read. The offsets in the list count from the
// page's beginning; of the first page, the file's header was cut off.
func (w *wreck) cells(page []byte) (read func([]byte) (found, bool), starts []int) {
	list := 8
	switch {
	case isOf(page, tableLeaf):
		read = w.tableCell
	case isOf(page, indexLeaf):
		read = w.indexCell
	case isOf(page, indexInterior):
		read, list = w.interiorCell, 12
	default:
		return nil, nil
	}
	cut := 0
	if len(page) == w.pageSize-fileHeaderSize {
		cut = fileHeaderSize
	}
	for i := range int(binary.BigEndian.Uint16(page[3:])) {
		at := list + 2*i
		if at+2 > len(page) {
			break
		}
		if start := int(binary.BigEndian.Uint16(page[at:])) - cut; start >= 0 && start < len(page) {
			starts = append(starts, start)
		}
	}
	return read, starts
}

func isOf(page []byte, kinds ...byte) bool { return len(page) > 12 && slices.Contains(kinds, page[0]) }

func allZero(page []byte) bool { return len(bytes.TrimLeft(page, "\x00")) == 0 }

// tableCell reads a row of a table's leaf.
func (w *wreck) tableCell(b []byte) (found, bool) {
	length, n := varint(b)
	rowid, m := varint(b[n:])
	if n == 0 || m == 0 || rowid <= 0 {
		return found{}, false
	}
	values, ok := w.record(b[n+m:], length, w.pageSize-35)
	return found{rowid, values}, ok
}

// indexCell reads an entry of an index's leaf.
func (w *wreck) indexCell(b []byte) (found, bool) {
	length, n := varint(b)
	if n == 0 {
		return found{}, false
	}
	values, ok := w.record(b[n:], length, (w.pageSize-12)*64/255-23)
	return found{0, values}, ok
}

// interiorCell reads an entry of an index's inner page: behind the number of a page below.
func (w *wreck) interiorCell(b []byte) (found, bool) {
	if len(b) < 5 {
		return found{}, false
	}
	return w.indexCell(b[4:])
}

// record reads a payload, of which at most so many bytes stand on the page itself.
func (w *wreck) record(b []byte, length int64, most int) ([]any, bool) {
	if length < 2 || length > int64(len(w.main)+len(w.ahead)*w.pageSize) {
		return nil, false
	}
	local := w.local(int(length), most)
	if len(b) < local {
		return nil, false
	}
	if local == int(length) {
		return parseRecord(b[:local])
	}
	if len(b) < local+4 || !fits(b[:local], length) {
		return nil, false
	}
	payload, ok := w.overflow(b[:local:local], binary.BigEndian.Uint32(b[local:]), int(length))
	if !ok {
		return nil, false
	}
	return parseRecord(payload)
}

// local is how much of a payload stays on its page.
func (w *wreck) local(length, most int) int {
	if length <= most {
		return length
	}
	least := (w.pageSize-12)*32/255 - 23
	n := least + (length-least)%(w.pageSize-4)
	if n <= most {
		return n
	}
	return least
}

// overflow follows the chain of pages that holds the rest of a payload.
func (w *wreck) overflow(payload []byte, next uint32, length int) ([]byte, bool) {
	for len(payload) < length {
		page := w.page(next)
		if len(page) < w.pageSize {
			return nil, false
		}
		next = binary.BigEndian.Uint32(page)
		n := min(length-len(payload), w.pageSize-4)
		payload = append(payload, page[4:4+n]...)
	}
	return payload, true
}

func (w *wreck) page(n uint32) []byte {
	if p, ok := w.newest[n]; ok {
		return p
	}
	start := (int64(n) - 1) * int64(w.pageSize)
	if n == 0 || start+int64(w.pageSize) > int64(len(w.main)) {
		return nil
	}
	return w.main[start : start+int64(w.pageSize)]
}
