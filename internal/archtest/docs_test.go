package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every package says what it is before it does anything.
func TestPackageComments(t *testing.T) {
	_, all := readPackages(t)
	for _, p := range all {
		comment := ""
		code := false
		for _, f := range p.files {
			if !f.test {
				code = true
				comment += f.tree.Doc.Text()
			}
		}
		if code && len(comment) < 40 {
			t.Errorf("%s: the package comment is missing or says nothing", p.dir)
		}
	}
}

// documents are what a newcomer reads first. What they name must be there.
var documents = []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "AGENTS.md"}

// A path in our documents is inline code with a slash, or with a name that ends like a file of ours.
var pathInDocs = regexp.MustCompile("`([A-Za-z0-9_.{},-]+(?:/[A-Za-z0-9_.{},-]*)+|[A-Za-z0-9_-]+\\.(?:go|md|yaml|mod|sum))`")

func TestPathsInDocumentsExist(t *testing.T) {
	for _, name := range documents {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		paths := 0
		for i, line := range strings.Split(string(text), "\n") {
			for _, m := range pathInDocs.FindAllStringSubmatch(line, -1) {
				if strings.ContainsAny(m[1], "{},") || strings.Contains(m[1], "...") || m[1] == "pack.yaml" {
					continue // a pattern, a Go import path ending in ..., or a file in a folder of the reader's own
				}
				paths++
				if !exists(m[1]) {
					t.Errorf("%s:%d: `%s` does not exist", name, i+1, m[1])
				}
			}
		}
		t.Logf("%s: %d paths", name, paths)
	}
}

// exists looks from the module's root, and for a bare Markdown or YAML name in the content as well.
func exists(name string) bool {
	for _, dir := range []string{root, filepath.Join(root, "content"), filepath.Join(root, "content", "storage")} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			return true
		}
	}
	return false
}
