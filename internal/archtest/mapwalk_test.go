package archtest

import (
	"go/ast"
	"go/token"
	"strings"
)

// maps knows what of a package is a map, as far as the sources tell without a type checker: declared types, fields,
// parameters, variables and results of functions.
type maps struct {
	types   map[string]bool // named types that are maps
	fields  map[string]bool // fields that are maps in some struct, and nothing else in another
	globals map[string]bool // package variables
	results map[string]bool // functions and methods whose only result is a map
}

func mapsOf(p *pkg) *maps {
	m := &maps{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	m.each(p, func(n ast.Node) {
		if t, ok := n.(*ast.TypeSpec); ok && m.is(t.Type) {
			m.types[t.Name.Name] = true
		}
	})
	other := map[string]bool{}
	m.each(p, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.StructType:
			for _, f := range n.Fields.List {
				for _, name := range f.Names {
					if m.is(f.Type) {
						m.fields[name.Name] = true
					} else {
						other[name.Name] = true
					}
				}
			}
		case *ast.FuncDecl:
			if r := n.Type.Results; r != nil && len(r.List) == 1 && len(r.List[0].Names) < 2 && m.is(r.List[0].Type) {
				m.results[n.Name.Name] = true
			}
		}
	})
	for name := range other {
		delete(m.fields, name)
	}
	for _, f := range p.files {
		for _, d := range f.tree.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR && !f.test {
				for _, s := range g.Specs {
					m.global(s.(*ast.ValueSpec))
				}
			}
		}
	}
	return m
}

func (m *maps) each(p *pkg, do func(ast.Node)) {
	for _, f := range p.files {
		if f.test {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			do(n)
			return true
		})
	}
}

func (m *maps) global(v *ast.ValueSpec) {
	for i, name := range v.Names {
		m.globals[name.Name] = v.Type != nil && m.is(v.Type) || i < len(v.Values) && m.makes(v.Values[i])
	}
}

// is reports whether a type is a map.
func (m *maps) is(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.MapType:
		return true
	case *ast.ParenExpr:
		return m.is(t.X)
	case *ast.Ident:
		return m.types[t.Name]
	}
	return false
}

// makes reports whether the value of an expression is a map.
func (m *maps) makes(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CompositeLit:
		return e.Type != nil && m.is(e.Type)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.Ident); ok && f.Name == "make" && len(e.Args) > 0 {
			return m.is(e.Args[0])
		}
		return m.results[lastName(e.Fun)]
	case *ast.SelectorExpr:
		return m.fields[e.Sel.Name]
	case *ast.ParenExpr:
		return m.makes(e.X)
	case *ast.Ident:
		return m.names(e)
	}
	return false
}

// names reports whether an identifier is a map: what it was declared as.
func (m *maps) names(id *ast.Ident) bool {
	if id.Obj == nil || id.Obj.Kind != ast.Var {
		return m.globals[id.Name]
	}
	switch d := id.Obj.Decl.(type) {
	case *ast.Field:
		return m.is(d.Type)
	case *ast.ValueSpec:
		for i, name := range d.Names {
			if name.Name == id.Name {
				return d.Type != nil && m.is(d.Type) || i < len(d.Values) && m.makes(d.Values[i])
			}
		}
	case *ast.AssignStmt:
		for i, left := range d.Lhs {
			if l, ok := left.(*ast.Ident); ok && l.Name == id.Name && i < len(d.Rhs) && d.Rhs[i] != ast.Expr(id) {
				return m.makes(d.Rhs[i])
			}
		}
	}
	return false
}

// fillsMap reports whether a walk does nothing but set entries under the walk's own key, or delete some: no order shows.
func fillsMap(walk *ast.RangeStmt) bool {
	if len(walk.Body.List) != 1 {
		return false
	}
	switch s := walk.Body.List[0].(type) {
	case *ast.AssignStmt:
		at, ok := s.Lhs[0].(*ast.IndexExpr)
		return ok && len(s.Lhs) == 1 && s.Tok == token.ASSIGN && lastName(at.Index) == lastName(walk.Key)
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && lastName(call.Fun) == "delete"
	}
	return false
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
