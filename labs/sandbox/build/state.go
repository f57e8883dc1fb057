package build

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/proc"
)

// state is a stage as its instructions change it.
type state struct {
	doc    image.Document
	env    map[string]string // of processes: ARGs and ENVs
	set    map[string]bool   // by ENV
	args   []string          // ARGs in order
	cmdSet bool
	dirSet bool
}

// todo is a step that changes files.
type todo struct {
	name string
	at   []parser.Range
	run  *Process
	copy *copying
	dir  string // of WORKDIR
	user string
}

// words are everything in a step that is not files.
func (t *todo) words() image.Digest {
	switch {
	case t.run != nil:
		return image.NameDigest(append(append([]string{"run", t.run.User, t.run.Dir, t.run.Input}, t.run.Args...), t.run.Env...)...)
	case t.copy != nil:
		return image.NameDigest(t.copy.words()...)
	}
	return image.NameDigest("workdir", t.dir, t.user)
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
	for _, s := range p.target.needed() {
		if s.index < 0 {
			continue
		}
		if err := s.dispatch(); err != nil {
			return err
		}
	}
	doc := &p.target.doc
	for _, name := range sortedKeys(p.b.r.Labels) {
		if doc.Config.Labels == nil {
			doc.Config.Labels = map[string]string{}
		}
		doc.Config.Labels[name] = p.b.r.Labels[name]
	}
	return nil
}

func (s *stage) dispatch() error {
	s.state = &state{env: map[string]string{}, set: map[string]bool{}}
	commands := s.src.Commands
	switch {
	case s.base != nil:
		s.doc = copied(s.base.doc)
		maps.Copy(s.env, s.base.env)
		maps.Copy(s.set, s.base.set)
	case s.image != nil:
		s.doc = copied(s.image.Document)
		triggers, err := s.triggers()
		if err != nil {
			return err
		}
		commands = append(triggers, commands...)
	default:
		s.doc = image.Document{Architecture: "amd64", OS: "linux"}
		s.doc.Config.Env = []string{"PATH=" + proc.DefaultPath}
		s.doc.Config.WorkingDir = "/"
	}
	for _, kv := range s.doc.Config.Env {
		name, value, _ := strings.Cut(kv, "=")
		s.env[name], s.set[name] = value, true
	}
	for _, c := range commands {
		if makesFiles(c) {
			s.total++
		}
	}
	for _, c := range commands {
		if err := s.one(c); err != nil {
			return parser.WithLocation(err, c.Location())
		}
	}
	return nil
}

func makesFiles(c instructions.Command) bool {
	switch c.(type) {
	case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand, *instructions.WorkdirCommand:
		return true
	}
	return false
}

// triggers are what the base image wants to be done first.
func (s *stage) triggers() ([]instructions.Command, error) {
	lines := s.doc.Config.OnBuild
	s.doc.Config.OnBuild = nil
	var list []instructions.Command
	for _, line := range lines {
		file, err := parser.Parse(strings.NewReader(line))
		if err != nil {
			return nil, parser.WithLocation(err, s.src.Location)
		}
		c, err := instructions.ParseCommand(file.AST.Children[0])
		if err != nil {
			return nil, parser.WithLocation(err, s.src.Location)
		}
		list = append(list, c)
	}
	return list, nil
}

// one is one instruction.
func (s *stage) one(c instructions.Command) error {
	s.lint(c)
	if _, isArg := c.(*instructions.ArgCommand); !isArg {
		if err := s.expand(c); err != nil {
			return err
		}
	}
	return s.change(c)
}

func (s *stage) expand(c instructions.Command) error {
	if ex, ok := c.(instructions.SupportsSingleWordExpansion); ok {
		err := ex.Expand(func(word string) (string, error) {
			w, missing, err := s.p.lex.ProcessWord(word, vars(s.env))
			for _, name := range sortedKeys(missing) {
				s.p.b.warn(1, "UndefinedVar", fmt.Sprintf("Usage of undefined variable '$%s'", name), c.Location())
			}
			return w, err
		})
		if err != nil {
			return err
		}
	}
	if ex, ok := c.(instructions.SupportsSingleWordExpansionRaw); ok {
		return ex.ExpandRaw(func(text string) (string, error) {
			lex := shell.NewLex('\\')
			lex.SkipProcessQuotes = true
			w, _, err := lex.ProcessWord(text, vars(s.env))
			return w, err
		})
	}
	return nil
}

// change is what an instruction does to the configuration. buildkit: frontend/dockerfile/dockerfile2llb/convert.go
func (s *stage) change(c instructions.Command) error {
	config := &s.doc.Config
	switch c := c.(type) {
	case *instructions.MaintainerCommand:
		s.doc.Author = c.Maintainer
		s.history("MAINTAINER "+c.Maintainer, false)
	case *instructions.EnvCommand:
		s.setEnv(c)
	case *instructions.LabelCommand:
		s.setLabels(c)
	case *instructions.OnbuildCommand:
		config.OnBuild = append(config.OnBuild, c.Expression)
	case *instructions.CmdCommand:
		config.Cmd, config.ArgsEscaped, s.cmdSet = s.line(c.ShellDependantCmdLine), true, true
		s.history(fmt.Sprintf("CMD %q", config.Cmd), false)
	case *instructions.EntrypointCommand:
		config.Entrypoint, config.ArgsEscaped = s.line(c.ShellDependantCmdLine), true
		if !s.cmdSet {
			config.Cmd = nil
		}
		s.history(fmt.Sprintf("ENTRYPOINT %q", config.Entrypoint), false)
	case *instructions.HealthCheckCommand:
		h := c.Health
		config.Healthcheck = &image.Healthcheck{
			Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod,
			StartInterval: h.StartInterval, Retries: h.Retries,
		}
		s.history(fmt.Sprintf("HEALTHCHECK %q", any(config.Healthcheck)), false)
	case *instructions.ExposeCommand:
		return s.expose(c)
	case *instructions.UserCommand:
		config.User = c.User
		s.history("USER "+c.User, false)
	case *instructions.VolumeCommand:
		return s.volumes(c)
	case *instructions.StopSignalCommand:
		if !knownSignal(c.Signal) {
			return fmt.Errorf("invalid signal: %s", c.Signal)
		}
		config.StopSignal = c.Signal
		s.history("STOPSIGNAL "+c.Signal, false)
	case *instructions.ShellCommand:
		config.Shell = c.Shell
		s.history(fmt.Sprintf("SHELL %v", c.Shell), false)
	case *instructions.ArgCommand:
		return s.arg(c)
	default:
		return s.files(c)
	}
	return nil
}

// history adds a line to how the image came about.
func (s *stage) history(text string, layer bool) {
	s.doc.History = append(s.doc.History, image.History{
		CreatedBy: text, Comment: "buildkit.dockerfile.v0", EmptyLayer: !layer,
	})
}

func (s *stage) setEnv(c *instructions.EnvCommand) {
	text := "ENV"
	for _, kv := range c.Env {
		text += " " + kv.String()
		s.env[kv.Key], s.set[kv.Key] = kv.Value, true
		s.doc.Config.Env = withVariable(s.doc.Config.Env, kv.Key, kv.Value)
	}
	s.history(text, false)
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

func (s *stage) setLabels(c *instructions.LabelCommand) {
	text := "LABEL"
	if s.doc.Config.Labels == nil {
		s.doc.Config.Labels = map[string]string{}
	}
	for _, kv := range c.Labels { // any order: it is a list, in the order of the line
		text += " " + kv.String()
		s.doc.Config.Labels[kv.Key] = kv.Value
	}
	s.history(text, false)
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

func (s *stage) expose(c *instructions.ExposeCommand) error {
	var words []string
	for _, p := range c.Ports {
		more, err := s.p.lex.ProcessWords(p, vars(s.env))
		if err != nil {
			return err
		}
		words = append(words, more...)
	}
	before := maps.Clone(s.doc.Config.ExposedPorts)
	s.doc.Config.ExposedPorts = nil
	if err := s.doc.Config.ApplyChanges([]string{"EXPOSE " + strings.Join(words, " ")}); err != nil {
		return err
	}
	ports := sortedKeys(s.doc.Config.ExposedPorts)
	maps.Copy(s.doc.Config.ExposedPorts, before)
	s.history(fmt.Sprintf("EXPOSE %v", ports), false)
	return nil
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
	s.history(fmt.Sprintf("VOLUME %v", c.Volumes), false)
	return nil
}

// arg is a variable for the build. What ENV says wins.
func (s *stage) arg(c *instructions.ArgCommand) error {
	var words []string
	for _, a := range c.Args {
		value, given := s.p.b.r.Args[a.Key]
		if !given && a.Value != nil {
			v, _, err := s.p.lex.ProcessWord(*a.Value, vars(s.env))
			if err != nil {
				return err
			}
			value, given = v, true
		} else if !given {
			value, given = s.p.globals[a.Key]
		}
		word := a.Key
		if given {
			word += "=" + value
			if !s.set[a.Key] {
				s.env[a.Key] = value
			}
		}
		if !slices.Contains(s.args, a.Key) {
			s.args = append(s.args, a.Key)
		}
		words = append(words, word)
	}
	s.history("ARG "+strings.Join(words, " "), false)
	return nil
}

// files is an instruction that changes files.
func (s *stage) files(c instructions.Command) error {
	switch c := c.(type) {
	case *instructions.RunCommand:
		return s.runCommand(c)
	case *instructions.WorkdirCommand:
		return s.workdir(c)
	case *instructions.CopyCommand:
		return s.copyCommand(c, &copying{
			verb: "COPY", SourcesAndDest: c.SourcesAndDest, from: c.From, chown: c.Chown, chmod: c.Chmod,
			exclude: c.ExcludePatterns, parents: c.Parents,
		})
	case *instructions.AddCommand:
		return s.copyCommand(c, &copying{
			verb: "ADD", SourcesAndDest: c.SourcesAndDest, chown: c.Chown, chmod: c.Chmod, exclude: c.ExcludePatterns,
			unpack: c.Unpack == nil || *c.Unpack,
		})
	}
	return fmt.Errorf("%s is not simulated", strings.ToUpper(c.Name()))
}

func (s *stage) workdir(c *instructions.WorkdirCommand) error {
	dir := c.Path
	if !path.IsAbs(dir) {
		dir = path.Join("/", s.doc.Config.WorkingDir, dir)
	}
	dir = path.Clean(dir)
	s.doc.Config.WorkingDir = dir
	if dir != "/" {
		s.add(&todo{dir: dir, user: s.doc.Config.User, name: s.title(c, s.p.lex), at: c.Location()})
	}
	s.history("WORKDIR "+dir, dir != "/")
	return nil
}

// runCommand is a RUN, with its heredocs.
func (s *stage) runCommand(c *instructions.RunCommand) error {
	for _, flag := range c.FlagsUsed {
		return fmt.Errorf("RUN --%s is not simulated", flag)
	}
	line, title := c.ShellDependantCmdLine, c.String()
	if len(line.Files) > 0 {
		line.CmdLine, title = s.heredocs(line, title)
	}
	p := &Process{Args: s.line(line), Env: s.environment(), User: s.doc.Config.User, Dir: s.doc.Config.WorkingDir}
	lex := *s.p.lex
	lex.RawQuotes, lex.SkipUnsetEnv = true, true
	s.add(&todo{run: p, name: s.titled(title, &lex), at: c.Location()})
	s.history("RUN "+strings.Join(append(s.argWords(), p.Args...), " ")+" # buildkit", true)
	return nil
}

func (s *stage) heredocs(c instructions.ShellDependantCmdLine, title string) ([]string, string) {
	first := c.Files[0].Data
	if parser.MustParseHeredoc(c.CmdLine[0]) != nil {
		title += fmt.Sprintf(" (%s)", summary(first))
		if c.Files[0].Chomp {
			first = parser.ChompHeredocContent(first)
		}
		return []string{first}, title
	}
	full := c.CmdLine[0]
	for _, f := range c.Files {
		full += "\n" + f.Data + f.Name
	}
	return []string{full}, title
}

// summary is the beginning of a heredoc. buildkit: dockerfile2llb, summarizeHeredoc
func summary(text string) string {
	text = strings.TrimSpace(text)
	if first, _, more := strings.Cut(text, "\n"); more {
		return strings.TrimRight(first, " \t") + "..."
	}
	return text
}

// environment is a RUN's. ARGs come first, as what the image sets wins.
func (s *stage) environment() []string {
	var env []string
	for _, name := range s.args {
		if value, ok := s.env[name]; ok && !s.set[name] {
			env = append(env, name+"="+value)
		}
	}
	return append(slices.Clone(s.doc.Config.Env), env...)
}

// argWords are the ARGs as the history shows them before a command.
func (s *stage) argWords() []string {
	if len(s.args) == 0 {
		return nil
	}
	words := []string{"|" + strconv.Itoa(len(s.args))}
	for _, name := range s.args {
		words = append(words, name+"="+s.env[name])
	}
	return words
}

func (s *stage) add(t *todo) { s.steps = append(s.steps, t) }

func (s *stage) title(c fmt.Stringer, lex *shell.Lex) string { return s.titled(c.String(), lex) }

// titled is a step as the progress shows it, with its number.
func (s *stage) titled(text string, lex *shell.Lex) string {
	if w, _, err := lex.ProcessWord(text, vars(s.env)); err == nil {
		text = w
	}
	word, rest, _ := strings.Cut(text, " ")
	return s.numbered(len(s.steps)+2, strings.ToUpper(word)+" "+rest)
}

func (s *stage) numbered(n int, text string) string {
	total := s.total + 1
	prefix := ""
	if len(s.p.stages) > 1 {
		prefix = s.name() + " "
	}
	width := len(strconv.Itoa(total))
	if s.base != nil {
		n, total = n-1, total-1
	}
	return fmt.Sprintf("[%s%*d/%d] %s", prefix, width, n, total, text)
}

func knownSignal(s string) bool {
	sig, ok := proc.SignalNamed(s)
	return ok && sig != 0
}
