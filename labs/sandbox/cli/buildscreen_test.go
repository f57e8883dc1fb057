package cli_test

import (
	"regexp"
	"strings"
	"testing"
)

// On a terminal a build is a picture that is drawn over and over.
func TestABuildOnATerminal(t *testing.T) {
	h := newHost(t)
	h.run("printf 'FROM alpine\\nRUN echo hi; sleep 1\\nRUN exit 3\\n' > Dockerfile")
	escapes := regexp.MustCompile(`\x1b\[[?0-9;]*[A-Za-z]`)
	for _, c := range []struct {
		line string
		want []string
	}{
		{"docker build -t t .", []string{
			"\x1b[1A\x1b[1B\x1b[0G\x1b[?25l[+] Building 0.0s (0/1)  ",
			"\x1b[2m => => # hi  ",
			"\x1b[34m => [2/3] RUN echo hi; sleep 1  ",
			"\x1b[31m => ERROR [3/3] RUN exit 3  ",
			"------\n > [3/3] RUN exit 3:\n------\n",
		}},
		{"sed -i /exit/d Dockerfile; docker build -t t .", []string{
			"\x1b[34m => CACHED [2/2] RUN echo hi; sleep 1  ", " FINISHED ",
		}},
		{"BUILDKIT_PROGRESS=plain docker build -t t .", []string{"\n#1 [internal] load build definition from Dockerfile\n"}},
		{"docker build --progress plain -t t .", []string{"\n#1 [internal] load build definition from Dockerfile\n"}},
	} {
		got := h.run("tty '" + c.line + "'").Stdout
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%q", c.line, want, got)
			}
		}
		for line := range strings.Lines(escapes.ReplaceAllString(got, "")) {
			if strings.HasPrefix(line, " => ") && len(strings.TrimSuffix(line, "\n")) > 119 {
				t.Errorf("%s: %q is wider than the terminal", c.line, line)
			}
		}
	}
	r := h.run("docker build --progress tty .")
	if r.Exit != 1 || r.Stderr != "ERROR: failed to get console: provided file is not a console\n" {
		t.Errorf("%+v", r)
	}
}
