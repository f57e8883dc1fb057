package applet_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// withoutEffect is the options that are accepted and change nothing, by the function that reads them, each with why
// that is the truth: the original does the same, or there is nothing here that they could change.
func withoutEffect() map[string]map[rune]string {
	const (
		originalToo = "the original accepts and ignores it"
		asAlways    = "says what is always done here"
	)
	return map[string]map[rune]string{
		"catCmd":     {'u': originalToo + ": nothing is buffered"},
		"chgrpCmd":   {'P': asAlways},
		"chownCmd":   {'P': asAlways},
		"curlCmd":    {'k': "there is no TLS whose certificates could be checked", 'ń': "there is no progress meter"},
		"cutCmd":     {'n': originalToo},
		"dfCmd":      {'k': asAlways, 'l': "all file systems are local"},
		"diffCmd":    {'d': "the smallest difference is always looked for"},
		"dmesgCmd":   {'s': "the log is empty", 'n': "the log is empty", 'r': "the log is empty"},
		"duCmd":      {'k': asAlways},
		"gnuWget":    {'v': asAlways, 'ƙ': "there is no TLS", 'ý': "there is no proxy"},
		"installCmd": {'c': originalToo},
		"lsCmd":      {'k': asAlways},
		"mountCmd":   {'i': "there are no helpers", 'n': "there is no mtab"},
		"nprocCmd":   {'α': "no processor is switched off"},
		"pagerCmd": {
			'S': asAlways, 'h': originalToo, 'X': "there is no other screen", 'd': asAlways, 'f': asAlways, 'Q': "no bell",
		},
		"psCmd":      {'A': "busybox shows all processes anyway"},
		"sedCmd":     {'u': "lines are written as soon as they are whole, to whom it matters"},
		"sortCmd":    {'S': "how much memory is used does not show", 'T': "there are no temporary files"},
		"stringsCmd": {'a': asAlways},
		"syncCmd":    {'d': "nothing waits to be written", 'f': "nothing waits to be written"},
		"sysctlCmd":  {'w': originalToo + ": KEY=VALUE is what writes"},
		"tcpdumpCmd": {
			'l': "lines are written at once", 'U': "frames are written at once", 'p': "no link sees what is for others only",
			's': "frames are kept whole; tcpdump itself takes 0 for that",
		},
		"teeCmd":     {'p': asAlways},
		"timeoutCmd": {'φ': "the command stays in the caller's process group, which is what this asks for"},
		"touchCmd":   {'f': originalToo},
		"umountCmd":  {'f': "only network file systems know it", 'd': "there are no loop devices", 'n': "there is no mtab"},
		"wgetCmd":    {'t': originalToo, 'Y': "there is no proxy", 'ń': "there is no TLS"},
	}
}

// An option that is accepted and then looked at by nobody is a lie. This test reads the package's own source: for each
// call of getopt it asks whether code that is reached from there mentions the letter. Where in doubt, it believes.
func TestNoOptionIsAcceptedWithoutEffect(t *testing.T) {
	src := readSource(t)
	reasons := withoutEffect()
	for _, fn := range src.funcs {
		name := fn.Name.Name
		for _, letter := range src.letters(fn) {
			_, excused := reasons[name][letter]
			switch read := src.mentions(fn, letter); {
			case !read && !excused:
				t.Errorf("%s: %s accepts -%c and never asks for it", src.files[fn], name, letter)
			case read && excused:
				t.Errorf("%s asks for -%c: it needs no excuse", name, letter)
			}
			delete(reasons[name], letter)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		for letter := range reasons[name] { // any order: each is a failure of its own
			t.Errorf("%s does not know -%c, which is excused", name, letter)
		}
	}
}

// source is a package's functions and text constants.
type source struct {
	funcs  []*ast.FuncDecl
	files  map[*ast.FuncDecl]string
	byName map[string][]*ast.FuncDecl
	consts map[string]string
}

func readSource(t *testing.T) *source {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	s := &source{files: map[*ast.FuncDecl]string{}, byName: map[string][]*ast.FuncDecl{}, consts: map[string]string{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		s.add(name, f)
	}
	return s
}

func (s *source) add(file string, f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body != nil {
				s.funcs = append(s.funcs, d)
				s.files[d] = file
				s.byName[d.Name.Name] = append(s.byName[d.Name.Name], d)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST && len(v.Values) == len(v.Names) {
					for i, n := range v.Names {
						s.consts[n.Name] = s.text(v.Values[i])
					}
				}
			}
		}
	}
}

// text is all string literals and constants in an expression, one after the other.
func (s *source) text(n ast.Node) string {
	var b strings.Builder
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text, _ := strconv.Unquote(n.Value)
				b.WriteString(text)
			}
		case *ast.Ident:
			b.WriteString(s.consts[n.Name])
		}
		return true
	})
	return b.String()
}

// letters is every option that a function hands to getopt, by itself or in a variable that it puts together.
func (s *source) letters(fn *ast.FuncDecl) []rune {
	var list []rune
	add := func(spec string) {
		for _, r := range spec {
			if r != ':' && r != '+' && !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || calledName(call) != "getopt" || len(call.Args) == 0 {
			return true
		}
		if v, ok := call.Args[0].(*ast.Ident); ok {
			add(s.assigned(fn, v.Name))
			return true
		}
		add(s.text(call.Args[0]))
		return true
	})
	return list
}

// A long name stands for a letter that some flavour knows; otherwise nobody can use it.
func TestLongOptionsStandForLetters(t *testing.T) {
	src := readSource(t)
	for _, fn := range src.funcs {
		letters := src.letters(fn)
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || calledName(call) != "getopt" {
				return true
			}
			for _, a := range call.Args[1:] {
				if name, letter, ok := strings.Cut(src.text(a), "="); ok && !slices.Contains(letters, []rune(letter)[0]) {
					t.Errorf("%s: --%s stands for -%s, which no flavour has", fn.Name.Name, name, letter)
				}
			}
			return true
		})
	}
}

// assigned is the text that a function puts into a variable.
func (s *source) assigned(fn *ast.FuncDecl, name string) string {
	text := ""
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for i, left := range a.Lhs {
				if v, ok := left.(*ast.Ident); ok && v.Name == name && i < len(a.Rhs) {
					text += s.text(a.Rhs[i])
				}
			}
		}
		return true
	})
	return text
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

// mentions reports whether code that is reached from a function, in its own file or with the options handed on, names
// an option: as a rune, or in a text of letters.
func (s *source) mentions(from *ast.FuncDecl, letter rune) bool {
	seen := map[*ast.FuncDecl]bool{from: true}
	for todo := []*ast.FuncDecl{from}; len(todo) > 0; todo = todo[1:] {
		fn := todo[0]
		if s.names(fn, letter) {
			return true
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, next := range s.callees(fn, call) {
				if !seen[next] && (s.files[next] == s.files[fn] || handsOptionsOn(call)) {
					seen[next] = true
					todo = append(todo, next)
				}
			}
			return true
		})
	}
	return false
}

// names reports whether a function's own body names an option.
func (s *source) names(fn *ast.FuncDecl, letter rune) bool {
	found := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.CHAR {
				text, _ := strconv.Unquote(n.Value)
				found = found || text == string(letter)
			}
		case *ast.RangeStmt:
			found = found || strings.ContainsRune(s.text(n.X), letter)
		case *ast.CallExpr:
			switch calledName(n) {
			case "getopt":
				return false
			case "refuse", "last", "ContainsRune":
				for _, a := range n.Args {
					found = found || strings.ContainsRune(s.text(a), letter)
				}
			}
		}
		return true
	})
	return found
}

// callees is the functions that a call may mean: of a method called on the method's own receiver, those of its type and
// of what may be embedded in it.
func (s *source) callees(fn *ast.FuncDecl, call *ast.CallExpr) []*ast.FuncDecl {
	all := s.byName[calledName(call)]
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || fn.Recv == nil || len(fn.Recv.List[0].Names) == 0 {
		return all
	}
	if on, ok := sel.X.(*ast.Ident); !ok || on.Name != fn.Recv.List[0].Names[0].Name {
		return all
	}
	own := slices.DeleteFunc(slices.Clone(all), func(f *ast.FuncDecl) bool { return receiver(f) != receiver(fn) })
	if len(own) > 0 {
		return own
	}
	return all
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	t := fn.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	id, _ := t.(*ast.Ident)
	if id == nil {
		return ""
	}
	return id.Name
}

// handsOptionsOn reports whether a call passes on what getopt returned, which is called o.
func handsOptionsOn(call *ast.CallExpr) bool {
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool {
		switch a := a.(type) {
		case *ast.Ident:
			return a.Name == "o"
		case *ast.SelectorExpr:
			return a.Sel.Name == "o"
		}
		return false
	})
}
