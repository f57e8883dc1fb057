package progress

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks an SQLite file as ours: "dLrn".
const applicationID = 0x644c726e

// migrations are the steps from one format to the next: the file's user_version says how many were taken.
func migrations() []string {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is ours
	}
	slices.Sort(names)
	var steps []string
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // it was listed above
		}
		steps = append(steps, string(text))
	}
	return steps
}

// format is what a file says of itself.
type format struct {
	application int
	version     int
	tables      int
}

func formatOf(ctx context.Context, db *sql.DB) (format, error) {
	var f format
	err := db.QueryRowContext(ctx, `
		SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`).Scan(&f.application, &f.version, &f.tables)
	return f, err
}

// empty reports whether nothing was ever written.
func (f format) empty() bool { return f.tables == 0 && f.version == 0 }

// ours reports whether dockerlearn made the file.
func (f format) ours() bool { return f.application == applicationID }

// migrate takes the steps that are missing, all in one transaction. Another window may do the same at the same time:
// who comes second finds nothing left to do.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var have int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have); err != nil {
		return err
	}
	for i := have; i < len(steps); i++ {
		if _, err := tx.ExecContext(ctx, steps[i]); err != nil {
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
	}
	if have < len(steps) {
		// Also in a table: a damaged header is told from a newer one by it.
		set := fmt.Sprintf(`
			PRAGMA user_version = %[1]d;
			PRAGMA application_id = %[2]d;
			INSERT OR REPLACE INTO about (key, value) VALUES ('format', '%[1]d')`, len(steps), applicationID)
		if _, err := tx.ExecContext(ctx, set); err != nil {
			return err
		}
	}
	return tx.Commit()
}
