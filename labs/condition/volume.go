package condition

import (
	"bytes"
	"path"
	"slices"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readVolume: volume X survives, volume X has PATH [TEXT].
func readVolume(r *reading, _ string) test {
	name := r.thing(Volume)
	var t test
	if r.oneOf("survives", "has") == "survives" {
		t = survives(name)
	} else {
		t = r.volumeHas(name)
	}
	t.about = []Subject{{Volume, name}}
	return t
}

// ofVolume is a test of a volume that must be there.
func ofVolume(name string, look func(*State, *api.Volume) (bool, lessons.Text)) look {
	return func(s *State) (bool, lessons.Text) {
		v, why := s.volume(name)
		if why != nil {
			return false, why
		}
		return look(s, v)
	}
}

func (r *reading) volumeHas(name string) test {
	file := path.Clean("/" + r.text("a path in the volume"))
	text := ""
	t := test{
		holds: say("the volume %s has %s", "数据卷 %s 里有 %s", name, file),
		fails: say("the volume %s does not have %s", "数据卷 %s 里没有 %s", name, file),
	}
	if r.more() {
		text = r.text("a text")
		t.holds = say("in the volume %s, %s contains %s", "数据卷 %s 里的 %s 包含 %s", name, file, shown(text))
		t.fails = say("in the volume %s, %s does not contain %s", "数据卷 %s 里的 %s 不包含 %s", name, file, shown(text))
	}
	t.look = ofVolume(name, func(s *State, v *api.Volume) (bool, lessons.Text) {
		seen, err := s.Host.See(v.Mountpoint + file)
		if err != nil {
			return false, s.inVolume(v)
		}
		if text == "" {
			return true, say("the volume %s has %s", "数据卷 %s 里有 %s", name, file)
		}
		return contains(seen, []byte(text)), say("in the volume %s, %s reads %s", "数据卷 %s 里的 %s 内容是 %s",
			name, file, shown(string(content(seen, 4*shownMost))))
	})
	return t
}

// inVolume says what lies at the top of a volume.
func (s *State) inVolume(v *api.Volume) lessons.Text {
	seen, err := s.Host.See(v.Mountpoint)
	var names []string
	if err == nil {
		for _, e := range seen.List() {
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return say("the volume %s is empty", "数据卷 %s 是空的", v.Name)
	}
	slices.Sort(names)
	if len(names) > 5 {
		names = append(names[:5:5], "…")
	}
	return say("the volume %[1]s has only %[2]s", "数据卷 %[1]s 里只有 %[3]s", v.Name, english(names), chinese(names))
}

// remembered is a file of a volume as it was.
type remembered struct {
	path string
	size int64
	head []byte // as much as is kept
}

// Bounds of what is remembered.
const (
	filesMost = 2000    // of a volume
	headMost  = 4 << 10 // of a file
)

// filesOf is every file of a directory and those below it, in order, with so much of their beginning.
func filesOf(h *sandbox.Host, dir string, head int64) (all []remembered) {
	for dirs := []string{""}; len(dirs) > 0 && len(all) < filesMost; {
		at := dirs[0]
		dirs = dirs[1:]
		seen, err := h.See(dir + at)
		if err != nil {
			continue
		}
		for _, e := range seen.List() {
			file := at + "/" + e.Name
			if e.Type.IsDir() {
				dirs = append(dirs, file)
			} else if e.Type.IsRegular() {
				all = append(all, remember(h, dir, file, head))
			}
		}
	}
	return all
}

func remember(h *sandbox.Host, dir, file string, head int64) remembered {
	seen, err := h.See(dir + file)
	if err != nil {
		return remembered{path: file}
	}
	return remembered{file, seen.Stat().Size, content(seen, head)}
}

// survives holds for the volume that the setup made, if each of its files is still there and begins as it did: programs
// may write on.
func survives(name string) test {
	x := Subject{Volume, name}
	return test{
		holds: say("the volume %s is still there with all its data", "数据卷 %s 还在，数据完好", name),
		fails: say("the volume %s or its data is gone", "数据卷 %s 或其中的数据已经没了", name),
		look: ofVolume(name, func(s *State, v *api.Volume) (bool, lessons.Text) {
			if same, now := s.isSame(x); !same {
				return false, now
			}
			for _, f := range s.Before.files[name] {
				seen, err := s.Host.See(v.Mountpoint + f.path)
				if err != nil {
					return false, say("%[2]s is gone from the volume %[1]s", "数据卷 %[1]s 里的 %[2]s 没了", name, f.path)
				}
				if seen.Stat().Size < f.size || !bytes.HasPrefix(content(seen, headMost), f.head) {
					return false, say("%[2]s in the volume %[1]s has been overwritten", "数据卷 %[1]s 里的 %[2]s 被改写了", name, f.path)
				}
			}
			return true, say("the volume %s has all its data", "数据卷 %s 数据完好", name)
		}),
	}
}

// readMounted: mounted C PATH [volume X|bind PATH|tmpfs] [ro|rw].
func readMounted(r *reading, _ string) test {
	w := wanted{container: r.thing(Container), path: path.Clean(r.path())}
	for _, k := range []string{"volume", "bind", "tmpfs"} {
		if r.next(k) {
			w.kind = k
			break
		}
	}
	mode := func() bool { return r.next("ro") || r.next("rw") }
	if (w.kind == "volume" || w.kind == "bind") && !mode() && r.more() {
		w.source = r.text("what is mounted")
		mode()
	} else if w.kind == "tmpfs" || w.kind == "" {
		mode()
	}
	if last := r.at - 1; r.mistake == nil && last >= 0 && (r.words[last].text == "ro" || r.words[last].text == "rw") {
		w.mode = r.words[last].text
	}
	t := w.test()
	if w.kind == "volume" && w.source != "" {
		t.about = append(t.about, Subject{Volume, w.source})
	}
	return t
}

// wanted is a mount as asked for.
type wanted struct{ container, path, kind, source, mode string }

func (w wanted) test() test {
	what := mountName(w.kind, w.source, w.mode)
	return test{
		holds: say("%[1]s has %[2]s mounted at %[4]s", "%[1]s 在 %[4]s 挂载了%[3]s",
			w.container, what[lessons.EN], what[lessons.ZH], w.path),
		fails: say("%[1]s does not have %[2]s mounted at %[4]s", "%[1]s 没有在 %[4]s 挂载%[3]s",
			w.container, what[lessons.EN], what[lessons.ZH], w.path),
		about: aboutContainer(w.container),
		look:  ofContainer(w.container, w.look),
	}
}

func (w wanted) look(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
	for _, m := range mounts(c) {
		if m.path == w.path {
			fit := fits(w.kind, m.kind) && fits(w.source, m.source) && fits(w.mode, m.mode)
			what := mountName(m.kind, m.source, m.mode)
			return fit, say("what %[1]s has mounted at %[4]s is %[2]s", "%[1]s 在 %[4]s 挂载的是%[3]s",
				w.container, what[lessons.EN], what[lessons.ZH], w.path)
		}
	}
	return false, say("%[1]s has nothing mounted at %[2]s", "%[1]s 在 %[2]s 没有挂载任何东西", w.container, w.path)
}

// fits reports whether something is as it was asked for, if it was.
func fits(want, is string) bool { return want == "" || want == is }

// mounts are a container's, in a form that can be compared; --tmpfs is among them.
func mounts(c *api.ContainerInspect) (all []wanted) {
	for _, m := range c.Mounts {
		w := wanted{path: m.Destination, kind: string(m.Type), source: m.Source, mode: "ro"}
		if m.Type == api.MountVolume {
			w.source = m.Name
		}
		if m.RW {
			w.mode = "rw"
		}
		all = append(all, w)
	}
	var temps []string
	for dest := range c.HostConfig.Tmpfs { // any order: sorted below
		temps = append(temps, dest)
	}
	slices.Sort(temps)
	for _, dest := range temps {
		all = append(all, wanted{path: path.Clean(dest), kind: "tmpfs", mode: "rw"})
	}
	return all
}

// mountName is what is mounted.
func mountName(kind, source, mode string) lessons.Text {
	t := map[string]lessons.Text{
		"":       say("something", "东西"),
		"volume": say("a volume", "数据卷"),
		"bind":   say("a directory of the host", "宿主机目录"),
		"tmpfs":  say("a tmpfs", " tmpfs"),
		"image":  say("an image", "镜像"),
	}[kind]
	if source != "" && kind == "volume" {
		t = say("the volume %s", "数据卷 %s", source)
	}
	if source != "" && kind == "bind" {
		t = say("%s of the host", "宿主机的 %s", source)
	}
	switch mode {
	case "ro":
		return say("%[1]s (read-only)", "%[2]s（只读）", t[lessons.EN], t[lessons.ZH])
	case "rw":
		return say("%[1]s (writable)", "%[2]s（可写）", t[lessons.EN], t[lessons.ZH])
	}
	return t
}
