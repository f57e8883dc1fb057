package proc

import "time"

// PollFD is a descriptor to watch. Ready is filled in.
type PollFD struct {
	FD    int
	Want  Ready
	Ready Ready
}

// Poll waits until one of the descriptors is ready, or until timeout (negative: for ever), and returns how many are.
func (s Sys) Poll(fds []PollFD, timeout time.Duration) (int, error) {
	s.p.enter()
	k := s.p.kernel
	end := k.sim.Elapsed() + timeout
	if timeout > 0 {
		defer k.sim.After(timeout, s.p.task.Wake).Stop()
	}
	for {
		n, queues := s.look(fds)
		if n > 0 || timeout == 0 || (timeout > 0 && k.sim.Elapsed() >= end) {
			return n, nil
		}
		if err := s.waitAny(queues); err != nil {
			return 0, err
		}
	}
}

func (s Sys) look(fds []PollFD) (n int, queues []*Queue) {
	for i := range fds {
		f := &fds[i]
		o, err := s.p.files.get(f.FD)
		switch {
		case f.FD < 0:
			f.Ready = 0
		case err != nil:
			f.Ready = BadFD
		default:
			f.Ready = o.Handle.Ready() & (f.Want | Failed | HungUp)
			if q := o.Handle.Changes(); q != nil {
				queues = append(queues, q)
			}
		}
		if f.Ready != 0 {
			n++
		}
	}
	return n, queues
}

// waitAny parks until one of the queues is woken, or the process itself.
func (s Sys) waitAny(queues []*Queue) error {
	p := s.p
	if err := p.beforeWait(); err != nil {
		return err
	}
	for _, q := range queues {
		q.waiting = append(q.waiting, p)
	}
	p.waiting = "poll_schedule_timeout"
	p.task.Park()
	p.waiting = ""
	for _, q := range queues {
		q.leave(p)
	}
	return p.afterWait()
}
