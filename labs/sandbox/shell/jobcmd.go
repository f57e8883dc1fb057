package shell

import (
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// stoppedJobs reports whether exit would leave stopped jobs behind.
func (s *Shell) stoppedJobs() bool {
	for _, j := range s.jobs.list {
		if j.poll(s); j.state() == jobStopped {
			return true
		}
	}
	return false
}

func biJobs(s *Shell, a []string) int {
	long, pids := false, false
	letters := "lp"
	if s.cfg.Flavour == Bash {
		letters = "lpnrs"
	}
	args, ok := s.flags(a, letters, func(c byte, _ string) { long, pids = long || c == 'l', pids || c == 'p' })
	if !ok {
		return 2
	}
	list := s.jobs.shown(s.cfg.Flavour)
	if len(args) > 0 {
		list = nil
		for _, spec := range args {
			j := s.jobNamed(spec)
			if j == nil {
				return 1
			}
			list = append(list, j)
		}
	}
	for _, j := range list {
		j.poll(s)
		switch {
		case pids:
			s.print(formatInt(int64(j.leader())) + "\n")
		default:
			s.print(s.jobLine(j, long) + "\n")
		}
		j.told = true
		if j.state() == jobDone {
			s.jobs.forget(j)
		}
	}
	return 0
}

// leader is the process that a job is called by: its group's, or its first.
func (j *job) leader() proc.PID { return j.procs[0].pid }

// jobNamed finds a job or complains.
func (s *Shell) jobNamed(spec string) *job {
	j, ok := s.jobs.find(spec)
	if ok {
		return j
	}
	switch s.cfg.Flavour {
	case Bash:
		s.complain("%s: no such job", spec)
	case Dash:
		s.fatalf(2, "No such job: %s", spec)
	default:
		s.fatalf(2, "%s: no such job", spec)
	}
	return nil
}

func biFg(s *Shell, a []string) int { return s.continueJobs(a, true) }
func biBg(s *Shell, a []string) int { return s.continueJobs(a, false) }

func (s *Shell) continueJobs(a []string, foreground bool) int {
	if !s.opts.monitor && s.cfg.Flavour == Bash {
		s.complain("no job control")
		return 1
	}
	specs := a[1:]
	if len(specs) == 0 {
		specs = []string{"%%"}
	}
	status := 0
	for _, spec := range specs {
		j := s.controlledJob(spec)
		if j == nil {
			return 1
		}
		if foreground {
			status = s.foregroundJob(j)
		} else {
			s.backgroundJob(j)
		}
	}
	return status
}

// controlledJob finds a job that was started under job control.
func (s *Shell) controlledJob(spec string) *job {
	j, ok := s.jobs.find(spec)
	if ok && j.group != 0 {
		return j
	}
	switch s.cfg.Flavour {
	case Bash:
		if spec == "%%" {
			spec = "current"
		}
		s.complain("%s: no such job", spec)
		return nil
	default:
		name := "(null)"
		if spec != "%%" {
			name = spec
		}
		if !ok && (spec != "%%" || s.opts.monitor) {
			if spec == "%%" {
				s.noCurrentJob()
			}
			return s.jobNamed(spec)
		}
		s.fatalf(2, "job %s not created under job control", name)
	}
	return nil
}

func (s *Shell) noCurrentJob() {
	if s.cfg.Flavour == Dash {
		s.fatalf(2, "No current job")
	}
	s.fatalf(2, "no current job")
}

func (s *Shell) foregroundJob(j *job) int {
	s.print(j.text + "\n")
	s.flush()
	s.setForeground(j.group)
	if j.termios != nil && s.ttyFD >= 0 {
		s.sys.SetTermios(s.ttyFD, *j.termios, false)
	}
	j.resume()
	s.sys.Kill(-j.group, proc.SIGCONT)
	s.finishForeground(j)
	return s.status
}

func (s *Shell) backgroundJob(j *job) {
	mark := ""
	if s.cfg.Flavour == Bash {
		mark = string(s.jobs.mark(j)) + " "
		s.print("[" + strconv.Itoa(j.number) + "]" + mark + j.text + " &\n")
	} else {
		s.print("[" + strconv.Itoa(j.number) + "] " + j.text + "\n")
	}
	j.resume()
	j.told = true
	s.sys.Kill(-j.group, proc.SIGCONT)
}

// resume forgets that processes are stopped.
func (j *job) resume() {
	for i := range j.procs {
		if _, stopped := j.procs[i].status.Stopped(); stopped {
			j.procs[i].status = proc.Status{}
		}
	}
}

func biDisown(s *Shell, a []string) int {
	specs := a[1:]
	if len(specs) == 0 {
		specs = []string{"%%"}
	}
	for _, spec := range specs {
		if strings.HasPrefix(spec, "-") {
			continue
		}
		j := s.jobNamed(spec)
		if j == nil {
			return 1
		}
		s.jobs.forget(j)
	}
	return 0
}

// biWait waits for jobs or processes. A trapped signal ends it with 128 and the signal.
func biWait(s *Shell, a []string) int {
	next := false
	letters := ""
	if s.cfg.Flavour == Bash {
		letters = "nfp:"
	} else if s.cfg.Flavour == Ash {
		letters = "n"
	}
	args, ok := s.flags(a, letters, func(c byte, _ string) { next = next || c == 'n' })
	if !ok {
		return 2
	}
	if next {
		return s.waitNext()
	}
	if len(args) == 0 {
		return s.waitAll()
	}
	status := 0
	for _, arg := range args {
		status = s.waitFor(arg)
	}
	return status
}

func (s *Shell) waitAll() int {
	for _, j := range slices.Clone(s.jobs.list) {
		if code, ok := s.waitJob(j); !ok {
			return code
		}
		if j.state() == jobDone {
			s.waited(j)
		}
	}
	return 0
}

// waited forgets a job that wait has waited for; bash tells how it died.
func (s *Shell) waited(j *job) {
	s.notify()
	s.jobs.remember(j)
	if s.opts.monitor && s.cfg.Flavour != Bash {
		j.told = false // dash: jobs.c, waitcmd: it goes when showjobs has told of it
		return
	}
	s.jobs.forget(j)
}

func (s *Shell) waitNext() int {
	for {
		if len(s.jobs.list) == 0 {
			return 127
		}
		for _, j := range s.jobs.list {
			if j.poll(s); j.state() == jobDone {
				s.notify()
				s.jobs.forget(j)
				return j.code(s.opts.pipefail)
			}
		}
		if code, ok := s.waitChild(-1); !ok {
			return code
		}
	}
}

func (s *Shell) waitFor(arg string) int {
	if strings.HasPrefix(arg, "%") {
		j, ok := s.jobs.find(arg)
		if !ok {
			s.jobNamed(arg)
			return 127
		}
		return s.waitOne(j)
	}
	pid, ok := natural(arg)
	if !ok {
		if s.cfg.Flavour == Bash {
			s.complain("`%s': not a pid or valid job spec", arg)
			return 1
		}
		s.fatalf(2, "Illegal number: %s", arg)
	}
	for _, j := range s.jobs.list {
		for i := range j.procs {
			switch {
			case j.procs[i].pid != proc.PID(pid):
			case s.cfg.Flavour == Bash:
				return s.waitProc(j, i)
			case i == len(j.procs)-1: // dash: jobs.c, waitcmd
				return s.waitOne(j)
			}
		}
	}
	if code, ok := s.jobs.finished[proc.PID(pid)]; ok {
		return code
	}
	if s.cfg.Flavour == Bash {
		s.complain("pid %d is not a child of this shell", pid)
	}
	return 127
}

func (s *Shell) waitOne(j *job) int {
	for i := range j.procs {
		if code, ok := s.waitFully(&j.procs[i]); !ok {
			return code
		}
	}
	s.waited(j)
	return j.code(s.opts.pipefail)
}

// waitProc waits for one process of a job.
func (s *Shell) waitProc(j *job, i int) int {
	if code, ok := s.waitFully(&j.procs[i]); !ok {
		return code
	}
	if j.state() == jobDone {
		s.waited(j)
	}
	return int(j.procs[i].status.Code())
}

// waitFully waits until a process does not run. What was known to have died before is no news to dash and ash.
func (s *Shell) waitFully(p *jobProc) (code int, ok bool) {
	for p.runs() {
		if code, ok := s.waitChild(p.pid); !ok {
			return code, false
		}
		if s.cfg.Flavour != Bash {
			s.tellSignal(p.status)
		}
	}
	return 0, true
}

// waitJob waits until nothing of a job runs; ok is false when a trap ended the waiting.
func (s *Shell) waitJob(j *job) (code int, ok bool) {
	for i := range j.procs {
		for j.procs[i].runs() {
			if code, ok := s.waitChild(j.procs[i].pid); !ok {
				return code, false
			}
		}
	}
	return 0, true
}

// waitChild waits for news of a child (-1: any) and books them with its job.
func (s *Shell) waitChild(pid proc.PID) (code int, ok bool) {
	s.flush()
	var flags proc.WaitFlags
	if s.opts.monitor {
		flags = proc.WUNTRACED
	}
	got, st, err := s.sys.Wait(pid, flags)
	switch err {
	case proc.EINTR:
		return s.interruptedWait()
	case proc.ECHILD:
		s.jobs.book(pid, proc.Exited(127))
		return 127, pid != -1
	}
	s.jobs.book(got, st)
	return 0, true
}

// interruptedWait runs the traps that ended a wait.
func (s *Shell) interruptedWait() (code int, ok bool) {
	sig, there := s.sys.Caught()
	if !there {
		return 0, true
	}
	if _, trapped := s.traps.actions[sig]; !trapped {
		s.runTrap(sig)
		return 0, true
	}
	s.status = 128 + int(sig)
	s.runTrap(sig)
	return 128 + int(sig), false
}

// book writes a child's status down.
func (t *jobTable) book(pid proc.PID, st proc.Status) {
	for _, j := range t.list {
		for i := range j.procs {
			if j.procs[i].pid == pid && !j.procs[i].status.Ended() {
				j.procs[i].status = st
				j.told = false
			}
		}
	}
}

// biKill is kill, which knows jobs.
func biKill(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && (args[0] == "-l" || args[0] == "-L") {
		return s.listSignalNames(args[1:])
	}
	sig := proc.SIGTERM
	if len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		var ok bool
		if sig, args, ok = s.killSignal(args); !ok {
			return 1 + int(truth(s.cfg.Flavour == Dash))
		}
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return s.killUsage()
	}
	status := 0
	for _, arg := range args {
		if !s.killOne(arg, sig) {
			status = 1
		}
	}
	return status
}

// killSignal reads -9, -KILL, -s KILL and -n 9.
func (s *Shell) killSignal(args []string) (sig proc.Signal, rest []string, ok bool) {
	name := args[0][1:]
	switch {
	case args[0] == "--":
		return proc.SIGTERM, args, true
	case name == "s" || name == "n" && s.cfg.Flavour == Bash:
		if len(args) == 1 {
			s.killUsage()
			return 0, nil, false
		}
		name, args = args[1], args[1:]
	}
	sig, ok = proc.SignalNamed(name)
	if !ok {
		s.badSignal(name, args[0] == "-"+name)
	}
	return sig, args[1:], ok
}

func (s *Shell) badSignal(name string, asOption bool) {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("%s: invalid signal specification", name)
	case Dash:
		if asOption {
			s.fatalf(2, "Illegal option -%c", name[0])
		}
		s.fatalf(2, "invalid signal number or name: %s", name)
	default:
		s.applet("bad signal name '%s'", name)
	}
}

func (s *Shell) killUsage() int {
	switch s.cfg.Flavour {
	case Bash:
		s.usage()
		return 2
	case Dash:
		s.fatalf(2, "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]")
	}
	s.applet("you need to specify whom to kill")
	return 1
}

func (s *Shell) killOne(arg string, sig proc.Signal) bool {
	pid := proc.PID(0)
	if strings.HasPrefix(arg, "%") {
		j := s.jobNamed(arg)
		if j == nil {
			return false
		}
		pid = j.leader()
		if j.group != 0 {
			pid = -j.group
		}
		if s.cfg.Flavour == Dash && j.group == 0 {
			pid = -pid // dash takes the job for a process group, which it is only with job control
		}
	} else {
		n, err := strconv.Atoi(arg)
		if err != nil {
			s.badPID(arg)
			return false
		}
		pid = proc.PID(n)
	}
	if err := s.sys.Kill(pid, sig); err != nil {
		s.cannotKill(pid, err)
		return false
	}
	if s.cfg.Flavour == Bash && strings.HasPrefix(arg, "%") && (sig == proc.SIGTERM || sig == proc.SIGHUP) {
		s.sys.Kill(pid, proc.SIGCONT) // a stopped job has to go on to die
	}
	return true
}

func (s *Shell) badPID(arg string) {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("%s: arguments must be process or job IDs", arg)
	case Dash:
		s.fatalf(2, "Illegal number: %s", arg)
	default:
		s.applet("invalid number '%s'", arg)
	}
}

func (s *Shell) cannotKill(pid proc.PID, err error) {
	switch s.cfg.Flavour {
	case Bash:
		s.complain("(%d) - %s", pid, s.errText(err))
	case Dash:
		s.complain("%s\n", s.errText(err))
	default:
		s.applet("can't kill pid %d: %s", pid, s.errText(err))
	}
}

// listSignalNames is kill -l.
func (s *Shell) listSignalNames(args []string) int {
	if len(args) == 0 {
		return s.listSignals()
	}
	status := 0
	for _, arg := range args {
		if !s.signalName(arg) {
			status = 1
		}
	}
	return status
}

// signalName prints a number's name, or a name's number.
func (s *Shell) signalName(arg string) bool {
	n, number := natural(arg)
	if number && n > 128 {
		n -= 128
	}
	switch {
	case number && n == 0 && s.cfg.Flavour != Dash:
		s.print("EXIT\n")
	case number && proc.Signal(n).Valid():
		s.print(proc.Signal(n).String() + "\n")
	case number && s.cfg.Flavour == Ash:
		s.print(arg + "\n")
	case number && s.cfg.Flavour == Dash:
		s.fatalf(2, "invalid signal number or exit status: %s", arg)
	case s.cfg.Flavour == Dash:
		s.fatalf(2, "Illegal number: %s", arg)
	default:
		sig, ok := proc.SignalNamed(arg)
		if !ok || number {
			s.badSignal(arg, false)
			return false
		}
		s.print(strconv.Itoa(int(sig)) + "\n")
	}
	return true
}

// listSignals lists all signals.
func (s *Shell) listSignals() int {
	var b strings.Builder
	column := 0
	for sig := proc.Signal(1); sig.Valid(); sig++ {
		reserved := sig == 32 || sig == 33 // libc's own
		switch s.cfg.Flavour {
		case Dash:
			name := sig.String()
			if sig == proc.SIGSTKFLT {
				name = "16"
			}
			b.WriteString(name + "\n")
		case Bash:
			if reserved {
				continue
			}
			b.WriteString(padLeft(int(sig), 2) + ") SIG" + sig.String())
			if column++; column%5 == 0 {
				b.WriteByte('\n')
			} else {
				b.WriteByte('\t')
			}
		default:
			if sig > proc.SIGSYS {
				break
			}
			name := sig.String()
			if sig == proc.SIGIO {
				name = "POLL"
			}
			b.WriteString(padLeft(int(sig), 2) + ") " + name + "\n")
		}
	}
	text := b.String()
	if s.cfg.Flavour == Bash && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if s.cfg.Flavour == Dash {
		text = "0\n" + text
	}
	s.print(text)
	return 0
}
