package engine

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// container is a container as the engine keeps it. moby: daemon/container/container.go
type container struct {
	e       *Engine
	id      string
	name    string
	created time.Time
	config  api.ContainerConfig
	host    api.HostConfig
	path    string
	args    []string

	image    *image.Image
	base     *base
	root     *vfs.Container
	snapshot int           // the number of its own layer's directory; 0 until it has run
	mounts   []*mountPoint // by destination
	networks []*attachment
	links    []link
	sandbox  *dockernet.Sandbox // while it runs, unless the network is another container's
	resolv   string             // /etc/resolv.conf as it was written

	state  state
	run    *running // while it runs
	health *healthcheck
	logs   *logger
	stdio  streams

	restarts      int
	backoff       time.Duration
	restartTimer  *sim.Timer
	stoppedByHand bool // somebody asked it to end: unless-stopped remembers
	noRestart     bool // somebody asked it to end since it started

	execs   []*execution // those that were made and not forgotten
	cause   sim.EventID  // the last event about it
	began   sim.EventID  // its last start
	made    sim.EventID  // its creation
	waiters []*waiter
	stats   []*statsStream
}

// state is how a container is. moby: daemon/container/state.go
type state struct {
	running    bool // also while it waits to be restarted
	paused     bool
	restarting bool
	removing   bool
	oom        bool
	pid        proc.PID
	exit       int
	err        string
	started    time.Time
	finished   time.Time
}

func (s *state) status() api.ContainerState {
	switch {
	case s.running && s.paused:
		return api.StatePaused
	case s.running && s.restarting:
		return api.StateRestarting
	case s.running:
		return api.StateRunning
	case s.removing:
		return api.StateRemoving
	case s.started.IsZero():
		return api.StateCreated
	}
	return api.StateExited
}

// alive reports whether there are processes.
func (s *state) alive() bool { return s.running && !s.restarting }

// running is what a container has while it runs.
type running struct {
	init    *proc.Process
	mounts  *vfs.Mounts
	ns      proc.Namespaces
	cgroup  *proc.Cgroup
	pts     *proc.PTS
	tty     *proc.TTY
	temps   []*vfs.FS // file systems that go with it
	told    bool      // events have told that volumes are mounted
	volumes []*volume // that are mounted
	ended   task      // its end, with all that follows from it
	asked   bool      // docker stop wants an event
}

// logEvent tells that something happened to a container. moby: daemon/events.go, LogContainerEventWithAttributes
func (ct *container) logEvent(action string, more map[string]string, because ...sim.EventID) sim.EventID {
	attrs := maps.Clone(ct.config.Labels)
	if attrs == nil {
		attrs = map[string]string{}
	}
	maps.Copy(attrs, more)
	attrs["image"], attrs["name"] = ct.config.Image, ct.name
	if ct.config.Image == "" {
		delete(attrs, "image")
	}
	ct.cause = ct.e.emit(api.EventContainer, action, ct.id, ct.name, attrs, append(because, ct.cause)...)
	return ct.cause
}

// notRunning is the refusal of what needs processes.
func (ct *container) notRunning() *api.Error {
	return api.Errorf(api.Conflict, "container %s is not running", ct.id).With(ct.cause)
}

// cgroupPath and hostDir are where the container's things are.
func (ct *container) hostDir() string { return containersDir + "/" + ct.id }

const (
	dataRoot      = "/var/lib/docker"
	containersDir = dataRoot + "/containers"
	volumesDir    = dataRoot + "/volumes"
)

// find finds a container by id, name, or the beginning of its id. moby: daemon/container.go, GetContainer
func (e *Engine) find(ref string) (*container, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	if ref == "" {
		return nil, api.Errorf(api.InvalidParameter, "No container name or ID supplied")
	}
	if ct := e.containers[ref]; ct != nil {
		return ct, nil
	}
	if ct := e.named[strings.TrimPrefix(ref, "/")]; ct != nil {
		return ct, nil
	}
	var found *container
	if isHex(ref) {
		for _, ct := range e.order {
			if !strings.HasPrefix(ct.id, ref) {
				continue
			}
			if found != nil {
				return nil, api.Errorf(api.InvalidParameter, "multiple IDs found with provided prefix: %s", ref)
			}
			found = ct
		}
	}
	if found == nil {
		return nil, api.Errorf(api.NotFound, "No such container: %s", ref)
	}
	return found, nil
}

// findAlive finds a container that has processes.
func (e *Engine) findAlive(ref string) (*container, error) {
	ct, err := e.find(ref)
	if err != nil {
		return nil, err
	}
	if !ct.state.running {
		return nil, ct.notRunning()
	}
	if ct.state.restarting {
		return nil, ct.isRestarting()
	}
	return ct, nil
}

func (ct *container) isRestarting() *api.Error {
	return api.Errorf(api.Conflict, "Container %s is restarting, wait until the container is running", ct.id).
		With(ct.cause)
}

// takeName gives a container a name that nobody has.
func (e *Engine) takeName(ct *container, name string) error {
	name = strings.TrimPrefix(name, "/")
	if !validName(name) {
		return api.Errorf(api.InvalidParameter, "Invalid container name (%s), only %s are allowed", name, nameChars)
	}
	if other := e.named[name]; other != nil {
		return api.Errorf(api.Conflict, "Conflict. The container name %q is already in use by container %q. "+
			"You have to remove (or rename) that container to be able to reuse that name.", "/"+name, other.id).With(other.made)
	}
	e.named[name] = ct
	ct.name = name
	return nil
}

// forget takes a container off the books.
func (e *Engine) forget(ct *container) {
	delete(e.containers, ct.id)
	if e.named[ct.name] == ct {
		delete(e.named, ct.name)
	}
	for i, x := range e.order {
		if x == ct {
			e.order = append(e.order[:i], e.order[i+1:]...)
			break
		}
	}
	for _, x := range ct.execs {
		delete(e.execs, x.id)
	}
}

// stopSignal is what docker stop sends.
func (ct *container) stopSignal() proc.Signal {
	if sig, ok := parseSignal(ct.config.StopSignal); ok && ct.config.StopSignal != "" {
		return sig
	}
	return proc.SIGTERM
}

// defaultGrace is how long docker stop waits, in seconds.
const defaultGrace = 10

func (ct *container) stopTimeout() int {
	if ct.config.StopTimeout != nil {
		return *ct.config.StopTimeout
	}
	return defaultGrace
}

// parseSignal reads "TERM", "SIGTERM", "15". moby: github.com/moby/sys/signal
func parseSignal(s string) (proc.Signal, bool) {
	sig, ok := proc.SignalNamed(s)
	return sig, ok && sig != 0
}

func invalidSignal(s string) error {
	return fmt.Errorf("invalid signal: %s", s)
}
