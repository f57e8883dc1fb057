package render

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// list draws bullets and numbers with hanging indents. Numbers are right-aligned, so the texts of 9 and 10 begin in
// the same column.
func (p *painter) list(n *ast.List, m *margin, depth int) {
	number := n.Start
	widest := len(strconv.Itoa(n.Start + max(n.ChildCount()-1, 0)))
	first := true
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if !first && (!n.IsTight || item.HasBlankPreviousLines()) {
			p.blank(m)
		}
		first = false
		mark := p.bullet(item, depth)
		if n.IsOrdered() {
			mark = PadLeft(strconv.Itoa(number), widest) + string(n.Marker)
			number++
		}
		p.item(item, mark, m, depth)
	}
}

func (p *painter) bullet(item ast.Node, depth int) string {
	f := p.opt.Frames
	if done, task := taskState(item); task && done {
		return f.TaskDone
	} else if task {
		return f.TaskNot
	}
	return f.Bullets[min(depth, len(f.Bullets)-1)]
}

func (p *painter) item(n ast.Node, mark string, m *margin, depth int) {
	w := Width(mark) + 1
	in := m.inside(p.opt.Style.Bullet.Paint(mark)+" ", spaces(w), w)
	for i, c := range children(n) {
		if i > 0 && spaced(c) {
			p.blank(in)
		}
		if sub, ok := c.(*ast.List); ok {
			p.list(sub, in, depth+1)
		} else {
			p.block(c, in)
		}
	}
	if !in.used {
		p.blank(in)
	}
}

// taskState tells whether an item has a box, and whether it is ticked.
func taskState(item ast.Node) (done, task bool) {
	if text := item.FirstChild(); text != nil {
		if box, ok := text.FirstChild().(*east.TaskCheckBox); ok {
			return box.IsChecked, true
		}
	}
	return false, false
}
