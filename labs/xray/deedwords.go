package xray

import (
	"strings"

	"dockerlearn/lessons"
)

// told is a sentence about a deed, and when it is the one to say. Its arguments are those of Deed.Says.
type told struct {
	when bool
	says say
}

// Says tells what happened to a path, for somebody who has never heard of layers: what, then why it cost what it did.
func (d Deed) Says(container string, lang lessons.Lang) []string {
	layer := d.From
	if layer == (Place{}) {
		layer = d.Below
	}
	if d.In != (Place{}) {
		layer = d.In
	}
	for _, t := range append(d.past(), d.inside()...) {
		if !t.when {
			continue
		}
		out := []string{t.says.in(
			lang, d.Path, container, layer.Says(lang), Bytes(d.Copied), Bytes(d.Wrote), Bytes(d.Size), d.Moved, d.touched(lang),
		)}
		if d.Copied > 0 && d.Wrote > 0 {
			out = append(out, say{
				"Cost: %s copied to write %s. Of a 2GB file, 2GB would have been copied.",
				"代价：为了写 %[2]s，复制了 %[1]s。换成 2GB 的文件，就要复制 2GB。",
			}.in(lang, Bytes(d.Copied), Bytes(d.Wrote)))
		}
		return out
	}
	return nil
}

// past are the sentences about writes that went past the layers.
func (d Deed) past() []told {
	return []told{
		{d.In.Kind == Volume, say{
			"%[1]s is in the %[3]s, not in a layer: %[5]s were written straight there. docker rm %[2]s does not touch it.",
			"%[1]s 在%[3]s 里，不在任何一层：%[5]s 直接写进卷里。docker rm %[2]s 动不了它。",
		}},
		{d.In.Kind == Bind, say{
			"%[1]s is in a directory of the %[3]s, not in a layer: %[5]s were written straight there, " +
				"and the host sees them.",
			"%[1]s 在%[3]s 目录里，不在任何一层：%[5]s 直接写到那里，宿主机上也看得到。",
		}},
		{d.In.Kind == Tmpfs, say{
			"%[1]s is in %[3]s, not in a layer: %[5]s were written there. They are gone when %[2]s stops.",
			"%[1]s 在%[3]s里，不在任何一层：写了 %[5]s。%[2]s 一停就没了。",
		}},
		{d.In != Place{}, say{
			"%[1]s is mounted over the layers (%[3]s): %[5]s were written there, and no layer took part.",
			"%[1]s 是挂在各层之上的（%[3]s）：%[5]s 直接写到那里，和层没有关系。",
		}},
	}
}

// inside are the sentences about what was done in the layers. The last one always holds.
func (d Deed) inside() []told {
	return []told{
		{d.Deleted, say{
			"%[1]s was deleted, as %[2]s sees it. The image still has it in %[3]s, and an image never changes: " +
				"a mark in %[2]s's own layer (a whiteout) hides it. No space was freed.",
			"在 %[2]s 看来，%[1]s 已经删掉了。可镜像的%[3]s里还有它，而镜像从不改动：" +
				"%[2]s 的可写层里多了一个标记（whiteout），把它遮住。空间并没有省出来。",
		}},
		{d.Removed, say{
			"%[1]s was deleted. Only %[2]s's own layer had it, so it is gone for good and its space is free.",
			"%[1]s 已经删掉。它只在 %[2]s 的可写层里，所以是真的没了，空间也还回来了。",
		}},
		{d.Opaque, say{
			"%[1]s is a new directory in %[2]s's own layer. It hides all that the image has in the directory of that name.",
			"%[1]s 是 %[2]s 可写层里的新目录，镜像里同名目录的内容全被它遮住（不透明目录）。",
		}},
		{d.CopyUp && d.Moved != "", say{
			"%[7]s was moved to %[1]s. It is a file of the image (%[3]s), so all of it, %[4]s, was copied into " +
				"%[2]s's own layer, and a whiteout hides the old name.",
			"%[7]s 被移到了 %[1]s。它是镜像里的文件（%[3]s），所以整个文件（%[4]s）先复制到 %[2]s 的可写层，" +
				"旧名字再用 whiteout 遮住。",
		}},
		{d.CopyUp && d.Wrote > 0 && d.Copied > 0, say{
			"%[1]s is a file of the image (%[3]s), and an image never changes. So all of it, %[4]s, was copied into " +
				"%[2]s's own layer first. Then %[5]s were written to the copy.",
			"%[1]s 是镜像里的文件（%[3]s），而镜像从不改动。所以先把整个文件（%[4]s）复制到 %[2]s 的可写层，" +
				"再往副本里写入 %[5]s。",
		}},
		{d.CopyUp && (d.Wrote > 0 || d.Copied == 0), say{
			"%[1]s is a file of the image (%[3]s). It was replaced as a whole, so nothing had to be copied: " +
				"%[5]s were written into %[2]s's own layer. The image's file lies below, unchanged and hidden.",
			"%[1]s 是镜像里的文件（%[3]s）。这次是整个换掉，所以什么也不用复制：直接往 %[2]s 的可写层里写了 %[5]s。" +
				"镜像里的那份还在下面，没变，只是被遮住了。",
		}},
		{d.CopyUp, say{
			"%[1]s is a file of the image (%[3]s). Not a byte was written, only %[8]s; that was enough to copy all of it, " +
				"%[4]s, into %[2]s's own layer.",
			"%[1]s 是镜像里的文件（%[3]s）。一个字节也没写，只是%[8]s，就足以把整个文件（%[4]s）复制到 %[2]s 的可写层。",
		}},
		{d.Took && d.Below != Place{}, say{
			"A new file, %[6]s, took the place of %[1]s in %[2]s's own layer. " +
				"The image's file (%[3]s) lies below, unchanged and hidden.",
			"%[2]s 的可写层里来了一个新文件（%[6]s），顶替了 %[1]s。镜像里的那份（%[3]s）还在下面，没变，只是被遮住了。",
		}},
		{d.Moved != "", say{
			"%[7]s was moved to %[1]s within %[2]s's own layer. Nothing was copied.",
			"%[7]s 在 %[2]s 的可写层里移到了 %[1]s，什么也没复制。",
		}},
		{d.Made && d.Type == Dir, say{
			"%[1]s is a new directory, in %[2]s's own layer. The image does not have it.",
			"%[1]s 是新目录，在 %[2]s 的可写层里；镜像里没有它。",
		}},
		{d.Made, say{
			"%[1]s is new: %[6]s in %[2]s's own layer. Nothing was copied, and the image does not have it.",
			"%[1]s 是新文件：%[6]s，在 %[2]s 的可写层里。什么也没复制，镜像里也没有它。",
		}},
		{true, say{
			"%[1]s was in %[2]s's own layer already: %[5]s were written, and nothing had to be copied.",
			"%[1]s 本来就在 %[2]s 的可写层里：写了 %[5]s，不用再复制。",
		}},
	}
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
		both := say{"%s copied up from %s, then %s written", "先从%[2]s复制上来 %[1]s，再写 %[3]s"}
		return both.in(lang, copied, d.From.Says(lang), wrote)
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
