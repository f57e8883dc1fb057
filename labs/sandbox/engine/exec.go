package engine

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// execution is a further process in a container. moby: daemon/container/exec.go
type execution struct {
	id      string
	ct      *container
	o       api.ExecOptions
	keys    []byte
	process *proc.Process
	tty     *proc.TTY
	stdio   streams
	sink    func([]byte) // takes the output instead of a client
	started bool
	running bool
	code    *int
	over    time.Time // when it ended
	ended   task
	cause   sim.EventID
}

// ExecCreate makes one that does not run yet. moby: daemon/exec.go, ContainerExecCreate
func (e *Engine) ExecCreate(c api.Caller, id string, o api.ExecOptions) (api.IDResponse, error) {
	ct, err := e.findAlive(id)
	if err != nil {
		return api.IDResponse{}, err
	}
	if ct.state.paused {
		return api.IDResponse{}, api.Errorf(api.Conflict, "Container %s is paused, unpause the container before exec", id).
			With(ct.cause)
	}
	if len(o.Cmd) == 0 {
		return api.IDResponse{}, api.Errorf(api.InvalidParameter, "No exec command specified")
	}
	keys, err := parseKeys(o.DetachKeys)
	if err != nil {
		return api.IDResponse{}, err
	}
	if _, err := lookUser(ct.run.mounts.View(vfs.Root()), either(o.User, ct.config.User), ct.host.GroupAdd); err != nil {
		return api.IDResponse{}, api.Errorf(api.InvalidParameter, "%s", err)
	}
	x := ct.newExec(o)
	x.keys = keys
	x.cause = ct.logEvent("exec_create: "+x.line(), map[string]string{"execID": x.id}, ct.because(c)...)
	return api.IDResponse{ID: x.id}, nil
}

func (ct *container) newExec(o api.ExecOptions) *execution {
	ct.forgetExecs()
	x := &execution{id: ct.e.newID(), ct: ct, o: o}
	ct.execs = append(ct.execs, x)
	ct.e.execs[x.id] = x
	return x
}

// line is the command as events show it.
func (x *execution) line() string { return x.o.Cmd[0] + " " + strings.Join(x.o.Cmd[1:], " ") }

func (e *Engine) findExec(id string) (*execution, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	x := e.execs[id]
	if x == nil {
		return nil, api.Errorf(api.NotFound, "No such exec instance: %s", id)
	}
	return x, nil
}

// execTime is what the daemon takes until the process runs.
const execTime = 25 * time.Millisecond

// ExecStart starts it. A process that cannot be started says so where its output would be. moby: daemon/exec.go,
// ContainerExecStart
func (e *Engine) ExecStart(c api.Caller, id string, o api.ExecStartOptions) (*api.Attached, error) {
	x, err := e.findExec(id)
	if err != nil {
		return nil, err
	}
	e.work(c, execTime)
	if err := x.checkStart(); err != nil {
		return nil, err
	}
	if err := x.ct.checkLinks(); err != nil {
		return nil, err
	}
	x.started = true
	if o.ConsoleSize != nil {
		x.o.ConsoleSize = o.ConsoleSize
	}
	var a *api.Attached
	if !o.Detach {
		a = x.attach()
	}
	if err := x.start(first(x.ct.because(c))); err != nil {
		x.stdio.print(false, []byte(err.Error()+"\r\n"))
		x.fail(err)
		if o.Detach {
			return nil, api.Errorf(execKind(err), "%s", err).With(x.cause, e.whyFiles())
		}
	}
	return a, nil
}

func first(because []sim.EventID) sim.EventID {
	if len(because) == 0 {
		return 0
	}
	return because[0]
}

func (x *execution) checkStart() error {
	switch ct := x.ct; {
	case x.started:
		return api.Errorf(api.Conflict, "exec command %s has already run", x.id)
	case !ct.state.running || ct.run == nil:
		return ct.notRunning()
	case ct.state.paused:
		return api.Errorf(api.Conflict, "container %s is paused, unpause the container before exec", ct.id).With(ct.cause)
	}
	return nil
}

func execKind(err error) api.Kind {
	if startCode(err.Error()) == 128 {
		return api.Internal
	}
	return api.InvalidParameter
}

// fail notes that there is no process.
func (x *execution) fail(err error) {
	code := startCode(err.Error())
	if code == 128 {
		code = 126
	}
	x.end(code)
}

// attach makes the conversation's handles.
func (x *execution) attach() *api.Attached {
	x.stdio.input = &pipe{}
	x.stdio.once = true
	cl, a := x.stdio.attached(x.o.Tty, x.o.AttachStdin, x.o.AttachStdout, x.o.AttachStderr)
	if w := cl.in; w != nil {
		w.closed = w.end
		if x.o.Tty {
			w.keys = &detachKeys{keys: x.keys}
			w.terminal = func() *proc.TTY { return x.tty }
			w.closed = nil
		}
		w.detach = func() {
			x.ct.logEvent("exec_detach", map[string]string{"execID": x.id})
			x.stdio.drop(cl)
		}
	}
	return a
}

const execPrefix = "OCI runtime exec failed: exec failed: unable to start container process: "

// start starts the process in the container's namespaces. opencontainers/runc: libcontainer/setns_init_linux.go
func (x *execution) start(because sim.EventID) error {
	ct, e := x.ct, x.ct.e
	r := ct.run
	v := r.mounts.View(vfs.Root())
	who, err := lookUser(v, either(x.o.User, ct.config.User), ct.host.GroupAdd)
	if err != nil {
		return err
	}
	caps := ct.capabilities()
	if x.o.Privileged {
		caps = e.c.Caps
	}
	spec := proc.Spec{
		Args: x.o.Cmd, Env: withHome(ct.environment(x.o.Tty, x.o.Env), who.home), View: v, Namespaces: r.ns, Cgroup: r.cgroup,
		Creds: who.creds(caps), NoNewPrivs: ct.noNewPrivileges(), Rlimits: ct.rlimits(), OOMAdj: ct.host.OomScoreAdj,
		Parent: e.daemon,
	}
	x.cause = ct.logEvent("exec_start: "+x.line(), map[string]string{"execID": x.id}, because, x.cause)
	spec.Because = x.cause
	if err := enter(v, &spec, either(x.o.WorkingDir, either(ct.config.WorkingDir, "/"))); err != nil {
		var oci *ociError
		errors.As(err, &oci)
		return &ociError{execPrefix + oci.why}
	}
	x.openStdio(r, &spec)
	x.running = true
	if x.process, err = e.startProcess(spec); err != nil {
		x.running = false
		return &ociError{execPrefix + goWords(err)}
	}
	x.process.OnExit(func(s proc.Status) {
		x.ct.logEvent("exec_die", map[string]string{"execID": x.id, "exitCode": strconv.Itoa(int(s.Code()))}, x.cause)
		x.end(int(s.Code()))
	})
	return nil
}

func (x *execution) openStdio(r *running, spec *proc.Spec) {
	e := x.ct.e
	if x.o.Tty {
		var size api.ConsoleSize
		if x.o.ConsoleSize != nil {
			size = *x.o.ConsoleSize
		}
		x.tty = r.pts.NewTTY(winsize(size))
		x.tty.Attach(func(b []byte) { x.stdio.print(false, b) })
		spec.TTY = x.tty
		return
	}
	if x.stdio.input == nil {
		x.stdio.input = &pipe{}
	}
	if !x.o.AttachStdin {
		x.stdio.input.end()
	}
	owner := spec.Creds.UID
	spec.Files = map[int]proc.Handle{
		0: &readEnd{pipe: x.stdio.input, owner: owner},
		1: x.stdio.outlet(e.kernel.NewRelay(func(b []byte) { x.print(false, b) }), owner, false),
		2: x.stdio.outlet(e.kernel.NewRelay(func(b []byte) { x.print(true, b) }), owner, true),
	}
}

func (x *execution) print(stderr bool, b []byte) {
	if x.sink != nil {
		x.sink(b)
		return
	}
	x.stdio.print(stderr, b)
}

// end is the end of the process.
func (x *execution) end(code int) {
	x.running, x.code = false, &code
	if x.tty != nil {
		x.tty.Free()
	}
	x.stdio.close()
	x.ended.finish(nil)
	x.over = x.ct.e.now()
}

const execMemory = 5 * time.Minute

// forgetExecs takes those off the books that ended five minutes ago. moby: daemon/exec.go, execCommandGC
func (ct *container) forgetExecs() {
	ct.execs = slices.DeleteFunc(ct.execs, func(x *execution) bool {
		old := x.code != nil && ct.e.now().Sub(x.over) > execMemory
		if old {
			delete(ct.e.execs, x.id)
		}
		return old
	})
}

// ExecResize changes the size of its terminal. moby: daemon/resize.go, ContainerExecResize
func (e *Engine) ExecResize(c api.Caller, id string, size api.ConsoleSize) error {
	x, err := e.findExec(id)
	if err != nil {
		return err
	}
	if x.tty == nil || !x.running {
		return api.Errorf(api.InvalidParameter, "exec process is not started")
	}
	x.tty.Resize(winsize(size))
	e.work(c, resizeTime)
	return nil
}

// ExecInspect describes it. moby: daemon/inspect.go, ContainerExecInspect
func (e *Engine) ExecInspect(c api.Caller, id string) (api.ExecInspect, error) {
	x, err := e.findExec(id)
	if err != nil {
		return api.ExecInspect{}, err
	}
	privileged := x.o.Privileged
	i := api.ExecInspect{
		ID: x.id, Running: x.running, ExitCode: x.code, OpenStdin: x.o.AttachStdin, OpenStderr: x.o.AttachStderr,
		OpenStdout: x.o.AttachStdout, CanRemove: false, ContainerID: x.ct.id, DetachKeys: x.keys,
		ProcessConfig: &api.ExecProcess{
			Tty: x.o.Tty, Entrypoint: x.o.Cmd[0], Arguments: x.o.Cmd[1:], Privileged: &privileged, User: x.o.User,
		},
	}
	if x.process != nil {
		i.Pid = int(x.process.PID())
	}
	return i, nil
}

// ExecWait answers when it has ended.
func (e *Engine) ExecWait(c api.Caller, id string) (api.Stream[api.WaitResponse], error) {
	x, err := e.findExec(id)
	if err != nil {
		return nil, err
	}
	s := newStream[api.WaitResponse]("exec wait")
	x.ended.then(func(error) {
		s.send(api.WaitResponse{StatusCode: int64(*x.code)})
		s.end(io.EOF)
	})
	return s, nil
}

// execIDs are the running ones, as inspect lists them.
func (ct *container) execIDs() []string {
	var ids []string
	for _, x := range ct.execs {
		if x.running {
			ids = append(ids, x.id)
		}
	}
	return ids
}
