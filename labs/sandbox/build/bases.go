package build

import (
	"slices"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

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
	p.target.reach(map[*stage]bool{}, func(s *stage) {
		if s.image == nil {
			return
		}
		if named := first[s.ref.String()]; !slices.Contains(list, named) {
			list = append(list, named)
		}
	}, func(*stage) {})
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
	release := b.w.Cache.holds(s.image)
	if s.fetch != nil && release == nil {
		var err error
		release, err = s.fetch(func(text string, took time.Duration) {
			b.report(Event{Step: step, Kind: Status, Text: text, Took: took, Done: true})
		})
		if err != nil {
			return parser.WithLocation(b.fail(step, err), s.src.Location)
		}
	}
	b.w.Cache.base(s.image, name, b.w.Now()).release = release
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
