package cli_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dockerlearn/labs/sandbox/cli"
)

// surface is what docker 29's --help says of each command in scope: usage, aliases, sub-commands, flags with short
// form, type and default. It was taken from recordings; descriptions are not in it, because ours are our own.
func surface(t *testing.T) map[string][]string {
	text, err := os.ReadFile("testdata/surface.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		command := strings.SplitN(line, "\t", 3)[1]
		all[command] = append(all[command], line)
	}
	return all
}

// unlisted are commands that docker --help shows only where no engine answers.
var unlisted = regexp.MustCompile(`^command\tdocker\t(checkpoint|config|node|secret|service|stack)\t`)

func TestHelpHasWhatTheRealOneHas(t *testing.T) {
	h := newHost(t)
	for command, want := range surface(t) {
		t.Run(command, func(t *testing.T) {
			r := h.run(command + " --help")
			if r.Exit != 0 || r.Stderr != "" {
				t.Fatalf("exit %d\n%s", r.Exit, r.Stderr)
			}
			want = slices.DeleteFunc(want, unlisted.MatchString)
			if diff := cmp.Diff(want, describe(command, r.Stdout)); diff != "" {
				t.Errorf("(-docker 29 +ours)\n%s", diff)
			}
			for line := range strings.Lines(r.Stdout) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 84 && strings.HasPrefix(line, "      ") {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		})
	}
}

var (
	heading  = regexp.MustCompile(`^[A-Z].*:$`)
	flagLine = regexp.MustCompile(`^  (?:-(.), |    )--([a-z0-9-]+)(?: ([a-zA-Z0-9-]+))?(?:  +(.*))?$`)
	inList   = regexp.MustCompile(`^  ([a-z]+)\*? `)
	defValue = regexp.MustCompile(`\(default ("[^"]*"|[^ )]+)\)\s*$`)
)

// describe reads a help page as the surface was read.
func describe(command, help string) []string {
	var out []string
	var text string
	lines := strings.Split(help, "\n")
	finish := func() {
		if text == "" {
			return
		}
		value := ""
		if m := defValue.FindStringSubmatch(strings.Join(strings.Fields(text), " ")); m != nil {
			value = m[1]
		}
		out[len(out)-1] += value
		text = ""
	}
	out = append(out, "usage\t"+command+"\t"+strings.TrimPrefix(lines[0], "Usage:  "))
	section := ""
	for _, line := range lines[1:] {
		if heading.MatchString(line) {
			finish()
			section = strings.TrimSuffix(line, ":")
			continue
		}
		switch {
		case section == "Aliases" && strings.TrimSpace(line) != "":
			out = append(out, "aliases\t"+command+"\t"+strings.TrimSpace(line))
		case strings.HasSuffix(section, "Options"):
			if m := flagLine.FindStringSubmatch(line); m != nil {
				finish()
				kind := m[3]
				if kind == "" {
					kind = "bool"
				}
				out = append(out, strings.Join([]string{"flag", command, m[2], m[1], kind, ""}, "\t"))
				text = m[4] + " "
			} else if strings.HasPrefix(line, "        ") {
				text += " " + strings.TrimSpace(line)
			}
		case strings.Contains(section, "Commands"):
			if m := inList.FindStringSubmatch(line); m != nil {
				out = append(out, "command\t"+command+"\t"+m[1]+"\t"+section)
			}
		}
	}
	finish()
	return out
}

// Every flag of the real commands is there with a fate; what is refused says so and does nothing.
func TestEveryFlagHasAFate(t *testing.T) {
	fates := map[string]cli.Fate{}
	for _, e := range cli.Fidelity() {
		fates[e.Command+" "+e.Flag] = e.Fate
	}
	for command, rows := range surface(t) {
		if command == "docker" {
			continue
		}
		for _, row := range rows {
			f := strings.Split(row, "\t")
			if f[0] == "flag" && fates[command+" --"+f[2]] == "" && fates[command+" "] != cli.Refused {
				t.Errorf("%s --%s: nothing is said about it", command, f[2])
			}
		}
	}
	h := newHost(t)
	for _, e := range cli.Fidelity() {
		if e.Fate != cli.Refused || e.Flag == "" {
			continue
		}
		r := h.run(e.Command + " " + e.Flag + "=" + anyValue(e.Flag) + " busybox x x 2>&1")
		if !strings.Contains(r.Stdout, e.Flag+" is not simulated; nothing was started") && !strings.Contains(r.Stdout, "argument") {
			t.Errorf("%s %s: %s", e.Command, e.Flag, r.Stdout)
		}
	}
	if r := h.run("docker ps -aq"); r.Stdout != "" {
		t.Errorf("a refused command made a container: %s", r.Stdout)
	}
}

func anyValue(flag string) string {
	switch flag {
	case "--limit-bytes", "--required-bytes":
		return "1"
	case "--use-api-socket", "--verbose", "--cluster":
		return "true"
	}
	return "a"
}
