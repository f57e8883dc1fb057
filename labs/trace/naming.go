package trace

import (
	"fmt"
	"strings"
	"unicode"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/lessons"
)

// naming is what learners call namespaces.
type naming map[*netsim.Stack]lessons.Text

// nameAll names namespaces. Who shares one is called as the one that sends, or else as the first.
func nameAll(all []sandbox.Place, sender string) naming {
	n := naming{}
	for _, p := range all {
		switch {
		case p.Name == sandbox.FromLAN && sender != p.Name: // the same machine has the servers of the world outside
			n[p.Net] = lessons.Text{lessons.EN: "outside", lessons.ZH: "外面"}
		case n[p.Net] == nil || p.Name == sender:
			n[p.Net] = EndName(p.Name)
		}
	}
	return n
}

// of is a namespace's name.
func (n naming) of(s *netsim.Stack) lessons.Text {
	if name, ok := n[s]; ok {
		return name
	}
	return same(s.Name())
}

// spoken is what a namespace is called in a sentence.
func (n naming) spoken(s *netsim.Stack) lessons.Text { return spoken(n.of(s)) }

func spoken(name lessons.Text) lessons.Text {
	switch name.In(lessons.EN) {
	case "host":
		return lessons.Text{lessons.EN: "the host", lessons.ZH: "宿主机"}
	case "outside":
		return lessons.Text{lessons.EN: "the machine outside", lessons.ZH: "外面的机器"}
	case "LAN":
		return lessons.Text{lessons.EN: "the LAN's machine", lessons.ZH: "局域网里的机器"}
	}
	return name
}

// EndName is what learners call a sender.
func EndName(from string) lessons.Text {
	switch from {
	case sandbox.FromHost:
		return lessons.Text{lessons.EN: "host", lessons.ZH: "宿主机"}
	case sandbox.FromLAN:
		return lessons.Text{lessons.EN: "LAN", lessons.ZH: "局域网"}
	}
	return same(from)
}

// same is a text that no language changes.
func same(s string) lessons.Text { return lessons.Text{lessons.EN: s, lessons.ZH: s} }

// say is a text in both languages. Arguments that are texts themselves stand in each in its own.
func say(en, zh string, args ...any) lessons.Text {
	return lessons.Text{lessons.EN: fill(lessons.EN, en, args), lessons.ZH: fill(lessons.ZH, zh, args)}
}

func fill(l lessons.Lang, format string, args []any) string {
	in := make([]any, len(args))
	for i, a := range args {
		in[i] = a
		if t, ok := a.(lessons.Text); ok {
			in[i] = t.In(l)
		}
	}
	s := format
	if len(in) > 0 {
		s = fmt.Sprintf(format, in...)
	}
	if l == lessons.ZH {
		return spaced(s)
	}
	return s
}

// spaced puts a space between Chinese characters and the names and numbers that stand among them.
func spaced(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if unicode.Is(unicode.Han, last) && latin(r) || latin(last) && unicode.Is(unicode.Han, r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

func latin(r rune) bool {
	return r > ' ' && r < 0x7f && (r == '/' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r))
}
