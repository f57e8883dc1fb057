package why

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// holders are the containers that an error message names by id or as an endpoint, with the commands that made them.
func (s *search) holders(e sim.Event, told []step) []step {
	var steps []step
	names := regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{12})\b|\(name:"([^"]+)"`)
	for _, m := range names.FindAllStringSubmatch(e.Detail.String(), -1) {
		c := s.lookAt(m[1] + m[2])
		if c == nil {
			continue
		}
		name := strings.TrimPrefix(c.Name, "/")
		if slices.ContainsFunc(told, func(x step) bool { return namedIn(x.text[lessons.EN], name, "") }) {
			continue
		}
		x := step{say("that container is %[1]s (%[2]s)", "指的是容器 %[1]s（%[2]s）",
			name, c.State.Status), s.began(c.ID)}
		if !x.in(steps) {
			steps = append(steps, x)
		}
	}
	for _, c := range e.Because[:max(len(e.Because)-1, 0)] { // the last one is docker itself
		if x, _ := s.log.Get(c); x.Rule == "proc.exec" {
			steps = append(steps, step{say("that is the program %q of the host",
				"占用者是宿主机上的程序 %q", x.Detail), s.command(c)})
		}
	}
	return steps
}

// network is what the host's state adds to what became of a packet: who made the rule that decided, what does not listen
// where it was sent, what a network has no way out of.
func (s *search) network(e sim.Event) []step {
	switch d := e.Detail.(type) {
	case netfilter.Decision:
		if r := d.By.Rule; r != nil && r.Origin != "" {
			return []step{{made(r.Origin), s.origin(r.Origin)}}
		}
	case netsim.Fate:
		if d.Frame.IP != nil && d.Frame.IP.TCP != nil && e.Rule == "net.refused" {
			return s.listeners(e.Subject, d.Frame.IP.TCP.DstPort, d.Frame.IP.Dst.String())
		}
	case proc.NoRoute:
		return s.noWayOut(s.asker(e.ID))
	}
	return nil
}

// made says when Docker wrote a rule, from the words that it marks its rules with.
func made(origin string) said {
	if name, ok := strings.CutPrefix(origin, "docker run "); ok {
		return say("Docker wrote this rule when %s was started", "这条规则是 %s 启动时由 Docker 写入的", name)
	}
	if name, ok := strings.CutPrefix(origin, "docker network create "); ok {
		return say("Docker wrote this rule when the network %s was created", "这条规则是创建网络 %s 时由 Docker 写入的", name)
	}
	return say("the rule was made by %s", "这条规则来自 %s", origin)
}

// listeners tells what listens in a namespace where nothing took a connection: on the port, but for the loopback alone,
// or on others.
func (t *teller) listeners(stack string, port uint16, addr string) []step {
	for _, p := range t.host.Places() {
		if p.Net.Name() != stack {
			continue
		}
		var open []string
		for _, x := range p.Net.Sockets() {
			switch {
			case x.Proto != "tcp" || x.State != "LISTEN":
			case x.Local.Port() == port && x.Local.Addr().IsLoopback():
				return append([]step{{say(
					"a program listens there on %[1]s only, and nobody else reaches that address; it was called at %[2]s",
					"那里有程序在监听，但只监听 %[1]s，外面访问不到；而访问的是 %[2]s", x.Local, addr), t.began(t.idOf(p.Name))}}, t.publishers(port)...)
			case !x.Local.Addr().IsLoopback():
				open = append(open, strconv.Itoa(int(x.Local.Port())))
			}
		}
		if p.Name == sandbox.FromHost {
			return t.publishedElsewhere(port)
		}
		if slices.Sort(open); len(open) > 0 {
			return []step{{say("in %[1]s programs listen on %[2]s", "%[1]s 里有程序在监听的端口：%[2]s", p.Name,
				strings.Join(slices.Compact(open), ", ")), t.began(t.idOf(p.Name))}}
		}
	}
	return nil
}

func (t *teller) idOf(name string) string {
	if c := t.lookAt(name); c != nil {
		return c.ID
	}
	return ""
}

// publishedElsewhere tells of containers that have the port, and are reached by another one of the host.
func (t *teller) publishedElsewhere(port uint16) []step {
	var steps []step
	for _, p := range t.host.Places() {
		c := t.lookAt(p.Name)
		if c == nil || c.NetworkSettings == nil {
			continue
		}
		for _, b := range c.NetworkSettings.Ports[api.Port(fmt.Sprintf("%d/tcp", port))] {
			x := step{say("%[1]s has a port %[2]d, and it is published as %[3]s of the host", "%[1]s 有端口 %[2]d，它发布在宿主机的 %[3]s 端口", p.Name,
				port, b.HostPort), t.began(c.ID)}
			if !x.in(steps) {
				steps = append(steps, x)
			}
		}
	}
	return steps
}

// publishers are the containers that publish a port of the host.
func (t *teller) publishers(port uint16) []step {
	for _, p := range t.host.Places() {
		c := t.lookAt(p.Name)
		if c == nil || c.NetworkSettings == nil {
			continue
		}
		for inside, all := range c.NetworkSettings.Ports { // any order: a port of the host has one owner
			for _, b := range all {
				if b.HostPort == fmt.Sprint(port) {
					return []step{{say("%[1]s publishes its port %[2]s at %[3]s:%[4]s",
						"%[1]s 把端口 %[2]s 发布在 %[3]s:%[4]s", p.Name,
						string(inside), b.HostIP, b.HostPort), t.began(c.ID)}}
				}
			}
		}
	}
	return nil
}

// noWayOut tells of a container that is on internal networks alone.
func (t *teller) noWayOut(name string) []step {
	e, ok := t.latest(func(e sim.Event) bool {
		return e.Rule == "docker.network.connect" && t.name(attr(e, "container")) == name
	})
	if !ok {
		return nil
	}
	steps := []step{{say("%[1]s was put on the network %[2]s", "%[1]s 接入了网络 %[2]s", name, e.Subject), t.command(e.ID)}}
	return append(steps, t.internal(e.Subject)...)
}

// internal tells of a network that is internal, and who made it so.
func (t *teller) internal(name string) []step {
	n, err := t.host.Engine().NetworkInspect(outside, name, false)
	if err != nil || !n.Internal {
		return nil
	}
	made, _ := t.latest(func(e sim.Event) bool { return e.Rule == "docker.network.create" && e.Subject == name })
	return []step{{
		say("%s is internal: it has no gateway, so nothing leads out of it", "%s 是 internal 网络：没有网关，无法通往外部", name),
		t.command(made.ID),
	}}
}

// filler is the container that has written the most to the host's disk.
func (t *teller) filler() []step {
	written := map[string]int64{}
	most := ""
	for e := range t.log.Since(0) {
		x, ok := e.Detail.(sandbox.FileEvent)
		if !ok || e.Rule != "vfs.wrote" || len(x.Files) != 64 {
			continue
		}
		if written[x.Files] += x.Bytes; written[x.Files] > written[most] {
			most = x.Files
		}
	}
	if most == "" || written[most] < 1<<20 {
		return nil
	}
	return []step{{say("%[1]s has written the most: %[2]s",
		"写入最多的是 %[1]s，共 %[2]s", t.name(most), amount(written[most])), t.began(most)}}
}

// overlapping are the networks that have a part of the addresses that the command asks for.
func (s *search) overlapping() []step {
	command, _ := s.typed()
	m := regexp.MustCompile(`--subnet[= ](\S+)`).FindStringSubmatch(command)
	if m == nil {
		return nil
	}
	asked, err := netip.ParsePrefix(m[1])
	if err != nil {
		return nil
	}
	all, err := s.host.Engine().NetworkList(outside, nil)
	if err != nil {
		return nil
	}
	var steps []step
	for _, n := range all {
		for _, c := range n.IPAM.Config {
			if has, err := netip.ParsePrefix(c.Subnet); err == nil && has.Overlaps(asked) {
				made, _ := s.latest(func(e sim.Event) bool { return e.Rule == "docker.network.create" && e.Subject == n.Name })
				steps = append(steps, step{say("the network %[1]s has %[2]s",
					"网络 %[1]s 的子网是 %[2]s", n.Name, has), s.command(made.ID)})
			}
		}
	}
	return steps
}
