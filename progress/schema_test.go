package progress

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"
)

// atVersion makes a file with so many migrations taken.
func atVersion(t *testing.T, path string, steps []string) *sql.DB {
	t.Helper()
	db, err := connect(t.Context(), access{path: path, wait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := migrate(t.Context(), db, steps); err != nil {
		t.Fatal(err)
	}
	return db
}

func emptyFile(t *testing.T) string {
	t.Helper()
	s := &Store{options: Options{Dir: t.TempDir()}}
	s.path = filepath.Join(s.options.Dir, "progress.db")
	if _, err := s.makeFile(); err != nil {
		t.Fatal(err)
	}
	return s.path
}

func TestMigrationsAreTakenOnceAndInOrder(t *testing.T) {
	path := emptyFile(t)
	steps := append(migrations(), `CREATE TABLE second (a TEXT) STRICT`, `ALTER TABLE second ADD COLUMN b TEXT`)
	atVersion(t, path, steps[:1]).Close()
	db := atVersion(t, path, steps)
	f, err := formatOf(t.Context(), db)
	if err != nil || f.version != len(steps) || !f.ours() {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := db.Exec(`INSERT INTO second (a, b) VALUES ('x', 'y')`); err != nil {
		t.Error(err)
	}
	if err := migrate(t.Context(), db, steps); err != nil {
		t.Errorf("nothing left to do: %v", err)
	}
}

func TestAMigrationThatFailsLeavesTheFileAsItWas(t *testing.T) {
	path := emptyFile(t)
	db := atVersion(t, path, migrations())
	before, err := formatOf(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate(t.Context(), db, append(migrations(), `CREATE TABLE half (a TEXT)`, `no SQL`)); err == nil {
		t.Fatal("it did not fail")
	}
	if after, err := formatOf(t.Context(), db); err != nil || after != before {
		t.Errorf("%+v before, %+v after, %v", before, after, err)
	}
}
