// Package applet is the small programs of a Linux image, ls to zcat, as Go functions over proc.Sys: busybox's, and
// under the GNU flavour those that Debian has as files of their own.
//
// Laws:
//   - A program gets its process's system calls and nothing else.
//   - Output, messages and exit codes are busybox 1.37's, with musl's words for errors. Help texts are our own.
//   - An option that busybox has and we do not is refused as busybox refuses one that does not exist.
//   - What input can make long goes through system calls or Step; what it can make large is charged with Alloc.
//
// One table (see All) says which programs there are. A program is a function of a call: a process that runs an applet,
// with its arguments, its output and its manners of complaining. Names in Go are those of the commands, with Cmd
// behind them: lsCmd.
//
// Left out: editors (vi says how to do without), login management, TLS, and everything that configures hardware.
package applet

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// Flavour is whose manners a program has: its messages, and where they differ, its output.
type Flavour int

const (
	Busybox Flavour = iota // busybox 1.37 on musl: busybox and alpine images
	GNU                    // Debian's coreutils, grep, sed, findutils, procps on glibc
)

// Applet is a row of the table: a program and where images have it.
type Applet struct {
	Name  string
	Dir   string // where it is installed: "/bin", "/usr/bin", "/sbin" or "/usr/sbin"
	GNU   bool   // Debian's base image has it
	usage string // what follows the name in the usage line
	help  string
	run   func(*call) proc.ExitCode
}

// All lists the applets by name.
func All() []Applet {
	all := slices.Concat(fileApplets(), textApplets(), processApplets(), systemApplets(), archiveApplets(), networkApplets())
	slices.SortFunc(all, func(a, b Applet) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Programs is the applets as programs of their own, by name: what a Debian image has, or a test needs.
func Programs(f Flavour) proc.Programs {
	programs := proc.Programs{}
	for _, a := range All() {
		programs[proc.ProgramID(a.Name)] = a.program(f)
	}
	if f == GNU {
		for _, a := range Packages() {
			programs[proc.ProgramID(a.Name)] = a.program(f)
		}
	}
	return programs
}

// Program is the applet as a program.
func (a Applet) Program(f Flavour) proc.Program { return a.program(f) }

func (a Applet) program(f Flavour) proc.Program {
	return func(s proc.Sys) proc.ExitCode { return run(s, &a, f, s.Args()) }
}

// Multicall is the busybox binary: the program is the one that Args()[0] names, or the first argument after
// "busybox". More is what else is in the binary: the shell under "sh" and "ash".
func Multicall(more proc.Programs) proc.Program {
	all := All()
	find := func(name string) proc.Program {
		if p := more[proc.ProgramID(name)]; p != nil {
			return p
		}
		i := slices.IndexFunc(all, func(a Applet) bool { return a.Name == name })
		if i < 0 {
			return nil
		}
		return all[i].program(Busybox)
	}
	names := namesOf(all, more)
	return func(s proc.Sys) proc.ExitCode { return multicall(s, find, names) }
}

func namesOf(all []Applet, more proc.Programs) []string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	for id := range more { // any order: sorted below
		names = append(names, string(id))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
