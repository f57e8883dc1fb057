package audit

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"testing"

	"dockerlearn/internal/mdoc"
	"dockerlearn/lessons"
)

var update = flag.Bool("update", false, "rewrite the golden files; look at them before committing")

// What people and programs read of a course with several mistakes.
func TestReport(t *testing.T) {
	fsys := sample(t)
	breakIt(t, fsys, en, "set of", "set\x1b of")
	breakIt(t, fsys, en, "- [x] into", "- [ ] into")
	breakIt(t, fsys, en, "minutes: 5", "minutes: five")
	breakIt(t, fsys, zh, "镜像只读。", "选项 B 才对,它是写时拷贝。")
	breakIt(t, fsys, "course.yaml", "      - copies\n", "      - copies\n      - volumes\n")
	found := Course(fsys, Options{})
	var text, data bytes.Buffer
	if err := Print(&text, found); err != nil {
		t.Fatal(err)
	}
	if err := PrintJSON(&data, found); err != nil {
		t.Fatal(err)
	}
	golden(t, "findings.txt", text.Bytes())
	golden(t, "findings.json", data.Bytes())
}

func TestReportOfNothing(t *testing.T) {
	var text, data bytes.Buffer
	_ = Print(&text, nil)
	_ = PrintJSON(&data, nil)
	if text.String() != "0 errors, 0 warnings\n" || !bytes.Contains(data.Bytes(), []byte(`"findings": []`)) {
		t.Errorf("got %q and %q", text.String(), data.String())
	}
}

// What an engine finds stands among the rest.
func TestRun(t *testing.T) {
	found := Course(sample(t), Options{Run: func(_ fs.FS, c *lessons.Course) lessons.Findings {
		var f lessons.Findings
		f.Errorf(c.Question("layers-predict").In(lessons.EN).Pos, "console", "run check --write", "this prints something else")
		return f
	}})
	if got := codes(found, ""); got != en+":92:1 console" {
		t.Errorf("got %s", got)
	}
	if found[0].Severity != mdoc.Error {
		t.Errorf("got %s", found[0].Severity)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = "testdata/" + name + ".golden"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update rewrites it):\n%s", name, got)
	}
}
