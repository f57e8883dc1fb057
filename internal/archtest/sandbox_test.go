package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// sealed are packages that the sandbox's code must not import: law 1 says that it never touches the machine, law 2
// that it is a function of its seed.
var sealed = []string{
	"os", "os/exec", "os/signal", "os/user", "net", "net/http", "syscall", "sync", "sync/atomic", "path/filepath",
	"io/ioutil", "plugin", "runtime", "runtime/debug", "unsafe", "log", "log/slog", "math/rand", "crypto/rand",
	"golang.org/x/sys",
}

// openings are the imports that are let through, each with its reason.
var openings = map[[2]string]string{
	{"labs/sandbox/sim", "sync/atomic"}:    "Interrupt comes from the owner's goroutine",
	{"labs/sandbox/proc", "runtime/debug"}: "the stack of a program that panicked, for the bug report",
}

// clocks are what would tell the real time or wait for it.
var clocks = []string{"Now", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Since", "Until"}

func TestSandboxIsSealed(t *testing.T) {
	fset, all := readPackages(t)
	for _, p := range all {
		if !within(p.dir, []string{"labs/sandbox/..."}) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, imported := range f.imports {
				if openings[[2]string{p.dir, imported}] != "" {
					continue
				}
				if slices.Contains(sealed, imported) || strings.HasPrefix(imported, "golang.org/x/sys/") {
					t.Errorf("%s imports %s", f.name, imported)
				}
			}
			ast.Inspect(f.tree, func(n ast.Node) bool {
				if what := unsealed(n); what != "" {
					t.Errorf("%s: %s", fset.Position(n.Pos()), what)
				}
				return true
			})
		}
	}
}

// globalChance are the functions of math/rand/v2 that draw from a source which no seed of ours feeds.
var globalChance = []string{
	"Int", "IntN", "Int32", "Int32N", "Int64", "Int64N", "Uint32", "Uint32N", "Uint64", "Uint64N", "UintN", "N",
	"Float32", "Float64", "NormFloat64", "ExpFloat64", "Perm", "Shuffle",
}

func unsealed(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "a go statement: one task runs at a time (law 2)"
	case *ast.SelectStmt:
		return "a select statement: its choice is not ours (law 2)"
	case *ast.SelectorExpr:
		x, ok := n.X.(*ast.Ident)
		switch {
		case !ok || x.Obj != nil:
			return ""
		case x.Name == "time" && slices.Contains(clocks, n.Sel.Name):
			return "time." + n.Sel.Name + ": the sandbox's time is virtual"
		case x.Name == "rand" && slices.Contains(globalChance, n.Sel.Name):
			return "rand." + n.Sel.Name + " draws from the global source: chance is seeded"
		}
	}
	return ""
}

// A walk over a map shows its random order unless what is done with each element does not depend on it. Walks that
// were looked at say so on their line: "// any order: ...".
func TestMapWalksSayWhy(t *testing.T) {
	fset, all := readPackages(t)
	for _, p := range all {
		if !within(p.dir, []string{"labs/sandbox/..."}) {
			continue
		}
		known := mapsOf(p)
		for _, f := range p.files {
			if f.test {
				continue
			}
			said := linesWith(fset.Position, f.tree, "any order")
			ast.Inspect(f.tree, func(n ast.Node) bool {
				walk, ok := n.(*ast.RangeStmt)
				if !ok || !known.makes(walk.X) || fillsMap(walk) {
					return true
				}
				if at := fset.Position(walk.Pos()); !said[at.Line] && !said[at.Line-1] {
					t.Errorf("%s: a walk over the map %s: sort it, or say `// any order: why it cannot show`", at, lastName(walk.X))
				}
				return true
			})
		}
	}
}
