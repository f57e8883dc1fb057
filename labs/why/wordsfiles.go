package why

import (
	"fmt"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// fileWords are those of what happened to files, and of why something about a file was refused.
func fileWords() map[sim.Rule]phrase {
	// of a path: the arguments are the path and where it is
	at := func(en, zh string) phrase {
		return func(t *teller, e sim.Event) said { return t.ofFile(e, en, zh) }
	}
	return map[sim.Rule]phrase{
		"vfs.copyup": (*teller).copiedUp,
		"vfs.whiteout": func(t *teller, e sim.Event) said {
			return t.ofFile(e, "%[1]s was removed in %[2]s: the image keeps its file, and a whiteout in the writable layer hides it",
				"在 %[2]s 里删除了 %[1]s：镜像里的文件还在，只是可写层里多了一个 whiteout 把它遮住").see(unionFS)
		},
		"vfs.reveal": at("%[1]s was made anew in %[2]s where a whiteout had hidden the image's",
			"%[2]s 里重新创建了 %[1]s，取代了原来遮住镜像文件的 whiteout"),
		"vfs.opaque": func(t *teller, e sim.Event) said {
			return t.ofFile(e, "the directory %[1]s of %[2]s is opaque: nothing of the image's directory shows through",
				"%[2]s 的目录 %[1]s 是不透明目录：镜像里的同名目录完全被遮住").see(unionFS)
		},
		"vfs.made":    at("%[1]s was created in the writable layer of %[2]s", "%[1]s 创建在 %[2]s 的可写层里"),
		"vfs.removed": at("%[1]s was removed from the writable layer of %[2]s", "%[1]s 已从 %[2]s 的可写层里删除"),
		"vfs.moved":   at("a file of %[2]s was moved to %[1]s", "%[2]s 里有个文件移到了 %[1]s"),

		"vfs.missing": at("there is nothing named %[1]s in %[2]s", "%[2]s 里没有 %[1]s"),
		"vfs.hidden":  (*teller).hidden,
		"vfs.dangling": at("%[1]s in %[2]s is a symbolic link to something that does not exist",
			"%[2]s 里的 %[1]s 是符号链接，指向的目标不存在"),
		"vfs.gone": at("the directory in which %[1]s was looked for has been removed meanwhile (%[2]s)",
			"查找 %[1]s 时所在的目录已经被删除（%[2]s）"),
		"vfs.name": at("%[1]s cannot be the name of a file (%[2]s)", "%[1]s 不能作为文件名（%[2]s）"),
		"vfs.loop": at("the symbolic links behind %[1]s go in a circle, or a directory would be moved into itself (%[2]s)",
			"%[1]s 的符号链接绕成了圈，或者目录要被移到它自身里面（%[2]s）"),
		"vfs.kind": at("%[1]s in %[2]s is of another kind than what was asked for: a file, a directory, a link",
			"%[2]s 里的 %[1]s 类型不符：文件、目录和链接不能混用"),
		"vfs.exists":   at("%[1]s is there already in %[2]s", "%[2]s 里已经有 %[1]s"),
		"vfs.notempty": at("the directory %[1]s in %[2]s is not empty", "%[2]s 里的目录 %[1]s 不是空的"),

		"vfs.search": at("a directory on the way to %[1]s in %[2]s may not be entered by this user: it has no x for them",
			"%[2]s 里通往 %[1]s 的某级目录没有给当前用户 x 权限，进不去"),
		"vfs.mode": at("the permission bits of %[1]s in %[2]s do not allow this user to do that",
			"%[2]s 里 %[1]s 的权限位不允许当前用户这样做"),
		"vfs.dirwrite": at("this user may not write to the directory that holds %[1]s in %[2]s",
			"%[2]s 里 %[1]s 所在的目录不允许当前用户写入"),
		"vfs.sticky": at("the directory of %[1]s in %[2]s is sticky: only owners may remove files there",
			"%[2]s 里 %[1]s 所在的目录设了 sticky 位：只有属主能删除文件"),
		"vfs.owner": at("only the owner of %[1]s in %[2]s, or root with CAP_FOWNER, may do that",
			"只有 %[2]s 里 %[1]s 的属主，或拥有 CAP_FOWNER 的 root 才能这样做"),
		"vfs.chown": at("giving %[1]s in %[2]s away needs CAP_CHOWN", "更改 %[2]s 里 %[1]s 的属主需要 CAP_CHOWN"),
		"vfs.mknod": at("making the device %[1]s in %[2]s needs CAP_MKNOD", "在 %[2]s 里创建设备 %[1]s 需要 CAP_MKNOD"),
		"vfs.whiteoutdev": at("%[1]s in %[2]s: an overlay keeps device 0/0 for its whiteouts",
			"%[2]s 里的 %[1]s：overlay 把设备号 0/0 留作 whiteout"),
		"vfs.hardlink": at("this user may not make a hard link to %[1]s in %[2]s (fs.protected_hardlinks)",
			"当前用户不能给 %[2]s 里的 %[1]s 建硬链接（fs.protected_hardlinks）"),
		"vfs.xattr": at("this attribute may not be set on %[1]s in %[2]s", "%[2]s 里的 %[1]s 不能设置这个扩展属性"),
		"vfs.capability": at("that needs a capability which this process does not have (%[1]s in %[2]s)",
			"这个操作所需的 capability 当前进程没有（%[2]s 的 %[1]s）"),

		"vfs.readonly": at("%[1]s in %[2]s is on a read-only mount", "%[2]s 里的 %[1]s 位于只读挂载上"),
		"vfs.mountflag": at("the mount that holds %[1]s in %[2]s forbids that: noexec or nodev",
			"%[2]s 里 %[1]s 所在的挂载禁止这样做：noexec 或 nodev"),
		"vfs.busy": at("%[1]s in %[2]s is a mount point, or in use", "%[2]s 里的 %[1]s 是挂载点，或正在使用"),
		"vfs.crossmount": at("%[1]s in %[2]s would go to another mount: that is a copy, not a rename",
			"%[2]s 里的 %[1]s 要跨挂载移动：这只能复制，不能改名"),
		"vfs.lowerdir": func(t *teller, e sim.Event) said {
			return t.ofFile(e, "%[1]s is a directory of the image of %[2]s: an overlay cannot rename it, only copy it",
				"%[1]s 是 %[2]s 镜像里的目录：overlay 不能给它改名，只能复制").see(unionFS)
		},
		"vfs.space":  (*teller).full,
		"vfs.inodes": at("no inodes were left for %[1]s (%[2]s)", "已没有 inode 可分给 %[1]s（%[2]s）"),
		"vfs.memory": at("the simulated world holds as much as it may: there was no room for %[1]s (%[2]s)",
			"模拟环境可保存的数据已到上限：放不下 %[1]s（%[2]s）"),
		"vfs.toobig":     at("%[1]s in %[2]s would be larger than may be", "%[2]s 里的 %[1]s 会超过允许的大小"),
		"vfs.descriptor": at("%[1]s in %[2]s was not opened for that", "%[2]s 里的 %[1]s 打开方式不允许这个操作"),
		"vfs.unsupported": at("the file system that holds %[1]s in %[2]s cannot do that",
			"%[2]s 里 %[1]s 所在的文件系统不支持这个操作"),
		"vfs.invalid": at("that makes no sense for %[1]s in %[2]s", "对 %[2]s 里的 %[1]s 这样做没有意义"),
		"vfs.dynamic": at("the kernel refuses that for %[1]s in %[2]s", "内核拒绝对 %[2]s 里的 %[1]s 这样做"),
	}
}

// ofFile is a sentence of a path and where it is.
func (t *teller) ofFile(e sim.Event, en, zh string) said {
	x, ok := e.Detail.(sandbox.FileEvent)
	if !ok {
		return said{}
	}
	path, where := x.Path, x.Files
	if x.Errno != 0 {
		path, where = x.Asked, x.In
	}
	host, onHost := "the host's files", "宿主机的文件系统"
	if name, ok := t.find(where); ok {
		host, onHost = name, name
	}
	return said{text: lessons.Text{lessons.EN: fmt.Sprintf(en, path, host), lessons.ZH: fmt.Sprintf(zh, path, onHost)}}
}

// copiedUp tells what a change of an image's file cost. Directories on the way are not worth a word.
func (t *teller) copiedUp(e sim.Event) said {
	x, ok := e.Detail.(sandbox.FileEvent)
	if !ok || x.Bytes == 0 {
		return said{}
	}
	return say("%[1]s is in the image of %[2]s, which nobody can write to: overlay copied all of it to the writable layer, %[3]s",
		"%[1]s 在 %[2]s 的镜像里，镜像不可写：overlay 先把整个文件向上复制到可写层，共 %[3]s",
		x.Path, t.name(x.Files), amount(x.Bytes)).see(writePath)
}

// full tells which space was used up: that of the host's disk, which all share, or a tmpfs's own.
func (t *teller) full(e sim.Event) said {
	x, _ := e.Detail.(sandbox.FileEvent)
	_, container := t.find(x.Files)
	switch {
	case container, x.Files == "root":
		return say("there was no room for %[1]s: the host's disk is full, and images, containers and volumes share it",
			"放不下 %[1]s：宿主机磁盘已满，镜像、容器和数据卷共用这块磁盘", x.Path).see(layeredCleanup)
	case x.Files == "" && x.In == "":
		return said{} // the engine's own; its error says it
	case x.Files == "":
		return say("there was no room for %s", "放不下 %s", x.Asked)
	}
	return say("there was no room for %[1]s: the file system %[2]s that it lies on is full",
		"放不下 %[1]s：它所在的文件系统 %[2]s 已到容量上限",
		x.Asked, x.Files)
}

func (t *teller) hidden(e sim.Event) said {
	return t.ofFile(e, "%[1]s is in the image of %[2]s, but %[2]s does not see it: a whiteout hides it",
		"%[1]s 就在 %[2]s 的镜像里，但 %[2]s 看不到它：它被 whiteout 遮住了").see(unionFS)
}

// amount is a size in a person's units.
func amount(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}

// binary is a limit as it is given to docker: 10m.
func binary(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
