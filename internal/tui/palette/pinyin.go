package palette

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// pinyin knows the first letters of Chinese characters. The 3,755 common characters of GB 2312 stand in the order of
// their pinyin, so a character's code tells the letter.
type pinyin struct {
	encoder *encoding.Encoder
	marks   []mark
}

// mark is the first common character of a letter; the letter 0 begins what is not common.
type mark struct {
	letter rune
	code   []byte
}

func newPinyin() *pinyin {
	p := &pinyin{encoder: simplifiedchinese.GBK.NewEncoder()}
	pairs := []rune("a啊b芭c擦d搭e蛾f发g噶h哈j击k喀l垃m妈n拿o哦p啪q期r然s撒t塌w挖x昔y压z匝\x00亍")
	for i := 0; i < len(pairs); i += 2 {
		p.marks = append(p.marks, mark{pairs[i], p.gbk(pairs[i+1])})
	}
	return p
}

// initials returns the first letters of a name as one types them with an input method: "写时复制" is "xsfz". Latin
// letters and digits stay.
func (p *pinyin) initials(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Han, r):
			if letter := p.initial(r); letter != 0 {
				b.WriteRune(letter)
			}
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

func (p *pinyin) initial(r rune) rune {
	code, letter := p.gbk(r), rune(0)
	for _, m := range p.marks {
		if bytes.Compare(m.code, code) > 0 {
			break
		}
		letter = m.letter
	}
	return letter
}

func (p *pinyin) gbk(r rune) []byte {
	code, err := p.encoder.Bytes([]byte(string(r)))
	if err != nil {
		return nil
	}
	return code
}
