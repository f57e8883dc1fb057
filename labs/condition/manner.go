package condition

import (
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readManner: read-only C, privileged C, stop-signal C SIGNAL, network-mode C MODE, log-driver C NAME.
func readManner(r *reading, first string) test {
	name := r.thing(Container)
	var t test
	switch first {
	case "read-only":
		t = yesNo(name, "the root file system of %s is read-only", "the root file system of %s can be written",
			"%s 的根文件系统是只读的", "%s 的根文件系统可写", func(c *api.ContainerInspect) bool { return c.HostConfig.ReadonlyRootfs })
	case "privileged":
		t = yesNo(name, "%s is privileged", "%s is not privileged", "%s 有特权（privileged）", "%s 没有特权",
			func(c *api.ContainerInspect) bool { return c.HostConfig.Privileged })
	case "stop-signal":
		t = equals(name, "stop signal", "停止信号", bare(r.text("a signal")), func(_ *State, c *api.ContainerInspect) string {
			return bare(orElse(c.Config.StopSignal, "TERM"))
		})
	case "network-mode":
		t = equals(name, "network mode", "网络模式", r.text("a mode"), (*State).mode)
	default:
		t = equals(name, "log driver", "日志驱动", r.text("a log driver"), func(_ *State, c *api.ContainerInspect) string {
			return c.HostConfig.LogConfig.Type
		})
	}
	t.about = aboutContainer(name)
	return t
}

// bare is a signal's name without what all of them begin with.
func bare(signal string) string { return strings.TrimPrefix(signal, "SIG") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// yesNo is a test of something that is so or not.
func yesNo(name, en, enNot, zh, zhNot string, is func(*api.ContainerInspect) bool) test {
	yes, no := say(en, zh, name), say(enNot, zhNot, name)
	return test{holds: yes, fails: no, look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
		if is(c) {
			return true, yes
		}
		return false, no
	})}
}

// equals is a test of something that has a word for itself.
func equals(name, en, zh, want string, is func(*State, *api.ContainerInspect) string) test {
	return test{
		holds: say("the %[2]s of %[1]s is %[4]s", "%[1]s 的%[3]s是 %[4]s", name, en, zh, want),
		fails: say("the %[2]s of %[1]s is not %[4]s", "%[1]s 的%[3]s不是 %[4]s", name, en, zh, want),
		look: ofContainer(name, func(s *State, c *api.ContainerInspect) (bool, lessons.Text) {
			has := is(s, c)
			return has == want, say("the %[2]s of %[1]s is %[4]s", "%[1]s 的%[3]s是 %[4]s", name, en, zh, has)
		}),
	}
}

// mode is the network mode; a container whose network is shared is told by its name.
func (s *State) mode(c *api.ContainerInspect) string {
	other, joins := c.HostConfig.NetworkMode.Container()
	if !joins {
		return orElse(string(c.HostConfig.NetworkMode), "bridge")
	}
	if with, err := s.Host.Engine().ContainerInspect(api.Caller{}, other, false); err == nil {
		return "container:" + strings.TrimPrefix(with.Name, "/")
	}
	return string(c.HostConfig.NetworkMode)
}
