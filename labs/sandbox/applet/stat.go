package applet

import (
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/applet/passwd"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// statting is a stat as it runs.
type statting struct {
	*call
	o        *options
	accounts *passwd.Accounts
}

func statCmd(c *call) proc.ExitCode {
	o := c.getopt("ltfc:Lƒ:", "dereference=L", "format=c", "file-system=f", "terse=t", "printf=ƒ")
	c.refuse(o, "ƒ")
	if len(o.args) == 0 {
		c.missing("")
	}
	s := &statting{call: c, o: o, accounts: c.accounts()}
	for _, name := range o.args {
		if o.has('f') {
			s.fileSystem(name)
		} else {
			s.file(name)
		}
	}
	return c.failed
}

func (s *statting) file(name string) {
	st, err := s.FS().Lstat(name)
	if err == nil && s.o.has('L') {
		st, err = s.FS().Stat(name)
	}
	if err != nil {
		if s.gnu() {
			s.warn("cannot statx '%s': %s", name, s.text(err))
		} else {
			s.warn("can't stat '%s': %s", name, s.text(err))
		}
		return
	}
	format, given := s.o.value('c')
	switch {
	case given:
		s.print(s.expand(format, func(verb byte) string { return s.value(verb, name, st) }))
		if !strings.HasSuffix(strings.ReplaceAll(format, "%%", ""), "%") { // busybox stops at a lone % in the end
			s.print("\n")
		}
	case s.o.has('t'):
		s.print(s.expand("%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o\n", func(verb byte) string { return s.value(verb, name, st) }))
	default:
		s.long(name, st)
	}
}

// expand replaces %-sequences, with width and flags.
func (s *statting) expand(format string, value func(byte) string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		start := i + 1
		for i++; i < len(format) && strings.IndexByte("#-+.0123456789 ", format[i]) >= 0; i++ {
		}
		if i >= len(format) {
			b.WriteByte('%')
			break
		}
		if format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		b.WriteString(pad(value(format[i]), format[start:i]))
	}
	return b.String()
}

// pad applies a printf width to a text.
func pad(s, flags string) string {
	left := strings.HasPrefix(flags, "-")
	width, _ := strconv.ParseUint(strings.TrimLeft(flags, "-#+ 0"), 10, 32)
	switch n := int(min(width, 4096)) - len(s); {
	case n <= 0:
		return s
	case left:
		return s + strings.Repeat(" ", n)
	case strings.HasPrefix(flags, "0"):
		return strings.Repeat("0", n) + s
	default:
		return strings.Repeat(" ", n) + s
	}
}

// kindName is what stat calls a kind of file.
func kindName(st vfs.Stat) string {
	switch st.Mode.Type() {
	case vfs.S_IFDIR:
		return "directory"
	case vfs.S_IFLNK:
		return "symbolic link"
	case vfs.S_IFIFO:
		return "fifo"
	case vfs.S_IFSOCK:
		return "socket"
	case vfs.S_IFCHR:
		return "character special file"
	case vfs.S_IFBLK:
		return "block special file"
	}
	if st.Size == 0 {
		return "regular empty file"
	}
	return "regular file"
}

func (s *statting) quoted(name string, st vfs.Stat) string {
	if !st.Mode.IsSymlink() {
		if s.gnu() {
			return "'" + name + "'"
		}
		return name
	}
	target, _ := s.FS().Readlink(name)
	return "'" + name + "' -> '" + target + "'"
}

func (s *statting) value(verb byte, name string, st vfs.Stat) string {
	switch verb {
	case 'n':
		return name
	case 'N':
		return s.quoted(name, st)
	case 'd':
		return fmt.Sprint(deviceNumber(st.Dev))
	case 'D':
		return fmt.Sprintf("%x", deviceNumber(st.Dev))
	case 'i':
		return fmt.Sprint(st.Ino)
	case 'a':
		return fmt.Sprintf("%o", st.Mode.Perm())
	case 'A':
		return st.Mode.String()
	case 'f':
		return fmt.Sprintf("%x", uint32(st.Mode))
	case 'F':
		return kindName(st)
	case 'h':
		return fmt.Sprint(st.Nlink)
	case 'u':
		return fmt.Sprint(st.UID)
	case 'U':
		return s.accounts.UserName(st.UID)
	case 'g':
		return fmt.Sprint(st.GID)
	case 'G':
		return s.accounts.GroupName(st.GID)
	case 't':
		return fmt.Sprintf("%x", st.Rdev.Major())
	case 'T':
		return fmt.Sprintf("%x", st.Rdev.Minor())
	case 's':
		return fmt.Sprint(st.Size)
	case 'B':
		return "512"
	case 'b':
		return fmt.Sprint(st.Blocks)
	case 'o':
		return "4096"
	case 'm':
		return s.mountPoint(name)
	}
	return s.timeValue(verb, st)
}

func (s *statting) timeValue(verb byte, st vfs.Stat) string {
	const long = "2006-01-02 15:04:05.000000000 -0700"
	switch verb {
	case 'x':
		return s.at(st.Atime).Format(long)
	case 'X':
		return fmt.Sprint(st.Atime / 1e9)
	case 'y':
		return s.at(st.Mtime).Format(long)
	case 'Y':
		return fmt.Sprint(st.Mtime / 1e9)
	case 'z':
		return s.at(st.Ctime).Format(long)
	case 'Z':
		return fmt.Sprint(st.Ctime / 1e9)
	case 'w':
		return "-"
	case 'W':
		return "0"
	}
	return string(rune(verb))
}

func (s *statting) mountPoint(name string) string {
	list, _ := s.mounts()
	st, err := s.FS().Stat(name)
	if err != nil {
		return "?"
	}
	return (&freeSpace{call: s.call}).mountOf(st, list).target
}

func (s *statting) long(name string, st vfs.Stat) {
	v := func(verb byte) string { return s.value(verb, name, st) }
	s.printf("  File: %s\n", strings.Trim(v('N'), s.unquote(st)))
	s.printf("  Size: %-10s\tBlocks: %-10s IO Block: %-6s %s\n", v('s'), v('b'), v('o'), kindName(st))
	if s.gnu() {
		s.printf("Device: %d,%d\tInode: %-11s Links: %s", st.Dev.Major(), st.Dev.Minor(), v('i'), padLinks(st, v('h')))
	} else {
		s.printf("Device: %sh/%sd\tInode: %-10s  Links: %s", v('D'), v('d'), v('i'), padLinks(st, v('h')))
	}
	if st.Mode.IsDevice() {
		s.printf(" Device type: %s,%s", v('t'), v('T'))
	}
	s.printf("\nAccess: (%04o/%10.10s)  Uid: (%5d/%8s)   Gid: (%5d/%8s)\n", st.Mode.Perm(), st.Mode, st.UID, v('U'), st.GID, v('G'))
	s.printf("Access: %s\nModify: %s\nChange: %s\n", v('x'), v('y'), v('z'))
	if s.gnu() {
		s.print(" Birth: -\n")
	}
}

// unquote is what the first line does not show of a name that is no link.
func (s *statting) unquote(st vfs.Stat) string {
	if st.Mode.IsSymlink() {
		return ""
	}
	return "'"
}

// padLinks keeps room for the device's type.
func padLinks(st vfs.Stat, n string) string {
	if st.Mode.IsDevice() {
		return fmt.Sprintf("%-5s", n)
	}
	return n
}

func (s *statting) fileSystem(name string) {
	st, err := s.FS().StatFS(name)
	if err != nil {
		if s.gnu() {
			s.warn("cannot read file system information for '%s': %s", name, s.text(err))
		} else {
			s.warn("can't read file system information for '%s': %s", name, s.text(err))
		}
		return
	}
	blocks := func(n int64) string { return fmt.Sprint(n / vfs.BlockSize) }
	if format, ok := s.o.value('c'); ok {
		s.print(s.expand(format, func(verb byte) string {
			switch verb {
			case 'n':
				return name
			case 'b':
				return blocks(st.Size)
			case 'f', 'a':
				return blocks(st.Free)
			case 'c':
				return fmt.Sprint(st.Inodes)
			case 'd':
				return fmt.Sprint(st.FreeInodes)
			case 's', 'S':
				return fmt.Sprint(vfs.BlockSize)
			case 'l':
				return fmt.Sprint(vfs.NameMax)
			case 'T':
				return fsName(st.Type)
			}
			return "?"
		}) + "\n")
		return
	}
	s.printf("  File: \"%s\"\n    ID: 0        Namelen: %d     Type: %s\n", name, vfs.NameMax, fsName(st.Type))
	s.printf("Block size: %-10d\nBlocks: Total: %-10s Free: %-10s Available: %s\nInodes: Total: %-10d Free: %d\n",
		vfs.BlockSize, blocks(st.Size), blocks(st.Free), blocks(st.Free), st.Inodes, st.FreeInodes)
}

// fsName is what stat -f calls a file system.
func fsName(kind string) string {
	switch kind {
	case "ext4":
		return "ext2/ext3"
	case "overlay":
		return "overlayfs"
	}
	return kind
}

// deviceNumber is a device as stat(2) gives it. Linux: include/linux/kdev_t.h, new_encode_dev
func deviceNumber(d vfs.Dev) uint32 {
	major, minor := uint32(d.Major()), uint32(d.Minor())
	return minor&0xff | major<<8 | minor&^0xff<<12
}
