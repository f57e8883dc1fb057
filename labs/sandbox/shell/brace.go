package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxBraces bounds what {1..1000000000} makes; bash would run out of memory.
const maxBraces = 1 << 17

// braces expands bash's {a,b} and {1..3}.
func (s *Shell) braces(w *syntax.Word) []*syntax.Word {
	if !mayBrace(w) {
		return []*syntax.Word{w}
	}
	split := *w
	syntax.SplitBraces(&split)
	var out []*syntax.Word
	for _, parts := range s.braceParts(split.Parts) {
		out = append(out, &syntax.Word{Parts: parts})
	}
	return out
}

func mayBrace(w *syntax.Word) bool {
	for _, p := range w.Parts {
		if lit, ok := p.(*syntax.Lit); ok && strings.Contains(lit.Value, "{") {
			return true
		}
	}
	return false
}

// braceParts is all the ways to pick one alternative of each brace expression, the leftmost varying slowest.
func (s *Shell) braceParts(parts []syntax.WordPart) [][]syntax.WordPart {
	out := [][]syntax.WordPart{nil}
	for _, p := range parts {
		br, ok := p.(*syntax.BraceExp)
		if !ok {
			for i := range out {
				out[i] = append(out[i], p)
			}
			continue
		}
		choices := s.choices(br)
		if len(out)*len(choices) > maxBraces {
			s.sys.Alloc(1 << 40) // nobody has that much
		}
		next := make([][]syntax.WordPart, 0, len(out)*len(choices))
		for _, before := range out {
			s.sys.Step(1 + len(choices)/64)
			for _, c := range choices {
				joined := make([]syntax.WordPart, 0, len(before)+len(c))
				next = append(next, append(append(joined, before...), c...))
			}
		}
		s.passing(len(next) * 64)
		out = next
	}
	return out
}

func (s *Shell) choices(br *syntax.BraceExp) [][]syntax.WordPart {
	if br.Sequence {
		return s.sequence(br)
	}
	var out [][]syntax.WordPart
	for _, el := range br.Elems {
		out = append(out, s.braceParts(el.Parts)...)
	}
	return out
}

// sequence is {from..to..step}.
func (s *Shell) sequence(br *syntax.BraceExp) [][]syntax.WordPart {
	from, to := br.Elems[0].Lit(), br.Elems[1].Lit()
	step := 1
	if len(br.Elems) > 2 {
		step, _ = strconv.Atoi(br.Elems[2].Lit())
		step = max(step, -step)
		if step <= 0 {
			step = 1
		}
	}
	a, err1 := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	letters := err1 != nil || err2 != nil
	if letters {
		a, b = int(from[0]), int(to[0])
	}
	count := max(a-b, b-a)/step + 1
	if count > maxBraces || count < 0 {
		s.sys.Alloc(1 << 40)
	}
	width := 0
	if !letters && (padded(from) || padded(to)) {
		width = max(len(from), len(to))
	}
	out := make([][]syntax.WordPart, 0, count)
	for i := range count {
		n := a + i*step
		if a > b {
			n = a - i*step
		}
		text := string(rune(n))
		if !letters {
			text = zeroPadded(n, width)
		}
		out = append(out, []syntax.WordPart{&syntax.Lit{Value: text}})
	}
	return out
}

// padded reports whether a number is written with zeros before it.
func padded(text string) bool {
	text = strings.TrimPrefix(text, "-")
	return len(text) > 1 && text[0] == '0'
}

func zeroPadded(n, width int) string {
	text := strconv.Itoa(max(n, -n))
	sign := ""
	if n < 0 {
		sign = "-"
	}
	return sign + strings.Repeat("0", max(width-len(sign)-len(text), 0)) + text
}
