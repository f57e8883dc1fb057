package audit

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dockerlearn/lessons"
)

// sample returns the course without mistakes.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	src, err := os.ReadFile("testdata/course.txtar")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, part := range strings.Split(string(src), "\n-- ")[1:] {
		name, text, _ := strings.Cut(part, " --\n")
		fsys[name] = &fstest.MapFile{Data: []byte(text + "\n"), Mode: 0o644}
	}
	return fsys
}

const (
	en = "storage/layers.en.md"
	zh = "storage/layers.zh.md"
)

// mistake is one way to break the sample.
type mistake struct {
	name           string
	file, old, new string // the first old in file becomes new; without old, new is the whole file, "" deletes it
	want           string // "line:column code" of the file, or "file:line:column code"; several are parted by commas
}

// mistakes has a row for each way to break the sample, and what must be found: all of it and nothing else.
var mistakes = []mistake{
	{"nothing", en, "Alpine!", "Alpine!", ""},

	// Bytes and limits.
	{"not UTF-8", en, "set of", "set \xff of", "19:18 encoding"},
	{"a NUL", en, "set of", "set\x00 of", "19:17 encoding"},
	{"a direction override, twice", zh, "一组改动", "一\u202e组\u202e改动", "19:4 encoding"},
	{"byte order mark and Windows line ends are fine", en, "---\nid", "\ufeff---\r\nid", ""},
	{"a huge file", "glossary.yaml", "", strings.Repeat("# x\n", 300_000), "glossary.yaml too-big"},
	{"a huge paragraph", en, "A layer is", strings.Repeat("*a _b ", 4000), "19:1 too-big"},
	{"deep quotes", en, "A layer is", strings.Repeat("> ", 50) + "A layer is", "19:1 too-deep"},

	// Front matter.
	{"no end", en, "---\n\n# What", "# What", "1:1 front-matter"},
	{"none", en, "---\nid: layers", "id: layers", "1:1 front-matter, 1:1 stray, 1:1 title, 10:3 stray, 12:1 stray, 14:1 title"},
	{"no YAML", en, "id: layers", "id: layers: 1", "2:1 yaml"},
	{"a key twice", en, "level: basic", "level: basic\nlevel: advanced", "5:1 yaml"},
	{"an unknown key", en, "level: basic", "levle: basic", "2:1 missing-key, 4:1 unknown-key, storage/layers.zh.md:4:8 language-differs"},
	{"a level that does not exist", en, "level: basic", "level: easy", "4:8 value, storage/layers.zh.md:4:8 language-differs"},
	{"minutes in words", en, "minutes: 5", "minutes: five", "6:10 value, storage/layers.zh.md:6:10 language-differs"},
	{"a date that is none", en, `"2026-11"`, `"2026-13"`, "9:8 value, storage/layers.zh.md:9:8 language-differs"},
	{"another lesson's id", en, "id: layers", "id: copies", "2:5 misplaced"},
	{"another topic", en, "topic: storage", "topic: images", "3:8 misplaced"},
	{"a list that is none", en, "needs: []", "needs: copies", "7:8 yaml, storage/layers.zh.md:7:8 language-differs"},
	{"needs an unknown lesson", en, "needs: []", "needs: [copies, cpoies]", "storage/copies.en.md:7:9 needs-circle, 7:17 needs-unknown, storage/layers.zh.md:7:8 language-differs"},
	{"needs itself", en, "needs: []", "needs: [layers]", "7:9 needs-circle, storage/layers.zh.md:7:8 language-differs"},
	{"an unknown lab", en, "labs: []", "labs: [two-services]", "8:8 lab-unknown, storage/layers.zh.md:8:7 language-differs"},

	// The course.
	{"no course", "course.yaml", "", "", "course.yaml no-course"},
	{"an empty course", "course.yaml", "", "# nothing\n", "course.yaml yaml"},
	{"a lesson listed twice", "course.yaml", "      - copies\n", "      - copies\n      - copies\n", "11:9 id-twice"},
	{"a lesson that is not written", "course.yaml", "- copies", "- copys", "10:9 lesson-missing, storage/copies.en.md unlisted, storage/copies.zh.md unlisted"},
	{"an id with capitals", "course.yaml", "- copies", "- Copies", "10:9 id, storage/copies.en.md unlisted, storage/copies.zh.md unlisted"},
	{"a topic needs a later one", "course.yaml", "needs: [storage]", "needs: [volumes]", "13:13 needs-unknown"},
	{"a language that is none", "course.yaml", "[en, zh]", "[en, zh, fr]", "4:21 value"},
	{"a title in one language", "course.yaml", "{en: Storage, zh: 存储}", "{en: Storage}", "7:12 missing-key"},
	{"a language is missing", zh, "", "", "storage/layers.en.md language-missing"},
	{"a file that nobody lists", "storage/notes.md", "", "# Notes\n", "storage/notes.md unlisted"},
	{"no glossary", "glossary.yaml", "", "terms", "1:1 yaml"},
	{"a term twice", "glossary.yaml", "terms:", "terms:\n  - {id: copy-on-write, en: a, zh: 甲, says: {en: A., zh: 甲。}}", "3:5 id-twice"},
	{"columns of YAML count characters", "course.yaml", "zh: 网络}", "zh: 网络, fr: Réseau}", "12:37 unknown-key"},
	{"a published question is gone", "ids.txt", "layers-one", "layers-zero", "2:1 id-vanished"},

	// Headings.
	{"no title", en, "# What is a layer?", "What is a layer?", "14:1 title, 15:1 stray"},
	{"two titles", en, "## How it works {#how}", "# How it works", "storage/layers.en.md section-missing, 21:1 title, 46:52 read-unknown, storage/layers.zh.md:21:1 language-differs"},
	{"text outside of sections", en, "## The answer {#answer}", "Listen.\n\n## The answer {#answer}", "17:1 stray"},
	{"a heading by accident", en, "Since 29.0 another store is used.", "Since 29.0 another store is used.\n---", "30:1 empty, 32:1 empty, 32:1 id-missing, 32:1 underlined, storage/layers.zh.md:40:1 language-differs"},
	{"a section without id", en, " {#how}", "", "21:1 id-missing, 46:52 read-unknown"},
	{"a section's id twice", en, "{#wrong-disks}", "{#how}", "36:26 id-twice"},
	{"an id with capitals in a heading", en, "{#how}", "{#How}", "21:18 id, 46:52 read-unknown"},
	{"an unknown attribute", en, "{#how}", "{#how lang=en}", "21:23 unknown-attribute"},
	{"an unknown class", en, ".order}", ".ordre}", "84:1 no-answer, 84:43 unknown-attribute"},
	{"no attribute", en, "{#how}", "{#how here}", "21:23 attribute"},
	{"an attribute twice", en, "level=2}", "level=2 level=3}", "58:49 attribute"},
	{"an empty screen", en, "---\n\nSince 29.0 another store is used.\n\n", "---\n\n", "30:1 empty"},
	{"a section below the questions", en, "## Q Publish", "## Later {#later}\n\nText.\n\n## Q Publish", "104:1 language-differs, 104:1 order, 104:1 section-order"},
	{"a screen within a question", en, "A file of the image is big.", "A file.\n\n---\n\nIt is big.", "62:1 stray"},
	{"a part is missing", en, "## What they ask next {#next}", "## Also {#also}", "storage/layers.en.md section-missing, 40:1 section-order, storage/layers.zh.md:40:1 language-differs"},
	{"parts out of order", en, "{#answer}", "{#wrong}", "storage/layers.en.md section-missing, 21:1 section-order, 34:27 id-twice, storage/layers.zh.md:17:1 language-differs"},

	// Blocks.
	{"an unknown block", en, "```console\n$ docker run", "```consle\n$ docker run", "25:1 unknown-block"},
	{"a block for the engine in a section", en, "```console\n$ docker run", "```setup\n$ docker run", "25:1 unknown-block"},
	{"a block for the engine in a choice", en, "```console\n$ docker diff", "```check\n$ docker diff", "94:1 unknown-block"},
	{"a block without end", en, "```check\npublished web 80/tcp -> 8080\n```", "```check\npublished web 80/tcp -> 8080\n", "116:1 fence, storage/layers.zh.md:104:1 language-differs, storage/layers.zh.md:120:1 language-differs"},

	// Questions.
	{"a question's id twice", en, "{#layers-many level=2}", "{#layers-one level=2}", "58:28 id-twice, storage/layers.zh.md:58:1 language-differs"},
	{"a question's id in another lesson", "storage/copies.en.md", "{#copies-one}", "{#layers-one}", "storage/copies.en.md no-questions, 32:1 id-twice, 32:1 language-differs, storage/copies.zh.md no-questions, storage/copies.zh.md:32:1 language-differs"},
	{"no answers", en, "- [ ] nothing\n  > A change is listed.\n", "", "98:1 no-wrong, storage/layers.zh.md:92:1 language-differs"},
	{"no answers at all", en, "= writable | read-write\n~ lower: That is below it.\n\n", "", "69:1 no-answer"},
	{"two kinds of answers", en, "- [x] `chmod`", "= chmod\n\n- [x] `chmod`", "64:1 kind"},
	{"two classes", en, ".predict}", ".predict .open}", "92:49 kind"},
	{"no right option", en, "- [x] into", "- [ ] into", "50:1 no-right, 52:1 no-feedback, storage/layers.zh.md:46:1 language-differs, storage/layers.zh.md:52:1 no-feedback"},
	{"no wrong option", en, "- [ ] `stat`", "- [x] `stat`", "62:1 no-wrong, storage/layers.zh.md:58:1 language-differs"},
	{"an option without box", en, "- [ ] `stat`", "- `stat`", "62:1 no-wrong, 63:1 no-box, storage/layers.zh.md:58:1 language-differs"},
	{"an option that says nothing", en, "- [ ] `stat`", "- [ ]", "63:1 empty"},
	{"two right predictions", en, "- [x] `C /etc`", "- [x] `C /etc`\n- [x] `A /etc`", "98:1 kind, storage/layers.zh.md:92:1 language-differs"},
	{"no right answer to type", en, "= writable | read-write\n~ lower", "= \n~ lower", "73:1 typed"},
	{"right and wrong at once", en, "~ lower: T", "~ lower | writable: T", "74:1 typed"},
	{"a wrong answer without feedback", en, "~ lower: That is below it.", "~ lower", "74:1 typed"},
	{"an empty gap", en, "{{upper}}", "{{}}", "80:1 cloze"},
	{"one step", en, "2. copy\n3. write\n", "", "86:1 order, storage/layers.zh.md:84:1 language-differs"},
	{"a point without weight", en, "- (-1) says", "- says", "125:1 rubric, storage/layers.zh.md:120:1 language-differs"},
	{"no point in favour", en, "- (2) layers", "- (-2) layers", "124:1 rubric, storage/layers.zh.md:120:1 language-differs"},
	{"no conditions", en, "```check\npublished web 80/tcp -> 8080\n```\n", "", "104:1 no-answer, storage/layers.zh.md:104:1 language-differs"},
	{"nothing shows that it can be done", en, "```solution\ndocker run -d --name web -p 8080:80 nginx\n```\n\n", "", "104:1 no-solution, storage/layers.zh.md:104:1 language-differs"},
	{"half a sentence", en, "published web 80/tcp -> 8080", "published web 80/tcp -> 8080 | published |", "104:1 no-answer, 117:1 condition, storage/layers.zh.md:104:1 language-differs"},
	{"an explanation without label", en, "**Why.** The image", "The image", "56:1 stray"},
	{"a label alone", en, "**Why.** The image is read-only.", "**Why.**", "56:1 empty"},
	{"a section that does not exist", en, "read=how", "read=why", "46:52 read-unknown, storage/layers.zh.md:46:1 language-differs"},
	{"a level too high", en, "level=2}", "level=4}", "58:41 value"},
	{"asked how often", en, "asked=sometimes}", "asked=seldom}", "120:63 value, storage/layers.zh.md:120:1 language-differs"},

	// Two languages.
	{"another section", zh, "{#how}", "{#why}", "21:1 language-differs, 46:35 read-unknown"},
	{"a screen less", zh, "\n---\n\n自", "\n自", "21:1 language-differs"},
	{"another heading within a section", zh, "{#wrong-disks}", "{#wrong-disk}", "36:1 language-differs"},
	{"a heading within a section less", zh, " {#next-max}", "", "storage/layers.en.md:42:1 language-differs"},
	{"a question less", zh, "## Q 排出顺序 {#layers-order .order}\n\n1. 打开\n2. 复制\n3. 写入\n\n**为什么。** 先复制。\n", "", "storage/layers.en.md:84:1 language-differs"},
	{"another kind", zh, "{#layers-order .order}", "{#layers-order .open}", "84:1 no-answer"},
	{"an option less", zh, "- [ ] 写进内存，保存时才落盘\n  > 那样重启就丢了。\n", "", "46:1 language-differs"},
	{"another right answer", zh, "- [x] `chmod`\n- [ ] `stat`\n", "- [ ] `chmod`\n  > 不。\n- [x] `stat`\n", "58:1 language-differs"},
	{"a gap less", zh, "{{whiteout}}", "whiteout", "78:1 language-differs"},
	{"other weights", zh, "(2) 层", "(1) 层", "120:1 language-differs"},
	{"another level of a question", zh, "level=2}", "level=3}", "58:1 language-differs"},
	{"another level of the lesson", zh, "level: basic", "level: advanced", "4:8 language-differs"},

	// What fits, and what gives the answer away.
	{"a tall screen", en, "Since 29.0", strings.Repeat("One\n\n", 9) + "Since 29.0", "32:1 screen-tall"},
	{"a wide line", en, "Welcome to Alpine!", strings.Repeat("x", 73), "27:1 line-wide"},
	{"a line that just fits", en, "Welcome to Alpine!", strings.Repeat("x", 72), ""},
	{"an option by letter", en, "The image is read-only.", "Option B is right.", "56:10 option-by-place"},
	{"an option by place", en, "Then a restart", "As the first option says, a restart", "54:12 option-by-place"},
	{"an option by letter in Chinese", zh, "镜像只读。", "选项 B 才对。", "56:10 option-by-place"},
	{"all of the above in Chinese", zh, "没有输出", "以上都不对", "99:7 option-by-place"},
	{"a long right option", en, "container's own layer\n- [ ]", "container's own layer, which is the uppermost of all\n- [ ]", "52:1 right-longest"},
	{"no feedback", en, "  > Then all of them would see it.\n", "", "50:1 no-feedback"},
	{"a term to avoid", en, "A layer is", "By copy\non write a layer is", "19:4 term"},
	{"a term to avoid in Chinese", zh, "镜像只读。", "这是写时拷贝。", "56:12 term"},
	{"half-width signs in Chinese", zh, "层是一组改动，", "层是一组改动,", "19:7 punctuation"},
	{"full-width signs in English", en, "changes, kept", "changes， kept", "19:28 punctuation"},
	{"a claim without date", en, "as_of: \"2026-11\"\n", "", "31:1 undated, storage/layers.zh.md:9:8 language-differs, storage/layers.zh.md:32:1 undated"},
}

// furtherMistakes need more than one replacement.
var furtherMistakes = []struct {
	name   string
	change func(t *testing.T, fsys fstest.MapFS) fs.FS
	want   string
}{
	{"no questions", func(t *testing.T, fsys fstest.MapFS) fs.FS {
		for _, name := range []string{en, zh} {
			breakIt(t, fsys, name, string(fsys[name].Data[bytes.Index(fsys[name].Data, []byte("## Q")):]), "")
		}
		delete(fsys, "ids.txt")
		return fsys
	}, "labs/first.en.md:5:11 question-unknown, labs/first.en.md:25:1 question-unknown, " +
		"storage/layers.en.md no-questions, storage/layers.zh.md no-questions"},
	{"no front matter in both", func(t *testing.T, fsys fstest.MapFS) fs.FS {
		for _, name := range []string{"storage/copies.en.md", "storage/copies.zh.md"} {
			front := "---\nid: copies\ntopic: storage\nlevel: basic\nasked: often\nminutes: 3\nneeds: [layers]\n---\n"
			breakIt(t, fsys, name, front, "")
		}
		return fsys
	}, "storage/copies.en.md:1:1 front-matter, storage/copies.zh.md:1:1 front-matter"},
	{"a lab that is not in the course", func(t *testing.T, fsys fstest.MapFS) fs.FS {
		for _, name := range []string{en, zh} {
			breakIt(t, fsys, name, "labs: []", "labs: [first, third]")
		}
		return fsys
	}, "storage/layers.en.md:8:15 lab-unknown"},
	{"links, to files and to folders", func(_ *testing.T, fsys fstest.MapFS) fs.FS {
		fsys[zh] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: fs.ModeSymlink}
		fsys["images"] = &fstest.MapFile{Data: []byte("/"), Mode: fs.ModeSymlink}
		return fsys
	}, "images symlink, storage/layers.en.md language-missing, storage/layers.zh.md symlink"},
	{"a pipe", func(_ *testing.T, fsys fstest.MapFS) fs.FS {
		fsys[zh] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
		return fsys
	}, "storage/layers.en.md language-missing"},
	{"a file that cannot be read", func(_ *testing.T, fsys fstest.MapFS) fs.FS {
		return locked{fsys, "storage/copies.zh.md"}
	}, "storage/copies.zh.md unreadable"},
	{"nothing but patterns", func(_ *testing.T, fsys fstest.MapFS) fs.FS {
		for i := range 12 {
			right := "[x] right answers\n- [ ] wrong answer\n  > No."
			if i%2 == 0 {
				right = "[x] right\n- [ ] wrong answer\n  > No."
			}
			for _, name := range []string{en, zh} {
				q := fmt.Sprintf("\n## Q Which? {#more-%d}\n\n- %s\n", i, right)
				fsys[name] = &fstest.MapFile{Data: append(fsys[name].Data, q...)}
			}
		}
		return fsys
	}, "course.yaml mostly-recall, course.yaml pattern-longest, course.yaml pattern-longest"},
}

// locked is a folder with a file that cannot be opened.
type locked struct {
	fstest.MapFS
	name string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func TestFurtherMistakes(t *testing.T) {
	for _, m := range furtherMistakes {
		t.Run(m.name, func(t *testing.T) {
			found := Course(m.change(t, sample(t)), Options{})
			if got := codes(found, ""); got != m.want {
				t.Errorf("got  %s\nwant %s\n%s", got, m.want, printed(found))
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	for _, m := range slices.Concat(mistakes, labMistakes) {
		t.Run(m.name, func(t *testing.T) {
			fsys := sample(t)
			breakIt(t, fsys, m.file, m.old, m.new)
			found := Course(fsys, Options{})
			if got := codes(found, m.file+":"); got != m.want {
				t.Errorf("got  %s\nwant %s\n%s", got, m.want, printed(found))
			}
		})
	}
}

// codes says in short what was found and where; prefix is left out.
func codes(found lessons.Findings, prefix string) string {
	var all []string
	for _, f := range found {
		all = append(all, strings.TrimPrefix(f.Pos.String(), prefix)+" "+f.Code)
	}
	return strings.Join(all, ", ")
}

func breakIt(t *testing.T, fsys fstest.MapFS, file, old, new string) {
	t.Helper()
	if old == "" {
		if new == "" {
			delete(fsys, file)
			return
		}
		fsys[file] = &fstest.MapFile{Data: []byte(new), Mode: 0o644}
		return
	}
	src := string(fsys[file].Data)
	if !strings.Contains(src, old) {
		t.Fatalf("%s has no %q", file, old)
	}
	fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(src, old, new, 1)), Mode: 0o644}
}

func printed(found lessons.Findings) string {
	var b strings.Builder
	_ = Print(&b, found)
	return b.String()
}

var codeInSource = regexp.MustCompile(`(?:Errorf|Warnf)\([^"]*, "([a-z-]+)"`)

// Every code that the sources can report has a row above.
func TestEveryCodeHasARow(t *testing.T) {
	rows := ""
	for _, m := range slices.Concat(mistakes, labMistakes) {
		rows += " " + m.want + ","
	}
	for _, m := range furtherMistakes {
		rows += " " + m.want + ","
	}
	for _, dir := range []string{".", "../mdoc", "../../lessons"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range codeInSource.FindAllStringSubmatch(string(src), -1) {
				if !strings.Contains(rows, " "+m[1]+",") {
					t.Errorf("%s: no row breaks the sample so that %s is found", name, m[1])
				}
			}
		}
	}
}
