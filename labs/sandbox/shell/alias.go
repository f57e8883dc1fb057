package shell

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// aliased is the text of a command whose name is an alias, with the alias replaced. The parser knows no aliases, so
// the command is put together again and read anew: an alias can be words and commands, but not half a construct.
func (s *Shell) aliased(c *syntax.CallExpr, redirs []*syntax.Redirect) (text, alias string, ok bool) {
	if len(s.lineAliases) == 0 || len(c.Args) == 0 ||
		s.cfg.Flavour == Bash && !s.opts.interactive && !s.opts.expandAliases {
		return "", "", false
	}
	name := c.Args[0].Lit()
	value, ok := s.lineAliases[name]
	if !ok || s.expanding[name] || strings.Contains(name, `\`) {
		return "", "", false
	}
	end := c.End()
	for _, r := range redirs {
		if r.Hdoc != nil {
			return "", "", false
		}
		if r.End().After(end) {
			end = r.End()
		}
	}
	start := c.Pos()
	for _, r := range redirs {
		if start.After(r.Pos()) {
			start = r.Pos()
		}
	}
	rest := s.script.inner(c.Args[0].End(), end, 0, 0)
	if strings.HasSuffix(value, " ") {
		rest = s.nextAlias(rest)
	}
	return s.script.inner(start, c.Args[0].Pos(), 0, 0) + value + rest, name, true
}

// nextAlias: an alias that ends in a blank lets the next word be one too.
func (s *Shell) nextAlias(rest string) string {
	trimmed := strings.TrimLeft(rest, " \t")
	end := wordEnd(trimmed, 0)
	if value, ok := s.lineAliases[trimmed[:end]]; ok {
		return " " + value + trimmed[end:]
	}
	return rest
}

func (s *Shell) runAlias(text, alias string, _ bool) {
	was := s.expanding
	s.expanding = maps.Clone(was)
	if s.expanding == nil {
		s.expanding = map[string]bool{}
	}
	s.expanding[alias] = true
	defer func() { s.expanding = was }()
	line := s.line
	sc := &script{kind: s.script.kind, name: s.script.name, first: line - 1}
	s.execute(sc, stringLines(text), false)
}

func biAlias(s *Shell, a []string) int {
	args := a[1:]
	if len(args) > 0 && args[0] == "-p" && s.cfg.Flavour == Bash {
		args = args[1:]
	}
	if len(args) == 0 {
		for _, name := range slices.Sorted(maps.Keys(s.aliases)) {
			s.printAlias(name)
		}
		return 0
	}
	status := 0
	for _, arg := range args {
		name, value, set := strings.Cut(arg, "=")
		switch _, known := s.aliases[name]; {
		case set:
			s.aliases = maps.Clone(s.aliases) // what has been read already keeps the old ones
			s.aliases[name] = value
			s.hold(len(value))
		case known:
			s.printAlias(name)
		default:
			s.noAlias("alias", name)
			status = 1
		}
	}
	return status
}

func (s *Shell) printAlias(name string) {
	s.passing(4 * len(s.aliases[name]))
	if s.cfg.Flavour == Bash {
		s.print("alias ")
	}
	s.print(name + "=" + quoteAlways(s.aliases[name]) + "\n")
}

func (s *Shell) noAlias(builtin, name string) {
	if s.cfg.Flavour == Bash {
		s.complain("%s: not found", name)
		return
	}
	s.warn(builtin + ": " + name + " not found")
}

func biUnalias(s *Shell, a []string) int {
	status := 0
	s.aliases = maps.Clone(s.aliases)
	for _, name := range a[1:] {
		if name == "-a" {
			clear(s.aliases)
			continue
		}
		if _, ok := s.aliases[name]; !ok {
			s.noAlias("unalias", name)
			status = 1
		}
		delete(s.aliases, name)
	}
	return status
}
