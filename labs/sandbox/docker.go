package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/cli"
	"dockerlearn/labs/sandbox/engine"
	"dockerlearn/labs/sandbox/image/catalogue"
	"dockerlearn/labs/sandbox/lineedit"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/registry"
	"dockerlearn/labs/sandbox/shell"
)

// Images is what a host's Docker engine begins with, and what its registry has.
type Images string

// The zero value is a host without Docker.
const (
	Recorded Images = "recorded" // the host of the recordings: busybox, alpine and nginx are there
	Learner  Images = "learner"  // what a learner can pull; nothing is there yet
)

func (i Images) catalogue() *catalogue.Catalogue {
	if i == Recorded {
		return catalogue.Recorded()
	}
	return catalogue.Learner()
}

// installDocker starts an engine and puts the docker command where it belongs.
func (h *Host) installDocker(programs proc.Programs) error {
	c := h.config.Images.catalogue()
	hub := registry.NewHub(c)
	h.engine = engine.New(engine.Config{
		Sim: h.world.sim, Kernel: h.kernel, Disk: h.disk, Host: h.view, CgroupV1: h.config.Images == Recorded,
		Registry: func(domain string) (*registry.Server, error) {
			if domain == registry.Hub {
				return hub, nil
			}
			return h.registryAt(domain)
		},
	})
	if err := c.Install(h.engine.Store()); err != nil {
		return err
	}
	containerPrograms(programs, c)
	programs["docker"] = cli.New(h.engine)
	programs["systemctl"] = h.systemctl
	programs["tty"] = h.typeAtTerminal
	programs["lan"] = h.onLAN
	for _, name := range []string{"busybox", "docker", "systemctl"} {
		if err := h.binary("/usr/bin/"+name, proc.ProgramID(name)); err != nil {
			return err
		}
	}
	for _, name := range []string{"tty", "lan"} {
		if err := h.binary("/usr/local/bin/"+name, proc.ProgramID(name)); err != nil {
			return err
		}
	}
	return nil
}

// registryAt is the registry that a container of this host offers on a published port. Every container of one has what
// was pushed to it while it exists.
func (h *Host) registryAt(domain string) (*registry.Server, error) {
	name, port, _ := strings.Cut(domain, ":")
	if name != "localhost" && name != "127.0.0.1" {
		return nil, fmt.Errorf("dial tcp: lookup %s on %s:53: no such host", name, gatewayAddr)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		n = 443
	}
	process, id, ok := h.engine.Published(uint16(n))
	if !ok || !strings.HasSuffix(process.Argv()[0], "registry") {
		at := map[string]string{"localhost": "[::1]", "127.0.0.1": "127.0.0.1"}[name]
		return nil, fmt.Errorf("dial tcp %s:%d: connect: connection refused", at, n)
	}
	if h.registries[id] == nil {
		h.registries[id] = registry.NewServer(registry.Config{})
	}
	return h.registries[id], nil
}

// containerPrograms adds what images' binaries run. Servers that nobody can reach yet only wait for their end.
func containerPrograms(programs proc.Programs, c *catalogue.Catalogue) {
	sh := shell.Program(shell.Config{Flavour: shell.Ash, Musl: true, Sleeps: true, NewLineReader: lineedit.NewBusybox})
	add := func(id proc.ProgramID, p proc.Program) {
		if programs[id] == nil {
			programs[id] = p
		}
	}
	add("busybox", applet.Multicall(proc.Programs{"sh": sh, "ash": sh}))
	add("getent-musl", applet.MuslGetent())
	add("dash", shell.Program(shell.Config{Flavour: shell.Dash}))
	add("bash", shell.Program(shell.Config{Flavour: shell.Bash, NewLineReader: lineedit.New}))
	for id, p := range servers() { // any order: each has a name of its own
		add(id, p)
	}
	for id, p := range applet.Programs(applet.GNU) { // any order: each has a name of its own
		add(id, p)
	}
	for _, id := range c.Programs() {
		add(proc.ProgramID(id), waitForTheEnd)
	}
}

// systemctl starts and stops the one unit there is.
func (h *Host) systemctl(s proc.Sys) proc.ExitCode {
	args := s.Args()[1:]
	if len(args) != 2 || args[1] != "docker" && args[1] != "docker.service" {
		s.Write(2, []byte("systemctl: only start, stop, restart and is-active of docker are simulated\n"))
		return 1
	}
	caller := h.caller(s)
	var err error
	switch args[0] {
	case "start":
		err = h.engine.Start(caller)
	case "stop":
		err = h.engine.Stop(caller)
	case "restart":
		if err = h.engine.Stop(caller); err == nil {
			err = h.engine.Start(caller)
		}
	case "is-active":
		if !h.engine.Running() {
			s.Write(1, []byte("inactive\n"))
			return 3
		}
		s.Write(1, []byte("active\n"))
	default:
		s.Write(2, []byte("Unknown command verb '"+args[0]+"'.\n"))
		return 1
	}
	if err != nil {
		s.Write(2, []byte(err.Error()+"\n"))
		return 1
	}
	return 0
}

// typeAtTerminal is the recordings' extra word tty: tty 'COMMAND' 'KEYS'... runs a command on a terminal, presses keys
// one second apart, and shows what the terminal showed, without its carriage returns.
func (h *Host) typeAtTerminal(s proc.Sys) proc.ExitCode {
	args := s.Args()[1:]
	if len(args) == 0 { // the tty that everybody knows
		return applet.Programs(applet.GNU)["tty"](s)
	}
	var shown strings.Builder
	t := h.kernel.PTS().NewTTY(proc.Winsize{Cols: 120, Rows: 24})
	t.Attach(func(b []byte) { shown.Write(b) })
	p, err := h.kernel.Start(proc.Spec{
		Path: h.shellPath(), Args: []string{h.sessionName(), "-c", args[0]}, Env: append(s.Environ(), "TERM=xterm"),
		View: s.FS().Clone(), Creds: proc.Root(), TTY: t, Parent: s.Process(),
	})
	if err != nil {
		s.Write(2, []byte("tty: "+err.Error()+"\n"))
		return 126
	}
	for _, keys := range args[1:] {
		s.Sleep(time.Second)
		t.Type([]byte(keystrokes.Replace(keys)))
	}
	_, status, _ := s.Wait(p.PID(), 0)
	s.Write(1, []byte(strings.ReplaceAll(shown.String(), "\r", "")))
	return status.Code()
}

// keystrokes are how the recordings write keys.
var keystrokes = strings.NewReplacer(`\n`, "\r", `\020`, "\x10", `\021`, "\x11", `\030`, "\x18", `\003`, "\x03", `\004`, "\x04", `\t`, "\t")
