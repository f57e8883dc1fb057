package applet

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/vfs"
)

// mounted is a line of /proc/mounts.
type mounted struct{ source, target, fstype, options string }

// mounts is what /proc/mounts says.
func (c *call) mounts() ([]mounted, error) {
	text, err := c.FS().ReadFile("/proc/mounts")
	if err != nil {
		return nil, err
	}
	var list []mounted
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 4 {
			list = append(list, mounted{f[0], unescapeMount(f[1]), f[2], f[3]})
		}
	}
	return list, nil
}

// unescapeMount undoes what /proc/mounts does with blanks.
func unescapeMount(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// freeSpace is a df as it runs.
type freeSpace struct {
	*call
	o    *options
	unit int64
	rows [][]string
}

func dfCmd(c *call) proc.ExitCode {
	o := c.getopt("PkmhHTaiB:t:l", "human-readable=h", "portability=P", "print-type=T", "all=a", "inodes=i", "type=t",
		"block-size=B", "local=l")
	c.refuse(o, "H")
	d := &freeSpace{call: c, o: o, unit: 1024}
	if o.has('m') {
		d.unit = 1 << 20
	}
	if b, ok := o.value('B'); ok {
		d.unit = max(1, c.number(b, sizeSuffixes()))
	}
	list, err := c.mounts()
	if err != nil {
		if c.gnu() {
			c.die("cannot read table of mounted file systems: %s", c.text(err))
		}
		c.die("/proc/mounts: %s", c.text(err))
	}
	d.head()
	if len(o.args) == 0 {
		d.everything(list)
	}
	for _, path := range o.args {
		d.of(path, list)
	}
	d.table()
	return c.failed
}

func (d *freeSpace) head() {
	size, used, share := "1K-blocks", "Used", "Use%"
	switch {
	case d.o.has('i'):
		size, used = "Inodes", "Used"
		if d.gnu() {
			size, used, share = "Inodes", "IUsed", "IUse%"
		}
	case d.o.has('h'):
		size = "Size"
	case d.o.has('P') && d.unit == 1024:
		size, share = "1024-blocks", "Capacity"
	case d.unit == 1<<20:
		size = "1M-blocks"
	case d.unit != 1024:
		size = fmt.Sprintf("%d-blocks", d.unit)
	}
	free := "Available"
	if d.gnu() && d.o.has('h') {
		free = "Avail"
	}
	if d.gnu() && d.o.has('i') {
		free = "IFree"
	}
	d.rows = append(d.rows, []string{"Filesystem", "Type", size, used, free, share, "Mounted on"})
}

func (d *freeSpace) everything(list []mounted) {
	for i, m := range list {
		hidden := false
		for _, later := range list[i+1:] {
			hidden = hidden || later.target == m.target
		}
		st, err := d.FS().StatFS(m.target)
		if err != nil || hidden || st.Size == 0 && !d.o.has('a') || m.source == "rootfs" {
			continue
		}
		if want, ok := d.o.value('t'); !ok || want == m.fstype {
			d.row(m, st)
		}
	}
}

// of adds the file system that a path is on: the mount with the longest target that the path begins with.
func (d *freeSpace) of(path string, list []mounted) {
	st, err := d.FS().Stat(path)
	best := mounted{}
	if err == nil {
		best = d.mountOf(st, list)
	}
	for _, m := range list {
		if m.source == path || m.target == path {
			best = m
		}
	}
	if best.target == "" {
		if d.gnu() {
			d.warn("%s: %s", path, d.text(err))
		} else {
			d.table()
			d.rows = nil
			d.warn("%s: can't find mount point", path)
		}
		return
	}
	if st, err := d.FS().StatFS(best.target); err == nil {
		d.row(best, st)
	}
}

func (d *freeSpace) mountOf(st vfs.Stat, list []mounted) mounted {
	for i := len(list) - 1; i >= 0; i-- {
		if at, err := d.FS().Stat(list[i].target); err == nil && at.Dev == st.Dev {
			return list[i]
		}
	}
	return mounted{}
}

func (d *freeSpace) row(m mounted, st vfs.StatFS) {
	size, used, free := st.Size, st.Used(), st.Free
	if d.o.has('i') {
		size, used, free = st.Inodes, st.Inodes-st.FreeInodes, st.FreeInodes
	}
	share := int64(0)
	if size > 0 {
		share = (used*100 + used + free - 1) / max(1, used+free)
		if !d.gnu() {
			share = (used*100 + (used+free)/2) / max(1, used+free)
		}
	}
	percent := fmt.Sprintf("%d%%", share)
	if d.gnu() && size == 0 {
		percent = "-"
	}
	d.rows = append(d.rows, []string{m.source, m.fstype, d.amount(size), d.amount(used), d.amount(free), percent, m.target})
}

func (d *freeSpace) amount(n int64) string {
	switch {
	case d.o.has('h') && d.gnu():
		return humanGNU(n)
	case d.o.has('h'):
		return human(n)
	case d.o.has('i'):
		return fmt.Sprint(n)
	case d.gnu():
		return fmt.Sprint((n + d.unit - 1) / d.unit)
	}
	return fmt.Sprint((n + d.unit/2) / d.unit)
}

// table prints the rows. Busybox's columns have fixed widths, and a long source a line of its own.
func (d *freeSpace) table() {
	if d.gnu() {
		if len(d.rows) == 1 && d.failed != 0 {
			return
		}
		d.gnuTable()
		return
	}
	for i, r := range d.rows {
		name := fmt.Sprintf("%-20s", r[0])
		if len(r[0]) > 20 && !d.o.has('P') {
			name = r[0] + fmt.Sprintf("\n%-20s", "")
		}
		kind := ""
		if d.o.has('T') {
			kind = fmt.Sprintf(" %-10s", r[1])
		}
		if i == 0 && d.o.has('P') && !d.o.has('h') && !d.o.has('i') {
			d.printf("%s%s 1024-blocks    Used Available Capacity Mounted on\n", name, kind)
			continue
		}
		width := 9
		d.printf("%s%s %*s %*s %*s %4s %s\n", name, kind, width, r[2], width, r[3], width, r[4], r[5], r[6])
	}
}

func (d *freeSpace) gnuTable() {
	widths := make([]int, 7)
	for _, r := range d.rows {
		for j, s := range r {
			widths[j] = max(widths[j], len(s))
		}
	}
	widths[0] = max(widths[0], 14)
	floor := []int{0, 0, 5, 5, 5, 4, 0}
	if !d.o.has('h') && !d.o.has('i') {
		floor[2], floor[3], floor[4] = 9, 9, 9
	}
	for _, r := range d.rows {
		d.printf("%-*s", widths[0], r[0])
		if d.o.has('T') {
			d.printf(" %-*s", widths[1], r[1])
		}
		for j := 2; j < 6; j++ {
			d.printf(" %*s", max(widths[j], floor[j]), r[j])
		}
		d.print(" " + r[6] + "\n")
	}
}
