package applet

import (
	"errors"
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
)

// call is a process that runs an applet.
type call struct {
	proc.Sys
	app     *Applet
	flavour Flavour
	name    string   // as messages begin with
	args    []string // without the name
	out     *writer  // descriptor 1
	failed  proc.ExitCode
	usageAt proc.ExitCode // the exit code of a wrong call; 0 is 1
	answers *input        // where asks reads from
}

func run(s proc.Sys, a *Applet, f Flavour, argv []string) proc.ExitCode {
	c := &call{Sys: s, app: a, flavour: f, name: a.Name}
	if len(argv) > 0 {
		c.args = argv[1:]
		if n := calledBy(argv); n != "busybox" {
			c.name = n
		}
	}
	c.out = c.newWriter(1)
	if f == Busybox && len(c.args) == 1 && c.args[0] == "--help" && a.usage != "" {
		c.usageText()
		return 0
	}
	code := a.run(c)
	c.out.flush()
	return code
}

// gnu reports whether the manners are GNU's.
func (c *call) gnu() bool { return c.flavour == GNU }

// text is the words of the flavour's C library for an error.
func (c *call) text(err error) string {
	var no proc.Errno
	if errors.As(err, &no) && !c.gnu() {
		return no.Musl()
	}
	return err.Error()
}

// complain writes a line to standard error, after what is still to be written to standard output.
func (c *call) complain(format string, a ...any) {
	c.out.flush()
	c.Write(2, []byte(c.name+": "+fmt.Sprintf(format, a...)+"\n"))
}

// warn is complain, and makes the call fail with 1 in the end.
func (c *call) warn(format string, a ...any) {
	c.complain(format, a...)
	c.failed = 1
}

// die complains and ends the process with 1.
func (c *call) die(format string, a ...any) { c.dieWith(1, format, a...) }

func (c *call) dieWith(code proc.ExitCode, format string, a ...any) {
	c.complain(format, a...)
	c.Exit(code)
}

// about is a complaint about a file: GNU says what was tried, busybox mostly just names it.
func (c *call) about(gnu, name string, err error) {
	if c.gnu() {
		c.warn("%s '%s': %s", gnu, name, c.text(err))
		return
	}
	c.warn("%s: %s", name, c.text(err))
}

// cannot is a complaint that both flavours word alike but for one word: "can't remove 'x': …", "cannot remove 'x': …".
func (c *call) cannot(what, name string, err error) {
	word := "can't"
	if c.gnu() {
		word = "cannot"
	}
	c.warn("%s %s '%s': %s", word, what, name, c.text(err))
}

// usage ends a call that makes no sense.
func (c *call) usage() {
	c.out.flush()
	c.usageText()
	c.Exit(max(c.usageAt, 1))
}

func (c *call) usageText() {
	if c.gnu() {
		c.Write(2, []byte("Try '"+c.name+" --help' for more information.\n"))
		return
	}
	text := version + "\n\nUsage: " + c.name
	if c.app.usage != "-" {
		text += " " + c.app.usage
	}
	c.Write(2, []byte(text+"\n\n"+c.app.help+"\n"))
}

// missing ends a call that lacks an operand; after is the one that it should come after, if any.
func (c *call) missing(after string) {
	if c.gnu() {
		if after != "" {
			c.complain("missing operand after '%s'", after)
		} else {
			c.complain("missing operand")
		}
	}
	c.usage()
}

// print writes to standard output.
func (c *call) print(s string) { c.out.string(s) }

func (c *call) printf(format string, a ...any) { c.out.string(fmt.Sprintf(format, a...)) }

// asks puts a question and reports whether the answer is yes.
func (c *call) asks(question string) bool {
	c.out.flush()
	c.Write(2, []byte(question))
	if c.answers == nil {
		c.answers = c.stdin()
	}
	answer, _ := c.answers.line()
	return len(answer) > 0 && (answer[0] == 'y' || answer[0] == 'Y')
}

// grow charges memory that input made the process need.
func (c *call) grow(n int) { c.Alloc(int64(n)) }

// lookup finds a command as execvp does.
func (c *call) lookup(name string) (string, error) {
	search := c.Getenv("PATH")
	if _, ok := c.LookupEnv("PATH"); !ok {
		search = proc.DefaultPath
	}
	return c.LookPath(name, search)
}

// become replaces the applet by a command; it returns only if that fails, with what a shell would say: 126 or 127.
func (c *call) become(argv []string, env []string) {
	c.out.flush()
	path, err := c.lookup(argv[0])
	if err == nil {
		err = c.Exec(path, argv, env)
	}
	c.notStarted(argv[0], err)
}

func (c *call) notStarted(name string, err error) {
	code := proc.ExitCode(126)
	if err == proc.ENOENT {
		code = 127
	}
	if c.gnu() {
		c.dieWith(code, "failed to run command '%s': %s", name, c.text(err))
	}
	c.dieWith(code, "can't execute '%s': %s", name, c.text(err))
}

// spawn starts a command and waits for it.
func (c *call) spawn(argv []string, files []int) (proc.Status, error) {
	c.out.flush()
	path, err := c.lookup(argv[0])
	if err != nil {
		return proc.Status{}, err
	}
	pid, err := c.Spawn(proc.Command{Path: path, Args: argv, Files: files})
	if err != nil {
		return proc.Status{}, err
	}
	for {
		_, st, err := c.Wait(pid, 0)
		if err != proc.EINTR {
			return st, err
		}
	}
}

// joinPath is dir/name without a doubled slash.
func joinPath(dir, name string) string {
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

// accounts is who the machine knows.
func (c *call) accounts() *passwd.Accounts { return passwd.Read(c.FS().ReadFile) }
