package proc

import "dockerlearn/labs/sandbox/vfs"

// Device numbers. Linux: Documentation/admin-guide/devices.txt.
var (
	devMem     = vfs.MakeDev(1, 1)
	devNull    = vfs.MakeDev(1, 3)
	devZero    = vfs.MakeDev(1, 5)
	devFull    = vfs.MakeDev(1, 7)
	devRandom  = vfs.MakeDev(1, 8)
	devUrandom = vfs.MakeDev(1, 9)
	devKmsg    = vfs.MakeDev(1, 11)
	devTTY     = vfs.MakeDev(5, 0)
	devConsole = vfs.MakeDev(5, 1)
	devPtmx    = vfs.MakeDev(5, 2)
)

const ptsMajor = 136

// special is a character device without a state of its own, with the file that led to it.
type special struct {
	*vfs.File
	dev vfs.Dev
}

// Read of zero, full and random fills b; null has nothing. Random bytes are the world's, by its seed.
func (h special) Read(s Sys, b []byte) (int, error) {
	switch h.dev {
	case devNull, devKmsg:
		return 0, nil
	case devZero, devFull:
		clear(b)
	case devRandom, devUrandom:
		fill(s, b)
	default:
		return 0, EIO
	}
	return len(b), nil
}

func fill(s Sys, b []byte) {
	for i := 0; i < len(b); {
		v := s.p.kernel.random.Uint64()
		for n := 0; n < 8 && i < len(b); n++ {
			b[i] = byte(v)
			v >>= 8
			i++
		}
	}
}

func (h special) Write(_ Sys, b []byte) (int, error) {
	if h.dev == devFull {
		return 0, vfs.ENOSPC
	}
	return len(b), nil
}

func (h special) Close()                  { h.File.Close() }
func (h special) Ready() Ready            { return Readable | Writable }
func (h special) Changes() *Queue         { return nil }
func (h special) Stat() (vfs.Stat, error) { return h.File.Stat(), nil }

// openDevice opens what a device's number stands for. ENXIO: there is no such device here.
func (s Sys) openDevice(f *vfs.File, flags OpenFlags) (Handle, error) {
	st := f.Stat()
	if st.Mode.Type() == vfs.S_IFBLK {
		f.Close()
		return nil, ENXIO
	}
	switch st.Rdev {
	case devNull, devZero, devFull, devRandom, devUrandom, devKmsg:
		return special{f, st.Rdev}, nil
	case devMem:
		f.Close()
		return nil, EPERM
	}
	f.Close()
	switch {
	case st.Rdev == devTTY, st.Rdev == devConsole:
		if t := s.p.sess.tty; t != nil {
			return t.openSlave(), nil
		}
		return nil, ENXIO
	case st.Rdev == devPtmx:
		return s.p.kernel.pts.openMaster()
	case st.Rdev.Major() == ptsMajor:
		if t := s.p.kernel.pts.ttys[int(st.Rdev.Minor())]; t != nil {
			return t.open(s, flags)
		}
		return nil, EIO
	}
	return nil, ENXIO
}

// DeviceNodes fills a directory as Docker fills a container's /dev: the devices that everyone may use, and the links
// to descriptors. /dev/pts and /dev/shm are mounted by whoever mounts.
func DeviceNodes(v *vfs.View, dir string) error {
	old := v.SetUmask(0)
	defer v.SetUmask(old)
	nodes := []struct {
		name string
		dev  vfs.Dev
	}{
		{
			"full",
			devFull,
		}, {"null", devNull}, {"random", devRandom}, {"tty", devTTY}, {"urandom", devUrandom}, {"zero", devZero},
	}
	for _, n := range nodes {
		if err := v.Mknod(dir+"/"+n.name, vfs.S_IFCHR|0o666, n.dev); err != nil {
			return err
		}
	}
	links := [][2]string{
		{"core", "/proc/kcore"},
		{"fd", "/proc/self/fd"},
		{"ptmx", "pts/ptmx"},
		{"stdin", "/proc/self/fd/0"},
		{"stdout", "/proc/self/fd/1"},
		{"stderr", "/proc/self/fd/2"},
	}
	for _, l := range links {
		if err := v.Symlink(l[1], dir+"/"+l[0]); err != nil {
			return err
		}
	}
	return nil
}
