package lineedit

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// screen is a small terminal: it shows what is written to it. It wraps when a character comes behind the last column,
// as xterm does.
type screen struct {
	width    int
	rows     [][]string // cells; "" is the second half of a wide character
	row, col int
	wrapping bool // the cursor is behind the last column
	bells    int
	partial  string
}

func (s *screen) write(b []byte) {
	text := s.partial + string(b)
	s.partial = ""
	for len(text) > 0 {
		if text[0] == 0x1b {
			n := s.escape(text)
			if n == 0 {
				s.partial = text
				return
			}
			text = text[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		s.put(r)
		text = text[n:]
	}
}

func (s *screen) cells(row int) []string {
	for len(s.rows) <= row {
		line := make([]string, s.width)
		for i := range line {
			line[i] = " "
		}
		s.rows = append(s.rows, line)
	}
	return s.rows[row]
}

func (s *screen) put(r rune) {
	switch r {
	case '\r':
		s.col, s.wrapping = 0, false
		return
	case '\n':
		s.row++
		s.wrapping = false
		return
	case '\a':
		s.bells++
		return
	case '\b':
		s.col = max(0, s.col-1)
		return
	}
	w := proc.RuneWidth(r)
	if s.wrapping || s.col+w > s.width {
		s.row, s.col, s.wrapping = s.row+1, 0, false
	}
	line := s.cells(s.row)
	line[s.col] = string(r)
	if w == 2 {
		line[s.col+1] = ""
	}
	s.col += w
	if s.col == s.width {
		s.col, s.wrapping = s.width-1, true
	}
}

// escape obeys one sequence and returns its length, 0 if it is not complete.
func (s *screen) escape(text string) int {
	n := sequence(text)
	if n == 0 {
		return 0
	}
	count, err := strconv.Atoi(text[2 : n-1])
	if err != nil {
		count = 1
	}
	s.wrapping = false
	switch text[n-1] {
	case 'A':
		s.row = max(0, s.row-count)
	case 'B':
		s.row += count
	case 'C':
		s.col = min(s.width-1, s.col+count)
	case 'H':
		s.row, s.col = 0, 0
	case 'K':
		line := s.cells(s.row)
		for i := s.col; i < s.width; i++ {
			line[i] = " "
		}
	case 'J':
		if count == 2 {
			s.rows = nil
			return n
		}
		line := s.cells(s.row)
		for i := s.col; i < s.width; i++ {
			line[i] = " "
		}
		s.rows = s.rows[:s.row+1]
	case 'm':
	default:
		panic("the screen does not know " + strconv.Quote(text[:n]))
	}
	return n
}

// text is what is to be seen, without what is empty on the right and below.
func (s *screen) text() string {
	var lines []string
	for _, cells := range s.rows {
		lines = append(lines, strings.TrimRight(strings.Join(cells, ""), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}
