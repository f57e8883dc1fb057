package mdoc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
)

// parse reads a text that has no mistakes.
func parse(t *testing.T, src string) *Document {
	t.Helper()
	d, found := Parse("x.md", []byte(src))
	if len(found) > 0 {
		t.Fatalf("%q: %v", src, found)
	}
	return d
}

// Chinese writes no spaces around bold text.
func TestEmphasisBesideChinese(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"**注意：**请", "<注意：>请"},
		{"他说**“你好”**了", "他说<“你好”>了"},
		{"先~~复制：~~再改", "先<复制：>再改"},
		{"把**整个文件**复制", "把<整个文件>复制"},
		{"用**`rm`**删", "用<rm>删"},
		{"**（重点）**其余", "<（重点）>其余"},
		{"한국어**（강조）**는", "한국어<（강조）>는"},
		{"a * b ** c", "a * b ** c"},
		{"snake_case_name 和 2*3*4", "snake_case_name 和 2<3>4"},
		{"**a.**b", "**a.**b"}, // CommonMark, where no Chinese is near
		{"**open", "**open"},
	} {
		var got strings.Builder
		for _, n := range ParseText(c.src).Nodes {
			marked(&got, n, []byte(c.src))
		}
		if got.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.src, got.String(), c.want)
		}
	}
}

// marked writes a node's text with < > around emphasis and strikethrough.
func marked(b *strings.Builder, n ast.Node, src []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Segment.Value(src))
		case *ast.CodeSpan:
			marked(b, c, src)
		default:
			b.WriteString("<")
			marked(b, c, src)
			b.WriteString(">")
		}
	}
}

func TestAttributes(t *testing.T) {
	for _, c := range []struct{ heading, title, want string }{
		{"## Title", "Title", ""},
		{"## Title {#id}", "Title", "#=id@11"},
		{"## 标题 {#id .order level=2}", "标题", "#=id@8 .=order@12 level=2@19"},
		{`## T { #id asked="very often" }`, "T", "#=id@8 asked=very often@12"},
		{"## Fill {{gap}}", "Fill {{gap}}", ""},
		{"## A set {}", "A set {}", ""},
		{"## A `{{.ID}}`", "A {{.ID}}", ""},
		{"## A set{#id}", "A set{#id}", ""},
		{"## Q {#id}", "Q", "#=id@7"},
		{"> ## Quoted {#id}", "Quoted", "#=id@14"},
	} {
		d := parse(t, "text\n\n"+c.heading+"\n")
		n := d.Nodes[1]
		if n.Kind() == ast.KindBlockquote {
			n = n.FirstChild()
		}
		var got []string
		for _, a := range d.Attrs(n.(*ast.Heading)) {
			got = append(got, fmt.Sprintf("%s=%s@%d", a.Key, a.Value, a.Pos.Col))
		}
		if title := d.Fragment(n).Text(); title != c.title || strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q with %v", c.heading, title, got)
		}
	}
}

// Places are those of the file, whatever stands above.
func TestPositions(t *testing.T) {
	for _, c := range []struct{ name, front string }{
		{"no front matter", ""},
		{"front matter", "---\nid: x\ntitle: 层\n---\n"},
		{"an empty front matter", "---\n---\n"},
	} {
		first := 1 + strings.Count(c.front, "\n")
		for _, end := range []string{"\n", "\r\n"} {
			src := c.front + "# 标题\n\n- 一\n- `二` three\n  > quote\n\n```console\n$ a\nb\n```\n\n| a |\n| - |\n"
			d := parse(t, strings.ReplaceAll(src, "\n", end))
			want := []Pos{{"x.md", first, 1}, {"x.md", first + 2, 1}, {"x.md", first + 6, 1}, {"x.md", first + 11, 1}}
			for i, n := range d.Nodes {
				if got := d.Pos(n); got != want[i] {
					t.Errorf("%s: block %d is at %v, want %v", c.name, i, got, want[i])
				}
			}
			code := d.Fragment(d.Nodes...).Code()
			if len(code) != 1 || code[0].Line(1) != (Pos{"x.md", first + 8, 1}) || code[0].Word != "console" {
				t.Errorf("%s: code is %+v", c.name, code)
			}
			prose := d.Fragment(d.Nodes...).Prose()
			if got := prose.At(strings.Index(prose.Text, "three")); got != (Pos{"x.md", first + 3, 7}) {
				t.Errorf("%s: three is at %v in %q", c.name, got, prose.Text)
			}
		}
	}
}

func TestFrontMatter(t *testing.T) {
	d := parse(t, "---\nid: x\ntitle: {zh: 层, en: layer}\n---\ntext\n")
	n, found := d.Front()
	if len(found) > 0 {
		t.Fatal(found)
	}
	layer := n.Content[3].Content[3]
	if layer.Value != "layer" || layer.Line != 3 || layer.Column != 20 {
		t.Errorf("%q is at %d:%d", layer.Value, layer.Line, layer.Column)
	}
	if again, _ := d.Front(); again.Content[1].Line != 2 {
		t.Errorf("read twice, id is on line %d", again.Content[1].Line)
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"# A `b` *c*\n\nd\ne", "A b c\nd e"},
		{"中文\n中文", "中文中文"},
		{"中文\nEnglish", "中文 English"},
		{"中文，\nEnglish", "中文，English"},
		{"- [x] one\n- two\n  > three", "one\ntwo\nthree"},
		{"| a | b |\n| - | - |\n| c | d |", "a\nb\nc\nd"},
		{"```sh\ncode\n```\nafter", "code\nafter"},
		{"a &amp; b \\* <!-- no --> https://x.y/z", "a & b *  https://x.y/z"},
		{"[link](http://x) ![picture](y.png)", "link picture"},
		{"", ""},
	} {
		if got := ParseText(c.src).Text(); got != c.want {
			t.Errorf("%q: got %q, want %q", c.src, got, c.want)
		}
	}
}

// A heading's id is where the renderer looks for it.
func TestHeadingID(t *testing.T) {
	h := parse(t, "## A {#b}").Nodes[0]
	if id, _ := h.AttributeString("id"); string(id.([]byte)) != "b" {
		t.Errorf("got %q", id)
	}
}
