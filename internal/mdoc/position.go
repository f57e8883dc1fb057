package mdoc

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// lines knows where each line of a text begins.
type lines struct {
	file   string
	src    []byte
	first  int   // the number of the text's first line in its file
	starts []int // offsets
}

func indexLines(file string, src []byte, first int) *lines {
	starts := make([]int, 1, 1+bytes.Count(src, []byte("\n")))
	for i := 0; ; {
		n := bytes.IndexByte(src[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		starts = append(starts, i)
	}
	return &lines{file, src, first, starts}
}

// at returns the place of an offset; an offset outside of the text is the nearest one inside.
func (l *lines) at(offset int) Pos {
	if len(l.starts) == 0 {
		return Pos{File: l.file}
	}
	offset = min(max(offset, 0), len(l.src))
	i := sort.SearchInts(l.starts, offset+1) - 1
	return Pos{l.file, l.first + i, 1 + utf8.RuneCount(l.src[l.starts[i]:offset])}
}

// line returns the i-th line without its end.
func (l *lines) line(i int) []byte {
	if i+1 < len(l.starts) {
		return l.src[l.starts[i] : l.starts[i+1]-1]
	}
	return l.src[l.starts[i]:]
}
