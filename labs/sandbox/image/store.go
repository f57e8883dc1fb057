package image

import (
	"maps"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/vfs"
)

// Store is an engine's images, as containerd keeps them: content, names that lead into it, and the unpacked layers
// (snapshots), each stored once whoever uses it.
type Store struct {
	c         StoreConfig
	content   *Content
	names     map[string]*Record
	snapshots map[Digest]*snapshot
	sources   map[Digest][]string // repositories that a target was pulled from
	parents   map[Digest]Digest   // images that were made of others here
	saved     map[Digest]*Blob    // what left in an archive whose bytes do not have its digest
	held      map[Digest]int      // what a transfer on its way needs
}

// StoreConfig is a Store as asked for.
type StoreConfig struct {
	Now  func() time.Time
	Disk *vfs.Disk // where unpacked layers take up space; nil: nowhere
	Host Platform  // the zero value is linux/amd64
	// Users are the containers made of an image: they stand in the way of its removal.
	Users func(id Digest) []User
	// Known finds what other stores of the world know, for archives that come from there; may be nil.
	Known func(Digest) *Blob
}

// User is a container that uses an image.
type User struct {
	ID      string
	Running bool
}

// Record is a name, and what it leads to.
type Record struct {
	Name   string // a whole reference, or danglingPrefix and a digest
	Target Descriptor
	Tagged time.Time
}

// danglingPrefix begins the names of images that have none. moby: daemon/containerd/image_tag.go
const danglingPrefix = "moby-dangling@"

// DanglingName is how an image without a name is kept.
func DanglingName(d Digest) string { return danglingPrefix + string(d) }

// Dangling reports whether the record is an image without a name.
func (r *Record) Dangling() bool { return strings.HasPrefix(r.Name, danglingPrefix) }

// Reference is the record's name; the zero Reference if it is dangling.
func (r *Record) Reference() Reference {
	ref, err := ParseReference(r.Name)
	if err != nil || r.Dangling() {
		return Reference{}
	}
	return ref
}

// snapshot is an unpacked layer over others.
type snapshot struct {
	chain  Digest
	parent Digest
	layer  *Layer
	merged *vfs.Image
}

// NewStore is empty.
func NewStore(c StoreConfig) *Store {
	if c.Host.OS == "" {
		c.Host = Linux()
	}
	return &Store{
		c: c, content: NewContent(), names: map[string]*Record{}, snapshots: map[Digest]*snapshot{},
		sources: map[Digest][]string{}, parents: map[Digest]Digest{}, saved: map[Digest]*Blob{},
		held: map[Digest]int{},
	}
}

// Content is the store's documents and layers.
func (s *Store) Content() *Content { return s.content }

// Host is the platform that is meant where none is given.
func (s *Store) Host() Platform { return s.c.Host }

// Records lists the names in order.
func (s *Store) Records() []*Record {
	all := make([]*Record, 0, len(s.names))
	for _, name := range slices.Sorted(maps.Keys(s.names)) {
		all = append(all, s.names[name])
	}
	return all
}

// Record is what a whole name leads to, nil if there is none.
func (s *Store) Record(ref Reference) *Record { return s.names[ref.String()] }

// Of lists the names of an image in order.
func (s *Store) Of(id Digest) []*Record {
	var all []*Record
	for _, r := range s.Records() {
		if r.Target.Digest == id {
			all = append(all, r)
		}
	}
	return all
}

// IDs lists the images, the newest first; of equal age by name.
func (s *Store) IDs() []Digest {
	var ids []Digest
	for _, r := range s.Records() {
		if !slices.Contains(ids, r.Target.Digest) {
			ids = append(ids, r.Target.Digest)
		}
	}
	created := map[Digest]time.Time{}
	for _, id := range ids {
		created[id] = s.Created(id)
	}
	slices.SortStableFunc(ids, func(a, b Digest) int { return created[b].Compare(created[a]) })
	return ids
}

// Created is when an image was made, as it says itself.
func (s *Store) Created(id Digest) time.Time {
	if i, err := s.Open(id, nil); err == nil && i.Document.Created != nil {
		return *i.Document.Created
	}
	return time.Time{}
}

// Put lets a name lead to a target, as a build does. An image that loses its last name by it goes with the next
// Collect. It reports whether anything changed.
func (s *Store) Put(ref Reference, target Descriptor) bool {
	name := ref.String()
	if old := s.names[name]; old != nil && old.Target.Digest == target.Digest {
		return false
	}
	s.names[name] = &Record{Name: name, Target: plainDescriptor(target), Tagged: s.now()}
	delete(s.names, DanglingName(target.Digest))
	return true
}

// Tag is Put as docker tag, pull, load and commit do it: an image that loses its last name stays as a dangling one.
// moby: daemon/containerd/soft_delete.go
func (s *Store) Tag(ref Reference, target Descriptor) bool {
	old := s.names[ref.String()]
	changed := s.Put(ref, target)
	if changed && old != nil {
		s.PutDangling(old.Target)
	}
	return changed
}

func plainDescriptor(d Descriptor) Descriptor {
	return Descriptor{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size}
}

// PutDangling keeps an image without a name.
func (s *Store) PutDangling(target Descriptor) {
	if len(s.Of(target.Digest)) == 0 {
		name := DanglingName(target.Digest)
		s.names[name] = &Record{Name: name, Target: plainDescriptor(target), Tagged: s.now()}
	}
}

func (s *Store) now() time.Time {
	if s.c.Now == nil {
		return time.Time{}
	}
	return s.c.Now()
}

func (s *Store) users(id Digest) []User {
	if s.c.Users == nil {
		return nil
	}
	return s.c.Users(id)
}

// Hold keeps content from being collected, until Release: that of a pull on its way, which no name leads to yet.
// containerd: core/leases
func (s *Store) Hold(list ...Digest) {
	for _, d := range list {
		s.held[d]++
	}
}

// Release undoes one Hold.
func (s *Store) Release(list ...Digest) {
	for _, d := range list {
		if s.held[d]--; s.held[d] <= 0 {
			delete(s.held, d)
		}
	}
}

// PulledFrom notes a repository that an image came from.
func (s *Store) PulledFrom(id Digest, repository string) {
	if !slices.Contains(s.sources[id], repository) {
		s.sources[id] = append(s.sources[id], repository)
	}
}

// Sources are the repositories that an image came from.
func (s *Store) Sources(id Digest) []string { return s.sources[id] }

// Find finds an image by name, digest, id or the beginning of its id. ErrNotFound and ErrInvalid have Docker's words.
// moby: daemon/containerd/image.go, resolveImage
func (s *Store) Find(ref string) (*Record, error) {
	if d := wholeID(ref); d != "" {
		if all := s.Of(d); len(all) > 0 {
			return all[0], nil
		}
		return nil, noSuchImage(string(d))
	}
	r, err := ParseReference(ref)
	if err != nil {
		return nil, err
	}
	if r.Digest() != "" {
		for _, found := range s.Of(r.Digest()) {
			if found.Reference().Name() == r.Name() {
				return found, nil
			}
		}
		return nil, noSuchImage(r.Exact().Familiar())
	}
	if found := s.Record(r.TagOrLatest()); found != nil {
		return found, nil
	}
	if short, ok := ShortID(ref); ok {
		return s.findShort(short, r)
	}
	return nil, noSuchImage(r.TagOrLatest().Familiar())
}

func (s *Store) findShort(short string, r Reference) (*Record, error) {
	var found *Record
	for _, rec := range s.Records() {
		if !strings.HasPrefix(rec.Target.Digest.Hex(), short) {
			continue
		}
		if found != nil && found.Target.Digest != rec.Target.Digest {
			return nil, Refuse(ErrNotFound, "ambiguous reference")
		}
		if found == nil {
			found = rec
		}
	}
	if found == nil {
		return nil, noSuchImage(r.TagOrLatest().Familiar())
	}
	return found, nil
}

func noSuchImage(name string) error { return Refuse(ErrNotFound, "No such image: %s", name) }

// wholeID is the digest that a whole id means.
func wholeID(ref string) Digest {
	if len(ref) == 64 && isHex(ref) {
		return Digest(digestPrefix + ref)
	}
	if d := Digest(ref); d.Valid() {
		return d
	}
	return ""
}

// ShortID is the digits of what may be the beginning of an id. moby: daemon/containerd/image.go, checkTruncatedID
func ShortID(ref string) (string, bool) {
	short := strings.TrimPrefix(ref, digestPrefix)
	return short, len(short) >= 4 && len(short) <= 64 && isHex(short)
}

// Open reads an image for a platform, the host's if p is nil.
func (s *Store) Open(id Digest, p *Platform) (*Image, error) {
	b := s.content.Get(id)
	if b == nil {
		return nil, noSuchImage(string(id))
	}
	target := Descriptor{MediaType: b.MediaType, Digest: b.Digest, Size: b.Size}
	if p == nil {
		p = &s.c.Host
	}
	return s.content.Open(target, *p)
}

// RepoTags are an image's names as people write them.
func (s *Store) RepoTags(id Digest) []string {
	tags := []string{}
	for _, r := range s.Of(id) {
		if !r.Dangling() {
			tags = append(tags, r.Reference().Familiar())
		}
	}
	return tags
}

// RepoDigests are an image's names with its digest instead of tags.
func (s *Store) RepoDigests(id Digest) []string {
	digests := []string{}
	for _, r := range s.Of(id) {
		if r.Dangling() {
			continue
		}
		if d := r.Reference().NameOnly().WithDigest(id).Familiar(); !slices.Contains(digests, d) {
			digests = append(digests, d)
		}
	}
	return digests
}

// LastTagged is when an image last got a name.
func (s *Store) LastTagged(id Digest) time.Time {
	var last time.Time
	for _, r := range s.Of(id) {
		if r.Tagged.After(last) {
			last = r.Tagged
		}
	}
	return last
}
