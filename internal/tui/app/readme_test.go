package app_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"dockerlearn/internal/tui/app"
	"dockerlearn/lessons"
)

// The README's table of keys is made from the keys themselves. With -update it is written.
func TestKeysInReadme(t *testing.T) {
	const path = "../../../README.md"
	const begin, end = "-update -->\n", "<!-- /keys -->"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the keys between %q and %q", path, begin, end)
	}
	want := head + begin + "\n" + app.KeyTable(lessons.EN) + "\n" + end + tail
	if want == string(data) {
		return
	}
	if flag.Lookup("update").Value.String() != "true" {
		t.Fatalf("the table of keys in %s is not as the keys are; run this test with -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
