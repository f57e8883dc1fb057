// Package proc is the kernel of a simulated Linux machine as far as processes go: pids and their namespaces, parents
// and children, signals, file descriptors, pipes, terminals, credentials, control groups, /proc and /dev.
//
// A Kernel is one machine. A Program is Go code that stands for a binary; all it gets is a Sys, the system calls of
// its process. What it does not get it cannot reach: no file, process, clock or socket of the machine that the
// sandbox runs on.
//
// Laws:
//   - A program is found by the file that is executed (see Binary), never by its name alone: what was removed from
//     /bin is gone, and a copy works under its new name.
//   - A program blocks only inside a system call. A system call that waits returns EINTR when a signal that the
//     program catches arrives; any other signal is dealt with before the call returns.
//   - A process that ends (Exit, Exec, a signal) unwinds its Go stack. Deferred calls run, but a system call made in
//     one of them does not return: closing descriptors is the kernel's work.
//   - A Go panic in a program is exit status 139 and a "proc.bug" event.
//   - Loops that input can make long call Step; memory that input can make large is charged with Alloc.
//
// Writing a program:
//
//	func cat(s proc.Sys) proc.ExitCode {
//		fd, err := s.Open(s.Args()[1], proc.O_RDONLY, 0)        // descriptors: Open Close Read Write Dup2 Pipe Poll Seek
//		if err != nil {
//			s.Write(2, []byte("cat: "+err.Error()+"\n"))        // errors are Errno values; compare with proc.ENOENT;
//			return 1                                            // err.(proc.Errno).Musl() has alpine's words
//		}
//		f, _ := s.File(fd)                                      // a *vfs.File: Pread ReadDir Truncate Chmod Stat …
//		st, err := s.FS().Lstat("x")                            // names: Stat Mkdir Rename Unlink Symlink ReadDir Chmod …
//		s.Getenv("HOME"); s.Now(); s.Sleep(d); s.Creds(); s.Kill(pid, proc.SIGTERM); s.Access("x", proc.R_OK)
//		pid, err := s.Spawn(proc.Command{Path: "/bin/ls", Args: []string{"ls"}}); s.Wait(pid, 0); s.Fork(body); s.Exec(…)
//		s.Step(n); s.Alloc(bytes)                               // in loops and for memory that input can make large
//		return 0
//	}
//
// A binary file says which program it is (Binary); several names may be one program, which then looks at
// Args()[0]. Package proctest boots a machine for a test in three lines.
//
// Terms are those of Linux: a process group, a session and its leader, a controlling terminal, an open file
// description (here Open) behind a descriptor.
//
// Left out: threads, shared memory, ptrace, user namespaces, signal queues, real-time signals' payload, swap.
package proc

import (
	"dockerlearn/labs/sandbox/vfs"
)

// PID is a process's number as one pid namespace sees it.
type PID int

// ExitCode is what a program returns: 0 for success.
type ExitCode int

// Program is the code behind a binary.
type Program func(Sys) ExitCode

// Errno is the error of every system call.
type Errno = vfs.Errno

// Status says how a process ended or, from Wait, how it changed.
type Status struct {
	state statusState
	n     int // exit code or signal
}

type statusState uint8

const (
	running statusState = iota
	exited
	signaled
	stopped
	continued
)

// Exited is the status of a process that returned code.
func Exited(code ExitCode) Status { return Status{exited, int(code) & 0xff} }

// Signaled is the status of a process that sig ended.
func Signaled(sig Signal) Status { return Status{signaled, int(sig)} }

// Ended reports whether the process is over.
func (s Status) Ended() bool { return s.state == exited || s.state == signaled }

// Signaled reports whether a signal ended the process, and which.
func (s Status) Signaled() (Signal, bool) { return Signal(s.n), s.state == signaled }

// Stopped reports whether a signal stopped the process, and which.
func (s Status) Stopped() (Signal, bool) { return Signal(s.n), s.state == stopped }

// Continued reports whether the process was stopped and goes on.
func (s Status) Continued() bool { return s.state == continued }

// Code is the status as a shell shows it: the exit code, or 128 and the signal.
func (s Status) Code() ExitCode {
	if s.state == signaled || s.state == stopped {
		return ExitCode(128 + s.n)
	}
	return ExitCode(s.n)
}
