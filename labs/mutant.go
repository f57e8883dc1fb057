package labs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A mutant is a solution with one thing wrong. The conditions have to notice it; if they do not, they ask for less than
// the lab says.
type mutant struct {
	lines  []string
	line   int    // which one is left out or altered
	says   string // what was done to it
	whole  bool   // it was left out
	tidies bool   // what was left out only tidies up: nobody has to miss it
}

// maxMutants bounds the work for one solution. The lines that are left out come first.
const maxMutants = 60

// mutants are a solution's.
func mutants(lines []string) []mutant {
	var all []mutant
	for i, line := range lines {
		rest := slices.Concat(lines[:i], lines[i+1:])
		all = append(all, mutant{lines: rest, line: i, says: "without `" + firstLine(line) + "`", whole: true})
	}
	for i, line := range lines {
		for _, a := range alterations(line) {
			other := slices.Clone(lines)
			other[i] = a.line
			all = append(all, mutant{lines: other, line: i, says: a.says, tidies: a.says == "without `--rm`"})
		}
	}
	return all[:min(len(all), maxMutants)]
}

// alteration is a command with one thing wrong.
type alteration struct{ line, says string }

// alterations are a docker command with one word wrong: an option left out, or a name, number, value or path changed.
// What is run inside of a container, and what only decides what is shown, stays as it is; so do other commands.
func alterations(line string) []alteration {
	c := splitCommand(line)
	if c == nil {
		return nil
	}
	for i := c.verb + 1; i < c.end; i++ {
		option := c.words[i]
		if !isOption(option) {
			c.alter(i, option)
			continue
		}
		n := 1
		if name, value, ok := strings.Cut(option, "="); ok {
			c.alterBehind(i, name+"=", value)
		} else if c.takesValue(option) && i+1 < c.end {
			n = 2
			c.alter(i+1, c.words[i+1])
		}
		if !cosmetic(option) {
			c.leaveOut(i, n)
		}
		i += n - 1
	}
	return c.wrong
}

// dockerCommand is a docker command, divided.
type dockerCommand struct {
	words []string
	verb  int // which word that is
	end   int // where what may be altered ends: behind it stands what is run in a container, or another command
	wrong []alteration
}

// splitCommand divides a line that is one docker command; nil: it is none.
func splitCommand(line string) *dockerCommand {
	c := &dockerCommand{words: splitWords(line), verb: 1}
	if len(c.words) < 3 || c.words[0] != "docker" || strings.Contains(line, "\n") {
		return nil
	}
	if groups(c.words[1]) {
		c.verb = 2
	}
	c.end = c.verb + 1
	for ; c.end < len(c.words) && !ends(c.words[c.end]); c.end++ {
		switch option := c.words[c.end]; {
		case isOption(option) && c.takesValue(option):
			c.end++
		case isOption(option):
		case c.is("run", "create") && !groups(c.words[1]), c.is("run", "create") && c.words[1] == "container":
			return c // at the image
		case c.is("exec"):
			c.end++ // behind the container
			return c
		}
	}
	c.end = min(c.end, len(c.words))
	return c
}

func (c *dockerCommand) is(verbs ...string) bool { return slices.Contains(verbs, c.words[c.verb]) }

// alter makes a word wrong in every way.
func (c *dockerCommand) alter(i int, word string) { c.alterBehind(i, "", word) }

func (c *dockerCommand) alterBehind(i int, before, value string) {
	for _, v := range wrongValues(value) {
		c.add(i, 1, []string{before + v}, "with `"+before+v+"` instead of `"+c.words[i]+"`")
	}
}

func (c *dockerCommand) leaveOut(i, n int) {
	c.add(i, n, nil, "without `"+strings.Join(c.words[i:i+n], " ")+"`")
}

func (c *dockerCommand) add(i, n int, instead []string, says string) {
	line := strings.Join(slices.Concat(c.words[:i], instead, c.words[i+n:]), " ")
	c.wrong = append(c.wrong, alteration{line, says})
}

// splitWords divides a line at spaces that no quotation marks are around.
func splitWords(line string) []string {
	var all []string
	var word strings.Builder
	var quote rune
	for _, c := range line {
		switch {
		case quote == 0 && c == ' ':
			if word.Len() > 0 {
				all = append(all, word.String())
			}
			word.Reset()
			continue
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
		word.WriteRune(c)
	}
	if word.Len() > 0 {
		all = append(all, word.String())
	}
	return all
}

// groups reports whether a word of docker only groups verbs.
func groups(w string) bool {
	return slices.Contains([]string{"container", "image", "network", "volume", "system", "builder", "context", "buildx"}, w)
}

// ends reports whether another command begins, or the shell's own part of this one.
func ends(w string) bool { return strings.ContainsAny(w, "|&;<>()") && !strings.ContainsAny(w, "'\"") }

func isOption(w string) bool { return len(w) > 1 && w[0] == '-' }

// cosmetic is an option that decides what is shown, or where, and nothing else.
func cosmetic(option string) bool {
	name, _, _ := strings.Cut(option, "=")
	return slices.Contains([]string{
		"-d", "--detach", "-i", "-t", "-it", "-ti", "--interactive", "--tty", "-q", "--quiet", "--format", "--no-trunc", "--progress",
	}, name)
}

// takesValue reports whether the word behind an option is its value. Letters written together are options without any,
// or have theirs in the same word.
func (c *dockerCommand) takesValue(option string) bool {
	if strings.Contains(option, "=") || !strings.HasPrefix(option, "--") && len(option) > 2 {
		return false
	}
	bare := []string{
		"-a", "--all", "-d", "--detach", "-i", "--interactive", "-t", "--tty", "-q", "--quiet", "--init", "--rm", "--read-only",
		"--privileged", "--no-trunc", "-P", "--publish-all", "--internal", "--attachable", "--ipv6", "--no-healthcheck", "--volumes",
		"--oom-kill-disable", "--no-cache", "--follow", "--timestamps", "-l", "--latest", "-s", "--size", "--force", "-L", "--archive",
	}
	switch {
	case c.is("stop", "restart", "build"):
		return option == "-t" || option == "-f" || option == "-s" || !slices.Contains(bare, option)
	case c.is("rm", "rmi", "prune", "kill", "logs", "cp", "disconnect"):
		bare = append(bare, "-f", "-v", "--link")
	}
	return !slices.Contains(bare, option)
}

// wrongValues are a word made wrong: each number in it, and each name or path.
func wrongValues(w string) []string {
	if w == "" || strings.ContainsAny(w, "$`*?\\") {
		return nil
	}
	if quote := w[0]; (quote == '\'' || quote == '"') && w[len(w)-1] == quote && len(w) > 2 {
		return []string{w[:len(w)-1] + "x" + string(quote)}
	}
	var all []string
	for _, part := range regexp.MustCompile(`[^:=,]+`).FindAllStringIndex(w, -1) {
		all = append(all, w[:part[0]]+wrong1(w[part[0]:part[1]])+w[part[1]:])
	}
	return all
}

// wrong1 is another number, or another name.
func wrong1(s string) string {
	number := regexp.MustCompile(`^[0-9]+`).FindString(s)
	n, err := strconv.Atoi(number)
	if err != nil {
		return s + "x"
	}
	if unit := s[len(number):]; unit != "" && unit[0] != '.' {
		return strconv.Itoa(max(n*2, 1)) + unit // a size: as if nobody had thought about it
	}
	return strconv.Itoa(n+1) + s[len(number):]
}
