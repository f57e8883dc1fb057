package trace

import (
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/labs/sandbox/netsim"
	"dockerlearn/labs/sandbox/netsim/dns"
	"dockerlearn/lessons"
)

// lookups tells how the sender looks the name up. Of each question there is one step: where it goes, and what comes back.
func (s *story) lookups(all []sandbox.Lookup) {
	for i := range all {
		l := &all[i]
		x := Step{Stage: Name}
		if l.Way == nil {
			x.Says, x.Why = inFile(l)
		} else {
			x.Says, x.Why = asked(l)
			x.Drop = i == len(all)-1 && len(l.Found) == 0
			s.frames(l.Way)
		}
		s.add(dockernet.Hop{Stack: s.from(all)}, x)
	}
}

// from is the sender's namespace.
func (s *story) from(all []sandbox.Lookup) *netsim.Stack {
	for _, l := range all {
		if l.Way != nil {
			return l.Way.Probe.From
		}
	}
	for stack, name := range s.names { // any order: one of them has the name
		if name.In(lessons.EN) == EndName(s.t.Ask.From).In(lessons.EN) {
			return stack
		}
	}
	return nil
}

func inFile(l *sandbox.Lookup) (says, why lessons.Text) {
	why = say("Docker writes a container's own name into its %s, and names given with --add-host.",
		"Docker 会把容器自己的名字，以及用 --add-host 给的名字写进 %s。", l.File)
	if len(l.Found) == 0 {
		return say("%s does not have %s", "%s 里没有 %s", l.File, l.Name), why
	}
	return say("%s has %s: %s", "%s 里有 %s：%s", l.File, l.Name, l.Found[0]), why
}

// asked tells of a question to a server.
func asked(l *sandbox.Lookup) (says, why lessons.Text) {
	server := l.Server.Addr()
	why = say("It is no server of Docker's: it does not know containers. On the default network bridge there are no "+
		"names; on a network "+
		"of one's own (docker network create) containers find each other by name.",
		"它不是 Docker 的 DNS，不认识容器。默认网络 bridge 上没有按名字查找这回事；在自己建的网络（docker network create）里，容器才能用名字找到彼此。")
	if server == dockernet.Embedded() {
		why = say("127.0.0.11 is Docker's own server of names inside the container. It knows those who are on a "+
			"network with this container, and "+
			"asks the host's servers for the rest.",
			"127.0.0.11 是 Docker 放在容器里的 DNS 服务器。它认识与本容器同在一个网络的容器，其他名字再去问宿主机的 DNS。")
	}
	switch {
	case l.Way.Answer == nil:
		return say("asks %s for %s: no answer (%s)", "向 %s 查询 %s：没有回答（%s）", server, l.Name, outcome(l.Way.Outcome)), why
	case len(l.Found) > 0:
		var found []string
		for _, a := range l.Found {
			found = append(found, a.String())
		}
		return say("asks %s for %s: %s", "向 %s 查询 %s：%s", server, l.Name, strings.Join(found, ", ")), why
	case l.Code == dns.NXDomain:
		return say("asks %s for %s: there is no such name", "向 %s 查询 %s：没有这个名字", server, l.Name), why
	case l.Code == dns.NoError:
		return say("asks %s for %s: it has no IPv4 address", "向 %s 查询 %s：没有 IPv4 地址", server, l.Name), why
	}
	return say("asks %s for %s: it could not answer (%s)", "向 %s 查询 %s：查不了（%s）", server, l.Name, l.Code), why
}
