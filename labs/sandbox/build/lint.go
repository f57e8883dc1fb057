package build

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/util/suggest"

	"dockerlearn/labs/sandbox/image"
)

// linter warns of what works and should be written otherwise, as far as "# check=" lets it. Where the rules and their
// sentences come from: buildkit: frontend/dockerfile/linter/ruleset.go
func (b *builder) linter(step int) (*linter.Linter, error) {
	options, _, _, _ := parser.ParseDirective("check", b.r.Dockerfile)
	config, err := linter.ParseLintOptions(options)
	if err != nil {
		return nil, fmt.Errorf("failed to parse check options: %w", err)
	}
	config.Warn = func(rule, description, url, text string, at []parser.Range) {
		b.warn(step, Lint{
			Rule: rule, Line: firstLine(at), Detail: text, Text: linter.LintFormatShort(rule, text, firstLine(at)),
			Description: description, URL: url, Excerpt: excerpt(b.r.Name, string(b.r.Dockerfile), at),
		})
	}
	return linter.New(config), nil
}

func firstLine(at []parser.Range) int {
	if len(at) == 0 {
		return 0
	}
	return at[0].Start.Line
}

// lintError is what "# check=error=true" makes of warnings.
func (p *plan) lintError() error {
	if !p.lint.ReturnAsError || len(p.lint.CalledRules) == 0 {
		return nil
	}
	rules := slices.Sorted(slices.Values(p.lint.CalledRules)) // the original has them in any order
	return fmt.Errorf("lint violation found for rules: %s", strings.Join(slices.Compact(rules), ", "))
}

// lintContinuations warns of empty lines in a command. The parser has other warnings, which nobody shows.
func (p *plan) lintContinuations(list []parser.Warning) {
	rule := &linter.RuleNoEmptyContinuation
	for _, w := range list {
		if w.URL == rule.URL {
			p.lint.Run(rule, []parser.Range{*w.Location}, rule.Format())
		}
	}
}

// lintStages warns of names, of capitals, and of FROMs that say nothing without arguments.
func (p *plan) lintStages(stages []instructions.Stage, globals []instructions.ArgCommand) {
	p.lintNames(stages)
	p.lintCasing(stages)
	p.lintDefaults(stages, globals)
}

func (p *plan) lintNames(stages []instructions.Stage) {
	seen := map[string]bool{}
	for _, s := range stages {
		if s.Name == "" {
			continue
		}
		if s.Name == "context" || s.Name == "scratch" {
			p.lint.Run(&linter.RuleReservedStageName, s.Location, linter.RuleReservedStageName.Format(s.Name))
		}
		if seen[s.Name] {
			p.lint.Run(&linter.RuleDuplicateStageName, s.Location, linter.RuleDuplicateStageName.Format(s.Name))
		}
		seen[s.Name] = true
	}
}

// lintCasing warns of instructions that are written otherwise than most. buildkit: validateCommandCasing
func (p *plan) lintCasing(stages []instructions.Stage) {
	type word struct {
		text string
		at   []parser.Range
	}
	var words []word
	lower, upper := 0, 0
	for _, s := range stages {
		words = append(words, word{s.OrigCmd, s.Location})
		for _, c := range s.Commands {
			words = append(words, word{c.Name(), c.Location()})
		}
	}
	for _, w := range words {
		switch w.text {
		case strings.ToLower(w.text):
			lower++
		case strings.ToUpper(w.text):
			upper++
		}
	}
	right, name := strings.ToUpper, "uppercase"
	if lower > upper {
		right, name = strings.ToLower, "lowercase"
	}
	rule := &linter.RuleConsistentInstructionCasing
	for _, w := range words {
		if right(w.text) != w.text {
			p.lint.Run(rule, w.at, rule.Format(w.text, name))
		}
	}
}

// lintDefaults warns of base names that are none if no argument is given. buildkit: validateBaseImagesWithDefaultArgs
func (p *plan) lintDefaults(stages []instructions.Stage, globals []instructions.ArgCommand) {
	env := p.globals.clone()
	if p.readGlobals(globals, env, nil) != nil {
		return // whoever reads them in earnest says so
	}
	rule := &linter.RuleInvalidDefaultArgInFrom
	for _, s := range stages {
		name, err := p.word(s.BaseName, env)
		if err != nil {
			return
		}
		if _, err := image.ParseReference(name.Result); err != nil {
			p.lint.Run(rule, s.Location, rule.Format(s.BaseName))
		}
	}
}

// lintFrom warns of variables in a FROM that no ARG declares.
func (p *plan) lintFrom(s *stage, unknown map[string]struct{}, declared []string) {
	names := slices.Concat(declared, p.globals.Keys())
	rule := &linter.RuleUndefinedArgInFrom
	for _, name := range sortedKeys(unknown) {
		if !slices.Contains(names, name) {
			meant, _ := suggest.Search(name, names, true)
			p.lint.Run(rule, s.src.Location, rule.Format(name, meant))
		}
	}
}

// lintPlatform warns of a --platform that says what is so anyway, or that says the same on every machine.
func (p *plan) lintPlatform(s *stage, word shell.ProcessWordResult) {
	if len(word.Matched) == 1 && len(word.Unmatched) == 0 {
		target, _ := p.globals.Get("TARGETPLATFORM")
		if _, used := word.Matched["TARGETPLATFORM"]; used && word.Result == target {
			rule := &linter.RuleRedundantTargetPlatform
			p.lint.Run(rule, s.src.Location, rule.Format(s.src.Platform))
		}
	}
	if len(word.Matched)+len(word.Unmatched) > 0 || word.Result != hostPlatform ||
		strings.Contains(s.src.Name, "linux") || strings.Contains(s.src.Name, "amd64") {
		return
	}
	rule := &linter.RuleFromPlatformFlagConstDisallowed
	p.lint.Run(rule, s.src.Location, rule.Format(word.Result))
}

// lintVariables warns of variables that nothing sets. buildkit: reportUnmatchedVariables
func (s *stage) lintVariables(c instructions.Command, unknown map[string]struct{}) {
	rule := &linter.RuleUndefinedVar
	for _, name := range sortedKeys(unknown) {
		if !slices.Contains(s.args, name) {
			meant, _ := suggest.Search(name, s.env.Keys(), true)
			s.p.lint.Run(rule, c.Location(), rule.Format(name, meant))
		}
	}
}

// lintInstruction warns of an instruction as it stands.
func (s *stage) lintInstruction(c instructions.Command) {
	switch c := c.(type) {
	case *instructions.CmdCommand:
		s.lintOnce(c, &s.cmd)
		s.lintShell(c, c.ShellDependantCmdLine)
	case *instructions.EntrypointCommand:
		s.lintOnce(c, &s.entrypoint)
		s.lintShell(c, c.ShellDependantCmdLine)
	case *instructions.HealthCheckCommand:
		s.lintOnce(c, &s.healthcheck)
	case *instructions.LabelCommand:
		s.lintPairs(c, c.Labels)
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			s.lintPairs(c, instructions.KeyValuePairs{kv})
			s.lintSecret(c, "ENV", kv.Key)
		}
	case *instructions.ArgCommand:
		for _, a := range c.Args {
			s.lintSecret(c, "ARG", a.Key)
		}
	case *instructions.WorkdirCommand:
		if rule := &linter.RuleWorkdirRelativePath; !s.dirSet && !path.IsAbs(c.Path) {
			s.p.lint.Run(rule, c.Location(), rule.Format(c.Path))
		}
		s.dirSet = true
	}
}

// lintOnce warns of an instruction that another one makes void.
func (s *stage) lintOnce(c instructions.Command, before *[]parser.Range) {
	if rule := &linter.RuleMultipleInstructionsDisallowed; *before != nil {
		s.p.lint.Run(rule, *before, rule.Format(c.Name()))
	}
	*before = append([]parser.Range{}, c.Location()...)
}

func (s *stage) lintShell(c instructions.Command, line instructions.ShellDependantCmdLine) {
	if rule := &linter.RuleJSONArgsRecommended; line.PrependShell && len(s.doc.Config.Shell) == 0 {
		s.p.lint.Run(rule, c.Location(), rule.Format(c.Name()))
	}
}

func (s *stage) lintPairs(c instructions.Command, list instructions.KeyValuePairs) {
	rule := &linter.RuleLegacyKeyValueFormat
	for _, kv := range list {
		if kv.NoDelim {
			s.p.lint.Run(rule, c.Location(), rule.Format(c.Name()))
		}
	}
}

func (s *stage) lintSecret(c instructions.Command, verb, name string) {
	if rule := &linter.RuleSecretsUsedInArgOrEnv; secretName(name) {
		s.p.lint.Run(rule, c.Location(), rule.Format(verb, name))
	}
}

// secretName reports whether a variable sounds like a secret: a word of it does, and none says that it is public.
// buildkit: dockerfile2llb, getSecretsRegex
func secretName(name string) bool {
	secret := false
	for word := range strings.SplitSeq(strings.ToLower(name), "_") {
		switch word {
		case "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token":
			secret = true
		case "public":
			return false
		}
	}
	return secret
}

// lintCopy warns of a source that .dockerignore keeps out, where "# check=experimental" asks for it.
func (s *stage) lintCopy(c instructions.Command, verb, source string) {
	if rule := &linter.RuleCopyIgnoredFile; s.p.b.context.ignore.file(source) {
		s.p.lint.Run(rule, c.Location(), rule.Format(verb, source))
	}
}
