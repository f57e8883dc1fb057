package build

import (
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockerlearn/labs/sandbox/image"
)

// todo is a step that changes files.
type todo struct {
	name string
	at   []parser.Range
	run  *running
	copy *copying
	dir  string // of WORKDIR
	user string
}

// words are everything in a step that is not files.
func (t *todo) words() image.Digest {
	switch {
	case t.run != nil:
		return image.NameDigest(t.run.words()...)
	case t.copy != nil:
		return image.NameDigest(t.copy.words()...)
	}
	return image.NameDigest("workdir", t.dir, t.user)
}

func (t *todo) mounts() []*mount {
	if t.run == nil {
		return nil
	}
	return t.run.mounts
}

// inline is how many files of the step stand in the Dockerfile.
func (t *todo) inline() int {
	switch {
	case t.copy != nil:
		return len(t.copy.SourceContents)
	case t.run != nil && t.run.script != nil:
		return 1
	}
	return 0
}

func (s *stage) add(t *todo) { s.steps = append(s.steps, t) }
