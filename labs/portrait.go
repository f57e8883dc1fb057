package labs

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// portrait is a host as text: what its engine has, how each thing was made, and its files. Two hosts with the same
// portrait have nothing by which a condition could tell them apart, except for what was logged. It says nothing of
// addresses and times.
//
// With identity it also says which things they are and since when they are what they are: then it tells whether anything
// was done to a host between two looks, even if all is as it was.
func portrait(h *sandbox.Host, identity bool) string {
	p := &portraitist{host: h, identity: identity}
	if e := h.Engine(); e != nil {
		p.containers(e)
		p.things(e)
	}
	p.files("/")
	return p.text.String()
}

type portraitist struct {
	host     *sandbox.Host
	identity bool
	text     strings.Builder
}

// say writes a thing down; who it is only where that is asked for.
func (p *portraitist) say(what string, of any, who ...string) {
	text, err := json.Marshal(of)
	if err != nil {
		text = []byte(err.Error()) // a value that JSON cannot hold differs from none
	}
	fmt.Fprintf(&p.text, "%s %s", what, text)
	if p.identity {
		fmt.Fprint(&p.text, who)
	}
	p.text.WriteByte('\n')
}

func (p *portraitist) containers(e api.Engine) {
	list, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	for _, c := range list {
		i, err := e.ContainerInspect(api.Caller{}, c.ID, false)
		if err != nil {
			continue // it is being removed
		}
		config := *i.Config
		if strings.HasPrefix(i.ID, config.Hostname) {
			config.Hostname = ""
		}
		changed, _ := e.ContainerDiff(api.Caller{}, c.ID) // of one without files of its own it is nothing
		p.say("container", []any{
			i.Name, i.State.Status, i.State.ExitCode, i.State.OOMKilled, health(c), c.Image, config, i.HostConfig, mounts(i.Mounts),
			endpoints(i.NetworkSettings.Networks), changed,
		}, i.ID, i.State.StartedAt, i.State.FinishedAt)
	}
}

// mounts are what is mounted where. A volume without a name is any such volume.
func mounts(all []api.MountPoint) []string {
	var list []string
	for _, m := range all {
		name := m.Name
		if len(name) == 64 {
			name = ""
		}
		list = append(list, fmt.Sprint(m.Type, " ", name, " ", m.Destination, " ", m.RW))
	}
	slices.Sort(list)
	return list
}

func endpoints(all map[string]*api.EndpointSettings) []string {
	var list []string
	for name, e := range all { // any order: it is sorted
		list = append(list, fmt.Sprint(name, e.Aliases, e.Links))
	}
	slices.Sort(list)
	return list
}

func (p *portraitist) things(e api.Engine) {
	networks, _ := e.NetworkList(api.Caller{}, nil)
	for _, n := range networks {
		id := n.ID
		n.ID, n.Created = "", time.Time{}
		p.say("network", n, id)
	}
	volumes, _ := e.VolumeList(api.Caller{}, nil)
	for _, v := range volumes.Volumes {
		if len(v.Name) == 64 {
			v.Name, v.Mountpoint = "", ""
		}
		p.say("volume", []any{v.Name, v.Driver, v.Labels, v.Options}, v.CreatedAt)
	}
	images, _ := e.ImageList(api.Caller{}, api.ImageListOptions{})
	for _, i := range images {
		p.say("image", []any{i.RepoTags, i.Labels, i.Size}, i.ID)
	}
}

// files writes down a folder and what is in it. What the kernel shows, programs, and the engine's own files are left out,
// except for volumes.
func (p *portraitist) files(dir string) {
	view := p.host.Files()
	entries, err := view.ReadDir(dir)
	if err != nil {
		return
	}
	slices.SortFunc(entries, func(a, b vfs.DirEntry) int { return strings.Compare(a.Name, b.Name) })
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		if leftOut(name) {
			continue
		}
		s, err := view.Lstat(name)
		if err != nil {
			continue
		}
		p.file(view, name, s)
		if s.IsDir() {
			p.files(name)
		}
	}
}

// large is a file that is told by its size alone: those are zeros that fill a disk.
const large = 1 << 20

func (p *portraitist) file(view *vfs.View, name string, s vfs.Stat) {
	var sum any
	switch {
	case s.Mode.IsRegular() && p.identity: // writing to it changes its time
	case s.Mode.IsRegular() && s.Size > large:
		sum = fmt.Sprint(s.Size, s.Blocks)
	case s.Mode.IsRegular():
		content, _ := view.ReadFile(name) // one that cannot be read has no sum
		sum = fmt.Sprintf("%x", sha256.Sum256(content))
	case !s.IsDir():
		target, _ := view.Readlink(name) // what is no link has no target
		sum = target
	}
	p.say(name, []any{s.Mode, s.UID, s.GID, sum}, fmt.Sprint(s.Ino, s.Size, s.Mtime, s.Ctime))
}

func leftOut(name string) bool {
	switch name {
	case "/proc", "/sys", "/dev", "/run", "/usr", "/bin", "/sbin", "/lib":
		return true
	}
	const engine = "/var/lib/docker/"
	if in, ok := strings.CutPrefix(name, engine); ok {
		kind, _, _ := strings.Cut(in, "/")
		return kind != "volumes"
	}
	return strings.HasPrefix(name, "/var/lib/containerd") || strings.HasPrefix(name, "/var/log")
}
