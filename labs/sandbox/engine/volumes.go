package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// volume is a volume of the driver local. moby: daemon/volume/local
type volume struct {
	name    string
	driver  string
	created time.Time
	labels  map[string]string
	options map[string]string
	users   map[*container]bool
	made    sim.EventID
	active  int     // containers that run with it
	mounted *vfs.FS // what its options put there; nil if nothing is mounted
	bound   bool    // its options put a directory there
}

const anonymousLabel = "com.docker.volume.anonymous"

func (v *volume) dir() string { return volumesDir + "/" + v.name + "/_data" }

func (v *volume) isAnonymous() bool {
	_, ok := v.labels[anonymousLabel]
	return ok
}

// VolumeCreate makes a volume, or finds the one that is there. moby: daemon/volume/service/service.go, Create
func (e *Engine) VolumeCreate(c api.Caller, o api.VolumeCreateOptions) (*api.Volume, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	if o.Driver != "" && o.Driver != "local" {
		e.work(c, pluginPatience)
	}
	vol, err := e.makeVolume(o, c.Cause())
	if err != nil {
		return nil, err
	}
	return vol.summary(), nil
}

// pluginPatience is how long moby looks for a plugin that is not there.
const pluginPatience = 15 * time.Second

func (e *Engine) makeVolume(o api.VolumeCreateOptions, because sim.EventID) (*volume, error) {
	labels := o.Labels
	if o.Name == "" {
		o.Name = e.newID()
		labels = maps.Clone(labels)
		if labels == nil {
			labels = map[string]string{}
		}
		labels[anonymousLabel] = ""
	}
	if o.Driver != "" && o.Driver != "local" {
		return nil, api.Errorf(
			api.NotFound,
			"create %s: error looking up volume plugin %s: plugin %q not found",
			o.Name,
			o.Driver,
			o.Driver,
		)
	}
	if vol := e.volumes[o.Name]; vol != nil {
		return vol, nil
	}
	if err := checkVolume(o); err != nil {
		return nil, err
	}
	vol := &volume{name: o.Name, driver: "local", created: e.now(), users: map[*container]bool{}}
	if len(labels) > 0 {
		vol.labels = labels
	}
	if len(o.DriverOpts) > 0 {
		vol.options = o.DriverOpts
	}
	if err := e.makeVolumeDir(vol); err != nil {
		return nil, err
	}
	e.volumes[vol.name] = vol
	vol.made = e.emit(api.EventVolume, "create", vol.name, vol.name, map[string]string{"driver": "local"}, because)
	return vol, nil
}

func (e *Engine) makeVolumeDir(vol *volume) error {
	outer := volumesDir + "/" + vol.name
	if err := e.host.MkdirAll(vol.dir(), 0o755); err != nil {
		return api.Errorf(api.Internal, "create %s: mkdir %s: %s", vol.name, vol.dir(), goWords(err)).With(e.whyFiles())
	}
	e.host.Chmod(outer, 0o701)
	return nil
}

// checkVolume: moby: daemon/volume/local/local.go, validateName and local_unix.go
func checkVolume(o api.VolumeCreateOptions) error {
	if len(o.Name) == 1 {
		return api.Errorf(api.InvalidParameter,
			"create %s: volume name is too short, names should be at least two alphanumeric characters", o.Name)
	}
	if !validName(o.Name) {
		return api.Errorf(
			api.InvalidParameter,
			"create %s: %q includes invalid characters for a local volume name, only %q are allowed. "+
				"If you intended to pass a host directory, use absolute path",
			o.Name,
			o.Name,
			nameChars,
		)
	}
	for _, k := range sortedKeys(o.DriverOpts) {
		switch k {
		case "type", "device", "o", "size":
		default:
			return api.Errorf(api.InvalidParameter, "create %s: invalid option: %q", o.Name, k)
		}
	}
	if len(o.DriverOpts) > 0 && o.DriverOpts["size"] != "" {
		return notSimulated("a quota for a local volume")
	}
	for _, need := range []string{"device", "type"} {
		if len(o.DriverOpts) > 0 && o.DriverOpts[need] == "" {
			return api.Errorf(api.InvalidParameter, "create %s: missing required option: %q", o.Name, need)
		}
	}
	switch kind := o.DriverOpts["type"]; {
	case kind == "" || kind == "tmpfs", slices.Contains(strings.Split(o.DriverOpts["o"], ","), "bind"):
		return nil
	default:
		return notSimulated(fmt.Sprintf("a volume of type %s", kind))
	}
}

func (v *volume) summary() *api.Volume {
	return &api.Volume{
		CreatedAt: v.created.UTC().
			Format(time.RFC3339),
		Driver: v.driver, Labels: v.labels, Mountpoint: v.dir(), Name: v.name,
		Options: v.options, Scope: "local",
	}
}

// VolumeInspect describes a volume. moby: daemon/volume/service/service.go, Get
func (e *Engine) VolumeInspect(c api.Caller, name string) (*api.Volume, error) {
	vol, err := e.findVolume(name)
	if err != nil {
		return nil, err
	}
	return vol.summary(), nil
}

func (e *Engine) findVolume(name string) (*volume, error) {
	if err := e.up(); err != nil {
		return nil, err
	}
	vol := e.volumes[name]
	if vol == nil {
		return nil, api.Errorf(api.NotFound, "get %s: no such volume", name)
	}
	return vol, nil
}

// VolumeList lists volumes by name. moby: daemon/volume/service/service.go, List
func (e *Engine) VolumeList(c api.Caller, f api.Filters) (api.VolumeList, error) {
	if err := e.up(); err != nil {
		return api.VolumeList{}, err
	}
	fs := filters(f)
	if err := fs.only("dangling", "name", "driver", "label"); err != nil {
		return api.VolumeList{}, err
	}
	if err := fs.bools("dangling"); err != nil {
		return api.VolumeList{}, err
	}
	list := api.VolumeList{Volumes: []api.Volume{}}
	for _, name := range sortedKeys(e.volumes) {
		if vol := e.volumes[name]; fs.volume(vol) {
			list.Volumes = append(list.Volumes, *vol.summary())
		}
	}
	return list, nil
}

func (f filters) volume(v *volume) bool {
	return f.boolean("dangling", len(v.users) == 0) && f.fuzzy("name", v.name) && f.exact("driver", v.driver) &&
		f.labels(v.labels)
}

// VolumeRemove removes a volume that no container has. moby: daemon/volume/service/service.go, Remove
func (e *Engine) VolumeRemove(c api.Caller, name string, force bool) error {
	vol, err := e.findVolume(name)
	if err != nil {
		if force && api.KindOf(err) == api.NotFound {
			return nil
		}
		return err
	}
	if len(vol.users) > 0 {
		var ids []string
		for _, ct := range e.order {
			if vol.users[ct] {
				ids = append(ids, ct.id)
			}
		}
		return api.Errorf(api.Conflict, "remove %s: volume is in use - [%s]", name, strings.Join(ids, ", ")).
			With(e.containers[ids[0]].made)
	}
	e.dropVolume(vol, c.Cause())
	return nil
}

func (e *Engine) dropVolume(vol *volume, because sim.EventID) {
	e.unmountOptions(vol) // what it led to stays
	removeTree(e.host, volumesDir+"/"+vol.name)
	delete(e.volumes, vol.name)
	e.emit(api.EventVolume, "destroy", vol.name, vol.name, map[string]string{"driver": vol.driver}, because, vol.made)
}

// VolumePrune removes the volumes that no container has: anonymous ones, or all. moby:
// daemon/volume/service/service.go, Prune
func (e *Engine) VolumePrune(c api.Caller, f api.Filters) (api.VolumesPruned, error) {
	if err := e.up(); err != nil {
		return api.VolumesPruned{}, err
	}
	fs := filters(f)
	if err := fs.only("label", "label!", "all"); err != nil {
		return api.VolumesPruned{}, err
	}
	if err := fs.bools("all"); err != nil {
		return api.VolumesPruned{}, err
	}
	pruned := api.VolumesPruned{VolumesDeleted: []string{}}
	for _, name := range sortedKeys(e.volumes) {
		vol := e.volumes[name]
		if len(vol.users) > 0 || !vol.isAnonymous() && !fs.is("all") || !fs.labels(vol.labels) {
			continue
		}
		pruned.SpaceReclaimed += uint64(e.sizeOf(vol))
		pruned.VolumesDeleted = append(pruned.VolumesDeleted, name)
		e.dropVolume(vol, c.Cause())
	}
	e.emit(api.EventVolume, "prune", "", "", map[string]string{"reclaimed": fmt.Sprint(pruned.SpaceReclaimed)}, c.Cause())
	return pruned, nil
}

// sizeOf is what the files of a volume add up to. moby: pkg/directory, Size: directories do not count.
func (e *Engine) sizeOf(vol *volume) int64 { return treeSize(e.host, vol.dir(), map[vfs.FileID]bool{}) }

func treeSize(v *vfs.View, dir string, seen map[vfs.FileID]bool) int64 {
	names, err := v.ReadDir(dir)
	if err != nil {
		return 0
	}
	n := int64(0)
	for _, d := range names {
		p := dir + "/" + d.Name
		if d.Type.IsDir() {
			n += treeSize(v, p, seen)
			continue
		}
		if st, err := v.Lstat(p); err == nil && !seen[st.ID()] {
			seen[st.ID()] = true
			n += st.Size
		}
	}
	return n
}
