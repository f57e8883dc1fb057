package applet

import (
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
)

// oldStyle turns -5 into -n5, as head and tail have understood since ever; plus is tail's +5.
func (c *call) oldStyle(plus bool) {
	args := append([]string(nil), c.args...)
	for i, a := range args {
		if a == "--" {
			break
		}
		if i > 0 && (args[i-1] == "-n" || args[i-1] == "-c" || args[i-1] == "-s") {
			continue
		}
		if len(a) > 1 && a[0] == '-' && isDigit(a[1]) {
			args[i] = "-n" + a[1:]
		} else if plus && len(a) > 1 && a[0] == '+' && isDigit(a[1]) {
			args[i] = "-n" + a
		}
	}
	c.args = args
}

// sizeOf reads the number of -n and -c.
func (c *call) sizeOf(s, what string) int64 {
	n, ok := parseSize(s, sizeSuffixes())
	if !ok {
		if c.gnu() {
			c.die("invalid number of %s: '%s'", what, s)
		}
		c.die("invalid number '%s'", s)
	}
	return n
}

func headCmd(c *call) proc.ExitCode {
	c.oldStyle(false)
	o := c.getopt("n:c:qv", "lines=n", "bytes=c", "quiet=q", "silent=q", "verbose=v")
	text, byBytes := o.or('n', "10"), false
	what := "lines"
	if o.last("nc") == 'c' {
		text, byBytes = o.or('c', ""), true
		what = "bytes"
	}
	text, fromEnd := strings.CutPrefix(text, "-")
	n := c.sizeOf(text, what)
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	titles := len(names) > 1 && !o.has('q') || o.has('v')
	shown := false
	for _, name := range names {
		in := c.openTitled(name)
		if in == nil {
			shown = shown || !c.gnu()
			continue
		}
		if titles {
			c.title(name, shown)
		}
		shown = true
		switch {
		case fromEnd && byBytes:
			c.headButBytes(in, n)
		case fromEnd:
			c.headButLines(in, n)
		case byBytes:
			c.headBytes(in, n)
		default:
			c.headLines(in, n)
		}
		in.complain()
		in.close()
	}
	return c.failed
}

// openTitled is openOrWarn in head's and tail's words.
func (c *call) openTitled(name string) *input {
	in, err := c.open(name)
	if err == nil {
		return in
	}
	switch {
	case c.gnu():
		c.warn("cannot open '%s' for reading: %s", name, c.text(err))
	case c.app.Name == "tail":
		c.warn("can't open '%s': %s", name, c.text(err))
	default:
		c.warn("%s: %s", name, c.text(err))
	}
	return nil
}

func (c *call) title(name string, shown bool) {
	if shown {
		c.print("\n")
	}
	if name == "-" {
		name = "standard input"
	}
	c.print("==> " + name + " <==\n")
}

func (c *call) headLines(in *input, n int64) {
	for ; n > 0; n-- {
		line, ok := in.line()
		if !ok {
			return
		}
		c.out.bytes(line)
	}
}

func (c *call) headBytes(in *input, n int64) {
	for n > 0 {
		b := in.piece()
		if b == nil {
			return
		}
		if int64(len(b)) > n {
			b = b[:n]
		}
		c.out.bytes(b)
		n -= int64(len(b))
	}
}

// headButLines keeps the last n lines back.
func (c *call) headButLines(in *input, n int64) {
	var kept [][]byte
	for line, ok := in.line(); ok; line, ok = in.line() {
		c.grow(len(line))
		kept = append(kept, append([]byte(nil), line...))
		if int64(len(kept)) > n {
			c.out.bytes(kept[0])
			c.Free(int64(len(kept[0])))
			kept = kept[1:]
		}
	}
}

func (c *call) headButBytes(in *input, n int64) {
	var kept []byte
	for b := in.piece(); b != nil; b = in.piece() {
		c.grow(len(b))
		kept = append(kept, b...)
		if extra := int64(len(kept)) - n; extra > 0 {
			c.out.bytes(kept[:extra])
			c.Free(extra)
			kept = append([]byte(nil), kept[extra:]...)
		}
	}
}

// tail is a tail as it runs.
type tail struct {
	*call
	o        *options
	n        int64
	byBytes  bool
	fromHead bool
	titles   bool
	shown    bool
	last     string // the file that was printed last
}

func tailCmd(c *call) proc.ExitCode {
	c.oldStyle(true)
	o := c.getopt("c:n:fFqs:vzρ", "bytes=c", "lines=n", "follow=f", "quiet=q", "silent=q", "sleep-interval=s",
		"verbose=v", "retry=ρ")
	c.refuse(o, "zρ")
	t := &tail{call: c, o: o}
	text, what := o.or('n', "10"), "lines"
	if o.last("nc") == 'c' {
		text, what, t.byBytes = o.or('c', ""), "bytes", true
	}
	t.fromHead = strings.HasPrefix(text, "+")
	t.n = c.sizeOf(strings.TrimLeft(text, "+-"), what)
	if t.fromHead && t.n > 0 {
		t.n--
	}
	names := o.args
	if len(names) == 0 {
		names = []string{"-"}
	}
	var open []*input
	for _, name := range names {
		in := c.openTitled(name)
		if in != nil {
			open = append(open, in)
		} else if o.has('F') {
			open = append(open, &input{c: c, fd: -1, name: name})
		}
	}
	several := len(open)
	if c.gnu() {
		several = len(names)
	}
	t.titles = several > 1 && !o.has('q') || o.has('v')
	for _, in := range open {
		if in.fd < 0 {
			continue
		}
		if t.titles {
			c.title(in.name, t.shown)
		}
		t.shown, t.last = true, in.name
		t.file(in)
	}
	if !t.shown && !o.has('F') {
		if !c.gnu() {
			c.die("no files")
		}
		return 1
	}
	if o.has('f') || o.has('F') {
		t.follow(open)
	}
	return c.failed
}

func (t *tail) file(in *input) {
	switch {
	case t.fromHead && t.byBytes:
		for n := t.n; ; {
			b := in.piece()
			if b == nil {
				break
			}
			skip := min(n, int64(len(b)))
			n -= skip
			t.out.bytes(b[skip:])
		}
	case t.fromHead:
		for n := t.n; n > 0; n-- {
			if _, ok := in.line(); !ok {
				break
			}
		}
		for b := in.piece(); b != nil; b = in.piece() {
			t.out.bytes(b)
		}
	case t.byBytes:
		t.lastBytes(in)
	default:
		t.lastLines(in)
	}
	in.complain()
}

// seekNear goes to near the end of a large file, so that only the tail is read.
func (t *tail) seekNear(in *input, bytes int64) {
	if f, err := t.File(in.fd); err == nil {
		if size := f.Stat().Size; size > bytes && f.Stat().Mode.IsRegular() {
			t.Seek(in.fd, size-bytes, 0)
		}
	}
}

func (t *tail) lastBytes(in *input) {
	t.seekNear(in, t.n)
	var kept []byte
	for b := in.piece(); b != nil; b = in.piece() {
		t.grow(len(b))
		kept = append(kept, b...)
		if extra := int64(len(kept)) - t.n; extra > bufferSize || extra > 0 && t.n < bufferSize {
			t.Free(extra)
			kept = append([]byte(nil), kept[extra:]...)
		}
	}
	if extra := int64(len(kept)) - t.n; extra > 0 {
		kept = kept[extra:]
	}
	t.out.bytes(kept)
}

func (t *tail) lastLines(in *input) {
	var kept [][]byte
	for line, ok := in.line(); ok; line, ok = in.line() {
		if t.n == 0 {
			continue
		}
		t.grow(len(line))
		if int64(len(kept)) == t.n {
			t.Free(int64(len(kept[0])))
			kept = kept[1:]
		}
		kept = append(kept, append([]byte(nil), line...))
	}
	for _, line := range kept {
		t.out.bytes(line)
	}
}

// follow prints what is added to the files, for ever. -F looks for a new file of the same name, too.
func (t *tail) follow(open []*input) {
	wait := time.Second
	if v, ok := t.o.value('s'); ok {
		wait = max(t.duration(v), 10*time.Millisecond)
	}
	for {
		t.out.flush()
		t.Sleep(wait)
		for _, in := range open {
			if t.o.has('F') {
				t.reopen(in)
			}
			t.added(in)
		}
	}
}

// reopen opens a name again if another file has it now.
func (t *tail) reopen(in *input) {
	st, err := t.FS().Stat(in.name)
	if err != nil || in.name == "-" {
		return
	}
	if in.fd >= 0 {
		if now, err := t.Fstat(in.fd); err == nil && now.ID() == st.ID() {
			return
		}
		t.Close(in.fd)
		in.fd = -1
	}
	if fd, err := t.Open(in.name, proc.O_RDONLY, 0); err == nil {
		if t.gnu() {
			t.complain("'%s' has appeared;  following new file", in.name)
		} else {
			t.complain("%s has been replaced; following end of new file", in.name)
		}
		in.fd, in.closes = fd, true
	}
}

func (t *tail) added(in *input) {
	if in.fd < 0 {
		return
	}
	if f, err := t.File(in.fd); err == nil {
		if at, err := t.Seek(in.fd, 0, 1); err == nil && f.Stat().Size < at {
			t.Seek(in.fd, 0, 0)
		}
	}
	in.ended = false
	for b := in.piece(); b != nil; b = in.piece() {
		if t.titles && t.last != in.name {
			t.title(in.name, true)
			t.last = in.name
		}
		t.out.bytes(b)
	}
}
