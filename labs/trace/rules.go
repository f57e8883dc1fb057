package trace

import (
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim/netfilter"
	"dockerlearn/lessons"
)

// decide tells what the rules of a hook came to; after is the packet behind them.
func (s *story) decide(after Packet) {
	rules := s.rules
	s.rules = nil
	if len(rules) == 0 || s.over {
		return
	}
	before := s.now
	for _, h := range rules {
		before.State = state(h)
		x := Step{Stage: Filter, Before: before, After: before, Rule: ruleOf(h)}
		switch x.Rule.Verdict {
		case Translates:
			x.Stage, x.After = Translate, after
			x.After.State = before.State
			x.Says, x.Why = s.translates(h, x)
		case Drops, Rejects:
			x.Drop, x.After = true, Packet{}
			x.Says, x.Why = s.refuses(h, x)
		case Accepts:
			if !telling(h, rules) {
				continue
			}
			x.Says, x.Why = s.lets(h, x)
		default:
			continue
		}
		s.add(h, x)
	}
	s.unpublished(rules)
	s.now.State = before.State
}

// state is that of the packet's connection. In raw it is not looked up yet, though rules could ask for it.
func state(h dockernet.Hop) string {
	if h.By.At.Table == "raw" || strings.HasPrefix(h.By.At.Chain, "raw-") {
		return ""
	}
	return h.State
}

// ruleOf is the rule of a hop.
func ruleOf(h dockernet.Hop) *Rule {
	r := &Rule{
		Table: h.By.At.Table, Chain: h.By.At.Chain, Number: h.By.Number, Hook: h.Stage, Origin: h.Origin, Near: h.Near,
		at: h.By,
	}
	for _, l := range h.Near {
		if l.Number == r.Number {
			r.Text = l.Text
		}
	}
	switch {
	case strings.Contains(h.What, " becomes "):
		r.Verdict = Translates
	case h.What == "drops", h.What == "policy drop":
		r.Verdict = Drops
	case strings.HasPrefix(h.What, "rejects"):
		r.Verdict = Rejects
	case h.What == "accepts", h.What == "policy accept":
		r.Verdict = Accepts
	}
	return r
}

// telling reports whether it is worth a step that a packet is let through: where it is asked whether it may be
// forwarded, and where a rule of somebody's own says so. What is behind a translation was told with it.
func telling(h dockernet.Hop, rules []dockernet.Hop) bool {
	if slices.ContainsFunc(rules, func(o dockernet.Hop) bool { return strings.Contains(o.What, " becomes ") }) {
		return false
	}
	return h.Stage == netfilter.Forward.String() || h.By.Number > 0
}

// unpublished tells that no published port is meant, where Docker's rules were asked for one in vain.
func (s *story) unpublished(rules []dockernet.Hop) {
	asked := slices.IndexFunc(rules, func(h dockernet.Hop) bool {
		return h.What == "jumps to DOCKER" && h.By.At.Table == "nat" || h.What == "jumps to nat-prerouting-and-output"
	})
	if asked < 0 || s.answer || s.now.To.Port() == 0 {
		return
	}
	if slices.ContainsFunc(rules, func(h dockernet.Hop) bool { return strings.Contains(h.What, " becomes ") }) {
		return
	}
	h := rules[asked]
	s.add(h, Step{
		Stage: Translate, Before: s.now, After: s.now,
		Says: say("no nat rule is for %s from here: it stays addressed to the host", "没有哪条 nat 规则对得上 %s：目的地仍是宿主机自己",
			End(s.now.To)),
		Why: say("A published port is a rule in Docker's nat chain that gives the packet another destination. None "+
			"matched this one.",
			"发布端口，就是在 Docker 的 nat 链里加一条改写目的地址的规则。这个包没有对上任何一条。"),
	})
}

// translates tells of a packet that gets other addresses.
func (s *story) translates(h dockernet.Hop, x Step) (says, why lessons.Text) {
	target := x.Before.To != x.After.To
	known := strings.Contains(h.What, "as the connection says")
	switch {
	case known && target:
		return say("translated back: the destination becomes %s", "按连接还原：目的地址变回 %s", End(x.After.To)), conntrackWhy()
	case known:
		return say("translated back: the source becomes %s", "按连接还原：源地址变回 %s", End(x.After.From)), conntrackWhy()
	case target:
		return say("DNAT: the destination becomes %s", "DNAT：目的地址改成 %s", End(x.After.To)),
			say("This rule is what publishes the port: what comes to the host's port goes on to the container's.",
				"发布端口靠的就是这条规则：到宿主机这个端口的包，改送到容器的端口。")
	}
	return say("the source becomes %s (masquerade)", "源地址改成 %s（masquerade）", End(x.After.From)),
		say("Outside nobody knows the container's address: the packet goes on with the host's own, and the answer "+
			"comes to the host.",
			"外面没有人认识容器的地址，所以出去的包换成宿主机自己的地址，回答先回到宿主机。")
}

func conntrackWhy() lessons.Text {
	return say("No rule is asked for an answer: the kernel remembers the connection (conntrack) and undoes what it "+
		"did to the first packet.",
		"回来的包不用再问规则：内核记着这条连接（conntrack），把对第一个包做的改写还原。")
}

// refuses tells of a packet that a rule loses.
func (s *story) refuses(h dockernet.Hop, x Step) (says, why lessons.Text) {
	r := x.Rule
	at := ruleName(r)
	says = say("%s drops it", "被 %s丢弃", at)
	if r.Verdict == Rejects {
		says = say("%s rejects it, and tells the sender", "被 %s拒绝，并通知发送方", at)
	}
	for _, k := range known() {
		if k.is(r) {
			return says, k.says
		}
	}
	if r.Number == 0 {
		return says, say("No rule of the chain decided, so its policy does.", "链里没有规则作出决定，就按链的默认策略处理。")
	}
	return says, say("The rule matched this packet. Nobody is told of a packet that is dropped: the sender waits "+
		"until its time is over.",
		"这条规则对上了这个包。包被丢弃时不会通知任何人，发送方只能一直等到超时。")
}

// ruleName names a rule as one would look it up.
func ruleName(r *Rule) lessons.Text {
	if r.Number == 0 {
		return say("the policy of %s %s", "%s %s 的默认策略", r.Table, r.Chain)
	}
	return say("%s %s rule %d", "%s %s 第 %d 条规则", r.Table, r.Chain, r.Number)
}

// lets tells of a packet that may pass.
func (s *story) lets(_ dockernet.Hop, x Step) (says, why lessons.Text) {
	r := x.Rule
	says = say("%s: may it pass? Yes: %s", "%s：能放行吗？能，%s", r.Hook, ruleName(r))
	switch {
	case strings.Contains(r.Text, "ESTABLISHED"), strings.Contains(r.Text, "established"):
		return says, say("It belongs to a connection that was let through before.", "它属于一条已经放行的连接。")
	case r.Number == 0:
		return says, say("No rule of the chain minds, and its policy is to accept.", "链里没有规则反对，默认策略是放行。")
	}
	for _, k := range known() {
		if k.is(r) {
			return says, k.says
		}
	}
	return says, say("The rule matched this packet, and lets it through.", "这条规则对上了这个包，放行。")
}

// recognised is a kind of rule that Docker makes, and what it is for.
type recognised struct {
	is   func(*Rule) bool
	says lessons.Text
}

// known are Docker's rules. moby: daemon/libnetwork/drivers/bridge/internal
func known() []recognised {
	has := func(parts ...string) func(*Rule) bool {
		return func(r *Rule) bool {
			all := r.Table + " " + r.Chain + " " + r.Text
			return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(all, p) })
		}
	}
	direct := say("Docker keeps a container's own address to its network: who is on another network, or on another "+
		"machine, does not "+
		"reach it, published or not. Put both into one network, or use the published port.",
		"Docker 不让外人直接访问容器自己的地址：别的网络里的容器、别的机器都不行，端口发布了也不行。要么把两边放进同一个网络，要么走发布的端口。")
	loopback := say("The port was published on 127.0.0.1, so Docker drops what comes for that address from any "+
		"other link than lo.",
		"端口发布在 127.0.0.1 上，所以凡是不从 lo 进来却发往这个地址的包，Docker 都会丢掉。")
	internal := say("The network is internal (docker network create --internal): nothing leads into it or out of it.",
		"这个网络是内部网络（docker network create --internal）：进不来，也出不去。")
	icc := say("On this network containers may not speak with each other (enable_icc=false).",
		"这个网络不许容器之间互相通信（enable_icc=false）。")
	port := say("Docker made this rule for the published port: the container may be reached there, and nowhere else.",
		"这条规则是 Docker 为发布的端口加的：从外面只能访问容器的这个端口。")
	closed := say("From outside of its network a container is reached at published ports alone, and this is none.",
		"从网络外面只能访问容器已发布的端口，而这个端口没有发布。")
	out := say("What containers of this network send may go out.", "这个网络里的容器发出的包可以出去。")
	user := say("DOCKER-USER is the chain for rules of one's own: Docker asks it first, and never changes it.",
		"DOCKER-USER 是留给用户自己写规则的链：Docker 最先问它，也从不改它。")
	return []recognised{
		{has("DOCKER-USER"), user},
		{has("raw PREROUTING", "--dport", "! -i lo", "DROP"), loopback},
		{has("raw-PREROUTING", "LOOPBACK"), loopback},
		{has("raw PREROUTING", "! -i", "DROP"), direct},
		{has("raw-PREROUTING", "DROP DIRECT ACCESS"), direct},
		{has("DOCKER-INTERNAL", "DROP"), internal},
		{has("INTERNAL NETWORK"), internal},
		{has("DOCKER-FORWARD", "-i", " -o", "DROP"), icc},
		{has("drop comment \"ICC\""), icc},
		{has("filter DOCKER ", "--dport", "ACCEPT"), port},
		{has("filter-forward-in", "dport", "accept"), port},
		{has("filter DOCKER ", "! -i", "DROP"), closed},
		{has("UNPUBLISHED PORT DROP"), closed},
		{has("DOCKER-FORWARD", "ACCEPT"), out},
		{has("OUTGOING"), out},
	}
}
