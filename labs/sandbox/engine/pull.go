package engine

import (
	"encoding/json"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/registry"
)

func (e *Engine) client() *registry.Client {
	return &registry.Client{Store: e.images, Hosts: e.c.Registry, Line: e.c.Line}
}

func auth(a *api.AuthConfig) registry.Auth {
	if a == nil {
		return registry.Auth{}
	}
	return registry.Auth{User: a.Username, Password: a.Password}
}

// ImagePull gets images from a registry. It goes on when nobody listens any more. moby: daemon/containerd/image_pull.go
func (e *Engine) ImagePull(c api.Caller, name string, o api.PullOptions) (api.Stream[api.Progress], error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	ref, err := image.ParseReference(name)
	if err != nil {
		return nil, refusal(err)
	}
	refs := []image.Reference{ref.TagOrLatest()}
	if o.All {
		if refs, err = e.allTags(ref, o.Auth); err != nil {
			return nil, err
		}
	}
	first, err := e.client().Pull(refs[0], o.Platform, auth(o.Auth))
	if err != nil {
		return nil, refusal(err)
	}
	out := newStream[api.Progress]("pull")
	e.pullAll(refs, first, o, out, c)
	return out, nil
}

func (e *Engine) allTags(ref image.Reference, a *api.AuthConfig) ([]image.Reference, error) {
	tags, err := e.client().AllTags(ref, auth(a))
	if err != nil {
		return nil, refusal(err)
	}
	var refs []image.Reference
	for _, t := range tags {
		one, err := ref.NameOnly().WithTag(t)
		if err != nil {
			return nil, refusal(err)
		}
		refs = append(refs, one)
	}
	if len(refs) == 0 {
		return nil, api.Errorf(api.NotFound, "no tags found for %s", ref.FamiliarName())
	}
	return refs, nil
}

// pullAll pulls one after the other.
func (e *Engine) pullAll(
	refs []image.Reference,
	t *registry.Transfer,
	o api.PullOptions,
	out *stream[api.Progress],
	c api.Caller,
) {
	e.carry(t, out, func(err error) {
		if err != nil {
			fail(out, err)
			return
		}
		e.imageEvent("pull", image.Digest(refs[0].Familiar()), refs[0].FamiliarName(), c.Cause())
		if refs = refs[1:]; len(refs) == 0 {
			out.end(nil)
			return
		}
		next, err := e.client().Pull(refs[0], o.Platform, auth(o.Auth))
		if err != nil {
			fail(out, err)
			return
		}
		e.pullAll(refs, next, o, out, c)
	})
}

func fail(out *stream[api.Progress], err error) {
	out.send(api.Progress{Error: &api.ProgressError{Message: refusal(err).Error()}})
	out.end(nil)
}

// carry takes the steps of a transfer as their time comes.
func (e *Engine) carry(t *registry.Transfer, out *stream[api.Progress], done func(error)) {
	s, more := t.Next()
	if !more {
		done(nil)
		return
	}
	e.sim.After(s.After, func() {
		if e.down {
			out.end(nil)
			return
		}
		if err := s.Apply(); err != nil {
			done(err)
			return
		}
		for _, p := range progress(s.Message) {
			out.send(p)
		}
		e.carry(t, out, done)
	})
}

// progress is what a client is sent for a step: what is to be shown, and what a push has done.
func progress(m registry.Message) []api.Progress {
	var list []api.Progress
	if m.Status != "" {
		p := api.Progress{ID: m.ID, Status: m.Status}
		if m.Blob {
			p.Detail = &api.ProgressDetail{Current: m.Current, Total: m.Total, Units: m.Units}
		}
		list = append(list, p)
	}
	if m.Pushed != nil {
		aux := pushed(m.Pushed)
		list = append(list, api.Progress{Aux: &aux})
	}
	return list
}

// pushed is what a client is told at the end of a push.
func pushed(x *registry.Pushed) json.RawMessage {
	var doc any = api.PushResult{Tag: x.Tag, Digest: string(x.Target.Digest), Size: int(x.Target.Size)}
	if x.Index != nil {
		doc = api.PushedManifest{ManifestPushedInsteadOfIndex: true, OriginalIndex: *x.Index, SelectedManifest: x.Target}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // strings and numbers
	}
	return text
}

// ImagePush sends an image to a registry. moby: daemon/containerd/image_push.go
func (e *Engine) ImagePush(c api.Caller, name string, o api.PushOptions) (api.Stream[api.Progress], error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	ref, err := image.ParseReference(name)
	if err != nil {
		return nil, refusal(err)
	}
	refs := []image.Reference{ref.TagOrLatest()}
	if o.All {
		refs = e.localTags(ref)
	}
	out := newStream[api.Progress]("push")
	e.pushAll(refs, o, out, c)
	return out, nil
}

func (e *Engine) localTags(ref image.Reference) []image.Reference {
	var refs []image.Reference
	for _, rec := range e.images.Records() {
		if r := rec.Reference(); r.Name() == ref.Name() && r.Tag() != "" {
			refs = append(refs, r)
		}
	}
	return refs
}

func (e *Engine) pushAll(refs []image.Reference, o api.PushOptions, out *stream[api.Progress], c api.Caller) {
	if len(refs) == 0 {
		out.end(nil)
		return
	}
	e.carry(e.client().Push(refs[0], o.Platform, auth(o.Auth)), out, func(err error) {
		if err != nil {
			fail(out, err)
			return
		}
		e.imageEvent("push", image.Digest(refs[0].Familiar()), refs[0].FamiliarName(), c.Cause())
		e.pushAll(refs[1:], o, out, c)
	})
}

// ImageSearch asks Docker Hub. moby: daemon/pkg/registry/search.go
func (e *Engine) ImageSearch(c api.Caller, term string, o api.SearchOptions) ([]api.SearchResult, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	fs := filters(o.Filters)
	if err := fs.only("is-automated", "is-official", "stars"); err != nil {
		return nil, err
	}
	hub, err := e.c.Registry(registry.Hub)
	if err != nil {
		return nil, api.Errorf(api.Unavailable, "Get \"https://index.docker.io/v1/search?q=%s&n=25\": %s", term, err)
	}
	list := []api.SearchResult{}
	for _, f := range hub.Search(term, either(o.Limit, 25)) {
		stars := fs.any("stars", func(v string) bool { n, err := integer("stars", v); return err == nil && f.Stars >= n })
		if stars && fs.boolean("is-official", f.Official) && fs.boolean("is-automated", false) {
			list = append(
				list,
				api.SearchResult{StarCount: f.Stars, IsOfficial: f.Official, Name: f.Name, Description: f.Summary},
			)
		}
	}
	return list, nil
}

// DistributionInspect asks a registry what a name leads to. moby: daemon/server/router/distribution
func (e *Engine) DistributionInspect(c api.Caller, name string, a *api.AuthConfig) (api.DistributionInspect, error) {
	var none api.DistributionInspect
	if err := e.up(); err != nil {
		return none, err
	}
	ref, err := image.ParseReference(name)
	if err != nil {
		return none, refusal(err)
	}
	ref = ref.TagOrLatest()
	s, d, err := e.client().Resolve(ref, auth(a))
	if err != nil {
		return none, refusal(err)
	}
	at := ref.Tag()
	if ref.Digest() != "" {
		at = string(ref.Digest())
	}
	_, raw, _ := s.Manifest(ref.Path(), at)
	i := api.DistributionInspect{Descriptor: d, Raw: raw}
	var x image.Index
	if json.Unmarshal(raw, &x) == nil {
		for _, m := range x.Manifests {
			if _, about := image.AttestationFor(m); m.Platform != nil && !about {
				i.Platforms = append(i.Platforms, *m.Platform)
			}
		}
	}
	return i, nil
}

// RegistryLogin asks a registry whether it knows somebody. moby: daemon/auth.go
func (e *Engine) RegistryLogin(c api.Caller, a api.AuthConfig) (api.LoginResponse, error) {
	if err := e.up(); err != nil {
		return api.LoginResponse{}, err
	}
	domain := a.ServerAddress
	switch domain {
	case "", "https://index.docker.io/v1/", "index.docker.io":
		domain = registry.Hub
	}
	if err := e.client().Login(domain, auth(&a)); err != nil {
		return api.LoginResponse{}, refusal(err)
	}
	return api.LoginResponse{Status: "Login Succeeded"}, nil
}
