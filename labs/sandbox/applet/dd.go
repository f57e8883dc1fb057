package applet

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// dd is a dd as it runs.
type dd struct {
	*call
	in, out            string
	ibs, obs           int64
	count, skip, seek  int64
	counted            bool
	conv, iflag, oflag map[string]bool
	status             string
	inFD, outFD        int
	pending            []byte // for the output, not yet a whole block

	inFull, inPart, outFull, outPart, bytes int64
}

func ddCmd(c *call) proc.ExitCode {
	d := &dd{call: c, ibs: 512, obs: 512, outFD: 1, conv: map[string]bool{}, iflag: map[string]bool{}, oflag: map[string]bool{}}
	for _, a := range c.args {
		d.operand(a)
	}
	d.open()
	d.prepare()
	code := d.copy()
	d.report()
	return code
}

func (d *dd) operand(a string) {
	name, value, ok := strings.Cut(a, "=")
	size := func() int64 {
		n, ok := parseSize(value, sizeSuffixes())
		if !ok {
			if d.gnu() {
				d.die("invalid number: '%s'", value)
			}
			d.die("invalid number '%s'", value)
		}
		return n
	}
	switch {
	case !ok:
		d.wrong(a)
	case name == "if":
		d.in = value
	case name == "of":
		d.out = value
	case name == "bs":
		d.ibs = size()
		d.obs = d.ibs
	case name == "ibs":
		d.ibs = size()
	case name == "obs":
		d.obs = size()
	case name == "count":
		d.count, d.counted = size(), true
	case name == "skip":
		d.skip = size()
	case name == "seek":
		d.seek = size()
	case name == "status" && (value == "none" || value == "noxfer" || value == "progress"):
		d.status = value
	case name == "conv":
		known := []string{"notrunc", "noerror", "sync", "fsync", "swab"}
		if d.gnu() {
			known = append(known, "ucase", "lcase", "fdatasync")
		}
		d.words(d.conv, value, known...)
	case name == "iflag":
		d.words(d.iflag, value, "skip_bytes", "count_bytes", "fullblock", "direct")
	case name == "oflag":
		d.words(d.oflag, value, "seek_bytes", "append", "direct", "sync", "dsync")
	default:
		d.wrong(a)
	}
	if d.ibs == 0 || d.obs == 0 || d.ibs > 1<<31 || d.obs > 1<<31 {
		d.die("number %s is not in 1..%d range", value, int64(1)<<31)
	}
}

func (d *dd) words(set map[string]bool, list string, known ...string) {
	for w := range strings.SplitSeq(list, ",") {
		if !slices.Contains(known, w) {
			d.wrong(list)
		}
		set[w] = true
	}
}

func (d *dd) wrong(a string) {
	if d.gnu() {
		d.complain("unrecognized operand '%s'", a)
	}
	d.usage()
}

func (d *dd) open() {
	var err error
	if d.in != "" {
		if d.inFD, err = d.Open(d.in, proc.O_RDONLY, 0); err != nil {
			if d.gnu() {
				d.die("failed to open '%s': %s", d.in, d.text(err))
			}
			d.die("can't open '%s': %s", d.in, d.text(err))
		}
	} else {
		d.in = "standard input"
	}
	if d.out == "" {
		d.out = "standard output"
		return
	}
	flags := proc.O_WRONLY | proc.O_CREAT
	if d.seek == 0 && !d.conv["notrunc"] && !d.oflag["append"] {
		flags |= proc.O_TRUNC
	}
	if d.oflag["append"] {
		flags |= proc.O_APPEND
	}
	if d.outFD, err = d.Open(d.out, flags, 0o666); err != nil {
		if d.gnu() {
			d.die("failed to open '%s': %s", d.out, d.text(err))
		}
		d.die("can't open '%s': %s", d.out, d.text(err))
	}
}

// prepare skips input and seeks in the output.
func (d *dd) prepare() {
	if d.seek > 0 {
		at := d.seek * d.obs
		if d.oflag["seek_bytes"] {
			at = d.seek
		}
		if f, err := d.File(d.outFD); err == nil && !d.conv["notrunc"] {
			f.Truncate(at)
		}
		if _, err := d.Seek(d.outFD, at, 0); err != nil && d.out != "standard output" {
			d.die("%s: cannot seek: %s", d.out, d.text(err))
		}
	}
	if d.skip == 0 {
		return
	}
	n := d.skip * d.ibs
	if d.iflag["skip_bytes"] {
		n = d.skip
	}
	if _, err := d.Seek(d.inFD, n, 1); err == nil {
		return
	}
	buf := make([]byte, min(n, bufferSize))
	for n > 0 {
		got, err := d.read(d.inFD, buf[:min(n, int64(len(buf)))])
		if err != nil || got == 0 {
			return
		}
		n -= int64(got)
	}
}

func (d *dd) copy() proc.ExitCode {
	d.grow(int(d.ibs))
	buf := make([]byte, d.ibs)
	left := d.count
	for !d.counted || left > 0 {
		want := d.ibs
		if d.counted && d.iflag["count_bytes"] {
			want = min(want, left)
		}
		n, err := d.readBlock(buf[:want])
		if err != nil {
			if d.gnu() {
				d.warn("error reading '%s': %s", d.in, d.text(err))
			} else {
				d.warn("%s: %s", d.in, d.text(err))
			}
			if !d.conv["noerror"] {
				break
			}
		}
		if n == 0 {
			break
		}
		if d.iflag["count_bytes"] {
			left -= int64(n)
		} else {
			left--
		}
		if int64(n) == d.ibs {
			d.inFull++
		} else {
			d.inPart++
		}
		if !d.block(d.converted(buf[:n])) {
			return 1
		}
	}
	if len(d.pending) > 0 && !d.write(d.pending) {
		return 1
	}
	return d.failed
}

func (d *dd) readBlock(buf []byte) (int, error) {
	got := 0
	for got < len(buf) {
		n, err := d.read(d.inFD, buf[got:])
		got += n
		if err != nil || n == 0 || !d.iflag["fullblock"] {
			return got, err
		}
	}
	return got, nil
}

func (d *dd) converted(b []byte) []byte {
	if d.conv["sync"] {
		full := b[:d.ibs]
		clear(full[len(b):])
		b = full
	}
	if d.conv["swab"] {
		for i := 0; i+1 < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
	}
	switch {
	case d.conv["ucase"]:
		copy(b, bytes.ToUpper(b))
	case d.conv["lcase"]:
		copy(b, bytes.ToLower(b))
	}
	return b
}

// block passes input on, as output blocks.
func (d *dd) block(b []byte) bool {
	if d.ibs == d.obs {
		return d.write(b)
	}
	d.pending = append(d.pending, b...)
	for int64(len(d.pending)) >= d.obs {
		if !d.write(d.pending[:d.obs]) {
			return false
		}
		d.pending = append(d.pending[:0], d.pending[d.obs:]...)
	}
	return true
}

func (d *dd) write(b []byte) bool {
	for at := 0; at < len(b); {
		n, err := d.Write(d.outFD, b[at:])
		if err == proc.EINTR {
			continue
		}
		at += max(n, 0)
		d.bytes += int64(max(n, 0))
		if err != nil {
			if at > 0 {
				d.outPart++
			}
			d.pending = nil
			d.warn("error writing '%s': %s", d.out, d.text(err))
			return false
		}
	}
	if int64(len(b)) == d.obs {
		d.outFull++
	} else {
		d.outPart++
	}
	return true
}

func (d *dd) report() {
	if d.status == "none" {
		return
	}
	text := fmt.Sprintf("%d+%d records in\n%d+%d records out\n", d.inFull, d.inPart, d.outFull, d.outPart)
	if d.status != "noxfer" {
		text += d.rate()
	}
	d.Write(2, []byte(text))
}

// rate is the third line. Virtual time may not have passed: no division by nothing.
func (d *dd) rate() string {
	self, _ := d.CPUTime()
	seconds := max(self.Seconds(), 1e-6)
	perSecond := int64(float64(d.bytes) / seconds)
	if d.gnu() {
		size := ""
		if d.bytes >= 1000 {
			size = fmt.Sprintf(" (%s, %s)", decimalSize(d.bytes), binarySize(d.bytes))
		} else {
			return fmt.Sprintf("%d bytes copied, %.6g s, %s/s\n", d.bytes, seconds, decimalSize(perSecond))
		}
		return fmt.Sprintf("%d bytes%s copied, %.6g s, %s/s\n", d.bytes, size, seconds, decimalSize(perSecond))
	}
	return fmt.Sprintf("%d bytes (%sB) copied, %f seconds, %sB/s\n", d.bytes, human(d.bytes), seconds, human(perSecond))
}

func decimalSize(n int64) string {
	v, units, i := float64(n), []string{"B", "kB", "MB", "GB", "TB"}, 0
	for v >= 1000 && i < len(units)-1 {
		v /= 1000
		i++
	}
	if i == 0 || v >= 10 {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}

func binarySize(n int64) string {
	v, units, i := float64(n), []string{"B", "KiB", "MiB", "GiB", "TiB"}, 0
	for v >= 1024 && i < len(units)-1 {
		v /= 1024
		i++
	}
	if i == 0 || v >= 10 {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}
