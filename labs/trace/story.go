package trace

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/lessons"
)

// story makes steps of what kernels did. Of a hundred hops a learner is told those at which something is decided: what
// a kernel does as a matter of course is left out, and what comes again (a SYN that nobody answers) is told once.
type story struct {
	t      *Trace
	names  naming
	since  time.Duration // when the part that is told now began
	sender *netsim.Stack // of that part
	sent   int           // packets that were made: the one that is followed, its answer, others
	answer bool
	now    Packet
	rules  []dockernet.Hop // of one hook, not told yet
	told   map[string]bool // neighbours that were asked for
	again  bool            // it was sent again, because nobody answered
	over   bool
}

// tell adds a probe's way, and behind it the way from the proxy that took it.
func (s *story) tell(x *dockernet.Explanation) {
	s.follow(x)
	if x.Proxied == nil {
		return
	}
	s.proxy(x.Proxied)
	s.follow(x.Proxied)
}

// follow adds what happens on one way.
func (s *story) follow(x *dockernet.Explanation) {
	s.sender, s.sent, s.answer, s.now, s.rules, s.again, s.over = x.Probe.From, 0, false, Packet{}, nil, false, false
	s.told = map[string]bool{}
	s.frames(x)
	for _, h := range x.Hops {
		if s.over {
			break
		}
		if !s.about(h, x.Probe.Proto) || s.again && h.Stage != "net.unresolved" {
			continue
		}
		if h.By.At.Chain != "" {
			if n := len(s.rules); n > 0 && (s.rules[n-1].Stage != h.Stage || s.rules[n-1].Stack != h.Stack) {
				s.decide(s.now)
			}
			s.rules = append(s.rules, h)
			continue
		}
		s.decide(packetOf(h))
		s.hop(h)
	}
	s.decide(s.now)
}

// frames takes what passed links over.
func (s *story) frames(x *dockernet.Explanation) {
	if n := len(s.t.Frames); n > 0 {
		s.since = s.t.Frames[n-1].At
	}
	for _, f := range x.Frames {
		f.At += s.since
		s.t.Frames = append(s.t.Frames, f)
	}
}

// about reports whether a hop is one of the packet that is followed, or of its answer.
func (s *story) about(h dockernet.Hop, p packet.Proto) bool {
	ip := h.Frame.IP
	if ip == nil || s.names[h.Stack] == nil && !h.Drop {
		return false // ARP; a switch
	}
	return ip.Proto == p || ip.ICMP != nil && ip.ICMP.IsError(ip.V6())
}

// hop tells a hop at which no rule was asked.
func (s *story) hop(h dockernet.Hop) {
	before := s.now
	after := packetOf(h)
	after.State = before.State
	if h.Stage != "output" {
		s.now = after
	}
	switch {
	case h.Drop:
		s.dropped(h, before)
	case h.Stage == "output":
		s.output(h, after)
	case h.Stage == "received":
		s.received(h, before)
	case h.Stage == "bridge":
		s.bridged(h, before)
	case h.Stage == "neighbour":
		s.neighbour(h)
	case h.Stage == "route":
		s.routed(h, before)
	case h.Stage == "tcp", h.Stage == "udp", h.Stage == "icmp":
		s.arrived(h, before)
	}
}

// output is a packet that is made: the one that is followed, then its answer. What comes after that belongs to the
// connection that there is now, or says again what nobody heard.
func (s *story) output(h dockernet.Hop, p Packet) {
	s.sent++
	switch {
	case s.sent == 2 && h.Stack == s.sender && p.Flags == "SYN":
		s.again = true
		return
	case s.sent > 2:
		s.over = true
		return
	case s.sent == 2:
		s.answer = true
	}
	s.now = p
	s.add(h, Step{Stage: Send, Says: s.sends(h, p), Why: s.leaves(h), After: p})
}

// add adds a step at the place of a hop.
func (s *story) add(h dockernet.Hop, x Step) {
	x.At, x.Device, x.Answer, x.stack = h.At+s.since, h.Link, s.answer, h.Stack
	x.Node = s.node(h, x)
	s.t.Steps = append(s.t.Steps, x)
}

// node finds the place of a step on the path, or makes it.
func (s *story) node(h dockernet.Hop, x Step) int {
	t := s.t
	name := s.names.of(h.Stack)
	i := slices.IndexFunc(t.Path, func(n Node) bool { return n.Name.In(lessons.EN) == name.In(lessons.EN) })
	if i < 0 {
		i = len(t.Path)
		t.Path = append(t.Path, Node{Name: name})
	}
	n := &t.Path[i]
	if h.Link != "" && !slices.Contains(n.Devices, h.Link) && !x.Answer {
		n.Devices = append(n.Devices, h.Link)
	}
	if !n.Addr.IsValid() {
		n.Addr = address(h.Stack, x)
	}
	return i
}

// address is by what a place is known at a step: one of its own addresses that the packet names, or of the step's link.
func address(s *netsim.Stack, x Step) netip.Addr {
	for _, a := range []netip.Addr{x.After.From.Addr(), x.Before.To.Addr(), x.After.To.Addr()} {
		if a.IsValid() && s.IsLocal(a) && !a.IsLoopback() {
			return a
		}
	}
	l := s.Link(x.Device)
	if l != nil && l.Master() != nil {
		l = l.Master()
	}
	links := s.Links()
	if l != nil {
		links = []*netsim.Link{l}
	}
	for _, l := range links {
		for _, a := range l.Addrs() {
			if a.Prefix.Addr().Is4() && !a.Prefix.Addr().IsLoopback() {
				return a.Prefix.Addr()
			}
		}
	}
	return netip.Addr{}
}

// received is a frame that came into a place. On the host it is told of the port, not again of the bridge behind it.
func (s *story) received(h dockernet.Hop, before Packet) {
	if l := h.Stack.Link(h.Link); l == nil || l.Kind() == "bridge" {
		return
	}
	s.add(h, Step{Stage: Link, Says: s.comesIn(h), Why: s.cable(h), Before: before, After: s.now})
}

func (s *story) bridged(h dockernet.Hop, before Packet) {
	x := Step{Stage: Bridge, Before: before, After: s.now}
	port, known := strings.CutPrefix(h.What, "the address is behind ")
	switch {
	case known:
		x.Says, x.Why = s.behind(h, port)
	case strings.HasPrefix(h.What, "flooded"):
		x.Says = say("%s asks all its ports: it does not know this MAC yet", "%s 还不认识这个 MAC，向所有端口广播", h.Link)
	case strings.HasPrefix(h.What, "the frame is for the bridge's own host"):
		x.Says = say("the frame is for %s itself: up to the IP layer", "帧就是发给 %s 自己的，交给上面的 IP 层", h.Link)
	default:
		return // that a bridge learns changes nothing for the packet
	}
	s.add(h, x)
}

func (s *story) neighbour(h dockernet.Hop) {
	who, _, _ := strings.Cut(strings.TrimPrefix(h.What, "who has "), "?")
	if s.told[h.Where+who] {
		return
	}
	s.told[h.Where+who] = true
	s.add(h, Step{
		Stage: Neighbour, Before: s.now, After: s.now,
		Says: say("asks on %s: who has %s?", "在 %s 上问：谁有 %s？", h.Link, who),
		Why: say("A frame needs the MAC of the next machine. ARP asks everybody on the link; the answer is kept for "+
			"a while.",
			"发帧要知道下一台机器的 MAC。ARP 向这段链路上的所有机器提问，得到的回答会记一段时间。"),
	})
}

func (s *story) routed(h dockernet.Hop, before Packet) {
	x := Step{Stage: Route, Before: before, After: s.now}
	switch h.What {
	case "the address is local":
		if n := len(s.t.Steps); s.answer || n > 0 && s.t.Steps[n-1].Stage == Send {
			return // to itself
		}
		if s.names.of(h.Stack).In(lessons.EN) != "host" {
			return // a matter of course
		}
		x.Says, x.Why = s.local(h)
	case "forward":
		x.Says = say("not for this machine: on by %s, ttl %d", "目的地不是本机：从 %s 转发出去，ttl %d", h.Link, s.now.TTL)
		x.Why = say("ip_forward is 1, because Docker switched it on: the host is a router between its links. Each "+
			"router takes 1 off the ttl.",
			"ip_forward 是 1（Docker 打开的），所以宿主机在各个网卡之间当路由器。每过一个路由器，ttl 减 1。")
	default:
		return
	}
	s.add(h, x)
}

// arrived is a packet that a socket takes.
func (s *story) arrived(h dockernet.Hop, before Packet) {
	says, why := s.takes(h)
	s.add(h, Step{Stage: Socket, Says: says, Why: why, Before: before, After: s.now})
	if s.answer {
		s.over = true
	}
}

func (s *story) dropped(h dockernet.Hop, before Packet) {
	if h.Stage == "link" || isHook(h.Stage) {
		return // a neighbour that does not feel meant; what a rule has told itself
	}
	says, why := s.loss(h)
	s.add(h, Step{Stage: lossStage(h), Says: says, Why: why, Before: before, Drop: true})
	s.over = h.Stage == "net.unresolved"
}

func isHook(stage string) bool { return stage == strings.ToUpper(stage) }

// proxy is the step between the two ways.
func (s *story) proxy(second *dockernet.Explanation) {
	s.answer = false
	h := dockernet.Hop{Stack: second.Probe.From, Where: second.Probe.From.Name()}
	s.add(h, Step{
		Stage: Proxy, Before: s.now,
		Says: say("docker-proxy accepted it, and opens a second connection to %s", "docker-proxy 接下连接，自己再连一条到 %s",
			second.Probe.To),
		Why: say("docker-proxy is a program on the host that holds the published port. It takes what the nat rules "+
			"do not: what "+
			"the host says to 127.0.0.1, and what comes from the container's own network.",
			"docker-proxy 是宿主机上的一个程序，占着发布的端口。nat 规则不管的连接由它接：宿主机访问 127.0.0.1 的，以及来自容器自己那个网络的。"),
	})
}

// unsent tells of a packet that was never made.
func (s *story) unsent(trial *sandbox.Trial) {
	from := trial.Way.Probe.From
	s.add(dockernet.Hop{Stack: from}, Step{
		Stage: Route, Drop: true,
		Says: say("%s has no route to %s: nothing is sent", "%s没有通往 %s 的路由：什么也没发出去", s.names.spoken(from), trial.Addr),
		Why: say("Its routing table has neither a link with this address nor a default gateway. A container is like "+
			"that on internal networks alone, "+
			"or on none (--network none).",
			"它的路由表里既没有直连这个地址的网卡，也没有默认网关。只接内部网络（--internal），或者不接网络（--network none）的容器就是这样。"),
	})
}

// end tells how it ended, and which step decided that.
func (s *story) end(trial *sandbox.Trial) {
	t := s.t
	if trial.Way != nil && len(trial.Way.Hops) == 0 {
		s.unsent(trial)
	}
	t.Decides = decides(t.Steps)
	t.Says = s.result(trial)
	if len(t.Steps) == 0 {
		return
	}
	last := t.Steps[len(t.Steps)-1]
	x := Step{
		At: last.At, Stage: Result, Says: t.Says, Why: s.felt(), Drop: !t.OK(), Answer: true,
		stack: t.Steps[0].stack,
	}
	t.Steps = append(t.Steps, x)
	if t.Decides < 0 {
		t.Decides = len(t.Steps) - 1
	}
}

// decides is the step at which the end was decided: the last that lost the packet, or else the last rule.
func decides(steps []Step) int {
	at := -1
	for i, x := range steps {
		if x.Drop || x.Rule != nil && !x.Answer && (at < 0 || !steps[at].Drop) {
			at = i
		}
	}
	return at
}
