package proc

import (
	"maps"
	"slices"
	"strconv"

	"dockerlearn/labs/sandbox/vfs"
)

// PTS is a devpts instance: pseudo-terminals numbered from 0. A machine has one, and each container has its own.
type PTS struct {
	kernel *Kernel
	ttys   map[int]*TTY
	fs     *vfs.FS
}

// NewPTS makes an instance without terminals.
func (k *Kernel) NewPTS() *PTS { return &PTS{kernel: k, ttys: map[int]*TTY{}} }

// PTS is the machine's own instance.
func (k *Kernel) PTS() *PTS { return k.pts }

// ttyGroup is the group tty, which terminals belong to.
const ttyGroup = 5

// NewTTY makes a terminal of this size. The far side is whoever calls: it types with Type and sees with Attach.
func (p *PTS) NewTTY(size Winsize) *TTY {
	n := 0
	for p.ttys[n] != nil {
		n++
	}
	now := p.kernel.sim.Now().UnixNano()
	t := &TTY{kernel: p.kernel, pts: p, name: ptsName(n), index: n, termios: Sane(), size: size}
	t.stat = vfs.Stat{
		Ino: vfs.Ino(n + 3), Mode: vfs.S_IFCHR | 0o620, Nlink: 1, GID: ttyGroup, Rdev: vfs.MakeDev(ptsMajor, uint32(n)),
		Atime: now, Mtime: now, Ctime: now,
	}
	if p.fs != nil {
		t.stat.Dev = p.fs.Dev()
	}
	p.ttys[n] = t
	return t
}

// Free gives a terminal's number back; what is open stays usable and reads the end.
func (t *TTY) Free() {
	t.HangUp()
	if t.pts.ttys[t.index] == t {
		delete(t.pts.ttys, t.index)
	}
}

// open is what happens when /dev/pts/N is opened: a session leader without a terminal gets it as its controlling one.
func (t *TTY) open(s Sys, flags OpenFlags) (Handle, error) {
	if t.hungUp {
		return nil, EIO
	}
	p := s.p
	if !flags.has(O_NOCTTY) && p.sess.leader == p && p.sess.tty == nil && t.sess == nil {
		t.control(p)
	}
	return t.openSlave(), nil
}

// ptmx is the file /dev/pts/ptmx.
type ptmx struct{ *PTS }

func (x ptmx) open(Sys, OpenFlags) (Handle, error) { return x.openMaster() }

// openMaster makes a terminal whose far side is a program's.
func (p *PTS) openMaster() (Handle, error) { return master{p.NewTTY(Winsize{})}, nil }

// FS is the instance as a file system, to be mounted on /dev/pts.
func (p *PTS) FS(d *vfs.Disk) *vfs.FS {
	if p.fs == nil {
		p.fs = d.DynFS("devpts", "devpts", p.root())
	}
	return p.fs
}

func (p *PTS) root() *vfs.Dyn {
	multiplexer := &vfs.Dyn{Mode: vfs.S_IFCHR | 0o666, Rdev: devPtmx, Ino: 2, Object: ptmx{p}}
	return &vfs.Dyn{
		Mode: vfs.S_IFDIR | 0o755, Ino: 1, Time: p.kernel.sim.Start().UnixNano(),
		Lookup: func(_ *vfs.View, name string) *vfs.Dyn {
			if name == "ptmx" {
				return multiplexer
			}
			if n, err := strconv.Atoi(name); err == nil && p.ttys[n] != nil && strconv.Itoa(n) == name {
				return p.ttys[n].dyn()
			}
			return nil
		},
		List: func(*vfs.View) []string {
			var names []string
			for _, n := range slices.Sorted(maps.Keys(p.ttys)) {
				names = append(names, strconv.Itoa(n))
			}
			return append(names, "ptmx")
		},
	}
}

// dyn is a terminal's file.
func (t *TTY) dyn() *vfs.Dyn {
	if t.file == nil {
		st := t.stat
		t.file = &vfs.Dyn{
			Mode: st.Mode, UID: st.UID, GID: st.GID, Rdev: st.Rdev, Ino: st.Ino, Time: st.Mtime, Object: t,
			Change: func(_ *vfs.View, mode vfs.Mode, uid, gid uint32) error {
				t.stat.Mode, t.stat.UID, t.stat.GID = mode, uid, gid
				t.file = nil
				return nil
			},
		}
	}
	return t.file
}
