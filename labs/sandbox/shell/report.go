package shell

import (
	"fmt"

	"dockerlearn/labs/sandbox/proc"
)

// reportSignal tells how a foreground job died, where a shell does that: everyone but the user knows of ^C, and of a
// pipe that was closed.
func (s *Shell) reportSignal(j *job) {
	for i, p := range j.procs {
		sig, ok := p.status.Signaled()
		if !ok || sig == proc.SIGPIPE || i < len(j.procs)-1 && !s.opts.interactive {
			continue
		}
		if sig == proc.SIGINT {
			if s.opts.interactive {
				s.warn("")
			}
			continue
		}
		switch {
		case s.cfg.Flavour == Bash && !s.opts.interactive && sig != proc.SIGTERM:
			s.warn(fmt.Sprintf("%s%5d %-23s %s", s.where(), p.pid, sig.Text(), j.text))
		default:
			s.warn(sig.Text())
		}
	}
}

// warnStopped tells that ^Z has stopped a job.
func (s *Shell) warnStopped(j *job) {
	if s.cfg.Flavour == Bash {
		s.warn("")
	}
	s.warn(s.jobLine(j, false))
}

// jobLine is a job as jobs prints it.
func (s *Shell) jobLine(j *job, long bool) string {
	pid := ""
	if long {
		pid = fmt.Sprintf("%d ", j.procs[0].pid)
	}
	mark, word, text := s.jobs.mark(j), s.jobWord(j), j.text
	switch s.cfg.Flavour {
	case Bash:
		if j.state() == jobRunning {
			text += " &"
		}
		if !long {
			pid = " "
		}
		return fmt.Sprintf("[%d]%c %s%-24s%s", j.number, mark, pid, word, text)
	case Dash:
		return fmt.Sprintf("%-33s%s", fmt.Sprintf("[%d] %c %s%s", j.number, mark, pid, word), text)
	}
	return fmt.Sprintf("%-33s%s", fmt.Sprintf("[%d]%c  %s%s", j.number, mark, pid, word), text)
}

// jobWord is a job's state in words.
func (s *Shell) jobWord(j *job) string {
	last := j.procs[len(j.procs)-1].status
	switch j.state() {
	case jobRunning:
		return "Running"
	case jobStopped:
		for _, p := range j.procs {
			if sig, ok := p.status.Stopped(); ok {
				if sig == proc.SIGTSTP || s.cfg.Flavour == Bash {
					return "Stopped"
				}
				return sig.Text()
			}
		}
	}
	if sig, ok := last.Signaled(); ok {
		return sig.Text()
	}
	if c := last.Code(); c != 0 {
		if s.cfg.Flavour == Bash {
			return fmt.Sprintf("Exit %d", c)
		}
		return fmt.Sprintf("Done(%d)", c)
	}
	return "Done"
}

// notices tells an interactive user, before a prompt, what became of the jobs.
func (s *Shell) notices() {
	for _, pid := range s.jobs.helpers {
		s.sys.Wait(pid, proc.WNOHANG)
	}
	for _, j := range append([]*job(nil), s.jobs.list...) {
		j.poll(s)
		if j.told || j.state() == jobRunning {
			continue
		}
		j.told = true
		if s.opts.interactive {
			s.warn(s.jobLine(j, false))
		}
		if j.state() == jobDone {
			s.jobs.forget(j)
		}
	}
}
