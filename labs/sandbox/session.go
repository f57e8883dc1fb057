package sandbox

import (
	"errors"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

// Session is a root shell without a terminal that is given one command after the other. Time jumps over what nobody
// has to wait for.
type Session struct {
	host    *Host
	process *proc.Process

	waiting  proc.Queue // the shell waits here for the next command
	next     string
	has      bool
	closed   bool
	busy     bool
	out, err strings.Builder
	status   proc.ExitCode
}

// Result is what came of a command.
type Result struct {
	Stdout, Stderr string
	Exit           int
	After          time.Duration // of virtual time
}

// Errors of Session.Run.
var (
	ErrEnded     = errors.New("the shell has ended")
	ErrExhausted = errors.New("the world's budget is used up")
	ErrWaits     = errors.New("the command waits for something that never happens")
	ErrStopped   = errors.New("interrupted")
)

// NewSession starts a shell.
func (h *Host) NewSession() (*Session, error) { return h.newSession(false) }

// NewConsole starts a shell both of whose streams are in Result.Stdout, in the order in which they come: what somebody
// would see.
func (h *Host) NewConsole() (*Session, error) { return h.newSession(true) }

func (h *Host) newSession(merged bool) (*Session, error) {
	x := &Session{host: h}
	errs := &x.err
	if merged {
		errs = &x.out
	}
	program := shell.SessionProgram(
		shell.Config{Flavour: h.config.Shell.flavour(), Suggest: nil},
		shell.Session{Next: x.wait, Done: func(code proc.ExitCode) { x.status, x.busy = code, false }},
	)
	in := h.kernel.NewInput(nil)
	in.End()
	p, err := h.kernel.Start(proc.Spec{
		Args: []string{h.sessionName()}, Env: h.env(""), View: h.view.Clone(), Creds: proc.Root(), Program: program,
		Files: map[int]proc.Handle{
			0: in,
			1: h.kernel.NewOutput(func(b []byte) { x.out.Write(b) }),
			2: h.kernel.NewOutput(func(b []byte) { errs.Write(b) }),
		},
	})
	if err != nil {
		return nil, err
	}
	x.process = p
	h.world.sim.Settle()
	return x, nil
}

func (h *Host) sessionName() string {
	if h.config.Shell == Busybox {
		return "sh"
	}
	return string(h.config.Shell)
}

// wait is where the shell gets its next command.
func (x *Session) wait(sys proc.Sys) (string, bool) {
	for !x.has && !x.closed {
		if err := x.waiting.Wait(sys, "n_tty_read"); err != nil {
			sys.Caught() // a trap's signal; the shell looks at it with the next command
		}
	}
	command := x.next
	x.next, x.has = "", false
	return command, !x.closed
}

// Patience is how much a command may work, in steps: minutes of a real machine's time. Somebody at a terminal would
// have pressed ^C long before.
const Patience = 20e6

// Run gives the shell a command and lets the world go on until it has ended. One that works, prints or waits without
// end is interrupted as with ^C, and killed if it does not heed that. With an error, Result holds what there is.
func (x *Session) Run(command string) (Result, error) {
	if x.process.Done() {
		return Result{}, ErrEnded
	}
	x.forget()
	x.next, x.has, x.busy = command, true, true
	began := x.host.world.Elapsed()
	x.waiting.Wake()
	reason := x.finish(Patience)
	waits := reason == sim.Idle
	for _, sig := range []proc.Signal{proc.SIGINT, proc.SIGKILL} {
		if reason != sim.Stopped && reason != sim.Idle && !(reason == sim.Interrupted && x.host.world.sim.Budget.Output.Full()) {
			break
		}
		x.signal(sig)
		reason = x.heed()
	}
	r := Result{Stdout: x.out.String(), Stderr: x.err.String(), Exit: int(x.status), After: x.host.world.Elapsed() - began}
	if x.process.Done() {
		r.Exit = int(x.process.Status().Code())
		return r, nil
	}
	switch {
	case reason == sim.Exhausted:
		return r, ErrExhausted
	case waits:
		return r, ErrWaits
	case reason == sim.Interrupted, reason == sim.Stopped:
		return r, ErrStopped
	}
	return r, nil
}

// forget makes room for the next command's output.
func (x *Session) forget() {
	x.host.world.sim.Budget.Output.Give(int64(x.out.Len() + x.err.Len()))
	x.out.Reset()
	x.err.Reset()
}

// finish lets the world go on until the command has ended, for so many steps at most: then the reason is Stopped.
func (x *Session) finish(steps int64) sim.Reason {
	s := x.host.world.sim
	s.StopAt(s.Steps() + steps)
	defer s.StopAt(0)
	return s.Run(func() bool { return !x.busy || x.process.Done() })
}

// heed gives a command that was signalled a little time to end. What it still prints, and nobody takes, is no reason to
// look up.
func (x *Session) heed() sim.Reason {
	s := x.host.world.sim
	for end := s.Steps() + Patience/100; ; {
		reason := x.finish(end - s.Steps())
		if reason != sim.Interrupted || s.Steps() >= end {
			return reason
		}
	}
}

// signal is ^C or worse for the shell and everything in the foreground with it.
func (x *Session) signal(sig proc.Signal) {
	for _, p := range x.host.kernel.Processes() {
		if p.SameGroup(x.process) && !p.Done() {
			p.Signal(sig)
		}
	}
}

// Close ends the shell as the end of its input does: its exit trap runs.
func (x *Session) Close() {
	x.closed = true
	x.waiting.Wake()
	x.host.world.sim.Run(x.process.Done)
}
