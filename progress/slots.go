package progress

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// slot is a table in which each key has one row: the newest (or, of what was read, the oldest). Two stores are merged
// row by row in the same way, in whichever order and however often.
type slot struct {
	name    string
	columns []column
	keys    int  // how many of the columns, from the first, are the key
	oldest  bool // the oldest row stays, not the newest
}

// column is a value of a row; at and zone are two columns and one time.
type column struct {
	name string
	kind kind
}

type kind byte

const (
	aText kind = iota
	aNumber
	aBit
	aTime // the column at; the column zone follows
	aZone
	aJSON
)

func slots() []slot {
	at, zone := column{"at", aTime}, column{"zone", aZone}
	lesson, section, part := column{"lesson", aText}, column{"section", aText}, column{"part", aNumber}
	return []slot{
		{name: "place", columns: []column{lesson, section, part, {"lang", aText}, at, zone}, keys: 1},
		{name: "seen", columns: []column{lesson, section, part, at, zone}, keys: 3, oldest: true},
		{name: "bookmark", columns: []column{lesson, section, part, at, zone, {"note", aText}, {"gone", aBit}}, keys: 3},
		{name: "note", columns: []column{{"question", aText}, at, zone, {"text", aText}}, keys: 1},
		{name: "setting", columns: []column{{"key", aText}, at, zone, {"value", aText}}, keys: 1},
		{name: "report", columns: []column{{"schema", aText}, {"id", aText}, at, zone, {"data", aJSON}}, keys: 2},
		{name: "labrun", columns: []column{{"lab", aText}, {"run", aText}, at, zone, {"data", aJSON}}, keys: 2},
		{
			name:    "labentry",
			columns: []column{{"lab", aText}, {"run", aText}, {"n", aNumber}, at, zone, {"data", aJSON}}, keys: 3,
		},
	}
}

func slotNamed(name string) slot {
	for _, t := range slots() {
		if t.name == name {
			return t
		}
	}
	panic("progress: no slot " + name)
}

func (t slot) list() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

func (t slot) key() string {
	names := make([]string, t.keys)
	for i := range names {
		names[i] = t.columns[i].name
	}
	return strings.Join(names, ", ")
}

// atColumn is where the time stands in a row.
func (t slot) atColumn() int {
	for i, c := range t.columns {
		if c.kind == aTime {
			return i
		}
	}
	panic("progress: slot " + t.name + " has no time")
}

// merge stores a row if it is newer (or older) than the one there is, and reports whether it did. Of two rows of the
// same millisecond the one with the greater checksum stays: any rule will do that is the same everywhere.
func (t slot) merge(ctx context.Context, tx *sql.Tx, row []any) (bool, error) {
	newer := ">"
	if t.oldest {
		newer = "<"
	}
	set := make([]string, 0, len(t.columns))
	for _, c := range t.columns[t.keys:] {
		set = append(set, c.name+" = excluded."+c.name)
	}
	query := fmt.Sprintf(`
		INSERT INTO %[1]s (%[2]s, sum) VALUES (?%[3]s)
		ON CONFLICT (%[4]s) DO UPDATE SET %[5]s, sum = excluded.sum
		WHERE excluded.at %[6]s at OR (excluded.at = at AND excluded.sum > sum)`,
		t.name, t.list(), strings.Repeat(", ?", len(t.columns)), t.key(), strings.Join(set, ", "), newer)
	done, err := tx.ExecContext(ctx, query, append(row[:len(row):len(row)], sum(t.name, row))...)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// put stores a row as the newest whatever the clock says: a clock that was set back does not make the learner's last
// act the older one.
func (t slot) put(ctx context.Context, tx *sql.Tx, row []any) error {
	at := t.atColumn()
	var last sql.NullInt64
	// The newest place of all is asked for, not only that of the lesson: LastPlace goes by the time.
	query, args := `SELECT max(at) FROM place`, []any(nil)
	if t.name != "place" {
		where := strings.ReplaceAll(t.key(), ", ", " = ? AND ") + " = ?"
		query, args = fmt.Sprintf(`SELECT at FROM %s WHERE %s`, t.name, where), row[:t.keys]
	}
	err := tx.QueryRowContext(ctx, query, args...).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if last.Valid {
		row[at] = max(row[at].(int64), last.Int64+1)
	}
	_, err = t.merge(ctx, tx, row)
	return err
}

// scan reads a row of the slot's columns.
func (t slot) scan(row scanner) ([]any, error) {
	values := make([]any, len(t.columns))
	into := make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := row.Scan(into...); err != nil {
		return nil, err
	}
	for i, v := range values {
		if _, isText := v.(string); isText != t.columns[i].kind.text() {
			return nil, fmt.Errorf("table %s: a %T in column %s: %w", t.name, v, t.columns[i].name, ErrDamaged)
		}
	}
	return values, nil
}

func (k kind) text() bool { return k == aText || k == aJSON }

// each reads all rows in the order of their keys.
func (t slot) each(ctx context.Context, q queryer, do func(row []any) error) error {
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM %s ORDER BY %s`, t.list(), t.name, t.key()))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := t.scan(rows)
		if err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
