//go:build linux

package vfs_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"dockerlearn/labs/sandbox/vfs"
)

// TestLiveOverlay runs random sequences on the model and on Linux's overlayfs at the same time, and compares after each
// operation the error, what was read, the merged tree, the upper directory, which inode numbers and times changed, and
// at the end docker diff. It wants root, DOCKERLEARN_LIVE_OVERLAY=1, and perhaps DOCKERLEARN_LIVE_OPS (100,000),
// DOCKERLEARN_LIVE_SEED (1) and TMPDIR on ext4: tmpfs treats times of directories differently.
func TestLiveOverlay(t *testing.T) {
	if os.Getenv("DOCKERLEARN_LIVE_OVERLAY") != "1" {
		t.Skip("DOCKERLEARN_LIVE_OVERLAY=1 and root compare with the kernel")
	}
	runtime.LockOSThread() // and never unlock: the thread has namespaces of its own
	enterNamespace(t)
	dir := t.TempDir()
	want, seed := setting("DOCKERLEARN_LIVE_OPS", 100_000), setting("DOCKERLEARN_LIVE_SEED", 1)
	var did tally
	for ; did.ops < want; seed++ {
		ops := randomOps(rand.New(rand.NewPCG(uint64(seed), 0)), 60)
		if compareLive(dir, ops, &did) == "" {
			continue
		}
		ops = shrink(ops, func(ops []op) bool { return compareLive(dir, ops, new(tally)) != "" })
		t.Fatalf("seed %d, after %d operations: %s", seed, did.ops, compareLive(dir, ops, new(tally)))
	}
	t.Logf("%d operations in %d sequences (%d succeeded, %d failed alike), %d rotations, %d changes of docker diff",
		did.ops, did.sequences, did.good, did.ops-did.good, did.rotations, did.changes)
	for _, k := range slices.Sorted(maps.Keys(did.kinds)) {
		t.Logf("%10s %6d succeeded %6d failed", k, did.kinds[k][0], did.kinds[k][1])
	}
}

type tally struct {
	ops, sequences, good, rotations, changes int

	kinds map[string][2]int
}

func (d *tally) count(o op, errno vfs.Errno) {
	if d.kinds == nil {
		d.kinds = map[string][2]int{}
	}
	d.ops++
	c := d.kinds[o.K]
	if errno == 0 {
		d.good++
		c[0]++
	} else {
		c[1]++
	}
	d.kinds[o.K] = c
	if o.K == "rotate" {
		d.rotations++
	}
}

func setting(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

func enterNamespace(t *testing.T) {
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_FS); err != nil {
		t.Skip("unshare: ", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	unix.Umask(0o022)
	if _, _, e := unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); e != 0 {
		t.Fatal(e)
	}
}

// compareLive runs a sequence on both and describes the first difference.
func compareLive(base string, ops []op, did *tally) (difference string) {
	dir, err := os.MkdirTemp(base, "s")
	check(err)
	k := newKernel(dir)
	defer k.close()
	m := newModel()
	did.sequences++
	var ran []op
	before := ""
	differs := func(what, text string) string {
		var b strings.Builder
		for _, o := range ran {
			fmt.Fprintf(&b, "\n    %v", o)
		}
		return what + "\n" + text + "\nafter" + b.String()
	}
	for _, o := range ops {
		o = m.resolveOp(o, before)
		before = o.P
		ran = append(ran, o)
		kBefore, mBefore := k.times(), m.times()
		kErr, kAnswer := k.do(o)
		mErr, mAnswer := m.do(o)
		did.count(o, kErr)
		if kErr != mErr || kAnswer != mAnswer {
			return differs("answer", fmt.Sprintf("  kernel %v %q\n  model  %v %q", kErr, kAnswer, mErr, mAnswer))
		}
		if d := sameLines(k.merged(), m.merged()); d != "" {
			return differs("merged tree", d)
		}
		if d := sameLines(k.upperDir(m), m.upper()); d != "" {
			return differs("upper directory", d)
		}
		if o.K == "rotate" || markedImpure(o, kErr) {
			continue
		}
		if d := sameLines(changedTimes(kBefore, k.times()), changedTimes(mBefore, m.times())); d != "" {
			return differs("times", d)
		}
	}
	kd := k.dockerDiff()
	did.changes += len(kd)
	if d := sameLines(kd, m.changes()); d != "" {
		return differs("docker diff", d)
	}
	return ""
}

// markedImpure is the one thing that is not compared: when a file of the image was removed while it was open, changing
// it fails, but not before Linux has, once, marked the directory where it was, which changes that one's ctime.
func markedImpure(o op, errno vfs.Errno) bool {
	return o.K == "fdchmod" && errno != 0 && errno != vfs.EBADF
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func sameLines(kernel, model []string) string {
	count := map[string]int{}
	for _, l := range kernel {
		count[l]++
	}
	for _, l := range model {
		count[l]--
	}
	var out []string
	for l, n := range count {
		switch {
		case n > 0:
			out = append(out, l+"\n  ^ only the kernel")
		case n < 0:
			out = append(out, l+"\n  ^ only the model")
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// stamp is what changes without being seen in a dump.
type stamp struct {
	mtime, ctime int64
	ino          uint64
}

// changedTimes lists what changed between two looks, and which names are one file.
func changedTimes(a, b map[string]stamp) []string {
	var out []string
	files := map[uint64][]string{}
	for p, y := range b {
		files[y.ino] = append(files[y.ino], p)
		x, ok := a[p]
		switch {
		case !ok:
		case x.ino != y.ino:
			out = append(out, p+" has another inode")
		default:
			if x.mtime != y.mtime {
				out = append(out, p+" mtime")
			}
			if x.ctime != y.ctime {
				out = append(out, p+" ctime")
			}
		}
	}
	for _, names := range files {
		if len(names) > 1 {
			slices.Sort(names)
			out = append(out, "one file: "+strings.Join(names, " "))
		}
	}
	return out
}

func (m *model) times() map[string]stamp {
	v := m.v.As(vfs.Root())
	out := map[string]stamp{}
	for p := range factsOf(m.v) {
		s := must(v.Lstat(p))
		out[p] = stamp{s.Mtime, s.Ctime, uint64(s.Ino)}
	}
	return out
}

// kernel is an overlay mounted in Linux.
type kernel struct {
	base, mnt string
	lowers    []string // the topmost first
	upper     string
	mounts    int
	root      int
	fds       [4]int // 0 is none
}

func newKernel(base string) *kernel {
	k := &kernel{base: base, mnt: base + "/mnt", lowers: []string{base + "/l0"}}
	check(os.Mkdir(k.mnt, 0o755))
	check(os.Mkdir(k.lowers[0], 0o755))
	root, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	check(err)
	k.root = root
	k.mount()
	return k
}

func (k *kernel) mount() {
	k.mounts++
	k.upper = fmt.Sprintf("%s/u%d", k.base, k.mounts)
	work := fmt.Sprintf("%s/w%d", k.base, k.mounts)
	check(os.Mkdir(k.upper, 0o755))
	check(os.Mkdir(work, 0o755))
	check(unix.Mount("overlay", k.mnt, "overlay", 0, "index=off,redirect_dir=off,metacopy=off,xino=off,lowerdir="+
		strings.Join(k.lowers, ":")+",upperdir="+k.upper+",workdir="+work))
}

// rotate makes the upper the topmost lower, and gives the new one the old root's attributes, as Docker does.
func (k *kernel) rotate() {
	k.closeAll()
	check(unix.Unmount(k.mnt, 0))
	k.lowers = append([]string{k.upper}, k.lowers...)
	k.mount()
	var st unix.Stat_t
	check(unix.Stat(k.lowers[0], &st))
	check(os.Chown(k.mnt, int(st.Uid), int(st.Gid)))
	check(unix.Chmod(k.mnt, st.Mode&0o7777))
	for _, x := range []string{"trusted.a", "trusted.b", "user.c"} {
		b := make([]byte, 100)
		if n, err := unix.Getxattr(k.lowers[0], x, b); err == nil {
			check(unix.Setxattr(k.mnt, x, b[:n], 0))
		}
	}
	check(unix.UtimesNanoAt(unix.AT_FDCWD, k.mnt, []unix.Timespec{st.Atim, st.Mtim}, 0))
}

func (k *kernel) close() {
	k.closeAll()
	unix.Unmount(k.mnt, unix.MNT_DETACH)
	unix.Close(k.root)
	os.RemoveAll(k.base)
}

func (k *kernel) closeAll() {
	for i, fd := range k.fds {
		if fd > 0 {
			unix.Close(fd)
		}
		k.fds[i] = 0
	}
}

// do runs an operation inside of the overlay, as its user.
func (k *kernel) do(o op) (errno vfs.Errno, answer string) {
	if o.K == "rotate" {
		k.rotate()
		return 0, ""
	}
	check(unix.Chroot(k.mnt))
	check(unix.Chdir("/"))
	k.become(o.U)
	answer, err := k.run(o)
	k.become(0)
	check(unix.Fchdir(k.root))
	check(unix.Chroot("."))
	if err == nil {
		return 0, answer
	}
	return vfs.Errno(err.(unix.Errno)), answer
}

// become changes the thread's effective ids, and with them its capabilities.
func (k *kernel) become(uid uint32) {
	const same = ^uintptr(0)
	if uid == 0 {
		unix.RawSyscall(unix.SYS_SETRESUID, same, 0, same)
		unix.RawSyscall(unix.SYS_SETRESGID, same, 0, same)
		return
	}
	unix.RawSyscall(unix.SYS_SETRESGID, same, uintptr(uid), same)
	unix.RawSyscall(unix.SYS_SETRESUID, same, uintptr(uid), same)
}

func (k *kernel) run(o op) (string, error) {
	if strings.HasPrefix(o.K, "fd") {
		return k.runFD(o)
	}
	switch o.K {
	case "create":
		return "", k.open(o, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY, nil)
	case "opencreat":
		return "", k.open(o, unix.O_CREAT|unix.O_WRONLY, nil)
	case "openw":
		return "", k.open(o, unix.O_RDWR, nil)
	case "openr":
		return "", k.open(o, unix.O_RDONLY, nil)
	case "opent":
		return "", k.open(o, unix.O_WRONLY|unix.O_TRUNC, nil)
	case "write":
		return "", k.open(o, unix.O_WRONLY, func(fd int) error {
			_, err := unix.Pwrite(fd, []byte(o.S), o.N)
			return err
		})
	case "append":
		return "", k.open(o, unix.O_WRONLY|unix.O_APPEND, func(fd int) error {
			_, err := unix.Write(fd, []byte(o.S))
			return err
		})
	case "trunc":
		return "", unix.Truncate(o.P, o.N)
	case "mkdir":
		return "", unix.Mkdir(o.P, o.M)
	case "rmdir":
		return "", unix.Rmdir(o.P)
	case "unlink":
		return "", unix.Unlink(o.P)
	case "rename":
		return "", unix.Rename(o.P, o.Q)
	case "renamex":
		return "", unix.Renameat2(unix.AT_FDCWD, o.P, unix.AT_FDCWD, o.Q, unix.RENAME_NOREPLACE)
	case "linkf":
		return "", unix.Linkat(unix.AT_FDCWD, o.P, unix.AT_FDCWD, o.Q, unix.AT_SYMLINK_FOLLOW)
	case "chownf":
		return "", unix.Chown(o.P, int(int32(o.M)), int(int32(uint32(o.N))))
	case "touch":
		omit := unix.Timespec{Nsec: unix.UTIME_OMIT}
		return "", unix.UtimesNanoAt(unix.AT_FDCWD, o.P, []unix.Timespec{omit, unix.NsecToTimespec(o.N)}, 0)
	case "link":
		return "", unix.Linkat(unix.AT_FDCWD, o.P, unix.AT_FDCWD, o.Q, 0)
	case "symlink":
		return "", unix.Symlink(o.S, o.P)
	case "mknod":
		n := nodeKinds[o.N]
		return "", unix.Mknod(o.P, uint32(n.mode)|o.M, int(unix.Mkdev(n.dev.Major(), n.dev.Minor())))
	case "chmod":
		return "", unix.Fchmodat(unix.AT_FDCWD, o.P, o.M, 0)
	case "chown":
		return "", unix.Lchown(o.P, int(int32(o.M)), int(int32(uint32(o.N))))
	case "setx":
		return "", unix.Lsetxattr(o.P, o.S, []byte(o.Q), 0)
	case "rmx":
		return "", unix.Lremovexattr(o.P, o.S)
	case "utime":
		ts := unix.NsecToTimespec(o.N)
		if o.N == -1 {
			ts = unix.Timespec{Nsec: unix.UTIME_NOW}
		}
		return "", unix.UtimesNanoAt(unix.AT_FDCWD, o.P, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW)
	case "rmtree":
		if !strings.HasSuffix(o.P, ".") && o.U == 0 {
			k.removeTree(strings.TrimRight(o.P, "/"))
		}
		return "", nil
	}
	panic("unknown operation " + o.K)
}

func (k *kernel) open(o op, flags int, use func(fd int) error) error {
	fd, err := unix.Open(o.P, flags|unix.O_CLOEXEC|unix.O_NONBLOCK, o.M)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if use != nil && modeOf(fd) == unix.S_IFREG {
		return use(fd)
	}
	return nil
}

func modeOf(fd int) uint32 {
	var st unix.Stat_t
	check(unix.Fstat(fd, &st))
	return st.Mode & unix.S_IFMT
}

func (k *kernel) openFD(o op) error {
	k.closeFD(o.slot())
	fd, err := unix.Open(o.P, int(o.M)|unix.O_CLOEXEC|unix.O_NONBLOCK, 0o644)
	if err != nil {
		return err
	}
	if m := modeOf(fd); m != unix.S_IFREG && m != unix.S_IFDIR {
		return unix.Close(fd)
	}
	k.fds[o.slot()] = fd
	return nil
}

func (k *kernel) closeFD(slot int64) error {
	fd := k.fds[slot]
	k.fds[slot] = 0
	if fd == 0 {
		return unix.EBADF
	}
	return unix.Close(fd)
}

func (k *kernel) runFD(o op) (string, error) {
	switch o.K {
	case "fdopen":
		return "", k.openFD(o)
	case "fdclose":
		return "", k.closeFD(o.slot())
	}
	fd := k.fds[o.slot()]
	if fd == 0 {
		return "", unix.EBADF
	}
	switch o.K {
	case "fdwrite":
		_, err := unix.Pwrite(fd, []byte(o.S), int64(o.M))
		return "", err
	case "fdtrunc":
		return "", unix.Ftruncate(fd, int64(o.M))
	case "fdalloc":
		mode := uint32(0)
		if o.U == 0 {
			mode = unix.FALLOC_FL_KEEP_SIZE
		}
		return "", unix.Fallocate(fd, mode, int64(o.M), 5000)
	case "fdpunch":
		return "", unix.Fallocate(fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, int64(o.M), 5000)
	case "fdholes":
		if _, err := unix.Pread(fd, make([]byte, 1<<16), 0); err != nil {
			return "", err
		}
		return runs(func(off int64, whence int) (int64, error) { return unix.Seek(fd, off, whence) }), nil
	case "fdchmod":
		return "", unix.Fchmod(fd, o.M)
	case "fdread":
		b := make([]byte, 6000)
		n, err := unix.Pread(fd, b, int64(o.M))
		return string(b[:max(n, 0)]), err
	case "fdstat":
		var st unix.Stat_t
		err := unix.Fstat(fd, &st)
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			st.Size = 0
		}
		return fmt.Sprintf("%o %d:%d n%d s%d", st.Mode, st.Uid, st.Gid, st.Nlink, st.Size), err
	case "fdlist":
		return listFD(fd)
	}
	panic("unknown operation " + o.K)
}

func listFD(fd int) (string, error) {
	unix.Seek(fd, 0, 0)
	var names []string
	buf := make([]byte, 8192)
	for {
		n, err := unix.ReadDirent(fd, buf)
		if err != nil {
			return "", err
		}
		if n == 0 {
			break
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names)
	}
	slices.Sort(names)
	return strings.Join(names, " "), nil
}

func (k *kernel) removeTree(path string) {
	var st unix.Stat_t
	if unix.Lstat(path, &st) != nil {
		return
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		unix.Unlink(path)
		return
	}
	entries, _ := os.ReadDir(path)
	for _, e := range entries {
		k.removeTree(path + "/" + e.Name())
	}
	unix.Rmdir(path)
}

// each walks a directory of the host.
func each(root string, f func(path, shown string, st *unix.Stat_t)) {
	check(filepath.Walk(root, func(p string, _ os.FileInfo, err error) error {
		check(err)
		var st unix.Stat_t
		check(unix.Lstat(p, &st))
		f(p, "/"+strings.Trim(strings.TrimPrefix(p, root), "/"), &st)
		return nil
	}))
}

func (k *kernel) times() map[string]stamp {
	out := map[string]stamp{}
	each(k.mnt, func(_, shown string, st *unix.Stat_t) {
		out[shown] = stamp{st.Mtim.Nano(), st.Ctim.Nano(), st.Ino}
	})
	return out
}

func (k *kernel) merged() []string { return dumpHost(k.mnt, false, nil) }

func (k *kernel) upperDir(m *model) []string {
	raw := vfs.NewMounts(m.c.Upper(), 0).View(vfs.Root())
	return dumpHost(k.upper, true, func(path, x string) bool {
		switch x {
		case "trusted.overlay.origin", "trusted.overlay.impure", "trusted.overlay.uuid":
			return false
		case opaque:
			return m.opaqueMatters(raw, path)
		}
		return true
	})
}

func dumpHost(root string, upper bool, keep func(path, xattr string) bool) []string {
	var out []string
	each(root, func(p, shown string, st *unix.Stat_t) {
		kind := st.Mode & unix.S_IFMT
		if upper && kind == unix.S_IFCHR && st.Rdev == 0 {
			out = append(out, "W "+shown)
			return
		}
		e := seen{path: shown, mode: st.Mode, uid: st.Uid, gid: st.Gid, nlink: uint32(st.Nlink)}
		switch kind {
		case unix.S_IFREG:
			e.size, e.text = st.Size, string(must(os.ReadFile(p)))
		case unix.S_IFLNK:
			e.target = must(os.Readlink(p))
		case unix.S_IFCHR, unix.S_IFBLK:
			e.rdev = st.Rdev
		case unix.S_IFDIR:
			if upper {
				e.nlink = 0
			}
		}
		for _, x := range hostXattrs(p) {
			if keep == nil || keep(shown, x) {
				b := make([]byte, 1000)
				e.xattrs = append(e.xattrs, x+"="+string(b[:must(unix.Lgetxattr(p, x, b))]))
			}
		}
		slices.Sort(e.xattrs)
		out = append(out, e.String())
	})
	slices.Sort(out)
	return out
}

func hostXattrs(path string) []string {
	b := make([]byte, 4096)
	n, err := unix.Llistxattr(path, b)
	check(err)
	var out []string
	for x := range strings.SplitSeq(string(b[:n]), "\x00") {
		if x != "" && !strings.HasPrefix(x, "security.") {
			out = append(out, x)
		}
	}
	return out
}

// dockerDiff compares the merged tree with the lower ones, as dockerd does.
func (k *kernel) dockerDiff() []string {
	low := k.base + "/low"
	check(os.Mkdir(low, 0o755))
	if len(k.lowers) > 1 {
		check(unix.Mount("overlay", low, "overlay", unix.MS_RDONLY, "lowerdir="+strings.Join(k.lowers, ":")))
	} else {
		check(unix.Mount(k.lowers[0], low, "", unix.MS_BIND, ""))
	}
	defer unix.Unmount(low, unix.MNT_DETACH)
	return slowChanges(hostFacts(low), hostFacts(k.mnt))
}

func hostFacts(root string) map[string]facts {
	out := map[string]facts{}
	each(root, func(_, shown string, st *unix.Stat_t) {
		dir := st.Mode&unix.S_IFMT == unix.S_IFDIR
		out[shown] = facts{st.Mode, st.Uid, st.Gid, uint32(st.Rdev), st.Mtim.Nano(), st.Size, dir}
	})
	return out
}
