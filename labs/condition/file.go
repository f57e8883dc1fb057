package condition

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/vfs"
	"dockerlearn/lessons"
)

// place is a path of a container or of the host.
type place struct{ container, path string }

// onHost is what stands for the host where a container's name can.
const onHost = "host"

// place reads C:PATH.
func (r *reading) place() place {
	w := r.text("a container and a path, C:PATH")
	container, path, ok := strings.Cut(w, ":")
	if r.mistake == nil && (!ok || container == "" || strings.ContainsAny(container, "/ ") || !strings.HasPrefix(path, "/")) {
		r.wrongWord("%q is no C:PATH", "write a container or host, a colon and a path from the root on", w)
	}
	return place{container, path}
}

// about: a file is of its container too.
func (p place) about() []Subject {
	file := Subject{File, p.container + ":" + p.path}
	if p.container == onHost {
		return []Subject{file}
	}
	return []Subject{file, {Container, p.container}}
}

// in is where it is: "in web", "在 web 里".
func (p place) in() lessons.Text {
	if p.container == onHost {
		return say("on the host", "宿主机上")
	}
	return say("in %s", "%s 里", p.container)
}

// says is a sentence about the file, put between where it is.
func (p place) says(en, zh string, args ...any) lessons.Text {
	in, t := p.in(), say(en, zh, args...)
	return lessons.Text{
		lessons.EN: fmt.Sprintf("%s %s %s", p.path, in[lessons.EN], t[lessons.EN]),
		lessons.ZH: fmt.Sprintf("%s的 %s %s", in[lessons.ZH], p.path, t[lessons.ZH]),
	}
}

// see is what the path leads to; otherwise why it leads nowhere.
func (s *State) see(p place) (sandbox.Seen, lessons.Text) {
	if p.container == onHost {
		seen, err := s.Host.See(p.path)
		return seen, p.why(err)
	}
	if _, why := s.container(p.container); why != nil {
		return sandbox.Seen{}, why
	}
	seen, err := s.Host.SeeIn(p.container, p.path)
	return seen, p.why(err)
}

func (p place) why(err error) lessons.Text {
	switch err {
	case nil:
		return nil
	case vfs.ELOOP:
		return p.says("is a symbolic link that leads in circles", "是绕圈子的符号链接")
	}
	return p.says("does not exist", "不存在")
}

// readFile: file C:PATH contains|equals TEXT, file C:PATH exists|absent, file C:PATH mode MODE.
func readFile(r *reading, _ string) test {
	p := r.place()
	var t test
	switch verb := r.oneOf("exists", "absent", "contains", "equals", "mode"); verb {
	case "exists", "absent":
		t = fileExists(p, verb == "exists")
	case "mode":
		t = r.fileMode(p)
	default:
		text := r.word("a text")
		if verb == "contains" && text == "" {
			r.wrongWord("every file contains nothing", "write a text, or use equals \"\" for an empty file")
		}
		t = fileText(p, verb, text)
	}
	t.about = p.about()
	return t
}

func fileExists(p place, wanted bool) test {
	yes, no := p.says("exists", "存在"), p.says("does not exist", "不存在")
	t := test{holds: yes, fails: no}
	if !wanted {
		t.holds, t.fails = no, yes
	}
	t.look = func(s *State) (bool, lessons.Text) {
		_, why := s.see(p)
		if why == nil {
			return wanted, yes
		}
		return !wanted && why[lessons.EN] == no[lessons.EN], why
	}
	return t
}

func (r *reading) fileMode(p place) test {
	w := r.text("a mode")
	want, err := strconv.ParseUint(w, 8, 12)
	if r.mistake == nil && err != nil {
		r.wrongWord("%q is no mode", "write an octal number such as 600", w)
	}
	return test{
		holds: p.says("has mode %s", "权限是 %s", w), fails: p.says("does not have mode %s", "权限不是 %s", w),
		look: func(s *State) (bool, lessons.Text) {
			seen, why := s.see(p)
			if why != nil {
				return false, why
			}
			has := uint64(seen.Stat().Mode.Perm())
			return has == want, p.says("has mode %o", "权限是 %o", has)
		},
	}
}

func fileText(p place, verb, text string) test {
	t := test{
		holds: p.says("contains %s", "包含 %s", shown(text)), fails: p.says("does not contain %s", "不包含 %s", shown(text)),
	}
	if verb == "equals" {
		t.holds = p.says("has the content %s", "内容是 %s", shown(text))
		t.fails = p.says("does not have the content %s", "内容不是 %s", shown(text))
	}
	t.look = func(s *State) (bool, lessons.Text) {
		seen, why := s.see(p)
		if why != nil {
			return false, why
		}
		if seen.Stat().IsDir() {
			return false, p.says("is a directory", "是一个目录")
		}
		return matches(seen, verb, text), p.reads(seen)
	}
	return t
}

// reads says what is in a file.
func (p place) reads(seen sandbox.Seen) lessons.Text {
	head := content(seen, 4*shownMost)
	switch {
	case seen.Stat().Size == 0:
		return p.says("is empty", "是空的")
	case bytes.IndexByte(head, 0) >= 0:
		return p.says("has %s of binary data", "是 %s 的二进制数据", decimalSize(seen.Stat().Size))
	}
	return p.says("has the content %s", "内容是 %s", shown(string(head)))
}

// matches compares a file's content. A newline at its end is nobody's text.
func matches(seen sandbox.Seen, verb, text string) bool {
	if verb == "contains" {
		return contains(seen, []byte(text))
	}
	if seen.Stat().Size > int64(len(text))+1 {
		return false
	}
	return strings.TrimSuffix(string(content(seen, int64(len(text))+1)), "\n") == strings.TrimSuffix(text, "\n")
}

// content is the beginning of a file.
func content(seen sandbox.Seen, most int64) []byte {
	b := make([]byte, min(most, max(seen.Stat().Size, 0)))
	return b[:seen.ReadAt(b, 0)]
}

// searchMost is how far into a file a text is searched: conditions are judged between two keys.
const searchMost = 4 << 20

// contains reads a file piece by piece; a text may lie across two.
func contains(seen sandbox.Seen, text []byte) bool {
	const piece = 64 << 10
	b := make([]byte, piece+len(text))
	for at := int64(0); at < min(seen.Stat().Size, searchMost); at += piece {
		n := seen.ReadAt(b, at)
		if bytes.Contains(b[:n], text) {
			return true
		}
		if n < len(b) {
			return false
		}
	}
	return false
}

// readFrom: from C:PATH upper|volume|bind|tmpfs|image, from C:PATH layer N.
func readFrom(r *reading, _ string) test {
	p := r.place()
	if r.mistake == nil && p.container == onHost {
		r.wrongWord("the host has no layers", "name a container")
	}
	want := r.oneOf("upper", "volume", "bind", "tmpfs", "image", "layer")
	layer := 0
	if want == "layer" {
		want, layer = "image", r.number("a layer, 1 is the lowest")
	}
	name := sourceName(sandbox.Seen{By: sandbox.Source(want)}, layer)
	return test{
		holds: p.says("comes from %[1]s", "来自%[2]s", name[lessons.EN], name[lessons.ZH]),
		fails: p.says("does not come from %[1]s", "不是来自%[2]s", name[lessons.EN], name[lessons.ZH]),
		about: p.about(),
		look: func(s *State) (bool, lessons.Text) {
			seen, why := s.see(p)
			if why != nil {
				return false, why
			}
			is := sourceName(seen, seen.Level())
			met := string(seen.By) == want && (layer == 0 || layer == seen.Level())
			return met, p.says("comes from %[1]s", "来自%[2]s", is[lessons.EN], is[lessons.ZH])
		},
	}
}

// sourceName is what answers, as a learner knows it.
func sourceName(seen sandbox.Seen, layer int) lessons.Text {
	switch seen.By {
	case sandbox.ByUpper:
		return say("the container's own writable layer", "容器自己的可写层")
	case sandbox.ByVolume:
		if seen.Name == "" {
			return say("a volume", "数据卷")
		}
		return say("the volume %s", "数据卷 %s", seen.Name)
	case sandbox.ByBind:
		if seen.Name == "" {
			return say("the host, through a bind mount", "宿主机（绑定挂载）")
		}
		return say("%[1]s on the host, through a bind mount", "宿主机上的 %[1]s（绑定挂载）", seen.Name)
	case sandbox.ByTmpfs:
		return say("memory (a tmpfs)", "内存（tmpfs）")
	case sandbox.ByKernel:
		return say("the kernel", "内核")
	}
	if layer == 0 {
		return say("the image", "镜像")
	}
	return say("layer %d of the image", "镜像的第 %d 层", layer)
}
