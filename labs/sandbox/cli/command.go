package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// command is a node of the tree: a group of commands, or one that runs.
type command struct {
	name    string
	also    []string // other names
	use     string   // what follows the name in the usage line
	short   string   // what it is for, in a list
	long    string   // the same in --help; "" is short
	aka     string   // the whole names in --help
	group   group
	hidden  bool
	args    arity
	flags   []flag
	first   bool // flags end at the first argument: what follows belongs to another command
	run     func(*docker, *call) error
	subs    []*command
	refused string // why it is not there
}

// group is where a command stands in the list of docker --help.
type group int

const (
	plain group = iota
	common
	management
	swarm
)

// call is a command as it was typed.
type call struct {
	cmd   *command
	path  string // "docker container ls"
	args  []string
	flags *pflag.FlagSet
}

func (c *call) usage() string { return usageLine(c.cmd, c.path) }

func usageLine(cmd *command, path string) string {
	if cmd.use == "" {
		return path
	}
	return path + " " + cmd.use
}

func (c *call) on(name string) bool     { return c.text(name) == "true" }
func (c *call) given(name string) bool  { return c.flags.Changed(name) }
func (c *call) text(name string) string { return c.value(name).text }
func (c *call) list(name string) []string {
	return slices.Clone(c.value(name).list)
}

func (c *call) number(name string) int64 { return parsedInt(c.text(name)) }

func (c *call) value(name string) *value {
	f := c.flags.Lookup(name)
	if f == nil {
		panic("docker: " + c.path + " has no flag --" + name)
	}
	return f.Value.(*value)
}

// arity is how many arguments a command takes. The zero value is none.
type arity struct{ min, max int }

const many = -1

func exactly(n int) arity    { return arity{n, n} }
func atLeast(n int) arity    { return arity{n, many} }
func atMost(n int) arity     { return arity{0, n} }
func between(a, b int) arity { return arity{a, b} }

// check says what is wrong with the number of arguments. cli: cli/required.go
func (a arity) check(c *call) error {
	n := len(c.args)
	if n >= a.min && (a.max == many || n <= a.max) {
		return nil
	}
	see := "Run"
	var needs string
	switch {
	case a.max == many:
		see, needs = "See", fmt.Sprintf("requires at least %d %s", a.min, arguments(a.min))
	case a.max == 0:
		needs = "accepts no arguments"
	case a.min == a.max:
		needs = fmt.Sprintf("requires %d %s", a.min, arguments(a.min))
	case a.min == 0:
		needs = fmt.Sprintf("requires at most %d %s", a.max, arguments(a.max))
	default:
		needs = fmt.Sprintf("requires at least %d and at most %d %s", a.min, a.max, arguments(a.max))
	}
	return exitf(1, "docker: '%s' %s\n\nUsage:  %s\n\n%s '%s --help' for more information", c.path, needs,
		c.usage(), see, c.path)
}

func arguments(n int) string {
	if n == 1 {
		return "argument"
	}
	return "arguments"
}

// sub finds a command below cmd.
func (cmd *command) sub(name string) *command {
	for _, s := range cmd.subs {
		if s.name == name || slices.Contains(s.also, name) {
			return s
		}
	}
	return nil
}

// dispatch finds the command that args names, and runs it.
func (d *docker) dispatch(args []string) error {
	global := &call{cmd: d.root, path: "docker", flags: flagSet(d.root)}
	if err := global.parse(d, args); err != nil {
		return err
	}
	if global.on("version") {
		d.printf("Docker version %s, build %s\n", ClientVersion, clientCommit)
		return nil
	}
	if global.on("help") && len(global.args) == 0 {
		d.write(1, d.help(d.root, "docker"))
		return nil
	}
	if len(global.args) == 0 {
		d.write(2, d.help(d.root, "docker"))
		return nil
	}
	if global.args[0] == "help" {
		return d.helpTopic(global.args[1:])
	}
	return d.descend(global)
}

// helpTopic is `docker help COMMAND`.
func (d *docker) helpTopic(words []string) error {
	at, path := d.root, "docker"
	for _, w := range words {
		next := at.sub(w)
		if next == nil {
			return exitf(1, "unknown help topic: %s", strings.Join(words, " "))
		}
		at, path = next, path+" "+next.name
	}
	d.write(1, d.help(at, path))
	return nil
}

func (d *docker) descend(global *call) error {
	at, path, args := d.root, "docker", global.args
	for len(at.subs) > 0 && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		next := at.sub(args[0])
		if next == nil {
			return unknownCommand(at, path, args[0])
		}
		at, path, args = next, path+" "+next.name, args[1:]
	}
	if at.refused != "" {
		return exitf(1, "%s: %s; nothing was done", path, at.refused)
	}
	c := &call{cmd: at, path: path, flags: flagSet(at)}
	if err := c.parse(d, args); err != nil {
		return err
	}
	if c.on("help") {
		d.write(1, d.help(at, path))
		return nil
	}
	if len(at.subs) > 0 {
		if len(c.args) > 0 {
			return unknownCommand(at, path, c.args[0])
		}
		d.write(2, d.help(at, path))
		return nil
	}
	if err := at.args.check(c); err != nil {
		return err
	}
	if err := c.refuse(); err != nil {
		return err
	}
	if err := d.connect(global); err != nil {
		return err
	}
	d.debug = global.on("debug")
	return at.run(d, c)
}

func unknownCommand(at *command, path, name string) error {
	if path == "docker" {
		return exitf(1, "docker: unknown command: docker %s\n\nRun 'docker --help' for more information", name)
	}
	return exitf(1, "docker: unknown command: %s %s\n\nUsage:  %s\n\nRun '%s --help' for more information",
		path, name, usageLine(at, path), path)
}

// parse reads flags and arguments.
func (c *call) parse(d *docker, args []string) error {
	c.flags.SetOutput(notices{d})
	if err := c.flags.Parse(args); err != nil {
		return exitf(125, "%s\n\nUsage:  %s\n\nRun '%s --help' for more information", err, c.usageForFlags(), c.path)
	}
	c.args = c.flags.Args()
	return nil
}

func (c *call) usageForFlags() string {
	if c.path == "docker" {
		return "docker [OPTIONS] COMMAND [ARG...]"
	}
	return c.usage()
}

// notices takes what pflag says of deprecated flags.
type notices struct{ d *docker }

func (n notices) Write(b []byte) (int, error) { return n.d.sys.Write(1, b) }

// refuse says that a flag is not simulated.
func (c *call) refuse() error {
	for _, f := range c.cmd.flags {
		if f.fate == refused && c.given(f.name) {
			return exitf(125, "%s: --%s is not simulated; nothing was started", c.path, f.name)
		}
	}
	return nil
}
