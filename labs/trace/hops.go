package trace

import (
	"strings"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/lessons"
)

// kind is what a packet is, in a word or two.
func (p Packet) kind() lessons.Text {
	switch {
	case p.Flags == "unreachable":
		return say("ICMP unreachable", "ICMP 不可达")
	case p.Proto == packet.ProtoUDP:
		return say("a datagram", "数据报")
	case p.Flags == "echo request":
		return say("a ping", "ping 请求")
	case p.Flags == "echo reply":
		return say("the answer to the ping", "ping 应答")
	case p.Proto == packet.ProtoTCP:
		return same(strings.ReplaceAll(p.Flags, " ", "-"))
	}
	return same(p.Flags)
}

func (s *story) sends(h dockernet.Hop, p Packet) lessons.Text {
	return say("%s sends %s to %s", "%s向 %[3]s 发出%[2]s", s.names.spoken(h.Stack), p.kind(), End(p.To))
}

func (s *story) leaves(h dockernet.Hop) lessons.Text {
	gateway, far := strings.CutPrefix(h.What, "by way of ")
	switch {
	case h.Link == "lo":
		return say("The address is its own: the packet stays inside and goes by lo.", "目的地是自己的地址：包不出门，走 lo。")
	case far:
		return say("The routing table has no link with this address, so it goes to the gateway %s by %s.",
			"路由表里没有直连这个地址的网卡，所以从 %[2]s 交给网关 %[1]s。", gateway, h.Link)
	}
	return say("The routing table says: the address is on the link %s itself.", "路由表说：这个地址就在 %s 这段链路上。", h.Link)
}

func (s *story) comesIn(h dockernet.Hop) lessons.Text {
	return say("comes into %s by %s", "从 %[2]s 进入%[1]s", s.names.spoken(h.Stack), h.Link)
}

// cable says what the link is by which a frame came.
func (s *story) cable(h dockernet.Hop) lessons.Text {
	l := h.Stack.Link(h.Link)
	if l == nil || l.Kind() != "veth" {
		return nil
	}
	if br := l.Master(); br != nil {
		return say("A veth is a cable with two ends: one is eth0 in the container, the other is this port of the "+
			"bridge %s.",
			"veth 像一根两头的网线：一头是容器里的 eth0，另一头就是网桥 %s 上的这个端口。", br.Name())
	}
	return say("A veth is a cable with two ends: this one is %s here, the other end is where it came from.",
		"veth 像一根两头的网线：这一头是这里的 %s，另一头就是它来的地方。", h.Link)
}

func (s *story) behind(h dockernet.Hop, port string) (says, why lessons.Text) {
	to := port
	if l := h.Stack.Link(port); l != nil {
		if end := s.atTheOtherEnd(l); end != nil {
			return say("%s knows this MAC: it is behind %s, which is %s", "%s 认识这个 MAC：在端口 %s 后面，也就是%s", h.Link, port,
				spoken(end)), bridgeWhy()
		}
	}
	return say("%s knows this MAC: it is behind %s", "%s 认识这个 MAC：在端口 %s 后面", h.Link, to), bridgeWhy()
}

func bridgeWhy() lessons.Text {
	return say("A bridge is a switch inside of the host: it learns behind which port each MAC is.",
		"网桥就是宿主机里的一台交换机：它会记住每个 MAC 在哪个端口后面。")
}

// atTheOtherEnd is who has the other end of a cable; nil if nobody who has a name.
func (s *story) atTheOtherEnd(l *netsim.Link) lessons.Text {
	peer, _ := l.Peer()
	if peer == nil {
		return nil
	}
	return s.names[peer.Stack()]
}

func (s *story) local(h dockernet.Hop) (says, why lessons.Text) {
	return say("%s is %s's own address: it is taken in", "%s 是%s自己的地址：收下", s.now.To.Addr(), s.names.spoken(h.Stack)),
		say("The packet goes no further than this machine: what counts now is who listens on the port.",
			"包不再往别处走，接下来只看有没有程序在监听这个端口。")
}

func (s *story) takes(h dockernet.Hop) (says, why lessons.Text) {
	name, p := s.names.spoken(h.Stack), s.now
	switch {
	case p.Flags == "unreachable":
		return say("%s is told that it was not reached", "%s得知没有送到", name), nil
	case p.Proto == packet.ProtoTCP && p.Flags == "SYN":
		return say("port %[2]d of %[1]s is listened on: the connection is taken", "%s有程序监听端口 %d：接受连接", name,
			p.To.Port()), nil
	case p.Proto == packet.ProtoTCP:
		return say("the answer comes to %s: the connection is open", "回答到了%s：连接建立", name), nil
	case p.Proto == packet.ProtoUDP && !s.answer:
		return say("port %[2]d of %[1]s is listened on: the datagram is taken", "%s有程序占着端口 %d：收下数据报", name,
			p.To.Port()), nil
	case p.Proto == packet.ProtoUDP:
		return say("the answer comes to %s", "回答到了%s", name), nil
	case s.answer:
		return say("the echo comes back to %s", "回显回到了%s", name), nil
	}
	return say("%s answers the ping itself: no program is needed", "%s的内核直接回应 ping，不需要任何程序", name), nil
}
