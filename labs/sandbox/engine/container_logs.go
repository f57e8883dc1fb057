package engine

import (
	"slices"
	"strconv"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
)

// follower is a docker logs -f.
type follower struct {
	out            *stream[api.LogLine]
	stdout, stderr bool
	since, until   time.Time
	bounded        bool
}

func (f *follower) wants(l api.LogLine) bool {
	if l.Stderr && !f.stderr || !l.Stderr && !f.stdout {
		return false
	}
	return !l.Time.Before(f.since) && (!f.bounded || !l.Time.After(f.until))
}

func (f *follower) offer(l api.LogLine) {
	if f.wants(l) {
		f.out.send(l)
	}
}

// ContainerLogs reads a container's log, and goes on if asked to. moby: daemon/logs.go
func (e *Engine) ContainerLogs(c api.Caller, id string, o api.LogsOptions) (api.Stream[api.LogLine], error) {
	ct, err := e.find(id)
	if err != nil {
		return nil, err
	}
	if !o.Stdout && !o.Stderr {
		return nil, api.Errorf(api.InvalidParameter, "You must choose at least one stream")
	}
	if ct.host.LogConfig.Type == "none" {
		return nil, api.Errorf(api.NotImplemented, "configured logging driver does not support reading")
	}
	f := &follower{out: newStream[api.LogLine]("logs"), stdout: o.Stdout, stderr: o.Stderr}
	if f.since, _, err = parseTime(o.Since); err != nil {
		return nil, badTime("since", err)
	}
	if f.until, f.bounded, err = parseTime(o.Until); err != nil {
		return nil, badTime("until", err)
	}
	for _, l := range tail(ct.readLog(), f, o.Tail) {
		f.out.send(l)
	}
	if !o.Follow || ct.logs == nil || f.bounded && !f.until.After(e.now()) {
		f.out.end(nil)
		return f.out, nil
	}
	ct.logs.follow(f)
	return f.out, nil
}

func badTime(name string, err error) error {
	return api.Errorf(api.InvalidParameter, "invalid value for %q: %s", name, err)
}

// tail is the lines that are wanted, and the last n of them.
func tail(all []api.LogLine, f *follower, last string) []api.LogLine {
	wanted := slices.DeleteFunc(all, func(l api.LogLine) bool { return !f.wants(l) })
	n, err := strconv.Atoi(last)
	if err != nil || n < 0 || n >= len(wanted) {
		return wanted
	}
	return wanted[len(wanted)-n:]
}

func (l *logger) follow(f *follower) {
	leave := func() { l.followers = slices.DeleteFunc(l.followers, func(x *follower) bool { return x == f }) }
	l.followers = append(l.followers, f)
	var end *sim.Timer
	if f.bounded {
		end = l.ct.e.sim.At(f.until, func() {
			leave()
			f.out.end(nil)
		})
	}
	f.out.closed = func() {
		end.Stop()
		leave()
	}
}

func textOf(s string) sim.Text { return sim.Text(s) }
