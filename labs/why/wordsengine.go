package why

import (
	"strings"

	"dockerlearn/labs/sandbox/sim"
)

// engineWords are those of what the engine did.
func engineWords() map[sim.Rule]phrase {
	simple := func(en, zh string) phrase {
		return func(_ *teller, e sim.Event) said { return say(en, zh, e.Subject) }
	}
	return map[sim.Rule]phrase{
		"docker.error": func(_ *teller, e sim.Event) said { return refused(e.Detail.String()) },
		"docker.container.failed": func(_ *teller, e sim.Event) said {
			return say("%s was created, but its program could not be started", "容器 %s 已创建，但其中的程序没能启动", e.Subject)
		},
		"docker.container.start":   (*teller).started,
		"docker.container.kill":    (*teller).killed,
		"docker.container.die":     (*teller).died,
		"docker.container.oom":     simple("%s asked for more memory than its limit allows", "%s 申请的内存超过了它的上限"),
		"docker.container.stop":    simple("%s was stopped", "%s 被停止"),
		"docker.container.restart": simple("%s was restarted", "%s 被重启"),
		"docker.container.pause": simple(
			"%s was paused: its processes exist, but get no CPU time", "%s 被暂停：进程都还在，只是分不到 CPU 时间"),
		"docker.container.unpause": simple("%s was resumed", "%s 恢复运行"),
		"docker.container.destroy": func(t *teller, e sim.Event) said {
			s := say("%s was removed, and its writable layer with it", "%s 被删除，它的可写层也随之消失", e.Subject)
			return s.see(writePath)
		},
		"docker.container.rename": func(_ *teller, e sim.Event) said {
			return say("%[1]s was renamed to %[2]s", "%[1]s 改名为 %[2]s",
				strings.TrimPrefix(attr(e, "oldName"), "/"), e.Subject)
		},
		"docker.container.update": simple("the limits or the restart policy of %s were changed",
			"%s 的资源限制或重启策略被改过"),
		"docker.container.commit":         simple("an image was made of %s", "用 %s 生成了镜像"),
		"docker.container.extract-to-dir": simple("files were copied into %s from outside", "从外面往 %s 里复制了文件"),
		"docker.container.exec_die": func(_ *teller, e sim.Event) said {
			if code := attr(e, "exitCode"); code != "0" {
				return say("a command that was run in %s ended with exit status %s",
					"在 %s 里执行的一条命令以退出码 %s 结束", e.Subject, code)
			}
			return said{}
		},
		"docker.container.health_status": func(_ *teller, e sim.Event) said {
			status := word(e.Detail.String(), 1)
			return say("the health check of %s said: %s", "%s 的健康检查结果是 %s", e.Subject, status)
		},
		"docker.image.pull":  simple("the image %s was pulled", "拉取了镜像 %s"),
		"docker.image.tag":   simple("the name %s was given to an image", "给镜像加上了名字 %s"),
		"docker.image.untag": simple("the name %s was taken off its image", "镜像名字 %s 被去掉"),
		"docker.image.delete": simple("the image %.19s was removed: no name and no container was left",
			"镜像 %.19s 被删除：已没有名字和容器指向它"),
		"docker.image.load":     simple("the image %.19s was loaded from an archive", "从归档文件载入了镜像 %.19s"),
		"docker.image.import":   simple("the image %.19s was made of an archive of files", "用文件归档生成了镜像 %.19s"),
		"docker.network.create": simple("the network %s was created", "创建了网络 %s"),
		"docker.network.destroy": simple(
			"the network %s was removed", "网络 %s 被删除"),
		"docker.network.connect": func(t *teller, e sim.Event) said {
			return say("%s was put on the network %s", "%s 接入了网络 %s", t.name(attr(e, "container")), e.Subject)
		},
		"docker.volume.create": func(_ *teller, e sim.Event) said {
			return say("the volume %.12s was created", "创建了数据卷 %.12s", e.Subject).see(existingVolume)
		},
		"docker.volume.destroy": simple("the volume %.12s was removed, and the data in it", "数据卷 %.12s 被删除，里面的数据也随之消失"),
		"docker.volume.populate": func(_ *teller, e sim.Event) said {
			d, ok := e.Detail.(interface{ Place() (container, at string) })
			if !ok {
				return said{}
			}
			container, at := d.Place()
			return say("the volume %.12[1]s was empty, so it was filled with what the image of %[2]s has at %[3]s",
				"数据卷 %.12[1]s 是空的，于是先把 %[2]s 的镜像里 %[3]s 的内容复制了进去", e.Subject, container, at).see(volumesAndBinds)
		},
		"docker.daemon.stop": func(*teller, sim.Event) said {
			return say("the Docker daemon was stopped, and its containers with it", "Docker 守护进程被停止，容器也随之停止")
		},
		"docker.bind.create": func(_ *teller, e sim.Event) said {
			return say("the host had no %s, so Docker made an empty directory there", "宿主机上没有 %s，Docker 就在那里建了一个空目录", e.Subject).
				see(volumesAndBinds)
		},
		"docker.log.lost": simple("a line of %s's log could not be written", "%s 有一行日志没能写入"),
	}
}

func word(s string, n int) string {
	if f := strings.Fields(s); len(f) > n {
		return f[n]
	}
	return s
}

// started: who asked for it may be the restart policy, which follows from the container's own end.
func (t *teller) started(e sim.Event) said {
	if t.because(e, "docker.container.die") {
		return say("its restart policy started %s again", "重启策略让 %s 又启动了", e.Subject)
	}
	return say("%s was started", "%s 启动了", e.Subject)
}

// because reports whether an event's first cause is of a rule.
func (t *teller) because(e sim.Event, rule sim.Rule) bool {
	if len(e.Because) == 0 {
		return false
	}
	x, _ := t.log.Get(e.Because[0])
	return x.Rule == rule
}

// killed tells docker's signals. One that follows from another signal's fate is the end of docker stop's patience.
func (t *teller) killed(e sim.Event) said {
	name := signalName(attr(e, "signal"))
	late := t.because(e, "proc.initdefault") || t.because(e, "proc.signal")
	switch {
	case late:
		return say("%[1]s had not ended when the time to stop was up, so it was sent %[2]s, which cannot be ignored",
			"等待时间用完，%[1]s 还没退出，于是改发 %[2]s，这个信号无法忽略", e.Subject, name)
	case name == "SIGKILL":
		return say("%[1]s was sent %[2]s, which ends a program at once", "向 %[1]s 发送了 %[2]s，程序随即被终止", e.Subject, name)
	}
	return say("%[1]s was sent %[2]s", "向 %[1]s 发送了 %[2]s", e.Subject, name)
}

func (t *teller) died(e sim.Event) said {
	switch code := attr(e, "exitCode"); code {
	case "0":
		if t.wasAsked(e) {
			return say("%s ended as it was asked to: its main program caught the signal and ended with 0",
				"%s 按要求结束：主程序收到信号后自行退出，退出码 0",
				e.Subject)
		}
		return say("%s ended because its main program was done (exit status 0)", "%s 的主程序执行完毕，容器随之结束（退出码 0）", e.Subject)
	case "137":
		return say("%s ended with 137 = 128 + 9: its main program was killed by SIGKILL",
			"%s 以 137 结束，即 128 + 9：主程序被 SIGKILL 终止", e.Subject)
	case "143":
		return say("%s ended with 143 = 128 + 15: SIGTERM ended its main program",
			"%s 以 143 结束，即 128 + 15：主程序被 SIGTERM 终止", e.Subject)
	case "127":
		return say("%s ended with 127: a command was not found", "%s 以 127 结束：找不到要执行的命令", e.Subject)
	case "126":
		return say("%s ended with 126: a command was found, but could not be executed",
			"%s 以 126 结束：命令找到了，但无法执行", e.Subject)
	default:
		return say("%s ended because its main program ended with exit status %s",
			"%s 的主程序以退出码 %s 结束，容器随之结束", e.Subject, code)
	}
}

// wasAsked reports whether a signal that asks for it came before a container's main program ended.
func (t *teller) wasAsked(e sim.Event) bool {
	for _, c := range e.Because {
		x, _ := t.log.Get(c)
		if x.Rule != "proc.exit" {
			continue
		}
		for _, c := range t.ofExit(x) {
			if sig, ok := t.log.Get(c); ok && asksToEnd(sig) {
				return true
			}
		}
	}
	return false
}
