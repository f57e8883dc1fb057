package condition

import (
	"fmt"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// Before is what there was right after the setup.
type Before struct {
	ids   map[Subject]string      // what a name led to
	files map[string][]remembered // of volumes
}

// Remember notes what there is on a host.
func Remember(h *sandbox.Host) *Before {
	b := &Before{ids: map[Subject]string{}, files: map[string][]remembered{}}
	s := &State{Host: h}
	e, why := s.engine()
	if why != nil {
		return b
	}
	for _, subject := range everything(e) {
		b.ids[subject] = s.identity(subject)
		if v, why := s.volume(subject.Name); subject.Kind == Volume && why == nil {
			b.files[subject.Name] = filesOf(h, v.Mountpoint, headMost)
		}
	}
	return b
}

// everything is the names of what an engine has.
func everything(e api.Engine) []Subject {
	var all []Subject
	// An engine that runs lists all of them.
	containers, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	for _, c := range containers {
		all = append(all, Subject{Container, c.Names[0][1:]})
	}
	images, _ := e.ImageList(api.Caller{}, api.ImageListOptions{})
	for _, i := range images {
		for _, ref := range i.RepoTags {
			all = append(all, Subject{Image, ref})
		}
	}
	networks, _ := e.NetworkList(api.Caller{}, nil)
	for _, n := range networks {
		all = append(all, Subject{Network, n.Name})
	}
	volumes, _ := e.VolumeList(api.Caller{}, nil)
	for _, v := range volumes.Volumes {
		all = append(all, Subject{Volume, v.Name})
	}
	return all
}

// identity is what tells something from another of the same name; "" if it is not there. Of a volume it is its
// directory, as an inode's number is never used again.
func (s *State) identity(x Subject) string {
	switch x.Kind {
	case Container:
		if c, why := s.container(x.Name); why == nil {
			return c.ID
		}
	case Image:
		if i, why := s.image(x.Name); why == nil {
			return i.ID
		}
	case Network:
		if n, why := s.network(x.Name); why == nil {
			return n.ID
		}
	case Volume:
		if v, why := s.volume(x.Name); why == nil {
			if seen, err := s.Host.See(v.Mountpoint); err == nil {
				return fmt.Sprint(seen.Stat().ID())
			}
		}
	}
	return ""
}

// readSame: same C, same KIND X.
func readSame(r *reading, _ string) test {
	x := Subject{Kind: Container}
	for _, k := range []Kind{Container, Image, Network, Volume} {
		if r.at+1 < len(r.words) && !r.words[r.at+1].mark && r.next(string(k)) {
			x.Kind = k
			break
		}
	}
	x.Name = r.thing(x.Kind)
	n := x.Kind.name()
	return test{
		holds: say("%s is still the same %[2]s", "%s 还是原来的那个%[3]s", x.Name, n[lessons.EN], n[lessons.ZH]),
		fails: say("%s is not the same %[2]s any more", "%s 已经不是原来的那个%[3]s", x.Name, n[lessons.EN], n[lessons.ZH]),
		about: []Subject{x},
		look:  func(s *State) (bool, lessons.Text) { return s.isSame(x) },
	}
}

func (s *State) isSame(x Subject) (bool, lessons.Text) {
	if why := s.find(x.Kind, x.Name); why != nil {
		return false, why
	}
	n := x.Kind.name()
	old := ""
	if s.Before != nil {
		old = s.Before.ids[Subject{x.Kind, s.fullName(x)}]
	}
	switch old {
	case "":
		return false, say("%s was not there in the beginning", "一开始并没有 %s", x.Name)
	case s.identity(x):
		return true, say("%s is still the same %[2]s", "%s 还是原来的那个%[3]s", x.Name, n[lessons.EN], n[lessons.ZH])
	}
	return false, say("%s is another %[2]s than in the beginning: the old one was removed or renamed",
		"%s 已不是一开始的那个%[3]s：原来的被删除或改名了", x.Name, n[lessons.EN], n[lessons.ZH])
}

// fullName is the name under which something was remembered: an image's has its tag.
func (s *State) fullName(x Subject) string {
	if _, ok := s.Before.ids[x]; !ok && x.Kind == Image {
		return x.Name + ":latest"
	}
	return x.Name
}
