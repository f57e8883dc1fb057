package shell

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// asRegexp is a pattern in Go's notation: the second way to compute what matches.
func asRegexp(p string) (string, bool) {
	var b strings.Builder
	b.WriteString(`(?s)^`)
	for i := 0; i < len(p); i++ {
		switch c := p[i]; c {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteString(".")
		case '\\':
			if i++; i == len(p) {
				return "", false
			}
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		case '[':
			end := strings.IndexByte(p[i+1:], ']')
			set := ""
			if end > 0 {
				set = p[i+1 : i+1+end]
			}
			if set == "" || strings.ContainsAny(set, `[\*?`) || strings.Trim(set, "!") == "" {
				return "", false // left to the tables
			}
			if set[0] == '!' {
				set = "^" + set[1:]
			}
			b.WriteString("[" + set + "]")
			i += end + 1
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	b.WriteString("$")
	return b.String(), true
}

func TestPatternsMatchAsRegularExpressionsDo(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b", "c", "*", "?", "[ab]", "[!a]", "[a-c]", `\*`, `\a`, "**", "-"})
	rapid.Check(t, func(t *rapid.T) {
		p := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pattern"), "")
		s := rapid.StringMatching(`[abc*-]{0,10}`).Draw(t, "text")
		expr, ok := asRegexp(p)
		if !ok {
			return
		}
		want := regexp.MustCompile(expr).MatchString(s)
		for _, bytes := range []bool{false, true} {
			m := &matcher{bytes: bytes}
			if got := m.match(pattern(p), s); got != want {
				t.Fatalf("%q matches %q: %v, not %v", p, s, got, want)
			}
		}
		// What a trim leaves and what it took make the whole again, and what it took matches.
		m := &matcher{}
		for _, longest := range []bool{false, true} {
			rest := m.trimPrefix(pattern(p), s, longest)
			if taken := strings.TrimSuffix(s, rest); taken != "" && !m.match(pattern(p), taken) {
				t.Fatalf("%q took %q off %q", p, taken, s)
			}
		}
	})
}

// FuzzPatterns: no pattern brings the matcher down, and quoting makes any text match itself.
func FuzzPatterns(f *testing.F) {
	f.Add("[[:alpha:]-]*", "a-b")
	f.Add(`[!]a\]?(x|y)`, "]")
	f.Fuzz(func(t *testing.T, p, s string) {
		if len(p) > 200 || len(s) > 200 {
			return
		}
		steps := 0
		for _, extended := range []bool{false, true} {
			m := &matcher{extended: extended, work: func(int) {
				if steps++; steps > 1000 {
					panic(errTooLong)
				}
			}}
			func() {
				defer func() {
					if r := recover(); r != nil && r != errTooLong {
						panic(r)
					}
				}()
				m.match(pattern(p), s)
			}()
			if !m.match(quotePattern(s), s) {
				t.Errorf("%q does not match itself", s)
			}
		}
	})
}

type tooLong struct{}

var errTooLong = tooLong{}
