package sandbox

import (
	"fmt"
	"iter"
	"time"

	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/sim"
)

// Start is the time of day at which worlds begin unless asked otherwise: a Wednesday morning.
var Start = time.Date(2026, 9, 2, 9, 0, 0, 0, time.UTC)

// Config is a world as asked for. The zero value is a world with one host named docker-host.
type Config struct {
	Seed   uint64
	Start  time.Time    // zero: Start
	Hosts  []HostConfig // none: one zero HostConfig
	Limits sim.Limits   // zero fields: DefaultLimits
}

// DefaultLimits are enough for a long evening, and end what runs away.
func DefaultLimits() sim.Limits {
	return sim.Limits{
		Steps: 2e9, Bytes: 96 << 20, Memory: 96 << 20, Processes: 4096, OpenFiles: 1 << 16, Output: 24 << 20,
	}
}

// World is simulated machines that share a time.
type World struct {
	config Config
	sim    *sim.Sim
	fabric *netsim.Fabric
	lan    *lan // nil before there is a host
	hosts  []*Host
}

// New makes a world and boots its hosts.
func New(c Config) (*World, error) {
	if c.Start.IsZero() {
		c.Start = Start
	}
	if len(c.Hosts) == 0 {
		c.Hosts = []HostConfig{{}}
	}
	fillLimits(&c.Limits)
	w := &World{config: c, sim: sim.New(sim.Config{Seed: c.Seed, Start: c.Start, Limits: c.Limits})}
	w.fabric = netsim.New(w.sim)
	for _, hc := range c.Hosts {
		h, err := newHost(w, hc)
		if err != nil {
			w.Close()
			return nil, err
		}
		if w.Host(h.Name()) != nil {
			w.Close()
			return nil, fmt.Errorf("sandbox: two hosts are named %s", h.Name())
		}
		w.hosts = append(w.hosts, h)
	}
	return w, nil
}

func fillLimits(l *sim.Limits) {
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
}

// Close ends everything that runs in the world.
func (w *World) Close() { w.sim.Close() }

// Host is the machine of this name, or nil. The empty name is the first one.
func (w *World) Host(name string) *Host {
	for _, h := range w.hosts {
		if h.Name() == name || name == "" {
			return h
		}
	}
	return nil
}

// Now is the time of day in the world.
func (w *World) Now() time.Time { return w.sim.Now() }

// Elapsed is how long the world has run.
func (w *World) Elapsed() time.Duration { return w.sim.Elapsed() }

// AdvanceTo lets the world go on until so much time has passed since it began. What happens does not depend on how
// often it is called on the way: a world in which keys are typed at the same times is the same world. It comes back
// early when it is interrupted or the world's steps are used up.
func (w *World) AdvanceTo(elapsed time.Duration) sim.Reason {
	if elapsed <= w.sim.Elapsed() {
		return sim.Finished
	}
	return w.sim.Advance(elapsed - w.sim.Elapsed())
}

// Next is when something happens next by itself, counted since the world began; false if nothing ever will.
func (w *World) Next() (elapsed time.Duration, ok bool) {
	at, ok := w.sim.Next()
	return at.Sub(w.sim.Start()), ok
}

// Busy reports whether some program could go on at once.
func (w *World) Busy() bool { return w.sim.Busy() }

// Over reports whether the world has done all the work that it may: nothing happens in it any more.
func (w *World) Over() bool { return w.sim.Budget.Steps.Full() }

// Activity grows whenever something happens: two looks at a world with the same activity between them see the same.
func (w *World) Activity() uint64 { return uint64(w.sim.Log.Last()) + uint64(w.sim.Switches()) }

// Work is how many steps the world's programs have taken together.
func (w *World) Work() int64 { return w.sim.Steps() }

// Interrupt makes AdvanceTo and Session.Run come back soon. It may be called from any goroutine.
func (w *World) Interrupt() { w.sim.Interrupt() }

// Log is what has happened in the host's world, and why. Nobody but the world writes to it.
func (h *Host) Log() *sim.Log { return h.world.sim.Log }

// Events are what has happened after an event, oldest first; zero is the beginning.
func (w *World) Events(after sim.EventID) iter.Seq[sim.Event] { return w.sim.Log.Since(after) }
