// Package cli is docker(1) as a program of the simulated machine.
//
// It speaks to an engine through api only, as the real command speaks HTTP: what it knows of containers, images,
// networks and builds it has asked for. Files it reads and writes are those of the machine that it runs on.
//
// Laws:
//   - Names, short forms, types and defaults of flags, usage errors, columns and exit codes are those of docker 29.
//   - Every flag of a command that is simulated works, or has no effect here and is listed as such (Idle), or is
//     refused by name before anything happens (Refused). Fidelity tells which.
//   - The tree of commands is one table (table.go and the files beside it); help, completion and parsing read it.
//
// Differences: descriptions in --help are our own words. There are no contexts but "default", no builders but
// "default", no plugins (buildx is part of the command), and no configuration file but the credentials that login
// writes. Compose, swarm and the other commands that the tree names without a program are refused by name.
package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// ClientVersion is what docker --version says.
const (
	ClientVersion = "29.7.2"
	clientCommit  = "a7dcaa6"
	clientBuilt   = "Mon Nov 23 14:47:50 2026"
	clientGo      = "go1.26.8"
)

// New is the docker command, which speaks to engine.
func New(engine api.Engine) proc.Program {
	root := tree()
	return func(s proc.Sys) proc.ExitCode {
		d := &docker{sys: s, engine: engine, root: root}
		return d.main(s.Args()[1:])
	}
}

// docker is one run of the command.
type docker struct {
	sys    proc.Sys
	engine api.Engine
	root   *command
	debug  bool // more is to be said
	calls  int  // of templates by templates
}

// caller is the process itself, as the engine sees it.
func (d *docker) caller() api.Caller { return api.Caller{Sys: d.sys} }

func (d *docker) printf(format string, args ...any) { d.write(1, fmt.Sprintf(format, args...)) }
func (d *docker) warnf(format string, args ...any)  { d.write(2, fmt.Sprintf(format, args...)) }

func (d *docker) write(fd int, text string) {
	if text != "" {
		d.sys.Write(fd, []byte(text)) //nolint:errcheck // as the real one: nobody is left to tell
	}
}

// exit is the end of a run: what is said on standard error, and the exit code.
type exit struct {
	code  proc.ExitCode
	text  string
	cause error // may be nil
}

// RuleError is the event of an error that docker told: its detail is the text.
const RuleError sim.Rule = "docker.error"

// complain tells an error, if it has words.
func (d *docker) complain(err error) {
	if text := sentence(err); text != "" {
		d.sys.Event(RuleError, strings.Join(d.sys.Args(), " "), sim.Text(text), causes(err)...)
		d.warnf("%s\n", strings.TrimSuffix(text, "\n"))
	}
}

// causes is what led to an error, as far as the engine knows.
func causes(err error) (all []sim.EventID) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			all = append(all, causes(e)...)
		}
		return all
	}
	return slices.Clone(api.CausesOf(err))
}

func (e *exit) Error() string { return e.text }
func (e *exit) Unwrap() error { return e.cause }

func exitf(code proc.ExitCode, format string, args ...any) error {
	return &exit{code: code, text: fmt.Sprintf(format, args...)}
}

// main runs a command line without its first word.
func (d *docker) main(args []string) proc.ExitCode {
	err := d.dispatch(args)
	if err == nil {
		return 0
	}
	d.complain(err)
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	return 1
}

// sentence is what is printed of an error. What the engine says is marked as its word.
func sentence(err error) string {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var lines []string
		for _, e := range many.Unwrap() {
			lines = append(lines, sentence(e))
		}
		return strings.Join(lines, "\n")
	}
	return daemon(err).Error()
}

// daemon marks an error as the engine's word, if it is; nil stays nil.
func daemon(err error) error {
	if e, ok := err.(*api.Error); ok {
		return daemonError{e}
	}
	return err
}

type daemonError struct{ cause *api.Error }

func (e daemonError) Error() string {
	if e.cause.Kind == api.Unavailable && strings.HasPrefix(e.cause.Msg, "dial ") {
		return noDaemon(socket, e.cause.Msg)
	}
	return "Error response from daemon: " + e.cause.Msg
}

func (e daemonError) Unwrap() error { return e.cause }
