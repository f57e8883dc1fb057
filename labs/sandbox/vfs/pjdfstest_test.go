package vfs_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// The recorded calls of pjdfstest: how many there are, and which of them are not replayed, and why.
const pjdCalls = 9063

var pjdExceptions = map[string]int{
	"a pointer that is not one: Go has none":            40,
	"pathconf: answered by the C library of the caller": 39,
}

// pjdShell is what the suite's own dd, echo and ln did before a line; only its calls were recorded.
var pjdShell = map[int]struct{ file, content, target string }{
	1940: {file: "pjdfstest_fa89693cf41cd6ef3325765417e65790", content: strings.Repeat("x", 12345)},
	2885: {file: "pjdfstest_4e7830531f43978a845eb167d4eb8500", content: "test\n"},
	8400: {file: "pjdfstest_f63ac55d8b94ae1e6770591810ce5b96", content: strings.Repeat("x", 12345)},
	9002: {file: "pjdfstest_26501c1bd40667f913c1a3020e044819", target: "pjdfstest_431f4305af270ce703ee1eba1bbafd81"},
}

// pjdSameSecond is how many times differ in ours and are the same in the recording, which has whole seconds.
const pjdSameSecond = 54

// pjdCall is one line of the recording: the directory it ran in, who called, the call, and what it answered.
type pjdCall struct {
	line  int
	cwd   string
	cred  vfs.Cred
	umask vfs.Mode
	args  []string
	want  string
}

// TestRecordedPOSIX replays the system calls of the pjdfstest suite as they were recorded on overlayfs over ext4.
func TestRecordedPOSIX(t *testing.T) {
	r := &pjdReplay{model: newModel(), inos: map[string]vfs.Ino{}, times: map[string][2]int64{}}
	skipped := map[string]int{}
	n := 0
	for c := range pjdLog(t) {
		n++
		r.clock += 1e9
		if why := c.exception(); why != "" {
			skipped[why]++
			continue
		}
		if got := r.replay(c); got != c.want {
			t.Errorf("line %d in %.40s, user %d: %.200v: Linux said %s, we %s",
				c.line, c.cwd, c.cred.UID, c.args, c.want, got)
		}
	}
	if n != pjdCalls {
		t.Errorf("%d calls were read", n)
	}
	if r.sameSecond != pjdSameSecond {
		t.Errorf("%d times changed that did not in the recording", r.sameSecond)
	}
	for why, n := range skipped {
		if pjdExceptions[why] != n {
			t.Errorf("%d calls were not replayed: %s", n, why)
		}
	}
}

func (c pjdCall) exception() string {
	switch {
	case c.want == "EFAULT":
		return "a pointer that is not one: Go has none"
	case c.args[0] == "pathconf":
		return "pathconf: answered by the C library of the caller"
	}
	return ""
}

func pjdLog(t *testing.T) func(func(pjdCall) bool) {
	return func(yield func(pjdCall) bool) {
		f, err := os.Open("testdata/pjdfstest-calls.log.gz")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			if !yield(parsePJD(n, lines.Text())) {
				return
			}
		}
	}
}

// parsePJD reads a line: fields end in 0x1e, arguments in 0x1f. The suite ran below /mnt/t.
func parsePJD(n int, line string) pjdCall {
	f := strings.Split(strings.ReplaceAll(line, "/mnt/t", ""), "\x1e")
	c := pjdCall{line: n, cwd: f[0], cred: vfs.Root(), args: strings.Split(f[1], "\x1f"), want: f[2]}
	if c.cwd == "" {
		c.cwd = "/"
	}
	var groups []uint32
	for len(c.args[0]) == 2 && c.args[0][0] == '-' {
		switch c.args[0] {
		case "-u":
			c.cred.UID = uint32(number(c.args[1]))
			c.cred.Caps = 0
		case "-g":
			for g := range strings.SplitSeq(c.args[1], ",") {
				groups = append(groups, uint32(number(g)))
			}
		case "-U":
			c.umask = vfs.Mode(number(c.args[1]))
		case "--":
			c.args = c.args[1:]
			continue
		}
		c.args = c.args[2:]
	}
	if c.cred.UID == 0 {
		c.cred.Caps = vfs.AllCaps
	}
	if len(groups) > 0 {
		c.cred.GID, c.cred.Groups = groups[0], groups
	}
	return c
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// pjdReplay is the model, and what was recorded and what we said so far where the two cannot be equal.
type pjdReplay struct {
	*model
	inos  map[string]vfs.Ino  // by recorded number
	times map[string][2]int64 // by path and field: recorded, ours
	open  []*vfs.File

	sameSecond int
}

// replay makes the calls of one line, which share descriptors, and says what the last one answered.
func (r *pjdReplay) replay(c pjdCall) string {
	r.v = vfs.NewMounts(r.c.FS, 0).View(vfs.Root())
	r.longPaths(c)
	if err := r.v.Chdir(c.cwd); err != nil {
		return "no directory " + c.cwd
	}
	r.shell(c.line)
	r.v.SetCred(c.cred)
	r.v.SetUmask(c.umask)
	defer func() {
		for _, f := range r.open {
			if f != nil {
				f.Close()
			}
		}
		r.open = nil
	}()
	last := ""
	for rest := c.args; len(rest) > 0; {
		call, after, _ := cutArgs(rest, ":")
		answer, err := r.call(call, c)
		if err != nil {
			return err.(vfs.Errno).Name()
		}
		last, rest = answer, after
	}
	return last
}

func (r *pjdReplay) shell(line int) {
	made, ok := pjdShell[line]
	switch {
	case !ok:
	case made.target != "":
		r.v.Symlink(made.target, made.file)
	default:
		r.v.WriteFile(made.file, []byte(made.content), 0o644)
	}
}

func cutArgs(args []string, sep string) (before, after []string, found bool) {
	for i, a := range args {
		if a == sep {
			return args[:i], args[i+1:], true
		}
	}
	return args, nil, false
}

// longPaths makes what the suite made by mkdir -p, which was not recorded: the directories of its longest paths.
func (r *pjdReplay) longPaths(c pjdCall) {
	if c.want != "0" || len(c.args) < 2 {
		return
	}
	r.v.Chdir(c.cwd)
	for _, a := range c.args[1:] {
		parts := strings.Split(a, "/")
		if len(parts) > 2 || len(parts) == 2 && len(parts[0]) > 60 {
			r.v.MkdirAll(strings.Join(parts[:len(parts)-1], "/"), 0o755)
		}
	}
}

var pjdFlags = map[string]vfs.Flags{
	"O_RDONLY": vfs.O_RDONLY, "O_WRONLY": vfs.O_WRONLY, "O_RDWR": vfs.O_RDWR, "O_CREAT": vfs.O_CREAT,
	"O_EXCL": vfs.O_EXCL, "O_TRUNC": vfs.O_TRUNC, "O_APPEND": vfs.O_APPEND, "O_NONBLOCK": vfs.O_NONBLOCK,
	"O_NOFOLLOW": vfs.O_NOFOLLOW, "O_DIRECTORY": vfs.O_DIRECTORY, "O_CLOEXEC": vfs.O_CLOEXEC,
}

var pjdNodes = map[string]vfs.Mode{"b": vfs.S_IFBLK, "c": vfs.S_IFCHR, "f": vfs.S_IFIFO}

func (r *pjdReplay) call(a []string, c pjdCall) (string, error) {
	v := r.v
	switch a[0] {
	case "open":
		return "0", r.openFile(a)
	case "create":
		return "0", r.openFile([]string{"open", a[1], "O_CREAT,O_EXCL", a[2]})
	case "unlink":
		return "0", v.Unlink(a[1])
	case "mkdir":
		return "0", v.Mkdir(a[1], vfs.Mode(number(a[2])))
	case "rmdir":
		return "0", v.Rmdir(a[1])
	case "link":
		return "0", v.Link(a[1], a[2])
	case "symlink":
		return "0", v.Symlink(a[1], a[2])
	case "rename":
		return "0", v.Rename(a[1], a[2])
	case "mkfifo":
		return "0", v.Mknod(a[1], vfs.S_IFIFO|vfs.Mode(number(a[2])), 0)
	case "mknod":
		dev := vfs.MakeDev(uint32(number(a[4])), uint32(number(a[5])))
		return "0", v.Mknod(a[1], pjdNodes[a[2]]|vfs.Mode(number(a[3])), dev)
	case "bind":
		return "0", v.Mknod(a[1], vfs.S_IFSOCK|0o777, 0)
	case "chmod":
		return "0", v.Chmod(a[1], vfs.Mode(number(a[2])))
	case "chown":
		return "0", v.Chown(a[1], uint32(number(a[2])), uint32(number(a[3])))
	case "lchown":
		return "0", v.Lchown(a[1], uint32(number(a[2])), uint32(number(a[3])))
	case "truncate":
		return "0", v.Truncate(a[1], number(a[2]))
	case "stat":
		s, err := v.Stat(a[1])
		return r.fields(s, a, c), err
	case "lstat":
		s, err := v.Lstat(a[1])
		return r.fields(s, a, c), err
	case "utimensat":
		return "0", r.utimensat(a)
	}
	return r.fdCall(a, c)
}

func (r *pjdReplay) fd(s string) *vfs.File { return r.open[number(s)] }

func (r *pjdReplay) fdCall(a []string, c pjdCall) (string, error) {
	f := r.fd(a[1])
	switch a[0] {
	case "fchmod":
		return "0", f.Chmod(vfs.Mode(number(a[2])))
	case "fchown":
		return "0", f.Chown(uint32(number(a[2])), uint32(number(a[3])))
	case "ftruncate":
		return "0", f.Truncate(number(a[2]))
	case "fstat":
		return r.fields(f.Stat(), a, c), nil
	case "write":
		_, err := f.Write([]byte(a[2]))
		return "0", err
	case "pwrite":
		_, err := f.Pwrite([]byte(a[2]), number(a[3]))
		return "0", err
	case "pread":
		b := make([]byte, number(a[2]))
		n, err := f.Pread(b, number(a[3]))
		return string(b[:n]), err
	}
	return "", vfs.ENOSYS
}

func (r *pjdReplay) openFile(a []string) error {
	var flags vfs.Flags
	for name := range strings.SplitSeq(a[2], ",") {
		flags |= pjdFlags[name]
	}
	var mode vfs.Mode
	if len(a) > 3 {
		mode = vfs.Mode(number(a[3]))
	}
	f, err := r.v.Open(a[1], flags, mode)
	if err != nil {
		return err
	}
	r.open = append(r.open, f)
	switch f.Stat().Mode.Type() {
	case vfs.S_IFIFO:
		if flags&3 == vfs.O_WRONLY {
			return vfs.ENXIO
		}
	case vfs.S_IFSOCK, vfs.S_IFCHR, vfs.S_IFBLK:
		return vfs.ENXIO // no driver
	}
	return nil
}

func (r *pjdReplay) utimensat(a []string) error {
	v := r.v
	if a[1] != "AT_FDCWD" {
		v = v.At(r.fd(a[1]))
	}
	set := v.Utimes
	if len(a) > 7 && strings.Contains(a[7], "NOFOLLOW") {
		set = v.Lutimes
	}
	return set(a[2], timeArg(a[3], a[4]), timeArg(a[5], a[6]))
}

func timeArg(sec, ns string) vfs.TimeArg {
	switch ns {
	case "UTIME_NOW":
		return vfs.Now()
	case "UTIME_OMIT":
		return vfs.Omit()
	}
	return vfs.TimeAt(number(sec)*1e9 + number(ns))
}

var pjdTypes = map[vfs.Mode]string{
	vfs.S_IFREG: "regular", vfs.S_IFDIR: "dir", vfs.S_IFBLK: "block", vfs.S_IFCHR: "char", vfs.S_IFIFO: "fifo",
	vfs.S_IFLNK: "symlink", vfs.S_IFSOCK: "socket",
}

// fields are what stat was asked for. Inode numbers and times that nobody set cannot be equal: they are the recorded
// ones if ours are as much the same as or different from the earlier ones.
func (r *pjdReplay) fields(s vfs.Stat, a []string, c pjdCall) string {
	if s.Nlink == 0 && s.Mode == 0 {
		return ""
	}
	wants := strings.Split(c.want, ",")
	var out []string
	for i, field := range strings.Split(a[2], ",") {
		want := ""
		if i < len(wants) {
			want = wants[i]
		}
		key := c.cwd + "/" + a[1] + " " + field
		switch field {
		case "mode":
			out = append(out, fmt.Sprintf("0%o", s.Mode.Perm()))
		case "nlink":
			out = append(out, fmt.Sprint(s.Nlink))
		case "uid":
			out = append(out, fmt.Sprint(int32(s.UID)))
		case "gid":
			out = append(out, fmt.Sprint(int32(s.GID)))
		case "size":
			out = append(out, fmt.Sprint(s.Size))
		case "type":
			out = append(out, pjdTypes[s.Mode.Type()])
		case "major":
			out = append(out, fmt.Sprint(s.Rdev.Major()))
		case "minor":
			out = append(out, fmt.Sprint(s.Rdev.Minor()))
		case "inode":
			out = append(out, r.ino(want, s.Ino))
		case "atime":
			out = append(out, r.time(key, want, s.Atime/1e9))
		case "mtime":
			out = append(out, r.time(key, want, s.Mtime/1e9))
		case "ctime":
			out = append(out, r.time(key, want, s.Ctime/1e9))
		case "atime_ns":
			out = append(out, fmt.Sprint(s.Atime%1e9))
		case "mtime_ns":
			out = append(out, fmt.Sprint(s.Mtime%1e9))
		}
	}
	return strings.Join(out, ",")
}

// ino is the recorded number if our file is the one that had it, or a new one. ext4 uses numbers again, we do not.
func (r *pjdReplay) ino(want string, got vfs.Ino) string {
	if old, ok := r.inos[want]; !ok || old < got {
		r.inos[want] = got
	}
	if r.inos[want] != got {
		return fmt.Sprintf("inode %d instead of %d", got, r.inos[want])
	}
	return want
}

// time is the recorded time if ours is it, or if it has changed since the last look as that has.
func (r *pjdReplay) time(key, want string, got int64) string {
	w, err := strconv.ParseInt(want, 10, 64)
	if err != nil {
		return want
	}
	old, ok := r.times[key]
	r.times[key] = [2]int64{w, got}
	switch {
	case w == got:
	case ok && old[0] != w && old[1] == got:
		return fmt.Sprintf("%d, as before", got)
	case ok && old[0] == w && old[1] != got:
		r.sameSecond++
	}
	return want
}
