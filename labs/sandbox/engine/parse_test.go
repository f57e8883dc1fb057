package engine

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func FuzzParseBind(f *testing.F) {
	for _, s := range []string{"a:/b", "/a:/b:ro,z", "a:/b:nocopy", "x", "/x/../y:/z/", ":", "a:b:c:d", "a:/b:ro,rw", "a:/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := parseBind(s, "")
		if err != nil {
			if err.Error() == "" {
				t.Error("a refusal without words")
			}
			return
		}
		if !strings.HasPrefix(m.dest, "/") || m.dest == "/" || strings.Contains(m.dest, "/../") {
			t.Errorf("%q leads to %q", s, m.dest)
		}
		if (m.name == "") == (m.source == "") && !m.anonymous {
			t.Errorf("%q is %+v", s, m)
		}
		if m.readOnly != modeHas(m.mode, "ro") {
			t.Errorf("%q: read-only is %v", s, m.readOnly)
		}
	})
}

func FuzzParseTmpfs(f *testing.F) {
	for _, s := range []string{"", "size=1m", "size=50%,mode=700", "uid=1,gid=2", "exec,dev", "size=-1", "mode=9", "nope"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := parseTmpfs(s); err == nil && (m.Size < 0 || m.Inodes < 0 || m.Mode > 0o7777) {
			t.Errorf("%q: %+v", s, m)
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	for _, s := range []string{"", "ctrl-p,ctrl-q", "a", "ctrl-x,a,ctrl-@", "nope!", "ctrl-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if keys, err := parseKeys(s); err == nil && len(keys) == 0 {
			t.Errorf("%q are no keys", s)
		}
	})
}

// What was typed comes through, whatever pieces it comes in, up to where the keys are.
func TestDetachKeysInPieces(t *testing.T) {
	keys := []byte{16, 17}
	for _, row := range []struct {
		typed, passed string
		left          bool
	}{
		{"abc", "abc", false},
		{"ab\x10c", "ab\x10c", false},
		{"a\x10\x10b", "a\x10\x10b", false},
		{"a\x10\x11b", "a", true},
		{"\x11\x10", "\x11", false},
	} {
		for cut := range len(row.typed) + 1 {
			d := &detachKeys{keys: keys}
			var got []byte
			left := false
			for _, piece := range []string{row.typed[:cut], row.typed[cut:]} {
				out, detached := d.pass([]byte(piece))
				if got = append(got, out...); detached {
					left = true
					break
				}
			}
			if left != row.left || !left && !bytes.Equal(got, []byte(row.passed)) {
				t.Errorf("%q cut at %d: %q, %v", row.typed, cut, got, left)
			}
		}
	}
}

// The quick way to write a line of a log gives what JSON's own way gives.
func TestLogLinesAreJSON(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 4, 5, 120_000_000, time.UTC)
	for _, text := range []string{"", "\n", "y\n", "no end", `a "quoted" <b> & \ text` + "\n", "tab\t\n", "写时复制\n", "\x1b[31m\xff\n", "a\nb\n"} {
		e := logEntry{Log: text, Stream: "stderr", Time: at}
		want, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(e.appendJSON(nil)); got != string(want)+"\n" {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
