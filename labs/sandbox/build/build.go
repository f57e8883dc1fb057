// Package build makes images from Dockerfiles, as BuildKit does: it reads the file with BuildKit's own parser, works
// out what each stage needs (plan), does the steps that it has not done before (cache), and puts the result into the
// store.
//
// Laws:
//   - A plan is made completely before a step is done: what is wrong with the file is said before anything happens.
//   - A step's key is made of what it depends on and nothing else: the key of what it lies on, its own words, and for
//     copies and bind mounts the names, modes, owners and contents of the files, not their times. Equal keys, equal
//     layers. A copy with --link does not depend on what it lies on.
//   - A step that is not found in the cache says why, as an event: build.cache.miss.
//   - A layer has what a step changed and nothing else.
//   - What is not simulated is refused by name, before anything happens: other platforms, remote sources of ADD, RUN
//     with the host's network or with devices.
//   - Every Dockerfile comes to an end in bounded memory: what its variables grow to is counted (maxRoom).
//
// Left out: BuildKit's frontends other than the built-in one (# syntax= is accepted and not followed), SBOMs, exporters
// other than the image store, steps of different stages at the same time.
package build

import (
	"time"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// Request is a build as asked for.
type Request struct {
	Dockerfile []byte
	Name       string // of the Dockerfile, as messages show it
	Missing    error  // why there is no Dockerfile; nil: there is
	NoSource   bool   // nothing came where a Dockerfile should have
	Context    *vfs.View
	Archive    []byte // a tar file, packed or not, with the context and the Dockerfile
	Tags       []image.Reference
	Args       map[string]string
	Labels     map[string]string
	Secrets    map[string][]byte
	Target     string        // a stage; "" is the last one
	Check      bool          // only say what is wrong with the Dockerfile: of all stages if there is no Target
	Bare       bool          // without attestations
	Pull       bool          // ask the registries for newer images
	NoNetwork  bool          // for RUN
	NoCache    bool          // do every step
	NotCached  []string      // do every step of these stages
	Report     func(Event)   // is told how far it is
	Pulse      time.Duration // how often it is told that a process still runs; 0 is never
}

// Worker does for a build what only the engine can do.
type Worker struct {
	Store *image.Store
	Disk  *vfs.Disk
	Now   func() time.Time
	Cache *Cache
	// Find is the image that a FROM means, and how to get what of it is not here; nil: it is. fresh asks its registry
	// although it is here.
	Find func(ref image.Reference, fresh bool) (*image.Image, Fetch, error)
	// Run runs a process over layers and returns what it changed.
	Run func(Process) (*vfs.Layer, error)
	// Wait lets time pass. It fails when whoever asked for the build is gone.
	Wait func(time.Duration) error
	// Note adds to the world's log, and says what the entry is called. because are entries that led to it.
	Note func(rule, subject, detail string, because ...Note) Note
}

// Note names an entry of the world's log. The zero Note names none.
type Note uint64

// Fetch gets an image from its registry, and says what it got and how long that took. The image stays until release.
type Fetch func(say func(text string, took time.Duration)) (release func(), err error)

// Process is what a RUN runs.
type Process struct {
	Base      *image.Image
	Args      []string
	Env       []string
	Proxy     []string // further variables, on which nothing depends
	User      string
	Dir       string
	Mounts    []Mount
	NoNetwork bool
	Output    func([]byte)
	Pulse     time.Duration // how often Running is called; 0 is never
	Running   func()
}

// EventKind is what an Event says about a step.
type EventKind int

// The kinds of events.
const (
	Begun    EventKind = iota // Text is the step's name
	Status                    // Text is what it does; Done that this is over
	Output                    // Text is what its process printed
	Running                   // its process still runs
	Warning                   // Text is what is wrong with the Dockerfile
	Finished                  // the step is done
	Cached                    // it was done before
	Failed                    // Text is why
	Canceled                  // another step failed
	Planned                   // Step is how many steps are known by now; more may come
)

// Event is one thing that happens in a build.
type Event struct {
	Step int // from 1
	Kind EventKind
	Text string
	Took time.Duration
	Done bool
}

// Result is an image that was built.
type Result struct {
	ID       image.Digest
	Warnings []Lint
}

// Lint is a warning about a Dockerfile.
type Lint struct {
	Rule        string
	Line        int    // 0: the whole file
	Detail      string // what is wrong
	Text        string // all of these
	Description string // what the rule is for
	URL         string
	Excerpt     string // the lines that it is about
}

// Error is a build that failed. Its text is what comes behind "ERROR: failed to build: failed to solve: ".
type Error struct {
	Text     string
	Step     string   // the name of the step that failed, "" if it is the file
	Output   []string // what the step printed, each with its time
	Excerpt  string   // the lines of the Dockerfile that it is about
	Warnings []Lint
}

func (e *Error) Error() string { return e.Text }

// Run builds.
func Run(w Worker, r Request) (Result, error) {
	b := &builder{w: w, r: r, begun: w.Now(), started: map[int]time.Time{}, results: map[*stage]*result{}, holding: true}
	id, err := b.build()
	b.release()
	if err != nil {
		return Result{}, b.failed(err)
	}
	return Result{ID: id, Warnings: b.warnings}, nil
}

// builder is a build as it runs.
type builder struct {
	w        Worker
	r        Request
	step     int
	started  map[int]time.Time
	current  string   // the name of the step that runs
	output   []string // what it has printed
	partial  string
	warnings []Lint
	holding  bool    // events are kept back, as more may come of the first step
	held     []Event // these
	plan     *plan
	begun    time.Time
	context  *tree
	results  map[*stage]*result // of the stages that are done
}

func (b *builder) build() (image.Digest, error) {
	if err := b.readDockerfile(); err != nil {
		return "", err
	}
	if err := b.findBases(); err != nil {
		return "", err
	}
	if err := b.readIgnore(); err != nil {
		return "", err
	}
	if err := b.plan.dispatch(); err != nil {
		return "", err
	}
	b.release()
	if b.r.Check {
		return "", nil
	}
	last, err := b.solve(b.plan.target)
	if err != nil {
		return "", err
	}
	return b.export(last)
}
