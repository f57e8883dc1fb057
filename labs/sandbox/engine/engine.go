// Package engine is dockerd: containers, images, builds, volumes and networks on one simulated machine, behind the
// interfaces of api.
//
// A container is an image with a writable layer (vfs.Container), mounts, namespaces, a control group and a first
// process. The engine makes these as moby, containerd and runc do together, in their order, and says what they say.
// One verb of the API is one file; its comment names moby's.
//
// Laws:
//   - What a verb refuses, it refuses before anything changes, in Docker's words, with the events that led to it.
//   - Only waiting makes a caller wait. What goes on after a call (a grace period, a restart, a health check) belongs
//     to the engine's timers, so that a client that is killed meanwhile leaves nothing half done.
//   - What the engine keeps on disk is on the host's disk, where it really is: volumes, logs, /etc/hosts of containers.
//   - Ids, names and addresses come from the world's seed.
//
// Simplifications: networks are package dockernet's, with what it leaves out; of daemon.json the log's defaults and the
// address pools are read, and other keys are refused. Volumes need the driver local, with tmpfs and bind options. Log
// drivers are json-file, local and none; local writes the lines of json-file. Checkpoints, swarm, plugins, user
// namespaces, cgroup parents, SELinux, AppArmor and seccomp profiles are not there. CPU shares, cpusets, block I/O and
// device rules are checked and shown, but nothing follows from them.
// Mount propagation is always private.
package engine

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
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

var _ api.Engine = (*Engine)(nil)

// Config is an engine as asked for.
type Config struct {
	Sim    *sim.Sim
	Kernel *proc.Kernel
	Disk   *vfs.Disk
	Host   *vfs.View // root's view of the host's files

	Registry registry.Hosts                 // where images are pulled from and pushed to; nil: nobody answers
	Line     registry.Line                  // how fast that is
	Known    func(image.Digest) *image.Blob // content that an archive may mean without having it; may be nil

	Caps          proc.CapSet   // what the host's root has, and privileged containers get; 0 is all
	Release       string        // of the kernel; "" is proc.Release
	CgroupV1      bool          // the machine has the old control groups, as the recorded one has
	CPUs          int           // 0 is 2
	Memory        int64         // 0 is 25,276,510,208
	Nameserver    string        // in /etc/resolv.conf of containers; "" is 192.168.65.1
	MaxContainers int           // 0 is 12,000
	Daemon        *proc.Process // the parent of containers' first processes; nil: they have none
}

// Engine is an engine as it runs, or as it is stopped.
type Engine struct {
	c       Config
	sim     *sim.Sim
	kernel  *proc.Kernel
	disk    *vfs.Disk
	host    *vfs.View
	images  *image.Store
	id      string
	down    bool // the daemon does not run
	stopped sim.EventID
	config  daemonConfig
	leaving bool // it is being stopped

	stopping *task // its end

	ids, names          *rand.Rand
	qualities, surnames []string

	containers map[string]*container // by id
	order      []*container          // as they were created
	named      map[string]*container // by name, without the slash
	execs      map[string]*execution
	volumes    map[string]*volume
	bases      map[image.Digest]*base // images with what every container finds in them, by chain
	dock       *dockernet.Controller
	journal    journal
	daemon     *proc.Process
	sysfs      *vfs.FS                // /sys of all containers; nil until it is needed
	held       map[image.Digest]int64 // memory of layers that were made here, as charged
	snapshots  int                    // how many directories of layers there were
	builds     *build.Cache           // steps of builds
	shown      map[image.Digest]int   // layers, by the stack up to them, and the numbers of their directories
}

const (
	defaultMemory     = 25276510208
	defaultNameserver = "192.168.65.1"
	maxContainers     = 12_000
)

// New makes an engine that runs, with no container, no volume and no image.
func New(c Config) *Engine {
	setDefaults(&c)
	e := &Engine{
		c: c, sim: c.Sim, kernel: c.Kernel, disk: c.Disk, host: c.Host.Clone(), daemon: c.Daemon,
		ids: c.Sim.Chance("engine ids"), names: c.Sim.Chance("engine names"),
		qualities: strings.Fields(qualities), surnames: strings.Fields(surnames),
		containers: map[string]*container{}, named: map[string]*container{}, execs: map[string]*execution{},
		volumes: map[string]*volume{}, shown: map[image.Digest]int{},
		held: map[image.Digest]int64{}, bases: map[image.Digest]*base{}, builds: build.NewCache(),
	}
	e.id = e.newUUID()
	e.images = image.NewStore(image.StoreConfig{Now: e.sim.Now, Disk: c.Disk, Users: e.imageUsers, Known: c.Known})
	e.dock = dockernet.New(dockernet.Config{
		Host: e.kernel.Namespaces().Net, NewID: e.newID, Proxied: e.proxyProcess,
		Nameservers: func() []netip.Addr { return dockernet.Nameservers(e.resolvConf()) },
	})
	for _, dir := range strings.Fields("buildkit containers image network plugins rootfs runtimes swarm tmp volumes") {
		e.host.MkdirAll(dataRoot+"/"+dir, 0o710) // a host without a disk says so when something is needed there
	}
	e.host.WriteFile(dataRoot+"/engine-id", []byte(e.id), 0o600)
	return e
}

func setDefaults(c *Config) {
	if c.Caps == 0 {
		c.Caps = proc.AllCaps
	}
	if c.CPUs == 0 {
		c.CPUs = 2
	}
	if c.Memory == 0 {
		c.Memory = defaultMemory
	}
	if c.Nameserver == "" {
		c.Nameserver = defaultNameserver
	}
	if c.MaxContainers == 0 {
		c.MaxContainers = maxContainers
	}
	if c.Registry == nil {
		c.Registry = func(domain string) (*registry.Server, error) {
			return nil, fmt.Errorf("dial tcp: lookup %s: no such host", domain)
		}
	}
}

// Store is the engine's images.
func (e *Engine) Store() *image.Store { return e.images }

func (e *Engine) now() time.Time { return e.sim.Now() }

// work is the time that the daemon takes for something while its client waits.
func (e *Engine) work(c api.Caller, d time.Duration) {
	if !c.Outside() {
		c.Sys.Sleep(d) // a client that goes away earlier changes nothing
	}
}

// What the daemon takes, about: creating is a snapshot, starting is a shim and runc.
const (
	createTime = 12 * time.Millisecond
	startTime  = 40 * time.Millisecond
	settleTime = 10 * time.Millisecond // from the start of the process until the client hears of it
	removeTime = 6 * time.Millisecond
	resizeTime = time.Millisecond // a call of the shim: programs see each of two sizes that follow one another
)
