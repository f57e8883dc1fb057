package xray

import (
	"fmt"
	"strings"

	"dockerlearn/lessons"
)

// say is a sentence in both languages. Its arguments stand in the order of the English one; the Chinese one numbers them.
type say struct{ en, zh string }

func (s say) in(lang lessons.Lang, args ...any) string {
	if lang == lessons.ZH {
		return fmt.Sprintf(s.zh, args...)
	}
	return fmt.Sprintf(s.en, args...)
}

// Says is a place in a word or two.
func (p Place) Says(lang lessons.Lang) string {
	switch p.Kind {
	case Upper:
		return say{"own layer", "可写层"}.in(lang)
	case Layer:
		return say{"layer %d", "第 %d 层"}.in(lang, p.Level)
	case Init:
		return say{"Docker's own layer", "Docker 自带层"}.in(lang)
	case Volume:
		return say{"volume %s", "数据卷 %s"}.in(lang, Short(p.Name))
	case Bind:
		return say{"host %s", "宿主机 %s"}.in(lang, p.Name)
	case Tmpfs:
		return say{"memory (tmpfs)", "内存（tmpfs）"}.in(lang)
	case Image:
		return say{"image %s", "镜像 %s"}.in(lang, p.Name)
	case Docker:
		return say{"kept by Docker", "Docker 管理"}.in(lang)
	}
	return say{"the kernel", "内核"}.in(lang)
}

// Short is a name as people would say it: of 64 digits, the first twelve.
func Short(name string) string {
	if len(name) == 64 && strings.Trim(name, "0123456789abcdef") == "" {
		return name[:12]
	}
	return name
}

// Says tells what happened to a path, for somebody who has never heard of layers: what, then why it cost what it did.
func (d Deed) Says(container string, lang lessons.Lang) []string {
	wrote, copied, size := Bytes(d.Wrote), Bytes(d.Copied), Bytes(d.Size)
	from, below := d.From.Says(lang), d.Below.Says(lang)
	switch {
	case d.In != Place{}:
		return []string{d.mounted(container, lang)}
	case d.Deleted:
		return []string{say{
			"%[1]s was deleted, as %[2]s sees it. The image still has it in %[3]s, and an image never changes: a mark in %[2]s's own " +
				"layer (a whiteout) hides it. No space was freed.",
			"在 %[2]s 看来，%[1]s 已经删掉了。可镜像的%[3]s里还有它，而镜像从不改动：%[2]s 的可写层里多了一个标记（whiteout），把它遮住。空间并没有省出来。",
		}.in(lang, d.Path, container, below)}
	case d.Removed:
		return []string{say{
			"%[1]s was deleted. Only %[2]s's own layer had it, so it is gone for good and its space is free.",
			"%[1]s 已经删掉。它只在 %[2]s 的可写层里，所以是真的没了，空间也还回来了。",
		}.in(lang, d.Path, container)}
	case d.Opaque:
		return []string{say{
			"%[1]s is a new directory in %[2]s's own layer. It hides all that the image has in the directory of that name.",
			"%[1]s 是 %[2]s 可写层里的新目录，镜像里同名目录的内容全被它遮住（不透明目录）。",
		}.in(lang, d.Path, container)}
	case d.CopyUp && d.Moved != "":
		return []string{say{
			"%[1]s was moved to %[2]s. It is a file of the image (%[3]s), so all of it, %[4]s, was copied into %[5]s's own layer, " +
				"and a whiteout hides the old name.",
			"%[1]s 被移到了 %[2]s。它是镜像里的文件（%[3]s），所以整个文件（%[4]s）先复制到 %[5]s 的可写层，旧名字再用 whiteout 遮住。",
		}.in(lang, d.Moved, d.Path, from, copied, container)}
	case d.CopyUp && d.Wrote > 0 && d.Copied > 0:
		return []string{say{
			"%[1]s is a file of the image (%[2]s), and an image never changes. So all of it, %[3]s, was copied into %[4]s's own " +
				"layer first. Then %[5]s were written to the copy.",
			"%[1]s 是镜像里的文件（%[2]s），而镜像从不改动。所以先把整个文件（%[3]s）复制到 %[4]s 的可写层，再往副本里写入 %[5]s。",
		}.in(lang, d.Path, from, copied, container, wrote), say{
			"Cost: %s copied to write %s. Of a 2GB file, 2GB would have been copied.",
			"代价：为了写 %[2]s，复制了 %[1]s。换成 2GB 的文件，就要复制 2GB。",
		}.in(lang, copied, wrote)}
	case d.CopyUp && (d.Wrote > 0 || d.Copied == 0):
		return []string{say{
			"%[1]s is a file of the image (%[2]s). It was replaced as a whole, so nothing had to be copied: %[3]s were written into " +
				"%[4]s's own layer. The image's file lies below, unchanged and hidden.",
			"%[1]s 是镜像里的文件（%[2]s）。这次是整个换掉，所以什么也不用复制：直接往 %[4]s 的可写层里写了 %[3]s。镜像里的那份还在下面，没变，只是被遮住了。",
		}.in(lang, d.Path, from, wrote, container)}
	case d.CopyUp:
		return []string{say{
			"%[1]s is a file of the image (%[2]s). Not a byte was written, only %[3]s; that was enough to copy all of it, %[4]s, into " +
				"%[5]s's own layer.",
			"%[1]s 是镜像里的文件（%[2]s）。一个字节也没写，只是%[3]s，就足以把整个文件（%[4]s）复制到 %[5]s 的可写层。",
		}.in(lang, d.Path, from, d.touched(lang), copied, container)}
	case d.Took && d.Below != Place{}:
		return []string{say{
			"A new file, %[2]s, took the place of %[1]s in %[3]s's own layer. The image's file (%[4]s) lies below, unchanged and hidden.",
			"%[3]s 的可写层里来了一个新文件（%[2]s），顶替了 %[1]s。镜像里的那份（%[4]s）还在下面，没变，只是被遮住了。",
		}.in(lang, d.Path, size, container, below)}
	case d.Moved != "":
		return []string{say{
			"%[1]s was moved to %[2]s within %[3]s's own layer. Nothing was copied.",
			"%[1]s 在 %[3]s 的可写层里移到了 %[2]s，什么也没复制。",
		}.in(lang, d.Moved, d.Path, container)}
	case d.Made && d.Type == Dir:
		return []string{say{
			"%[1]s is a new directory, in %[2]s's own layer. The image does not have it.",
			"%[1]s 是新目录，在 %[2]s 的可写层里；镜像里没有它。",
		}.in(lang, d.Path, container)}
	case d.Made:
		return []string{say{
			"%[1]s is new: %[2]s in %[3]s's own layer. Nothing was copied, and the image does not have it.",
			"%[1]s 是新文件：%[2]s，在 %[3]s 的可写层里。什么也没复制，镜像里也没有它。",
		}.in(lang, d.Path, size, container)}
	}
	return []string{say{
		"%[1]s was in %[3]s's own layer already: %[2]s were written, and nothing had to be copied.",
		"%[1]s 本来就在 %[3]s 的可写层里：写了 %[2]s，不用再复制。",
	}.in(lang, d.Path, wrote, container)}
}

// mounted tells of a write that went past the layers.
func (d Deed) mounted(container string, lang lessons.Lang) string {
	s := say{
		"%[1]s is in %[2]s, which is mounted over the layers: %[3]s were written there, and no layer took part.",
		"%[1]s 在%[2]s里，是挂在各层之上的：%[3]s 直接写到那里，和层没有关系。",
	}
	switch d.In.Kind {
	case Volume:
		s = say{
			"%[1]s is in the %[2]s, not in a layer: %[3]s were written straight there. docker rm %[4]s does not touch it.",
			"%[1]s 在%[2]s 里，不在任何一层：%[3]s 直接写进卷里。docker rm %[4]s 动不了它。",
		}
	case Bind:
		s = say{
			"%[1]s is in a directory of the %[2]s, not in a layer: %[3]s were written straight there, and the host sees them.",
			"%[1]s 在%[2]s 目录里，不在任何一层：%[3]s 直接写到那里，宿主机上也看得到。",
		}
	case Tmpfs:
		s = say{
			"%[1]s is in %[2]s, not in a layer: %[3]s were written there. They are gone when %[4]s stops.",
			"%[1]s 在%[2]s里，不在任何一层：写了 %[3]s。%[4]s 一停就没了。",
		}
	}
	return s.in(lang, d.Path, d.In.Says(lang), Bytes(d.Wrote), container)
}

// touched is what was done to a file that nothing was written to.
func (d Deed) touched(lang lessons.Lang) string {
	switch strings.TrimPrefix(d.Call, "f") {
	case "chmod", "chmodat":
		return say{"its permissions were changed", "改了改权限"}.in(lang)
	case "chown", "lchown", "chownat":
		return say{"its owner was changed", "换了个属主"}.in(lang)
	case "utimens", "utimensat", "utimes":
		return say{"its times were changed", "改了改时间"}.in(lang)
	case "link", "linkat":
		return say{"it got a second name", "多了一个名字（硬链接）"}.in(lang)
	case "open":
		return say{"it was opened for writing", "以写的方式打开过"}.in(lang)
	}
	return say{"something about it was changed", "动了它的属性"}.in(lang)
}

// Brief tells what happened to a path in few words.
func (d Deed) Brief(lang lessons.Lang) string {
	wrote, copied, size := Bytes(d.Wrote), Bytes(d.Copied), Bytes(d.Size)
	switch {
	case d.In != Place{}:
		return say{"%s written to %s, past the layers", "写入 %s，直接进%s，不经过层"}.in(lang, wrote, d.In.Says(lang))
	case d.Deleted:
		return say{"hidden by a whiteout, still in %s", "被 whiteout 遮住，%s里还在"}.in(lang, d.Below.Says(lang))
	case d.Removed:
		return say{"gone: it was only here", "没了：本来就只在这里"}.in(lang)
	case d.Opaque:
		return say{"a new directory hides the image's", "新目录，遮住镜像里的"}.in(lang)
	case d.CopyUp && d.Wrote > 0 && d.Copied > 0:
		return say{"%s copied up from %s, then %s written", "先从%[2]s复制上来 %[1]s，再写 %[3]s"}.in(lang, copied, d.From.Says(lang), wrote)
	case d.CopyUp && d.Copied == 0:
		return say{"replaced: %s written, nothing copied", "整个换掉：写 %s，没有复制"}.in(lang, wrote)
	case d.CopyUp:
		return say{"%s copied up from %s, nothing written", "从%[2]s复制上来 %[1]s，什么也没写"}.in(lang, copied, d.From.Says(lang))
	case d.Took:
		return say{"a new file in its place, %s", "换成了新文件，%s"}.in(lang, size)
	case d.Moved != "":
		return say{"moved from %s", "从 %s 移来"}.in(lang, d.Moved)
	case d.Made && d.Type == Dir:
		return say{"new directory", "新目录"}.in(lang)
	case d.Made:
		return say{"new, %s", "新文件，%s"}.in(lang, size)
	}
	return say{"%s written, it was here already", "写 %s，本来就在这里"}.in(lang, wrote)
}

// State is what is to be said of an entry in few words: what docker diff says, and what became of it.
func (e Entry) State(lang lessons.Lang) string {
	switch {
	case e.Change == Deleted && e.hiddenByDir():
		return say{"D hidden: new directory", "D 被新目录遮住"}.in(lang)
	case e.Change == Deleted:
		return say{"D deleted: whiteout", "D 已删（whiteout）"}.in(lang)
	case e.Gone && !e.gone().InLayers():
		return say{"hidden by the mount", "被挂载遮住"}.in(lang)
	case e.Gone:
		return say{"removed by %s", "已被%s删掉"}.in(lang, e.gone().Says(lang))
	case e.Mount && e.Change == Added:
		return say{"A mounted here", "A 挂在这里"}.in(lang)
	case e.Mount && e.From.Kind != Kernel:
		return say{"mounted here", "挂在这里"}.in(lang)
	case e.Change == Added && e.Type == Dir:
		return say{"A new directory", "A 新目录"}.in(lang)
	case e.Change == Added:
		return say{"A new", "A 新增"}.in(lang)
	case e.Change == Changed && e.Type == Dir:
		return say{"C something in it", "C 里面有改动"}.in(lang)
	case e.Change == Changed:
		return say{"C changed copy", "C 改过的副本"}.in(lang)
	}
	return ""
}

func (e Entry) hiddenByDir() bool { return len(e.Copies) > 0 && !e.Copies[0].Whiteout }

// gone is who hides what is no longer seen.
func (e Entry) gone() Place {
	for _, c := range e.Copies {
		if c.Whiteout && c.By == (Place{}) {
			return c.Place
		}
		return c.By
	}
	return Place{}
}

// Says is what becomes of a copy.
func (c Copy) Says(lang lessons.Lang) string {
	switch {
	case c.Whiteout:
		return say{"whiteout: hides it", "whiteout：遮住它"}.in(lang)
	case c.Answers && c.Opaque:
		return say{"opaque: hides below", "不透明：遮住下面"}.in(lang)
	case c.Answers && c.Type == Dir:
		return say{"merged with others", "各层合在一起"}.in(lang)
	case c.Answers:
		return say{"this one is read", "读到的是这份"}.in(lang)
	case !c.By.InLayers():
		return say{"hidden by the mount", "被挂载遮住"}.in(lang)
	}
	return say{"hidden by %s", "被%s遮住"}.in(lang, c.By.Says(lang))
}

// Words tells a view in sentences.
func Words(v View, lang lessons.Lang) []string {
	if len(v.Containers) == 0 {
		return []string{say{"There is no container to look into.", "还没有容器可以看。"}.in(lang)}
	}
	s := v.Stack
	out := []string{say{
		"Container %s (%s) stands on the image %s. Its own layer takes %s; docker diff counts %d changes.",
		"容器 %s（%s）用的是镜像 %s。它的可写层占 %s，docker diff 有 %d 处改动。",
	}.in(lang, s.Name, s.Container.State, Short(s.Container.Image), Bytes(s.Size), s.Changes)}
	for _, m := range s.Mounts {
		if m.Kind != Docker {
			out = append(out, say{"Over the layers, at %s: %s.", "挂在各层之上，%s：%s。"}.in(lang, m.Dest, m.Place.Says(lang)))
		}
	}
	for _, st := range s.Steps {
		out = append(out, st.words(lang))
	}
	out = append(out, s.Sharing(lang))
	for _, e := range v.Listing.Entries {
		if line := e.words(lang); line != "" {
			out = append(out, line)
		}
	}
	return append(out, v.Happened.Words(s.Name, lang)...)
}

func (st Step) words(lang lessons.Lang) string {
	switch st.Kind {
	case Init:
		return say{"A layer of Docker's own, %s: what every container finds.", "Docker 自带的一层，%s：每个容器都有。"}.in(lang, Bytes(st.Size))
	case Layer:
		return say{"Layer %d, %s: %s", "第 %d 层，%s：%s"}.in(lang, st.Level, Bytes(st.Size), st.Instruction)
	}
	return say{"No layer, only a setting: %s", "不产生层，只是设置：%s"}.in(lang, st.Instruction)
}

// words is what is remarkable about an entry; "" if nothing is.
func (e Entry) words(lang lessons.Lang) string {
	state := e.State(lang)
	if state == "" && len(e.Copies) < 2 || e.Type == Dir && state == "" || e.From.Kind == Docker || e.From.Kind == Kernel {
		return ""
	}
	if state != "" {
		state = say{", %s", "，%s"}.in(lang, state)
	}
	line := say{"%s: %s%s", "%s：%s%s"}.in(lang, e.Path, e.From.Says(lang), state)
	if e.Type == Dir || len(e.Copies) < 2 {
		return line + say{".", "。"}.in(lang)
	}
	var parts []string
	for _, c := range e.Copies {
		parts = append(parts, say{"%s %s: %s", "%s（%s）%s"}.in(lang, c.Place.Says(lang), Bytes(c.Size), c.Says(lang)))
	}
	return line + say{". ", "。"}.in(lang) + strings.Join(parts, say{"; ", "；"}.in(lang)) + say{".", "。"}.in(lang)
}

// Sharing tells who stands on the same layers, and what that saves.
func (s Stack) Sharing(lang lessons.Lang) string {
	if len(s.Users) < 2 {
		return say{"No other container stands on these layers: %s on disk.", "没有别的容器用到这些层，磁盘上占 %s。"}.in(lang, Bytes(s.Once))
	}
	return say{
		"%d containers stand on these layers. On disk once: %s. If each had its own: %s.",
		"有 %d 个容器用到这些层。磁盘上只存一份：%s；要是各存一份：%s。",
	}.in(lang, len(s.Users), Bytes(s.Once), Bytes(s.Apart))
}

// Words tells what the last command did to a container's files.
func (h Happened) Words(container string, lang lessons.Lang) []string {
	if len(h.Deeds) == 0 {
		return []string{say{
			"No command has changed a file of %s yet.", "还没有哪条命令改过 %s 的文件。",
		}.in(lang, container)}
	}
	out := []string{say{"What just happened: %s", "刚才发生了什么：%s"}.in(lang, h.Line)}
	if !h.Latest {
		out = []string{say{"The last change came from: %s", "最近一次改动来自：%s"}.in(lang, h.Line)}
	}
	for _, d := range h.Deeds {
		out = append(out, d.Says(container, lang)...)
	}
	if h.More > 0 {
		out = append(out, say{"And %d more.", "还有 %d 处。"}.in(lang, h.More))
	}
	return out
}
