package mdoc

import "testing"

// Chinese writes no spaces around bold text.
func TestBoldBesideChinese(t *testing.T) {
	for _, src := range []string{"**注意：**请", "他说**“你好”**了", "先~~复制：~~再改", "把**整个文件**复制", "用**`rm`**删"} {
		if got := ParseText(src).Text(); len(got) >= len(src)-3 {
			t.Errorf("%q keeps its marks: %q", src, got)
		}
	}
}
