package image

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestReferences(t *testing.T) {
	const sum = "sha256:7c6e19f0040e82b35b938054e9656fd3c6bd43023c660b61c4cf0c6d27d03575"
	rows := []struct{ in, whole, familiar string }{
		{"alpine", "docker.io/library/alpine:latest", "alpine:latest"},
		{"alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"},
		{"alpine:UPPER-ok_1.2", "docker.io/library/alpine:UPPER-ok_1.2", "alpine:UPPER-ok_1.2"},
		{"library/alpine", "docker.io/library/alpine:latest", "alpine:latest"},
		{"index.docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"},
		{"docker.io/learner/app:1", "docker.io/learner/app:1", "learner/app:1"},
		{"localhost/app", "localhost/app:latest", "localhost/app:latest"},
		{"localhost:5000/team/mine:v1", "localhost:5000/team/mine:v1", "localhost:5000/team/mine:v1"},
		{"[::1]:5000/x", "[::1]:5000/x:latest", "[::1]:5000/x:latest"},
		{"ghcr.io/a/b__c/d--e.f", "ghcr.io/a/b__c/d--e.f:latest", "ghcr.io/a/b__c/d--e.f:latest"},
		{"alpine@" + sum, "docker.io/library/alpine@" + sum, "alpine@" + sum},
		{"alpine:3@" + sum, "docker.io/library/alpine@" + sum, "alpine@" + sum},
		{"a_b.c/x", "a_b.c/x:latest", "a_b.c/x:latest"},
		{"docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"},
	}
	for _, r := range rows {
		ref, err := ParseReference(r.in)
		if err != nil {
			t.Errorf("%s: %v", r.in, err)
			continue
		}
		if got := ref.Exact(); got.String() != r.whole || got.Familiar() != r.familiar {
			t.Errorf("%s is %s, familiar %s; want %s, %s", r.in, got, got.Familiar(), r.whole, r.familiar)
		}
	}
}

// Docker's words, as recorded (the first rows) and as the source has them.
func TestReferencesThatAreNone(t *testing.T) {
	rows := []struct{ in, says string }{
		{"Bad", "invalid reference format: repository name (library/Bad) must be lowercase"},
		{"a b", "invalid reference format"},
		{"", "invalid reference format"},
		{"alpine:", "invalid reference format"},
		{"alpine:bad tag", "invalid reference format"},
		{"alpine@sha256:abc", "invalid reference format"},
		{"http://alpine", "invalid reference format"},
		{"a/B", "invalid reference format: repository name (a/B) must be lowercase"},
		{"UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase"},
		{"mine:bad/tag", "invalid reference format"},
		{
			strings.Repeat("ab", 32),
			"invalid repository name (" + strings.Repeat("ab", 32) + "), cannot specify 64-byte hexadecimal strings",
		},
		{"x@md5:" + strings.Repeat("a", 32), "unsupported digest algorithm"},
		{"x@sha256:" + strings.Repeat("a", 40), "invalid checksum digest length"},
		{"x@sha256:" + strings.Repeat("A", 64), "invalid checksum digest format"},
		{"Foo_bar/x", "repository name must be lowercase"},
		{strings.Repeat("a", 256), "repository name must not be more than 255 characters"},
		{"x:" + strings.Repeat("a", 129), "invalid reference format"},
	}
	for _, r := range rows {
		ref, err := ParseReference(r.in)
		if err == nil || err.Error() != r.says || !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v, %v; want %q", r.in, ref, err, r.says)
		}
	}
}

// The grammar of distribution/reference, written a second time as it is published: as regular expressions.
var (
	grammarPath   = `[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*)*`
	grammarLabel  = `(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])`
	grammarDomain = `(?:` + grammarLabel + `(?:\.` + grammarLabel + `)*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?`
	grammarDigest = `[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][[:xdigit:]]{32,}`
	grammar       = regexp.MustCompile(`^((?:` + grammarDomain + `/)?` + grammarPath + `)(?::([\w][\w.-]{0,127}))?(?:@(` +
		grammarDigest + `))?$`)
	grammarName = regexp.MustCompile(`^(?:(` + grammarDomain + `)/)?(` + grammarPath + `)$`)
)

func FuzzReference(f *testing.F) {
	for _, s := range []string{
		"alpine", "a:b@sha256:" + strings.Repeat("0", 64), "localhost:5000/x:y", "[::1]:80/a", "a.b/c__d-e", "A/b",
		"a//b", "a:b:c", "x@a-b:" + strings.Repeat("f", 32), "x@a--b:" + strings.Repeat("f", 32), "a/b:1/c", "-a/b",
		"a.-b/c", "a]:1/b", "[:]/a", "a._b", "a___b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := scan(s)
		m := grammar.FindStringSubmatch(s)
		if ok != (m != nil) {
			t.Fatalf("%q: ours %v, the grammar %v", s, ok, m != nil)
		}
		if ok {
			name := grammarName.FindStringSubmatch(m[1])
			if want := (Reference{name[1], name[2], m[2], Digest(m[3])}); got != want {
				t.Fatalf("%q: ours %+v, the grammar's %+v", s, got, want)
			}
		}
		ref, err := ParseReference(s)
		if err != nil {
			return
		}
		again, err := ParseReference(ref.Familiar())
		if err == nil && again != ref {
			t.Fatalf("%q is %v, but its familiar form %q is %v", s, ref, ref.Familiar(), again)
		}
	})
}
