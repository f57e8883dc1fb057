package mdoc

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says whether a finding stops a course from being used.
type Severity string

// Errors have to be mended; warnings want to be looked at.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one mistake in a file: where, what, and what to do about it. Code is a word that stays the same.
type Finding struct {
	Pos
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	What     string   `json:"what"`
	Do       string   `json:"do"`
}

// String is "file:line:column: error[code]: what. do", in one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s[%s]: %s. %s", f.Pos, f.Severity, f.Code, f.What, f.Do)
}

// Findings is all that was found, in the order of Sort when it is complete.
type Findings []Finding

// Errorf adds an error. Its texts are phrases without capital and full stop.
func (f *Findings) Errorf(at Pos, code, do, what string, args ...any) {
	f.add(at, Error, code, do, what, args)
}

// Warnf adds a warning.
func (f *Findings) Warnf(at Pos, code, do, what string, args ...any) {
	f.add(at, Warning, code, do, what, args)
}

func (f *Findings) add(at Pos, s Severity, code, do, what string, args []any) {
	if len(args) > 0 {
		what = fmt.Sprintf(what, args...)
	}
	*f = append(*f, Finding{Pos: at, Severity: s, Code: code, What: what, Do: do})
}

// Errors counts the findings that are errors.
func (f Findings) Errors() int {
	n := 0
	for _, x := range f {
		if x.Severity == Error {
			n++
		}
	}
	return n
}

// Sort puts findings in the order of files, lines and columns, and drops what is said twice.
func (f Findings) Sort() Findings {
	slices.SortStableFunc(f, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Code, b.Code), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(f)
}
