package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// errDetached is that the detach keys were typed.
var errDetached = errors.New("read escape sequence")

// talk is a conversation with a process in a container: what is typed goes there, what it prints comes back.
type talk struct {
	d        *docker
	stdin    proc.Handle // of the process; nil if it gets none
	in       int         // descriptors of the conversation; none if closed
	out, err int
	tty      bool
	keys     *escape
	pending  []byte // read from standard input and not yet taken
	ended    bool   // standard input
	saved    *proc.Termios
	resize   func(api.ConsoleSize) error
	signal   func(proc.Signal)
	asked    int // how often to end: SIGINT and SIGTERM
}

const none = -1

// converse takes the handles of a conversation.
func (d *docker) converse(a *api.Attached, keys []byte) (*talk, error) {
	t := &talk{d: d, stdin: a.Stdin, in: none, out: none, err: none, tty: a.TTY, ended: a.Stdin == nil}
	for _, h := range []struct {
		handle proc.Handle
		fd     *int
	}{{a.Stdin, &t.in}, {a.Stdout, &t.out}, {a.Stderr, &t.err}} {
		if h.handle == nil {
			continue
		}
		fd, err := d.sys.Install(h.handle, "socket:[docker]", proc.O_RDWR|proc.O_CLOEXEC)
		if err != nil {
			return nil, err
		}
		*h.fd = fd
	}
	if t.tty && t.stdin != nil {
		t.keys = &escape{keys: keys}
		t.raw()
	}
	return t, nil
}

// raw lets every key through to the process.
func (t *talk) raw() {
	if old, err := t.d.sys.Termios(0); err == nil {
		t.saved = &old
		t.d.sys.SetTermios(0, old.Raw(), false) //nolint:errcheck // it is a terminal
	}
}

// restore undoes raw.
func (t *talk) restore() {
	if t.saved != nil {
		t.d.sys.SetTermios(0, *t.saved, false) //nolint:errcheck // it is a terminal
		t.saved = nil
	}
}

func (t *talk) close() {
	t.restore()
	for _, fd := range []*int{&t.in, &t.out, &t.err} {
		t.shut(fd)
	}
}

func (t *talk) shut(fd *int) {
	if *fd != none {
		t.d.sys.Close(*fd) //nolint:errcheck // it is open
		*fd = none
	}
}

// proxied are the signals that are passed on.
var proxied = []proc.Signal{
	proc.SIGHUP, proc.SIGINT, proc.SIGQUIT, proc.SIGUSR1, proc.SIGUSR2, proc.SIGTERM, proc.SIGTSTP, proc.SIGCONT,
}

// forward passes signals on to a container.
func (t *talk) forward(id string) {
	for _, sig := range proxied {
		t.d.sys.Signal(sig, proc.Catch) //nolint:errcheck // all of them can be caught
	}
	t.signal = func(sig proc.Signal) {
		t.d.engine.ContainerKill(t.d.caller(), id, sig.String()) //nolint:errcheck // it may have ended meanwhile
	}
}

// followSize tells the process the terminal's size, now and when it changes.
func (t *talk) followSize(resize func(api.ConsoleSize) error) {
	t.resize = resize
	t.d.sys.Signal(proc.SIGWINCH, proc.Catch) //nolint:errcheck // it can be caught
	t.tellSize(0)
}

func (t *talk) tellSize(more int) {
	if size, err := t.d.sys.TerminalSize(1); err == nil {
		t.resize(api.ConsoleSize{uint(size.Rows + more), uint(size.Cols + more)}) //nolint:errcheck // it may have ended
	}
}

// signals deals with those that came.
func (t *talk) signals() {
	for {
		sig, ok := t.d.sys.Caught()
		switch {
		case !ok:
			return
		case sig == proc.SIGWINCH && t.resize != nil:
			t.tellSize(0)
		case sig != proc.SIGWINCH && t.signal != nil:
			t.signal(sig)
			t.insist(sig)
		}
	}
}

// patience is how often one has to ask this command to end until it does so whatever the container does.
const patience = 3

// insist counts. docker/cli: cmd/docker/docker.go, forceExitAfter3TerminationSignals
func (t *talk) insist(sig proc.Signal) {
	if sig != proc.SIGINT && sig != proc.SIGTERM {
		return
	}
	if t.asked++; t.asked == patience {
		t.restore()
		t.d.warnf("\ngot %d SIGTERM/SIGINTs, forcefully exiting\n", patience)
		t.d.sys.Exit(1)
	}
}

// carry goes on until the process prints no more, or, where nothing is printed here, until it has ended.
func (t *talk) carry(until api.Stream[api.WaitResponse]) error {
	defer t.restore()
	end := none
	if t.out == none && t.err == none && until != nil {
		fd, err := t.d.sys.Install(&waiting[api.WaitResponse]{stream: until}, "socket:[docker]",
			proc.O_RDONLY|proc.O_CLOEXEC)
		if err != nil {
			return err
		}
		end = fd
		defer t.shut(&end)
	}
	for t.out != none || t.err != none || end != none {
		t.signals() // a process that prints without end leaves Poll nothing to wait for
		fds := t.watch(end)
		if _, err := t.d.sys.Poll(fds, -1); err != nil {
			continue
		}
		for _, f := range fds {
			if f.Ready == 0 {
				continue
			}
			if f.FD == end {
				return nil
			}
			if err := t.move(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *talk) watch(end int) []proc.PollFD {
	var fds []proc.PollFD
	for _, fd := range []int{t.out, t.err, end} {
		if fd != none {
			fds = append(fds, proc.PollFD{FD: fd, Want: proc.Readable})
		}
	}
	if t.in == none {
		return fds
	}
	want := proc.Ready(0)
	if len(t.pending) > 0 {
		want = proc.Writable
	} else if !t.ended {
		fds = append(fds, proc.PollFD{FD: 0, Want: proc.Readable})
	}
	return append(fds, proc.PollFD{FD: t.in, Want: want})
}

// move is what to do with a descriptor that is ready.
func (t *talk) move(f proc.PollFD) error {
	switch f.FD {
	case t.out:
		t.copyOut(&t.out, 1)
	case t.err:
		t.copyOut(&t.err, 2)
	case t.in:
		t.feed()
	case 0:
		return t.readInput()
	}
	return nil
}

func (t *talk) copyOut(from *int, to int) {
	buf := make([]byte, 32<<10)
	n, err := t.d.sys.Read(*from, buf)
	if err == proc.EINTR {
		t.signals()
		return
	}
	if n == 0 || err != nil {
		t.shut(from)
		return
	}
	t.d.sys.Write(to, buf[:n]) //nolint:errcheck // as the real one: what nobody takes is lost
}

// chunk is as much as a pipe takes at once without making the writer wait.
const chunk = 4096

func (t *talk) readInput() error {
	buf := make([]byte, chunk)
	n, err := t.d.sys.Read(0, buf)
	if err == proc.EINTR {
		t.signals()
		return nil
	}
	if n == 0 || err != nil {
		t.ended = true
		t.shut(&t.in)
		return nil
	}
	t.pending = buf[:n]
	if t.keys != nil {
		var left bool
		if t.pending, left = t.keys.feed(buf[:n]); left {
			return errDetached
		}
	}
	return nil
}

// feed gives the process what was typed. It asks again what the other side is like: it may have gone since Poll, and
// then writing would end this command too.
func (t *talk) feed() {
	if t.in == none {
		return
	}
	switch r := t.stdin.Ready(); {
	case r&(proc.Failed|proc.HungUp|proc.BadFD) != 0:
		t.pending, t.ended = nil, true
		t.shut(&t.in)
	case r&proc.Writable != 0 && len(t.pending) > 0:
		n, err := t.d.sys.Write(t.in, t.pending[:min(len(t.pending), chunk)])
		t.pending = t.pending[n:]
		if err != nil && err != proc.EINTR {
			t.pending, t.ended = nil, true
			t.shut(&t.in)
		}
	}
}

// result waits for the end of the process and makes its exit code the command's.
func (t *talk) result(ended api.Stream[api.WaitResponse]) error {
	defer ended.Close()
	for {
		r, err := ended.Next(t.d.caller())
		switch {
		case api.KindOf(err) == api.Cancelled:
			t.signals()
			continue
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case r.Error != nil && r.Error.Message != "":
			return errors.New(r.Error.Message)
		case r.StatusCode != 0:
			return &exit{code: proc.ExitCode(r.StatusCode)}
		}
		return nil
	}
}

// waiting is a stream as something that can be polled.
type waiting[T any] struct{ stream api.Stream[T] }

func (w *waiting[T]) Read(proc.Sys, []byte) (int, error)  { return 0, proc.EINVAL }
func (w *waiting[T]) Write(proc.Sys, []byte) (int, error) { return 0, proc.EINVAL }
func (w *waiting[T]) Close()                              {}
func (w *waiting[T]) Changes() *proc.Queue                { return w.stream.Changes() }
func (w *waiting[T]) Stat() (vfs.Stat, error)             { return vfs.Stat{Mode: vfs.S_IFSOCK | 0o777}, nil }

func (w *waiting[T]) Ready() proc.Ready {
	if w.stream.Ready() {
		return proc.Readable
	}
	return 0
}

// escape finds the detach keys among what is typed. moby: term/proxy.go
type escape struct {
	keys    []byte
	matched int
}

// feed gives what is to go on, and whether the keys were complete. A beginning of the keys is held back.
func (e *escape) feed(typed []byte) (on []byte, left bool) {
	for _, c := range typed {
		if len(e.keys) == 0 {
			return typed, false
		}
		if c != e.keys[e.matched] && e.matched > 0 {
			on = append(on, e.keys[:e.matched]...)
			e.matched = 0
		}
		if c != e.keys[e.matched] {
			on = append(on, c)
			continue
		}
		if e.matched++; e.matched == len(e.keys) {
			return on, true
		}
	}
	return on, false
}

// detachKeys is the sequence that leaves the container.
func detachKeys(c *call) ([]byte, error) {
	v := c.text("detach-keys")
	if v == "" {
		return []byte{'p' & 0x1f, 'q' & 0x1f}, nil
	}
	var keys []byte
	for key := range strings.SplitSeq(v, ",") {
		k, ok := keyCode(key)
		if !ok {
			return nil, fmt.Errorf("invalid detach keys (%s): Unknown character: '%s'", v, key)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func keyCode(key string) (byte, bool) {
	if len(key) == 1 {
		return key[0], true
	}
	name, ok := strings.CutPrefix(key, "ctrl-")
	if !ok || len(name) != 1 {
		return 127, key == "DEL"
	}
	if i := strings.IndexByte("@abcdefghijklmnopqrstuvwxyz[\\]^_", name[0]); i >= 0 {
		return byte(i), true
	}
	return 0, false
}
