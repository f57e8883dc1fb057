package xray

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/labs/sandbox/vfs"
)

// Happened is what a command did to the files of a container.
type Happened struct {
	Line   string // the command
	Latest bool   // nothing was typed after it
	Deeds  []Deed // in the order in which they began
	More   int    // that were left out
}

// Deed is what happened to one path.
type Deed struct {
	Path    string
	Type    Type
	CopyUp  bool   // the file was in a layer of the image, and was copied into the container's own
	From    Place  // of the copy-up: the layer
	Copied  int64  // bytes
	Wrote   int64  // bytes
	Made    bool   // nothing was there before
	Deleted bool   // the image has it: a whiteout hides it now
	Removed bool   // the image does not have it: it is gone
	Opaque  bool   // a new directory hides the image's
	Moved   string // the path that it had before
	Took    bool   // a new file took the place of an old one
	In      Place  // of what is in no layer: a mount
	Below   Place  // the layer of the image that has the path, too
	Size    int64  // now
	Call    string // the system call of the copy-up, or the last one
}

const mostDeeds = 200

// LastDeeds tells what the newest of the commands that did something to a container's files did. What still went on when
// the command had ended, as a server's start does, counts until the next one began.
func LastDeeds(h *sandbox.Host, container string, commands []sandbox.Command) (Happened, error) {
	x, err := open(h, container)
	if err != nil {
		return Happened{}, err
	}
	until := sim.EventID(0)
	for i, c := range slices.Backward(commands) {
		deeds := x.deeds(h, c.After, until)
		if len(deeds) > 0 {
			out := Happened{Line: c.Line, Latest: i == len(commands)-1, Deeds: deeds}
			if out.More = len(deeds) - mostDeeds; out.More > 0 {
				out.Deeds = deeds[:mostDeeds]
			}
			out.More = max(out.More, 0)
			return out, nil
		}
		until = c.After
	}
	return Happened{}, nil
}

// deeds puts the events of a span together by path.
func (x *eye) deeds(h *sandbox.Host, after, until sim.EventID) []Deed {
	f := fold{x: x, at: map[string]*Deed{}, above: map[string]bool{}}
	for c := range h.FileChanges(after, until) {
		if c.Container == x.ID {
			f.take(c)
		}
	}
	moved := map[string]bool{}
	for _, d := range f.at { // any order: into a set
		moved[d.Moved] = true
	}
	var list []Deed
	for _, d := range f.order {
		if f.at[d.Path] == d && d.counts() && !(d.Deleted && moved[d.Path]) && !f.goneWith(d.Path) {
			x.now(d)
			list = append(list, *d)
		}
	}
	return list
}

// goneWith reports whether a path went with a directory above it.
func (f *fold) goneWith(path string) bool {
	for path = parent(path); path != "/"; path = parent(path) {
		if d := f.at[path]; d != nil && (d.Deleted || d.Removed) {
			return true
		}
	}
	return false
}

// counts reports whether something is left of it: a temporary file leaves nothing.
func (d *Deed) counts() bool {
	return !(d.Removed && d.Made) && (d.Type != Dir || d.Made || d.Deleted || d.Removed || d.Opaque || d.Moved != "")
}

// fold puts events together.
type fold struct {
	x     *eye
	at    map[string]*Deed
	order []*Deed
	above map[string]bool // directories in which something was done
}

func (f *fold) deed(path string) *Deed {
	d := f.at[path]
	if d == nil {
		d = &Deed{Path: path}
		f.add(d)
	}
	return d
}

func (f *fold) add(d *Deed) {
	f.at[d.Path], f.order = d, append(f.order, d)
	for dir := parent(d.Path); dir != "/" && !f.above[dir]; dir = parent(dir) {
		f.above[dir] = true
	}
}

func (f *fold) take(c sandbox.FileChange) {
	switch {
	case c.Rule == vfs.RuleMoved:
		f.move(c)
		return
	case c.Rule == vfs.RuleOpaque && strings.HasPrefix(c.Call, "rename"):
		return // a directory that is about to be moved: it hides nothing where it is
	}
	d := f.deed(c.Path)
	d.Call = c.Call
	switch c.Rule {
	case vfs.RuleCopyUp:
		d.CopyUp, d.From, d.Copied = true, f.x.level(c.Layer), c.Bytes
		d.Type = f.x.typeAt(c.Path, c.Layer)
	case vfs.RuleWrote:
		d.Wrote += c.Bytes
		d.Type = File
		if c.Mounted {
			d.In = f.x.mountedAt(c.Path)
		}
	case vfs.RuleMade, vfs.RuleReveal:
		d.Took = d.Took || d.Removed || c.Rule == vfs.RuleReveal
		d.Made, d.Removed, d.Deleted = !d.Took, false, false
	case vfs.RuleOpaque:
		d.Opaque, d.Type, d.Deleted = true, Dir, false
		if f.above[c.Path] {
			f.forgetInside(c.Path + "/")
		}
	case vfs.RuleWhiteout:
		d.Deleted = true
	case vfs.RuleRemoved:
		d.Removed = true
	}
}

// move gives a deed another path: what was written under the old name is under the new one now.
func (f *fold) move(c sandbox.FileChange) {
	old, over := f.deed(c.From), f.at[c.Path]
	d := *old
	d.Path, d.Moved, d.Removed, d.Deleted, d.Call = c.Path, c.From, false, false, c.Call
	if d.Took = over != nil && over.Removed && !over.Made; d.Took {
		d.Made = false
	}
	if old.Made {
		d.Moved = "" // it was only made under that name
	}
	f.add(&d)
	if !old.Deleted {
		delete(f.at, c.From)
	} else { // what is left of the old name is that it is hidden
		old.CopyUp, old.Copied, old.Wrote = false, 0, 0
	}
	if f.above[c.From] {
		f.moveInside(c.From+"/", c.Path+"/")
	}
}

// moveInside gives what was done in a directory the directory's new path.
func (f *fold) moveInside(from, to string) {
	for _, d := range f.order {
		if rest, ok := strings.CutPrefix(d.Path, from); ok && f.at[d.Path] == d {
			delete(f.at, d.Path)
			moved := *d
			moved.Path = to + rest
			f.add(&moved)
		}
	}
}

// forgetInside forgets what was done in a directory that was replaced.
func (f *fold) forgetInside(dir string) {
	for _, d := range f.order {
		if strings.HasPrefix(d.Path, dir) {
			delete(f.at, d.Path)
		}
	}
}

func (x *eye) typeAt(path string, layer int) Type {
	for _, c := range x.Files.Copies(path) {
		if c.Level == layer {
			return typeOf(c.Mode)
		}
	}
	return ""
}

func (x *eye) mountedAt(path string) Place {
	if m, ok := x.mountOver(path); ok {
		return placeOf(m)
	}
	return Place{Kind: Kernel}
}

// now says what is under the path after all.
func (x *eye) now(d *Deed) {
	if d.Deleted || d.Opaque { // of what was copied before nothing is left
		d.CopyUp, d.From, d.Copied, d.Wrote = false, Place{}, 0, 0
	}
	for _, c := range x.copies(d.Path) {
		if c.Kind == Layer && !c.Whiteout {
			d.Below = c.Place
			break
		}
	}
	if s, ok := x.sight(d.Path); ok {
		d.Size, d.Type = sizeOf(s.Stat()), typeOf(s.Stat().Mode)
		return
	}
	for _, c := range x.copies(d.Path) {
		if c.Answers {
			d.Size, d.Type = c.Size, c.Type
			return
		}
	}
}
