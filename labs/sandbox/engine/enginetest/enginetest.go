// Package enginetest is a host with an engine for tests: do this with it, see what it says.
//
//	m := enginetest.New(t, enginetest.Config{})
//	r := m.Run("busybox", "echo", "hello")          // docker run --rm busybox echo hello
//	m.Do(func(c api.Caller) { err := m.Engine.ContainerStop(c, "web", api.StopOptions{}) … })
//
// The recorded images are there: busybox, alpine, nginx. Time is virtual and begins in January 2026.
package enginetest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/engine"
	"dockerlearn/labs/sandbox/image/catalogue"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/registry"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// Config is a host as asked for.
type Config struct {
	Seed   uint64
	Limits sim.Limits    // zero fields are no limit
	Disk   int64         // bytes; 0 is 20 GiB
	Engine engine.Config // what is not filled in here

	CgroupV2 bool // the recorded host has version 1
}

// Machine is a host as it runs.
type Machine struct {
	Sim    *sim.Sim
	Kernel *proc.Kernel
	Disk   *vfs.Disk
	Host   *vfs.View
	Engine *engine.Engine

	t testing.TB
}

// New boots a host. It is closed when the test ends.
func New(t testing.TB, c Config) *Machine {
	t.Helper()
	if c.Disk == 0 {
		c.Disk = 20 << 30
	}
	s := sim.New(sim.Config{Seed: c.Seed, Start: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Limits: c.Limits})
	t.Cleanup(s.Close)
	m := &Machine{Sim: s, t: t}
	cat := catalogue.Recorded()
	m.Kernel = proc.NewKernel(proc.Config{
		Sim: s, Name: "docker-host", Programs: programs(), Pids: 4096,
		MountOptions: func(m *vfs.Mount) string { return m.FS.Options },
	})
	m.Disk = vfs.NewDisk(
		vfs.Config{Size: c.Disk, Now: func() int64 { return s.Now().UnixNano() }, Memory: &s.Budget.Bytes},
	)
	m.Host = vfs.NewMounts(m.Disk.Tree("/dev/sda1", "root"), 0).View(vfs.Root())
	m.files()
	m.start(proc.Spec{Args: []string{"init"}, Program: initProgram})
	hub := registry.NewHub(cat)
	e := c.Engine
	e.Sim, e.Kernel, e.Disk, e.Host, e.CgroupV1 = s, m.Kernel, m.Disk, m.Host, !c.CgroupV2
	if e.Registry == nil {
		e.Registry = func(domain string) (*registry.Server, error) {
			if domain == registry.Hub {
				return hub, nil
			}
			return nil, fmt.Errorf("dial tcp: lookup %s: no such host", domain)
		}
	}
	m.Engine = engine.New(e)
	m.must(cat.Install(m.Engine.Store()))
	s.Settle()
	return m
}

// programs is busybox for the images, and Debian's for the host.
func programs() proc.Programs {
	all := applet.Programs(applet.GNU)
	sh := shell.Program(shell.Config{Flavour: shell.Ash})
	all["busybox"] = applet.Multicall(proc.Programs{"sh": sh, "ash": sh, "httpd": idle})
	all["bash"] = shell.Program(shell.Config{Flavour: shell.Bash})
	return all
}

// idle stands for a server that nobody talks to.
func idle(s proc.Sys) proc.ExitCode {
	for {
		s.Pause()
	}
}

func initProgram(s proc.Sys) proc.ExitCode {
	s.Signal(proc.SIGCHLD, proc.Ignore)
	for {
		s.Pause()
	}
}

func (m *Machine) files() {
	m.t.Helper()
	for _, dir := range []string{"/bin", "/dev", "/etc", "/proc", "/root/lab", "/tmp", "/usr", "/var/lib"} {
		m.must(m.Host.MkdirAll(dir, 0o755))
	}
	for _, name := range []string{"bash", "cat", "ls", "ps", "sleep"} {
		m.must(m.Host.WriteFile("/bin/"+name, proc.Binary(proc.ProgramID(name)), 0o755))
	}
	m.must(m.Host.WriteFile("/etc/passwd", []byte("root:x:0:0:root:/root:/bin/bash\n"), 0o644))
	m.must(m.Host.WriteFile("/etc/hostname", []byte("docker-host\n"), 0o644))
	m.must(m.Host.WriteFile("/etc/hosts", []byte("127.0.0.1 localhost\n127.0.1.1 docker-host\n"), 0o644))
	_, err := m.Host.Mount(m.Disk.Tmpfs("dev", vfs.TmpfsOptions{Mode: 0o755}), "/dev", 0)
	m.must(err)
	m.must(proc.DeviceNodes(m.Host, "/dev"))
	_, err = m.Host.Mount(m.Kernel.ProcFS(m.Disk, nil), "/proc", 0)
	m.must(err)
}

func (m *Machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *Machine) start(spec proc.Spec) *proc.Process {
	m.t.Helper()
	spec.View, spec.Creds = m.Host.Clone(), proc.Root()
	p, err := m.Kernel.Start(spec)
	m.must(err)
	return p
}

// Do calls the engine from a process of the host, and lets time pass until f has returned.
func (m *Machine) Do(f func(c api.Caller)) {
	m.t.Helper()
	p := m.Go(f)
	if reason := m.Sim.Run(p.Done); !p.Done() {
		m.t.Fatalf("the client waits for ever: %v", reason)
	}
	if sig, ok := p.Status().Signaled(); ok {
		m.t.Fatalf("the client was killed by SIG%s\n%s", sig, m.bugs())
	}
}

// Go is Do without waiting: the client runs beside others.
func (m *Machine) Go(f func(c api.Caller)) *proc.Process {
	m.t.Helper()
	return m.start(proc.Spec{Args: []string{"docker"}, Program: func(s proc.Sys) proc.ExitCode {
		f(api.Caller{Sys: s})
		return 0
	}})
}

func (m *Machine) bugs() string {
	text := ""
	for ev := range m.Sim.Log.Since(0) {
		if ev.Rule == "proc.bug" {
			text += ev.String() + "\n"
		}
	}
	return text
}

// Advance lets time pass.
func (m *Machine) Advance(d time.Duration) { m.Sim.Advance(d) }

// Result is what came of docker run.
type Result struct {
	ID             string
	Stdout, Stderr string
	Code           int
	Err            error // the engine's refusal
}

// Run is docker run --rm IMAGE COMMAND.
func (m *Machine) Run(image string, command ...string) Result {
	m.t.Helper()
	return m.RunWith(api.ContainerConfig{Image: image, Cmd: command}, api.HostConfig{AutoRemove: true})
}

// Sh is docker run --rm busybox sh -c LINE.
func (m *Machine) Sh(line string) Result {
	m.t.Helper()
	return m.Run("busybox", "sh", "-c", line)
}

// RunWith creates a container, attaches to it, starts it, and waits for its end.
func (m *Machine) RunWith(c api.ContainerConfig, h api.HostConfig) (r Result) {
	m.t.Helper()
	m.Do(func(caller api.Caller) { r = m.run(caller, "", c, h) })
	return r
}

func (m *Machine) run(c api.Caller, name string, config api.ContainerConfig, h api.HostConfig) (r Result) {
	e := m.Engine
	made, err := e.ContainerCreate(c, api.ContainerCreateOptions{Name: name, Config: &config, HostConfig: &h})
	if err != nil {
		return Result{Err: err, Code: 125}
	}
	r.ID = made.ID
	a, err := e.ContainerAttach(c, made.ID, api.AttachOptions{Stdout: true, Stderr: true, Stream: true})
	if err != nil {
		return Result{ID: r.ID, Err: err, Code: 125}
	}
	until := api.WaitNextExit
	if h.AutoRemove {
		until = api.WaitRemoved
	}
	end, err := e.ContainerWait(c, made.ID, until)
	if err != nil {
		return Result{ID: r.ID, Err: err, Code: 125}
	}
	if err := e.ContainerStart(c, made.ID); err != nil {
		return Result{ID: r.ID, Err: err, Code: 125}
	}
	r.Stdout, r.Stderr = ReadAll(c, a.Stdout), ReadAll(c, a.Stderr)
	status, err := end.Next(c)
	r.Code, r.Err = int(status.StatusCode), err
	return r
}

// Start is docker run -d --name NAME busybox COMMAND. A refusal fails the test.
func (m *Machine) Start(name string, command ...string) string {
	m.t.Helper()
	return m.StartWith(name, api.ContainerConfig{Image: "busybox", Cmd: command}, api.HostConfig{})
}

// StartWith creates and starts a container.
func (m *Machine) StartWith(name string, c api.ContainerConfig, h api.HostConfig) (id string) {
	m.t.Helper()
	var err error
	m.Do(func(caller api.Caller) {
		var made api.ContainerCreated
		made, err = m.Engine.ContainerCreate(caller, api.ContainerCreateOptions{Name: name, Config: &c, HostConfig: &h})
		if err == nil {
			id, err = made.ID, m.Engine.ContainerStart(caller, made.ID)
		}
	})
	m.must(err)
	return id
}

// Exec is docker exec CONTAINER COMMAND.
func (m *Machine) Exec(container string, command ...string) (r Result) {
	m.t.Helper()
	return m.ExecWith(container, api.ExecOptions{Cmd: command})
}

// ExecWith is docker exec with options.
func (m *Machine) ExecWith(container string, o api.ExecOptions) (r Result) {
	m.t.Helper()
	o.AttachStdout, o.AttachStderr = true, true
	m.Do(func(c api.Caller) {
		made, err := m.Engine.ExecCreate(c, container, o)
		if err != nil {
			r = Result{Err: err, Code: 1}
			return
		}
		a, err := m.Engine.ExecStart(c, made.ID, api.ExecStartOptions{Tty: o.Tty})
		if err != nil {
			r = Result{Err: err, Code: 1}
			return
		}
		r.Stdout = ReadAll(c, a.Stdout)
		if a.Stderr != nil {
			r.Stderr = ReadAll(c, a.Stderr)
		}
		i, err := m.Engine.ExecInspect(c, made.ID)
		if r.Err = err; err == nil && i.ExitCode != nil {
			r.Code = *i.ExitCode
		}
	})
	return r
}

// Inspect describes a container, which must be there.
func (m *Machine) Inspect(id string) *api.ContainerInspect {
	m.t.Helper()
	i, err := m.Engine.ContainerInspect(api.Caller{}, id, true)
	m.must(err)
	return i
}

// Names lists all containers, the newest first, as NAME: STATUS.
func (m *Machine) Names() []string {
	m.t.Helper()
	list, err := m.Engine.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	m.must(err)
	var names []string
	for _, s := range list {
		names = append(names, strings.TrimPrefix(s.Names[0], "/")+": "+s.Status)
	}
	return names
}

// Logs is a container's log as text.
func (m *Machine) Logs(id string) string {
	m.t.Helper()
	s, err := m.Engine.ContainerLogs(api.Caller{}, id, api.LogsOptions{Stdout: true, Stderr: true, Tail: "all"})
	m.must(err)
	var text strings.Builder
	for _, l := range Drain(api.Caller{}, s) {
		text.Write(l.Line)
	}
	return text.String()
}

// Events lists what happened as docker events --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'.
func (m *Machine) Events() []string {
	m.t.Helper()
	until := fmt.Sprintf("%d.%09d", m.Sim.Now().Unix(), m.Sim.Now().Nanosecond())
	s, err := m.Engine.Events(api.Caller{}, api.EventsOptions{Since: "1", Until: until})
	m.must(err)
	var list []string
	for _, ev := range Drain(api.Caller{}, s) {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s", ev.Type, ev.Action, ev.Actor.Attributes["name"])))
	}
	return list
}

// Drain reads a stream to its end.
func Drain[T any](c api.Caller, s api.Stream[T]) []T {
	var all []T
	for {
		item, err := s.Next(c)
		if err != nil {
			return all
		}
		all = append(all, item)
	}
}

// ReadAll reads a handle to its end.
func ReadAll(c api.Caller, h proc.Handle) string {
	var text []byte
	buf := make([]byte, 4096)
	for {
		n, err := h.Read(c.Sys, buf)
		if err != nil && err != io.EOF {
			return string(text) + err.Error()
		}
		if n == 0 {
			h.Close()
			return string(text)
		}
		text = append(text, buf[:n]...)
	}
}

// Sorted is a list in order, where only what is in it counts.
func Sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
