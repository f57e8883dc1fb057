package engine

import (
	"fmt"
	"slices"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// imageUsers is the containers that stand in the way of an image's removal.
func (e *Engine) imageUsers(id image.Digest) []image.User {
	var users []image.User
	for _, ct := range e.order {
		if ct.image.Target.Digest == id {
			users = append(users, image.User{ID: ct.id, Running: ct.state.running})
		}
	}
	return users
}

// collect takes away what no image and no container needs any more.
func (e *Engine) collect() image.Freed {
	var inUse []image.Digest
	for _, ct := range e.order {
		if chain := ct.image.Chain(); len(chain) > 0 {
			inUse = append(inUse, chain[len(chain)-1])
		}
	}
	freed := e.images.Collect(inUse...)
	for chain := range e.bases { // any order: a set
		if chain != "" && !e.images.Unpacked(chain) {
			delete(e.bases, chain)
		}
	}
	e.forgetLayers()
	e.giveBack(freed)
	return freed
}

func (e *Engine) imageEvent(action string, id image.Digest, name string, because ...sim.EventID) {
	attrs := map[string]string{"name": name}
	if i, err := e.images.Open(id, nil); err == nil {
		for k, v := range i.Document.Config.Labels { // any order: into a map
			attrs[k] = v
		}
	}
	attrs["name"] = name
	e.emit(api.EventImage, action, string(id), name, attrs, because...)
}

// ImageList lists images, the newest first. moby: daemon/containerd/image_list.go
func (e *Engine) ImageList(c api.Caller, o api.ImageListOptions) ([]api.ImageSummary, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	fs := filters(o.Filters)
	if err := fs.only("before", "dangling", "label", "label!", "reference", "since", "until"); err != nil {
		return nil, err
	}
	if err := fs.bools("dangling"); err != nil {
		return nil, err
	}
	l := imageListing{e: e, filters: fs}
	if err := l.read(); err != nil {
		return nil, err
	}
	list := []api.ImageSummary{}
	for _, id := range e.images.IDs() {
		if !l.includes(id) {
			continue
		}
		s := e.imageSummary(id, o)
		s.RepoTags, s.RepoDigests = l.asked(s.RepoTags), l.asked(s.RepoDigests)
		if len(fs["reference"]) == 0 || len(s.RepoTags) > 0 {
			list = append(list, s)
		}
	}
	return list, nil
}

type imageListing struct {
	e                    *Engine
	filters              filters
	before, since, until time.Time
}

func (l *imageListing) read() error {
	for _, n := range []struct {
		name string
		to   *time.Time
	}{{"before", &l.before}, {"since", &l.since}} {
		for _, v := range l.filters[n.name] {
			rec, err := l.e.images.Find(v)
			if err != nil {
				return refusal(err)
			}
			*n.to = l.e.images.Created(rec.Target.Digest)
		}
	}
	var err error
	l.until, _, err = l.e.untilFilter(l.filters)
	return err
}

func (l *imageListing) includes(id image.Digest) bool {
	made := l.e.images.Created(id)
	switch {
	case !l.before.IsZero() && !made.Before(l.before), !l.since.IsZero() && !made.After(l.since),
		!l.until.IsZero() && !l.e.images.LastTagged(id).Before(l.until):
		return false
	}
	var labels map[string]string
	if i, err := l.e.images.Open(id, nil); err == nil {
		labels = i.Document.Config.Labels
	}
	return l.filters.boolean("dangling", len(l.e.images.RepoTags(id)) == 0) && l.filters.labels(labels)
}

// asked is the names that the filter wants to see.
func (l *imageListing) asked(names []string) []string {
	return slices.DeleteFunc(names, func(n string) bool {
		return !l.filters.any("reference", func(pattern string) bool { return matchesReference(pattern, n) })
	})
}

// matchesReference: distribution/reference: FamiliarMatch: the pattern is against the name alone, or with its tag.
func matchesReference(pattern, name string) bool {
	ref, err := image.ParseReference(name)
	return err == nil && (glob(pattern, ref.Familiar()) || glob(pattern, ref.FamiliarName()))
}

func (e *Engine) imageSummary(id image.Digest, o api.ImageListOptions) api.ImageSummary {
	s := api.ImageSummary{
		Containers: int64(
			len(e.imageUsers(id)),
		), Created: e.images.Created(id).Unix(), ID: string(id), Labels: map[string]string{},
		RepoTags: e.images.RepoTags(
			id,
		), RepoDigests: e.images.RepoDigests(id), SharedSize: -1, Size: e.images.Sizes(id).Total,
		ParentID: string(e.images.Parent(id)),
	}
	if i, err := e.images.Open(id, nil); err == nil {
		d := i.Target
		s.Descriptor = &d
		if i.Document.Config.Labels != nil {
			s.Labels = i.Document.Config.Labels
		}
	}
	if o.SharedSize {
		s.SharedSize = e.images.Shared(id)
	}
	if o.Manifests {
		s.Manifests = e.manifests(id)
	}
	return s
}

// manifests is what docker image ls --tree shows of an image.
func (e *Engine) manifests(id image.Digest) []api.ManifestSummary {
	var list []api.ManifestSummary
	for _, m := range e.images.Manifests(id) {
		s := api.ManifestSummary{
			ID: string(m.Descriptor.Digest), Descriptor: m.Descriptor, Available: m.Available, Kind: api.ManifestImage,
			Size: api.ManifestSize{Content: m.Sizes.Content, Total: m.Sizes.Total},
		}
		if m.About != "" {
			s.Kind, s.AttestationData = api.ManifestAttestation, &api.AttestationProperties{For: m.About}
		} else {
			s.ImageData = e.imageProperties(m)
		}
		list = append(list, s)
	}
	return list
}

func (e *Engine) imageProperties(m image.ManifestInfo) *api.ImageProperties {
	p := &api.ImageProperties{Size: api.UnpackedSize{Unpacked: m.Sizes.Unpacked}, Containers: []string{}}
	if m.Descriptor.Platform != nil {
		p.Platform = *m.Descriptor.Platform
	}
	for _, ct := range e.order {
		if ct.image.Descriptor.Digest == m.Descriptor.Digest {
			p.Containers = append(p.Containers, ct.id)
		}
	}
	return p
}

// ImageInspect tells everything about an image. moby: daemon/containerd/image_inspect.go
func (e *Engine) ImageInspect(c api.Caller, ref string, o api.ImageInspectOptions) (*api.ImageInspect, error) {
	i, err := e.openImage(ref, o.Platform)
	if err != nil {
		return nil, err
	}
	id, doc := i.Target.Digest, &i.Document
	target := i.Target
	in := &api.ImageInspect{
		ID: string(id), RepoTags: e.images.RepoTags(id), RepoDigests: e.images.RepoDigests(id),
		Parent: string(e.images.Parent(id)), Author: doc.Author,
		Config: &doc.Config, Architecture: doc.Architecture, Variant: doc.Variant, Os: doc.OS, OsVersion: doc.OSVersion,
		Size: e.images.ContentSize(i), RootFS: api.RootFS{Type: doc.RootFS.Type, Layers: doc.RootFS.DiffIDs},
		Metadata: api.ImageMetadata{LastTagTime: e.images.LastTagged(id)}, Descriptor: &target,
	}
	if n := len(doc.History); n > 0 {
		in.Comment = doc.History[n-1].Comment
	}
	if doc.Created != nil {
		in.Created = stamp(*doc.Created)
	}
	if o.Manifests {
		in.Manifests = e.manifests(id)
	}
	if from := e.images.Sources(id); len(from) > 0 {
		in.Identity = &api.ImageIdentity{}
		for _, r := range from {
			in.Identity.Pull = append(in.Identity.Pull, api.PullIdentity{Repository: r})
		}
	}
	return in, nil
}

func (e *Engine) openImage(ref string, p *image.Platform) (*image.Image, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	rec, err := e.images.Find(ref)
	if err != nil {
		return nil, refusal(err)
	}
	i, err := e.images.Open(rec.Target.Digest, p)
	if err != nil && p != nil {
		return nil, api.Errorf(
			api.NotFound,
			"image with reference %s was found but does not provide the specified platform (%s)",
			ref,
			p,
		)
	}
	return i, refusal(err)
}

// ImageHistory tells how an image was made, the newest step first. moby: daemon/containerd/image_history.go
func (e *Engine) ImageHistory(c api.Caller, ref string, p *image.Platform) ([]api.HistoryItem, error) {
	i, err := e.openImage(ref, p)
	if err != nil {
		return nil, err
	}
	var items []api.HistoryItem
	for _, h := range e.images.History(i) {
		item := api.HistoryItem{Comment: h.Comment, CreatedBy: h.CreatedBy, ID: "<missing>", Size: h.Size}
		if h.Created != nil {
			item.Created = h.Created.Unix()
		}
		if h.ID != "" {
			item.ID, item.Tags = string(h.ID), h.Tags
		}
		items = append(items, item)
	}
	return items, nil
}

// ImageTag gives an image another name. moby: daemon/containerd/image_tag.go
func (e *Engine) ImageTag(c api.Caller, source, target string) error {
	if err := e.up(); err != nil {
		return err
	}
	rec, err := e.images.Find(source)
	if err != nil {
		return refusal(err)
	}
	ref, err := image.ParseReference(target)
	if err != nil {
		return refusal(err)
	}
	if ref.Digest() != "" {
		return api.Errorf(api.InvalidParameter, "cannot tag a digest reference")
	}
	ref = ref.TagOrLatest()
	e.images.Tag(ref, rec.Target)
	e.imageEvent("tag", rec.Target.Digest, ref.Familiar(), c.Cause())
	return nil
}

// ImageRemove takes names away, and the image with the last one. moby: daemon/containerd/image_delete.go
func (e *Engine) ImageRemove(c api.Caller, ref string, o api.ImageRemoveOptions) ([]api.ImageDeleted, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	if len(o.Platforms) > 0 {
		return nil, notSimulated("removing one platform of an image")
	}
	rec, err := e.images.Find(ref)
	if err != nil {
		return nil, refusal(err)
	}
	steps, err := e.images.Remove(ref, o.Force)
	if err != nil {
		refused, _ := refusal(err).(*api.Error)
		for _, ct := range e.order {
			if ct.image.Target.Digest == rec.Target.Digest {
				refused = refused.With(ct.made)
			}
		}
		return nil, refused
	}
	deleted := e.tellRemoved(steps, rec.Target.Digest, c.Cause())
	e.collect()
	return deleted, nil
}

func (e *Engine) tellRemoved(steps []image.Removed, id image.Digest, because sim.EventID) []api.ImageDeleted {
	list := []api.ImageDeleted{}
	for _, s := range steps {
		list = append(list, api.ImageDeleted{Untagged: s.Untagged, Deleted: s.Deleted})
		if s.Untagged != "" {
			e.imageEvent("untag", id, s.Untagged, because)
		} else {
			e.imageEvent("delete", id, s.Deleted, because)
		}
	}
	return list
}

// ImagePrune removes images that nobody uses: those without a name, or all. moby: daemon/containerd/image_prune.go
func (e *Engine) ImagePrune(c api.Caller, f api.Filters) (api.ImagesPruned, error) {
	var none api.ImagesPruned
	if err := e.up(); err != nil {
		return none, err
	}
	fs := filters(f)
	if err := fs.only("dangling", "label", "label!", "until"); err != nil {
		return none, err
	}
	if err := fs.bools("dangling"); err != nil {
		return none, err
	}
	until, bounded, err := e.untilFilter(fs)
	if err != nil {
		return none, err
	}
	onlyDangling := len(fs["dangling"]) == 0 || fs.is("dangling")
	var p api.ImagesPruned
	e.collect() // what nobody wants any more is nobody's gain
	l := imageListing{e: e, filters: filters{"label": fs["label"], "label!": fs["label!"]}}
	for _, id := range e.images.IDs() {
		if onlyDangling && len(e.images.RepoTags(id)) > 0 || len(e.imageUsers(id)) > 0 || !l.includes(id) ||
			bounded && e.images.LastTagged(id).After(until) {
			continue
		}
		e.pruneImage(id, &p, c.Cause())
	}
	reclaimed := map[string]string{"reclaimed": fmt.Sprint(p.SpaceReclaimed)}
	e.emit(api.EventImage, "prune", "", "", reclaimed, c.Cause())
	return p, nil
}

// pruneImage takes all names of an image away, and tells which of its content went with them.
func (e *Engine) pruneImage(id image.Digest, p *api.ImagesPruned, because sim.EventID) {
	blobs := e.contentOf(id)
	names := e.images.RepoTags(id)
	if len(names) == 0 {
		names = []string{string(id)}
	}
	for _, name := range names {
		if _, err := e.images.Remove(name, true); err != nil {
			return
		}
		p.ImagesDeleted = append(p.ImagesDeleted, api.ImageDeleted{Untagged: name})
		e.imageEvent("untag", id, name, because)
	}
	e.collect()
	for _, d := range blobs {
		if !e.images.Content().Has(d.Digest) {
			p.ImagesDeleted = append(p.ImagesDeleted, api.ImageDeleted{Deleted: string(d.Digest)})
			p.SpaceReclaimed += uint64(d.Size)
		}
	}
}

// contentOf is the documents and layers of an image that are here, each once.
func (e *Engine) contentOf(id image.Digest) []image.Descriptor {
	b := e.images.Content().Get(id)
	if b == nil {
		return nil
	}
	var list []image.Descriptor
	seen := map[image.Digest]bool{}
	top := image.Descriptor{MediaType: b.MediaType, Digest: id, Size: b.Size}
	e.images.Content().Walk(top, func(d image.Descriptor) bool {
		here := e.images.Content().Has(d.Digest) && !seen[d.Digest]
		if here {
			seen[d.Digest] = true
			list = append(list, d)
		}
		return here
	})
	return list
}

// ImageSave packs images with all that belongs to them. moby: daemon/containerd/image_exporter.go
func (e *Engine) ImageSave(c api.Caller, refs []string, platforms []image.Platform) (vfs.Blob, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	a, err := e.images.Save(refs, platforms...)
	if err != nil {
		return nil, refusal(err)
	}
	for _, ref := range refs {
		if rec, err := e.images.Find(ref); err == nil {
			e.imageEvent("save", rec.Target.Digest, string(rec.Target.Digest), c.Cause())
		}
	}
	return a, nil
}

// ImageLoad takes in images that ImageSave packed. moby: daemon/containerd/image_exporter.go, LoadImage
func (e *Engine) ImageLoad(c api.Caller, tar vfs.Blob, o api.LoadOptions) (api.Stream[api.Progress], error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	out := newStream[api.Progress]("load")
	loaded, err := e.images.Load(tar, e.limits(loadLimit))
	if err != nil {
		fail(out, err) // the answer has begun when the archive is read
		return out, nil
	}
	for _, l := range loaded {
		if i, err := e.images.Open(l.Target.Digest, nil); err == nil {
			if _, err := e.images.Unpack(i); err != nil {
				return nil, refusal(err)
			}
		}
		what := "Loaded image: " + l.Name.Familiar()
		if l.Name.IsNameOnly() {
			what = "Loaded image ID: " + string(l.Target.Digest)
		}
		out.send(api.Progress{Stream: what + "\n"})
		e.imageEvent("load", l.Target.Digest, string(l.Target.Digest), c.Cause())
	}
	out.end(nil)
	return out, nil
}

// ImageImport makes an image of an archive of files. moby: daemon/containerd/image_import.go
func (e *Engine) ImageImport(c api.Caller, tar vfs.Blob, o api.ImportOptions) (api.Stream[api.Progress], error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	now := e.now().UTC()
	host := e.images.Host()
	if o.Platform != nil {
		host = *o.Platform
	}
	doc := image.Document{
		Created: &now, OS: host.OS, Architecture: host.Architecture, Variant: host.Variant,
		History: []image.History{{Created: &now, Comment: either(o.Message, "Imported from -")}},
	}
	if err := doc.Config.ApplyChanges(o.Changes); err != nil {
		return nil, refusal(err)
	}
	var ref image.Reference
	if o.Reference != "" {
		var err error
		if ref, err = image.ParseReference(o.Reference); err != nil {
			return nil, refusal(err)
		}
	}
	target, err := e.images.Import(tar, doc, e.limits(e.fileLimit()))
	if err == nil {
		err = e.holdImage(target.Digest)
	}
	if err != nil {
		e.collect()
		return nil, refusal(err)
	}
	e.nameMade(target, ref, o.Reference != "")
	e.imageEvent("import", target.Digest, string(target.Digest), c.Cause())
	return finished(api.Progress{Status: string(target.Digest)}), nil
}
