package archtest

import (
	"strings"
	"testing"
)

// walls says for each folder which of our packages its code may import. The first row that fits counts. A package
// that no row names is not allowed to exist: say here what it may know.
var walls = []struct {
	dir  string
	may  []string
	says string
}{
	{".", nil, "the root package embeds the content and nothing else"},
	{"cmd/...", []string{"..."}, "wiring"},

	{"internal/mdoc", nil, "syntax knows no meaning"},
	{"lessons", []string{"internal/mdoc"}, "the course model knows no terminal, progress or time"},
	{"internal/render", []string{"internal/mdoc"}, "drawing is pure"},
	{"quiz", []string{"lessons"}, "arithmetic on values"},
	{"progress", []string{"quiz", "lessons"}, "storage knows the values that it stores"},
	{"internal/audit", []string{"lessons", "quiz", "labs", "internal/mdoc", "internal/render"}, "what must be true of the course"},
	{"internal/study/studytest", []string{"internal/study", "lessons", "progress"}, "a learner to test with"},
	{"internal/study", []string{"internal/mdoc", "lessons", "quiz", "labs", "progress"}, "the only door between a screen and the domain"},

	{"internal/wording", []string{"lessons", "progress", "quiz"}, "words for values"},
	{
		"internal/plain",
		[]string{
			"internal/wording", "internal/study", "internal/render", "internal/mdoc", "internal/pace", "labs", "labs/trace", "labs/xray", "lessons", "quiz",
			"progress",
		},
		"a conversation in lines is a screen too: it goes through study, and reads the values that study returns",
	},
	{
		"internal/tui/app",
		[]string{"internal/tui/...", "internal/study", "internal/render", "internal/wording", "labs", "lessons", "progress", "quiz"},
		"the app knows the screens",
	},
	{
		"internal/tui/tuitest",
		[]string{"internal/tui/...", "internal/study", "internal/render", "internal/wording", "labs", "lessons", "progress", "quiz"},
		"tests drive the app",
	},
	{
		"internal/tui/bench",
		[]string{
			"internal/tui/panel", "internal/tui/xray", "internal/tui/packets", "internal/tui/screen", "internal/tui/theme",
			"internal/tui/widget", "internal/mdoc", "internal/render", "internal/pace", "labs", "lessons",
		},
		"a lab's screen lays panels over itself; it knows a lab by its interface",
	},
	{
		"internal/tui/xray",
		[]string{"internal/tui/screen", "internal/tui/theme", "internal/tui/widget", "internal/render", "labs", "labs/xray", "lessons"},
		"a panel of the lab's screen, which runs its looks: they read a host and change nothing",
	},
	{
		"internal/tui/packets",
		[]string{
			"internal/tui/screen", "internal/tui/theme", "internal/tui/widget", "internal/render", "labs", "labs/trace", "labs/sandbox", "lessons",
		},
		"a panel draws a trace, and says what else is to be traced",
	},
	{
		"internal/tui/...",
		[]string{
			"internal/tui/screen", "internal/tui/theme", "internal/tui/widget", "internal/tui/phrase", "internal/study", "internal/render",
			"internal/wording", "internal/pace", "labs",
			"internal/mdoc", "lessons", "quiz", "progress",
		},
		"a screen never imports a screen; of quiz, labs and progress only values pass through study",
	},
	{"internal/pace", nil, "arithmetic on two clocks"},
	{"internal/desk", []string{"internal/pace", "internal/transcript", "labs/sandbox", "labs/sandbox/sim"}, "a person at a host's terminal: by the front door"},
	{"internal/transcript", nil, "one format for tests, lessons and labs"},
	{"internal/archtest", nil, "only looks"},

	{"labs/sandbox/sim", nil, "the ground"},
	{"labs/sandbox/vfs/...", []string{"labs/sandbox/vfs/..."}, "files know nothing of ours"},
	{"labs/sandbox/netsim/packet", nil, "what travels"},
	{"labs/sandbox/netsim/netfilter", []string{"labs/sandbox/sim", "labs/sandbox/netsim/packet"}, "what decides about packets"},
	{"labs/sandbox/netsim/...", []string{"labs/sandbox/sim", "labs/sandbox/netsim/..."}, "frames and packets know nothing of files and containers"},
	{
		"labs/sandbox/proc/...",
		[]string{"labs/sandbox/sim", "labs/sandbox/vfs", "labs/sandbox/netsim/...", "labs/sandbox/proc/..."},
		"the kernel of the simulated machine",
	},
	{"labs/sandbox/shell", []string{"labs/sandbox/proc/...", "labs/sandbox/vfs", "labs/sandbox/sim"}, "a program gets proc.Sys"},
	{
		"labs/sandbox/applet/...",
		[]string{"labs/sandbox/proc/...", "labs/sandbox/vfs", "labs/sandbox/netsim/...", "labs/sandbox/applet/..."},
		"a program gets proc.Sys",
	},
	{"labs/sandbox/dockernet", []string{"labs/sandbox/sim", "labs/sandbox/netsim/..."}, "what Docker makes of a network stack"},
	{
		"labs/sandbox/api",
		[]string{"labs/sandbox/sim", "labs/sandbox/image/...", "labs/sandbox/build", "labs/sandbox/vfs", "labs/sandbox/proc"},
		"what can be said to an engine, and the values that are said",
	},
	{"labs/sandbox/image/...", []string{"labs/sandbox/image/...", "labs/sandbox/vfs", "labs/sandbox/sim", "labs/sandbox/proc"}, "images know files; a program's first bytes are proc's"},
	{"labs/sandbox/registry", []string{"labs/sandbox/image/...", "labs/sandbox/sim", "labs/sandbox/vfs"}, "a registry serves images"},
	{
		"labs/sandbox/engine/...",
		[]string{
			"labs/sandbox/engine/...", "labs/sandbox/api", "labs/sandbox/image/...", "labs/sandbox/registry", "labs/sandbox/proc",
			"labs/sandbox/vfs", "labs/sandbox/sim", "labs/sandbox/shell", "labs/sandbox/applet", "labs/sandbox/build",
			"labs/sandbox/dockernet", "labs/sandbox/netsim/...",
		},
		"the daemon",
	},
	{
		"labs/sandbox/cli",
		[]string{"labs/sandbox/api", "labs/sandbox/proc", "labs/sandbox/sim", "labs/sandbox/image", "labs/sandbox/build", "labs/sandbox/vfs"},
		"docker(1) speaks to an engine through api alone; of image, build and vfs it reads values",
	},
	{"labs/sandbox/jq", []string{"labs/sandbox/proc/..."}, "a program gets proc.Sys"},
	{"labs/sandbox/build/...", []string{"labs/sandbox/build/...", "labs/sandbox/image/...", "labs/sandbox/proc", "labs/sandbox/vfs"}, "Dockerfiles to layers"},
	{"labs/sandbox/lineedit", []string{"labs/sandbox/proc", "labs/sandbox/shell"}, "the editor of the shells' lines"},
	{"labs/sandbox", []string{"labs/sandbox/..."}, "the front door"},
	{
		"labs/condition",
		[]string{"labs/sandbox", "labs/sandbox/api", "labs/sandbox/vfs", "labs/sandbox/sim", "lessons"},
		"what is true on a host: by the front door, and the values that it gives out",
	},
	{
		"labs/xray",
		[]string{"labs/sandbox", "labs/sandbox/api", "labs/sandbox/vfs", "labs/sandbox/sim", "lessons"},
		"where a container's files come from: by the front door, and the values that it gives out",
	},
	{
		"labs/why",
		[]string{
			"labs/sandbox", "labs/sandbox/sim", "labs/sandbox/api", "labs/sandbox/shell", "labs/sandbox/proc",
			"labs/sandbox/netsim/...", "labs/sandbox/applet/resolve", "labs/condition", "lessons",
		},
		"it reads the details of events, which are those packages' own",
	},
	{
		"labs/trace",
		[]string{
			"labs/sandbox", "labs/sandbox/dockernet", "labs/sandbox/netsim/...", "labs/sandbox/sim", "labs/sandbox/api",
			"labs/sandbox/applet/resolve", "lessons",
		},
		"the way of a packet in words: by the front door, and of what travels and decides the values",
	},
	{"labs", []string{"labs/condition", "labs/why", "labs/sandbox", "labs/sandbox/api", "labs/sandbox/sim", "labs/sandbox/vfs", "lessons", "internal/mdoc", "internal/pace", "internal/transcript"}, "labs enter the sandbox by its front door"},
}

func TestImports(t *testing.T) {
	_, all := readPackages(t)
	for _, p := range all {
		row := -1
		for i, w := range walls {
			if within(p.dir, []string{w.dir}) {
				row = i
				break
			}
		}
		if row < 0 {
			t.Errorf("%s: no row of walls names this package; say there what it may import", p.dir)
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, imported := range f.imports {
				if dir, ok := ours(imported); ok && !within(dir, walls[row].may) && walls[row].dir != "cmd/..." {
					t.Errorf("%s imports %s: %s may import %v (%s)", f.name, dir, p.dir, walls[row].may, walls[row].says)
				}
			}
		}
	}
}

// owners says who alone may import a library, tests excepted. "a/b/..." stands for everything below.
var owners = []struct {
	library string
	folders []string
	why     string
}{
	{"modernc.org/sqlite", []string{"progress"}, "one place knows how progress is stored"},
	{"charm.land/bubbletea", []string{"internal/tui/...", "cmd/..."}, "only screens know the terminal"},
	{"charm.land/bubbles", []string{"internal/tui/..."}, "only screens know the terminal"},
	{"charm.land/lipgloss", []string{"internal/tui/..."}, "only screens know the terminal"},
	{"github.com/charmbracelet/x/vt", []string{"internal/tui/..."}, "only screens know the terminal"},
	{"charm.land/glamour", []string{"internal/render"}, "styles are read in one place"},
	{"github.com/yuin/goldmark", []string{"internal/mdoc", "internal/render", "lessons"}, "who reads Markdown's tree"},
	{"github.com/spf13/cobra", []string{"cmd/...", "labs/sandbox/cli"}, "commands are wired in one place"},
	{"mvdan.cc/sh", []string{"labs/sandbox/shell", "internal/transcript"}, "one shell, and what tells where its commands end"},
}

func TestLibraries(t *testing.T) {
	_, all := readPackages(t)
	for _, p := range all {
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, o := range owners {
				for _, imported := range f.imports {
					if strings.HasPrefix(imported, o.library) && !within(p.dir, o.folders) {
						t.Errorf("%s imports %s, which belongs to %v: %s", f.name, imported, o.folders, o.why)
					}
				}
			}
		}
	}
}

// The embedded course is handed on as an fs.FS by cmd; tests may look at it.
func TestEmbeddedContent(t *testing.T) {
	_, all := readPackages(t)
	for _, p := range all {
		for _, f := range p.files {
			for _, imported := range f.imports {
				if imported == module && !f.test && !strings.HasPrefix(p.dir, "cmd/") {
					t.Errorf("%s touches the embedded content; take an fs.FS instead", f.name)
				}
			}
		}
	}
}
