package engine

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/build"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/registry"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// ImageBuild builds an image of a Dockerfile. moby: daemon/internal/builder-next/builder.go
func (e *Engine) ImageBuild(c api.Caller, r build.Request) (build.Result, error) {
	if err := e.up(); err != nil {
		return build.Result{}, err
	}
	if c.Outside() {
		return build.Result{}, api.Errorf(api.Unavailable, "nobody is there to wait for a build")
	}
	return build.Run(build.Worker{
		Store: e.images, Disk: e.disk, Now: e.now, Cache: e.builds,
		Find: func(ref image.Reference, fresh bool) (*image.Image, build.Fetch, error) {
			return e.baseImage(c, ref, fresh)
		},
		Run:  func(p build.Process) (*vfs.Layer, error) { return e.runStep(c, p) },
		Wait: func(d time.Duration) error { _, err := c.Sys.Sleep(d); return err },
		Note: func(rule, subject, detail string, because ...build.Note) build.Note {
			causes := []sim.EventID{c.Cause()}
			for _, b := range because {
				causes = append(causes, sim.EventID(b))
			}
			return build.Note(e.sim.Log.Add(sim.Rule(rule), subject, sim.Text(detail), causes...))
		},
	}, r)
}

// imageLayers tells which layers images have.
func (e *Engine) imageLayers() func(*image.Layer) bool {
	has := map[image.Digest]bool{}
	for _, r := range e.images.Records() {
		e.images.Content().Walk(r.Target, func(d image.Descriptor) bool {
			has[d.Digest] = true
			return true
		})
	}
	return func(l *image.Layer) bool { return has[l.Descriptor.Digest] }
}

// BuildCachePrune forgets steps that were done. Layers that images have stay with them.
func (e *Engine) BuildCachePrune(_ api.Caller, o api.BuildCachePruneOptions) (api.BuildCachePruned, error) {
	var pruned api.BuildCachePruned
	if err := e.up(); err != nil {
		return pruned, err
	}
	p, err := e.pruneOptions(o)
	if err != nil {
		return pruned, err
	}
	for _, r := range e.builds.Prune(p, e.imageLayers()) {
		pruned.CachesDeleted = append(pruned.CachesDeleted, r.ID)
		pruned.Records = append(pruned.Records, cacheRecord(r))
		if !r.Shared {
			pruned.SpaceReclaimed += uint64(r.Size)
		}
	}
	if o.All {
		e.collect() // bases that no image needs
	}
	return pruned, nil
}

// pruneOptions reads the filters of a prune. Labels say nothing of the cache. moby:
// daemon/internal/builder-next/builder.go, toBuildkitPruneInfo
func (e *Engine) pruneOptions(o api.BuildCachePruneOptions) (build.Prune, error) {
	p := build.Prune{All: o.All}
	for _, name := range sortedKeys(o.Filters) {
		switch values := o.Filters[name]; name {
		case "until", "unused-for":
			if len(values) != 1 {
				return p, api.Errorf(api.InvalidParameter, "%q filter expects only one value", name)
			}
			age, err := time.ParseDuration(values[0])
			if err != nil {
				return p, api.Errorf(api.InvalidParameter, "%q filter expects a duration (e.g., '24h'): %s", name, err)
			}
			p.Before = e.now().Add(-age)
		case "id", "parent", "type", "description", "inuse", "shared", "private":
			return p, api.Errorf(api.InvalidParameter, "filter %q of the build cache is not simulated", name)
		}
	}
	return p, nil
}

// cacheUsage is what the builder remembers. moby: daemon/internal/builder-next/builder.go, DiskUsage
func (e *Engine) cacheUsage(verbose bool) *api.Usage[api.BuildCache] {
	u := &api.Usage[api.BuildCache]{}
	for _, r := range e.builds.Records(e.imageLayers()) {
		u.TotalCount, u.TotalSize = u.TotalCount+1, u.TotalSize+r.Size
		if r.InUse {
			u.ActiveCount++
		} else if !r.Shared {
			u.Reclaimable += r.Size
		}
		if verbose {
			u.Items = append(u.Items, cacheRecord(r))
		}
	}
	return u
}

func cacheRecord(r build.Record) api.BuildCache {
	return api.BuildCache{
		ID: r.ID, Type: r.Kind, Description: r.Description, InUse: r.InUse, Shared: r.Shared, Size: r.Size,
		CreatedAt: r.Made, LastUsedAt: &r.Used, UsageCount: r.Uses,
	}
}

// baseImage is the image that a FROM means: one that is here, or from its registry. BuildKit keeps the latter as
// content without a name. moby: daemon/internal/builder-next/adapters/containerimage/pull.go
func (e *Engine) baseImage(c api.Caller, ref image.Reference, fresh bool) (*image.Image, build.Fetch, error) {
	rec, err := e.images.Find(ref.String())
	if err == nil && !fresh {
		i, err := e.images.Open(rec.Target.Digest, nil)
		return i, nil, err
	}
	i, begin, err := e.client().Fetch(ref, registry.Auth{})
	switch {
	case errors.Is(err, registry.ErrDenied):
		return nil, nil, errors.New("pull access denied, repository does not exist or may require authorization: " +
			"server message: insufficient_scope: authorization failed")
	case err != nil:
		return nil, nil, errors.New(strings.TrimPrefix(err.Error(), fmt.Sprintf("failed to resolve reference %q: ", ref)))
	}
	return i, func(say func(string, time.Duration)) (func(), error) {
		f := &fetching{e: e, c: c, image: i, began: e.now(), say: say}
		return f.all(begin())
	}, nil
}

// fetching is an image on its way to a builder.
type fetching struct {
	e     *Engine
	c     api.Caller
	image *image.Image
	began time.Time
	say   func(string, time.Duration)
}

// all gets the image, and returns what lets go of it. A client that is killed meanwhile lets go of it, too.
func (f *fetching) all(t *registry.Transfer) (func(), error) {
	defer t.Close()
	i := f.image
	held := []image.Digest{i.Target.Digest, i.Descriptor.Digest, i.Manifest.Config.Digest}
	for _, d := range i.Manifest.Layers {
		held = append(held, d.Digest)
	}
	f.e.images.Hold(held...)
	release, whole := func() { f.e.images.Release(held...) }, false
	defer func() {
		if !whole {
			release()
		}
	}()
	for s, more := t.Next(); more; s, more = t.Next() {
		_, err := f.c.Sys.Sleep(s.After)
		if err == nil {
			err = s.Apply()
		}
		if err != nil {
			return nil, err
		}
		f.show(s.Message)
	}
	whole = true
	return release, nil
}

// show says what became of a layer, as BuildKit does. buildkit: util/pull/pullprogress/progress.go
func (f *fetching) show(m registry.Message) {
	for _, d := range f.image.Manifest.Layers {
		if d.Digest.Short() != m.ID {
			continue
		}
		switch m.Status {
		case "Download complete":
			n := build.Size(d.Size)
			f.say(fmt.Sprintf("%s %s / %s", d.Digest, n, n), f.e.now().Sub(f.began))
		case "Pull complete":
			f.say("extracting "+string(d.Digest), f.e.now().Sub(f.began))
		default:
			continue
		}
		f.began = f.e.now()
	}
}

// exitError is a RUN that did not succeed.
type exitError struct{ status proc.Status }

func (x *exitError) Error() string { return fmt.Sprintf("exit code: %d", x.status.Code()) }

// prepareTime is what BuildKit takes before a process runs, besides what runc takes: a snapshot, a network, a bundle.
const prepareTime = 150 * time.Millisecond

// runStep runs the process of a RUN in a container of its own, which nobody sees, and returns what it changed.
// buildkit: executor/runcexecutor/executor.go
func (e *Engine) runStep(c api.Caller, p build.Process) (*vfs.Layer, error) {
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
	e.work(c, prepareTime+startTime)
	if err := ct.makeNamespaces(r); err != nil {
		return nil, err
	}
	if err := ct.joinStep(r, p); err != nil {
		return nil, err
	}
	r.pts = e.kernel.NewPTS()
	stubs := ct.stubs(p)
	if err := ct.rootWith(r, func(v *vfs.View) error { return ct.mountStep(v, p) }); err != nil {
		return nil, err
	}
	if err := ct.runStepProcess(c, r, p); err != nil {
		return nil, err
	}
	ct.dropStubs(stubs)
	return build.Changed(ct.root.Seal(), ct.base.files, e.disk)
}

// stepContainer has what a container needs to run, and no name. It lies over the image as it is: only containers of
// the engine have a /.dockerenv.
func (e *Engine) stepContainer(p build.Process) (*container, error) {
	ct := &container{
		e: e, id: e.newID(), created: e.now(), image: p.Base, path: p.Args[0], args: p.Args[1:],
		config: api.ContainerConfig{
			Hostname: "buildkitsandbox", User: p.User, Env: p.Env, WorkingDir: either(p.Dir, "/"),
		},
	}
	ct.setDefaults()
	files, err := e.images.Unpack(p.Base)
	if err != nil {
		return nil, err
	}
	ct.base = &base{files: files}
	if ct.root, err = e.disk.NewContainer(files, ct.id); err != nil {
		return nil, e.noSpace(err, ct.hostDir())
	}
	if err := e.host.MkdirAll(ct.hostDir(), 0o710); err != nil {
		return nil, e.noSpace(err, ct.hostDir())
	}
	return ct, nil
}

// joinStep gives a RUN its place in the default network. It has no name there, and nobody is told of it. moby:
// daemon/internal/builder-next/executor_linux.go, bridgeProvider
func (ct *container) joinStep(r *running, p build.Process) error {
	ct.sandbox = ct.e.dock.NewSandbox(ct.sandboxOptions())
	r.ns.Net = ct.sandbox.Stack()
	if err := ct.writeNetFiles(); err != nil || p.NoNetwork {
		return err
	}
	n, err := ct.e.dock.Find("bridge")
	if err != nil {
		return netError(err)
	}
	if _, err := ct.sandbox.Join(n, dockernet.EndpointOptions{Origin: "docker build"}); err != nil {
		return netError(err)
	}
	return nil
}

// stepFiles are the files of the builder's that a RUN sees.
func stepFiles() []string { return []string{"resolv.conf", "hosts"} }

// mountStep mounts what a RUN sees besides its files.
func (ct *container) mountStep(v *vfs.View, p build.Process) error {
	for _, f := range stepFiles() {
		if err := ct.bind(v, ct.hostDir()+"/"+f, "/etc/"+f, 0); err != nil {
			return err
		}
	}
	for _, m := range p.Mounts {
		if err := ct.mountGiven(v, m); err != nil {
			return err
		}
	}
	return nil
}

func (ct *container) mountGiven(v *vfs.View, m build.Mount) error {
	from := vfs.NewMounts(m.FS, 0).View(vfs.Root())
	at, dir, err := place(from, m.Source)
	if err != nil {
		return fmt.Errorf("failed to stat %s: %s", m.Source, goWords(err))
	}
	if err := ct.makePoint(v, m.Source, m.Target, dir); err != nil {
		return err
	}
	flags := vfs.MountFlags(0)
	if m.ReadOnly {
		flags = vfs.MS_RDONLY
	}
	if _, err := v.BindPlace(at, m.Target, flags, false); err != nil {
		return ociErrorf("error mounting %q to rootfs at %q: %s", m.Source, m.Target, goWords(err))
	}
	return nil
}

// stubs lists the places where something is going to be mounted and where nothing is, inner ones first.
// buildkit: executor/stubs.go, MountStubsCleaner
func (ct *container) stubs(p build.Process) []string {
	v := vfs.NewMounts(ct.root.FS, 0).View(vfs.Root())
	var points, missing []string
	for _, f := range stepFiles() {
		points = append(points, "/etc/"+f)
	}
	for _, m := range p.Mounts {
		points = append(points, m.Target)
	}
	for _, at := range points {
		for ; at != "/"; at = path.Dir(at) {
			if _, err := v.Lstat(at); err == nil {
				break
			}
			missing = append(missing, at)
		}
	}
	return missing
}

// dropStubs removes these places if they are still empty, as if they had never been.
func (ct *container) dropStubs(list []string) {
	v := vfs.NewMounts(ct.root.FS, 0).View(vfs.Root())
	for _, at := range list {
		st, err := v.Lstat(at)
		parent, errParent := v.Lstat(path.Dir(at))
		if err != nil || errParent != nil {
			continue
		}
		switch {
		case st.IsDir():
			err = v.Rmdir(at) // fails if something is in it
		case st.Size == 0:
			err = v.Unlink(at)
		}
		if err == nil {
			mtime := vfs.TimeAt(parent.Mtime)
			v.Utimes(path.Dir(at), mtime, mtime) //nolint:errcheck // root may
		}
	}
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
	input := e.kernel.NewInput(nil)
	input.End()
	spec := proc.Spec{
		Args: p.Args, Env: withHome(slices.Concat(p.Env, p.Proxy), who.home), View: v, Namespaces: r.ns, Cgroup: r.cgroup,
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
		pulse := e.pulse(p, &news)
		if err := c.Wait(&news, "build"); err != nil {
			return err
		}
		if pulse != nil && !pulse.Stop() {
			p.Running()
		}
	}
	if status := r.init.Status(); status.Code() != 0 {
		return &exitError{status}
	}
	return nil
}

// pulse wakes whoever waits for a step's process, to show that it still runs.
func (e *Engine) pulse(p build.Process, news *proc.Queue) *sim.Timer {
	if p.Pulse == 0 {
		return nil
	}
	return e.sim.After(p.Pulse, news.Wake)
}

// notStarted is what runc says of a process that it cannot start: to the one who reads the output, and with code 1.
func notStarted(p build.Process, err error) error {
	const failed = "runc run failed: unable to start container process: error during container init: "
	p.Output([]byte(failed + err.Error() + "\n"))
	return errors.New("exit code: 1")
}
