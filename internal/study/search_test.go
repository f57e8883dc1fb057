package study

import (
	"testing"

	"dockerlearn"
	"dockerlearn/lessons"
)

// What one types with an input method: checked against a dictionary by hand.
func TestInitials(t *testing.T) {
	for text, want := range map[string]string{
		"写时复制":          "xsfz",
		"镜像与容器":         "jxyrq",
		"Docker 镜像":     "djx",
		"数据卷和绑定挂载":      "sjjhbdgz",
		"什么是联合文件系统？":    "smslhwjxt",
		"copy-on-write": "cow",
		"29.0 起":        "290q",
		"":              "",
	} {
		if got := Initials(text); got != want {
			t.Errorf("Initials(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFoldLeadsBack(t *testing.T) {
	const text = "  Ｄｏｃｋｅｒ\n 镜像　Layer "
	f := fold(text)
	if f.text != "docker 镜像 layer" {
		t.Fatalf("folded to %q", f.text)
	}
	from, to := f.original(len("docker "), len("docker 镜像"))
	if got := text[from:to]; got != "镜像" {
		t.Errorf("the match leads back to %q", got)
	}
}

func TestMatchesDoNotOverlap(t *testing.T) {
	got := matches("layer layers", []string{"layer", "layers"})
	want := [][2]int{{0, 5}, {6, 12}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("matches = %v, want %v", got, want)
	}
}

// A lab is found by its title, by its text, by its id and, in Chinese, by the initials of its title; it says which it is.
func TestSearchFindsLabs(t *testing.T) {
	c, _ := lessons.Load(dockerlearn.Content())
	x := newIndex(c)
	for _, q := range []struct {
		query string
		lang  lessons.Lang
	}{
		{"your first container", lessons.EN},
		{"break anything of yours", lessons.EN},
		{"first-container", lessons.EN},
		{"第一个容器", lessons.ZH},
		{"dygrq", lessons.ZH},
	} {
		found := x.search(q.query, q.lang)
		if len(found.Hits) == 0 || found.Hits[0].Kind != HitLab || found.Hits[0].Lab != "first-container" {
			t.Errorf("%q: %+v", q.query, found.Hits[:min(1, len(found.Hits))])
		}
	}
}
