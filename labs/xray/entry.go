package xray

import (
	"path"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/vfs"
)

// Change is the letter that docker diff shows before a path.
type Change byte

// The letters; 0 is no change.
const (
	Added   Change = 'A'
	Changed Change = 'C'
	Deleted Change = 'D'
)

// Type is what an entry is.
type Type string

// The types.
const (
	File    Type = "file"
	Dir     Type = "directory"
	Link    Type = "link"
	Special Type = "special" // devices, pipes, sockets
)

// Entry is a name of a directory as the container sees it, or one that a layer has and the container does not see.
type Entry struct {
	Path   string
	Type   Type
	Size   int64  // of a file's content
	Target string // of a link
	From   Place
	Change Change
	Gone   bool   // no longer seen: a whiteout or an opaque directory hides it
	Mount  bool   // something is mounted right here
	Copies []Copy // in the layers, the highest first
}

// Name is the last part of the path.
func (e Entry) Name() string { return path.Base(e.Path) }

func parent(p string) string { return path.Dir(p) }

// Copy is what a level has under a path.
type Copy struct {
	Place
	Type     Type
	Size     int64
	Answers  bool // this is what is seen, or for a directory one of those that are seen together
	Whiteout bool // it only hides what is below
	Opaque   bool // a directory that hides those below
	By       Place
}

// Wasted is how many bytes of files are in the layers of the image that nobody sees any more.
func (e Entry) Wasted() int64 {
	n := int64(0)
	for _, c := range e.Copies {
		if !c.Answers && c.Type == File && c.Kind == Layer {
			n += c.Size
		}
	}
	return n
}

// Most is how many entries an answer has at most.
const Most = 2000

// Listing is the entries of a directory, or of a whole container.
type Listing struct {
	Dir     string
	Entries []Entry
	More    int  // that were left out
	Hidden  bool // the kernel computes what is in here; it is not looked into
}

// List tells what is in a directory of a container.
func List(h *sandbox.Host, container, dir string) (Listing, error) {
	x, err := open(h, container)
	if err != nil {
		return Listing{}, err
	}
	dir = path.Clean("/" + dir)
	at, err := x.at(dir)
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Dir: dir, Hidden: at.dynamic}
	names := x.names(at)
	if out.More = len(names) - Most; out.More > 0 {
		names = names[:Most]
	}
	out.More = max(out.More, 0)
	for _, name := range names {
		out.Entries = append(out.Entries, x.entry(path.Join(dir, name), at))
	}
	slices.SortStableFunc(out.Entries, func(a, b Entry) int { return rank(a) - rank(b) })
	return out, nil
}

// rank puts directories first.
func rank(e Entry) int {
	if e.Type == Dir {
		return 0
	}
	return 1
}

// Changes tells everything that docker diff shows of a container, with where it comes from.
func Changes(h *sandbox.Host, container string) (Listing, error) {
	x, err := open(h, container)
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Dir: "/"}
	for _, c := range x.diff {
		if len(out.Entries) == Most {
			out.More = len(x.diff) - Most
			break
		}
		at, err := x.at(path.Dir(c.Path))
		if err != nil || !at.inLayers { // what is mounted there now hides it
			at = &spot{dir: path.Dir(c.Path), inLayers: true, inner: path.Dir(c.Path)}
		}
		out.Entries = append(out.Entries, x.entry(c.Path, at))
	}
	return out, nil
}

// eye is a container that is looked into.
type eye struct {
	*sandbox.Layering
	host    *vfs.Mounts
	diff    []api.FilesystemChange
	changes map[string]Change
}

func open(h *sandbox.Host, container string) (*eye, error) {
	l, err := h.Layering(container)
	if err != nil {
		return nil, err
	}
	x := &eye{Layering: l, host: h.Mounts(), changes: map[string]Change{}}
	if x.diff, err = h.Engine().ContainerDiff(api.Caller{}, l.ID); err != nil {
		return nil, err
	}
	for _, c := range x.diff {
		x.changes[c.Path] = Change(c.Kind.String()[0])
	}
	return x, nil
}

// spot is a directory of a container.
type spot struct {
	dir      string
	inLayers bool   // it is a directory of the stack, and
	inner    string // this is its path in there
	sight    *vfs.Sight
	from     Place // of what is in it, unless it is in the layers
	dynamic  bool
}

// at goes to a directory: the namespace of a container that runs says what is mounted where, and of one that does not
// its configuration does.
func (x *eye) at(dir string) (*spot, error) {
	if x.Seen != nil {
		s, err := x.Seen.Sight(dir)
		if err != nil {
			return x.unseen(dir, err)
		}
		if s.FS() == x.Files {
			return &spot{dir: dir, inLayers: true, inner: s.Path(), sight: &s}, nil
		}
		return &spot{dir: dir, sight: &s, from: x.mountAt(s.Mount().Target()), dynamic: s.Dynamic()}, nil
	}
	if m, ok := x.mountOver(dir); ok {
		at := &spot{dir: dir, from: placeOf(m)}
		if s, ok := x.sight(dir); ok {
			at.sight = &s
		}
		return at, nil
	}
	return x.unseen(dir, nil)
}

// unseen is a directory that only the layers know: of a container that does not run, or one that was removed.
func (x *eye) unseen(dir string, err error) (*spot, error) {
	if dir != "/" && len(x.Files.Copies(dir)) == 0 {
		if err == nil {
			err = vfs.ENOENT
		}
		return nil, err
	}
	return &spot{dir: dir, inLayers: true, inner: dir}, nil
}

// mountOver is the innermost mount that a path is in.
func (x *eye) mountOver(p string) (over sandbox.Mounted, ok bool) {
	for _, m := range x.Mounts {
		if p == m.Dest || strings.HasPrefix(p, m.Dest+"/") {
			over, ok = m, true
		}
	}
	return over, ok
}

// mountAt is what is mounted at a path.
func (x *eye) mountAt(target string) Place {
	for _, m := range x.Mounts {
		if m.Dest == target {
			return placeOf(m)
		}
	}
	return Place{Kind: Kernel}
}

// names are the names in a directory, in order: those that are seen, those that a layer still has, and those that
// something is to be mounted on.
func (x *eye) names(at *spot) []string {
	var names []string
	if at.sight != nil {
		for _, e := range at.sight.List() {
			names = append(names, e.Name)
		}
	}
	switch {
	case at.inLayers:
		names = append(names, x.Files.Names(at.inner)...)
	case at.covers():
		names = append(names, x.Files.Names(at.dir)...)
	}
	for _, m := range x.Mounts {
		if path.Dir(m.Dest) == at.dir && m.Dest != "/" {
			names = append(names, path.Base(m.Dest))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// entry is one name of a directory.
func (x *eye) entry(p string, at *spot) Entry {
	e := Entry{Path: p, From: at.from, Change: x.changes[p]}
	switch {
	case at.inLayers:
		e.fill(x.copies(path.Join(at.inner, path.Base(p))))
	case at.covers():
		e.cover(x.copies(p), at.from)
	}
	if s, ok := x.sight(p); ok {
		st := s.Stat()
		e.Type, e.Size, e.Target, e.Gone = typeOf(st.Mode), sizeOf(st), s.Target(), false
		if !at.inLayers {
			e.From = at.from
		}
		if x.Seen != nil && s.FS() != x.Files && at.inLayers {
			e.Mount, e.From = true, x.mountAt(s.Mount().Target())
		}
	}
	if m, ok := x.mountOver(p); ok && m.Dest == p {
		e.Mount, e.From = true, placeOf(m)
		e.Gone = false
		if e.Type == "" {
			e.Type = Dir
		}
	}
	if e.Mount {
		for i := range e.Copies {
			if e.Copies[i].Answers {
				e.Copies[i].Answers, e.Copies[i].By = false, e.From
			}
		}
	}
	return e
}

// covers reports whether what is mounted hides a directory of the layers. What the kernel mounts hides nothing that
// anybody would miss.
func (at *spot) covers() bool { return !at.inLayers && at.from.Kind != Kernel }

// cover says of an entry that a mount hides all that the layers have of it.
func (e *Entry) cover(all []Copy, by Place) {
	e.Copies, e.Gone = all, true
	for i := range all {
		all[i].Answers, all[i].By = false, by
		if e.Type == "" && !all[i].Whiteout {
			e.From, e.Type, e.Size = all[i].Place, all[i].Type, all[i].Size
		}
	}
}

// sight looks at what is seen under a path.
func (x *eye) sight(p string) (vfs.Sight, bool) {
	if x.Seen != nil {
		s, err := x.Seen.Sight(p)
		return s, err == nil
	}
	m, over := x.mountOver(p)
	if !over || m.Source == "" || m.Kind == api.MountImage {
		return vfs.Sight{}, false
	}
	s, err := x.host.Sight(m.Source + strings.TrimPrefix(p, m.Dest))
	return s, err == nil
}

// fill says of an entry what the layers say.
func (e *Entry) fill(all []Copy) {
	e.Copies, e.Gone = all, true
	for _, c := range all {
		if c.Answers {
			e.From, e.Type, e.Size, e.Gone = c.Place, c.Type, c.Size, false
			break
		}
	}
	if e.Gone && len(all) > 0 {
		e.From = all[0].Place
		for _, c := range all { // what it was
			if !c.Whiteout {
				e.Type, e.Size = c.Type, c.Size
				break
			}
		}
	}
}

// copies are what the levels have under a path of the stack.
func (x *eye) copies(p string) []Copy {
	var list []Copy
	for _, c := range x.Files.Copies(p) {
		out := Copy{
			Place: x.level(c.Level), Size: c.Size, Whiteout: c.Whiteout, Opaque: c.Opaque, Answers: !c.Hidden && !c.Whiteout,
		}
		if !c.Whiteout {
			out.Type = typeOf(c.Mode)
		}
		if c.Hidden {
			out.By = x.level(c.By)
		}
		list = append(list, out)
	}
	return list
}

func (x *eye) level(n int) Place {
	switch {
	case n == 0:
		return Place{Kind: Upper}
	case x.Layers[n-1].Init:
		return Place{Kind: Init, Level: n}
	}
	return Place{Kind: Layer, Level: n}
}

func sizeOf(st vfs.Stat) int64 {
	if st.IsDir() {
		return 0
	}
	return st.Size
}

func typeOf(m vfs.Mode) Type {
	switch {
	case m.IsDir():
		return Dir
	case m.IsRegular():
		return File
	case m.IsSymlink():
		return Link
	}
	return Special
}
