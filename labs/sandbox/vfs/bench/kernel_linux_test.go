//go:build linux

package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// overlay is Linux's overlayfs with everything on a tmpfs.
type overlay struct {
	dir    string
	lowers int
	starts int
}

// onTmpfs gives the benchmark's thread a namespace of its own with a tmpfs. The thread is not used again.
func onTmpfs(b *testing.B, lowers int) *overlay {
	b.Helper()
	if os.Getenv("DOCKERLEARN_LIVE_OVERLAY") != "1" {
		b.Skip("DOCKERLEARN_LIVE_OVERLAY=1 and root measure the kernel")
	}
	runtime.LockOSThread()
	o := &overlay{dir: b.TempDir(), lowers: lowers}
	check(b, unix.Unshare(unix.CLONE_NEWNS|unix.CLONE_FS))
	check(b, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	check(b, unix.Mount("tmpfs", o.dir, "tmpfs", 0, ""))
	b.Cleanup(func() { unix.Unmount(o.dir, unix.MNT_DETACH) })
	for i := range lowers {
		check(b, os.MkdirAll(fmt.Sprintf("%s/%d/usr/share", o.dir, i), 0o755))
	}
	check(b, os.Mkdir(o.dir+"/m", 0o755))
	return o
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// start mounts the layers with a fresh upper; 0 is the lowest.
func (o *overlay) start(b *testing.B) {
	b.Helper()
	o.starts++
	upper, work := fmt.Sprintf("%s/u%d", o.dir, o.starts), fmt.Sprintf("%s/w%d", o.dir, o.starts)
	check(b, os.Mkdir(upper, 0o755))
	check(b, os.Mkdir(work, 0o755))
	check(b, unix.Chdir(o.dir)) // short names: the options have to fit a page
	var lowers []string
	for i := o.lowers - 1; i >= 0; i-- {
		lowers = append(lowers, fmt.Sprint(i))
	}
	check(b, unix.Mount("overlay", "m", "overlay", 0,
		"lowerdir="+strings.Join(lowers, ":")+",upperdir="+upper+",workdir="+work))
}

func (o *overlay) stop(b *testing.B) { check(b, unix.Unmount(o.dir+"/m", 0)) }

func BenchmarkKernelStart(b *testing.B) {
	o := onTmpfs(b, 5)
	for b.Loop() {
		o.start(b)
		o.stop(b)
	}
}

func BenchmarkKernelLookup(b *testing.B) {
	for _, layers := range []int{1, 10, 120} {
		b.Run(fmt.Sprint(layers, " layers"), func(b *testing.B) {
			o := onTmpfs(b, layers)
			check(b, os.WriteFile(o.dir+"/0/usr/share/doc", []byte("x"), 0o644))
			o.start(b)
			defer o.stop(b)
			check(b, unix.Chdir(o.dir+"/m"))
			var st unix.Stat_t
			for b.Loop() {
				check(b, unix.Stat("usr/share/doc", &st))
			}
			check(b, unix.Chdir("/"))
		})
	}
}

func BenchmarkKernelCopyUp100MB(b *testing.B) {
	o := onTmpfs(b, 1)
	check(b, os.WriteFile(o.dir+"/0/big", make([]byte, 100<<20), 0o644))
	for b.Loop() {
		o.start(b)
		check(b, os.Chmod(o.dir+"/m/big", 0o600))
		o.stop(b)
		check(b, os.RemoveAll(fmt.Sprintf("%s/u%d", o.dir, o.starts)))
	}
}

func BenchmarkKernelReadDir10000(b *testing.B) {
	o := onTmpfs(b, 1)
	check(b, os.Mkdir(o.dir+"/0/d", 0o755))
	for i := range 10_000 {
		check(b, os.WriteFile(fmt.Sprintf("%s/0/d/file%d", o.dir, i), []byte("x"), 0o644))
	}
	o.start(b)
	defer o.stop(b)
	check(b, os.WriteFile(o.dir+"/m/d/own", nil, 0o644)) // merged
	for b.Loop() {
		d, err := os.Open(o.dir + "/m/d")
		check(b, err)
		names, err := d.Readdirnames(-1)
		if err != nil || len(names) != 10_001 {
			b.Fatal(len(names), err)
		}
		d.Close()
	}
}

func BenchmarkKernelCreateAndUnlink(b *testing.B) {
	o := onTmpfs(b, 1)
	o.start(b)
	defer o.stop(b)
	for b.Loop() {
		check(b, os.WriteFile(o.dir+"/m/new", nil, 0o644))
		check(b, os.Remove(o.dir+"/m/new"))
	}
}
