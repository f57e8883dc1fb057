package xray

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"dockerlearn/internal/render"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// bench stands in for the screen of a lab: it runs what the panel wants at once.
type bench struct {
	panel    *Panel
	host     *sandbox.Host
	terminal *sandbox.Terminal
	closed   bool
}

func (b *bench) Host() *sandbox.Host              { return b.host }
func (b *bench) Commands() []sandbox.Command      { return b.terminal.Commands() }
func (b *bench) Init(screen.Env) tea.Cmd          { b.look(); return nil }
func (b *bench) Keys(screen.Env) []screen.Binding { return b.panel.Keys() }

func (b *bench) look() {
	for want := b.panel.Wants(); want != nil; want = b.panel.Wants() {
		b.panel.Take(want(b))
	}
}

func (b *bench) Update(env screen.Env, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		b.closed = b.panel.Key(env, k) || b.closed
		b.look()
	}
	return nil
}

func (b *bench) View(env screen.Env) screen.View {
	return screen.View{Title: b.panel.Title(env), Status: b.panel.Status(env), Body: b.panel.View(env)}
}

// newBench is a host on which commands run, and then others are typed.
func newBench(t testing.TB, setup []string, typed ...string) *bench {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Seed: 7, Hosts: []sandbox.HostConfig{{Images: sandbox.Recorded}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	b := &bench{panel: New(""), host: w.Host("")}
	shell, err := b.host.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range setup {
		if r, err := shell.Run(l); err != nil || r.Exit != 0 {
			t.Fatalf("%s: %v %s", l, err, r.Stderr)
		}
	}
	if b.terminal, err = b.host.OpenTerminal(80, 24, "xterm", func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	for _, l := range typed {
		b.terminal.Type([]byte(l + "\r"))
		w.AdvanceTo(w.Elapsed() + time.Minute)
	}
	return b
}

var shopSetup = []string{
	"mkdir -p /srv/shop/conf /srv/site",
	"printf 'listen 80;\\nroot /srv/site;\\nkeepalive 65;\\n' > /srv/shop/conf/shop.conf; echo hello > /srv/site/index.html",
	`printf 'FROM alpine\nRUN mkdir /srv/site && dd if=/dev/zero of=/srv/site/big bs=1k count=300 && echo one > /srv/site/a\n` +
		`WORKDIR /srv/site\nCOPY conf/ /etc/shop/\nRUN rm /srv/site/big && echo two > /srv/site/a\nCMD ["sleep","1d"]\n' > /srv/shop/Dockerfile`,
	"docker build -q -t shop:1.2 /srv/shop",
	"docker run -d --name web -v shopdata:/var/lib/shop -v /srv/site:/www:ro --tmpfs /scratch shop:1.2",
	"docker run -d --name web2 shop:1.2",
	"docker run --name done shop:1.2 true",
}

func shopBench(t testing.TB) *bench {
	return newBench(t, shopSetup,
		"docker exec web rm /etc/motd", "docker exec web sh -c 'echo \"# hi\" >> /etc/shop/shop.conf'", "docker diff web")
}

func driver(t testing.TB, b *bench, lang lessons.Lang, w, h int) *screentest.Driver {
	return screentest.New(t, lang, w, h).Show(b)
}

func TestGolden(t *testing.T) {
	for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			name := func(s string) string { return fmt.Sprintf("%s.%s.%d", s, lang, size[0]) }
			d := driver(t, shopBench(t), lang, size[0], size[1])
			d.Golden(name("copyup"))
			d.Press("backspace").Golden(name("directory"))
			d.Press("f").Golden(name("changed"))
			d.Press("f", "down", "v").Golden(name("file"))
			d.Press("esc", "c").Golden(name("containers"))
		}
	}
}

// Whatever the size, language, theme and frames, and whatever is pressed: exactly the room there is, and no frame
// character that the terminal draws two columns wide.
func TestEveryPageFits(t *testing.T) {
	odd := newBench(t, append(shopSetup,
		`docker exec web sh -c 'touch /中文名字很长的一个文件而且还要再长一点 "/a$(printf "\\033[31mb\\nc")"; mkdir /目录'`,
		"docker exec web sh -c 'echo 中文 > /目录/文件; ln -s /目录/文件 /目录/链接'",
	))
	benches := map[string]*bench{"shop": shopBench(t), "nothing": newBench(t, nil), "odd": odd}
	keys := []string{
		"", "down", "down", "left", "space", "right", "right", "right", "f", "down", "f", "backspace", "backspace", "space",
		"v", "right", "=", "down", "esc", "=", "G", "enter", "esc", "c", "down", "enter", "esc",
	}
	for name, b := range benches {
		b.panel = New("")
		for _, key := range keys {
			for _, lang := range []lessons.Lang{lessons.EN, lessons.ZH} {
				for _, size := range [][2]int{{58, 14}, {80, 22}, {100, 30}, {120, 38}, {200, 60}} {
					for _, th := range []theme.Theme{
						theme.New(theme.Dark, theme.FramesLight, theme.Terminal{}),
						theme.New(theme.Mono, theme.FramesASCII, theme.Terminal{NoColor: true}),
					} {
						env := screen.Env{Lang: lang, Theme: th, W: size[0], H: size[1]}
						if key != "" && size[0] == 58 && lang == lessons.EN && th.Frames.Name == "light" {
							b.Update(env, screen.Key(key))
						} else {
							b.look()
						}
						checkFits(t, fmt.Sprint(name, " ", key, " ", lang, size), env, b.panel.View(env))
					}
				}
			}
		}
	}
}

func checkFits(t *testing.T, where string, env screen.Env, lines []string) {
	t.Helper()
	if len(lines) != env.H {
		t.Fatalf("%s: %d lines, not %d", where, len(lines), env.H)
	}
	for _, l := range lines {
		if w := render.Width(l); w != env.W {
			t.Fatalf("%s: %d columns, not %d: %q", where, w, env.W, ansi.Strip(l))
		}
		if env.Theme.Frames.Name == "ascii" && strings.ContainsAny(l, "│─┌└├▸✓✗…→·") {
			t.Fatalf("%s: not ascii: %q", where, l)
		}
		if env.Theme.Style.Name == render.MonoStyle().Name && strings.Contains(l, "\x1b[3") {
			t.Fatalf("%s: coloured: %q", where, l)
		}
	}
}

// The cursor begins on what the last command did; one key shows the old and the new content.
func TestItBeginsWithWhatHappened(t *testing.T) {
	d := driver(t, shopBench(t), lessons.EN, 80, 24)
	d.Shows("a file of the image (layer 4)", "an image never", "shop.conf", "this one is read", "hidden by own layer", "The last change")
	d.Press("=").Shows("+ # hi", "  listen 80;", "layer 4 → own layer")
	d.Press("esc", "f").Shows("/etc/motd", "D deleted", "Changed files")
	d.Press("g", "enter").Shows("Files in /etc", "motd")
}

// What is gone in the meantime is no dead end.
func TestWhatIsGone(t *testing.T) {
	b := shopBench(t)
	d := driver(t, b, lessons.EN, 80, 24)
	again := func(line string) {
		shell, err := b.host.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if r, err := shell.Run(line); err != nil || r.Exit != 0 {
			t.Fatalf("%s: %v %s", line, err, r.Stderr)
		}
		b.panel.Refresh()
		b.look()
	}
	d.Press("f", "g", "down", "down", "enter").Shows("Files in /etc/shop")
	again("docker exec web sh -c 'rm -r /etc/shop'")
	d.Shows("Files in /etc/shop", "removed", "/etc/shop was deleted")
	again("docker rm -f web web2")
	d.Shows("Layers of done")
	again("docker rm -f done")
	d.Shows("There is no container yet")
}

// A layer alone shows what it holds, also what nobody sees any more.
func TestOnlyOneLayer(t *testing.T) {
	b := shopBench(t)
	d := driver(t, b, lessons.EN, 80, 24)
	d.Press("backspace", "backspace")
	for range 3 { // init, 5, 4
		d.Press("right")
	}
	d.Press("space").Shows("only layer 4", "▸ etc/").Hides("proc/")
	d.Press("right", "right").Shows("only layer 2", "▸ srv/").Hides("▸ etc/")
	d.Press("enter", "enter").Shows("Files in /srv/site", "big", "307kB", "hidden by layer 5")
	d.Press("down", "v").Shows("/srv/site/big", "no text, 307kB")
}

func TestChoosingAContainer(t *testing.T) {
	b := shopBench(t)
	d := driver(t, b, lessons.ZH, 80, 24)
	d.Press("c").Shows("看哪个容器？", "done", "web2")
	d.Press("down", "down", "enter").Shows("done 的层", "还没有命令改过 done 的文件")
	d.Press("esc")
	if !b.closed {
		t.Error("esc did not close the panel")
	}
}

// Why is asked of the lab's screen; without somebody who answers there is no such key.
func TestWhy(t *testing.T) {
	b := shopBench(t)
	d := driver(t, b, lessons.EN, 80, 24)
	asked := ""
	hasKey := func() bool {
		for _, k := range b.panel.Keys() {
			if k.Has("w") {
				return true
			}
		}
		return false
	}
	if hasKey() {
		t.Error("there is a key for why, and nobody to answer")
	}
	b.panel.Why = func(container, path string) { asked = container + " " + path }
	if d.Press("w"); !hasKey() || asked != "web /etc/shop/shop.conf" {
		t.Errorf("asked: %q", asked)
	}
}

// What cannot be looked at is said, and esc leaves.
func TestWithoutDocker(t *testing.T) {
	b := newBench(t, shopSetup, "systemctl stop docker")
	d := driver(t, b, lessons.EN, 80, 24)
	d.Shows("This cannot be shown", "docker.sock")
	if d.Press("esc"); !b.closed {
		t.Error("esc did not close the panel")
	}
}

// Whatever is pressed in whatever order, something is shown, and it fits.
func TestRandomKeys(t *testing.T) {
	b := shopBench(t)
	keys := strings.Fields("up up down down down left right right enter enter backspace space f v = c esc pgup pgdown g G w home x")
	sizes := [][2]int{{58, 14}, {80, 22}, {120, 38}}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		b.panel = New("")
		b.look()
		var pressed []string
		for range 150 {
			size := sizes[r.IntN(len(sizes))]
			env := screen.Env{Lang: lessons.EN, Theme: theme.New(theme.Dark, theme.FramesLight, theme.Terminal{}), W: size[0], H: size[1]}
			key := keys[r.IntN(len(keys))]
			pressed = append(pressed, key)
			b.closed = false
			if b.Update(env, screen.Key(key)); b.closed {
				b.panel, pressed = New(""), nil
				b.look()
			}
			checkFits(t, fmt.Sprint(pressed), env, b.panel.View(env))
			if len(b.panel.Keys()) == 0 {
				t.Fatalf("%v: nothing can be pressed", pressed)
			}
		}
	}
}

// Drawing is cheap: it is done after every message.
func BenchmarkView(b *testing.B) {
	x := shopBench(b)
	x.look()
	env := screen.Env{Lang: lessons.EN, Theme: theme.New(theme.Dark, theme.FramesLight, theme.Terminal{}), W: 120, H: 38}
	for b.Loop() {
		x.panel.View(env)
	}
}

// Steps that made no layer stand on one line where there is little room.
func TestStepsWithoutALayerTogether(t *testing.T) {
	env := screen.Env{Theme: theme.New(theme.Dark, theme.FramesLight, theme.Terminal{})}
	got := together(env, []row{
		{text: "· CMD [\"x\"]", silent: true},
		{text: "· ENV A=b", silent: true},
		{text: "· EXPOSE map[80/tcp:{}]", silent: true},
		{text: "1 COPY A B"},
		{text: "· ENV A=b", silent: true},
	})
	var texts []string
	for _, r := range got {
		texts = append(texts, r.text)
	}
	if s := strings.Join(texts, "|"); s != "· CMD ENV EXPOSE|1 COPY A B|· ENV A=b" {
		t.Error(s)
	}
}
