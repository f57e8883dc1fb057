// Package registry is registries in memory, and what an engine says to them: resolve, pull, push, log in, search.
//
// A Server holds repositories: tags and the content that they lead to. A Client moves images between a Server and an
// image.Store. What takes time is a Transfer: steps with the virtual time that passes before each, so that the engine
// can let its callers wait, show progress, and stop in the middle. Nothing here knows a clock or a network.
//
// Laws:
//   - Same servers, same store, same question: same steps and times.
//   - Errors have the words that the docker command prints after "Error response from daemon: ", or alone where a
//     stream has begun.
//   - Content moves by reference: a Blob never changes, so both sides have the same one.
//
// Left out: resuming, mirrors, tokens, deleting over the API, referrers, schema 1. Times are those of an invented
// line: 12 MiB a second, three blobs at a time.
package registry

import (
	"maps"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/image"
)

// Hub is Docker Hub's domain in references, HubHost the machine behind it.
const (
	Hub     = "docker.io"
	HubHost = "registry-1.docker.io"
)

// Server is a registry as it runs.
type Server struct {
	c       Config
	content *image.Content
	repos   map[string]*repository
	found   []Found
	pulls   int
}

// Config is a registry as asked for. The zero value lets everybody do everything, as registry:2 does.
type Config struct {
	Users map[string]string // passwords by name; who is known may push below his name, others may only pull
	Limit int               // how many pulls strangers have; 0 is no limit
}

// repository is the tags under one path, and what was uploaded there.
type repository struct {
	tags   map[string]image.Descriptor
	linked map[image.Digest]bool
}

// Found is a repository as docker search shows it.
type Found struct {
	Name     string
	Summary  string
	Stars    int
	Official bool
}

// NewServer is a registry without repositories.
func NewServer(c Config) *Server {
	return &Server{c: c, content: image.NewContent(), repos: map[string]*repository{}}
}

// Source is where images come from that a registry has to begin with: a catalogue's entry.
type Source interface {
	AddTo(c *image.Content, only ...image.Platform) image.Descriptor
}

// Publish puts an image into a repository under tags.
func (s *Server) Publish(path string, tags []string, from Source) {
	target := from.AddTo(s.content)
	r := s.repository(path)
	for _, tag := range tags {
		r.tags[tag] = target
	}
	s.link(r, target)
}

// Announce lets docker search find a repository.
func (s *Server) Announce(f Found) { s.found = append(s.found, f) }

func (s *Server) repository(path string) *repository {
	r := s.repos[path]
	if r == nil {
		r = &repository{tags: map[string]image.Descriptor{}, linked: map[image.Digest]bool{}}
		s.repos[path] = r
	}
	return r
}

func (s *Server) link(r *repository, target image.Descriptor) {
	s.content.Walk(target, func(d image.Descriptor) bool {
		r.linked[d.Digest] = s.content.Has(d.Digest)
		return true
	})
}

// Repositories lists the paths in order: /v2/_catalog.
func (s *Server) Repositories() []string { return slices.Sorted(maps.Keys(s.repos)) }

// Tags lists a repository's tags in order: /v2/PATH/tags/list. ok is false if there is no such repository.
func (s *Server) Tags(path string) (tags []string, ok bool) {
	r := s.repos[path]
	if r == nil {
		return nil, false
	}
	return slices.Sorted(maps.Keys(r.tags)), true
}

// Manifest is what a tag or digest leads to in a repository.
func (s *Server) Manifest(path, tagOrDigest string) (image.Descriptor, []byte, bool) {
	r := s.repos[path]
	if r == nil {
		return image.Descriptor{}, nil, false
	}
	d, ok := r.tags[tagOrDigest]
	if !ok {
		b := s.content.Get(image.Digest(tagOrDigest))
		if b == nil || !r.linked[b.Digest] || b.Layer != nil {
			return image.Descriptor{}, nil, false
		}
		d = image.Descriptor{MediaType: b.MediaType, Digest: b.Digest, Size: b.Size}
	}
	return d, s.content.Get(d.Digest).Bytes, true
}

// Search finds repositories whose name has the term in it, the most liked first; a limit of 0 is none.
func (s *Server) Search(term string, limit int) []Found {
	var hits []Found
	for _, f := range s.found {
		if strings.Contains(f.Name, strings.ToLower(term)) {
			hits = append(hits, f)
		}
	}
	slices.SortStableFunc(hits, func(a, b Found) int { return b.Stars - a.Stars })
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	return hits
}

// Auth is who asks; the zero value is nobody.
type Auth struct{ User, Password string }

// knows reports whether the password is the user's.
func (s *Server) knows(a Auth) bool {
	password, ok := s.c.Users[a.User]
	return ok && password == a.Password
}

// mayPush: everybody on an open registry, otherwise users below their own name.
func (s *Server) mayPush(path string, a Auth) bool {
	return s.c.Users == nil || s.knows(a) && strings.HasPrefix(path, a.User+"/")
}

// mountable finds another repository of the server that has a blob.
func (s *Server) mountable(d image.Digest, not string) (string, bool) {
	for _, path := range s.Repositories() {
		if path != not && s.repos[path].linked[d] {
			return path, true
		}
	}
	return "", false
}
