package vfs_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/vfs"
)

// recorded is a sequence that ran on Linux's overlayfs: what each operation returned, and the beginning of the sum of
// the merged tree and the upper directory after it.
type recorded struct {
	Ops  []op
	Errs []vfs.Errno
	Hash []string
}

// TestRecordedOverlay replays 29,843 operations recorded on Linux 6.18 with index=off, redirect_dir=off, metacopy=off.
// There are no exceptions.
func TestRecordedOverlay(t *testing.T) {
	n := 0
	for i, r := range readCorpus(t) {
		m := newModel()
		for at, o := range r.Ops {
			n++
			if got, _ := m.do(o); got != r.Errs[at] {
				t.Fatalf("sequence %d, operation %d, %v: Linux said %v, we %v", i, at, o, r.Errs[at], got)
			}
			if got := m.sum(); got != r.Hash[at] {
				t.Fatalf("sequence %d, operation %d, %v: the trees differ; ours:\n%s\nupper:\n%s", i, at, o,
					strings.Join(m.merged(), "\n"), strings.Join(m.upper(), "\n"))
			}
		}
	}
	if n != 29843 {
		t.Fatalf("%d operations were replayed", n)
	}
}

func (m *model) sum() string {
	h := sha256.Sum256([]byte(strings.Join(m.merged(), "\n") + "\x00" + strings.Join(m.upper(), "\n")))
	return hex.EncodeToString(h[:4])
}

func readCorpus(t *testing.T) []recorded {
	f, err := os.Open("testdata/overlay-corpus.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []recorded
	if err := json.NewDecoder(z).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}
