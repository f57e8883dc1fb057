package mdoc

import (
	"fmt"
	"strings"
	"testing"
)

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"```sh\na\n```\n", ""},
		{"~~~sh\na\n~~~", ""},
		{"```sh\n```\n", ""},
		{"> ```sh\n> a\n> ```\n", ""},
		{"- a\n\n  ```sh\n  b\n  ```\n\n  c\n", ""},
		{"text\n\n```sh\na\n", "3:1 fence"},
		{"```sh", "1:1 fence"},
		{"- ```sh\n  a\n\nb\n", "1:3 fence"},
		{"one\n\n---\n\ntwo\n", ""},
		{"标题\n---\n", "1:1 underlined"},
		{"# a {#b .c .d}\n", ""},
		{"# a {#b #c}\n", "1:9 attribute"},
		{"# 层 {#b x}\n", "1:9 attribute"},
		{"# a {# .c}\n", "1:6 attribute"},
		{"- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -\n", ""},
		{strings.Repeat("- ", 33) + "a", "1:1 too-deep"},
		{strings.Repeat("> ", 32) + "a", ""},
		{strings.Repeat("a", MaxBlock) + "\n\nb", ""},
		{"\n" + strings.Repeat("a\n", MaxBlock/2) + "a\n\nb", "2:1 too-big"},
		{strings.Repeat("a\n\n", MaxFile/3+1), "0:0 too-big"},
		{strings.Repeat("|", 99) + "\n" + strings.Repeat("|\n", 200), "1:1 too-big"},
		{"a\x00b\x00c", "1:2 encoding"},
		{"层\r层", "1:2 encoding"},
		{"\ufeffa\ufeff", "1:2 encoding"},
		{"层\xe5\xb1", "1:2 encoding"},
		{"---\nid: [\n---\n", "2:1 yaml"},
		{"---\na: 1\n", "1:1 front-matter"},
		{"---\na: 1\n\n## B\n\n---\n", "1:1 front-matter"},
		{"---\na: &x [*x]\n---\n", ""},
	} {
		d, found := Parse("x.md", []byte(c.src))
		_, more := d.Front()
		var got []string
		for _, f := range append(found, more...) {
			got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Col, f.Code))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%.40q: got %v, want %s", c.src, got, c.want)
		}
	}
}
