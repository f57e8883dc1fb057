package mdoc

import (
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// cjkFriendly mends an inline parser for `*` or `~`. CommonMark decides by the neighbours of a delimiter whether it
// may open or close, and expects a space where Chinese writes none: in `**注意：**请` the second pair stands between
// punctuation and a letter and could not close. With the rules of "CJK-friendly emphasis" (github.com/tats-u/
// markdown-cjk-friendly) a full-width sign counts as a letter, and a CJK character outside as a space.
type cjkFriendly struct{ parser.InlineParser }

func (p cjkFriendly) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, _ := block.PeekLine()
	n := p.InlineParser.Parse(parent, block, pc)
	if d, ok := n.(*parser.Delimiter); ok && d.Char != '_' {
		after := ' '
		if d.OriginalLength < len(line) {
			after = util.ToRune(line, d.OriginalLength)
		}
		d.CanOpen = flanks(before, after)
		d.CanClose = flanks(after, before)
	}
	return n
}

// flanks reports whether a delimiter may stand between an outer and an inner character.
func flanks(outer, inner rune) bool {
	switch {
	case util.IsSpaceRune(inner):
		return false
	case !util.IsPunctRune(inner) || isCJK(inner):
		return true
	}
	return util.IsSpaceRune(outer) || util.IsPunctRune(outer) || isCJK(outer)
}

// isCJK reports whether r belongs to a script that writes no spaces between words, its full-width signs included.
func isCJK(r rune) bool {
	return r >= 0x2e80 && (fullWidthSign(r) ||
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo))
}

// fullWidthSign reports whether r is from the blocks of 、。〈〉「」 and ，：！（）.
func fullWidthSign(r rune) bool { return r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef }
