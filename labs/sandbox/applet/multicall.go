package applet

import (
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

const version = "BusyBox v1.37.0 (2024-09-26 21:31:42 UTC) multi-call binary."

// multicall starts the program that the process was called by.
func multicall(s proc.Sys, find func(string) proc.Program, names []string) proc.ExitCode {
	args := s.Args()
	name := calledBy(args)
	if name != "busybox" {
		return dispatch(s, find, name)
	}
	if len(args) < 2 || args[1] == "--help" {
		s.Write(1, []byte(overview(names)))
		return 0
	}
	switch args[1] {
	case "--list":
		s.Write(1, []byte(strings.Join(names, "\n")+"\n"))
		return 0
	case "--install":
		return install(s, names, args[2:])
	}
	s.SetArgs(args[1:])
	s.SetName(path.Base(args[1]))
	return dispatch(s, find, path.Base(args[1]))
}

// calledBy is the applet's name: the last part of what the process was called by, without a login shell's dash.
func calledBy(args []string) string {
	if len(args) == 0 {
		return "busybox"
	}
	return strings.TrimPrefix(path.Base(args[0]), "-")
}

func dispatch(s proc.Sys, find func(string) proc.Program, name string) proc.ExitCode {
	p := find(name)
	if p != nil {
		return p(s)
	}
	why := "applet not found"
	if slices.Contains(strings.Fields(unsimulated), name) {
		why = "not simulated in the sandbox"
	}
	s.Write(2, []byte(name+": "+why+"\n"))
	return 127
}

func overview(names []string) string {
	var b strings.Builder
	b.WriteString(version + "\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n" +
		"   or: busybox --install [-s] [DIR]\n   or: function [arguments]...\n\nCurrently defined functions:\n")
	line := "\t"
	for i, n := range names {
		if i < len(names)-1 {
			n += ","
		}
		if len(line)+1+len(n) > 73 {
			b.WriteString(line + "\n")
			line = "\t"
		}
		if line != "\t" {
			line += " "
		}
		line += n
	}
	return b.String() + line + "\n"
}

// install links every name to the binary, as busybox --install does.
func install(s proc.Sys, names, args []string) proc.ExitCode {
	link := s.FS().Link
	if len(args) > 0 && args[0] == "-s" {
		link, args = s.FS().Symlink, args[1:]
	}
	dir := "/bin"
	if len(args) > 0 {
		dir = args[0]
	}
	for _, n := range names {
		if err := link("/bin/busybox", path.Join(dir, n)); err != nil && err != proc.EEXIST {
			s.Write(2, []byte("busybox: "+path.Join(dir, n)+": "+err.(proc.Errno).Musl()+"\n"))
		}
	}
	return 0
}
