package condition

import (
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
	m := measure{say("the writable layer of %s", "%s 的可写层体积", name), decimalSize, func(s *State) (int64, lessons.Text) {
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
