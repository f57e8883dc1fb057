package build

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"dockerlearn/labs/sandbox/image"
)

// readDockerfile reads the Dockerfile and finds the stages that the target needs.
func (b *builder) readDockerfile() error {
	step := b.begin("[internal] load build definition from %s", b.r.Name)
	if b.r.NoSource {
		b.report(Event{Step: step, Kind: Status, Text: "transferring dockerfile:"})
		return errors.New("failed to read dockerfile: no local sources enabled")
	}
	if b.r.Missing != nil {
		b.status(step, "transferring dockerfile: 2B")
		b.finish(step)
		return &prefixed{"failed to read dockerfile: ", b.r.Missing}
	}
	b.status(step, "transferring dockerfile: %s", size(sentHeader+sentFile(b.r.Name, int64(len(b.r.Dockerfile)))))
	p, err := b.parse(step)
	b.finish(step)
	b.plan = p
	return err
}

func (b *builder) parse(step int) (*plan, error) {
	file, err := parser.Parse(bytes.NewReader(b.r.Dockerfile))
	if err != nil {
		return nil, err
	}
	lint := linter.New(&linter.Config{Warn: func(rule, _, _, text string, at []parser.Range) {
		b.warn(step, rule, text, at)
	}})
	stages, globals, err := instructions.Parse(file.AST, lint)
	if err != nil {
		return nil, located(err, file.AST)
	}
	if len(stages) == 0 {
		return nil, errors.New("dockerfile contains no stages to build")
	}
	p := &plan{b: b, lex: shell.NewLex(file.EscapeToken), globals: map[string]string{}}
	if err := p.readGlobals(globals); err != nil {
		return nil, err
	}
	if err := p.makeStages(stages); err != nil {
		return nil, err
	}
	return p, p.choose(b.r.Target)
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

func (b *builder) warn(step int, rule, text string, at []parser.Range) {
	line := 0
	if len(at) > 0 {
		line = at[0].Start.Line
	}
	w := fmt.Sprintf("%s: %s (line %d)", rule, text, line)
	b.warnings = append(b.warnings, w)
	b.report(Event{Step: step, Kind: Warning, Text: w})
}

// plan is what has to be done.
type plan struct {
	b       *builder
	lex     *shell.Lex
	globals map[string]string // ARGs before the first FROM
	stages  []*stage
	target  *stage
}

// stage is one FROM and what follows it.
type stage struct {
	p     *plan
	index int
	src   instructions.Stage
	base  *stage          // another stage that it goes on from
	ref   image.Reference // an image that it goes on from; zero: scratch
	from  map[string]*stage
	image *image.Image // what ref means
	*state
	steps []*todo
	total int
}

func (p *plan) readGlobals(list []instructions.ArgCommand) error {
	for _, c := range list {
		for _, a := range c.Args {
			value, given := p.b.r.Args[a.Key]
			if !given && a.Value != nil {
				v, _, err := p.lex.ProcessWord(*a.Value, vars(p.globals))
				if err != nil {
					return parser.WithLocation(err, c.Location())
				}
				value, given = v, true
			}
			if given {
				p.globals[a.Key] = value
			}
		}
	}
	return nil
}

// vars are variables by name.
type vars map[string]string

func (v vars) Get(name string) (string, bool) { s, ok := v[name]; return s, ok }

func (v vars) Keys() []string { return sortedKeys(v) }

func (p *plan) makeStages(list []instructions.Stage) error {
	for n, src := range list {
		s := &stage{p: p, index: n, src: src, from: map[string]*stage{}}
		if err := p.findBase(s); err != nil {
			return parser.WithLocation(err, src.Location)
		}
		p.stages = append(p.stages, s)
		if err := s.findSources(); err != nil {
			return err
		}
	}
	return nil
}

// findBase finds out what a FROM means: another stage, an image, or nothing.
func (p *plan) findBase(s *stage) error {
	name, _, err := p.lex.ProcessWord(s.src.BaseName, vars(p.globals))
	if err != nil {
		return err
	}
	if name == "" {
		return fmt.Errorf("base name (%s) should not be blank", s.src.BaseName)
	}
	if want := s.src.Platform; want != "" {
		if want, _, err = p.lex.ProcessWord(want, vars(p.globals)); err != nil || want != "linux/amd64" {
			return fmt.Errorf("--platform=%s is not simulated: images are built for linux/amd64", want)
		}
	}
	if s.base = p.stage(name); s.base != nil || name == "scratch" {
		return nil
	}
	ref, err := image.ParseReference(name)
	if err != nil {
		return &prefixed{fmt.Sprintf("failed to parse stage name %q: ", name), err}
	}
	s.ref = ref.TagOrLatest()
	return nil
}

// stage is the stage of a name, nil if there is none before.
func (p *plan) stage(name string) *stage {
	for n := len(p.stages) - 1; n >= 0; n-- {
		if s := p.stages[n]; s.src.Name != "" && strings.EqualFold(s.src.Name, name) {
			return s
		}
	}
	return nil
}

// findSources finds out what --from means where it is given: a stage by name or number, or an image.
func (s *stage) findSources() error {
	for _, c := range s.src.Commands {
		cp, ok := c.(*instructions.CopyCommand)
		if !ok || cp.From == "" || s.from[cp.From] != nil {
			continue
		}
		other, err := s.source(cp.From)
		if err != nil {
			return parser.WithLocation(err, c.Location())
		}
		s.from[cp.From] = other
	}
	return nil
}

func (s *stage) source(from string) (*stage, error) {
	var n int
	if _, err := fmt.Sscanf(from, "%d", &n); err == nil && fmt.Sprint(n) == from {
		if n == s.index {
			return nil, fmt.Errorf("circular dependency detected on stage: %s", s.name())
		}
		if n < 0 || n > s.index {
			return nil, fmt.Errorf("invalid stage index %d", n)
		}
		return s.p.stages[n], nil
	}
	if strings.EqualFold(from, s.src.Name) {
		return nil, fmt.Errorf("circular dependency detected on stage: %s", s.name())
	}
	if other := s.p.stage(from); other != nil {
		return other, nil
	}
	ref, err := image.ParseReference(from)
	if err != nil {
		return nil, &prefixed{fmt.Sprintf("failed to parse stage name %q: ", from), err}
	}
	return &stage{p: s.p, index: -1, ref: ref.TagOrLatest()}, nil
}

// name is the stage as messages call it.
func (s *stage) name() string {
	if s.src.Name != "" {
		return s.src.Name
	}
	return fmt.Sprintf("stage-%d", s.index)
}

// choose finds the stage to build.
func (p *plan) choose(target string) error {
	p.target = p.stages[len(p.stages)-1]
	if target == "" {
		return nil
	}
	if p.target = p.stage(target); p.target == nil {
		var n int
		if _, err := fmt.Sscanf(target, "%d", &n); err == nil && n >= 0 && n < len(p.stages) {
			p.target = p.stages[n]
			return nil
		}
		return fmt.Errorf("target stage %q could not be found", target)
	}
	return nil
}

// needed lists what a stage needs and the stage itself, in the order in which they can be done.
func (s *stage) needed() []*stage {
	var list []*stage
	seen := map[*stage]bool{}
	var visit func(*stage)
	visit = func(s *stage) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		visit(s.base)
		for _, c := range s.src.Commands {
			if cp, ok := c.(*instructions.CopyCommand); ok {
				visit(s.from[cp.From])
			}
		}
		list = append(list, s)
	}
	visit(s)
	return list
}

// findBases looks the images up that the plan needs.
func (b *builder) findBases() error {
	found := map[string]*image.Image{}
	stages := b.plan.target.needed()
	for n := len(stages) - 1; n >= 0; n-- {
		s := stages[n]
		if s.ref.Name() == "" || s.base != nil {
			continue
		}
		name := s.ref.String()
		if found[name] == nil {
			i, err := b.findBase(s, name)
			if err != nil {
				return err
			}
			found[name] = i
		}
		s.image = found[name]
	}
	return nil
}

func (b *builder) findBase(s *stage, name string) (*image.Image, error) {
	step := b.begin("[internal] load metadata for %s", name)
	i, err := b.w.Find(s.ref)
	if err != nil {
		b.fail(step, err)
		familiar := s.ref.FamiliarName()
		if s.src.BaseName != "" {
			familiar = s.src.BaseName
		}
		err = &prefixed{fmt.Sprintf("%s: failed to resolve source metadata for %s: ", familiar, name), err}
		return nil, parser.WithLocation(err, b.plan.askedBy(s))
	}
	b.finish(step)
	return i, nil
}

// askedBy is the line that asks for an image.
func (p *plan) askedBy(s *stage) []parser.Range {
	if s.index >= 0 {
		return s.src.Location
	}
	for _, other := range p.stages {
		for _, c := range other.src.Commands {
			if cp, ok := c.(*instructions.CopyCommand); ok && other.from[cp.From] == s {
				return c.Location()
			}
		}
	}
	return nil
}
