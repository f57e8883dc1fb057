package registry

import (
	"time"

	"dockerlearn/labs/sandbox/image"
)

// Push sends an image that a name in the store leads to. What goes wrong goes wrong in the steps: the docker command
// prints those before the error.
func (c *Client) Push(ref image.Reference, platform *image.Platform, a Auth) *Transfer {
	ref = ref.TagOrLatest()
	t := &pushing{c: c, ref: ref, auth: a, line: c.Line.filled()}
	t.say("", "The push refers to repository [%s]", ref.Name())
	t.plan(platform)
	return &t.Transfer
}

// pushing is a push being planned.
type pushing struct {
	Transfer
	c      *Client
	s      *Server
	ref    image.Reference
	auth   Auth
	line   Line
	whole  image.Descriptor // what the name leads to
	target image.Descriptor // what is sent
}

func (t *pushing) fail(why error, format string, args ...any) {
	err := image.Refuse(why, format, args...)
	t.steps = append(t.steps, Step{do: func() error { return err }})
}

func (t *pushing) plan(platform *image.Platform) {
	rec := t.c.Store.Record(t.ref)
	if rec == nil {
		t.fail(image.ErrNotFound, "tag does not exist: %s", t.ref.Familiar())
		return
	}
	t.whole, t.target = rec.Target, rec.Target
	if err := t.choose(platform); err != nil {
		t.fail(image.ErrNotFound, "%v", err)
		return
	}
	blobs := t.blobs()
	s, err := t.c.Hosts(t.ref.Domain())
	if err != nil {
		t.unreachable(blobs, err)
		return
	}
	t.s = s
	if t.send(blobs) {
		t.finish()
	}
}

// choose sends the one platform that is here instead of an index that is not whole.
func (t *pushing) choose(platform *image.Platform) error {
	content := t.c.Store.Content()
	if platform == nil && content.Complete(t.whole) {
		return nil
	}
	p := t.c.Store.Host()
	if platform != nil {
		p = *platform
	}
	d, err := content.Choose(t.whole, p)
	if err != nil {
		return err
	}
	t.target = image.Descriptor{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size}
	return nil
}

// blobs are what is shown: layers, and with an index its configurations too, as the real engine does.
func (t *pushing) blobs() []image.Descriptor {
	var others, layers []image.Descriptor
	t.c.Store.Content().Walk(t.target, func(d image.Descriptor) bool {
		switch {
		case isLayer(d):
			layers = append(layers, d)
		case d.MediaType == image.MediaTypeConfig && t.target.MediaType == image.MediaTypeIndex:
			others = append(others, d)
		}
		return true
	})
	return append(others, layers...)
}

func isLayer(d image.Descriptor) bool {
	return d.MediaType == image.MediaTypeLayer || d.MediaType == image.MediaTypeLayerGzip
}

func (t *pushing) unreachable(blobs []image.Descriptor, why error) {
	if len(blobs) == 0 {
		t.fail(image.ErrUnavailable, "failed to do request: Head \"https://%s/v2/%s/manifests/%s\": %v",
			address(t.ref.Domain()), t.ref.Path(), t.ref.Tag(), why)
		return
	}
	t.say(blobs[0].Digest.Short(), "Unavailable")
	t.fail(image.ErrUnavailable, "failed to do request: Head \"https://%s/v2/%s/blobs/%s\": %v",
		address(t.ref.Domain()), t.ref.Path(), blobs[0].Digest, why)
}

// send plans the blobs one by one, and reports whether all may go.
func (t *pushing) send(blobs []image.Descriptor) bool {
	for _, d := range blobs {
		from, mounted := "", false
		if isLayer(d) {
			from, mounted = t.s.mountable(d.Digest, t.ref.Path())
		}
		id := d.Digest.Short()
		switch {
		case t.there(d.Digest) && isLayer(d):
			t.step(t.line.Latency, id, "Layer already exists")
		case t.there(d.Digest):
			t.step(t.line.Latency, id, "Already exists")
		case !t.s.mayPush(t.ref.Path(), t.auth):
			t.say(id, "Unavailable")
			t.fail(image.ErrUnauthorized, "push access denied, repository does not exist or may require authorization: "+
				"server message: insufficient_scope: authorization failed")
			return false
		case mounted:
			t.step(t.line.Latency, id, "Mounted from "+from)
		default:
			t.upload(d)
		}
	}
	return true
}

// there reports whether the repository has a blob.
func (t *pushing) there(d image.Digest) bool {
	r := t.s.repos[t.ref.Path()]
	return r != nil && r.linked[d]
}

func (t *pushing) step(after time.Duration, id, status string) {
	t.steps = append(t.steps, Step{After: after, Message: Message{ID: id, Blob: id != "", Status: status}})
}

// upload plans a blob's way, with its progress.
func (t *pushing) upload(d image.Descriptor) {
	perTick := max(t.line.Bytes*int64(tick)/int64(time.Second), 1)
	sent := int64(0)
	for ; sent+perTick < d.Size; sent += perTick {
		if sent > 0 {
			t.steps = append(t.steps, Step{
				After:   tick,
				Message: Message{ID: d.Digest.Short(), Blob: true, Status: "Pushing", Current: sent, Total: d.Size},
			})
		}
	}
	t.step(tick, d.Digest.Short(), "Pushed")
}

// finish plans the manifest: the tag leads to it, if it does not yet and the user may do that.
func (t *pushing) finish() {
	path, tag := t.ref.Path(), t.ref.Tag()
	r := t.s.repos[path]
	if r != nil && r.tags[tag].Digest == t.target.Digest {
		t.done(nil)
		return
	}
	if !t.s.mayPush(path, t.auth) {
		kind := "manifest"
		if t.target.MediaType == image.MediaTypeIndex {
			kind = "index"
		}
		t.fail(image.ErrUnauthorized,
			"failed commit on ref \"%s-%s\": server message: insufficient_scope: authorization failed", kind, t.target.Digest)
		return
	}
	t.done(func() error {
		t.c.Store.Content().Walk(t.target, func(d image.Descriptor) bool {
			if b := t.c.Store.Content().Get(d.Digest); b != nil {
				t.s.content.Put(b)
			}
			return true
		})
		r := t.s.repository(path)
		r.tags[tag] = t.target
		t.s.link(r, t.target)
		return nil
	})
}

func (t *pushing) done(do func() error) {
	pushed := &Pushed{Tag: t.ref.Tag(), Target: t.target}
	if t.target.Digest != t.whole.Digest {
		pushed.Index = &t.whole
	}
	t.say("", "%s: digest: %s size: %d", t.ref.Tag(), t.target.Digest, t.target.Size)
	last := &t.steps[len(t.steps)-1]
	last.After, last.do, last.Message.Pushed = t.line.Latency, do, pushed
}
