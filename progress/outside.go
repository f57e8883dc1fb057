package progress

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// lookFromOutside finds what SQLite would not report, or not before it has changed the file: it takes an empty file
// for a new one and deletes the log ahead beside it, it takes what stands before a break in that log for everything,
// and it turns another program's database into one with a log ahead. It is called while no window has the file open.
func (s *Store) lookFromOutside(fresh bool) error {
	switch {
	case len(s.strays()) > 0, exists(s.path + ".new"):
		return fmt.Errorf("%w: mending it was interrupted", ErrDamaged)
	case size(s.path) == 0 && size(s.path+"-wal") > 0:
		return fmt.Errorf("%w: it is gone, and its log ahead is there", ErrDamaged)
	case fresh:
		return nil
	case size(s.path) == 0 && len(s.Copies()) > 0:
		return fmt.Errorf("%w: it is empty, and there are copies", ErrDamaged)
	case size(s.path) == 0:
		return nil
	}
	if err := checkHead(s.path); err != nil {
		return err
	}
	if size(s.path+"-wal") <= walHeaderSize {
		return nil
	}
	wal, err := os.ReadFile(s.path + "-wal")
	if err != nil {
		return err
	}
	if tornAhead(wal, usualPageSize) {
		return fmt.Errorf("%w: its log ahead breaks off in the middle", ErrDamaged)
	}
	return nil
}

// checkHead reads the file's header and the beginning of its first page.
func checkHead(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 108)
	if _, err := io.ReadFull(f, head); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: it is too short", ErrDamaged)
		}
		return err
	}
	be := binary.BigEndian
	version, application, tables := be.Uint32(head[60:]), be.Uint32(head[68:]), be.Uint16(head[103:])
	switch {
	case string(head[:16]) != sqliteMagic:
		return fmt.Errorf("%w: it is no SQLite file", ErrDamaged)
	case application != applicationID && tables > 0:
		return foreignError{int(application)}
	case application == applicationID && int(version) > len(migrations()):
		return newerError{version: int(version)}
	}
	return nil
}
