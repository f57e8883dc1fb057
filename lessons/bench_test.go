package lessons

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dockerlearn"
)

// The course must be there before the first frame is drawn, 100 ms after the program starts.
func BenchmarkLoadBuiltIn(b *testing.B) { benchmarkLoad(b, dockerlearn.Content()) }

// 5,000 lessons must load within 1 s.
func BenchmarkLoad5000(b *testing.B) {
	root, err := os.OpenRoot(generate(b, 5000))
	if err != nil {
		b.Fatal(err)
	}
	defer root.Close()
	benchmarkLoad(b, root.FS())
}

func benchmarkLoad(b *testing.B, fsys fs.FS) {
	b.ReportAllocs()
	for b.Loop() {
		if c, found := Load(fsys); len(c.Lessons()) == 0 {
			b.Fatal(found)
		}
	}
}

// generate writes a course of so many lessons, in two languages and topics of a hundred.
func generate(b *testing.B, lessons int) string {
	dir := b.TempDir()
	var list strings.Builder
	list.WriteString("id: big\nversion: \"1\"\ntitle: {en: Big, zh: 大}\nlanguages: [en, zh]\ntopics:\n")
	for i := range lessons {
		topic := fmt.Sprintf("topic-%d", i/100)
		if i%100 == 0 {
			fmt.Fprintf(&list, "  - id: %s\n    title: {en: Topic, zh: 题}\n    lessons:\n", topic)
			if err := os.Mkdir(filepath.Join(dir, topic), 0o755); err != nil {
				b.Fatal(err)
			}
		}
		id := fmt.Sprintf("lesson-%d", i)
		fmt.Fprintf(&list, "      - %s\n", id)
		for lang, text := range map[string]string{"en": generatedEN, "zh": generatedZH} {
			text = strings.NewReplacer("TOPIC", topic, "ID", id).Replace(text)
			if err := os.WriteFile(filepath.Join(dir, topic, id+"."+lang+".md"), []byte(text), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, courseFile), []byte(list.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	return dir
}

const generatedFront = `---
id: ID
topic: TOPIC
level: basic
asked: often
minutes: 5
needs: []
labs: []
as_of: "2026-11"
---

`

const generatedEN = generatedFront + `# What does lesson ID say?

## The answer in one minute {#answer}

A union file system shows several directories as one tree. A **read** takes
the file from the topmost layer, and the first change copies it up.

## How it works {#how}

Here is a session:

` + "```console\n$ docker run -d --name shop alpine sleep 1d\n{{id}}\n$ docker exec shop rm /etc/motd\n```" + `

---

| Driver     | Unit  |
| ---------- | ----- |
| ` + "`overlay2`" + ` | file  |
| ` + "`btrfs`" + `    | block |

## What people get wrong {#wrong}

### "The image changes." {#wrong-image}

It never does: the change lands in the container's own layer.

## What they ask next {#next}

### Where is the layer? {#next-where}

Below the data root of the daemon.

## Q Where does the write go? {#ID-01 level=1 read=how}

A container appends one line to ` + "`/etc/motd`" + `.

- [ ] Into the image layer that holds the file
  > The same file would then change for every container.
- [x] Into a copy in the container's own layer
- [ ] Into memory only, until a commit
  > Then it would be gone after a restart. It is not.

**Why.** The kernel copies the whole file up first.

## Q What hides a deleted file? {#ID-02}

= whiteout | white-out
~ opaque: An opaque entry hides a whole directory.

**Why.** It lies in the upper layer.
`

const generatedZH = generatedFront + `# ID 这一课讲什么？

## 一分钟回答 {#answer}

联合文件系统把多个目录叠成一棵目录树。**读**文件时取最上面的那一份，第一次修改会把文件向上复制。

## 工作原理 {#how}

看一段操作：

` + "```console\n$ docker run -d --name shop alpine sleep 1d\n{{id}}\n$ docker exec shop rm /etc/motd\n```" + `

---

| 驱动       | 单位 |
| ---------- | ---- |
| ` + "`overlay2`" + ` | 文件 |
| ` + "`btrfs`" + `    | 块   |

## 常见误区 {#wrong}

### “镜像会变。” {#wrong-image}

镜像从来不变，改动都在容器自己的层里。

## 追问 {#next}

### 这一层放在哪里？ {#next-where}

在守护进程的数据目录下面。

## Q 写到哪里去了？ {#ID-01 level=1 read=how}

容器往 ` + "`/etc/motd`" + ` 末尾追加一行。

- [ ] 写进文件所在的镜像层
  > 那样每个容器里的文件都会变。
- [x] 写进容器自己那一层的副本
- [ ] 提交之前只写在内存里
  > 那样重启就没了，其实还在。

**为什么。** 内核先把整个文件向上复制。

## Q 用什么遮住被删的文件？ {#ID-02}

= whiteout | 删除标记
~ opaque: 不透明目录遮住的是整个目录。

**为什么。** 它放在上层。
`
