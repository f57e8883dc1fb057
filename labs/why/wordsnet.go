package why

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/applet/resolve"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/labs/sandbox/netsim/packet"
	"dockerlearn/labs/sandbox/sim"
	"dockerlearn/lessons"
)

// networkWords are those of what became of packets and names.
func networkWords() map[sim.Rule]phrase {
	// of a frame: the arguments are the frame, and where it was
	lost := func(en, zh string) phrase {
		return func(t *teller, e sim.Event) said { return ofFrame(e, en, zh) }
	}
	return map[sim.Rule]phrase{
		"net.noname":     (*teller).noName,
		"net.drop":       (*teller).filtered,
		"net.reject":     (*teller).filtered,
		"net.dnat":       translated,
		"net.snat":       translated,
		"net.masquerade": translated,

		"net.unreachable": func(_ *teller, e sim.Event) said {
			return say("the sender has no route that leads to %s", "发送方没有通往 %s 的路由", e.Subject)
		},

		"net.refused":     lost("no program listens at the address and port that %[1]s was sent to", "目的地址和端口上没有程序在监听：%[1]s"),
		"net.connrefused": lost("the other side refused %[1]s: nothing listens on that port", "对方拒绝了 %[1]s：该端口没有程序在监听"),
		"net.connreset":   lost("the other side ended the connection of %[1]s at once", "对方直接中断了 %[1]s 的连接"),
		"net.reset":       lost("data came for a connection that the program had closed: %[1]s", "数据到达时程序已关闭连接：%[1]s"),
		"net.backlog": lost("the listening program did not accept: too many connections wait there (%[1]s)",
			"监听的程序来不及接受连接，等待的连接太多（%[1]s）"),
		"net.noroute": lost("%[2]s has no route for %[1]s", "%[2]s 没有到目的地的路由：%[1]s"),
		"net.unresolved": lost("nobody on the network answered for the address of %[1]s: no machine there has it",
			"网络里没有机器回应这个地址：%[1]s，没有谁拥有它"),
		"net.timeout": lost("%[1]s was sent again and again, and nobody answered", "%[1]s 反复发送，始终没有回应"),
		"net.noforward": lost("%[2]s is not the destination of %[1]s, and it does not forward packets",
			"%[1]s 不是发给 %[2]s 的，而它又没有开启转发"),
		"net.down": lost("a link of %[2]s is down, so %[1]s went no further", "%[2]s 的网络接口没有启用，%[1]s 到此为止"),
		"net.nocarrier": lost("the other end of a cable of %[2]s is down, so %[1]s went no further",
			"%[2]s 的网线另一端没有启用，%[1]s 到此为止"),
		"net.martian": lost("%[2]s threw %[1]s away: such an address may not come by that way",
			"%[2]s 丢弃了 %[1]s：这样的地址不该从这里进来"),
		"net.ttl": lost("the time to live of %[1]s ran out at %[2]s", "%[1]s 的 TTL 在 %[2]s 处耗尽"),
		"net.mtu": lost("%[1]s is larger than the next link's MTU at %[2]s and may not be cut",
			"%[1]s 超过 %[2]s 下一段链路的 MTU，又不允许分片"),
		"net.full": lost("the receiving program did not read: its buffer is full, and %[1]s was lost",
			"接收的程序没有及时读取，缓冲区已满，%[1]s 被丢弃"),

		"net.protocol":      lost("nobody at %[2]s understands the protocol of %[1]s", "%[2]s 没有谁认识 %[1]s 的协议"),
		"net.disabled":      lost("IPv6 is switched off at %[2]s: %[1]s", "%[2]s 关闭了 IPv6：%[1]s"),
		"net.scope":         lost("a link-local address does not cross a router: %[1]s", "链路本地地址不能跨路由器：%[1]s"),
		"net.broadcastping": lost("pings to everybody are not answered: %[1]s", "不回应广播 ping：%[1]s"),
		"net.ignored": lost("pings are not answered at %[2]s (icmp_echo_ignore_all=1)",
			"%[2]s 不回应 ping（icmp_echo_ignore_all=1）"),
		"net.noaddress": lost("%[2]s has no address from which it could answer %[1]s", "%[2]s 没有可用来回应 %[1]s 的地址"),
		"net.bridge":    lost("the bridge at %[2]s did not pass on %[1]s", "%[2]s 的网桥没有转发 %[1]s"),
		"net.vlan":      lost("no link at %[2]s stands for the VLAN of %[1]s", "%[2]s 没有对应 %[1]s 所属 VLAN 的接口"),
		"net.ipvlan": lost("an ipvlan L3 link carries neither ARP nor multicast: %[1]s",
			"ipvlan L3 接口不传送 ARP 和组播：%[1]s"),
		"net.l2miss":     lost("no other end of the tunnel has the address of %[1]s", "隧道另一端没有 %[1]s 的地址"),
		"net.l3miss":     lost("the tunnel does not know the address of %[1]s", "隧道不认识 %[1]s 的地址"),
		"net.vni":        lost("no tunnel at %[2]s has the number of %[1]s", "%[2]s 没有 %[1]s 对应编号的隧道"),
		"net.malformed":  lost("what came out of the tunnel at %[2]s is no frame", "%[2]s 从隧道里收到的内容不是有效的帧"),
		"net.neighbours": lost("%[2]s waits for too many neighbours: %[1]s was lost", "%[2]s 等待解析的邻居太多：%[1]s 被丢弃"),
		"net.loop":       lost("%[1]s went in a circle: bridges form a loop", "%[1]s 一直在绕圈：网桥之间成了环"),
		"net.deadloop":   lost("a tunnel at %[2]s leads into itself: %[1]s", "%[2]s 的隧道套住了自己：%[1]s"),
		"net.overload":   lost("too many frames were on the way: %[1]s was lost", "同时在途的帧太多：%[1]s 被丢弃"),
		"net.budget":     lost("the simulated world has sent all frames that it may", "模拟环境可发送的帧数已用完"),
		"net.forged": lost("%[2]s did not believe %[1]s: it came from behind a router",
			"%[2]s 不信任 %[1]s：它来自路由器后面"),
		"net.dummy": lost("a dummy link leads nowhere: %[1]s", "dummy 接口不通向任何地方：%[1]s"),
		"net.fault": lost("the cable lost %[1]s", "网线丢失了 %[1]s"),
	}
}

// ofFrame is a sentence of a frame that was lost, and where.
func ofFrame(e sim.Event, en, zh string) said {
	f, ok := e.Detail.(netsim.Fate)
	if storm, many := e.Detail.(*netsim.Storm); many {
		f, ok = storm.Fate, true
	}
	if !ok {
		return said{}
	}
	return say(en, zh, frame(f.Frame), e.Subject)
}

// frame is a packet in a few words: what it is, and from where to where.
func frame(f packet.Frame) string {
	if f.IP == nil {
		return f.String()
	}
	return travels(f.IP)
}

func travels(p *packet.IP) string {
	from, to := p.Src.String(), p.Dst.String()
	switch {
	case p.TCP != nil:
		return "TCP " + from + " → " + netip.AddrPortFrom(p.Dst, p.TCP.DstPort).String()
	case p.UDP != nil:
		return "UDP " + from + " → " + netip.AddrPortFrom(p.Dst, p.UDP.DstPort).String()
	case p.ICMP != nil:
		return "ICMP " + from + " → " + to
	}
	return from + " → " + to
}

// filtered tells of a rule that let nothing through, and who made it.
func (t *teller) filtered(e sim.Event) said {
	d, ok := e.Detail.(netfilter.Decision)
	if !ok {
		return said{}
	}
	en, zh := "dropped", "丢弃了"
	if e.Rule == "net.reject" {
		en, zh = "rejected", "拒绝了"
	}
	what := travels(&d.Packet)
	if d.By.Rule == nil {
		return say("the policy of the chain %[1]s/%[2]s "+en+" %[3]s", "链 %[1]s/%[2]s 的默认策略"+zh+" %[3]s", d.By.Table, d.By.Chain, what)
	}
	s := say("the firewall "+en+" %[1]s: rule %[2]d of %[3]s/%[4]s, %[5]s", "防火墙"+zh+" %[1]s：%[3]s/%[4]s 的第 %[2]d 条规则 %[5]s",
		what, d.By.Number, d.By.Table, d.By.Chain, d.By.Rule)
	return s.and(meaning(d.By.Table, d.By.Rule.String()))
}

// meaning is what Docker wants with a rule of its own; nothing for others.
func meaning(table, rule string) said {
	twice := regexp.MustCompile(`-i (\S+) -o (\S+)`).FindStringSubmatch(rule)
	switch {
	case table == "raw":
		return say("; a container's address is for its own networks only", "；容器地址只允许它所在的网络直接访问")
	case twice != nil && twice[1] == twice[2]:
		return say("; on this network containers may not talk to each other", "；这个网络不允许容器之间互相通信")
	case regexp.MustCompile(`! -[ds] \S+ .*-j DROP`).MatchString(rule):
		return say("; nothing goes out of an internal network, nor in", "；internal 网络不进不出")
	}
	return said{}
}

// and is a sentence with more behind it.
func (s said) and(more said) said {
	if more.text == nil {
		return s
	}
	text := lessons.Text{}
	for lang := range s.text { // any order: into a map
		text[lang] = s.text[lang] + more.text[lang]
	}
	s.text = text
	return s
}

// translated is nothing to tell by itself: it is what the learner asked for.
func translated(*teller, sim.Event) said { return said{} }

// noName tells of a name that was looked up in vain, by whom it was asked for.
func (t *teller) noName(e sim.Event) said {
	f, ok := e.Detail.(resolve.Failure)
	if !ok {
		return said{}
	}
	docker := slices.ContainsFunc(f.Servers, func(a netip.AddrPort) bool { return a.Addr().String() == "127.0.0.11" })
	var servers []string
	for _, s := range f.Servers {
		servers = append(servers, s.Addr().String())
	}
	asked := strings.Join(servers, ", ")
	switch {
	case docker && f.Err == resolve.Again:
		return say("no container on the same networks is named %[1]s, and no server outside answered Docker's DNS server (127.0.0.11)",
			"同一网络里没有叫 %[1]s 的容器，Docker 的 DNS 服务器（127.0.0.11）向外查询也得不到回应", e.Subject)
	case docker:
		return say("Docker's DNS server (127.0.0.11) knows no %s: no container on the same networks has that name",
			"Docker 的 DNS 服务器（127.0.0.11）查不到 %s：同一网络里没有叫这个名字的容器", e.Subject)
	case f.Err == resolve.Again:
		return say("%[2]s was asked for %[1]s and did not answer", "向 %[2]s 查询 %[1]s，没有得到回应", e.Subject, asked)
	}
	return say("%[1]s was asked for at %[2]s, which is not Docker's DNS server and knows no containers",
		"解析 %[1]s 时查询的是 %[2]s，它不是 Docker 的 DNS 服务器，不知道任何容器的名字", e.Subject, asked)
}
