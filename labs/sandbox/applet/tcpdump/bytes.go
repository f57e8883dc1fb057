package tcpdump

import (
	"fmt"
	"strings"
)

// ASCII is a packet's bytes as text: -A. tcpdump: print-ascii.c, ascii_print
func ASCII(b []byte) string {
	var out strings.Builder
	for i, c := range b {
		switch {
		case c == '\r' && i+1 < len(b) && b[i+1] == '\n':
		case c == '\n', c == '\t', c >= 0x20 && c < 0x7f:
			out.WriteByte(c)
		default:
			out.WriteByte('.')
		}
	}
	return out.String() + "\n"
}

// Hex is a packet's bytes as numbers and text: -X. tcpdump: hex_and_ascii_print
func Hex(b []byte) string {
	var out strings.Builder
	for at := 0; at < len(b); at += 16 {
		row := b[at:min(at+16, len(b))]
		fmt.Fprintf(&out, "\t0x%04x:  ", at)
		numbers, text := "", ""
		for i, c := range row {
			if i > 0 && i%2 == 0 {
				numbers += " "
			}
			numbers += fmt.Sprintf("%02x", c)
			if c <= 0x20 || c >= 0x7f {
				c = '.'
			}
			text += string(rune(c))
		}
		fmt.Fprintf(&out, "%-39s  %s\n", numbers, text)
	}
	return out.String()
}
