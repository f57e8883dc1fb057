package cli_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"dockerlearn/internal/transcript"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/cli"
	"dockerlearn/labs/sandbox/engine"
	"dockerlearn/labs/sandbox/image/catalogue"
	"dockerlearn/labs/sandbox/lineedit"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/registry"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// host is a machine with bash, a docker command, and the real engine behind it.
type host struct {
	t      testing.TB
	sim    *sim.Sim
	kernel *proc.Kernel
	view   *vfs.View
	engine *engine.Engine
	docker proc.Program

	shell    *proc.Process
	waiting  proc.Queue
	next     string
	has      bool
	busy     bool
	out, err strings.Builder
	status   proc.ExitCode
}

var began = time.Date(2026, 11, 23, 15, 47, 0, 0, time.UTC)

func newHost(t testing.TB) *host {
	t.Helper()
	s := sim.New(sim.Config{Seed: 7, Start: began})
	t.Cleanup(s.Close)
	h := &host{t: t, sim: s}
	programs := applet.Programs(applet.GNU)
	ash := shell.Program(shell.Config{Flavour: shell.Ash, NewLineReader: lineedit.New})
	programs["busybox"] = applet.Multicall(proc.Programs{"sh": ash, "ash": ash})
	programs["bash"] = shell.Program(shell.Config{Flavour: shell.Bash})
	programs["docker"] = func(s proc.Sys) proc.ExitCode { return h.docker(s) }
	programs["tty"] = h.tty
	h.kernel = proc.NewKernel(proc.Config{
		Sim: s, Name: "docker-host", Programs: programs, Pids: 4096,
		MountOptions: func(m *vfs.Mount) string { return m.FS.Options },
	})
	disk := vfs.NewDisk(vfs.Config{
		Size: 20 << 30, Now: func() int64 { return s.Now().UnixNano() },
		Memory: &s.Budget.Bytes,
	})
	h.view = vfs.NewMounts(disk.Tree("/dev/sda1", "root"), 0).View(vfs.Root())
	h.files(disk)
	h.must(startInit(h))
	h.startEngine(disk)
	h.startShell()
	return h
}

func startInit(h *host) error {
	_, err := h.kernel.Start(proc.Spec{
		Args: []string{"init"}, View: h.view.Clone(), Creds: proc.Root(),
		Program: func(s proc.Sys) proc.ExitCode {
			s.Signal(proc.SIGCHLD, proc.Ignore)
			for {
				s.Pause()
			}
		},
	})
	return err
}

func (h *host) startEngine(disk *vfs.Disk) {
	cat := catalogue.Recorded()
	hub := registry.NewHub(cat)
	h.engine = engine.New(engine.Config{
		Sim: h.sim, Kernel: h.kernel, Disk: disk, Host: h.view, CgroupV1: true,
		Registry: func(domain string) (*registry.Server, error) {
			if domain == registry.Hub {
				return hub, nil
			}
			return nil, fmt.Errorf("dial tcp [::1]:5000: connect: connection refused")
		},
	})
	h.docker = cli.New(h.engine)
	h.must(cat.Install(h.engine.Store()))
	h.sim.Settle()
}

func (h *host) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *host) files(disk *vfs.Disk) {
	h.t.Helper()
	for _, dir := range []string{"/bin", "/dev", "/etc", "/proc", "/sys", "/root/lab", "/tmp", "/var/lib"} {
		h.must(h.view.MkdirAll(dir, 0o755))
	}
	names := []string{"bash", "docker", "tty"}
	for _, a := range applet.All() {
		if a.GNU {
			names = append(names, a.Name)
		}
	}
	for _, name := range names {
		h.must(h.view.WriteFile("/bin/"+name, proc.Binary(proc.ProgramID(name)), 0o755))
	}
	h.must(h.view.WriteFile("/bin/sh", proc.Binary("bash"), 0o755))
	h.must(h.view.WriteFile("/etc/passwd", []byte("root:x:0:0:root:/root:/bin/bash\n"), 0o644))
	h.must(h.view.WriteFile("/etc/hostname", []byte("docker-host\n"), 0o644))
	for at, fs := range map[string]*vfs.FS{
		"/proc": h.kernel.ProcFS(disk, nil), "/sys": h.kernel.SysFS(disk), "/dev": disk.Tmpfs("dev",
			vfs.TmpfsOptions{Mode: 0o755}),
	} {
		_, err := h.view.Mount(fs, at, 0)
		h.must(err)
	}
	h.must(proc.DeviceNodes(h.view, "/dev"))
	h.must(h.view.MkdirAll("/dev/pts", 0o755))
	_, err := h.view.Mount(h.kernel.PTS().FS(disk), "/dev/pts", 0)
	h.must(err)
	h.must(h.view.Chdir("/root/lab"))
}

// startShell starts the shell that run types at.
func (h *host) startShell() {
	in := h.kernel.NewInput(nil)
	in.End()
	p, err := h.kernel.Start(proc.Spec{
		Args: []string{"bash"}, View: h.view.Clone(), Creds: proc.Root(),
		Env: []string{"HOME=/root", "PATH=" + proc.DefaultPath, "PWD=/root/lab", "USER=root"},
		Program: shell.SessionProgram(shell.Config{Flavour: shell.Bash}, shell.Session{
			Next: h.wait, Done: func(code proc.ExitCode) { h.status, h.busy = code, false },
		}),
		Files: map[int]proc.Handle{
			0: in, 1: h.kernel.NewOutput(func(b []byte) { h.out.Write(b) }),
			2: h.kernel.NewOutput(func(b []byte) { h.err.Write(b) }),
		},
	})
	h.must(err)
	h.shell = p
	h.sim.Settle()
}

func (h *host) wait(sys proc.Sys) (string, bool) {
	for !h.has {
		h.waiting.Wait(sys, "n_tty_read")
	}
	h.has = false
	return h.next, true
}

// Run types a line at the shell: a transcript.Runner.
func (h *host) Run(line string) (transcript.Result, error) {
	h.out.Reset()
	h.err.Reset()
	h.next, h.has, h.busy = line, true, true
	start := h.sim.Elapsed()
	h.waiting.Wake()
	h.sim.Run(func() bool { return !h.busy || h.shell.Done() })
	if h.busy {
		return transcript.Result{}, errors.New("it never ends")
	}
	return transcript.Result{
		Stdout: h.out.String(), Stderr: h.err.String(), Exit: int(h.status), After: h.sim.Elapsed() - start,
	}, nil
}

// run is Run for a test, which fails if the line never ends.
func (h *host) run(line string) transcript.Result {
	h.t.Helper()
	r, err := h.Run(line)
	if err != nil {
		h.t.Fatalf("$ %s: %v\n%s%s", line, err, h.out.String(), h.err.String())
	}
	return r
}

// tty runs a line on a terminal of its own and types at it: tty 'CMD' 'KEYS'... .
func (h *host) tty(s proc.Sys) proc.ExitCode {
	var seen strings.Builder
	t := h.kernel.PTS().NewTTY(proc.Winsize{Rows: 24, Cols: 120})
	defer t.Free()
	t.Attach(func(b []byte) { seen.Write(b) })
	p, err := h.kernel.Start(proc.Spec{
		Args: []string{"bash", "-c", s.Args()[1]}, Env: append(s.Environ(),
			"TERM=xterm"), View: s.FS().Clone(), Creds: proc.Root(), TTY: t,
	})
	if err != nil {
		return 126
	}
	for _, keys := range s.Args()[2:] {
		s.Sleep(time.Second)
		unquoted, err := strconv.Unquote(`"` + strings.ReplaceAll(keys, `"`, `\"`) + `"`)
		if err != nil {
			unquoted = keys
		}
		t.Type([]byte(unquoted))
	}
	for !p.Done() {
		s.Sleep(50 * time.Millisecond)
	}
	s.Write(1, []byte(strings.ReplaceAll(seen.String(), "\r", "")))
	return p.Status().Code()
}

var _ api.Engine = (*engine.Engine)(nil)
