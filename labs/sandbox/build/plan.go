package build

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/util/suggest"

	"dockerlearn/labs/sandbox/image"
)

// plan is what has to be done. buildkit: frontend/dockerfile/dockerfile2llb/convert.go, toDispatchState
type plan struct {
	b       *builder
	lex     *shell.Lex
	lint    *linter.Linter
	globals *variables // ARGs before the first FROM, and what is always known
	stages  []*stage   // in the order of the file
	extra   []*stage   // images that only --from names
	several bool       // steps are shown with the name of their stage
	byName  map[string]*stage
	target  *stage
	room    int // how many bytes the configurations may still grow by
}

// maxRoom bounds what the configurations of all stages take up together: variables can double with every line.
const maxRoom = 16 << 20

// stage is one FROM and what follows it, or an image that a --from names.
type stage struct {
	p        *plan
	index    int // from 0; -1: no FROM of the file
	src      instructions.Stage
	baseName string
	base     *stage          // another stage that it goes on from
	ref      image.Reference // an image that it goes on from; zero: scratch, or one that nobody needs
	image    *image.Image    // what ref means
	fetch    Fetch           // for what of it is not here
	commands []command
	*state
	steps []*todo
	total int // how many steps are numbered
	shown int // how many of them have their number
}

// command is an instruction with the stages that it takes files from.
type command struct {
	instructions.Command
	from    []*stage
	onBuild bool
}

func (b *builder) parse(step int) (*plan, error) {
	file, err := parser.Parse(bytes.NewReader(b.r.Dockerfile))
	if err != nil {
		return nil, err
	}
	p := &plan{b: b, lex: shell.NewLex(file.EscapeToken), byName: map[string]*stage{}, room: maxRoom}
	if p.lint, err = b.linter(step); err != nil {
		return nil, err
	}
	p.lintContinuations(file.Warnings)
	stages, globals, err := instructions.Parse(file.AST, p.lint)
	if err != nil {
		return nil, located(err, file.AST)
	}
	if len(stages) == 0 {
		return nil, errors.New("dockerfile contains no stages to build")
	}
	last := stages[len(stages)-1].Name
	p.globals = defaultVariables(b.r.Args, cmp.Or(b.r.Target, last, "default"))
	p.lintStages(stages, globals)
	if err := p.readGlobals(globals, p.globals, b.r.Args); err != nil {
		return nil, err
	}
	if err := p.makeStages(stages, declared(globals)); err != nil {
		return nil, err
	}
	if err := p.choose(b.r.Target); err != nil {
		return nil, err
	}
	return p, p.connect()
}

// located gives an error a place in the Dockerfile if it has none.
func located(err error, ast *parser.Node) error {
	var at *parser.LocationError
	if errors.As(err, &at) {
		return err
	}
	for _, n := range ast.Children {
		if strings.Contains(err.Error(), fmt.Sprintf(" on line %d:", n.StartLine)) {
			return parser.WithLocation(err, n.Location())
		}
	}
	return err
}

// readGlobals puts the ARGs before the first FROM into env: what was given, else their default.
func (p *plan) readGlobals(list []instructions.ArgCommand, env *variables, args map[string]string) error {
	for _, c := range list {
		for _, a := range c.Args {
			value, given := args[a.Key]
			if !given && a.Value != nil {
				v, err := p.word(*a.Value, env)
				if err != nil {
					return parser.WithLocation(err, c.Location())
				}
				value, given = v.Result, true
			}
			if given {
				env.put(a.Key, value)
			}
		}
	}
	return nil
}

// declared is the names of ARGs.
func declared(list []instructions.ArgCommand) []string {
	var names []string
	for _, c := range list {
		for _, a := range c.Args {
			names = append(names, a.Key)
		}
	}
	return names
}

// word puts variables into a word, within bounds.
func (p *plan) word(text string, env *variables) (shell.ProcessWordResult, error) {
	if err := p.expands(text, env); err != nil {
		return shell.ProcessWordResult{}, err
	}
	return p.lex.ProcessWordWithMatches(text, env)
}

// expands takes the room for what a text can grow to when variables are put into it.
func (p *plan) expands(text string, env *variables) error {
	return p.take(len(text) + strings.Count(text, "$")*env.longest())
}

// take uses up room.
func (p *plan) take(n int) error {
	if p.room -= n; p.room < 0 {
		return fmt.Errorf("a Dockerfile that comes to more than %s of configuration is not simulated", Size(maxRoom))
	}
	return nil
}

func (p *plan) makeStages(list []instructions.Stage, declared []string) error {
	for n, src := range list {
		s := &stage{p: p, index: n, src: src}
		if err := p.findBase(s, declared); err != nil {
			return parser.WithLocation(err, src.Location)
		}
		p.stages = append(p.stages, s)
		if src.Name != "" {
			p.byName[strings.ToLower(src.Name)] = s
		}
	}
	return nil
}

// findBase finds out what a FROM means: an earlier stage, or the name of an image. The name of a stage is known in
// small letters only, so that FROM A never means the stage A. buildkit: dockerfile2llb, addState
func (p *plan) findBase(s *stage, declared []string) error {
	name, err := p.word(s.src.BaseName, p.globals)
	p.lintFrom(s, name.Unmatched, declared)
	if err != nil {
		return err
	}
	if name.Result == "" {
		return fmt.Errorf("base name (%s) should not be blank", s.src.BaseName)
	}
	s.baseName, s.base = name.Result, p.byName[name.Result]
	if s.src.Platform == "" {
		return nil
	}
	platform, err := p.word(s.src.Platform, p.globals)
	p.lintFrom(s, platform.Unmatched, declared)
	p.lintPlatform(s, platform)
	switch {
	case err != nil:
		return fmt.Errorf("failed to process arguments for platform %s: %w", platform.Result, err)
	case platform.Result == "":
		return fmt.Errorf("empty platform value from expression %s", s.src.Platform)
	case platform.Result != hostPlatform:
		return fmt.Errorf("--platform=%s is not simulated: images are built for %s", platform.Result, hostPlatform)
	}
	return nil
}

const hostPlatform = "linux/amd64"

// choose finds the stage to build.
func (p *plan) choose(target string) error {
	p.target = p.stages[len(p.stages)-1]
	if target == "" {
		return nil
	}
	s := p.byName[strings.ToLower(target)]
	if s == nil {
		var names []string
		for _, s := range p.stages {
			names = append(names, s.name())
		}
		return suggest.WrapError(fmt.Errorf("target stage %q could not be found", target), target, names, true)
	}
	p.target = s
	return nil
}

// connect finds the stages that instructions take files from.
func (p *plan) connect() error {
	for _, s := range p.stages {
		for _, c := range s.src.Commands {
			with, err := p.sources(c)
			if err != nil {
				return err
			}
			s.commands = append(s.commands, with)
		}
	}
	p.several = p.several || len(p.stages)+len(p.extra) > 1
	return p.checkCircles()
}

// sources finds what --from means in a COPY or in the mounts of a RUN. buildkit: dockerfile2llb, toCommand
func (p *plan) sources(c instructions.Command) (command, error) {
	with := command{Command: c}
	switch c := c.(type) {
	case *instructions.CopyCommand:
		if c.From == "" {
			return with, nil
		}
		s, err := p.source(c)
		with.from = []*stage{s}
		return with, err
	case *instructions.RunCommand:
		for _, m := range instructions.GetMounts(c) {
			var s *stage
			if m.From != "" {
				s = p.named(m.From, instructions.Stage{BaseName: m.From})
			}
			with.from = append(with.from, s)
			p.several = true // BuildKit counts what a mount comes from as a stage, also if it comes from nowhere
		}
	}
	return with, nil
}

// source is what a COPY's --from means: a stage by number or name, or an image.
func (p *plan) source(c *instructions.CopyCommand) (*stage, error) {
	from, err := p.word(c.From, &variables{})
	if err != nil {
		return nil, err
	}
	if from.Result != c.From {
		return nil, errors.New("variable expansion is not supported for --from, " +
			"define a new stage with FROM using ARG from global scope as a workaround")
	}
	if n, err := strconv.Atoi(c.From); err == nil {
		if n < 0 || n >= len(p.stages) {
			return nil, fmt.Errorf("invalid stage index %d", n)
		}
		return p.stages[n], nil
	}
	return p.named(c.From, instructions.Stage{BaseName: c.From, Location: c.Location()}), nil
}

// named is the stage of a name, or the image.
func (p *plan) named(name string, src instructions.Stage) *stage {
	if s := p.byName[strings.ToLower(name)]; s != nil {
		return s
	}
	s := &stage{p: p, index: -1, src: src, baseName: name}
	p.extra = append(p.extra, s)
	return s
}

// checkCircles refuses stages that need themselves. buildkit: dockerfile2llb, validateCircularDependency
func (p *plan) checkCircles() error {
	w := &walk{mark: map[*stage]mark{}}
	for _, s := range p.stages {
		if w.mark[s] == unseen && w.circle(s) {
			err := fmt.Errorf("circular dependency detected on stage: %s", s.name())
			for _, c := range w.way {
				err = parser.WithLocation(err, c.Location())
			}
			return err
		}
	}
	return nil
}

// walk looks for circles. way is the instructions that lead to where it is.
type walk struct {
	mark map[*stage]mark
	way  []instructions.Command
}

type mark int

const (
	unseen mark = iota
	begun
	done
)

func (w *walk) circle(s *stage) bool {
	w.mark[s] = begun
	for _, c := range s.commands {
		for _, next := range c.from {
			if next == nil || w.mark[next] == done {
				continue
			}
			w.way = append(w.way, c.Command)
			if w.mark[next] == begun || w.circle(next) {
				return true
			}
			w.way = w.way[:len(w.way)-1]
		}
	}
	w.mark[s] = done
	return false
}

// name is the stage as messages call it.
func (s *stage) name() string {
	if s.src.Name != "" {
		return s.src.Name
	}
	return fmt.Sprintf("stage-%d", s.index)
}

// sources lists what a stage needs, in the order in which it needs it.
func (s *stage) sources() []*stage {
	var list []*stage
	if s.base != nil {
		list = append(list, s.base)
	}
	for _, c := range s.commands {
		for _, from := range c.from {
			if from != nil {
				list = append(list, from)
			}
		}
	}
	return list
}

// wanted lists the stages that are to be understood.
func (p *plan) wanted() []*stage {
	if p.b.r.Check && p.b.r.Target == "" {
		return slices.Concat(p.stages, p.extra)
	}
	return p.target.needed()
}

// needed lists what a stage needs and the stage itself, in the order in which they can be done.
func (s *stage) needed() []*stage {
	var list []*stage
	s.reach(map[*stage]bool{}, func(*stage) {}, func(s *stage) { list = append(list, s) })
	return list
}

// reach visits a stage and what it needs, each once: before what it needs, and after that.
func (s *stage) reach(seen map[*stage]bool, before, after func(*stage)) {
	if seen[s] {
		return
	}
	seen[s] = true
	before(s)
	for _, next := range s.sources() {
		next.reach(seen, before, after)
	}
	after(s)
}
