package condition

import (
	"fmt"
	"slices"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/lessons"
)

// readMade: env C KEY=VALUE, user C USER, command C TEXT, init C.
func readMade(r *reading, first string) test {
	name := r.thing(Container)
	var t test
	switch first {
	case "env":
		t = r.env(name)
	case "user":
		t = r.user(name)
	case "command":
		t = r.command(name)
	default:
		t = initTest(name)
	}
	t.about = aboutContainer(name)
	return t
}

func (r *reading) env(name string) test {
	pair := r.text("KEY=VALUE")
	key, _, ok := strings.Cut(pair, "=")
	if r.mistake == nil && (!ok || key == "") {
		r.wrongWord("%q is no KEY=VALUE", "write the name of the variable, = and its value", pair)
	}
	return test{
		holds: say("%s has the environment variable %s", "%s 有环境变量 %s", name, pair),
		fails: say("%s does not have the environment variable %s", "%s 没有环境变量 %s", name, pair),
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			for _, kv := range c.Config.Env {
				if strings.HasPrefix(kv, key+"=") {
					return kv == pair, say("%s has %s", "%s 的环境变量是 %s", name, kv)
				}
			}
			return false, say("%s has no variable %s", "%s 没有环境变量 %s", name, key)
		}),
	}
}

func (r *reading) user(name string) test {
	user := r.text("a user")
	return test{
		holds: say("%s runs as user %s", "%s 以用户 %s 运行", name, user),
		fails: say("%s does not run as user %s", "%s 不是以用户 %s 运行", name, user),
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			is := c.Config.User
			if is == "" {
				is = "root"
			}
			return sameUser(is, user), say("%s runs as %s", "%s 以用户 %s 运行", name, is)
		}),
	}
}

// sameUser knows that root is user 0; a group that was not asked for may be any.
func sameUser(is, want string) bool {
	plain := func(u string) string {
		u, group, _ := strings.Cut(u, ":")
		if u == "0" {
			u = "root"
		}
		if !strings.Contains(want, ":") {
			return u
		}
		return u + ":" + group
	}
	return plain(is) == plain(want)
}

func (r *reading) command(name string) test {
	text := r.text("a part of the command line")
	return test{
		holds: say("the command of %s has %s in it", "%s 的启动命令里有 %s", name, shown(text)),
		fails: say("the command of %s does not have %s in it", "%s 的启动命令里没有 %s", name, shown(text)),
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			line := strings.Join(append([]string{c.Path}, c.Args...), " ")
			return strings.Contains(line, text), say("the command of %s is %s", "%s 的启动命令是 %s", name, shown(line))
		}),
	}
}

func initTest(name string) test {
	yes := say("%s has an init as its first process", "%s 的 1 号进程是 init", name)
	no := say("%s has no init: its own program is process 1", "%s 没有 init：它自己的程序就是 1 号进程", name)
	return test{
		holds: yes, fails: no,
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			if on := c.HostConfig.Init; on != nil && *on {
				return true, yes
			}
			return false, no
		}),
	}
}

// readPolicy: restart-policy C NAME[:N].
func readPolicy(r *reading, _ string) test {
	name := r.thing(Container)
	want := r.text("a restart policy")
	policy, _, _ := strings.Cut(want, ":")
	known := []string{"no", "always", "unless-stopped", "on-failure"}
	if r.mistake == nil && !slices.Contains(known, policy) {
		r.wrongWord("%q is no restart policy", "write one of "+strings.Join(known, ", "), want)
	}
	return test{
		holds: say("the restart policy of %s is %s", "%s 的重启策略是 %s", name, want),
		fails: say("the restart policy of %s is not %s", "%s 的重启策略不是 %s", name, want),
		about: aboutContainer(name),
		look: ofContainer(name, func(_ *State, c *api.ContainerInspect) (bool, lessons.Text) {
			p := c.HostConfig.RestartPolicy
			is := string(p.Name)
			if is == "" {
				is = "no"
			}
			whole := is
			if p.MaximumRetryCount > 0 {
				whole = fmt.Sprintf("%s:%d", is, p.MaximumRetryCount)
			}
			return whole == want || is == want, say("the restart policy of %s is %s", "%s 的重启策略是 %s", name, whole)
		}),
	}
}
