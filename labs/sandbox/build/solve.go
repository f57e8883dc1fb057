package build

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

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

// startBases shows the images that stages go on from, and the context. An image that the first step of a stage needs is
// there when that step is looked up, which is when the context has come.
func (b *builder) startBases(stages []*stage) error {
	var late []*stage
	for _, s := range b.plan.bases() {
		if b.w.Cache.bases[s.image.Target.Digest] != nil && b.firstIsNew(s) {
			late = append(late, s)
		} else if err := b.showBase(s, false); err != nil {
			return err
		}
	}
	b.showContext(stages)
	for _, s := range late {
		if err := b.showBase(s, true); err != nil {
			return err
		}
	}
	return nil
}

// bases are the stages that begin with an image, in the order in which the target comes to them, and for each image the
// first one of the file.
func (p *plan) bases() []*stage {
	first := map[string]*stage{}
	for _, s := range slices.Concat(p.stages, p.extra) {
		if s.image != nil && first[s.ref.String()] == nil {
			first[s.ref.String()] = s
		}
	}
	var list []*stage
	seen := map[*stage]bool{}
	var visit func(*stage)
	visit = func(s *stage) {
		if seen[s] {
			return
		}
		seen[s] = true
		if s.image != nil {
			if named := first[s.ref.String()]; !slices.Contains(list, named) {
				list = append(list, named)
			}
		}
		for _, next := range s.sources() {
			visit(next)
		}
	}
	visit(p.target)
	return list
}

// resolveTime is what finding an image in the store takes.
const resolveTime = 12 * time.Millisecond

func (b *builder) showBase(s *stage, there bool) error {
	name := s.ref.String() + "@" + string(s.image.Target.Digest)
	text := "FROM " + name
	if s.index >= 0 {
		text = s.numbered(1, text)
	}
	step := b.begin("%s", text)
	if err := b.takes(step, resolveTime, "resolve %s", name); err != nil {
		return b.fail(step, err)
	}
	base := b.w.Cache.base(s.image, name, b.w.Now())
	if s.fetch != nil && base.release == nil {
		release, err := s.fetch(func(text string, took time.Duration) {
			b.report(Event{Step: step, Kind: Status, Text: text, Took: took, Done: true})
		})
		if err != nil {
			return parser.WithLocation(b.fail(step, err), s.src.Location)
		}
		base.release = release
	}
	if there {
		b.cached(step)
	} else {
		b.finish(step)
	}
	return nil
}

// firstIsNew reports whether the first step on an image has to be done. Then its files are needed, and are there.
func (b *builder) firstIsNew(s *stage) bool {
	if len(s.steps) == 0 {
		return true
	}
	now, err := b.seen(s, s.steps[0], baseOf(s))
	return err != nil || b.notCached(s) || b.w.Cache.results[now.key()] == nil
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
	for _, s := range stages {
		for _, t := range s.steps {
			sources = append(sources, t.wants()...)
		}
	}
	if len(sources) == 0 || b.r.Archive != nil {
		return
	}
	step := b.begin("[internal] load build context")
	n := &sending{b: b, bytes: sentHeader, seen: map[string]bool{}, where: b.where()}
	for _, src := range sources {
		n.add(src)
	}
	b.status(step, "transferring context: %s", Size(n.bytes))
	b.finish(step)
	b.w.Cache.source("files"+n.where, n.content, b.w.Now())
}

// wants is what a step takes from the context.
func (t *todo) wants() []string {
	if t.copy != nil && t.copy.source == nil {
		return t.copy.SourcePaths
	}
	var sources []string
	for _, m := range t.mounts() {
		if m.Type == instructions.MountTypeBind && m.source == nil {
			sources = append(sources, path.Join("/", m.Source))
		}
	}
	return sources
}

// sending adds up what is sent of the context.
type sending struct {
	b       *builder
	where   string
	seen    map[string]bool
	bytes   int64 // on the way
	content int64 // of all files
}

func (n *sending) add(src string) {
	found, err := n.b.context.match(src)
	if err != nil {
		return // its COPY says so
	}
	for _, p := range found {
		n.b.context.walk(p, n.file) //nolint:errcheck // the COPY says so
	}
}

// file adds a file: what describes it, and its content if it did not lie there just so when it was last sent.
func (n *sending) file(p string, st vfs.Stat) error {
	if p == "/" || n.seen[p] {
		return nil
	}
	first := len(n.seen) == 0
	n.seen[p] = true
	n.bytes += sentStat(p[1:], st.Size, st.IsDir())
	if !st.Mode.IsRegular() {
		return nil
	}
	n.content += st.Size
	sent, is := n.b.w.Cache.sent, fmt.Sprint(st.Mode, st.Size, st.Mtime)
	if at := n.where + p; sent[at] != is {
		n.bytes += sentContent(st.Size, first)
		sent[at] = is
	}
	return nil
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
	}
	b.w.Cache.last[at] = now.key()
	next.layers = append(slices.Clone(on.layers), layer.layer)
	return next, nil
}

// miss notes why a step is done anew.
func (b *builder) miss(s *stage, t *todo, at string, now seen, on *result) Note {
	why, after := b.w.Cache.why(at, now, b.notCached(s))
	if after && on.note != 0 {
		return b.w.Note("build.cache.miss", t.name, "a step before it was built anew", on.note)
	}
	return b.w.Note("build.cache.miss", t.name, why)
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

func (s *stage) workdir(c command, w *instructions.WorkdirCommand) error {
	dir := s.absolute(w.Path)
	s.doc.Config.WorkingDir = dir
	if dir != "/" {
		s.add(&todo{dir: dir, user: s.doc.Config.User, name: s.titled(c, w.String(), s.p.lex), at: c.Location()})
	}
	return s.history("WORKDIR "+dir, dir != "/")
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
