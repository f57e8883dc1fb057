package xray

// Line is a line of a comparison: in both, only in the old one, or only in the new one.
type Line struct {
	Op   byte // ' ', '-', '+'
	Text string
}

// mostCells bounds the work of comparing: what differs more is shown as one replaced by the other.
const mostCells = 4 << 20

// Compare tells how one text becomes another with as few lines as possible taken out and put in.
func Compare(old, new Content) []Line {
	a, b := lines(old), lines(new)
	var out []Line
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		out, a, b = append(out, Line{' ', a[0]}), a[1:], b[1:]
	}
	var tail []Line
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, Line{' ', a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out = middle(out, a, b)
	for i := len(tail) - 1; i >= 0; i-- {
		out = append(out, tail[i])
	}
	return out
}

// lines are a text's lines; one without an end differs from the same line with one.
func lines(c Content) []string {
	if !c.Open || len(c.Lines) == 0 {
		return c.Lines
	}
	all := append([]string(nil), c.Lines...)
	all[len(all)-1] += "\\" // as ed would never write it
	return all
}

// middle compares by the longest common subsequence.
func middle(out []Line, a, b []string) []Line {
	if len(a)*len(b) > mostCells {
		return rest(out, a, b)
	}
	w := len(b) + 1
	common := make([]uint16, (len(a)+1)*w)
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			if a[i] == b[k] {
				common[i*w+k] = common[(i+1)*w+k+1] + 1
			} else {
				common[i*w+k] = max(common[(i+1)*w+k], common[i*w+k+1])
			}
		}
	}
	i, k := 0, 0
	for i < len(a) && k < len(b) {
		switch {
		case a[i] == b[k]:
			out = append(out, Line{' ', a[i]})
			i, k = i+1, k+1
		case common[(i+1)*w+k] >= common[i*w+k+1]:
			out = append(out, Line{'-', a[i]})
			i++
		default:
			out = append(out, Line{'+', b[k]})
			k++
		}
	}
	return rest(out, a[i:], b[k:])
}

func rest(out []Line, a, b []string) []Line {
	for _, l := range a {
		out = append(out, Line{'-', l})
	}
	for _, l := range b {
		out = append(out, Line{'+', l})
	}
	return out
}
