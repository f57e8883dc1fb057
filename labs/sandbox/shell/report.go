package shell

import (
	"fmt"
	"slices"

	"dockerlearn/labs/sandbox/proc"
)

// reportSignal tells how a foreground job died, where a shell does that: everyone but the user knows of ^C, and of a
// pipe that was closed.
func (s *Shell) reportSignal(j *job) {
	sig, ok := j.raw(s.opts.pipefail).Signaled()
	switch {
	case !ok:
	case sig == proc.SIGINT && s.opts.interactive:
		s.warn("")
	case s.untold():
	case s.cfg.Flavour != Bash || sig == proc.SIGINT || sig == proc.SIGPIPE: // told by news, or not at all
	case s.substDepth > 0: // bash: subst.c, command_substitute, which makes it a shell that tells nothing
	case s.tellsInFull(sig):
		s.warn(s.death(j))
	default:
		s.warn(sig.Text())
	}
}

// untold: an interactive bash without job control tells of nothing.
func (s *Shell) untold() bool { return s.cfg.Flavour == Bash && s.opts.interactive && !s.opts.monitor }

// tellSignal is what dash and ash say of a process that they waited for. dash: jobs.c, sprint_status with sigonly.
func (s *Shell) tellSignal(st proc.Status) {
	if sig, ok := st.Signaled(); ok && sig != proc.SIGINT && sig != proc.SIGPIPE {
		s.warn(sig.Text())
	}
}

// tellsInFull: a bash that nobody types at names the line, the process and the command. bash: jobs.c,
// notify_of_job_status; Debian does not report SIGTERM and SIGPIPE so.
func (s *Shell) tellsInFull(sig proc.Signal) bool {
	_, trapped := s.traps.actions[sig]
	return !s.opts.interactive && !trapped && sig != proc.SIGINT && sig != proc.SIGTERM && sig != proc.SIGPIPE
}

// notify is what bash does after each command that it has waited for: it tells of the jobs in the background that have
// ended, if there is something to tell, and forgets them. bash: jobs.c, notify_and_cleanup. An interactive one does it
// before its prompt too.
func (s *Shell) notify() {
	if s.cfg.Flavour != Bash || s.session {
		return
	}
	for _, j := range slices.Clone(s.jobs.list) {
		if j.poll(s); j.state() != jobDone || !s.notifies(j) {
			continue
		}
		s.jobs.remember(j)
		s.jobs.forget(j)
	}
}

// notifies tells of a job that has ended; false: the job is kept for those who ask. A script from a file tells only of
// those that were killed.
func (s *Shell) notifies(j *job) bool {
	sig, killed := j.raw(s.opts.pipefail).Signaled()
	switch {
	case !killed && !s.opts.commandC && !s.opts.interactive:
		return false
	case s.substDepth > 0 || s.untold():
	case killed && s.tellsInFull(sig):
		s.warn(s.death(j))
	case s.opts.monitor:
		s.warn(s.jobLine(j, false))
	}
	return true
}

// death is how bash tells of a job that was killed: each process of the pipeline on a line. bash: jobs.c,
// print_pipeline.
func (s *Shell) death(j *job) string {
	builtin, line := s.builtin, s.line
	s.builtin, s.line = "", s.around
	text := s.where()
	s.builtin, s.line = builtin, line
	for i, p := range j.procs {
		command := j.text
		if i < len(j.stages) {
			command = j.stages[i]
		}
		word := statusWord(p.status)
		if i == 0 {
			text += fmt.Sprintf("%5d %-24s%s", p.pid, word, command)
			continue
		}
		if p.status == j.procs[0].status {
			word = ""
		}
		text += fmt.Sprintf("\n     %5d %-*s| %s", p.pid, wordWidth(word), word, command)
	}
	return text
}

// wordWidth is how wide bash makes the column of words: what is left out still counts as the two characters "| ".
func wordWidth(word string) int {
	if word == "" {
		return 22
	}
	return 24
}

// statusWord is how a process ended, in bash's words.
func statusWord(st proc.Status) string {
	if sig, ok := st.Signaled(); ok {
		return sig.Text()
	}
	if c := st.Code(); c != 0 {
		return fmt.Sprintf("Exit %d", c)
	}
	return "Done"
}

// raw is the status of the process that a job's status is: the last, or with pipefail the last one that failed.
func (j *job) raw(pipefail bool) proc.Status {
	if len(j.procs) == 0 {
		return proc.Exited(0)
	}
	if pipefail {
		for _, p := range slices.Backward(j.procs) {
			if p.status.Code() != 0 {
				return p.status
			}
		}
	}
	return j.procs[len(j.procs)-1].status
}

// warnStopped tells at once that ^Z has stopped a job, as bash does.
func (s *Shell) warnStopped(j *job) {
	s.warn("")
	s.warn(s.jobLine(j, false))
}

// jobLine is a job as jobs prints it.
func (s *Shell) jobLine(j *job, long bool) string {
	pid := ""
	if long {
		pid = fmt.Sprintf("%d ", j.procs[0].pid)
	}
	mark, word, text := s.jobs.mark(j), s.jobWord(j), j.text
	if long && len(j.stages) > 1 {
		return s.longJobLines(j)
	}
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

// longJobLines is a pipeline as jobs -l prints it, a process a line. dash: jobs.c, showjob; bash: jobs.c,
// print_pipeline.
func (s *Shell) longJobLines(j *job) string {
	mark, word := s.jobs.mark(j), s.jobWord(j)
	if s.cfg.Flavour == Bash {
		text := fmt.Sprintf("[%d]%c %d %-24s%s", j.number, mark, j.procs[0].pid, word, j.stages[0])
		for i, p := range j.procs[1:] {
			text += fmt.Sprintf("\n     %d %-22s| %s", p.pid, "", j.stages[i+1])
		}
		if j.state() == jobRunning {
			text += " &"
		}
		return text
	}
	head := fmt.Sprintf("[%d]%c  ", j.number, mark)
	if s.cfg.Flavour == Dash {
		head = fmt.Sprintf("[%d] %c ", j.number, mark)
	}
	pipe, next := " |", ""
	if s.cfg.Flavour == Ash {
		pipe, next = "", "| "
	}
	text := fmt.Sprintf("%-33s%s", fmt.Sprintf("%s%d %s", head, j.procs[0].pid, word), j.stages[0])
	for i, p := range j.procs[1:] {
		text += fmt.Sprintf("%s\n%-33s%s%s", pipe, fmt.Sprintf("%*s%d ", len(head), "", p.pid), next, j.stages[i+1])
	}
	return text
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
	if s.cfg.Flavour != Bash && !s.opts.monitor {
		return
	}
	for _, pid := range s.jobs.helpers {
		s.sys.Wait(pid, proc.WNOHANG)
	}
	for _, j := range s.jobs.shown(s.cfg.Flavour) {
		j.poll(s)
		if j.told || j.state() == jobRunning {
			continue
		}
		j.told = true
		if s.cfg.Flavour == Bash && j.state() == jobStopped {
			s.warn("") // bash: jobs.c, notify_of_job_status
		}
		if s.opts.interactive && !s.untold() {
			s.warn(s.jobLine(j, false))
		}
		if j.state() == jobDone {
			s.jobs.forget(j)
		}
	}
}
