package study

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Initials returns the first letters of a text as one types them with an input method: each Chinese character becomes
// the initial of its pinyin, each Latin word its first letter, digits stay: "写时复制" is "xsfz", "Docker 镜像" is "djx".
//
// The 3,755 characters of GB 2312 level 1 stand in the order of their pinyin, so their code tells the initial. Rarer
// ones are left out, and of several readings only the one that the standard chose is known.
func Initials(s string) string {
	var b strings.Builder
	encoder := simplifiedchinese.GBK.NewEncoder()
	inWord := false
	for _, r := range s {
		r = foldRune(r)
		switch {
		case r >= 'a' && r <= 'z':
			if !inWord {
				b.WriteRune(r)
			}
			inWord = true
			continue
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 0x4e00 && r <= 0x9fff:
			if code, err := encoder.Bytes([]byte(string(r))); err == nil && len(code) == 2 {
				b.WriteString(initialOf(uint16(code[0])<<8 | uint16(code[1])))
			}
		}
		inWord = false
	}
	return b.String()
}

// firstOf holds, for each initial, the first GB 2312 code of level 1 whose pinyin begins with it.
var firstOf = [...]struct {
	code    uint16
	initial string
}{
	{0xb0a1, "a"},
	{0xb0c5, "b"},
	{0xb2c1, "c"},
	{0xb4ee, "d"},
	{0xb6ea, "e"},
	{0xb7a2, "f"},
	{0xb8c1, "g"},
	{0xb9fe, "h"},
	{0xbbf7, "j"},
	{0xbfa6, "k"},
	{0xc0ac, "l"},
	{0xc2e8, "m"},
	{0xc4c3, "n"},
	{0xc5b6, "o"},
	{0xc5be, "p"},
	{0xc6da, "q"},
	{0xc8bb, "r"},
	{0xc8f6, "s"},
	{0xcbfa, "t"},
	{0xcdda, "w"},
	{0xcef4, "x"},
	{0xd1b9, "y"},
	{0xd4d1, "z"},
}

const endOfLevel1 = 0xd7fa

func initialOf(code uint16) string {
	if code < firstOf[0].code || code >= endOfLevel1 || code&0xff < 0xa1 {
		return ""
	}
	found := ""
	for _, f := range firstOf {
		if f.code > code {
			break
		}
		found = f.initial
	}
	return found
}
