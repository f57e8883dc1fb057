package applet

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// tarring is a tar as it runs.
type tarring struct {
	*call
	o        *options
	file     string
	gzip     bool
	strip    int
	accounts *passwd.Accounts
	only     []string // members that were named
	seen     []bool
	excludes []string

	begun  bool // a member was read
	warned bool // of leading slashes
	links  map[vfs.FileID]string
	self   vfs.FileID // the archive itself
}

func tarCmd(c *call) proc.ExitCode {
	if len(c.args) == 0 {
		if c.gnu() {
			c.complain("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options")
			c.Exit(2)
		}
		c.usage()
	}
	t := &tarring{call: c, accounts: c.accounts(), links: map[vfs.FileID]string{}}
	c.args = bundled(c.args)
	t.o = c.getopt("cxtf:C:vOmokzJjZahpT:X:ε:σ:ν♥♠", "create=c", "extract=x", "get=x", "list=t", "file=f", "directory=C",
		"verbose=v", "to-stdout=O", "touch=m", "keep-old-files=k", "gzip=z", "gunzip=z", "dereference=h", "exclude=ε",
		"strip-components=σ", "no-recursion=ν", "numeric-owner=♥", "no-same-owner=o", "no-same-permissions=♠",
		"same-permissions=p", "preserve-permissions=p", "auto-compress=a", "files-from=T", "exclude-from=X", "overwrite=♠")
	if t.o.has('J') || t.o.has('j') || t.o.has('Z') {
		c.die("only gzip is simulated here: -z")
	}
	t.file = t.o.or('f', "-")
	t.gzip = t.o.has('z') || t.o.has('a') && (strings.HasSuffix(t.file, ".gz") || strings.HasSuffix(t.file, ".tgz"))
	t.strip = int(c.number(t.o.or('σ', "0"), nil))
	t.excludes = append(t.o.values('ε'), t.list('X')...)
	t.only = append(t.o.args, t.list('T')...)
	t.seen = make([]bool, len(t.only))
	modes := 0
	for _, l := range "cxt" {
		modes += boolIndex(t.o.has(l))
	}
	if modes != 1 {
		c.usage()
	}
	if t.o.has('c') {
		t.create()
	} else {
		t.read()
	}
	return c.failed
}

// bundled puts the dash in front of tar's old options and gives each letter that wants a value its own: xzf A B.
func bundled(args []string) []string {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return args
	}
	rest := args[1:]
	var list []string
	for _, l := range args[0] {
		list = append(list, "-"+string(l))
		if strings.ContainsRune("fCTX", l) && len(rest) > 0 {
			list = append(list, rest[0])
			rest = rest[1:]
		}
	}
	return append(list, rest...)
}

// list is the lines of the files that an option names.
func (t *tarring) list(letter rune) []string {
	var lines []string
	for _, name := range t.o.values(letter) {
		in, err := t.open(name)
		if err != nil {
			t.die("%s: %s", name, t.text(err))
		}
		for line, ok := in.chomped(); ok; line, ok = in.chomped() {
			if len(line) > 0 {
				lines = append(lines, string(line))
			}
		}
		in.close()
	}
	return lines
}

// chdir follows -C.
func (t *tarring) chdir() {
	if dir, ok := t.o.value('C'); ok {
		if err := t.FS().Chdir(dir); err != nil {
			if t.gnu() {
				t.dieWith(2, "%s: Cannot open: %s", dir, t.text(err))
			}
			t.die("can't change directory to '%s': %s", dir, t.text(err))
		}
	}
}

func (t *tarring) create() {
	if len(t.only) == 0 {
		if t.gnu() {
			t.complain("Cowardly refusing to create an empty archive")
			t.Write(2, []byte("Try 'tar --help' or 'tar --usage' for more information.\n"))
			t.Exit(2)
		}
		t.die("empty archive")
	}
	w := t.out
	if t.file != "-" {
		fd, err := t.Open(t.file, proc.O_WRONLY|proc.O_CREAT|proc.O_TRUNC, 0o666)
		if err != nil {
			t.cannotOpen(err)
		}
		if st, err := t.Fstat(fd); err == nil {
			t.self = st.ID()
		}
		w = t.newWriter(fd)
	}
	t.chdir()
	to := io.Writer(w)
	var z *gzip.Writer
	if t.gzip {
		t.Alloc(flateMemory)
		z = gzip.NewWriter(w)
		to = z
	}
	a := tar.NewWriter(to)
	for _, name := range t.only {
		t.add(a, name)
	}
	a.Close()
	if z != nil {
		z.Close()
	}
	w.flush()
	switch {
	case t.failed == 2:
		t.complain("Exiting with failure status due to previous errors")
	case t.failed == 1:
		t.complain("error exit delayed from previous errors")
	}
}

func (t *tarring) cannotOpen(err error) {
	if t.gnu() {
		t.complain("%s: Cannot open: %s", t.file, t.text(err))
		t.dieWith(2, "Error is not recoverable: exiting now")
	}
	t.die("can't open '%s': %s", t.file, t.text(err))
}

func (t *tarring) excluded(name string) bool {
	for _, p := range t.excludes {
		if globMatch(p, name) || globMatch(p, lastPart(name)) || globMatch("*/"+p, name) {
			return true
		}
	}
	return false
}

// member is a path as it stands in an archive: without what would lead out of the directory.
func (t *tarring) member(path string) string {
	name := strings.TrimLeft(path, "/")
	if i := strings.LastIndex("/"+name+"/", "/../"); i >= 0 {
		name = strings.TrimLeft(name[min(i+2, len(name)):], "/")
		if !t.warned {
			t.removing(path[:len(path)-len(name)])
		}
	} else if len(name) < len(path) && !t.warned {
		t.removing("/")
	}
	if name == "" {
		name = "."
		if path == "/" {
			name = "./"
		}
	}
	return name
}

func (t *tarring) removing(prefix string) {
	t.warned = true
	if t.gnu() {
		t.complain("Removing leading `%s' from member names", prefix)
	} else {
		t.complain("removing leading '%s' from member names", prefix)
	}
}

func (t *tarring) add(a *tar.Writer, path string) {
	t.Step(1)
	st, err := t.FS().Lstat(path)
	if err == nil && t.o.has('h') {
		st, err = t.FS().Stat(path)
	}
	if err != nil {
		if t.gnu() {
			t.complain("%s: Cannot stat: %s", path, t.text(err))
			t.failed = 2
		} else {
			t.warn("%s: %s", path, t.text(err))
		}
		return
	}
	if t.excluded(path) {
		return
	}
	if st.ID() == t.self {
		if t.gnu() {
			t.complain("%s: file is the archive; not dumped", path)
		} else {
			t.warn("%s: file is the archive; skipping", path)
		}
		return
	}
	if !t.write(a, path, st) || !st.IsDir() || t.o.has('ν') {
		return
	}
	names, err := t.FS().ReadDir(path)
	if err != nil {
		t.warn("%s: %s", path, t.text(err))
		return
	}
	for _, n := range names {
		t.add(a, joinPath(path, n.Name))
	}
}

// write adds one file.
func (t *tarring) write(a *tar.Writer, path string, st vfs.Stat) bool {
	name := t.member(path)
	h := &tar.Header{
		Name: name, Mode: int64(st.Mode.Perm()), Uid: int(st.UID), Gid: int(st.GID), ModTime: time.Unix(st.Mtime/1e9, 0),
		Uname: t.accounts.UserName(st.UID), Gname: t.accounts.GroupName(st.GID), Format: tar.FormatGNU,
	}
	if t.o.has('♥') {
		h.Uname, h.Gname = "", ""
	}
	switch st.Mode.Type() {
	case vfs.S_IFDIR:
		h.Typeflag = tar.TypeDir
		if !strings.HasSuffix(h.Name, "/") {
			h.Name += "/"
		}
	case vfs.S_IFLNK:
		h.Typeflag = tar.TypeSymlink
		h.Linkname, _ = t.FS().Readlink(path)
	case vfs.S_IFCHR, vfs.S_IFBLK:
		h.Typeflag = tar.TypeChar
		if st.Mode.Type() == vfs.S_IFBLK {
			h.Typeflag = tar.TypeBlock
		}
		h.Devmajor, h.Devminor = int64(st.Rdev.Major()), int64(st.Rdev.Minor())
	case vfs.S_IFIFO:
		h.Typeflag = tar.TypeFifo
	case vfs.S_IFSOCK:
		t.complain("%s: socket ignored", path)
		return false
	default:
		h.Typeflag, h.Size = tar.TypeReg, st.Size
		if first, ok := t.links[st.ID()]; ok && st.Nlink > 1 {
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, first, 0
		} else if st.Nlink > 1 {
			t.links[st.ID()] = h.Name
		}
	}
	if t.o.has('v') {
		t.tell(h)
	}
	return t.writeEntry(a, path, h)
}

func (t *tarring) writeEntry(a *tar.Writer, path string, h *tar.Header) bool {
	if h.Typeflag != tar.TypeReg {
		return a.WriteHeader(h) == nil
	}
	in, err := t.open(path)
	if err != nil {
		if t.gnu() {
			t.complain("%s: Cannot open: %s", path, t.text(err))
			t.failed = 2
		} else {
			t.warn("can't open '%s': %s", path, t.text(err))
		}
		return false
	}
	defer in.close()
	if err := a.WriteHeader(h); err != nil {
		t.warn("%s: %s", path, err)
		return false
	}
	left := h.Size
	for left > 0 {
		b := in.piece()
		if b == nil {
			b = make([]byte, min(left, bufferSize)) // the file shrank: tar fills up with zeros
		}
		b = b[:min(int64(len(b)), left)]
		a.Write(b)
		left -= int64(len(b))
	}
	return true
}

// tell prints a member's name, to standard error when the archive goes to standard output.
func (t *tarring) tell(h *tar.Header) {
	line := h.Name + "\n"
	if t.file == "-" && t.o.has('c') || t.o.has('O') {
		t.Write(2, []byte(line))
		return
	}
	t.print(line)
}

func (t *tarring) read() {
	in := t.stdin()
	if t.file != "-" {
		var err error
		if in, err = t.open(t.file); err != nil {
			t.cannotOpen(err)
		}
	}
	t.chdir()
	r, ok := t.opened(in)
	if !ok {
		return
	}
	a := tar.NewReader(r)
	for {
		t.Step(1)
		h, err := a.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.notTar(err)
			break
		}
		t.begun = true
		t.entry(a, h)
	}
	if in.err != nil {
		t.warn("read error: %s", t.text(in.err))
	}
	t.missingMembers()
}

// opened is the archive without its compression, which is found out by looking.
func (t *tarring) opened(in *input) (io.Reader, bool) {
	for in.w-in.r < 2 && in.fill() {
	}
	if in.r == in.w && in.err == nil {
		if t.gnu() {
			return nil, false
		}
		t.warn("short read")
		return nil, false
	}
	head := in.buf[in.r:in.w]
	if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		if t.gzip {
			if t.gnu() {
				t.Write(2, []byte("\ngzip: stdin: not in gzip format\n"))
				t.complain("Child returned status 1")
				t.dieWith(2, "Error is not recoverable: exiting now")
			}
			t.warn("invalid magic")
			t.complain("short read")
			return nil, false
		}
		return inputReader{in}, true
	}
	t.Alloc(flateMemory)
	z, err := gzip.NewReader(inputReader{in})
	if err != nil {
		t.warn("corrupted data")
		return nil, false
	}
	return z, true
}

func (t *tarring) notTar(err error) {
	switch {
	case t.gnu() && err == io.ErrUnexpectedEOF && t.begun:
		t.complain("Unexpected EOF in archive")
		t.dieWith(2, "Error is not recoverable: exiting now")
	case t.gnu():
		t.complain("This does not look like a tar archive")
		t.dieWith(2, "Exiting with failure status due to previous errors")
	case err == io.ErrUnexpectedEOF:
		t.warn("short read")
	default:
		t.warn("invalid tar magic")
	}
}

func (t *tarring) missingMembers() {
	for i, name := range t.only {
		if t.seen[i] {
			continue
		}
		if t.gnu() {
			t.complain("%s: Not found in archive", name)
			t.failed = 2
		} else {
			t.die("%s: not found in archive", name)
		}
	}
	if t.gnu() && t.failed == 2 && len(t.only) > 0 {
		t.complain("Exiting with failure status due to previous errors")
	}
}

// wanted says whether a member was asked for: itself, or something above it.
func (t *tarring) wanted(name string) bool {
	clean := strings.TrimRight(name, "/")
	found := len(t.only) == 0
	for i, o := range t.only {
		if o = strings.TrimRight(o, "/"); clean == o || strings.HasPrefix(clean, o+"/") {
			t.seen[i], found = true, true
		}
	}
	return found && !t.excluded(clean)
}

func (t *tarring) entry(a *tar.Reader, h *tar.Header) {
	if !t.wanted(h.Name) {
		return
	}
	if t.o.has('t') {
		t.listed(h)
		return
	}
	if t.strip > 0 {
		name := h.Name
		for range t.strip {
			_, rest, ok := strings.Cut(strings.TrimLeft(name, "/"), "/")
			if !ok || rest == "" {
				return
			}
			name = rest
		}
		h.Name = name
	}
	if t.o.has('v') {
		t.tell(h)
	}
	if t.o.has('O') {
		if h.Typeflag == tar.TypeReg {
			t.copyTo(a, t.out)
		}
		return
	}
	t.extract(a, h)
}

// listed is a line of tar t, or tar tv.
func (t *tarring) listed(h *tar.Header) {
	if !t.o.has('v') {
		t.print(h.Name + "\n")
		return
	}
	kinds := map[byte]vfs.Mode{
		tar.TypeDir: vfs.S_IFDIR, tar.TypeSymlink: vfs.S_IFLNK, tar.TypeChar: vfs.S_IFCHR, tar.TypeBlock: vfs.S_IFBLK, tar.TypeFifo: vfs.S_IFIFO,
	}
	mode := kinds[h.Typeflag]
	if mode == 0 {
		mode = vfs.S_IFREG
	}
	user, grp := h.Uname, h.Gname
	if user == "" || t.o.has('♥') {
		user = fmt.Sprint(h.Uid)
	}
	if grp == "" || t.o.has('♥') {
		grp = fmt.Sprint(h.Gid)
	}
	text := (mode | vfs.Mode(h.Mode)&vfs.PermMask).String()
	when := h.ModTime.In(t.zone())
	link := ""
	switch h.Typeflag {
	case tar.TypeSymlink:
		link = " -> " + h.Linkname
	case tar.TypeLink:
		link = " link to " + h.Linkname
		if !t.gnu() {
			link = " -> " + h.Linkname
		} else {
			text = "h" + text[1:]
		}
	}
	if t.gnu() {
		owner := user + "/" + grp
		size := fmt.Sprint(h.Size)
		t.printf("%s %s %s %s %s%s\n", text, owner, fmt.Sprintf("%*s", max(len(size), 19-len(owner)-1), size),
			when.Format("2006-01-02 15:04"), h.Name, link)
		return
	}
	t.printf("%s %s/%s %9d %s %s%s\n", text, user, grp, h.Size, when.Format("2006-01-02 15:04:05"), h.Name, link)
}

func (t *tarring) copyTo(a *tar.Reader, w *writer) bool {
	buf := make([]byte, bufferSize)
	for {
		n, err := a.Read(buf)
		w.bytes(buf[:n])
		t.Step(1)
		if err == io.EOF {
			return true
		}
		if err != nil {
			t.notTar(err)
			return false
		}
	}
}

// extract makes a member. Names never lead out of the directory: leading slashes and all up to a last .. are cut off,
// and what is there is removed first, so that no symbolic link is written through.
func (t *tarring) extract(a *tar.Reader, h *tar.Header) {
	name := strings.TrimRight(t.member(h.Name), "/")
	if name == "" {
		return
	}
	if dir := dirName(name); dir != "." && !t.makeParents(dir, false) {
		return
	}
	old, err := t.FS().Lstat(name)
	exists := err == nil
	switch {
	case h.Typeflag == tar.TypeDir && exists && old.IsDir():
	case exists && t.o.has('k') && h.Typeflag == tar.TypeReg:
		if t.gnu() {
			t.complain("%s: Cannot open: %s", name, t.text(proc.EEXIST))
			t.failed = 2
			return
		}
		t.die("can't open '%s': %s", name, t.text(proc.EEXIST))
	case exists && t.o.has('k'):
		return
	case exists && !old.IsDir():
		t.FS().Unlink(name)
	case exists && h.Typeflag != tar.TypeDir:
		t.FS().Rmdir(name)
	}
	if err := t.make(a, h, name); err != nil {
		t.notExtracted(h, name, err)
		return
	}
	t.attributes(h, name)
}

func (t *tarring) notExtracted(h *tar.Header, name string, err error) {
	switch {
	case t.gnu():
		t.complain("%s: Cannot open: %s", name, t.text(err))
		t.failed = 2
	case h.Typeflag == tar.TypeDir:
		t.warn("can't make dir %s: %s", name, t.text(err))
	case h.Typeflag == tar.TypeSymlink || h.Typeflag == tar.TypeLink:
		kind := map[byte]string{tar.TypeSymlink: "sym", tar.TypeLink: "hard"}[h.Typeflag]
		t.warn("can't create %slink '%s' to '%s': %s", kind, name, h.Linkname, t.text(err))
	case h.Typeflag == tar.TypeReg:
		t.die("can't open '%s': %s", name, t.text(err))
	default:
		t.warn("can't create node %s: %s", name, t.text(err))
	}
}

func (t *tarring) make(a *tar.Reader, h *tar.Header, name string) error {
	mode := vfs.Mode(h.Mode) & 0o777
	dev := vfs.MakeDev(uint32(h.Devmajor), uint32(h.Devminor))
	switch h.Typeflag {
	case tar.TypeDir:
		if err := t.FS().Mkdir(name, mode|0o700); err != proc.EEXIST {
			return err
		}
		return nil
	case tar.TypeSymlink:
		return t.FS().Symlink(h.Linkname, name)
	case tar.TypeLink:
		return t.FS().Link(t.member(h.Linkname), name)
	case tar.TypeChar:
		return t.FS().Mknod(name, vfs.S_IFCHR|mode, dev)
	case tar.TypeBlock:
		return t.FS().Mknod(name, vfs.S_IFBLK|mode, dev)
	case tar.TypeFifo:
		return t.FS().Mknod(name, vfs.S_IFIFO|mode, 0)
	case tar.TypeReg:
	default:
		t.warn("unknown typeflag: 0x%x", h.Typeflag)
		return nil
	}
	fd, err := t.Open(name, proc.O_WRONLY|proc.O_CREAT|proc.O_EXCL, uint32(mode))
	if err != nil {
		return err
	}
	defer t.Close(fd)
	w := t.newWriter(fd)
	t.copyTo(a, w)
	w.flush()
	return nil
}

// attributes gives a member its owner, mode and time. Only root gives files away.
func (t *tarring) attributes(h *tar.Header, name string) {
	if h.Typeflag == tar.TypeLink {
		return
	}
	if t.Creds().EUID == 0 && !t.o.has('o') {
		uid, gid := uint32(h.Uid), uint32(h.Gid)
		if !t.o.has('♥') {
			if u, ok := t.accounts.UserNamed(h.Uname); ok {
				uid = u.UID
			}
			if g, ok := t.accounts.GID(h.Gname); ok && h.Gname != "" && !isDigit(h.Gname[0]) {
				gid = g
			}
		}
		t.FS().Lchown(name, uid, gid)
	}
	if h.Typeflag == tar.TypeSymlink {
		return
	}
	mode := vfs.Mode(h.Mode) & vfs.PermMask
	if t.o.has('♠') || t.Creds().EUID != 0 && !t.o.has('p') {
		mode &^= t.FS().Umask()
	}
	t.FS().Chmod(name, mode)
	if !t.o.has('m') {
		at := vfs.TimeAt(h.ModTime.UnixNano())
		t.FS().Utimes(name, at, at)
	}
}
