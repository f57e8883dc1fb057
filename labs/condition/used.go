package condition

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readUsed: used < SIZE.
func readUsed(r *reading, _ string) test {
	name := say("what Docker has on the disk", "Docker 占用的磁盘空间")
	return measure{name, decimalSize, (*State).used}.than(r, r.size)
}

// used is images, containers' own layers, volumes, logs and the build cache. docker system df leaves the logs out.
func (s *State) used() (int64, lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return 0, why
	}
	// Volumes are added up here: the engine reads their directories as a daemon does, which is seen.
	du, err := e.DiskUsage(api.Caller{}, api.DiskUsageOptions{Images: true, Containers: true, BuildCache: true})
	if err != nil {
		return 0, say("Docker does not tell what it uses", "Docker 没有给出磁盘占用")
	}
	n := du.ImageUsage.TotalSize + du.ContainerUsage.TotalSize + du.BuildCacheUsage.TotalSize
	return n + below(s.Host, "/var/lib/docker/volumes") + below(s.Host, "/var/lib/docker/containers"), nil
}

// below is what the files of a directory add up to.
func below(h *sandbox.Host, dir string) (n int64) {
	for _, f := range filesOf(h, dir, 0) {
		n += f.size
	}
	return n
}

// readSize: size C < SIZE.
func readSize(r *reading, _ string) test {
	name := r.thing(Container)
	m := measure{say("the writable layer of %s", "%s 的可写层大小", name), decimalSize, func(s *State) (int64, lessons.Text) {
		if _, why := s.container(name); why != nil {
			return 0, why
		}
		c, err := s.Host.Engine().ContainerInspect(api.Caller{}, name, true)
		if err != nil {
			return 0, missing(Container, name)
		}
		return *c.SizeRw, nil
	}}
	t := m.than(r, r.size)
	t.about = aboutContainer(name)
	return t
}

// group is things of which there may be so many.
type group struct {
	name   string
	en, zh string
	kind   Kind
	filter api.Filters
}

func groups() []group {
	return []group{
		{"containers", "containers", "容器", Container, nil},
		{"running containers", "running containers", "正在运行的容器", Container, api.Filters{"status": {"running"}}},
		{"stopped containers", "stopped containers", "已停止的容器", Container, api.Filters{"status": {"exited", "created"}}},
		{"images", "images", "镜像", Image, nil},
		{"dangling images", "images without a name", "没有名字的镜像", Image, api.Filters{"dangling": {"true"}}},
		{"networks", "networks that somebody made", "自建的网络", Network, api.Filters{"type": {"custom"}}},
		{"unused networks", "networks that nobody uses", "没有容器使用的网络", Network, api.Filters{"dangling": {"true"}}},
		{"volumes", "volumes", "数据卷", Volume, nil},
		{"unused volumes", "volumes that nobody uses", "没有容器使用的数据卷", Volume, api.Filters{"dangling": {"true"}}},
		{"anonymous volumes", "anonymous volumes", "匿名卷", Volume, api.Filters{"label": {"com.docker.volume.anonymous"}}},
	}
}

// readCount: count [WHICH] KIND = N.
func readCount(r *reading, _ string) test {
	first := r.word("what to count")
	all := groups()
	is := func(name string) int { return slices.IndexFunc(all, func(g group) bool { return g.name == name }) }
	i := is(first)
	if i < 0 && r.more() {
		i = is(first + " " + r.word("what to count"))
	}
	if i < 0 {
		var names []string
		for _, g := range all {
			names = append(names, g.name)
		}
		r.wrongWord("%q is nothing that can be counted", "write one of "+strings.Join(names, ", "), first)
		return test{}
	}
	g := all[i]
	name := say("the number of %[1]s", "%[2]s的数量", g.en, g.zh)
	return measure{name, decimal, g.count}.than(r, r.count)
}

func (g group) count(s *State) (int64, lessons.Text) {
	e, why := s.engine()
	if why != nil {
		return 0, why
	}
	n := 0
	switch g.kind {
	case Container:
		all, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{All: true, Filters: g.filter}) // the filters are known ones
		n = len(all)
	case Image:
		all, _ := e.ImageList(api.Caller{}, api.ImageListOptions{Filters: g.filter})
		n = len(all)
	case Network:
		all, _ := e.NetworkList(api.Caller{}, g.filter)
		n = len(all)
	default:
		all, _ := e.VolumeList(api.Caller{}, g.filter)
		n = len(all.Volumes)
	}
	return int64(n), nil
}
