package bench

import (
	"fmt"
	"os"
	"testing"

	"github.com/spf13/afero"
)

// flat is a memory file system with n files in one directory.
func flat(b *testing.B, n int) afero.Fs {
	b.Helper()
	fs := afero.NewMemMapFs()
	for i := range n {
		if err := afero.WriteFile(fs, fmt.Sprintf("/d/file%d", i), []byte("x"), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return fs
}

func BenchmarkAferoStart(b *testing.B) {
	base := flat(b, 100)
	for b.Loop() {
		afero.NewCopyOnWriteFs(base, afero.NewMemMapFs())
	}
}

func BenchmarkAferoLookup(b *testing.B) {
	for _, layers := range []int{1, 10, 120} {
		b.Run(fmt.Sprint(layers, " layers"), func(b *testing.B) {
			base := flat(b, 1)
			if err := afero.WriteFile(base, "/usr/share/doc", []byte("x"), 0o644); err != nil {
				b.Fatal(err)
			}
			for range layers {
				base = afero.NewCopyOnWriteFs(base, afero.NewMemMapFs())
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := base.Stat("/usr/share/doc"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAferoCopyUp100MB(b *testing.B) {
	base := afero.NewMemMapFs()
	if err := afero.WriteFile(base, "/big", make([]byte, 100<<20), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		fs := afero.NewCopyOnWriteFs(base, afero.NewMemMapFs())
		if err := fs.Chmod("/big", 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAferoReadDir10000(b *testing.B) {
	fs := afero.NewCopyOnWriteFs(flat(b, 10_000), afero.NewMemMapFs())
	for b.Loop() {
		d, err := fs.Open("/d")
		if err != nil {
			b.Fatal(err)
		}
		if names, err := d.Readdirnames(-1); err != nil || len(names) != 10_000 {
			b.Fatal(len(names), err)
		}
		d.Close()
	}
}

func BenchmarkAferoCreateAndUnlink(b *testing.B) {
	fs := afero.NewCopyOnWriteFs(flat(b, 10_000), afero.NewMemMapFs())
	for b.Loop() {
		f, err := fs.OpenFile("/d/new", os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
		if err := fs.Remove("/d/new"); err != nil {
			b.Fatal(err)
		}
	}
}
