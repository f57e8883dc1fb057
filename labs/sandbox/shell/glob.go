package shell

import (
	"slices"
	"strings"
)

// glob is the files that a pattern matches, sorted. A component without magic is only asked for, not listed.
func (s *Shell) glob(p pattern) []string {
	g := &globber{s: s}
	rest := string(p)
	prefix := ""
	for strings.HasPrefix(rest, "/") {
		prefix += "/"
		rest = rest[1:]
	}
	g.walk(prefix, rest, 0)
	slices.Sort(g.found)
	return g.found
}

// globber collects the names that match.
type globber struct {
	s     *Shell
	found []string
}

// walk matches the rest of the pattern below dir, which is "" or ends in a slash.
func (g *globber) walk(dir, rest string, depth int) {
	if depth > maxGlobDepth {
		return
	}
	component, slashes, below := cutComponent(rest)
	p := pattern(component)
	if !p.magic() && !g.s.extended(p) {
		g.literal(dir+p.literal(), slashes, below, depth)
		return
	}
	if component == "**" && g.s.opts.globstar {
		g.everywhere(dir, slashes, below, depth)
		return
	}
	for _, name := range g.names(dir, p) {
		g.step(dir+name, slashes, below, depth)
	}
}

// maxGlobDepth bounds patterns of very many components.
const maxGlobDepth = 512

// cutComponent splits a pattern at its first slashes.
func cutComponent(p string) (component, slashes, rest string) {
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '/':
			end := i
			for end < len(p) && p[end] == '/' {
				end++
			}
			return p[:i], p[i:end], p[end:]
		}
	}
	return p, "", ""
}

func (g *globber) literal(path, slashes, below string, depth int) {
	if below == "" && !g.s.exists(path+slashes) {
		return
	}
	g.step(path, slashes, below, depth)
}

func (g *globber) step(path, slashes, below string, depth int) {
	g.s.sys.Step(1)
	switch {
	case below != "" && g.s.cfg.Flavour == Bash:
		g.walk(path+"/", below, depth+1)
	case below != "":
		g.walk(path+slashes, below, depth+1)
	case slashes == "" || g.s.isDir(path):
		g.found = append(g.found, path+slashes)
		g.s.passing(len(g.found) * 32)
	}
}

// names is the names in dir that match a component.
func (g *globber) names(dir string, p pattern) []string {
	at := dir
	if at == "" {
		at = "."
	}
	list, err := g.s.sys.FS().ReadDir(at)
	if err != nil {
		return nil
	}
	g.s.sys.Step(1 + len(list)/16)
	m := g.s.matcher()
	m.period = !g.s.opts.dotglob
	var out []string
	for _, e := range list {
		if m.match(p, e.Name) {
			out = append(out, e.Name)
		}
	}
	if m.period && strings.HasPrefix(p.trimEscape(), ".") && g.s.cfg.Flavour != Bash {
		for _, name := range []string{".", ".."} {
			if m.match(p, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// everywhere is bash's **: this directory and all below.
func (g *globber) everywhere(dir, slashes, below string, depth int) {
	if below != "" {
		g.walk(dir, below, depth+1)
	}
	for _, name := range g.names(dir, "*") {
		path := dir + name
		if below == "" {
			g.found = append(g.found, path)
		}
		if g.s.isDir(path) && !g.isLink(path) && depth < maxGlobDepth {
			g.everywhere(path+"/", slashes, below, depth+1)
		}
	}
}

func (g *globber) isLink(path string) bool {
	st, err := g.s.sys.FS().Lstat(path)
	return err == nil && st.Mode.IsSymlink()
}
