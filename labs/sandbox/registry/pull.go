package registry

import (
	"slices"
	"time"

	"dockerlearn/labs/sandbox/image"
)

// tick is how often progress is reported. moby: daemon/containerd/progress.go
const tick = 100 * time.Millisecond

// parallel is how many blobs are on the way at a time: max-concurrent-downloads.
const parallel = 3

// job is a blob to be fetched.
type job struct {
	d      image.Descriptor
	layer  bool
	exists bool
	left   int64
	done   bool
}

// Pull gets an image for a platform (nil: the host's), or says at once why it cannot.
func (c *Client) Pull(ref image.Reference, platform *image.Platform, a Auth) (*Transfer, error) {
	t, err := c.pulling(ref, platform, a)
	if err != nil {
		return nil, err
	}
	t.plan()
	return &t.Transfer, nil
}

// Fetch is Pull for a builder: the image gets no name, and is gone when the transfer is over unless somebody holds it.
// What the image is, is known at once; the transfer begins when it is asked for, if it ever is.
func (c *Client) Fetch(ref image.Reference, a Auth) (*image.Image, func() *Transfer, error) {
	t, err := c.pulling(ref, nil, a)
	if err != nil {
		return nil, nil, err
	}
	t.unnamed = true
	return t.image, func() *Transfer { t.plan(); return &t.Transfer }, nil
}

func (c *Client) pulling(ref image.Reference, platform *image.Platform, a Auth) (*pulling, error) {
	ref = ref.Exact()
	s, target, err := c.Resolve(ref, a)
	if err != nil {
		return nil, err
	}
	p := c.Store.Host()
	if platform != nil {
		p = *platform
	}
	i, err := s.content.Open(target, p)
	if err != nil {
		return nil, image.Refuse(image.ErrNotFound,
			"no matching manifest for %s in the manifest list entries: %v", p, err)
	}
	if a.User == "" {
		s.pulls++
	}
	return &pulling{c: c, s: s, ref: ref, target: target, image: i, line: c.Line.filled()}, nil
}

// pulling is a pull being planned.
type pulling struct {
	Transfer
	c       *Client
	s       *Server
	ref     image.Reference
	target  image.Descriptor
	image   *image.Image
	line    Line
	unnamed bool
	docs    []image.Descriptor // manifests and statements: fetched, not shown
	jobs    []*job
}

func (t *pulling) plan() {
	old, err := t.c.Store.Find(t.ref.String())
	newer := err != nil || old.Target.Digest != t.target.Digest
	id := t.ref.Tag()
	if id == "" {
		id = t.ref.String()
	}
	t.steps = append(t.steps, Step{
		After: t.line.Latency, Message: Message{ID: id, Status: "Pulling from " + t.ref.Path()},
	})
	t.collect()
	t.hold()
	hidden := t.complete()
	t.fetchDocuments()
	if !hidden {
		t.fetch()
	}
	t.unpack(hidden)
	t.name()
	t.say("", "Digest: %s", t.target.Digest)
	if newer {
		t.say("", "Status: Downloaded newer image for %s", t.ref.Familiar())
	} else {
		t.say("", "Status: Image is up to date for %s", t.ref.Familiar())
	}
}

// collect finds what belongs to the platform: the layers of its manifest, and its configuration and attestations.
func (t *pulling) collect() {
	chain := t.image.Chain()
	for n, d := range t.image.Manifest.Layers {
		if !t.c.Store.Unpacked(chain[n]) {
			t.add(d, true)
		}
	}
	if t.target.Digest != t.image.Descriptor.Digest {
		t.docs = append(t.docs, t.target)
	}
	t.docs = append(t.docs, t.image.Descriptor)
	for _, d := range t.s.content.Children(t.target) {
		if of, about := image.AttestationFor(d); about && of == t.image.Descriptor.Digest {
			t.docs = append(t.docs, d)
			t.attested(d)
		}
	}
	t.add(t.image.Manifest.Config, false)
}

// hold keeps what is here and what will come until the end.
func (t *pulling) hold() {
	var all []image.Digest
	for _, d := range slices.Concat(t.docs, t.image.Manifest.Layers) {
		all = append(all, d.Digest)
	}
	for _, j := range t.jobs {
		all = append(all, j.d.Digest)
	}
	t.c.Store.Hold(all...)
	t.close = func() { t.c.Store.Release(all...) }
}

func (t *pulling) attested(manifest image.Descriptor) {
	for _, d := range t.s.content.Children(manifest) {
		if d.MediaType == image.MediaTypeInToto {
			t.docs = append(t.docs, d)
		} else {
			t.add(d, false)
		}
	}
}

func (t *pulling) add(d image.Descriptor, layer bool) {
	t.jobs = append(t.jobs, &job{d: d, layer: layer, left: d.Size, exists: t.c.Store.Content().Has(d.Digest)})
}

// complete reports whether there is nothing to fetch. Then the real engine does not show what is there.
func (t *pulling) complete() bool {
	for _, d := range t.docs {
		if !t.c.Store.Content().Has(d.Digest) {
			return false
		}
	}
	for _, j := range t.jobs {
		if !j.exists {
			return false
		}
	}
	return true
}

// take moves a blob into the store.
func (t *pulling) take(d image.Descriptor) func() error {
	return func() error {
		b := t.s.content.Get(d.Digest)
		if b == nil {
			return image.Refuse(image.ErrNotFound, "content digest %s: not found", d.Digest)
		}
		t.c.Store.Content().Put(b)
		return nil
	}
}

func (t *pulling) fetchDocuments() {
	for _, d := range t.docs {
		if !t.c.Store.Content().Has(d.Digest) {
			t.steps = append(t.steps, Step{After: t.line.Latency, do: t.take(d)})
		}
	}
	for _, d := range t.image.Manifest.Layers { // unpacked, but perhaps not kept as content
		if !t.hasJob(d.Digest) {
			t.steps = append(t.steps, Step{do: t.take(d)})
		}
	}
}

func (t *pulling) hasJob(d image.Digest) bool {
	return slices.ContainsFunc(t.jobs, func(j *job) bool { return j.d.Digest == d })
}

// fetch plans the downloads tick by tick: small documents first, then layers, three at a time.
func (t *pulling) fetch() {
	for _, j := range t.jobs {
		if j.layer {
			t.say(j.d.Digest.Short(), "Pulling fs layer")
		}
	}
	for t.pending() {
		t.spend(t.line.Bytes * int64(tick) / int64(time.Second))
		after := tick
		for _, j := range t.jobs {
			if m, report := j.report(); report {
				s := Step{After: after, Message: m}
				if j.done && !j.exists {
					s.do = t.take(j.d)
				}
				t.steps = append(t.steps, s)
				after = 0
			}
		}
	}
}

func (t *pulling) pending() bool {
	for _, j := range t.jobs {
		if !j.done {
			return true
		}
	}
	return false
}

// spend shares what one tick can carry among the blobs that are on the way.
func (t *pulling) spend(bytes int64) {
	for _, layers := range []bool{false, true} {
		for bytes > 0 {
			active := t.active(layers)
			if len(active) == 0 {
				break
			}
			share := max(bytes/int64(len(active)), 1)
			for _, j := range active {
				n := min(share, j.left, bytes)
				j.left -= n
				bytes -= n
			}
		}
	}
}

func (t *pulling) active(layers bool) []*job {
	var list []*job
	for _, j := range t.jobs {
		if j.layer == layers && !j.exists && j.left > 0 && len(list) < parallel {
			list = append(list, j)
		}
	}
	return list
}

// report is what a tick shows of a blob.
func (j *job) report() (Message, bool) {
	m := Message{ID: j.d.Digest.Short(), Blob: true}
	switch {
	case j.done:
		return m, false
	case j.exists:
		j.done, m.Status = true, "Already exists"
	case j.left == 0:
		j.done, m.Status = true, "Download complete"
	case j.left == j.d.Size:
		return m, false
	default:
		m.Status, m.Current, m.Total = "Downloading", j.d.Size-j.left, j.d.Size
	}
	return m, true
}

// unpack plans the layers being unpacked, each over the one before.
func (t *pulling) unpack(hidden bool) {
	for _, j := range t.jobs {
		if !j.layer {
			continue
		}
		took := time.Duration(float64(j.d.Size) / float64(t.line.Unpack) * float64(time.Second)).Round(time.Millisecond)
		if hidden {
			t.steps = append(t.steps, Step{After: took})
			continue
		}
		for shown := time.Second; shown < took; shown += time.Second {
			t.steps = append(t.steps, Step{After: time.Second, Message: Message{
				ID: j.d.Digest.Short(), Blob: true, Status: "Extracting", Current: int64(shown.Seconds()), Units: "s",
			}})
		}
		t.steps = append(t.steps, Step{
			After: took % time.Second, Message: Message{ID: j.d.Digest.Short(), Blob: true, Status: "Pull complete"},
		})
	}
}

// name plans the end: files ready for containers, and the name.
func (t *pulling) name() {
	t.steps = append(t.steps, Step{do: func() error {
		i, err := t.c.Store.Content().Open(t.target, *t.image.Descriptor.Platform)
		if err != nil {
			return err
		}
		if _, err := t.c.Store.Unpack(i); err != nil {
			return image.Refuse(image.ErrUnavailable, "failed to extract layer %s: %v", i.Document.RootFS.DiffIDs[0], err)
		}
		if t.unnamed {
			return nil
		}
		t.c.Store.Tag(t.ref, t.target)
		t.c.Store.PulledFrom(t.target.Digest, t.ref.Name())
		return nil
	}})
}
