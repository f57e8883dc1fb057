package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// ContainerStart starts a container. moby: daemon/start.go
func (e *Engine) ContainerStart(c api.Caller, id string) error {
	ct, err := e.find(id)
	if err != nil {
		return err
	}
	if err := ct.checkStart(); err != nil {
		return err
	}
	e.work(c, startTime)
	if err := ct.checkStart(); err != nil { // somebody else was faster
		return err
	}
	ct.stoppedByHand, ct.restarts, ct.backoff = false, 0, 0
	if err := ct.start(ct.because(c)...); err != nil {
		return err
	}
	e.work(c, settleTime)
	return nil
}

func (ct *container) checkStart() error {
	switch s := &ct.state; {
	case s.paused:
		return api.Errorf(api.Conflict, "cannot start a paused container, try unpause instead").With(ct.cause)
	case s.running:
		return api.Errorf(api.NotModified, "container is already running").With(ct.cause)
	case s.removing || ct.e.containers[ct.id] != ct:
		return api.Errorf(api.Conflict, "container is marked for removal and cannot be started").With(ct.cause)
	}
	return nil
}

// start starts the container now. What it refuses leaves the container as it was, with the reason in its state.
func (ct *container) start(because ...sim.EventID) error {
	ct.noRestart = false
	r := &running{cgroup: ct.cgroupOf()}
	if err := ct.tryStart(r, because); err != nil {
		return ct.startFailed(r, err)
	}
	return nil
}

func (ct *container) tryStart(r *running, because []sim.EventID) error {
	if err := ct.openLog(); err != nil {
		return fmt.Errorf("failed to create task for container: failed to initialize logging driver: %w", err)
	}
	if err := ct.makeNamespaces(r); err != nil {
		return err
	}
	r.told = true
	ct.volumeEvents("mount", because)
	if err := ct.checkLinks(); err != nil {
		return err
	}
	if err := ct.connectAll(r, because); err != nil {
		return err
	}
	r.cgroup.SetLimits(ct.limits())
	r.pts = ct.e.kernel.NewPTS()
	ct.showRoot()
	if err := ct.buildRoot(r); err != nil {
		return asStartError(err)
	}
	if err := ct.launch(r, because); err != nil {
		return asStartError(err)
	}
	ct.tellParents()
	ct.began = ct.logEvent("start", nil, because...)
	ct.startHealth()
	return nil
}

const startPrefix = "failed to create task for container: failed to create shim task: OCI runtime create failed: " +
	"runc create failed: unable to start container process: error during container init: "

// asStartError puts in front of runc's reason what the others on the way say.
func asStartError(err error) error {
	var oci *ociError
	if errors.As(err, &oci) {
		return &ociError{startPrefix + oci.why}
	}
	return err
}

// startFailed cleans up, and notes why. moby: daemon/start.go, the deferred part of containerStart
func (ct *container) startFailed(r *running, why error) error {
	e := ct.e
	ct.closeLog()
	ct.disconnectAll()
	if r.told {
		ct.volumeEvents("unmount", nil)
	}
	ct.dropRuntime(r)
	kind, cause := api.KindOf(why), api.CausesOf(why)
	if kind == api.Unknown {
		kind = api.Internal
	}
	var oci *ociError
	if errors.As(why, &oci) {
		kind = startKind(why.Error())
	}
	ct.state.err = why.Error()
	if ct.state.exit == 0 {
		ct.state.exit = startCode(why.Error())
	}
	var file sim.EventID
	if oci != nil {
		file = e.whyFiles()
	}
	failed := e.sim.Log.Add("docker.container.failed", ct.name, sim.Text(why.Error()), ct.cause, file)
	if ct.host.AutoRemove {
		ct.remove(true)
	}
	return api.Errorf(kind, "%s", why.Error()).With(append(cause, failed)...)
}

// startCode is the exit code that the state shows after a start that failed. moby: daemon/errors.go
func startCode(why string) int {
	switch {
	case containsAny(why, "executable file not found", "no such file or directory", "not a directory",
		"system cannot find the file specified", "failed to run runc create/exec call"):
		return 127
	case containsAny(why, "permission denied", "is a directory"):
		return 126
	}
	return 128
}

func startKind(why string) api.Kind {
	if startCode(why) == 128 {
		return api.Internal
	}
	return api.InvalidParameter
}

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s, p) })
}

// makeNamespaces decides what the container shares with others. moby: daemon/oci_linux.go, WithNamespaces
func (ct *container) makeNamespaces(r *running) error {
	e, h := ct.e, &ct.host
	own := e.kernel.Namespaces()
	if ct.sandbox != nil {
		r.ns.Net = ct.sandbox.Stack()
	}
	r.ns.UTS = e.kernel.NewUTSNamespace(ct.config.Hostname, either(ct.config.Domainname, "(none)"))
	if h.UTSMode == "host" {
		r.ns.UTS = own.UTS
	}
	switch other, joins := h.PidMode.Container(); {
	case joins:
		with, err := ct.partner(other, "PID")
		if err != nil {
			return err
		}
		r.ns.PID = with.run.ns.PID
	case h.PidMode == "host":
		r.ns.PID = own.PID
	default:
		r.ns.PID = e.kernel.NewPIDNamespace(nil)
	}
	return ct.ipcNamespace(r)
}

func (ct *container) ipcNamespace(r *running) error {
	e, h := ct.e, &ct.host
	switch other, joins := h.IpcMode.Container(); {
	case joins:
		with, err := ct.partner(other, "IPC")
		if err != nil {
			return err
		}
		if with.host.IpcMode == "private" || with.host.IpcMode == "none" {
			return api.Errorf(api.Conflict, "failed to join IPC namespace: container %s: non-shareable IPC "+
				"(hint: use IpcMode:shareable for the donor container)", with.id)
		}
		r.ns.IPC = with.run.ns.IPC
	case h.IpcMode == "host":
		r.ns.IPC = e.kernel.Namespaces().IPC
	default:
		r.ns.IPC = e.kernel.NewIPCNamespace()
	}
	return nil
}

// partner is the container whose namespace is joined. moby: daemon/container_operations_unix.go
func (ct *container) partner(id, what string) (*container, error) {
	with, err := ct.e.find(id)
	if err != nil {
		return nil, err
	}
	if with == ct {
		return nil, api.Errorf(api.InvalidParameter, "cannot join own %s namespace", what)
	}
	if !with.state.running || with.run == nil {
		return nil, api.Errorf(api.Conflict, "cannot join %s namespace of a non running container: container %s is %s",
			what, strings.TrimPrefix(with.name, "/"), with.state.status()).With(with.cause)
	}
	if with.state.restarting {
		return nil, with.isRestarting()
	}
	return with, nil
}

// limits is what the control group enforces.
func (ct *container) limits() proc.CgroupLimits {
	h := &ct.host.Resources
	l := proc.CgroupLimits{Memory: h.Memory}
	if h.PidsLimit != nil && *h.PidsLimit > 0 {
		l.Pids = *h.PidsLimit
	}
	switch {
	case h.NanoCPUs > 0:
		l.Period, l.Quota = 100*time.Millisecond, time.Duration(h.NanoCPUs/10)
	case h.CPUQuota > 0:
		l.Period = time.Duration(either(h.CPUPeriod, 100000)) * time.Microsecond
		l.Quota = time.Duration(h.CPUQuota) * time.Microsecond
	}
	if l.Quota > 0 { // several processors are one here
		l.Quota = min(l.Quota, l.Period*time.Duration(ct.e.c.CPUs))
	}
	return l
}

func (ct *container) rlimits() *proc.Rlimits {
	l := proc.DefaultRlimits()
	for _, u := range ct.host.Ulimits {
		to := proc.Rlimit{Soft: u.Soft, Hard: u.Hard}
		if to.Soft < 0 {
			to.Soft = proc.Infinity
		}
		if to.Hard < 0 {
			to.Hard = proc.Infinity
		}
		*l.Of(rlimitNames[u.Name]) = to
	}
	return &l
}

// environment is the first process's. moby: container/container_unix.go, CreateDaemonEnvironment
func (ct *container) environment(tty bool, more []string) []string {
	env := []string{"PATH=" + proc.DefaultPath, "HOSTNAME=" + ct.config.Hostname}
	if tty {
		env = append(env, "TERM=xterm")
	}
	for _, list := range [][]string{ct.config.Env, more} {
		for _, kv := range list {
			env = setEnv(env, kv)
		}
	}
	return env
}

// setEnv replaces a variable, appends it, or, without a value, takes it away.
func setEnv(env []string, kv string) []string {
	name, _, valued := strings.Cut(kv, "=")
	i := slices.IndexFunc(env, func(old string) bool { return strings.HasPrefix(old, name+"=") })
	switch {
	case i >= 0 && valued:
		env[i] = kv
	case i >= 0:
		return slices.Delete(env, i, i+1)
	case valued:
		return append(env, kv)
	}
	return env
}

// withHome adds HOME as runc does when nobody set it.
func withHome(env []string, home string) []string {
	if slices.ContainsFunc(env, func(kv string) bool { return strings.HasPrefix(kv, "HOME=") }) {
		return env
	}
	return append(env, "HOME="+either(home, "/"))
}

// launch starts the first process. opencontainers/runc: libcontainer/standard_init_linux.go
func (ct *container) launch(r *running, because []sim.EventID) error {
	e := ct.e
	v := r.mounts.View(vfs.Root())
	who, err := lookUser(v, ct.config.User, ct.host.GroupAdd)
	if err != nil {
		return api.Errorf(api.InvalidParameter, "%s", err)
	}
	spec := proc.Spec{
		Args: slices.Concat([]string{ct.path}, ct.args), Env: withHome(ct.environment(ct.config.Tty, nil), who.home),
		View: v, Namespaces: r.ns, Cgroup: r.cgroup, Creds: who.creds(ct.capabilities()), NoNewPrivs: ct.noNewPrivileges(),
		Rlimits: ct.rlimits(), OOMAdj: ct.host.OomScoreAdj, Parent: e.daemon,
	}
	spec.Because = e.sim.Log.Add("docker.container.launch", ct.name, nil, because...)
	if err := enter(v, &spec, either(ct.config.WorkingDir, "/")); err != nil {
		return err
	}
	ct.wrapInit(&spec)
	ct.openStdio(r, &spec)
	ct.run = r
	ct.state = state{running: true, started: e.now(), exit: 0, finished: ct.state.finished}
	if r.init, err = e.startProcess(spec); err != nil {
		ct.run, ct.state = nil, state{finished: ct.state.finished}
		return &ociError{goWords(err)}
	}
	ct.state.pid = r.init.PID()
	r.cgroup.OnOOM(func(victim *proc.Process) { ct.onOOM(victim.LastSignal()) })
	r.init.OnExit(func(s proc.Status) { ct.initEnded(r, s) })
	return nil
}

func (ct *container) onOOM(because sim.EventID) {
	if ct.run == nil || ct.state.oom {
		return
	}
	ct.state.oom = true
	ct.logEvent("oom", nil, because)
}

// enter goes to the working directory and looks for the program, as whom it will run as.
func enter(v *vfs.View, spec *proc.Spec, dir string) error {
	as := v.As(vfs.Cred{
		UID: spec.Creds.EUID, GID: spec.Creds.EGID, Groups: spec.Creds.Groups, Caps: vfs.Caps(spec.Creds.Effective),
	})
	if err := as.Chdir(dir); err != nil {
		return ociErrorf("chdir to cwd (%q) set in config.json failed: %s", dir, goWords(err))
	}
	v.Chdir(dir) // who builds it may go wherever the user may
	p, err := lookProgram(as, spec.Args[0], spec.Env)
	if err != nil {
		return err
	}
	spec.Path = p
	return nil
}

// lookProgram is Go's exec.LookPath with its errors.
func lookProgram(v *vfs.View, name string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		if why := notExecutable(v, name); why != "" {
			return "", ociErrorf("exec: %q: %s", name, why)
		}
		return name, nil
	}
	search := ""
	for _, kv := range env {
		if p, ok := strings.CutPrefix(kv, "PATH="); ok {
			search = p
		}
	}
	for dir := range strings.SplitSeq(search, ":") {
		if p := strings.TrimSuffix(either(dir, "."), "/") + "/" + name; notExecutable(v, p) == "" {
			return p, nil
		}
	}
	return "", ociErrorf("exec: %q: executable file not found in $PATH", name)
}

func notExecutable(v *vfs.View, p string) string {
	st, err := v.Stat(p)
	switch {
	case err != nil:
		return "stat " + p + ": " + goWords(err)
	case st.IsDir():
		return "is a directory: permission denied"
	case v.Access(p, 1) != nil || st.Mode&0o111 == 0:
		return "permission denied"
	}
	return ""
}

// startProcess starts a process. A file that cannot be executed after all is noticed by the process itself, when runc
// is out of the way: it says so on its standard error and ends with 255.
func (e *Engine) startProcess(spec proc.Spec) (*proc.Process, error) {
	defer func() {
		if ns := spec.Namespaces.PID; ns != nil && ns != e.kernel.Namespaces().PID {
			ns.Skip(runcThreads)
		}
	}()
	p, err := e.kernel.Start(spec)
	if err == nil || err == proc.EAGAIN || spec.Program != nil {
		return p, err
	}
	why := "exec " + spec.Path + ": " + goWords(err) + "\n"
	spec.Program = func(s proc.Sys) proc.ExitCode {
		s.Write(2, []byte(why))
		return 255
	}
	return e.kernel.Start(spec)
}

// runcThreads is how many threads runc has, besides the first one, when it becomes the container's process: each had a
// number in its namespace. Counted in recordings.
const runcThreads = 5

// volumeEvents tells which volumes come and go with a run.
func (ct *container) volumeEvents(action string, because []sim.EventID) {
	for _, m := range ct.mounts {
		if m.kind != api.MountVolume {
			continue
		}
		attrs := map[string]string{"driver": m.driver, "container": ct.id}
		if action == "mount" {
			maps.Copy(attrs, map[string]string{
				"destination": m.dest, "read/write": fmt.Sprint(!m.readOnly), "propagation": m.propagation,
			})
		}
		ct.e.emit(api.EventVolume, action, m.name, m.name, attrs, append(because, ct.cause)...)
	}
}

// dropRuntime gives back what a run had.
func (ct *container) dropRuntime(r *running) {
	ct.hideRoot()
	r.mounts = nil
	for _, f := range r.temps {
		f.Destroy()
	}
	for _, vol := range r.volumes {
		ct.e.leaveVolume(vol)
	}
	r.temps, r.volumes = nil, nil
	r.cgroup.Remove()
}
