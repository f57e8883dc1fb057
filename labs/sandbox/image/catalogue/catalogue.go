// Package catalogue is the images that the worlds begin with and can pull, described as data: two sets of text files,
// Recorded (the stand-ins of the recorded host, with their own digests and sizes) and Learner (what a learner expects
// to find on Docker Hub, with believable files and sizes).
//
// A description is lines:
//
//	image library/nginx            the repository; its registry is docker.io
//	tags latest 1.29               the names that lead to the image
//	local                          the world begins with it (latest and the like), or not
//	stars 20800                    for docker search, with the summary
//	summary Official build of Nginx.
//	created 2025-08-12T12:00:00Z
//	index DIGEST SIZE              of the documents, where they are known; short digests are filled up
//	manifest DIGEST SIZE CONFIG-DIGEST CONFIG-SIZE
//	arm64 MANIFEST-DIGEST CONFIG-DIGEST
//	attestation MANIFEST-SIZE STATEMENT-SIZE
//	config {"Env": ...}            JSON, as in docker image inspect; with "from" it is the whole configuration
//	from library/alpine:latest     begins with that image's steps
//	step COPY html /usr/share      one line of docker history
//	layer DIGEST SIZE DIFF-ID      the step made files; "-" for a digest that is made up; SIZE is the packed size
//	d 0755 0:0 /bin                a directory, owned by 0:0
//	f 0644 0:0 81 /etc/motd        a file of that size: its text, or bytes like a program's
//	b 0755 0:0 81 /bin/ls ls       a file that runs the program ls
//	l /usr/bin /bin                a symbolic link that says /usr/bin, called /bin
//	links /bin/busybox /bin a b c  many links that say the same, in one directory
//	programs 60000 /usr/bin a b c  many files that run the program of their name
//	fill 50000000 80 /usr/lib lib%s.so.1   that many bytes in that many files
//	text /etc/motd                 the text of a file above, in the lines that begin with |
//
// Laws:
//   - Which program a file runs is a word (a proc.ProgramID); whether the machine knows it is not our matter.
//   - Files are made when a layer is first looked at; descriptions are read when an image is first asked for.
//   - A Catalogue belongs to one goroutine. Its layers may be used by any number of worlds.
//
// The contents of files that were not recorded are invented; only sizes are meant.
package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

//go:embed data
var data embed.FS

// Catalogue is a set of images.
type Catalogue struct {
	entries []*Entry
	byName  map[string]*Entry // repository:tag
}

// Entry is one image, which may have several tags.
type Entry struct {
	Repository string
	Tags       []string
	Local      bool
	Stars      int
	Summary    string

	d     *description
	home  *Catalogue
	steps []step // with those of "from"
}

// Recorded is the images of the recorded host.
func Recorded() *Catalogue { return load("data/recorded") }

// Learner is the images that a learner can pull.
func Learner() *Catalogue { return load("data/learner") }

// load reads one of our own folders; a mistake in it is ours.
func load(dir string) *Catalogue {
	sub, err := fs.Sub(data, dir)
	if err == nil {
		var c *Catalogue
		if c, err = Parse(sub); err == nil {
			return c
		}
	}
	panic(err)
}

// Parse reads the descriptions (*.txt) in a folder. All mistakes are told at once, with file and line.
func Parse(dir fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{byName: map[string]*Entry{}}
	var m mistakes
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		d := parse(name, string(text), &m)
		e := &Entry{Repository: d.repository, Tags: d.tags, Local: d.local, Stars: d.stars, Summary: d.summary, d: d, home: c}
		c.entries = append(c.entries, e)
		for _, tag := range d.tags {
			if c.byName[d.repository+":"+tag] != nil {
				m.add(name, 1, "%s:%s is described twice", d.repository, tag)
			}
			c.byName[d.repository+":"+tag] = e
		}
	}
	for _, e := range c.entries {
		e.resolve(&m, map[*Entry]bool{})
	}
	return c, m.err()
}

// resolve puts the steps of the images that this one begins with before its own.
func (e *Entry) resolve(m *mistakes, seen map[*Entry]bool) []step {
	if e.steps != nil || e.d.from == "" {
		if e.steps == nil {
			e.steps = e.d.steps
		}
		return e.steps
	}
	base := e.home.byName[e.d.from]
	if base == nil || seen[base] {
		m.add(e.d.file, e.d.fromLine, "from %s: there is no such image before this one", e.d.from)
		return nil
	}
	seen[e] = true
	e.steps = slices.Concat(base.resolve(m, seen), e.d.steps)
	return e.steps
}

// Entries lists the images in order of their files.
func (c *Catalogue) Entries() []*Entry { return c.entries }

// Find finds an image by repository and tag: "library/alpine", "latest". nil if there is none.
func (c *Catalogue) Find(repository, tag string) *Entry { return c.byName[repository+":"+tag] }

// Repositories lists the repositories in order, each with its entries.
func (c *Catalogue) Repositories() []string {
	var names []string
	for _, e := range c.entries {
		names = append(names, e.Repository)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Reference is one of the image's names.
func (e *Entry) Reference(tag string) image.Reference {
	r, err := image.ParseReference(e.Repository + ":" + tag)
	if err != nil {
		panic(fmt.Errorf("catalogue: %s: %w", e.d.file, err)) // parse has looked at it
	}
	return r
}

// Install puts the images that the world begins with into a store, unpacked. The error is the disk's.
func (c *Catalogue) Install(s *image.Store) error {
	for _, e := range c.entries {
		if !e.Local {
			continue
		}
		target := e.AddTo(s.Content(), image.Linux())
		for _, tag := range e.Tags {
			if tag != image.DefaultTag && slices.Contains(e.Tags, image.DefaultTag) {
				continue // a docker pull without a tag leaves only that one
			}
			s.Put(e.Reference(tag), target)
		}
		s.PulledFrom(target.Digest, e.Reference("x").Name())
		i, err := s.Open(target.Digest, nil)
		if err != nil {
			return err
		}
		if _, err := s.Unpack(i); err != nil {
			return err
		}
	}
	return nil
}

// layerOf makes the layer of a step once.
func (s *step) layerOf() *image.Layer {
	if s.made == nil {
		d := image.Descriptor{MediaType: image.MediaTypeLayerGzip, Digest: s.digest, Size: s.size}
		s.made = image.LazyLayer(d, s.diffID, s.build)
	}
	return s.made
}

func (s *step) build() *vfs.Layer {
	b := vfs.NewBuilder()
	for _, f := range s.files {
		if err := f.add(b, s); err != nil {
			panic(fmt.Errorf("catalogue: %s: %w", path.Base(s.file), err)) // a test has built them all
		}
	}
	return b.Layer()
}

// Programs lists what the images' binaries run, in order: what a machine should know.
func (c *Catalogue) Programs() []string {
	var ids []string
	for _, e := range c.entries {
		for _, s := range e.d.steps {
			for _, f := range s.files {
				ids = append(ids, f.programs()...)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
