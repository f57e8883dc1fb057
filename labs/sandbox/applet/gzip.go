package applet

import (
	"compress/gzip"
	"io"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// zipping is a gzip, gunzip or zcat as it runs.
type zipping struct {
	*call
	o                        *options
	expand, toStdout, verify bool
	level                    int
}

const gzipLevels = "123456789"

func gzipCmd(c *call) proc.ExitCode {
	letters := "cfkdtvnq"
	if c.gnu() {
		letters += "N"
	}
	if c.gnu() || c.app.Name == "gzip" {
		letters += gzipLevels
	}
	o := c.getopt(letters, "decompress=d", "stdout=c", "force=f", "keep=k", "test=t", "verbose=v", "no-name=n", "name=N",
		"quiet=q", "fast=1", "best=9")
	c.refuse(o, "v")
	z := &zipping{call: c, o: o, expand: o.has('d') || o.has('t') || c.app.Name != "gzip", level: gzip.DefaultCompression}
	if z.expand {
		c.refuse(o, "N")
	}
	if l := o.last(gzipLevels); l != 0 {
		z.level = int(l - '0')
	}
	if c.gnu() {
		c.name = "gzip"
	}
	z.verify = o.has('t')
	z.toStdout = o.has('c') || c.app.Name == "zcat"
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		z.file(name)
	}
	return c.failed
}

func (z *zipping) file(name string) {
	if name == "-" {
		if z.IsTerminal(1) && !z.expand && !z.o.has('f') {
			z.die("compressed data not written to terminal. Use -f to force it.")
		}
		z.convert(z.stdin(), z.out, nil)
		z.out.flush()
		return
	}
	st, err := z.FS().Lstat(name)
	if err == nil {
		st, err = z.FS().Stat(name)
	}
	if err != nil && z.app.Name == "zcat" {
		if st, err = z.FS().Stat(name + ".gz"); err == nil {
			name += ".gz"
		}
	}
	if err != nil {
		z.warn("%s: %s", name, z.text(err))
		return
	}
	if st.IsDir() {
		if z.gnu() {
			z.ignore("%s is a directory -- ignored", name)
		} else {
			z.warn("can't remove file '%s': %s", name, z.text(proc.EISDIR))
		}
		return
	}
	in, err := z.open(name)
	if err != nil {
		z.warn("%s: %s", name, z.text(err))
		return
	}
	defer in.close()
	if z.toStdout || z.verify {
		if z.convert(in, z.out, &st) {
			z.out.flush()
		}
		return
	}
	z.replace(in, name, st)
}

// ignore is a warning of GNU's: -q silences it, the exit code stays.
func (z *zipping) ignore(format string, a ...any) {
	if !z.o.has('q') {
		z.complain(format, a...)
	}
	z.failed = 2
}

// target is the name of the result.
func (z *zipping) target(name string) (string, bool) {
	if !z.expand {
		return name + ".gz", true
	}
	for _, s := range [][2]string{{".tgz", ".tar"}, {".gz", ""}, {"-gz", ""}, {".z", ""}, {".Z", ""}} {
		if stem, ok := strings.CutSuffix(name, s[0]); ok && stem != "" {
			return stem + s[1], true
		}
	}
	return "", false
}

func (z *zipping) replace(in *input, name string, st vfs.Stat) {
	to, ok := z.target(name)
	if !ok {
		if z.gnu() {
			z.ignore("%s: unknown suffix -- ignored", name)
			return
		}
		z.warn("%s: unknown suffix - ignored", name)
		return
	}
	flags := proc.O_WRONLY | proc.O_CREAT | proc.O_EXCL
	if z.o.has('f') {
		z.FS().Unlink(to)
	}
	fd, err := z.Open(to, flags, uint32(st.Mode&0o777))
	if err != nil {
		if z.gnu() && err == proc.EEXIST {
			z.warn("%s already exists;\tnot overwritten", to)
		} else if z.gnu() {
			z.warn("%s: %s", to, z.text(err))
		} else {
			z.warn("can't open '%s': %s", to, z.text(err))
		}
		return
	}
	w := z.newWriter(fd)
	good := z.convert(in, w, &st)
	w.flush()
	z.Close(fd)
	if !good {
		z.FS().Unlink(to)
		return
	}
	z.FS().Chown(to, st.UID, st.GID)
	z.FS().Chmod(to, st.Mode.Perm())
	z.FS().Utimes(to, vfs.TimeAt(st.Atime), vfs.TimeAt(st.Mtime))
	if !z.o.has('k') {
		z.FS().Unlink(name)
	}
}

// flateMemory is about what a compressor or expander holds.
const flateMemory = 1 << 20

// convert packs or unpacks; of is the file, if it is one.
func (z *zipping) convert(in *input, w *writer, of *vfs.Stat) bool {
	z.Alloc(flateMemory)
	defer z.Free(flateMemory)
	if !z.expand {
		g, err := gzip.NewWriterLevel(w, z.level)
		if err != nil {
			panic(err) // the levels are ours
		}
		if of != nil && z.gnu() && z.o.last("nN") != 'n' {
			g.Name, g.ModTime = lastPart(in.name), time.Unix(0, of.Mtime)
		}
		for b := in.piece(); b != nil; b = in.piece() {
			g.Write(b)
			z.Step(len(b) / 1024)
		}
		g.Close()
		return true
	}
	r, err := gzip.NewReader(inputReader{in})
	if err != nil {
		z.notGzip(in, err)
		return false
	}
	buf := make([]byte, bufferSize)
	for {
		n, err := r.Read(buf)
		if !z.verify {
			w.bytes(buf[:n])
		}
		z.Step(1 + n/4096)
		if err == io.EOF {
			return true
		}
		if err != nil {
			w.flush()
			z.broken(in, err)
			return false
		}
	}
}

func (z *zipping) notGzip(in *input, err error) {
	switch {
	case z.gnu() && err == io.EOF:
		z.warn("%s: unexpected end of file", stdinName(in.name))
	case z.gnu():
		z.warn("%s: not in gzip format", stdinName(in.name))
	case err == io.EOF:
		z.warn("short read")
	default:
		z.warn("invalid magic")
	}
}

func stdinName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}

func (z *zipping) broken(in *input, err error) {
	switch {
	case z.gnu() && err == io.ErrUnexpectedEOF:
		z.warn("%s: unexpected end of file", stdinName(in.name))
	case z.gnu():
		z.warn("%s: invalid compressed data--crc error", stdinName(in.name))
	case err == io.ErrUnexpectedEOF:
		z.warn("unexpected end of file")
	case err == gzip.ErrChecksum:
		z.warn("crc error")
	default:
		z.warn("corrupted data")
	}
}
