// Package proctest is a machine for tests: these files and programs, run this command, see what it printed and how it
// ended.
//
//	m := proctest.New(t, proctest.Config{
//		Programs: proc.Programs{"cat": cat, "sh": shell.Program(shell.Config{})},
//		Files:    map[string]string{"/etc/motd": "hello\n", "/srv/": ""},
//	})
//	r := m.Run("cat", "/etc/motd")
//	// r.Stdout == "hello\n", r.Stderr == "", r.Code == 0
//	r = m.Sh("cat <<E | cat\nx\nE") // needs a program "sh"
//
// Every program is put at /bin/NAME. /dev, /proc, /sys and /tmp are there. Processes run as root unless Config.Creds says
// otherwise, in /, with PATH, HOME and what Config.Env adds. Time is virtual and begins in January 2026.
package proctest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// Config is a machine as asked for. The zero value is an empty one.
type Config struct {
	Programs proc.Programs
	Files    map[string]string // by path; a path that ends in a slash is a directory
	Env      []string
	Dir      string     // working directory; "" is /
	Creds    proc.Creds // of processes; the zero value is root
	Seed     uint64
	Limits   sim.Limits // zero fields are DefaultLimits
	Held     int64      // see proc.Config
	Pids     int64
}

// DefaultLimits is enough for any honest test, and ends the others soon.
func DefaultLimits() sim.Limits {
	return sim.Limits{
		Steps: 20e6, Bytes: 1 << 30, Memory: 256 << 20, Processes: 4096, OpenFiles: 1 << 16, Output: 4 << 20,
	}
}

// Machine is a machine as it runs.
type Machine struct {
	Sim    *sim.Sim
	Kernel *proc.Kernel
	Disk   *vfs.Disk
	View   *vfs.View // root's, in the working directory; what a test looks at files with
	Env    []string
	Creds  proc.Creds

	t testing.TB
}

// New boots a machine. It is closed when the test ends.
func New(t testing.TB, c Config) *Machine {
	t.Helper()
	s := sim.New(sim.Config{Seed: c.Seed, Start: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Limits: limits(c.Limits)})
	t.Cleanup(s.Close)
	m := &Machine{
		Sim: s, t: t, Creds: c.Creds,
		Env: append([]string{"PATH=" + proc.DefaultPath, "HOME=/root"}, c.Env...),
	}
	m.Kernel = proc.NewKernel(proc.Config{Sim: s, Name: "box", Programs: c.Programs, Held: c.Held, Pids: c.Pids})
	if m.Creds.Bounding == 0 && m.Creds.EUID == 0 {
		m.Creds = proc.Root()
	}
	m.files(c)
	m.Start(proc.Spec{Args: []string{"init"}, Program: initProgram})
	s.Settle()
	return m
}

// initProgram is process 1: it takes care of orphans, so that the processes of a test are ordinary ones.
func initProgram(s proc.Sys) proc.ExitCode {
	for {
		s.Signal(proc.SIGCHLD, proc.Catch)
		if _, _, err := s.Wait(-1, 0); err == proc.ECHILD {
			s.Pause()
			s.Caught()
		}
	}
}

func limits(l sim.Limits) sim.Limits {
	d := DefaultLimits()
	for _, f := range [][2]*int64{
		{&l.Steps, &d.Steps},
		{&l.Bytes, &d.Bytes},
		{&l.Memory, &d.Memory},
		{&l.Processes, &d.Processes},
		{&l.OpenFiles, &d.OpenFiles},
		{&l.Output, &d.Output},
	} {
		if *f[0] == 0 {
			*f[0] = *f[1]
		}
	}
	return l
}

// files makes the root file system.
func (m *Machine) files(c Config) {
	m.t.Helper()
	m.Disk = vfs.NewDisk(vfs.Config{
		Size: 1 << 40, Now: func() int64 { return m.Sim.Now().UnixNano() }, Memory: &m.Sim.Budget.Bytes,
	})
	m.View = vfs.NewMounts(m.Disk.Tree("/dev/sda1", "root"), 0).View(vfs.Root())
	for _, dir := range []string{"/bin", "/dev", "/proc", "/root", "/etc"} {
		m.must(m.View.MkdirAll(dir, 0o755))
	}
	m.must(m.View.Mkdir("/tmp", 0o777|vfs.S_ISVTX))
	m.must(m.View.Chmod("/tmp", 0o777|vfs.S_ISVTX))
	m.devices()
	m.must(
		m.View.WriteFile(
			"/etc/passwd",
			[]byte("root:x:0:0:root:/root:/bin/sh\nlearner:x:1000:1000::/home/learner:/bin/sh\n"),
			0o644,
		),
	)
	for _, id := range slices.Sorted(maps.Keys(c.Programs)) {
		m.must(m.View.WriteFile("/bin/"+string(id), proc.Binary(id), 0o755))
	}
	for _, path := range slices.Sorted(maps.Keys(c.Files)) {
		m.file(path, c.Files[path])
	}
	if c.Dir != "" {
		m.must(m.View.MkdirAll(c.Dir, 0o755))
		m.must(m.View.Chdir(c.Dir))
	}
}

func (m *Machine) devices() {
	m.t.Helper()
	for _, fs := range []struct {
		fs *vfs.FS
		at string
	}{
		{m.Disk.Tmpfs("dev", vfs.TmpfsOptions{Mode: 0o755}), "/dev"},
		{m.Kernel.PTS().FS(m.Disk), "/dev/pts"},
		{m.Kernel.ProcFS(m.Disk, nil), "/proc"},
		{m.Kernel.SysFS(m.Disk), "/sys"},
	} {
		m.must(m.View.MkdirAll(fs.at, 0o755))
		_, err := m.View.Mount(fs.fs, fs.at, 0)
		m.must(err)
		if fs.at == "/dev" {
			m.must(proc.DeviceNodes(m.View, "/dev"))
		}
	}
}

// file puts a file on the machine; one that begins with #! can be executed.
func (m *Machine) file(path, content string) {
	m.t.Helper()
	if dir, ok := strings.CutSuffix(path, "/"); ok {
		m.must(m.View.MkdirAll(dir, 0o755))
		return
	}
	m.must(m.View.MkdirAll(path[:strings.LastIndexByte(path, '/')], 0o755))
	mode := vfs.Mode(0o644)
	if strings.HasPrefix(content, "#!") {
		mode = 0o755
	}
	m.must(m.View.WriteFile(path, []byte(content), mode))
}

func (m *Machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// Result is what became of a command.
type Result struct {
	Stdout, Stderr string
	Code           proc.ExitCode // as a shell would show it
	Reason         sim.Reason    // Finished, unless the world's budgets or the test's patience ended it
}

// Run runs a command without input: args[0] is looked for in PATH. A command that cannot be started fails the test.
func (m *Machine) Run(args ...string) Result {
	m.t.Helper()
	return m.RunInput("", args...)
}

// Sh runs a line with /bin/sh -c.
func (m *Machine) Sh(line string) Result {
	m.t.Helper()
	return m.Run("sh", "-c", line)
}

// RunInput runs a command with stdin as its standard input.
func (m *Machine) RunInput(stdin string, args ...string) Result {
	m.t.Helper()
	return m.Do(stdin, proc.Spec{Args: args})
}

// Do runs a process as a Spec says, with standard input, output and error added to it, and Args, Env, Creds and the
// view where they are not given.
func (m *Machine) Do(stdin string, spec proc.Spec) Result {
	m.t.Helper()
	var out, errs strings.Builder
	in := m.Kernel.NewInput([]byte(stdin))
	in.End()
	spec.Files = map[int]proc.Handle{
		0: in,
		1: m.Kernel.NewOutput(func(b []byte) { out.Write(b) }),
		2: m.Kernel.NewOutput(func(b []byte) { errs.Write(b) }),
	}
	p := m.Start(spec)
	reason := m.Sim.Run(p.Done)
	r := Result{out.String(), errs.String(), p.Status().Code(), reason}
	if reason == sim.Idle && !p.Done() {
		m.t.Errorf("%q waits for ever\nstdout: %s\nstderr: %s", spec.Args, r.Stdout, r.Stderr)
	}
	return r
}

// Start starts a process without waiting for it. What the Spec leaves open is filled in.
func (m *Machine) Start(spec proc.Spec) *proc.Process {
	m.t.Helper()
	if spec.View == nil {
		spec.View = m.View.Clone()
	}
	if spec.Env == nil {
		spec.Env = m.Env
	}
	if spec.Creds.Bounding == 0 {
		spec.Creds = m.Creds
	}
	p, err := m.Kernel.Start(spec)
	if err != nil {
		m.t.Fatalf("start %q: %v", spec.Args, err)
	}
	return p
}

// Read is a file's content; "" if there is none.
func (m *Machine) Read(path string) string {
	b, _ := m.View.ReadFile(path)
	return string(b)
}
