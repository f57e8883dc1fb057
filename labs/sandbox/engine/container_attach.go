package engine

import (
	"fmt"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
)

// ContainerAttach joins a container's standard streams. It may be asked before the container starts. moby:
// daemon/attach.go
func (e *Engine) ContainerAttach(c api.Caller, id string, o api.AttachOptions) (*api.Attached, error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeys(o.DetachKeys)
	if err != nil {
		return nil, err
	}
	switch s := &ct.state; {
	case s.paused:
		return nil, api.Errorf(api.Conflict, "container %s is paused, unpause the container before attach", ct.id).
			With(ct.cause)
	case s.restarting:
		return nil, api.Errorf(api.Conflict, "container %s is restarting, wait until the container is running", ct.id).
			With(ct.cause)
	}
	return ct.attach(c, o, keys), nil
}

func (ct *container) attach(c api.Caller, o api.AttachOptions, keys []byte) *api.Attached {
	s := &ct.stdio
	if s.input == nil {
		s.input = &pipe{}
	}
	in := o.Stdin && ct.config.OpenStdin
	cl, a := s.attached(ct.config.Tty, in, o.Stdout, o.Stderr)
	if in {
		ct.attachInput(cl, keys)
	}
	if o.Logs {
		ct.replay(cl)
	}
	ct.logEvent("attach", nil, ct.because(c)...)
	if !o.Stream {
		s.drop(cl)
	}
	return a
}

// attachInput joins a client's keys to the process's input. The terminal is there only while the container runs.
func (ct *container) attachInput(cl *client, keys []byte) {
	w := cl.in
	if ct.config.Tty {
		w.keys, w.pipe = &detachKeys{keys: keys}, &pipe{}
		w.terminal = func() *proc.TTY {
			if ct.run == nil {
				return nil
			}
			return ct.run.tty
		}
	}
	w.detach = func() {
		ct.logEvent("detach", nil)
		ct.stdio.drop(cl)
	}
	w.closed = func() {
		if ct.stdio.once && !ct.config.Tty {
			w.end()
		}
	}
}

// replay gives a client what was printed before it came.
func (ct *container) replay(cl *client) {
	for _, l := range ct.readLog() {
		cl.pipe(l.Stderr && !ct.config.Tty).push(l.Line)
	}
}

// ContainerResize changes the size of a container's terminal. moby: daemon/resize.go
func (e *Engine) ContainerResize(c api.Caller, id string, size api.ConsoleSize) error {
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if !ct.state.alive() || ct.run == nil {
		return ct.notRunning()
	}
	if ct.run.tty != nil {
		ct.run.tty.Resize(winsize(size))
		ct.logEvent("resize", map[string]string{"height": fmt.Sprint(size[0]), "width": fmt.Sprint(size[1])})
		e.work(c, resizeTime)
	}
	return nil
}

func winsize(s api.ConsoleSize) proc.Winsize { return proc.Winsize{Rows: int(s[0]), Cols: int(s[1])} }
