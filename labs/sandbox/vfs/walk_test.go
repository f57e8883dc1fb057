package vfs_test

import (
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// FuzzPaths resolves any path in a tree with links of all kinds, and compares with plain steps from name to name.
func FuzzPaths(f *testing.F) {
	for _, p := range []string{
		"/", "/a/b/file", "a/./b/../b/file/", "/a/up/a/dir/b", "/loop", "/a/self/self/file", "/a/bad", "/mnt/../a",
		"/mnt/out/a", "//a//b///", "/a/b/file/x", "/a/secret/x", "../..", "/a/dir/../file",
	} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		v := linkedTree(t)
		want, wantErr := plainSteps(v, path)
		got, err := v.Stat(path)
		if err != wantErr || err == nil && got.ID() != want.ID() {
			t.Errorf("%q: %v %v, step by step %v %v", path, got.ID(), err, want.ID(), wantErr)
		}
	})
}

func linkedTree(t *testing.T) *vfs.View {
	d, v := host(t)
	ok(t, v.MkdirAll("/a/b", 0o755))
	ok(t, v.WriteFile("/a/b/file", nil, 0o644))
	ok(t, v.MkdirAll("/a/secret/x", 0o700))
	ok(t, v.Chmod("/a/secret", 0))
	must(v.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/mnt", 0))
	for link, target := range map[string]string{
		"/a/up": "..", "/a/dir": "b/", "/a/self": ".", "/a/bad": "nothing", "/loop": "loop", "/a/abs": "/a/b",
		"/mnt/out": "../", "/a/b/far": "../../mnt/out/a/dir/file", "/a/slash": "b/file/",
	} {
		ok(t, v.Symlink(target, link))
	}
	v.SetCred(vfs.User(1000, 1000))
	return v
}

// plainSteps goes from directory to directory, one name at a time.
func plainSteps(v *vfs.View, path string) (vfs.Stat, error) {
	v = v.Clone()
	switch {
	case path == "":
		return vfs.Stat{}, vfs.ENOENT
	case len(path) >= vfs.PathMax:
		return vfs.Stat{}, vfs.ENAMETOOLONG
	}
	todo := strings.Split(path, "/")
	if path[0] == '/' {
		v.Chdir("/")
	}
	for links := 0; len(todo) > 0; {
		name := todo[0]
		if todo = todo[1:]; name == "" {
			continue
		}
		s, err := v.Lstat(name)
		if err != nil {
			return s, err
		}
		switch {
		case s.Mode.IsSymlink():
			if links++; links > 40 {
				return s, vfs.ELOOP
			}
			target := must(v.Readlink(name))
			if target[0] == '/' {
				v.Chdir("/")
			}
			todo = append(strings.Split(target, "/"), todo...)
		case len(todo) == 0:
			return s, nil
		case !s.IsDir():
			return s, vfs.ENOTDIR
		case v.Chdir(name) != nil: // it may not be searched: that matters only if there is a name left
			if strings.Trim(strings.Join(todo, "/"), "/") != "" {
				return s, vfs.EACCES
			}
			return s, nil
		}
	}
	return v.Stat(".")
}
