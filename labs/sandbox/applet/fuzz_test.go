package applet_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/applet"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/proc/proctest"
	"dockerlearn/labs/sandbox/sim"
)

// fuzzed runs an applet on input from nowhere: it must not panic (139) whatever it is given.
func fuzzed(t *testing.T, stdin string, args ...string) {
	t.Helper()
	for _, a := range args {
		if strings.ContainsRune(a, 0) {
			return
		}
	}
	programs := proc.Programs{}
	for _, a := range applet.All() {
		if a.Name == args[0] {
			programs[proc.ProgramID(a.Name)] = a.Program(applet.GNU)
		}
	}
	m := proctest.New(t, proctest.Config{Programs: programs, Limits: sim.Limits{Steps: 200000, Bytes: 64 << 20, Memory: 64 << 20, Output: 1 << 20}})
	m.View.WriteFile("/in", []byte(stdin), 0o644)
	m.View.Chdir("/tmp")
	if r := m.RunInput(stdin, args...); r.Code == 139 {
		t.Errorf("%q of %q: %+v", args, stdin, r)
	}
}

func FuzzSed(f *testing.F) {
	for _, s := range []string{"s/a/b/g", "/x/,/y/{p;d}", ":a;N;ba", "y/ab/cd/", "$!N;P;D", "s/\\(a\\)\\1/x/2"} {
		f.Add(s, "a\nb\n")
	}
	f.Fuzz(func(t *testing.T, script, in string) { fuzzed(t, in, "sed", script) })
}

func FuzzAwk(f *testing.F) {
	for _, s := range []string{"{print $1}", "BEGIN{for(i=0;i<3;i++)a[i]=i;for(k in a)print k}", "function f(x){return x} {print f($0)}", "/a/,/b/", "{printf \"%5.2f %s\\n\", $1, $2}"} {
		f.Add(s, "a b\n1 2\n")
	}
	f.Fuzz(func(t *testing.T, script, in string) { fuzzed(t, in, "awk", script) })
}

func FuzzGrep(f *testing.F) {
	for _, s := range []string{"a*", "[[:alpha:]]+", "(a|b){2,3}", "\\(a\\)\\1", "^$", "\\<x\\>"} {
		f.Add(s, "abc\n")
	}
	f.Fuzz(func(t *testing.T, pattern, in string) {
		fuzzed(t, in, "grep", pattern)
		fuzzed(t, in, "grep", "-Eo", pattern)
	})
}

func FuzzPrintf(f *testing.F) {
	for _, s := range []string{"%d %s\n", "%-5.3f|%x|%c", "%b\\c", "%*d", "%q%%"} {
		f.Add(s, "12")
	}
	f.Fuzz(func(t *testing.T, format, arg string) { fuzzed(t, "", "printf", format, arg) })
}

func FuzzTar(f *testing.F) {
	f.Add("")
	f.Add("\x1f\x8b\x08")
	f.Add("name" + strings.Repeat("\x00", 508))
	f.Fuzz(func(t *testing.T, archive string) { fuzzed(t, archive, "tar", "xvf", "/in") })
}
