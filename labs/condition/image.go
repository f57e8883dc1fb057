package condition

import (
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readImage: image X has|lacks PATH, image X < SIZE.
func readImage(r *reading, _ string) test {
	ref := r.thing(Image)
	var t test
	switch {
	case r.next("has"):
		t = imageHas(ref, r.path(), true)
	case r.next("lacks"):
		t = imageHas(ref, r.path(), false)
	default:
		t = sizeOfImage(ref).than(r, r.size)
	}
	t.about = []Subject{{Image, ref}}
	return t
}

func imageHas(ref, path string, wanted bool) test {
	yes := say("the image %s has %s", "镜像 %s 里有 %s", ref, path)
	no := say("the image %s does not have %s", "镜像 %s 里没有 %s", ref, path)
	t := test{holds: yes, fails: no}
	if !wanted {
		t.holds, t.fails = no, yes
	}
	t.look = ofImage(ref, func(s *State, _ *api.ImageInspect) (bool, lessons.Text) {
		if _, err := s.Host.SeeImage(ref, path); err != nil {
			return !wanted, no
		}
		return wanted, yes
	})
	return t
}

// ofImage is a test of an image that must be there.
func ofImage(ref string, look func(*State, *api.ImageInspect) (bool, lessons.Text)) look {
	return func(s *State) (bool, lessons.Text) {
		i, why := s.image(ref)
		if why != nil {
			return false, why
		}
		return look(s, i)
	}
}

// sizeOfImage is what docker images shows under DISK USAGE.
func sizeOfImage(ref string) measure {
	return measure{say("the size of the image %s", "镜像 %s 的体积", ref), decimalSize, func(s *State) (int64, lessons.Text) {
		i, why := s.image(ref)
		if why != nil {
			return 0, why
		}
		return s.diskUsage(i.ID), nil
	}}
}

// diskUsage is what docker images shows in that column.
func (s *State) diskUsage(id string) int64 {
	images, _ := s.Host.Engine().ImageList(api.Caller{}, api.ImageListOptions{All: true}) // it was just found
	for _, i := range images {
		if i.ID == id {
			return i.Size
		}
	}
	return 0
}

// readLayers: layers X <= N.
func readLayers(r *reading, _ string) test {
	ref := r.thing(Image)
	name := say("the number of layers of the image %s", "镜像 %s 的层数", ref)
	m := measure{name, decimal, func(s *State) (int64, lessons.Text) {
		i, why := s.image(ref)
		if why != nil {
			return 0, why
		}
		return int64(len(i.RootFS.Layers)), nil
	}}
	t := m.than(r, r.count)
	t.about = []Subject{{Image, ref}}
	return t
}
