package why

import (
	"dockerlearn/labs/sandbox/proc"
	"dockerlearn/labs/sandbox/sim"
)

// processWords are those of what the kernel did to processes.
func processWords() map[sim.Rule]phrase {
	return map[sim.Rule]phrase{
		"proc.oom": func(_ *teller, e sim.Event) said {
			x, _ := e.Detail.(proc.OOM)
			return say("the kernel killed the process that held the most, because together they reached the limit of %s",
				"内存用到了 %s 的上限，内核终止了其中占用最多的进程", binary(x.Limit))
		},
		"proc.pidslimit": func(_ *teller, e sim.Event) said {
			return say("the limit of processes was reached: no further one could be started", "进程数已到上限，无法再启动新进程")
		},
		"proc.initprotected": func(_ *teller, e sim.Event) said {
			return say("%s came from inside, to process 1 of its own namespace: the kernel lets nobody kill process 1 from there",
				"%s 是从容器内部发给 1 号进程的：内核不允许在同一命名空间里终止 1 号进程", signalOf(e))
		},
		"proc.initdefault": func(_ *teller, e sim.Event) said {
			return say("the program is process 1 and has no handler for %s: the kernel delivers a signal to process 1 only if it has a handler for it",
				"该程序是 1 号进程，又没有处理 %s：对 1 号进程来说，内核会丢弃没有处理函数的信号", signalOf(e))
		},
		"proc.bug": func(_ *teller, e sim.Event) said {
			return say("the simulated program itself is broken here; that is a fault of dockerlearn",
				"这里是模拟程序自身出错，属于 dockerlearn 的缺陷")
		},
	}
}

func signalOf(e sim.Event) string {
	if s, ok := e.Detail.(proc.Signal); ok {
		return "SIG" + s.String()
	}
	return "a signal"
}
