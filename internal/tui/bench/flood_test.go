package bench

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A flood comes in pieces that end anywhere: in the past there is every line once, and nothing between.
func TestAFloodInPiecesLeavesEveryLineOnce(t *testing.T) {
	for _, cut := range []int{700, 1000, 4097, 9001} {
		var flood bytes.Buffer
		for i := range 2000 {
			fmt.Fprintf(&flood, "line %d 中文\r\n", i)
		}
		x := newTerminal(size{20, 10})
		x.write([]byte("$ run\r\n"))
		for piece := range slices.Chunk(flood.Bytes(), cut) {
			x.write(piece)
		}
		x.write([]byte("$ "))
		all := trimmed(append(slices.Clone(x.past), x.draw(true)...))
		want := []string{"$ run"}
		for i := range 2000 {
			want = append(want, fmt.Sprintf("line %d 中文", i))
		}
		want = append(want, "$")
		if got := all[:min(len(all), len(want))]; !slices.Equal(got, want) {
			for i := range want {
				if i >= len(got) || got[i] != want[i] {
					t.Fatalf("pieces of %d: line %d is %q, want %q; around it\n%s", cut, i, got[i], want[i], strings.Join(got[max(i-5, 0):min(i+25, len(got))], "\n"))
				}
			}
		}
	}
}

// Whatever kind of lines a flood has, and however it is cut, the past is what the emulator makes of it line by line.
func TestFloodsOfEveryKind(t *testing.T) {
	for name, line := range map[string]func(i int) string{
		"full width":      func(i int) string { return fmt.Sprintf("%020d\r\n", i) },
		"two full widths": func(i int) string { return fmt.Sprintf("%040d\r\n", i) },
		"returns":         func(i int) string { return fmt.Sprintf("line %d\r\r\n", i) },
		"overwritten":     func(i int) string { return fmt.Sprintf("long line %d\rshort\r\n", i) },
		"empty":           func(i int) string { return strings.Repeat("\r\n", i%3) + fmt.Sprintf("%d\r\n", i) },
		"bare newlines":   func(i int) string { return fmt.Sprintf("a%d\nb\r\n", i) },
		"marks":           func(i int) string { return fmt.Sprintf("e\u0301 👩\u200d👩\u200d👧 %d\r\n", i) },
	} {
		t.Run(name, func(t *testing.T) {
			var flood bytes.Buffer
			for i := range 300 {
				flood.WriteString(line(i))
			}
			slow := newTerminal(size{20, 10})
			for l := range bytes.SplitAfterSeq(flood.Bytes(), []byte("\n")) {
				slow.write(l)
			}
			want := trimmed(append(slices.Clone(slow.past), slow.draw(true)...))
			for _, cut := range []int{500, 1001, 1 << 20} {
				quick := newTerminal(size{20, 10})
				for rest := flood.Bytes(); len(rest) > 0; { // a cluster of characters is shown as it comes: none is cut
					n := bytes.IndexByte(rest[min(cut, len(rest)-1):], '\n') + min(cut, len(rest)-1) + 1
					quick.write(rest[:n])
					rest = rest[n:]
				}
				got := trimmed(append(slices.Clone(quick.past), quick.draw(true)...))
				for i := range max(len(want), len(got)) {
					if i >= len(got) || i >= len(want) || got[i] != want[i] {
						t.Fatalf("pieces of %d: %d lines, want %d; from line %d\n%q, want\n%q", cut, len(got), len(want), i,
							got[min(i, len(got)):min(i+6, len(got))], want[min(i, len(want)):min(i+6, len(want))])
					}
				}
			}
		})
	}
}
