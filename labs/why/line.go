package why

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox"
	"dockerlearn/labs/sandbox/shell"
	"dockerlearn/labs/sandbox/sim"
)

// ForLine is why a line was printed by a command, whose events came after one and up to another (sandbox.Command has
// both). No links: nothing is known of it.
func ForLine(h *sandbox.Host, after, last sim.EventID, line string) []Link {
	t := tell(h)
	if last == 0 {
		last = t.log.Last()
	}
	s := &search{teller: t, after: after, last: last, line: strings.TrimSpace(line)}
	if s.line == "" || strings.HasPrefix(s.line, "Run 'docker ") {
		return nil
	}
	if command, _ := s.typed(); says(command, `\bdocker (container )?logs\b`) {
		s.after, s.logs = 0, true // what a log tells happened before
	}
	for _, find := range []func() []step{s.error, s.file, s.lookup, s.packet, s.notFound, s.limit, s.runtime, s.built, s.change, s.ended, s.subject} {
		if steps := find(); len(steps) > 0 {
			return links(t.log, steps[:min(len(steps), maxLinks)])
		}
		if s.known {
			break
		}
	}
	return nil
}

// ForExit is why a command ended with a status that is not 0, where no line tells.
func ForExit(h *sandbox.Host, after, last sim.EventID, exit int) []Link {
	s := &search{teller: tell(h), after: after, last: last}
	e, ok := s.among(func(e sim.Event) bool {
		return e.Rule == "docker.container.die" && attr(e, "exitCode") == strconv.Itoa(exit)
	})
	if !ok || exit == 0 {
		return nil
	}
	return s.chain(e.ID)
}

// search looks for the event behind a line.
type search struct {
	*teller
	after, last sim.EventID
	line        string
	known       bool // the line's own event was found
	logs        bool // it is of a container's log
}

// among is the newest event of the command of which something is true.
func (s *search) among(is func(sim.Event) bool) (sim.Event, bool) {
	return s.between(s.after, s.last, is)
}

// caused is the newest such event that follows from the command: other things happen meanwhile. What a container's log
// tells follows from the container's own beginning.
func (s *search) caused(is func(sim.Event) bool) (sim.Event, bool) {
	command, _ := s.typed()
	return s.among(func(e sim.Event) bool {
		if !is(e) {
			return false
		}
		if s.after > 0 || !s.logs {
			began := s.command(e.ID)
			return began > s.after && began <= s.last
		}
		return namedIn(command, s.asker(e.ID), "")
	})
}

// mentions reports whether a name stands in the line as a word.
func (s *search) mentions(name string) bool {
	if name == "" {
		return false
	}
	for rest := s.line; ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		end := i + len(name)
		if (i == 0 || !isName(rest[i-1])) && (end == len(rest) || !isName(rest[end])) {
			return true
		}
		rest = rest[end:]
	}
}

func isName(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// error is an error that docker told: what it means, and what led to it. What it does not find may have been removed.
func (s *search) error() []step {
	e, ok := s.among(func(e sim.Event) bool { return e.Rule == "docker.error" && strings.Contains(e.Detail.String(), s.line) })
	if !ok {
		return nil
	}
	s.known = true
	steps := s.steps(e.ID)
	if len(steps) == 0 {
		return nil
	}
	steps = append(append(steps, s.gone(e)...), s.holders(e, steps)...)
	if strings.Contains(e.Detail.String(), "Pool overlaps") {
		steps = append(steps, s.overlapping()...)
	}
	if strings.Contains(e.Detail.String(), "no space left") {
		steps = append(steps, s.filler()...)
	}
	return steps
}

// gone is how something went that an error message does not find.
func (s *search) gone(e sim.Event) []step {
	for _, m := range []struct {
		message *regexp.Regexp
		rule    sim.Rule
	}{
		{regexp.MustCompile(`No such container: (\S+)`), "docker.container.destroy"},
		{regexp.MustCompile(`[Nn]o such image: (\S+)`), "docker.image.untag"},
		{regexp.MustCompile(`network (\S+) not found`), "docker.network.destroy"},
		{regexp.MustCompile(`get (\S+): no such volume`), "docker.volume.destroy"},
	} {
		found := m.message.FindStringSubmatch(e.Detail.String())
		if found == nil {
			continue
		}
		x, ok := s.between(0, e.ID, func(x sim.Event) bool {
			renamed := x.Rule == "docker.container.rename" && m.rule == "docker.container.destroy" &&
				attr(x, "oldName") == "/"+found[1]
			return renamed || x.Rule == m.rule && sameName(x, found[1])
		})
		if ok {
			return s.steps(x.ID)
		}
	}
	return nil
}

func sameName(e sim.Event, name string) bool {
	return e.Subject == name || e.Subject == name+":latest" || e.Subject+":latest" == name ||
		len(name) >= 4 && strings.HasPrefix(idOf(e), name)
}

// file is the refusal behind a program's message about a file: the error's text and the path stand in the line.
func (s *search) file() []step {
	low := strings.ToLower(s.line)
	e, ok := s.caused(func(e sim.Event) bool {
		r, is := e.Detail.(sandbox.FileEvent)
		return is && r.Errno != 0 && strings.Contains(low, strings.ToLower(r.Errno.Error())) && s.names(r.Asked)
	})
	if !ok {
		return nil
	}
	return append(s.steps(e.ID), s.behind(e)...)
}

// names reports whether the line has a path, or the end of it that somebody would type.
func (s *search) names(p string) bool { return s.mentions(p) || s.mentions(path.Base(p)) }

// behind is what made a file what it is: a whiteout that hides it, the mount that it lies on.
func (s *search) behind(e sim.Event) []step {
	r := e.Detail.(sandbox.FileEvent)
	switch e.Rule {
	case "vfs.hidden":
		x, ok := s.between(0, e.ID, func(x sim.Event) bool {
			c, is := x.Detail.(sandbox.FileEvent)
			return is && x.Rule == "vfs.whiteout" && c.Files == r.In && c.Path == r.Path
		})
		if ok {
			return s.steps(x.ID)
		}
	case "vfs.space":
		if r.Files == "root" || s.name(r.Files) != r.Files {
			return s.filler()
		}
	case "vfs.dirwrite", "vfs.search", "vfs.mode", "vfs.owner", "vfs.sticky", "vfs.chown":
		if c := s.lookAt(r.In); c != nil && c.Config.User != "" {
			return []step{{
				say("%[1]s was made to run as the user %[2]s", "%[1]s 创建时指定了以用户 %[2]s 运行", s.name(c.ID), c.Config.User),
				s.began(c.ID),
			}}
		}
	case "vfs.missing":
		if c := s.lookAt(r.In); c != nil && mountAt(c, r.Asked) != nil {
			return s.mounted(r.In, r.Asked)
		}
	case "vfs.readonly":
		return s.mounted(r.In, r.Asked)
	}
	return nil
}

// lookup is a name that was asked for in vain.
func (s *search) lookup() []step {
	if !says(s.line, `(?i)bad address|could not resolve|not known|not resolve|name resolution|can't find|can't resolve|`+
		`unable to resolve|Try again|NXDOMAIN`) {
		return nil
	}
	e, ok := s.caused(func(e sim.Event) bool { return e.Rule == "net.noname" && s.mentions(e.Subject) })
	if !ok {
		return nil
	}
	return append(s.steps(e.ID), s.unnamed(e)...)
}

// notFound is a shell's word for a program that it does not find.
func (s *search) notFound() []step {
	m := regexp.MustCompile(`^\S+: (?:.*: )?(\S+): (?:command )?not found$`).FindStringSubmatch(s.line)
	e, ok := s.among(func(e sim.Event) bool { return e.Rule == shell.RuleCommand })
	if m == nil || !ok {
		return nil
	}
	return []step{{say("the shell looked for %[1]s in each directory of PATH, and none has such a program",
		"shell 在 PATH 的每个目录里都找过，没有 %[1]s 这个程序", m[1]), e.ID}}
}

// limit is a process that could not be started because there were as many as may be.
func (s *search) limit() []step {
	if !says(s.line, `(?i)can't fork|cannot fork|fork: |resource temporarily unavailable`) {
		return nil
	}
	e, ok := s.caused(func(e sim.Event) bool { return e.Rule == "proc.pidslimit" })
	if !ok {
		return nil
	}
	return s.steps(e.ID)
}

// runtime is what runc says of an exec that it could not start: it comes as the program's own output.
func (s *search) runtime() []step {
	e, ok := s.among(func(e sim.Event) bool { return e.Rule == shell.RuleCommand })
	if x := refused(s.line); ok && x.text != nil && strings.HasPrefix(s.line, "OCI runtime exec failed") {
		return []step{{x, e.ID}}
	}
	return nil
}

// built is a step of a build that the cache did not have.
func (s *search) built() []step {
	e, ok := s.among(func(e sim.Event) bool {
		return e.Rule == "build.cache.miss" && len(e.Subject) > 3 && strings.HasSuffix(s.line, e.Subject)
	})
	if !ok {
		return nil
	}
	return s.steps(e.ID)
}

// packet is why nothing came back: what was filtered tells more than that nobody answered.
func (s *search) packet() []step {
	if !says(s.line, `(?i)refused|timed? ?out|no route|unreachable|packet loss|failed to connect|could ?n.t connect|`+
		`reset by peer|can't connect`) {
		return nil
	}
	for _, rules := range [][]sim.Rule{
		{"net.drop", "net.reject"},
		{"net.unreachable", "net.refused", "net.noforward", "net.noroute", "net.down", "net.nocarrier", "net.martian", "net.ttl", "net.mtu"},
		{"net.unresolved", "net.connrefused", "net.timeout", "net.connreset", "net.ignored"},
	} {
		for _, rule := range rules {
			if e, ok := s.caused(func(e sim.Event) bool { return e.Rule == rule }); ok {
				return append(s.steps(e.ID), s.network(e)...)
			}
		}
	}
	return nil
}

func says(line, pattern string) bool { return regexp.MustCompile(pattern).MatchString(line) }

// change is a line of docker diff: the newest thing that happened to the path in the container that was asked about.
func (s *search) change() []step {
	m := regexp.MustCompile(`^[ACD] (/.*)$`).FindStringSubmatch(s.line)
	command, ok := s.typed()
	if m == nil || !ok {
		return nil
	}
	is := func(e sim.Event, of func(path string) bool) bool {
		c, is := e.Detail.(sandbox.FileEvent)
		return is && c.Errno == 0 && of(c.Path) && s.words(e).text != nil && namedIn(command, s.name(c.Files), c.Files)
	}
	e, ok := s.between(0, s.last, func(e sim.Event) bool { return is(e, func(p string) bool { return p == m[1] }) })
	if !ok { // a directory, changed by what happened in it
		e, ok = s.between(0, s.last, func(e sim.Event) bool {
			return is(e, func(p string) bool { return strings.HasPrefix(p, m[1]+"/") })
		})
	}
	if !ok {
		return nil
	}
	return s.steps(e.ID)
}

// typed is the command that the line belongs to.
func (s *search) typed() (string, bool) {
	e, ok := s.among(func(e sim.Event) bool { return e.Rule == shell.RuleCommand })
	return e.Subject, ok
}

func namedIn(command, name, id string) bool {
	for _, w := range strings.Fields(command) {
		if w == name || len(w) >= 4 && strings.HasPrefix(id, w) {
			return true
		}
	}
	return false
}

// ended is a line of docker ps -a: how the container came to be as it is.
func (s *search) ended() []step {
	rule := sim.Rule("")
	switch {
	case says(s.line, `Exited \(\d+\)|Restarting \(\d+\)`):
		rule = "docker.container.die"
	case says(s.line, `\(Paused\)`):
		rule = "docker.container.pause"
	case says(s.line, `\((unhealthy|healthy)\)`):
		rule = "docker.container.health_status"
	case says(s.line, `\bUp (\d+|About|Less)`):
		rule = "docker.container.start"
	default:
		return nil
	}
	e, ok := s.between(0, s.last, func(e sim.Event) bool { return e.Rule == rule && s.mentions(e.Subject) })
	if !ok {
		return nil
	}
	return s.steps(e.ID)
}

// subject is the newest event about something that the line names; those of the command itself come first.
func (s *search) subject() []step {
	if command, _ := s.typed(); !lists(command) {
		return nil
	}
	about := func(e sim.Event) bool {
		return e.Rule != "docker.error" && len(e.Subject) > 1 && s.named(e) && s.words(e).text != nil
	}
	e, ok := s.among(about)
	if !ok {
		e, ok = s.between(0, s.last, about)
	}
	if !ok {
		return nil
	}
	return s.steps(e.ID)
}

// lists reports whether a command shows what there is. What programs say of names is their own affair.
func lists(command string) bool {
	w := strings.Fields(command)
	return len(w) > 1 && w[0] == "docker" && !slices.Contains([]string{"run", "exec", "logs", "attach", "cp", "start", "build"}, w[1])
}

// named reports whether the line names what an event is about: its name, or the id that listings show.
func (s *search) named(e sim.Event) bool {
	if !strings.HasPrefix(string(e.Rule), "docker.") {
		return false
	}
	id := idOf(e)
	return s.mentions(e.Subject) || len(id) == 64 && s.mentions(id[:12])
}
