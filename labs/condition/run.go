package condition

import (
	"fmt"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/lessons"
)

// readRun: run `COMMAND` prints TEXT, run `COMMAND` exits N.
func readRun(r *reading, _ string) test {
	command := r.text("a command")
	var t test
	if r.oneOf("prints", "exits") == "prints" {
		t = prints(command, r.text("a text"))
	} else {
		t = exits(command, r.number("an exit code"))
	}
	t.costly = true
	return t
}

func prints(command, text string) test {
	t := test{
		holds: say("`%s` prints %s", "`%s` 会输出 %s", command, shown(text)),
		fails: say("`%s` does not print %s", "`%s` 不会输出 %s", command, shown(text)),
	}
	t.look = func(s *State) (bool, lessons.Text) {
		r, why := s.try(command)
		if why != nil {
			return false, why
		}
		all := r.Stdout + r.Stderr
		if strings.TrimSpace(all) == "" {
			return false, say("`%s` prints nothing and exits with code %d", "`%s` 什么也没输出，退出码是 %d", command, r.Exit)
		}
		return strings.Contains(all, text), say("`%s` prints %s", "`%s` 的输出是 %s", command, shown(all))
	}
	return t
}

func exits(command string, code int) test {
	t := test{
		holds: say("`%s` exits with code %d", "`%s` 的退出码是 %d", command, code),
		fails: say("`%s` does not exit with code %d", "`%s` 的退出码不是 %d", command, code),
	}
	t.look = func(s *State) (bool, lessons.Text) {
		r, why := s.try(command)
		if why != nil {
			return false, why
		}
		now := say("`%s` exits with code %d", "`%s` 的退出码是 %d", command, r.Exit)
		if said := strings.TrimSpace(r.Stderr); said != "" {
			now[lessons.EN] += fmt.Sprintf(" and says %s", shown(said))
			now[lessons.ZH] += fmt.Sprintf("，并提示 %s", shown(said))
		}
		return r.Exit == code, now
	}
	return t
}

// try runs a command on a copy of the host; otherwise why it cannot.
func (s *State) try(command string) (sandbox.Result, lessons.Text) {
	if s.Try == nil {
		return sandbox.Result{}, say("it has not been tried yet", "还没有试过")
	}
	r, err := s.Try(command)
	if err != nil {
		return r, say("`%s` does not end", "`%s` 没有结束", command)
	}
	return r, nil
}
