package applet

import (
	"fmt"
	"unicode/utf8"

	"dockerlearn/labs/sandbox/proc"
)

// counts is what wc counts.
type counts struct{ lines, words, chars, bytes, longest int64 }

func wcCmd(c *call) proc.ExitCode {
	o := c.getopt("cmlwL", "bytes=c", "chars=m", "lines=l", "words=w", "max-line-length=L")
	w := &counting{call: c, o: o}
	if len(o.args) == 0 {
		w.row(w.count(c.stdin()), "")
		return c.failed
	}
	total := counts{}
	for _, name := range o.args {
		in := c.openOrWarn(name)
		if in == nil {
			continue
		}
		n := w.count(in)
		in.complain()
		in.close()
		w.results = append(w.results, n)
		w.names = append(w.names, name)
		total.add(n)
	}
	if len(o.args) > 1 && len(w.results) > 0 {
		w.results, w.names = append(w.results, total), append(w.names, "total")
	}
	w.width()
	for i, n := range w.results {
		w.row(n, w.names[i])
	}
	return c.failed
}

// counting is a wc as it runs.
type counting struct {
	*call
	o       *options
	results []counts
	names   []string
	digits  int // GNU: columns are as wide as the largest needs
}

func (t *counts) add(n counts) {
	t.lines += n.lines
	t.words += n.words
	t.chars += n.chars
	t.bytes += n.bytes
	t.longest = max(t.longest, n.longest)
}

func (w *counting) count(in *input) counts {
	n := counts{}
	inWord := false
	column := int64(0)
	onlyBytes := w.o.has('c') && !w.o.has('l') && !w.o.has('w') && !w.o.has('m') && !w.o.has('L')
	for b := in.piece(); b != nil; b = in.piece() {
		n.bytes += int64(len(b))
		if onlyBytes {
			continue
		}
		for _, x := range b {
			if utf8.RuneStart(x) {
				n.chars++
			}
			switch {
			case x == '\n':
				n.lines++
				n.longest = max(n.longest, column)
				column = 0
				inWord = false
				continue
			case x == '\t':
				column = column/8*8 + 8
			case x == '\f' || x == '\r':
				n.longest = max(n.longest, column)
				column = 0
			case x >= ' ' && utf8.RuneStart(x):
				column++
			}
			space := x == ' ' || x >= '\t' && x <= '\r'
			if !space && !inWord {
				n.words++
			}
			inWord = !space
		}
	}
	n.longest = max(n.longest, column)
	return n
}

// columns is what is shown of the counts.
func (w *counting) columns(n counts) []int64 {
	var list []int64
	all := w.o.last("lwcmL") == 0
	for _, k := range []struct {
		letter rune
		value  int64
		usual  bool
	}{{'l', n.lines, true}, {'w', n.words, true}, {'m', n.chars, false}, {'c', n.bytes, true}, {'L', n.longest, false}} {
		if all && k.usual || w.o.has(k.letter) {
			list = append(list, k.value)
		}
	}
	return list
}

func (w *counting) width() {
	largest := int64(0)
	for _, n := range w.results {
		largest = max(largest, n.bytes, n.lines)
	}
	w.digits = len(fmt.Sprint(largest))
}

// stdinWidth is GNU's width for standard input: what a file's size needs, and 7 where that is not known.
func (w *counting) stdinWidth() int {
	if st, err := w.Fstat(0); err == nil && st.Mode.IsRegular() {
		return len(fmt.Sprint(st.Size))
	}
	return 7
}

func (w *counting) row(n counts, name string) {
	list := w.columns(n)
	for i, v := range list {
		switch {
		case len(list) == 1 && (!w.gnu() && len(w.results) < 2 || w.gnu() && (name == "" || len(w.results) < 2)):
			w.printf("%d", v)
		case w.gnu():
			width := w.digits
			if name == "" {
				width = w.stdinWidth()
			}
			if i > 0 {
				w.print(" ")
			}
			w.printf("%*d", width, v)
		case i == 0:
			w.printf("%9d", v)
		default:
			w.printf(" %9d", v)
		}
	}
	if name != "" {
		w.print(" " + name)
	}
	w.print("\n")
}
