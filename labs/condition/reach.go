package condition

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// way is a connection that somebody may try.
type way struct {
	from, to string
	port     uint16
	udp      bool
}

// readReach: reach A -> B:PORT[/udp], blocked A -> B:PORT[/udp].
func readReach(r *reading, first string) test {
	w := way{from: r.thing(Container)}
	r.oneOf("->")
	w.to, w.port, w.udp = r.target()
	can := say("%[1]s can connect to %[2]s", "%[1]s 能连上 %[3]s", w.sender(), w.english(), w.chinese())
	cannot := say("%[1]s cannot connect to %[2]s", "%[1]s 连不上 %[3]s", w.sender(), w.english(), w.chinese())
	can[lessons.ZH], cannot[lessons.ZH] = w.inChinese(can[lessons.ZH]), w.inChinese(cannot[lessons.ZH])
	t := test{holds: can, fails: cannot, about: w.about()}
	if first == "blocked" {
		t.holds, t.fails = cannot, can
	}
	t.look = func(s *State) (bool, lessons.Text) {
		if why := s.alive(w.from); why != nil {
			return false, why
		}
		why := s.obstacle(w)
		if why == nil {
			return first == "reach", can
		}
		return first == "blocked", why
	}
	return t
}

// target reads B:PORT[/udp].
func (r *reading) target() (to string, port uint16, udp bool) {
	w := r.text("a name or address and a port, B:PORT")
	whole, udp := strings.CutSuffix(w, "/udp")
	whole = strings.TrimSuffix(whole, "/tcp")
	i := strings.LastIndex(whole, ":")
	n, err := strconv.ParseUint(whole[i+1:], 10, 16)
	if r.mistake == nil && (i < 1 || err != nil || n == 0) {
		r.wrongWord("%q is no B:PORT", "write a name or an address, a colon and a port", w)
		return "", 0, false
	}
	return strings.Trim(whole[:max(i, 0)], "[]"), uint16(n), udp
}

func (w way) about() (all []Subject) {
	for _, end := range []string{w.from, w.to} {
		if _, err := netip.ParseAddr(end); err != nil && end != onHost && end != sandbox.FromLAN {
			all = append(all, Subject{Container, end})
		}
	}
	return all
}

// sender is who tries, in English; inChinese puts it right in Chinese.
func (w way) sender() string {
	switch w.from {
	case onHost:
		return "the host"
	case sandbox.FromLAN:
		return "another machine on the LAN"
	}
	return w.from
}

func (w way) inChinese(s string) string {
	return strings.NewReplacer(
		"the host ", "宿主机", "another machine on the LAN ", "局域网里的另一台机器", " 宿主机 的", "宿主机的",
	).Replace(s)
}

func (w way) english() string {
	to := w.to
	if to == onHost {
		to = "the host"
	}
	if w.udp {
		return fmt.Sprintf("%s on UDP port %d", to, w.port)
	}
	return fmt.Sprintf("%s on port %d", to, w.port)
}

func (w way) chinese() string {
	to := w.to
	if to == onHost {
		to = "宿主机"
	}
	if w.udp {
		return fmt.Sprintf("%s 的 UDP %d 端口", to, w.port)
	}
	return fmt.Sprintf("%s 的 %d 端口", to, w.port)
}

// alive says why nothing can be sent from somewhere; nil if it can.
func (s *State) alive(from string) lessons.Text {
	if from == onHost || from == sandbox.FromLAN {
		return nil
	}
	c, why := s.container(from)
	if why == nil && (!c.State.Running || c.State.Restarting) {
		why = stateOf(s, from, c)
	}
	return why
}

// obstacle is what keeps somebody from connecting; nil if nothing does.
func (s *State) obstacle(w way) lessons.Text {
	ask := sandbox.Ask{From: w.from, To: w.to, Port: w.port, UDP: w.udp}
	if w.to == onHost {
		ask.To = s.Host.Address().String()
	}
	trial, err := s.Host.Try(ask)
	switch {
	case err != nil:
		return say("it cannot be tried: %v", "没法尝试：%v", err)
	case trial.OK():
		return nil
	case !trial.Addr.IsValid():
		return s.unknown(w.from, w.to)
	}
	return s.stopped(w, trial)
}

// unknown says that a name has no address, and why if that is a container's.
func (s *State) unknown(from, name string) lessons.Text {
	no := say("%s does not know the name %s", "%s 解析不了 %s 这个名字", from, name)
	if from == onHost {
		no = say("the host does not know the name %s", "宿主机解析不了 %s 这个名字", name)
	}
	if from == sandbox.FromLAN {
		no = say("the other machine does not know the name %s", "另一台机器解析不了 %s 这个名字", name)
	}
	other, why := s.container(name)
	if why != nil || from == onHost || from == sandbox.FromLAN {
		return no
	}
	one, why := s.container(from)
	switch {
	case why != nil:
		return no
	case !other.State.Running:
		return joined([]lessons.Text{no, stateOf(s, name, other)}, ": ", "：")
	case slices.Equal(networksOf(one), []string{"bridge"}) && slices.Equal(networksOf(other), []string{"bridge"}):
		return joined([]lessons.Text{no, say("both are on the default bridge, which has no name service",
			"两者都在默认的 bridge 网络里，而它不解析容器名")}, ": ", "：")
	}
	return joined([]lessons.Text{onNetworks(name, other), onNetworks(from, one)}, "; ", "；")
}

// stopped says what became of the packets.
func (s *State) stopped(w way, trial *sandbox.Trial) lessons.Text {
	at := netip.AddrPortFrom(trial.Addr, w.port).String()
	switch outcome := string(trial.Way.Outcome); outcome {
	case "refused":
		return say("nothing accepts connections on %s: refused", "%s 上没有程序接受连接：连接被拒绝", at)
	case "timeout":
		return dropped(at, trial.Way)
	case "network is unreachable":
		return w.voiced("%s has no route to %s", "%s 没有到 %s 的路由", at)
	case "no route to host":
		return say("nobody answers for the address %s", "没有机器应答地址 %s", at)
	default:
		return say("the connection to %s fails: %s", "到 %s 的连接失败：%s", at, outcome)
	}
}

// voiced is a sentence about the sender.
func (w way) voiced(en, zh, at string) lessons.Text {
	t := say(en, zh, w.sender(), at)
	t[lessons.ZH] = w.inChinese(t[lessons.ZH])
	return t
}

// dropped says which rule dropped a packet, and what made the rule.
func dropped(at string, x *sandbox.Explanation) lessons.Text {
	for i, h := range slices.Backward(x.Hops) {
		if !h.Drop {
			continue
		}
		if h.Rule == "" && i > 0 {
			h = x.Hops[i-1] // the rule speaks just before the packet is gone
		}
		switch {
		case h.Rule == "":
		case h.Origin == "":
			return say("what is sent to %s is dropped by the rule %q", "发往 %s 的包被规则 %q 丢弃", at, h.Rule)
		default:
			return say("what is sent to %[1]s is dropped by the rule %[2]q, which %[3]s made",
				"发往 %[1]s 的包被规则 %[2]q 丢弃，这条规则是 %[3]s 时加上的", at, h.Rule, h.Origin)
		}
		break
	}
	return say("what is sent to %s gets no answer", "发往 %s 的包没有回应", at)
}

// readResolves: resolves A NAME.
func readResolves(r *reading, _ string) test {
	from, name := r.thing(Container), r.thing(Container)
	w := way{from: from}
	about := way{from: from, to: name}.about()
	yes := w.voiced("%s finds the name %s", "%s 能解析 %s 这个名字", name)
	return test{
		holds: yes, fails: w.voiced("%s does not find the name %s", "%s 解析不了 %s 这个名字", name),
		about: about[:min(1, len(about))],
		look: func(s *State) (bool, lessons.Text) {
			if why := s.alive(from); why != nil {
				return false, why
			}
			found, err := s.Host.Resolve(from, name)
			if err != nil || len(found) == 0 {
				return false, s.unknown(from, name)
			}
			return true, say("%[1]s finds %[2]s at %[3]v", "%[1]s 把 %[2]s 解析为 %[3]v", from, name, found[0])
		},
	}
}

// readPublished: published C [PORT[/udp] [-> [ADDRESS:]PORT]].
func readPublished(r *reading, _ string) test {
	name := r.thing(Container)
	port, host := "", ""
	if r.more() {
		port = r.port()
	}
	if port != "" && r.next("->") {
		host = r.text("a port of the host")
		if _, err := strconv.ParseUint(host[strings.LastIndex(host, ":")+1:], 10, 16); err != nil && r.mistake == nil {
			r.wrongWord("%q is no port", "write a port of the host, or ADDRESS:PORT", host)
		}
	}
	return test{
		holds: publishing(name, port, host, true), fails: publishing(name, port, host, false),
		about: aboutContainer(name),
		look: ofContainer(name, func(s *State, c *api.ContainerInspect) (bool, lessons.Text) {
			if !c.State.Running {
				return false, stateOf(s, name, c)
			}
			all := bindings(c)
			if len(all) == 0 {
				return false, say("%s publishes no port", "%s 没有发布任何端口", name)
			}
			var words []string
			met := false
			for _, b := range all {
				words = append(words, b.String())
				met = met || (port == "" || b.port == port) && (host == "" || host == b.hostPort || host == b.address+":"+b.hostPort)
			}
			return met, say("%[1]s publishes %[2]s", "%[1]s 发布的是 %[3]s", name, english(words), chinese(words))
		}),
	}
}

// publishing says what is published, or that it is not.
func publishing(name, port, host string, is bool) lessons.Text {
	en, zh, zhTo := "publishes", "发布了", "把"
	if !is {
		en, zh, zhTo = "does not publish", "没有发布", "没有把"
	}
	port = strings.TrimSuffix(port, "/tcp")
	switch {
	case port == "":
		return say("%[1]s %[2]s a port", "%[1]s %[3]s端口", name, en, zh)
	case host == "":
		return say("%[1]s %[2]s its port %[4]s", "%[1]s %[3]s %[4]s 端口", name, en, zh, port)
	}
	return say("%[1]s %[2]s its port %[4]s on %[5]s of the host", "%[1]s %[3]s %[4]s 端口发布到宿主机的 %[5]s",
		name, en, zhTo, port, host)
}

// port reads PORT[/udp], as the engine writes it.
func (r *reading) port() string {
	w := r.text("a port")
	number, proto, _ := strings.Cut(w, "/")
	_, err := strconv.ParseUint(number, 10, 16)
	if r.mistake == nil && (err != nil || !slices.Contains([]string{"", "tcp", "udp"}, proto)) {
		r.wrongWord("%q is no port", "write a number, with /udp if it is one of UDP", w)
	}
	if proto == "" {
		proto = "tcp"
	}
	return number + "/" + proto
}

// binding is a port that is published, as docker port shows it.
type binding struct{ port, address, hostPort string }

func (b binding) String() string {
	address := b.address
	if strings.Contains(address, ":") {
		address = "[" + address + "]"
	}
	return fmt.Sprintf("%s -> %s:%s", b.port, address, b.hostPort)
}

func bindings(c *api.ContainerInspect) (all []binding) {
	for port, list := range c.NetworkSettings.Ports { // any order: sorted below
		for _, b := range list {
			all = append(all, binding{string(port), b.HostIP, b.HostPort})
		}
	}
	slices.SortFunc(all, func(a, b binding) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}
