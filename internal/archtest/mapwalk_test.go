package archtest

import (
	"go/ast"
	"go/token"
	"strings"
)

// mapNames returns the names of a package's fields and variables that are declared as maps. Without the type checker
// two things of one name are one; that only asks for a word too many.
func mapNames(p *pkg) map[string]bool {
	names := map[string]bool{}
	for _, f := range p.files {
		if f.test {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				if _, ok := n.Type.(*ast.MapType); ok {
					addNames(names, n.Names)
				}
			case *ast.ValueSpec:
				if _, ok := n.Type.(*ast.MapType); ok {
					addNames(names, n.Names)
				}
			case *ast.AssignStmt:
				addAssigned(names, n)
			}
			return true
		})
	}
	return names
}

func addNames(names map[string]bool, idents []*ast.Ident) {
	for _, i := range idents {
		names[i.Name] = true
	}
}

// addAssigned notes x in x := map[K]V{...} and x := make(map[K]V).
func addAssigned(names map[string]bool, a *ast.AssignStmt) {
	for i, value := range a.Rhs {
		if i >= len(a.Lhs) {
			return
		}
		switch v := value.(type) {
		case *ast.CompositeLit:
			if _, ok := v.Type.(*ast.MapType); ok {
				names[lastName(a.Lhs[i])] = true
			}
		case *ast.CallExpr:
			if f, ok := v.Fun.(*ast.Ident); ok && f.Name == "make" && len(v.Args) > 0 {
				if _, ok := v.Args[0].(*ast.MapType); ok {
					names[lastName(a.Lhs[i])] = true
				}
			}
		}
	}
}

// lastName is b of a.b, and of b itself.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func linesWith(at func(token.Pos) token.Position, f *ast.File, word string) map[int]bool {
	lines := map[int]bool{}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.Contains(c.Text, word) {
				lines[at(c.Pos()).Line] = true
			}
		}
	}
	return lines
}
