package applet

import (
	"dockerlearn/labs/sandbox/proc"
)

// bufferSize is how much programs read and write at a time.
const bufferSize = 65536

// writer is buffered output. On a terminal it writes whole lines at once, elsewhere when it is full.
type writer struct {
	c    *call
	fd   int
	buf  []byte
	line bool // flush after each line
}

func (c *call) newWriter(fd int) *writer {
	return &writer{c: c, fd: fd, line: c.IsTerminal(fd)}
}

func (w *writer) bytes(b []byte) {
	w.buf = append(w.buf, b...)
	w.written()
}

func (w *writer) string(s string) {
	w.buf = append(w.buf, s...)
	w.written()
}

func (w *writer) byte(b byte) {
	w.buf = append(w.buf, b)
	w.written()
}

func (w *writer) written() {
	if len(w.buf) >= bufferSize || w.line && len(w.buf) > 0 && w.buf[len(w.buf)-1] == '\n' {
		w.flush()
	}
}

// Write makes it an io.Writer.
func (w *writer) Write(b []byte) (int, error) {
	w.bytes(b)
	return len(b), nil
}

// flush writes what is left. A program whose output cannot be written ends.
func (w *writer) flush() {
	if len(w.buf) == 0 {
		return
	}
	b := w.buf
	w.buf = w.buf[:0]
	if err := w.c.writeAll(w.fd, b); err != nil {
		w.c.writeFailed(err)
	}
}

// writeAll writes b to a descriptor, however often it takes.
func (c *call) writeAll(fd int, b []byte) error {
	for len(b) > 0 {
		n, err := c.Write(fd, b)
		if err == proc.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

func (c *call) writeFailed(err error) {
	c.Write(2, []byte(c.name+": write error: "+c.text(err)+"\n"))
	c.Exit(1)
}
