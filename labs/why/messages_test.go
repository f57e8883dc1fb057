package why

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every error message that is explained is one that the sandbox prints: a pattern that fits none is of another version of
// docker, or mistyped. What is put together of several texts stands in the
// recordings, or was seen in the scenarios.
func TestExplainedMessagesExist(t *testing.T) {
	texts := texts(t)
	if len(texts) < 1000 {
		t.Fatalf("only %d texts found: the sources are read wrongly", len(texts))
	}
	for _, x := range explanations() {
		found := false
		for _, s := range texts {
			if found = x.message.MatchString(s); found {
				break
			}
		}
		if !found {
			t.Errorf("nothing prints what is explained here: %s", x.message)
		}
	}
}

// texts are the strings in the sandbox's sources, with something in the place of each verb, and the recordings.
func texts(t *testing.T) (all []string) {
	t.Helper()
	fill := strings.NewReplacer("%q", `"a1"`, "%s", "a1", "%v", "a1", "%d", "7", "%w", "a1", "%[1]s", "a1", "%[2]s", "a1", "%[1]q", `"a1"`)
	err := filepath.WalkDir("../sandbox", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch {
		case strings.Contains(name, "testdata") && strings.HasSuffix(name, ".txt"):
			text, err := os.ReadFile(name)
			all = append(all, strings.Split(string(text), "\n")...)
			return err
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s := literalOf(n); s != "" {
				all = append(all, fill.Replace(s))
				return false
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	printed, err := os.ReadFile("testdata/chains.en") // what other tests saw it print
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(printed)) {
		if !strings.HasPrefix(line, " ") {
			all = append(all, line)
		}
	}
	return all
}

// literalOf is a string, be it in one piece or put together of several.
func literalOf(n ast.Node) string {
	switch x := n.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			s, _ := strconv.Unquote(x.Value)
			return s
		}
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return literalOf(x.X) + literalOf(x.Y)
		}
	}
	return ""
}
