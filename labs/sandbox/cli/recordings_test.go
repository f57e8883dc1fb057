package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dockerlearn/internal/transcript"
)

// notOurs are recorded commands whose answer differs here, with the reason.
var notOurs = map[string]string{
	"vol-kinds: docker inspect m1 --format '{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.Mode}} {{.RW}}{{println}}{{end}}' | sed -E 's/[0-9a-f]{64}/ID/g'": "the real order of mounts is a map's",
	"err-usage: docker build":            "builds are refused by name",
	"cp: docker exec c1 find /tmp":       "ext4 hashes the order of names in a directory",
	"vol-prune: docker volume prune -af": "anonymous names are random, and so is their order",
	"vol-prune: docker volume prune -f":  "anonymous names are random, and so is their order",
	"vol-kinds: docker volume ls -q":     "anonymous names are random, and so is their order",
	"vol-prune: docker volume ls -q":     "anonymous names are random, and so is their order",
}

// What changes from run to run.
var varying = []struct {
	pattern *regexp.Regexp
	to      string
}{
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "ID"},
	{regexp.MustCompile(`\b[0-9a-f]{12}\b`), "ID"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?`), "TIME"},
	{regexp.MustCompile(`(Less than a second|\d+ seconds?|About a minute|\d+ minutes?) ago`), "AGE ago"},
	{regexp.MustCompile(`Up (Less than a second|\d+ seconds?|About a minute)`), "Up AGE"},
	{regexp.MustCompile(` +`), " "},
}

func steady(text string) string {
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.to)
	}
	return text
}

// What was typed at a real docker is typed here, and the same comes back.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("testdata/recorded/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			recorded, err := transcript.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			h := newHost(t)
			for _, want := range recorded.Commands() {
				got, err := h.Run(want.Line)
				if err != nil {
					t.Fatalf("$ %s: %v", want.Line, err)
				}
				if notOurs[name+": "+want.Line] != "" {
					continue
				}
				expected := *want
				expected.Result.Stdout, expected.Result.Stderr = steady(want.Result.Stdout), steady(want.Result.Stderr)
				got.Stdout, got.Stderr = steady(got.Stdout), steady(got.Stderr)
				for _, d := range transcript.Compare(&expected, got) {
					t.Error(d)
				}
			}
		})
	}
}
