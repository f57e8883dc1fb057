package shell

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// job is the processes of one pipeline.
type job struct {
	number  int // 0 while it runs in the foreground and was never stopped
	procs   []jobProc
	text    string
	group   proc.PID // its process group, with job control
	told    bool     // its present state has been reported
	stages  []string // of a pipeline, where their texts are needed
	termios *proc.Termios
}

type jobProc struct {
	pid    proc.PID
	status proc.Status
}

// jobTable is the jobs a shell knows, and the processes that it waits for on the side.
type jobTable struct {
	list    []*job
	current []*job // %+ last, %- before it
	helpers []proc.PID

	finished map[proc.PID]int // background processes that have ended and were forgotten, for wait PID
}

// helper books a process that is waited for when the shell looks around next.
func (t *jobTable) helper(pid proc.PID) { t.helpers = append(t.helpers, pid) }

// forkOptions is how a process of a job differs from the shell.
type forkOptions struct {
	background     bool
	piped          bool
	in, out, other int
	both           bool
}

func (s *Shell) startJob(n int, text string) *job {
	if s.cfg.Flavour != Bash {
		s.jobs.finished = nil
	}
	if !s.opts.monitor && s.cfg.Flavour != Bash {
		text = "" // dash: jobs.c, forkparent: only job control keeps what was typed
	}
	return &job{procs: make([]jobProc, 0, n), text: trimJobText(text)}
}

func trimJobText(text string) string {
	return strings.TrimRight(strings.TrimSuffix(strings.TrimRight(text, " ;"), "&"), " ")
}

// inherited is the jobs as a child sees them that is part of a pipeline or of a substitution: ash and bash keep their
// list there, for jobs | grep and kill $(jobs -p). dash frees it.
func (t *jobTable) inherited(f Flavour) jobTable {
	var c jobTable
	if f == Dash {
		return c
	}
	copies := make(map[*job]*job, len(t.list))
	for _, j := range t.list {
		twin := *j
		twin.procs = slices.Clone(j.procs)
		copies[j] = &twin
		c.list = append(c.list, &twin)
	}
	for _, j := range t.current {
		c.current = append(c.current, copies[j])
	}
	return c
}

// fork adds a process to the job that runs body.
func (j *job) fork(s *Shell, o *forkOptions, body func(*Shell)) {
	if o == nil {
		o = &forkOptions{}
	}
	jobControl := s.opts.monitor
	if jobControl {
		defer s.signalsForJob()()
	}
	pid, err := s.fork(func(child *Shell) {
		child.inputGiven = child.inputGiven || o.piped && o.in >= 0
		child.enterJob(j, o, jobControl)
		o.connect(child.sys)
		body(child)
	})
	if err != nil {
		for _, fd := range []int{o.in, o.out, o.other} {
			if o.piped {
				s.closeFD(fd)
			}
		}
		s.forkError(err)
	}
	if jobControl {
		if j.group == 0 {
			j.group = pid
		}
		s.sys.Setpgid(pid, j.group)
	}
	j.procs = append(j.procs, jobProc{pid: pid})
	if o.background {
		s.lastBG = pid
	}
}

// signalsForJob takes back, for the moment of a fork, that an interactive shell ignores signals: a kill that comes before
// the new process has run at all must find it as real ones are found, which are born with signals blocked.
func (s *Shell) signalsForJob() (restore func()) {
	var were []proc.Signal
	for _, sig := range []proc.Signal{proc.SIGQUIT, proc.SIGTERM} {
		if _, trapped := s.traps.actions[sig]; !trapped && s.sys.SignalAction(sig) == proc.Ignore {
			s.sys.Signal(sig, proc.Default)
			were = append(were, sig)
		}
	}
	return func() {
		for _, sig := range were {
			s.sys.Signal(sig, proc.Ignore)
		}
	}
}

// enterJob is what a new process of a job does first.
func (s *Shell) enterJob(j *job, o *forkOptions, jobControl bool) {
	if jobControl {
		group := j.group
		if group == 0 {
			group = s.sys.Getpid()
		}
		s.sys.Setpgid(0, group)
		if !o.background {
			s.setForeground(group)
		}
		for _, sig := range signalsOfJobs {
			s.sys.Signal(sig, proc.Default)
		}
		s.traps.defaultKeys(s)
		return
	}
	if !o.background {
		return
	}
	s.sys.Signal(proc.SIGINT, proc.Ignore)
	s.sys.Signal(proc.SIGQUIT, proc.Ignore)
	if (!o.piped || o.in < 0) && !(s.inputGiven && s.cfg.Flavour == Bash) {
		if fd, err := s.sys.Open("/dev/null", proc.O_RDONLY, 0); err == nil && fd != 0 {
			s.sys.Dup2(fd, 0)
			s.sys.Close(fd)
		}
	}
}

// setForeground gives the terminal to a group. A shell in the background may do so because it ignores SIGTTOU.
func (s *Shell) setForeground(group proc.PID) {
	if s.ttyFD >= 0 {
		s.sys.SetForeground(s.ttyFD, group)
	}
}

func (s *Shell) forkError(err error) {
	switch s.cfg.Flavour {
	case Dash:
		s.complain("Cannot fork")
	case Bash:
		s.complain("fork: %s", s.errText(err))
		panic(abort{status: 254})
	default:
		s.warn(s.prefix + ": can't fork: " + s.errText(err))
	}
	s.status = 2
	panic(abort{status: 2})
}

func (j *job) state() jobState {
	state := jobDone
	for _, p := range j.procs {
		switch _, stopped := p.status.Stopped(); {
		case stopped:
			return jobStopped
		case !p.status.Ended():
			state = jobRunning
		}
	}
	return state
}

type jobState int

const (
	jobRunning jobState = iota
	jobStopped
	jobDone
)

// code is the job's exit status: the last process's, or with pipefail the last one that failed.
func (j *job) code(pipefail bool) int {
	return int(j.raw(pipefail).Code())
}

// finishForeground waits for a job that has the terminal, takes the terminal back, and reports how it went.
func (s *Shell) finishForeground(j *job) {
	j.await(s)
	s.takeTerminal(j)
	s.status = j.code(s.opts.pipefail)
	s.setPipeStatus(j)
	if j.state() == jobStopped {
		s.jobs.add(j)
		s.jobs.makeCurrent(j)
		if s.cfg.Flavour != Bash {
			return // they tell of it before the prompt
		}
		j.told = true
		s.warnStopped(j)
		return
	}
	s.reportSignal(j)
	s.jobs.forget(j)
	s.notify()
	s.passInterruptOn(j)
}

// await waits until no process of the job runs. Traps wait too: they run after the command.
func (j *job) await(s *Shell) {
	var flags proc.WaitFlags
	if s.opts.monitor {
		flags = proc.WUNTRACED
	}
	for j.anyRuns() {
		pid, st, err := s.sys.Wait(-1, flags)
		switch err {
		case nil:
			j.news(s, pid, st)
			s.jobs.book(pid, st)
		case proc.ECHILD:
			j.lost()
		}
	}
}

func (j *job) anyRuns() bool { return slices.ContainsFunc(j.procs, jobProc.runs) }

// news books what became of a process, if it is one of the job that is waited for; dash and ash tell at once how it
// died. dash: jobs.c, waitone.
func (j *job) news(s *Shell, pid proc.PID, st proc.Status) {
	for i := range j.procs {
		if p := &j.procs[i]; p.pid == pid && !p.status.Ended() {
			p.status = st
			if s.cfg.Flavour != Bash {
				s.tellSignal(st)
			}
		}
	}
}

// lost gives up processes that somebody else has waited for.
func (j *job) lost() {
	for i := range j.procs {
		if j.procs[i].runs() {
			j.procs[i].status = proc.Exited(127)
		}
	}
}

// poll asks what became of the job's processes without waiting.
func (j *job) poll(s *Shell) {
	for i := range j.procs {
		p := &j.procs[i]
		if p.status.Ended() {
			continue
		}
		pid, st, err := s.sys.Wait(p.pid, proc.WNOHANG|proc.WUNTRACED|proc.WCONTINUED)
		if err == nil && pid != 0 {
			p.status = st
			j.told = false
		}
	}
}

func (p jobProc) runs() bool {
	_, stopped := p.status.Stopped()
	return !stopped && !p.status.Ended()
}

// waitPID waits for one child and returns its exit status.
func (s *Shell) waitPID(pid proc.PID) int {
	for {
		_, st, err := s.sys.Wait(pid, 0)
		switch err {
		case nil:
			if s.cfg.Flavour != Bash {
				s.tellSignal(st)
			}
			return int(st.Code())
		case proc.ECHILD:
			return 127
		}
	}
}

// takeTerminal makes the shell the foreground again, and the terminal as it was.
func (s *Shell) takeTerminal(j *job) {
	if !s.opts.monitor || s.ttyFD < 0 {
		return
	}
	s.setForeground(s.sys.Getpgrp())
	if j.state() == jobStopped {
		if t, err := s.sys.Termios(s.ttyFD); err == nil {
			j.termios = &t
		}
	}
	if s.ttyModes != nil {
		s.sys.SetTermios(s.ttyFD, *s.ttyModes, false)
	}
}

// passInterruptOn: a shell with job control is not hit by ^C itself; it stops what it was doing when a job was.
func (s *Shell) passInterruptOn(j *job) {
	if !s.opts.monitor || len(j.procs) == 0 {
		return
	}
	if sig, ok := j.procs[len(j.procs)-1].status.Signaled(); ok && sig == proc.SIGINT {
		if !s.opts.interactive {
			s.interruptItself()
			return
		}
		panic(abort{status: 130})
	}
}

// interruptItself: a script of bash with job control takes a ^C that its command had for its own. bash: jobs.c,
// wait_for; dash raises the signal as well, but only if it came from the terminal.
func (s *Shell) interruptItself() {
	if s.cfg.Flavour == Bash {
		s.sys.Kill(s.sys.Getpid(), proc.SIGINT)
	}
}

// add gives a job a number: the lowest that is free after all that are in use.
func (t *jobTable) add(j *job) {
	if j.number != 0 {
		return
	}
	for _, other := range t.list {
		j.number = max(j.number, other.number)
	}
	j.number++
	t.list = append(t.list, j)
}

// remember keeps what a job's processes ended with, for those who wait for them once more.
func (t *jobTable) remember(j *job) {
	if t.finished == nil {
		t.finished = map[proc.PID]int{}
	}
	for _, p := range j.procs {
		t.finished[p.pid] = int(p.status.Code())
	}
}

func (t *jobTable) forget(j *job) {
	same := func(o *job) bool { return o == j }
	t.list = slices.DeleteFunc(t.list, same)
	t.current = slices.DeleteFunc(t.current, same)
}

func (t *jobTable) makeCurrent(j *job) {
	t.current = append(slices.DeleteFunc(t.current, func(o *job) bool { return o == j }), j)
}

// makeCurrentRunning puts a job that runs above all that run, and below those that are stopped. dash: jobs.c,
// set_curjob.
func (t *jobTable) makeCurrentRunning(j *job) {
	t.makeCurrent(j)
	for i := len(t.current) - 1; i > 0 && t.current[i-1].state() == jobStopped; i-- {
		t.current[i], t.current[i-1] = t.current[i-1], t.current[i]
	}
}

// shown is the jobs in the order of lists: by number, or in dash and ash from the current one backwards.
func (t *jobTable) shown(f Flavour) []*job {
	if f == Bash {
		return slices.Clone(t.list)
	}
	list := slices.Clone(t.current)
	slices.Reverse(list)
	return list
}

// mark is + for the current job, - for the previous one.
func (t *jobTable) mark(j *job) byte {
	n := len(t.current)
	switch {
	case n > 0 && t.current[n-1] == j:
		return '+'
	case n > 1 && t.current[n-2] == j:
		return '-'
	}
	return ' '
}

// announce books a background job, and tells an interactive user its number.
func (t *jobTable) announce(s *Shell, j *job) {
	t.add(j)
	t.makeCurrentRunning(j)
	if s.opts.interactive && s.cfg.Flavour == Bash {
		s.warn(fmt.Sprintf("[%d] %d", j.number, j.procs[len(j.procs)-1].pid))
	}
}

// find is the job that a %spec names.
func (t *jobTable) find(spec string) (*job, bool) {
	n := len(t.current)
	switch spec {
	case "%%", "%+", "%", "":
		if n > 0 {
			return t.current[n-1], true
		}
		return nil, false
	case "%-":
		if n > 1 {
			return t.current[n-2], true
		}
		return nil, false
	}
	name := strings.TrimPrefix(spec, "%")
	for _, j := range t.list {
		if isNumber(name) && fmt.Sprint(j.number) == name {
			return j, true
		}
	}
	for _, j := range t.list {
		if part, ok := strings.CutPrefix(name, "?"); ok && strings.Contains(j.text, part) {
			return j, true
		}
		if !isNumber(name) && strings.HasPrefix(j.text, name) {
			return j, true
		}
	}
	return nil, false
}
