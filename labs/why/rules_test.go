package why

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/sim"
)

// Every rule that the sandbox logs has words, or is said to be too small to tell.
func TestEveryRuleHasWords(t *testing.T) {
	worded := map[sim.Rule]bool{}
	for _, r := range small() {
		worded[r] = true
	}
	for _, table := range tables() {
		for r := range table {
			if worded[r] {
				t.Errorf("%s has words twice, or is listed as too small to tell", r)
			}
			worded[r] = true
		}
	}
	logged := rulesInSources(t)
	if len(logged) < 90 {
		t.Fatalf("only %d rules found: the sources are read wrongly", len(logged))
	}
	for _, r := range logged {
		if !worded[r] {
			t.Errorf("the sandbox logs %s: give it words in words*.go, or list it in small", r)
		}
	}
	for r := range worded {
		if !slices.Contains(logged, r) {
			t.Errorf("%s has words, but nothing in the sandbox logs it", r)
		}
	}
}

var (
	literal = regexp.MustCompile(`"((?:vfs|net|proc|shell)\.[a-z0-9]+|(?:docker|build)\.[a-z]+(?:\.[a-z-]+)?)"`)
	verbs   = map[string]*regexp.Regexp{
		"container": regexp.MustCompile(`logEvent\(\s*"([a-z_-]+)`),
		"image":     regexp.MustCompile(`imageEvent\(\s*"([a-z_-]+)`),
		"network":   regexp.MustCompile(`emitNetwork\(\s*"([a-z_-]+)`),
		"volume":    regexp.MustCompile(`volumeEvents\(\s*"([a-z_-]+)`),
	}
	emitted = regexp.MustCompile(`\.emit\(\s*api\.Event([A-Z][a-z]+), "([a-z]+)"`)
)

// notRules look like rules and are none.
var notRules = []string{"docker.io", "docker.service"}

func rulesInSources(t *testing.T) []sim.Rule {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir("../sandbox", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = true
		}
		for kind, verb := range verbs {
			for _, m := range verb.FindAllStringSubmatch(string(text), -1) {
				found["docker."+kind+"."+m[1]] = true
			}
		}
		for _, m := range emitted.FindAllStringSubmatch(string(text), -1) {
			found["docker."+strings.ToLower(m[1])+"."+m[2]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var rules []sim.Rule
	for r := range found {
		if !slices.Contains(notRules, r) {
			rules = append(rules, sim.Rule(r))
		}
	}
	slices.Sort(rules)
	return rules
}

// Both languages of a sentence take the same arguments.
func TestExplanationsAreWhole(t *testing.T) {
	place := regexp.MustCompile(`%(\[\d\])?[sdv]`)
	for _, x := range explanations() {
		en, zh := place.FindAllString(x.en, -1), place.FindAllString(x.zh, -1)
		slices.Sort(en)
		slices.Sort(zh)
		if !slices.Equal(slices.Compact(en), slices.Compact(zh)) {
			t.Errorf("%s: %v in English, %v in Chinese", x.message, en, zh)
		}
	}
}
