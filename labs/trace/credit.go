package trace

import (
	"slices"
	"strings"
)

// Credit names the command lines that made the rules, of those that were typed, oldest first: of a rule it is known for
// which container or network it is. What somebody else has made, a lab's beginning for one, stays as it is.
func (t *Trace) Credit(lines []string) {
	for i := range t.Steps {
		if r := t.Steps[i].Rule; r != nil {
			r.Origin = typed(lines, r.Origin)
		}
	}
}

// typed is the last line that made what an origin names, or else the origin.
func typed(lines []string, origin string) string {
	verbs, name := []string{"run", "create"}, strings.TrimPrefix(origin, "docker run ")
	if network, ok := strings.CutPrefix(origin, "docker network create "); ok {
		verbs, name = []string{"network"}, network
	}
	if name == origin {
		return origin
	}
	for _, line := range slices.Backward(lines) {
		f := strings.Fields(line)
		if len(f) < 3 || f[0] != "docker" || !slices.Contains(verbs, f[1]) && !slices.Contains(verbs, f[2]) {
			continue
		}
		if slices.Contains(f, name) || slices.Contains(f, "--name="+name) {
			return strings.Join(f, " ")
		}
	}
	return origin
}
