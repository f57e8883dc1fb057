package build

import (
	"errors"
	"fmt"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// readDockerfile reads the Dockerfile and finds the stages that the target needs.
func (b *builder) readDockerfile() error {
	if b.r.Archive != nil {
		return b.readArchive()
	}
	step := b.begin("[internal] load build definition from %s", b.r.Name)
	if b.r.NoSource {
		b.report(Event{Step: step, Kind: Status, Text: "transferring dockerfile:"})
		return errors.New("failed to read dockerfile: no local sources enabled")
	}
	if b.r.Missing != nil {
		b.status(step, "transferring dockerfile: 2B")
		b.finish(step)
		return &prefixed{"failed to read dockerfile: ", b.r.Missing}
	}
	b.status(step, "transferring dockerfile: %s", Size(sentHeader+sentFile(b.r.Name, int64(len(b.r.Dockerfile)))))
	b.w.Cache.source("dockerfile"+b.where(), int64(len(b.r.Dockerfile)), b.w.Now())
	p, err := b.parse(step)
	b.finish(step)
	b.plan = p
	return err
}

// readArchive unpacks a context that came as a tar file, and reads the Dockerfile in it.
// buildkit: frontend/dockerui/context.go, initContext
func (b *builder) readArchive() error {
	step := b.begin("[internal] load remote build context")
	entries, err := image.Unpack(vfs.Bytes(b.r.Archive), image.DefaultLimits())
	if err != nil {
		return b.fail(step, err)
	}
	layer, err := image.LayerOf(entries)
	if err != nil {
		return b.fail(step, err)
	}
	b.finish(step)
	b.finish(b.begin("copy /context /"))
	b.r.Context = b.look((&vfs.Image{}).With(layer))
	if b.r.Dockerfile, err = b.r.Context.ReadFile("/" + b.r.Name); err != nil {
		return fmt.Errorf("failed to read dockerfile: open %s: no such file or directory", b.r.Name)
	}
	b.plan, err = b.parse(step)
	return err
}

// findBases looks up the images that the plan needs, and what they want to be done first, which may need more.
// buildkit: dockerfile2llb/convert.go, resolveReachableStages
func (b *builder) findBases() error {
	if err := b.readNames(); err != nil {
		return err
	}
	found := map[string]*stage{}
	for done := map[*stage]bool{}; ; {
		needed := b.plan.wanted()
		if err := b.load(needed, found); err != nil {
			return err
		}
		more := false
		for _, s := range needed {
			if done[s] {
				continue
			}
			done[s] = true
			if s.index < 0 {
				continue
			}
			news, err := s.trigger()
			if err != nil {
				return err
			}
			more = more || news
		}
		if !more {
			return nil
		}
		if err := b.readNames(); err != nil {
			return err
		}
	}
}

// readNames reads the names of all images, also of those that nobody needs.
func (b *builder) readNames() error {
	for _, s := range slices.Concat(b.plan.stages, b.plan.extra) {
		if s.base != nil || s.baseName == scratch || s.ref.Name() != "" {
			continue
		}
		ref, err := image.ParseReference(s.baseName)
		if err != nil {
			err = &prefixed{fmt.Sprintf("failed to parse stage name %q: ", s.baseName), err}
			return parser.WithLocation(err, s.src.Location)
		}
		s.ref = ref.TagOrLatest()
	}
	return nil
}

// load looks images up. All are looked for at the same time: whoever began last is seen first.
func (b *builder) load(needed []*stage, found map[string]*stage) error {
	all := slices.Concat(b.plan.stages, b.plan.extra)
	var failure error
	for _, s := range slices.Backward(all) {
		if !slices.Contains(needed, s) || s.ref.Name() == "" || s.image != nil {
			continue
		}
		name := s.ref.String()
		if found[name] == nil {
			found[name] = s
			if err := b.findImage(s, name, failure != nil); failure == nil {
				failure = err
			}
		}
		s.image, s.fetch = found[name].image, found[name].fetch
	}
	return failure
}

// findImage looks one image up, unless another one was not found.
func (b *builder) findImage(s *stage, name string, failed bool) (err error) {
	current := b.current
	step := b.begin("[internal] load metadata for %s", name)
	if failed {
		b.report(Event{Step: step, Kind: Canceled})
		b.current = current
		return nil
	}
	if s.image, s.fetch, err = b.w.Find(s.ref, b.r.Pull); err != nil {
		b.fail(step, err) //nolint:errcheck // it comes back with more in front
		err = &prefixed{fmt.Sprintf("%s: failed to resolve source metadata for %s: ", s.baseName, name), err}
		return parser.WithLocation(err, s.src.Location)
	}
	b.finish(step)
	return nil
}
