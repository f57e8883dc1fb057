package audit

import (
	"testing"

	"dockerlearn/lessons"
)

func TestByPlace(t *testing.T) {
	for _, c := range []struct {
		lang lessons.Lang
		text string
		want string // what names an option; "" if nothing does
	}{
		{lessons.EN, "Option B is right.", "Option B"},
		{lessons.EN, "as the last choice says", "last choice"},
		{lessons.EN, "None of the above.", "None of the above"},
		{lessons.EN, "see the options below", "options below"},
		{lessons.EN, "Choice 2 forgets the cache.", "Choice 2"},
		{lessons.EN, "the mount option is off", ""},
		{lessons.EN, "The resolver takes the first answer.", ""},
		{lessons.EN, "It answers 5 queries.", ""},
		{lessons.EN, "the layer above", ""},
		{lessons.ZH, "选项 B 才对", "选项 B "},
		{lessons.ZH, "答案是 C。", "答案是 C。"},
		{lessons.ZH, "所以 B 项不对", "B 项"},
		{lessons.ZH, "第二个选项忘了缓存", "第二个选项"},
		{lessons.ZH, "上面的选项", "上面的选项"},
		{lessons.ZH, "以上都不对", "以上都"},
		{lessons.ZH, "因此以上皆非", "以上皆"},
		{lessons.ZH, "24.0 以上都支持", ""},
		{lessons.ZH, "这个挂载选项没有打开", ""},
		{lessons.ZH, "加一个选项 --rm", ""},
		{lessons.ZH, "PATH 的第一项", ""},
	} {
		begin, end, found := byPlace(c.text, c.lang)
		if got := c.text[begin:end]; got != c.want || found != (c.want != "") {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestPunctuation(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"先读,再写", true},
		{"先读(只读)", true},
		{"写完了. 再读", true},
		{"他说\"好\"", true},
		{"真的吗?", true},
		{"用 /etc/hosts, /etc/passwd 这样的文件", false},
		{"版本 29.0 起", false},
		{"设备号 0, 0 的文件", false},
		{"先读，再写（只读）。", false},
		{"时间是 10:30", false},
	} {
		if got := mixed[lessons.ZH].MatchString(c.text); got != c.want {
			t.Errorf("%s: got %v", c.text, got)
		}
	}
}

func TestDatedClaim(t *testing.T) {
	for _, c := range []struct {
		lang lessons.Lang
		text string
		want bool
	}{
		{lessons.EN, "the default since 29.0", true},
		{lessons.EN, "since Docker 1.13.1", true},
		{lessons.EN, "As of today", true},
		{lessons.EN, "changed in 2024", true},
		{lessons.EN, "a file of 2048 bytes", false},
		{lessons.EN, "since it was created", false},
		{lessons.ZH, "自 29.0 起新安装默认用它", true},
		{lessons.ZH, "目前还不支持", true},
		{lessons.ZH, "2024 年改过", true},
		{lessons.ZH, "共 2048 字节", false},
	} {
		if got := datedClaim[c.lang].MatchString(c.text); got != c.want {
			t.Errorf("%s: got %v", c.text, got)
		}
	}
}

// A term is a word of its own in English; Chinese has no spaces to tell.
func TestAsWord(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"copy on write", "Copy On Write is", true},
		{"copy on write", "a copy on writes", false},
		{"white-out", "(white-out)", true},
		{"写时拷贝", "叫写时拷贝机制", true},
	} {
		if got := asWord(c.name).MatchString(c.text); got != c.want {
			t.Errorf("%s in %q: got %v", c.name, c.text, got)
		}
	}
}
