package registry

import (
	"fmt"
	"time"

	"dockerlearn/labs/sandbox/image"
)

// Hosts finds the registry behind a domain: "docker.io", "localhost:5000". If it cannot be reached the error says why
// in the network's words: "dial tcp [::1]:5000: connect: connection refused".
type Hosts func(domain string) (*Server, error)

// Client is an engine's side of the conversation.
type Client struct {
	Store *image.Store
	Hosts Hosts
	Line  Line
}

// Line is how fast things go. Zero fields mean the default.
type Line struct {
	Bytes   int64         // in a second, over the network; 0 is 12 MiB
	Unpack  int64         // in a second, to the disk; 0 is 60 MiB of packed bytes
	Latency time.Duration // of a question; 0 is 40 ms
}

func (l Line) filled() Line {
	if l.Bytes <= 0 {
		l.Bytes = 12 << 20
	}
	if l.Unpack <= 0 {
		l.Unpack = 60 << 20
	}
	if l.Latency <= 0 {
		l.Latency = 40 * time.Millisecond
	}
	return l
}

// Message is one line of progress: an event that happens once, or with a Total how far something is. One without a
// Status is nothing to show.
type Message struct {
	ID             string // what it is about: a short digest, a tag; or ""
	Status         string
	Blob           bool // ID is a blob's: what is said of it later replaces this
	Current, Total int64
	Units          string  // of Current; bytes if empty
	Pushed         *Pushed // at the end of a push
}

// Pushed is what a push has done.
type Pushed struct {
	Tag    string
	Target image.Descriptor
	Index  *image.Descriptor // the index that Target was sent instead of, because not all of it is here
}

// Step is a part of a Transfer: let After pass, then Apply, then show Message.
type Step struct {
	After   time.Duration
	Message Message
	do      func() error
}

// Apply does what the step stands for.
func (s Step) Apply() error {
	if s.do == nil {
		return nil
	}
	return s.do()
}

// Transfer is a pull or push on its way. It may be left at any step, and must be closed then.
type Transfer struct {
	steps []Step
	close func()
}

// Close ends the transfer: what a pull has fetched may be collected if no name leads to it. It may be called twice.
func (t *Transfer) Close() {
	t.steps = nil
	if t.close != nil {
		t.close()
		t.close = nil
	}
}

// Next takes the next step; false at the end, where the transfer is closed.
func (t *Transfer) Next() (Step, bool) {
	if len(t.steps) == 0 {
		t.Close()
		return Step{}, false
	}
	s := t.steps[0]
	t.steps = t.steps[1:]
	return s, true
}

// Run takes all steps at once, and returns what was shown and how long it took. An error ends it.
func (t *Transfer) Run() (shown []Message, took time.Duration, err error) {
	defer t.Close()
	for s, ok := t.Next(); ok; s, ok = t.Next() {
		took += s.After
		if err := s.Apply(); err != nil {
			return shown, took, err
		}
		shown = append(shown, s.Message)
	}
	return shown, took, nil
}

func (t *Transfer) say(id, format string, args ...any) {
	t.steps = append(t.steps, Step{Message: Message{ID: id, Blob: id != "", Status: fmt.Sprintf(format, args...)}})
}

// ErrDenied is a repository that is not there, or not for everybody: a registry does not tell which.
var ErrDenied = fmt.Errorf("denied: %w", image.ErrNotFound)

// address is how URLs call a registry. moby: pkg registry, and containerd's docker.io special case
func address(domain string) string {
	if domain == Hub {
		return HubHost
	}
	return domain
}

// Resolve asks a registry what a reference leads to.
func (c *Client) Resolve(ref image.Reference, a Auth) (*Server, image.Descriptor, error) {
	ref = ref.Exact()
	name := ref.Tag()
	if ref.Digest() != "" {
		name = string(ref.Digest())
	}
	s, err := c.Hosts(ref.Domain())
	if err != nil {
		return nil, image.Descriptor{}, image.Refuse(image.ErrUnavailable,
			"failed to resolve reference %q: failed to do request: Head \"https://%s/v2/%s/manifests/%s\": %v",
			ref.String(), address(ref.Domain()), ref.Path(), name, err)
	}
	if err := s.allow(ref, name, a); err != nil {
		return nil, image.Descriptor{}, err
	}
	d, _, ok := s.Manifest(ref.Path(), name)
	if !ok {
		return nil, image.Descriptor{}, image.Refuse(image.ErrNotFound,
			"failed to resolve reference %q: %s: not found", ref.String(), ref.String())
	}
	return s, d, nil
}

// allow refuses who is not known, what is not there for him, and who asked too often.
func (s *Server) allow(ref image.Reference, name string, a Auth) error {
	if s.c.Users == nil {
		return nil
	}
	if a.User != "" && !s.knows(a) {
		return image.Refuse(image.ErrUnauthorized, "failed to resolve reference %q: failed to authorize: "+
			"failed to fetch oauth token: unexpected status from POST request to https://auth.docker.io/token: "+
			"401 Unauthorized: incorrect username or password", ref.String())
	}
	if s.repos[ref.Path()] == nil {
		return image.Refuse(ErrDenied,
			"pull access denied for %s, repository does not exist or may require 'docker login'", ref.FamiliarName())
	}
	if a.User == "" && s.c.Limit > 0 && s.pulls >= s.c.Limit {
		return image.Refuse(image.ErrUnavailable, "failed to resolve reference %q: unexpected status from HEAD request to "+
			"https://%s/v2/%s/manifests/%s: 429 Too Many Requests\ntoomanyrequests: You have reached your "+
			"unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
			ref.String(), HubHost, ref.Path(), name)
	}
	return nil
}

// Login asks whether a registry knows someone. A registry without users knows everybody.
func (c *Client) Login(domain string, a Auth) error {
	s, err := c.Hosts(domain)
	if err != nil {
		return image.Refuse(image.ErrUnavailable, "Get \"http://%s/v2/\": %v", address(domain), err)
	}
	if s.c.Users != nil && !s.knows(a) {
		return image.Refuse(image.ErrUnauthorized,
			"Get \"https://%s/v2/\": unauthorized: incorrect username or password", address(domain))
	}
	return nil
}

// AllTags lists the tags of a repository, for pulling all of them.
func (c *Client) AllTags(ref image.Reference, a Auth) ([]string, error) {
	s, err := c.Hosts(ref.Domain())
	if err != nil {
		return nil, image.Refuse(image.ErrUnavailable, "Get \"http://%s/v2/\": %v", address(ref.Domain()), err)
	}
	if err := s.allow(ref, "", a); err != nil {
		return nil, err
	}
	tags, ok := s.Tags(ref.Path())
	if !ok {
		return nil, image.Refuse(image.ErrNotFound,
			"failed to resolve reference %q: %s: not found", ref.Name(), ref.Name())
	}
	return tags, nil
}
