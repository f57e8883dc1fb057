package applet_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dockerlearn/labs/sandbox/applet"
)

// TestEveryLinkOfTheImages holds what images link to busybox against what is simulated or refused by name.
func TestEveryLinkOfTheImages(t *testing.T) {
	known := map[string]bool{"sh": true, "ash": true}
	for _, a := range applet.All() {
		known[a.Name] = true
	}
	refused := strings.Fields(applet.Unsimulated)
	if !slices.IsSorted(refused) {
		t.Error("the names are not sorted")
	}
	for _, name := range refused {
		if known[name] {
			t.Errorf("%s is simulated, and yet said not to be", name)
		}
		known[name] = true
	}
	images, _ := filepath.Glob("../image/catalogue/data/*/*.txt")
	links := 0
	for _, image := range images {
		text, err := os.ReadFile(image)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			names, ok := strings.CutPrefix(line, "links /bin/busybox ")
			if !ok {
				continue
			}
			for _, name := range strings.Fields(names)[1:] {
				links++
				if !known[name] {
					t.Errorf("%s: %s is neither simulated nor refused by name", filepath.Base(image), name)
				}
			}
		}
	}
	if links == 0 {
		t.Error("no image links to busybox")
	}
}
