package applet

import (
	"fmt"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// diskUsage is a du as it runs.
type diskUsage struct {
	*call
	o     *options
	depth int
	dev   vfs.Dev
	seen  map[vfs.FileID]bool
}

func duCmd(c *call) proc.ExitCode {
	o := c.getopt("aHLd:clsxhmkbS", "all=a", "dereference=L", "max-depth=d", "total=c", "count-links=l", "summarize=s",
		"one-file-system=x", "human-readable=h", "bytes=b", "apparent-size=b")
	d := &diskUsage{call: c, o: o, depth: 1 << 30, seen: map[vfs.FileID]bool{}}
	if v, ok := o.value('d'); ok {
		d.depth = int(c.number(v, nil))
	}
	if o.has('s') {
		d.depth = 0
	}
	names := o.args
	if len(names) == 0 {
		names = []string{"."}
	}
	total := int64(0)
	for _, name := range names {
		total += d.measure(name, 0)
	}
	if o.has('c') {
		d.row(total, "total")
	}
	return c.failed
}

// measure returns how much a file and all below it take, and prints what is to be shown. It counts blocks of 512
// bytes, or bytes with -b.
func (d *diskUsage) measure(path string, depth int) int64 {
	d.Step(1)
	st, err := d.FS().Lstat(path)
	if err == nil && st.Mode.IsSymlink() && (d.o.has('L') || d.o.has('H') && depth == 0) {
		st, err = d.FS().Stat(path)
	}
	if err != nil {
		if d.gnu() {
			d.cannotAccess(path, err)
		} else {
			d.warn("%s: %s", path, d.text(err))
		}
		return 0
	}
	if depth == 0 {
		d.dev = st.Dev
	} else if d.o.has('x') && st.Dev != d.dev {
		return 0
	}
	if !d.o.has('l') && st.Nlink > 1 && !st.IsDir() {
		if d.seen[st.ID()] {
			return 0
		}
		d.grow(32)
		d.seen[st.ID()] = true
	}
	sum := st.Blocks
	if d.o.has('b') {
		sum = st.Size
	}
	below := int64(0)
	if st.IsDir() {
		below = d.inside(path, depth)
	}
	if !d.o.has('S') {
		sum += below
	}
	if depth == 0 || depth <= d.depth && (st.IsDir() || d.o.has('a')) {
		d.row(sum, path)
	}
	return sum
}

func (d *diskUsage) inside(path string, depth int) int64 {
	names, err := d.FS().ReadDir(path)
	if err != nil {
		if d.gnu() {
			d.warn("cannot read directory '%s': %s", path, d.text(err))
		} else {
			d.warn("can't open '%s': %s", path, d.text(err))
		}
		return 0
	}
	sum := int64(0)
	for _, n := range names {
		sum += d.measure(joinPath(path, n.Name), depth+1)
	}
	return sum
}

func (d *diskUsage) row(sum int64, path string) {
	bytes := sum * 512
	if d.o.has('b') {
		bytes = sum
	}
	size := ""
	switch {
	case d.o.has('h'):
		size = d.human(bytes)
	case d.o.has('b'):
		size = fmt.Sprint(bytes)
	case d.o.has('m'):
		size = fmt.Sprint((bytes + 1<<20 - 1) >> 20)
		if !d.gnu() {
			size = fmt.Sprint((bytes + 1<<19) >> 20)
		}
	default:
		size = fmt.Sprint((bytes + 1023) >> 10)
	}
	d.print(size + "\t" + path + "\n")
}
