package proc

import (
	"math/bits"
	"strconv"
	"strings"
)

// Signal is a signal's number on x86-64 Linux.
type Signal int

const (
	SIGHUP Signal = 1 + iota
	SIGINT
	SIGQUIT
	SIGILL
	SIGTRAP
	SIGABRT
	SIGBUS
	SIGFPE
	SIGKILL
	SIGUSR1
	SIGSEGV
	SIGUSR2
	SIGPIPE
	SIGALRM
	SIGTERM
	SIGSTKFLT
	SIGCHLD
	SIGCONT
	SIGSTOP
	SIGTSTP
	SIGTTIN
	SIGTTOU
	SIGURG
	SIGXCPU
	SIGXFSZ
	SIGVTALRM
	SIGPROF
	SIGWINCH
	SIGIO
	SIGPWR
	SIGSYS

	maxSignal = 64
	sigRTMin  = 34 // as libc counts: 32 and 33 are its own
)

// signalFacts is name, what happens by default, and what a shell says when a child ended so.
var signalFacts = [...]struct {
	name   string
	effect effect
	text   string
}{
	SIGHUP:    {"HUP", ends, "Hangup"},
	SIGINT:    {"INT", ends, "Interrupt"},
	SIGQUIT:   {"QUIT", dumps, "Quit"},
	SIGILL:    {"ILL", dumps, "Illegal instruction"},
	SIGTRAP:   {"TRAP", dumps, "Trace/breakpoint trap"},
	SIGABRT:   {"ABRT", dumps, "Aborted"},
	SIGBUS:    {"BUS", dumps, "Bus error"},
	SIGFPE:    {"FPE", dumps, "Floating point exception"},
	SIGKILL:   {"KILL", ends, "Killed"},
	SIGUSR1:   {"USR1", ends, "User defined signal 1"},
	SIGSEGV:   {"SEGV", dumps, "Segmentation fault"},
	SIGUSR2:   {"USR2", ends, "User defined signal 2"},
	SIGPIPE:   {"PIPE", ends, "Broken pipe"},
	SIGALRM:   {"ALRM", ends, "Alarm clock"},
	SIGTERM:   {"TERM", ends, "Terminated"},
	SIGSTKFLT: {"STKFLT", ends, "Stack fault"},
	SIGCHLD:   {"CHLD", passes, "Child exited"},
	SIGCONT:   {"CONT", resumes, "Continued"},
	SIGSTOP:   {"STOP", stops, "Stopped (signal)"},
	SIGTSTP:   {"TSTP", stops, "Stopped"},
	SIGTTIN:   {"TTIN", stops, "Stopped (tty input)"},
	SIGTTOU:   {"TTOU", stops, "Stopped (tty output)"},
	SIGURG:    {"URG", passes, "Urgent I/O condition"},
	SIGXCPU:   {"XCPU", dumps, "CPU time limit exceeded"},
	SIGXFSZ:   {"XFSZ", dumps, "File size limit exceeded"},
	SIGVTALRM: {"VTALRM", ends, "Virtual timer expired"},
	SIGPROF:   {"PROF", ends, "Profiling timer expired"},
	SIGWINCH:  {"WINCH", passes, "Window changed"},
	SIGIO:     {"IO", ends, "I/O possible"},
	SIGPWR:    {"PWR", ends, "Power failure"},
	SIGSYS:    {"SYS", dumps, "Bad system call"},
}

// effect is what a signal does to a process that left it at its default.
type effect uint8

const (
	ends effect = iota
	dumps
	passes
	stops
	resumes
)

func (s Signal) effect() effect {
	if int(s) < len(signalFacts) {
		return signalFacts[s].effect
	}
	return ends
}

// Valid reports whether there is such a signal.
func (s Signal) Valid() bool { return s >= 1 && s <= maxSignal }

// String is the signal's name without SIG: "TERM".
func (s Signal) String() string {
	switch {
	case s >= 1 && int(s) < len(signalFacts):
		return signalFacts[s].name
	case s == sigRTMin:
		return "RTMIN"
	case s == maxSignal:
		return "RTMAX"
	case s > sigRTMin && s <= (sigRTMin+maxSignal)/2:
		return "RTMIN+" + strconv.Itoa(int(s)-sigRTMin)
	case s > sigRTMin && s < maxSignal:
		return "RTMAX-" + strconv.Itoa(maxSignal-int(s))
	}
	return strconv.Itoa(int(s))
}

// Text is what strsignal(3) calls it: "Segmentation fault".
func (s Signal) Text() string {
	if s >= 1 && int(s) < len(signalFacts) {
		return signalFacts[s].text
	}
	if s >= sigRTMin && s <= maxSignal {
		return "Real-time signal " + strconv.Itoa(int(s)-sigRTMin)
	}
	return "Unknown signal " + strconv.Itoa(int(s))
}

// SignalNamed finds a signal by "TERM", "SIGTERM", "term" or "15". Number 0, the test for existence, is found too.
func SignalNamed(name string) (Signal, bool) {
	if n, err := strconv.Atoi(name); err == nil {
		return Signal(n), n == 0 || Signal(n).Valid()
	}
	name = strings.TrimPrefix(strings.ToUpper(name), "SIG")
	for s := Signal(1); s <= maxSignal; s++ {
		if s.String() == name && (int(s) < len(signalFacts) || s >= sigRTMin) {
			return s, true
		}
	}
	switch name { // other names for the same
	case "CLD":
		return SIGCHLD, true
	case "POLL":
		return SIGIO, true
	case "IOT":
		return SIGABRT, true
	}
	return 0, false
}

// SignalSet is a set of signals.
type SignalSet uint64

// Signals makes a set.
func Signals(list ...Signal) SignalSet {
	var set SignalSet
	for _, s := range list {
		set |= set.bit(s)
	}
	return set
}

func (SignalSet) bit(s Signal) SignalSet { return 1 << (uint(s) - 1) }

// Has reports whether s is in the set.
func (set SignalSet) Has(s Signal) bool { return set&set.bit(s) != 0 }

// first is the lowest signal of a set that is not empty.
func (set SignalSet) first() Signal { return Signal(bits.TrailingZeros64(uint64(set)) + 1) }

// unblockable cannot be caught, ignored or masked.
var unblockable = Signals(SIGKILL, SIGSTOP)

// Action is what a process does with a signal.
type Action uint8

const (
	Default Action = iota // what the signal does to anyone
	Ignore
	Catch // calls that wait return EINTR, and Caught tells which signal came
)
