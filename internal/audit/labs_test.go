package audit

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const (
	labEN = "labs/first.en.md"
	labZH = "labs/first.zh.md"
)

// labMistakes has a row for each way to break a lab of the sample.
var labMistakes = []mistake{
	// The course.
	{"a lab listed twice", "course.yaml", "      - second\n", "      - second\n      - first\n", "21:9 id-twice"},
	{"a group listed twice", "course.yaml", "labs:\n  - id: begin", "labs:\n  - {id: begin, title: {en: B, zh: 乙}, labs: []}\n  - id: begin", "17:9 id-twice, labs/first.en.md unlisted, labs/first.zh.md unlisted, labs/second.en.md unlisted, labs/second.zh.md unlisted"},
	{"a lab that is not written", "course.yaml", "- second\n", "- second\n      - third\n", "21:9 lab-missing"},
	{"a lab that is not listed", "course.yaml", "      - second\n", "", "labs/second.en.md unlisted, labs/second.zh.md unlisted"},
	{"a lab's id with capitals", "course.yaml", "- second\n", "- second\n      - Third\n", "21:9 id"},
	{"a lab's language is missing", labZH, "", "", "labs/first.en.md language-missing"},
	{"a lab's first language is missing", labEN, "", "", "labs/first.zh.md language-missing"},

	// Front matter.
	{"no front matter in a lab", labEN, "---\nid: first", "id: first", "1:1 empty, 1:1 front-matter, 1:1 id-missing, 1:1 no-check, 1:1 title, 1:1 underlined, 9:1 title, 13:1 block-misplaced, 17:1 block-misplaced, 23:1 block-misplaced"},
	{"a lab has no topic", labEN, "id: first", "id: first\ntopic: storage", "3:1 unknown-key"},
	{"another lab's id", labEN, "id: first", "id: second", "2:5 misplaced"},
	{"another level of a lab", labZH, "level: basic", "level: advanced", "3:8 language-differs"},
	{"a lab teaches an unknown question", labEN, "[layers-one]", "[layers-one, layers-two]", "5:23 question-unknown, labs/first.zh.md:5:10 language-differs"},
	{"a lab needs an unknown lab", labEN, "needs: []", "needs: [third]", "6:9 needs-unknown, labs/first.zh.md:6:8 language-differs"},
	{"labs need each other", labEN, "needs: []", "needs: [second]", "labs/first.zh.md:6:8 language-differs, labs/second.en.md:5:9 needs-circle"},

	// Story and blocks.
	{"a lab without title", labEN, "# A first container", "A first container", "9:1 title"},
	{"a lab with two titles", labEN, "## What happened {#debrief}", "# What happened {#debrief}", "10:1 no-debrief, 57:1 title"},
	{"a lab that tells nothing", labZH, "启动名为 web 的服务器，看一看它。\n\n说说你看到了什么。\n", "", "10:1 empty"},
	{"a lab with screens", labEN, "Say what you see.", "---\n\nSay what you see.", "29:1 stray"},
	{"an unknown block in a lab", labEN, "```setup", "```set-up", "14:1 unknown-block"},
	{"a second setup", labEN, "```check", "```setup\ntrue\n```\n\n```check", "18:1 block-twice"},
	{"an empty setup", labEN, "docker network create appnet\n", "", "14:1 empty"},
	{"a check in a list", labEN, "Say what you see.", "- Say what you see.\n\n  ```check\n  running web\n  ```", "31:3 block-misplaced"},
	{"a setup below the hints", labEN, "A process was started.", "A process was started.\n\n```setup\ntrue\n```", "61:1 block-misplaced"},
	{"a solution among the hints", labEN, "   ```sh", "   ```solution", "36:4 block-misplaced"},
	{"a check in Chinese", labZH, "说说你看到了什么。", "```check\nrunning web\n```", "14:1 block-language"},
	{"a solution in Chinese", labZH, "长的走法。", "```solution\ntrue\n```\n\n长的走法。", "25:1 block-language"},

	// Conditions.
	{"no check", labEN, "```check\n", "```sh\n", "10:1 no-check"},
	{"a check without conditions", "labs/second.en.md", "absent container web", "# nothing", "12:1 no-check"},
	{"a sentence without condition", labEN, "running web\n", "| it runs | 它在运行\n", "20:1 condition"},
	{"a sentence in one language", labEN, " | 文件在那里", "", "21:1 sentence"},
	{"a sentence that is empty", labEN, " | the file is there | ", " | | ", "21:1 sentence"},
	{"a sentence too many", labEN, " | 文件在那里", " | 文件在那里 | la", "21:1 sentence"},
	{"a mistake without sentences", labEN, " | “还要再来一个。”其实不用。", "", "26:1 sentence"},
	{"a mistake without question", labEN, "cache2 -> - |", "cache2 |", "26:1 mistake"},
	{"a mistake with an arrow of its own only", labEN, "cache:80 -> layers-one |", "cache:80 |", "25:1 mistake"},
	{"a mistake that brings back an unknown question", labEN, "-> layers-one |", "-> layers-two |", "25:1 question-unknown"},

	// Sections.
	{"an unknown section of a lab", labEN, "{#debrief}", "{#end}", "10:1 no-debrief, 57:1 section-unknown"},
	{"a section of a lab without id", labEN, " {#debrief}", "", "10:1 no-debrief, 57:1 id-missing"},
	{"a section of a lab twice", labEN, "{#debrief}", "{#hints}", "10:1 no-debrief, 57:19 id-twice"},
	{"an empty debrief", labZH, "一个进程启动了。\n", "", "29:1 empty"},
	{"no hints", labEN, "1. What is running?\n2. Start", "Start", "31:1 no-hints, 33:1 stray, 35:4 stray"},
	{"text among the hints", labEN, "1. What is running?", "Look.\n\n1. What is running?", "33:1 stray"},
	{"an empty hint", labEN, "1. What is running?", "1.", "33:1 empty"},
	{"no solution", "labs/second.en.md", "```solution", "```sh", "20:1 no-solution"},
	{"an empty solution", "labs/second.en.md", "docker rm -f web\n", "", "22:1 empty"},
	{"text below the last solution", "labs/second.en.md", "## What", "That is all.\n\n## What", "26:1 stray"},

	// Two languages.
	{"a hint less", labZH, "1. 有什么在运行？\n2. 让", "1. 让", "10:1 language-differs"},
	{"a solution's text less", labZH, "要两条命令。\n", "", "21:1 language-differs"},
	{"no solutions in Chinese", labZH, "## 解法 {#solutions}\n\n短的走法。\n\n长的走法。\n\n要两条命令。\n", "", "10:1 no-solution"},

	// Texts.
	{"a lab's term to avoid", labEN, "A process was started.", "By copy on write.", "59:4 term"},
	{"a term to avoid in a condition's sentence", labEN, "文件在那里", "写时拷贝", "21:1 term"},
	{"punctuation in a lab", labZH, "说说你看到了什么。", "说说,你看到了什么。", "14:3 punctuation"},
	{"a dated claim in a lab", "labs/second.en.md", "It is gone.", "It is currently gone.", "28:7 undated"},
	{"a tall story", labEN, "Say what you see.", strings.Repeat("One\n\n", 9) + "Say what you see.", "12:1 lab-tall"},
	{"a story that just fits", labEN, "Say what you see.", strings.Repeat("One\n\n", 6) + "Say what you see.", ""},
	{"a tall debrief", labZH, "一个进程启动了。", strings.Repeat("一\n\n", 18) + "完。", "31:1 lab-tall"},
	{"a hint that tells", labEN, "1. What is running?", "1. Try `docker run -d  --name other nginx`.", "33:4 hint-tells"},
	{"a hint with a later line of a solution", labEN, "1. What is running?", "1. Try `docker start web`.", "33:4 hint-tells"},
	{"a hint with another command", labEN, "1. What is running?", "1. Try `docker ps`.", ""},
	{"a run without sentence", labEN, "running web\n", "run `docker ps` prints web\n", "20:1 run-unsaid"},
	{"a run within others without sentence", labEN, "running web\n", "any running web ; run `docker ps` prints web\n", "20:1 run-unsaid"},
}

// What an author of labs reads, mistake by mistake.
func TestLabReport(t *testing.T) {
	var text bytes.Buffer
	for _, m := range labMistakes {
		fsys := sample(t)
		breakIt(t, fsys, m.file, m.old, m.new)
		fmt.Fprintf(&text, "== %s\n", m.name)
		_ = Print(&text, Course(fsys, Options{}))
	}
	golden(t, "lab-mistakes.txt", text.Bytes())
}
