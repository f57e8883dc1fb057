package image

import (
	"strings"
)

// Reference is the name of an image: a registry's domain, a repository's path, and a tag or digest or both. The zero
// value names nothing.
type Reference struct {
	domain string
	path   string
	tag    string
	digest Digest
}

const (
	defaultDomain = "docker.io"
	legacyDomain  = "index.docker.io"
	officialPath  = "library/"
	// DefaultTag is meant where neither a tag nor a digest is given.
	DefaultTag = "latest"
	maxPath    = 255
	maxTag     = 128
)

// ParseReference reads a name as people write it: docker.io and library/ may be left out. The errors are Docker's.
// distribution/reference: normalize.go, ParseNormalizedNamed
func ParseReference(s string) (Reference, error) {
	if len(s) == 64 && isHex(s) {
		return Reference{}, Refuse(ErrInvalid,
			"invalid repository name (%s), cannot specify 64-byte hexadecimal strings", s)
	}
	domain, rest := splitDomain(s)
	if name, _, _ := strings.Cut(rest, ":"); strings.ToLower(name) != name {
		return Reference{}, Refuse(ErrInvalid,
			"invalid reference format: repository name (%s) must be lowercase", name)
	}
	return parseWhole(domain + "/" + rest)
}

// ParseTag reads a name as `docker build -t` does: as it stands first, and then as people write it.
// distribution/reference: reference.go, Parse
func ParseTag(s string) (Reference, error) {
	if _, err := parseWhole(s); err != nil {
		return Reference{}, err
	}
	return ParseReference(s)
}

// splitDomain tells a registry from a repository of Docker Hub. The first part is a registry if it could not be a
// user's name.
func splitDomain(s string) (domain, rest string) {
	first, after, ok := strings.Cut(s, "/")
	switch {
	case !ok:
		return defaultDomain, officialPath + s
	case first == legacyDomain:
		domain, rest = defaultDomain, after
	case first == "localhost", strings.ContainsAny(first, ".:"), strings.ToLower(first) != first:
		domain, rest = first, after
	default:
		domain, rest = defaultDomain, s
	}
	if domain == defaultDomain && !strings.Contains(rest, "/") {
		rest = officialPath + rest
	}
	return domain, rest
}

// parseWhole reads [domain/]path[:tag][@digest]. distribution/reference: reference.go, Parse
func parseWhole(s string) (Reference, error) {
	r, ok := scan(s)
	if !ok {
		if _, ok := scan(strings.ToLower(s)); ok {
			return Reference{}, Refuse(ErrInvalid, "repository name must be lowercase")
		}
		return Reference{}, Refuse(ErrInvalid, "invalid reference format")
	}
	if len(r.path) > maxPath {
		return Reference{}, Refuse(ErrInvalid, "repository name must not be more than %d characters", maxPath)
	}
	if err := checkDigest(r.digest); err != nil {
		return Reference{}, err
	}
	return r, nil
}

func scan(s string) (r Reference, ok bool) {
	name, digest, digested := strings.Cut(s, "@")
	if digested && !isDigest(digest) {
		return r, false
	}
	r.digest = Digest(digest)
	if at := strings.LastIndexByte(name, ':'); at > strings.LastIndexByte(name, '/') {
		name, r.tag = name[:at], name[at+1:]
		if !isTag(r.tag) {
			return r, false
		}
	}
	domain, path, ok := strings.Cut(name, "/")
	if ok && isDomain(domain) && isPath(path) {
		r.domain, r.path = domain, path
		return r, true
	}
	r.path = name // a domain that is none, such as a_b.c, is the beginning of a path
	return r, isPath(name)
}

// Domain is the registry: "docker.io".
func (r Reference) Domain() string { return r.domain }

// Path is the repository in its registry: "library/alpine".
func (r Reference) Path() string { return r.path }

// Tag is the tag, "" if none was given.
func (r Reference) Tag() string { return r.tag }

// Digest is the digest, "" if none was given.
func (r Reference) Digest() Digest { return r.digest }

// Name is the reference without tag and digest: "docker.io/library/alpine".
func (r Reference) Name() string {
	if r.domain == "" {
		return r.path
	}
	return r.domain + "/" + r.path
}

// String is the whole reference: "docker.io/library/alpine:latest".
func (r Reference) String() string { return r.Name() + r.suffix() }

func (r Reference) suffix() string {
	s := ""
	if r.tag != "" {
		s = ":" + r.tag
	}
	if r.digest != "" {
		s += "@" + string(r.digest)
	}
	return s
}

// FamiliarName is the name as people write it: "alpine".
func (r Reference) FamiliarName() string {
	if r.domain != defaultDomain {
		return r.Name()
	}
	if short, ok := strings.CutPrefix(r.path, officialPath); ok && !strings.Contains(short, "/") {
		return short
	}
	return r.path
}

// Familiar is the whole reference as people write it: "alpine:latest".
func (r Reference) Familiar() string { return r.FamiliarName() + r.suffix() }

// NameOnly is the reference without tag and digest.
func (r Reference) NameOnly() Reference { return Reference{domain: r.domain, path: r.path} }

// IsNameOnly reports whether neither a tag nor a digest was given.
func (r Reference) IsNameOnly() bool { return r.tag == "" && r.digest == "" }

// TagOrLatest is the reference with the default tag if it has neither tag nor digest.
func (r Reference) TagOrLatest() Reference {
	if r.IsNameOnly() {
		r.tag = DefaultTag
	}
	return r
}

// Exact is the reference that an engine looks for: a digest makes a tag beside it meaningless.
// distribution/reference: normalize.go, ParseDockerRef
func (r Reference) Exact() Reference {
	if r.digest != "" {
		r.tag = ""
	}
	return r.TagOrLatest()
}

// WithTag is the reference with another tag.
func (r Reference) WithTag(tag string) (Reference, error) {
	if !isTag(tag) {
		return Reference{}, Refuse(ErrInvalid, "invalid tag format")
	}
	r.tag = tag
	return r, nil
}

// WithDigest is the reference with a digest.
func (r Reference) WithDigest(d Digest) Reference {
	r.digest = d
	return r
}
