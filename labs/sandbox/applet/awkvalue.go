package applet

import (
	"math"
	"strconv"
	"strings"
)

// awkValue is a number, a text, both, or nothing yet.
type awkValue struct {
	kind byte // 0 nothing yet, 'n' number, 's' text, 'i' text from input, which counts as a number if it looks like one
	n    float64
	s    string
}

func awkNum(n float64) awkValue { return awkValue{kind: 'n', n: n} }

func awkStr(s string) awkValue { return awkValue{kind: 's', s: s} }

// awkInput is a text from outside.
func awkInput(s string) awkValue {
	if n, ok := looksNumeric(s); ok {
		return awkValue{kind: 'i', s: s, n: n}
	}
	return awkStr(s)
}

// looksNumeric reports whether a whole text is a number, blanks around it allowed.
func looksNumeric(s string) (float64, bool) {
	t := strings.Trim(s, " \t\n")
	n := numberPrefix(t)
	if n == 0 || n != len(t) {
		return 0, false
	}
	return awkFloat(t), true
}

// awkFloat reads a number that numberPrefix has measured. With a zero in front it is octal, as busybox has it.
func awkFloat(t string) float64 {
	if len(t) > 1 && t[0] == '0' && isDigit(t[1]) {
		if n, err := strconv.ParseUint(t, 8, 64); err == nil {
			return float64(n)
		}
	}
	v, _ := strconv.ParseFloat(t, 64)
	return v
}

// num is the value as a number: a text's beginning.
func (v awkValue) num() float64 {
	if v.kind != 's' {
		return v.n
	}
	t := strings.TrimLeft(v.s, " \t\n")
	if len(t) > 2 && t[0] == '0' && (t[1] == 'x' || t[1] == 'X') {
		end := 2
		for end < len(t) && inClass("xdigit", rune(t[end])) {
			end++
		}
		if n, err := strconv.ParseUint(t[2:end], 16, 64); err == nil {
			return float64(n)
		}
	}
	return awkFloat(t[:numberPrefix(t)])
}

// text is the value as a text; format is CONVFMT or OFMT, for numbers that are not whole.
func (v awkValue) text(format string) string {
	if v.kind != 'n' {
		return v.s
	}
	if v.n == math.Trunc(v.n) && math.Abs(v.n) < 1<<63 {
		return strconv.FormatInt(int64(v.n), 10)
	}
	f, size, ok := readSpec(format, func() int { return 0 })
	if !ok || size != len(format) || !strings.HasPrefix(format, "%") || strings.IndexByte("eEfFgG", f.verb) < 0 {
		f = formatSpec{width: -1, prec: 6, verb: 'g'}
	}
	return f.float(v.n)
}

func (v awkValue) truth() bool {
	switch v.kind {
	case 'n', 'i':
		return v.n != 0
	}
	return v.s != ""
}

// numeric reports whether a value is compared as a number.
func (v awkValue) numeric() bool { return v.kind != 's' }

// awkCell is a variable: a value or an array. What a function was given without anything in it becomes an array of the
// caller's when it is used as one: alias is where.
type awkCell struct {
	v     awkValue
	arr   *awkArray
	alias *awkCell
}

func (c *awkCell) array() *awkArray {
	if c.arr == nil {
		if c.alias != nil {
			c.arr = c.alias.array()
		} else {
			c.arr = newAwkArray()
		}
	}
	return c.arr
}

// awkItem is an element of an array, in the chain of its bucket.
type awkItem struct {
	key  string
	v    awkValue
	next *awkItem
}

// awkArray is busybox's hash table, because `for (k in a)` shows in what order it keeps the keys.
type awkArray struct {
	buckets []*awkItem
	n       int
}

func newAwkArray() *awkArray { return &awkArray{buckets: make([]*awkItem, 61)} }

func (a *awkArray) bucket(key string, size int) int {
	h := uint32(0)
	for i := range len(key) {
		h = uint32(int32(int8(key[i]))) + h<<6 - h
	}
	return int(h % uint32(size))
}

func (a *awkArray) find(key string) *awkItem {
	for it := a.buckets[a.bucket(key, len(a.buckets))]; it != nil; it = it.next {
		if it.key == key {
			return it
		}
	}
	return nil
}

// at is the element of that key, made if it is not there; made says so.
func (a *awkArray) at(key string) (it *awkItem, made bool) {
	if it := a.find(key); it != nil {
		return it, false
	}
	if a.n++; a.n/len(a.buckets) > 10 {
		a.enlarge()
	}
	i := a.bucket(key, len(a.buckets))
	it = &awkItem{key: key, next: a.buckets[i]}
	a.buckets[i] = it
	return it, true
}

func (a *awkArray) enlarge() {
	sizes := []int{251, 1021, 4093, 16381, 65521}
	size := len(a.buckets)
	for _, s := range sizes {
		if s > size {
			size = s
			break
		}
	}
	if size == len(a.buckets) {
		return
	}
	buckets := make([]*awkItem, size)
	for _, it := range a.buckets {
		for it != nil {
			next := it.next
			i := a.bucket(it.key, size)
			it.next = buckets[i]
			buckets[i] = it
			it = next
		}
	}
	a.buckets = buckets
}

func (a *awkArray) remove(key string) {
	p := &a.buckets[a.bucket(key, len(a.buckets))]
	for ; *p != nil; p = &(*p).next {
		if (*p).key == key {
			*p = (*p).next
			a.n--
			return
		}
	}
}

func (a *awkArray) clear() {
	a.buckets, a.n = make([]*awkItem, 61), 0
}

func (a *awkArray) keys() []string {
	keys := make([]string, 0, a.n)
	for _, it := range a.buckets {
		for ; it != nil; it = it.next {
			keys = append(keys, it.key)
		}
	}
	return keys
}
