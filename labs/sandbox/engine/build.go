package engine

import (
	"errors"
	"fmt"
	"io"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/build"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// ImageBuild builds an image of a Dockerfile. moby: daemon/internal/builder-next/builder.go
func (e *Engine) ImageBuild(c api.Caller, r build.Request) (build.Result, error) {
	if err := e.up(); err != nil {
		return build.Result{}, err
	}
	if e.builds == nil {
		e.builds = build.NewCache()
	}
	return build.Run(build.Worker{
		Store: e.images, Disk: e.disk, Now: e.now, Cache: e.builds,
		Find: func(ref image.Reference) (*image.Image, error) { return e.baseImage(c, ref) },
		Run:  func(p build.Process) (*vfs.Layer, error) { return e.runStep(c, p) },
		Note: func(rule, subject, detail string) {
			e.sim.Log.Add(sim.Rule(rule), subject, sim.Text(detail), c.Cause())
		},
	}, r)
}

// BuildPrune forgets steps that were done. Layers that images have stay with them.
func (e *Engine) BuildPrune(_ api.Caller, all bool) (api.BuildPruned, error) {
	if err := e.up(); err != nil || e.builds == nil {
		return api.BuildPruned{}, err
	}
	used := func(l *image.Layer) bool { return e.images.Content().Has(l.Descriptor.Digest) }
	return api.BuildPruned{SpaceReclaimed: e.builds.Prune(all, used)}, nil
}

// baseImage is the image that a FROM means: one that is here, or from its registry.
func (e *Engine) baseImage(c api.Caller, ref image.Reference) (*image.Image, error) {
	rec, err := e.images.Find(ref.String())
	if err != nil {
		if err := e.pullBase(c, ref); err != nil {
			return nil, err
		}
		if rec, err = e.images.Find(ref.String()); err != nil {
			return nil, err
		}
	}
	return e.images.Open(rec.Target.Digest, nil)
}

func (e *Engine) pullBase(c api.Caller, ref image.Reference) error {
	progress, err := e.ImagePull(c, ref.String(), api.PullOptions{})
	if err != nil {
		return err
	}
	defer progress.Close()
	for {
		p, err := progress.Next(c)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if p.Error != nil {
			return errors.New(p.Error.Message)
		}
	}
}

// exitError is a RUN that did not succeed.
type exitError struct{ status proc.Status }

func (x *exitError) Error() string { return fmt.Sprintf("exit code: %d", x.status.Code()) }

// runStep runs the process of a RUN in a container of its own, which nobody sees, and returns what it changed.
// buildkit: executor/runcexecutor/executor.go
func (e *Engine) runStep(c api.Caller, p build.Process) (*vfs.Layer, error) {
	if c.Outside() {
		return nil, api.Errorf(api.Unavailable, "nobody is there to wait for a build")
	}
	ct, err := e.stepContainer(p)
	if err != nil {
		return nil, err
	}
	r := &running{cgroup: ct.cgroupOf()}
	defer func() {
		if r.init != nil && !r.init.Done() {
			r.init.Signal(proc.SIGKILL) // whoever waited for it is gone
		}
		ct.disconnectAll()
		ct.dropRuntime(r)
		ct.root.Destroy()
		removeTree(e.host, ct.hostDir())
	}()
	e.work(c, startTime)
	if err := ct.makeNamespaces(r); err != nil {
		return nil, err
	}
	r.pts = e.kernel.NewPTS()
	if err := ct.buildRoot(r); err != nil {
		return nil, err
	}
	if err := ct.runStepProcess(c, r, p); err != nil {
		return nil, err
	}
	return build.Changed(ct.root.Seal(), ct.base.files, e.disk)
}

// stepContainer has what a container needs to run, and no name.
func (e *Engine) stepContainer(p build.Process) (*container, error) {
	ct := &container{
		e: e, id: e.newID(), created: e.now(), image: p.Base, path: p.Args[0], args: p.Args[1:],
		config: api.ContainerConfig{
			Hostname: "buildkitsandbox", User: p.User, Env: p.Env, WorkingDir: either(p.Dir, "/"),
		},
		host: api.HostConfig{NetworkMode: "none"},
	}
	ct.setDefaults()
	var err error
	if ct.base, err = e.baseOf(p.Base); err != nil {
		return nil, err
	}
	if ct.root, err = e.disk.NewContainer(ct.base.files, ct.id); err != nil {
		return nil, e.noSpace(err, ct.hostDir())
	}
	if err := e.host.MkdirAll(ct.hostDir(), 0o710); err != nil {
		return nil, e.noSpace(err, ct.hostDir())
	}
	ct.sandbox = e.dock.NewSandbox(ct.sandboxOptions())
	return ct, ct.writeNetFiles()
}

// runStepProcess runs it to its end.
func (ct *container) runStepProcess(c api.Caller, r *running, p build.Process) error {
	e := ct.e
	v := r.mounts.View(vfs.Root())
	who, err := lookUser(v, p.User, nil)
	if err != nil {
		return err
	}
	var news proc.Queue
	var said []byte
	out := e.kernel.NewOutput(func(b []byte) { said = append(said, b...); news.Wake() })
	input := e.kernel.NewInput([]byte(p.Input))
	input.End()
	spec := proc.Spec{
		Args: p.Args, Env: withHome(ct.environment(false, nil), who.home), View: v, Namespaces: r.ns, Cgroup: r.cgroup,
		Creds: who.creds(ct.capabilities()), Rlimits: ct.rlimits(), Parent: e.daemon, Because: c.Cause(),
		Files: map[int]proc.Handle{0: input, 1: out, 2: out},
	}
	if err := enter(v, &spec, ct.config.WorkingDir); err != nil {
		return notStarted(p, err)
	}
	if r.init, err = e.startProcess(spec); err != nil {
		return notStarted(p, &ociError{goWords(err)})
	}
	ended := false
	r.init.OnExit(func(proc.Status) { ended = true; news.Wake() })
	for {
		if text := said; len(text) > 0 {
			said = nil
			p.Output(text)
			continue
		}
		if ended {
			break
		}
		if err := c.Wait(&news, "build"); err != nil {
			return err
		}
	}
	if status := r.init.Status(); status.Code() != 0 {
		return &exitError{status}
	}
	return nil
}

// notStarted is what runc says of a process that it cannot start: to the one who reads the output, and with code 1.
func notStarted(p build.Process, err error) error {
	p.Output([]byte("runc run failed: unable to start container process: error during container init: " + err.Error() + "\n"))
	return errors.New("exit code: 1")
}
