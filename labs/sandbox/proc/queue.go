package proc

import "slices"

// Queue is the processes that wait for something. The zero value is ready.
type Queue struct{ waiting []*Process }

// Wake makes all of them look again whether what they wait for has come.
func (q *Queue) Wake() {
	for _, p := range q.waiting {
		p.task.Wake()
	}
	q.waiting = q.waiting[:0]
}

// Wait parks the process until someone wakes the queue, and returns EINTR if a signal came that it catches. The
// caller loops around its condition: to be woken does not mean that it holds. why is shown by /proc/PID/wchan.
func (q *Queue) Wait(s Sys, why string) error {
	p := s.p
	if err := p.beforeWait(); err != nil {
		return err
	}
	q.waiting = append(q.waiting, p)
	p.waiting = why
	p.task.Park()
	p.waiting = ""
	q.leave(p)
	return p.afterWait()
}

func (q *Queue) leave(p *Process) {
	if i := slices.Index(q.waiting, p); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
}

// beforeWait deals with what came in before: a process does not fall asleep over a signal that it has not seen.
func (p *Process) beforeWait() error {
	p.settleWork()
	return p.afterWait()
}

// afterWait deals with the signals that came while the process waited.
func (p *Process) afterWait() error {
	if p.attention {
		p.attend()
	}
	if p.caught() != 0 {
		return EINTR
	}
	return nil
}
