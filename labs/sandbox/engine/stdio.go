package engine

import (
	"slices"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
)

// streams are those who listen to what a process prints, and its standard input.
type streams struct {
	clients []*client
	input   *pipe
	once    bool // the input ends with the first client's
}

// client is one conversation.
type client struct {
	out, err *pipe
	in       *writeEnd
}

// openStdio gives the first process its descriptors. moby: daemon/internal/stream, containerd's fifos
func (ct *container) openStdio(r *running, spec *proc.Spec) {
	c := &ct.config
	ct.stdio.once = c.StdinOnce
	if c.Tty {
		size := ct.host.ConsoleSize
		r.tty = r.pts.NewTTY(proc.Winsize{Rows: int(size[0]), Cols: int(size[1])})
		r.tty.Attach(func(b []byte) { ct.output(false, b) })
		spec.TTY = r.tty
		return
	}
	if ct.stdio.input == nil {
		ct.stdio.input = &pipe{}
	}
	if !c.OpenStdin {
		ct.stdio.input.end()
	}
	owner := spec.Creds.UID
	spec.Files = map[int]proc.Handle{
		0: &readEnd{pipe: ct.stdio.input, owner: owner},
		1: ct.stdio.outlet(ct.e.kernel.NewRelay(func(b []byte) { ct.output(false, b) }), owner, false),
		2: ct.stdio.outlet(ct.e.kernel.NewRelay(func(b []byte) { ct.output(true, b) }), owner, true),
	}
}

// outlet is a user's descriptor for an output, at the pace of the slowest client.
func (s *streams) outlet(to *proc.Output, owner uint32, stderr bool) proc.Handle {
	return &outEnd{to, func() *pipe { return s.slow(stderr) }, owner}
}

func (s *streams) slow(stderr bool) *pipe {
	for _, c := range s.clients {
		if p := c.pipe(stderr); p.full() {
			return p
		}
	}
	return nil
}

func (c *client) pipe(stderr bool) *pipe {
	if stderr {
		return c.err
	}
	return c.out
}

// output is what a container's first process printed.
func (ct *container) output(stderr bool, b []byte) {
	ct.logs.write(stderr, b)
	ct.stdio.print(stderr, b)
}

func (s *streams) print(stderr bool, b []byte) {
	for _, c := range s.clients {
		c.pipe(stderr).push(b)
	}
}

// drop ends a conversation.
func (s *streams) drop(c *client) {
	c.out.end()
	c.err.end()
	s.clients = slices.DeleteFunc(s.clients, func(x *client) bool { return x == c })
}

// close ends all of them.
func (s *streams) close() {
	for _, c := range slices.Clone(s.clients) {
		s.drop(c)
	}
	s.input.end()
	s.input = nil
}

// attached makes the handles of a client.
func (s *streams) attached(tty, in, out, err bool) (*client, *api.Attached) {
	c := &client{}
	a := &api.Attached{TTY: tty}
	if out {
		c.out = &pipe{}
		a.Stdout = &readEnd{pipe: c.out}
	}
	if err && !tty {
		c.err = &pipe{}
		a.Stderr = &readEnd{pipe: c.err}
	}
	if in {
		c.in = &writeEnd{pipe: s.input}
		a.Stdin = c.in
	}
	s.clients = append(s.clients, c)
	return c, a
}
