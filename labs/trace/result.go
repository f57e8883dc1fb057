package trace

import (
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/dockernet"
	"dockerlearn/lessons"
)

// outcome is how it ended, in a few words.
func outcome(o Outcome) lessons.Text {
	switch o {
	case dockernet.Reached:
		return say("reached", "通了")
	case dockernet.Refused:
		return say("connection refused", "连接被拒绝")
	case dockernet.TimedOut:
		return say("timeout: no answer", "超时，没有回答")
	case dockernet.Unreachable:
		return say("network is unreachable", "网络不可达")
	case dockernet.NoRoute:
		return say("no route to host", "没有到主机的路由")
	case NoName:
		return say("the name has no address", "名字查不到地址")
	}
	return same(string(o))
}

// result says how it ended for the sender.
func (s *story) result(trial *sandbox.Trial) lessons.Text {
	from := spoken(EndName(trial.Ask.From))
	to := Target(trial.Ask)
	if trial.Ask.Port == 0 {
		to = trial.Ask.To
	}
	switch s.t.Outcome {
	case dockernet.Reached:
		return say("%s has reached %s", "%s连上了 %s", from, to)
	case NoName:
		return say("%s has no address for %s: nothing is sent", "%s查不到 %s 的地址：什么也没发出去", from, trial.Ask.To)
	}
	return say("%s does not reach %s: %s", "%s连不上 %s：%s", from, to, outcome(s.t.Outcome))
}

// Target is what is to be reached, as one writes it.
func Target(a sandbox.Ask) string {
	switch {
	case a.Port == 0:
		return "ping " + a.To
	case a.UDP:
		return joined(a) + "/udp"
	}
	return joined(a)
}
