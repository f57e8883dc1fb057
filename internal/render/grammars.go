package render

import (
	"strings"
)

// grammarOf returns the grammar for what stands behind the fence, or nil.
func grammarOf(kind string) *grammar {
	switch strings.ToLower(kind) {
	case "sh", "shell", "bash", "setup", "solution":
		return &shell
	case "dockerfile", "docker":
		return &dockerfile
	case "yaml", "yml", "compose":
		return &yaml
	case "json":
		return &jsonData
	case "go", "golang":
		return &golang
	case "ini", "toml", "conf":
		return &ini
	}
	return nil
}

// The grammars are tables, never written to.
var (
	shell = grammar{
		comments: []string{"#"}, quotes: `"'`, verbatim: "'", multiline: `"'`,
		ends: "|&;<>()$\"'`", operators: "|&;<>()`\\", variables: true, flags: true, commands: true,
		words: words(tokKeyword, "if then elif else fi for in do done while until case esac function ! sudo"),
		head:  func(s *scanner) { s.command = true },
	}
	dockerfile = grammar{
		comments: []string{"#"}, quotes: `"'`, multiline: `"'`,
		ends: "|&;<>()$\"'`,[]=", operators: "|&;<>()=\\`", punct: "[],", variables: true, flags: true, commands: true,
		words: words(tokKeyword, "AS as"),
		head:  instruction,
	}
	yaml = grammar{
		comments: []string{"#"}, quotes: `"'`, ends: ",[]{}", punct: ",[]{}",
		words: words(tokConstant, "true false null yes no on off ~"), keys: true,
		head: yamlKey,
	}
	jsonData = grammar{
		quotes: `"`, ends: ",[]{}:\"", punct: ",[]{}:", keys: true,
		words: words(tokConstant, "true false null"),
	}
	golang = grammar{
		comments: []string{"//"}, block: "/*", quotes: "\"'`", verbatim: "`", multiline: "`",
		ends: "\"'`()[]{},;:.+-*/%&|^<>=!~", operators: "+-*/%&|^<>=!~:", punct: "()[]{},;.", calls: true,
		words: merge(
			words(tokKeyword, "break case chan const continue default defer else fallthrough for func go goto if import "+
				"interface map package range return select struct switch type var"),
			words(tokType, "any bool byte error float64 int int64 rune string uint uint64 uintptr"),
			words(tokConstant, "true false nil iota"),
		),
	}
	ini = grammar{
		comments: []string{"#", ";"}, quotes: `"'`, ends: ",=[]", operators: "=", punct: ",[]",
		words: words(tokConstant, "true false yes no on off"),
		head:  setting,
	}
)

func words(t token, list string) map[string]token {
	m := make(map[string]token)
	for w := range strings.FieldsSeq(list) {
		m[w] = t
	}
	return m
}

func merge(maps ...map[string]token) map[string]token {
	all := make(map[string]token)
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// instruction reads the first word of a line of a Dockerfile, and the comments that say how to read it.
func instruction(s *scanner) {
	rest := s.src[s.pos:]
	line := rest[:lineEnd(rest)]
	if directive := strings.TrimLeft(line, "# "); line != directive && strings.HasPrefix(line, "#") {
		for _, name := range []string{"syntax=", "escape=", "check="} {
			if strings.HasPrefix(directive, name) {
				s.take(len(line), tokPreproc)
				return
			}
		}
	}
	s.indent()
	word, _, _ := strings.Cut(strings.TrimLeft(line, " "), " ")
	switch strings.ToUpper(word) {
	case "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL":
		s.take(len(word), tokKeyword)
		s.command = true
	case "FROM", "COPY", "ADD", "ENV", "ARG", "WORKDIR", "USER", "EXPOSE", "VOLUME", "LABEL", "STOPSIGNAL", "ONBUILD",
		"MAINTAINER":
		s.take(len(word), tokKeyword)
	}
}

// yamlKey reads a line's indent, its dashes and its key, or the whole line in a block scalar.
func yamlKey(s *scanner) {
	rest := s.src[s.pos:]
	line := rest[:lineEnd(rest)]
	text := strings.TrimLeft(line, " ")
	indent := len(line) - len(text)
	if s.scalar >= 0 && (indent > s.scalar || text == "") {
		s.take(len(line), tokString)
		return
	}
	s.scalar = -1
	if body := strings.TrimRight(text, " +-"); strings.HasSuffix(body, " |") || strings.HasSuffix(body, " >") {
		s.scalar = indent
	}
	s.indent()
	for strings.HasPrefix(s.src[s.pos:], "- ") {
		s.take(1, tokPunctuation)
		s.indent()
	}
	if n := plainKey(s.src[s.pos:]); n > 0 {
		s.take(n, tokTag)
		s.take(1, tokPunctuation)
	}
}

// plainKey returns the length of the key without quotes at the beginning of s, or 0.
func plainKey(s string) int {
	line := s[:lineEnd(s)]
	i := strings.Index(line+" ", ": ")
	if i <= 0 || strings.ContainsAny(line[:i], "\"'#{}[],") {
		return 0
	}
	return i
}

// setting reads a section's name or a setting's key.
func setting(s *scanner) {
	s.indent()
	rest := s.src[s.pos:]
	line := rest[:lineEnd(rest)]
	if strings.HasPrefix(line, "[") {
		s.take(len(line), tokSection)
		return
	}
	if key, _, ok := strings.Cut(line, "="); ok && key != "" && !strings.ContainsAny(key, "#;\"'") {
		s.take(len(strings.TrimRight(key, " ")), tokAttribute)
	}
}

// indent reads spaces.
func (s *scanner) indent() {
	rest := s.src[s.pos:]
	s.take(len(rest)-len(strings.TrimLeft(rest, " ")), tokText)
}
