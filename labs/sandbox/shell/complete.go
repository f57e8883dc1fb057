package shell

import (
	"maps"
	"slices"
	"strings"
)

// completer offers commands for a line's first word, variables after $, and files elsewhere.
type completer struct{ s *Shell }

func (c completer) Complete(line string, at int) (from int, words []string) {
	at = min(at, len(line))
	from = strings.LastIndexAny(line[:at], " \t;|&<>(=\"'") + 1
	word := line[from:at]
	set := map[string]bool{}
	if i := strings.LastIndexByte(word, '$'); i >= 0 {
		c.variables(word[i+1:], set)
		return from + i, slices.Sorted(maps.Keys(set))
	}
	before := strings.TrimRight(line[:from], " \t")
	first := before == "" || strings.HasSuffix(before, ";") || strings.HasSuffix(before, "|") ||
		strings.HasSuffix(before, "&")
	if first && !strings.Contains(word, "/") {
		c.commands(word, set)
	} else {
		c.files(word, set)
	}
	return from, slices.Sorted(maps.Keys(set))
}

func (c completer) variables(prefix string, set map[string]bool) {
	// any order: into a set
	for name := range c.s.vars.m {
		if strings.HasPrefix(name, prefix) {
			set["$"+name] = true
		}
	}
}

func (c completer) commands(prefix string, set map[string]bool) {
	// any order: into a set
	for name := range c.s.cfg.builtins {
		if strings.HasPrefix(name, prefix) {
			set[name+" "] = true
		}
	}
	// any order: into a set
	for name := range c.s.funcs {
		if strings.HasPrefix(name, prefix) {
			set[name+" "] = true
		}
	}
	// any order: into a set
	for name := range c.s.aliases {
		if strings.HasPrefix(name, prefix) {
			set[name+" "] = true
		}
	}
	for dir := range strings.SplitSeq(c.s.pathVar(), ":") {
		list, _ := c.s.sys.FS().ReadDir(dir)
		for _, e := range list {
			if strings.HasPrefix(e.Name, prefix) && c.s.mayRun(joinPath(dir, e.Name)) {
				set[e.Name+" "] = true
			}
		}
	}
}

func (c completer) files(prefix string, set map[string]bool) {
	dir, base := "", prefix
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		dir, base = prefix[:i+1], prefix[i+1:]
	}
	at := dir
	switch {
	case at == "":
		at = "."
	case strings.HasPrefix(at, "~/"):
		home, _ := c.s.vars.get("HOME")
		at = home + at[1:]
	}
	list, _ := c.s.sys.FS().ReadDir(at)
	for _, e := range list {
		if !strings.HasPrefix(e.Name, base) || strings.HasPrefix(e.Name, ".") && !strings.HasPrefix(base, ".") {
			continue
		}
		if c.s.isDir(joinPath(at, e.Name)) {
			set[dir+e.Name+"/"] = true
		} else {
			set[dir+e.Name+" "] = true
		}
	}
}
