package condition

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The table that authors read is the grammar that is read.
func TestVocabulary(t *testing.T) {
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| Condition | Holds when |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	for _, f := range Vocabulary() {
		want.WriteString(f.row() + "\n")
	}
	if table+"\n" != want.String() {
		t.Errorf("the table in CONTRIBUTING.md should be:\n%s", want.String())
	}
}

// row is a form as a line of the table. A vertical bar in a cell has a backslash before it.
func (f Form) row() string {
	var cells []string
	for _, p := range f.Patterns {
		mark := "`"
		if strings.Contains(p, mark) {
			mark = "``"
		}
		cells = append(cells, mark+strings.ReplaceAll(p, "|", `\|`)+mark)
	}
	return "| " + strings.Join(cells, ", ") + " | " + strings.ReplaceAll(f.Holds, "|", `\|`) + " |"
}

// No two forms begin with the same word: the first one alone says what comes.
func TestFirstWords(t *testing.T) {
	var seen []string
	for _, f := range Vocabulary() {
		for _, p := range f.Patterns {
			first, _, _ := strings.Cut(p, " ")
			if slices.Contains(seen, first) && !slices.ContainsFunc(f.Patterns, func(o string) bool { return o != p && strings.HasPrefix(o, first+" ") }) {
				t.Errorf("two forms begin with %s", first)
			}
			seen = append(seen, first)
		}
	}
}
