package vfs_test

import (
	"fmt"
	"slices"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// procs is a small /proc: a directory for each process, and self for whoever asks.
type procs struct {
	alive []string
	name  string
}

func (p *procs) root() *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o555,
		List: func(*vfs.View) []string { return append(slices.Clone(p.alive), "self", "name") },
		Lookup: func(v *vfs.View, name string) *vfs.Dyn {
			switch {
			case slices.Contains(p.alive, name):
				return p.process(name)
			case name == "self":
				return &vfs.Dyn{
					Mode: vfs.S_IFLNK | 0o777,
					Link: func(v *vfs.View) (string, error) { return fmt.Sprint(v.Caller), nil },
				}
			case name == "name":
				return &vfs.Dyn{
					Mode: vfs.S_IFREG | 0o644,
					Read: func(*vfs.View) ([]byte, error) { return []byte(p.name), nil },
					Write: func(_ *vfs.View, b []byte) error {
						if len(b) > 8 {
							return vfs.EINVAL
						}
						p.name = string(b)
						return nil
					},
				}
			}
			return nil
		},
	}
}

func (p *procs) process(pid string) *vfs.Dyn {
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o555, UID: 5,
		List: func(*vfs.View) []string { return []string{"cwd", "exe"} },
		Lookup: func(v *vfs.View, name string) *vfs.Dyn {
			switch name {
			case "cwd":
				return &vfs.Dyn{
					Mode: vfs.S_IFLNK | 0o777, Jump: func(v *vfs.View) (vfs.Place, error) { return v.Cwd(), nil },
					Link: func(v *vfs.View) (string, error) { p, _ := v.PathOf(v.Cwd()); return p, nil },
				}
			case "exe":
				return &vfs.Dyn{
					Mode: vfs.S_IFLNK | 0o777,
					Jump: func(*vfs.View) (vfs.Place, error) { return vfs.Place{}, vfs.EACCES },
				}
			}
			return nil
		},
	}
}

func TestDynamicFiles(t *testing.T) {
	d, v := host(t)
	p := &procs{alive: []string{"1", "7"}, name: "host"}
	must(v.Mount(d.DynFS("proc", "proc", p.root()), "/mnt", 0))
	v.Caller = 7
	if got := names(t, v, "/mnt"); got != "1 7 self name" {
		t.Errorf("it has %s", got)
	}
	if s := must(v.Stat("/mnt/self")); !s.IsDir() || s.UID != 5 {
		t.Errorf("self is %+v", s)
	}
	ok(t, v.Chdir("/srv"))
	if got := names(t, v, "/mnt/self/cwd/data"); got != "file" {
		t.Errorf("through cwd: %s", got)
	}
	if got := must(v.Readlink("/mnt/7/cwd")); got != "/srv" {
		t.Errorf("cwd says %s", got)
	}
	_, err := v.Open("/mnt/7/exe", vfs.O_RDONLY, 0)
	wantErr(t, err, vfs.EACCES)
	ok(t, v.WriteFile("/mnt/name", []byte("new"), 0))
	if got := string(must(v.ReadFile("/mnt/name"))); got != "new" {
		t.Errorf("name is %q", got)
	}
	wantErr(t, v.WriteFile("/mnt/name", []byte("much too long"), 0), vfs.EINVAL)
	wantErr(t, v.WriteFile("/mnt/other", nil, 0o644), vfs.ENOENT)
	wantErr(t, v.Mkdir("/mnt/other", 0o755), vfs.ENOENT)
	must(v.Mount(d.DynFS("sysfs", "sysfs", p.root()), "/tmp", 0))
	wantErr(t, v.WriteFile("/tmp/other", nil, 0o644), vfs.EACCES)
	wantErr(t, v.Mkdir("/tmp/other", 0o755), vfs.EPERM)
	wantErr(t, v.Unlink("/mnt/name"), vfs.EPERM)
	wantErr(t, v.Rename("/mnt/name", "/mnt/x"), vfs.EPERM)
	wantErr(t, v.Chmod("/mnt/name", 0o600), vfs.EPERM)
	wantErr(t, v.Link("/mnt/name", "/mnt/x"), vfs.EPERM)
}

func TestADynamicDirectoryThatEnds(t *testing.T) {
	d, v := host(t)
	p := &procs{alive: []string{"1", "7"}}
	must(v.Mount(d.DynFS("proc", "proc", p.root()), "/mnt", 0))
	ok(t, v.Chdir("/mnt/7"))
	ino := must(v.Stat("/mnt/7")).Ino
	if again := must(v.Stat("/mnt/7")).Ino; again != ino {
		t.Errorf("inode %d, then %d", ino, again)
	}
	p.alive = p.alive[:1]
	_, err := v.Stat("/mnt/7")
	wantErr(t, err, vfs.ENOENT)
	_, err = v.Getwd()
	wantErr(t, err, vfs.ENOENT)
	p.alive = append(p.alive, "7")
	if again := must(v.Stat("/mnt/7")).Ino; again == ino {
		t.Error("a new process has the old one's directory")
	}
}

// What docker run does to /proc: some of it read-only, some of it hidden behind /dev/null or an empty tmpfs.
func TestDynamicFilesCanBeMountedOn(t *testing.T) {
	d, v := host(t)
	p := &procs{alive: []string{"1"}, name: "host"}
	must(v.Mount(d.DynFS("proc", "proc", p.root()), "/mnt", 0))
	ok(t, v.Mknod("/tmp/null", vfs.S_IFCHR|0o666, vfs.MakeDev(1, 3)))
	must(v.Bind("/tmp/null", "/mnt/name", 0, false))
	must(v.Mount(d.Tmpfs("", vfs.TmpfsOptions{}), "/mnt/1", vfs.MS_RDONLY))
	names(t, v, "/mnt")
	if s := must(v.Stat("/mnt/name")); s.Mode.Type() != vfs.S_IFCHR {
		t.Errorf("name is %v", s.Mode)
	}
	if got := names(t, v, "/mnt/1"); got != "" {
		t.Errorf("1 has %s", got)
	}
}

func TestAJumpToNowhere(t *testing.T) {
	d, v := host(t)
	root := &vfs.Dyn{Mode: vfs.S_IFDIR | 0o555, Lookup: func(*vfs.View, string) *vfs.Dyn {
		return &vfs.Dyn{Mode: vfs.S_IFLNK, Jump: func(*vfs.View) (vfs.Place, error) { return vfs.Place{}, nil }}
	}}
	must(v.Mount(d.DynFS("proc", "proc", root), "/mnt", 0))
	_, err := v.Stat("/mnt/x")
	wantErr(t, err, vfs.ENOENT)
	_, err = v.Stat("/mnt/x/y")
	wantErr(t, err, vfs.ENOENT)
}

func TestAJumpMayLeadToWhatHasNoName(t *testing.T) {
	d, v := host(t)
	pipes := d.DynFS("pipefs", "pipefs", &vfs.Dyn{Mode: vfs.S_IFDIR})
	pipe := pipes.Anonymous(&vfs.Dyn{Mode: vfs.S_IFIFO | 0o600, Object: "a pipe"})
	root := &vfs.Dyn{Mode: vfs.S_IFDIR | 0o555, Lookup: func(*vfs.View, string) *vfs.Dyn {
		return &vfs.Dyn{
			Mode: vfs.S_IFLNK | 0o700, Jump: func(*vfs.View) (vfs.Place, error) { return pipe, nil },
			Link: func(*vfs.View) (string, error) { return "pipe:[7]", nil },
		}
	}}
	must(v.Mount(d.DynFS("proc", "proc", root), "/mnt", 0))
	f := must(v.Open("/mnt/0", vfs.O_RDONLY, 0))
	if f.Object() != "a pipe" || f.Stat().Mode.Type() != vfs.S_IFIFO {
		t.Errorf("%v %v", f.Object(), f.Stat().Mode)
	}
	if got := must(v.Readlink("/mnt/0")); got != "pipe:[7]" {
		t.Errorf("the link says %s", got)
	}
	_, err := v.Stat("/mnt/0/x")
	wantErr(t, err, vfs.ENOTDIR)
}
