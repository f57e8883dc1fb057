package progress_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dockerlearn/progress"
	"dockerlearn/quiz"
)

// behind runs SQL on a file without the store.
func behind(t testing.TB, path, query string) {
	t.Helper()
	db := got[*sql.DB](t)(sql.Open("sqlite", path))
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func TestAFileOfANewerProgram(t *testing.T) {
	st := tell(t, t.TempDir(), 0, 5)
	behind(t, st.file(), `
		PRAGMA user_version = 99;
		ALTER TABLE card ADD COLUMN future TEXT;
		UPDATE about SET value = '9.1' WHERE key = 'version';
		UPDATE about SET value = '99' WHERE key = 'format'`)
	before := got[[]byte](t)(os.ReadFile(st.file()))
	s := openIn(t, st.dir, progress.ReadOnly)
	if c := s.Condition(); c.Cause != progress.Newer || c.Version != "9.1" || c.Schema != 99 {
		t.Errorf("condition: %+v", c)
	}
	if have := log(t, s); len(have) != 5 {
		t.Errorf("%d lines of 5", len(have))
	}
	if _, err := s.Record(t.Context(), answer(9, "q", quiz.Good)); !errors.Is(err, progress.ErrReadOnly) {
		t.Errorf("stored: %v", err)
	}
	if err := s.Set(t.Context(), "theme", "dark"); !errors.Is(err, progress.ErrReadOnly) {
		t.Errorf("set: %v", err)
	}
	must(t, s.Close())
	if string(before) != string(got[[]byte](t)(os.ReadFile(st.file()))) {
		t.Error("the newer file was changed")
	}
}

func TestAFileSoNewThatItCannotBeRead(t *testing.T) {
	st := tell(t, t.TempDir(), 0, 5)
	behind(t, st.file(), `PRAGMA user_version = 99; DROP TABLE card; DROP TABLE about`)
	s := openIn(t, st.dir, progress.Memory)
	if c := s.Condition(); c.Cause != progress.Newer || c.Schema != 99 || s.Path() != "" {
		t.Errorf("condition: %+v", c)
	}
	record(t, s, answer(1, "q", quiz.Good))
}

func TestADatabaseOfAnotherProgram(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "progress.db")
	behind(t, path, `CREATE TABLE music (title TEXT); INSERT INTO music VALUES ('x')`)
	before := got[[]byte](t)(os.ReadFile(path))
	if c := openIn(t, dir, progress.Memory).Condition(); c.Cause != progress.Foreign {
		t.Errorf("condition: %+v", c)
	}
	if string(before) != string(got[[]byte](t)(os.ReadFile(path))) {
		t.Error("the other program's file was changed")
	}
}

func TestOnlyLooking(t *testing.T) {
	st := tell(t, t.TempDir(), 0, 5)
	o := options(st.dir)
	o.ReadOnly = true
	s := open(t, o)
	if c := s.Condition(); c.State != progress.ReadOnly || c.Cause != progress.Asked || len(log(t, s)) != 5 {
		t.Errorf("condition: %+v", c)
	}
	// What another window stores meanwhile is seen.
	record(t, openIn(t, st.dir, progress.Fine), answer(9, "q", quiz.Good))
	if have := log(t, s); len(have) != 6 {
		t.Errorf("%d lines of 6", len(have))
	}
	o.Dir = filepath.Join(st.dir, "nothing", "here")
	if c := open(t, o).Condition(); c.State != progress.Memory || c.Cause != progress.Asked {
		t.Errorf("condition of nothing: %+v", c)
	}
	if _, err := os.Stat(o.Dir); err == nil {
		t.Error("looking made a folder")
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, o := range map[string]progress.Options{
		"no folder": {Now: monday},
		"no clock":  {Dir: t.TempDir()},
		"a path":    {Dir: t.TempDir(), Now: monday, Profile: "../x"},
		"capitals":  {Dir: t.TempDir(), Now: monday, Profile: "Ann"},
	} {
		if s, err := progress.Open(t.Context(), o); err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := progress.Open(ctx, options(t.TempDir())); !errors.Is(err, context.Canceled) {
		t.Errorf("opened after the end: %v", err)
	}
}

func TestProfilesAreApart(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"", "ann", "b-2"} {
		o := options(dir)
		o.Profile = name
		s := open(t, o)
		if s.Condition().State != progress.Fresh {
			t.Errorf("%q: %+v", name, s.Condition())
		}
		record(t, s, answer(1, "q", quiz.Good))
		must(t, s.Upkeep(t.Context()))
		if len(s.Copies()) != 1 {
			t.Errorf("%q: copies %v", name, s.Copies())
		}
	}
	must(t, os.WriteFile(filepath.Join(dir, "progress.db.damaged-20260101T000000Z"), nil, 0o600))
	names := got[[]string](t)(progress.Profiles(dir))
	if len(names) != 3 || names[0] != "" || names[1] != "ann" || names[2] != "b-2" {
		t.Errorf("profiles: %q", names)
	}
}

func TestAFolderWithAnyName(t *testing.T) {
	for _, name := range []string{"with space", "100%", "a?b=c&d", "#1", "学习", "[x]*"} {
		dir := filepath.Join(t.TempDir(), name)
		st := tell(t, dir, 3, 2)
		change(t, st.file(), func(b []byte) []byte { clear(b[:100]); return b })
		if have := log(t, openIn(t, dir, progress.Restored)); len(have) != 5 {
			t.Errorf("%s: %d lines of 5", name, len(have))
		}
	}
}

func TestWhereProgressIsKept(t *testing.T) {
	for _, c := range []struct {
		goos, home string
		env        map[string]string
		want       string
	}{
		{"linux", "/home/ann", nil, "/home/ann/.local/share/dockerlearn"},
		{"linux", "/home/ann", map[string]string{"XDG_DATA_HOME": "/data"}, "/data/dockerlearn"},
		{"linux", "/home/ann", map[string]string{"XDG_DATA_HOME": "relative"}, "/home/ann/.local/share/dockerlearn"},
		{"linux", "/home/ann", map[string]string{"XDG_DATA_HOME": "/data", "DOCKERLEARN_DATA": "/mine"}, "/mine"},
		{"linux", "", nil, ""},
		{"freebsd", "/home/ann", nil, "/home/ann/.local/share/dockerlearn"},
		{"darwin", "/Users/ann", nil, "/Users/ann/Library/Application Support/dockerlearn"},
		{"darwin", "/Users/ann", map[string]string{"XDG_DATA_HOME": "/data"}, "/data/dockerlearn"},
		{"windows", `C:\Users\ann`, map[string]string{"LocalAppData": `D:\Local\`}, `D:\Local\dockerlearn`},
		{"windows", `C:\Users\ann`, nil, `C:\Users\ann\AppData\Local\dockerlearn`},
		{"windows", `C:\Users\ann`, map[string]string{"DOCKERLEARN_DATA": `E:\x`}, `E:\x`},
		{"windows", "", nil, ""},
	} {
		if got := progress.DefaultDir(func(k string) string { return c.env[k] }, c.home, c.goos); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
