package xray

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/vfs"
)

// Content is what is in a file, as far as it is shown.
type Content struct {
	Path   string
	Place  Place
	Size   int64
	Lines  []string
	Cut    bool // there is more
	Binary bool // it is no text; there are no lines
	Open   bool // the last line has no end
}

const (
	mostBytes = 64 << 10
	mostLines = 2000
)

// Read tells what is in a file as one place has it: a layer, or what is mounted over the layers.
func Read(h *sandbox.Host, container, file string, from Place) (Content, error) {
	x, err := open(h, container)
	if err != nil {
		return Content{}, err
	}
	file = path.Clean("/" + file)
	c := Content{Path: file, Place: from}
	buf := make([]byte, mostBytes)
	n := 0
	if from.InLayers() {
		n, c.Size = x.readLevel(file, from.Level, buf)
	} else {
		n, c.Size = x.readSeen(file, buf)
	}
	if n < 0 {
		return Content{}, vfs.ENOENT
	}
	c.take(buf[:n])
	return c, nil
}

// readLevel reads what one level of the stack has.
func (x *eye) readLevel(file string, level int, buf []byte) (n int, size int64) {
	at, err := x.at(path.Dir(file))
	inner := file
	if err == nil && at.inLayers {
		inner = path.Join(at.inner, path.Base(file))
	}
	for _, c := range x.Files.Copies(inner) {
		if c.Level == level {
			size = c.Size
		}
	}
	return x.Files.ReadLevel(inner, level, buf, 0), size
}

// readSeen reads what is mounted.
func (x *eye) readSeen(file string, buf []byte) (n int, size int64) {
	s, ok := x.sight(file)
	if !ok || s.Dynamic() || !s.Stat().Mode.IsRegular() {
		return -1, 0
	}
	return s.ReadAt(buf, 0), s.Stat().Size
}

// take makes lines of bytes.
func (c *Content) take(b []byte) {
	c.Cut = int64(len(b)) < c.Size
	if c.Binary = binary(b, c.Cut); c.Binary || len(b) == 0 {
		return
	}
	text, ended := strings.CutSuffix(string(b), "\n")
	c.Lines = strings.Split(text, "\n")
	c.Open = !ended
	if len(c.Lines) > mostLines {
		c.Lines, c.Cut = c.Lines[:mostLines], true
	}
}

// binary reports whether bytes are no text. The last character of a piece may be cut.
func binary(b []byte, cut bool) bool {
	if bytes.IndexByte(b, 0) >= 0 {
		return true
	}
	for k := 0; cut && k < utf8.UTFMax && len(b) > 0 && !utf8.Valid(b); k++ {
		b = b[:len(b)-1]
	}
	return !utf8.Valid(b)
}
