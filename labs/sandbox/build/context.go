package build

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"dockerlearn/labs/sandbox/image"
	"dockerlearn/labs/sandbox/vfs"
)

// tree is where files are copied from: the context without what is ignored, or the files of a stage or an image.
type tree struct {
	view    *vfs.View
	ignore  *ignore
	outside bool // the context: its files come from somebody else
}

// ignore is a set of patterns. The zero ignore is empty.
type ignore struct {
	m *patternmatcher.PatternMatcher
}

func newIgnore(text string) (*ignore, error) {
	lines, err := ignorefile.ReadAll(strings.NewReader(text))
	if err != nil {
		return &ignore{}, err
	}
	return newPatterns(lines)
}

func newPatterns(lines []string) (*ignore, error) {
	if len(lines) == 0 {
		return &ignore{}, nil
	}
	m, err := patternmatcher.New(lines)
	return &ignore{m}, err
}

// file reports whether a path is ignored.
func (i *ignore) file(p string) bool {
	if i == nil || i.m == nil {
		return false
	}
	hit, err := i.m.MatchesOrParentMatches(strings.TrimPrefix(path.Clean(p), "/"))
	return err == nil && hit
}

// readIgnore reads .dockerignore.
func (b *builder) readIgnore() error {
	name, text := ".dockerignore", []byte(nil)
	if b.r.Context != nil {
		if own, err := b.r.Context.ReadFile("/" + b.r.Name + name); err == nil {
			name, text = b.r.Name+name, own
		} else {
			text, _ = b.r.Context.ReadFile("/" + name) // usually there is none
		}
	}
	if b.r.Archive == nil {
		n := int64(sentHeader)
		if text != nil {
			n += sentFile(name, int64(len(text)))
		}
		step := b.begin("[internal] load .dockerignore")
		b.status(step, "transferring context: %s", Size(n))
		b.finish(step)
		b.w.Cache.source("context"+b.where(), int64(len(text)), b.w.Now())
	}
	ig, err := newIgnore(string(text))
	if err != nil {
		return fmt.Errorf("failed parsing dockerignore: %w", err)
	}
	b.context = &tree{view: b.r.Context, ignore: ig, outside: true}
	return nil
}

// where is where the context lies, "" if there is none.
func (b *builder) where() string {
	if b.r.Context == nil {
		return ""
	}
	at, _ := b.r.Context.PathOf(b.r.Context.Root()) // one that is gone has no name either
	return " " + at
}

// match lists the files that a source means: one, or those that a pattern matches.
func (t *tree) match(src string) ([]string, error) {
	at := path.Clean("/" + src)
	if !strings.ContainsAny(src, "*?[") {
		if t.ignore.file(at) && !t.holds(at) || t.view == nil {
			return nil, t.missing(at)
		}
		if _, err := t.view.Stat(at); err != nil {
			return nil, t.missing(at)
		}
		return []string{at}, nil
	}
	var found []string
	if err := t.glob("/", strings.Split(at[1:], "/"), &found); err != nil {
		return nil, err
	}
	return found, nil
}

func (t *tree) glob(dir string, pattern []string, found *[]string) error {
	if len(pattern) == 0 {
		*found = append(*found, dir)
		return nil
	}
	names, err := t.list(dir)
	if err != nil {
		return nil //nolint:nilerr // nothing is in it
	}
	for _, name := range names {
		ok, err := path.Match(pattern[0], name)
		if err != nil {
			return err
		}
		if ok {
			if err := t.glob(path.Join(dir, name), pattern[1:], found); err != nil {
				return err
			}
		}
	}
	return nil
}

// list is the names in a directory that are not ignored, in order. An ignored directory counts if something in it is
// an exception.
func (t *tree) list(dir string) ([]string, error) {
	if t.view == nil {
		return nil, t.missing(dir)
	}
	all, err := t.view.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range all {
		if p := path.Join(dir, e.Name); !t.ignore.file(p) || e.Type == vfs.S_IFDIR && t.holds(p) {
			names = append(names, e.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// holds reports whether a directory that is ignored has something in it that is not.
func (t *tree) holds(dir string) bool {
	if t.ignore == nil || t.ignore.m == nil || !t.ignore.m.Exclusions() || t.view == nil {
		return false
	}
	all, err := t.view.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range all {
		if p := path.Join(dir, e.Name); !t.ignore.file(p) || e.Type == vfs.S_IFDIR && t.holds(p) {
			return true
		}
	}
	return false
}

// missing is what is said of a source that is not there.
func (t *tree) missing(p string) error {
	if t.outside {
		return &notInContext{p}
	}
	return fmt.Errorf("lstat %s: no such file or directory", p)
}

// notInContext is a source that the context does not have.
type notInContext struct{ path string }

func (n *notInContext) Error() string { return fmt.Sprintf("%q: not found", n.path) }

// walk visits what a source means, in the order of names.
func (t *tree) walk(p string, visit func(p string, st vfs.Stat) error) error {
	st, err := t.view.Lstat(p)
	if err != nil {
		return err
	}
	if err := visit(p, st); err != nil || !st.IsDir() {
		return err
	}
	names, err := t.list(p)
	for _, name := range names {
		err = errors.Join(err, t.walk(path.Join(p, name), visit))
	}
	return err
}

// matchBelow lists the files that a source of --parents means, and the directory from which on they keep theirs.
func (t *tree) matchBelow(src string) (from string, found []string, err error) {
	from, pattern, cut := strings.Cut(src, "/./")
	if !cut {
		from, pattern = "/", src
	}
	if from = path.Join("/", from); strings.ContainsAny(from, "*?[") {
		return "", nil, fmt.Errorf("COPY --parents with a pattern before /./ is not simulated: %s", src)
	}
	pattern = strings.TrimPrefix(path.Join("/", pattern), "/")
	if !strings.ContainsAny(pattern, "*?[") {
		found, err = t.match(path.Join(from, pattern))
		return from, found, err
	}
	m, err := newPatterns([]string{pattern})
	if err != nil {
		return "", nil, err
	}
	if t.view == nil {
		return from, nil, nil
	}
	return from, found, t.below(from, func(p string) bool {
		if !m.file(strings.TrimPrefix(p, from)) {
			return true
		}
		found = append(found, p)
		return false
	})
}

// below visits what is in a directory, and goes down where visit says so.
func (t *tree) below(dir string, visit func(string) bool) error {
	names, err := t.list(dir)
	for _, name := range names {
		p := path.Join(dir, name)
		if !visit(p) {
			continue
		}
		if st, errStat := t.view.Lstat(p); errStat == nil && st.IsDir() {
			err = errors.Join(err, t.below(p, visit))
		}
	}
	return err
}

// files lists everything that a COPY takes, and what of it counts. Times do not.
func (t *tree) files(c *copying) ([]fileMark, error) {
	excluded, err := c.exclusions()
	if err != nil {
		return nil, err
	}
	var list []fileMark
	for _, src := range c.SourcePaths {
		from, found, err := t.sources(c, src)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			if err := t.walk(p, func(p string, st vfs.Stat) error {
				if excluded.file(strings.TrimPrefix(p, from)) {
					return nil
				}
				digest, err := t.mark(p, st)
				list = append(list, fileMark{p, digest})
				return err
			}); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// sources are the files that a source means, and the directory that --exclude begins at.
func (t *tree) sources(c *copying, src string) (from string, found []string, err error) {
	if c.parents {
		return t.matchBelow(src)
	}
	found, err = t.match(src)
	from = path.Join("/", src)
	if len(found) != 1 || found[0] != from {
		return path.Dir(from), found, err
	}
	if st, errStat := t.view.Stat(from); errStat == nil && !st.IsDir() {
		from = path.Dir(from)
	}
	return from, found, err
}

// mark is what counts of a file: its mode and content, and whose it is if it is not the context's.
func (t *tree) mark(p string, st vfs.Stat) (image.Digest, error) {
	words := []string{fmt.Sprint(st.Mode)}
	if !t.outside {
		words = append(words, fmt.Sprint(st.UID, st.GID))
	}
	switch {
	case st.Mode.IsSymlink():
		target, err := t.view.Readlink(p)
		return image.NameDigest(append(words, target)...), err
	case st.Mode.IsRegular():
		content, err := t.view.ReadFile(p)
		return image.NameDigest(append(words, string(image.DigestOf(content)))...), err
	}
	return image.NameDigest(words...), nil
}
