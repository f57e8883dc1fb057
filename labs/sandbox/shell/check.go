package shell

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// check finds constructs that the parser accepts as bash's but ash does not, and what it would say about them.
// start is where the command begins in its script.
func (s *Shell) check(stmts []*syntax.Stmt, start int) *problem {
	var found *problem
	for _, st := range stmts {
		syntax.Walk(st, func(n syntax.Node) bool {
			if found == nil && n != nil {
				found = s.wrong(n, start)
			}
			if found == nil && n != nil && s.cfg.Flavour == Ash {
				found = notInAsh(n, start)
			}
			return found == nil
		})
	}
	return found
}

// wrong is what the parser lets pass and no flavour does: words such as else where a command begins, and names.
func (s *Shell) wrong(n syntax.Node, start int) *problem {
	offset := func(pos syntax.Pos) int { return max(int(pos.Offset())-start, 0) }
	switch n := n.(type) {
	case *syntax.CallExpr:
		if len(n.Args) == 0 || len(n.Assigns) > 0 {
			return nil
		}
		switch w := n.Args[0].Lit(); w {
		case "else", "elif", "then", "do", "in":
			return &problem{token: w, reserved: true, offset: offset(n.Args[0].Pos())}
		}
	case *syntax.WordIter:
		if !isName(n.Name.Value) && s.cfg.Flavour != Bash {
			return &problem{special: badLoop, offset: offset(n.Name.Pos())}
		}
	case *syntax.FuncDecl:
		if n.Name == nil { // of the shells that we are, none has functions without names
			return &problem{token: ")", reserved: true, offset: offset(n.Pos()) + 1}
		}
		if s.cfg.Flavour == Bash {
			return nil
		}
		b, known := s.builtinNamed(n.Name.Value)
		if !isName(n.Name.Value) || known && b.special {
			return &problem{special: badFunction, offset: offset(n.Pos())}
		}
	case *syntax.ExtGlob:
		if s.cfg.Flavour == Bash && !s.opts.extglob {
			return &problem{token: "(", reserved: true, offset: offset(n.OpPos)}
		}
	}
	return nil
}

// splitHighFDs sets dash's reading of 10>f right: to it, 10 is a word.
func (s *Shell) splitHighFDs(stmts []*syntax.Stmt, f *feed) (string, bool) {
	if s.cfg.Flavour != Dash {
		return "", false
	}
	var at []int
	for _, st := range stmts {
		syntax.Walk(st, func(n syntax.Node) bool {
			if r, ok := n.(*syntax.Redirect); ok && r.N != nil && len(r.N.Value) > 1 {
				at = append(at, int(r.OpPos.Offset())-f.command)
			}
			return true
		})
	}
	text := string(f.sc.text[f.command:])
	for _, i := range slices.Backward(slices.Sorted(slices.Values(at))) {
		text = text[:i] + " " + text[i:]
	}
	return text, len(at) > 0
}

// notInAsh is what ash makes of a construct that it does not have: it stumbles over the first token that does not fit.
func notInAsh(n syntax.Node, start int) *problem {
	at := func(token string, reserved bool, pos syntax.Pos) *problem {
		offset := int(pos.Offset()) - start
		return &problem{token: token, reserved: reserved, offset: max(offset, 0)}
	}
	switch n := n.(type) {
	case *syntax.ForClause:
		if _, ok := n.Loop.(*syntax.CStyleLoop); ok {
			return &problem{special: badLoop, offset: max(int(n.Pos().Offset())-start, 0)}
		}
		if n.Select {
			return at("do", true, n.DoPos)
		}
	case *syntax.Redirect:
		switch n.Op {
		case syntax.WordHdoc:
			return at("<", true, n.OpPos)
		case syntax.AppAll:
			return at(">", true, n.OpPos)
		}
	case *syntax.BinaryCmd:
		if n.Op == syntax.PipeAll {
			return at("&", true, n.OpPos)
		}
	case *syntax.ArrayExpr:
		return at("(", true, n.Lparen)
	case *syntax.ExtGlob:
		return at("(", true, n.OpPos)
	case *syntax.CaseItem:
		switch n.Op {
		case syntax.Fallthrough:
			return at("&", true, n.OpPos)
		case syntax.Resume, syntax.ResumeKorn:
			return at(";", true, n.OpPos)
		}
	case *syntax.CoprocClause:
		return at("{", true, n.Coproc)
	}
	return nil
}
