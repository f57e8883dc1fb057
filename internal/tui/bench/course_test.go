package bench_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"dockerlearn"
	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

// Somebody presses anything in every lab of the course, with the real store behind it: nothing panics, every frame is as
// large as the window, undo brings back the state before, and so does closing and opening again. A few things in each
// lab; as long as DOCKERLEARN_LABS_FUZZ says ("10m"), beginning with the seed DOCKERLEARN_LABS_SEED.
func TestAnythingInEveryLab(t *testing.T) {
	span, _ := time.ParseDuration(os.Getenv("DOCKERLEARN_LABS_FUZZ"))
	seed, _ := strconv.ParseUint(os.Getenv("DOCKERLEARN_LABS_SEED"), 10, 64)
	course, _ := lessons.Load(dockerlearn.Content())
	all, deeds := course.AllLabs(), 3
	if span > 0 {
		deeds = 60
	}
	for end := time.Now().Add(span); ; seed++ {
		for n, l := range all {
			v := visit(t, course, l, seed, n)
			for range deeds {
				v.something()
			}
			v.leave()
			if t.Failed() {
				return
			}
		}
		if time.Now().After(end) {
			return
		}
	}
}

// visitor is somebody who tries everything in a lab.
type visitor struct {
	*screentest.Driver
	t       *testing.T
	study   *study.Study
	lab     *lessons.Lab
	sitting *study.LabSitting
	chance  *rand.Rand
	wall    time.Time
	resized bool     // since the lab was opened: what was shown before is laid out differently then
	did     []string // all of it, to be repeated
	asked   int
	words   []string // of the lab
}

var sizes = []struct{ w, h int }{{80, 24}, {60, 16}, {120, 40}, {61, 17}, {200, 60}}

func visit(t *testing.T, course *lessons.Course, l *lessons.Lab, seed uint64, n int) *visitor {
	v := &visitor{t: t, lab: l, chance: rand.New(rand.NewPCG(seed, uint64(n))), wall: time.Unix(1e9, 0)}
	store, err := progress.Open(context.Background(), progress.Options{Dir: t.TempDir(), Now: v.now})
	if err != nil {
		t.Fatal(err)
	}
	v.study = study.New(course, nil, store, v.now)
	t.Cleanup(func() { _ = store.Close() })
	lang := []lessons.Lang{lessons.EN, lessons.ZH}[v.chance.IntN(2)]
	at := sizes[v.chance.IntN(len(sizes))]
	v.Driver = screentest.New(t, lang, at.w, at.h)
	v.words = wordsOf(l)
	v.note("%s, seed %d, %s, %dx%d", l.ID, seed, lang, at.w, at.h)
	v.enter()
	return v
}

func wordsOf(l *lessons.Lab) []string {
	all := strings.Fields(l.Setup.Text)
	for _, s := range l.Solutions {
		all = append(all, strings.Fields(s.Text)...)
	}
	return all
}

func (v *visitor) now() time.Time {
	v.wall = v.wall.Add(time.Millisecond / 4)
	return v.wall
}

func (v *visitor) note(format string, args ...any) {
	v.did = append(v.did, fmt.Sprintf(format, args...))
}

// guarded does something, and says what led there if that panics or never ends.
func (v *visitor) guarded(do func()) {
	stuck := time.AfterFunc(time.Minute, func() {
		panic("it hangs after\n" + strings.Join(v.did, "\n"))
	})
	defer stuck.Stop()
	defer func() {
		if p := recover(); p != nil {
			v.t.Fatalf("%v\n%s\nafter\n%s", p, debug.Stack(), strings.Join(v.did, "\n"))
		}
	}()
	do()
}

func (v *visitor) enter() {
	v.guarded(func() {
		sitting, err := v.study.OpenLab(context.Background(), v.lab.ID, false)
		if err != nil {
			v.t.Fatalf("%v after\n%s", err, strings.Join(v.did, "\n"))
		}
		v.sitting, v.resized, v.asked = sitting, false, len(v.Asked)
		v.Show(bench.New(bench.Options{
			Task: v.lab, Lab: sitting, Cache: &render.Cache{}, Tick: v.Tick, Now: v.now, Hints: sitting.Record().Hints,
			Export: func(string, []byte) (string, error) { return "somewhere", nil },
		}))
		v.settle()
	})
}

// settle lets what is under way go on for a while.
func (v *visitor) settle() {
	for range 12 {
		v.Pass(time.Second, func(time.Duration) { v.wall = v.wall.Add(50 * time.Millisecond) })
	}
}

// left reports whether the screen asked to be left.
func (v *visitor) left() bool {
	for _, m := range v.Asked[v.asked:] {
		switch m.(type) {
		case screen.Back, screen.Replace:
			return true
		}
	}
	return false
}

func (v *visitor) leave() {
	v.guarded(func() {
		if v.left() {
			return
		}
		v.toPrompt(false)
		v.Press("ctrl+o", "q")
		if !v.left() {
			v.t.Errorf("it is not left after\n%s\n%s", strings.Join(v.did, "\n"), v.Frame())
		}
	})
}

func (v *visitor) something() {
	deed := v.deeds()[v.chance.IntN(len(v.deeds()))]
	v.guarded(deed)
	v.guarded(func() {
		if v.left() {
			v.note("(left)")
			v.enter()
		}
		v.Frame()
	})
	if v.t.Failed() {
		v.t.Fatalf("after\n%s", strings.Join(v.did, "\n"))
	}
}

func (v *visitor) deeds() []func() {
	return []func(){
		v.command, v.command, v.command, v.command, v.command, v.undone, v.undone, v.keys, v.keys, v.sheet, v.sheet, v.sheet,
		v.look, v.look, v.fork, v.paste, v.resize, v.flood, v.again, v.again, v.rewind,
	}
}

// line is something like a command.
func (v *visitor) line() string {
	pick := func(of ...string) string { return of[v.chance.IntN(len(of))] }
	word := func() string { return v.words[v.chance.IntN(len(v.words))] }
	name := func() string {
		var names []string
		p := v.sitting.Picture()
		for _, n := range p.Networks {
			names = append(names, n.Name)
			for _, c := range n.Containers {
				names = append(names, c.Name)
			}
		}
		for _, c := range p.Apart {
			names = append(names, c.Name)
		}
		for _, x := range append(slices.Clone(p.Volumes), p.Images...) {
			names = append(names, x.Name)
		}
		return pick(append(names, "nothing")...)
	}
	switch v.chance.IntN(5) {
	case 0: // a line of the lab's own
		text := v.lab.Setup.Text
		if n := len(v.lab.Solutions); n > 0 {
			text += "\n" + v.lab.Solutions[v.chance.IntN(n)].Text
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		return lines[v.chance.IntN(len(lines))]
	case 1: // words of it
		line := "docker"
		for range v.chance.IntN(6) {
			line += " " + word()
		}
		return line
	case 2:
		return "docker " + pick("rm -f", "stop -t 1", "start", "restart -t 0", "pause", "unpause", "inspect", "logs", "logs -f", "top", "diff",
			"rmi", "rmi -f", "port", "kill", "wait", "attach", "commit", "history", "export -o /tmp/x.tar", "volume rm", "volume inspect",
			"network rm", "network inspect", "volume create", "network create", "exec -it", "update --memory 64m") + " " + name() +
			pick("", " sh", " "+name(), " ls /")
	case 3:
		return pick("docker run --rm alpine echo hi", "docker run -it --rm alpine", "docker run -d --name "+word()+" alpine sleep 1d",
			"docker run -d --restart always alpine false", "docker ps -a", "docker system df", "docker system prune -af --volumes",
			"docker container prune -f", "docker volume prune -af", "docker events", "docker stats --no-stream", "docker images -a",
			"docker run --rm -v "+name()+":/x alpine sh -c 'echo a >/x/a; ls /x'", "docker cp "+name()+":/etc /tmp/etc",
			"docker run -d -P nginx:alpine", "docker run --network "+name()+" --rm alpine ping -c 2 "+name())
	}
	return pick("ls -la /", "cat /etc/hosts", "sleep 3", "sleep 1d", "cat", "read x", "exit", "cd /tmp; pwd", "echo 中文 é 👩‍👩‍👧", "false",
		"for i in 1 2 3; do echo $i; done", "while :; do :; done", "yes", "seq 3000", "vi /tmp/x", "less /etc/passwd", "top",
		"printf '\\033[31mred\\033[?1049h'", "reset", "clear", "f() { f | f & }; f", "echo 'open", "cat <<E", "kill -9 $$", "history",
		"dd if=/dev/zero of=/tmp/big bs=1M count=200", "stty -echo", "stty sane", "curl localhost:8080", "tail -f /dev/null &", "jobs; fg")
}

func (v *visitor) command() {
	line := v.line()
	v.note("$ %s", line)
	v.toPrompt(false)
	v.Type(strings.ReplaceAll(line, "\n", "\r")).Press("enter")
	v.settle()
}

// toPrompt closes what lies over the terminal, and with force interrupts what runs. It reports whether that led to the
// prompt.
func (v *visitor) toPrompt(force bool) bool {
	for range 4 {
		if !v.Screen.(*bench.Screen).Owns() {
			v.Press("esc")
		}
	}
	if force && !v.sitting.AtPrompt() {
		v.Press("ctrl+c")
		v.settle()
	}
	return v.sitting.AtPrompt()
}

// undone does something and undoes it.
func (v *visitor) undone() {
	if !v.toPrompt(true) || v.sitting.Over() {
		return
	}
	v.Press("ctrl+u")
	v.settle()
	if !v.sitting.AtPrompt() {
		return
	}
	steps, before := len(v.sitting.Timeline()), v.fingerprint()
	line := v.line()
	v.note("$ %s    (to be undone)", line)
	v.Type(strings.ReplaceAll(line, "\n", "\r")).Press("enter")
	v.settle()
	v.toPrompt(true)
	if len(v.sitting.Timeline()) <= steps {
		return // a line that does not end, or nothing
	}
	for range 40 {
		if len(v.sitting.Timeline()) <= steps {
			break
		}
		v.toPrompt(false)
		v.Press("ctrl+o", "z")
	}
	v.settle()
	if after := v.fingerprint(); after != before {
		v.t.Errorf("undo of %s leaves\n%s", line, difference(before, after))
	}
}

// fingerprint is all that there is on the host, but for what time makes of it.
func (v *visitor) fingerprint() string {
	h := v.sitting.Host()
	var b strings.Builder
	put := func(what string, of any) {
		text, err := json.Marshal(of)
		fmt.Fprintln(&b, what, string(text), err)
	}
	sight := v.sitting.Sight()
	for _, s := range sight.Steps {
		put("step", s)
	}
	if e := h.Engine(); e != nil {
		list, _ := e.ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
		for _, c := range list {
			i, err := e.ContainerInspect(api.Caller{}, c.ID, false)
			if err != nil || restarts(i) {
				continue
			}
			i.State.Health = nil
			put("container", i)
		}
		put("networks", sight.Picture.Networks)
		volumes, _ := e.VolumeList(api.Caller{}, nil)
		put("volumes", volumes)
		images, _ := e.ImageList(api.Caller{}, api.ImageListOptions{})
		put("images", images)
	}
	files(&b, h, "/root")
	files(&b, h, "/tmp")
	files(&b, h, "/etc")
	files(&b, h, "/srv")
	return b.String()
}

// restarts reports whether a container changes by itself.
func restarts(c *api.ContainerInspect) bool {
	return c.State.Restarting || c.RestartCount > 0
}

func files(b *strings.Builder, h *sandbox.Host, dir string) {
	view := h.Files()
	entries, _ := view.ReadDir(dir)
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		s, err := view.Lstat(name)
		fmt.Fprintln(b, "file", name, s.Ino, s.Mode, s.Size, s.Mtime, s.Ctime, err)
		if s.IsDir() {
			files(b, h, name)
		}
	}
}

// difference is the lines that only one has.
func difference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for _, l := range as {
		if !slices.Contains(bs, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range bs {
		if !slices.Contains(as, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}

var names = strings.Fields("a b q z s r t x n h w f c y i d 1 2 / ? enter enter esc tab up down left right home end pgup pgdown space " +
	"backspace delete ctrl+a ctrl+c ctrl+d ctrl+e ctrl+k ctrl+l ctrl+o ctrl+o ctrl+p ctrl+q ctrl+r ctrl+u ctrl+w ctrl+z alt+b shift+tab 中 é")

func (v *visitor) keys() {
	var pressed []string
	for range v.chance.IntN(30) {
		k := names[v.chance.IntN(len(names))]
		pressed = append(pressed, k)
	}
	v.note("keys %s", strings.Join(pressed, " "))
	for _, k := range pressed {
		if v.left() {
			return
		}
		v.Press(k)
		v.Frame()
	}
	v.settle()
}

// sheet opens what is behind ctrl+o and presses keys there.
func (v *visitor) sheet() {
	v.toPrompt(false)
	what := []string{"h", "w", "t", "d", "s", "b", "i", "f", "y", "pgup", "pgdown", "z"}[v.chance.IntN(12)]
	v.resized = v.resized || what == "f"
	v.note("ctrl+o %s, and keys", what)
	v.Press("ctrl+o", what)
	v.inside("up down up down enter c b w h j k pgup pgdown esc f", 8)
}

func (v *visitor) look() {
	v.toPrompt(false)
	what := []string{"x", "n"}[v.chance.IntN(2)]
	v.note("ctrl+o %s, and keys", what)
	v.Press("ctrl+o", what)
	v.inside("up down left right enter tab space pgup pgdown home end a b c d e f g h i j k l m n o p r s t u v w x y 1 2 3 / ? backspace esc", 20)
}

func (v *visitor) inside(keys string, n int) {
	all := strings.Fields(keys)
	for range v.chance.IntN(n) {
		if v.Screen.(*bench.Screen).Owns() || v.left() {
			break
		}
		k := all[v.chance.IntN(len(all))]
		v.note("  %s", k)
		v.Press(k)
		v.Frame()
	}
	if !v.left() {
		v.toPrompt(false)
		v.settle()
	}
}

// fork forks, goes over and back.
func (v *visitor) fork() {
	if !v.toPrompt(true) {
		return
	}
	v.note("fork, swap, swap")
	v.Press("ctrl+o", "t", "up", "f")
	v.settle()
	v.toPrompt(true)
	v.Press("ctrl+o", "b")
	v.settle()
	before := v.fingerprint()
	v.toPrompt(false)
	v.Press("ctrl+o", "b")
	v.settle()
	v.toPrompt(false)
	v.Press("ctrl+o", "b")
	v.settle()
	if after := v.fingerprint(); v.sitting.Forked() && before != after {
		v.t.Errorf("two swaps leave\n%s", difference(before, after))
	}
}

func (v *visitor) paste() {
	text := v.line() + "\n" + v.line()
	v.note("paste %q", text)
	v.toPrompt(false)
	v.Send(tea.PasteMsg{Content: text})
	v.settle()
}

func (v *visitor) resize() {
	at := sizes[v.chance.IntN(len(sizes))]
	v.note("resize to %dx%d", at.w, at.h)
	v.resized = true
	v.Resize(at.w, at.h)
	v.settle()
}

func (v *visitor) flood() {
	line := []string{"yes", "seq 200000", "docker run --rm alpine yes", "docker run --rm alpine seq 100000"}[v.chance.IntN(4)]
	v.note("$ %s, ctrl+c", line)
	if !v.toPrompt(true) {
		return
	}
	v.Type(line).Press("enter")
	v.settle()
	v.Press("ctrl+c")
	v.settle()
}

// rewind goes to the beginning.
func (v *visitor) rewind() {
	if v.chance.IntN(3) > 0 {
		return
	}
	v.note("reset")
	v.toPrompt(false)
	v.Press("ctrl+o", "r", "r")
	v.settle()
	if n := len(v.sitting.Timeline()); n > 0 {
		v.t.Errorf("%d steps are left after a reset", n)
	}
}

// again closes the lab and opens it again: it is as it was.
func (v *visitor) again() {
	quiet := v.toPrompt(true)
	v.Press("ctrl+l") // nothing is scrolled back
	v.settle()
	before, shown := v.fingerprint(), v.shown()
	solved := !v.sitting.Record().Solved.IsZero() // it begins anew then
	resized := v.resized
	v.note("close, open")
	v.leave()
	v.enter()
	v.toPrompt(false)
	if !quiet || solved {
		return
	}
	if after := v.fingerprint(); after != before {
		v.t.Errorf("opening again makes of it\n%s", difference(before, after))
	}
	if after := v.shown(); after != shown && !resized {
		v.t.Errorf("it shows\n%s\nand showed\n%s", after, shown)
	}
}

// shown is the frame without the time.
func (v *visitor) shown() string {
	_, body, _ := strings.Cut(v.Frame(), "\n")
	return body
}
