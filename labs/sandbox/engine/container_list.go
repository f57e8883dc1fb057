package engine

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// ContainerList lists containers, the newest first. moby: daemon/list.go
func (e *Engine) ContainerList(c api.Caller, o api.ContainerListOptions) ([]api.ContainerSummary, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	l, err := e.newListing(o)
	if err != nil {
		return nil, err
	}
	list := []api.ContainerSummary{}
	for _, ct := range slices.Backward(e.order) {
		if !l.includes(ct) {
			continue
		}
		list = append(list, ct.summary(o.Size))
		if o.Latest || o.Limit > 0 && len(list) >= o.Limit {
			break
		}
	}
	return list, nil
}

// listing is what a docker ps asks for.
type listing struct {
	e             *Engine
	filters       filters
	all           bool
	before, since *container
	exited        []int
	images        map[image.Digest]bool
}

var psFilters = []string{
	"ancestor", "before", "exited", "expose", "health", "id", "isolation", "is-task", "label", "name", "network",
	"publish", "since", "status", "volume",
}

func (e *Engine) newListing(o api.ContainerListOptions) (*listing, error) {
	l := &listing{e: e, filters: filters(o.Filters), all: o.All || o.Latest || o.Limit > 0}
	if err := l.filters.only(psFilters...); err != nil {
		return nil, err
	}
	for _, s := range l.filters["status"] {
		if !slices.Contains([]string{"paused", "restarting", "removing", "running", "dead", "created", "exited"}, s) {
			return nil, api.Errorf(
				api.InvalidParameter,
				"invalid value for state (%s): must be one of created, running, paused, "+
					"restarting, removing, exited, dead",
				s,
			)
		}
		l.all = true
	}
	if err := l.readNumbers(); err != nil {
		return nil, err
	}
	l.all = l.all || len(l.filters["exited"]) > 0
	return l, l.readNeighbours()
}

func (l *listing) readNumbers() error {
	for _, v := range l.filters["exited"] {
		n, err := integer("exited", v)
		if err != nil {
			return err
		}
		l.exited = append(l.exited, n)
	}
	for _, s := range l.filters["health"] {
		if !slices.Contains([]string{"none", "starting", "healthy", "unhealthy"}, s) {
			return api.Errorf(api.InvalidParameter, "invalid filter 'health=%s'", s)
		}
	}
	return l.filters.bools("is-task")
}

func (l *listing) readNeighbours() error {
	for _, n := range []struct {
		name string
		to   **container
	}{{"before", &l.before}, {"since", &l.since}} {
		for _, v := range l.filters[n.name] {
			ct, err := l.e.find(v)
			if err != nil {
				return err
			}
			*n.to, l.all = ct, true
		}
	}
	if len(l.filters["ancestor"]) > 0 {
		l.readAncestors()
	}
	return nil
}

// readAncestors finds the images that are meant, and those that were made of them.
func (l *listing) readAncestors() {
	l.images = map[image.Digest]bool{}
	for _, v := range l.filters["ancestor"] {
		rec, err := l.e.images.Find(v)
		if err != nil {
			continue
		}
		for _, ct := range l.e.order {
			for id := ct.image.Target.Digest; id != ""; id = l.e.images.Parent(id) {
				if id == rec.Target.Digest {
					l.images[ct.image.Target.Digest] = true
				}
			}
		}
	}
}

func (l *listing) includes(ct *container) bool {
	f := l.filters
	switch {
	case !l.all && !ct.state.running:
		return false
	case l.before != nil && !ct.created.Before(l.before.created), l.since != nil && !ct.created.After(l.since.created):
		return false
	case l.images != nil && !l.images[ct.image.Target.Digest]:
		return false
	case len(l.exited) > 0 && (ct.state.running || ct.state.started.IsZero() || !slices.Contains(l.exited, ct.state.exit)):
		return false
	}
	return f.any("id", func(v string) bool { return strings.HasPrefix(ct.id, v) }) &&
		f.any("name", func(v string) bool { return matchName(v, ct.name) }) &&
		f.exact("status", string(ct.state.status())) && f.labels(ct.config.Labels) &&
		f.exact("health", string(ct.healthStatus())) && f.any("volume", ct.hasVolume) && f.any("network", ct.inNetwork) &&
		f.any("publish", ct.publishes) && f.any("expose", ct.exposes) && f.boolean("is-task", false)
}

// matchName: a part of the name, or an expression with the slash that names begin with.
func matchName(v, name string) bool {
	anchored := strings.HasPrefix(v, "^")
	v = strings.TrimPrefix(strings.TrimPrefix(v, "^"), "/")
	if end, ok := strings.CutSuffix(v, "$"); ok {
		if anchored {
			return name == end
		}
		return strings.HasSuffix(name, end)
	}
	if anchored {
		return strings.HasPrefix(name, v)
	}
	return strings.Contains(name, v)
}

func (ct *container) hasVolume(v string) bool {
	return slices.ContainsFunc(ct.mounts, func(m *mountPoint) bool {
		return m.name == v || m.dest == strings.TrimSuffix(v, "/") || m.kind == api.MountBind && m.source == v
	})
}

func (ct *container) inNetwork(v string) bool {
	for name, n := range ct.settings().Networks { // any order: is there one
		if name == v || n.NetworkID != "" && strings.HasPrefix(n.NetworkID, v) {
			return true
		}
	}
	return false
}

func (ct *container) publishes(v string) bool {
	want, proto, _ := strings.Cut(v, "/")
	return slices.ContainsFunc(ct.portSummaries(), func(p api.PortSummary) bool {
		return p.PublicPort != 0 && strconv.Itoa(int(p.PublicPort)) == want && p.Type == either(proto, "tcp")
	})
}

func (ct *container) exposes(v string) bool {
	if !strings.Contains(v, "/") {
		v += "/tcp"
	}
	return slices.Contains(ct.exposed(), api.Port(v))
}

func (ct *container) summary(size bool) api.ContainerSummary {
	s := api.ContainerSummary{
		ID: ct.id, Names: append([]string{"/" + ct.name}, ct.linkNames()...), Image: ct.imageName(), ImageID: string(ct.image.Target.Digest),
		ImageManifestDescriptor: &ct.image.Descriptor, Command: ct.command(), Created: ct.created.Unix(),
		Ports: ct.portSummaries(), Labels: ct.config.Labels, State: ct.state.status(), Status: ct.statusText(),
		HostConfig:      api.HostSummary{NetworkMode: string(ct.host.NetworkMode), Annotations: ct.host.Annotations},
		Health:          &api.HealthSummary{Status: ct.healthStatus()},
		NetworkSettings: &api.NetworkSummary{Networks: ct.settings().Networks}, Mounts: ct.mountPoints(),
	}
	if ct.health != nil {
		s.Health.FailingStreak = ct.health.FailingStreak
	}
	if size {
		s.SizeRw, s.SizeRootFs = ct.sizeRw(), ct.sizeRw()+ct.base.usage
	}
	return s
}

// imageName is what the container was made of, or the image's id if that name now leads elsewhere.
func (ct *container) imageName() string {
	rec, err := ct.e.images.Find(ct.config.Image)
	if err != nil || rec.Target.Digest != ct.image.Target.Digest {
		return string(ct.image.Target.Digest)
	}
	return ct.config.Image
}

// command is the command line; what a shell would split is quoted. moby: daemon/container/view.go
func (ct *container) command() string {
	words := []string{ct.path}
	for _, a := range ct.args {
		if strings.Contains(a, " ") {
			a = "'" + a + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

func (ct *container) healthStatus() api.HealthStatus {
	if ct.health == nil {
		return api.HealthNone
	}
	return ct.health.Status
}

// statusText is what docker ps shows. moby: daemon/container/state.go, String
func (ct *container) statusText() string {
	s := &ct.state
	since := func(t time.Time) string { return ago(ct.e.now().Sub(t)) }
	switch {
	case s.running && s.paused:
		return fmt.Sprintf("Up %s (Paused)", since(s.started))
	case s.restarting:
		return fmt.Sprintf("Restarting (%d) %s ago", s.exit, since(s.finished))
	case s.running && ct.health != nil:
		health := string(ct.health.Status)
		if health == "starting" {
			health = "health: starting"
		}
		return fmt.Sprintf("Up %s (%s)", since(s.started), health)
	case s.running:
		return "Up " + since(s.started)
	case s.removing:
		return "Removal In Progress"
	case s.started.IsZero():
		return "Created"
	}
	return fmt.Sprintf("Exited (%d) %s ago", s.exit, since(s.finished))
}

// sizeRw is what the container's own layer takes on the disk. A directory of the image in which a file was changed has
// two extended attributes, where it came from and that it is mixed, which do not fit into ext4's inode and take a
// block.
// Linux: fs/overlayfs/copy_up.c, ovl_set_origin and ovl_set_impure
func (ct *container) sizeRw() int64 {
	bytes, _ := ct.root.Used()
	mixed := map[string]bool{}
	for _, ch := range ct.root.Changes() {
		if dir := path.Dir(ch.Path); ch.Kind == vfs.Modified && dir != "/" && !mixed[dir] {
			mixed[dir] = true
			bytes += vfs.BlockSize
		}
	}
	return bytes
}

// untilFilter reads until=10m or a moment. moby: daemon/prune.go, getUntilFromPruneFilters
func (e *Engine) untilFilter(f filters) (t time.Time, given bool, err error) {
	v := f["until"]
	if len(v) == 0 {
		return t, false, nil
	}
	if len(v) > 1 {
		return t, false, api.Errorf(api.InvalidParameter, "more than one until filter specified")
	}
	if d, err := time.ParseDuration(v[0]); err == nil {
		return e.now().Add(-d), true, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, v[0]); err == nil {
			return t, true, nil
		}
	}
	if t, _, err := parseTime(v[0]); err == nil {
		return t, true, nil
	}
	return t, false, api.Errorf(api.InvalidParameter, "invalid filter 'until=[%s]'", v[0])
}
