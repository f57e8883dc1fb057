package main

import (
	"database/sql"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dockerlearn": main})
}

// Each script is a user with an empty home folder.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANGUAGE", "DOCKERLEARN_DATA", "XDG_DATA_HOME", "NO_COLOR"} {
				env.Setenv(name, "")
			}
			env.Setenv("LANG", "C.UTF-8")
			env.Setenv("HOME", env.WorkDir+"/home")
			return os.Mkdir(env.WorkDir+"/home", 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"overwrite": overwrite, "newer": newer,
		},
	})
}

// overwrite FILE puts rubbish into the middle of a file: what a failing disk does.
func overwrite(ts *testscript.TestScript, neg bool, args []string) {
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	for i := len(data) / 4; i < len(data); i++ {
		data[i] ^= 0x5a
	}
	ts.Check(os.WriteFile(name, data, 0o600))
}

// newer FILE raises the format of a progress file: what a later dockerlearn leaves behind.
func newer(ts *testscript.TestScript, neg bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec("PRAGMA user_version = 999; UPDATE about SET value = '999' WHERE key = 'format'")
	ts.Check(err)
	ts.Check(db.Close())
}
