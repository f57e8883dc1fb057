package nginx

import (
	"fmt"
	"path"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// builtFor is the user that the images' nginx was built for.
const builtFor = "nginx"

// user is whom a worker becomes.
type user struct {
	name     string
	uid, gid uint32
}

// user reads the statement. Only root can become somebody. nginx: ngx_set_user
func (l *loader) user(d *directive) error {
	if err := d.arguments(1, 2); err != nil {
		return err
	}
	if l.conf.userSet {
		return d.errorf("\"user\" directive is duplicate")
	}
	l.conf.userSet = true
	if !l.root {
		l.conf.warnings = append(l.conf.warnings, d.errorf(
			"the \"user\" directive makes sense only if the master process runs with super-user privileges, ignored").Error())
		return nil
	}
	u, failed := l.lookUser(d.args[0], d.args[len(d.args)-1])
	if failed != "" {
		return d.errorf("%s", failed)
	}
	l.conf.user = u
	return nil
}

// ownUser is whom a worker becomes if nothing is said. nginx: ngx_core_module_init_conf
func (l *loader) ownUser() error {
	if !l.root || l.conf.userSet {
		return nil
	}
	u, failed := l.lookUser(builtFor, builtFor)
	if failed != "" {
		return &configError{text: failed}
	}
	l.conf.user = u
	return nil
}

func (l *loader) lookUser(name, group string) (_ *user, failed string) {
	a := passwd.Read(func(file string) ([]byte, error) {
		text, err := l.readFile(file)
		return []byte(text), err
	})
	u, ok := a.UserNamed(name)
	if !ok {
		return nil, "getpwnam(\"" + name + "\") failed"
	}
	g, ok := a.GroupNamed(group)
	if !ok {
		return nil, "getgrnam(\"" + group + "\") failed"
	}
	return &user{name, u.UID, g.GID}, ""
}

// temporary is a directory for what does not fit into memory: a statement, and where it is without it.
type temporary struct{ statement, path string }

func temporaries() []temporary {
	var list []temporary
	for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		dir := name
		if name == "client_body" {
			dir = "client"
		}
		list = append(list, temporary{name + "_temp_path", "/var/cache/nginx/" + dir + "_temp"})
	}
	return list
}

// makeTemporaries makes the directories, and gives them to the worker's user. nginx: ngx_create_paths
func (m *master) makeTemporaries() error {
	fs := m.sys.FS()
	for _, t := range m.conf.temporary {
		if err := fs.Mkdir(t.path, 0o700); err != nil && err != proc.EEXIST {
			return &configError{text: fmt.Sprintf("mkdir() \"%s\" failed (%s)", t.path, errnoText(err))}
		}
		u := m.conf.user
		if u == nil {
			continue
		}
		st, err := fs.Stat(t.path)
		if err != nil {
			return &configError{text: fmt.Sprintf("stat() \"%s\" failed (%s)", t.path, errnoText(err))}
		}
		if st.UID == u.uid {
			continue
		}
		if err := fs.Chown(t.path, u.uid, vfs.KeepID); err != nil {
			return &configError{text: fmt.Sprintf("chown(\"%s\", %d) failed (%s)", t.path, u.uid, errnoText(err))}
		}
	}
	return nil
}

// become makes the worker its user; what it may not do is said. nginx: ngx_worker_process_init
func (w *worker) become() bool {
	u := w.conf.user
	if u == nil || w.sys.Creds().EUID != 0 {
		return true
	}
	if err := w.sys.Setgid(u.gid); err != nil {
		w.logLine("emerg", fmt.Sprintf("setgid(%d) failed (%s)", u.gid, errnoText(err)))
		return false
	}
	a := passwd.Read(w.sys.FS().ReadFile)
	if err := w.sys.Setgroups(a.GroupsOf(u.name, u.gid)); err != nil {
		w.logLine("emerg", fmt.Sprintf("initgroups(%s, %d) failed (%s)", u.name, u.gid, errnoText(err)))
	}
	if err := w.sys.Setuid(u.uid); err != nil {
		w.logLine("emerg", fmt.Sprintf("setuid(%d) failed (%s)", u.uid, errnoText(err)))
		return false
	}
	return true
}

// writePID says who the master is. nginx: ngx_create_pidfile
func (m *master) writePID() error {
	return m.pidError(m.sys.FS().WriteFile(m.conf.pidFile, fmt.Appendln(nil, int(m.sys.Getpid())), 0o644))
}

// tryPID is what a test does instead.
func (m *master) tryPID() error {
	fd, err := m.sys.Open(m.conf.pidFile, proc.O_RDWR|proc.O_CREAT, 0o644)
	if err == nil {
		m.sys.Close(fd)
	}
	return m.pidError(err)
}

func (m *master) pidError(err error) error {
	if err == nil {
		return nil
	}
	return &configError{text: fmt.Sprintf("open() \"%s\" failed (%s)", m.conf.pidFile, errnoText(err))}
}

// temporaryPath reads where one of the directories is.
func (l *loader) temporaryPath(d *directive) error {
	if err := d.arguments(1, 4); err != nil {
		return err
	}
	for i, t := range l.conf.temporary {
		if t.statement == d.name {
			l.conf.temporary[i].path = path.Clean(l.path(d.args[0]))
		}
	}
	return nil
}
