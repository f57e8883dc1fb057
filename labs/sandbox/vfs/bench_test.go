package vfs_test

import (
	"fmt"
	"runtime"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// bigImage is an image of layers that each have their own part of n files, in directories of 100, and one file
// /usr/share/doc.
func bigImage(b *testing.B, layers, n int) *vfs.Image {
	b.Helper()
	m := new(vfs.Image)
	for l := range layers {
		bl := vfs.NewBuilder()
		for i := l; i < n; i += layers {
			path := fmt.Sprintf("usr/lib%d/file%d", i/100, i)
			if err := bl.Add(vfs.Entry{Path: path, Mode: vfs.S_IFREG | 0o644, Content: vfs.Text("x")}); err != nil {
				b.Fatal(err)
			}
		}
		if l == 0 {
			bl.Add(vfs.Entry{Path: "usr/share/doc", Mode: vfs.S_IFREG | 0o644, Content: vfs.Text("x")})
		}
		m = m.With(bl.Layer())
	}
	return m
}

func begin(b *testing.B, m *vfs.Image) (*vfs.Container, *vfs.View) {
	c, err := vfs.NewDisk(vfs.Config{}).NewContainer(m, "")
	if err != nil {
		b.Fatal(err)
	}
	return c, vfs.NewMounts(c.FS, 0).View(vfs.Root())
}

func BenchmarkStart(b *testing.B) {
	for _, files := range []int{100, 30_000} {
		b.Run(fmt.Sprint(files, " files"), func(b *testing.B) {
			m := bigImage(b, 5, files)
			d := vfs.NewDisk(vfs.Config{})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.NewContainer(m, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, layers := range []int{1, 10, 120} {
		b.Run(fmt.Sprint(layers, " layers"), func(b *testing.B) {
			_, v := begin(b, bigImage(b, layers, 12_000))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Stat("/usr/share/doc"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFirstLookup(b *testing.B) {
	for _, layers := range []int{1, 10, 120} {
		b.Run(fmt.Sprint(layers, " layers"), func(b *testing.B) {
			m := bigImage(b, layers, 12_000)
			for b.Loop() {
				b.StopTimer()
				_, v := begin(b, m)
				b.StartTimer()
				if _, err := v.Stat("/usr/share/doc"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCopyUp100MB(b *testing.B) {
	bl := vfs.NewBuilder()
	bl.Add(vfs.Entry{Path: "big", Mode: vfs.S_IFREG | 0o644, Content: vfs.Random{Len: 100 << 20}})
	m := new(vfs.Image).With(bl.Layer())
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		_, v := begin(b, m)
		b.StartTimer()
		if err := v.Chmod("/big", 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

func flatImage(b *testing.B, n int) *vfs.Image {
	bl := vfs.NewBuilder()
	for i := range n {
		bl.Add(vfs.Entry{Path: fmt.Sprintf("d/file%d", i), Mode: vfs.S_IFREG | 0o644, Content: vfs.Text("x")})
	}
	return new(vfs.Image).With(bl.Layer())
}

func BenchmarkReadDir10000(b *testing.B) {
	_, v := begin(b, flatImage(b, 10_000))
	b.ReportAllocs()
	for b.Loop() {
		if e, err := v.ReadDir("/d"); err != nil || len(e) != 10_000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkChanges11(b *testing.B) {
	c, v := begin(b, bigImage(b, 5, 30_000))
	for i := range 10 {
		v.WriteFile(fmt.Sprintf("/usr/new%d", i), []byte("x"), 0o644)
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(c.Changes()); n != 11 {
			b.Fatal(n)
		}
	}
}

// BenchmarkSeal is docker commit of one new file in a directory of 10,000: the layer, and the image with it.
func BenchmarkSeal(b *testing.B) {
	m := flatImage(b, 10_000)
	c, v := begin(b, m)
	v.WriteFile("/d/new", []byte("x"), 0o644)
	b.ReportAllocs()
	for b.Loop() {
		m.With(c.Seal())
	}
}

func BenchmarkCreateAndUnlink(b *testing.B) {
	_, v := begin(b, flatImage(b, 10_000))
	b.ReportAllocs()
	for b.Loop() {
		f, err := v.Open("/d/new", vfs.O_CREAT|vfs.O_WRONLY, 0o644)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
		v.Unlink("/d/new")
	}
}

func BenchmarkWrite64K(b *testing.B) {
	_, v := begin(b, new(vfs.Image))
	f, _ := v.Open("/f", vfs.O_CREAT|vfs.O_RDWR, 0o644)
	buf := make([]byte, 64<<10)
	for i := range buf {
		buf[i] = byte(i)
	}
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		f.Pwrite(buf, 0)
	}
}

func BenchmarkRead64K(b *testing.B) {
	_, v := begin(b, new(vfs.Image))
	v.WriteFile("/f", make([]byte, 64<<10), 0o644)
	f, _ := v.Open("/f", vfs.O_RDONLY, 0)
	buf := make([]byte, 64<<10)
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		f.Pread(buf, 0)
	}
}

// BenchmarkMemory reports what things take of memory; its times mean nothing.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
	}
	const n = 20_000
	var m *vfs.Image
	b.ReportMetric(heap(func() any { m = flatImage(b, n); return m })/n, "bytes/imagefile")
	d := vfs.NewDisk(vfs.Config{})
	b.ReportMetric(heap(func() any {
		all := make([]*vfs.Container, n)
		for i := range all {
			all[i], _ = d.NewContainer(m, "")
		}
		return all
	})/n, "bytes/container")
	b.ReportMetric(heap(func() any {
		_, v := begin(b, m)
		for i := range n {
			v.Stat(fmt.Sprintf("/d/file%d", i))
		}
		return v
	})/n, "bytes/lookedup")
	b.ReportMetric(heap(func() any {
		_, v := begin(b, m)
		for i := range n {
			v.WriteFile(fmt.Sprintf("/d/new%d", i), []byte("x"), 0o644)
		}
		return v
	})/n, "bytes/newfile")
}

// heap is how much memory what f makes takes.
func heap(f func() any) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	x := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(x)
	return float64(after.HeapAlloc - before.HeapAlloc)
}
