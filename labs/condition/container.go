package condition

import (
	"strconv"
	"strings"
	"time"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// ofContainer is a test of a container that must be there.
func ofContainer(name string, look func(*State, *api.ContainerInspect) (bool, lessons.Text)) look {
	return func(s *State) (bool, lessons.Text) {
		c, why := s.container(name)
		if why != nil {
			return false, why
		}
		return look(s, c)
	}
}

func aboutContainer(name string) []Subject { return []Subject{{Container, name}} }

// readState: running C, exited C [CODE], paused C, healthy C.
func readState(r *reading, first string) test {
	name := r.thing(Container)
	t := test{about: aboutContainer(name)}
	is := func(c *api.ContainerInspect) bool { return string(c.State.Status) == first }
	switch first {
	case "running":
		t.holds, t.fails = say("%s is running", "%s 正在运行", name), say("%s is not running", "%s 没有运行", name)
	case "paused":
		t.holds, t.fails = say("%s is paused", "%s 已暂停", name), say("%s is not paused", "%s 没有被暂停", name)
	case "healthy":
		t.holds, t.fails = say("%s is healthy", "%s 的健康检查通过", name), say("%s is not healthy", "%s 的健康检查没有通过", name)
		is = func(c *api.ContainerInspect) bool {
			return c.State.Health != nil && c.State.Health.Status == api.HealthHealthy
		}
	case "exited":
		is = r.exited(name, &t)
	}
	t.look = ofContainer(name, func(s *State, c *api.ContainerInspect) (bool, lessons.Text) {
		if first == "healthy" && c.State.Running {
			return is(c), healthOf(name, c)
		}
		return is(c), stateOf(s, name, c)
	})
	return t
}

// exited reads the rest of exited C [CODE].
func (r *reading) exited(name string, t *test) func(*api.ContainerInspect) bool {
	t.holds, t.fails = say("%s has exited", "%s 已退出", name), say("%s has not exited", "%s 没有退出", name)
	if !r.more() {
		return func(c *api.ContainerInspect) bool { return c.State.Status == api.StateExited }
	}
	code := r.number("an exit code")
	t.holds = say("%s has exited with code %d", "%s 已退出，退出码是 %d", name, code)
	t.fails = say("%s has not exited with code %d", "%s 没有以退出码 %d 退出", name, code)
	return func(c *api.ContainerInspect) bool {
		return c.State.Status == api.StateExited && c.State.ExitCode == code
	}
}

// number reads a whole one.
func (r *reading) number(what string) int {
	w := r.text(what)
	n, err := strconv.Atoi(w)
	if r.mistake == nil && (err != nil || n < 0 || strings.HasPrefix(w, "+")) {
		r.wrongWord("%q is no number", "write a whole number", w)
	}
	return n
}

// stateOf says how a container is.
func stateOf(s *State, name string, c *api.ContainerInspect) lessons.Text {
	st := c.State
	switch st.Status {
	case api.StateRunning:
		return say("%s is running", "%s 正在运行", name)
	case api.StatePaused:
		return say("%s is paused", "%s 已暂停", name)
	case api.StateRestarting:
		return say("%s exits with code %d again and again, and is restarted each time (%d times so far)",
			"%s 一再以退出码 %d 退出并被重新启动（已经 %d 次）", name, st.ExitCode, c.RestartCount)
	case api.StateCreated:
		if st.Error != "" {
			return say("%s was created but did not start: %s", "%s 已创建，但没能启动：%s", name, st.Error)
		}
		return say("%s was created but never started", "%s 已创建，但从未启动", name)
	case api.StateExited:
		return exitOf(s, name, st)
	}
	return say("%s is being removed", "%s 正在被删除", name)
}

func exitOf(s *State, name string, st *api.State) lessons.Text {
	at := clock(st.FinishedAt)
	switch {
	case st.OOMKilled:
		return say("%s ran out of memory and was killed at %s (code %d)", "%s 内存用尽，在 %s 被杀掉（退出码 %d）", name, at, st.ExitCode)
	case st.Error != "":
		return say("%s did not start: %s (code %d)", "%s 没能启动：%s（退出码 %d）", name, st.Error, st.ExitCode)
	}
	return say("%s exited with code %d at %s", "%[1]s 在 %[3]s 退出，退出码是 %[2]d", name, st.ExitCode, at)
}

// clock is the time of day of a time as the API writes it.
func clock(stamp string) string {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return stamp
	}
	return t.Format("15:04:05")
}

// healthOf says what the health checks of a running container found.
func healthOf(name string, c *api.ContainerInspect) lessons.Text {
	h := c.State.Health
	switch {
	case h == nil:
		return say("%s runs, but has no health check", "%s 在运行，但没有健康检查", name)
	case h.Status == api.HealthHealthy:
		return say("%s is healthy", "%s 的健康检查通过", name)
	case h.Status == api.HealthStarting:
		return say("%s is starting: its health check has not decided yet", "%s 还在启动：健康检查还没有结论", name)
	}
	last := ""
	if n := len(h.Log); n > 0 {
		last = h.Log[n-1].Output
	}
	return say("%s is unhealthy: %d checks in a row have failed, the last one said %s",
		"%s 不健康：已连续 %d 次检查失败，最后一次的输出是 %s", name, h.FailingStreak, shown(last))
}

// readRuns: runs C X.
func readRuns(r *reading, _ string) test {
	name, ref := r.thing(Container), r.thing(Image)
	return test{
		holds: say("%s runs the image %s", "%s 用的是镜像 %s", name, ref),
		fails: say("%s does not run the image %s", "%s 用的不是镜像 %s", name, ref),
		about: []Subject{{Container, name}, {Image, ref}},
		look: ofContainer(name, func(s *State, c *api.ContainerInspect) (bool, lessons.Text) {
			i, why := s.image(ref)
			switch {
			case why != nil:
				return false, why
			case i.ID == c.Image:
				return true, say("%s was made from %s", "%s 是从 %s 创建的", name, ref)
			case c.Config.Image == ref:
				return false, say("%s was made from what %s was before; the name leads to another image now",
					"%s 是从以前的 %s 创建的；这个名字现在指向另一个镜像", name, ref)
			}
			return false, say("%s was made from %s", "%s 是从 %s 创建的", name, c.Config.Image)
		}),
	}
}
