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
		return say("no route to host", "没有到目标主机的路由")
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

// felt is what a program of the sender notices of it, and where it was decided.
func (s *story) felt() lessons.Text {
	at := s.t.Decides + 1
	switch s.t.Outcome {
	case dockernet.Reached:
		return say("The answer has come back: a program can speak now.", "回答已经回来，程序可以开始通信了。")
	case dockernet.Refused:
		return say("The program is told at once: connection refused. That is an answer: the way is free, but nobody "+
			"listens at its end. "+
			"It was decided at step %d.",
			"程序立刻得到 connection refused。这也是回答：路是通的，只是另一头没有人在听。决定这一点的是第 %d 步。", at)
	case dockernet.TimedOut:
		if at == 0 || !s.t.Steps[at-1].Drop {
			return say("It was taken, but no answer came back.", "包收下了，却没有回答回来。")
		}
		return say("Nobody tells the program anything: it sends again and again, and gives up when its time is "+
			"over. A packet was lost on "+
			"the way, at step %d.",
			"没有谁告诉程序出了什么事：它一次次重发，直到超时放弃。包在路上丢了，丢在第 %d 步。", at)
	case NoName:
		return say("The program fails before it has sent anything: bad address, or could not resolve host. It was "+
			"decided at step %d.",
			"程序还没发包就失败了：bad address，或者 could not resolve host。决定这一点的是第 %d 步。", at)
	case dockernet.Unreachable:
		return say("The kernel tells the program at once that it knows no way: network is unreachable.",
			"内核立刻告诉程序无路可走：network is unreachable。")
	case dockernet.NoRoute:
		return say("After some seconds the kernel tells the program: no route to host. It was decided at step %d.",
			"过几秒，内核告诉程序：no route to host。决定这一点的是第 %d 步。", at)
	}
	return nil
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
