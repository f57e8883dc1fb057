package condition

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dockerlearn/lessons"
)

// say is a sentence in both languages, with the same arguments. Where the order differs, they are numbered.
func say(en, zh string, args ...any) lessons.Text {
	return lessons.Text{lessons.EN: fmt.Sprintf(en, args...), lessons.ZH: fmt.Sprintf(zh, args...)}
}

// joined is sentences made one.
func joined(all []lessons.Text, en, zh string) lessons.Text {
	var english, chinese strings.Builder
	for i, t := range all {
		if i > 0 {
			english.WriteString(en)
			chinese.WriteString(zh)
			if last, _ := utf8.DecodeLastRuneInString(zh); unicode.Is(unicode.Han, last) && !startsHan(t.In(lessons.ZH)) {
				chinese.WriteString(" ")
			}
		}
		english.WriteString(t.In(lessons.EN))
		chinese.WriteString(t.In(lessons.ZH))
	}
	return lessons.Text{lessons.EN: english.String(), lessons.ZH: chinese.String()}
}

// startsHan reports whether no space belongs before a text that follows a Chinese word.
func startsHan(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, first)
}

// distinct is sentences without those that were said already.
func distinct(all []lessons.Text) []lessons.Text {
	var kept []lessons.Text
	for _, t := range all {
		same := func(o lessons.Text) bool { return o[lessons.EN] == t[lessons.EN] }
		if !slices.ContainsFunc(kept, same) {
			kept = append(kept, t)
		}
	}
	return kept
}

// kindName is what a kind of thing is called.
func (k Kind) name() lessons.Text {
	switch k {
	case Image:
		return say("image", "镜像")
	case Network:
		return say("network", "网络")
	case Volume:
		return say("volume", "数据卷")
	case File:
		return say("file", "文件")
	}
	return say("container", "容器")
}

// missing says that there is no such thing.
func missing(k Kind, name string) lessons.Text {
	n := k.name()
	return lessons.Text{
		lessons.EN: fmt.Sprintf("there is no %s %s", n[lessons.EN], name),
		lessons.ZH: fmt.Sprintf("没有叫 %s 的%s", name, n[lessons.ZH]),
	}
}

// present says that there is one.
func present(k Kind, name string) lessons.Text {
	n := k.name()
	article := "a"
	if k == Image {
		article = "an"
	}
	return lessons.Text{
		lessons.EN: fmt.Sprintf("there is %s %s %s", article, n[lessons.EN], name),
		lessons.ZH: fmt.Sprintf("有叫 %s 的%s", name, n[lessons.ZH]),
	}
}

// english and chinese are lists in words: "a, b and c".
func english(names []string) string { return listed(names, ", ", " and ") }

func chinese(names []string) string { return listed(names, "、", " 和 ") }

func listed(names []string, comma, and string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], comma) + and + names[last]
}

// shownMost is how much of a text is shown in a sentence.
const shownMost = 60

// shown is a text in a sentence: its first line, in quotation marks, cut where it is long.
func shown(text string) string {
	line, rest, more := strings.Cut(strings.TrimSpace(text), "\n")
	r := []rune(strings.ToValidUTF8(line, "\uFFFD"))
	cut := len(r) > shownMost
	if cut {
		r = r[:shownMost]
	}
	line = string(r)
	if cut || more && rest != "" {
		line += " …"
	}
	return "\"" + line + "\""
}
