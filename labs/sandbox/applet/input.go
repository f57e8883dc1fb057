package applet

import (
	"bytes"

	"dockerlearn/labs/sandbox/proc"
)

// input is a descriptor that is read in pieces or lines.
type input struct {
	c      *call
	fd     int
	name   string
	buf    []byte
	r, w   int
	ended  bool
	err    error // why reading ended early
	closes bool
}

func (c *call) input(fd int, name string) *input {
	return &input{c: c, fd: fd, name: name}
}

func (c *call) stdin() *input { return c.input(0, "-") }

// open opens a file for reading; "-" is standard input.
func (c *call) open(name string) (*input, error) {
	if name == "-" {
		return c.input(0, name), nil
	}
	fd, err := c.Open(name, proc.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	in := c.input(fd, name)
	in.closes = true
	return in, nil
}

// openOrWarn is open that complains as most applets do.
func (c *call) openOrWarn(name string) *input {
	in, err := c.open(name)
	if err == nil {
		return in
	}
	c.warn("%s: %s", name, c.text(err))
	return nil
}

func (in *input) close() {
	if in.closes {
		in.c.Close(in.fd)
	}
}

// fill reads more behind what is not yet used, making room first. It returns false at the end.
func (in *input) fill() bool {
	if in.ended {
		return false
	}
	switch {
	case in.r == in.w:
		in.r, in.w = 0, 0
	case in.r > 0 && in.w == len(in.buf):
		in.w = copy(in.buf, in.buf[in.r:in.w])
		in.r = 0
	}
	if in.w == len(in.buf) {
		in.enlarge()
	}
	n, err := in.c.read(in.fd, in.buf[in.w:])
	if n == 0 || err != nil {
		in.ended, in.err = true, err
		return false
	}
	in.w += n
	return true
}

// enlarge doubles the buffer. A line that does not end costs memory.
func (in *input) enlarge() {
	size := max(2*len(in.buf), bufferSize)
	if size > bufferSize {
		in.c.grow(size - len(in.buf))
	}
	buf := make([]byte, size)
	copy(buf, in.buf[:in.w])
	in.buf = buf
}

// read is Read that goes on after a signal.
func (c *call) read(fd int, b []byte) (int, error) {
	for {
		n, err := c.Read(fd, b)
		if err != proc.EINTR {
			return n, err
		}
	}
}

// ahead is what has been read and not yet used; at the beginning, the first piece of a file. It stays to be read.
func (in *input) ahead() []byte {
	if in.r == in.w {
		in.fill()
	}
	return in.buf[in.r:in.w]
}

// piece is the next bytes, as many as there are; nil at the end. They are valid until the next call.
func (in *input) piece() []byte {
	if in.r == in.w && !in.fill() {
		return nil
	}
	b := in.buf[in.r:in.w]
	in.r = in.w
	return b
}

// line is the next line with its newline, if it has one; ok is false at the end.
func (in *input) line() (line []byte, ok bool) { return in.until('\n') }

func (in *input) until(delim byte) (line []byte, ok bool) {
	seen := 0
	for {
		if i := bytes.IndexByte(in.buf[in.r+seen:in.w], delim); i >= 0 {
			end := in.r + seen + i + 1
			line = in.buf[in.r:end]
			in.r = end
			return line, true
		}
		seen = in.w - in.r
		if !in.fill() {
			line = in.buf[in.r:in.w]
			in.r = in.w
			return line, len(line) > 0
		}
	}
}

// chomped is the next line without its newline.
func (in *input) chomped() (line []byte, ok bool) {
	line, ok = in.line()
	return bytes.TrimSuffix(line, []byte("\n")), ok
}

// byte is the next byte; ok is false at the end.
func (in *input) byte() (b byte, ok bool) {
	if in.r == in.w && !in.fill() {
		return 0, false
	}
	in.r++
	return in.buf[in.r-1], true
}

// all reads to the end and charges for it.
func (in *input) all() []byte {
	var all []byte
	for b := in.piece(); b != nil; b = in.piece() {
		in.c.grow(len(b))
		all = append(all, b...)
	}
	return all
}

// complain says why reading ended, if it was not the end.
func (in *input) complain() {
	if in.err == nil {
		return
	}
	if in.c.gnu() {
		in.c.warn("%s: %s", in.name, in.c.text(in.err))
	} else {
		in.c.warn("read error: %s", in.c.text(in.err))
	}
}

// eachInput calls f with every file that is named, standard input if none is.
func (c *call) eachInput(names []string, f func(*input)) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		in := c.openOrWarn(name)
		if in == nil {
			continue
		}
		f(in)
		in.complain()
		in.close()
	}
}
