package lessons

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"dockerlearn/internal/mdoc"
)

// labsFolder holds the labs, which are not lessons.
const labsFolder = "labs"

// folder is what was found in a course's folder: its plain files and those of the folders directly below it.
type folder struct {
	fsys  fs.FS
	files map[string]bool // by path
	names []string        // the same paths, sorted
	dirs  []string        // the folders below, sorted
}

func listFolder(fsys fs.FS, found *Findings) *folder {
	f := &folder{fsys: fsys, files: map[string]bool{}}
	f.list(".", found)
	for _, dir := range f.dirs {
		f.list(dir, found)
	}
	return f
}

func (f *folder) list(dir string, found *Findings) {
	entries, err := fs.ReadDir(f.fsys, dir)
	if err != nil {
		found.Errorf(mdoc.Pos{File: dir}, "unreadable",
			"make the folder readable", "the folder cannot be read: %s", reason(err))
		return
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.Type()&fs.ModeSymlink != 0:
			found.Errorf(mdoc.Pos{File: name}, "symlink", "put the file itself in its place",
				"this is a symbolic link; a course does not follow links")
		case e.IsDir():
			if dir == "." {
				f.dirs = append(f.dirs, name)
			}
		case e.Type().IsRegular():
			f.files[name] = true
			f.names = append(f.names, name)
		}
	}
}

// reason is what an error says without the path, which a finding names anyway.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// read returns a file's bytes, at most one more than it may have: what is longer is found by mdoc.
func (f *folder) read(name string, limit int64) ([]byte, error) {
	file, err := f.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is no plain file")
	}
	src := make([]byte, min(info.Size(), limit)+1)
	n, err := io.ReadFull(file, src)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return src[:n], nil
}

// yaml reads a file that is one YAML mapping. It returns nil when there is no such file or it cannot be read.
func (f *folder) yaml(name string, found *Findings) *mapping {
	if !f.files[name] {
		return nil
	}
	src, err := f.read(name, mdoc.MaxYAML)
	if err != nil {
		found.Errorf(mdoc.Pos{File: name}, "unreadable",
			"make the file readable", "the file cannot be read: %s", reason(err))
		return nil
	}
	n, more := mdoc.ParseYAML(name, src)
	*found = append(*found, more...)
	if n == nil {
		if len(more) == 0 {
			found.Errorf(mdoc.Pos{File: name}, "yaml", "write `key: value` lines", "the file is empty")
		}
		return nil
	}
	return newMapping(name, n, found)
}
