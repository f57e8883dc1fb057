package build

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// lint warns of what works and should be written otherwise. The rules that need no plan are the parser's own.
// buildkit: frontend/dockerfile/linter/ruleset.go
func (s *stage) lint(c instructions.Command) {
	warn := func(rule, format string, args ...any) {
		s.p.b.warn(1, rule, fmt.Sprintf(format, args...), c.Location())
	}
	json := func(line instructions.ShellDependantCmdLine) {
		if line.PrependShell && len(s.doc.Config.Shell) == 0 {
			warn("JSONArgsRecommended", "JSON arguments recommended for %s to prevent unintended behavior related to OS signals",
				strings.ToUpper(c.Name()))
		}
	}
	pairs := func(list instructions.KeyValuePairs) {
		for _, kv := range list {
			if name := strings.ToUpper(c.Name()); kv.NoDelim {
				warn("LegacyKeyValueFormat", `"%s key=value" should be used instead of legacy "%s key value" format`, name, name)
			}
		}
	}
	secret := func(name string) {
		if secretName(name) {
			warn("SecretsUsedInArgOrEnv", "Do not use ARG or ENV instructions for sensitive data (%s %q)",
				strings.ToUpper(c.Name()), name)
		}
	}
	switch c := c.(type) {
	case *instructions.CmdCommand:
		json(c.ShellDependantCmdLine)
	case *instructions.EntrypointCommand:
		json(c.ShellDependantCmdLine)
	case *instructions.LabelCommand:
		pairs(c.Labels)
	case *instructions.EnvCommand:
		pairs(c.Env)
		for _, kv := range c.Env {
			secret(kv.Key)
		}
	case *instructions.ArgCommand:
		for _, a := range c.Args {
			secret(a.Key)
		}
	case *instructions.WorkdirCommand:
		if !s.dirSet && !path.IsAbs(c.Path) {
			warn("WorkdirRelativePath", "Relative workdir %q can have unexpected results if the base image changes", c.Path)
		}
		s.dirSet = true
	}
}

// secretName reports whether a variable sounds like a secret. buildkit: dockerfile2llb, secretsRegexpOnce
func secretName(name string) bool {
	return secretWords.MatchString(name) && !publicWords.MatchString(name)
}

var (
	secretWords = regexp.MustCompile(`(?i)(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)`)
	publicWords = regexp.MustCompile(`(?i)(?:_|^)(?:public)(?:_|$)`)
)
