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
	if len(e.Copies) == 0 {
		return Place{}
	}
	if c := e.Copies[0]; !c.Whiteout || c.By != (Place{}) {
		return c.By
	}
	return e.Copies[0].Place
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
			over := say{"Over the layers, at %s: %s.", "挂在各层之上，%s：%s。"}
			out = append(out, over.in(lang, m.Dest, m.Place.Says(lang)))
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
		docker := say{"A layer of Docker's own, %s: what every container finds.", "Docker 自带的一层，%s：每个容器都有。"}
		return docker.in(lang, Bytes(st.Size))
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
		alone := say{"No other container stands on these layers: %s on disk.", "没有别的容器用到这些层，磁盘上占 %s。"}
		return alone.in(lang, Bytes(s.Once))
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
