package build

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// result is the files that a stage, or an image, came to.
type result struct {
	key    image.Digest
	layers []*image.Layer
	fresh  bool // its last step was done now
}

// solve does the steps of a stage and of those that it needs.
func (b *builder) solve(target *stage) (*result, error) {
	var last *result
	for _, s := range b.startBases(target.needed()) {
		r, err := b.stage(s)
		if err != nil {
			return nil, err
		}
		b.results[s], last = r, r
	}
	return last, nil
}

// startBases shows the images that stages go on from, and the context.
func (b *builder) startBases(stages []*stage) []*stage {
	shown := map[string]bool{}
	for n := len(stages) - 1; n >= 0; n-- {
		if s := stages[n]; s.image != nil && !shown[s.ref.String()] {
			shown[s.ref.String()] = true
			b.showBase(s)
		}
	}
	b.showContext(stages)
	return stages
}

func (b *builder) showBase(s *stage) {
	name := s.ref.String() + "@" + string(s.image.Target.Digest)
	text := "FROM " + name
	if s.index >= 0 {
		text = s.numbered(1, text)
	}
	step := b.begin("%s", text)
	b.status(step, "resolve %s", name)
	if known := b.w.Cache.bases[s.image.Target.Digest]; known && b.firstIsNew(s) {
		b.cached(step)
	} else {
		b.finish(step)
	}
	b.w.Cache.bases[s.image.Target.Digest] = true
}

// firstIsNew reports whether the first step on an image has to be done. Then its files are needed, and are there.
func (b *builder) firstIsNew(s *stage) bool {
	if len(s.steps) == 0 {
		return true
	}
	now, err := b.seen(s, s.steps[0], baseOf(s))
	return err != nil || b.r.NoCache || b.w.Cache.results[now.key()] == nil
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

// showContext shows what is sent of the context: the files that are copied and did not lie there just so before.
func (b *builder) showContext(stages []*stage) {
	var sources []string
	used := false
	for _, s := range stages {
		for _, t := range s.steps {
			if t.copy != nil && t.copy.from == "" && len(t.copy.SourcePaths) > 0 {
				used = true
				sources = append(sources, t.copy.SourcePaths...)
			}
		}
	}
	if !used {
		return
	}
	step := b.begin("[internal] load build context")
	b.status(step, "transferring context: %s", size(b.send(sources)))
	b.finish(step)
}

// send is how much is sent for these sources.
func (b *builder) send(sources []string) int64 {
	n, first, seen := int64(sentHeader), true, map[string]bool{}
	for _, src := range sources {
		found, err := b.context.match(src)
		if err != nil {
			continue // its COPY says so
		}
		for _, p := range found {
			b.context.walk(p, func(p string, st vfs.Stat) error { //nolint:errcheck // the COPY says so
				if p == "/" || seen[p] {
					return nil
				}
				seen[p] = true
				n += sentStat(p[1:], st.Size, st.IsDir())
				is := fmt.Sprint(st.Mode, st.Size, st.Mtime)
				where, _ := b.context.view.PathOf(b.context.view.Root())
				if at := where + p; st.Mode.IsRegular() && b.w.Cache.sent[at] != is {
					n += sentContent(st.Size, first)
					b.w.Cache.sent[at] = is
				}
				first = false
				return nil
			})
		}
	}
	return n
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
	if t.copy == nil {
		return now, nil
	}
	var err error
	now.files, err = b.tree(t.copy).digest(t.copy.SourcePaths)
	return now, err
}

// tree is where a COPY takes its files from.
func (b *builder) tree(c *copying) *tree {
	if c.from == "" {
		return b.context
	}
	r := b.results[c.source]
	if r == nil {
		r = baseOf(c.source)
	}
	return &tree{view: b.look(merged(r.layers))}
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
	step := b.begin("%s", t.name)
	now, err := b.seen(s, t, on)
	if err != nil {
		return nil, b.noSource(step, err)
	}
	at := place(b.r.Name, s.index, index)
	key := now.key()
	layer := b.w.Cache.results[key]
	if layer != nil && !b.r.NoCache {
		b.w.Note("build.cache.hit", t.name, string(key))
		b.w.Cache.last[at] = now
		b.cached(step)
		return &result{key: key, layers: append(slices.Clone(on.layers), layer)}, nil
	}
	b.w.Note("build.cache.miss", t.name, b.w.Cache.why(at, now, b.r.NoCache))
	files, err := b.do(step, t, on)
	if err != nil {
		return nil, b.fail(step, err)
	}
	b.finish(step)
	layer = image.NewLayer(files)
	b.w.Cache.results[key], b.w.Cache.last[at] = layer, now
	return &result{key: key, layers: append(slices.Clone(on.layers), layer), fresh: true}, nil
}

// noSource is a COPY of what is not there.
func (b *builder) noSource(step int, err error) error {
	var missing *notInContext
	if !errors.As(err, &missing) {
		return b.fail(step, err)
	}
	ref := image.NameDigest(b.r.Name, fmt.Sprint(step)).Hex()
	err = &prefixed{fmt.Sprintf("failed to calculate checksum of ref %s::%s: ", ref[:25], ref[25:50]), err}
	return &prefixed{"failed to compute cache key: ", b.fail(step, err)}
}

// do makes the layer of a step.
func (b *builder) do(step int, t *todo, on *result) (*vfs.Layer, error) {
	switch {
	case t.copy != nil:
		return b.copy(t.copy, b.tree(t.copy), merged(on.layers))
	case t.run != nil:
		return b.run(step, t.run, on)
	}
	return b.makeDir(t, merged(on.layers))
}

func (b *builder) run(step int, p *Process, on *result) (*vfs.Layer, error) {
	run := *p
	run.Base = &image.Image{Layers: on.layers}
	for _, l := range on.layers {
		run.Base.Document.RootFS.DiffIDs = append(run.Base.Document.RootFS.DiffIDs, l.DiffID)
	}
	run.Output = func(text []byte) { b.print(step, string(text)) }
	files, err := b.w.Run(run)
	if err != nil {
		b.flush(step)
		return nil, fmt.Errorf("process %q did not complete successfully: %w", strings.Join(p.Args, " "), err)
	}
	return files, nil
}

// makeDir is what a WORKDIR makes.
func (b *builder) makeDir(t *todo, base *vfs.Image) (*vfs.Layer, error) {
	root, err := b.w.Disk.NewContainer(base, "workdir")
	if err != nil {
		return nil, err
	}
	defer root.Destroy()
	v := vfs.NewMounts(root.FS, 0).View(vfs.Root())
	uid, gid := uint32(0), uint32(0)
	if user, _, _ := strings.Cut(t.user, ":"); user != "" {
		if uid, gid, err = account(v, "/etc/passwd", user); err != nil {
			return nil, err
		}
	}
	var missing []string
	for dir := t.dir; dir != "/"; dir = path.Dir(dir) {
		if _, err := v.Stat(dir); err == nil {
			break
		}
		missing = append(missing, dir)
	}
	for _, dir := range slices.Backward(missing) {
		if err := v.Mkdir(dir, 0o755); err != nil {
			return nil, err
		}
		if err := v.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	return b.changed(root.Seal(), base)
}
