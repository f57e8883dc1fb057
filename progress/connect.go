package progress

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// access is how a file is opened.
type access struct {
	path      string // "" for memory
	readOnly  bool
	immutable bool // nobody else writes the file, and it has no log ahead
	wait      time.Duration
}

// dsn is the data source name. The pragmas stand in it because database/sql opens connections as it likes.
func (a access) dsn() string {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout("+strconv.FormatInt(max(1, a.wait.Milliseconds()), 10)+")")
	q.Set("_error_rc", "1")
	q.Set("_dqs", "0")
	switch {
	case a.path == "":
		return "file::memory:?" + q.Encode()
	case a.readOnly:
		q.Set("mode", "ro")
		q.Add("_pragma", "query_only(1)")
		if a.immutable {
			q.Set("immutable", "1")
		}
	default:
		q.Set("mode", "rw") // the file was made before, with its permissions
		q.Set("_txlock", "immediate")
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "foreign_keys(1)")
		q.Add("_pragma", "wal_autocheckpoint(10000)") // usually mergeAhead comes first
	}
	return (&url.URL{Scheme: "file", Path: uriPath(a.path), RawQuery: q.Encode()}).String()
}

// uriPath is a path as SQLite's file: URIs have it: "/C:/Users/..." on Windows.
func uriPath(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return path
}

// connect opens the file and makes sure that it answers. SQLite does not wait for a lock while it turns a new file
// into one with a log ahead, so that is tried again.
func connect(ctx context.Context, a access) (*sql.DB, error) {
	db, err := sql.Open("sqlite", a.dsn())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	if a.path == "" {
		db.SetMaxOpenConns(1) // each connection would have a memory of its own
		db.SetConnMaxIdleTime(0)
	}
	if err := ping(ctx, db, a.wait); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func ping(ctx context.Context, db *sql.DB, wait time.Duration) error {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		_, err := formatOf(ctx, db)
		if !errors.Is(kindOf(err), ErrLocked) {
			return err
		}
		select {
		case <-waiting.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}
