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
	lines []string
	line  int    // which one is left out or altered
	says  string // what was done to it
	whole bool   // it was left out
}

// maxMutants bounds the work for one solution. The lines that are left out come first.
const maxMutants = 60

// mutants are a solution's.
func mutants(lines []string) []mutant {
	var all []mutant
	for i, line := range lines {
		rest := slices.Concat(lines[:i], lines[i+1:])
		all = append(all, mutant{rest, i, "without `" + firstLine(line) + "`", true})
	}
	for i, line := range lines {
		for _, altered := range alterations(line) {
			other := slices.Clone(lines)
			other[i] = altered
			all = append(all, mutant{other, i, "with `" + firstLine(altered) + "`", false})
		}
	}
	return all[:min(len(all), maxMutants)]
}

// alterations are a docker command with one word wrong: an option left out, or a name, number, value or path changed.
// What is run inside of a container, and what only decides what is shown, stays as it is; so do other commands.
func alterations(line string) []string {
	words := splitWords(line)
	if len(words) < 3 || words[0] != "docker" || strings.Contains(line, "\n") {
		return nil
	}
	var all []string
	with := func(i, n int, instead ...string) {
		all = append(all, strings.Join(slices.Concat(words[:i], instead, words[i+n:]), " "))
	}
	verb := 1
	if groups(words[1]) {
		verb = 2
	}
	operands := 0
	for i := verb + 1; i < len(words); i++ {
		w := words[i]
		switch {
		case ends(w):
			return all
		case isOption(w):
			n := 1
			if takesValue(words[verb], w) && i+1 < len(words) {
				n = 2
				for _, v := range wrongValues(words[i+1]) {
					with(i+1, 1, v)
				}
			} else if name, value, ok := strings.Cut(w, "="); ok {
				for _, v := range wrongValues(value) {
					with(i, 1, name+"="+v)
				}
			}
			if !cosmetic(w) {
				with(i, n)
			}
			i += n - 1
		default:
			operands++
			if isImage(words[verb], operands) {
				return all // what follows is run in the container
			}
			for _, v := range wrongValues(w) {
				with(i, 1, v)
			}
			if words[verb] == "exec" {
				return all
			}
		}
	}
	return all
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

// isImage reports whether the operand of this number is the image that a container is made from.
func isImage(verb string, operand int) bool {
	return (verb == "run" || verb == "create") && operand == 1
}

// cosmetic is an option that decides what is shown, or where, and nothing else.
func cosmetic(option string) bool {
	name, _, _ := strings.Cut(option, "=")
	return slices.Contains([]string{
		"-d", "--detach", "-i", "-t", "-it", "-ti", "--interactive", "--tty", "-q", "--quiet", "--format", "--no-trunc", "--progress",
	}, name)
}

// takesValue reports whether the word behind an option is its value.
func takesValue(verb, option string) bool {
	if strings.Contains(option, "=") {
		return false
	}
	if !strings.HasPrefix(option, "--") && len(option) > 2 {
		return false // several letters, or -p8080:80
	}
	return !slices.Contains([]string{
		"-a", "--all", "-d", "--detach", "-f", "--force", "-i", "--interactive", "-t", "--tty", "-q", "--quiet", "--init", "--rm",
		"--read-only", "--privileged", "--no-trunc", "-P", "--publish-all", "--internal", "--attachable", "--ipv6", "--no-healthcheck",
		"--oom-kill-disable", "--volumes", "--link-local", "--pull", "--no-cache", "--follow", "--timestamps", "-l", "--latest", "-s", "--size",
	}, option) && !(verb == "rm" && option == "-v") || verb == "stop" && option == "-t" || verb == "restart" && option == "-t" ||
		verb == "tag" && option == "-t" || verb == "build" && (option == "-t" || option == "-f") || verb == "run" && option == "--pull"
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
		return strconv.Itoa(n*2) + unit // a size: as if nobody had thought about it
	}
	return strconv.Itoa(n+1) + s[len(number):]
}
