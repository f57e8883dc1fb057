package trace

import (
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/lessons"
)

// lost is how a kernel loses a packet without any rule.
type lost struct {
	stage     Stage
	says, why lessons.Text
}

// losses are by the events that the kernel logs.
func losses() map[string]lost {
	return map[string]lost{
		"net.refused": {
			Socket, say("nothing listens there on this port", "这里没有程序监听这个端口"),
			say("The packet came where it was to come, but no program has opened the port on this address, so the "+
				"kernel says no at once "+
				"(connection refused). A server that listens on 127.0.0.1 alone is not there for others.",
				"包已经送到，但没有程序在这个地址上打开这个端口，内核立刻回绝（connection refused）。只监听 127.0.0.1 的服务，对别人来说等于不存在。"),
		},
		"net.unresolved": {
			Neighbour, say("nobody has this address: three questions were not answered", "没有机器有这个地址：问了三次都没有回答"),
			say("The address is on this link, but no machine there has it: the container is stopped, gone, or has "+
				"another address now.",
				"这个地址属于这段链路，可是链路上没有哪台机器有它：容器停了、删了，或者换了地址。"),
		},
		"net.noroute": {
			Route, say("there is no route to this address", "没有通往这个地址的路由"),
			say("The routing table has neither a link with this address nor a gateway for it.",
				"路由表里既没有直连它的网卡，也没有能转交的网关。"),
		},
		"net.noforward": {
			Route, say("it is for somebody else, and forwarding is off", "目的地不是本机，而转发是关着的"),
			say("Without ip_forward=1 a machine is no router.", "没有 ip_forward=1，机器就不当路由器。"),
		},
		"net.martian": {
			Route, say("such an address cannot come from there", "这样的地址不可能从那里来"),
			say("A loopback address on a wire, or a source behind another link: the kernel takes it for forged.",
				"环回地址出现在线路上，或者源地址本该在另一块网卡后面：内核把它当作伪造的包。"),
		},
		"net.ttl": {
			Route, say("its ttl is over", "ttl 用完了"),
			say("Each router takes 1 off; at 0 the packet goes in circles no longer.",
				"每过一个路由器减 1，减到 0 就不再转发，免得一直兜圈子。"),
		},
		"net.mtu": {
			Route, say("it is too large for the next link", "对下一段链路来说太大"),
			say("It may not be cut (DF), and the sender is told the size that fits.", "它不许分片（DF），内核会告诉发送方多大才行。"),
		},
		"net.bridge": {
			Bridge, say("the bridge does not send it on", "网桥不转发这一帧"),
			say("The port is down, isolated, or the one by which it came.", "端口没有启用、被隔离，或者就是它进来的那个端口。"),
		},
		"net.down": {
			Link, say("the link is down", "网卡没有启用"), say("Nothing goes through a link that is down.", "没有启用的网卡什么也不通。"),
		},
		"net.nocarrier": {
			Link, say("the other end of the cable is down", "网线的另一头没有启用"),
			say("Nothing goes through a link that is down.", "没有启用的网卡什么也不通。"),
		},
		"net.disabled": {
			Route, say("IPv6 is switched off here", "这里关闭了 IPv6"), say("disable_ipv6 is 1.", "disable_ipv6 是 1。"),
		},
		"net.backlog": {
			Socket, say("too many connections wait to be accepted", "等待接受的连接太多"),
			say("The program listens, but does not come to accepting.", "程序在监听，但来不及接受连接。"),
		},
		"net.ignored": {
			Socket, say("pings are not answered here", "这里不回应 ping"), say("icmp_echo_ignore_all is 1.",
				"icmp_echo_ignore_all 是 1。"),
		},
	}
}

func (s *story) loss(h dockernet.Hop) (says, why lessons.Text) {
	if p := packetOf(h); h.Stage == "net.refused" {
		return say("nothing listens on port %d of %s", "%[2]s没有程序监听端口 %[1]d", p.To.Port(), s.names.spoken(h.Stack)),
			losses()[h.Stage].why
	}
	if x, known := losses()[h.Stage]; known {
		return x.says, x.why
	}
	return say("it is lost: %s", "包丢了（%s）", h.What), nil
}

func lossStage(h dockernet.Hop) Stage {
	if x, known := losses()[h.Stage]; known {
		return x.stage
	}
	return Route
}
