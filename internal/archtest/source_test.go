package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "dockerlearn"
)

// pkg is a package of ours as its sources say: folder "labs/sandbox/vfs", "." for the module's own.
type pkg struct {
	dir   string
	files []*source
}

type source struct {
	name    string // from the module's root
	test    bool
	tree    *ast.File
	imports []string
}

// readPackages parses every package of this module. Nested modules are not ours to judge.
func readPackages(t *testing.T) (*token.FileSet, []*pkg) {
	t.Helper()
	fset := token.NewFileSet()
	found := map[string]*pkg{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			return skipFolder(rel, name)
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := path.Dir(rel)
		if found[dir] == nil {
			found[dir] = &pkg{dir: dir}
		}
		found[dir].files = append(found[dir].files, newSource(rel, tree))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []*pkg
	for _, p := range found {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return fset, all
}

func skipFolder(rel, name string) error {
	if base := path.Base(rel); rel != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "dist") {
		return filepath.SkipDir
	}
	if rel != "." {
		if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
			return filepath.SkipDir
		}
	}
	return nil
}

func newSource(rel string, tree *ast.File) *source {
	s := &source{name: rel, tree: tree, test: strings.HasSuffix(rel, "_test.go")}
	for _, i := range tree.Imports {
		if what, err := strconv.Unquote(i.Path.Value); err == nil {
			s.imports = append(s.imports, what)
		}
	}
	return s
}

// ours returns the folder of an import of this module, and whether it is one.
func ours(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// within reports whether a folder is one of the patterns: "a/b" itself, "a/b/..." it and all below.
func within(dir string, patterns []string) bool {
	for _, p := range patterns {
		if above, ok := strings.CutSuffix(p, "/..."); ok && (dir == above || strings.HasPrefix(dir, above+"/")) || dir == p {
			return true
		}
	}
	return false
}
