package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
)

// state is a stage as its instructions change it. buildkit: dockerfile2llb/convert.go, dispatchState
type state struct {
	doc    image.Document
	env    *variables // of processes: ENVs and ARGs
	args   []string   // ARGs in order
	dirSet bool       // by a WORKDIR of the file

	cmd, entrypoint, healthcheck []parser.Range // where they were last set in this stage
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// copied is a document that can be changed.
func copied(d image.Document) image.Document {
	var next image.Document
	if err := json.Unmarshal(image.Marshal(d), &next); err != nil {
		panic(err) // it was marshalled just now
	}
	return next
}

// dispatch lets all instructions of the stages that are needed change their stage's state.
func (p *plan) dispatch() error {
	needed := p.wanted()
	for _, s := range p.stages {
		if slices.Contains(needed, s) {
			if err := s.dispatch(); err != nil {
				return err
			}
		}
	}
	doc := &p.target.doc
	for _, name := range sortedKeys(p.b.r.Labels) {
		if doc.Config.Labels == nil {
			doc.Config.Labels = map[string]string{}
		}
		doc.Config.Labels[name] = p.b.r.Labels[name]
	}
	return p.lintError()
}

func (s *stage) dispatch() error {
	s.inherit()
	if err := s.p.take(len(image.Marshal(s.doc))); err != nil {
		return parser.WithLocation(err, s.src.Location)
	}
	for _, c := range s.commands {
		if makesFiles(c.Command) || c.onBuild {
			s.total++
		}
	}
	if s.base == nil && s.baseName != scratch {
		s.total, s.shown = s.total+1, 1
	}
	for _, c := range s.commands {
		if err := s.one(c); err != nil {
			return parser.WithLocation(err, c.Location())
		}
	}
	return nil
}

// scratch is the name of what has no files.
const scratch = "scratch"

// inherit takes over what the stage goes on from.
func (s *stage) inherit() {
	s.state = &state{env: &variables{}}
	switch {
	case s.base != nil:
		s.doc, s.env = copied(s.base.doc), s.base.env.clone()
		s.args, s.dirSet = slices.Clone(s.base.args), s.base.dirSet
	case s.image != nil:
		s.doc = copied(s.image.Document)
	default:
		s.doc = image.Document{Architecture: "amd64", OS: "linux"}
		s.doc.Config.WorkingDir = "/"
	}
	s.doc.Config.OnBuild = nil // they are commands of this stage by now
	config := &s.doc.Config
	if !slices.ContainsFunc(config.Env, func(kv string) bool { return strings.HasPrefix(kv, "PATH=") }) {
		config.Env = append(config.Env, "PATH="+proc.DefaultPath)
	}
	for _, kv := range config.Env {
		name, value, _ := strings.Cut(kv, "=")
		s.env.put(name, value)
	}
}

func makesFiles(c instructions.Command) bool {
	switch c.(type) {
	case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand, *instructions.WorkdirCommand:
		return true
	}
	return false
}

// trigger puts in front of a stage's commands what its base wants to be done first. It reports whether that needs
// images that were not needed before. buildkit: dockerfile2llb, initOnBuildTriggers
func (s *stage) trigger() (bool, error) {
	var lines []string
	switch {
	case s.base != nil:
		for _, c := range s.base.commands {
			if on, ok := c.Command.(*instructions.OnbuildCommand); ok {
				lines = append(lines, on.Expression)
			}
		}
	case s.image != nil:
		lines = s.image.Document.Config.OnBuild
	}
	more := false
	var commands []command
	for _, line := range lines {
		c, err := s.triggered(line)
		if err != nil {
			return false, parser.WithLocation(err, s.src.Location)
		}
		more = more || len(c.from) > 0
		commands = append(commands, c)
	}
	s.commands = append(commands, s.commands...)
	return more, nil
}

func (s *stage) triggered(line string) (command, error) {
	file, err := parser.Parse(strings.NewReader(line))
	if err != nil {
		return command{}, err
	}
	if len(file.AST.Children) != 1 {
		return command{}, errors.New("onbuild trigger should be a single expression")
	}
	node := file.AST.Children[0]
	if len(s.src.Location) > 0 {
		node.StartLine, node.EndLine = s.src.Location[0].Start.Line, s.src.Location[0].End.Line
	}
	c, err := instructions.ParseCommand(node)
	if err != nil {
		return command{}, err
	}
	with, err := s.p.sources(c)
	with.onBuild = true
	return with, err
}

// one is one instruction.
func (s *stage) one(c command) error {
	if _, isArg := c.Command.(*instructions.ArgCommand); !isArg {
		if err := s.expand(c.Command); err != nil {
			return err
		}
	}
	s.lintInstruction(c.Command)
	return s.change(c)
}

func (s *stage) expand(c instructions.Command) error {
	if ex, ok := c.(instructions.SupportsSingleWordExpansion); ok {
		err := ex.Expand(func(word string) (string, error) {
			w, err := s.p.word(word, s.env)
			s.lintVariables(c, w.Unmatched)
			return w.Result, err
		})
		if err != nil {
			return err
		}
	}
	if ex, ok := c.(instructions.SupportsSingleWordExpansionRaw); ok {
		return ex.ExpandRaw(func(text string) (string, error) {
			if err := s.p.expands(text, s.env); err != nil {
				return "", err
			}
			lex := shell.NewLex('\\')
			lex.SkipProcessQuotes = true
			w, unknown, err := lex.ProcessWord(text, s.env)
			s.lintVariables(c, unknown)
			return w, err
		})
	}
	return nil
}

// change is what an instruction does to the configuration, and to the files.
func (s *stage) change(c command) error {
	config := &s.doc.Config
	switch c := c.Command.(type) {
	case *instructions.MaintainerCommand:
		s.doc.Author = c.Maintainer
		return s.history("MAINTAINER "+c.Maintainer, false)
	case *instructions.EnvCommand:
		return s.setEnv(c)
	case *instructions.LabelCommand:
		return s.setLabels(c)
	case *instructions.OnbuildCommand:
		config.OnBuild = append(config.OnBuild, c.Expression)
		return nil
	case *instructions.CmdCommand:
		config.Cmd, config.ArgsEscaped = s.line(c.ShellDependantCmdLine), true
		return s.history(fmt.Sprintf("CMD %q", config.Cmd), false)
	case *instructions.EntrypointCommand:
		return s.setEntrypoint(c)
	case *instructions.HealthCheckCommand:
		return s.setHealthcheck(c)
	case *instructions.ExposeCommand:
		return s.expose(c)
	case *instructions.UserCommand:
		config.User = c.User
		return s.history("USER "+c.User, false)
	case *instructions.VolumeCommand:
		return s.volumes(c)
	case *instructions.StopSignalCommand:
		if !knownSignal(c.Signal) {
			return fmt.Errorf("invalid signal: %s", c.Signal)
		}
		config.StopSignal = c.Signal
		return s.history("STOPSIGNAL "+c.Signal, false)
	case *instructions.ShellCommand:
		config.Shell = c.Shell
		return s.history(fmt.Sprintf("SHELL %v", c.Shell), false)
	case *instructions.ArgCommand:
		return s.arg(c)
	}
	return s.files(c)
}

// history adds a line to how the image came about.
func (s *stage) history(text string, layer bool) error {
	s.doc.History = append(s.doc.History, image.History{
		CreatedBy: text, Comment: "buildkit.dockerfile.v0", EmptyLayer: !layer,
	})
	return s.p.take(2 * len(text)) // the line, and what it sets
}

func (s *stage) setEnv(c *instructions.EnvCommand) error {
	text := "ENV"
	for _, kv := range c.Env {
		text += " " + kv.String()
		s.env.put(kv.Key, kv.Value)
		s.doc.Config.Env = withVariable(s.doc.Config.Env, kv.Key, kv.Value)
	}
	return s.history(text, false)
}

func withVariable(env []string, name, value string) []string {
	for i, old := range env {
		if strings.HasPrefix(old, name+"=") {
			env[i] = name + "=" + value
			return env
		}
	}
	return append(env, name+"="+value)
}

func (s *stage) setLabels(c *instructions.LabelCommand) error {
	text := "LABEL"
	if s.doc.Config.Labels == nil {
		s.doc.Config.Labels = map[string]string{}
	}
	for _, kv := range c.Labels { // any order: it is a list, in the order of the line
		text += " " + kv.String()
		s.doc.Config.Labels[kv.Key] = kv.Value
	}
	return s.history(text, false)
}

func (s *stage) setEntrypoint(c *instructions.EntrypointCommand) error {
	config := &s.doc.Config
	config.Entrypoint, config.ArgsEscaped = s.line(c.ShellDependantCmdLine), true
	if s.cmd == nil {
		config.Cmd = nil // the base image's goes with the base image's ENTRYPOINT
	}
	return s.history(fmt.Sprintf("ENTRYPOINT %q", config.Entrypoint), false)
}

func (s *stage) setHealthcheck(c *instructions.HealthCheckCommand) error {
	h := c.Health
	s.doc.Config.Healthcheck = &image.Healthcheck{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod,
		StartInterval: h.StartInterval, Retries: h.Retries,
	}
	return s.history(fmt.Sprintf("HEALTHCHECK %q", any(s.doc.Config.Healthcheck)), false)
}

// line is a command line in its exec form.
func (s *stage) line(c instructions.ShellDependantCmdLine) []string {
	if !c.PrependShell {
		return c.CmdLine
	}
	return append(s.shell(), strings.Join(c.CmdLine, " "))
}

func (s *stage) shell() []string {
	if sh := s.doc.Config.Shell; len(sh) > 0 {
		return slices.Clone(sh)
	}
	return []string{"/bin/sh", "-c"}
}

func (s *stage) volumes(c *instructions.VolumeCommand) error {
	if s.doc.Config.Volumes == nil {
		s.doc.Config.Volumes = map[string]struct{}{}
	}
	for _, v := range c.Volumes {
		if v == "" {
			return fmt.Errorf("VOLUME specified can not be an empty string")
		}
		s.doc.Config.Volumes[v] = struct{}{}
	}
	return s.history(fmt.Sprintf("VOLUME %v", c.Volumes), false)
}

// arg is a variable for the build: what was given on the command line, else its default, else what was said before the
// first FROM. buildkit: dockerfile2llb, dispatchArg
func (s *stage) arg(c *instructions.ArgCommand) error {
	var words []string
	for _, a := range c.Args {
		value, given := s.p.b.r.Args[a.Key]
		if !given && a.Value != nil {
			v, err := s.p.word(*a.Value, s.env)
			s.lintVariables(c, v.Unmatched)
			if err != nil {
				return err
			}
			value, given = v.Result, true
		} else if !given {
			value, given = s.p.globals.Get(a.Key)
		}
		word := a.Key
		if given {
			word += "=" + value
			s.env.put(a.Key, value)
		}
		if !slices.Contains(s.args, a.Key) {
			s.args = append(s.args, a.Key)
		}
		words = append(words, word)
	}
	return s.history("ARG "+strings.Join(words, " "), false)
}

// argWords are the ARGs as the history shows them before a command. buildkit: dockerfile2llb, runCommandString
func (s *stage) argWords() []string {
	if len(s.args) == 0 {
		return nil
	}
	words := []string{"|" + strconv.Itoa(len(s.args))}
	for _, name := range s.args {
		value, _ := s.env.Get(name)
		words = append(words, name+"="+value)
	}
	return words
}

// titled is a step as the progress shows it, with its number.
func (s *stage) titled(c command, text string, lex *shell.Lex) string {
	if s.p.expands(text, s.env) == nil { // if not, the next instruction says so
		if w, _, err := lex.ProcessWord(text, s.env); err == nil {
			text = w
		}
	}
	word, rest, _ := strings.Cut(text, " ")
	text = strings.ToUpper(word) + " " + rest
	if c.onBuild {
		text = "ONBUILD " + text
	}
	s.shown++
	return s.numbered(s.shown, text)
}

// numbered is buildkit: dockerfile2llb, prefixCommand
func (s *stage) numbered(n int, text string) string {
	prefix := ""
	if s.p.several {
		prefix = s.name() + " "
	}
	return fmt.Sprintf("[%s%*d/%d] %s", prefix, len(strconv.Itoa(s.total)), n, s.total, text)
}

func knownSignal(s string) bool {
	sig, ok := proc.SignalNamed(s)
	return ok && sig != 0
}
