package applet

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// sumCmd is md5sum and its kin, by the name that the applet has.
func sumCmd(c *call) proc.ExitCode {
	kinds := map[string]func() hash.Hash{"md5sum": md5.New, "sha1sum": sha1.New, "sha256sum": sha256.New, "sha512sum": sha512.New}
	s := &summing{call: c, fresh: kinds[c.app.Name]}
	s.o = c.getopt("cswbt", "check=c", "status=s", "warn=w", "binary=b", "text=t")
	names := s.o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	mark := "  "
	if c.gnu() && s.o.last("bt") == 'b' {
		mark = " *"
	}
	for _, name := range names {
		if s.o.has('c') {
			s.check(name)
			continue
		}
		if sum, ok := s.sum(name); ok {
			c.print(sum + mark + name + "\n")
		}
	}
	return c.failed
}

// summing is a sum program as it runs.
type summing struct {
	*call
	o     *options
	fresh func() hash.Hash
}

func (s *summing) sum(name string) (string, bool) {
	in, err := s.open(name)
	if err != nil {
		if s.gnu() {
			s.warn("%s: %s", name, s.text(err))
		} else {
			s.warn("can't open '%s': %s", name, s.text(err))
		}
		return "", false
	}
	defer in.close()
	h := s.fresh()
	for b := in.piece(); b != nil; b = in.piece() {
		h.Write(b)
		s.Step(len(b) / 16384)
	}
	if in.err != nil {
		if s.gnu() {
			s.warn("%s: %s", name, s.text(in.err))
		} else {
			s.warn("can't read '%s': %s", name, s.text(in.err))
		}
		return "", false
	}
	return hex.EncodeToString(h.Sum(nil)), true
}

// check compares a list of sums with the files.
func (s *summing) check(list string) {
	in, err := s.open(list)
	if err != nil {
		s.die("%s: %s", list, s.text(err))
	}
	total, wrong, unread := 0, 0, 0
	for line, ok := in.chomped(); ok; line, ok = in.chomped() {
		want, name, found := strings.Cut(string(line), " ")
		if !found || len(name) < 2 {
			if s.o.has('w') {
				s.complain("invalid format")
			}
			if !s.gnu() {
				total, wrong = total+1, wrong+1
			}
			continue
		}
		name = name[1:]
		total++
		have, good := s.sum(name)
		switch {
		case !good:
			wrong++
			unread++
			if !s.o.has('s') {
				if s.gnu() {
					s.print(name + ": FAILED open or read\n")
				} else {
					s.print(name + ": FAILED\n")
				}
			}
		case !strings.EqualFold(have, want):
			wrong++
			if !s.o.has('s') {
				s.print(name + ": FAILED\n")
			}
		case !s.o.has('s'):
			s.print(name + ": OK\n")
		}
	}
	in.close()
	s.verdict(list, total, wrong, unread)
}

func (s *summing) verdict(list string, total, wrong, unread int) {
	if wrong == 0 && total > 0 {
		return
	}
	s.failed = 1
	switch {
	case s.o.has('s'):
	case total == 0 && s.gnu():
		s.complain("%s: no properly formatted checksum lines found", list)
	case total == 0:
		s.complain("no checksum lines found")
	case s.gnu():
		if unread > 0 {
			s.complain("WARNING: %d listed file%s could not be read", unread, plural(unread))
		}
		if wrong > unread {
			s.complain("WARNING: %d computed checksum%s did NOT match", wrong-unread, plural(wrong-unread))
		}
	default:
		s.complain("WARNING: %d of %d computed checksums did NOT match", wrong, total)
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// cksumCmd is POSIX's CRC.
func cksumCmd(c *call) proc.ExitCode {
	o := c.getopt("")
	table := crcTable()
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		in := c.openOrWarn(name)
		if in == nil {
			continue
		}
		crc, n := uint32(0), int64(0)
		for b := in.piece(); b != nil; b = in.piece() {
			n += int64(len(b))
			c.Step(len(b) / 16384)
			for _, x := range b {
				crc = crc<<8 ^ table[byte(crc>>24)^x]
			}
		}
		for l := n; l > 0; l >>= 8 {
			crc = crc<<8 ^ table[byte(crc>>24)^byte(l)]
		}
		in.close()
		if len(o.args) == 0 {
			c.printf("%d %d\n", ^crc, n)
		} else {
			c.printf("%d %d %s\n", ^crc, n, name)
		}
	}
	return c.failed
}

func crcTable() *[256]uint32 {
	t := &[256]uint32{}
	for i := range t {
		x := uint32(i) << 24
		for range 8 {
			if x&0x80000000 != 0 {
				x = x<<1 ^ 0x04c11db7
			} else {
				x <<= 1
			}
		}
		t[i] = x
	}
	return t
}

func base64Cmd(c *call) proc.ExitCode {
	o := c.getopt("dw:i", "decode=d", "wrap=w", "ignore-garbage=i")
	c.refuse(o, "i")
	if len(o.args) > 1 {
		c.usage()
	}
	name := "-"
	if len(o.args) == 1 {
		name = o.args[0]
	}
	in := c.openOrWarn(name)
	if in == nil {
		return 1
	}
	if o.has('d') {
		c.decode64(in)
	} else {
		c.encode64(in, int(c.number(o.or('w', "76"), nil)))
	}
	in.complain()
	return c.failed
}

func (c *call) encode64(in *input, wrap int) {
	w := &wrapper{w: c.out, width: wrap}
	e := base64.NewEncoder(base64.StdEncoding, w)
	for b := in.piece(); b != nil; b = in.piece() {
		e.Write(b)
	}
	e.Close()
	if wrap > 0 && w.column > 0 {
		c.out.byte('\n')
	}
}

// wrapper breaks lines at a width; 0 is never.
type wrapper struct {
	w             *writer
	width, column int
}

func (w *wrapper) Write(b []byte) (int, error) {
	for _, x := range b {
		w.w.buf = append(w.w.buf, x)
		if w.column++; w.column == w.width {
			w.w.buf = append(w.w.buf, '\n')
			w.column = 0
		}
	}
	w.w.written()
	return len(b), nil
}

func (c *call) decode64(in *input) {
	from := io.Reader(inputReader{in})
	if !c.gnu() {
		from = only64{from}
	}
	d := base64.NewDecoder(base64.StdEncoding, from)
	buf := make([]byte, 4096)
	for {
		n, err := d.Read(buf)
		c.out.bytes(buf[:n])
		if err == io.EOF {
			return
		}
		if err != nil {
			if c.gnu() {
				c.die("invalid input")
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				c.die("truncated input")
			}
			c.die("invalid input")
		}
	}
}

// only64 drops what is not of base 64, as busybox's decoder does.
type only64 struct{ r io.Reader }

func (o only64) Read(b []byte) (int, error) {
	for {
		n, err := o.r.Read(b)
		kept := 0
		for _, x := range b[:n] {
			if inClass("alnum", rune(x)) && x < 0x80 || strings.IndexByte("+/=", x) >= 0 {
				b[kept] = x
				kept++
			}
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

// inputReader makes an input an io.Reader.
type inputReader struct{ in *input }

func (r inputReader) Read(b []byte) (int, error) {
	if r.in.r == r.in.w && !r.in.fill() {
		return 0, io.EOF
	}
	n := copy(b, r.in.buf[r.in.r:r.in.w])
	r.in.r += n
	return n, nil
}
