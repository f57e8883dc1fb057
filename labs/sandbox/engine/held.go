package engine

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
)

// loadLimit is how much an archive of images may hold, unpacked.
const loadLimit = 256 << 20

// limits bounds what an archive may make of us: as much as the world's files may be, or most.
func (e *Engine) limits(most int64) image.Limits {
	l := image.DefaultLimits()
	l.Bytes = min(l.Bytes, either(most, l.Bytes))
	return l
}

// fileLimit is for archives of files.
func (e *Engine) fileLimit() int64 { return e.sim.Budget.Bytes.Limit() }

// hold charges the world for what a layer that was made here keeps of its memory, until the layer goes.
func (e *Engine) hold(l *image.Layer) error {
	d := l.Descriptor.Digest
	if _, known := e.held[d]; known {
		return nil
	}
	n := l.Files().Memory()
	if !e.sim.Budget.Bytes.Take(n) {
		return api.Errorf(api.Internal, "failed to commit layer %s: no space left on device", d.Short())
	}
	e.held[d] = n
	return nil
}

// holdImage is hold of all layers of an image.
func (e *Engine) holdImage(id image.Digest) error {
	i, err := e.images.Open(id, nil)
	if err != nil {
		return err
	}
	for _, l := range i.Layers {
		if err := e.hold(l); err != nil {
			return err
		}
	}
	return nil
}

// giveBack undoes hold for what was collected.
func (e *Engine) giveBack(freed image.Freed) {
	for _, b := range freed.Blobs {
		if n, ok := e.held[b.Digest]; ok {
			e.sim.Budget.Bytes.Give(n)
			delete(e.held, b.Digest)
		}
	}
}
