package why

import (
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// outside is nobody of the world: who only looks.
var outside = api.Caller{}

// lookAt is a container as it is now.
func (t *teller) lookAt(ref string) *api.ContainerInspect {
	e := t.host.Engine()
	if e == nil {
		return nil
	}
	c, err := e.ContainerInspect(outside, ref, false)
	if err != nil {
		return nil
	}
	return c
}

// mounted tells what is mounted where a path of a container is, and with what that began.
func (t *teller) mounted(container, p string) []step {
	c := t.lookAt(container)
	if c == nil {
		return nil
	}
	at := mountAt(c, p)
	began := t.began(c.ID)
	name := strings.TrimPrefix(c.Name, "/")
	switch {
	case at != nil:
		return append([]step{{mountWords(name, at), began}}, t.source(at)...)
	case c.HostConfig.ReadonlyRootfs:
		return []step{{say("%s was made with --read-only: nothing but its mounts can be written to",
			"%s 创建时带了 --read-only：除挂载点外都不可写", name), began}}
	}
	return nil
}

// source tells how the source of a mount came about, if Docker made it.
func (t *teller) source(m *api.MountPoint) []step {
	e, ok := t.latest(func(e sim.Event) bool {
		return m.Type == api.MountBind && e.Rule == "docker.bind.create" && e.Subject == m.Source ||
			m.Type == api.MountVolume && e.Rule == "docker.volume.populate" && e.Subject == m.Name
	})
	if !ok {
		return nil
	}
	return t.steps(e.ID)
}

// mountAt is the mount that a path of a container lies on; nil if it lies on none.
func mountAt(c *api.ContainerInspect, p string) *api.MountPoint {
	var at *api.MountPoint
	for i, m := range c.Mounts {
		if (p == m.Destination || strings.HasPrefix(p, strings.TrimSuffix(m.Destination, "/")+"/")) &&
			(at == nil || len(m.Destination) > len(at.Destination)) {
			at = &c.Mounts[i]
		}
	}
	return at
}

func mountWords(container string, m *api.MountPoint) said {
	en, zh := "a "+string(m.Type), string(m.Type)
	switch m.Type {
	case api.MountVolume:
		name := m.Name[:min(len(m.Name), 12)]
		en, zh = "the volume "+name, "数据卷 "+name
	case api.MountBind:
		en, zh = "the host's "+m.Source, "宿主机的 "+m.Source
	}
	if !m.RW {
		en, zh = en+" (read-only)", zh+"（只读）"
	}
	s := said{text: lessons.Text{
		lessons.EN: "at " + m.Destination + " " + container + " sees " + en + ", not the image's files",
		lessons.ZH: container + " 的 " + m.Destination + " 处挂载了" + zh + "，看到的不是镜像里的文件",
	}}
	return s.see(volumesAndBinds)
}

// began is the command that made a container.
func (t *teller) began(id string) sim.EventID {
	e, ok := t.latest(func(e sim.Event) bool { return e.Rule == "docker.container.create" && idOf(e) == id })
	if !ok {
		return 0
	}
	return t.command(e.ID)
}

// unnamed tells why a container's question for a name was not answered: the networks that it and the other are on.
func (t *teller) unnamed(e sim.Event) []step {
	asker := t.asker(e.ID)
	if asker == "" {
		return nil
	}
	return t.apart(asker, e.Subject)
}

// asker is the container in which something happened: the newest one that what it follows from is about.
func (t *teller) asker(id sim.EventID) string {
	for e := range t.log.Why(id) {
		if strings.HasPrefix(string(e.Rule), "docker.container.") {
			return e.Subject
		}
	}
	return ""
}

// apart tells what networks two containers are on, where they share none that has names.
func (t *teller) apart(asker, name string) []step {
	mine, id := t.networksOf(asker)
	if len(mine) == 0 {
		return nil
	}
	var steps []step
	if slices.Equal(mine, []string{"bridge"}) {
		steps = append(steps, step{say(
			"%s is only on the default network bridge, where containers have addresses and no names",
			"%s 只在默认的 bridge 网络里，那里的容器只有地址，不解析容器名", asker), t.joined(id)})
	} else {
		steps = append(steps, step{say("%[1]s is on %[2]s", "%[1]s 所在的网络：%[2]s", asker, list(mine)), t.joined(id)})
	}
	switch other := t.lookAt(name); {
	case other == nil && strings.Contains(name, "."): // a name of the world outside
		for _, n := range mine {
			steps = append(steps, t.internal(n)...)
		}
	case other == nil:
		steps = append(steps, t.never(name)...)
	case !other.State.Running:
		if e, ok := t.latest(func(e sim.Event) bool { return e.Rule == "docker.container.die" && idOf(e) == other.ID }); ok {
			steps = append(steps, t.steps(e.ID)...)
		}
	default:
		steps = append(steps, step{
			say("%[1]s is on %[2]s", "%[1]s 所在的网络：%[2]s", path.Base(other.Name), list(networks(other))),
			t.joined(other.ID),
		})
	}
	return steps
}

// networksOf is what networks a container is on, or was on before it was removed, and its id.
func (t *teller) networksOf(name string) (names []string, id string) {
	if c := t.lookAt(name); c != nil && c.NetworkSettings != nil {
		return networks(c), c.ID
	}
	made, ok := t.latest(func(e sim.Event) bool { return e.Rule == "docker.container.create" && e.Subject == name })
	if !ok {
		return nil, ""
	}
	for e := range t.log.Since(made.ID) {
		if e.Rule == "docker.network.connect" && attr(e, "container") == idOf(made) && !slices.Contains(names, e.Subject) {
			names = append(names, e.Subject)
		}
	}
	return names, idOf(made)
}

// never tells of a name that no container has: it was taken away, or never given.
func (t *teller) never(name string) []step {
	e, ok := t.latest(func(e sim.Event) bool { return e.Rule == "docker.container.destroy" && e.Subject == name })
	if ok {
		return t.steps(e.ID)
	}
	return []step{{say("no container is named %s", "没有名为 %s 的容器", name), 0}}
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func networks(c *api.ContainerInspect) []string {
	var names []string
	for name := range c.NetworkSettings.Networks { // any order: sorted next
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// joined is the command with which a container came to the network that it joined last.
func (t *teller) joined(id string) sim.EventID {
	e, ok := t.latest(func(e sim.Event) bool { return e.Rule == "docker.network.connect" && attr(e, "container") == id })
	if !ok {
		return t.began(id)
	}
	return t.command(e.ID)
}
