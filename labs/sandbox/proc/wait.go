package proc

// WaitFlags are options of Wait.
type WaitFlags int

const (
	WNOHANG    WaitFlags = 1
	WUNTRACED  WaitFlags = 2
	WCONTINUED WaitFlags = 8
)

// Wait waits for a child to end (or, by flags, to stop or go on) and says which and how. pid > 0 is that child, -1
// any, 0 any of the own process group, < -1 any of that group. With WNOHANG it returns 0 if none has news. ECHILD: no
// such child.
func (s Sys) Wait(pid PID, flags WaitFlags) (PID, Status, error) {
	s.p.enter()
	for {
		some := false
		for _, c := range s.p.family {
			if !s.p.selects(c, pid) {
				continue
			}
			some = true
			if st, ok := c.takeNews(flags); ok {
				n := c.id.in(s.p.ns.PID)
				if st.Ended() {
					s.p.reap(c)
				}
				return n, st, nil
			}
		}
		if !some {
			return 0, Status{}, ECHILD
		}
		if flags&WNOHANG != 0 {
			return 0, Status{}, nil
		}
		if err := s.p.childNews.Wait(s, "do_wait"); err != nil {
			return 0, Status{}, err
		}
	}
}

func (p *Process) selects(c *Process, pid PID) bool {
	switch {
	case pid > 0:
		return c.id.in(p.ns.PID) == pid
	case pid == 0:
		return c.group == p.group
	case pid < -1:
		return c.group.in(p.ns.PID) == -pid
	}
	return true
}

func (c *Process) takeNews(flags WaitFlags) (Status, bool) {
	st := c.news
	switch st.state {
	case exited, signaled:
		return st, true
	case stopped:
		if flags&WUNTRACED == 0 {
			return st, false
		}
	case continued:
		if flags&WCONTINUED == 0 {
			return st, false
		}
	default:
		return st, false
	}
	c.news = Status{}
	return st, true
}
