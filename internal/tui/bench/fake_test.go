package bench_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/tui/bench"
	"dockerlearn/labs"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// fake is a lab on a real simulated host: two containers that are to reach each other. Its past is what was typed, and
// going back is doing that again on a new host.
type fake struct {
	world  *sandbox.World
	tty    *sandbox.Terminal
	show   func([]byte)
	log    []entry
	line   []byte
	steps  []labs.Step
	starts []int // where in the log each step's line begins
	prompt int   // where in the log the present line begins
	before map[string]string
	cols   int
	rows   int
}

type entry struct {
	at   time.Duration
	keys []byte
	size [2]int
}

func newFake(setup ...string) *fake {
	f := &fake{show: func([]byte) {}, cols: 80, rows: 10}
	f.boot(setup)
	return f
}

func (f *fake) boot(setup []string) {
	w, err := sandbox.New(sandbox.Config{Seed: 1, Hosts: []sandbox.HostConfig{{Images: sandbox.Learner}}})
	if err != nil {
		panic(err)
	}
	s, err := w.Host("").NewSession()
	if err != nil {
		panic(err)
	}
	for _, line := range append([]string{
		"docker run -d --name web nginx:alpine >/dev/null 2>&1",
		"docker network create appnet >/dev/null",
		"docker run -d --name cache --network appnet alpine sleep 1d >/dev/null 2>&1",
	}, setup...) {
		s.Run(line)
	}
	f.world = w
	f.tty, err = w.Host("").OpenTerminal(f.cols, f.rows, "xterm-256color", func(b []byte) { f.show(b) })
	if err != nil {
		panic(err)
	}
	f.world.AdvanceTo(f.world.Elapsed() + 10*time.Millisecond)
	f.before = f.inventory()
}

func (f *fake) Output(show func([]byte)) {
	f.show = show
	f.world.AdvanceTo(f.Elapsed() + time.Millisecond)
}

func (f *fake) Type(keys []byte) error {
	f.do(entry{at: f.Elapsed(), keys: keys})
	return nil
}

func (f *fake) Resize(cols, rows int) error {
	f.do(entry{at: f.Elapsed(), size: [2]int{cols, rows}})
	return nil
}

func (f *fake) do(e entry) {
	f.log = append(f.log, e)
	if e.size != [2]int{} {
		f.cols, f.rows = e.size[0], e.size[1]
		f.tty.Resize(f.cols, f.rows)
	}
	for _, k := range e.keys {
		switch {
		case k == '\r' && f.tty.AtPrompt():
			f.before = f.inventory()
			if line := strings.TrimSpace(string(f.line)); line != "" {
				f.steps = append(f.steps, labs.Step{Line: line, At: e.at})
				f.starts = append(f.starts, f.prompt)
			}
			f.line, f.prompt = nil, len(f.log)
		case k == 0x7f && len(f.line) > 0:
			f.line = f.line[:len(f.line)-1]
		case k >= ' ':
			f.line = append(f.line, k)
		}
	}
	f.tty.Type(e.keys)
}

func (f *fake) Skip(to time.Duration) error { f.world.AdvanceTo(to); return nil }
func (f *fake) AdvanceTo(to time.Duration)  { f.world.AdvanceTo(to) }
func (f *fake) Elapsed() time.Duration      { return f.world.Elapsed() }
func (f *fake) Next() (time.Duration, bool) { return f.world.Next() }
func (f *fake) Busy() bool                  { return f.world.Busy() }
func (f *fake) Over() bool                  { return f.world.Over() }
func (f *fake) AtPrompt() bool              { return f.tty.AtPrompt() }
func (f *fake) Timeline() []labs.Step       { return f.steps }
func (f *fake) Close()                      { f.world.Close() }
func (f *fake) Why(check int) []labs.Link {
	return []labs.Link{
		{Says: say(`"cache" does not resolve inside web`, "web 里解析不出 cache")},
		{Says: say("web is only on the network bridge, which has no names", "web 只在 bridge 网络上，那里没有名字解析")},
		{Says: say("docker run without --network put it there", "docker run 没有加 --network，就放在了那里")},
	}
}

func (f *fake) Reset() error { return f.Go(0) }

func (f *fake) Go(step int) error {
	log := f.log
	if step < len(f.starts) {
		log = f.log[:f.starts[step]]
	}
	if len(f.steps) == 0 {
		log = nil
	}
	log = slices.Clone(log)
	f.world.Close()
	f.log, f.line, f.steps, f.starts, f.prompt = nil, nil, nil, nil, 0
	f.boot(nil)
	for _, e := range log {
		f.world.AdvanceTo(e.at)
		f.do(e)
	}
	f.world.AdvanceTo(f.world.Elapsed() + time.Second)
	return nil
}

func say(en, zh string) lessons.Text { return lessons.Text{lessons.EN: en, lessons.ZH: zh} }

func (f *fake) Check() []labs.Finding {
	cache, web := f.running("cache"), f.running("web")
	named := false
	for n := range web {
		_, both := cache[n]
		named = named || both && n != "bridge"
	}
	state := func(ok bool) labs.State {
		if ok {
			return labs.Met
		}
		return labs.Unmet
	}
	all := []labs.Finding{
		{State: state(cache != nil), Says: say("cache is running", "cache 在运行")},
		{State: state(web != nil), Says: say("web is running", "web 在运行")},
		{State: state(named), Says: say(`"cache" resolves inside web`, "web 里能解析 cache"), Now: say("getent finds nothing", "getent 什么也找不到")},
		{State: state(named), Says: say("web can connect to cache:6379", "web 能连上 cache:6379")},
	}
	if !named {
		all[3].State, all[3].Now = labs.Waiting, say("waits for the line above", "等上一条")
	}
	return all
}

func (f *fake) engine() api.Engine { return f.world.Host("").Engine() }

func (f *fake) running(name string) map[string]*api.EndpointSettings {
	c, err := f.engine().ContainerInspect(api.Caller{}, name, false)
	if err != nil || !c.State.Running {
		return nil
	}
	return c.NetworkSettings.Networks
}

// inventory is everything by its name, and how it is.
func (f *fake) inventory() map[string]string {
	all := map[string]string{}
	cs, _ := f.engine().ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	for _, c := range cs {
		nets := []string{string(c.State)}
		for n := range c.NetworkSettings.Networks {
			nets = append(nets, n)
		}
		slices.Sort(nets)
		all[strings.TrimPrefix(c.Names[0], "/")] = strings.Join(nets, " ")
	}
	ns, _ := f.engine().NetworkList(api.Caller{}, nil)
	for _, n := range ns {
		all[n.Name] = "network"
	}
	vs, _ := f.engine().VolumeList(api.Caller{}, nil)
	for _, v := range vs.Volumes {
		all[v.Name] = "volume"
	}
	return all
}

func (f *fake) change(name string, is map[string]string) labs.Change {
	was, ok := f.before[name]
	switch {
	case !ok:
		return labs.Added
	case was != is[name]:
		return labs.Altered
	}
	return labs.Same
}

func (f *fake) Picture() labs.Picture {
	var p labs.Picture
	is := f.inventory()
	ns, _ := f.engine().NetworkList(api.Caller{}, nil)
	slices.SortFunc(ns, func(a, b api.Network) int { return cmp.Compare(a.Name, b.Name) })
	cs, _ := f.engine().ContainerList(api.Caller{}, api.ContainerListOptions{All: true})
	for _, n := range ns {
		net := labs.Network{Name: n.Name, Driver: n.Driver, Change: f.change(n.Name, is)}
		if len(n.IPAM.Config) > 0 {
			net.Subnet = n.IPAM.Config[0].Subnet
		}
		for _, c := range cs {
			e, on := c.NetworkSettings.Networks[n.Name]
			if !on {
				continue
			}
			name := strings.TrimPrefix(c.Names[0], "/")
			net.Containers = append(net.Containers, labs.Container{
				Name: name, Image: c.Image, State: string(c.State), Address: e.IPAddress, Change: f.change(name, is),
			})
		}
		p.Networks = append(p.Networks, net)
	}
	vs, _ := f.engine().VolumeList(api.Caller{}, nil)
	for _, v := range vs.Volumes {
		p.Volumes = append(p.Volumes, labs.Thing{Name: v.Name, Change: f.change(v.Name, is)})
	}
	is2, _ := f.engine().ImageList(api.Caller{}, api.ImageListOptions{})
	for _, i := range is2 {
		p.Images = append(p.Images, labs.Thing{Name: strings.Join(i.RepoTags, " ")})
	}
	for name := range f.before {
		if _, ok := is[name]; !ok {
			p.Gone = append(p.Gone, name)
		}
	}
	slices.Sort(p.Gone)
	return p
}

func task() bench.Task {
	md := func(en, zh string) map[lessons.Lang]mdoc.Fragment {
		return map[lessons.Lang]mdoc.Fragment{lessons.EN: mdoc.ParseText(en), lessons.ZH: mdoc.ParseText(zh)}
	}
	return bench.Task{
		ID: "names", Title: say("Two services, one name", "两个服务，一个名字"),
		Story: md("`web` must reach `cache` by name, port 6379. Any way that ends there is right.",
			"`web` 要能按名字连到 `cache` 的 6379 端口。怎么做到都行。"),
		Hints: map[lessons.Lang][]mdoc.Fragment{
			lessons.EN: {mdoc.ParseText("Look at which networks each container is on."), mdoc.ParseText("`docker network connect` adds one.")},
			lessons.ZH: {mdoc.ParseText("看看每个容器在哪些网络上。"), mdoc.ParseText("`docker network connect` 可以再接一个。")},
		},
		Debrief: md("A user-defined network has an embedded DNS server at **127.0.0.11**; the default `bridge` has none.",
			"自定义网络自带 DNS 服务器（**127.0.0.11**）；默认的 `bridge` 没有。"),
	}
}
