package packets

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/tui/panel"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/screentest"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

var _ panel.Panel = (*Panel)(nil)

// bench stands in for the screen of a lab: it runs what the panel wants at once.
type bench struct {
	panel  *Panel
	host   *sandbox.Host
	typed  []sandbox.Command
	closed bool
}

func (b *bench) Host() *sandbox.Host              { return b.host }
func (b *bench) Commands() []sandbox.Command      { return b.typed }
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

const world = `docker run -d --name web -p 8080:80 nginx:alpine
docker run -d --name cron alpine:3.22 sleep 100000
docker network create app
docker network create --internal inside
docker run -d --name api --network app nginx:alpine
docker run -d --name db --network app redis:8
docker run -d --name vault --network inside nginx:alpine
`

func newHost(t testing.TB) *sandbox.Host {
	t.Helper()
	w, err := sandbox.New(sandbox.Config{Seed: 3, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	run(t, w.Host(""), world)
	return w.Host("")
}

// run types lines in a shell of the host.
func run(t testing.TB, h *sandbox.Host, lines string) {
	t.Helper()
	s, err := h.NewConsole()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(lines) {
		if _, err := s.Run(strings.TrimSpace(line)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

func newBench(t testing.TB, a *sandbox.Ask) *bench {
	return &bench{panel: New(Options{Ask: a}), host: newHost(t)}
}

// views are what the golden files show: what is asked for, and keys.
var views = []struct {
	name string
	ask  sandbox.Ask
	keys string
}{
	{"published-lan", sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080}, "space space space"},
	{"published-host", sandbox.Ask{From: "host", To: "127.0.0.1", Port: 8080}, "space space space space"},
	{"default-name", sandbox.Ask{From: "cron", To: "web", Port: 80}, "space"},
	{"isolated", sandbox.Ask{From: "cron", To: "172.18.0.2", Port: 80}, "d"},
	{"refused", sandbox.Ask{From: "api", To: "db", Port: 5432}, "g"},
	{"internal", sandbox.Ask{From: "cron", To: "172.19.0.2", Port: 80}, "d"},
	{"what-if", sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080}, "d !"},
	{"without", sandbox.Ask{From: "cron", To: "172.18.0.2", Port: 80}, "d x d"},
	{"why", sandbox.Ask{From: "cron", To: "172.18.0.2", Port: 80}, "d w"},
	{"new-port", sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080}, "n enter enter 6 3"},
}

func TestViews(t *testing.T) {
	h := newHost(t)
	for _, v := range views {
		for _, l := range []lessons.Lang{lessons.EN, lessons.ZH} {
			for _, size := range [][2]int{{80, 24}, {120, 40}} {
				d := screentest.New(t, l, size[0], size[1])
				d.Show(&bench{panel: New(Options{Ask: &v.ask}), host: h})
				d.Press(strings.Fields(v.keys)...)
				d.Golden(fmt.Sprintf("%s-%s-%d", v.name, l, size[0]))
			}
		}
	}
}

// Without colours and with frames of ASCII it says the same.
func TestPlainLooks(t *testing.T) {
	d := screentest.New(t, lessons.EN, 80, 24)
	d.Theme = theme.New(theme.Mono, theme.FramesASCII, theme.Terminal{NoColor: true})
	d.Show(newBench(t, &sandbox.Ask{From: "cron", To: "172.18.0.2", Port: 80})).Press("d").Golden("ascii")
	for _, l := range d.Styled() {
		if strings.ContainsAny(l, "│▸✗→") {
			t.Errorf("not ASCII: %s", l)
		}
	}
}

// Space alone leads from the last failed connection through the whole way, and says that it was the end.
func TestSpaceIsEnough(t *testing.T) {
	b := newBench(t, nil)
	run(t, b.host, "docker exec cron wget -q -T 2 -O - 172.18.0.2")
	d := screentest.New(t, lessons.EN, 80, 24).Show(b)
	d.Shows("cron → 172.18.0.2:80", "step 1 of 4")
	for range len(b.panel.now.trace.Steps) {
		d.Press("space")
	}
	d.Shows("step 4 of 4", "That was the end")
	d.Press("b").Shows("step 3 of 4", "raw PREROUTING").Press("esc")
	if !b.closed {
		t.Error("esc does not close")
	}
}

// Breaking the rule shows what would be without it; esc comes back to where one was.
func TestBreakTheRule(t *testing.T) {
	b := newBench(t, &sandbox.Ask{From: "cron", To: "172.18.0.2", Port: 80})
	d := screentest.New(t, lessons.EN, 80, 24).Show(b)
	d.Press("d", "x").Shows("if raw PREROUTING rule").Press("d").Shows("filter DOCKER")
	d.Press("x", "g").Shows("✓ reached").Press("esc", "esc").Shows("step 4 of 5")
	if b.closed {
		t.Error("the panel has closed")
	}
	d.Press("b", "b", "b", "x").Shows("if raw PREROUTING rule")
}

// Who made the rule is said with the command that was typed.
func TestCredit(t *testing.T) {
	b := newBench(t, &sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080})
	b.typed = []sandbox.Command{{Line: "docker run -d --name web -p 8080:80 nginx:alpine"}}
	screentest.New(t, lessons.EN, 120, 40).Show(b).Press("d").Shows("docker run -d --name web -p")
}

// Whatever is pressed, the panel has its room.
func TestAnyKeys(t *testing.T) {
	h := newHost(t)
	keys := strings.Fields("space b g G d x ! n w tab up down enter esc 1 8 0 u backspace left right s c ctrl+o")
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := &bench{panel: New(Options{Save: func(string, []byte) {}, Copy: func(string) {}}), host: h}
		d := screentest.New(t, lessons.Lang([]string{"en", "zh"}[seed%2]), 60+int(seed)*4, 16+int(seed)).Show(b)
		for range 60 {
			d.Press(keys[r.IntN(len(keys))]).Styled()
		}
	}
}

// A packet can be chosen with the keys alone, and its port typed.
func TestNewPacket(t *testing.T) {
	b := newBench(t, nil)
	d := screentest.New(t, lessons.ZH, 80, 24).Show(b)
	d.Press("n").Shows("谁来发？").Press("down", "enter").Shows("发给谁？").Press("enter").Shows("发到哪个端口？")
	d.Press("9", "9", "9", "9", "9", "enter").Shows("1 到 65535").Press("backspace", "backspace", "u", "enter")
	if a := b.panel.now.trace.Ask; a.From != "cron" || a.To != "web" || a.Port != 999 || !a.UDP {
		t.Errorf("%+v", a)
	}
}

// What is saved is a capture, and what is copied is the trace in words.
func TestSaveAndCopy(t *testing.T) {
	b := newBench(t, &sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080})
	var saved, text string
	b.panel.o.Save = func(name string, capture []byte) { saved = name + " " + string(capture[:4]) }
	b.panel.o.Copy = func(s string) { text = s }
	screentest.New(t, lessons.EN, 80, 24).Show(b).Press("s", "c")
	if saved != "lan-192.168.65.3-8080.pcapng \n\r\r\n" || !strings.Contains(text,
		"DNAT: the destination becomes 172.17.0.2:80") {
		t.Errorf("%q %q", saved, text)
	}
}

// In every size and at every step the panel has exactly its room.
func TestRoom(t *testing.T) {
	h := newHost(t)
	for _, v := range views {
		for _, size := range [][2]int{{20, 8}, {40, 12}, {79, 23}, {100, 30}, {200, 60}} {
			d := screentest.New(t, lessons.ZH, size[0], size[1])
			b := &bench{panel: New(Options{Ask: &v.ask}), host: h}
			d.Show(b).Styled()
			for range len(b.panel.now.trace.Steps) {
				d.Press("space").Styled()
			}
			for _, k := range strings.Fields("tab down down tab down up w down esc ! down esc n enter enter 1 u esc") {
				d.Press(k).Styled()
			}
		}
	}
}

// A container that is gone is said to be gone.
func TestNobodyIsThere(t *testing.T) {
	b := newBench(t, &sandbox.Ask{From: "nobody", To: "web", Port: 80})
	screentest.New(t, lessons.EN, 80, 24).Show(b).Shows("There is nothing to follow", "nobody").Press("esc")
	if !b.closed {
		t.Error("esc does not close")
	}
}

func BenchmarkLook(b *testing.B) {
	x := newBench(b, &sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080})
	for b.Loop() {
		look(x.host, x.panel.ask)
	}
}

func BenchmarkView(b *testing.B) {
	x := newBench(b, &sandbox.Ask{From: "lan", To: "192.168.65.3", Port: 8080})
	x.look()
	env := screen.Env{
		Lang: lessons.ZH, Theme: theme.New(theme.Dark, theme.FramesLight, theme.Terminal{}), W: 120,
		H: 38,
	}
	for b.Loop() {
		x.panel.View(env)
	}
}
