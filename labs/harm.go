package labs

import (
	"fmt"
	"strings"

	"dockerlearn/labs/condition"
)

// breaks reports whether a condition that every mutant keeps is broken by doing harm after a solution: to what it is
// about, by removing that or making one of its name, or by doing what it forbids.
func (p *proof) breaks(i int) bool {
	if len(p.solutions) == 0 {
		return true // that there is none is told elsewhere
	}
	s := p.solutions[0]
	for _, harm := range harms(p.checks[i].condition) {
		t, err := play(p.lab, append(linesOf(s.commands), harm), 3*s.work+patience)
		if err != nil {
			continue
		}
		met := t.judge(p.checks[i : i+1])[0].Met
		t.close()
		if !met {
			return true
		}
	}
	return false
}

// harms are lines each of which may break a condition.
func harms(c *condition.Condition) []string {
	var all []string
	for _, s := range c.Subjects() {
		all = append(all, damage(whole(s))...)
	}
	if forbidden, ok := strings.CutPrefix(c.String(), "not "); ok {
		all = append(all, misdeed(strings.Fields(forbidden)))
	}
	return all
}

// damage are lines that remove something, or make one of that name.
func damage(s condition.Subject) []string {
	const users = "docker rm -f $(docker ps -aq --filter %[1]s=%[2]s) 2>/dev/null; docker %[1]s rm %[2]s || docker %[1]s create %[2]s"
	switch s.Kind {
	case condition.Container:
		return []string{"docker rm -f " + s.Name, "docker create --name " + s.Name + " alpine"}
	case condition.Image:
		return []string{"docker rmi -f " + s.Name, "docker pull alpine; docker tag alpine " + s.Name}
	case condition.Network, condition.Volume:
		return []string{fmt.Sprintf(users, s.Kind, s.Name)}
	}
	return nil
}

// misdeed is a line that does what words of a condition say, where that is easily done: it makes a container again with
// one option more.
func misdeed(words []string) string {
	if len(words) < 2 {
		return "true"
	}
	name, rest := words[1], words[2:]
	again := func(format string, options ...any) string {
		return fmt.Sprintf("i=$(docker inspect -f '{{.Config.Image}}' %[1]s); docker rm -f %[1]s; docker run -d --name %[1]s %[2]s $i",
			name, fmt.Sprintf(format, options...))
	}
	switch {
	case words[0] == "init":
		return again("--init")
	case len(rest) == 0:
		return "docker start " + name
	}
	switch words[0] {
	case "env":
		return again("-e '%s'", rest[0])
	case "user":
		return again("-u '%s'", rest[0])
	case "restart-policy":
		return again("--restart '%s'", rest[0])
	case "published":
		port, _, _ := strings.Cut(rest[0], "/")
		return again("-p %s:%s", port, rest[0])
	case "mounted":
		if len(rest) > 2 && rest[1] != "tmpfs" {
			return again("-v '%s:%s'", rest[2], rest[0])
		}
		return again("-v '%s'", rest[0])
	case "network":
		return fmt.Sprintf("docker network connect %s %s", name, rest[len(rest)-1])
	case "file":
		container, path, _ := strings.Cut(name, ":")
		return fmt.Sprintf("docker exec %s sh -c 'echo %s >> %s'", container, strings.Trim(strings.Join(rest[1:], " "), `"`), path)
	}
	return "true"
}
