package sandbox

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/cli"
	"dockerlearn/labs/sandbox/engine"
	"dockerlearn/labs/sandbox/jq"
	"dockerlearn/labs/sandbox/lineedit"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/registry"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/vfs"
)

// Shell is what a host's users type at. It decides the kind of machine too: busybox's is an alpine, the other two are
// a debian.
type Shell string

// The shells.
const (
	Bash    Shell = "bash" // the zero value means this
	Dash    Shell = "dash"
	Busybox Shell = "busybox"
)

// Shells are all of them.
func Shells() []Shell { return []Shell{Busybox, Dash, Bash} }

func (s Shell) flavour() shell.Flavour {
	switch s {
	case Busybox:
		return shell.Ash
	case Dash:
		return shell.Dash
	}
	return shell.Bash
}

// HostConfig is a machine as asked for.
type HostConfig struct {
	Name     string // "" is docker-host
	Shell    Shell
	Images   Images // of its Docker engine; "" is a host without one
	DiskSize int64  // bytes; 0 is 8 GiB
}

const (
	defaultName = "docker-host"
	defaultDisk = 8 << 30
	// WorkDir is where sessions and terminals begin.
	WorkDir = "/root/lab"
)

// Host is a machine as it runs.
type Host struct {
	config HostConfig
	world  *World
	kernel *proc.Kernel
	disk   *vfs.Disk
	view   *vfs.View      // root's, in WorkDir
	engine *engine.Engine // nil without Docker

	registries map[string]*registry.Server // that containers offer, by container
	watched    map[*proc.Process]*watch    // login shells
}

func newHost(w *World, c HostConfig) (*Host, error) {
	if c.Name == "" {
		c.Name = defaultName
	}
	if c.Shell == "" {
		c.Shell = Bash
	}
	if c.DiskSize == 0 {
		c.DiskSize = defaultDisk
	}
	h := &Host{config: c, world: w, registries: map[string]*registry.Server{}, watched: map[*proc.Process]*watch{}}
	network, err := w.newNetwork(c.Name)
	if err != nil {
		return nil, err
	}
	programs := h.programs()
	h.kernel = proc.NewKernel(proc.Config{
		Sim: w.sim, Name: c.Name, Net: network, Programs: programs, Held: w.config.Limits.Memory, Pids: w.config.Limits.Processes,
		MountOptions: func(m *vfs.Mount) string { return m.FS.Options },
	})
	h.disk = vfs.NewDisk(vfs.Config{
		Size: c.DiskSize, Now: func() int64 { return w.sim.Now().UnixNano() }, Memory: &w.sim.Budget.Bytes,
	})
	h.view = vfs.NewMounts(h.disk.Tree("/dev/sda1", "root"), 0).View(vfs.Root())
	if err := h.install(programs); err != nil {
		return nil, err
	}
	h.watchFiles()
	if err := h.startInit(); err != nil || c.Images == "" {
		return h, err
	}
	return h, h.installDocker(programs)
}

// Engine is the host's Docker engine, nil if it has none.
func (h *Host) Engine() api.Engine {
	if h.engine == nil {
		return nil
	}
	return h.engine
}

// caller is a process of the host that asks the engine for something.
func (h *Host) caller(s proc.Sys) api.Caller { return api.Caller{Sys: s} }

// startInit starts process 1, which adopts and reaps orphans. Nobody's shell is process 1: no signal could end it.
func (h *Host) startInit() error {
	_, err := h.kernel.Start(proc.Spec{
		Args: []string{"/sbin/init"}, Env: h.env(""), View: h.view.Clone(), Creds: proc.Root(),
		Program: func(s proc.Sys) proc.ExitCode {
			for {
				if _, _, err := s.Wait(-1, 0); err != nil {
					s.Pause() // no children: until somebody leaves one
				}
			}
		},
	})
	h.world.sim.Settle()
	return err
}

// programs is what the machine can run.
func (h *Host) programs() proc.Programs {
	config := shell.Config{Flavour: h.config.Shell.flavour(), Suggest: h.suggest, Musl: h.config.Shell == Busybox, Watch: h.watcher}
	if h.config.Shell == Busybox {
		config.Sleeps, config.NewLineReader = true, lineedit.NewBusybox
		sh := shell.Program(config)
		return proc.Programs{"busybox": applet.Multicall(proc.Programs{"sh": sh, "ash": sh})}
	}
	programs := applet.Programs(applet.GNU)
	dash, bash := config, config
	dash.Flavour, bash.Flavour = shell.Dash, shell.Bash
	bash.NewLineReader = h.readline
	programs["dash"], programs["bash"], programs["jq"] = shell.Program(dash), shell.Program(bash), jq.Program
	return programs
}

// watcher is who watches a shell: its terminal, if it is a login shell.
func (h *Host) watcher(s proc.Sys) shell.Watcher {
	if w := h.watched[s.Process()]; w != nil {
		return w
	}
	return nil
}

// readline is bash's line editor. Where docker is installed it completes its command lines, as bash-completion does.
func (h *Host) readline(s proc.Sys, files shell.Completer) shell.LineReader {
	if _, err := s.FS().Stat("/usr/bin/docker"); err != nil || h.engine == nil {
		return lineedit.New(s, files)
	}
	return lineedit.New(s, completers{cli.NewCompleter(h.engine), files})
}

// completers asks one after the other: who knows the command line has the word.
type completers []shell.Completer

func (all completers) Complete(line string, at int) (from int, words []string) {
	for _, c := range all {
		if from, words = c.Complete(line, at); len(words) > 0 {
			break
		}
	}
	return from, words
}

// Name is the host's name.
func (h *Host) Name() string { return h.config.Name }

// Files is the host's files, as root sees them. What is done through it is done to the machine.
func (h *Host) Files() *vfs.View { return h.view.Clone() }

// env is what a login gives to a shell.
func (h *Host) env(term string) []string {
	env := []string{"HOME=/root", "LOGNAME=root", "PATH=" + proc.DefaultPath, "PWD=" + WorkDir, "SHELL=" + h.shellPath(), "USER=root"}
	if term != "" {
		env = append(env, "TERM="+term)
	}
	return env
}

func (h *Host) shellPath() string {
	switch h.config.Shell {
	case Busybox:
		return "/bin/sh"
	case Dash:
		return "/usr/bin/dash"
	}
	return "/usr/bin/bash"
}
