package quiz

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dockerlearn/lessons"
)

// terms are some concepts whose names stand close together.
func terms() []lessons.Term {
	term := func(id, en, zh string, also ...string) lessons.Term {
		return lessons.Term{
			ID: id, Name: lessons.Text{lessons.EN: en, lessons.ZH: zh},
			Also: map[lessons.Lang][]string{lessons.EN: also},
		}
	}
	return []lessons.Term{
		term("image", "image", "镜像"),
		term("container", "container", "容器"),
		term("layer", "layer", "层"),
		term("writable-layer", "writable layer", "可写层", "read-write layer", "upper layer"),
		term("lower-layer", "lower layer", "下层"),
		term("copy-on-write", "copy-on-write", "写时复制", "CoW"),
		term("copy-up", "copy-up", "向上复制"),
		term("whiteout", "whiteout", "白障"),
		term("opaque", "opaque directory", "不透明目录"),
		term("bind-mount", "bind mount", "绑定挂载"),
		term("volume", "volume", "卷"),
		term("tmpfs", "tmpfs mount", "tmpfs 挂载"),
		term("ingress", "ingress network", "入口网络"),
		term("egress", "egress network", "出口网络"),
		term("macvlan", "macvlan", "macvlan 网络"),
		term("ipvlan", "ipvlan", "ipvlan 网络"),
		term("namespace", "namespace", "命名空间"),
		term("overlay-fs", "overlayfs", "overlayfs 文件系统", "overlay"),
	}
}

func markText(q *lessons.Question, text string) Grade {
	return Mark(NewItem(q, 1, NewLexicon(terms())), Answer{Lang: lessons.EN, Text: text})
}

func TestTypedIsForgivenItsSpelling(t *testing.T) {
	whiteout := typed([]string{"whiteout", "whiteout file", "白障"})
	command := typed([]string{"docker build ."})
	option := typed([]string{"--rm"})
	address := typed([]string{"127.0.0.11"})
	namespaces := typed([]string{"network namespace"})
	size := typed([]string{"190 MB"})
	for _, tt := range []struct {
		q     *lessons.Question
		texts []string
	}{
		{whiteout, []string{
			"whiteout", "Whiteout", "  WHITEOUT  ", "white-out", "white out", "a whiteout", "the whiteout file",
			"whiteouts",
			"`whiteout`", `"whiteout"`, "“whiteout”", "whiteout.", "ｗｈｉｔｅｏｕｔ", "whiteout。",
			"whiteout　files", "《whiteout》",
			"白障", " 白障。", "「白障」", "whiteuot", "whiteotu", "whitout", "whiteoutt",
		}},
		{command, []string{
			"docker build .", "docker  build  .", "$ docker build .", "`docker build .`", "ｄｏｃｋｅｒ build .",
		}},
		{option, []string{"--rm", " --rm ", "“--rm”", "－－rm"}},
		{address, []string{"127.0.0.11", "127.0.0.11.", "１２７．０．０．１１", "127。0。0。11"}},
		{namespaces, []string{"network namespace", "Network Namespaces", "network-namespace", "netwrok namespace"}},
		{size, []string{"190 MB", "190MB", "190 mb", "１９０ＭＢ"}},
	} {
		for _, text := range tt.texts {
			if g := markText(tt.q, text); g.Verdict != Right || g.Score != 1 {
				t.Errorf("%q for %q: %+v", text, tt.q.Words[lessons.EN].Accept[0], g)
			}
		}
	}
}

func TestTypedIsNotForgivenItsMeaning(t *testing.T) {
	whiteout := typed([]string{"whiteout"})
	command := typed([]string{"docker build ."})
	for _, tt := range []struct {
		q     *lessons.Question
		texts []string
	}{
		{whiteout, []string{
			"", " ", "。", "opaque", "opaque directory", "layer", "blackout", "white", "whiteoutfile", "wihteotu",
			"not whiteout",
		}},
		{command, []string{"docker build", "docker build ..", "docker bulid .", "DOCKER BUILD .", "docker build . ."}},
		{typed([]string{"--rm"}), []string{"-rm", "rm", "--rmi"}},
		{typed([]string{"127.0.0.11"}), []string{"127.0.0.1", "127.0.0.12", "127001 1"}},
		{typed([]string{"overlay2"}), []string{"overlay1", "overlay22", "overlayz"}},
		{typed([]string{"bind"}), []string{"bond", "find", "blind"}}, // too short for a typo
		{typed([]string{"写时复制"}), []string{"写时复印", "读时复制", "写时"}},
		{typed([]string{"190 MB"}), []string{"180 MB", "19 MB", "190 GB", "1900 MB"}},
		{typed([]string{"/etc/motd"}), []string{"/etc/modt", "etc/motd", "/ETC/motd"}},
	} {
		for _, text := range tt.texts {
			if g := markText(tt.q, text); g.Verdict != Wrong {
				t.Errorf("%q for %q: %+v", text, tt.q.Words[lessons.EN].Accept[0], g)
			}
		}
	}
}

func TestTypedSaysWhatItTookItFor(t *testing.T) {
	q := typed([]string{"whiteout"}, []string{"opaque"}, []string{"tombstone", "grave stone"})
	for _, tt := range []struct {
		text    string
		verdict Verdict
		beliefs []int
		near    string
		concept string
	}{
		{"opaque", Wrong, []int{0}, "", ""},
		{"Tombstones", Wrong, []int{1}, "", ""},
		{"tombstne", Wrong, []int{1}, "tombstone", ""},
		{"whiteuot", Right, nil, "whiteout", ""},
		{"copy-up", Wrong, nil, "", "copy-up"},
		{"容器", Wrong, nil, "", "container"},
		{"volumes", Wrong, nil, "", "volume"},
	} {
		g := markText(q, tt.text)
		same := len(g.Beliefs) == len(tt.beliefs) && (len(g.Beliefs) == 0 || g.Beliefs[0] == tt.beliefs[0])
		if g.Verdict != tt.verdict || !same || g.Near != tt.near || g.Concept != tt.concept {
			t.Errorf("%q: %+v", tt.text, g)
		}
	}
}

// macvlan and ipvlan, ingress and egress are one or two letters apart. What may be a slip towards another concept is
// asked back ("did you mean"), not counted as right.
func TestATypoBetweenTwoConceptsIsWrong(t *testing.T) {
	q := typed([]string{"ingress network"}, []string{"egres network"})
	if g := markText(q, "egress network"); g.Verdict != Wrong || g.Concept != "egress" {
		t.Errorf("another concept, exactly: %+v", g)
	}
	near := typed([]string{"marble"}, []string{"garble"})
	if g := markText(near, "barble"); g.Verdict != Wrong || g.Near != "marble" {
		t.Errorf("as near to a wrong answer as to the right one: %+v", g)
	}
}

func TestAnotherNameOfTheConceptIsRight(t *testing.T) {
	q := typed([]string{"copy-on-write"})
	for _, text := range []string{"CoW", "cow", "写时复制", "copy on write"} {
		if g := markText(q, text); g.Verdict != Right {
			t.Errorf("%q: %+v", text, g)
		}
	}
}

func TestTypedInTheOtherLanguage(t *testing.T) {
	q := typed([]string{"whiteout"})
	q.Words[lessons.ZH] = &lessons.Words{
		Accept: []string{"白障文件"},
		Wrong:  []lessons.NamedWrong{{Answers: []string{"墓碑"}}},
	}
	if g := markText(q, "白障文件"); g.Verdict != Right {
		t.Errorf("the Chinese answer on an English screen: %+v", g)
	}
	if g := markText(q, "墓碑"); g.Verdict != Wrong || len(g.Beliefs) != 1 {
		t.Errorf("a wrong one named in Chinese: %+v", g)
	}
}

// Whatever slip of the finger is made in the name of a concept, it never becomes right where another is asked.
func TestNoSlipTurnsAConceptIntoAnother(t *testing.T) {
	all := terms()
	lexicon := NewLexicon(all)
	rapid.Check(t, func(t *rapid.T) {
		asked := rapid.SampledFrom(all).Draw(t, "asked")
		given := rapid.SampledFrom(all).Draw(t, "given")
		if asked.ID == given.ID {
			return
		}
		lang := rapid.SampledFrom([]lessons.Lang{lessons.EN, lessons.ZH}).Draw(t, "lang")
		name := rapid.SampledFrom(namesOf(given)).Draw(t, "name")
		q := typed([]string{asked.Name[lessons.EN], asked.Name[lessons.ZH]})
		for _, text := range []string{name, strings.ToUpper(name), name + "s", slipIn(t, name)} {
			g := Mark(NewItem(q, 1, lexicon), Answer{Lang: lang, Text: text})
			if g.Verdict == Right {
				t.Fatalf("asked for %s, %q counted as right: %+v", asked.ID, text, g)
			}
		}
	})
}

// slipIn makes one slip in a name: a letter doubled, dropped, or changed with its neighbour.
func slipIn(t *rapid.T, name string) string {
	letters := []rune(name)
	at := rapid.IntRange(0, len(letters)-1).Draw(t, "at")
	switch rapid.IntRange(0, 2).Draw(t, "slip") {
	case 0:
		return string(letters[:at+1]) + string(letters[at:])
	case 1:
		return string(letters[:at]) + string(letters[at+1:])
	}
	if at > 0 {
		letters[at-1], letters[at] = letters[at], letters[at-1]
	}
	return string(letters)
}

func TestCloze(t *testing.T) {
	q := &lessons.Question{Kind: lessons.Cloze, Words: map[lessons.Lang]*lessons.Words{
		lessons.EN: {Cloze: []lessons.ClozePart{
			{
				Text: "Deleting adds a ",
			}, {Accept: []string{"whiteout"}}, {Text: " in the "}, {Accept: []string{"upper", "upper layer"}},
		}},
		lessons.ZH: {
			Cloze: []lessons.ClozePart{{Accept: []string{"上层", "upper"}}, {Text: "里的"}, {Accept: []string{"白障"}}},
		},
	}}
	for _, tt := range []struct {
		name    string
		lang    lessons.Lang
		gaps    []string
		verdict Verdict
		score   float64
		states  [2]PartState
	}{
		{"both", lessons.EN, []string{"Whiteout", "upper"}, Right, 1, [2]PartState{Hit, Hit}},
		{"one", lessons.EN, []string{"whiteout", "lower layer"}, Partly, 0.5, [2]PartState{Hit, False}},
		{"changed places", lessons.EN, []string{"upper", "whiteout"}, Wrong, 0, [2]PartState{False, False}},
		{"one left empty", lessons.EN, []string{"", "upper"}, Partly, 0.5, [2]PartState{Missed, Hit}},
		{"too few", lessons.EN, []string{"whiteout"}, Partly, 0.5, [2]PartState{Hit, Missed}},
		{"nothing", lessons.EN, nil, Wrong, 0, [2]PartState{Missed, Missed}},
		{"the Chinese text has its own order", lessons.ZH, []string{"上层", "白障"}, Right, 1, [2]PartState{Hit, Hit}},
		{"too many", lessons.ZH, []string{"上层", "白障", "层"}, Right, 1, [2]PartState{Hit, Hit}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := Mark(NewItem(q, 1, NewLexicon(terms())), Answer{Lang: tt.lang, Gaps: tt.gaps})
			if g.Verdict != tt.verdict || g.Score != tt.score || g.Parts[0].State != tt.states[0] ||
				g.Parts[1].State != tt.states[1] {
				t.Errorf("%q: %+v", tt.gaps, g)
			}
		})
	}
}

func TestANameThatTwoConceptsShareIsNeither(t *testing.T) {
	lexicon := NewLexicon([]lessons.Term{
		{ID: "host-port", Name: lessons.Text{lessons.EN: "port"}},
		{ID: "container-port", Name: lessons.Text{lessons.EN: "Port"}},
	})
	if id, known := lexicon.concept(readText("port")); known {
		t.Errorf("port is known as %s", id)
	}
}

// FuzzTyped: no text crashes the marking, none is right and another concept at once, and what is accepted stays
// accepted in upper case (prose), wide letters and with spaces around it.
func FuzzTyped(f *testing.F) {
	for _, s := range []string{
		"whiteout", "docker run --rm -it alpine", "写时复制", "“x”", "`'\"", "$ ", "190 MB", "ｗｈｉｔｅ", ".", "\xff\xfe",
	} {
		f.Add(s, s)
		f.Add("whiteout", s)
	}
	lexicon := NewLexicon(terms())
	f.Fuzz(func(t *testing.T, accepted, given string) {
		mark := func(text string) Grade {
			return Mark(NewItem(typed([]string{accepted}), 1, lexicon), Answer{Lang: lessons.EN, Text: text})
		}
		if g := mark(given); g.Verdict == Right && g.Concept != "" || g.Verdict == Partly {
			t.Errorf("accepted %q, given %q: %+v", accepted, given, g)
		}
		read := readText(accepted)
		if read.empty() {
			return
		}
		if g := mark(accepted); g.Verdict != Right {
			t.Errorf("%q is not accepted as itself: %+v", accepted, g)
		}
		if g := mark(" \t" + accepted + "　"); g.Verdict != Right {
			t.Errorf("%q is not accepted with spaces around it: %+v", accepted, g)
		}
	})
}

func BenchmarkMarkTyped(b *testing.B) {
	it := NewItem(
		typed([]string{"whiteout", "whiteout file"}, []string{"opaque"}, []string{"tombstone"}),
		1,
		NewLexicon(terms()),
	)
	for _, text := range []string{"whiteout", "whiteuot", "something else"} {
		b.Run(strings.ReplaceAll(text, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				Mark(it, Answer{Lang: lessons.EN, Text: text})
			}
		})
	}
}
