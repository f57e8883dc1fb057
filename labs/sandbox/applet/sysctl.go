package applet

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/proc"
)

// sysctlDir is where the kernel's parameters are files.
const sysctlDir = "/proc/sys/"

// sysctlCmd is sysctl(8): the files below /proc/sys by their dotted names.
func sysctlCmd(c *call) proc.ExitCode {
	o := c.getopt("neqwaAbNp:", "all=a", "write=w", "values=n", "names=N", "ignore=e", "quiet=q")
	if o.has('p') || o.has('b') {
		c.die("options -p and -b are not simulated in the sandbox")
	}
	s := sysctl{c, o}
	if o.has('a') || o.has('A') {
		for _, name := range c.Network().Sysctls() {
			s.show(name)
		}
		return c.failed
	}
	if len(o.args) == 0 {
		c.usage()
	}
	for _, arg := range o.args {
		name, value, set := strings.Cut(arg, "=")
		name = strings.ReplaceAll(strings.TrimSpace(name), "/", ".")
		if set {
			s.set(name, strings.TrimSpace(value))
		} else {
			s.show(name)
		}
	}
	return c.failed
}

type sysctl struct {
	*call
	o *options
}

// file is a parameter's file. The dots in a link's name were slashes.
func (s sysctl) file(name string) string { return sysctlDir + strings.ReplaceAll(name, ".", "/") }

func (s sysctl) show(name string) {
	text, err := s.FS().ReadFile(s.file(name))
	if err != nil {
		s.failedTo("read", name, err)
		return
	}
	s.print(s.line(name, strings.TrimSpace(string(text))))
}

func (s sysctl) line(name, value string) string {
	switch {
	case s.o.has('n'):
		return value + "\n"
	case s.o.has('N'):
		return name + "\n"
	}
	return name + " = " + value + "\n"
}

func (s sysctl) set(name, value string) {
	fd, err := s.Open(s.file(name), proc.O_WRONLY, 0)
	if err == nil {
		_, err = s.Write(fd, []byte(value+"\n"))
		s.Close(fd)
	}
	if err != nil {
		s.failedTo("write", name, err)
		return
	}
	if !s.o.has('q') {
		s.print(s.line(name, value))
	}
}

// failedTo complains about a parameter. busybox: procps/sysctl.c; procps: src/sysctl.c
func (s sysctl) failedTo(what, name string, err error) {
	missing := slices.Contains([]error{proc.ENOENT, proc.ENOTDIR}, err)
	switch {
	case missing && s.o.has('e'):
	case missing && s.gnu():
		s.warn("cannot stat %s: %s", s.file(name), s.text(err))
	case missing:
		s.warn("error: '%s' is an unknown key", name)
	case s.gnu() && what == "write":
		s.warn("setting key \"%s\"%s: %s", name, map[bool]string{true: ", ignoring"}[err == proc.EROFS], s.text(err))
	case s.gnu():
		s.warn("reading key \"%s\": %s", name, s.text(err))
	case what == "write":
		s.warn("error setting key '%s': %s", name, s.text(err))
	default:
		s.warn("error reading key '%s': %s", name, s.text(err))
	}
}
