package engine

import (
	"slices"
	"strconv"

	"dockerlearn/labs/sandbox/proc"
)

const initPath = "/sbin/docker-init"

// wrapInit puts a small init in front of the program, if it was asked for: it passes signals on and reaps orphans.
// krallin/tini: src/tini.c
func (ct *container) wrapInit(spec *proc.Spec) {
	if ct.host.Init == nil || !*ct.host.Init {
		return
	}
	path, args := spec.Path, spec.Args
	spec.Args = slices.Concat([]string{initPath, "--"}, args)
	spec.Program = func(s proc.Sys) proc.ExitCode { return tini(s, path, args) }
}

func tini(s proc.Sys, path string, args []string) proc.ExitCode {
	forwarded := []proc.Signal{
		proc.SIGHUP, proc.SIGINT, proc.SIGQUIT, proc.SIGUSR1, proc.SIGUSR2, proc.SIGALRM, proc.SIGTERM, proc.SIGCONT,
		proc.SIGWINCH, proc.SIGCHLD, proc.SIGTSTP,
	}
	for _, sig := range forwarded {
		s.Signal(sig, proc.Catch)
	}
	child, err := s.Fork(func(s proc.Sys) proc.ExitCode {
		for _, sig := range forwarded {
			s.Signal(sig, proc.Default)
		}
		if s.IsTerminal(0) {
			s.Signal(proc.SIGTTOU, proc.Ignore)
			s.Setpgid(0, 0)
			s.SetForeground(0, s.Getpgrp())
			s.Signal(proc.SIGTTOU, proc.Default)
		}
		err := s.Exec(path, args, s.Environ())
		s.Write(2, []byte("[FATAL tini ("+strconv.Itoa(int(s.Getpid()))+")] exec "+args[0]+" failed: "+err.Error()+"\n"))
		return execFailure(err)
	})
	if err != nil {
		s.Write(2, []byte("[FATAL tini (1)] fork failed: "+err.Error()+"\n"))
		return 1
	}
	return reap(s, child)
}

func execFailure(err error) proc.ExitCode {
	switch err {
	case proc.ENOENT:
		return 127
	case proc.EACCES:
		return 126
	}
	return 1
}

// reap waits for the child, and meanwhile passes on what comes.
func reap(s proc.Sys, child proc.PID) proc.ExitCode {
	for {
		pid, status, err := s.Wait(-1, 0)
		if err == nil && pid == child && status.Ended() {
			return status.Code()
		}
		for sig, ok := s.Caught(); ok; sig, ok = s.Caught() {
			if sig != proc.SIGCHLD {
				s.Kill(child, sig)
			}
		}
		if err == proc.ECHILD {
			return 0
		}
	}
}
