package why

import (
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/condition"
	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/sim"
)

// ForCondition is why a condition stands as it does: from what is true now, as its result has it, to what made it so. No
// links: nothing is known of how it came about.
func ForCondition(h *sandbox.Host, c *condition.Condition, r condition.Result) []Link {
	t := tell(h)
	steps := t.behindCondition(c, !r.Met)
	if len(steps) == 0 {
		return nil
	}
	if r.Now != nil && !steps[0].same(said{text: r.Now}) {
		steps = append([]step{{said{text: r.Now}, steps[0].command}}, steps...)
	}
	return links(t.log, steps[:min(len(steps), maxLinks)])
}

// behindCondition is what made a condition true or untrue, by its form. Of those that are put together, the parts are told
// of that stand against it, or for it if it holds.
func (t *teller) behindCondition(c *condition.Condition, against bool) []step {
	parts, words := c.Parts(), strings.Fields(c.String())
	switch {
	case len(parts) == 1 && words[0] == "not":
		return t.behindCondition(parts[0], !against)
	case len(parts) > 0:
		if steps := t.behindParts(parts, against); len(steps) > 0 {
			return steps
		}
	}
	if len(words) < 2 {
		return nil
	}
	var steps []step
	switch words[0] {
	case "resolves":
		if len(words) == 3 {
			steps = t.apart(words[1], words[2])
		}
	case "reach", "blocked":
		if len(words) == 4 {
			steps = t.way(words[1], words[3])
		}
	case "file", "from":
		steps = t.file(words[1])
	case "running", "exited", "paused", "healthy":
		steps = t.state(words[1])
	case "on-one-network", "networks", "address", "default-route":
		steps = t.ends(words[1:]...)
	case "env", "user", "command", "init", "read-only", "privileged", "stop-signal", "network-mode", "log-driver", "limit",
		"restart-policy", "published", "runs", "mounted", "rotates":
		steps = t.manner(words[1])
	}
	if len(steps) > 0 {
		return steps
	}
	return t.subjects(c)
}

// behindParts leaves out what only the lab's own beginning can judge.
func (t *teller) behindParts(parts []*condition.Condition, against bool) (steps []step) {
	for _, p := range parts {
		if p.Costly() || remembers(p) || p.Check(&condition.State{Host: t.host}).Met == against {
			continue
		}
		for _, x := range t.behindCondition(p, against) {
			if !x.in(steps) {
				steps = append(steps, x)
			}
		}
	}
	return steps
}

// remembers reports whether a condition compares with how the lab began.
func remembers(c *condition.Condition) bool {
	text := c.String()
	return strings.Contains(text, "same ") || strings.Contains(text, " survives")
}

// subjects is the newest that is known of each thing that a condition is about.
func (t *teller) subjects(c *condition.Condition) []step {
	var steps []step
	for _, s := range c.Subjects() {
		e, ok := t.latest(func(e sim.Event) bool { return t.concerns(e, s) })
		switch {
		case !ok && s.Kind == condition.Container && t.lookAt(s.Name) == nil:
			return nil // there never was one: nothing else matters
		case !ok, s.Kind == condition.Container && len(steps) > 0: // its file has told
			continue
		}
		for _, x := range t.stepsOrMade(e) {
			if !x.in(steps) {
				steps = append(steps, x)
			}
		}
	}
	return steps
}

// concerns reports whether an event has to do with what a condition is about, in a way that lasts.
func (t *teller) concerns(e sim.Event, s condition.Subject) bool {
	if s.Kind == condition.File {
		ct, p, _ := strings.Cut(s.Name, ":")
		x, ok := e.Detail.(sandbox.FileEvent)
		return ok && x.Errno == 0 && x.Path == p && t.name(x.Files) == ct && t.words(e).text != nil
	}
	prefix, same := "docker."+string(s.Kind)+".", e.Subject == s.Name || s.Kind == condition.Image && sameName(e, s.Name)
	if !same || !strings.HasPrefix(string(e.Rule), prefix) {
		return false
	}
	return t.words(e).text != nil || strings.HasSuffix(string(e.Rule), ".create")
}

// stepsOrMade tells an event; that a container was made is news only here, where nothing else happened to it.
func (t *teller) stepsOrMade(e sim.Event) []step {
	if e.Rule == "docker.container.create" {
		return []step{{say("%s was made with this command", "%s 是用这条命令创建的", e.Subject), t.command(e.ID)}}
	}
	return t.steps(e.ID)
}

func (s said) in(steps []step) bool {
	for _, x := range steps {
		if x.same(s) {
			return true
		}
	}
	return false
}

// state is what last happened to a container's processes.
func (t *teller) state(name string) []step {
	rules := map[sim.Rule]bool{
		"docker.container.start": true, "docker.container.die": true, "docker.container.destroy": true, "docker.container.pause": true,
		"docker.container.unpause": true, "docker.container.failed": true, "docker.container.health_status": true,
	}
	e, ok := t.latest(func(e sim.Event) bool { return rules[e.Rule] && e.Subject == name })
	if !ok {
		return nil
	}
	return t.steps(e.ID)
}

// manner is the command that gave a container what it was made with: it is decided when a container is made, and only
// docker update changes some of it.
func (t *teller) manner(name string) []step {
	e, ok := t.latest(func(e sim.Event) bool {
		return (e.Rule == "docker.container.create" || e.Rule == "docker.container.update") && e.Subject == name
	})
	if !ok || t.lookAt(name) == nil {
		return nil
	}
	return t.stepsOrMade(e)
}

// file is what happened to C:PATH last, and what is mounted there.
func (t *teller) file(place string) []step {
	name, p, ok := strings.Cut(place, ":")
	if name == sandbox.FromHost {
		return t.hostFile(p)
	}
	c := t.lookAt(name)
	if !ok || c == nil {
		return nil
	}
	if steps := t.mounted(c.ID, p); len(steps) > 0 && steps[0].text != nil {
		return steps
	}
	e, ok := t.latest(func(e sim.Event) bool {
		x, is := e.Detail.(sandbox.FileEvent)
		if !is || x.Errno != 0 || x.Files != c.ID {
			return false
		}
		return x.Path == p && (e.Rule == "vfs.wrote" || t.words(e).text != nil) ||
			e.Rule == "vfs.whiteout" && strings.HasPrefix(p, x.Path+"/")
	})
	switch {
	case !ok:
		return t.untouched(name, p, c.ID)
	case e.Rule == "vfs.wrote":
		return []step{{say("%[1]s in %[2]s was last written to", "%[2]s 里的 %[1]s 最后一次被写入", p, name), t.command(e.ID)}}
	}
	return t.steps(e.ID)
}

// hostFile is what happened to a file of the host last: Docker makes directories for what it shall mount.
func (t *teller) hostFile(p string) []step {
	e, ok := t.latest(func(e sim.Event) bool {
		x, file := e.Detail.(sandbox.FileEvent)
		return e.Rule == "docker.bind.create" && (e.Subject == p || strings.HasPrefix(e.Subject, p+"/")) ||
			file && e.Rule == "vfs.wrote" && x.Files == "root" && x.Path == p
	})
	switch {
	case !ok:
		return nil
	case e.Rule == "vfs.wrote":
		return []step{{say("%s of the host was last written to", "宿主机上的 %s 最后一次被写入", p), t.command(e.ID)}}
	}
	return t.steps(e.ID)
}

// untouched tells of a file to which nothing has happened, if the log reaches back that far.
func (t *teller) untouched(container, p, id string) []step {
	if _, whole := t.log.Get(1); !whole {
		return nil
	}
	return []step{{say("nothing has changed %[2]s since %[1]s was made", "%[1]s 创建以来，没有谁改动过 %[2]s", container, p), t.began(id)}}
}

// way is what stands between two ends: the name that is not known, or the rule that lets nothing through.
func (t *teller) way(from, to string) []step {
	to, _, _ = strings.Cut(to, "/")
	i := strings.LastIndexByte(to, ':')
	port, err := strconv.ParseUint(to[i+1:], 10, 16)
	if i < 1 || err != nil {
		return nil
	}
	ask := sandbox.Ask{From: from, To: to[:i], Port: uint16(port)}
	if ask.To == sandbox.FromHost {
		ask.To = t.host.Address().String()
	}
	trial, err := t.host.Try(ask)
	switch {
	case err != nil:
		return t.state(from)
	case !trial.Addr.IsValid():
		return t.apart(from, to[:i])
	}
	return append(t.hop(trial.Way, netip.AddrPortFrom(trial.Addr, uint16(port))), t.ends(from, to[:i])...)
}

// hop is what decided about a packet that did not arrive: a rule and the command that Docker wrote it for, or that
// nothing listens there.
func (t *teller) hop(x *sandbox.Explanation, to netip.AddrPort) []step {
	for ; x != nil; x = x.Proxied {
		for i, h := range slices.Backward(x.Hops) {
			if !h.Drop {
				continue
			}
			if h.Stage == "net.refused" {
				return t.listeners(h.Where, to.Port(), to.Addr().String())
			}
			if i > 0 && h.Rule == "" {
				h = x.Hops[i-1] // the rule speaks just before the packet is gone
			}
			if h.Origin == "" {
				break
			}
			_, rule, _ := strings.Cut(h.Rule, ": ")
			return []step{{made(h.Origin).and(meaning(h.By.At.Table, rule)), t.origin(h.Origin)}}
		}
	}
	return nil
}

// origin is the command behind the words that Docker's rules are marked with: docker run NAME, docker network create
// NAME.
func (t *teller) origin(words string) sim.EventID {
	name := path.Base(strings.ReplaceAll(words, " ", "/"))
	e, ok := t.latest(func(e sim.Event) bool {
		return (e.Rule == "docker.container.start" || e.Rule == "docker.network.create") && e.Subject == name
	})
	if !ok {
		return 0
	}
	return t.command(e.ID)
}

// ends is where two containers are on the network.
func (t *teller) ends(names ...string) []step {
	var steps []step
	for _, name := range names {
		if c := t.lookAt(name); c != nil && c.NetworkSettings != nil {
			steps = append(steps, step{say("%[1]s is on %[2]s",
				"%[1]s 所在的网络：%[2]s", name, list(networks(c))), t.joined(c.ID)})
		}
	}
	return steps
}
