package engine

import (
	"fmt"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// healthcheck looks after one run of a container. moby: daemon/health.go
type healthcheck struct {
	api.Health
	config  image.Healthcheck
	run     *running
	started time.Time
	next    *sim.Timer
}

// What a health check does unless it says otherwise.
const (
	defaultInterval      = 30 * time.Second
	defaultProbeTimeout  = 30 * time.Second
	defaultStartInterval = 5 * time.Second
	defaultRetries       = 3
	resultsKept          = 5
	outputKept           = 4096
)

func (ct *container) hasHealth() bool {
	h := ct.config.Healthcheck
	return h != nil && len(h.Test) > 0 && h.Test[0] != "NONE"
}

// startHealth begins to look. moby: daemon/health.go, initHealthMonitor
func (ct *container) startHealth() {
	if !ct.hasHealth() {
		ct.health = nil
		return
	}
	h := &healthcheck{config: *ct.config.Healthcheck, run: ct.run, started: ct.e.now()}
	h.Status, h.Log = api.HealthStarting, []api.HealthResult{}
	ct.health = h
	ct.planProbe(h)
}

// stopHealth ends it. A container that does not run is unhealthy, says moby, unless nothing was found yet.
func (ct *container) stopHealth() {
	if h := ct.health; h != nil {
		h.next.Stop()
		h.run = nil
		if h.Status == api.HealthHealthy || h.Status == api.HealthStarting {
			h.Status = api.HealthUnhealthy
		}
	}
}

func (ct *container) planProbe(h *healthcheck) {
	wait := either(h.config.Interval, defaultInterval)
	if h.Status == api.HealthStarting && ct.e.now().Sub(h.started) < h.config.StartPeriod {
		wait = either(h.config.StartInterval, defaultStartInterval)
	}
	h.next = ct.later(wait, h.run, func() { ct.probe(h) })
}

// probe runs the check once, in the container, and looks at its exit code.
func (ct *container) probe(h *healthcheck) {
	if ct.state.paused {
		ct.planProbe(h)
		return
	}
	x := ct.newExec(api.ExecOptions{Cmd: ct.probeCommand(), User: ct.config.User, AttachStdout: true, AttachStderr: true})
	begin := ct.e.now()
	var output []byte
	x.started = true
	x.stdio.input = &pipe{}
	keep := func(b []byte) {
		if room := outputKept + 1 - len(output); room > 0 {
			output = append(output, b[:min(room, len(b))]...)
		}
	}
	x.sink = keep
	ct.logEvent("exec_create: "+x.line(), map[string]string{"execID": x.id})
	limit := either(h.config.Timeout, defaultProbeTimeout)
	timedOut := false
	timer := ct.later(limit, h.run, func() {
		timedOut = true
		if x.process != nil {
			x.process.Signal(proc.SIGKILL, ct.cause)
		}
	})
	x.ended.then(func(error) {
		timer.Stop()
		r := api.HealthResult{Start: begin, End: ct.e.now(), ExitCode: *x.code, Output: clip(output)}
		if timedOut {
			r.ExitCode, r.Output = -1, fmt.Sprintf("Health check exceeded timeout (%v): %s", limit, r.Output)
		}
		if ct.run == h.run && h.run != nil {
			ct.probed(h, r)
		}
	})
	if err := x.start(ct.cause); err != nil {
		keep([]byte(err.Error()))
		x.fail(err)
	}
}

func clip(output []byte) string {
	if len(output) > outputKept {
		return string(output[:outputKept]) + "..."
	}
	return string(output)
}

func (ct *container) probeCommand() []string {
	test := ct.config.Healthcheck.Test
	if test[0] != "CMD-SHELL" {
		return test[1:]
	}
	shell := ct.config.Shell
	if len(shell) == 0 {
		shell = []string{"/bin/sh", "-c"}
	}
	return append(append([]string(nil), shell...), test[1:]...)
}

// probed draws the conclusions of a probe. moby: daemon/health.go, handleProbeResult
func (ct *container) probed(h *healthcheck, r api.HealthResult) {
	if h.Log = append(h.Log, r); len(h.Log) > resultsKept {
		h.Log = h.Log[1:]
	}
	old := h.Status
	switch {
	case r.ExitCode == 0:
		h.FailingStreak, h.Status = 0, api.HealthHealthy
	case h.Status == api.HealthStarting && r.Start.Sub(h.started) < h.config.StartPeriod:
	default:
		if h.FailingStreak++; h.FailingStreak >= either(h.config.Retries, defaultRetries) {
			h.Status = api.HealthUnhealthy
		}
	}
	if h.Status != old {
		ct.logEvent("health_status: "+string(h.Status), nil)
	}
	ct.planProbe(h)
}
