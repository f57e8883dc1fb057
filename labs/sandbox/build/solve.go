package build

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// result is the files that a stage, or an image, came to.
type result struct {
	key    image.Digest
	layers []*image.Layer
	note   Note // why the last step was done anew; the zero Note: it was not
}

// solve does the steps of a stage and of those that it needs.
func (b *builder) solve(target *stage) (*result, error) {
	var last *result
	needed := target.needed()
	b.announce(needed)
	if err := b.startBases(needed); err != nil {
		return nil, err
	}
	for _, s := range needed {
		r, err := b.stage(s)
		if err != nil {
			return nil, err
		}
		b.results[s], last = r, r
	}
	return last, nil
}

// announce says how many steps there are going to be, besides that of the result.
func (b *builder) announce(needed []*stage) {
	n := b.step + len(b.plan.bases())
	for _, s := range needed {
		for _, t := range s.steps {
			n += 1 + t.inline()
		}
	}
	if len(b.sent(needed)) > 0 {
		n++
	}
	b.report(Event{Step: n, Kind: Planned})
}

func baseOf(s *stage) *result {
	r := &result{key: "scratch"}
	if s.image != nil {
		r.layers = s.image.Layers
		if chain := s.image.Chain(); len(chain) > 0 {
			r.key = chain[len(chain)-1]
		}
	}
	return r
}

// stage does the steps of one stage.
func (b *builder) stage(s *stage) (*result, error) {
	r := baseOf(s)
	if s.base != nil {
		r = b.results[s.base]
	}
	for n, t := range s.steps {
		next, err := b.todo(s, n, t, r)
		if err != nil {
			return nil, parser.WithLocation(err, t.at)
		}
		r = next
	}
	return r, nil
}

// seen is what a step depends on.
func (b *builder) seen(s *stage, t *todo, on *result) (seen, error) {
	now := seen{parent: on.key, words: t.words()}
	if t.copy != nil {
		if t.copy.link {
			now.parent = ""
		}
		return now, now.addFiles(b.tree(t.copy.source), t.copy)
	}
	for _, m := range t.mounts() {
		if m.Type != instructions.MountTypeBind {
			continue // what is in a cache or a secret does not count
		}
		c := &copying{}
		c.SourcePaths = []string{path.Join("/", m.Source)}
		if err := now.addFiles(b.tree(m.source), c); err != nil {
			return now, err
		}
	}
	return now, nil
}

// tree is where files are taken from: a stage, an image or, for nil, the context.
func (b *builder) tree(source *stage) *tree {
	if source == nil {
		return b.context
	}
	return &tree{view: b.look(merged(b.resultOf(source).layers))}
}

func (b *builder) resultOf(s *stage) *result {
	if r := b.results[s]; r != nil {
		return r
	}
	return baseOf(s)
}

func (b *builder) look(files *vfs.Image) *vfs.View {
	return vfs.NewMounts(b.w.Disk.ImageFS(files, "build"), vfs.MS_RDONLY).View(vfs.Root())
}

// merged is layers as a container sees them.
func merged(layers []*image.Layer) *vfs.Image {
	files := &vfs.Image{}
	for _, l := range layers {
		files = files.With(l.Files())
	}
	return files
}

// todo does one step, or finds that it was done.
func (b *builder) todo(s *stage, index int, t *todo, on *result) (*result, error) {
	now, err := b.seen(s, t, on)
	if err != nil {
		return nil, b.noSource(b.begin("%s", t.name), err)
	}
	at := place(b.r.Name, s.index, index)
	key := now.key()
	layer := b.w.Cache.results[key]
	fresh := layer == nil || b.notCached(s)
	for range t.inline() {
		b.pass(b.begin("[internal] preparing inline document"), fresh)
	}
	step := b.begin("%s", t.name)
	next := &result{key: key}
	if t.copy != nil && t.copy.link {
		next.key = image.NameDigest(string(on.key), string(key))
	}
	if !fresh {
		b.w.Note("build.cache.hit", t.name, string(key))
		layer.hit(b.w.Now())
		b.cached(step)
	} else {
		next.note = b.miss(s, t, at, now, on)
		files, err := b.do(step, t, on)
		if err != nil {
			return nil, b.fail(step, err)
		}
		b.finish(step)
		layer = b.w.Cache.keep(now, image.NewLayer(files), t.name, b.w.Now())
		for _, name := range b.w.Cache.collect() {
			b.w.Note("build.cache.collect", name, fmt.Sprintf("a builder remembers %d steps", maxLayers), next.note)
		}
	}
	b.w.Cache.last[at] = key
	next.layers = append(slices.Clone(on.layers), layer.layer)
	return next, nil
}

// miss notes why a step is done anew.
func (b *builder) miss(s *stage, t *todo, at string, now seen, on *result) Note {
	why, after := b.w.Cache.why(at, now, b.notCached(s))
	var because []Note
	if after && on.note != 0 {
		why, because = "a step before it was built anew", append(because, on.note)
	}
	if t.copy != nil && t.copy.source != nil && b.resultOf(t.copy.source).note != 0 {
		because = append(because, b.resultOf(t.copy.source).note)
	}
	return b.w.Note("build.cache.miss", t.name, why, because...)
}

// notCached reports whether a stage's steps are to be done in any case.
func (b *builder) notCached(s *stage) bool {
	return b.r.NoCache || s.src.Name != "" && slices.Contains(b.r.NotCached, s.src.Name)
}

func (b *builder) pass(step int, fresh bool) {
	if fresh {
		b.finish(step)
	} else {
		b.cached(step)
	}
}

// noSource is a COPY of what is not there.
func (b *builder) noSource(step int, err error) error {
	var missing *notInContext
	if !errors.As(err, &missing) {
		return b.fail(step, err)
	}
	builder, ref := recordID("builder"), recordID(b.r.Name, b.current)
	err = &prefixed{fmt.Sprintf("failed to calculate checksum of ref %s::%s: ", builder, ref), err}
	return &prefixed{"failed to compute cache key: ", b.fail(step, err)}
}

// do makes the layer of a step.
func (b *builder) do(step int, t *todo, on *result) (*vfs.Layer, error) {
	switch {
	case t.copy != nil:
		return b.copy(t.copy, b.tree(t.copy.source), merged(on.layers))
	case t.run != nil:
		return b.run(step, t.run, on)
	}
	return b.makeDir(t, merged(on.layers))
}
